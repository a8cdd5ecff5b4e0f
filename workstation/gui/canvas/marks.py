"""Lines where the images of other panes cut this one, and the place that is pointed at in another pane."""

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from workstation.display.probe import probe
from workstation.display.view import Point, Size
from workstation.gui.canvas.outlines import TEXT, lettering
from workstation.gui.canvas.scene import Scene
from workstation.gui.theme import PLANE_COLOURS

CROSS_PX, CROSS_GAP_PX, TEXT_PX = 14, 4, 12


def paint(painter: QPainter, scene: Scene, size_px: Size, ratio: float) -> None:
    """Paint the marks of a scene; ``size_px`` in device pixels, the painter in logical ones."""
    if not scene.lines and scene.cursor_px is None:
        return
    matrix = scene.view.image_to_screen(scene.renderer.frame, size_px)

    def screen(point: Point) -> QPointF:
        x, y = matrix @ np.array([*point, 1.0])
        return QPointF((x + 0.5) / ratio, (y + 0.5) / ratio)

    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for line in scene.lines:
        painter.setPen(QPen(QColor(PLANE_COLOURS[line.orientation]), 1.2))
        painter.drawLine(screen(line.segment.start_px), screen(line.segment.end_px))
    if scene.cursor_px is not None:
        at = screen(scene.cursor_px)
        _paint_cursor(painter, at)
        if scene.text_is_shown:
            _paint_value(painter, scene, at)


def _paint_value(painter: QPainter, scene: Scene, at: QPointF) -> None:
    """Write beside the cross what is under it, so that images of one place are compared."""
    found = probe(scene.frame, scene.cursor_px) if scene.cursor_px is not None else None
    if found is not None:
        place = QPointF(at.x() + CROSS_PX + 2, at.y() - CROSS_GAP_PX)
        lettering(painter.font(), TEXT_PX).write(painter, place, found.value_text(), TEXT)


def _paint_cursor(painter: QPainter, at: QPointF) -> None:
    """Paint a cross that leaves the point itself free."""
    for colour, thickness in ((QColor(0, 0, 0, 190), 3.5), (QColor(PLANE_COLOURS["cursor"]), 1.5)):
        pen = QPen(colour, thickness)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        for right, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            start = QPointF(at.x() + right * CROSS_GAP_PX, at.y() + down * CROSS_GAP_PX)
            painter.drawLine(start, QPointF(at.x() + right * CROSS_PX, at.y() + down * CROSS_PX))
