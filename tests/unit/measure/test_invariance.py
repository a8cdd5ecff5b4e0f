"""The same points of a patient measured on other grids of pixels: turned, mirrored, resampled, on oblique planes.

What is made of points alone (lengths, areas, perimeters, axes, angles, ratios) stays to a part in a million. What is
made of pixels (values, counts, painted areas) stays within what a pixel can change: values within the slope of the
picture over a pixel's diagonal, areas by pixels within half a diagonal along their outline.
"""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.measure_samples import annotation, frame, painted, spacing
from tests.unit.objects.measured import POINTS
from workstation.measure.elsewhere import carried
from workstation.measure.measuring import measured
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import KINDS, TRAITS, Kind
from workstation.model.frame import Frame
from workstation.model.geometry import Plane
from workstation.model.measurement import Measurement

SIDE_PX = 128
MIDDLE_MM = np.array([14.0, 9.0])
"""Of what `POINTS` draw, which are taken for millimetres of a plane."""
SLOPE = np.array([5.0, 7.0])
"""What the picture grows by a millimetre."""
EXACT = 1e-6
OF_PIXELS = frozenset(
    ("mean", "median", "value", "stored_value", "min", "max", "p5", "p10", "p25", "p75", "p90", "p95")
)
OF_COUNTS = frozenset(("count", "sum", "sd_sample", "sd_population", "skewness", "kurtosis", "entropy"))
SUMMED = "mean", "median"
"""Of these a pixel's diagonal is far more than what a few hundred pixels can be off together."""


@dataclass(frozen=True)
class Grid:
    """Pixels on a plane of the patient: how they are turned and mirrored on it, and how far apart they are."""

    turn: float
    is_mirrored: bool
    between_rows: float
    between_columns: float
    tilt: tuple[float, float, float]

    @property
    def across(self) -> NDArray[np.float64]:
        """Directions of a row and of a column, in the axes of the plane."""
        cos, sin = math.cos(self.turn), math.sin(self.turn)
        way = -1.0 if self.is_mirrored else 1.0
        return np.array([[cos, sin], [-sin * way, cos * way]])

    @property
    def apart(self) -> NDArray[np.float64]:
        return np.array([self.between_columns, self.between_rows])

    @property
    def diagonal(self) -> float:
        return math.hypot(*self.apart)

    def to_px(self, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((points_mm - MIDDLE_MM) @ self.across.T / self.apart + (SIDE_PX - 1) / 2)

    def to_mm(self, points_px: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(((points_px - (SIDE_PX - 1) / 2) * self.apart) @ self.across + MIDDLE_MM)

    def plane(self) -> Plane:
        """The plane in the patient: the axes of the plane turned about all three of the patient's."""
        basis = _turned(self.tilt)
        row, column = (self.across @ basis[:2]).tolist()
        first = self.to_mm(np.zeros((1, 2)))[0] @ basis[:2] + np.array([-40.0, 25.0, 110.0])
        return Plane(tuple(first.tolist()), tuple(row), tuple(column), spacing(*self.apart[::-1].tolist()), "1.2")

    def frame(self) -> Frame:
        rows, columns = np.mgrid[0:SIDE_PX, 0:SIDE_PX]
        places = self.to_mm(np.column_stack([columns.ravel(), rows.ravel()]).astype(np.float64))
        values = (100 + places @ SLOPE).reshape(SIDE_PX, SIDE_PX)
        plane = self.plane()
        return frame(values, plane.spacing, plane=plane)


def _turned(tilt: tuple[float, float, float]) -> NDArray[np.float64]:
    found = np.eye(3)
    for axis, angle in enumerate(tilt):
        one, other = (each for each in range(3) if each != axis)
        turn = np.eye(3)
        turn[one, one] = turn[other, other] = math.cos(angle)
        turn[one, other], turn[other, one] = -math.sin(angle), math.sin(angle)
        found = found @ turn
    return found


angles = st.floats(-math.pi, math.pi)
grids = st.builds(
    Grid,
    angles | st.sampled_from([0.0, math.pi / 2, math.pi, -math.pi / 2]),
    st.booleans(),
    st.floats(0.25, 0.5),
    st.floats(0.25, 0.5),
    st.tuples(angles, angles, angles),
)
moves = st.lists(st.tuples(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2)), min_size=8, max_size=8)


def drawn(kind: Kind, grid: Grid, points_mm: NDArray[np.float64]) -> Annotation:
    return annotation(kind, grid.to_px(points_mm), known_mm=8.0 if kind == "calibration" else None)


def placed(kind: Kind, moved: list[tuple[float, float]]) -> NDArray[np.float64]:
    """Points of a kind in mm; of those whose shape is bound (rectangle, ellipse) all move by as much."""
    points = np.asarray(POINTS[kind], dtype=np.float64)
    by = np.asarray(moved)[: len(points)]
    return np.asarray(points + (by[0] if kind in ("rectangle", "ellipse", "bidirectional") else by))


def compare(one: Measurement, other: Measurement, grids: tuple[Grid, Grid]) -> None:
    """Hold numbers of two grids against each other."""
    diagonal = max(each.diagonal for each in grids)
    slope = math.hypot(*SLOPE)
    assert [each.quantity.key for each in one.values] == [each.quantity.key for each in other.values]
    for mine, theirs in zip(one.values, other.values, strict=True):
        key = mine.quantity.key
        assert mine.unit == theirs.unit
        if key in OF_PIXELS:
            assert theirs.value == pytest.approx(mine.value, abs=slope * diagonal * (0.5 if key in SUMMED else 1.5)), (
                key
            )
        elif key not in OF_COUNTS:
            assert theirs.value == pytest.approx(mine.value, rel=EXACT, abs=EXACT), key


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "mask"])
@settings(max_examples=15)
@given(one=grids, other=grids, moved=moves)
def test_that_numbers_stay_on_a_turned_mirrored_resampled_or_oblique_grid(
    kind: Kind, one: Grid, other: Grid, moved: list[tuple[float, float]]
) -> None:
    points = placed(kind, moved)
    first, second = (measured(drawn(kind, grid, points), grid.frame()) for grid in (one, other))
    assert bool(first.values) == TRAITS[kind].is_measured
    compare(first, second, (one, other))
    for grid, found in ((one, first), (other, second)):
        area, count, around = (found.value(key) for key in ("area", "count", "perimeter"))
        if area is not None and count is not None and around is not None:
            by_pixels = count.value * grid.between_rows * grid.between_columns
            assert by_pixels == pytest.approx(area.value, abs=around.value * grid.diagonal / 2)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "mask"])
@settings(max_examples=4)
@given(one=grids, other=grids)
def test_that_numbers_stay_when_a_measurement_is_carried_to_a_parallel_plane(
    kind: Kind, one: Grid, other: Grid
) -> None:
    other = Grid(other.turn, other.is_mirrored, other.between_rows, other.between_columns, one.tilt)
    here = drawn(kind, one, np.asarray(POINTS[kind], dtype=np.float64))
    there = carried(here, one.plane(), other.plane())
    compare(measured(here, one.frame()), measured(there, other.frame()), (one, other))


def disk(grid: Grid, radius_mm: float) -> Annotation:
    """Paint the pixels whose centre is in a circle."""
    rows, columns = np.mgrid[0:SIDE_PX, 0:SIDE_PX]
    places = grid.to_mm(np.column_stack([columns.ravel(), rows.ravel()]).astype(np.float64))
    return painted((np.hypot(*(places - MIDDLE_MM).T) <= radius_mm).reshape(SIDE_PX, SIDE_PX))


@settings(max_examples=20)
@given(one=grids, other=grids, radius=st.floats(3.0, 8.0))
def test_that_a_painted_disk_stays_within_half_a_pixel_along_its_rim(one: Grid, other: Grid, radius: float) -> None:
    other = Grid(other.turn, other.is_mirrored, other.between_rows, other.between_columns, one.tilt)
    true, rim = math.pi * radius**2, 2 * math.pi * radius
    here = disk(one, radius)
    there = carried(here, one.plane(), other.plane())
    found = measured(here, one.frame()), measured(there, other.frame()), measured(disk(other, radius), other.frame())
    off = (one.diagonal, one.diagonal + other.diagonal, other.diagonal)
    for each, diagonal in zip(found, off, strict=True):
        area, mean = each.value("area"), each.value("mean")
        assert area is not None
        assert mean is not None
        assert area.value == pytest.approx(true, abs=rim * diagonal / 2)
        assert mean.value == pytest.approx(100 + MIDDLE_MM @ SLOPE, abs=math.hypot(*SLOPE) * diagonal / 2)


@pytest.mark.parametrize("flip", [(1, 1), (-1, 1), (1, -1), (-1, -1)])
@pytest.mark.parametrize("is_transposed", [False, True])
def test_that_a_painted_region_keeps_every_number_when_the_picture_is_mirrored_or_transposed(
    flip: tuple[int, int], *, is_transposed: bool
) -> None:
    rng = np.random.default_rng(7)
    pixels, inside = rng.integers(-900, 900, (40, 56)).astype(np.int16), rng.random((40, 56)) < 0.4
    apart = spacing(0.5, 0.8)
    first = measured(painted(inside), frame(pixels, apart))

    def turned(array: NDArray[np.generic]) -> NDArray[np.generic]:
        made = array[:: flip[0], :: flip[1]]
        return np.ascontiguousarray(made.T if is_transposed else made)

    apart = spacing(0.8, 0.5) if is_transposed else apart
    second = measured(painted(turned(inside)), frame(turned(pixels), apart))
    assert {each.quantity.key: each.value for each in second.values} == pytest.approx(
        {each.quantity.key: each.value for each in first.values}, rel=1e-9
    )
