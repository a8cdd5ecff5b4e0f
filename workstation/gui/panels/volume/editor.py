"""The plot in which colours and opacity are put over the values of a volume."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from workstation.gui.theme import Tokens
from workstation.volume.looks import points

if TYPE_CHECKING:
    from workstation.volume.looks.transfer import Colour, TransferFunction
    from workstation.volume.rendering.histogram import Histogram

HEIGHT_PX, BAND_PX, EDGE_PX = 150, 12, 8
RADIUS_PX, NEAR_PX = 5, 9
STEP_SHARE, OPACITY_STEP = 1 / 200, 0.02
_WAYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class TransferEditor(QWidget):
    """Shows a function over a histogram, and changes it; ``changed`` carries the new one, ``rested`` ends a drag.

    A point is dragged, added by a double click, taken out with Del; the band of colours below moves all of them.
    """

    changed = Signal(object)
    rested = Signal()
    chosen = Signal()
    colour_wanted = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._function: TransferFunction | None = None
        self._histogram: Histogram | None = None
        self._low, self._high = 0.0, 1.0
        self._heights: np.ndarray = np.zeros(0)
        self._drag: QPointF | None = None
        self._is_shifting = False
        self.at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(HEIGHT_PX)
        self.setMouseTracking(True)
        self.setAccessibleName("Colours and opacity over the values")
        self.setToolTip(
            "Drag a point; double click: add one, or choose the colour of one; Del takes it out. Drag the band of "
            "colours to move all. Keys: arrows move the chosen point, Page up and down choose, Insert adds."
        )

    def sizeHint(self) -> QSize:
        return QSize(280, HEIGHT_PX)

    @property
    def function(self) -> "TransferFunction | None":
        """What is shown, in modality values."""
        return self._function

    def show_histogram(self, histogram: "Histogram | None") -> None:
        """Show how often values occur."""
        self._histogram = histogram
        counts = np.zeros(0) if histogram is None else np.log1p(histogram.counts.astype(float))
        self._heights = counts / counts.max() if counts.size and counts.max() > 0 else counts
        self._fit()
        self.update()

    def show_function(self, function: "TransferFunction | None") -> None:
        """Show a function, in modality values."""
        self._function = function
        if function is not None:
            self.at = min(self.at, len(function.points) - 1)
            point = function.points[self.at]
            self.setAccessibleDescription(
                f"Point {self.at + 1} of {len(function.points)}: value {point.value:.4g}, opacity {point.opacity:.0%}"
            )
        if self._drag is None:
            self._fit()
        self.update()

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self._tokens = tokens
        self.update()

    def choose(self, at: int) -> None:
        """Choose a point."""
        if self._function is not None:
            self.at = min(max(at, 0), len(self._function.points) - 1)
            self.show_function(self._function)
            self.chosen.emit()

    def recolour(self, colour: "Colour") -> None:
        """Give the chosen point another colour."""
        if self._function is not None:
            self._change(points.coloured(self._function, self.at, colour))
            self.rested.emit()

    def put(self, value: float, opacity: float) -> None:
        """Put the chosen point somewhere."""
        if self._function is not None:
            self._change(points.moved(self._function, self.at, value, opacity))
            self.rested.emit()

    def remove(self) -> None:
        """Take the chosen point out."""
        if self._function is not None and len(self._function.points) > 2:
            function, at = points.removed(self._function, self.at), max(0, self.at - 1)
            self.at = at
            self._change(function)
            self.rested.emit()

    def add(self, value: float, opacity: float) -> None:
        """Add a point."""
        if self._function is not None:
            function, self.at = points.added(self._function, value, opacity)
            self._change(function)
            self.rested.emit()

    def _fit(self) -> None:
        """Let the axis hold what occurs and all points."""
        ends = []
        if self._histogram is not None:
            ends += [self._histogram.low, self._histogram.high]
        if self._function is not None:
            ends += list(self._function.span)
        if ends:
            self._low, self._high = min(ends), max(ends)
            room = max(self._high - self._low, 1e-6) * 0.02
            self._low, self._high = self._low - room, self._high + room

    @property
    def _plot(self) -> QRectF:
        return QRectF(self.rect()).adjusted(EDGE_PX, EDGE_PX, -EDGE_PX, -EDGE_PX - BAND_PX - 4)

    @property
    def _band(self) -> QRectF:
        plot = self._plot
        return QRectF(plot.left(), plot.bottom() + 4, plot.width(), BAND_PX)

    def _place(self, value: float, opacity: float) -> QPointF:
        plot = self._plot
        share = (value - self._low) / (self._high - self._low)
        return QPointF(plot.left() + share * plot.width(), plot.bottom() - opacity * plot.height())

    def _value(self, x: float) -> float:
        plot = self._plot
        return self._low + (x - plot.left()) / plot.width() * (self._high - self._low)

    def _opacity(self, y: float) -> float:
        plot = self._plot
        return (plot.bottom() - y) / plot.height()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._tokens.accent if self.hasFocus() else self._tokens.line), 1))
            painter.setBrush(QColor(self._tokens.raised))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            self._paint_histogram(painter)
            if self._function is not None:
                self._paint_function(painter, self._function)
        finally:
            painter.end()

    def _paint_histogram(self, painter: QPainter) -> None:
        histogram, plot = self._histogram, self._plot
        if histogram is None or not self._heights.size:
            return
        left, right = self._place(histogram.low, 0).x(), self._place(histogram.high, 0).x()
        step = (right - left) / len(self._heights)
        corners = [QPointF(left, plot.bottom())]
        for number, height in enumerate(self._heights.tolist()):
            corners.append(QPointF(left + (number + 0.5) * step, plot.bottom() - height * plot.height()))
        corners.append(QPointF(right, plot.bottom()))
        colour = QColor(self._tokens.quiet_text)
        colour.setAlpha(90)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF(corners))

    def _paint_function(self, painter: QPainter, function: "TransferFunction") -> None:
        plot, band = self._plot, self._band
        gradient = QLinearGradient(plot.left(), 0, plot.right(), 0)
        for point in function.points:
            share = (point.value - self._low) / (self._high - self._low)
            gradient.setColorAt(min(max(share, 0.0), 1.0), QColor.fromRgbF(*point.colour))
        painter.setPen(QPen(QColor(self._tokens.line), 1))
        painter.setBrush(gradient)
        painter.drawRect(band)
        places = [self._place(point.value, point.opacity) for point in function.points]
        line = [QPointF(plot.left(), places[0].y()), *places, QPointF(plot.right(), places[-1].y())]
        painter.setPen(QPen(QColor(self._tokens.text), 1.5))
        painter.drawPolyline(QPolygonF(line))
        for number, (place, point) in enumerate(zip(places, function.points, strict=True)):
            is_chosen = number == self.at
            painter.setPen(
                QPen(QColor(self._tokens.accent if is_chosen else self._tokens.text), 2.5 if is_chosen else 1.2)
            )
            painter.setBrush(QColor.fromRgbF(*point.colour))
            painter.drawEllipse(place, RADIUS_PX, RADIUS_PX)

    def _point_at(self, place: QPointF) -> int | None:
        if self._function is None:
            return None
        ways = [(self._place(point.value, point.opacity) - place).manhattanLength() for point in self._function.points]
        nearest = min(range(len(ways)), key=ways.__getitem__)
        return nearest if ways[nearest] <= NEAR_PX else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() != Qt.MouseButton.LeftButton or self._function is None:
            return
        found = self._point_at(event.position())
        self._is_shifting = found is None and event.position().y() > self._plot.bottom() + 2
        if found is not None:
            self.choose(found)
        if found is not None or self._is_shifting:
            self._drag = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place, function = event.position(), self._function
        if self._drag is None or function is None:
            is_point = self._point_at(place) is not None
            over_band = place.y() > self._plot.bottom() + 2
            shape = Qt.CursorShape.SizeAllCursor if is_point else Qt.CursorShape.SizeHorCursor
            self.setCursor(shape if is_point or over_band else Qt.CursorShape.ArrowCursor)
            return
        if self._is_shifting:
            by = self._value(place.x()) - self._value(self._drag.x())
            self._drag = place
            self._change(points.shifted(function, by))
        else:
            self._change(points.moved(function, self.at, self._value(place.x()), self._opacity(place.y())))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        if self._drag is not None:
            self._drag, self._is_shifting = None, False
            self._fit()
            self.update()
            self.rested.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._function is None:
            return
        found = self._point_at(event.position())
        if found is not None:
            self.choose(found)
            self._drag = None
            self.colour_wanted.emit()
        elif event.position().y() <= self._plot.bottom() + 2:
            self.add(self._value(event.position().x()), self._opacity(event.position().y()))
            self._drag = event.position()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        function, key = self._function, Qt.Key(event.key())
        if function is None:
            super().keyPressEvent(event)
            return
        point = function.points[self.at]
        if key in _WAYS:
            right, up = _WAYS[key]
            step = (self._high - self._low) * STEP_SHARE
            self.put(point.value + right * step, point.opacity + up * OPACITY_STEP)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.choose(self.at + (1 if key == Qt.Key.Key_PageDown else -1))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove()
        elif key == Qt.Key.Key_Insert:
            after = function.points[min(self.at + 1, len(function.points) - 1)]
            self.add((point.value + after.value) / 2, (point.opacity + after.opacity) / 2)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _change(self, function: "TransferFunction") -> None:
        if function != self._function:
            self.show_function(function)
            self.changed.emit(function)
            self.chosen.emit()
