"""Graphics and texts of a presentation state as live annotations: ours as they were, those of others by their shape."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from workstation.display.presentation import Presentation
from workstation.display.presentation_saving import MARK_RGB
from workstation.model.annotation import Annotation, Mask, Point
from workstation.model.annotation_kinds import TRAITS, Kind
from workstation.model.frame import Frame
from workstation.model.geometry import Spacing
from workstation.model.outlines import SPLINE_POINTS, mm_per_px
from workstation.model.text import clean
from workstation.objects.measurement_report.kinds import is_upright
from workstation.objects.measurement_report.shapes import (
    Points,
    mask_points,
    outlined_mask,
    points_in,
    principal_axes,
    without_end,
)
from workstation.objects.presentation import values
from workstation.objects.presentation.group_words import Grouped, grouped
from workstation.objects.presentation.values import Compound, Graphic, Rgb, Text
from workstation.quick_dataclass import dataclass

_SAME_PX = 0.1
_FEWEST_CLOSED = 3
_FOUR = 4


@dataclass(frozen=True)
class Taken:
    """Annotations that were taken from a state: those, the layers that nothing is left of, how much was left."""

    annotations: tuple[Annotation, ...]
    layers: frozenset[str]
    left: int


def annotations_of(presentation: Presentation, frame: Frame, place: tuple[str, int], ids: Iterable[str]) -> Taken:
    """Take the texts, arrows, lines and shapes that a state draws on a frame; what has no kind here is left to it.

    Parameters
    ----------
    presentation
        The state, applied to the frame.
    frame
        As the image has it.
    place
        SOP Instance UID and number of the frame.
    ids
        For the annotations, as many as there are.
    """
    number = iter(ids)
    made: list[Annotation] = []
    layers: set[str] = set()
    left = 0
    for content in presentation.layers:
        missing = len(content.overlays)
        for each in content.annotations:
            taking = _Taking(presentation, frame.spacing, content.layer.rgb or MARK_RGB)
            taking.take(each)
            uid = presentation.state.sop_instance_uid
            made += [
                replace(one, id=next(number), sop_instance_uid=place[0], frame=place[1], source_uid=uid).on_plane(
                    frame.plane
                )
                for one in taking.made
            ]
            missing += taking.left
        left += missing
        if not missing:
            layers.add(content.layer.name)
    return Taken(tuple(made), frozenset(layers), left)


class _Taking:
    """Takes one annotation of a state: graphics, texts and compound graphics of one layer."""

    def __init__(self, presentation: Presentation, spacing: Spacing, rgb: Rgb) -> None:
        self._presentation, self._spacing, self._rgb = presentation, spacing, rgb
        self.made: list[Annotation] = []
        self.left = 0

    def take(self, drawn: values.Annotation) -> None:
        """Make annotations of all that has a kind, and count the rest."""
        groups = {each.identifier: said for each in self._presentation.state.groups if (said := grouped(each))}
        kept: set[int] = set()
        for number, said in groups.items():
            graphics = [each for each in drawn.graphics if each.group_id == number]
            texts = [each for each in drawn.texts if each.group_id == number]
            own = self._own(said, graphics, texts) if graphics else None
            if own is not None:
                self.made.append(own)
                kept.add(number)
        compounds = {each.identifier for each in drawn.compounds if self._compound(each)}
        stand_ins = {each.identifier for each in drawn.compounds} - {None}
        for graphic in drawn.graphics:
            if graphic.group_id in kept:
                continue
            if graphic.compound_id is not None and graphic.compound_id in stand_ins:
                self.left += graphic.compound_id not in compounds
            else:
                self._graphic(graphic)
        for text in drawn.texts:
            is_of_compound = text.compound_id is not None and text.compound_id in compounds
            if text.group_id not in kept and not is_of_compound:
                self._text(text)

    def _own(self, said: Grouped, graphics: Sequence[Graphic], texts: Sequence[Text]) -> Annotation | None:
        """Make the annotation that a group says it is; None where its graphics were changed so that they are none."""
        shapes = [(each.kind, self._points(each)) for each in graphics]
        if said.kind == "mask":
            mask = outlined_mask([without_end(points) for _, points in shapes])
            points = None if mask is None else mask_points(mask)
        else:
            mask, points = None, _points_of_kind(said.kind, [(graphic, each) for graphic, each in shapes])
        traits = TRAITS[said.kind]
        if points is None or len(points) < traits.fewest or (traits.most is not None and len(points) > traits.most):
            return None
        if said.kind == "ellipse":
            points = self._upright_in_patient(points)
        boxes = [box for each in texts if (box := self._box(each)) is not None]
        label = ((boxes[0][0][0] + boxes[0][1][0]) / 2, (boxes[0][0][1] + boxes[0][1][1]) / 2) if boxes else None
        made = self._made(said.kind, points, graphics[0].line, mask=mask)
        return replace(
            made,
            text=clean(said.name),
            about=said.about,
            threshold=said.threshold,
            known_mm=said.known_mm,
            label_px=made.label_px if label is None else label,
        )

    def _compound(self, drawn: Compound) -> bool:
        if drawn.units != "PIXEL" or drawn.rotation_deg:
            self.left += 1
            return False
        points = np.asarray(drawn.points, dtype=np.float64)
        if drawn.kind == "ARROW":
            tip, tail = points[:2]
            made = self._made("arrow", np.array([tip, tail]), drawn.line)
            self.made.append(replace(made, label_px=drawn.points[1]))
        elif drawn.kind == "RULER":
            self.made.append(self._made("length", points[:2], drawn.line))
        elif drawn.kind == "RECTANGLE":
            (left, top), (right, bottom) = points[:2]
            corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
            self.made.append(self._made("rectangle", corners, drawn.line))
        else:
            self.left += 1
            return False
        return True

    def _graphic(self, drawn: Graphic) -> None:
        if drawn.is_filled or (drawn.units == "DISPLAY" and self._is_turned()):
            self.left += 1
            return
        points = self._points(drawn)
        kind = _kind_of(drawn.kind, points)
        if kind is None:
            self.left += 1
            return
        if kind in ("polygon", "rectangle", "spline"):
            points = without_end(points)
        scale = mm_per_px(self._spacing)
        if kind == "circle" and abs(scale[0] - scale[1]) > 1e-6 * scale[0]:
            kind, points = "ellipse", _diameters(points)
        if kind == "ellipse":
            points = self._upright_in_patient(points)
        self.made.append(self._made(kind, points, drawn.line))

    def _upright_in_patient(self, ends: Points) -> Points:
        """Give the axes of an ellipse in the patient: what stands at right angles on the image need not do so there."""
        scale = mm_per_px(self._spacing)
        return np.asarray(principal_axes(ends * scale) / scale)

    def _text(self, text: Text) -> None:
        note = self._note(text)
        if note is None:
            self.left += 1
            return
        at = self._arrow_of(text)
        if at is None:
            self.made.append(note)
        else:
            self.made[at] = replace(self.made[at], text=note.text, label_px=note.label_px)

    def _arrow_of(self, text: Text) -> int | None:
        """Find the arrow at whose tail words are anchored without a line of their own."""
        if text.anchor is None or text.is_anchor_visible or text.box is None:
            return None
        for at, each in enumerate(self.made):
            if each.kind == "arrow" and not each.text and _is_same(each.points_px[1], text.anchor):
                return at
        return None

    def _note(self, text: Text) -> Annotation | None:
        words = clean(text.text)
        units = {text.box_units if text.box else "PIXEL", text.anchor_units if text.anchor else "PIXEL"}
        if not words or (self._is_turned() and "DISPLAY" in units):
            return None
        box = self._box(text)
        middle = ((box[0][0] + box[1][0]) / 2, (box[0][1] + box[1][1]) / 2) if box is not None else None
        anchor = self._in_image(text.anchor, text.anchor_units) if text.anchor is not None else middle
        if anchor is None:
            return None
        colour = text.style.colour if text.style is not None and text.style.colour is not None else self._rgb
        return Annotation("", "text", "", 0, (anchor,), middle or anchor, words, colour)

    def _box(self, text: Text) -> tuple[Point, Point] | None:
        if text.box is None:
            return None
        first, second = (self._in_image(each, text.box_units) for each in text.box)
        return first, second

    def _made(self, kind: Kind, points: Points, line: values.LineStyle | None, mask: Mask | None = None) -> Annotation:
        colour = line.colour if line is not None and line.colour is not None else self._rgb
        pairs = tuple((float(column), float(row)) for column, row in points)
        return Annotation("", kind, "", 0, pairs, max(pairs), "", colour, mask=mask)

    def _points(self, drawn: Graphic) -> Points:
        return np.array([self._in_image(each, drawn.units) for each in drawn.points], dtype=np.float64)

    def _is_turned(self) -> bool:
        state = self._presentation.state
        return bool(state.rotation_quarters or state.is_flipped_h)

    def _in_image(self, point: Point, units: str) -> Point:
        if units == "PIXEL":
            return point
        left, top, right, bottom = self._presentation.edges_px
        return left + point[0] * (right - left + 1) - 0.5, top + point[1] * (bottom - top + 1) - 0.5


def _points_of_kind(kind: Kind, shapes: Sequence[tuple[str, Points]]) -> Points | None:
    """Find the points of an annotation in the graphics that a state draws for it: aids come after the lines."""
    traits = TRAITS[kind]
    if kind == "spline":
        return without_end(shapes[0][1])[::SPLINE_POINTS]
    if kind in ("circle", "sphere"):
        graphic, points = shapes[0]
        return points if graphic == "CIRCLE" else np.array([points.mean(axis=0), points[1]])
    if kind == "perpendicular":
        return points_in(kind, shapes[:2])
    lines = traits.most // 2 if traits.most is not None and traits.most >= _FOUR else len(shapes)
    return points_in(kind, shapes[:lines])


def _kind_of(graphic: str, points: Points) -> Kind | None:
    """Tell what a graphic without a group is."""
    corners = without_end(points)
    is_closed = len(corners) < len(points) and len(corners) >= _FEWEST_CLOSED
    if graphic == "INTERPOLATED":
        return "spline" if is_closed else "curve"
    if graphic == "POLYLINE":
        if is_closed:
            return "rectangle" if len(corners) == _FOUR and is_upright(corners) else "polygon"
        return "length" if len(points) == 2 else "polyline"
    if graphic == "ELLIPSE":
        return "ellipse" if len(points) == 4 else None
    return "circle" if graphic == "CIRCLE" else "point" if graphic == "POINT" and len(points) == 1 else None


def _diameters(points: Points) -> Points:
    centre, rim = points
    radius = float(np.hypot(*(rim - centre)))
    return np.asarray(np.array([(-radius, 0), (radius, 0), (0, -radius), (0, radius)]) + centre)


def _is_same(one: Point, other: Point) -> bool:
    return abs(one[0] - other[0]) < _SAME_PX and abs(one[1] - other[1]) < _SAME_PX
