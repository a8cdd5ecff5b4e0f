"""The editor of hanging protocols in a window of its own, beside the images: not modal, closed by Esc."""

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from workstation.gui.fitting import fit
from workstation.gui.panels.hanging.view import HangingPanel
from workstation.gui.theme import Tokens

DEFAULT_SIZE = QSize(1120, 880)


class HangingWindow(QWidget):
    """Holds the panel of the editor."""

    closed = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("hangingWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("Hanging protocols")
        self.panel = HangingPanel(tokens, self)
        self.close_button = QPushButton("Close", self)
        self.close_button.setToolTip("Close; what was changed is kept  (Esc)")
        self.close_button.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 4, 12, 8)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.panel, 1)
        layout.addLayout(foot)
        for keys in ("Esc", "Ctrl+W"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(self.close)
        fit(self, DEFAULT_SIZE)

    def restore(self, geometry: str) -> None:
        """Take the place and size of an earlier run, as base64 text."""
        stored = QByteArray.fromBase64(geometry.encode("ascii", "ignore"))
        if not stored.isEmpty():
            self.restoreGeometry(stored)

    def geometry_text(self) -> str:
        """Give place and size, to be remembered."""
        return bytes(self.saveGeometry().toBase64().data()).decode("ascii")

    def bring_up(self) -> None:
        """Show it, in front."""
        self.show()
        self.raise_()
        self.activateWindow()
        self.panel.rules.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
