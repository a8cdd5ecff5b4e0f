"""The list of key images, with small pictures; below it what they are chosen for, a note, and the button that saves."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QIcon, QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.icons import icon
from workstation.gui.panels.key_images.presenter import KeyLine
from workstation.gui.theme import Tokens
from workstation.gui.words import tip

_LINE = Qt.ItemDataRole.UserRole
PICTURE_PX = 48
EMPTY = "No key images. K stars the image that is shown."


class KeyImagesPanel(QWidget):
    """Shows lines; decides nothing."""

    closed = Signal()
    chosen = Signal(object)
    noted = Signal(object, str)
    unstar_wanted = Signal(object)
    save_wanted = Signal(str, str, str)
    series_only = Signal(bool)
    picture_wanted = Signal(str, object)

    def __init__(self, tokens: Tokens, titles: tuple[str, ...], creator: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("segmentsPanel")  # the style of lists on the right
        self.setAccessibleName("Key images")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(240)
        self._pictures: dict[str, QPixmap | None] = {}
        self.list = _List(self)
        self.list.setAccessibleName("Key images")
        self.list.setIconSize(QSize(PICTURE_PX, PICTURE_PX))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        self.list.currentItemChanged.connect(lambda item, _before: self._show_note(item))
        self.list.unstar_wanted.connect(self._unstar)
        self.empty = QLabel(EMPTY, self)
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.empty.setProperty("quiet", "true")
        self.empty.setContentsMargins(8, 8, 8, 8)
        self.only = QCheckBox("This series only", self)
        self.only.toggled.connect(self.series_only)
        self.image_note = QLineEdit(self)
        self.image_note.setPlaceholderText("Note on the chosen image")
        self.image_note.setAccessibleName("Note on the chosen image")
        self.image_note.setEnabled(False)
        self.image_note.editingFinished.connect(self._note)
        self.title = QComboBox(self)
        self.title.addItems(titles)
        self.title.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.title.setMinimumContentsLength(12)
        self.title.setAccessibleName("What the key images are chosen for")
        self.note = QLineEdit(self)
        self.note.setAccessibleName("Note on all of them")
        self.note.setPlaceholderText("What is to be said about them")
        self.creator = QLineEdit(creator, self)
        self.creator.setAccessibleName("Who chose them")
        self.creator.setPlaceholderText("Family, Given")
        self.save_button = QPushButton("Save key images", self)
        self.save_button.setToolTip("Write a key object selection of the starred images of this study")
        self.save_button.clicked.connect(self._save)
        self._lay_out()
        self.set_tokens(tokens)

    def _lay_out(self) -> None:
        title = QLabel("Key images", self)
        title.setProperty("scale", "large")
        self.close_button = QToolButton(self)
        self.close_button.setToolTip("Close this list")
        self.close_button.setAccessibleName("Close this list")
        self.close_button.clicked.connect(self.closed)
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 4, 0)
        top.addWidget(title, 1)
        top.addWidget(self.close_button)
        form = QFormLayout()
        form.setContentsMargins(8, 4, 8, 8)
        form.addRow(self.only)
        form.addRow(self.image_note)
        form.addRow("&Title", self.title)
        form.addRow("&Note", self.note)
        form.addRow("Chosen &by", self.creator)
        form.addRow(self.save_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self.list, 1)
        layout.addLayout(form)

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.close_button.setIcon(icon("close", tokens.quiet_text))

    def show_lines(self, lines: tuple[KeyLine, ...]) -> None:
        """Show these; the chosen one stays chosen."""
        chosen = self._line(self.list.currentItem())
        self.list.clear()
        bold = QFont(self.font())
        bold.setBold(True)
        for line in lines:
            item = QListWidgetItem(f"{line.words}\n{line.detail}" if line.detail else line.words, self.list)
            item.setData(_LINE, line)
            item.setToolTip(tip(item.text()))
            if line.ref is None:
                item.setFont(bold)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            else:
                item.setIcon(self._picture(line))
            if chosen is not None and line.key == chosen.key:
                self.list.setCurrentItem(item)
        self.empty.setVisible(not lines)
        self.list.setVisible(bool(lines))
        self.save_button.setEnabled(any(line.is_own for line in lines))

    def show_picture(self, key: str, picture: QImage | None) -> None:
        """Put the small picture of an image there."""
        self._pictures[key] = QPixmap() if picture is None else QPixmap.fromImage(picture)
        for row in range(self.list.count()):
            item = self.list.item(row)
            line = self._line(item)
            if line is not None and line.ref is not None and _picture_key(line) == key:
                item.setIcon(QIcon(self._pictures[key] or QPixmap()))

    def _picture(self, line: KeyLine) -> QIcon:
        key = _picture_key(line)
        if key not in self._pictures:
            self._pictures[key] = None
            self.picture_wanted.emit(key, line.ref)
        made = self._pictures[key]
        if made is None:
            made = QPixmap(PICTURE_PX, PICTURE_PX)
            made.fill(Qt.GlobalColor.black)
        return QIcon(made)

    def _line(self, item: QListWidgetItem | None) -> KeyLine | None:
        line = item.data(_LINE) if item is not None else None
        return line if isinstance(line, KeyLine) else None

    def _choose(self, item: QListWidgetItem) -> None:
        line = self._line(item)
        if line is not None and line.ref is not None:
            self.chosen.emit(line.ref)

    def _show_note(self, item: QListWidgetItem | None) -> None:
        line = self._line(item)
        is_own = line is not None and line.is_own
        self.image_note.setEnabled(is_own)
        self.image_note.setText(line.detail if line is not None and is_own else "")

    def _note(self) -> None:
        line = self._line(self.list.currentItem())
        if line is not None and line.is_own and self.image_note.text() != line.detail:
            self.noted.emit(line.ref, self.image_note.text())

    def _unstar(self) -> None:
        line = self._line(self.list.currentItem())
        if line is not None and line.is_own:
            self.unstar_wanted.emit(line.ref)

    def _save(self) -> None:
        self.save_wanted.emit(self.title.currentText(), self.note.text(), self.creator.text())


def _picture_key(line: KeyLine) -> str:
    return f"{line.ref.instance.sop_instance_uid} {line.ref.number}" if line.ref is not None else ""


class _List(QListWidget):
    unstar_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.unstar_wanted.emit()
        else:
            super().keyPressEvent(event)
