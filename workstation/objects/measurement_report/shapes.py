"""Which graphics of a report stand for an annotation of each kind, and how its points are found in them again.

Points are (column, row) from 0 at pixel centres. Lines of round shapes are such in the patient, so where pixels are not
square a circle is an ellipse on the image, and the axes of a turned ellipse are not those that were drawn.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from workstation.model.annotation import Annotation, Mask
from workstation.model.annotation_kinds import Kind
from workstation.model.concepts import Code
from workstation.model.geometry import Spacing
from workstation.model.outlines import foot_px, mask_borders, mask_of, mm_per_px, spline_px
from workstation.objects.measurement_report.codes import (
    ARM_OF_ANGLE,
    IMAGE_REGION,
    REFERENCE_POINTS,
    SOURCE_OF_MEASUREMENT,
)
from workstation.quick_dataclass import dataclass

Points = NDArray[np.float64]
SAME_PX = 1e-3
"""Nearer than this points are one: far below what a hand can do, above the rounding of single precision."""
_MOST_PIXELS = 1 << 28
LINES: tuple[Kind, ...] = ("length", "calibration", "profile", "polyline", "curve", "angle")
"""Kinds that are one open line."""
PAIRS: tuple[Kind, ...] = ("cobb", "open_angle", "four_point_angle", "bidirectional", "ratio")
"""Kinds that are several lines of two points."""
CORNERED: tuple[Kind, ...] = ("rectangle", "polygon", "freehand")
"""Kinds that are a closed line through their points."""
MEASURED_ALONG: tuple[Kind, ...] = (*LINES, *PAIRS, "perpendicular")
"""Kinds whose numbers are inferred from lines; all others are regions or mark a place."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """A graphic of a report: its type (PS3.3 C.18.6.1.2), its points (n, 2), what for, and of which number."""

    graphic: str
    points_px: Points
    purpose: Code
    quantity: str = ""


def drawn(annotation: Annotation, spacing: Spacing) -> tuple[Drawn, ...]:
    """Give the graphics of an annotation.

    Parameters
    ----------
    annotation
        Of any kind but a sphere, which is none of an image.
    spacing
        Of its image; a bare ratio is enough.
    """
    points = np.asarray(annotation.points_px, dtype=np.float64)
    kind = annotation.kind
    if kind in LINES:
        return (Drawn("POLYLINE", points, SOURCE_OF_MEASUREMENT),)
    if kind in PAIRS:
        return _pairs(kind, points)
    if kind == "perpendicular":
        plumb = np.array([points[2], foot_px(points, spacing)])
        return (
            Drawn("POLYLINE", points[:2], SOURCE_OF_MEASUREMENT),
            Drawn("POLYLINE", plumb, SOURCE_OF_MEASUREMENT),
        )
    if kind == "arrow":
        return Drawn("POINT", points[:1], IMAGE_REGION), Drawn("MULTIPOINT", points[1:], REFERENCE_POINTS)
    return (_region(annotation, points, spacing),)


def _pairs(kind: Kind, points: Points) -> tuple[Drawn, ...]:
    purpose = ARM_OF_ANGLE if kind in ("cobb", "open_angle", "four_point_angle") else SOURCE_OF_MEASUREMENT
    of = ("long_axis", "short_axis") if kind == "bidirectional" else ("",) * (len(points) // 2)
    return tuple(Drawn("POLYLINE", points[2 * at : 2 * at + 2], purpose, quantity) for at, quantity in enumerate(of))


def _region(annotation: Annotation, points: Points, spacing: Spacing) -> Drawn:
    kind = annotation.kind
    if kind in ("text", "point", "vertebra"):
        return Drawn("POINT", points, IMAGE_REGION)
    if annotation.mask is not None:
        return Drawn("POLYLINE", _closed(one_line(mask_borders(annotation.mask))), IMAGE_REGION)
    if kind == "circle":
        return _circle(points, spacing)
    if kind == "ellipse":
        return Drawn("ELLIPSE", principal_axes(points), IMAGE_REGION)
    return Drawn("POLYLINE", _closed(spline_px(points) if kind == "spline" else points), IMAGE_REGION)


def _circle(points: Points, spacing: Spacing) -> Drawn:
    scale = mm_per_px(spacing)
    if abs(scale[0] - scale[1]) <= 1e-6 * scale[0]:
        return Drawn("CIRCLE", points, IMAGE_REGION)
    centre, rim = points
    across, down = np.hypot(*((rim - centre) * scale)) / scale
    ends = np.array([(-across, 0), (across, 0), (0, -down), (0, down)]) + centre
    return Drawn("ELLIPSE", principal_axes(ends), IMAGE_REGION)


def principal_axes(ends_px: Points) -> Points:
    """Give the ends of the major and of the minor axis of an ellipse by any two diameters that halve each other.

    Points stay as they are where the first is the longer one and both stand at right angles on the image, as files want
    it (PS3.3 C.18.6.1.2).
    """
    centre = ends_px.mean(axis=0)
    one, other = (ends_px[1] - ends_px[0]) / 2, (ends_px[3] - ends_px[2]) / 2
    if abs(float(one @ other)) <= 1e-6 * float(np.hypot(*one) * np.hypot(*other)):
        return ends_px if one @ one >= other @ other else ends_px[[2, 3, 0, 1]]
    axes, lengths, _ = np.linalg.svd(np.column_stack([one, other]))
    major, minor = axes[:, 0] * lengths[0], axes[:, 1] * lengths[1]
    return np.array([centre - major, centre + major, centre - minor, centre + minor])


def one_line(borders: Sequence[Points]) -> Points:
    """Join closed borders along pixel edges to one line; what leads from one to the next is gone along twice.

    Its inside by the even-odd rule is that of all of them, since the way between runs along edges of pixels only.
    """
    start = borders[0][0]
    parts = [borders[0]]
    for border in borders[1:]:
        corner = np.array([border[0][0], start[1]])
        parts += [start[None], corner[None], border, border[:1], corner[None]]
    if len(borders) > 1:
        parts.append(start[None])
    return np.concatenate(parts)


def _closed(points: Points) -> Points:
    return points if len(points) > 1 and (points[0] == points[-1]).all() else np.vstack([points, points[:1]])


def without_end(points: Points) -> Points:
    """Take the last point of a closed line away, where it is its first."""
    return points[:-1] if len(points) > 1 and np.abs(points[0] - points[-1]).max() <= SAME_PX else points


def points_in(kind: Kind, shapes: Sequence[tuple[str, Points]]) -> Points | None:
    """Find the points of an annotation of a kind in its graphics, (type, points) each; None where they don't say them.

    It is the inverse of `drawn`; where that has none, the points are written beside the graphics.
    """
    find = _FINDERS.get(kind)
    return None if find is None or not shapes else find(shapes)


def _of_one(graphic: str) -> Callable[[Sequence[tuple[str, Points]]], Points | None]:
    def find(shapes: Sequence[tuple[str, Points]]) -> Points | None:
        return shapes[0][1] if len(shapes) == 1 and shapes[0][0] == graphic else None

    return find


def _joined(shapes: Sequence[tuple[str, Points]]) -> Points | None:
    return np.concatenate([points for _, points in shapes])


def _cornered(shapes: Sequence[tuple[str, Points]]) -> Points | None:
    return without_end(shapes[0][1]) if len(shapes) == 1 and shapes[0][0] == "POLYLINE" else None


def _plumb(shapes: Sequence[tuple[str, Points]]) -> Points | None:
    return np.vstack([shapes[0][1], shapes[1][1][:1]]) if len(shapes) == 2 else None


_FINDERS: dict[Kind, Callable[[Sequence[tuple[str, Points]]], Points | None]] = {
    **dict.fromkeys(LINES, _of_one("POLYLINE")),
    **dict.fromkeys(PAIRS, _joined),
    **dict.fromkeys(CORNERED, _cornered),
    **dict.fromkeys(("text", "point", "vertebra"), _of_one("POINT")),
    "perpendicular": _plumb,
    "arrow": _joined,
    "ellipse": _of_one("ELLIPSE"),
    "circle": _of_one("CIRCLE"),
}


def outlined_mask(outlines_px: Sequence[Points]) -> Mask | None:
    """Give the pixels whose centres lie inside closed lines by the even-odd rule; None where there are none."""
    from workstation.objects.structure_contours import contour_mask

    if not outlines_px or not all(len(each) for each in outlines_px):
        return None
    low = np.min([each.min(axis=0) for each in outlines_px], axis=0)
    high = np.max([each.max(axis=0) for each in outlines_px], axis=0)
    left, top = (max(0, int(np.ceil(each))) for each in low)
    right, bottom = (int(np.floor(each)) for each in high)
    if right < left or bottom < top or (right - left + 1) * (bottom - top + 1) > _MOST_PIXELS:
        return None
    shape = bottom - top + 1, right - left + 1
    inside = contour_mask(tuple(each - (left, top) for each in outlines_px), shape)
    return mask_of(inside, left=left, top=top)


def mask_points(mask: Mask) -> Points:
    """Give the points of the annotation of a painted region: the first and the last pixel of its box."""
    return np.array([(mask.left, mask.top), (mask.left + mask.columns - 1, mask.top + mask.rows - 1)], dtype=np.float64)
