"""The rows of the table of measurements, sorted and filtered; names are written in place."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)

from workstation.gui.icons import icon
from workstation.gui.panels.annotations.colours import swatch
from workstation.gui.panels.annotations.rows import HEADS, NAME, Row
from workstation.gui.words import tip

AnyIndex = QModelIndex | QPersistentModelIndex
ID_ROLE, RANK_ROLE, FILTER_ROLE = (Qt.ItemDataRole.UserRole + number for number in range(3))
_NONE = QModelIndex()


class RowsModel(QAbstractTableModel):
    """Holds rows; a name that is written is told and not taken over: it comes back with the next rows."""

    renamed = Signal(str, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()
        self.lock_colour = "#ffffff"

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Show these; where the same annotations stay, cells change and nothing that is chosen is lost."""
        if [each.id for each in rows] == [each.id for each in self.rows]:
            changed = [at for at, (one, other) in enumerate(zip(self.rows, rows, strict=True)) if one != other]
            self.rows = rows
            for at in changed:
                self.dataChanged.emit(self.index(at, 0), self.index(at, len(HEADS) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = _NONE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex = _NONE) -> int:
        return 0 if parent.isValid() else len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADS[section]
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        found = super().flags(index)
        if index.isValid() and index.column() == NAME and not self.rows[index.row()].is_locked:
            found |= Qt.ItemFlag.ItemIsEditable
        return found

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row, column = self.rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return row.cells[column]
        if role == Qt.ItemDataRole.DecorationRole and column == NAME:
            return icon("lock", self.lock_colour) if row.is_locked else swatch(row.colour)
        if role == Qt.ItemDataRole.ToolTipRole:
            locked = "Locked" if row.is_locked else ""
            return tip("\n".join(filter(None, (row.cells[column], locked, row.problem, row.details))))
        if role == Qt.ItemDataRole.AccessibleTextRole and column == NAME and row.is_locked:
            return f"{row.cells[column]}, locked"
        if role == ID_ROLE:
            return row.id
        if role == RANK_ROLE:
            return row.ranks[column]
        return " ".join(row.cells).casefold() if role == FILTER_ROLE else None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or index.column() != NAME:
            return False
        row = self.rows[index.row()]
        if str(value) != row.cells[NAME]:
            self.renamed.emit(row.id, str(value))
        return False


class RowsFilter(QSortFilterProxyModel):
    """Leaves rows in which all words occur, sorted by what a column means and not by its words."""

    def __init__(self, model: RowsModel) -> None:
        super().__init__(model)
        self.setSourceModel(model)
        self._words: Sequence[str] = ()

    def search(self, text: str) -> None:
        """Leave rows with all of these words."""
        self._words = text.casefold().split()
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: AnyIndex) -> bool:
        text = str(self.sourceModel().index(row, 0, parent).data(FILTER_ROLE))
        return all(word in text for word in self._words)

    def lessThan(self, one: AnyIndex, other: AnyIndex) -> bool:
        return bool(one.data(RANK_ROLE) < other.data(RANK_ROLE))
