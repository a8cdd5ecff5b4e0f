"""Contours lie on their slices, enclose the areas that other programs measure, and broken ones are told."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
import SimpleITK
from numpy.typing import NDArray
from pydicom import Dataset

from tests.report_samples import dataset
from workstation.model.geometry import Plane, Spacing, SpacingSource, image_to_lps
from workstation.model.refusal import Reason, Refused
from workstation.model.structures import Contour, ContourKind, StructureSet
from workstation.objects.segment_masks import ImagePlace
from workstation.objects.structure_contours import ContourFinder, area_mm2, contour_mask
from workstation.objects.structure_set import read_structure_set, structure_set_of

SPACE = "2.25.50"


def contour(points: list[tuple[float, float, float]], kind: str = "CLOSED_PLANAR", image: str = "") -> Dataset:
    flat = [value for point in points for value in point]
    made = dataset(ContourGeometricType=kind, NumberOfContourPoints=len(points), ContourData=flat)
    if image:
        made.ContourImageSequence = [dataset(ReferencedSOPInstanceUID=image)]
    return made


def structures(*contours: Dataset, colour: list[int] | None = None) -> Dataset:
    roi = dataset(ReferencedROINumber=4, ContourSequence=list(contours))
    if colour is not None:
        roi.ROIDisplayColor = colour
    return dataset(
        SOPInstanceUID="2.25.1",
        StructureSetLabel="Plan A",
        StructureSetROISequence=[dataset(ROINumber=4, ROIName="Lung L", ReferencedFrameOfReferenceUID=SPACE)],
        ROIContourSequence=[roi],
        RTROIObservationsSequence=[dataset(ReferencedROINumber=4, RTROIInterpretedType="ORGAN")],
    )


def plane(z_mm: float = 10.0, uid: str = SPACE) -> Plane:
    spacing = Spacing(0.5, 0.8, SpacingSource.PIXEL_SPACING)
    return Plane((-20.0, -10.0, z_mm), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), spacing, uid)


def place(z_mm: float = 10.0, uid: str = SPACE, image: str = "2.25.9") -> ImagePlace:
    return ImagePlace(image, 0, 60, 70, plane(z_mm, uid))


SQUARE = [(-10.0, -5.0, 10.0), (10.0, -5.0, 10.0), (10.0, 5.0, 10.0), (-10.0, 5.0, 10.0)]
HOLE = [(-5.0, -2.0, 10.0), (-5.0, 2.0, 10.0), (5.0, 2.0, 10.0), (5.0, -2.0, 10.0)]


def test_that_a_structure_has_its_name_kind_colour_and_contours_on_the_grid() -> None:
    read = structure_set_of(structures(contour(SQUARE), colour=[10, 20, 250]))
    (structure,) = read.structures

    assert (read.label, structure.name, structure.kind, structure.colour) == (
        "Plan A",
        "Lung L",
        "ORGAN",
        (10, 20, 250),
    )
    (found,) = ContourFinder(read).contours_for(place())
    np.testing.assert_allclose(found.closed[0], [(12.5, 10), (37.5, 10), (37.5, 30), (12.5, 30)])
    assert area_mm2(structure.contours[0]) == pytest.approx(200)


def test_that_contours_of_other_planes_and_spaces_are_not_drawn() -> None:
    finder = ContourFinder(structure_set_of(structures(contour(SQUARE, image="2.25.9"))))

    assert finder.contours_for(place(10.04, image="2.25.8"))
    assert not finder.contours_for(place(10.5, image="2.25.8"))
    assert finder.contours_for(place(10.5, image="2.25.9"))  # drawn on this image, and a little off it
    assert not finder.contours_for(place(12.5, image="2.25.9"))
    assert not finder.contours_for(place(uid="2.25.51"))
    assert not finder.contours_for(ImagePlace("2.25.9", 0, 60, 70))


def test_that_a_hole_is_outside_whether_drawn_apart_or_by_a_channel() -> None:
    keyhole = [*SQUARE, SQUARE[0], *HOLE, HOLE[0], SQUARE[0]]
    apart = ContourFinder(structure_set_of(structures(contour(SQUARE), contour(HOLE, "CLOSEDPLANAR_XOR"))))
    joined = structure_set_of(structures(contour(keyhole)))

    (one,) = apart.contours_for(place())
    (other,) = ContourFinder(joined).contours_for(place())
    masks = [contour_mask(each.closed, (60, 70)) for each in (one, other)]

    np.testing.assert_array_equal(masks[0], masks[1])
    assert not masks[0][20, 25]
    assert masks[0][20, 14]
    assert area_mm2(joined.structures[0].contours[0]) == pytest.approx(200 - 40)


def test_that_a_mask_holds_the_pixels_whose_centres_lie_inside_as_opencv_says() -> None:
    rng = np.random.default_rng(5)
    angles = np.sort(rng.random(23)) * 2 * np.pi
    star = np.column_stack([30 + np.cos(angles) * (8 + 15 * rng.random(23)), 25 + np.sin(angles) * 20]) + 0.037

    outline = star.astype(np.float32)
    mask = contour_mask((star,), (60, 70))

    inside = np.array(
        [
            [cv2.pointPolygonTest(outline, (float(column), float(row)), False) >= 0 for column in range(70)]
            for row in range(60)
        ]
    )
    assert mask.sum() > 300
    np.testing.assert_array_equal(mask, inside)


def test_that_the_areas_of_a_real_structure_set_are_those_that_simpleitk_measures(shared_data: Path) -> None:
    path = shared_data / "rt" / "rtss.dcm"
    read = read_structure_set(path)
    theirs = pydicom.dcmread(path, force=True)
    assert [each.number for each in read.structures] == [int(each.ROINumber) for each in theirs.StructureSetROISequence]

    compared = 0
    for structure, roi in zip(read.structures, theirs.ROIContourSequence, strict=True):
        assert structure.colour == tuple(int(value) for value in roi.ROIDisplayColor)
        assert len(structure.contours) == len(roi.get("ContourSequence", []))
        for each in structure.contours[::12]:
            z_mm = float(each.points_lps[0, 2])
            grid = _fine_grid(each, z_mm)
            (found,) = ContourFinder(read_one(read, structure.number, each)).contours_for(grid)
            mask = contour_mask(found.closed, (grid.rows, grid.columns))
            measured = _area_by_simpleitk(mask, 0.25)
            # The pixels along the outline are in or out as a whole: an error that grows with the outline's length.
            length = np.linalg.norm(np.diff(each.points_lps, axis=0), axis=1).sum()
            assert measured == pytest.approx(area_mm2(each), abs=0.25 * length / 2 + 0.1)
            compared += 1
    assert compared > 30


def read_one(read: StructureSet, number: int, each: Contour) -> StructureSet:
    chosen = next(structure for structure in read.structures if structure.number == number)
    return replace(read, structures=(replace(chosen, contours=(each,)),))


def _fine_grid(each: Contour, z_mm: float) -> ImagePlace:
    low, high = each.points_lps.min(axis=0) - 1, each.points_lps.max(axis=0) + 1
    columns, rows = (int(np.ceil((high[axis] - low[axis]) / 0.25)) for axis in (0, 1))
    spacing = Spacing(0.25, 0.25, SpacingSource.PIXEL_SPACING)
    return ImagePlace(
        "2.25.1",
        0,
        rows,
        columns,
        Plane((float(low[0]), float(low[1]), z_mm), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), spacing),
    )


def _area_by_simpleitk(mask: NDArray[np.bool_], spacing_mm: float) -> float:
    image = SimpleITK.GetImageFromArray(mask.astype(np.uint8))
    image.SetSpacing((spacing_mm, spacing_mm))
    shapes = SimpleITK.LabelShapeStatisticsImageFilter()
    shapes.Execute(image)
    return float(shapes.GetPhysicalSize(1)) if shapes.GetNumberOfLabels() else 0.0


@pytest.mark.parametrize(
    ("broken", "note"),
    [
        (contour(SQUARE[:2]), "Contour 1 has 2 points, too few for its type, and is left out."),
        (dataset(ContourGeometricType="CLOSED_PLANAR"), "Contour 1 has no points and is left out."),
        (contour([(1.0, float("nan"), 2.0)] * 4), "The points of contour 1 are not all numbers; it is left out."),
    ],
)
def test_that_a_broken_contour_is_told_and_the_others_are_drawn(broken: Dataset, note: str) -> None:
    read = structure_set_of(structures(broken, contour(SQUARE)))

    assert read.structures[0].notes == (note,)
    assert len(ContourFinder(read).contours_for(place())[0].closed) == 1


def test_that_points_and_open_lines_are_kept_apart() -> None:
    read = structure_set_of(structures(contour(SQUARE[:1], "POINT"), contour(SQUARE[:3], "OPEN_PLANAR")))
    (found,) = ContourFinder(read).contours_for(place())

    assert [each.kind for each in read.structures[0].contours] == [ContourKind.POINT, ContourKind.OPEN_PLANAR]
    assert (len(found.closed), len(found.open), len(found.points)) == (0, 1, 1)


def test_that_contours_on_an_oblique_plane_come_back_to_the_pixels_they_were_drawn_on() -> None:
    turned = Plane((5.0, 6.0, 7.0), (0.6, 0.8, 0.0), (0.0, 0.0, -1.0), plane().spacing, SPACE)
    drawn = np.array([(3.25, 4.0), (20.5, 6.0), (11.0, 30.75)])
    points = [(float(x), float(y), float(z)) for x, y, z in image_to_lps(turned, drawn)]

    (found,) = ContourFinder(structure_set_of(structures(contour(points)))).contours_for(
        ImagePlace("2.25.9", 0, 60, 70, turned)
    )

    np.testing.assert_allclose(found.closed[0], drawn, atol=1e-9)


def test_that_another_object_is_refused(shared_data: Path) -> None:
    with pytest.raises(Refused) as caught:
        read_structure_set(shared_data / "rt" / "rtplan.dcm")

    assert caught.value.reason is Reason.OTHER_OBJECT
