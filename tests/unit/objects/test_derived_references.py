"""What derived images say of where they come from: each object once, with what of it was used, and where it is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.orientation_matrix import opened
from tests.unit.objects.gate import Tool, findings
from tests.unit.volume.mosaics import mosaic
from workstation.jobs.job import Job
from workstation.model.frame import Frame, ModalityTransform
from workstation.model.geometry import Plane
from workstation.model.volume import Volume
from workstation.objects.derived_references import References, merged
from workstation.objects.derived_series import (
    Derivation,
    SecondSources,
    SourceObject,
    write_derived_series,
    write_renderings,
)
from workstation.objects.derived_sources import SourceFrames, corners_of, source_object, sources_of
from workstation.objects.writing import complete
from workstation.phantoms import small
from workstation.phantoms.writing import save
from workstation.volume.opening import open_volume

NOW = datetime(2026, 11, 26, 4, 0)
HOW = Derivation("mpr", "Resampled along its own slices, linear interpolation")
CT, SEG, DOSE = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.481.2"
STRUCTURES, REGISTRATION = "1.2.840.10008.5.1.4.1.1.481.3", "1.2.840.10008.5.1.4.1.1.66.1"


def image(n: int, sop_class: str = CT, series: str = "2.25.5", study: str = "2.25.1", **more: Any) -> SourceObject:
    return SourceObject(sop_class, f"2.25.{n}", series, study, **more)


def put(*objects: SourceObject, text: str = "") -> Dataset:
    """References, written into a file and read again."""
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID, ds.StudyInstanceUID = CT, "2.25.99", "2.25.1"
    if text:
        ds.SpecificCharacterSet, ds.SeriesDescription = "ISO_IR 192", text
    References("2.25.1").put(ds, objects)
    file = BytesIO()
    complete(ds).save_as(file, enforce_file_format=True)
    file.seek(0)
    return pydicom.dcmread(file)


def uids(items: Sequence[Dataset]) -> list[str]:
    return [str(each.ReferencedSOPInstanceUID) for each in items]


def test_that_images_and_other_objects_are_told_apart_and_found_by_study_and_series() -> None:
    ds = put(
        *(image(10), image(11)),
        image(20, SEG, "2.25.6", segments=(2,), all_segments=(1, 2, 3)),
        image(21, STRUCTURES, "2.25.7", "2.25.2", role="object"),
        image(22, DOSE, "2.25.8", "2.25.2"),
        image(23, REGISTRATION, "2.25.9", role="object"),
    )
    assert uids(ds.SourceImageSequence) == ["2.25.10", "2.25.11", "2.25.20", "2.25.22"]
    assert {each.PurposeOfReferenceCodeSequence[0].CodeValue for each in ds.SourceImageSequence} == {"121322"}
    assert {each.SpatialLocationsPreserved for each in ds.SourceImageSequence} == {"NO"}
    assert ds.SourceImageSequence[2].ReferencedSegmentNumber == 2
    assert uids(ds.SourceInstanceSequence) == ["2.25.21", "2.25.23"]
    assert [each.ReferencedSOPClassUID for each in ds.SourceInstanceSequence] == [STRUCTURES, REGISTRATION]
    here = {str(each.SeriesInstanceUID): uids(each.ReferencedInstanceSequence) for each in ds.ReferencedSeriesSequence}
    assert here == {"2.25.5": ["2.25.10", "2.25.11"], "2.25.6": ["2.25.20"], "2.25.9": ["2.25.23"]}
    (study,) = ds.StudiesContainingOtherReferencedInstancesSequence
    assert study.StudyInstanceUID == "2.25.2"
    assert [str(each.SeriesInstanceUID) for each in study.ReferencedSeriesSequence] == ["2.25.7", "2.25.8"]


def test_that_nothing_is_named_twice() -> None:
    frames = [image(10, frames=(1, 2)), image(10, frames=(2, 3)), image(11, frames=(4,)), image(11)]
    assert [(each.sop_instance_uid, each.frames) for each in merged(frames)] == [
        ("2.25.10", (1, 2, 3)),
        ("2.25.11", ()),
    ]
    segments = [image(20, SEG, segments=(n,), all_segments=(1, 2)) for n in (2, 1)]
    assert merged(segments)[0].segments == (1, 2)
    ds = put(*frames, *segments)
    assert uids(ds.SourceImageSequence) == ["2.25.10", "2.25.11", "2.25.20"]
    assert list(ds.SourceImageSequence[0].ReferencedFrameNumber) == [1, 2, 3]
    assert "ReferencedFrameNumber" not in ds.SourceImageSequence[1]
    assert "ReferencedSegmentNumber" not in ds.SourceImageSequence[2], "all are meant"


def test_that_an_image_that_cuts_others_out_is_a_mask() -> None:
    (item,) = put(image(20, SEG, role="mask", segments=(1, 3), all_segments=(1, 2, 3))).SourceImageSequence
    assert (item.PurposeOfReferenceCodeSequence[0].CodeValue, list(item.ReferencedSegmentNumber)) == ("121321", [1, 3])


def test_that_what_cannot_be_named_is_left_out_and_an_odd_identifier_is_kept_as_it_is() -> None:
    objects = [replace(image(n), sop_instance_uid=uid) for n, uid in enumerate(("", "A.1", "1" * 65, "1.2.08.3"))]
    ds = put(*objects, replace(image(9), sop_class_uid=""))
    assert uids(ds.SourceImageSequence) == ["1.2.08.3"]
    assert "SourceImageSequence" not in put()
    assert "ReferencedSeriesSequence" not in put()


@pytest.mark.parametrize("text", ["", "Каротида", "頸動脈"])
def test_that_references_are_written_as_they_are_and_text_as_it_has_to_be(text: str) -> None:
    ds = Dataset()
    if text:
        ds.SpecificCharacterSet, ds.SeriesDescription = "ISO_IR 192", text
    References("2.25.1").put(ds, [image(10)])
    file = BytesIO()
    ds.save_as(file, implicit_vr=False, little_endian=True)
    assert ds.get_item("SourceImageSequence").is_raw, "a million of them would take minutes to be taken apart"
    read = put(image(10), text=text)
    assert read.get("SeriesDescription", "") == text
    assert uids(read.SourceImageSequence) == ["2.25.10"]


def frames_at(volume: Volume, *slices: int) -> list[Frame]:
    made = []
    for k in slices:
        plane: Plane = volume.plane(k)
        values: NDArray[np.float32] = volume.modality_values(k).astype(np.float32)
        made.append(Frame(values, "MONOCHROME2", 16, plane.spacing, ModalityTransform(unit="HU"), plane=plane))
    return made


def test_that_cubic_interpolation_takes_two_slices_to_each_side(tmp_path: Path) -> None:
    _, volume, _ = opened("axial", tmp_path / "source")
    made = write_derived_series(
        frames_at(volume, 4), volume.frames, tmp_path / "out", replace(HOW, slices_beside=2), now=NOW
    )
    ds = pydicom.dcmread(made.files[0])
    assert uids(ds.SourceImageSequence) == [each.instance.sop_instance_uid for each in volume.frames[2:7]]


def test_that_of_a_curved_plane_the_slices_are_named_that_it_reaches(tmp_path: Path) -> None:
    _, volume, _ = opened("axial", tmp_path / "source")
    flat = replace(frames_at(volume, 4)[0], plane=None)
    origins = [volume.plane(k).origin_lps for k in (3, 4)]
    how = replace(HOW, kind="curved", reach_lps=tuple(origins))
    made = write_derived_series([flat], volume.frames, tmp_path / "out", how, now=NOW)
    named = uids(pydicom.dcmread(made.files[0]).SourceImageSequence)
    assert named == [each.instance.sop_instance_uid for each in volume.frames[2:6]]


def test_that_slices_of_a_second_volume_are_found_where_a_registration_has_them(tmp_path: Path) -> None:
    _, volume, _ = opened("axial", tmp_path / "source")
    (frame,) = frames_at(volume, 4)
    corners = corners_of(frame, 0.0)
    assert corners is not None
    step = np.asarray(volume.plane(1).origin_lps) - volume.plane(0).origin_lps
    to_own = np.eye(4)
    to_own[:3, 3] = 2 * step
    second = SourceFrames(volume.frames, to_own)
    expected = [each.instance.sop_instance_uid for each in volume.frames[5:8]]
    assert [each.sop_instance_uid for each in second.met(corners, beside=1)] == expected
    to_own[:3, 3] = 100 * step
    assert SourceFrames(volume.frames, to_own).met(corners, beside=1) == [], "nothing of it is seen"
    assert len(SourceFrames(volume.frames).met(None, beside=1)) == len(volume.frames)


def test_that_a_mosaic_is_named_once_and_as_a_whole(tmp_path: Path, tool: Tool) -> None:
    ds = mosaic(small.volume("axial"))
    save(ds, tmp_path / "source" / "mosaic.dcm")
    volume, _ = open_volume([tmp_path / "source"], Job())
    read, file = derived(volume, tmp_path / "derived")
    (item,) = read.SourceImageSequence
    assert (item.ReferencedSOPInstanceUID, "ReferencedFrameNumber" in item) == (ds.SOPInstanceUID, False)
    assert findings(tool, file) == []


def test_that_frames_without_a_place_are_all_named(tmp_path: Path) -> None:
    _, volume, _ = opened("axial", tmp_path / "source")
    nowhere = [replace(each, instance=replace(each.instance, image_orientation=None)) for each in volume.frames]
    for path in (tmp_path / "source").rglob("*.dcm"):
        ds = pydicom.dcmread(path)
        del ds.ImageOrientationPatient, ds.ImagePositionPatient
        ds.save_as(path)
    assert len(SourceFrames(nowhere).met(np.zeros((4, 3)), beside=1)) == len(nowhere)


def test_that_renderings_name_what_cut_them_out(tmp_path: Path, tool: Tool) -> None:
    _, volume, _ = opened("axial", tmp_path / "source")
    first = volume.frames[0].instance
    mask = SourceObject(SEG, "2.25.20", "2.25.6", first.study_instance_uid, "mask", (), (2,), (1, 2))
    how = Derivation("rendering", "Volume rendering", more_codes=(("113077", "Volume editing"),))
    pictures = [np.zeros((8, 10, 3), np.uint8)] * 2
    made = write_renderings(
        pictures, volume.frames, tmp_path / "vr.dcm", how, now=NOW, also=SecondSources(objects=(mask,))
    )
    ds = pydicom.dcmread(made.files[0])
    assert uids(ds.SourceImageSequence)[-1] == "2.25.20"
    assert len(ds.SourceImageSequence) == len(volume.frames) + 1
    assert [each.CodeValue for each in ds.DerivationCodeSequence] == ["113074", "113077"]
    assert findings(tool, made.files[0]) == []


def test_that_an_object_is_described_by_its_header() -> None:
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID, ds.SeriesInstanceUID, ds.StudyInstanceUID = SEG, "2.25.3", "2.25.2", "2.25.1"
    assert source_object(ds).role == "object"
    ds.Rows = 4
    ds.SegmentSequence = [Dataset() for _ in range(3)]
    for number, item in enumerate(ds.SegmentSequence):
        item.SegmentNumber = number
    assert source_object(ds) == SourceObject(SEG, "2.25.3", "2.25.2", "2.25.1", all_segments=(1, 2))


def source_with(folder: Path, **values: Any) -> Volume:
    made, _, _ = opened("axial", folder)
    for ds in made.datasets:
        for keyword, value in values.items():
            setattr(ds, keyword, value)
    made.write(folder)
    return open_volume([folder], Job())[0]


def derived(volume: Volume, folder: Path) -> tuple[Dataset, Path]:
    (file,) = write_derived_series(frames_at(volume, 4), volume.frames, folder, HOW, now=NOW).files
    return pydicom.dcmread(file), file


def test_that_what_shows_a_person_and_what_was_taken_out_is_said_on(tmp_path: Path, tool: Tool) -> None:
    volume = source_with(
        tmp_path / "source",
        BurnedInAnnotation="YES",
        RecognizableVisualFeatures="YES",
        PatientIdentityRemoved="YES",
        DeidentificationMethod=["Names removed", "Dates shifted"],
        LongitudinalTemporalInformationModified="MODIFIED",
    )
    ds, file = derived(volume, tmp_path / "derived")
    assert (ds.BurnedInAnnotation, ds.RecognizableVisualFeatures) == ("YES", "YES")
    assert (ds.PatientIdentityRemoved, ds.LongitudinalTemporalInformationModified) == ("YES", "MODIFIED")
    assert list(ds.DeidentificationMethod) == ["Names removed", "Dates shifted"]
    assert findings(tool, file) == []


def test_that_nothing_is_said_that_the_source_does_not(tmp_path: Path) -> None:
    ds, _ = derived(source_with(tmp_path / "source", PatientIdentityRemoved="YES"), tmp_path / "derived")
    assert "RecognizableVisualFeatures" not in ds
    assert "PatientIdentityRemoved" not in ds, "by which method nobody knows"
    ds, _ = derived(source_with(tmp_path / "faceless", RecognizableVisualFeatures="NO"), tmp_path / "other")
    assert ds.RecognizableVisualFeatures == "NO"


@pytest.mark.parametrize(
    ("name", "stored_in", "charset"),
    [
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", ["", "ISO 2022 IR 87"], "ISO_IR 192"),
        ("Люкceмбypг^Иван", "ISO_IR 144", "ISO_IR 192"),
        ("Åström^Jürgen", "ISO_IR 100", "ISO_IR 100"),
        ("Phantom^Small", "ISO_IR 100", None),
    ],
)
def test_that_names_in_any_script_come_through(
    name: str, stored_in: Any, charset: str | None, tmp_path: Path, tool: Tool
) -> None:
    volume = source_with(tmp_path / "source", SpecificCharacterSet=stored_in, PatientName=name)
    ds, file = derived(volume, tmp_path / "derived")
    assert str(ds.PatientName) == name
    assert ds.get("SpecificCharacterSet") == charset
    assert len(sources_of(volume.frames[3:6])) == len(ds.SourceImageSequence)
    assert findings(tool, file) == []
