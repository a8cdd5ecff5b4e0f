"""A lesion that is gone, in reports and tables: said by the codes of the standard, and counted by RECIST 1.1."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import highdicom
import pytest
from pydicom import Dataset, dcmread

from tests.unit.objects import measured as m
from tests.unit.objects.gate import report_findings
from workstation.__main__ import dicom_measure
from workstation.gui.panels.annotations.saving import Taken, measurements_of, parts_of_report, written
from workstation.measure.comparing import compared, read_saved, response
from workstation.measure.stated import stated
from workstation.model import quantities as q
from workstation.model import units as u
from workstation.model.annotation import About, Annotation, Status
from workstation.model.index.scan import scan
from workstation.model.measurement import Measurement, Value
from workstation.objects.measurement_report.reading import report_of
from workstation.objects.measurement_report.restored import measurements_of_report
from workstation.objects.measurement_report.writing import write_report
from workstation.phantoms.writing import save

Tool = Callable[[str], str]
LESION = About("1.2.826.0.9", "Nodule 3", m.NODULE, m.LUNG, role="target")
CODES = {
    "present": ("52101004", "SCT"),
    "absent": ("272519000", "SCT"),
    "too small": ("52101004", "SCT"),
    "not evaluated": ("373068000", "SCT"),
}


def note(image: Dataset, status: Status = "absent") -> Annotation:
    """What a reader leaves where a lesion was."""
    return m.annotation("text", image, text="gone", about=replace(LESION, status=status))


def diameter(image: Dataset) -> Measurement:
    made = m.measurement("length", image)
    return replace(made, annotation=replace(made.annotation, about=LESION), values=(Value(q.LENGTH, 14.0, u.MM),))


def groups(ds: Dataset) -> list[Dataset]:
    (found,) = [each for each in ds.ContentSequence if each.ConceptNameCodeSequence[0].CodeValue == "126010"]
    return list(found.ContentSequence)


@pytest.mark.parametrize("status", CODES)
def test_that_a_report_says_by_the_codes_of_the_standard_whether_a_lesion_is_there(
    status: Status, tmp_path: Path
) -> None:
    (image, *_) = m.images()
    said = stated(note(image, status))
    assert said is not None
    write_report([said], [image], tmp_path / "sr.dcm")
    (group,) = groups(dcmread(tmp_path / "sr.dcm"))
    (presence,) = [each for each in group.ContentSequence if each.ConceptNameCodeSequence[0].CodeValue == "121052"]
    code = presence.ConceptCodeSequence[0]
    assert (code.CodeValue, code.CodingSchemeDesignator) == CODES[status]
    assert presence.RelationshipType == "CONTAINS"
    assert not any(each.ValueType == "NUM" for each in group.ContentSequence)
    (again,) = measurements_of_report(report_of(dcmread(tmp_path / "sr.dcm"), [m.place(image)]))
    assert again.annotation.about == said.annotation.about
    assert (again.annotation.kind, again.annotation.text, again.values) == ("text", "gone", ())


def test_that_other_programs_find_nothing_wrong_and_read_it(tmp_path: Path, tool: Tool) -> None:
    (image, *_) = m.images()
    said = stated(note(image))
    assert said is not None
    write_report([m.measurement("circle", image), said], [image], tmp_path / "sr.dcm")
    assert report_findings(tool, tmp_path / "sr.dcm") == []
    content = highdicom.sr.srread(tmp_path / "sr.dcm").content
    (theirs,) = content.get_planar_roi_measurement_groups(tracking_uid=LESION.tracking_uid, graphic_type=None)
    (evaluation,) = [each for each in theirs.get_qualitative_evaluations() if each.name.value == "121052"]
    assert evaluation.value.value == "272519000"
    assert theirs.finding_type is not None
    assert theirs.finding_type.value == m.NODULE.value


def test_that_a_lesion_of_another_program_that_says_absent_is_absent(tmp_path: Path) -> None:
    (image, *_) = m.images()
    said = stated(note(image))
    assert said is not None
    write_report([said], [image], tmp_path / "sr.dcm")
    ds = dcmread(tmp_path / "sr.dcm")
    (group,) = groups(ds)
    ours = [each for each in group.ContentSequence if "99" in each.ConceptNameCodeSequence[0].CodingSchemeDesignator]
    assert ours
    group.ContentSequence = [each for each in group.ContentSequence if each not in ours]
    (found,) = report_of(ds, [m.place(image)]).groups
    assert found.about.status == "absent"


def taken_of(annotations: list[Annotation], folder: Path) -> list[Taken]:
    found = {each.sop_instance_uid: each for scanned in scan([folder]) for each in scanned.instances}
    return [Taken(each, found[each.sop_instance_uid]) for each in annotations]


@pytest.mark.parametrize("suffix", [".dcm", ".csv", ".json"])
def test_that_a_lesion_that_is_gone_is_saved_from_the_window_and_counts_as_gone(suffix: str, tmp_path: Path) -> None:
    (image, *_) = m.images()
    image.StudyDate = "20260601"
    save(image, tmp_path / "image.dcm")
    (taken,) = taken_of([note(image)], tmp_path)
    later, before = tmp_path / f"later{suffix}", tmp_path / "before.json"
    if suffix == ".dcm":
        measurements, volumes = parts_of_report([taken])
        assert not volumes
        write_report(measurements, [image], later)
    else:
        later.write_text(written([taken], suffix), encoding="utf-8")
    first = replace(taken, annotation=diameter(image).annotation, measurement=diameter(image))
    first = replace(first, instance=replace(first.instance, study_date="20260101", study_instance_uid="1.2.9"))
    before.write_text(written([first], ".json"), encoding="utf-8")
    saved = [each for path in (before, later) for each in read_saved(path)]
    found, problems = response(saved)
    assert not problems
    assert [(each.assessment.when, each.assessment.sum_mm) for each in found] == [
        (date(2026, 1, 1), 14.0),
        (date(2026, 6, 1), 0.0),
    ]
    assert found[1].assessment.target == "CR"
    assert [each.trend.quantity for each in compared(saved)] == ["length"]  # what has no number is no change to 0


def test_that_a_plain_note_is_no_measurement(tmp_path: Path) -> None:
    (image, *_) = m.images()
    save(image, tmp_path / "image.dcm")
    plain = m.annotation("text", image, about=About("1.2", "Lesion"))
    assert stated(plain) is None
    assert list(measurements_of(taken_of([plain], tmp_path)[0])) == []


def test_that_it_is_read_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (image, *_) = m.images()
    save(image, tmp_path / "image.dcm")
    said = stated(note(image))
    assert said is not None
    write_report([said], [image], tmp_path / "sr.dcm")
    assert dicom_measure(["read", str(tmp_path / "sr.dcm")]) == 0
    assert "gone (Nodule, Lung, target, absent)" in capsys.readouterr().out
    assert dicom_measure(["read", str(tmp_path / "sr.dcm"), "--images", str(tmp_path / "image.dcm")]) == 0
    assert "target absent" in capsys.readouterr().out
