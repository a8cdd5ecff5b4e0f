"""Annotations over the picture: crisp lines with a dark edge, handles where a hand is near, words beside them."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from workstation.display.view import Size
from workstation.gui.canvas.drawn import HANDLE_PX, Drawn, Line, laid_out, lay_out, to_screen
from workstation.gui.canvas.labels import EDGE, GROUND, paint_joint, paint_words, placed
from workstation.gui.canvas.scene import Scene

HEAD_PX, HEAD_WIDTH_PX = 13.0, 5.0
LINE_PX, EDGE_PX = 1.5, 3.5
TICK_PX, CROSS_PX, CROSS_GAP_PX = 5.0, 8.0, 2.5
ARC_PX = 22.0
INSIDE_OPACITY = 38
_TICKED = ("length", "calibration", "profile", "bidirectional", "ratio", "perpendicular")
_FILLED = ("mask",)


def paint(painter: QPainter, scene: Scene, size_px: Size, ratio: float) -> None:
    """Paint the annotations of a scene; ``size_px`` in device pixels, the painter in logical ones."""
    if not (scene.annotations or scene.followers or scene.voxels or scene.carried or scene.brush):
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    screen = to_screen(scene, size_px, ratio)
    numbers = scene.numbers
    voxels = [laid_out(each, screen, spacing=scene.frame.spacing) for each in scene.voxels]  # the sphere has words
    others = [
        laid_out(each, screen, spacing=scene.frame.spacing, numbers=numbers.get(each.id, ()))
        for each in (*scene.carried, *scene.followers)
    ]
    pane = QRectF(0, 0, size_px[0] / ratio, size_px[1] / ratio)
    _paint_all(painter, (*placed((*voxels, *others), pane), *lay_out(scene, size_px, ratio)), scene.lit)
    if scene.brush is not None:
        at, reach = scene.brush.at_px, scene.brush.reach_px
        corners = (screen((at[0] + way * reach[0], at[1] + way * reach[1])) for way in (-1, 1))
        rim = QRectF(*corners).normalized()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for ground, width in ((EDGE, 3.0), (QColor(240, 240, 240), 1.0)):
            painter.setPen(QPen(ground, width))
            painter.drawEllipse(rim)


def _paint_all(painter: QPainter, drawn: Sequence[Drawn], lit: str) -> None:
    """Paint shapes, words above all of them, and handles above all words."""
    for each in drawn:
        colour = QColor(*each.annotation.colour)
        if each.label is not None:
            paint_joint(painter, each, each.label, colour)
        _paint_shape(painter, each, colour)
    for each in drawn:
        if each.label is not None:
            paint_words(painter, each.words, each.label, QColor(*each.annotation.colour))
    for each in drawn:
        if each.annotation.id == lit:
            _paint_handles(painter, each, QColor(*each.annotation.colour))


def _paint_shape(painter: QPainter, drawn: Drawn, colour: QColor) -> None:
    kind = drawn.annotation.kind
    if kind == "arrow":
        _paint_arrow(painter, drawn, colour)
        return
    if kind in ("text", "vertebra"):
        painter.setPen(QPen(EDGE, 1))
        painter.setBrush(colour)
        painter.drawEllipse(drawn.points[0], 2.5, 2.5)
        return
    path, aids = QPainterPath(), QPainterPath()
    for line in drawn.lines:
        _add(aids if line.is_aid else path, line)
    if kind in _TICKED:
        _add_ticks(path, drawn)
    if kind == "point":
        _add_cross(path, drawn.points[0])
    elif kind in ("circle", "sphere"):
        _add_cross(path, drawn.points[0], reach=4.0, gap=0.0)
    elif kind == "angle":
        _add_arc(aids, *drawn.points)
    if kind in _FILLED:
        inside = QColor(colour)
        inside.setAlpha(INSIDE_OPACITY)
        painter.fillPath(path, inside)
    _stroke(painter, path, colour)
    _stroke(painter, aids, colour, is_aid=True)


def _stroke(painter: QPainter, path: QPainterPath, colour: QColor, *, is_aid: bool = False) -> None:
    if path.isEmpty():
        return
    style = Qt.PenStyle.DashLine if is_aid else Qt.PenStyle.SolidLine
    for ground, width in ((EDGE, EDGE_PX - is_aid), (colour, LINE_PX - 0.5 * is_aid)):
        pen = QPen(ground, width, style if ground is colour else Qt.PenStyle.SolidLine)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, pen)


def _add(path: QPainterPath, line: Line) -> None:
    polygon = QPolygonF([QPointF(x, y) for x, y in line.points.tolist()])
    path.addPolygon(polygon)
    if line.is_closed:
        path.closeSubpath()


def _add_ticks(path: QPainterPath, drawn: Drawn) -> None:
    """Add short strokes across the ends, so that one sees where a length begins and ends."""
    for line in drawn.lines:
        if line.is_aid or len(line.points) != 2:
            continue
        start, end = line.points
        along = end - start
        length = float(np.hypot(*along))
        if length < 2 * TICK_PX:
            continue
        across = np.array([-along[1], along[0]]) / length * TICK_PX
        for at in (start, end):
            path.moveTo(*(at - across).tolist())
            path.lineTo(*(at + across).tolist())


def _add_cross(path: QPainterPath, at: QPointF, *, reach: float = CROSS_PX, gap: float = CROSS_GAP_PX) -> None:
    """Add a cross that leaves the point itself free."""
    for right, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        path.moveTo(at + QPointF(right, down) * gap)
        path.lineTo(at + QPointF(right, down) * reach)


def _add_arc(path: QPainterPath, one: QPointF, vertex: QPointF, other: QPointF) -> None:
    """Add the arc of an angle about its vertex."""
    ways = [each - vertex for each in (one, other)]
    lengths = [math.hypot(each.x(), each.y()) for each in ways]
    reach = min(ARC_PX, *(length / 2 for length in lengths))
    if reach < 4:
        return
    start, end = (math.degrees(math.atan2(-each.y(), each.x())) for each in ways)
    sweep = (end - start + 180) % 360 - 180
    box = QRectF(vertex.x() - reach, vertex.y() - reach, 2 * reach, 2 * reach)
    path.arcMoveTo(box, start)
    path.arcTo(box, start, sweep)


def _paint_arrow(painter: QPainter, drawn: Drawn, colour: QColor) -> None:
    tip, tail = drawn.points
    path = QPainterPath(tail)
    length = math.dist((tip.x(), tip.y()), (tail.x(), tail.y())) or 1.0
    along = (tip - tail) / length
    head = min(HEAD_PX, length)
    base = tip - along * head
    across = QPointF(-along.y(), along.x()) * HEAD_WIDTH_PX * head / HEAD_PX
    path.lineTo(base)
    for ground, width in ((EDGE, 4.5), (colour, 2.0)):
        painter.strokePath(path, QPen(ground, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setPen(QPen(ground, width - 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(ground)
        painter.drawPolygon(QPolygonF([tip, base + across, base - across]))


def _paint_handles(painter: QPainter, drawn: Drawn, colour: QColor) -> None:
    if drawn.label is not None:
        painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine if drawn.annotation.is_locked else Qt.PenStyle.SolidLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(drawn.label, 3, 3)
    if drawn.annotation.is_locked:
        return
    for (name, _), point in drawn.handles:
        painter.setBrush(colour if name == "turn" else GROUND)
        for ground, width in ((EDGE, 3.5), (colour, 1.5)):
            painter.setPen(QPen(ground, width))
            painter.drawEllipse(point, HANDLE_PX, HANDLE_PX)
