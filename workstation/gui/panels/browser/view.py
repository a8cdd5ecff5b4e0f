"""The study browser's widgets: the search field on top, the tree below, a line that says how much there is."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QLabel, QLineEdit, QTreeView, QVBoxLayout, QWidget

from workstation.gui.icons import icon
from workstation.gui.panels.browser.delegate import BrowserDelegate
from workstation.gui.panels.browser.model import NODE_ROLE, BrowserModel
from workstation.gui.panels.browser.nodes import Node
from workstation.gui.theme import Tokens

MOST_THUMBNAILS = 2000


class Browser(QWidget):
    """Shows nodes, tells what is chosen and typed."""

    searched = Signal(str)
    chosen = Signal(object)
    hang_wanted = Signal(object)
    thumbnail_wanted = Signal(object)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("browser")
        self.setAccessibleName("Study browser")
        self._pictures: OrderedDict[str, QPixmap] = OrderedDict()
        self._asked: dict[str, str] = {}
        self._shares: dict[str, float] = {}
        self._is_told = False
        self.model = BrowserModel(self)
        self.search = self._make_search()
        self.tree = self._make_tree(tokens)
        self.summary = QLabel(self)
        self.summary.setProperty("quiet", "true")
        self.summary.setProperty("scale", "small")
        self.summary.setContentsMargins(8, 4, 8, 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        field = QWidget(self)
        around = QVBoxLayout(field)
        around.setContentsMargins(8, 8, 8, 8)
        around.addWidget(self.search)
        for widget in (field, self.tree, self.summary):
            layout.addWidget(widget)
        self.set_tokens(tokens)

    def _make_search(self) -> QLineEdit:
        field = QLineEdit(self)
        field.setPlaceholderText("Search patients, studies, series")
        field.setAccessibleName("Search studies")
        field.setToolTip("Name, ID, date, description, modality … in any order  (Ctrl+F)")
        field.setAcceptDrops(False)
        field.setClearButtonEnabled(True)
        field.textChanged.connect(self.searched)
        self._search_icon = field.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        return field

    def _make_tree(self, tokens: Tokens) -> "_Tree":
        tree = _Tree(self)
        tree.setModel(self.model)
        self.delegate = BrowserDelegate(tokens, self._thumbnail, self._shares.get, tree)
        tree.setItemDelegate(self.delegate)
        tree.selectionModel().currentChanged.connect(self._current_changed)
        tree.clicked.connect(self._current_changed)
        tree.doubleClicked.connect(self._double_clicked)
        return tree

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.delegate.tokens = tokens
        self._search_icon.setIcon(icon("search", tokens.quiet_text))
        self.tree.accent = QColor(tokens.quiet_text)
        self.tree.viewport().update()

    def show_nodes(self, nodes: Sequence[Node], *, unfold: bool) -> None:
        """Show these rows."""
        scrolled = self.tree.verticalScrollBar().value()
        for index in self.model.set_nodes(nodes):
            if unfold and index.data(NODE_ROLE).kind in ("patient", "study"):
                self.tree.expand(index)
        self.tree.verticalScrollBar().setValue(scrolled)

    def show_selected(self, key: str | None) -> None:
        """Mark a row and bring it into view."""
        index = self.model.index_of_key(key) if key else QModelIndex()
        if index == self.tree.currentIndex():
            return
        self._is_told = True
        self.tree.setCurrentIndex(index)
        self._is_told = False
        if index.isValid():
            self.tree.scrollTo(index)
        self.tree.viewport().update()

    def show_summary(self, text: str) -> None:
        """Say how much is listed."""
        self.summary.setText(text)

    def show_thumbnail(self, key: str, picture: QImage | None) -> None:
        """Put the picture of a row there; None where there is none to be had."""
        self._pictures[key] = QPixmap() if picture is None else QPixmap.fromImage(picture)
        self._pictures.move_to_end(key)
        while len(self._pictures) > MOST_THUMBNAILS:
            old, _ = self._pictures.popitem(last=False)
            self._asked.pop(old, None)
        self.model.node_changed(key)

    def forget_pictures(self, keys: Iterable[str]) -> None:
        """Give back the memory of the pictures of rows that are gone."""
        for key in keys:
            self._pictures.pop(key, None)
            self._asked.pop(key, None)
            self._shares.pop(key, None)

    def show_share(self, key: str, share: float | None) -> None:
        """Draw how much of a series is at hand, 0 to 1; None where there is nothing to say."""
        if self._shares.get(key) == share:
            return
        if share is None:
            self._shares.pop(key, None)
        else:
            self._shares[key] = share
        self.model.node_changed(key)

    def show_starred(self, series: frozenset[str]) -> None:
        """Mark the rows of the series that have key images."""
        if series != self.delegate.starred:
            self.delegate.starred = series
            self.tree.viewport().update()

    def pictures(self) -> set[str]:
        """Give the keys of the rows that have a picture."""
        return {key for key, picture in self._pictures.items() if not picture.isNull()}

    def _thumbnail(self, node: Node) -> QPixmap | None:
        frame = node.thumbnail
        if frame is not None:
            wanted = f"{frame.instance.sop_instance_uid}:{frame.number}"
            if self._asked.get(node.key) != wanted:
                self._asked[node.key] = wanted
                self.thumbnail_wanted.emit(node)
        return self._pictures.get(node.key)

    def _current_changed(self, index: QModelIndex) -> None:
        node = index.data(NODE_ROLE)
        if isinstance(node, Node) and node.selection is not None and not self._is_told:
            self.chosen.emit(node.selection)

    def _double_clicked(self, index: QModelIndex) -> None:
        """Have the study hung that a row belongs to: told by a series of it."""
        node = index.data(NODE_ROLE)
        while isinstance(node, Node) and node.selection is None and node.kind == "study" and node.children:
            node = node.children[0]
        if isinstance(node, Node) and node.selection is not None:
            self.hang_wanted.emit(node.selection)


class _Tree(QTreeView):
    """A tree whose rows differ in height; Enter unfolds, letters go to the search of the browser."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.accent = QColor()
        self.setHeaderHidden(True)
        self.setAccessibleName("Patients, studies and series")
        self.setIndentation(14)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setExpandsOnDoubleClick(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.setExpanded(self.currentIndex(), not self.isExpanded(self.currentIndex()))
            return
        super().keyPressEvent(event)
