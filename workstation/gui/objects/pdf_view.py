"""The pages of a PDF: scrolled, magnified, searched, their text copied; drawn in jobs, never while one waits."""

from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from workstation.gui.objects.pdf_layout import PageStack
from workstation.gui.theme import Tokens
from workstation.gui.work import Work
from workstation.jobs.runner import Priority

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workstation.display.pdf_pages import FoundText, PdfPages

KEPT_PAGES = 12
ZOOMS = (0.25, 12.0)
"""Least and greatest number of pixels a point."""
_STEP = 1.25


class PdfArea(QAbstractScrollArea):
    """The pages, below each other. Sizes are in logical pixels; pages are drawn at the pixels of the screen."""

    moved = Signal()

    def __init__(self, tokens: Tokens, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tokens, self._work = tokens, work
        self.pages: PdfPages | None = None
        self._zoom: float | None = None  # None: as wide as the window
        self._images: OrderedDict[tuple[int, float], QImage] = OrderedDict()
        self._awaited: set[tuple[int, float]] = set()
        self._failed: dict[int, str] = {}
        self._start: QPointF | None = None
        self._chosen: QRectF | None = None
        self._found: tuple[FoundText, ...] = ()
        self._found_at = -1
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Pages of the document")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.valueChanged.connect(self.moved)

    def show_pages(self, pages: "PdfPages") -> None:
        """Show a document from its beginning, as wide as the window."""
        self.pages, self._zoom = pages, None
        self._images.clear()
        self._failed.clear()
        self._chosen, self._found, self._found_at = None, (), -1
        self._measure()
        self.verticalScrollBar().setValue(0)

    @property
    def stack(self) -> PageStack | None:
        """Where the pages lie now."""
        if self.pages is None:
            return None
        width = self.viewport().width()
        widest = max(size[0] for size in self.pages.sizes_pt)
        fitted = min(max((width - 24) / widest, ZOOMS[0]), ZOOMS[1])
        return PageStack(self.pages.sizes_pt, self._zoom or fitted, width)

    @property
    def current_page(self) -> int:
        """The page in the middle of the window, from 0."""
        middle = self.verticalScrollBar().value() + self.viewport().height() / 2
        return self.stack.page_at(middle) if self.stack is not None else 0

    def zoom(self, factor: float | None) -> None:
        """Magnify, holding the middle still; None shows pages as wide as the window."""
        stack = self.stack
        if stack is None:
            return
        bar, half = self.verticalScrollBar(), self.viewport().height() / 2
        share = (bar.value() + half) / stack.size_px[1]
        self._zoom = None if factor is None else min(max(stack.px_per_pt * factor, ZOOMS[0]), ZOOMS[1])
        self._chosen = None
        self._measure()
        bar.setValue(round(share * (self.stack or stack).size_px[1] - half))
        self.viewport().update()
        self.moved.emit()

    def show_found(self, found: "tuple[FoundText, ...]", at: int) -> None:
        """Mark what was found, and go to one of them; -1 for none."""
        self._found, self._found_at = found, at
        stack = self.stack
        if stack is not None and 0 <= at < len(found) and found[at].boxes_pt:
            _, top, _, bottom = stack.in_pixels(found[at].page, found[at].boxes_pt[0])
            self.verticalScrollBar().setValue(round((top + bottom) / 2 - self.viewport().height() / 2))
        self.viewport().update()

    def chosen_text(self) -> str:
        """Give the text in the rectangle that was drawn, else that of the page in the middle."""
        stack = self.stack
        if self.pages is None or stack is None:
            return ""
        if self._chosen is None:
            return self.pages.text(self.current_page)
        box = self._chosen.normalized()
        edges = (box.left(), box.top(), box.right(), box.bottom())
        touched = range(stack.page_at(box.top()), stack.page_at(box.bottom()) + 1)
        return "\n".join(filter(None, (self.pages.text(page, stack.on_page(page, edges)) for page in touched)))

    def _measure(self) -> None:
        stack = self.stack
        if stack is None:
            return
        width, height = stack.size_px
        view = self.viewport()
        self.verticalScrollBar().setRange(0, max(0, height - view.height()))
        self.verticalScrollBar().setPageStep(view.height())
        self.verticalScrollBar().setSingleStep(48)
        self.horizontalScrollBar().setRange(0, max(0, width - view.width()))
        self.horizontalScrollBar().setPageStep(view.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        try:
            painter.fillRect(self.viewport().rect(), QColor(self.tokens.window))
            stack = self.stack
            if stack is not None:
                painter.translate(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())
                for page in stack.visible(self.verticalScrollBar().value(), self.viewport().height()):
                    self._paint_page(painter, stack, page)
                self._paint_marks(painter, stack)
        finally:
            painter.end()

    def _paint_page(self, painter: QPainter, stack: PageStack, page: int) -> None:
        left, top, width, height = stack.box_px(page)
        scale = round(stack.px_per_pt * self.devicePixelRatioF(), 4)
        image = self._images.get((page, scale)) or next(
            (kept for (number, _), kept in reversed(self._images.items()) if number == page), None
        )
        painter.fillRect(left, top, width, height, QColor("#ffffff"))
        if image is not None:
            painter.drawImage(QRectF(left, top, width, height), image)
        elif page in self._failed:
            painter.setPen(QColor("#1d1f21"))
            painter.drawText(
                QRectF(left + 8, top + 8, width - 16, height - 16), Qt.TextFlag.TextWordWrap, self._failed[page]
            )
        if (page, scale) not in self._images and page not in self._failed:
            self._want(page, scale)

    def _paint_marks(self, painter: QPainter, stack: PageStack) -> None:
        for at, found in enumerate(self._found):
            colour = QColor(self.tokens.warn if at == self._found_at else self.tokens.accent)
            colour.setAlphaF(0.4)
            for box in found.boxes_pt:
                x0, y0, x1, y1 = stack.in_pixels(found.page, box)
                painter.fillRect(QRectF(x0 - 1, y0 - 1, x1 - x0 + 2, y1 - y0 + 2), colour)
        if self._chosen is not None:
            colour = QColor(self.tokens.accent)
            colour.setAlphaF(0.25)
            painter.fillRect(self._chosen.normalized(), colour)

    def _want(self, page: int, scale: float) -> None:
        pages, key = self.pages, (page, scale)
        if pages is None or key in self._awaited:
            return
        self._awaited.add(key)

        def arrived(picture: "NDArray[np.uint8]") -> None:
            self._awaited.discard(key)
            if pages is self.pages:
                height, width = picture.shape[:2]
                image = QImage(picture.data, width, height, picture.strides[0], QImage.Format.Format_RGB888).copy()
                self._images[key] = image
                while len(self._images) > KEPT_PAGES:
                    self._images.popitem(last=False)
                self.viewport().update()

        def broke(error: Exception) -> None:
            self._awaited.discard(key)
            if pages is self.pages:
                self._failed[page] = str(getattr(error, "message", error))
                self.viewport().update()

        self._work.start(
            "Draw page", lambda _job: pages.picture(page, scale), done=arrived, failed=broke, priority=Priority.VISIBLE
        )

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y():
                self.zoom(2 ** (event.angleDelta().y() / 480))
            event.accept()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._start, self._chosen = self._at(event), None
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._start is not None:
            self._chosen = QRectF(self._start, self._at(event))
            self.viewport().update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._start = None

    def _at(self, event: QMouseEvent) -> QPointF:
        return event.position() + QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QApplication.clipboard().setText(self.chosen_text())
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(_STEP)
        elif event.key() == Qt.Key.Key_Minus:
            self.zoom(1 / _STEP)
        elif event.key() == Qt.Key.Key_0:
            self.zoom(None)
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            bar = self.verticalScrollBar()
            bar.setValue(0 if event.key() == Qt.Key.Key_Home else bar.maximum())
        else:
            super().keyPressEvent(event)
