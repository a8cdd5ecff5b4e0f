"""The button in a small pane that counts the warnings about its image, and opens them in words."""

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from workstation.gui.canvas.badge import OverlayButton
from workstation.gui.icons import icon
from workstation.gui.words import plural

HEIGHT_PX, MARGIN_PX, LEAST_PX = 24, 8, (150, 100)
WIDE_PX, ALL_PX = 220, (620, 420)
"""From where there is room for a word beside the number, and from where all warnings stand in the pane."""
POPUP_PX, STAR_PX = 340, 28
WARNING = "#e0a83c"
_STYLE = (
    f"QToolButton {{ color: {WARNING}; background: rgba(20, 21, 23, 205); border: 1px solid #3a3d41;"
    " border-radius: 3px; padding: 0 6px 0 4px; }"
    " QToolButton:hover, QToolButton:focus { border-color: #4c9be8; }"
)
"""Over an image, which is dark in both themes."""

NARROW_PX = 440


class WarningsBadge(OverlayButton):
    """Counts warnings where they have no room in words."""

    opened = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pane = parent
        self._warnings: tuple[str, ...] = ()
        self._at_right = self._is_aside = False
        self._above = 0
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIcon(icon("warning", WARNING))
        self.setIconSize(QSize(14, 14))
        self.setStyleSheet(_STYLE)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.clicked.connect(self._open)
        self.hide()

    def show_warnings(
        self, warnings: tuple[str, ...], *, at_right: bool = False, is_aside: bool = False, above: int = 0
    ) -> None:
        """Count these, at the side where the words are; none take the button away.

        ``is_aside`` says that the words of both corners stand there, since the picture begins at the other side;
        ``above`` are lines that stand above them.
        """
        wanted = warnings, at_right, is_aside, above
        if wanted != (self._warnings, self._at_right, self._is_aside, self._above):
            self._warnings, self._at_right, self._is_aside, self._above = wanted
            self.place()

    def place(self) -> None:
        """Stand at the edge below the corner text, where the pane has room for that, and not for the words."""
        width, height = self._pane.width(), self._pane.height()
        has_room = width >= LEAST_PX[0] and height >= LEAST_PX[1]
        if not self._warnings or not has_room or (width >= ALL_PX[0] and height >= ALL_PX[1]):
            self.hide()
            return
        words = plural(len(self._warnings), "warning", "warnings")
        self.setText(f" {words}" if width >= WIDE_PX else f" {len(self._warnings)}")
        self.setAccessibleName(f"{words} about this image")
        self.setAccessibleDescription("\n".join(self._warnings))
        self.setToolTip(f"Show the {words} in words")
        has_corners = width >= NARROW_PX and height >= 320
        above = self._above + (self._above > 0 and width < NARROW_PX)  # the name of a plane and its place are two
        lines = above + ((3 if self._is_aside else 2) if has_corners else 0)
        top = MARGIN_PX + lines * QFontMetrics(self.font()).lineSpacing() + 2
        own = min(self.sizeHint().width(), width - 2 * MARGIN_PX)
        left = width - MARGIN_PX - STAR_PX - own if self._at_right and has_corners else MARGIN_PX
        self.setGeometry(left, top, own, HEIGHT_PX)
        self.show()

    def _open(self) -> None:
        self.opened.emit()
        open_warnings(self._warnings, self._pane, self.geometry().bottomLeft() + QPoint(0, 2))


class WarningsPopup(QFrame):
    """Warnings in words, to be read and copied; Esc and a click beside it put it away."""

    def __init__(self, warnings: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("warnings")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Warnings about this image")
        self.words = QLabel("\n".join(f"⚠ {each}" for each in warnings), self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setFixedWidth(POPUP_PX)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.words.setAccessibleName("Warnings about this image")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.addWidget(self.words)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # keys mean nothing to the pane below while this is open
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        else:
            super().keyPressEvent(event)


def open_warnings(warnings: tuple[str, ...], pane: QWidget, at: QPoint) -> WarningsPopup:
    """Open warnings at a point of a pane, within its screen."""
    popup = WarningsPopup(warnings, pane)
    popup.adjustSize()
    corner, room = pane.mapToGlobal(at), pane.screen().availableGeometry()
    left = max(room.left(), min(corner.x(), room.right() - popup.width()))
    top = max(room.top(), min(corner.y(), room.bottom() - popup.height()))
    popup.move(left, top)
    popup.show()
    popup.words.setFocus(Qt.FocusReason.PopupFocusReason)
    return popup
