"""The panel of measurements: a table of all that is on the open images, what each is of, and what can be done."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QScrollArea,
    QSplitter,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.icons import icon
from workstation.gui.panels.annotations.form import LesionForm
from workstation.gui.panels.annotations.model import ID_ROLE, RowsFilter, RowsModel
from workstation.gui.panels.annotations.rows import NAME, Row
from workstation.gui.theme import Tokens

EMPTY = "No measurements. L measures a length, E an ellipse, N puts a note on the image, Shift+N an arrow."
NOTHING_FOUND = "No measurement has all of these words."
WIDTHS = (110, 150, 90, 80, 130, 80)
_LEAST_PX = 240


class AnnotationsPanel(QWidget):
    """Shows rows; decides nothing."""

    closed = Signal()
    chosen = Signal(str)
    selection_changed = Signal()
    delete_wanted = Signal()
    renamed = Signal(str, str)
    said = Signal(str, str)

    def __init__(self, tokens: Tokens, actions: Mapping[str, Sequence[QAction | None]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("segmentsPanel")  # the style of lists on the right
        self.setAccessibleName("Measurements")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(_LEAST_PX)
        self._actions = actions
        self._is_filling = False
        self._lit = ""
        self.model = RowsModel(self)
        self.filter = RowsFilter(self.model)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Filter")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Filter of the measurements")
        self.search.setToolTip("Words of any column, in any order")
        self.search.textChanged.connect(self._search)
        self.table = self._make_table()
        self.empty = QLabel(EMPTY, self)
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.empty.setProperty("quiet", "true")
        self.empty.setContentsMargins(8, 8, 8, 8)
        self.form = LesionForm(self)
        self.form.edited.connect(self.said)
        self.details = QLabel(self)
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        self.details.setWordWrap(True)
        self.details.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details.setAccessibleName("Numbers of the chosen measurement, and where they come from")
        self.details.setContentsMargins(8, 4, 8, 8)
        self._lay_out()
        self.model.renamed.connect(self.renamed)
        self.set_tokens(tokens)

    def _make_table(self) -> "_Table":
        made = _Table(self)
        made.setModel(self.filter)
        made.setAccessibleName("Measurements")
        made.setSortingEnabled(True)
        made.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        made.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        made.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        made.setShowGrid(False)
        made.setWordWrap(False)
        made.setTabKeyNavigation(False)
        made.verticalHeader().hide()
        made.horizontalHeader().setHighlightSections(False)
        made.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        made.horizontalHeader().setSectionsMovable(True)
        made.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for column, width in enumerate(WIDTHS):
            made.setColumnWidth(column, width)
        made.verticalHeader().setDefaultSectionSize(max(24, made.fontMetrics().height() + 8))
        made.clicked.connect(lambda index: self._go(index))
        made.go_wanted.connect(lambda: self._go(made.currentIndex()))
        made.delete_wanted.connect(self.delete_wanted)
        made.selectionModel().selectionChanged.connect(lambda *_: self._selected())
        made.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        made.customContextMenuRequested.connect(self._show_menu)
        return made

    def _lay_out(self) -> None:
        title = QLabel("Measurements", self)
        title.setProperty("scale", "large")
        self.close_button = QToolButton(self)
        self.close_button.setToolTip("Close the measurements")
        self.close_button.setAccessibleName("Close the measurements")
        self.close_button.clicked.connect(self.closed)
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 4, 0)
        top.addWidget(title, 1)
        self.buttons = {name: self._menu_button(name) for name in self._actions}
        for button in self.buttons.values():
            top.addWidget(button)
        top.addWidget(self.close_button)
        search = QHBoxLayout()
        search.setContentsMargins(8, 0, 8, 0)
        search.addWidget(self.search)
        below = QWidget(self)
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.form)
        column.addWidget(self.details, 1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(below)
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(scroll)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addLayout(search)
        layout.addWidget(self.empty)
        layout.addWidget(self.splitter, 1)
        layout.addStretch()

    def _menu_button(self, name: str) -> QToolButton:
        """Give a button with a menu of commands."""
        button = QToolButton(self)
        button.setText(name)
        button.setAccessibleName(name)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for action in self._actions[name]:
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)
        button.setMenu(menu)
        return button

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.close_button.setIcon(icon("close", tokens.quiet_text))
        self.model.lock_colour = tokens.quiet_text

    @property
    def shown(self) -> tuple[Row, ...]:
        """The rows that are left by the filter, as they are sorted."""
        found = (self.filter.mapToSource(self.filter.index(at, 0)).row() for at in range(self.filter.rowCount()))
        return tuple(self.model.rows[at] for at in found)

    @property
    def selected(self) -> tuple[str, ...]:
        """The annotations whose rows are chosen, from top to bottom."""
        found = {index.row() for index in self.table.selectionModel().selectedRows()}
        return tuple(str(self.filter.index(at, 0).data(ID_ROLE)) for at in sorted(found))

    def show_rows(self, rows: tuple[Row, ...], selected: str) -> None:
        """Show these; ``selected`` is the annotation that is chosen on the images."""
        kept = self.selected
        self._is_filling = True
        try:
            self.model.show_rows(rows)
            there = {each.id for each in rows}
            wanted = [each for each in kept if each in there]
            if selected and selected != self._lit and selected not in wanted:
                wanted = [selected]
            self._lit = selected
            if tuple(wanted) != self.selected:
                self._select(wanted)
        finally:
            self._is_filling = False
        self._show_emptiness()
        self.selection_changed.emit()

    def show_details(self, words: str) -> None:
        """Show what is known of the chosen one."""
        if words != self.details.text():
            self.details.setText(words)

    def _select(self, wanted: Sequence[str]) -> None:
        model = self.table.selectionModel()
        model.clear()
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for at in range(self.filter.rowCount()):
            index = self.filter.index(at, 0)
            if index.data(ID_ROLE) in wanted:
                model.select(index, flags)
                model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    def _search(self, text: str) -> None:
        self.filter.search(text)
        self._show_emptiness()

    def _show_emptiness(self) -> None:
        is_empty = not self.model.rows
        self.empty.setText(EMPTY if is_empty else NOTHING_FOUND)
        self.empty.setVisible(is_empty or not self.filter.rowCount())
        self.splitter.setVisible(not is_empty)
        self.search.setVisible(not is_empty)

    def _selected(self) -> None:
        if not self._is_filling:
            self.selection_changed.emit()

    def _go(self, index: QModelIndex) -> None:
        """Go to a measurement that is chosen alone."""
        if index.isValid() and len(self.selected) == 1:
            self.chosen.emit(str(index.data(ID_ROLE)))

    def _show_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        index = self.table.indexAt(at)
        if index.isValid():
            menu.addAction("Go to the image").triggered.connect(lambda: self._go(index))
            menu.addAction("Rename\tF2").triggered.connect(self.table.rename)
            menu.addAction("Delete\tDel").triggered.connect(self.delete_wanted)
            menu.addSeparator()
        for action in (each for several in self._actions.values() for each in several if each is not None):
            menu.addAction(action)
        menu.popup(self.table.viewport().mapToGlobal(at))


class _Table(QTableView):
    delete_wanted = Signal()
    go_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_wanted.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.go_wanted.emit()
        elif event.key() == Qt.Key.Key_F2:
            self.rename()
        else:
            super().keyPressEvent(event)

    def rename(self) -> None:
        """Write the name of the current row where it stands."""
        index = self.currentIndex()
        if index.isValid():
            self.edit(index.siblingAtColumn(NAME))
