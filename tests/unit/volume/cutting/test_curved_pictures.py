"""Curved pictures show what lies along a path, checked against values that are known at every point of space."""

import math

import numpy as np
import pytest
from scipy.spatial import cKDTree

from workstation.model.geometry import VolumeGrid, ijk_to_lps
from workstation.model.volume import Volume
from workstation.volume.cutting.curved_planes import CurvedLayout, straightened, stretched
from workstation.volume.cutting.reslice import Reslicer
from workstation.volume.cutting.slabs import Slab
from workstation.volume.paths import path_through

TILT = np.array([[0.8, 0, 0], [0, 0.9, 0.4], [0, 0, 1.5]])


def volume(*, axes: np.ndarray = TILT) -> Volume:
    """A tilted volume in which the value is linear in space, so that linear interpolation is exact."""
    shape = (60, 90, 110)
    affine = np.eye(4)
    affine[:3, :3] = axes
    affine[:3, 3] = -axes @ ((np.array(shape[::-1]) - 1) / 2)
    grid = VolumeGrid(affine, shape)
    k, j, i = np.indices(shape)
    places = ijk_to_lps(grid, np.column_stack([i.ravel(), j.ravel(), k.ravel()]))
    array = linear(places).reshape(shape).astype(np.float32)
    return Volume(array, grid, 1.0, 0.0, "HU", (), (), tuple(float(n) for n in range(shape[0])))


def linear(places_lps: np.ndarray) -> np.ndarray:
    return np.asarray(100 + places_lps @ np.array([3.0, -2.0, 5.0]))


def places(layout: CurvedLayout, offset_mm: float = 0.0) -> np.ndarray:
    columns = np.arange(layout.columns)[np.newaxis, :, np.newaxis] * layout.spacing.between_columns
    middle = layout.starts_lps + offset_mm * layout.through_lps
    return middle[:, np.newaxis] + columns * layout.across_lps[:, np.newaxis]


def spiral() -> np.ndarray:
    angle = np.linspace(0, 3 * math.pi, 60)
    return np.column_stack([15 * np.cos(angle), 15 * np.sin(angle), 20 * angle / (3 * math.pi) - 10])


@pytest.fixture(scope="module")
def reslicer() -> Reslicer:
    return Reslicer(volume())


def layouts() -> list[CurvedLayout]:
    path = path_through(spiral(), step_mm=0.7)
    return [
        straightened(path, width_mm=16, spacing_mm=0.6),
        straightened(path, width_mm=16, spacing_mm=0.6, turn_deg=40),
        stretched(path, across_lps=(0, 0, 1), width_mm=8, spacing_mm=0.6),
    ]


@pytest.mark.parametrize("layout", layouts(), ids=["straight", "turned", "stretched"])
def test_each_pixel_has_the_value_of_its_place(reslicer: Reslicer, layout: CurvedLayout) -> None:
    frame = reslicer.curved(layout)
    assert frame.plane is None
    assert frame.spacing == layout.spacing
    assert frame.modality_values() == pytest.approx(linear(places(layout)), abs=0.02)


@pytest.mark.parametrize(("projection", "take"), [("mip", np.max), ("minip", np.min), ("mean", np.mean)])
def test_a_slab_reaches_half_its_thickness_to_each_side(reslicer: Reslicer, projection: str, take: object) -> None:
    layout = layouts()[0]
    frame = reslicer.curved(layout, slab=Slab(6.0, projection))  # type: ignore[arg-type]
    ends = np.stack([linear(places(layout, offset)) for offset in (-3.0, 3.0)])
    assert frame.modality_values() == pytest.approx(take(ends, axis=0), abs=0.05)  # type: ignore[operator]


def test_a_sum_is_values_times_the_thickness(reslicer: Reslicer) -> None:
    layout = layouts()[0]
    frame = reslicer.curved(layout, slab=Slab(4.0, "sum"))
    assert frame.modality.unit == "HU*mm"
    assert frame.modality_values() == pytest.approx(4.0 * linear(places(layout)), abs=0.2)


def test_outside_the_volume_there_are_no_values(reslicer: Reslicer) -> None:
    path = path_through([(0, 0, 0), (0, 0, 200)], step_mm=1)
    frame = reslicer.curved(straightened(path, width_mm=10, spacing_mm=1))
    there = np.isfinite(frame.modality_values())
    assert there[:40].all()
    assert not there[50:].any()


def test_a_vessel_is_straight_and_a_mark_along_it_is_where_its_length_says() -> None:
    """A bright helix with a ring after 60 mm of its length: in the picture it is a line with the ring in that row."""
    path = path_through(spiral(), step_mm=0.25)
    made = volume(axes=np.diag([0.6, 0.6, 0.6]))
    k, j, i = np.indices(made.array_kji.shape)
    at = ijk_to_lps(made.grid, np.column_stack([i.ravel(), j.ravel(), k.ravel()])).astype(np.float32)
    is_ring = np.abs(np.arange(len(path.points_lps)) * path.step_mm - 60) < 0.3
    to_vessel, to_ring = (cKDTree(points).query(at)[0] for points in (path.points_lps, path.points_lps[is_ring]))
    array = np.select([to_ring < 1.5, to_vessel < 1.5], [np.float32(3000), np.float32(1000)], np.float32(0))
    filled = Volume(array.reshape(made.array_kji.shape), made.grid, 1, 0, "HU", (), (), made.frame_k)
    layout = straightened(path, width_mm=10, spacing_mm=0.5)
    picture = Reslicer(filled).curved(layout).pixels
    columns = np.arange(layout.columns)
    middles = (picture * columns).sum(axis=1) / picture.sum(axis=1)
    assert middles[5:-5] == pytest.approx(layout.path_column[0], abs=0.5)
    ring = np.flatnonzero(picture[:, 10] > 2000)
    assert ring.mean() * layout.spacing.between_rows == pytest.approx(60, abs=0.5)
