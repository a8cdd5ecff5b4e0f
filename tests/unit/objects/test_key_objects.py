"""Key object selections: others' read, ours written and read again, and found right by other programs."""

import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.dataset import Dataset

from tests.unit.objects.gate import Tool, findings
from tests.unit.objects.key_object_samples import CT, content, referenced, selection, usual
from tests.unit.objects.states import item
from workstation.errors import UserError
from workstation.model.concepts import Code
from workstation.model.refusal import Reason, Refused
from workstation.objects.key_objects.reading import key_objects, open_key_objects
from workstation.objects.key_objects.values import TITLES, KeyObject, KeyObjects, title_of, title_words
from workstation.objects.key_objects.writing import key_object_of, key_objects_dataset
from workstation.objects.writing import NewSeries, save

NOW = datetime(2026, 11, 25, 14, 30)
OF_INTEREST = title_of("of-interest")


def test_that_a_selection_is_read_with_all_that_it_says() -> None:
    read = key_objects(usual())
    assert read.title == Code("113004", "DCM", "For Teaching")
    assert (read.note, read.observer, read.created) == ("look at\nthe left", "Reader, Ann", "2026-11-20 10:15")
    assert read.reasons == (Code("113014", "DCM", "Study"),)
    state_class = "1.2.840.10008.5.1.4.1.1.11.1"
    assert read.objects == (
        KeyObject("1.2.3.1.1", CT, "1.2.3.1", "1.2.3", (1, 4), "1.2.3.8.1", state_class),
        KeyObject("1.2.3.2.1", CT, "1.2.3.2", "1.2.3"),
    )
    assert read.problems == ()


def test_that_frames_count_from_nought() -> None:
    read = key_objects(usual())
    assert [frame for frame in range(6) if read.means("1.2.3.1.1", frame)] == [1, 4]
    assert read.means("1.2.3.2.1", 77)
    assert not read.means("1.2.3.9.1")


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (selection(), "points at nothing"),
        (selection(ConceptNameCodeSequence=None), "no title"),
        (selection(content("CONTAINS", "IMAGE")), "points at nothing"),
        (selection(content("CONTAINS", "IMAGE", ReferencedSOPSequence=[item()])), "points at nothing"),
    ],
    ids=["empty", "untitled", "no reference", "reference to nothing"],
)
def test_that_a_damaged_selection_is_told(made: Dataset, words: str) -> None:
    assert any(words in problem for problem in key_objects(made).problems)


def test_that_an_image_without_evidence_is_read_without_its_series() -> None:
    made = selection(
        content("CONTAINS", "IMAGE", ReferencedSOPSequence=[referenced("1.2.3.1.1")]),
        CurrentRequestedProcedureEvidenceSequence=None,
    )
    assert key_objects(made).objects == (KeyObject("1.2.3.1.1", CT),)


def test_that_another_object_is_refused(tmp_path: Path) -> None:
    other = usual()
    other.SOPClassUID = CT
    save(other, tmp_path / "a.dcm")
    with pytest.raises(Refused) as refused:
        open_key_objects(tmp_path / "a.dcm")
    assert refused.value.reason is Reason.OTHER_OBJECT


@pytest.mark.parametrize(("name", "count"), [("GK17285-KOS.dcm", 1), ("real0X.ko.dcm", 6)])
def test_that_selections_of_other_makers_are_read(shared_data: Path, name: str, count: int) -> None:
    read = open_key_objects(shared_data / "sr" / "ko" / name)
    assert OF_INTEREST.is_same(read.title)
    assert (len(read.objects), len({each.sop_instance_uid for each in read.objects})) == (count, count)
    assert all(each.series_instance_uid and each.study_instance_uid == read.study_instance_uid for each in read.objects)
    assert read.problems == ()


def test_that_titles_are_found_by_words_and_codes() -> None:
    assert title_of("For Teaching") == title_of("for_teaching") == title_of("113004") == TITLES[4]
    assert title_words(OF_INTEREST) == "of-interest"
    with pytest.raises(UserError, match="no title 'nonsense'"):
        title_of("nonsense")


def test_that_titles_are_those_of_the_context_group() -> None:
    from pydicom.sr._cid_dict import cid_concepts
    from pydicom.sr.codedict import codes

    published = {getattr(codes.DCM, name).value: getattr(codes.DCM, name).meaning for name in cid_concepts[7010]["DCM"]}
    assert all(published[title.value] == title.meaning for title in TITLES)
    assert len({title.value for title in TITLES}) == len(TITLES)


def _header(uid: str, series: str, **attributes: Any) -> Dataset:
    return item(
        SOPClassUID=CT, SOPInstanceUID=uid, SeriesInstanceUID=series, StudyInstanceUID="1.2.3", PatientName="A^B",
        PatientID="1", StudyDate="20261120", StudyTime="101112", **attributes,
    )  # fmt: skip


def _written(chosen: KeyObjects, folder: Path) -> Path:
    path = folder / "ko.dcm"
    dataset = key_objects_dataset(chosen, _header("1.2.3.1.1", "1.2.3.1"), NewSeries("KO", 902, "Key images"), now=NOW)
    save(dataset, path)
    return path


FIRST = key_object_of(_header("1.2.3.1.1", "1.2.3.1"))
ENHANCED = "1.2.840.10008.5.1.4.1.1.2.1"
SECOND = replace(key_object_of(_header("1.2.3.2.1", "1.2.3.2", NumberOfFrames=9), (1, 4)), sop_class_uid=ENHANCED)
REPORT = KeyObject("1.2.3.5.1", "1.2.840.10008.5.1.4.1.1.88.33", "1.2.3.5", "1.2.3")
SEEN_WITH = replace(
    FIRST,
    presentation_state_uid="1.2.3.8.1",
    presentation_state_class="1.2.840.10008.5.1.4.1.1.11.1",
    presentation_state_series_uid="1.2.3.8",
)
SELECTIONS = {
    "one image": KeyObjects(OF_INTEREST, (FIRST,)),
    "with words": KeyObjects(title_of("for-teaching"), (FIRST, SECOND), "siehe\nLücke", "Lesér, Ann"),
    "with a reason": KeyObjects(
        title_of("rejected-for-quality-reasons"), (FIRST,), reasons=(Code("111210", "DCM", "Motion blur"),)
    ),
    "with a state": KeyObjects(OF_INTEREST, (SEEN_WITH,)),
    "of a report": KeyObjects(OF_INTEREST, (REPORT, FIRST)),
}


@pytest.mark.parametrize("name", SELECTIONS)
def test_that_a_selection_reads_back_equal_and_right(tmp_path: Path, name: str, tool: Tool) -> None:
    chosen = SELECTIONS[name]
    path = _written(chosen, tmp_path)
    read = open_key_objects(path)
    assert (read.title, read.note, read.objects, read.reasons) == (
        chosen.title,
        chosen.note,
        chosen.objects,
        chosen.reasons,
    )
    assert (read.created, read.study_instance_uid, read.problems) == ("2026-11-25 14:30", "1.2.3", ())
    assert findings(tool, path) == []
    said = subprocess.run(
        [tool("dsrdump"), "-q", str(path)], capture_output=True, text=True, errors="replace", timeout=60
    )
    assert not [line for line in said.stderr.splitlines() if line.startswith(("E:", "F:", "W:"))]


def test_that_images_are_grouped_by_series_and_listed_once(tmp_path: Path) -> None:
    twice = KeyObjects(OF_INTEREST, (FIRST, SECOND, replace(SECOND, frames=(7,))))
    dataset = pydicom.dcmread(_written(twice, tmp_path))
    (study,) = dataset.CurrentRequestedProcedureEvidenceSequence
    listed = {each.SeriesInstanceUID: len(each.ReferencedSOPSequence) for each in study.ReferencedSeriesSequence}
    assert listed == {"1.2.3.1": 1, "1.2.3.2": 1}
    assert [each.ValueType for each in dataset.ContentSequence] == ["IMAGE"] * 3


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (KeyObjects(OF_INTEREST), "nothing to save"),
        (KeyObjects(None, (FIRST,)), "needs a title"),
        (KeyObjects(OF_INTEREST, (FIRST, replace(SECOND, study_instance_uid="9.9"))), "different studies"),
        (KeyObjects(OF_INTEREST, (replace(FIRST, series_instance_uid=""),)), "no series or class"),
        (KeyObjects(OF_INTEREST, (replace(SEEN_WITH, presentation_state_series_uid=""),)), "presentation state"),
    ],
)
def test_that_what_cannot_be_saved_is_refused(tmp_path: Path, chosen: KeyObjects, words: str) -> None:
    with pytest.raises(UserError, match=words):
        _written(chosen, tmp_path)
