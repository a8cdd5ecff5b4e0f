"""What lies over a picture in three dimensions: letters of the patient's sides, a cube that turns with it, words."""

from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF, QTransform

from workstation.display.letters import direction_letters
from workstation.gui.canvas.annotations import LETTER_PX, MARGIN_PX, TEXT_PX, WARNING, lines_per_corner, wrapped
from workstation.gui.canvas.outlines import OUTLINE, TEXT, Lettering, lettering, picture_width, put_down
from workstation.gui.theme import DARK
from workstation.model.geometry import Vector, cross, dot
from workstation.quick_dataclass import dataclass
from workstation.volume.looks.camera import Side, Sight
from workstation.volume.looks.view3d import BoxHandle, Way

CUBE_PX, SMALL_CUBE_PX = 34, 22
"""Half a side of it, in logical pixels."""
HANDLE_PX, NEAR_PX = 5, 10
_SIDES: tuple[tuple[Side, Vector, Vector, str], ...] = (
    ("front", (0, -1, 0), (0, 0, 1), "A"),
    ("back", (0, 1, 0), (0, 0, 1), "P"),
    ("left", (1, 0, 0), (0, 0, 1), "L"),
    ("right", (-1, 0, 0), (0, 0, 1), "R"),
    ("head", (0, 0, 1), (0, 1, 0), "H"),
    ("feet", (0, 0, -1), (0, -1, 0), "F"),
)
"""Sides of the cube: the way out of them, the way up on them (LPS), and their letters."""
_QUIET = QColor("#a3a7ab")


@dataclass(frozen=True, slots=True)
class Words:
    """What is said over a picture, in lines: in three corners, and warnings below the first."""

    top_left: tuple[str, ...] = ()
    top_right: tuple[str, ...] = ()
    bottom_left: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Face:
    """A side of the cube as it is seen, and how much light falls on it."""

    side: Side
    letter: str
    outline: QPolygonF
    light: float


def cube_faces(seen: Sight, width: float, height: float) -> list[Face]:
    """Give the sides of the cube that are seen in a picture of this size, in logical pixels."""
    half = CUBE_PX if min(width, height) >= 420 else SMALL_CUBE_PX
    room = half * 1.75
    middle = QPointF(width - MARGIN_PX - room, height - MARGIN_PX - room)
    faces = []
    for side, out, up, letter in _SIDES:
        light = dot(out, seen.toward)
        if light > 0.02:
            right = cross(up, out)
            corners = [
                _at(seen, middle, half, np.add(out, np.add(np.multiply(right, a), np.multiply(up, b))))
                for a, b in ((-1, 1), (1, 1), (1, -1), (-1, -1))
            ]
            faces.append(Face(side, letter, QPolygonF(corners), light))
    return sorted(faces, key=lambda face: face.light)


def _at(seen: Sight, middle: QPointF, half: float, point: Iterable[float]) -> QPointF:
    x, y, z = point
    return middle + QPointF(dot((x, y, z), seen.right) * half, -dot((x, y, z), seen.up) * half)


def paint_cube(painter: QPainter, faces: Sequence[Face], lit: Side | None) -> None:
    """Paint the cube; the side under the pointer is lit."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont(painter.font())
    font.setBold(True)
    font.setPixelSize(62)
    for face in faces:
        shade = round(34 + 44 * face.light)
        painter.setBrush(QColor(DARK.accent) if face.side == lit else QColor(shade, shade, shade, 225))
        painter.setPen(QPen(QColor("#8d9297"), 1))
        painter.drawPolygon(face.outline)
        square = QPolygonF([QPointF(0, 0), QPointF(100, 0), QPointF(100, 100), QPointF(0, 100)])
        placed = QTransform.quadToQuad(square, face.outline)
        if face.light < 0.25 or not isinstance(placed, QTransform):
            continue  # too much from the side for a letter
        painter.save()
        painter.setTransform(placed, combine=True)
        painter.setFont(font)
        painter.setPen(QColor(DARK.on_accent) if face.side == lit else TEXT)
        painter.drawText(QRectF(0, 0, 100, 100), Qt.AlignmentFlag.AlignCenter, face.letter)
        painter.restore()
    painter.restore()


def paint_letters(painter: QPainter, seen: Sight, width: float, height: float) -> None:
    """Say at the middles of the edges which side of the patient is there."""
    font = lettering(painter.font(), LETTER_PX, is_bold=True)
    right, top = direction_letters(seen.right), direction_letters(seen.up)
    left, bottom = direction_letters(np.negative(seen.right)), direction_letters(np.negative(seen.up))
    rise = font.ascent_px / 2 - 1
    places = (
        (left, MARGIN_PX, height / 2 + rise),
        (top, width / 2 - font.width(top) / 2, MARGIN_PX + font.ascent_px),
        (right, width - MARGIN_PX - font.width(right), height / 2 + rise),
        (bottom, width / 2 - font.width(bottom) / 2, height - MARGIN_PX),
    )
    for text, x, y in places:
        if text:
            font.write(painter, QPointF(x, y), text, TEXT)


def paint_words(painter: QPainter, words: Words, width: float, height: float) -> None:
    """Write into the corners, as far as there is room."""
    most = lines_per_corner(width, height)
    if most is None:
        return
    font, ratio = lettering(painter.font(), TEXT_PX), painter.device().devicePixelRatioF()
    room = int(width / 2 - 4 * MARGIN_PX)
    for number, lines in enumerate((words.top_left, words.top_right, words.bottom_left)):
        shown = lines[: max(1, most) if number == 2 else most]
        top = height - MARGIN_PX - font.step_px * len(shown) if number == 2 else MARGIN_PX
        for row, line in enumerate(shown):
            picture = font.line_picture(line, room, TEXT, ratio)
            left = width - MARGIN_PX - picture_width(picture) if number == 1 else MARGIN_PX
            put_down(painter, picture, left, top + row * font.step_px)
    if most >= 3:
        _paint_warnings(painter, words, font, width)


def _paint_warnings(painter: QPainter, words: Words, font: Lettering, width: float) -> None:
    base = MARGIN_PX + font.step_px * len(words.top_left) + 4 + font.ascent_px
    for warning in words.warnings:
        for line in wrapped(f"⚠ {warning}", font, int(width * 0.45)):
            font.write(painter, QPointF(MARGIN_PX, base), line, WARNING)
            base += font.step_px


@dataclass(frozen=True, slots=True)
class BoxOnScreen:
    """The box that cuts, as it is seen, in device pixels."""

    edges: tuple[tuple[Way, Way], ...] = ()
    handles: tuple[BoxHandle, ...] = ()


def paint_box(painter: QPainter, box: BoxOnScreen, ratio: float, lit: BoxHandle | None) -> None:
    """Draw the edges of the box, and what it can be taken by."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(141, 146, 151, 150), 1))
    for first, last in box.edges:
        painter.drawLine(_logical(first, ratio), _logical(last, ratio))
    for handle in box.handles:
        is_lit = lit is not None and (lit.axis, lit.is_high) == (handle.axis, handle.is_high)
        painter.setPen(QPen(OUTLINE, 1.5))
        painter.setBrush(QColor(DARK.accent) if is_lit else TEXT)
        painter.drawEllipse(_logical(handle.at_px, ratio), HANDLE_PX, HANDLE_PX)
    painter.restore()


def handle_at(box: BoxOnScreen, place: QPointF, ratio: float) -> BoxHandle | None:
    """Give what of the box is under the pointer."""
    near = ((_logical(handle.at_px, ratio) - place).manhattanLength() for handle in box.handles)
    found = min(zip(near, range(len(box.handles)), strict=True), default=(NEAR_PX + 1, -1))
    return box.handles[found[1]] if found[0] <= NEAR_PX else None


def _logical(at_px: Way, ratio: float) -> QPointF:
    return QPointF((at_px[0] + 0.5) / ratio, (at_px[1] + 0.5) / ratio)


def paint_polygon(painter: QPainter, points: Sequence[QPointF], pointer: QPointF | None) -> None:
    """Draw the line that scissors go along."""
    if not points:
        return
    line = QPolygonF([*points, pointer] if pointer is not None else list(points))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, thickness, shape in (
        (OUTLINE, 4.0, Qt.PenStyle.SolidLine),
        (QColor(DARK.accent), 1.5, Qt.PenStyle.SolidLine),
    ):
        painter.setPen(QPen(colour, thickness, shape))
        painter.drawPolyline(line)
    pen = QPen(_QUIET, 1.0, Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.drawLine(line.last(), points[0])
    painter.restore()
