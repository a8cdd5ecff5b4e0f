"""Annotations over the picture: crisp lines with a dark edge, words on a translucent ground, joined by a thin line."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from workstation.display.view import Point, Size
from workstation.gui.canvas.scene import Scene
from workstation.model.annotation import Annotation

TEXT_PX, PADDING_PX, HANDLE_PX, NEAR_PX = 13, 4, 4.5, 7.0
HEAD_PX, HEAD_WIDTH_PX = 13.0, 5.0
_EDGE, _GROUND = QColor(0, 0, 0, 190), QColor(16, 17, 19, 165)
Part = tuple[str, int]
"""What of an annotation is under the pointer: ("point", its number), ("label", 0), ("whole", 0)."""


@dataclass(frozen=True)
class Drawn:
    """An annotation as it lies on the screen, in logical pixels; ``label`` is None where there are no words."""

    annotation: Annotation
    points: tuple[QPointF, ...]
    label: QRectF | None

    def part_at(self, at: QPointF) -> Part | None:
        """Give what of it is under a point; its points first."""
        for number, point in enumerate(self.points):
            if math.dist((at.x(), at.y()), (point.x(), point.y())) <= NEAR_PX:
                return "point", number
        if self.label is not None and self.label.adjusted(-2, -2, 2, 2).contains(at):
            return "label", 0
        lines = [self.points] if len(self.points) > 1 else []
        if any(_distance(at, *line) <= NEAR_PX - 2 for line in lines):
            return "whole", 0
        return None


def label_font() -> QFont:
    """Give the font of the words."""
    font = QFont()
    font.setPixelSize(TEXT_PX)
    return font


def to_screen(scene: Scene, size_px: Size, ratio: float) -> Callable[[Point], QPointF]:
    """Give the way from image points to logical pixels of the pane."""
    matrix = scene.view.image_to_screen(scene.renderer.frame, size_px)

    def screen(point: Point) -> QPointF:
        x, y = matrix @ np.array([*point, 1.0])
        return QPointF((x + 0.5) / ratio, (y + 0.5) / ratio)

    return screen


def laid_out(annotation: Annotation, screen: Callable[[Point], QPointF]) -> Drawn:
    """Give how an annotation lies on the screen."""
    points = tuple(screen(point) for point in annotation.points_px)
    if not annotation.text:
        return Drawn(annotation, points, None)
    metrics = QFontMetricsF(label_font())
    width = metrics.horizontalAdvance(annotation.text) + 2 * PADDING_PX
    height = metrics.height() + 2 * PADDING_PX - 2
    middle = screen(annotation.label_px)
    return Drawn(annotation, points, QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height))


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


def paint(painter: QPainter, scene: Scene, size_px: Size, ratio: float) -> None:
    """Paint the annotations of a scene; ``size_px`` in device pixels, the painter in logical ones."""
    if not scene.annotations:
        return
    screen = to_screen(scene, size_px, ratio)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for annotation in scene.annotations:
        drawn = laid_out(annotation, screen)
        _paint_shape(painter, drawn)
        _paint_label(painter, drawn)
        if annotation.id == scene.lit:
            _paint_handles(painter, drawn)


def _paint_shape(painter: QPainter, drawn: Drawn) -> None:
    colour = QColor(*drawn.annotation.colour)
    if drawn.label is not None:
        _paint_joint(painter, drawn, drawn.label, colour)
    if drawn.annotation.kind == "text":
        painter.setPen(QPen(_EDGE, 1))
        painter.setBrush(colour)
        painter.drawEllipse(drawn.points[0], 2.5, 2.5)
        return
    tip, tail = drawn.points
    path = QPainterPath(tail)
    length = math.dist((tip.x(), tip.y()), (tail.x(), tail.y())) or 1.0
    along = (tip - tail) / length
    head = min(HEAD_PX, length)
    base = tip - along * head
    across = QPointF(-along.y(), along.x()) * HEAD_WIDTH_PX * head / HEAD_PX
    path.lineTo(base)
    for ground, width in ((_EDGE, 4.5), (colour, 2.0)):
        painter.strokePath(path, QPen(ground, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setPen(QPen(ground, width - 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(ground)
        painter.drawPolygon(QPolygonF([tip, base + across, base - across]))


def _paint_joint(painter: QPainter, drawn: Drawn, label: QRectF, colour: QColor) -> None:
    """Join the words to the nearest of the points, unless they lie upon it."""
    end = drawn.points[-1]
    near = QPointF(
        min(max(end.x(), label.left()), label.right()),
        min(max(end.y(), label.top()), label.bottom()),
    )
    if math.dist((near.x(), near.y()), (end.x(), end.y())) > 3:
        for ground, width in ((_EDGE, 2.5), (colour, 1.0)):
            painter.setPen(QPen(ground, width))
            painter.drawLine(near, end)


def _paint_label(painter: QPainter, drawn: Drawn) -> None:
    label = drawn.label
    if label is None:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_GROUND)
    painter.drawRoundedRect(label, 3, 3)
    painter.setFont(label_font())
    painter.setPen(QColor(*drawn.annotation.colour))
    painter.drawText(label, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, drawn.annotation.text)


def _paint_handles(painter: QPainter, drawn: Drawn) -> None:
    colour = QColor(*drawn.annotation.colour)
    if drawn.label is not None:
        painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine if drawn.annotation.is_locked else Qt.PenStyle.SolidLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(drawn.label, 3, 3)
    if drawn.annotation.is_locked:
        return
    painter.setBrush(_GROUND)
    for point in drawn.points:
        for ground, width in ((_EDGE, 3.5), (colour, 1.5)):
            painter.setPen(QPen(ground, width))
            painter.drawEllipse(point, HANDLE_PX, HANDLE_PX)


def _distance(at: QPointF, start: QPointF, end: QPointF) -> float:
    """Give how far a point is from a stretch of line."""
    along = end - start
    length = along.x() ** 2 + along.y() ** 2
    share = 0.0 if length == 0 else QPointF.dotProduct(at - start, along) / length
    nearest = start + along * min(max(share, 0.0), 1.0)
    return math.dist((at.x(), at.y()), (nearest.x(), nearest.y()))
