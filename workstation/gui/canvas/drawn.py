"""How annotations lie on the screen: their lines, handles and words; what of them is under a point."""

import math
import weakref
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from workstation.display.view import Point, Size
from workstation.gui.canvas.labels import NO_WORDS, Words, placed, size_of
from workstation.gui.canvas.reshaping import TURNED, centre_of, handle_points
from workstation.gui.canvas.scene import Scene
from workstation.model.annotation import Annotation
from workstation.model.geometry import Spacing
from workstation.model.outlines import strokes
from workstation.quick_dataclass import dataclass

HANDLE_PX, NEAR_PX, TURN_AWAY_PX = 4.5, 7.0, 22.0
Part = tuple[str, int]
"""What of an annotation is under the pointer: ("point", its number), ("turn", 0), ("label", 0), ("whole", 0)."""
Array = NDArray[np.float64]
ToScreen = Callable[[Point], QPointF]


@dataclass(frozen=True, eq=False)
class Line:
    """A line on the screen, (n, 2): right, down in logical pixels."""

    points: Array
    is_closed: bool = False
    is_aid: bool = False

    def distance(self, at: QPointF) -> float:
        """Give how far a point is from it."""
        ends = np.vstack([self.points, self.points[:1]]) if self.is_closed else self.points
        starts, ways = ends[:-1], np.diff(ends, axis=0)
        lengths = (ways**2).sum(axis=1)
        here = np.array([at.x(), at.y()])
        along = ((here - starts) * ways).sum(axis=1)
        shares = np.clip(np.divide(along, lengths, out=np.zeros_like(along), where=lengths > 0), 0, 1)
        return float(np.hypot(*(starts + shares[:, None] * ways - here).T).min()) if len(starts) else math.inf


@dataclass(frozen=True, eq=False)
class Drawn:
    """An annotation as it lies on the screen, in logical pixels.

    ``label`` is None where there are no words; ``turn`` is where the handle that turns it is, or would be.
    """

    annotation: Annotation
    points: tuple[QPointF, ...]
    label: QRectF | None
    words: Words = NO_WORDS
    lines: tuple[Line, ...] = ()
    handles: tuple[tuple[Part, QPointF], ...] = ()
    turn: QPointF | None = None

    @cached_property
    def box(self) -> QRectF:
        """What its lines and points lie in."""
        found = [each.points for each in self.lines] or [np.array([(each.x(), each.y()) for each in self.points])]
        whole = np.vstack(found)
        left, top = whole.min(axis=0)
        right, bottom = whole.max(axis=0)
        return QRectF(QPointF(float(left), float(top)), QPointF(float(right), float(bottom)))

    def part_at(self, at: QPointF, *, with_turn: bool = False) -> Part | None:
        """Give what of it is under a point; its points first. It is turned only where its handles are seen."""
        for part, point in self.handles:
            is_near = math.dist((at.x(), at.y()), (point.x(), point.y())) <= NEAR_PX
            if is_near and (with_turn or part[0] != "turn"):
                return part
        if self.label is not None and self.label.adjusted(-2, -2, 2, 2).contains(at):
            return "label", 0
        if any(each.distance(at) <= NEAR_PX - 2 for each in self.lines if not each.is_aid):
            return "whole", 0
        return None


def to_screen(scene: Scene, size_px: Size, ratio: float) -> ToScreen:
    """Give the way from image points to logical pixels of the pane."""
    matrix = scene.view.image_to_screen(scene.renderer.frame, size_px)

    def screen(point: Point) -> QPointF:
        x, y = matrix @ np.array([*point, 1.0])
        return QPointF((x + 0.5) / ratio, (y + 0.5) / ratio)

    return screen


def laid_out(
    annotation: Annotation,
    screen: ToScreen,
    *,
    spacing: Spacing | None = None,
    numbers: Sequence[str] = (),
    is_lit: bool = False,
) -> Drawn:
    """Give how an annotation lies on the screen, its words where its label says."""
    points = tuple(screen(point) for point in annotation.points_px)
    lines = tuple(
        Line(_on_screen(each.points_px, screen), each.is_closed, each.is_aid)
        for each in strokes(annotation, spacing or Spacing())
    )
    handles: list[tuple[Part, QPointF]] = [(("point", at), screen(point)) for at, point in handle_points(annotation)]
    turn = _turn_handle(annotation, lines, screen) if annotation.kind in TURNED else None
    if is_lit and turn is not None and not annotation.is_locked:
        handles.append((("turn", 0), turn))
    words = Words(annotation.text, tuple(numbers))
    label = None
    if words:
        size = size_of(words)
        middle = screen(annotation.label_px)
        label = QRectF(middle.x() - size.width() / 2, middle.y() - size.height() / 2, size.width(), size.height())
    return Drawn(annotation, points, label, words, lines, tuple(handles), turn)


def lay_out(scene: Scene, size_px: Size, ratio: float) -> tuple[Drawn, ...]:
    """Give how all annotations of a scene lie on the screen; words that nobody has placed go where there is room."""
    key = (size_px, ratio)
    for kept, kept_key, found in _KEPT:
        if kept() is scene and kept_key == key:
            return found
    screen = to_screen(scene, size_px, ratio)
    drawn = [
        laid_out(
            each,
            screen,
            spacing=scene.frame.spacing,
            numbers=scene.numbers.get(each.id, ()),
            is_lit=each.id == scene.lit,
        )
        for each in scene.annotations
    ]
    result = tuple(placed(drawn, QRectF(0, 0, size_px[0] / ratio, size_px[1] / ratio)))
    del _KEPT[: max(0, len(_KEPT) - _MOST_KEPT + 1)]
    _KEPT.append((weakref.ref(scene), key, result))
    return result


_MOST_KEPT = 12
_KEPT: list[tuple["weakref.ref[Scene]", tuple[Size, float], tuple[Drawn, ...]]] = []
"""Painting, and asking what is under the pointer, go by the same: of the panes that were painted last."""


def beyond_tail(drawn: Drawn) -> QPointF:
    """Give where the middle of an arrow's words lies so that their ground touches the handle of its tail."""
    tip, tail = drawn.points
    if drawn.label is None:
        return tail
    length = math.dist((tip.x(), tip.y()), (tail.x(), tail.y())) or 1.0
    along = (tail - tip) / length
    half = QPointF(drawn.label.width() / 2 + 2 * HANDLE_PX, drawn.label.height() / 2 + 2 * HANDLE_PX)
    # As far as the ground reaches in this direction.
    steps = [side / abs(way) for side, way in ((half.x(), along.x()), (half.y(), along.y())) if abs(way) > 1e-6]
    return tail + along * min(steps)


def _on_screen(points: Array, screen: ToScreen) -> Array:
    origin, right, down = screen((0.0, 0.0)), screen((1.0, 0.0)), screen((0.0, 1.0))
    turn = np.array([[right.x() - origin.x(), right.y() - origin.y()], [down.x() - origin.x(), down.y() - origin.y()]])
    return np.asarray(points @ turn + (origin.x(), origin.y()), dtype=np.float64)


def _turn_handle(annotation: Annotation, lines: Sequence[Line], screen: ToScreen) -> QPointF:
    """Give the handle that turns it: beyond its first side, or the end of its first axis, or its top."""
    middle = screen(tuple(centre_of(annotation).tolist()))
    if annotation.kind == "rectangle":
        first, second = (screen(each) for each in annotation.points_px[:2])
        edge = (first + second) / 2
    elif annotation.kind == "ellipse":
        edge = screen(annotation.points_px[2])
    else:
        outline = lines[0].points
        top = outline[int(np.argmin(outline[:, 1]))]
        edge = QPointF(middle.x(), float(top[1]))
    way = edge - middle
    length = math.hypot(way.x(), way.y()) or 1.0
    return edge + way / length * TURN_AWAY_PX
