"""What a pane says where there is no picture: why, and small at the top whose something is and of which study."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from workstation.gui.canvas.scene import About

QUIET = QColor("#a3a7ab")
MARGIN_PX, TEXT_PX, ROW_PX = 8, 12, 24
LEAST_PX = (300, 150)
"""Narrower or lower panes have no room for it beside what they say."""


class WhoseRow(QWidget):
    """One line above an object that takes the place of a picture."""

    def __init__(self, about: About, parent: QWidget) -> None:
        super().__init__(parent)
        self.about = About(("  ".join(about.patient),), ("  ".join(about.study),))
        self.setFixedHeight(ROW_PX)
        self.setAccessibleName("Whose it is")
        self.setAccessibleDescription("  ".join((*about.patient, *about.study)))

    def minimumSizeHint(self) -> QSize:
        """Take no room from the object: what does not fit is shortened."""
        return QSize(0, ROW_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line."""
        painter = QPainter(self)
        _paint_lines(painter, self.about, self.rect().adjusted(0, (ROW_PX - TEXT_PX) // 2 - 2, 0, 0))
        painter.end()


def message_label(pane: QWidget) -> QLabel:
    """Make what a pane says in the place of a picture; it can be copied, and is hidden at first."""
    label = QLabel(pane)
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


def paint_about(painter: QPainter, about: About, area: QRect) -> None:
    """Paint it into the corners at the top of an area: the patient left, the study right."""
    if area.width() >= LEAST_PX[0] and area.height() >= LEAST_PX[1]:
        _paint_lines(painter, about, area.adjusted(0, MARGIN_PX, 0, 0))


def _paint_lines(painter: QPainter, about: About, area: QRect) -> None:
    font = QFont(painter.font())
    font.setPixelSize(TEXT_PX)
    painter.setFont(font)
    painter.setPen(QUIET)
    metrics = QFontMetrics(font)
    step, room = metrics.lineSpacing(), area.width() // 2 - 2 * MARGIN_PX
    sides = (
        (Qt.AlignmentFlag.AlignLeft, area.left() + MARGIN_PX),
        (Qt.AlignmentFlag.AlignRight, area.right() - MARGIN_PX - room),
    )
    for lines, (side, left) in zip((about.patient, about.study), sides, strict=True):
        for row, line in enumerate(lines):
            place = QRect(left, area.top() + row * step, room, step)
            painter.drawText(place, side, metrics.elidedText(line, Qt.TextElideMode.ElideRight, room))
