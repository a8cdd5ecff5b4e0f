"""A curve or a histogram with its axes, in the colours of the theme."""

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QToolTip, QWidget

from workstation.documents.axes import number_axis
from workstation.gui.theme import Tokens
from workstation.model.measurement import Curve

TEXT_PX = 11
LEFT_PX, BOTTOM_PX, RIGHT_PX, TOP_PX = 56, 38, 14, 12
EMPTY = "There is nothing to plot."


class CurveView(QWidget):
    """Draws one curve; the pointer on it tells the values there."""

    def __init__(self, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._curve: Curve | None = None
        self.setMinimumSize(240, 160)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(420, 320)

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self._tokens = tokens
        self.update()

    def show_curve(self, curve: Curve | None) -> None:
        """Draw another one; None draws none."""
        self._curve = curve
        self.setAccessibleName(curve.name if curve is not None else EMPTY)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(self._tokens.raised))
            font = QFont(self.font())
            font.setPixelSize(TEXT_PX)
            painter.setFont(font)
            if self._curve is None or not self._curve.y:
                painter.setPen(QColor(self._tokens.quiet_text))
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, EMPTY)
            else:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._paint(painter, self._curve)
        finally:
            painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        curve, room = self._curve, self._room()
        if curve is None or not curve.y or not room.contains(event.position()):
            QToolTip.hideText()
            return
        low, high = _span(curve.x)
        at = low + (event.position().x() - room.left()) / room.width() * (high - low)
        if curve.is_steps:
            index = min(max(int(np.searchsorted(curve.x, at, side="right")) - 1, 0), len(curve.y) - 1)
            words = f"{curve.x[index]:.6g} to {curve.x[index + 1]:.6g}: {curve.y[index]:.6g}"
        else:
            index = int(np.abs(np.asarray(curve.x) - at).argmin())
            words = f"{curve.x[index]:.6g}: {curve.y[index]:.6g}"
        QToolTip.showText(event.globalPosition().toPoint(), words, self)

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(LEFT_PX, TOP_PX, -RIGHT_PX, -BOTTOM_PX)

    def _paint(self, painter: QPainter, curve: Curve) -> None:
        room = self._room()
        low, high = _span(curve.x)
        finite = [each for each in curve.y if math.isfinite(each)] or [0.0]
        ends = [y + way * half for y, half in zip(curve.y, curve.spread, strict=False) for way in (-1, 1)]
        floor, top = (0.0, max(finite)) if curve.is_steps else _span([*finite, *filter(math.isfinite, ends)])
        top = top if top > floor else floor + 1

        def at(x: float, y: float) -> QPointF:
            across, up = (x - low) / (high - low), (y - floor) / (top - floor)
            return QPointF(room.left() + across * room.width(), room.bottom() - up * room.height())

        self._paint_axes(painter, curve, room, (low, high), (floor, top))
        pen = QPen(QColor(self._tokens.accent), 1.5)
        painter.setPen(pen)
        if curve.is_steps:
            corners = [at(curve.x[0], 0.0)]
            for index, count in enumerate(curve.y):
                corners += [at(curve.x[index], count), at(curve.x[index + 1], count)]
            corners.append(at(curve.x[-1], 0.0))
            inside = QColor(self._tokens.accent)
            inside.setAlpha(60)
            painter.setBrush(inside)
            painter.drawPolygon(QPolygonF(corners))
        else:
            self._paint_band(painter, curve, at)
            points = [(x, y) for x, y in zip(curve.x, curve.y, strict=True) if math.isfinite(y)]
            painter.drawPolyline(QPolygonF([at(x, y) for x, y in points]))

    def _paint_band(self, painter: QPainter, curve: Curve, at: Callable[[float, float], QPointF]) -> None:
        """Fill what is within one SD of the curve."""
        there = [each for each in zip(curve.x, curve.y, curve.spread, strict=False) if math.isfinite(each[1])]
        above = [at(x, y + half) for x, y, half in there]
        under = [at(x, y - half) for x, y, half in reversed(there)]
        inside = QColor(self._tokens.accent)
        inside.setAlpha(60)
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(inside)
        painter.drawPolygon(QPolygonF(above + under))
        painter.restore()

    def _paint_axes(
        self,
        painter: QPainter,
        curve: Curve,
        room: QRectF,
        across: tuple[float, float],
        up: tuple[float, float],
    ) -> None:
        metrics = QFontMetricsF(painter.font())
        for tick in number_axis(*across).ticks:
            x = room.left() + (tick.at - across[0]) / (across[1] - across[0]) * room.width()
            painter.setPen(QPen(QColor(self._tokens.line), 1))
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
            painter.setPen(QColor(self._tokens.quiet_text))
            text = tick.text
            painter.drawText(QPointF(x - metrics.horizontalAdvance(text) / 2, room.bottom() + metrics.height()), text)
        for tick in number_axis(*up).ticks:
            y = room.bottom() - (tick.at - up[0]) / (up[1] - up[0]) * room.height()
            painter.setPen(QPen(QColor(self._tokens.line), 1))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(QColor(self._tokens.quiet_text))
            text = tick.text
            painter.drawText(QPointF(room.left() - 4 - metrics.horizontalAdvance(text), y + metrics.ascent() / 2), text)
        painter.setPen(QColor(self._tokens.text))
        foot = QRectF(room.left(), room.bottom() + metrics.height() + 2, room.width(), metrics.height() + 4)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, curve.x_words)
        painter.save()
        painter.translate(metrics.height(), room.center().y())
        painter.rotate(-90)
        side = QRectF(-room.height() / 2, -metrics.height() / 2, room.height(), metrics.height() + 2)
        painter.drawText(side, Qt.AlignmentFlag.AlignCenter, curve.y_words)
        painter.restore()


def _span(values: "tuple[float, ...] | list[float]") -> tuple[float, float]:
    """Give lowest and highest; apart where there is one value alone."""
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 0.5, high + 0.5)
