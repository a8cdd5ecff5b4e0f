"""Checks of areas, perimeters, and of which pixels are inside: shapes whose pixels were counted by arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from workstation.model.annotation import Annotation, Mask
from workstation.phantoms.known import known_image
from workstation.verify.bench import Bench, asking, asking_of, asking_several
from workstation.verify.check import Check
from workstation.verify.lengths import COLUMN_MM, ROW_MM, at_mm, wide_frame

if TYPE_CHECKING:
    from workstation.model.annotation import Point
    from workstation.model.annotation_kinds import Kind
    from workstation.model.frame import Frame

_PIXEL_MM2 = ROW_MM * COLUMN_MM
_AREA = "The spacings of rows and columns are exchanged, pixels are taken for squares, or axes are exchanged."
_BORDER = "The rule for pixels on the border of a region is another, or places are off by half a pixel."
_TURNED = "The axes of an ellipse are exchanged, or it is turned the wrong way."
_TALL = "pixels (c, r) with c² + 4 r² ≤ 100, counted"
_LEANING = "pixel centres with (u / 6)² + (v / 3)² ≤ 1, u and v turned by 30°, counted"
_SPLINE = "Catmull and Rom's curve through four points of a circle holds 41/15 r² (integrated by hand)"


def flat_shapes(bench: Bench) -> Iterator[Check]:
    """Check shapes with straight sides."""
    frame = wide_frame(bench)
    box: list[Point] = [(9.5, 19.5), (29.5, 19.5), (29.5, 29.5), (9.5, 29.5)]
    leaning: list[Point] = [(20.0, 20.0), (26.0, 21.0), (28.0, 26.0), (22.0, 25.0)]
    beside: list[Point] = [(x + 6, y + 1) for x, y in leaning]
    bow: list[Point] = [(10.0, 10.0), (30.0, 20.0), (30.0, 10.0), (10.0, 20.0)]
    cases: tuple[tuple[str, Kind, list[Point], str, str, float, str], ...] = (
        ("rectangle", "rectangle", box, "area", "mm2", 48.0, "20 x 0.3 by 10 x 0.8 mm"),
        ("rectangle", "rectangle", box, "perimeter", "mm", 28.0, "2 x (6 + 8) mm"),
        ("rectangle", "rectangle", box, "count", "{counts}", 200.0, "20 x 10 pixels"),
        ("polygon", "polygon", leaning, "area", "mm2", 28 * _PIXEL_MM2, "|6 x 5 - 1 x 2| pixels of 0.24 mm²"),
        ("polygon", "polygon", leaning, "count", "{counts}", 28.0, "copies of it fill the plane: as many as its area"),
        ("neighbour", "freehand", beside, "count", "{counts}", 28.0, "as its neighbour, with which it shares a side"),
        ("crossed", "polygon", bow, "count", "{counts}", 100.0, "two triangles of half of 20 x 5 pixels each, twice"),
    )
    for name, kind, points, key, unit, expected, source in cases:
        yield Check(
            f"{name}.{key}",
            f"A {kind} has its {key} on pixels that are not square",
            source,
            expected,
            asking(kind, points, frame, key, unit),
            1e-9,
            unit,
            _BORDER if key == "count" else _AREA,
        )


def round_shapes(bench: Bench) -> Iterator[Check]:
    """Check circles, ellipses and splines."""
    frame = wide_frame(bench)
    square = bench.frame(known_image("square", np.zeros((64, 64), np.int16), spacing_mm=(0.7, 0.7)))
    tall = bench.frame(known_image("tall", np.zeros((64, 64), np.int16), spacing_mm=(2.0, 1.0)))
    turned = _ellipse_mm(6.0, 3.0, 30.0)
    rim = at_mm((10, 0), (0, 10), (-10, 0), (0, -10))
    gauss = "pixels within the radius: Gauss's circle problem, OEIS A000328"
    found: tuple[tuple[str, Kind, list[Point], Frame, str, str, float, float, str], ...] = (
        ("circle", "circle", [(31, 31), (51, 31)], square, "count", "{counts}", 1257.0, 0.0, f"20 {gauss}"),
        ("circle", "circle", [(31, 31), (51, 31)], square, "area", "mm2", math.pi * 196, 1e-9, "π x 14² mm²"),
        ("circle-tall", "circle", [(31, 31), (41, 31)], tall, "count", "{counts}", 159.0, 0.0, _TALL),
        ("ellipse", "ellipse", turned, frame, "area", "mm2", math.pi * 18, 1e-9, "π x 6 x 3 mm²"),
        ("ellipse", "ellipse", turned, frame, "perimeter", "mm", _ramanujan(6, 3), 1e-4, "Ramanujan's series, 1914"),
        ("ellipse", "ellipse", turned, frame, "count", "{counts}", 227.0, 0.0, _LEANING),
        ("spline", "spline", rim, frame, "area", "mm2", 41 / 15 * 100, 0.8, _SPLINE),
    )
    for name, kind, points, on, key, unit, expected, tolerance, source in found:
        yield Check(
            f"{name}.{key}",
            f"{'An' if kind == 'ellipse' else 'A'} {kind} has its {key}",
            source,
            expected,
            asking(kind, points, on, key, unit),
            tolerance,
            unit,
            _TURNED if kind == "ellipse" else _AREA,
        )
    yield Check(
        "ellipse.axes",
        "An ellipse has its axes, the longer first",
        "2 x 6 and 2 x 3 mm, as drawn",
        (12.0, 6.0),
        asking_several("ellipse", turned, frame, ("major_axis", "minor_axis"), "mm"),
        1e-9,
        "mm",
        _TURNED,
    )


def which_pixels(bench: Bench) -> Iterator[Check]:
    """Check that the very pixels are inside that should be, by what they hold: their own column and row."""
    columns, rows = np.meshgrid(np.arange(200), np.arange(100))
    across = bench.frame(known_image("columns", columns.astype(np.int16), spacing_mm=(ROW_MM, COLUMN_MM)))
    down = bench.frame(known_image("rows", rows.astype(np.int16), spacing_mm=(ROW_MM, COLUMN_MM)))
    both = bench.frame(known_image("both", (columns * rows).astype(np.int16), spacing_mm=(ROW_MM, COLUMN_MM)))
    turned = _ellipse_mm(6.0, 3.0, 30.0)
    for name, frame, expected, source in (
        ("columns", across, (100.0, math.sqrt(17658 / 227)), "the middle; √(17658 / 227): squares of columns, summed"),
        ("rows", down, (50.0, math.sqrt(1282 / 227)), "the middle; √(1282 / 227): squares of rows, summed"),
    ):
        yield Check(
            f"ellipse.{name}",
            f"The pixels inside a turned ellipse are the right ones, by their {name}",
            f"{source} over the 227 pixel centres",
            expected,
            asking_several("ellipse", turned, frame, ("mean", "sd_population"), "[hnsf'U]"),
            1e-9,
            "HU",
            _TURNED,
        )
    yield Check(
        "ellipse.lean",
        "A turned ellipse leans to the right side",
        "mean of column x row: 100 x 50 + 2420 / 227, products of columns and rows from the middle, summed",
        5000 + 2420 / 227,
        asking("ellipse", turned, both, "mean", "[hnsf'U]"),
        1e-9,
        "HU",
        _TURNED,
    )
    yield from _borders(across, down)
    yield from _painted(across)


def _borders(across: Frame, down: Frame) -> Iterator[Check]:
    box: list[Point] = [(10.0, 20.0), (30.0, 20.0), (30.0, 30.0), (10.0, 30.0)]
    for name, frame, mean in (("columns", across, 19.5), ("rows", down, 24.5)):
        yield Check(
            f"border.{name}",
            f"Of a rectangle through pixel centres the left and upper border are inside, by the {name}",
            "columns 10 to 29, rows 20 to 29: their middle",
            mean,
            asking("rectangle", box, frame, "mean", "[hnsf'U]"),
            1e-9,
            "HU",
            _BORDER,
        )


def _painted(across: Frame) -> Iterator[Check]:
    inside = np.zeros((3, 5), np.bool_)
    inside[0, 0] = inside[1, 1:4] = inside[2, 4] = True
    mask = Mask(7, 4, 5, 3, np.packbits(inside).tobytes())
    painted = Annotation("1", "mask", "1.2.3", 0, ((7.0, 4.0), (11.0, 6.0)), (7.0, 4.0), mask=mask)

    for key, unit, expected, source in (
        ("area", "mm2", 5 * _PIXEL_MM2, "5 pixels of 0.24 mm²"),
        ("sum", "[hnsf'U]", 45.0, "columns 7 + 8 + 9 + 10 + 11"),
    ):
        yield Check(
            f"painted.{key}",
            f"A painted region has its {key}",
            source,
            expected,
            asking_of(painted, across, key, unit),
            1e-9,
            unit,
            "Bits of a painted region are read in another order, or it is moved.",
        )


def _ellipse_mm(long: float, short: float, degrees: float) -> list[Point]:
    """Give the ends of both axes of an ellipse turned clockwise in the patient, about pixel (100, 50)."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return at_mm((-long * c, -long * s), (long * c, long * s), (short * s, -short * c), (-short * s, short * c))


def _ramanujan(a: float, b: float) -> float:
    """Give the perimeter of an ellipse by Ramanujan's second formula; off by 3 h⁵ / 2¹⁷ of it at most."""
    h = ((a - b) / (a + b)) ** 2
    return math.pi * (a + b) * (1 + 3 * h / (10 + math.sqrt(4 - 3 * h)))
