"""Which kind of annotation the graphics of a group are, where another program wrote them.

Conventions of dcmjs and OHIF (lines inferred below their number, the tool in the tracking identifier), of dwv (all
shapes as Image Region) and of highdicom are known; what is left goes by the graphics alone.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from workstation.model import quantities
from workstation.model.annotation_kinds import Kind
from workstation.model.concepts import Code
from workstation.objects.measurement_report import codes
from workstation.objects.measurement_report.codes import current, means
from workstation.objects.measurement_report.shapes import SAME_PX, Points, without_end
from workstation.objects.measurement_report.values import FoundGroup, FoundShape
from workstation.objects.sr.content import ImageShape
from workstation.quick_dataclass import dataclass

_LENGTHS = tuple(
    each.concept for each in (quantities.LENGTH, quantities.PATH_LENGTH, quantities.DISTANCE) if each.concept
)


@dataclass(frozen=True, eq=False)
class Recognised:
    """An annotation to be made: its kind, its points (n, 2) on the image, and the graphics that say so."""

    kind: Kind
    points_px: Points
    shapes: tuple[FoundShape, ...]


def recognised(group: FoundGroup) -> Iterator[Recognised]:
    """Find the annotations of a group in its graphics on images."""
    shapes = [each for each in group.shapes if isinstance(each.shape, ImageShape) and each.shape.points_px]
    together = _together(group, shapes)
    if together is not None:
        yield together
        return
    tails = [each for each in shapes if means(each.purpose, codes.REFERENCE_POINTS)]
    for each in shapes:
        if each not in tails:
            yield from _alone(group, each, tails)


def _together(group: FoundGroup, shapes: Sequence[FoundShape]) -> Recognised | None:
    """Recognise what several graphics are together: two axes, the arms of an angle."""
    lines = [each for each in shapes if _type(each) == "POLYLINE"]
    if len(lines) != len(shapes) or not lines:
        return None
    counts = [len(points_of(each)) for each in lines]
    if counts == [2, 2]:
        long = _inferred(group, lines, quantities.LONG_AXIS.concept)
        short = _inferred(group, lines, quantities.SHORT_AXIS.concept)
        if long is not None and short is not None and long is not short:
            return Recognised("bidirectional", np.vstack([points_of(long), points_of(short)]), (long, short))
    angle = _angle(group)
    both = np.vstack([points_of(each) for each in lines])
    if angle is None or len(both) != 4 or counts not in ([2, 2], [4]):
        return None
    return Recognised("cobb" if _is_cobb(group, angle) else "open_angle", both, tuple(lines))


def _inferred(group: FoundGroup, lines: Sequence[FoundShape], concept: Code | None) -> FoundShape | None:
    for value in group.values:
        if concept is not None and means(value.concept, concept):
            return next((each for each in lines if each.of == value.number), None)
    return None


def _angle(group: FoundGroup) -> Code | None:
    """Give the concept of an angle among the numbers of a group."""
    for value in group.values:
        concept = current(value.concept)
        if concept is not None and value.unit is not None and value.unit.value == "deg":
            return concept
    return None


def _is_cobb(group: FoundGroup, concept: Code) -> bool:
    cobb = quantities.COBB_ANGLE.concept
    return concept.is_same(cobb) or "cobb" in f"{concept.meaning} {group.tracking_id}".casefold()


def _alone(group: FoundGroup, shape: FoundShape, tails: Sequence[FoundShape]) -> Iterator[Recognised]:
    kind, points = _type(shape), points_of(shape)
    if kind == "POINT" and len(points) == 1:
        yield _place(group, shape, tails)
    elif kind == "POINT" and len(points) == 2:  # as dcmjs writes arrows
        yield Recognised("arrow", points, (shape,))
    elif kind in ("POINT", "MULTIPOINT"):
        for point in points:
            yield Recognised("point", point[None], (shape,))
    elif kind == "CIRCLE" and len(points) == 2:
        yield Recognised("circle", points, (shape,))
    elif kind == "ELLIPSE" and len(points) == 4:
        yield Recognised("ellipse", points, (shape,))
    elif kind == "POLYLINE" and len(points) >= 2:
        yield _line(group, shape, points)


def _place(group: FoundGroup, shape: FoundShape, tails: Sequence[FoundShape]) -> Recognised:
    """Recognise a point: the tip of an arrow whose tail is named beside it, a note, or a place with a value."""
    points = points_of(shape)
    if tails and len(points_of(tails[0])) == 1:
        return Recognised("arrow", np.vstack([points, points_of(tails[0])]), (shape, tails[0]))
    has_value = any(each.value is not None for each in group.values)
    has_words = bool(group.name or (group.finding is not None and group.finding.meaning))
    is_note = has_words and not has_value
    return Recognised("text" if is_note else "point", points, (shape,))


def _line(group: FoundGroup, shape: FoundShape, points: Points) -> Recognised:
    open_ended = without_end(points)
    if len(open_ended) < len(points) and len(open_ended) >= 3:
        return Recognised(_closed_kind(group, open_ended), open_ended, (shape,))
    if len(points) == 2:
        return Recognised("length", points, (shape,))
    if _angle(group) is not None and len(points) == 3:
        return Recognised("angle", points, (shape,))
    is_long = any(means(each.concept, length) for each in group.values for length in _LENGTHS)
    if means(shape.purpose, codes.IMAGE_REGION) and not is_long:
        return Recognised("polygon", points, (shape,))  # of a region its writer did not close
    return Recognised("polyline", points, (shape,))


def _closed_kind(group: FoundGroup, points: Points) -> Kind:
    hint = group.tracking_id.casefold()
    if len(points) == 4 and is_upright(points):
        return "rectangle"
    return "freehand" if "freehand" in hint else "polygon"


def is_upright(points: Points) -> bool:
    """Whether four corners are those of a rectangle with sides along rows and columns."""
    steps = np.abs(np.roll(points, -1, axis=0) - points)
    flat = steps <= SAME_PX * 10
    return bool((flat.any(axis=1) & ~flat.all(axis=1)).all() and (flat[:, 0] != np.roll(flat[:, 0], 1)).all())


def _type(shape: FoundShape) -> str:
    return shape.shape.graphic_type.upper()


def points_of(shape: FoundShape) -> Points:
    """Give the points of a graphic on an image, (n, 2); none of one in space."""
    points = shape.shape.points_px if isinstance(shape.shape, ImageShape) else ()
    return np.asarray(points, dtype=np.float64).reshape(-1, 2)
