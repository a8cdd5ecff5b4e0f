"""Presets as small pictures, and the editor of colours and opacity."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QColorDialog,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.calm import CalmComboBox, CalmDoubleSpinBox
from workstation.gui.fields import inset
from workstation.gui.panels.volume.editor import TransferEditor
from workstation.gui.theme import Tokens
from workstation.volume.looks.transfer import Colour, TransferFunction

PREVIEW_PX = (84, 63)
GALLERY_PX = 216
_NAME = Qt.ItemDataRole.UserRole


class ColourSection(QWidget):
    """Shows presets and a function; decides nothing."""

    group_chosen = Signal(str)
    preset_chosen = Signal(str)
    changed = Signal(object)
    rested = Signal()
    open_wanted = Signal()
    save_wanted = Signal()
    reset_wanted = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.groups = CalmComboBox(self)
        self.groups.setAccessibleName("Presets for")
        self.groups.setToolTip("Presets for which modality")
        self.groups.activated.connect(lambda _at: self.group_chosen.emit(str(self.groups.currentData())))
        self.gallery = self._make_gallery()
        self.editor = TransferEditor(tokens, self)
        self.editor.changed.connect(self.changed)
        self.editor.rested.connect(self.rested)
        self.editor.chosen.connect(self._show_point)
        self.editor.colour_wanted.connect(self._ask_colour)
        self.value = self._number("Value of the chosen point")
        self.value.setRange(-1e7, 1e7)
        self.opacity = self._number("Opacity of the chosen point")
        self.opacity.setRange(0, 100)
        self.opacity.setSuffix(" %")
        self.colour = QPushButton("Colour …", self)
        self.colour.setToolTip("Colour of the chosen point")
        self.colour.clicked.connect(self._ask_colour)
        self.out = QPushButton("Take out", self)
        self.out.setToolTip("Take the chosen point out  (Del)")
        self.out.clicked.connect(self.editor.remove)
        self.note = QLabel(self)
        self.note.setProperty("quiet", "true")
        self.note.setWordWrap(True)
        for field in (self.value, self.opacity):
            field.valueChanged.connect(self._put)
            field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.groups.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._lay_out()

    def _make_gallery(self) -> QListWidget:
        made = QListWidget(self)
        made.setViewMode(QListView.ViewMode.IconMode)
        made.setIconSize(QSize(*PREVIEW_PX))
        made.setGridSize(QSize(PREVIEW_PX[0] + 10, PREVIEW_PX[1] + 26))
        made.setResizeMode(QListView.ResizeMode.Adjust)
        made.setMovement(QListView.Movement.Static)
        made.setUniformItemSizes(True)
        made.setWordWrap(False)
        made.setTextElideMode(Qt.TextElideMode.ElideRight)
        made.setFixedHeight(GALLERY_PX)
        made.setAccessibleName("Presets")
        made.itemActivated.connect(self._use)
        made.itemClicked.connect(self._use)
        return made

    def _number(self, words: str) -> QDoubleSpinBox:
        field = CalmDoubleSpinBox(self)
        inset(field)
        field.setDecimals(1)
        field.setKeyboardTracking(False)
        field.setAccessibleName(words)
        field.setToolTip(words)
        return field

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.value, 0, 0)
        grid.addWidget(self.opacity, 0, 1)
        grid.addWidget(self.colour, 1, 0)
        grid.addWidget(self.out, 1, 1)
        files = QHBoxLayout()
        for words, tip, wanted in (
            ("Open …", "Open colours and opacity of a file (tf.json)", self.open_wanted),
            ("Save …", "Save them as a file (tf.json), which commands and other studies take", self.save_wanted),
            ("Reset", "The preset as it comes, or the one for the modality", self.reset_wanted),
        ):
            button = QPushButton(words, self)
            button.setToolTip(tip)
            button.clicked.connect(wanted)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            files.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.groups, self.gallery, self.editor):
            column.addWidget(widget)
        column.addLayout(grid)
        column.addLayout(files)
        column.addWidget(self.note)

    def show_groups(self, groups: Sequence[str], used: str) -> None:
        """Offer groups of presets."""
        self.groups.clear()
        for group in groups:
            self.groups.addItem(group, group)
        self.groups.setCurrentIndex(max(0, self.groups.findData(used)))

    def show_presets(self, presets: Sequence[tuple[str, str, str]]) -> None:
        """Show the presets of a group: (name of the file, words, description)."""
        self.gallery.clear()
        ratio = self.devicePixelRatioF()
        for name, words, description in presets:
            blank = QPixmap(round(PREVIEW_PX[0] * ratio), round(PREVIEW_PX[1] * ratio))
            blank.setDevicePixelRatio(ratio)
            blank.fill(Qt.GlobalColor.black)
            item = QListWidgetItem(QIcon(blank), words)
            item.setData(_NAME, name)
            item.setToolTip(f"{words}. {description}" if description else words)
            self.gallery.addItem(item)

    def show_preview(self, name: str, image: QImage) -> None:
        """Show what a preset looks like."""
        for at in range(self.gallery.count()):
            item = self.gallery.item(at)
            if item.data(_NAME) == name:
                item.setIcon(QIcon(QPixmap.fromImage(image)))

    def show_used(self, preset: str) -> None:
        """Mark the preset in use."""
        silent = QSignalBlocker(self.gallery)
        self.gallery.clearSelection()
        for at in range(self.gallery.count()):
            item = self.gallery.item(at)
            if item.data(_NAME) == preset:
                self.gallery.setCurrentItem(item)
                item.setSelected(True)
        silent.unblock()

    def show_function(self, function: TransferFunction | None, unit: str, note: str) -> None:
        """Show a function, in modality values."""
        self.editor.show_function(function)
        self.value.setSuffix(f" {unit}" if unit else "")
        for widget in (self.editor, self.value, self.opacity, self.colour, self.out):
            widget.setEnabled(function is not None)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self._show_point()

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.editor.set_tokens(tokens)

    def _use(self, item: QListWidgetItem) -> None:
        self.preset_chosen.emit(str(item.data(_NAME)))

    def _show_point(self) -> None:
        function = self.editor.function
        if function is None:
            return
        point = function.points[self.editor.at]
        silent = [QSignalBlocker(field) for field in (self.value, self.opacity)]
        self.value.setValue(point.value)
        self.value.setSingleStep(max((function.span[1] - function.span[0]) / 100, 0.1))
        self.opacity.setValue(point.opacity * 100)
        self.out.setEnabled(len(function.points) > 2)
        for blocker in silent:
            blocker.unblock()

    def _put(self, _value: float) -> None:
        self.editor.put(self.value.value(), self.opacity.value() / 100)

    def _ask_colour(self) -> None:
        function = self.editor.function
        if function is None:
            return
        dialog = QColorDialog(QColor.fromRgbF(*function.points[self.editor.at].colour), self)
        dialog.setWindowTitle("Colour of the point")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda colour: self.editor.recolour(_parts(colour)))
        dialog.open()


def _parts(colour: QColor) -> Colour:
    return colour.redF(), colour.greenF(), colour.blueF()
