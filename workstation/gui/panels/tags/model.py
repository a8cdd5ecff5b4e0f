"""The rows of the tag browser for Qt's tree view: texts are made when they are drawn, so that many rows cost little."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from workstation.gui.panels.tags.tables import FoundTable, Table
from workstation.gui.theme import Tokens
from workstation.headers.tree import parents_of

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_ROOT = -1
_QUIET = frozenset(("Tag", "VR", "Length"))


class TagsModel(QAbstractItemModel):
    """A part of the rows of a table, as a tree."""

    def __init__(self, tokens: Tokens, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tokens = tokens
        self.table: Table = FoundTable()
        self._numbers: Sequence[int] = ()
        self._parents: list[int] = []
        self._children: dict[int, list[int]] = {}
        self._places: list[int] = []

    def set_rows(self, table: Table, numbers: Sequence[int]) -> None:
        """Show these rows of a table, in their order."""
        self.beginResetModel()
        self.table, self._numbers = table, numbers
        self._parents = parents_of([table.ranks[number] for number in numbers])
        self._children, self._places = {}, []
        for at, above in enumerate(self._parents):
            siblings = self._children.setdefault(above, [])
            self._places.append(len(siblings))
            siblings.append(at)
        self.endResetModel()

    def number_of(self, index: Index) -> int | None:
        """Give the row of the table that an index stands for."""
        at = index.internalId() if index.isValid() else len(self._numbers)
        return self._numbers[at] if at < len(self._numbers) else None

    def index_at(self, at: int) -> QModelIndex:
        """Give the index of a row by its place among those that are shown, from the top."""
        return self.createIndex(self._places[at], 0, at)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Count the rows below a row."""
        if parent.column() > 0:
            return 0
        return len(self._children.get(parent.internalId() if parent.isValid() else _ROOT, ()))

    def columnCount(self, _parent: Index = _NOWHERE) -> int:
        """Count the columns."""
        return len(self.table.columns)

    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        """Give the index of a cell."""
        below = self._children.get(parent.internalId() if parent.isValid() else _ROOT, ())
        if not (0 <= row < len(below) and 0 <= column < len(self.table.columns)):
            return QModelIndex()
        return self.createIndex(row, column, below[row])

    def parent(self, index: Index = _NOWHERE) -> QModelIndex:  # type: ignore[override]  # QObject has another parent()
        """Give the row that a row stands below."""
        at = index.internalId() if index.isValid() else len(self._parents)
        above = self._parents[at] if at < len(self._parents) else _ROOT
        return QModelIndex() if above == _ROOT else self.createIndex(self._places[above], 0, above)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        """Give the headings."""
        is_heading = orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self.table.columns[section] if is_heading and section < len(self.table.columns) else None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Give what is drawn in a cell."""
        number = self.number_of(index)
        if number is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.table.cell(number, index.column())
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(self._colour(number, index.column()))
        return None

    def _colour(self, number: int, column: int) -> str:
        """Quiet the numbers; the mark of a row that stands out is a sign or words, and coloured besides."""
        columns = self.table.columns
        if columns[column] in _QUIET:
            return self.tokens.quiet_text
        if self.table.mark(number) and columns[column] == "":
            return self.tokens.warn
        return self.tokens.text
