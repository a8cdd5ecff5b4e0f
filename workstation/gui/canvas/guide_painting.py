"""Paints the lines of other planes over the picture of one: thin, free around the cross-hair, named at their ends."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from workstation.display.view import Size
from workstation.gui.canvas.guides import CROSS_PX, HANDLE_PX, Grip, Guides, Laid, LaidLine, laid
from workstation.gui.canvas.outlines import OUTLINE, TEXT, Lettering, lettering
from workstation.gui.canvas.scene import Scene
from workstation.gui.theme import PLANE_COLOURS

NAME_PX, READOUT_PX, DOT_PX = 11, 13, 8
WORD_LIFT_PX = 5
NAME_INSET_PX, LEAST_NAMED_PX = 26, 90


def paint(painter: QPainter, scene: Scene, size_px: Size, ratio: float) -> None:
    """Paint the guides of a scene; ``size_px`` in device pixels, the painter in logical ones."""
    guides, lying = scene.guides, laid(scene, size_px, ratio)
    if guides is None or lying is None:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for line in lying.lines:
        _paint_line(painter, lying, line, guides.lit)
    if scene.text_is_shown:
        for line in lying.lines:
            _paint_name(painter, lying, line, size_px[0] / ratio, size_px[1] / ratio)
    if guides.lit is not None and guides.lit.kind == "cross":
        painter.setPen(QPen(TEXT, 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(lying.cross, CROSS_PX - 4, CROSS_PX - 4)
    if guides.readout:
        place = lying.cross + QPointF(CROSS_PX, -CROSS_PX)
        lettering(painter.font(), READOUT_PX).write(painter, place, guides.readout, TEXT)


def paint_name(painter: QPainter, guides: Guides, at: QPointF, room: float, font: Lettering) -> float:
    """Write which plane is seen, with a dot of its colour, from a point to the right; gives the height it takes."""
    left, top = at.x(), at.y()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(PLANE_COLOURS[guides.plane]))
    middle = top + font.metrics.height() / 2
    painter.drawEllipse(QRectF(left, middle - DOT_PX / 2, DOT_PX, DOT_PX))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    start, step = left + DOT_PX + 6, font.step_px
    name, *rest = guides.words
    if rest and font.metrics.horizontalAdvance(f"{name}  {rest[0]}") <= room - DOT_PX - 6:
        name, *rest = f"{name}  {rest[0]}", *rest[1:]
    lines = (name, *rest)
    for number, line in enumerate(lines):
        font.write(painter, QPointF(start, top + font.ascent_px + number * step), line, TEXT)
    return float(step * len(lines))


def _paint_line(painter: QPainter, lying: Laid, line: LaidLine, lit: Grip | None) -> None:
    colour = QColor(PLANE_COLOURS[line.plane])
    is_lit = lit is not None and lit.plane == line.plane
    for way, length in line.ends():
        start, end = lying.cross + line.along * (way * CROSS_PX), lying.cross + line.along * (way * length)
        if length > CROSS_PX:
            _stroke(painter, start, end, colour, 2.0 if is_lit and lit is not None and lit.kind != "slab" else 1.2)
        if line.half_slab_px:
            for side in (-1, 1):
                off = line.across * (side * line.half_slab_px)
                pen = QPen(colour, 1.6 if is_lit and lit is not None and lit.kind == "slab" else 1.0)
                pen.setDashPattern([5, 4])
                painter.setPen(pen)
                painter.drawLine(lying.cross + off, end + off)
    if is_lit:
        _paint_handles(painter, lying, line, colour)


def _stroke(painter: QPainter, start: QPointF, end: QPointF, colour: QColor, width: float) -> None:
    """Draw a line that is seen over bone and air alike."""
    # Black as thin as this is as dark as a wider one that is seen through, which takes Qt ten times as long.
    for each, thickness in ((QColor(0, 0, 0), width + 0.6), (colour, width)):
        painter.setPen(QPen(each, thickness))
        painter.drawLine(start, end)


def _paint_handles(painter: QPainter, lying: Laid, line: LaidLine, colour: QColor) -> None:
    painter.setPen(QPen(OUTLINE, 1.0))
    painter.setBrush(colour)
    for point in lying.turn_points(line):
        painter.drawEllipse(point, HANDLE_PX, HANDLE_PX)
    for point in lying.handle_points(line):
        painter.drawRect(
            QRectF(point.x() - HANDLE_PX + 1, point.y() - HANDLE_PX + 1, 2 * HANDLE_PX - 2, 2 * HANDLE_PX - 2)
        )
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_name(painter: QPainter, lying: Laid, line: LaidLine, width: float, height: float) -> None:
    """Write which plane a line is of, beside the end that has more room."""
    font, words = lettering(painter.font(), NAME_PX), line.plane.capitalize()
    way, length = max(line.ends(), key=lambda each: each[1])
    if length < LEAST_NAMED_PX:
        return
    at = lying.cross + line.along * (way * (length - NAME_INSET_PX))
    is_level = abs(line.along.x()) > math.sqrt(0.5)
    left = at.x() - font.width(words) / 2 if is_level else at.x() + WORD_LIFT_PX
    base = at.y() - WORD_LIFT_PX if is_level else at.y() + font.ascent_px / 2
    left = min(max(left, 4.0), width - font.width(words) - 4)
    base = min(max(base, float(font.ascent_px) + 4), height - 6)
    font.write(painter, QPointF(left, base), words, QColor(PLANE_COLOURS[line.plane]))
