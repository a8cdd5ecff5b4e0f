"""The widget of a pane: paints what it is given pixel for pixel, and tells what the mouse and the keys do."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QLabel, QWidget

from workstation.gui.canvas.gestures import Drag, WheelSteps
from workstation.gui.canvas.scene import Message, Scene
from workstation.gui.theme import Tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Pane(QWidget):
    """Shows a scene, or a message in its place. Points and sizes in its signals are in device pixels."""

    scrolled = Signal(int)
    window_started = Signal()
    window_dragged = Signal(float, float)
    panned = Signal(float, float)
    zoomed = Signal(float, object)
    fitted = Signal()
    menu_wanted = Signal(QPoint)
    painted = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tokens = tokens
        self._scene: Scene | None = None
        self._share: float | None = None
        self._picture: tuple[object, QImage, object] | None = None
        self._drag: Drag | None = None
        self._wheel = WheelSteps()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self.setAccessibleName("Image")
        self.message = self._make_message()

    def _make_message(self) -> QLabel:
        label = QLabel(self)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        label.setStyleSheet("color: #e6e7e8; background: transparent; padding: 24px;")
        label.setAccessibleName("Why there is no image")
        label.hide()
        return label

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height in device pixels."""
        ratio = self.devicePixelRatioF()
        return max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))

    @property
    def scene(self) -> Scene | None:
        """What is shown."""
        return self._scene

    def show_scene(self, scene: Scene) -> None:
        """Show a picture."""
        self._scene = scene
        self.message.hide()
        self.setAccessibleDescription(f"Image {scene.position[0]} of {scene.position[1]}")
        self.update()

    def show_message(self, message: Message | None) -> None:
        """Show words in place of a picture; None clears the pane."""
        self._scene = None
        self._picture = None
        self.message.setText(message.as_text().replace("\n", "\n\n", 1) if message else "")
        self.message.setVisible(message is not None)
        self.setAccessibleDescription(message.title if message else "")
        self.update()

    def show_progress(self, share: float | None) -> None:
        """Draw the line that says how much of the stack is at hand."""
        if share != self._share:
            self._share = share
            self.update(0, self.height() - 3, self.width(), 3)

    def picture(self) -> "NDArray[np.uint8] | None":
        """Give the pixels of the picture without the words over it, (height, width, 3)."""
        return None if self._scene is None else self._scene.renderer.picture(self._scene.view, self.size_px)

    def sizeHint(self) -> QSize:
        return QSize(800, 700)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.message.setGeometry(self.rect())
        super().resizeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(self.tokens.image_ground))
            if self._scene is not None:
                self._paint_scene(painter, self._scene)
            self._paint_frame(painter)
        finally:
            # An exception that leaves the painter open would make every paint after it fail.
            painter.end()
        if self._scene is not None:
            self.painted.emit()

    def _paint_scene(self, painter: QPainter, scene: Scene) -> None:
        from workstation.gui.canvas import annotations

        ratio = self.devicePixelRatioF()
        painter.drawImage(QPointF(0, 0), self._image(scene, ratio))
        annotations.paint(painter, scene, self.size_px, ratio)

    def _image(self, scene: Scene, ratio: float) -> QImage:
        """Give the picture; it is made anew only where something changed."""
        key = (scene.renderer, scene.view, self.size_px, ratio)
        if self._picture is not None and _are_equal(self._picture[0], key):
            return self._picture[1]
        rgb = scene.renderer.picture(scene.view, self.size_px)
        image = QImage(rgb.data, rgb.shape[1], rgb.shape[0], rgb.strides[0], QImage.Format.Format_RGB888)
        image.setDevicePixelRatio(ratio)
        # The array is kept with the image, which does not own its memory.
        self._picture = (key, image, rgb)
        return image

    def _paint_frame(self, painter: QPainter) -> None:
        if self._share is not None:
            width = self.width() * self._share
            painter.fillRect(QRectF(0, self.height() - 2, width, 2), QColor(self.tokens.accent))
        if self.hasFocus():
            painter.setPen(QColor(self.tokens.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = self._wheel.add(event.angleDelta().y() or event.angleDelta().x())
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y():
                at = self._device_point(event.position())
                self.zoomed.emit(2 ** (event.angleDelta().y() / 600), at)
        elif steps:
            self.scrolled.emit(-steps)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._drag = Drag(event.button(), event.position())
        if event.button() == Qt.MouseButton.LeftButton:
            self.window_started.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        drag = self._drag
        if drag is None or not drag.move(event.position()):
            return
        if drag.button == Qt.MouseButton.LeftButton:
            whole = drag.whole()
            self.window_dragged.emit(whole.x(), whole.y())
        elif drag.button == Qt.MouseButton.MiddleButton:
            ratio = self.devicePixelRatioF()
            self.panned.emit(drag.step.x() * ratio, drag.step.y() * ratio)
        elif drag.button == Qt.MouseButton.RightButton:
            self.zoomed.emit(2 ** (-drag.step.y() / 150), self._device_point(drag.start))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if drag is not None and drag.button == Qt.MouseButton.RightButton and not drag.is_moving:
            self.menu_wanted.emit(event.globalPosition().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.fitted.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        # The mouse opens the menu on release without a drag; only the key comes this way.
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.menu_wanted.emit(self.mapToGlobal(self.rect().center()))

    def _device_point(self, point: QPointF) -> tuple[float, float]:
        """Give a point as images count: from the centre of the first pixel."""
        ratio = self.devicePixelRatioF()
        return point.x() * ratio - 0.5, point.y() * ratio - 0.5


def _are_equal(one: object, other: object) -> bool:
    """Compare keys; two tables for a window are the same only if they are one object."""
    try:
        return bool(one == other)
    except ValueError:
        return False
