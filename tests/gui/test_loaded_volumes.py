"""Volumes of reports become live in the window: the regions of the segment that they name, and so their volume."""

from pathlib import Path

import numpy as np
import pydicom
import pytest

from tests.measured_files import write_ct
from tests.segmentation_samples import segmentation
from workstation.__main__ import dicom_measure
from workstation.display.loading import load
from workstation.gui.viewer.volume_numbers import groups_of
from workstation.jobs.job import Job
from workstation.model.index.records import Instance
from workstation.model.index.scan import scan
from workstation.model.marking import Marking
from workstation.phantoms.writing import save


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Instance]:
    """Four slices, two segments over them, and a report of the volumes of both; by the name of the file."""
    monkeypatch.chdir(tmp_path)
    images = [pydicom.dcmread(write_ct(tmp_path / "ct" / f"{number}.dcm", number)) for number in range(4)]
    masks = np.zeros((4, 512, 512, 2), np.uint8)
    masks[1:4, 50:60, 100:120, 0], masks[2, 200:210, 100:120, 1] = 1, 1
    save(segmentation(images, masks), tmp_path / "seg.dcm")
    assert dicom_measure(["volume", "ct", "--roi", "seg.dcm", "--format", "sr", "-o", "sr.dcm"]) == 0
    found = [each for scanned in scan([tmp_path]) for each in scanned.instances]
    return {each.place.path.name: each for each in found}


def test_that_segments_of_a_report_are_live_where_the_segmentation_is_open(study: dict[str, Instance]) -> None:
    images = {each.sop_instance_uid: each for each in study.values() if each.has_pixels}
    found = load(study["sr.dcm"], images, Job("test"))
    assert not found.is_shown
    assert not found.notes
    assert [each.kind for each in found.annotations] == ["mask"] * 4
    first = found.annotations[0].about
    assert first is not None
    assert first.tracking_id == "Segment 1"
    (group,) = groups_of(Marking(found.annotations)).values()  # what is on one slice only is no group
    assert len(group) == 3
    assert {each.sop_instance_uid for each in group} == {study[f"{at}.dcm"].sop_instance_uid for at in (1, 2, 3)}


def test_that_without_the_segmentation_the_report_is_shown_and_says_why(study: dict[str, Instance]) -> None:
    images = {each.sop_instance_uid: each for each in study.values() if each.has_pixels and each.modality != "SEG"}
    found = load(study["sr.dcm"], images, Job("test"))
    assert found.is_shown
    assert any("2 of 2 groups have no graphics" in each for each in found.notes)
