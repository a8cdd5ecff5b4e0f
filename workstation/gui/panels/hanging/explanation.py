"""Why a study is hung as it is, in the column on the right: rules, their conditions and panes, what was found."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workstation.display.hanging.explaining import ConditionLine, PaneLine, RuleLine, StudyExplained
from workstation.gui.icons import icon
from workstation.gui.theme import Tokens
from workstation.gui.words import tip


class ExplanationPanel(QWidget):
    """Shows an explanation; decides nothing."""

    closed = Signal()
    protocols_wanted = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explanationPanel")
        self.setAccessibleName("Why the study is hung so")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(340)
        self.tokens = tokens
        self._explained: StudyExplained | None = None
        self.title = QLabel("Hanging", self)
        self.title.setProperty("scale", "large")
        self.study = QLabel(self)
        self.study.setProperty("quiet", "true")
        self.study.setTextFormat(Qt.TextFormat.PlainText)
        self.study.setWordWrap(True)
        self.tree = QTreeWidget(self)
        self.tree.setHeaderHidden(True)
        self.tree.setWordWrap(True)
        self.tree.setIndentation(14)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.setAccessibleName("Hanging protocols, with what was asked and found")
        self._buttons = {
            "hanging": self._button("Hanging protocols …", self.protocols_wanted.emit),
            "copy": self._button("Copy this explanation", self._copy),
            "close": self._button("Close  (Esc)", self.closed.emit),
        }
        top = QHBoxLayout()
        top.setSpacing(0)
        top.addWidget(self.title, 1)
        for button in self._buttons.values():
            top.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 4, 8)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self.study)
        layout.addWidget(self.tree, 1)
        self.set_tokens(tokens)
        self.show_explained(None)

    def _button(self, words: str, act: object) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.clicked.connect(lambda: act())  # type: ignore[operator]  # a function
        return button

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.tokens = tokens
        for name, button in self._buttons.items():
            button.setIcon(icon(name, tokens.quiet_text))
        self.show_explained(self._explained)

    def show_explained(self, explained: StudyExplained | None) -> None:
        """Show this; words where nothing is known."""
        self._explained = explained
        self.tree.clear()
        if explained is None:
            self.study.setText("Open a study to see which protocol hangs it, and why.")
            return
        self.study.setText(explained.study)
        for rule in sorted(explained.rules, key=lambda each: (not each.is_chosen, not each.holds)):
            item = self._rule(rule)
            self.tree.addTopLevelItem(item)
            item.setExpanded(rule.is_chosen)

    def _rule(self, rule: RuleLine) -> QTreeWidgetItem:
        verdict = ": hangs it" if rule.is_chosen else ": would hang it too" if rule.holds else ""
        item = self._item(f"{rule.name}{verdict}", f"{rule.name}: {rule.reason}", is_good=rule.holds)
        font = item.font(0)
        font.setBold(rule.is_chosen)
        item.setFont(0, font)
        if not rule.holds:
            item.addChild(self._plain(f"It does not hang it: {rule.reason}."))
        item.addChildren([self._condition(each) for each in rule.conditions])
        item.addChildren([self._pane(each) for each in rule.panes] if rule.holds else [])
        return item

    def _pane(self, pane: PaneLine) -> QTreeWidgetItem:
        name = pane.label or f"Row {pane.row}, column {pane.column}"
        monitor = f" on monitor {pane.monitor}" if pane.monitor > 1 else ""
        text = f"{name}{monitor}: {pane.shows}" if pane.shows else f"{name}{monitor} stays empty: {pane.reason}"
        item = self._item(text, text, is_good=bool(pane.shows))
        item.addChildren([self._condition(each) for each in pane.conditions])
        return item

    def _condition(self, line: ConditionLine) -> QTreeWidgetItem:
        found = f"found {', '.join(line.found)}" if line.found else "nothing is known of it"
        source = f" ({line.source})" if line.source else ""
        wish = "preferred: " if line.is_preferred else ""
        text = f"{wish}{line.condition}: {found}{source}"
        return self._item(text, text, is_good=line.holds)

    def _item(self, text: str, more: str, *, is_good: bool) -> QTreeWidgetItem:
        item = self._plain(text)
        item.setIcon(0, icon("check" if is_good else "minus", self.tokens.good if is_good else self.tokens.quiet_text))
        item.setToolTip(0, tip(more))
        item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, "holds" if is_good else "does not hold")
        return item

    def _plain(self, text: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem([text])
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        return item

    def _copy(self) -> None:
        if self._explained is not None:
            QApplication.clipboard().setText(self._explained.text() + "\n")

    def lines(self) -> Iterable[str]:
        """Give the rows that are seen, from top to bottom."""
        for place in range(self.tree.topLevelItemCount()):
            item = self.tree.topLevelItem(place)
            if item is not None:
                yield item.text(0)
                children = (item.child(row) for row in range(item.childCount() if item.isExpanded() else 0))
                yield from (child.text(0) for child in children if child is not None)
