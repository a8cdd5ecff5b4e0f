"""A structured report as a tree that can be searched and copied, and that leads to the images it is about."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.icons import icon
from workstation.gui.objects.search_bar import SearchBar
from workstation.gui.objects.sr_rows import Row, matches, rows_of
from workstation.gui.theme import Tokens
from workstation.gui.words import tip
from workstation.objects.sr.content import StructuredReport
from workstation.objects.sr.pages import as_text, head_rows, item_text

_ROW = Qt.ItemDataRole.UserRole
_NAME_SHARE = 0.45
NameOf = Callable[[str], str]


def _unnamed(_uid: str) -> str:
    return ""


class _Wrapping(QStyledItemDelegate):
    """Makes a row as high as its text is in the width there is, so that long findings are read in full."""

    def __init__(self, tree: QTreeWidget) -> None:
        super().__init__(tree)
        self._tree = tree

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        plain = super().sizeHint(option, index)
        text = str(index.data() or "")
        room = QRect(0, 0, max(40, self._tree.columnWidth(1) - 8), 1 << 20)
        wrapped = option.fontMetrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), text)
        return QSize(plain.width(), max(plain.height(), wrapped.height() + 4))


class SrView(QWidget):
    """Shows a report. ``image_wanted`` carries the instance and the frame, from 0, that a row is about."""

    image_wanted = Signal(str, int)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("srView")
        self.setAccessibleName("Structured report")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tokens = tokens
        self._report: StructuredReport | None = None
        self._rows: tuple[Row, ...] = ()
        self._items: list[QTreeWidgetItem] = []
        self._found: tuple[int, ...] = ()
        self._at = -1
        self.title = self._label("large")
        self.head = self._label("")
        self.head.setProperty("quiet", "true")
        self.search = SearchBar("Search in the report", self)
        self.search.searched.connect(self._search)
        self.search.stepped.connect(self._step)
        self.copy_button = QToolButton(self)
        self.copy_button.setToolTip("Copy the whole report as text")
        self.copy_button.setAccessibleName("Copy the whole report as text")
        self.copy_button.clicked.connect(self.copy_all)
        self.tree = self._make_tree()
        self.search.left.connect(self.tree.setFocus)
        self.setFocusProxy(self.tree)
        self._lay_out()
        self.set_tokens(tokens)

    def _label(self, scale: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setProperty("scale", scale)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _make_tree(self) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setColumnCount(2)
        tree.setHeaderLabels(["Name", "Value"])
        tree.setAccessibleName("Content of the report")
        tree.setIndentation(16)
        tree.setWordWrap(True)
        tree.setUniformRowHeights(False)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._show_menu)
        tree.itemActivated.connect(lambda item, _column: self._activate(item))
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        tree.header().setStretchLastSection(True)
        tree.header().sectionResized.connect(lambda *_: tree.scheduleDelayedItemsLayout())
        tree.setItemDelegateForColumn(1, _Wrapping(tree))
        return tree

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.addWidget(self.search)
        bar.addStretch(1)
        bar.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 8, 4)
        layout.setSpacing(4)
        for each in (self.title, self.head):
            layout.addWidget(each)
        layout.addLayout(bar)
        layout.addWidget(self.tree, 1)

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.tokens = tokens
        self.copy_button.setIcon(icon("copy", tokens.quiet_text))
        for row, item in zip(self._rows, self._items, strict=True):
            self._colour(row, item)

    def show_report(self, report: StructuredReport, name_of: NameOf = _unnamed) -> None:
        """Show a report; ``name_of`` gives what people call an object by its identifier, empty where it is not open."""
        self._report, self._rows = report, rows_of(report, name_of)
        self.title.setText(report.title)
        head = [f"{name}: {value}" for name, value in head_rows(report)]
        self.head.setText("\n".join([*head, *report.notes]))
        self.tree.clear()
        made: dict[str, QTreeWidgetItem] = {}
        self._items = []
        for row in self._rows:
            item = QTreeWidgetItem([row.name, row.value])
            item.setData(0, _ROW, row.number)
            for column in (0, 1):
                item.setToolTip(column, tip("\n".join(filter(None, [row.value, row.details]))))
            self._colour(row, item)
            above = made.get(row.number.rpartition(".")[0])
            if above is not None:
                above.addChild(item)
            else:
                self.tree.addTopLevelItem(item)
            item.setFirstColumnSpanned(row.is_heading)
            made[row.number] = item
            self._items.append(item)
        self.tree.expandAll()
        self._fit_columns()
        if self._items:
            self.tree.setCurrentItem(self._items[0])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Share the width between names and values."""
        self.tree.setColumnWidth(0, round(self.width() * _NAME_SHARE))

    def _colour(self, row: Row, item: QTreeWidgetItem) -> None:
        quiet, accent = QColor(self.tokens.quiet_text), QColor(self.tokens.accent)
        font = QFont(self.tree.font())
        font.setBold(row.is_heading)
        item.setFont(0, font)
        item.setForeground(0, QColor(self.tokens.text) if row.is_heading else quiet)
        item.setForeground(
            1, accent if row.target or row.link else quiet if row.is_context else QColor(self.tokens.text)
        )
        if row.notes:
            item.setIcon(0, icon("warning", self.tokens.warn))

    def _row_of(self, item: QTreeWidgetItem | None) -> Row | None:
        number = item.data(0, _ROW) if item is not None else None
        return next((row for row in self._rows if row.number == number), None)

    def _activate(self, item: QTreeWidgetItem | None) -> None:
        """Go where a row leads: to an image, or to another row."""
        row = self._row_of(item)
        if row is None:
            return
        if row.link:
            self._select(next(at for at, each in enumerate(self._rows) if each.number == row.link))
        elif row.target is not None:
            self.image_wanted.emit(row.target.sop_instance_uid, row.target.frame)

    def _select(self, at: int) -> None:
        self.tree.setCurrentItem(self._items[at])
        self.tree.scrollToItem(self._items[at], QAbstractItemView.ScrollHint.PositionAtCenter)

    def _search(self, words: str) -> None:
        self._found, self._at = matches(self._rows, words), -1
        self._step(1)

    def _step(self, by: int) -> None:
        if self._found:
            self._at = (self._at + by) % len(self._found)
            self._select(self._found[self._at])
        self.search.show_found(self._at, len(self._found))

    def copy(self) -> None:
        """Copy the chosen rows with all below them as text."""
        numbers = sorted(
            (str(item.data(0, _ROW)) for item in self.tree.selectedItems()),
            key=lambda number: [int(part) for part in number.split(".")],
        )
        outer = [each for each in numbers if not any(each.startswith(f"{other}.") for other in numbers)]
        chosen = {row.number: row.item for row in self._rows}
        if outer:
            QApplication.clipboard().setText("\n".join(item_text(chosen[number]) for number in outer))

    def copy_all(self) -> None:
        """Copy the whole report as text."""
        if self._report is not None:
            QApplication.clipboard().setText(as_text(self._report))

    def _show_menu(self, at: QPoint) -> None:
        item = self.tree.itemAt(at)
        row = self._row_of(item)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if row is not None and (row.target is not None or row.link):
            words = "Go to the item" if row.link else "Show the image"
            menu.addAction(words).triggered.connect(lambda: self._activate(item))
        menu.addAction("Copy\tCtrl+C").triggered.connect(self.copy)
        menu.addAction("Copy the whole report").triggered.connect(self.copy_all)
        menu.popup(self.tree.viewport().mapToGlobal(at))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Find):
            self.search.begin()
        elif event.key() == Qt.Key.Key_F3:
            self._step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        else:
            super().keyPressEvent(event)
