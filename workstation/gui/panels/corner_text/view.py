"""The panel of the corner text: modality, corner, its lines, and what can be put into them."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.icons import icon
from workstation.gui.panels.corner_text.presenter import CORNER_WORDS, FIELDS, CornerForm
from workstation.gui.tab_order import tab_in_order, tab_stops
from workstation.gui.theme import Tokens

ALL_MODALITIES = "All others"
HELP = (
    "Parts stand between | signs. A part is left out where the image says nothing of a field in it. Any attribute can "
    "be written by its keyword or number, {KVP:.0f} or {0018,0060}; :.0f gives no digits after the point, :.4g four in "
    "all."
)


class CornerTextPanel(QWidget):
    """Shows the lines of a corner; decides nothing. ``edited`` carries the text as it is typed."""

    closed = Signal()
    modality_chosen = Signal(str)
    corner_chosen = Signal(str)
    edited = Signal(str)
    finished = Signal()
    reset_wanted = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cornerTextPanel")
        self.setAccessibleName("Corner text")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(300)
        self.lines = QPlainTextEdit(self)
        self.lines.setAccessibleName("Lines of the corner")
        self.lines.setTabChangesFocus(True)
        self.lines.setPlaceholderText("Nothing stands in this corner. Type a line, or put a field in.")
        self.lines.textChanged.connect(lambda: self.edited.emit(self.lines.toPlainText()))
        self.origin, self.problem = (
            self._label("Where the lines come from"),
            self._label("What is wrong with the lines"),
        )
        self.origin.setProperty("quiet", "true")
        self.problem.hide()
        self.field = QComboBox(self)
        self.field.setAccessibleName("Put a field in")
        self.field.addItem("Put a field in …")
        for words, written in FIELDS:
            self.field.addItem(words, written)
        self.field.activated.connect(self._put_in)
        told = self._label("How lines are written")
        told.setText(HELP)
        told.setProperty("quiet", "true")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(self._make_top())
        layout.addLayout(self._make_corners())
        layout.addWidget(self.lines, 1)
        for widget in (self.origin, self.problem, self.field, told):
            layout.addWidget(widget)
        layout.addLayout(self._make_foot())
        tab_in_order(tuple(tab_stops(self)))
        self.set_tokens(tokens)

    def _make_top(self) -> QHBoxLayout:
        title = QLabel("Corner text", self)
        title.setProperty("scale", "large")
        self.modality = QComboBox(self)
        self.modality.setAccessibleName("Modality")
        self.modality.setToolTip("The modality whose corners are shown")
        self.modality.activated.connect(lambda _at: self.modality_chosen.emit(self.modality.currentData()))
        self.close_button = QToolButton(self)
        self.close_button.setToolTip("Close the corner text")
        self.close_button.setAccessibleName("Close the corner text")
        self.close_button.clicked.connect(self.closed)
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self.modality)
        top.addWidget(self.close_button)
        return top

    def _make_corners(self) -> QGridLayout:
        self.corners = QButtonGroup(self)
        grid = QGridLayout()
        grid.setSpacing(4)
        self.corner_buttons: dict[str, QPushButton] = {}
        for number, (corner, words) in enumerate(CORNER_WORDS.items()):
            button = self.corner_buttons[corner] = QPushButton(words, self)
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, corner=corner: self.corner_chosen.emit(corner))
            self.corners.addButton(button)
            grid.addWidget(button, *divmod(number, 2))
        return grid

    def _make_foot(self) -> QHBoxLayout:
        self.reset_button = QPushButton("Reset", self)
        words = "Go back to the lines that came with the program, in all corners of this modality"
        self.reset_button.setToolTip(words)
        self.reset_button.setAccessibleDescription(words)
        self.reset_button.clicked.connect(self.reset_wanted)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.reset_button)
        return foot

    def _label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setAccessibleName(name)
        return label

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.close_button.setIcon(icon("close", tokens.quiet_text))
        self.problem.setStyleSheet(f"color: {tokens.warn};")

    def show_modalities(self, names: tuple[str, ...], chosen: str) -> None:
        """Offer these; the empty one stands for all that have no lines of their own."""
        with QSignalBlocker(self.modality):
            self.modality.clear()
            for name in names:
                self.modality.addItem(name or ALL_MODALITIES, name)
            self.modality.setCurrentIndex(self.modality.findData(chosen))

    def show_form(self, form: CornerForm) -> None:
        """Show the lines of a corner, to be changed."""
        self.corner_buttons[form.corner].setChecked(True)
        with QSignalBlocker(self.lines):
            self.lines.setPlainText(form.text)
        self.show_origin(form.origin, can_reset=form.can_reset)

    def show_origin(self, words: str, *, can_reset: bool) -> None:
        """Say where the lines come from."""
        self.origin.setText(words)
        self.reset_button.setEnabled(can_reset)

    def show_problem(self, text: str) -> None:
        """Say below the lines why they do not hold."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def hideEvent(self, event: QHideEvent) -> None:
        """Have what was typed written before the panel goes."""
        self.finished.emit()
        super().hideEvent(event)

    def _put_in(self, at: int) -> None:
        written = self.field.itemData(at)
        self.field.setCurrentIndex(0)
        if written is None:
            return
        cursor = self.lines.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        is_apart = not before.strip() or before.rstrip().endswith("|")
        between = "" if is_apart else "| " if before.endswith(" ") else " | "
        cursor.insertText(f"{between}{written}")
        self.lines.setTextCursor(cursor)
        self.lines.setFocus()
