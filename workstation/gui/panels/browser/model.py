"""The rows of the browser for Qt's tree view; a new tree changes only the rows that differ."""

from collections.abc import Sequence
from itertools import count

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from workstation.gui.panels.browser.nodes import Node
from workstation.gui.words import tip

Index = QModelIndex | QPersistentModelIndex
NODE_ROLE = int(Qt.ItemDataRole.UserRole)
_NOWHERE = QModelIndex()


class _Row:
    """A node with its place in the tree; it lives as long as its key is listed."""

    __slots__ = ("children", "id", "node", "parent")

    def __init__(self, node: Node | None, parent: "_Row | None", number: int) -> None:
        self.id = number
        self.node = node
        self.parent = parent
        self.children: list[_Row] = []

    @property
    def key(self) -> str:
        return self.node.key if self.node else ""

    def number(self) -> int:
        return self.parent.children.index(self) if self.parent else 0


class BrowserModel(QAbstractItemModel):
    """A tree of nodes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = _Row(None, None, 0)
        self._rows: dict[str, _Row] = {}
        # Indices carry numbers, not objects: Qt may still ask about one whose row is gone.
        self._by_id: dict[int, _Row] = {}
        self._ids = count(1)

    def set_nodes(self, nodes: Sequence[Node]) -> list[QModelIndex]:
        """Show these; gives the indices of rows that were not there before."""
        added: list[_Row] = []
        self._sync(self._root, nodes, added)
        return [self._index_of(row) for row in added]

    def index_of_key(self, key: str) -> QModelIndex:
        """Give the index of a row; an invalid one where it is not listed."""
        row = self._rows.get(key)
        return self._index_of(row) if row else QModelIndex()

    def node_changed(self, key: str) -> None:
        """Have a row painted again."""
        index = self.index_of_key(key)
        if index.isValid():
            self.dataChanged.emit(index, index)

    def _sync(self, parent: _Row, nodes: Sequence[Node], added: list[_Row]) -> None:
        wanted = {node.key for node in nodes}
        for number in reversed(range(len(parent.children))):
            if parent.children[number].key not in wanted:
                self._remove(parent, number)
        for number, node in enumerate(nodes):
            if number >= len(parent.children) or parent.children[number].key != node.key:
                self._bring(parent, number, node, added)
            row = parent.children[number]
            if row.node != node:
                row.node = node
                index = self._index_of(row)
                self.dataChanged.emit(index, index)
            self._sync(row, node.children, added)

    def _bring(self, parent: _Row, number: int, node: Node, added: list[_Row]) -> None:
        """Put the row of a node at its number: moved there if it stands further down, else a new one."""
        later = next((at for at, row in enumerate(parent.children) if at > number and row.key == node.key), None)
        index = self._index_of(parent)
        if later is not None:
            self.beginMoveRows(index, later, later, index, number)
            parent.children.insert(number, parent.children.pop(later))
            self.endMoveRows()
            return
        self.beginInsertRows(index, number, number)
        row = _Row(node, parent, next(self._ids))
        parent.children.insert(number, row)
        self._rows[node.key] = self._by_id[row.id] = row
        self.endInsertRows()
        added.append(row)

    def _remove(self, parent: _Row, number: int) -> None:
        self.beginRemoveRows(self._index_of(parent), number, number)
        self._forget(parent.children.pop(number))
        self.endRemoveRows()

    def _forget(self, row: _Row) -> None:
        self._by_id.pop(row.id, None)
        if self._rows.get(row.key) is row:
            del self._rows[row.key]
        for child in row.children:
            self._forget(child)

    def _index_of(self, row: _Row) -> QModelIndex:
        return QModelIndex() if row is self._root else self.createIndex(row.number(), 0, row.id)

    def _row(self, index: Index) -> _Row:
        return self._by_id.get(index.internalId(), self._root) if index.isValid() else self._root

    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        children = self._row(parent).children
        return self.createIndex(row, column, children[row].id) if 0 <= row < len(children) else QModelIndex()

    def parent(self, index: Index = _NOWHERE) -> QModelIndex:  # type: ignore[override]  # hides QObject.parent(), as Qt does
        above = self._row(index).parent
        return QModelIndex() if above is None else self._index_of(above)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return len(self._row(parent).children)

    def columnCount(self, _parent: Index = _NOWHERE) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        node = self._row(index).node
        if node is None:
            return None
        if role == NODE_ROLE:
            return node
        if role == Qt.ItemDataRole.DisplayRole:
            return node.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip("\n".join(filter(None, [node.title, node.detail, node.warning.replace("; ", "\n")])))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(filter(None, [node.kind, node.badge, node.title, node.detail, node.warning]))
        return None
