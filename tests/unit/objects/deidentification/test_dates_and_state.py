"""Dates are moved by one amount for each patient, UIDs and pseudonyms are the same in every file and every run."""

import json
import stat
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.sequence import Sequence

from workstation.errors import UserError
from workstation.objects.deidentification.batch import read_pseudonyms
from workstation.objects.deidentification.dates import shift_date, shift_datetime, shift_time
from workstation.objects.deidentification.deidentify import deidentify
from workstation.objects.deidentification.policy import Policy
from workstation.objects.deidentification.state import State
from workstation.objects.deidentification.table import Option
from workstation.phantoms import small

_MODIFIED = frozenset({Option.RETAIN_MODIFIED_DATES})
_DAYS = timedelta(days=-10)


@pytest.mark.parametrize(
    ("value", "shifted"),
    [("20240301", "20240220"), ("2024.03.01", "20240220"), ("20240105", "20231226"), ("", ""), ("nonsense", ""),
     ("20240231", ""), ("00010101", "")],
)  # fmt: skip
def test_that_a_date_is_moved(value: str, shifted: str) -> None:
    assert shift_date(value, _DAYS) == shifted


@pytest.mark.parametrize(
    ("value", "hours", "shifted"),
    [("101112", -24, "101112"), ("101112.123", -3, "071112.123"), ("1011", -11, "231100"), ("", -1, ""),
     ("235959", 1, "005959")],
)  # fmt: skip
def test_that_a_time_is_moved_within_its_day(value: str, hours: int, shifted: str) -> None:
    assert shift_time(value, timedelta(hours=hours)) == shifted


def test_that_a_date_goes_over_midnight_with_its_time() -> None:
    assert shift_date("20240301", timedelta(hours=-30), "030000") == "20240228"
    assert shift_date("20240301", timedelta(hours=-30), "070000") == "20240229"


@pytest.mark.parametrize(
    ("value", "zone", "shifted"),
    [
        ("20240301101112", "", "20240220101112"),
        ("20240301101112.5", "", "20240220101112.5"),
        ("202403011011", "", "202402201011"),
        ("20240301", "", "20240220"),
        ("202403", "", "202403"),
        ("20240301101112+0200", "+0200", "20240220101112"),
        ("20240301101112+0000", "+0200", "20240220121112"),
        ("20240301231112-0500", "+0200", "20240221061112"),
        ("20240301101112-0500", "", "20240220101112"),
        ("x", "", ""),
    ],
)
def test_that_a_date_time_is_moved_and_loses_its_zone(value: str, zone: str, shifted: str) -> None:
    assert shift_datetime(value, _DAYS, zone) == shifted


@given(st.datetimes(datetime(1900, 1, 1), datetime(2099, 1, 1)), st.integers(-3650, -1))
def test_that_what_lies_between_two_dates_stays(moment: datetime, days: int) -> None:
    shift = timedelta(days=days)
    later = moment + timedelta(days=123, hours=5)
    form = "%Y%m%d%H%M%S"

    both = [shift_datetime(f"{each:{form}}".rjust(14, "0"), shift) for each in (moment, later)]

    parsed = [datetime.strptime(each, form) for each in both]
    assert parsed[1] - parsed[0] == later.replace(microsecond=0) - moment.replace(microsecond=0)


def read(dataset: Dataset, policy: Policy, state: State) -> Dataset:
    return pydicom.dcmread(BytesIO(deidentify(dataset, policy, state).data))


def test_that_dates_in_sequences_move_as_far_as_the_others_and_differ_by_patient() -> None:
    dataset = small.volume("axial").datasets[0]
    item = Dataset()
    item.ScheduledProcedureStepStartDate, item.DateTime = "20250301", "20250304081500"
    dataset.RequestAttributesSequence = Sequence([item])
    policy = Policy(options=_MODIFIED | {Option.CLEAN_STRUCTURED, Option.CLEAN_DESCRIPTORS})
    state = State()

    after = read(dataset, policy, state)

    shift = datetime.strptime(after.StudyDate, "%Y%m%d") - datetime(2025, 3, 4)
    assert timedelta(days=-3650) <= shift < timedelta()
    moved = after.RequestAttributesSequence[0] if "RequestAttributesSequence" in after else None
    if moved is not None:
        assert datetime.strptime(moved.DateTime, "%Y%m%d%H%M%S") - datetime(2025, 3, 4, 8, 15) == shift
    dataset.PatientID = "another"
    assert read(dataset, policy, state).StudyDate != after.StudyDate


def test_that_a_shift_that_is_given_is_taken() -> None:
    after = read(small.volume("axial").datasets[0], Policy(options=_MODIFIED, shift=timedelta(days=-30)), State())

    assert (after.StudyDate, after.StudyTime) == ("20250202", "081500")


def test_that_new_uids_are_the_same_in_every_object_and_valid() -> None:
    state = State()
    slices = [read(each, Policy(), state) for each in small.volume("axial").datasets[:3]]

    assert len({each.StudyInstanceUID for each in slices}) == 1
    assert len({each.FrameOfReferenceUID for each in slices}) == 1
    assert len({each.SOPInstanceUID for each in slices}) == 3
    for each in slices:
        assert each.file_meta.MediaStorageSOPInstanceUID == each.SOPInstanceUID
        assert pydicom.uid.UID(each.SOPInstanceUID).is_valid
        assert each.StudyInstanceUID.startswith("2.25.")


def test_that_a_map_gives_the_same_in_another_run_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "map.json"
    dataset = small.volume("axial").datasets[0]
    policy = Policy(options=_MODIFIED, pseudonym="CASE-{n:03d}")
    first = State.load(path)
    before = deidentify(dataset, policy, first).data
    first.save(path)

    again = State.load(path)

    assert deidentify(dataset, policy, again).data == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert str(dataset.StudyInstanceUID) in json.loads(path.read_text())["uids"]
    assert deidentify(dataset, policy, State()).data != before


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"format": "x", "secret": "00", "uids": {}, "patients": {}}'])
def test_that_another_file_is_not_taken_for_a_map(tmp_path: Path, content: str) -> None:
    path = tmp_path / "map.json"
    path.write_text(content)

    with pytest.raises(UserError, match="no map"):
        State.load(path)


def test_that_patients_are_numbered_and_told_apart() -> None:
    state, policy = State(), Policy(pseudonym="CASE-{n:03d}")
    dataset = small.volume("axial").datasets[0]
    names = []
    for patient in ("A17000", "B17000", "A17000"):
        dataset.PatientID = patient
        names.append(read(dataset, policy, state).PatientID)

    assert names == ["CASE-001", "CASE-002", "CASE-001"]


def test_that_pseudonyms_come_from_a_list_and_others_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("patient_id,new_id,new_name\nSMALL-1,T-1,Trial^One\n")
    dataset = small.volume("axial").datasets[0]
    policy = Policy(pseudonyms=read_pseudonyms(path))

    dataset.PatientID = "SMALL-1"
    after = read(dataset, policy, State())
    assert (after.PatientID, after.PatientName) == ("T-1", "Trial^One")
    dataset.PatientID = "SMALL-2"
    with pytest.raises(UserError, match="not in the list"):
        deidentify(dataset, policy, State())


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["a,b", "1,2"],
        ["patient_id,new_id", "A,"],
        ["patient_id,new_id", "A,1", "A,2"],
        ["patient_id,new_id", "A,x\\y"],
    ],
)
def test_that_a_bad_list_is_refused(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "list.csv"
    path.write_text("\n".join(lines))

    if not lines:
        assert read_pseudonyms(path) == {}
    else:
        with pytest.raises(UserError):
            read_pseudonyms(path)


@pytest.mark.parametrize("pattern", ["", "same", "{x}", "{n", "{0}", "{n}/../x", "{n:0100d}"])
def test_that_a_pattern_that_tells_no_patients_apart_is_refused(pattern: str) -> None:
    with pytest.raises(UserError):
        Policy(pseudonym=pattern)


def test_that_contradictions_are_refused() -> None:
    with pytest.raises(UserError, match="not both"):
        Policy(options=_MODIFIED | {Option.RETAIN_FULL_DATES})
    with pytest.raises(UserError, match="only where"):
        Policy(shift=_DAYS)
    with pytest.raises(UserError, match="less than a day"):
        Policy(options=_MODIFIED, shift=timedelta(hours=3))


def test_that_great_ages_are_limited_and_others_kept() -> None:
    policy = Policy(options=frozenset({Option.RETAIN_CHARACTERISTICS}))
    dataset = small.volume("axial").datasets[0]

    assert read(dataset, policy, State()).PatientAge == "064Y"
    dataset.PatientAge = "097Y"
    assert read(dataset, policy, State()).PatientAge == "090Y"
