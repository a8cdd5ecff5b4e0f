"""A region followed over the times and the slices of its series."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.uid import UID

from tests.measured_files import ramp, write_ct
from workstation.errors import Cancelled, UserError
from workstation.jobs.job import Job
from workstation.measure.calibration import SpacingFacts
from workstation.measure.following import follow_through, of_image
from workstation.measure.measuring import measured
from workstation.model.annotation import Annotation
from workstation.model.frame import Frame
from workstation.model.index.records import FrameRef, Instance
from workstation.model.index.scan import scan
from workstation.model.instance_plane import plane_of
from workstation.model.measurement import Measurement

SLICES, TIMES = 3, 4
PLAIN = ramp(16)
BOX = ((1.5, 1.5), (5.5, 1.5), (5.5, 5.5), (1.5, 5.5))
MEAN = float(PLAIN[2:6, 2:6].mean()) - 1024


def measure(annotation: Annotation, frame: Frame, _ref: FrameRef, _facts: SpacingFacts) -> Measurement:
    return measured(annotation, frame)


def dynamic(folder: Path) -> list[list[FrameRef]]:
    """Write slices at several times, 100 more each time and 10 more each slice, and give a stack for each time."""
    for time in range(TIMES):
        for number in range(SLICES):
            path = write_ct(
                folder / f"{time}-{number}.dcm", number, (PLAIN + 100 * time + 10 * number).astype(np.int16)
            )
            ds = pydicom.dcmread(path)
            ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = UID(f"2.25.60.{time}.{number}")
            ds.AcquisitionDate, ds.AcquisitionTime = "20260301", f"1015{5 * time:02}"
            ds.save_as(path, enforce_file_format=True)
    found = {Path(str(each.place)).name: each for each in read(folder)}
    return [[FrameRef(found[f"{time}-{number}.dcm"]) for number in range(SLICES)] for time in range(TIMES)]


def read(folder: Path) -> list[Instance]:
    return [each for scanned in scan([folder], workers=0) for each in scanned.instances]


def box(ref: FrameRef) -> Annotation:
    made = Annotation("a", "rectangle", ref.instance.sop_instance_uid, ref.number, BOX, BOX[0])
    return made.on_plane(plane_of(ref.instance))


def test_that_a_dynamic_series_is_followed_over_time_and_over_its_slices(tmp_path: Path) -> None:
    stacks = dynamic(tmp_path)
    ref = stacks[1][2]
    found = follow_through(box(ref), ref, [stacks[1], stacks[0], *stacks[2:]], measure, Job("x"))
    over_time, over_slices = found.tables
    assert (over_time.over, over_time.over_from) == ("Time (s)", "Acquisition Date and Time")
    assert over_time.curves[0].x == pytest.approx((0, 5, 10, 15))
    assert over_time.curves[0].y == pytest.approx([MEAN + 20 + 100 * time for time in range(TIMES)])
    assert over_slices.over == "Position along the normal (mm)"
    assert over_slices.curves[0].x == pytest.approx((0, 3, 6))
    assert over_slices.curves[0].y == pytest.approx([MEAN + 100 + 10 * number for number in range(SLICES)])
    assert not found.problems
    head, first, *_rest = over_time.table().splitlines()
    assert head.split("\t")[0] == "Time (s)"
    assert "mean (HU)" in head.split("\t")
    assert first.split("\t")[0] == "0"


def test_that_a_region_goes_along_the_normal_where_slices_are_moved_in_their_plane(tmp_path: Path) -> None:
    for number in range(2):
        write_ct(
            tmp_path / f"{number}.dcm", number, PLAIN, ImagePositionPatient=[-100 + 0.5 * number, -120, 3 * number]
        )
    refs = sorted((FrameRef(each) for each in read(tmp_path)), key=lambda each: str(each.instance.place))
    (table,) = follow_through(box(refs[0]), refs[0], [refs], measure, Job("x")).tables
    # The second slice begins a column further, so the region covers the columns before, which are 1 less.
    assert table.curves[0].y == pytest.approx([MEAN, MEAN - 1])


def test_that_frames_of_a_film_are_followed_without_planes(tmp_path: Path) -> None:
    ds = pydicom.dcmread(write_ct(tmp_path / "film.dcm", 1, PLAIN))
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = UID("1.2.840.10008.5.1.4.1.1.7.3")
    del ds.ImagePositionPatient, ds.ImageOrientationPatient
    ds.NumberOfFrames, ds.FrameTime, ds.FrameIncrementPointer = 3, 50, 0x00181063
    ds.PixelData = np.stack([PLAIN + 10 * number for number in range(3)]).astype(np.int16).tobytes()
    ds.save_as(tmp_path / "film.dcm", enforce_file_format=True)
    (instance,) = read(tmp_path)
    refs = [FrameRef(instance, number) for number in range(3)]
    point = Annotation("a", "point", instance.sop_instance_uid, 1, ((2.0, 3.0),), (2.0, 3.0))
    (table,) = follow_through(point, refs[1], of_image([refs], refs[1]), measure, Job("x")).tables
    assert (table.over_from, table.is_one_file) == ("Frame Time", True)
    assert table.curves[0].x == pytest.approx((0, 0.05, 0.1))
    assert table.curves[0].y == pytest.approx([8 - 1024, 18 - 1024, 28 - 1024])


def test_that_a_frame_that_cannot_be_read_is_told_and_left_out(tmp_path: Path) -> None:
    stacks = dynamic(tmp_path)
    path = Path(str(stacks[2][0].instance.place))
    path.write_bytes(path.read_bytes()[:600])
    ref = stacks[0][0]
    over_time = (found := follow_through(box(ref), ref, stacks, measure, Job("x"))).tables[0]
    assert over_time.curves[0].x == pytest.approx((0, 5, 15))
    assert len(found.problems) == 1
    assert "2-0.dcm" in found.problems[0]


def test_that_an_image_alone_is_refused_and_that_it_can_be_cancelled(tmp_path: Path) -> None:
    stacks = dynamic(tmp_path)
    ref = stacks[0][0]
    with pytest.raises(UserError, match="no other frame at this place"):
        follow_through(box(ref), ref, [[ref]], measure, Job("x"))
    job = Job("x")
    job.cancel()
    with pytest.raises(Cancelled):
        follow_through(box(ref), ref, stacks, measure, job)
