"""Checks of distances and angles, on pixels that are 0.8 mm high and 0.3 mm wide."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from workstation.measure.setting import Setting
from workstation.model.annotation_kinds import TRAITS
from workstation.phantoms.known import known_image
from workstation.verify.bench import Bench, asking, asking_several
from workstation.verify.check import Check

if TYPE_CHECKING:
    from workstation.model.annotation import Point
    from workstation.model.annotation_kinds import Kind
    from workstation.model.frame import Frame
    from workstation.model.units import LengthUnit

ROW_MM, COLUMN_MM = 0.8, 0.3
_SWAPPED = "The spacing between rows and between columns is exchanged, or another spacing is used."
_ANGLES = "Angles are in radians or are the complement, or are made in pixels instead of in the patient."
_CLOSE = 1e-9


def wide_frame(bench: Bench) -> Frame:
    """Give an image of 100 x 200 such pixels."""
    return bench.frame(known_image("lengths", np.zeros((100, 200), np.int16), spacing_mm=(ROW_MM, COLUMN_MM)))


def at_mm(*points_mm: Point, middle: Point = (100.0, 50.0)) -> list[Point]:
    """Give points by their way in mm, right and down, from a pixel."""
    return [(middle[0] + x / COLUMN_MM, middle[1] + y / ROW_MM) for x, y in points_mm]


def distances(bench: Bench) -> Iterator[Check]:
    """Check lengths, paths, axes, distances."""
    frame = wide_frame(bench)
    length = [(10.0, 20.0), (20.0, 25.0)]
    wanted: tuple[tuple[LengthUnit, str, float], ...] = (
        ("mm", "mm", 5.0),
        ("cm", "cm", 0.5),
        ("inch", "[in_i]", 5 / 25.4),
        ("px", "{pixels}", math.sqrt(125)),
    )
    for units, ucum, expected in wanted:
        setting = Setting(units=units)
        yield Check(
            f"distance.{units}",
            f"10 pixels to the right and 5 down are a length in {units}",
            "10 x 0.3 mm and 5 x 0.8 mm: the triangle of 3, 4, 5; 1 inch is 25.4 mm",
            expected,
            asking("length", length, frame, "length", ucum, setting),
            _CLOSE,
            ucum,
            _SWAPPED,
        )
    yield from _longer(frame)


def _longer(frame: Frame) -> Iterator[Check]:
    steps: list[Point] = [(10.0, 10.0), (20.0, 15.0), (20.0, 25.0), (10.0, 25.0)]
    cases: tuple[tuple[str, Kind, Sequence[Point], str, float, str], ...] = (
        ("polyline", "polyline", steps, "path_length", 16.0, "5 + 10 x 0.8 + 10 x 0.3 mm"),
        ("curve", "curve", steps, "path_length", 16.0, "5 + 10 x 0.8 + 10 x 0.3 mm, from point to point"),
        (
            "perpendicular",
            "perpendicular",
            at_mm((-10, -10), (10, 10), (6, -6)),
            "distance",
            math.sqrt(72),
            "from (6, -6) to the line x = y: 12 / √2 mm",
        ),
        ("sphere", "sphere", at_mm((0, 0), (6, 8)), "radius", 10.0, "6, 8, 10"),
    )
    for name, kind, points, key, expected, source in cases:
        yield Check(
            f"distance.{name}",
            f"The {TRAITS[kind].name} has its length on pixels that are not square",
            source,
            expected,
            asking(kind, points, frame, key, "mm"),
            _CLOSE,
            "mm",
            _SWAPPED,
        )
    axes = at_mm((-6, -8), (6, 8), (-4, 3), (4, -3))
    yield Check(
        "distance.bidirectional",
        "Long and short axis have their lengths",
        "2 x √(36 + 64), 2 x √(16 + 9) mm",
        (20.0, 10.0),
        asking_several("bidirectional", axes, frame, ("long_axis", "short_axis"), "mm"),
        _CLOSE,
        "mm",
        _SWAPPED,
    )
    ratio = at_mm((-4, 0), (4, 0), (-8, 3), (8, 3))
    yield Check(
        "distance.ratio",
        "The cardiothoracic ratio is heart over chest",
        "8 / 16",
        0.5,
        asking("ratio", ratio, frame, "cardiothoracic_ratio", "1"),
        _CLOSE,
        hint="Heart and chest are exchanged.",
    )


def _arm(degrees: float, length: float = 10.0) -> Point:
    turn = math.radians(degrees)
    return length * math.cos(turn), length * math.sin(turn)


def _line(middle_mm: Point, degrees: float) -> list[Point]:
    x, y = _arm(degrees, 5.0)
    return at_mm((middle_mm[0] - x, middle_mm[1] - y), (middle_mm[0] + x, middle_mm[1] + y))


def angles(bench: Bench) -> Iterator[Check]:
    """Check angles of all kinds."""
    frame = wide_frame(bench)
    flat, steep = _line((0, -12), 15), _line((0, 12), -10)
    wide = (_line((0, -12), 55), _line((0, 12), -60))
    four = [*_line((-10, 0), 70), *_line((10, 0), 80), *_line((0, -8), 10), *_line((_arm(40)[0], _arm(40)[1] - 8), 5)]
    cases: tuple[tuple[str, Kind, Sequence[Point], str, float, str], ...] = (
        ("acute", "angle", at_mm(_arm(10), (0, 0), _arm(40)), "angle", 30.0, "arms drawn at 10° and 40°"),
        ("right", "angle", at_mm(_arm(-20), (0, 0), _arm(70)), "angle", 90.0, "arms drawn at -20° and 70°"),
        ("obtuse", "angle", at_mm(_arm(10), (0, 0), _arm(145)), "angle", 135.0, "arms drawn at 10° and 145°"),
        ("cobb", "cobb", [*flat, *steep], "cobb_angle", 25.0, "end plates at 15° and -10°"),
        ("cobb-turned", "cobb", [*flat, *steep[::-1]], "cobb_angle", 25.0, "the same, one drawn from right to left"),
        ("cobb-wide", "cobb", [*wide[0], *wide[1]], "cobb_angle", 115.0, "end plates at 55° and -60°"),
        (
            "open",
            "open_angle",
            [*_line((-10, 0), 20), *_line((10, 0), 170)],
            "angle",
            150.0,
            "lines drawn at 20° and 170°",
        ),
        ("four-point", "four_point_angle", four, "angle", 40.0, "the middles lie at 0° and at 40° to each other"),
    )
    for name, kind, points, key, expected, source in cases:
        yield Check(
            f"angle.{name}",
            f"The {TRAITS[kind].name} of {expected:g}° is found on pixels that are not square",
            source,
            expected,
            asking(kind, points, frame, key, "deg"),
            1e-9,
            "°",
            _ANGLES,
        )
