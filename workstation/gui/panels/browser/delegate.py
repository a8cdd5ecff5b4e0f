"""How a row of the browser is painted: a thumbnail for series, two lines of text, a badge."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from workstation.gui import icons
from workstation.gui.panels.browser.model import NODE_ROLE
from workstation.gui.panels.browser.nodes import Node
from workstation.gui.theme import SMALL_PT, Tokens

HEIGHTS_PX = {"patient": 44, "study": 42, "series": 60, "stack": 26}
THUMBNAIL_PX = 48
STAR = "#ffd640"
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class BrowserDelegate(QStyledItemDelegate):
    """Paints nodes.

    Parameters
    ----------
    thumbnail
        Gives the picture of a node: None while it is made, null where there is none.
    share
        Gives by the key of a node how much of a series is at hand, 0 to 1; None where there is nothing to say.
    """

    def __init__(
        self,
        tokens: Tokens,
        thumbnail: Callable[[Node], QPixmap | None],
        share: Callable[[str], float | None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.tokens = tokens
        self._thumbnail = thumbnail
        self.share = share
        self.starred: frozenset[str] = frozenset()

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        node = index.data(NODE_ROLE)
        return QSize(120, HEIGHTS_PX[node.kind] if isinstance(node, Node) else 24)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        node = index.data(NODE_ROLE)
        if not isinstance(node, Node):
            return
        painter.save()
        try:
            self._paint_ground(painter, option)
            self._paint_node(painter, option, node)
        finally:
            painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(self.tokens.selection))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(self.tokens.hover))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(self.tokens.accent), 1))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _paint_node(self, painter: QPainter, option: QStyleOptionViewItem, node: Node) -> None:
        rect = option.rect.adjusted(4, 0, -8, 0)
        font: QFont = QFont(option.font)
        small = QFont(font)
        small.setPointSizeF(SMALL_PT)
        if node.kind == "series":
            box = QRect(rect.left(), rect.center().y() - 23, THUMBNAIL_PX, THUMBNAIL_PX)
            self._paint_thumbnail(painter, node, box)
            self._paint_share(painter, node, QRect(rect.left(), rect.center().y() + 26, THUMBNAIL_PX, 2))
            if node.selection is not None and node.selection.series_instance_uid in self.starred:
                self._paint_star(painter, box)
            rect = rect.adjusted(THUMBNAIL_PX + 8, 0, 0, 0)
        if node.warning:
            mark = QRect(rect.right() - 15, rect.center().y() + (3 if node.detail else -8), 16, 16)
            icons.paint(painter, "warning", mark, QColor(self.tokens.warn))
        font.setBold(node.kind == "patient")
        if node.kind == "stack":
            self._one_line(painter, rect, node, font, small)
            return
        middle = rect.center().y()
        upper = QRect(rect.left(), middle - 18, rect.width(), 18)
        lower = QRect(rect.left(), middle + 2, rect.width() - (20 if node.warning else 0), 16)
        upper = upper.adjusted(0, 0, -self._paint_badge(painter, upper, node, small), 0)
        self._line(painter, upper, node.title, font, self.tokens.text)
        self._line(painter, lower, node.detail, small, self.tokens.quiet_text)

    def _one_line(self, painter: QPainter, rect: QRect, node: Node, font: QFont, small: QFont) -> None:
        width = QFontMetrics(small).horizontalAdvance(node.detail)
        right = rect.right() - (20 if node.warning else 0)
        detail = QRect(right - width, rect.top(), width + 1, rect.height())
        self._line(painter, detail, node.detail, small, self.tokens.quiet_text)
        self._line(
            painter,
            QRect(rect.left(), rect.top(), detail.left() - 8 - rect.left(), rect.height()),
            node.title,
            font,
            self.tokens.text,
        )

    def _line(self, painter: QPainter, rect: QRect, text: str, font: QFont, colour: str) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        fitting = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, _LEFT | Qt.TextFlag.TextSingleLine, fitting)

    def _paint_badge(self, painter: QPainter, line: QRect, node: Node, font: QFont) -> int:
        """Draw the badge at the right end of a line, and give the width it takes."""
        if not node.badge:
            return 0
        width = QFontMetrics(font).horizontalAdvance(node.badge) + 10
        box = QRect(line.right() - width + 1, line.top() + 1, width, 16)
        colour = QColor(self.tokens.accent if node.is_special else self.tokens.line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(box, 3, 3)
        painter.setFont(font)
        painter.setPen(QColor(self.tokens.on_accent if node.is_special else self.tokens.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, node.badge)
        return width + 6

    def _paint_share(self, painter: QPainter, node: Node, line: QRect) -> None:
        """Draw below the thumbnail how much of the series is at hand, as long as some is and some is not."""
        share = self.share(node.key)
        if share is not None and share < 1:
            painter.fillRect(line, QColor(self.tokens.line))
            painter.fillRect(line.adjusted(0, 0, round(line.width() * (share - 1)), 0), QColor(self.tokens.accent))

    def _paint_star(self, painter: QPainter, box: QRect) -> None:
        """Say that there are key images: a star on the thumbnail, with a dark edge."""
        star = QRect(box.right() - 17, box.top() + 1, 16, 16)
        for right, down in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            icons.paint(painter, "key-image", star.translated(right, down), QColor(0, 0, 0, 200))
        icons.paint(painter, "key-image", star, QColor(STAR))

    def _paint_thumbnail(self, painter: QPainter, node: Node, box: QRect) -> None:
        painter.fillRect(box, QColor(self.tokens.image_ground))
        if node.thumbnail is None:
            icons.paint(painter, "document", box.adjusted(12, 12, -12, -12), QColor("#a3a7ab"))
            return
        picture = self._thumbnail(node)
        if picture is None:
            return
        if picture.isNull():
            icons.paint(painter, "unreadable", box.adjusted(12, 12, -12, -12), QColor("#a3a7ab"))
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(box, picture)
