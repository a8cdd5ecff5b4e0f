"""The button in a pane that says with which presentation state its image is shown, and opens the list of them."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QToolButton, QWidget

from workstation.gui.canvas.scene import Applied
from workstation.gui.icons import icon
from workstation.gui.words import tip

HEIGHT_PX, MARGIN_PX, DOWN_SHARE = 24, 8, 0.27
MOST_SHARE = 0.4
_TEXT, _DARK = "#e6e7e8", "rgba(20, 21, 23, 205)"
_STYLE = (
    f"QToolButton {{ color: {_TEXT}; background: {_DARK}; border: 1px solid #3a3d41; border-radius: 3px;"
    " padding: 0 6px 0 4px; }"
    " QToolButton:hover, QToolButton:focus { border-color: #4c9be8; }"
)
"""Over an image, which is dark in both themes."""


_PRESSING = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class OverlayButton(QToolButton):
    """A button over a picture: where it has the focus, Space and Enter press it and mean no command of the pane."""

    def event(self, event: QEvent) -> bool:
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and event.key() in _PRESSING:
            event.accept()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _PRESSING and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)


class StatesBadge(OverlayButton):
    """Shows which state is applied; where there is none for the image it is hidden."""

    wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._applied: Applied | None = None
        self._pane = parent
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIcon(icon("states", _TEXT))
        self.setIconSize(QSize(16, 16))
        self.setStyleSheet(_STYLE)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.clicked.connect(self.wanted)
        self.hide()

    def show_applied(self, applied: Applied | None) -> None:
        """Say what is applied."""
        if applied is not self._applied:
            self._applied = applied
            self.place()

    def place(self) -> None:
        """Stand at the right edge, below the corner text; only as long as the pane has room."""
        applied, pane = self._applied, self._pane
        if applied is None or pane.width() < 240 or pane.height() < 180:
            self.hide()
            return
        # Two blanks, since the style leaves none between the icon and the words.
        name = applied.name or "Without presentation state"
        more = f"   +{applied.offered - 1}" if applied.offered > 1 and applied.name else ""
        room = int(pane.width() * MOST_SHARE) - 40
        self.setText(
            "  "
            + QFontMetrics(self.font()).elidedText(name, Qt.TextElideMode.ElideRight, room).replace("&", "&&")
            + more
        )
        self.setAccessibleName(f"Presentation state: {name}")
        self.setToolTip(tip(f"{name}\n{applied.offered} for this image. J: the next one, Shift+J: without"))
        width = min(self.sizeHint().width(), pane.width() - 2 * MARGIN_PX)
        top = round(pane.height() * DOWN_SHARE) - HEIGHT_PX // 2
        self.setGeometry(pane.width() - MARGIN_PX - width, top, width, HEIGHT_PX)
        self.show()
