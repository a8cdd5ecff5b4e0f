"""Words beside annotations: how large they are, and where they go so that they cover nothing that is measured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workstation.gui.canvas.drawn import Drawn

TEXT_PX, NUMBER_PX, PADDING_PX = 13, 12, 4
AWAY_PX = 14.0
"""From the box of what is measured to its words."""
STEPS = 3
OBSTACLE_PX = 6.0
LARGE = 0.08
"""What is larger than this share of the pane may have words of others within it."""
OF_A_POINT, STEP_COST, FAR_COST = 60.0, 100.0, 1500.0
"""What it costs, in square pixels: to cover a corner of a line, to be one step further away, to be far away."""
EDGE, GROUND = QColor(0, 0, 0, 190), QColor(16, 17, 19, 165)
NUMBERS = QColor(230, 231, 232)


@dataclass(frozen=True)
class Words:
    """A name, and numbers in lines below it."""

    name: str = ""
    numbers: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.name or self.numbers)


NO_WORDS = Words()


def label_font() -> QFont:
    """Give the font of a name."""
    return _font(TEXT_PX)


def size_of(words: Words) -> QSizeF:
    """Give how large words are with their ground."""
    return QSizeF(*_size(words))


def placed(drawn: Sequence["Drawn"], pane: QRectF) -> Iterator["Drawn"]:
    """Put the words that nobody has placed beside what they belong to, where the pane has room.

    Parameters
    ----------
    drawn
        All annotations, with the rectangle of their words somewhere.
    pane
        What is seen, in logical pixels.
    """
    if not any(each.label is not None and _is_free(each) for each in drawn):
        yield from drawn
        return
    taken = [each.label for each in drawn if each.label is not None and not _is_free(each)]
    around = _Around.of(drawn, pane)
    for each in drawn:
        if each.label is None or not _is_free(each):
            yield each
            continue
        place = _best(each.box, each.label.size(), taken, around)
        taken.append(place)
        yield replace(each, label=place)


def paint_words(painter: QPainter, words: Words, place: QRectF, colour: QColor) -> None:
    """Paint them on their translucent ground."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(GROUND)
    painter.drawRoundedRect(place, 3, 3)
    top = place.top() + PADDING_PX - 1
    for line, px, ink in _lines(words, colour):
        font = _font(px)
        height = QFontMetricsF(font).height()
        painter.setFont(font)
        painter.setPen(ink)
        where = QRectF(place.left(), top, place.width(), height)
        side = Qt.AlignmentFlag.AlignHCenter if not words.numbers else Qt.AlignmentFlag.AlignLeft
        if words.numbers:
            where.adjust(PADDING_PX, 0, 0, 0)
        painter.drawText(where, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, line)
        top += height


def paint_joint(painter: QPainter, drawn: "Drawn", label: QRectF, colour: QColor) -> None:
    """Join words to what they belong to, unless they lie upon it."""
    end = _nearest_of(drawn, label)
    near = QPointF(
        min(max(end.x(), label.left()), label.right()),
        min(max(end.y(), label.top()), label.bottom()),
    )
    away = near - end
    if away.x() ** 2 + away.y() ** 2 > 9:
        for ground, width in ((EDGE, 2.5), (colour, 1.0)):
            painter.setPen(QPen(ground, width))
            painter.drawLine(near, end)


def _nearest_of(drawn: "Drawn", label: QRectF) -> QPointF:
    """Give the point of an annotation that its words are joined to: for arrows and notes the last one."""
    if drawn.annotation.kind in ("text", "arrow") or not drawn.lines:
        return drawn.points[-1]
    middle = label.center()
    points = (each for line in drawn.lines if not line.is_aid for each in line.points.tolist())
    x, y = min(points, key=lambda each: (each[0] - middle.x()) ** 2 + (each[1] - middle.y()) ** 2)
    return QPointF(x, y)


@dataclass(frozen=True)
class _Around:
    """What words are not to cover: small things as a whole, of large ones their lines; all in logical pixels."""

    pane: QRectF
    boxes: tuple[QRectF, ...]
    points: "NDArray[np.float64]"

    @classmethod
    def of(cls, drawn: Sequence["Drawn"], pane: QRectF) -> "_Around":
        boxes: list[QRectF] = []
        points = [np.empty((0, 2))]
        for each in drawn:
            is_large = bool(each.lines) and _area(each.box) > LARGE * _area(pane)
            if is_large:
                points += [line.points for line in each.lines]
            else:
                boxes += _obstacles(each)
        return cls(pane, tuple(boxes), np.vstack(points))

    def cost(self, place: QRectF) -> float:
        """Tell how much a place covers of others."""
        x, y = self.points.T
        is_in = (x > place.left()) & (x < place.right()) & (y > place.top()) & (y < place.bottom())
        covered = sum(_area(place.intersected(each)) for each in self.boxes)
        return 0.5 * covered + OF_A_POINT * float(is_in.sum())


def _obstacles(drawn: "Drawn") -> Iterator[QRectF]:
    """Give what of an annotation is not to be covered: its box, and the handle that turns it."""
    reach = QPointF(OBSTACLE_PX, OBSTACLE_PX)
    for point in drawn.points if drawn.annotation.kind in ("text", "vertebra", "point") else ():
        yield QRectF(point - reach, point + reach)
    if drawn.lines:
        yield drawn.box
    if drawn.turn is not None:
        yield QRectF(drawn.turn - reach, drawn.turn + reach)


def _is_free(drawn: "Drawn") -> bool:
    annotation = drawn.annotation
    return not annotation.is_label_moved and annotation.kind not in ("text", "arrow")


def _best(box: QRectF, size: QSizeF, taken: Sequence[QRectF], around: _Around) -> QRectF:
    """Give the first of the places around a box, nearest first, that costs least; it lies in the pane."""
    found, least = QRectF(box.topRight(), size), float("inf")
    for place, away in _places(box, size, around.pane):
        cost = away + 3 * (_area(place) - _area(place.intersected(around.pane)))
        cost += 2 * sum(_area(place.intersected(each)) for each in taken)
        cost += 3 * _area(place.intersected(box)) + around.cost(place)
        if cost < least:
            found, least = place, cost
            if cost == 0:
                break
    left = min(max(found.left(), around.pane.left()), around.pane.right() - size.width())
    top = min(max(found.top(), around.pane.top()), around.pane.bottom() - size.height())
    return QRectF(QPointF(left, top), size)


def _places(box: QRectF, size: QSizeF, pane: QRectF) -> Iterator[tuple[QRectF, float]]:
    """Give places beside a box, further away step by step, then the sides of the pane; with what that way costs."""
    middle = box.center()
    for step in range(STEPS):
        away = AWAY_PX * (step + 1)
        right, left = box.right() + away, box.left() - away - size.width()
        below, above = box.bottom() + away, box.top() - away - size.height()
        level, across = middle.y() - size.height() / 2, middle.x() - size.width() / 2
        sides = ((right, level), (left, level), (across, above), (across, below))
        corners = ((right, above), (right, below), (left, above), (left, below))
        for x, y in (*sides, *corners):
            yield QRectF(QPointF(x, y), size), STEP_COST * step
    inner = pane.adjusted(8, 60, -8, -60)
    for x in (inner.right() - size.width(), inner.left()):
        for y in (inner.top(), inner.center().y(), inner.bottom() - size.height()):
            yield QRectF(QPointF(x, y), size), FAR_COST


def _area(rect: QRectF) -> float:
    return rect.width() * rect.height() if rect.isValid() else 0.0


def _lines(words: Words, colour: QColor) -> Iterator[tuple[str, int, QColor]]:
    if words.name:
        yield words.name, TEXT_PX, colour
    for line in words.numbers:
        yield line, NUMBER_PX, NUMBERS


@lru_cache(maxsize=8)
def _font(px: int) -> QFont:
    font = QFont()
    font.setPixelSize(px)
    return font


@lru_cache(maxsize=512)
def _size(words: Words) -> tuple[float, float]:
    width = height = 0.0
    for line, px, _ in _lines(words, NUMBERS):
        metrics = QFontMetricsF(_font(px))
        width = max(width, metrics.horizontalAdvance(line))
        height += metrics.height()
    return width + 2 * PADDING_PX, height + 2 * PADDING_PX - 2
