"""The panel of lesions over time: a tree of numbers with their changes, a plot of the chosen one, and the response."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.icons import icon
from workstation.gui.panels.over_time.presenter import Overview, Part
from workstation.gui.panels.plot.curve import CurveView
from workstation.gui.theme import Tokens
from workstation.gui.words import tip

EMPTY = (
    "No lesion of this patient is followed yet. Choose a measurement in the table of measurements (Ctrl+B), and give "
    "it a lesion; give the same name to its measurement in the other study."
)
HEADS = ("Date", "Value", "Since first", "Since last", "Image or report")
_SAMPLES = ("2025-12-31", "1000.0 mm", "+100.0 mm (+50.0 %)", "+100.0 mm (+50.0 %)", "CT chest, image 100")
_INDENT_PX, _AROUND_PX = 24, 16
_HEIGHTS = (260, 180, 190)
_ANNOTATION, _PART = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class OverTimePanel(QWidget):
    """Shows what changed; decides nothing."""

    closed = Signal()
    wanted = Signal()
    chosen = Signal(str)
    copy_wanted = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("segmentsPanel")  # the style of lists on the right
        self.setAccessibleName("Lesions over time")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(280)
        self._parts: tuple[Part, ...] = ()
        self._tokens = tokens
        self.lesion = self._choice("Lesion", "All lesions")
        self.quantity = self._choice("Quantity", "Main quantities")
        self.tree = self._make_tree()
        self.curve = CurveView(tokens, self)
        self.curve.setMinimumHeight(140)
        self.response = QLabel(self)
        self.response.setTextFormat(Qt.TextFormat.PlainText)
        self.response.setWordWrap(True)
        self.response.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.response.setAccessibleName("Response by RECIST 1.1")
        self.response.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.response.setContentsMargins(8, 4, 8, 8)
        self.empty = QLabel(EMPTY, self)
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.empty.setProperty("quiet", "true")
        self.empty.setContentsMargins(8, 8, 8, 8)
        self.copy_button = QPushButton("Copy table", self)
        self.copy_button.setToolTip("Copy numbers, changes and response, for a spreadsheet")
        self.copy_button.clicked.connect(self.copy_wanted)
        self._lay_out()
        self.set_tokens(tokens)

    def _choice(self, name: str, first: str) -> QComboBox:
        made = QComboBox(self)
        made.setAccessibleName(name)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(10)
        made.addItem(first, "")
        made.activated.connect(lambda _at: self.wanted.emit())
        return made

    def _make_tree(self) -> QTreeWidget:
        made = QTreeWidget(self)
        made.setHeaderLabels(list(HEADS))
        made.setAccessibleName("Numbers of lesions, oldest first, with their changes")
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.setIndentation(12)
        made.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for column, sample in enumerate(_SAMPLES):
            indent = 0 if column else _INDENT_PX
            made.setColumnWidth(column, made.fontMetrics().horizontalAdvance(sample) + _AROUND_PX + indent)
        made.currentItemChanged.connect(lambda _new, _old: self._show_curve())
        made.itemActivated.connect(self._go)
        made.itemClicked.connect(self._go)
        return made

    def _lay_out(self) -> None:
        title = QLabel("Lesions over time", self)
        title.setProperty("scale", "large")
        self.close_button = QToolButton(self)
        self.close_button.setToolTip("Close the lesions over time")
        self.close_button.setAccessibleName("Close the lesions over time")
        self.close_button.clicked.connect(self.closed)
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 4, 0)
        top.addWidget(title, 1)
        top.addWidget(self.copy_button)
        top.addWidget(self.close_button)
        choices = QHBoxLayout()
        choices.setContentsMargins(8, 0, 8, 0)
        choices.addWidget(self.lesion, 1)
        choices.addWidget(self.quantity, 1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.response)
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        for part, share in ((self.tree, 4), (self.curve, 3), (area, 3)):
            self.splitter.addWidget(part)
            self.splitter.setStretchFactor(self.splitter.count() - 1, share)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setSizes(_HEIGHTS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addLayout(choices)
        layout.addWidget(self.empty)
        layout.addWidget(self.splitter, 1)
        layout.addStretch()

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self._tokens = tokens
        self.close_button.setIcon(icon("close", tokens.quiet_text))
        self.curve.set_tokens(tokens)

    def offer(self, lesions: dict[str, str], quantities: dict[str, str]) -> None:
        """Offer these lesions and quantities, by what tells them."""
        for field, entries in ((self.lesion, lesions), (self.quantity, quantities)):
            now = field.currentData()
            if list(entries) == [field.itemData(at) for at in range(1, field.count())] and all(
                field.itemText(at + 1) == words for at, words in enumerate(entries.values())
            ):
                continue
            with QSignalBlocker(field):
                while field.count() > 1:
                    field.removeItem(1)
                for key, words in entries.items():
                    field.addItem(words, key)
                field.setCurrentIndex(max(0, field.findData(now)))

    def show_overview(self, found: Overview) -> None:
        """Show numbers and response."""
        if found.parts != self._parts:
            self._fill_tree(found.parts)
        is_empty = not found.parts and not found.responses
        self.empty.setVisible(is_empty)
        self.splitter.setVisible(not is_empty)
        self.copy_button.setEnabled(not is_empty)
        lines = ["RECIST 1.1"]
        for each in found.responses:
            lines += [f"{each.when}: {each.overall}; sum {each.total}", *(f"   {reason}" for reason in each.reasons)]
        lines += [f"⚠ Baseline: {each}" for each in found.baseline]
        self.response.setText("\n".join((*lines, *filter(None, [found.problem]))))

    def _fill_tree(self, parts: tuple[Part, ...]) -> None:
        before = self._top(self.tree.currentItem())
        at = self.tree.indexOfTopLevelItem(before) if before is not None else 0
        self._parts = parts
        self.tree.clear()
        for number, part in enumerate(parts):
            top = QTreeWidgetItem(self.tree, [f"{part.lesion}: {part.words}{f', {part.told}' if part.told else ''}"])
            top.setFirstColumnSpanned(True)
            top.setData(0, _PART, number)
            if part.problem:
                child = QTreeWidgetItem(top, [f"⚠ {part.problem}"])
                child.setFirstColumnSpanned(True)
                child.setToolTip(0, tip(part.problem))
            for line in part.lines:
                child = QTreeWidgetItem(top, [line.when, line.value, line.since_first, line.since_last, line.source])
                child.setData(0, _ANNOTATION, line.annotation)
                child.setToolTip(4, tip(line.source))
            top.setExpanded(True)
        chosen = self.tree.topLevelItem(max(0, min(at, len(parts) - 1)))
        if chosen is not None:
            self.tree.setCurrentItem(chosen)
        self._show_curve()

    def _top(self, item: QTreeWidgetItem | None) -> QTreeWidgetItem | None:
        return item.parent() or item if item is not None else None

    def _show_curve(self) -> None:
        top = self._top(self.tree.currentItem())
        number = top.data(0, _PART) if top is not None else None
        part = self._parts[number] if isinstance(number, int) and number < len(self._parts) else None
        self.curve.show_curve(part.curve if part is not None else None)

    def _go(self, item: QTreeWidgetItem) -> None:
        annotation = item.data(0, _ANNOTATION)
        if annotation:
            self.chosen.emit(str(annotation))
