"""Planes across a path are its cross-sections: a tube of known radius around a helix is a disc on them."""

import json
import math
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from tests import tube_samples as tube
from tests.unit.objects.gate import Tool, findings
from tests.unit.volume.commands import Said, saying
from workstation.measure.measuring import measured
from workstation.measure.painting import grown
from workstation.model.annotation import Annotation
from workstation.model.frame import Frame
from workstation.model.geometry import Vector, dot, image_to_lps, lps_to_image
from workstation.model.outlines import mask_of
from workstation.volume.curved.across import axes_of, carried, is_in, laid_across, lying_across, reached
from workstation.volume.cutting.curved_planes import cross_section
from workstation.volume.cutting.reslice import Reslicer
from workstation.volume.cutting.slabs import Slab
from workstation.volume.cutting.standard_planes import PlaneName
from workstation.volume.path_files import write_path
from workstation.volume.paths import Path3D, PathPlace, path_through
from workstation.volume.planes import planes_view
from workstation.volume.planes.lattice import lattice
from workstation.volume.planes.planes_view import PLANE_NAMES, PlanesView, first_view
from workstation.volume.planes.view_json import from_json, to_json

SIDE = tube.SIDE_MM[0]
AREA_MM2 = math.pi * tube.RADIUS_MM**2
PLACES_MM = (18.0, 33.3, 50.0, 64.7, 90.1)


@pytest.fixture(scope="module")
def path() -> Path3D:
    return path_through(tube.points(), step_mm=SIDE)


@pytest.fixture(scope="module")
def reslicer() -> Reslicer:
    return Reslicer(tube.tube_volume())


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    return saying(capsys)


def laid(path: Path3D, at_mm: float) -> PlanesView:
    return laid_across(first_view("tube", tube.grid()), path.at(at_mm), zoom_per_mm=8.0)


def cut(view: PlanesView, reslicer: Reslicer) -> Frame:
    """Cut the plane that lies across, as the window does."""
    found = lattice(view, tube.grid(), view.active)
    return reslicer.frame(found.plane, found.size_px)


def lumen(frame: Frame, middle_lps: Vector) -> Annotation:
    """What grows from the middle, from half way between inside and outside on."""
    assert frame.plane is not None
    (middle,), _away = lps_to_image(frame.plane, [middle_lps])
    seed = (float(middle[0]), float(middle[1]))
    mask = mask_of(grown(frame.modality_values(), seed, tube.HALF_HU, None))
    assert mask is not None
    ends = ((mask.left, mask.top), (mask.left + mask.columns - 1, mask.top + mask.rows - 1))
    points = tuple((float(column), float(row)) for column, row in ends)
    return Annotation("lumen", "mask", "1.2", 0, points, seed, mask=mask)


def number(frame: Frame, annotation: Annotation, key: str) -> float:
    found = measured(annotation, frame)
    return next(each.value for each in found.values if each.quantity.key == key)


def edge_mm(values: NDArray[np.float64], step_mm: float) -> float:
    """Give where a line of values from the middle outwards falls below half, between two samples."""
    last = int(np.argmax(values < tube.HALF_HU)) - 1
    above, below = float(values[last]), float(values[last + 1])
    return (last + (above - tube.HALF_HU) / (above - below)) * step_mm


@pytest.mark.parametrize("at_mm", PLACES_MM)
def test_that_the_plane_across_a_tube_lies_where_it_should_and_shows_its_area_and_diameter(
    path: Path3D, reslicer: Reslicer, at_mm: float
) -> None:
    view = laid(path, at_mm)
    angle = at_mm / tube.SPEED_MM
    assert math.dist(view.cross_lps, tube.helix(angle)) < 0.01
    frame = cut(view, reslicer)
    assert frame.plane is not None
    normal = np.cross(frame.plane.along_row_lps, frame.plane.along_column_lps)
    assert abs(normal @ tube.direction(angle)) > 1 - 1e-5
    assert number(frame, lumen(frame, view.cross_lps), "area") == pytest.approx(AREA_MM2, rel=0.02)
    (middle,), _away = lps_to_image(frame.plane, [tube.helix(angle)])
    for turn in np.linspace(0, math.pi, 7)[:-1]:
        way = np.array([math.cos(turn), math.sin(turn)])
        ends = []
        for sign in (1, -1):
            out = middle + sign * np.arange(0, 12, 0.05)[:, np.newaxis] * way  # pixels
            line = map_coordinates(frame.modality_values().astype(float), out[:, ::-1].T, order=1)
            ends.append(middle + sign * edge_mm(line, 0.05) * way)
        length = Annotation("d", "length", "1.2", 0, tuple((float(x), float(y)) for x, y in ends), (0.0, 0.0))
        assert number(frame, length, "length") == pytest.approx(2 * tube.RADIUS_MM, abs=SIDE / 2)
        for x, y, z in image_to_lps(frame.plane, ends):  # in the patient: on the wall of the tube
            near = tube.helix(np.linspace(angle - 0.5, angle + 0.5, 4001))
            assert np.linalg.norm(near - (x, y, z), axis=1).min() == pytest.approx(tube.RADIUS_MM, abs=SIDE / 2)


@pytest.mark.parametrize("at_mm", PLACES_MM)
def test_that_scipy_finds_the_same_values_on_the_analytic_plane(path: Path3D, reslicer: Reslicer, at_mm: float) -> None:
    """Where the plane lies is computed from the helix alone here, and values by SciPy."""
    angle, array = at_mm / tube.SPEED_MM, tube.hu_kji().astype(float)
    inward = np.array([-math.cos(angle), -math.sin(angle), 0.0])
    upward = np.cross(tube.direction(angle), inward)
    side = np.arange(-6, 6.01, 0.1)
    down, right = np.meshgrid(side, side, indexing="ij")
    places = tube.helix(angle) + right[..., np.newaxis] * inward + down[..., np.newaxis] * upward
    first = np.array(tube.MIDDLE_LPS) - SIDE * (np.array(array.shape[::-1]) - 1) / 2
    ijk = (places - first) / SIDE
    theirs = map_coordinates(array, np.moveaxis(ijk, -1, 0)[::-1], order=1)
    assert (theirs >= tube.HALF_HU).sum() * 0.01 == pytest.approx(AREA_MM2, rel=0.02)
    frame = cut(laid(path, at_mm), reslicer)
    assert frame.plane is not None
    pixels, away = lps_to_image(frame.plane, places.reshape(-1, 3))
    assert np.abs(away).max() < 0.02
    rows, columns = frame.pixels.shape
    at_pixels = image_to_lps(frame.plane, [(c, r) for r in range(rows) for c in range(columns)])
    index = np.moveaxis((np.array(at_pixels) - first) / SIDE, -1, 0)[::-1]
    inside = ((index >= 0) & (index <= np.array(array.shape)[:, np.newaxis] - 1)).all(axis=0)
    exact = map_coordinates(array, index, order=1)[inside]
    ours = frame.modality_values().ravel()[inside]
    assert np.abs(ours - exact).max() <= 1.0, "rounded to whole HU"
    near = (pixels[:, 0] > 1) & (pixels[:, 0] < columns - 2) & (pixels[:, 1] > 1) & (pixels[:, 1] < rows - 2)
    again = map_coordinates(frame.modality_values().astype(float), pixels[near][:, ::-1].T, order=1)
    assert np.abs(again - theirs.ravel()[near]).mean() < 5


def test_that_it_is_the_cross_section_and_the_others_run_along_the_path(path: Path3D) -> None:
    view = laid(path, 50.0)
    section = cross_section(path, 50.0, width_mm=20.0, spacing_mm=SIDE, frame_uid=tube.grid().frame_of_reference_uid)
    look = view.plane(view.active)
    assert (look.along_row_lps, look.along_column_lps) == (section.along_row_lps, section.along_column_lps)
    assert (look.zoom_per_mm, look.slab.is_thin) == (8.0, True)
    pixels, away = lps_to_image(section, [view.cross_lps])
    assert pixels[0] == pytest.approx(np.full(2, round(20.0 / SIDE) / 2))
    assert abs(away[0]) < 1e-9
    for one, other in combinations(PLANE_NAMES, 2):
        assert dot(view.plane(one).normal_lps, view.plane(other).normal_lps) == pytest.approx(0, abs=1e-9)
    for name in PLANE_NAMES:
        look = view.plane(name)
        assert dot(look.along_row_lps, look.along_column_lps) == pytest.approx(0, abs=1e-9)
        if name != view.active:
            ways = [abs(dot(way, axes_of(path.at(50.0))[2])) for way in (look.along_row_lps, look.along_column_lps)]
            assert max(ways) == pytest.approx(1), "the path is straight in it"


def test_that_the_planes_along_a_path_to_the_feet_have_the_head_up() -> None:
    path = path_through([(0, 0, 80), (3, 2, 40), (0, 0, 0)], step_mm=1.0)
    view = laid_across(first_view("any", tube.grid()), path.at(30.0), zoom_per_mm=None)
    assert view.active == "axial"
    for name in ("coronal", "sagittal"):
        assert view.plane(name).along_column_lps[2] < -0.9
    assert view.coronal.along_row_lps[0] > 0.7, "left at the right, as nearly as can be"


def test_that_a_slab_is_taken_off_and_the_window_stays(path: Path3D) -> None:
    before = planes_view.with_slabs(first_view("tube", tube.grid()), Slab(8.0, "mip"))
    before = replace(before, inverted=True, interpolation="cubic")
    view = laid_across(before, path.at(50.0), zoom_per_mm=None)
    assert view.plane(view.active).slab.is_thin
    assert (view.inverted, view.interpolation) == (True, "cubic")


def test_that_how_they_lie_is_known_and_ends_with_a_turn_or_on_another_plane(path: Path3D) -> None:
    at = path.at(50.0)
    view = laid(path, 50.0)
    name, (one, other) = view.active, planes_view.others(view.active)
    assert lying_across(view, at) == name
    assert lying_across(first_view("tube", tube.grid()), at) is None
    assert lying_across(planes_view.line_turned(view, one, other, 1.0), at) is None
    assert lying_across(planes_view.scrolled(view, tube.grid(), one, 2.0), at) == name, "beside the path, still on it"
    assert lying_across(planes_view.scrolled(view, tube.grid(), name, 2.0), at) is None
    assert lying_across(planes_view.activated(view, one), at) == name
    again = from_json(json.loads(json.dumps(to_json(view))), view.volume)
    assert lying_across(again, at) == name, "open work that is opened again"


def test_that_all_planes_go_along_and_what_is_beside_the_path_stays_in_its_place(path: Path3D) -> None:
    before, after = path.at(50.0), path.at(53.7)
    start = laid(path, 50.0)
    name = start.active
    look = start.plane(name)
    aside = tuple(a + 3 * b for a, b in zip(look.centre_lps, look.along_row_lps, strict=True))
    start = start.with_plane(name, replace(look, centre_lps=(aside[0], aside[1], aside[2])))
    middle = tuple(float(each) for each in after.point_lps)
    view = carried(replace(start, cross_lps=(middle[0], middle[1], middle[2])), name, before, after)
    assert lying_across(view, after) == name
    assert (view.plane(name).along_row_lps, view.plane(name).along_column_lps) == axes_of(after)[:2]
    for one, other in combinations(PLANE_NAMES, 2):
        assert dot(view.plane(one).normal_lps, view.plane(other).normal_lps) == pytest.approx(0, abs=1e-9)
    for each in PLANE_NAMES:
        assert in_picture(view, each, after) == pytest.approx(in_picture(start, each, before), abs=1e-9)
        assert dot(view.plane(each).along_row_lps, start.plane(each).along_row_lps) > 0.95, "nothing flips"


def in_picture(view: PlanesView, name: PlaneName, at: PathPlace) -> tuple[float, float]:
    """Give how far right and down of a place of a path the middle of a picture is."""
    look = view.plane(name)
    away = np.array(look.centre_lps) - at.point_lps
    return float(away @ np.array(look.along_row_lps)), float(away @ np.array(look.along_column_lps))


def test_that_many_steps_there_and_back_come_out_where_they_began(path: Path3D) -> None:
    start = view = laid(path, 20.0)
    places = [20.0 + SIDE * number for number in range(90)]
    for before, after in [*pairwise(places), *pairwise(reversed(places))]:
        view = carried(view, start.active, path.at(before), path.at(after))
    for name in PLANE_NAMES:
        assert view.plane(name).along_row_lps == pytest.approx(start.plane(name).along_row_lps, abs=1e-6)
        assert view.plane(name).along_column_lps == pytest.approx(start.plane(name).along_column_lps, abs=1e-6)


def test_that_one_gets_as_far_as_path_and_volume_reach() -> None:
    grid = tube.grid()
    x, y, z = tube.MIDDLE_LPS
    path = path_through([(x, y, z - 10), (x, y, z + 60)], step_mm=0.5)
    top = z + (grid.shape_kji[0] - 1) / 2 * SIDE
    assert reached(path, grid, 5.0, 8.25) == pytest.approx(8.25)
    assert reached(path, grid, 5.0, 1e6) == pytest.approx(top - (z - 10), abs=0.5)
    assert reached(path, grid, 5.0, -3.0) == 0.0
    assert is_in(grid, path.at(20.0))
    assert not is_in(grid, path.at(60.0))
    far = path_through([(x, y, z + 40), (x, y, z + 60)], step_mm=0.5)
    assert reached(far, grid, 5.0, 8.0) == 5.0


def test_that_cross_sections_as_dicom_lie_there_and_are_measured_as_images(
    said: Said, tmp_path: Path, tool: Tool
) -> None:
    study = tube.write_tube(tmp_path / "tube")
    write_path(tmp_path / "path.txt", tube.points())
    words = ("--sections", "7.3mm", "--width", "18mm", "--pixel", "0.3mm", "--format", "dicom")
    (told,) = said("curved-mpr", study, "--centerline", tmp_path / "path.txt", "-o", tmp_path / "out", *words)
    files = sorted((tmp_path / "out").iterdir())
    assert len(files) == len(told["sections_mm"]) == 16
    for at_mm, file in list(zip(told["sections_mm"], files, strict=True))[2:-2]:
        ds = pydicom.dcmread(file)
        angle = at_mm / tube.SPEED_MM
        row, column = (
            np.array([float(each) for each in part])
            for part in (ds.ImageOrientationPatient[:3], ds.ImageOrientationPatient[3:])
        )
        side = [float(each) for each in ds.PixelSpacing]
        middle = np.array([float(each) for each in ds.ImagePositionPatient])
        middle += row * side[1] * (ds.Columns - 1) / 2 + column * side[0] * (ds.Rows - 1) / 2
        assert math.dist(middle, tube.helix(angle)) < 0.01
        assert abs(np.cross(row, column) @ tube.direction(angle)) > 1 - 1e-5
        assert ds.FrameOfReferenceUID == tube.grid().frame_of_reference_uid
        values = ds.pixel_array * float(ds.RescaleSlope) + float(ds.RescaleIntercept)
        inside = grown(values, ((ds.Columns - 1) / 2, (ds.Rows - 1) / 2), tube.HALF_HU, None)
        assert inside.sum() * side[0] * side[1] == pytest.approx(AREA_MM2, rel=0.02)
        assert float(ds.SliceLocation) == pytest.approx(at_mm), "in their order along the path"
        assert "SpacingBetweenSlices" not in ds, "planes at an angle have no distance from each other"
        assert 0.3 < float(ds.SliceThickness) <= SIDE
    assert findings(tool, files[5]) == []
