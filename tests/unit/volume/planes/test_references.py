"""What series of planes say of where they come from: whatever lies over them is found by what they refer to."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from tests.dose_samples import dose_object
from tests.report_samples import dataset
from tests.segmentation_samples import blobs, in_order, segmentation
from tests.unit.objects.gate import Tool, findings
from tests.unit.volume.commands import Said
from workstation.jobs.job import Job
from workstation.model.geometry import ijk_to_lps
from workstation.model.index.scan import scan
from workstation.objects.segment_masks import ImagePlace, SegmentMasks
from workstation.objects.segmentation import SegmentationImage
from workstation.objects.spatial_registration import spatial_registration_dataset
from workstation.objects.writing import complete
from workstation.phantoms import small
from workstation.phantoms.writing import save
from workstation.volume.opening import open_volume

STRUCTURES = "1.2.840.10008.5.1.4.1.1.481.3"


@pytest.fixture
def study(tmp_path: Path) -> small.SmallVolume:
    """A volume in the folder ``ct``, and beside it a segmentation, structures and a dose, each in its series."""
    made = small.volume("axial")
    (tmp_path / "ct").mkdir()
    made.write(tmp_path / "ct")
    own = {"StudyInstanceUID": made.datasets[0].StudyInstanceUID}
    save(segmentation(in_order(made), blobs(made.hu_kji.shape)), tmp_path / "seg.dcm")
    uid = made.grid.frame_of_reference_uid
    x, y, z = (float(each) for each in made.positions_lps[0])
    save(dose_object(np.full((9, 20, 30), 2.0), (x, y, z), (2.0, 1, 1), frame_of_reference_uid=uid), tmp_path / "d.dcm")
    save(structures_of(made, **own), tmp_path / "rs.dcm")
    return made


def structures_of(made: small.SmallVolume, **more: Any) -> Dataset:
    corners = ijk_to_lps(made.grid, [(5, 4, 4), (15, 4, 4), (15, 12, 4), (5, 12, 4)])
    contour = dataset(
        ContourGeometricType="CLOSED_PLANAR", NumberOfContourPoints=4, ContourData=[float(x) for x in corners.ravel()]
    )
    uid = made.grid.frame_of_reference_uid
    return complete(
        dataset(
            SOPClassUID=STRUCTURES,
            SOPInstanceUID="2.25.71",
            SeriesInstanceUID="2.25.72",
            Modality="RTSTRUCT",
            StructureSetLabel="Plan A",
            StructureSetROISequence=[dataset(ROINumber=4, ROIName="Lung L", ReferencedFrameOfReferenceUID=uid)],
            ROIContourSequence=[dataset(ReferencedROINumber=4, ContourSequence=[contour])],
            **more,
        )
    )


def references(items: Sequence[Dataset]) -> dict[str, Dataset]:
    found = {str(each.ReferencedSOPInstanceUID): each for each in items}
    assert len(found) == len(items), "none is named twice"
    return found


def test_that_structures_are_told_by_name_since_no_reference_tells_them_apart(said: Said, tmp_path: Path) -> None:
    made = small.volume("axial")
    made.write(tmp_path / "ct")
    ds = structures_of(made, StudyInstanceUID=made.datasets[0].StudyInstanceUID)
    contours = ds.ROIContourSequence[0].ContourSequence
    uid = made.grid.frame_of_reference_uid
    ds.StructureSetROISequence = [
        dataset(ROINumber=n, ROIName=f"Part {n}", ReferencedFrameOfReferenceUID=uid) for n in range(1, 7)
    ]
    ds.ROIContourSequence = [dataset(ReferencedROINumber=n, ContourSequence=contours) for n in range(1, 7)]
    save(ds, tmp_path / "rs.dcm")
    asked = ("mpr", tmp_path / "ct", "--mask", tmp_path / "rs.dcm", "--planes", "axial", "--format", "dicom")
    said(*asked, "-o", tmp_path / "out")
    read, _file = first_of(tmp_path / "out")
    assert "Part 1, Part 2, Part 3, Part 4, Part 5, Part 6 over it" in read.DerivationDescription


def first_of(folder: Path) -> tuple[Dataset, Path]:
    file = min(folder.glob("*.dcm"))
    return pydicom.dcmread(file), file


def uid_of(path: Path) -> str:
    return str(pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID)


def located(ds: Dataset) -> dict[str, tuple[str, str]]:
    """Give study and series of all that an object says that it refers to."""
    own = [(str(ds.StudyInstanceUID), each) for each in ds.get("ReferencedSeriesSequence", ())]
    for study in ds.get("StudiesContainingOtherReferencedInstancesSequence", ()):
        own += [(str(study.StudyInstanceUID), each) for each in study.ReferencedSeriesSequence]
    return {
        str(one.ReferencedSOPInstanceUID): (study_uid, str(series.SeriesInstanceUID))
        for study_uid, series in own
        for one in series.ReferencedInstanceSequence
    }


@pytest.mark.usefixtures("study")
def test_that_segments_structures_and_a_dose_over_planes_are_named(said: Said, tmp_path: Path, tool: Tool) -> None:
    files = [tmp_path / name for name in ("seg.dcm", "rs.dcm", "d.dcm")]
    masks = [word for path in files for word in ("--mask", path)]
    said("mpr", tmp_path / "ct", *masks, "--planes", "axial", "--format", "dicom", "-o", tmp_path / "out")
    ds, file = first_of(tmp_path / "out")
    images, others = references(ds.SourceImageSequence), references(ds.SourceInstanceSequence)
    assert "ReferencedSegmentNumber" not in images[uid_of(files[0])], "all of it is drawn"
    assert [str(each.ReferencedSOPClassUID) for each in others.values()] == [STRUCTURES]
    assert list(others) == [uid_of(files[1])]
    assert uid_of(files[2]) in images
    places = located(ds)
    assert set(places) == {*images, *others}
    for path in (*files, *(tmp_path / "ct").glob("*.dcm")):
        header = pydicom.dcmread(path, stop_before_pixels=True)
        if header.SOPInstanceUID in places:
            expected = str(header.StudyInstanceUID), str(header.SeriesInstanceUID)
            assert places[header.SOPInstanceUID] == expected, "the dose is in a study of its own"
    assert len({study for study, _series in places.values()}) == 2
    assert findings(tool, file) == []


@pytest.mark.usefixtures("study")
def test_that_only_segments_that_are_drawn_are_named(said: Said, tmp_path: Path, tool: Tool) -> None:
    asked = ("mpr", tmp_path / "ct", "--mask", tmp_path / "seg.dcm", "--planes", "axial", "--format", "dicom")
    said(*asked, "--segment", "Segment 2", "-o", tmp_path / "out")
    ds, file = first_of(tmp_path / "out")
    item = references(ds.SourceImageSequence)[uid_of(tmp_path / "seg.dcm")]
    assert item.ReferencedSegmentNumber == 2
    assert findings(tool, file) == []


def test_that_along_a_path_the_slices_are_named_that_it_passes(
    study: small.SmallVolume, said: Said, tmp_path: Path
) -> None:
    np.savetxt(tmp_path / "path.txt", ijk_to_lps(study.grid, [(4, 10, 3), (14, 10, 3), (24, 10, 3)]))
    asked = ("curved-mpr", tmp_path / "ct", "--centerline", tmp_path / "path.txt", "--kind", "straightened")
    size = ("--width", "1mm", "--pixel", "0.5mm", "--mask", tmp_path / "seg.dcm", "--format", "dicom")
    said(*asked, *size, "-o", tmp_path / "out")
    ds, _file = first_of(tmp_path / "out")
    images = references(ds.SourceImageSequence)
    assert images.pop(uid_of(tmp_path / "seg.dcm")).PurposeOfReferenceCodeSequence[0].CodeValue == "121322"
    order = [str(each.SOPInstanceUID) for each in in_order(study)]
    assert sorted(map(order.index, images)) in ([2, 3, 4], [1, 2, 3, 4, 5])


@pytest.mark.usefixtures("study")
def test_that_a_picture_in_three_dimensions_names_what_cut_it_out(said: Said, tmp_path: Path, tool: Tool) -> None:
    asked = ("volume", tmp_path / "ct", "--mask", tmp_path / "seg.dcm", "--segment", "1", "--size", "40x30")
    said(*asked, "-o", tmp_path / "vr.dcm")
    ds = pydicom.dcmread(tmp_path / "vr.dcm")
    item = references(ds.SourceImageSequence)[uid_of(tmp_path / "seg.dcm")]
    assert item.PurposeOfReferenceCodeSequence[0].CodeValue == "121321"
    assert item.ReferencedSegmentNumber == 1
    assert "113077" in [each.CodeValue for each in ds.DerivationCodeSequence]
    assert ds.DerivationDescription.endswith("; only Segment 1")
    assert findings(tool, tmp_path / "vr.dcm") == []


def test_that_a_registration_that_lays_a_second_volume_is_named(
    demo_study: Path, said: Said, tmp_path: Path, tool: Tool
) -> None:
    head, brain, path = demo_study / "ct-head", demo_study / "mr-brain", tmp_path / "registration.dcm"
    fixed, moving = ([ref.instance for ref in open_volume([each], Job())[0].frames] for each in (head, brain))
    header = pydicom.dcmread(fixed[0].place.path)
    made = spatial_registration_dataset(fixed, moving, np.eye(4), header, comment="", now=datetime(2026, 11, 26))
    save(complete(made), path)
    asked = ("mpr", head, "--over", brain, "--registration", path, "--planes", "axial", "--spacing", "80mm")
    said(*asked, "--format", "dicom", "-o", tmp_path / "out")
    ds, file = first_of(tmp_path / "out")
    assert list(references(ds.SourceInstanceSequence)) == [uid_of(path)]
    images, places = references(ds.SourceImageSequence), located(ds)
    assert set(places) == {*images, uid_of(path)}
    of_brain = {uid_of(each) for each in brain.glob("*.dcm")}
    assert of_brain & set(images), "its slices are coronal: an axial plane meets all in which there is a head"
    other = str(pydicom.dcmread(next(brain.glob("*.dcm")), stop_before_pixels=True).StudyInstanceUID)
    assert {places[each][0] for each in of_brain & set(images)} == {other}
    assert findings(tool, file) == []


def test_that_planes_open_over_their_source_and_the_references_lead_there(
    study: small.SmallVolume, said: Said, tmp_path: Path
) -> None:
    asked = ("mpr", tmp_path / "ct", "--mask", tmp_path / "seg.dcm", "--planes", "axial", "--format", "dicom")
    said(*asked, "-o", tmp_path / "out")
    library = {each.sop_instance_uid: each for found in scan([tmp_path]) for each in found.instances}
    volume, _stack = open_volume([tmp_path / "out"], Job(), colour=True)
    own, _stack = open_volume([tmp_path / "ct"], Job())
    assert volume.grid.frame_of_reference_uid == own.grid.frame_of_reference_uid == study.grid.frame_of_reference_uid
    for path in (tmp_path / "out").glob("*.dcm"):
        ds = pydicom.dcmread(path)
        assert library[str(ds.SOPInstanceUID)].study_instance_uid == study.datasets[0].StudyInstanceUID
        places = located(ds)
        for uid in references(ds.SourceImageSequence):
            assert places[uid] == (library[uid].study_instance_uid, library[uid].series_instance_uid)
        # What the reference to the segmentation leads to is what is drawn, in its place.
        (seg,) = [uid for uid in places if library[uid].modality == "SEG"]
        masks = SegmentMasks(SegmentationImage.open(library[seg].place))
        z = float(ds.ImagePositionPatient[2])
        source = next(each for each in study.datasets if abs(float(each.ImagePositionPatient[2]) - z) < 0.01)
        ref = next(each for each in own.frames if each.instance.sop_instance_uid == source.SOPInstanceUID)
        plane = own.plane(own.frames.index(ref))
        found = masks.masks_for(ImagePlace(source.SOPInstanceUID, 0, source.Rows, source.Columns, plane)).masks
        is_coloured = np.ptp(ds.pixel_array.astype(int), axis=2).max() > 20
        assert is_coloured == bool(found)
