"""Paints the lines of other planes over the picture of one: thin, free around the cross-hair, named at their ends."""

import math

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from workstation.display.view import Size
from workstation.gui.canvas.guides import CROSS_PX, HANDLE_PX, Grip, Guides, Laid, LaidLine, laid
from workstation.gui.canvas.outlines import OUTLINE, TEXT, Lettering, lettering
from workstation.gui.canvas.scene import Scene
from workstation.gui.theme import PLANE_COLOURS

NAME_PX, READOUT_PX, DOT_PX = 11, 13, 8
WORD_LIFT_PX = 5
NAME_INSET_PX, LEAST_NAMED_PX = 26, 90
CORNER_SHARE, CORNER_PX, WARNINGS_PX = 0.42, 60.0, 130.0
"""Of a pane's width, and of its height, that the words of a corner may take."""


def paint(painter: QPainter, scene: Scene, size_px: Size, ratio: float) -> None:
    """Paint the guides of a scene; ``size_px`` in device pixels, the painter in logical ones."""
    guides, lying = scene.guides, laid(scene, size_px, ratio)
    if guides is None or lying is None:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for line in lying.lines:
        _paint_line(painter, lying, line, guides.lit)
    if scene.text_is_shown:
        room = QRectF(0, 0, size_px[0] / ratio, size_px[1] / ratio)
        for line in lying.lines:
            _paint_name(painter, lying, line, room, has_warnings=bool(scene.warnings))
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


def _paint_name(painter: QPainter, lying: Laid, line: LaidLine, room: QRectF, *, has_warnings: bool) -> None:
    """Write which plane a line is of."""
    font, words = lettering(painter.font(), NAME_PX), line.plane.capitalize()
    size = QSizeF(font.width(words), font.ascent_px)
    place = name_place(lying, line, size, room, has_warnings=has_warnings)
    if place is not None:
        font.write(painter, place.bottomLeft(), words, QColor(PLANE_COLOURS[line.plane]))


def name_place(lying: Laid, line: LaidLine, size: QSizeF, room: QRectF, *, has_warnings: bool) -> QRectF | None:
    """Give where the name of a line goes: beside the end with more room, or the other where words of the corners are.

    Parameters
    ----------
    lying, line
        The guides, and which of their lines.
    size
        Of the name.
    room
        All of the pane.
    has_warnings
        Whether more than whose it is stands in its first corner.

    Returns
    -------
    QRectF or None
        Where it stands on its lower edge; None where both ends are short.
    """
    ends = [_beside(lying, line, way * length, size, room) for way, length in line.ends() if length >= LEAST_NAMED_PX]
    lengths = [length for _way, length in line.ends() if length >= LEAST_NAMED_PX]
    wide = room.width() * CORNER_SHARE
    corners = (
        QRectF(0, 0, wide, WARNINGS_PX if has_warnings else CORNER_PX),
        QRectF(room.right() - wide, 0, wide, CORNER_PX),
        QRectF(0, room.bottom() - CORNER_PX, wide, CORNER_PX),
        QRectF(room.right() - wide, room.bottom() - CORNER_PX, wide, CORNER_PX),
    )
    costs = (2 if has_warnings else 1, 1, 1, 1)  # warnings are to be read
    places = [
        (-sum(cost for cost, each in zip(costs, corners, strict=True) if place.intersects(each)), length)
        for place, length in zip(ends, lengths, strict=True)
    ]
    return ends[places.index(max(places))] if places else None


def _beside(lying: Laid, line: LaidLine, along: float, size: QSizeF, room: QRectF) -> QRectF:
    """Give the place of a name beside a point of a line, within the pane."""
    inner = along - math.copysign(NAME_INSET_PX, along)
    at = lying.cross + line.along * inner
    is_level = abs(line.along.x()) > math.sqrt(0.5)
    left = at.x() - size.width() / 2 if is_level else at.x() + WORD_LIFT_PX
    base = at.y() - WORD_LIFT_PX if is_level else at.y() + size.height() / 2
    left = min(max(left, 4.0), room.width() - size.width() - 4)
    base = min(max(base, size.height() + 4), room.height() - 6)
    return QRectF(left, base - size.height(), size.width(), size.height())
