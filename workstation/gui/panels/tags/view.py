"""The panel of the tag browser: search on top, rows as a tree, the chosen one in full below."""

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.icons import icon
from workstation.gui.panels.tags.columns import TagsTree
from workstation.gui.panels.tags.model import TagsModel
from workstation.gui.panels.tags.presenter import Shown
from workstation.gui.panels.tags.tables import FoundTable
from workstation.gui.theme import Tokens
from workstation.headers.export import EXTENSIONS, FORMATS, Format

_FILTERS: dict[Format, str] = {
    "text": "Text (*.txt)",
    "csv": "Table (*.csv)",
    "json": "JSON (*.json)",
    "dicom-json": "DICOM JSON model (*.json)",
}
_MOST_RESTORED, _LOOKED_THROUGH = 2000, 20_000
_PLACEHOLDER = "Name, 0008,103e, value, or Modality=CT"


class TagsPanel(QWidget):
    """Shows rows; decides nothing. ``image_wanted`` carries a `workstation.model.index.records.FrameRef`."""

    closed = Signal()
    filtered = Signal(str)
    search_wanted = Signal()
    stop_wanted = Signal()
    private_toggled = Signal(bool)
    compare_toggled = Signal(bool)
    differences_toggled = Signal(bool)
    everywhere_toggled = Signal(bool)
    copy_wanted = Signal(str)
    export_wanted = Signal(object, str)
    row_activated = Signal(int)
    seen_changed = Signal(bool)
    image_wanted = Signal(object)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tagsPanel")
        self.setAccessibleName("Tags")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(280)
        self.model = TagsModel(tokens, self)
        self._shown: Shown | None = None
        self.search = self._search_field()
        self.tree = self._tree()
        self.detail = self._detail_box()
        self.copy_button = self._button("Copy the chosen rows  (Ctrl+C)")
        self.copy_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.copy_button.setMenu(self._copy_menu(self))
        self.export_button = self._button("Export all elements of the shown image")
        self.export_button.clicked.connect(self._ask_where)
        self.close_button = self._button("Close the tags")
        self.close_button.clicked.connect(self.closed)
        self.everywhere = self._toggle("All open", "Search in all open images", self.everywhere_toggled)
        self.comparing = self._toggle(
            "Compare", "Hold this image as A; the image shown next stands beside it as B", self.compare_toggled
        )
        self.differences = self._toggle("Differences", "Hide what is the same in both", self.differences_toggled)
        self.private = self._toggle("Private", "Show private elements, with their creators", self.private_toggled)
        self.private.setChecked(True)
        self.differences.setChecked(True)
        self.differences.hide()
        self.everywhere.toggled.connect(self._adapt)
        self._subject = self._label("Which image the elements are of")
        self._summary = self._label("How many elements are shown")
        self._message = QLabel(self)
        self._message.setWordWrap(True)
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setContentsMargins(12, 12, 12, 12)
        self._message.setProperty("quiet", "true")
        self._message.hide()
        self._stop = QPushButton("Stop", self)
        self._stop.setProperty("flat", "true")
        self._stop.clicked.connect(self.stop_wanted)
        self._stop.hide()
        self._arrange()
        self.set_tokens(tokens)

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.model.tokens = tokens
        self.copy_button.setIcon(icon("copy", tokens.quiet_text))
        self.export_button.setIcon(icon("save", tokens.quiet_text))
        self.close_button.setIcon(icon("close", tokens.quiet_text))
        self.tree.viewport().update()

    def show_rows(self, shown: Shown) -> None:
        """Show these, with what was unfolded and chosen as far as it is still there."""
        chosen, opened, scrolled = self._chosen_key(), self._opened_keys(), self.tree.verticalScrollBar().value()
        is_other = self._shown is None or self._shown.table.columns != shown.table.columns
        self._shown = shown
        self.model.set_rows(shown.table, shown.numbers)
        if is_other:
            self.tree.show_headings(shown.table.columns)
            self.tree.setTreePosition(1 if shown.is_comparing else 0)
        self._subject.setText(shown.subject)
        self._subject.setVisible(bool(shown.subject))
        self._summary.setText(shown.summary)
        self.differences.setVisible(shown.is_comparing)
        self._restore(shown, chosen, opened)
        if not is_other:
            self.tree.doItemsLayout()  # the bar has the range of the new rows only then
            self.tree.verticalScrollBar().setValue(scrolled)

    def show_message(self, text: str) -> None:
        """Say something in place of rows; empty takes it away."""
        self._message.setText(text)
        self._message.setVisible(bool(text))
        self.tree.setVisible(not text)
        self.detail.setVisible(not text)
        if text:
            self._summary.clear()
            self._subject.hide()

    def show_busy(self, text: str) -> None:
        """Say what is under way."""
        self._stop.setVisible(bool(text))
        if text:
            self._summary.setText(text)
        elif self._shown is not None and self._message.isHidden():
            self._summary.setText(self._shown.summary)

    def chosen_numbers(self) -> list[int]:
        """Give the rows that are chosen, from the top down."""
        found = (self.model.number_of(index) for index in self.tree.selectionModel().selectedRows(0))
        return sorted(number for number in found if number is not None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy with Ctrl+C wherever the focus is but in a text."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit("row")
            event.accept()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width out among the columns, unless a hand gave them theirs."""
        super().resizeEvent(event)
        self.tree.share_out()

    def showEvent(self, event: QShowEvent) -> None:
        """Tell that there is somebody who reads it."""
        super().showEvent(event)
        self.seen_changed.emit(self.isVisible())

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell that nobody reads it."""
        super().hideEvent(event)
        self.seen_changed.emit(self.isVisible())

    def _arrange(self) -> None:
        title = QLabel("Tags", self)
        title.setProperty("scale", "large")
        top, toggles, foot = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        top.setContentsMargins(8, 4, 4, 0)
        top.addWidget(title, 1)
        for button in (self.copy_button, self.export_button, self.close_button):
            top.addWidget(button)
        toggles.setContentsMargins(8, 0, 8, 0)
        toggles.setSpacing(4)
        for button in (self.everywhere, self.comparing, self.differences, self.private):
            toggles.addWidget(button)
        toggles.addStretch(1)
        foot.setContentsMargins(8, 0, 8, 4)
        foot.addWidget(self._summary, 1)
        foot.addWidget(self._stop)
        field = QHBoxLayout()
        field.setContentsMargins(8, 0, 8, 0)
        field.addWidget(self.search)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for row in (top, field, toggles):
            layout.addLayout(row)
        self._subject.setContentsMargins(8, 0, 8, 0)
        layout.addWidget(self._subject)
        layout.addWidget(self._message, 1, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.detail)
        layout.addLayout(foot)

    def _search_field(self) -> QLineEdit:
        field = QLineEdit(self)
        field.setPlaceholderText(_PLACEHOLDER)
        field.setAccessibleName("Search tags")
        field.setClearButtonEnabled(True)
        field.textChanged.connect(self.filtered)
        field.returnPressed.connect(self.search_wanted)
        return field

    def _tree(self) -> TagsTree:
        tree = TagsTree(self)
        tree.setModel(self.model)
        tree.setAccessibleName("Elements")
        tree.setUniformRowHeights(True)
        tree.setIndentation(14)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._show_menu)
        tree.activated.connect(self._activated)
        tree.clicked.connect(self._activated)
        tree.selectionModel().currentChanged.connect(lambda index, _before: self._show_detail(index))
        return tree

    def _detail_box(self) -> QPlainTextEdit:
        box = QPlainTextEdit(self)
        box.setReadOnly(True)
        box.setAccessibleName("The chosen element in full")
        box.setFixedHeight(104)
        box.setPlaceholderText("The chosen element is shown here in full.")
        return box

    def _label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setAccessibleName(name)
        label.setProperty("quiet", "true")
        label.setWordWrap(True)
        return label

    def _button(self, words: str) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(words)
        button.setAccessibleName(words)
        return button

    def _toggle(self, words: str, tip: str, signal: SignalInstance) -> QToolButton:
        button = self._button(tip)
        button.setText(words)
        button.setAccessibleName(words)
        button.setCheckable(True)
        button.toggled.connect(signal)
        return button

    def _copy_menu(self, parent: QWidget) -> QMenu:
        menu = QMenu(parent)
        for words, what in (("Copy value", "value"), ("Copy row", "row"), ("Copy path", "path")):
            action = QAction(words, menu)
            action.triggered.connect(lambda _checked=False, what=what: self.copy_wanted.emit(what))
            if what == "row":
                action.setText(f"{words}\tCtrl+C")
            menu.addAction(action)
        return menu

    def _show_menu(self, place: QPoint) -> None:
        menu = self._copy_menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.tree.viewport().mapToGlobal(place))

    def _adapt(self, is_everywhere: bool) -> None:
        for button in (self.comparing, self.private):
            button.setEnabled(not is_everywhere)
        if is_everywhere:
            self.differences.hide()

    def _chosen_key(self) -> str:
        number = self.model.number_of(self.tree.currentIndex())
        return self.model.table.key(number) if number is not None else ""

    def _opened_keys(self) -> set[str]:
        """Give the rows that are unfolded; nothing is looked for below one that is not."""
        found: set[str] = set()
        pending = [QModelIndex()]
        while pending and len(found) < _MOST_RESTORED:
            above = pending.pop()
            for row in range(min(self.model.rowCount(above), _MOST_RESTORED)):
                index = self.model.index(row, 0, above)
                number = self.model.number_of(index)
                if number is not None and self.tree.isExpanded(index):
                    found.add(self.model.table.key(number))
                    pending.append(index)
        return found

    def _restore(self, shown: Shown, chosen: str, opened: set[str]) -> None:
        """Unfold what there is reason to, and choose the row that was chosen."""
        table = shown.table
        if shown.unfold:
            self.tree.expandAll()
        elif isinstance(table, FoundTable):
            self.tree.expandToDepth(0)
        for at, number in enumerate(shown.numbers[:_LOOKED_THROUGH] if opened or chosen else ()):
            key = table.key(number)
            if key in opened and not shown.unfold:
                self.tree.setExpanded(self.model.index_at(at), True)  # noqa: FBT003 - Qt has it so
            if key == chosen:
                self.tree.setCurrentIndex(self.model.index_at(at))
                chosen = ""
        if not self.tree.currentIndex().isValid():
            self.detail.clear()

    def _detail_of(self, index: QModelIndex) -> str:
        number = self.model.number_of(index)
        return self.model.table.detail(number) if number is not None else ""

    def _show_detail(self, index: QModelIndex) -> None:
        self.detail.setPlainText(self._detail_of(index))

    def _activated(self, index: QModelIndex) -> None:
        number = self.model.number_of(index)
        if number is not None:
            self.row_activated.emit(number)

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, "Export tags")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([_FILTERS[each] for each in FORMATS])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def chosen(name: str) -> None:
            wanted = next(each for each in FORMATS if _FILTERS[each] == dialog.selectedNameFilter())
            path = Path(name)
            self.export_wanted.emit(path if path.suffix else path.with_suffix(EXTENSIONS[wanted]), wanted)

        dialog.fileSelected.connect(chosen)
        dialog.open()
