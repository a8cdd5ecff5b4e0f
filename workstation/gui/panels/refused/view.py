"""The panel that lists unreadable files with the reasons."""

from collections import Counter

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QTextBrowser,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.icons import icon
from workstation.gui.panels.refused.presenter import RefusedLine
from workstation.gui.theme import Tokens
from workstation.gui.words import tip


class RefusedPanel(QWidget):
    """Shows refused files, grouped by reason; the chosen one in full below."""

    closed = Signal()
    copied = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("refusedPanel")
        self.setAccessibleName("Unreadable files")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(240)
        self._title = QLabel("Unreadable files", self)
        self._title.setProperty("scale", "large")
        self.copy_button = self._button("Copy the whole list", self.copied)
        self.close_button = self._button("Close this list", self.closed)
        self.tree = QTreeWidget(self)
        self.tree.setHeaderHidden(True)
        self.tree.setAccessibleName("Unreadable files by reason")
        self.tree.setIndentation(14)
        self.tree.currentItemChanged.connect(self._show_one)
        self._full = QTextBrowser(self)
        self._full.setAccessibleName("Why the chosen file could not be read")
        self._full.setMaximumHeight(150)
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 4, 0)
        top.addWidget(self._title, 1)
        top.addWidget(self.copy_button)
        top.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self._full)
        self.set_tokens(tokens)

    def _button(self, words: str, signal: SignalInstance) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.clicked.connect(signal)
        return button

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.copy_button.setIcon(icon("copy", tokens.quiet_text))
        self.close_button.setIcon(icon("close", tokens.quiet_text))

    def show_lines(self, lines: tuple[RefusedLine, ...]) -> None:
        """Show these."""
        self.tree.clear()
        groups: dict[str, QTreeWidgetItem] = {}
        counts = Counter(line.reason for line in lines)
        for line in lines:
            if line.reason not in groups:
                groups[line.reason] = QTreeWidgetItem(self.tree, [f"{line.reason}  ({counts[line.reason]})"])
                groups[line.reason].setExpanded(True)
            item = QTreeWidgetItem(groups[line.reason], [line.name])
            item.setToolTip(0, tip(line.as_text()))
            item.setData(0, Qt.ItemDataRole.UserRole, line)
        self._full.setPlainText("")
        first = self.tree.topLevelItem(0)
        chosen = first.child(0) if first is not None else None
        if chosen is not None:
            self.tree.setCurrentItem(chosen)

    def _show_one(self, item: QTreeWidgetItem | None) -> None:
        line = item.data(0, Qt.ItemDataRole.UserRole) if item else None
        if isinstance(line, RefusedLine):
            self._full.setPlainText("\n".join(filter(None, [line.message, line.hint, line.place])))
