"""The widget of a pane: paints what it is given pixel for pixel, and tells what the mouse and the keys do."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QCursor,
    QDragEnterEvent,
    QDropEvent,
    QHelpEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from workstation.gui.canvas.badges import Badges
from workstation.gui.canvas.bindings import DEFAULT_SET, SETS, Modifier, Tool, modifier_of
from workstation.gui.canvas.gestures import NOTCH_PX, STEP, TOUCH_PX, Drag, WheelSteps
from workstation.gui.canvas.hands import Hand
from workstation.gui.canvas.held_picture import HeldPicture
from workstation.gui.canvas.lens import LensPainter
from workstation.gui.canvas.scene import About, Message, Scene
from workstation.gui.canvas.whose import message_label, paint_about
from workstation.gui.theme import DARK, Tokens

SERIES_MIME = "application/x-workstation-series"
"""What the browser hands to a pane: the UID of a series and, after a line break, the number of a stack."""
BAR_PX = 3
EMPTY = "Drag a series here"
SCROLL_PX = 12
"""A drag that scrolls goes on by one image in so many logical pixels."""

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
    menu_wanted = Signal(QPoint)
    painted = Signal()
    pressed = Signal()
    maximise_wanted = Signal()
    pointed = Signal(float, float)
    pointer_left = Signal()
    cursor_moved = Signal(float, float)
    cursor_ended = Signal()
    series_dropped = Signal(str)
    states_wanted = Signal()
    lens_zoomed = Signal(float)
    screen_changed = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tokens = tokens
        self._scene: Scene | None = None
        self._share: float | None = None
        self._picture = HeldPicture()
        self._drag: Drag | None = None
        self._wheel, self._fingers = WheelSteps(), WheelSteps(TOUCH_PX)
        self._tool: Tool = "none"
        self._hosted: QWidget | None = None
        self._about: About | None = None
        self.badges = Badges(self)
        self._left_over, self._is_pointing = 0.0, False
        self.empty_words = EMPTY
        self._lens = LensPainter()
        self._pointer: QPointF | None = None
        self.bindings = SETS[DEFAULT_SET]
        self.hand: Hand | None = None
        self._is_in_hand = False
        self.is_active = True
        self.is_one_of_many = False
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(24, 24)
        self.setAccessibleName("Image")
        self.message = message_label(self)

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height in device pixels."""
        ratio = self.devicePixelRatioF()
        return max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))

    @property
    def scene(self) -> Scene | None:
        """What is shown."""
        return self._scene

    @property
    def is_dragged(self) -> bool:
        """Whether a button is held that was pressed here."""
        return self._drag is not None or self._is_in_hand

    def show_scene(self, scene: Scene) -> None:
        """Show a picture."""
        self._scene = scene
        self.host(None)
        self.message.hide()
        self.setAccessibleDescription(scene.words)
        self.badges.show(scene)
        self.update()

    def show_message(self, message: Message | None) -> None:
        """Show words in place of a picture; None clears the pane."""
        self._scene = None
        self._picture.drop()
        self.host(None)
        self._about = message.about if message is not None else None
        self.message.setText(message.as_text().replace("\n", "\n\n", 1) if message else "")
        self.message.setVisible(message is not None)
        self.setAccessibleDescription(message.title if message else "")
        self.update()

    def host(self, widget: QWidget | None) -> None:
        """Let a widget take the place of the picture, such as that of a report; it is the pane's from now on."""
        if self._hosted is not None:
            self._hosted.hide()
            self._hosted.deleteLater()
        self._hosted = widget
        if widget is not None:
            self._scene = None
            self._picture.drop()
            self.message.hide()
            widget.setParent(self)
            widget.setGeometry(self.rect().adjusted(1, 1, -1, -1))
            widget.show()
        if self._scene is None:
            self.badges.show(None)

    @property
    def hosted(self) -> QWidget | None:
        """The widget in place of the picture."""
        return self._hosted

    def show_progress(self, share: float | None) -> None:
        """Draw the line that says how much of the stack is at hand."""
        if self._bar_px(share) != self._bar_px(self._share):
            self.update(0, self.height() - BAR_PX, self.width(), BAR_PX)
        self._share = share

    def _bar_px(self, share: float | None) -> int:
        return -1 if share is None else round(self.width() * share)

    def picture(self) -> "NDArray[np.uint8] | None":
        """Give the pixels of the picture without the words over it, (height, width, 3)."""
        if self._scene is None:
            return None
        picture = self._scene.renderer.picture(self._scene.view, self.size_px)
        for layer in self._scene.layers:
            layer.put_over(picture, self._scene.renderer.frame, self._scene.view, self.size_px)
        return picture

    def sizeHint(self) -> QSize:
        return QSize(800, 700)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.message.setGeometry(self.rect())
        if self._hosted is not None:
            self._hosted.setGeometry(self.rect().adjusted(1, 1, -1, -1))
        self.badges.place()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._scene is not None and event.rect().top() >= self.height() - BAR_PX:
            self._paint_bar_alone(self._scene)
            return
        painter = QPainter(self)
        try:
            if self._scene is None:
                painter.fillRect(self.rect(), QColor(self.tokens.image_ground))
            else:
                self._paint_scene(painter, self._scene)
            if self._scene is None and self._hosted is None and self.message.isHidden():
                painter.setPen(QColor("#a3a7ab"))
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.empty_words)
            if self._about is not None and not self.message.isHidden():
                paint_about(painter, self._about, self.rect())
            if self._scene is not None and self._pointer is not None:
                self._lens.paint(painter, self._scene, self.size_px, self.devicePixelRatioF(), self._pointer)
            self._paint_frame(painter)
        finally:
            # An exception that leaves the painter open would make every paint after it fail.
            painter.end()
        if self._scene is not None:
            self.painted.emit()

    def _paint_scene(self, painter: QPainter, scene: Scene) -> None:
        from workstation.gui.canvas import annotations

        ratio = self.devicePixelRatioF()
        painter.drawImage(QPointF(0, 0), self._picture.image(scene, self.size_px, ratio))
        annotations.paint(painter, scene, self.size_px, ratio)

    def _paint_bar_alone(self, scene: Scene) -> None:
        """Paint the line of progress and what is under it; it moves often, and words stay where they are."""
        painter = QPainter(self)
        try:
            painter.drawImage(QPointF(0, 0), self._picture.image(scene, self.size_px, self.devicePixelRatioF()))
            self._paint_frame(painter)
        finally:
            painter.end()

    def _paint_frame(self, painter: QPainter) -> None:
        if self._share is not None:
            width = self.width() * self._share
            painter.fillRect(QRectF(0, self.height() - 2, width, 2), QColor(self.tokens.accent))
        if self.is_active and (self.hasFocus() or self.is_one_of_many):
            # Sharp, and as bright on black in every theme.
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            painter.setPen(QColor(DARK.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def show_active(self, *, active: bool) -> None:
        """Mark the pane that keys and commands act on."""
        if active != self.is_active:
            self.is_active = active
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        angle = event.angleDelta().y() or event.angleDelta().x()
        event.accept()
        if self.hand is not None and self.hand.turn(angle / STEP, modifier_of(event.modifiers())):
            return
        tool = self.bindings.turn(event.modifiers())
        # WORKAROUND: X11 gives pixels for wheels too, and wrong ones; fingers alone have phases.
        is_touch = event.phase() != Qt.ScrollPhase.NoScrollPhase and not event.pixelDelta().isNull()
        if tool == "zoom" and angle:
            self._magnify(2 ** (angle / 600), event.position())
        elif tool == "scroll":
            steps = self._fingers.add(event.pixelDelta().y()) if is_touch else self._wheel.add(angle)
            if steps:
                self.scrolled.emit(-steps)
        elif tool == "pan":
            way = QPointF(event.pixelDelta()) if is_touch else QPointF(event.angleDelta()) * (NOTCH_PX / STEP)
            self.panned.emit(way.x() * self.devicePixelRatioF(), way.y() * self.devicePixelRatioF())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self._magnify(min(max(1 + event.value(), 0.25), 4.0), event.position())
            return True
        if event.type() == QEvent.Type.ScreenChangeInternal:
            self.screen_changed.emit()
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.hand is not None:
            words = self.hand.tool_tip(self._device_point(QPointF(event.pos())))
            QToolTip.showText(event.globalPos(), words, self) if words else QToolTip.hideText()
            return True
        return super().event(event)

    def _magnify(self, factor: float, at: QPointF) -> None:
        """Have the lens or the picture magnify more."""
        if self._lens.factor is not None:
            self.lens_zoomed.emit(factor)
        else:
            self.zoomed.emit(factor, self._device_point(at))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()
        is_left = event.button() == Qt.MouseButton.LeftButton
        if is_left and self.hand is not None and self.hand.press(*self._touch(event)):
            self._is_in_hand = True
            return
        self._drag = Drag(event.button(), event.position())
        self._tool, self._left_over = self.bindings.drag(event.button(), event.modifiers()), 0.0
        if self._tool == "window":
            self.window_started.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._move_lens(event.position())
        drag = self._drag
        if self._is_in_hand and self.hand is not None:
            self.hand.drag(*self._touch(event))
        elif drag is None:
            self._point(event)
        elif drag.move(event.position()):
            self._drag_by(drag)
        self.pointed.emit(*self._device_point(event.position()))

    def set_lens(self, factor: float | None) -> None:
        """Show a lens at the pointer that magnifies so much, or none."""
        if factor != self._lens.factor:
            self._lens.factor = factor
            if self._pointer is None and self.underMouse():
                self._pointer = QPointF(self.mapFromGlobal(QCursor.pos()))
            if self._pointer is not None:
                self.update(self._lens.area(self._pointer))

    def _move_lens(self, to: QPointF | None) -> None:
        """Let the pointer be elsewhere; only what the lens has left and what it comes to is painted."""
        before, self._pointer = self._pointer, to
        for at in (before, to):
            if at is not None and self._lens.factor is not None:
                self.update(self._lens.area(at))

    def _point(self, event: QMouseEvent) -> None:
        at = self._device_point(event.position())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._is_pointing = True
            self.cursor_moved.emit(*at)
        elif self._is_pointing:
            self._end_pointing()
        if self.hand is not None:
            shape = self.hand.hover(at, modifier_of(event.modifiers()))
            if shape is None and self.testAttribute(Qt.WidgetAttribute.WA_SetCursor):
                self.unsetCursor()
            elif shape is None:
                pass
            elif isinstance(shape, QCursor) or self.cursor().shape() != shape:
                self.setCursor(shape)

    def _end_pointing(self) -> None:
        self._is_pointing = False
        self.cursor_ended.emit()

    def _drag_by(self, drag: Drag) -> None:
        ratio = self.devicePixelRatioF()
        if self._tool == "window":
            whole = drag.whole()
            self.window_dragged.emit(whole.x(), -whole.y() if self.bindings.inverts_window else whole.y())
        elif self._tool == "pan":
            self.panned.emit(drag.step.x() * ratio, drag.step.y() * ratio)
        elif self._tool == "zoom":
            self.zoomed.emit(2 ** (-drag.step.y() / 150), self._device_point(drag.start))
        elif self._tool == "scroll":
            self._left_over += drag.step.y() / SCROLL_PX
            steps = int(self._left_over)
            if steps:
                self._left_over -= steps
                self.scrolled.emit(steps)
        elif self._tool == "cursor":
            self._is_pointing = True
            self.cursor_moved.emit(*self._device_point(drag.start + drag.whole()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_in_hand and event.button() == Qt.MouseButton.LeftButton:
            self._is_in_hand = False
            if self.hand is not None:
                self.hand.release(*self._touch(event))
            return
        drag, self._drag = self._drag, None
        if self._is_pointing:
            self._end_pointing()
        if drag is not None and drag.button == Qt.MouseButton.RightButton and not drag.is_moving:
            self.menu_wanted.emit(event.globalPosition().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()
            if self.hand is None or not self.hand.double_click(self._device_point(event.position())):
                self.maximise_wanted.emit()

    def leaveEvent(self, event: QEvent) -> None:
        if self._is_pointing:
            self._end_pointing()
        self._move_lens(None)
        if self.hand is not None:
            self.hand.leave()
        self.pointer_left.emit()
        super().leaveEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(SERIES_MIME):
            event.acceptProposedAction()
        else:
            event.ignore()  # files go to the window

    def dropEvent(self, event: QDropEvent) -> None:
        if event.mimeData().hasFormat(SERIES_MIME):
            event.acceptProposedAction()
            self.series_dropped.emit(bytes(event.mimeData().data(SERIES_MIME).data()).decode("utf-8"))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        # The mouse opens the menu on release without a drag; only the key comes this way.
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.menu_wanted.emit(self.mapToGlobal(self.rect().center()))

    def _touch(self, event: QMouseEvent) -> tuple[tuple[float, float], Modifier]:
        return self._device_point(event.position()), modifier_of(event.modifiers())

    def _device_point(self, point: QPointF) -> tuple[float, float]:
        """Give a point as images count: from the centre of the first pixel."""
        ratio = self.devicePixelRatioF()
        return point.x() * ratio - 0.5, point.y() * ratio - 0.5
