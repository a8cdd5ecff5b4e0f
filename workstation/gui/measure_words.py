"""The batch command that makes the same numbers as a measurement in the window."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from workstation.measure.arguments import Painted
from workstation.model.annotation import Annotation, Point, Threshold
from workstation.model.annotation_kinds import Kind
from workstation.model.geometry import Spacing
from workstation.model.index.records import FrameRef
from workstation.model.outlines import mm_per_px

_WHOLE = 1e-6
_LONGEST_WORD = 24_000
"""Letters: with the rest it has to fit into a command line of Windows, 32,767."""


def measure_words(
    annotation: Annotation, ref: FrameRef, spacing: Spacing, *, lines: Sequence[Annotation] = ()
) -> tuple[str, ...]:
    """Give the command as words; nothing for what has none: painted pixels may be too many for a command line, a
    threshold of PERCIST is that of another region, and regions take no threshold.

    Parameters
    ----------
    annotation
        On the frame.
    ref
        The frame.
    spacing
        Of the frame.
    lines
        Calibration lines of the frame; the last one holds.
    """
    make = _WORDS.get(annotation.kind)
    if annotation.kind == "sphere":
        return _sphere(annotation, ref)
    if make is None or annotation.threshold is not None:
        return ()
    command, *shape = make(annotation, spacing)
    if max(map(len, shape)) > _LONGEST_WORD:
        return ()
    words = ["measure", command, str(ref.instance.place), *(["--statistics"] if command == "roi" else []), *shape]
    if ref.instance.number_of_frames > 1:
        words += ["--frame", str(ref.number + 1)]
    if annotation.text:
        words += ["--annotation", annotation.text]
    known = [each for each in lines if each.known_mm]
    if known and annotation.kind not in ("calibration", "point", "angle"):
        line = known[-1]
        words += ["--calibration", f"{_flat(line.points_px)}={_number(line.known_mm or 0.0)}mm"]
    return tuple(words)


def _distance(annotation: Annotation, _spacing: Spacing) -> list[str]:
    p1, p2 = annotation.points_px[:2]
    found = ["distance", "--p1", _point(p1), "--p2", _point(p2)]
    return found if len(annotation.points_px) == 2 else [*found, "--p3", _point(annotation.points_px[2])]


def _path(annotation: Annotation, _spacing: Spacing) -> list[str]:
    return ["distance", "--path", *map(_point, annotation.points_px)]


def _axes(annotation: Annotation, _spacing: Spacing) -> list[str]:
    names = ("--heart", "--chest") if annotation.kind == "ratio" else ("--long", "--short")
    first, last = annotation.points_px[:2], annotation.points_px[2:]
    return ["distance", names[0], _flat(first), names[1], _flat(last)]


def _angle(annotation: Annotation, _spacing: Spacing) -> list[str]:
    p1, vertex, p2 = annotation.points_px
    return ["angle", "--vertex", _point(vertex), "--p1", _point(p1), "--p2", _point(p2)]


def _lines_angle(annotation: Annotation, _spacing: Spacing) -> list[str]:
    points = annotation.points_px
    found = ["angle"]
    for at in range(0, len(points), 2):
        found += ["--line", _flat(points[at : at + 2])]
    return [*found, "--cobb"] if annotation.kind == "cobb" else found


def _polygon(annotation: Annotation, _spacing: Spacing) -> list[str]:
    name = "--spline" if annotation.kind == "spline" else "--polygon"
    return ["roi", name, *map(_point, annotation.points_px)]


def _painted(annotation: Annotation, _spacing: Spacing) -> list[str]:
    if annotation.mask is None:
        raise ValueError("a painted region without its pixels")
    return ["roi", "--painted", str(Painted(annotation.mask))]


def _rectangle(annotation: Annotation, _spacing: Spacing) -> list[str]:
    """A rectangle along whole pixels is a box of them; any other is given by its corners."""
    columns, rows = zip(*annotation.points_px, strict=True)
    left, top, right, bottom = min(columns), min(rows), max(columns), max(rows)
    corners = {(left, top), (right, top), (right, bottom), (left, bottom)}
    edges = (left, top, right, bottom)
    if set(annotation.points_px) == corners and all(_is_whole(each + 0.5) for each in edges):
        box = (round(left + 0.5), round(top + 0.5), round(right - left), round(bottom - top))
        return ["roi", "--roi", ",".join(map(str, box))]
    return ["roi", "--rectangle", *map(_point, annotation.points_px)]


def _ellipse(annotation: Annotation, _spacing: Spacing) -> list[str]:
    """Write it by its own axes in pixels, which are others than in the patient where pixels are not square."""
    points = np.asarray(annotation.points_px, dtype=np.float64)
    centre = points.mean(axis=0)
    half = np.column_stack([(points[1] - points[0]) / 2, (points[3] - points[2]) / 2])
    ways, reach, _ = np.linalg.svd(half)
    turn = math.degrees(math.atan2(ways[1, 0], ways[0, 0]))
    width, height = (2 * reach).tolist()
    if abs(turn % 180 - 90) < 45:  # the wider axis runs down: turn it by less
        width, height, turn = height, width, turn - 90
    turn = (turn + 90) % 180 - 90
    x, y = centre[0] - (width - 1) / 2, centre[1] - (height - 1) / 2
    numbers = [x, y, width, height, *([turn] if abs(turn) > _WHOLE else [])]
    return ["roi", "--ellipse", ",".join(map(_number, numbers))]


def _circle(annotation: Annotation, spacing: Spacing) -> list[str]:
    """Its radius is in distances between columns."""
    centre, rim = annotation.points_px
    scale = mm_per_px(spacing)
    radius = float(np.hypot(*((np.subtract(rim, centre)) * scale))) / float(scale[0])
    return ["roi", "--circle", ",".join(map(_number, (*centre, radius)))]


def _pixel(annotation: Annotation, _spacing: Spacing) -> list[str]:
    return ["pixel", "--at", _point(annotation.points_px[0])]


def _profile(annotation: Annotation, _spacing: Spacing) -> list[str]:
    p1, p2 = annotation.points_px
    return ["profile", "--p1", _point(p1), "--p2", _point(p2)]


def _sphere(annotation: Annotation, ref: FrameRef) -> tuple[str, ...]:
    threshold = annotation.threshold
    if len(annotation.points_lps) < 2 or (threshold is not None and threshold.kind == "percist"):
        return ()
    centre, rim = annotation.points_lps
    radius = math.dist(centre, rim)
    folder = str(ref.instance.place.path.parent)
    words = [
        "measure",
        "volume",
        folder,
        "--centre",
        ",".join(map(_number, centre)),
        "--radius",
        f"{_number(radius)}mm",
    ]
    if threshold is not None:
        words += ["--threshold", _limits(threshold)]
    return tuple(words)


def _limits(threshold: Threshold) -> str:
    low = _number(threshold.low) if threshold.low is not None else ""
    high = f"..{_number(threshold.high)}" if threshold.high is not None else ""
    if threshold.kind == "percent":
        return f"{low}%"
    return f"{'suv' if threshold.kind == 'suv' else ''}{low}{high}"


def _is_whole(value: float) -> bool:
    return abs(value - round(value)) < _WHOLE


def _point(point: Point) -> str:
    return f"{_number(point[0])},{_number(point[1])}"


def _flat(points: Sequence[Point]) -> str:
    return ",".join(map(_point, points))


def _number(value: float) -> str:
    """Write a number with all the digits it has."""
    plain = float(value)
    return str(int(plain)) if plain.is_integer() else repr(plain)


_WORDS: dict[Kind, Callable[[Annotation, Spacing], list[str]]] = {
    "length": _distance,
    "calibration": _distance,
    "perpendicular": _distance,
    "polyline": _path,
    "curve": _path,
    "bidirectional": _axes,
    "ratio": _axes,
    "angle": _angle,
    "cobb": _lines_angle,
    "open_angle": _lines_angle,
    "four_point_angle": _lines_angle,
    "polygon": _polygon,
    "mask": _painted,
    "freehand": _polygon,
    "spline": _polygon,
    "rectangle": _rectangle,
    "ellipse": _ellipse,
    "circle": _circle,
    "point": _pixel,
    "profile": _profile,
}
