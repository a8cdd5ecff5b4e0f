"""Every row of table E.1-1 under the Basic Profile and under every option that has a code for it.

What is expected follows from PS3.15 table E.1-1a and the meaning of the codes, not from the code of the program.
"""

from functools import cache
from typing import Any

import pytest
from pydicom import Dataset, dcmread
from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.dataelem import DataElement
from pydicom.filebase import DicomBytesIO
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence

from tests.unit.objects.deidentification.test_table import tag_of
from workstation.objects.deidentification.attribute_types import type_of
from workstation.objects.deidentification.deidentify import Deidentified, deidentify
from workstation.objects.deidentification.policy import Policy
from workstation.objects.deidentification.scrub import resolve
from workstation.objects.deidentification.state import State
from workstation.objects.deidentification.table import Option, Row, rows
from workstation.phantoms import small

_CANARY = "Wolfeschlegelstein"
_UID = "1.2.826.0.1.3680043.8.498.7777"
_VALUES: dict[str, Any] = {
    "AE": "WOLFE_AE", "AS": "042Y", "CS": "WOLFECS", "DA": "20190617", "DT": "20190617101112", "TM": "101112",
    "DS": "77.125", "IS": "771", "FD": 77.5, "FL": 77.5, "PN": f"{_CANARY}^Ida", "UR": f"https://{_CANARY}.example/a",
    "US": 77, "UL": 77, "SS": 77, "SL": 77, "OB": _CANARY.encode(), "OW": _CANARY.encode(), "UN": _CANARY.encode(),
    "AT": 0x00100010,
}  # fmt: skip
_NOT_IN_DATASETS = ("0000", "0002", "0004")
_SEQUENCES_OF_CODES = "CodeSequence"
_BASIC = [row for row in rows() if "x" not in row.tag and row.tag != "odd" and row.tag[:4] not in _NOT_IN_DATASETS]
_WITH_OPTION = [(row, option) for row in _BASIC for option in row.options]
_DAY = {"DA": 8, "DT": 8}


def vr_of(row: Row) -> str:
    return dictionary_VR(tag_of(row)).split(" ")[0] if dictionary_has_tag(tag_of(row)) else "LO"


def value_for(row: Row) -> Any:
    vr = vr_of(row)
    if vr == "SQ":
        item = Dataset()
        item.PatientName, item.OperatorsName = f"{_CANARY}^Ida", f"{_CANARY}^Ole"
        item.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
        item.ReferencedSOPInstanceUID = f"{_UID}.{tag_of(row)}"
        return Sequence([item])
    if vr == "UI":
        return f"{_UID}.{tag_of(row)}"
    return (
        _VALUES.get(vr, f"{_CANARY} {row.tag[:4]}")[: 16 if vr == "SH" else None] if vr not in _VALUES else _VALUES[vr]
    )


@cache
def original() -> Dataset:
    """A CT image that has every attribute of the table."""
    dataset = small.volume("axial").datasets[0]
    for row in _BASIC:
        dataset[tag_of(row)] = DataElement(tag_of(row), vr_of(row), value_for(row))
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    return dataset


@cache
def done(*options: Option) -> tuple[Deidentified, Dataset, State]:
    state = State(secret=b"k" * 32)
    result = deidentify(original(), Policy(options=frozenset(options)), state)
    return result, dcmread(DicomBytesIO(result.data)), state


def texts(value: Any) -> list[str]:
    if isinstance(value, Sequence):
        return [text for item in value for element in item.iterall() for text in texts(element.value)]
    if isinstance(value, MultiValue | list):
        return [str(each) for each in value]
    return [] if value is None else [value.decode("latin-1") if isinstance(value, bytes) else str(value)]


def holds_nothing_original(element: DataElement, row: Row, *, but_uids: bool) -> bool:
    old, new = texts(value_for(row)), texts(element.value)
    kept = [text for text in new if _CANARY.casefold() in text.casefold() or (_UID in text and not but_uids)]
    if element.VR == "SQ":
        return not kept
    return not kept and new != old


def check(row: Row, code: str, dataset: Dataset, *, but_uids: bool = False) -> None:
    tag = tag_of(row)
    told = f"{row.tag} {row.name} {code} {dataset.get(tag)}"
    if code == "X":
        assert tag not in dataset, told
    elif code == "Z":
        assert tag in dataset, told
        assert holds_nothing_original(dataset[tag], row, but_uids=but_uids), told
    elif code == "D":
        assert tag in dataset, told
        assert dataset[tag].value not in (None, "", b"", []), told
        assert holds_nothing_original(dataset[tag], row, but_uids=but_uids), told
    elif code == "U":
        assert str(dataset[tag].value).startswith("2.25."), told
    else:  # several: which one depends on the Type in CT images; gone, empty or another value are all right
        assert tag not in dataset or holds_nothing_original(dataset[tag], row, but_uids=but_uids), told


@pytest.mark.parametrize("group", sorted({row.tag[:4] for row in _BASIC}))
def test_that_the_basic_profile_does_what_each_row_says(group: str) -> None:
    for row in _BASIC:
        if row.tag.startswith(group):
            check(row, row.basic, done()[1])


@pytest.mark.parametrize(("option", "group"), sorted({(option, row.tag[:4]) for row, option in _WITH_OPTION}))
def test_that_an_option_does_what_its_column_says(option: Option, group: str) -> None:
    for row, column in _WITH_OPTION:
        if column is option and row.tag.startswith(group):
            check_column(row, option, done(option)[1])


def check_column(row: Row, option: Option, dataset: Dataset) -> None:
    code, tag, vr = row.options[option], tag_of(row), vr_of(row)
    told = f"{row.tag} {row.name} {code} {dataset.get(tag)}"
    if code == "K" and vr == "SQ":
        assert tag in dataset, told
        assert not [text for text in texts(dataset[tag].value) if _CANARY in text], told
    elif code == "K" and vr in ("DA", "DT", "TM", "UI", "AS", "DS", "CS", "US", "FD", "IS"):
        assert texts(dataset[tag].value) == texts(value_for(row)), told
    elif code == "K":
        # it may stay, but a patient's name in it may not: all texts of the original hold one
        assert _CANARY not in str(dataset.get(tag)), told
    elif vr in _DAY:
        assert len(str(dataset[tag].value)) == len(_VALUES[vr]), told
        assert str(dataset[tag].value)[:8] != _VALUES[vr][:8], told
    elif vr == "TM":
        assert str(dataset[tag].value) == _VALUES[vr], told
    else:
        assert tag not in dataset or not [text for text in texts(dataset[tag].value) if _CANARY in text], told


@pytest.mark.parametrize(
    ("option", "others"),
    [(one, [row for row in _BASIC if one not in row.options]) for one in Option if one is not Option.CLEAN_FEATURES],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_that_an_option_leaves_the_rows_without_its_code_to_the_basic_profile(
    option: Option, others: list[Row]
) -> None:
    dataset = done(option)[1]

    for row in others:
        check(row, row.basic, dataset, but_uids=option is Option.RETAIN_UIDS)


@pytest.mark.parametrize("option", [None, *(one for one in Option if one is not Option.CLEAN_FEATURES)], ids=str)
def test_that_the_object_says_what_was_done(option: Option | None) -> None:
    dataset = done(*([option] if option else []))[1]
    codes = [(item.CodeValue, item.CodingSchemeDesignator) for item in dataset.DeidentificationMethodCodeSequence]
    of_cid_7050 = {
        Option.CLEAN_PIXELS: "113101", Option.CLEAN_GRAPHICS: "113103", Option.CLEAN_STRUCTURED: "113104",
        Option.CLEAN_DESCRIPTORS: "113105", Option.RETAIN_FULL_DATES: "113106",
        Option.RETAIN_MODIFIED_DATES: "113107", Option.RETAIN_CHARACTERISTICS: "113108",
        Option.RETAIN_DEVICE: "113109", Option.RETAIN_UIDS: "113110", Option.RETAIN_SAFE_PRIVATE: "113111",
        Option.RETAIN_INSTITUTION: "113112",
    }  # fmt: skip

    assert codes == [("113100", "DCM"), *([(of_cid_7050[option], "DCM")] if option else [])]
    assert dataset.PatientIdentityRemoved == "YES"
    assert dataset.LongitudinalTemporalInformationModified == {
        Option.RETAIN_FULL_DATES: "UNMODIFIED",
        Option.RETAIN_MODIFIED_DATES: "MODIFIED",
    }.get(option or Option.CLEAN_PIXELS, "REMOVED")


def test_that_the_report_tells_every_change_and_no_value() -> None:
    result, dataset, _ = done()
    told = {change.tag: change.done for change in result.report.changes if "." not in change.path}
    removed = [row for row in _BASIC if tag_of(row) not in dataset]

    assert all(told[f"({row.tag})"] == "removed" for row in removed)
    assert _CANARY not in result.report.full_text()
    assert _UID not in result.report.full_text()
    assert "20190617" not in result.report.full_text()


@pytest.mark.parametrize(
    ("code", "kind", "action"),
    [
        ("X", "1", "X"), ("Z", "3", "Z"), ("D", "3", "D"), ("U", "2", "U"), ("K", "1", "K"), ("C", "1", "C"),
        ("X/Z", "3", "X"), ("X/Z", "2", "Z"), ("X/Z", "2C", "Z"), ("X/Z", "1", "Z"),
        ("X/D", "3", "X"), ("X/D", "2", "D"), ("X/D", "1", "D"), ("X/D", "1C", "D"),
        ("Z/D", "3", "Z"), ("Z/D", "2", "Z"), ("Z/D", "1", "D"),
        ("X/Z/D", "3", "X"), ("X/Z/D", "2", "Z"), ("X/Z/D", "1", "D"), ("X/Z/D", "1C", "D"),
        ("X/Z/U*", "3", "X"), ("X/Z/U*", "1", "U"), ("X/Z/U*", "2", "U"),
    ],
)  # fmt: skip
def test_that_a_code_of_several_is_chosen_by_the_type(code: str, kind: str, action: str) -> None:
    assert resolve(code, kind) == action


@pytest.mark.parametrize(
    ("sop_class", "path", "keyword", "kind"),
    [
        ("1.2.840.10008.5.1.4.1.1.2", (), "PatientID", "2"),
        ("1.2.840.10008.5.1.4.1.1.2", (), "StudyInstanceUID", "1"),
        ("1.2.840.10008.5.1.4.1.1.2", (), "InstitutionName", "3"),
        ("1.2.840.10008.5.1.4.1.1.2.1", (), "ContentDate", "1"),
        ("1.2.840.10008.5.1.4.1.1.88.33", (), "ContentDate", "1"),
        ("1.2.840.10008.5.1.4.1.1.11.1", ("ReferencedSeriesSequence",), "ReferencedImageSequence", "1"),
        ("1.2.840.10008.5.1.4.1.1.66.4", ("PerFrameFunctionalGroupsSequence", "DerivationImageSequence"),
         "SourceImageSequence", "2"),
        ("1.2.3", (), "PatientID", "3"),
        ("1.2.3", ("RequestAttributesSequence",), "ScheduledProcedureStepID", "1C"),
    ],
)  # fmt: skip
def test_that_the_type_of_an_attribute_is_that_of_its_iod(
    sop_class: str, path: tuple[str, ...], keyword: str, kind: str
) -> None:
    assert type_of(sop_class, path, keyword) == kind
