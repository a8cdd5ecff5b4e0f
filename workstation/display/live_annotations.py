"""Annotations that a person makes, as graphics and texts of a presentation state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from workstation.display.presentation_saving import MARK_RGB
from workstation.display.view import Size, View
from workstation.model.annotation import Annotation, Point
from workstation.model.frame import Frame
from workstation.model.geometry import Spacing
from workstation.model.outlines import mm_per_px, strokes
from workstation.objects.measurement_report.shapes import principal_axes
from workstation.objects.presentation import values
from workstation.objects.presentation.group_words import group_of
from workstation.objects.presentation.marks import LAYER, Mark, annotation_of, arrow
from workstation.objects.presentation.values import (
    Compound,
    Graphic,
    ImageReference,
    Layer,
    LineStyle,
    PresentationState,
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
    drawn: list[Mark] = list(_round(annotation, spacing, line))
    for each in strokes(annotation, spacing) if not drawn else ():
        points = [(float(column), float(row)) for column, row in each.points_px.tolist()]
        drawn.append(Graphic("POLYLINE", tuple(points + points[:1] if each.is_closed else points), line=line))
    if not drawn:
        drawn.append(Graphic("POINT", annotation.points_px[:1], line=line))
    if annotation.text:
        drawn.append(Text(annotation.text, box, justification="LEFT", style=words))
    return tuple(drawn)


def _round(annotation: Annotation, spacing: Spacing, line: LineStyle | None) -> tuple[Graphic, ...]:
    """Give the circle or ellipse that a round region is on the image."""
    points = np.asarray(annotation.points_px, dtype=np.float64)
    scale = mm_per_px(spacing)
    if annotation.kind in ("circle", "sphere"):
        if abs(scale[0] - scale[1]) <= 1e-6 * scale[0]:
            return (Graphic("CIRCLE", annotation.points_px, line=line),)
        centre, rim = points
        across, down = np.hypot(*((rim - centre) * scale)) / scale
        points = np.array([(-across, 0), (across, 0), (0, -down), (0, down)]) + centre
    elif annotation.kind != "ellipse":
        return ()
    ends = tuple((float(column), float(row)) for column, row in principal_axes(points))
    return (Graphic("ELLIPSE", ends, line=line),)


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


Drawn = Sequence[tuple[Annotation, tuple[Mark, ...]]]


def with_annotations(
    state: PresentationState,
    drawn: Iterable[tuple[ImageReference, Drawn]],
    *,
    names: Mapping[str, str] | None = None,
) -> PresentationState:
    """Add what is drawn on images to a state, in the layer of annotations, on top.

    What is drawn for a measurement becomes a graphic group, which says what it is: so it can be live again.

    Parameters
    ----------
    state
        For these images.
    drawn
        The image, its frame where it has several, and what is drawn on it: annotations with their marks.
    names
        By the id of an annotation: its own text, where that of the annotation has its numbers, too.
    """
    added: list[values.Annotation] = []
    groups = list(state.groups)
    number = max((each.identifier or 0 for one in state.annotations for each in one.compounds), default=0) + 1
    for reference, annotations in drawn:
        marks: list[tuple[Mark, ...]] = []
        for annotation, own in annotations:
            if annotation.kind in ("text", "arrow"):
                marks.append(own)
                continue
            identifier = max((each.identifier for each in groups), default=0) + 1
            name = (names or {}).get(annotation.id, annotation.text)
            groups.append(group_of(annotation, identifier, name=name))
            marks.append(tuple(replace(each, group_id=identifier) for each in own))
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
    return replace(state, layers=layers, annotations=(*state.annotations, *added), groups=tuple(groups))


def px_of(frame: Frame, view: View, size_px: Size) -> float:
    """Give how many image pixels a pixel of the screen is."""
    return 1 / max(view.effective_zoom(frame, size_px), 1e-6)
