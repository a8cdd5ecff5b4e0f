"""The panel of the editor: rules in their order at the left; at the right the chosen one, with its preview."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workstation.display.hanging.rules import MOST_COLUMNS, MOST_ROWS, MOST_SCREENS
from workstation.gui.icons import icon
from workstation.gui.panels.hanging.conditions import ConditionList
from workstation.gui.panels.hanging.pane_form import PaneForm
from workstation.gui.panels.hanging.parts import count_box, heading, rules_list
from workstation.gui.panels.hanging.presenter import HangingPresenter
from workstation.gui.panels.hanging.preview import Preview
from workstation.gui.panels.hanging.shown import WORDS, RuleItem, RuleShown, Verdict
from workstation.gui.tab_order import tab_in_order, tab_stops
from workstation.gui.theme import Tokens
from workstation.gui.words import tip

_FILES = "Hanging protocols (*.json *.dcm);;All files (*)"
_MARKS: dict[Verdict, str] = {"hangs": "check", "would": "check", "not": "minus", "off": "minus", "unknown": "minus"}


class HangingPanel(QWidget):
    """Shows hanging protocols; decides nothing."""

    closed = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hangingPanel")
        self.setAccessibleName("Hanging protocols")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tokens = tokens
        self._presenter: HangingPresenter | None = None
        self._items: tuple[RuleItem, ...] = ()
        self._shown: RuleShown | None = None
        self._icons: dict[QToolButton, str] = {}
        self._stops: tuple[QWidget, ...] = ()
        self.preview = Preview(tokens, self)
        self.conditions = ConditionList(tokens, "the study", of_panes=False, parent=self)
        self.pane_form = PaneForm(tokens, self)
        self.rules = self._make_list()
        self.message = QLabel(self)
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.message.hide()
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(self._make_left())
        splitter.addWidget(self._make_right())
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([260, 760])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(splitter, 1)
        layout.addWidget(self.message)
        self.set_tokens(tokens)

    def connect_to(self, presenter: HangingPresenter) -> None:
        """Have a presenter decide what happens."""
        self._presenter = presenter
        self.preview.pane_chosen.connect(presenter.choose_pane)
        for where, conditions in (("study", self.conditions), ("pane", self.pane_form.conditions)):
            conditions.edited.connect(lambda place, each, w=where: presenter.set_condition(w, place, each))
            conditions.removed.connect(lambda place, w=where: presenter.remove_condition(w, place))
            conditions.finished.connect(presenter.settle)
        self.pane_form.edited.connect(lambda pane, run: presenter.edit_pane(lambda _old: pane, "Change pane", run=run))
        self.pane_form.emptied.connect(presenter.clear_pane)
        self.pane_form.finished.connect(presenter.settle)
        for button, act in (
            (self.add_button, presenter.add),
            (self.duplicate_button, presenter.duplicate),
            (self.delete_button, presenter.delete),
            (self.undo_button, presenter.undo),
            (self.redo_button, presenter.redo),
            (self.reset_button, presenter.reset),
            (self.apply_button, presenter.apply),
        ):
            button.clicked.connect(lambda _checked=False, do=act: do())
        self.name.textEdited.connect(
            lambda text: presenter.edit(lambda rule: replace(rule, name=text), "Rename", run="name")
        )
        self.description.textEdited.connect(
            lambda text: presenter.edit(lambda rule: replace(rule, description=text), "Describe", run="description")
        )
        for line in (self.name, self.description):
            line.editingFinished.connect(presenter.settle)
        self.adapts.clicked.connect(
            lambda checked: presenter.edit(lambda rule: replace(rule, adapts=checked), "Change layout")
        )

    # What the presenter tells

    def show_rules(self, items: tuple[RuleItem, ...], chosen: str) -> None:
        """Show the list."""
        self._items = items
        with QSignalBlocker(self.rules):
            while self.rules.count() > len(items):
                self.rules.takeItem(self.rules.count() - 1)
            while self.rules.count() < len(items):
                self.rules.addItem(QListWidgetItem())
            for place, item in enumerate(items):
                self._show_item(self.rules.item(place), item)
                if item.id == chosen:
                    self.rules.setCurrentRow(place)
        place = self.rules.currentRow()
        self.up_button.setEnabled(place > 0)
        self.down_button.setEnabled(0 <= place < len(items) - 1)

    def _show_item(self, widget: QListWidgetItem, item: RuleItem) -> None:
        widget.setText(item.name if item.origin == "shipped" else f"{item.name}  ·  {item.origin}")
        widget.setData(Qt.ItemDataRole.UserRole, item.id)
        widget.setFlags(widget.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsDragEnabled)
        widget.setFlags(widget.flags() & ~Qt.ItemFlag.ItemIsDropEnabled)
        widget.setCheckState(Qt.CheckState.Checked if item.is_enabled else Qt.CheckState.Unchecked)
        colour = {"hangs": self.tokens.text, "would": self.tokens.text}.get(item.verdict, self.tokens.quiet_text)
        widget.setForeground(QColor(self.tokens.text if item.verdict == "unknown" else colour))
        font = widget.font()
        font.setBold(item.verdict == "hangs")
        widget.setFont(font)
        words = WORDS[item.verdict]
        widget.setToolTip(tip(f"{item.name}: {words}\n{item.reason}" if words else item.name))
        widget.setData(Qt.ItemDataRole.AccessibleDescriptionRole, words)

    def show_rule(self, shown: RuleShown | None) -> None:
        """Show a rule as a form with its preview."""
        self._shown = shown
        self.form.setEnabled(shown is not None)
        if shown is None:
            self.preview.show_boxes((), (), 0)
            return
        for line, text in ((self.name, shown.rule.name), (self.description, shown.rule.description)):
            if line.text() != text:
                line.setText(text)
                line.setCursorPosition(0)
        self.adapts.setChecked(shown.rule.adapts)
        self.conditions.show_rows(shown.conditions)
        self._show_grids(shown)
        self.preview.show_boxes(shown.grids, shown.boxes, shown.pane_number)
        self.pane_form.show_pane(shown)
        self.pane_title.setText(f"Pane {shown.pane_number}")
        self._show_verdict(shown)
        self.reset_button.setVisible(shown.can_reset)
        self.delete_button.setEnabled(shown.can_delete)
        told = "" if shown.can_delete else "  (those that came with the program can be turned off)"
        self.delete_button.setToolTip(f"Delete this protocol{told}")
        self.apply_button.setEnabled(bool(shown.study))
        stops = tuple(tab_stops(self))
        if stops != self._stops:  # conditions come and go
            self._stops = stops
            tab_in_order(stops)

    def _show_grids(self, shown: RuleShown) -> None:
        screen = self._screen()
        rows, columns = shown.grids[screen]
        for box, value in ((self.screens, len(shown.grids)), (self.grid_rows, rows), (self.grid_columns, columns)):
            with QSignalBlocker(box):
                box.setValue(value)
        self.grid_label.setText("Panes" if len(shown.grids) == 1 else f"Panes on monitor {screen + 1}")

    def _show_verdict(self, shown: RuleShown) -> None:
        if not shown.study:
            self.verdict.setText("Open a study to see what this protocol makes of it.")
            self.verdict_mark.clear()
            return
        words = WORDS[shown.verdict] if shown.verdict != "off" else "is turned off"
        reason = "" if shown.verdict in ("hangs", "would", "off") else f": {shown.reason}"
        self.verdict.setText(f"{shown.study}: {words}{reason}")
        colour = self.tokens.good if shown.verdict in ("hangs", "would") else self.tokens.quiet_text
        self.verdict_mark.setPixmap(icon(_MARKS[shown.verdict], colour).pixmap(16, 16))

    def show_steps(self, undo: str, redo: str) -> None:
        """Say what can be undone and done again."""
        self.undo_button.setEnabled(bool(undo))
        self.redo_button.setEnabled(bool(redo))
        self.undo_button.setToolTip(f"Undo: {undo}  (Ctrl+Z)" if undo else "Nothing to undo")
        self.redo_button.setToolTip(f"Redo: {redo}  (Ctrl+Y)" if redo else "Nothing to redo")

    def tell(self, message: str, *, is_wrong: bool) -> None:
        """Say a sentence below the form."""
        self.message.setText(message)
        self.message.setProperty("wrong", is_wrong)
        self.message.setStyleSheet(f"color: {self.tokens.bad if is_wrong else self.tokens.text}; padding: 6px 12px;")
        self.message.setVisible(bool(message))

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.tokens = tokens
        for button, name in self._icons.items():
            button.setIcon(icon(name, tokens.quiet_text, disabled=tokens.disabled))
        self.preview.set_tokens(tokens)
        self.conditions.set_tokens(tokens)
        self.pane_form.set_tokens(tokens)
        if self._shown is not None:
            self.show_rules(self._items, self._shown.rule.id)
            self.show_rule(self._shown)

    # How it is built

    def _make_list(self) -> QListWidget:
        made = rules_list(self)
        made.currentRowChanged.connect(self._choose)
        made.itemChanged.connect(self._check)
        made.model().rowsMoved.connect(self._dragged)
        return made

    def _make_left(self) -> QWidget:
        left = QWidget(self)
        title = QLabel("Hanging protocols", left)
        title.setProperty("scale", "large")
        self.add_button = self._tool("add", "New protocol")
        self.duplicate_button = self._tool("duplicate", "Duplicate this protocol")
        self.delete_button = self._tool("delete", "Delete this protocol")
        self.up_button = self._tool("up", "Try this protocol earlier  (Alt+Up)", lambda: self._move(-1))
        self.down_button = self._tool("down", "Try this protocol later  (Alt+Down)", lambda: self._move(1))
        self.undo_button = self._tool("undo", "Nothing to undo")
        self.redo_button = self._tool("redo", "Nothing to redo")
        self._tool("import", "Import protocols, JSON or DICOM", self._import)
        self.export_button = self._tool("export", "Export this protocol, as JSON or DICOM", self._export)
        tools = QHBoxLayout()
        tools.setSpacing(0)
        for button in self._icons:
            tools.addWidget(button)
        tools.addStretch(1)
        layout = QVBoxLayout(left)
        layout.setContentsMargins(8, 8, 0, 8)
        layout.setSpacing(4)
        layout.addWidget(title)
        layout.addLayout(tools)
        layout.addWidget(self.rules, 1)
        for keys, button in (
            (QKeySequence.StandardKey.Undo, self.undo_button),
            (QKeySequence("Ctrl+Y"), self.redo_button),
            (QKeySequence("Alt+Up"), self.up_button),
            (QKeySequence("Alt+Down"), self.down_button),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(button.click)
        return left

    def _tool(self, name: str, words: str, act: Callable[[], None] | None = None) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(words)
        button.setAccessibleName(words.partition("  ")[0])
        if act is not None:
            button.clicked.connect(lambda: act())
        self._icons[button] = name
        return button

    def _make_right(self) -> QWidget:
        self.form = QWidget(self)
        self.name, self.description = QLineEdit(self.form), QLineEdit(self.form)
        self.name.setAccessibleName("Name of the protocol")
        self.description.setAccessibleName("Description of the protocol")
        head = QFormLayout()
        head.setVerticalSpacing(4)
        head.addRow("Name", self.name)
        head.addRow("Description", self.description)
        self.verdict, self.verdict_mark = QLabel(self.form), QLabel(self.form)
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict.setWordWrap(True)
        self.apply_button = QPushButton("Hang the open study", self.form)
        self.apply_button.setProperty("primary", "true")
        self.reset_button = QPushButton("Reset to shipped", self.form)
        self.reset_button.setProperty("flat", "true")
        verdict = QHBoxLayout()
        verdict.addWidget(self.verdict_mark)
        verdict.addWidget(self.verdict, 1)
        verdict.addWidget(self.reset_button)
        verdict.addWidget(self.apply_button)
        self.pane_title = heading("Pane 1", self.form)
        layout = QVBoxLayout(self.form)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(heading("Studies it is for", self.form))
        layout.addWidget(self.conditions)
        layout.addLayout(self._make_grid_row())
        layout.addWidget(self.preview, 2)
        layout.addLayout(verdict)
        layout.addWidget(self.pane_title)
        layout.addWidget(self.pane_form)
        layout.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(self.form)
        return scroll

    def _make_grid_row(self) -> QHBoxLayout:
        self.screens = count_box("Monitors", MOST_SCREENS, self.form)
        self.grid_rows, self.grid_columns = (
            count_box("Rows", MOST_ROWS, self.form),
            count_box("Columns", MOST_COLUMNS, self.form),
        )
        self.screens.valueChanged.connect(self._change_screens)
        self.grid_rows.valueChanged.connect(self._change_grid)
        self.grid_columns.valueChanged.connect(self._change_grid)
        self.grid_label = QLabel("Panes", self.form)
        self.adapts = QCheckBox("Leave out empty rows and columns", self.form)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(heading("Layout", self.form))
        row.addStretch(1)
        row.addWidget(self.adapts)
        row.addSpacing(12)
        for widget in (QLabel("Monitors", self.form), self.screens, self.grid_label, self.grid_rows):
            row.addWidget(widget)
        row.addWidget(QLabel("x", self.form))
        row.addWidget(self.grid_columns)
        return row

    # What the person does

    def _choose(self, place: int) -> None:
        if self._presenter is not None and 0 <= place < len(self._items):
            self._presenter.choose(self._items[place].id)

    def _check(self, item: QListWidgetItem) -> None:
        if self._presenter is not None:
            is_enabled = item.checkState() == Qt.CheckState.Checked
            self._presenter.set_enabled(str(item.data(Qt.ItemDataRole.UserRole)), is_enabled=is_enabled)

    def _move(self, step: int) -> None:
        place = self.rules.currentRow()
        if self._presenter is not None and place >= 0:
            self._presenter.move(self._items[place].id, place + step)

    def _dragged(self, _parent: QModelIndex, start: int, _end: int, _target: QModelIndex, row: int) -> None:
        moved = self._items[start].id
        place = row - 1 if row > start else row
        # The list is still in the middle of its move.
        QTimer.singleShot(0, self, lambda: self._with(lambda presenter: presenter.move(moved, place)))

    def _screen(self) -> int:
        if self._shown is None:
            return 0
        number = self._shown.pane_number
        return next((box.screen for box in self._shown.boxes if box.number == number), 0)

    def _change_screens(self, count: int) -> None:
        if self._presenter is not None:
            self._presenter.set_screens(count)

    def _change_grid(self, _value: int) -> None:
        if self._presenter is not None:
            self._presenter.set_grid(self._screen(), self.grid_rows.value(), self.grid_columns.value())

    def _import(self) -> None:
        dialog = QFileDialog(self, "Import hanging protocols", "", _FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(
            lambda paths: self._with(lambda it: it.import_files([Path(each) for each in paths]))
        )
        dialog.open()

    def _export(self) -> None:
        name = f"{self._shown.rule.id}.json" if self._shown else "protocol.json"
        dialog = QFileDialog(
            self, "Export this hanging protocol", name, "JSON (*.json);;DICOM Hanging Protocol (*.dcm)"
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self._with(lambda it: it.export(Path(path))))
        dialog.open()

    def _with(self, act: Callable[[HangingPresenter], None]) -> None:
        if self._presenter is not None:
            act(self._presenter)

    def hideEvent(self, event: QHideEvent) -> None:
        self._with(lambda presenter: presenter.settle())
        super().hideEvent(event)
