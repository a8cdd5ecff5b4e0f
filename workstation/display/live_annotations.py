"""Annotations that a person makes, as graphics and texts of a presentation state, and back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from workstation.display.presentation import Presentation
from workstation.display.presentation_saving import MARK_RGB
from workstation.display.view import Size, View
from workstation.model.annotation import Annotation, Point
from workstation.model.frame import Frame
from workstation.model.geometry import Spacing
from workstation.model.outlines import strokes
from workstation.model.text import clean
from workstation.objects.presentation import values
from workstation.objects.presentation.marks import LAYER, Mark, annotation_of, arrow
from workstation.objects.presentation.values import (
    Compound,
    Graphic,
    ImageReference,
    Layer,
    LineStyle,
    PresentationState,
    Rgb,
    Text,
    TextStyle,
)

TEXT_SIZE_PX = 16.0
"""Size of the letters for which the box of the words is made."""
LETTER_PX, LINE_PX, LINE_WIDTH_PX, AWAY_PX = 8.0, 21.0, 2.0, 12.0
_SQUARE = Spacing()
_SAME_PX = 0.1


def marks_of(annotation: Annotation, *, px: float, view: View, spacing: Spacing = _SQUARE) -> tuple[Mark, ...]:
    """Give what a state draws for an annotation.

    Parameters
    ----------
    annotation
        In pixels of the image.
    px
        Image pixels for a pixel of the screen, by which the box of the words is made.
    view
        How the image is turned: the corners of the box are those that are seen.
    spacing
        Of the image: circles are round in the patient.
    """
    own = annotation.colour != MARK_RGB
    words = TextStyle(colour=annotation.colour) if own else None
    line = LineStyle(colour=annotation.colour, thickness_px=LINE_WIDTH_PX) if own else None
    box = _box(annotation, px, view)
    if annotation.kind == "text":
        anchor = annotation.points_px[0]
        return (Text(annotation.text, box, justification="CENTER", anchor=anchor, is_anchor_visible=True, style=words),)
    if annotation.kind != "arrow":
        return _measuring_marks(annotation, box, spacing, line, words)
    tip, tail = annotation.points_px
    drawn = tuple(
        replace(each, line=line) if isinstance(each, Graphic | Compound) else each for each in arrow(tail, tip)
    )
    if not annotation.text:
        return drawn
    return (*drawn, Text(annotation.text, box, justification="CENTER", anchor=tail, style=words))


def _measuring_marks(
    annotation: Annotation,
    box: tuple[Point, Point],
    spacing: Spacing,
    line: LineStyle | None,
    words: TextStyle | None,
) -> tuple[Mark, ...]:
    """Give the lines of a measurement, or its point, and its words."""
    drawn: list[Mark] = []
    for each in strokes(annotation, spacing):
        points = [(float(column), float(row)) for column, row in each.points_px.tolist()]
        drawn.append(Graphic("POLYLINE", tuple(points + points[:1] if each.is_closed else points), line=line))
    if not drawn:
        drawn.append(Graphic("POINT", annotation.points_px[:1], line=line))
    if annotation.text:
        drawn.append(Text(annotation.text, box, justification="LEFT", style=words))
    return tuple(drawn)


def _box(annotation: Annotation, px: float, view: View) -> tuple[Point, Point]:
    """Give the corners of the box of the words: around where they are put, or beside what nobody has put them to."""
    lines = annotation.text.split("\n")
    half = np.array([max(2, *map(len, lines)) * LETTER_PX / 2, len(lines) * LINE_PX / 2]) * px
    column, row = annotation.label_px
    if annotation.kind not in ("text", "arrow") and not annotation.is_label_moved:
        beside = view.axes().T @ np.array([half[0] + AWAY_PX * px, 0.0])
        column, row = column + float(beside[0]), row + float(beside[1])
    corner = view.axes().T @ half
    right, down = float(corner[0]), float(corner[1])
    return (column - right, row - down), (column + right, row + down)


def with_annotations(
    state: PresentationState, drawn: Iterable[tuple[ImageReference, Sequence[tuple[Mark, ...]]]]
) -> PresentationState:
    """Add what is drawn on images to a state, in the layer of annotations, on top.

    Parameters
    ----------
    state
        For these images.
    drawn
        The image, its frame where it has several, and what is drawn on it.
    """
    added: list[values.Annotation] = []
    number = max((each.identifier or 0 for one in state.annotations for each in one.compounds), default=0) + 1
    for reference, marks in drawn:
        if marks:
            plain = replace(reference, series_instance_uid="")
            added.append(annotation_of(marks, references=(plain,), first_number=number))
            number += len(marks)
    if not added:
        return state
    layers = state.layers
    if LAYER not in {layer.name for layer in layers}:
        order = max((layer.order for layer in layers), default=0) + 1
        layers = (*layers, Layer(LAYER, order, MARK_RGB))
    return replace(state, layers=layers, annotations=(*state.annotations, *added))


@dataclass(frozen=True)
class Taken:
    """Annotations that were taken from a state: those, the layers that nothing is left of, how much was left."""

    annotations: tuple[Annotation, ...]
    layers: frozenset[str]
    left: int


def annotations_of(presentation: Presentation, frame: Frame, place: tuple[str, int], ids: Iterable[str]) -> Taken:
    """Take the texts and arrows that a state draws on a frame; other graphics are left to it.

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
            taken, rest = _taken(each, presentation, content.layer.rgb or MARK_RGB)
            made += [
                replace(one, id=next(number), sop_instance_uid=place[0], frame=place[1]).on_plane(frame.plane)
                for one in taken
            ]
            missing += rest
        left += missing
        if not missing:
            layers.add(content.layer.name)
    return Taken(tuple(made), frozenset(layers), left)


def _taken(drawn: values.Annotation, presentation: Presentation, rgb: Rgb) -> tuple[list[Annotation], int]:
    arrows = [each for each in drawn.compounds if each.kind == "ARROW" and each.units == "PIXEL"]
    known = {each.identifier for each in arrows}
    left = len(drawn.compounds) - len(arrows)
    left += sum(each.compound_id not in known or each.compound_id is None for each in drawn.graphics)
    made = [_arrow(each, rgb) for each in arrows]
    for text in drawn.texts:
        if text.compound_id is not None and text.compound_id in known:
            continue
        note = _note(text, presentation, rgb)
        if note is None:
            left += 1
            continue
        at = _arrow_of(text, made)
        if at is None:
            made.append(note)
        else:
            made[at] = replace(made[at], text=note.text, label_px=note.label_px)
    return made, left


def _arrow(drawn: Compound, rgb: Rgb) -> Annotation:
    tail, tip = drawn.points
    colour = drawn.line.colour if drawn.line is not None and drawn.line.colour is not None else rgb
    return Annotation("", "arrow", "", 0, (tip, tail), tail, colour=colour)


def _arrow_of(text: Text, made: list[Annotation]) -> int | None:
    """Find the arrow at whose tail words are anchored without a line of their own."""
    if text.anchor is None or text.is_anchor_visible or text.box is None:
        return None
    for at, each in enumerate(made):
        if each.kind == "arrow" and not each.text and _is_same(each.points_px[1], text.anchor):
            return at
    return None


def _note(text: Text, presentation: Presentation, rgb: Rgb) -> Annotation | None:
    words = clean(text.text)
    state = presentation.state
    is_turned = bool(state.rotation_quarters or state.is_flipped_h)
    units = {text.box_units if text.box else "PIXEL", text.anchor_units if text.anchor else "PIXEL"}
    if not words or (is_turned and "DISPLAY" in units):
        return None
    box = [_in_image(each, text.box_units, presentation) for each in text.box] if text.box is not None else []
    middle = ((box[0][0] + box[1][0]) / 2, (box[0][1] + box[1][1]) / 2) if box else None
    anchor = _in_image(text.anchor, text.anchor_units, presentation) if text.anchor is not None else middle
    if anchor is None:
        return None
    colour = text.style.colour if text.style is not None and text.style.colour is not None else rgb
    return Annotation("", "text", "", 0, (anchor,), middle or anchor, words, colour)


def _in_image(point: Point, units: str, presentation: Presentation) -> Point:
    if units == "PIXEL":
        return point
    left, top, right, bottom = presentation.edges_px
    return left + point[0] * (right - left + 1) - 0.5, top + point[1] * (bottom - top + 1) - 0.5


def _is_same(one: Point, other: Point) -> bool:
    return abs(one[0] - other[0]) < _SAME_PX and abs(one[1] - other[1]) < _SAME_PX


def px_of(frame: Frame, view: View, size_px: Size) -> float:
    """Give how many image pixels a pixel of the screen is."""
    return 1 / max(view.effective_zoom(frame, size_px), 1e-6)
