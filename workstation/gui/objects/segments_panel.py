"""The list of segments and structures: a tick, a colour and a name each, and how opaque they are."""

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QColorDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.icons import icon
from workstation.gui.objects.segments_presenter import SegmentLine
from workstation.gui.theme import Tokens
from workstation.gui.words import tip

_KEY = Qt.ItemDataRole.UserRole
_SWATCH_PX = 14
EMPTY = (
    "Nothing lies over these images. Segmentations (SEG), structure sets (RTSTRUCT) and doses (RTDOSE) of an open "
    "study are listed here, and drawn over the images that they belong to."
)


class SegmentsPanel(QWidget):
    """Shows lines; decides nothing. Segments are named by the identifier of their object and their number."""

    closed = Signal()
    switched = Signal(str, int, bool)
    all_switched = Signal(bool)
    only_wanted = Signal(str, int)
    coloured = Signal(str, int, QColor)
    opacity_started = Signal()
    opacity_changed = Signal(float)
    chosen = Signal(str, int)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("segmentsPanel")
        self.setAccessibleName("Segments and structures")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(220)
        self._is_filling = False
        title = QLabel("Segments and structures", self)
        title.setProperty("scale", "large")
        self.close_button = QToolButton(self)
        self.close_button.setToolTip("Close this list")
        self.close_button.setAccessibleName("Close this list")
        self.close_button.clicked.connect(self.closed)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Segments and structures")
        self.list.setIconSize(QSize(_SWATCH_PX, _SWATCH_PX))
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._show_menu)
        self.list.itemChanged.connect(self._item_changed)
        self.list.itemActivated.connect(lambda item: self.chosen.emit(*item.data(_KEY)))
        self.opacity = QSlider(Qt.Orientation.Horizontal, self)
        self.opacity.setRange(0, 100)
        self.opacity.setAccessibleName("Opacity of the areas")
        self.opacity.sliderPressed.connect(self.opacity_started)
        self.opacity.valueChanged.connect(self._slid)
        self.all_button = self._push("Show all", shown=True)
        self.none_button = self._push("Hide all", shown=False)
        self.notes = QLabel(self)
        self.notes.setTextFormat(Qt.TextFormat.PlainText)
        self.notes.setWordWrap(True)
        self.notes.setProperty("quiet", "true")
        self.notes.setContentsMargins(8, 4, 8, 4)
        self.notes.hide()
        self.empty = QLabel(EMPTY, self)
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.empty.setContentsMargins(8, 8, 8, 8)
        self.empty.setProperty("quiet", "true")
        self._lay_out(title)
        self.set_tokens(tokens)

    def _push(self, words: str, *, shown: bool) -> QPushButton:
        button = QPushButton(words, self)
        button.clicked.connect(lambda _checked=False: self.all_switched.emit(shown))
        return button

    def _lay_out(self, title: QLabel) -> None:
        top, slide, buttons = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        top.setContentsMargins(8, 4, 4, 0)
        top.addWidget(title, 1)
        top.addWidget(self.close_button)
        slide.setContentsMargins(8, 0, 8, 0)
        slide.addWidget(QLabel("Opacity", self))
        slide.addWidget(self.opacity, 1)
        buttons.setContentsMargins(8, 0, 8, 8)
        buttons.addWidget(self.all_button)
        buttons.addWidget(self.none_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.notes)
        layout.addLayout(slide)
        layout.addLayout(buttons)

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.close_button.setIcon(icon("close", tokens.quiet_text))

    def show_lines(self, lines: tuple[SegmentLine, ...], opacity: float, notes: tuple[str, ...]) -> None:
        """Show these."""
        self._is_filling = True
        try:
            while self.list.count() > len(lines):
                self.list.takeItem(self.list.count() - 1)
            for at, line in enumerate(lines):
                # What is there is changed in place: it may be the very line that tells of its change.
                self._fill(self.list.item(at) if at < self.list.count() else QListWidgetItem(self.list), line)
            self.opacity.setValue(round(opacity * 100))
        finally:
            self._is_filling = False
        self.list.setVisible(bool(lines))
        self.empty.setVisible(not lines)
        for part in (self.opacity, self.all_button, self.none_button):
            part.setEnabled(bool(lines))
        self.notes.setText("\n".join(notes))
        self.notes.setVisible(bool(notes))

    def _fill(self, item: QListWidgetItem, line: SegmentLine) -> None:
        item.setText(line.name)
        item.setIcon(_swatch(QColor(*line.colour)))
        item.setData(_KEY, (line.group, line.number))
        item.setToolTip(tip(line.details))
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if line.is_shown else Qt.CheckState.Unchecked)

    def _item_changed(self, item: QListWidgetItem) -> None:
        if not self._is_filling:
            self.switched.emit(*item.data(_KEY), item.checkState() == Qt.CheckState.Checked)

    def _slid(self, value: int) -> None:
        if not self._is_filling:
            self.opacity_changed.emit(value / 100)

    def _show_menu(self, at: QPoint) -> None:
        item = self.list.itemAt(at)
        if item is None:
            return
        uid, number = item.data(_KEY)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Show only this one").triggered.connect(lambda: self.only_wanted.emit(uid, number))
        menu.addAction("Change its colour").triggered.connect(lambda: self._choose_colour(uid, number))
        menu.popup(self.list.viewport().mapToGlobal(at))

    def _choose_colour(self, uid: str, number: int) -> None:
        dialog = QColorDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda colour: self.coloured.emit(uid, number, colour))
        dialog.open()


def _swatch(colour: QColor) -> QIcon:
    made = QPixmap(_SWATCH_PX, _SWATCH_PX)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(0, 0, _SWATCH_PX, _SWATCH_PX, 3, 3)
    finally:
        painter.end()
    return QIcon(made)
