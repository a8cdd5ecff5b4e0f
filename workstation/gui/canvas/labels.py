"""Words beside annotations: how large they are, and where they go so that they cover nothing that is measured."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workstation.gui.canvas.drawn import Drawn

    Array = NDArray[np.float64]

TEXT_PX, NUMBER_PX, PADDING_PX = 13, 12, 4
AWAY_PX = 14.0
"""From the box of what is measured to its words."""
STEPS = 3
OBSTACLE_PX = 6.0
LARGE = 0.08
"""What is larger than this share of the pane may have words of others within it."""
OF_OWN, OF_WORDS, OF_OTHERS, OF_A_POINT, OF_OUTSIDE = 3.0, 2.0, 0.5, 60.0, 120.0
"""What it costs to cover a square pixel of what is measured, of other words, of other things; a corner of a line; and
to be a pixel outside of the pane."""
STEP_COST, FAR_COST = 100.0, 1500.0
"""What it costs to be one step further away, and to be far away."""
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
    taken = [_edges(each.label) for each in drawn if each.label is not None and not _is_free(each)]
    around = _Around.of(drawn, pane)
    for each in drawn:
        if each.label is None or not _is_free(each):
            yield each
            continue
        place = _best(each.box, each.label.size(), taken, around)
        taken.append(_edges(place))
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
    boxes: "Array"
    points: "Array"

    @classmethod
    def of(cls, drawn: Sequence["Drawn"], pane: QRectF) -> "_Around":
        boxes: list[tuple[float, ...]] = []
        points = [np.empty((0, 2))]
        for each in drawn:
            if each.lines and each.box.width() * each.box.height() > LARGE * pane.width() * pane.height():
                points += [line.points for line in each.lines]
            else:
                boxes += map(_edges, _obstacles(each))
        return cls(pane, np.array(boxes).reshape(-1, 4), np.vstack(points))

    def costs(self, places: "Array", box: QRectF, taken: Sequence[tuple[float, ...]]) -> "Array":
        """Tell what each place (left, top, right, bottom) costs beside a box, where words stand already."""
        left, top, right, bottom = places.T[:, :, None]
        x, y = self.points.T[:, None, :]
        is_in = (x > left) & (x < right) & (y > top) & (y < bottom)
        own = np.array([_edges(box), *taken])
        obstacles = np.vstack([own, self.boxes])
        weights = np.concatenate([[OF_OWN], np.full(len(taken), OF_WORDS), np.full(len(self.boxes), OF_OTHERS)])
        outside = np.maximum(self.pane.left() - left, 0) + np.maximum(right - self.pane.right(), 0)
        outside = outside + np.maximum(self.pane.top() - top, 0) + np.maximum(bottom - self.pane.bottom(), 0)
        covered = _covered(places, obstacles) @ weights + OF_A_POINT * is_in.sum(axis=1)
        return np.asarray(covered + OF_OUTSIDE * outside[:, 0], dtype=np.float64)


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


def _best(box: QRectF, size: QSizeF, taken: Sequence[tuple[float, ...]], around: _Around) -> QRectF:
    """Give the first of the places around a box, nearest first, that costs least; it lies in the pane."""
    best, least = (box.right(), box.top()), float("inf")
    for corners, far in _places(box, size, around.pane):
        places = np.array([(x, y, x + size.width(), y + size.height()) for x, y in corners])
        costs = around.costs(places, box, taken) + far
        at = int(np.argmin(costs))
        if costs[at] < least:
            best, least = corners[at], float(costs[at])
        if least <= far:
            break  # nothing further away is better
    left = min(max(best[0], around.pane.left()), around.pane.right() - size.width())
    top = min(max(best[1], around.pane.top()), around.pane.bottom() - size.height())
    return QRectF(QPointF(left, top), size)


def _places(box: QRectF, size: QSizeF, pane: QRectF) -> Iterator[tuple[list[tuple[float, float]], float]]:
    """Give corners of places beside a box, further away step by step, then at the sides of the pane; with costs."""
    middle = box.center()
    level, across = middle.y() - size.height() / 2, middle.x() - size.width() / 2
    for step in range(STEPS):
        away = AWAY_PX * (step + 1)
        right, left = box.right() + away, box.left() - away - size.width()
        below, above = box.bottom() + away, box.top() - away - size.height()
        sides = [(right, level), (left, level), (across, above), (across, below)]
        yield [*sides, (right, above), (right, below), (left, above), (left, below)], STEP_COST * step
    inner = pane.adjusted(8, 60, -8, -60)
    rows = (inner.top(), inner.center().y(), inner.bottom() - size.height())
    yield [(x, y) for x in (inner.right() - size.width(), inner.left()) for y in rows], FAR_COST


def _covered(places: "Array", boxes: "Array") -> "Array":
    """Give how much of each place (n, 4) each box (m, 4) covers, (n, m); all are left, top, right, bottom."""
    low = np.maximum(places[:, None, :2], boxes[None, :, :2])
    high = np.minimum(places[:, None, 2:], boxes[None, :, 2:])
    ways = np.maximum(high - low, 0)
    return np.asarray(ways[:, :, 0] * ways[:, :, 1], dtype=np.float64)


def _edges(rect: QRectF) -> tuple[float, float, float, float]:
    return rect.left(), rect.top(), rect.right(), rect.bottom()


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
