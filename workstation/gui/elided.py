"""Words that end in an ellipsis where there is no room for all of them: on one line, or on a few."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextLayout
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QStyleOption, QWidget

FEWEST = 5
"""Fewer letters of a line say nothing."""


class ElidedLabel(QLabel):
    """Takes the room that is left; all of its words are in the tool tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            option = QStyleOption()
            option.initFrom(self)
            fitting = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
            fitting = fitting if fitting == self.text() or len(fitting) > FEWEST else ""
            self.style().drawItemText(
                painter,
                self.rect(),
                int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft),
                option.palette,
                self.isEnabled(),
                fitting,
                self.foregroundRole(),
            )
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        finally:
            painter.end()


class WrappedLabel(QLabel):
    """Takes a few lines at most, until it is unfolded; while not all of its words are seen they are in the tool tip."""

    def __init__(self, text: str, most_lines: int, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self._most_lines = most_lines
        self._is_unfolded = False

    @property
    def is_cut(self) -> bool:
        """Whether there are more words than are seen."""
        return not self._is_unfolded and self.has_more(self.width())

    def has_more(self, width: int) -> bool:
        """Tell whether the words need more lines than a few."""
        return super().heightForWidth(width) > self._most_px

    def unfold(self, *, on: bool) -> None:
        """Show all lines, or a few again."""
        self._is_unfolded = on
        self._tell_all_in_tool_tip()
        self.updateGeometry()
        self.update()

    def heightForWidth(self, width: int) -> int:
        height = super().heightForWidth(width)
        return height if self._is_unfolded else min(height, self._most_px)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return hint if self._is_unfolded else QSize(hint.width(), min(hint.height(), self._most_px))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(super().minimumSizeHint().height(), self._most_px))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_all_in_tool_tip()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.is_cut:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        try:
            option = QStyleOption()
            option.initFrom(self)
            self.style().drawItemText(
                painter,
                self.rect(),
                int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft),
                option.palette,
                self.isEnabled(),
                "\n".join(self.seen_lines()),
                self.foregroundRole(),
            )
        finally:
            painter.end()

    def seen_lines(self) -> list[str]:
        """Give the lines that there is room for, an ellipsis at the end of the last."""
        text, seen = self.text(), []
        layout = QTextLayout(text, self.font())
        layout.beginLayout()
        start = 0
        for number in range(self._most_lines):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(self.width())
            start, length = line.textStart(), line.textLength()
            seen.append(text[start : start + length].rstrip())
            if number == self._most_lines - 1:
                seen[-1] = self.fontMetrics().elidedText(text[start:], Qt.TextElideMode.ElideRight, self.width())
        layout.endLayout()
        return seen

    @property
    def _most_px(self) -> int:
        return self._most_lines * self.fontMetrics().lineSpacing()

    def _tell_all_in_tool_tip(self) -> None:
        self.setToolTip(self.text() if self.is_cut else "")
