"""The widget that shows a picture in three dimensions, and tells what mouse and keys do to it."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from workstation.gui.canvas.bindings import DEFAULT_SET, SETS, Bindings, modifier_of
from workstation.gui.canvas.gestures import STEP, Drag
from workstation.gui.canvas.scene import Message
from workstation.gui.canvas.whose import message_label, paint_about
from workstation.gui.commands import VOLUME_SIDES
from workstation.gui.panels.volume import painting
from workstation.gui.panels.volume.grips import Grip, grip_of
from workstation.gui.panels.volume.lasso import Lasso
from workstation.gui.panels.volume.painting import BoxOnScreen, Words
from workstation.gui.theme import DARK, Tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workstation.gui.canvas.scene import About
    from workstation.volume.looks.camera import Side, Sight
    from workstation.volume.looks.view3d import BoxHandle

BAR_PX = 2
ALIKE = 0.985
"""Pictures of fewer pixels have nearly the shape of the widget, but for rounding."""
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
ARROW_DEG, FAR_ARROW_DEG = 5.0, 30.0


class VolumeView(QWidget):
    """Shows a picture, or a message in its place; decides nothing. Points and ways in signals are device pixels."""

    turned = Signal(float, float)
    turned_by_key = Signal(float, float)
    rolled = Signal(float)
    panned = Signal(float, float)
    zoomed = Signal(float, object)
    windowed = Signal(float, float)
    pressed = Signal()
    rested = Signal()
    wheeled = Signal()
    resized = Signal()
    side_chosen = Signal(str)
    maximise_wanted = Signal()
    menu_wanted = Signal(object)
    lassoed = Signal(object)
    box_dragged = Signal(object, float, float)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tokens = tokens
        self.hands: Callable[[], Bindings] = lambda: SETS[DEFAULT_SET]
        self.lasso = Lasso()
        self._image: QImage | None = None
        self._pixels: NDArray[np.uint8] | None = None
        self._seen: Sight | None = None
        self._words = Words()
        self._about: About | None = None
        self._share: float | None = None
        self._drag: Drag | None = None
        self._grip: Grip = "nothing"
        self._lit: Side | None = None
        self._box = BoxOnScreen()
        self._lit_handle: BoxHandle | None = None
        self.text_is_shown = True
        self.is_one_of_many = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(24, 24)
        self.setAccessibleName("Volume in three dimensions")
        self.message = message_label(self)

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height in device pixels."""
        ratio = self.devicePixelRatioF()
        return max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))

    @property
    def picture(self) -> "NDArray[np.uint8] | None":
        """The picture that is shown: (rows, columns, 3)."""
        return self._pixels

    def show_picture(self, picture: "NDArray[np.uint8]", seen: "Sight", words: Words) -> None:
        """Show a picture; where it has fewer pixels than the widget it is stretched."""
        height, width = picture.shape[:2]
        self._pixels = picture  # the image only looks at it
        self._image = QImage(picture.data, width, height, picture.strides[0], QImage.Format.Format_RGB888)
        self._about = None
        self.message.hide()
        self.show_sight(seen, words)

    def show_sight(self, seen: "Sight", words: Words) -> None:
        """Say from where it is looked at; the picture may follow."""
        self._seen, self._words = seen, words
        self.setAccessibleDescription("; ".join(words.bottom_left))
        self.update()

    def show_box(self, box: BoxOnScreen) -> None:
        """Show the box that cuts; it comes with the picture."""
        self._box = box

    def show_message(self, message: Message | None) -> None:
        """Show words in place of a picture."""
        self._image = self._pixels = self._seen = None
        self._about = message.about if message is not None else None
        self.message.setText(message.as_text().replace("\n", "\n\n", 1) if message else "")
        self.message.setVisible(message is not None)
        self.setAccessibleDescription(message.title if message else "")
        self.update()

    def show_progress(self, share: float | None) -> None:
        """Draw a line that says how far something is."""
        if share != self._share:
            self._share = share
            self.update(0, self.height() - BAR_PX, self.width(), BAR_PX)

    def begin_lasso(self) -> None:
        """Let the left button draw a line round something, until it is let go."""
        self.lasso.begin()
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.update()

    def end_lasso(self) -> bool:
        """Draw no line any more; tells whether one was to be drawn."""
        was_on = self.lasso.is_on
        self.lasso.end()
        self.unsetCursor()
        self.update()
        return was_on

    def sizeHint(self) -> QSize:
        return QSize(800, 700)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.message.setGeometry(self.rect())
        super().resizeEvent(event)
        self.resized.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(self.tokens.image_ground))
            if self._image is not None:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(self._place_of(self._image), self._image)
            if self._seen is not None:
                self._paint_over(painter, self._seen)
            if self._about is not None and not self.message.isHidden():
                paint_about(painter, self._about, self.rect())
            self._paint_frame(painter)
        finally:
            painter.end()

    def _place_of(self, image: QImage) -> QRectF:
        """Fill the widget; a picture of before it was given another shape keeps its own until the next one comes."""
        whole = QRectF(self.rect())
        scale = min(whole.width() / image.width(), whole.height() / image.height())
        size = QSizeF(image.width() * scale, image.height() * scale)
        if size.width() > whole.width() * ALIKE and size.height() > whole.height() * ALIKE:
            return whole
        return QRectF(whole.center() - QPointF(size.width() / 2, size.height() / 2), size)

    def _paint_over(self, painter: QPainter, seen: "Sight") -> None:
        width, height = float(self.width()), float(self.height())
        if self.text_is_shown:
            painting.paint_words(painter, self._words, width, height)
            painting.paint_letters(painter, seen, width, height)
        if self._has_cube:
            painting.paint_cube(painter, painting.cube_faces(seen, width, height), self._lit)
        painting.paint_box(painter, self._box, self.devicePixelRatioF(), self._lit_handle)
        painting.paint_polygon(painter, self.lasso.points, self.lasso.pointer)

    @property
    def _has_cube(self) -> bool:
        return self._seen is not None and min(self.width(), self.height()) >= 160

    def _paint_frame(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        if self._share is not None:
            painter.fillRect(QRectF(0, self.height() - BAR_PX, self.width() * self._share, BAR_PX), QColor(DARK.accent))
        if self.hasFocus():
            painter.setPen(QColor(DARK.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _side_at(self, place: QPointF) -> "Side | None":
        if self._seen is None or not self._has_cube:
            return None
        faces = painting.cube_faces(self._seen, float(self.width()), float(self.height()))
        inside = (face for face in faces if face.outline.containsPoint(place, Qt.FillRule.WindingFill))
        return next((face.side for face in inside), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.pressed.emit()
        if self.lasso.is_on and event.button() == Qt.MouseButton.LeftButton:
            self.lasso.press(event.position())
            self.update()
            return
        self._drag = Drag(event.button(), event.position())
        is_left = event.button() == Qt.MouseButton.LeftButton
        self._lit_handle = (
            painting.handle_at(self._box, event.position(), self.devicePixelRatioF()) if is_left else None
        )
        self._grip = grip_of(self.hands(), event.button(), modifier_of(event.modifiers()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.lasso.is_on and self.lasso.move(event.position()):
            self.update()
        elif self._drag is not None:
            start = self._drag.start + self._drag.whole()
            if self._drag.move(event.position()) and self._seen is not None:
                self._drag_by(self._drag, start)
        else:
            self._light(self._side_at(event.position()))
            self._light_handle(painting.handle_at(self._box, event.position(), self.devicePixelRatioF()))

    def _light_handle(self, handle: "BoxHandle | None") -> None:
        if handle != self._lit_handle:
            self._lit_handle = handle
            if handle is None:
                self.unsetCursor()
            else:
                self.setCursor(Qt.CursorShape.SizeAllCursor)
            self.update()

    def _light(self, side: "Side | None") -> None:
        if side == self._lit:
            return
        self._lit = side
        words = dict(VOLUME_SIDES).get(side or "", "")
        self.setToolTip(f"Look {words}" if words else "")
        self.update()

    def _drag_by(self, drag: Drag, before: QPointF) -> None:
        ratio = self.devicePixelRatioF()
        right, down = drag.step.x() * ratio, drag.step.y() * ratio
        if self._lit_handle is not None:
            self.box_dragged.emit(self._lit_handle, right, down)
        elif self._grip == "turn":
            self.turned.emit(right, down)
        elif self._grip == "pan":
            self.panned.emit(right, down)
        elif self._grip == "zoom":
            self.zoomed.emit(2 ** (-drag.step.y() / 150), self._device_point(drag.start))
        elif self._grip == "window":
            self.windowed.emit(drag.step.x(), -drag.step.y() if self.hands().inverts_window else drag.step.y())
        elif self._grip == "roll":
            self.rolled.emit(_angle_between(before, before + drag.step, QPointF(self.width() / 2, self.height() / 2)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.lasso.is_on and event.button() == Qt.MouseButton.LeftButton:
            corners = self.lasso.release()
            self.update()
            if corners:
                self.lassoed.emit(tuple(self._device_point(corner) for corner in corners))
            return
        drag, self._drag = self._drag, None
        if drag is None or drag.is_moving:
            self.rested.emit()
            return
        side = self._side_at(event.position())
        if drag.button == Qt.MouseButton.RightButton:
            self.menu_wanted.emit(event.globalPosition().toPoint())
        elif drag.button == Qt.MouseButton.LeftButton and side is not None:
            self.side_chosen.emit(side)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._side_at(event.position()) is not None:
            return
        if self.lasso.is_on:
            self.mousePressEvent(event)
        else:
            self.maximise_wanted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        angle = event.angleDelta().y() or event.angleDelta().x()
        event.accept()
        if angle and self._seen is not None:
            self.zoomed.emit(2 ** (angle / (STEP * 3)), self._device_point(event.position()))
            self.wheeled.emit()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoomed.emit(min(max(1 + event.value(), 0.25), 4.0), self._device_point(event.position()))
            self.wheeled.emit()
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._turns(event):
            event.accept()  # arrows turn here, whatever they mean for images
        if event.type() == QEvent.Type.ScreenChangeInternal:
            self.resized.emit()
        return super().event(event)

    def _turns(self, event: QKeyEvent) -> bool:
        others = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        return Qt.Key(event.key()) in ARROWS and not others

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._turns(event) or self._seen is None:
            super().keyPressEvent(event)
            return
        right, down = ARROWS[Qt.Key(event.key())]
        by = FAR_ARROW_DEG if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else ARROW_DEG
        self.turned_by_key.emit(right * by, down * by)
        self.wheeled.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self._light(None)
        self._light_handle(None)
        self.lasso.leave()
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        # The mouse opens the menu on release without a drag; only the key comes this way.
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.menu_wanted.emit(self.mapToGlobal(self.rect().center()))

    def _device_point(self, point: QPointF) -> tuple[float, float]:
        ratio = self.devicePixelRatioF()
        return point.x() * ratio - 0.5, point.y() * ratio - 0.5


def _angle_between(before: QPointF, after: QPointF, middle: QPointF) -> float:
    """Give by how many degrees the pointer went clockwise round the middle."""
    first, second = before - middle, after - middle
    turn = math.atan2(second.y(), second.x()) - math.atan2(first.y(), first.x())
    return (math.degrees(turn) + 180) % 360 - 180
