"""Simple annotations as a person makes them: words, arrows, lines and shapes on an image.

All points are (column, row) of the image, from 0 at the centre of the first pixel.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from workstation.objects.presentation.values import Annotation, Compound, Graphic, Point, References, Text

LAYER = "ANNOTATIONS"
_HEAD_SHARE = 0.2
_HEAD_SLENDERNESS = 0.4
Mark = Graphic | Text | Compound


def words_at(point: Point, words: str) -> tuple[Mark, ...]:
    """Write words to the right of a point."""
    return (Text(words, anchor=point),)


def arrow(tail: Point, tip: Point) -> tuple[Mark, ...]:
    """Draw an arrow, written with its head as the first point (PS3.3 C.10.5.1.3.11).

    The line beside it is for programs that know no compound graphics, and gets its number.
    """
    length = math.dist(tail, tip) or 1.0
    along = (tip[0] - tail[0]) / length, (tip[1] - tail[1]) / length
    head = length * _HEAD_SHARE
    sides = tuple(
        (
            _short(tip[0] - along[0] * head - sense * along[1] * head * _HEAD_SLENDERNESS),
            _short(tip[1] - along[1] * head + sense * along[0] * head * _HEAD_SLENDERNESS),
        )
        for sense in (1, -1)
    )
    return (
        Compound("ARROW", (tip, tail), identifier=0),
        Graphic("POLYLINE", (tail, tip, sides[0], tip, sides[1]), compound_id=0),
    )


def _short(value: float) -> float:
    """Give a number that the four bytes of a file hold exactly."""
    return round(value * 64) / 64


def line(*points: Point) -> tuple[Mark, ...]:
    """Draw a line through points."""
    return (Graphic("POLYLINE", points),)


def polygon(*points: Point) -> tuple[Mark, ...]:
    """Draw a closed line."""
    return (Graphic("POLYLINE", (*points, points[0])),)


def rectangle(corner: Point, opposite: Point) -> tuple[Mark, ...]:
    """Draw a rectangle by two corners."""
    (x0, y0), (x1, y1) = corner, opposite
    return polygon((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def circle(centre: Point, radius_px: float) -> tuple[Mark, ...]:
    """Draw a circle."""
    return (Graphic("CIRCLE", (centre, (centre[0] + radius_px, centre[1]))),)


def circle_through(centre: Point, rim: Point) -> tuple[Mark, ...]:
    """Draw a circle by its centre and one of its points."""
    return (Graphic("CIRCLE", (centre, rim)),)


def ellipse(corner: Point, opposite: Point) -> tuple[Mark, ...]:
    """Draw the ellipse that touches the sides of a rectangle; the longer axis comes first, as the standard wants it."""
    (x0, y0), (x1, y1) = corner, opposite
    middle = (x0 + x1) / 2, (y0 + y1) / 2
    across, down = ((x0, middle[1]), (x1, middle[1])), ((middle[0], y0), (middle[0], y1))
    major, minor = (across, down) if abs(x1 - x0) >= abs(y1 - y0) else (down, across)
    return (Graphic("ELLIPSE", (*major, *minor)),)


def annotation_of(
    marks: Sequence[tuple[Mark, ...]], *, layer: str = LAYER, references: References = (), first_number: int = 1
) -> Annotation:
    """Gather marks into an annotation; compound graphics are numbered from ``first_number`` on."""
    graphics: list[Graphic] = []
    texts: list[Text] = []
    compounds: list[Compound] = []
    for number, parts in enumerate(marks, first_number):
        for part in parts:
            if isinstance(part, Text):
                texts.append(part)
            elif isinstance(part, Compound):
                compounds.append(replace(part, identifier=number))
            else:
                graphics.append(part if part.compound_id is None else replace(part, compound_id=number))
    return Annotation(layer, tuple(graphics), tuple(texts), tuple(compounds), references)
