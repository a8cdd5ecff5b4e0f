"""The paper with the curves: scrolled, magnified, and measured with a pair of callipers."""

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from workstation.display.waveforms import WaveformRenderer, WaveformView
from workstation.gui.theme import Tokens

ZOOMS = (0.5, 8.0)
_SHORTEST_MM = 0.3


class EcgArea(QAbstractScrollArea):
    """Shows a part of the page. ``measured`` tells what the callipers span, as words; empty where they are put away."""

    measured = Signal(str)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tokens = tokens
        self.renderer: WaveformRenderer | None = None
        self.view = WaveformView()
        self.px_per_mm = 4.0
        """Logical pixels a millimetre at which the size is true."""
        self._magnified = 1.0
        self._span: tuple[QPointF, QPointF] | None = None
        self._is_dragging = False
        self._picture: tuple[object, QImage, object] | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Curves")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.valueChanged.connect(lambda _value: self.viewport().update())

    def show_group(self, renderer: WaveformRenderer, view: WaveformView) -> None:
        """Show a group of channels from its beginning."""
        self.renderer = renderer
        self.change_view(view)
        self.horizontalScrollBar().setValue(0)
        self.verticalScrollBar().setValue(0)

    def change_view(self, view: WaveformView) -> None:
        """Show the same with another speed, gain, arrangement or paper."""
        self.view, self._span = view, None
        self.measured.emit("")
        self._measure()
        self.viewport().update()

    @property
    def magnified(self) -> float:
        """How many times larger than true size the page is shown."""
        return self._magnified

    def magnify(self, factor: float | None) -> None:
        """Show the page larger or smaller; None in its true size."""
        self._magnified = 1.0 if factor is None else min(max(self._magnified * factor, ZOOMS[0]), ZOOMS[1])
        self._measure()
        self.viewport().update()

    @property
    def scale(self) -> float:
        """Logical pixels a millimetre as shown."""
        return self.px_per_mm * self._magnified

    def _measure(self) -> None:
        if self.renderer is None:
            return
        page, window = self.renderer.page(self.view), self.viewport()
        for bar, length_mm, size_px in (
            (self.horizontalScrollBar(), page.width_mm, window.width()),
            (self.verticalScrollBar(), page.height_mm, window.height()),
        ):
            bar.setRange(0, max(0, round(length_mm * self.scale) - size_px))
            bar.setPageStep(size_px)
            bar.setSingleStep(round(self.scale * 5))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        try:
            if self.renderer is None:
                painter.fillRect(self.viewport().rect(), QColor(self.tokens.window))
                return
            painter.drawImage(QPointF(0, 0), self._image(self.renderer))
            if self._span is not None:
                self._paint_callipers(painter, *self._span)
        finally:
            painter.end()

    def _image(self, renderer: WaveformRenderer) -> QImage:
        ratio = self.devicePixelRatioF()
        size = round(self.viewport().width() * ratio), round(self.viewport().height() * ratio)
        left, top = (bar.value() / self.scale for bar in (self.horizontalScrollBar(), self.verticalScrollBar()))
        view = replace(self.view, px_per_mm=self.scale * ratio, left_mm=left, top_mm=top)
        key = (renderer, view, size)
        if self._picture is None or self._picture[0] != key:
            rgb = renderer.picture(view, size)
            image = QImage(rgb.data, size[0], size[1], rgb.strides[0], QImage.Format.Format_RGB888)
            image.setDevicePixelRatio(ratio)
            self._picture = key, image, rgb  # the array is kept with the image, which does not own its memory
        return self._picture[1]

    def _paint_callipers(self, painter: QPainter, start: QPointF, stop: QPointF) -> None:
        one, other = (
            QPointF(point.x() * self.scale, point.y() * self.scale) - self._corner() for point in (start, stop)
        )
        colour = QColor(self.tokens.accent)
        painter.setPen(colour)
        height = self.viewport().height()
        for point in (one, other):
            painter.drawLine(QPointF(point.x(), 0), QPointF(point.x(), height))
        colour.setAlphaF(0.18)
        painter.fillRect(QRectF(one, other).normalized(), colour)

    def _corner(self) -> QPointF:
        return QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def _at_mm(self, event: QMouseEvent) -> QPointF:
        return (event.position() + self._corner()) / self.scale

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y():
                self.magnify(2 ** (event.angleDelta().y() / 480))
        elif self.verticalScrollBar().maximum() and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            super().wheelEvent(event)
        else:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - (event.angleDelta().y() or event.angleDelta().x()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.renderer is not None:
            at = self._at_mm(event)
            self._span, self._is_dragging = (at, at), True
            self._tell()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_dragging and self._span is not None:
            self._span = self._span[0], self._at_mm(event)
            self._tell()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._is_dragging = False
        if self._span is not None and (self._span[1] - self._span[0]).manhattanLength() < _SHORTEST_MM:
            self._span = None
            self._tell()

    def _tell(self) -> None:
        self.measured.emit(span_text(self.view, self._span[1] - self._span[0]) if self._span is not None else "")
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        horizontal = self.horizontalScrollBar()
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.magnify(1.25)
        elif event.key() == Qt.Key.Key_Minus:
            self.magnify(0.8)
        elif event.key() == Qt.Key.Key_0:
            self.magnify(None)
        elif event.key() == Qt.Key.Key_Home:
            horizontal.setValue(0)
        elif event.key() == Qt.Key.Key_End:
            horizontal.setValue(horizontal.maximum())
        elif event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            forwards = event.key() == Qt.Key.Key_PageDown
            horizontal.setValue(horizontal.value() + (1 if forwards else -1) * horizontal.pageStep())
        else:
            super().keyPressEvent(event)


def span_text(view: WaveformView, span_mm: QPointF) -> str:
    """Say what callipers span: time, the rate it would be between two beats, and voltage."""
    seconds = abs(span_mm.x()) / view.speed_mm_s
    height = abs(span_mm.y()) / view.gain_mm_mv
    rate = f"  ({60 / seconds:.0f}/min)" if seconds >= 0.2 else ""  # 300 a minute
    return f"{seconds * 1000:.0f} ms{rate}   {height:.2f} mV"
