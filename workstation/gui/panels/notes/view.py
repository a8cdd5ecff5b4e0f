"""The notes as widgets, laid over the foot of the pictures: each can be copied, unfolded and put away.

They take no room of the pictures, which stay where they are when a note comes or goes.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.elided import WrappedLabel
from workstation.gui.icons import icon
from workstation.gui.panels.notes.presenter import Note
from workstation.gui.theme import Tokens

NARROW_PX = 560
"""Below this width the buttons of a note stand under its words."""
WIDEST_PX = 760
MARGIN_PX = 8
"""Between notes and the edges of what they lie over."""
SPACING_PX = 8
MOST_LINES = 2
"""Of what happened, and of what to do next; the others are unfolded."""
PASSING_MS = 12_000
"""So long a note stays that goes by itself, longer under the pointer or with the focus in it."""


class NotesArea(QWidget):
    """Shows notes at the foot of another widget, over it."""

    dismissed = Signal(int)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notes")
        self.setAccessibleName("Notes")
        self.tokens = tokens
        self._shown: dict[int, _NoteCard] = {}
        self._below: QWidget | None = None
        self._more = QLabel(self)
        self._more.setProperty("quiet", "true")
        self._more.setObjectName("moreNotes")
        self._more.setContentsMargins(16, 2, 8, 4)
        self._more.hide()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._layout.addWidget(self._more)
        self.hide()

    @property
    def cards(self) -> "tuple[_NoteCard, ...]":
        """The notes that are shown, from above."""
        return tuple(self._shown[each] for each in sorted(self._shown, reverse=True))

    def lie_over(self, widget: QWidget) -> None:
        """Stand at the foot of a widget that has the same parent."""
        self._below = widget
        widget.installEventFilter(self)
        self.place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._below and event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self.place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        is_done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.place()
        return is_done

    def place(self) -> None:
        """Take as much of what they lie over as the notes need, in the middle of its foot."""
        if self._below is None or not self._shown:
            return
        for card in self._shown.values():
            card.column.activate()  # what is laid out in it has changed, perhaps
        self._layout.invalidate()
        whole = self._below.geometry().adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX)
        width = min(whole.width(), WIDEST_PX)
        height = min(self._layout.totalHeightForWidth(width), whole.height())
        self.setGeometry(whole.center().x() - width // 2, whole.bottom() + 1 - height, width, height)
        self.raise_()
        for card in self._shown.values():
            card.offer_to_unfold()

    def show_notes(self, notes: tuple[Note, ...], *, more: int) -> None:
        """Show these, and say how many more there are."""
        wanted = {note.id for note in notes}
        for note_id in [each for each in self._shown if each not in wanted]:
            card = self._shown.pop(note_id)
            self._layout.removeWidget(card)
            card.hide()
            card.deleteLater()
        for number, note in enumerate(notes):
            if note.id not in self._shown:
                card = _NoteCard(note, self.tokens, self)
                card.close_button.clicked.connect(lambda _checked=False, gone=note.id: self.dismissed.emit(gone))
                for button in card.action_buttons:
                    button.clicked.connect(lambda _checked=False, gone=note.id: self.dismissed.emit(gone))
                card.unfolded.connect(self.place)
                card.passed.connect(lambda gone=note.id: self.dismissed.emit(gone))
                self._shown[note.id] = card
            self._layout.insertWidget(number, self._shown[note.id])
            self._shown[note.id].show()  # the layout does it later, and counts none that is not
        self._more.setText(f"and {more} more note{'s' if more > 1 else ''}")
        self._more.setVisible(more > 0)
        self.setVisible(bool(notes))
        self.place()

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.tokens = tokens
        for card in self._shown.values():
            card.set_tokens(tokens)


class _NoteCard(QWidget):
    passed = Signal()
    unfolded = Signal()

    def __init__(self, note: Note, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("note")
        self.setProperty("kind", note.kind)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(f"{note.kind}: {note.message}")
        self.note = note
        self._mark = QLabel(self)
        self.close_button = self._button("close", "Put this note away  (Esc)")
        self.copy_button = self._button("copy", "Copy this note")
        self.copy_button.clicked.connect(lambda: QApplication.clipboard().setText(note.as_text()))
        self.action_buttons = [self._action_button(*each) for each in (note.action, note.other_action) if each]
        self._details = self._make_details(note)
        self.words = [WrappedLabel(text, MOST_LINES, self) for text in (note.message, note.hint) if text]
        self.unfold_button = self._make_unfold_button()
        top = QHBoxLayout()
        top.setSpacing(SPACING_PX)
        top.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        top.addLayout(self._lay_words(), 1)
        self._beside, self._below = QHBoxLayout(), QHBoxLayout()
        self._below.setContentsMargins(28, 0, 0, 0)
        self._below.addStretch(1)
        self._is_narrow = False
        for button in self.action_buttons:
            self._beside.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        top.addLayout(self._beside)
        for tool in (self.unfold_button, self.copy_button, self.close_button):
            top.addWidget(tool, 0, Qt.AlignmentFlag.AlignVCenter)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 8, 8, 8)
        self.column.addLayout(top)
        self.column.addLayout(self._below)
        if self._details is not None:
            self.column.addWidget(self._details)
        self.set_tokens(tokens)
        self._timer = QTimer(self)
        self._timer.setInterval(PASSING_MS)
        self._timer.timeout.connect(self._pass)
        if note.passes:
            self._timer.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = event.size().width() < NARROW_PX
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            for button in self.action_buttons:
                if is_narrow:
                    self._below.insertWidget(self._below.count() - 1, button)
                else:
                    self._beside.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.offer_to_unfold()

    def offer_to_unfold(self) -> None:
        """Have the button for more where there is more, or would be where the button takes its room."""
        takes = self.unfold_button.sizeHint().width() + SPACING_PX if self.unfold_button.isHidden() else 0
        has_more = self._details is not None or any(each.has_more(each.width() - takes) for each in self.words)
        self.unfold_button.setVisible(has_more)

    def _pass(self) -> None:
        """Go, unless someone is reading or about to press a button."""
        focused = QApplication.focusWidget()
        if not self.underMouse() and (focused is None or not self.isAncestorOf(focused)):
            self._timer.stop()
            self.passed.emit()

    def _lay_words(self) -> QVBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(2)
        for number, label in enumerate(self.words):
            label.setProperty("quiet", "true" if number else "false")
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.addWidget(label)
        return words

    def _button(self, name: str, words: str) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setProperty("icon-name", name)
        return button

    def _action_button(self, words: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(words, self)
        button.clicked.connect(act)
        return button

    def _make_unfold_button(self) -> QPushButton:
        button = QPushButton("Details" if self._details is not None else "More", self)
        button.setProperty("flat", "true")
        button.setCheckable(True)
        button.toggled.connect(self._unfold)
        return button

    def _unfold(self, on: bool) -> None:
        for label in self.words:
            label.unfold(on=on)
        if self._details is not None:
            self._details.setVisible(on)
        self.unfolded.emit()

    def _make_details(self, note: Note) -> QPlainTextEdit | None:
        if not note.details:
            return None
        box = QPlainTextEdit(note.details, self)
        box.setReadOnly(True)
        box.setMaximumHeight(140)
        font = QFont("monospace")
        font.setStyleHint(QFont.StyleHint.Monospace)
        box.setFont(font)
        box.hide()
        return box

    def set_tokens(self, tokens: Tokens) -> None:
        colours = {"error": tokens.bad, "warning": tokens.warn, "information": tokens.accent}
        self._mark.setPixmap(icon(self.note.kind, QColor(colours[self.note.kind]).name()).pixmap(20, 20))
        for button in (self.close_button, self.copy_button):
            button.setIcon(icon(str(button.property("icon-name")), tokens.quiet_text))
