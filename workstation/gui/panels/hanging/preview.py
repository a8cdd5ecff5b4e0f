"""The preview of a rule on the open study: its screens with a box for each pane, to be pointed at."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from workstation.gui.panels.hanging.shown import PaneBox
from workstation.gui.theme import Tokens
from workstation.gui.words import tip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GAP_PX, SCREENS_PX, PADDING_PX = 2, 12, 6
ASPECT = 16 / 10


class Preview(QWidget):
    """Draws screens; a click or the arrows choose a pane, whose number is told."""

    pane_chosen = Signal(int)
    frame_wanted = Signal(str, object)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tokens = tokens
        self.boxes: tuple[PaneBox, ...] = ()
        self._grids: tuple[tuple[int, int], ...] = ()
        self._chosen = 0
        self._pictures: dict[str, QImage | None] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(240, 150)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setAccessibleName("Panes of the protocol on the open study")

    def sizeHint(self) -> QSize:
        return QSize(640, 380)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setMaximumHeight(max(self.minimumHeight(), int(self.width() / ASPECT)))

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.tokens = tokens
        self.update()

    def show_boxes(self, grids: tuple[tuple[int, int], ...], boxes: tuple[PaneBox, ...], chosen: int) -> None:
        """Show these; pictures that are not known yet are asked for."""
        self._grids, self.boxes, self._chosen = grids, boxes, chosen
        self.setAccessibleDescription("; ".join(_words(box) for box in boxes))
        for box in boxes:
            key = key_of(box)
            if box.frame is not None and key not in self._pictures:
                self._pictures[key] = None
                self.frame_wanted.emit(key, box.frame)
        self.update()

    def show_picture(self, key: str, rgb: "NDArray[np.uint8] | None") -> None:
        """Draw a picture, (rows, columns, 3), wherever its frame is shown; None where there is none to be had."""
        if rgb is not None:
            rows, columns, _ = rgb.shape
            image = QImage(rgb.tobytes(), columns, rows, columns * 3, QImage.Format.Format_RGB888)
            self._pictures[key] = image.copy()
            self.update()

    def pictures(self) -> set[str]:
        """Give the names of the pictures that are there."""
        return {key for key, picture in self._pictures.items() if picture is not None}

    def rect_of(self, box: PaneBox) -> QRectF:
        """Give where a box is."""
        count = max(1, len(self._grids))
        width = (self.width() - SCREENS_PX * (count - 1)) / count
        height = min(float(self.height()), width / ASPECT)
        width = min(width, height * ASPECT)
        left = (self.width() - width * count - SCREENS_PX * (count - 1)) / 2 + box.screen * (width + SCREENS_PX)
        top = (self.height() - height) / 2
        rows, columns = self._grids[box.screen]
        step_x, step_y = (width + GAP_PX) / columns, (height + GAP_PX) / rows
        return QRectF(left + box.column * step_x, top + box.row * step_y, step_x - GAP_PX, step_y - GAP_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        try:
            for box in self.boxes:
                self._paint_box(painter, box, self.rect_of(box))
        finally:
            painter.end()

    def _paint_box(self, painter: QPainter, box: PaneBox, rect: QRectF) -> None:
        painter.fillRect(rect, QColor(self.tokens.image_ground if box.is_pane else self.tokens.window))
        picture = self._pictures.get(key_of(box)) if box.frame is not None else None
        if picture is not None:
            drawn = _as_hung(picture, box)
            size = drawn.size().scaled(rect.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            painter.setOpacity(0.8)
            painter.drawImage(_placed(QRectF(0, 0, size.width(), size.height()), rect, box), drawn)
            painter.setOpacity(1.0)
        self._paint_words(painter, box, rect)
        is_chosen = box.number == self._chosen
        colour = self.tokens.accent if is_chosen else self.tokens.line
        pen = QPen(QColor(colour), 2 if is_chosen else 1)
        if not box.is_pane:
            pen.setStyle(Qt.PenStyle.DashLine)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        half = pen.widthF() / 2
        painter.drawRect(rect.adjusted(half, half, -half, -half))
        if is_chosen and self.hasFocus():
            painter.setPen(QPen(QColor(self.tokens.accent), 1, Qt.PenStyle.DotLine))
            painter.drawRect(rect.adjusted(4, 4, -4, -4))

    def _paint_words(self, painter: QPainter, box: PaneBox, rect: QRectF) -> None:
        """Write the name of the pane, and below what it shows or why it shows nothing."""
        inner = rect.adjusted(PADDING_PX, PADDING_PX - 1, -PADDING_PX, -PADDING_PX + 1)
        metrics = QFontMetricsF(painter.font())
        title = f"{box.number}  {box.label}".rstrip()
        below = box.shows or box.reason
        ground = "#e6e7e8" if box.is_pane else self.tokens.quiet_text
        quiet = ("#a3a7ab" if box.is_pane else self.tokens.quiet_text) if not box.shows else "#e6e7e8"
        for text, colour, align in (
            (title, ground, Qt.AlignmentFlag.AlignTop),
            (below if box.is_pane else "left empty", quiet, Qt.AlignmentFlag.AlignBottom),
        ):
            line = QRectF(inner)
            line.setHeight(metrics.height())
            if align == Qt.AlignmentFlag.AlignBottom:
                line.moveBottom(inner.bottom())
                if line.top() < inner.top() + metrics.height():
                    continue
            elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
            painter.setPen(QColor("#000000"))
            for across, down in ((-1, 0), (1, 0), (0, -1), (0, 1)) if box.is_pane else ():
                painter.drawText(line.translated(across, down), Qt.AlignmentFlag.AlignLeft, elided)
            painter.setPen(QColor(colour))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft, elided)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        box = self._at(event)
        if box is not None and event.button() == Qt.MouseButton.LeftButton:
            self.pane_chosen.emit(box.number)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        box = self._at(event)
        if box is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPosition().toPoint(), tip(_words(box)), self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            here = next((box for box in self.boxes if box.number == self._chosen), None)
            columns = self._grids[here.screen][1] if here else 1
            step = columns if event.key() == Qt.Key.Key_Down else -columns
        if step and 1 <= self._chosen + step <= len(self.boxes):
            self.pane_chosen.emit(self._chosen + step)
        elif not step:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)

    def _at(self, event: QMouseEvent) -> PaneBox | None:
        return next((box for box in self.boxes if self.rect_of(box).contains(event.position())), None)


def _as_hung(picture: QImage, box: PaneBox) -> QImage:
    """Take off the ground around a square picture, and turn it over and invert it as it is hung."""
    if box.frame is None or box.hung is None:
        return picture
    instance = box.frame.instance
    down, across = instance.pixel_spacing_mm or (1.0, 1.0)
    width, height = instance.columns * across, instance.rows * down
    if width > 0 and height > 0:
        side = picture.width()
        part = max(1, round(side * min(width / height, height / width)))
        gap = (side - part) // 2
        picture = picture.copy(0, gap, side, part) if width > height else picture.copy(gap, 0, part, side)
    turned = picture.transformed(
        QTransform.fromScale(-1 if box.hung.is_flipped_h else 1, -1 if box.hung.is_flipped_v else 1)
    )
    if box.hung.settings.is_inverted:
        turned.invertPixels()
    return turned


def _placed(inside: QRectF, rect: QRectF, box: PaneBox) -> QRectF:
    """Put a picture where its pane has it: in the middle, or at a side."""
    inside.moveCenter(rect.center())
    if box.hung is None:
        return inside
    settings = box.hung.settings
    moves = {"left": inside.moveLeft, "right": inside.moveRight, "top": inside.moveTop, "bottom": inside.moveBottom}
    edges = {"left": rect.left(), "right": rect.right(), "top": rect.top(), "bottom": rect.bottom()}
    for side in (settings.horizontal, settings.vertical):
        if side in moves:
            moves[side](edges[side])
    return inside


def key_of(box: PaneBox) -> str:
    """Name the picture of a box."""
    return f"{box.frame.instance.sop_instance_uid} {box.frame.number}" if box.frame else ""


def _words(box: PaneBox) -> str:
    name = f"Pane {box.number}" + (f", {box.label}" if box.label else "")
    if not box.is_pane:
        return f"{name}: left empty"
    return f"{name}: {box.shows or box.reason or 'no study is open'}"
