"""A document in a pane: the pages with a bar above them; what is no PDF is told, and can be saved."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from workstation.display.pdf_pages import FoundText, PdfPages
from workstation.gui.icons import icon
from workstation.gui.objects.pdf_view import PdfArea
from workstation.gui.objects.search_bar import SearchBar
from workstation.gui.theme import Tokens
from workstation.gui.words import plural
from workstation.gui.work import Work
from workstation.objects.encapsulated import NAMES, Document


class PdfView(QWidget):
    """Shows a document. ``save_wanted`` carries the path that was chosen for its bytes."""

    save_wanted = Signal(Path)

    def __init__(self, tokens: Tokens, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pdfView")
        self.setAccessibleName("Document")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._work = work
        self._document: Document | None = None
        self._found: tuple[FoundText, ...] = ()
        self._at = -1
        self._searches = 0
        self.area = PdfArea(tokens, work, self)
        self.title = QLabel(self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.position = QLabel(self)
        self.position.setProperty("quiet", "true")
        self.words = QLabel(self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.search = SearchBar("Search in the document", self)
        self.search.searched.connect(self._search)
        self.search.stepped.connect(self._step)
        self.search.left.connect(self.area.setFocus)
        self.save_button = QPushButton("Save", self)
        self.save_button.clicked.connect(self._choose_path)
        self._buttons = [
            self._button("−", "Smaller  (-)", lambda: self.area.zoom(0.8)),
            self._button("+", "Larger  (+)", lambda: self.area.zoom(1.25)),
            self._button("", "As wide as the window  (0)", lambda: self.area.zoom(None)),
        ]
        self.area.moved.connect(self._tell_position)
        self.setFocusProxy(self.area)
        self._lay_out()
        self.set_tokens(tokens)

    def _button(self, text: str, words: str, act: object) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.clicked.connect(act)
        return button

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 6, 8, 4)
        bar.addWidget(self.title, 1)
        bar.addWidget(self.position)
        for each in (*self._buttons, self.search, self.save_button):
            bar.addWidget(each)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.area, 1)

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.area.tokens = tokens
        self._buttons[2].setIcon(icon("fit", tokens.quiet_text))
        self.save_button.setIcon(icon("save", tokens.text))
        self.area.viewport().update()

    def show_document(self, document: Document, pages: PdfPages | None = None, problem: str = "") -> None:
        """Show a document: its pages where it is a PDF that could be read, else what it is and why not."""
        self._document = document
        self.title.setText(document.title)
        self.area.setVisible(pages is not None)
        self.words.setVisible(pages is None)
        for each in (*self._buttons, self.search, self.position):
            each.setVisible(pages is not None)
        kind = NAMES[document.kind]
        said = [f"This is {kind}, of {plural(len(document.data), 'byte', 'bytes')}.", problem, *document.notes]
        if pages is None and document.data:
            said.append("It can be saved, and opened with another program.")
        self.words.setText("\n\n".join(filter(None, said)))
        self.save_button.setEnabled(bool(document.data))
        if pages is not None:
            self.area.show_pages(pages)
            self._tell_position()

    def _tell_position(self) -> None:
        if self.area.pages is not None:
            self.position.setText(f"page {self.area.current_page + 1} of {len(self.area.pages)}")

    def _search(self, words: str) -> None:
        pages = self.area.pages
        self._searches += 1
        number = self._searches

        def found(hits: tuple[FoundText, ...]) -> None:
            if number == self._searches:
                self._found, self._at = hits, -1
                self._step(1)

        if pages is not None:
            self._work.start("Search in the document", lambda _job: pages.find(words), done=found)

    def _step(self, by: int) -> None:
        if self._found:
            self._at = (self._at + by) % len(self._found)
        self.search.show_found(self._at, len(self._found))
        self.area.show_found(self._found, self._at)

    def _choose_path(self) -> None:
        if self._document is None:
            return
        dialog = QFileDialog(self, "Save the document")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(self._document.suffix.removeprefix("."))
        dialog.selectFile(f"document{self._document.suffix}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save_wanted.emit(Path(name)))
        dialog.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Find):
            self.search.begin()
        elif event.key() == Qt.Key.Key_F3:
            self._step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.matches(QKeySequence.StandardKey.Save):
            self._choose_path()
        else:
            super().keyPressEvent(event)
