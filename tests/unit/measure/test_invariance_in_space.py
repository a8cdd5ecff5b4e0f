"""The same solid on other grids of voxels: contours on several slices, and what a threshold chooses in a sphere."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.measure_samples import annotation, frame, numbers
from tests.unit.measure.test_invariance import MIDDLE_MM, Grid, _turned, grids
from workstation.measure.isocontour import Isocontour, isocontour
from workstation.measure.spheres import Sphere
from workstation.measure.volumes import measured_contours
from workstation.model.annotation import Annotation, Threshold
from workstation.model.frame import Frame
from workstation.model.geometry import Plane, VolumeGrid
from workstation.model.volume import Volume

SIDE_PX, CORNERS = 128, 12
heights = st.lists(st.integers(0, 40), min_size=2, max_size=7, unique=True).map(lambda each: [0.5 * mm for mm in each])
radii = st.lists(st.floats(3.0, 9.0), min_size=7, max_size=7)


def ring(radius_mm: float) -> NDArray[np.float64]:
    turn = np.linspace(0, 2 * math.pi, CORNERS, endpoint=False) + 0.1
    return np.asarray(MIDDLE_MM + radius_mm * np.column_stack([np.cos(turn), np.sin(turn)]))


def stacked(grid: Grid, heights_mm: list[float], radii_mm: list[float]) -> list[tuple[Annotation, Frame]]:
    """Rings over each other, each on a slice; heights are along the normal of the plane, whichever way pixels go."""
    plane = grid.plane()
    up = np.cross(*_turned(grid.tilt)[:2])
    made = []
    for height, radius in zip(heights_mm, radii_mm, strict=False):
        origin = tuple((np.asarray(plane.origin_lps) + height * up).tolist())
        at = Plane(origin, plane.along_row_lps, plane.along_column_lps, plane.spacing, plane.frame_of_reference_uid)
        pixels = np.full((SIDE_PX, SIDE_PX), round(height), np.int16)
        drawn = annotation("polygon", grid.to_px(ring(radius)))
        made.append((drawn, frame(pixels, plane.spacing, plane=at)))
    return made


def volume_mm3(heights_mm: list[float], radii_mm: list[float], step_mm: float) -> float:
    """By hand: each ring stands for the way half to its neighbours, the outermost for half a step beyond."""
    order = sorted(zip(heights_mm, radii_mm, strict=False))
    edges = [order[0][0] - step_mm / 2, *((a[0] + b[0]) / 2 for a, b in pairwise(order))]
    edges.append(order[-1][0] + step_mm / 2)
    areas = [CORNERS / 2 * radius**2 * math.sin(2 * math.pi / CORNERS) for _height, radius in order]
    return sum(area * (top - bottom) for area, (bottom, top) in zip(areas, pairwise(edges), strict=True))


@settings(max_examples=25)
@given(one=grids, other=grids, heights_mm=heights, radii_mm=radii, step_mm=st.floats(0.5, 4.0))
def test_that_a_volume_of_contours_is_the_same_on_every_grid(
    one: Grid, other: Grid, heights_mm: list[float], radii_mm: list[float], step_mm: float
) -> None:
    expected = volume_mm3(heights_mm, radii_mm, step_mm)
    for grid in (one, other):
        found = numbers(measured_contours(stacked(grid, heights_mm, radii_mm), step_mm=step_mm))
        assert found["volume"] == pytest.approx(expected / 1000, rel=1e-6)
        backwards = measured_contours(stacked(grid, heights_mm, radii_mm)[::-1], step_mm=step_mm)
        assert numbers(backwards)["volume"] == pytest.approx(found["volume"], rel=1e-9)


CENTRE = np.array([3.0, -2.0, 5.0])
SHAPE = (22, 25, 28)
angles = st.floats(-math.pi, math.pi)
affines = st.builds(
    lambda tilt, spacing, mirrored, lean, off: _affine(tilt, spacing, mirrored, lean, off),
    st.tuples(angles, angles, angles),
    st.tuples(*[st.floats(0.8, 1.8)] * 3),
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
    st.floats(-0.3, 0.3),
    st.tuples(*[st.floats(-0.5, 0.5)] * 3),
)


def _affine(
    tilt: tuple[float, float, float],
    spacing: tuple[float, float, float],
    mirrored: tuple[bool, bool, bool],
    lean: float,
    off: tuple[float, float, float],
) -> NDArray[np.float64]:
    """Turned, mirrored, of any distances, pushed along as by a tilted gantry; the middle is near that of the solid."""
    steps = np.diag([each * (-1 if flip else 1) for each, flip in zip(spacing, mirrored, strict=True)])
    pushed = np.eye(3)
    pushed[1, 2] = lean
    made = np.eye(4)
    made[:3, :3] = _turned(tilt) @ pushed @ steps
    made[:3, 3] = CENTRE - made[:3, :3] @ ((np.array(SHAPE[::-1]) - 1) / 2 + off)
    return made


def away_mm(affine: NDArray[np.float64], shape: tuple[int, int, int]) -> NDArray[np.float64]:
    k, j, i = np.indices(shape)
    places = np.stack([i, j, k], axis=-1) @ affine[:3, :3].T + affine[:3, 3]
    return np.asarray(np.linalg.norm(places - CENTRE, axis=-1))


def hot_spot(affine: NDArray[np.float64], shape: tuple[int, int, int], width_mm: float) -> Volume:
    values = (20000 * np.exp(-((away_mm(affine, shape) / width_mm) ** 2))).astype(np.float32)
    return Volume(values, VolumeGrid(affine, shape), 1.0, 0.0, "BQML", (), (), tuple(map(float, range(shape[0]))))


def chosen_in(found: Isocontour, shape: tuple[int, int, int]) -> NDArray[np.bool_]:
    whole = np.zeros(shape, np.bool_)
    box = tuple(slice(at, at + count) for at, count in zip(found.first_kji, found.inside_kji.shape, strict=True))
    whole[box] = found.inside_kji
    return whole


@settings(max_examples=25)
@given(
    affine=affines,
    share=st.floats(25.0, 75.0),
    width_mm=st.floats(6.0, 10.0),
    radius_mm=st.floats(3.0, 12.0),
)
def test_that_a_threshold_in_a_sphere_chooses_the_voxels_whose_centres_it_reaches(
    affine: NDArray[np.float64], share: float, width_mm: float, radius_mm: float
) -> None:
    spot, away = hot_spot(affine, SHAPE, width_mm), away_mm(affine, SHAPE)
    assume(not (np.abs(away - radius_mm) < 1e-4).any())
    threshold = Threshold("percent", share)
    found = isocontour(spot, Sphere(tuple(CENTRE.tolist()), radius_mm), threshold, connected=False)
    low = np.float64(spot.array_kji[away <= radius_mm].max()) * share / 100
    assume(not np.isclose(spot.array_kji, low, rtol=1e-6).any())
    assert (chosen_in(found, SHAPE) == ((away <= radius_mm) & (spot.array_kji >= low))).all()
    # exp(-(r/a)²) falls to a share s at a sqrt(-ln s); along the surface a voxel's half diagonal may be in or out.
    reach = min(width_mm * math.sqrt(-math.log(low / 20000)), radius_mm)
    slack = 0.5 * max(
        float(np.linalg.norm(affine[:3, :3] @ each)) for each in ([1, 1, 1], [1, 1, -1], [1, -1, 1], [-1, 1, 1])
    )
    solids = (4 / 3 * math.pi * max(0.0, reach + way) ** 3 / 1000 for way in (-slack, slack))
    assert next(solids) <= found.volume_ml <= next(solids)


@settings(max_examples=15)
@given(affine=affines, order=st.permutations([0, 1, 2]), flips=st.tuples(*[st.booleans()] * 3))
def test_that_voxels_in_another_order_are_chosen_alike(
    affine: NDArray[np.float64], order: list[int], flips: tuple[bool, bool, bool]
) -> None:
    """The same voxels, their axes swapped and turned about, and the grid with them."""
    spot = hot_spot(affine, SHAPE, 8.0)
    sphere, threshold = Sphere(tuple(CENTRE.tolist()), 9.0), Threshold("percent", 41.0)
    turned = np.transpose(spot.array_kji, order)
    other = affine.copy()
    other[:3, :3] = affine[:3, :3][:, [2 - order[2 - axis] for axis in range(3)]]
    for axis, is_flipped in enumerate(flips):
        if is_flipped:
            turned = np.flip(turned, axis)
            other[:3, 3] += other[:3, 2 - axis] * (turned.shape[axis] - 1)
            other[:3, 2 - axis] *= -1
    shape = (turned.shape[0], turned.shape[1], turned.shape[2])
    again = Volume(
        np.ascontiguousarray(turned),
        VolumeGrid(other, shape),
        1.0,
        0.0,
        "BQML",
        (),
        (),
        tuple(map(float, range(shape[0]))),
    )
    one, two = isocontour(spot, sphere, threshold), isocontour(again, sphere, threshold)
    expected = np.transpose(chosen_in(one, SHAPE), order)
    expected = np.flip(expected, tuple(axis for axis, is_flipped in enumerate(flips) if is_flipped))
    assert (chosen_in(two, shape) == expected).all()
    for mine, theirs in zip(one.values(), two.values(), strict=True):
        assert theirs.value == pytest.approx(mine.value, rel=1e-6), mine.quantity.key
