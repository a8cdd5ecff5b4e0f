"""The print preview: a page as it will be printed, its layout beside it, and ways to paper and PDF."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.fitting import fit
from workstation.gui.icons import icon
from workstation.gui.panels.exporting.fields import choice_box, every_box
from workstation.gui.panels.exporting.preview_presenter import PreviewState
from workstation.gui.panels.exporting.view import LAYOUTS, PAPERS
from workstation.gui.tab_order import tab_in_order, tab_stops
from workstation.gui.theme import Tokens


class PagePicture(QWidget):
    """A page, fitted into the room there is, on a quiet ground."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMinimumSize(420, 480)
        self.setAccessibleName("The page as it will be printed")
        self.picture: QPixmap | None = None

    @property
    def is_shown(self) -> bool:
        """Whether there is a page, not only the wait for one."""
        return self.picture is not None

    def show_picture(self, picture: NDArray[np.uint8] | None) -> None:
        """Show a page; None shows that it is being made."""
        self.picture = None if picture is None else QPixmap.fromImage(image_of(picture))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the page in the middle."""
        painter = QPainter(self)
        if self.picture is None:
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "The page is being made …")
        else:
            ratio = self.devicePixelRatioF()
            room = self.size() * ratio
            fitted = self.picture.scaled(
                room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            fitted.setDevicePixelRatio(ratio)
            wide, high = fitted.width() / ratio, fitted.height() / ratio
            painter.drawPixmap(round((self.width() - wide) / 2), round((self.height() - high) / 2), fitted)
        painter.end()


def image_of(picture: NDArray[np.uint8]) -> QImage:
    """Give a picture, (height, width, 3), to Qt, with memory of its own."""
    height, width = picture.shape[:2]
    data = np.ascontiguousarray(picture)
    return QImage(data.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


class PreviewDialog(QDialog):
    """Shows pages; decides nothing. ``edited`` carries an `ExportForm`."""

    edited = Signal(object)
    turned = Signal(int)
    save_wanted = Signal()
    print_wanted = Signal()
    closed = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Print")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fit(self, QSize(900, 760))
        self._state: PreviewState | None = None
        self.page = PagePicture(self)
        side = QVBoxLayout()
        side.setSpacing(16)
        side.addLayout(self._make_form())
        side.addLayout(self._make_turning())
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setAccessibleName("What cannot be printed")
        self.problem.setFixedWidth(260)
        side.addWidget(self.problem)
        side.addStretch(1)
        side.addLayout(self._make_buttons())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addWidget(self.page, 1)
        layout.addLayout(side)
        tab_in_order(tuple(tab_stops(self)))
        self.set_tokens(tokens)

    def _make_form(self) -> QFormLayout:
        form = QFormLayout()
        form.setVerticalSpacing(8)
        self.layout_box = self._choice(
            "Images on a page, across and down", [(each, each.replace("x", " x ")) for each in LAYOUTS]
        )
        self.every = every_box(self, self._tell)
        self.paper = self._choice("Paper", list(PAPERS))
        self.landscape = self._flag("On its side")
        self.header = self._flag("Patient header")
        self.annotations = self._flag("With annotations")
        self.annotations.setToolTip("Notes, arrows and what a presentation state draws")
        self.segments = self._flag("With segments")
        self.segments.setToolTip("Segments, structures and doses, as in the pane")
        self.true_size = self._flag("True size")
        self.true_size.setToolTip("A millimetre in the patient is a millimetre on paper; a ruler is printed too")
        for label, widget in (
            ("Images on a page", self.layout_box),
            ("Images", self.every),
            ("Paper", self.paper),
            ("", self.landscape),
            ("", self.header),
            ("", self.annotations),
            ("", self.segments),
            ("", self.true_size),
        ):
            form.addRow(label, widget)
        return form

    def _make_turning(self) -> QHBoxLayout:
        self.back, self.forth = QToolButton(self), QToolButton(self)
        for button, words, steps in ((self.back, "Previous page", -1), (self.forth, "Next page", 1)):
            button.setToolTip(f"{words}  ({'Page up' if steps < 0 else 'Page down'})")
            button.setAccessibleName(words)
            button.setText("‹" if steps < 0 else "›")
            button.clicked.connect(lambda _checked=False, by=steps: self.turned.emit(by))
        self.where = QLabel(self)
        self.where.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addWidget(self.where, 1)
        row.addWidget(self.forth)
        return row

    def _make_buttons(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        self.save_button = QPushButton("Save as PDF …", self)
        self.save_button.clicked.connect(self.save_wanted)
        self.print_button = QPushButton("Print …", self)
        self.print_button.setProperty("primary", "true")
        self.print_button.clicked.connect(self.print_wanted)
        close = QPushButton("Close", self)
        close.clicked.connect(self.reject)
        for button in (self.print_button, self.save_button, close):
            button.setAutoDefault(False)
            column.addWidget(button)
        return column

    def _choice(self, words: str, choices: list[tuple[str, str]]) -> QComboBox:
        return choice_box(self, words, choices, self._tell)

    def _flag(self, words: str) -> QCheckBox:
        box = QCheckBox(words, self)
        box.clicked.connect(self._tell)
        return box

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.problem.setStyleSheet(f"color: {tokens.warn};")
        self.print_button.setIcon(icon("print", tokens.on_accent))

    def show_state(self, state: PreviewState) -> None:
        """Show choices, page number and what is wrong."""
        self._state = state
        form = state.form
        self.layout_box.setCurrentIndex(max(0, self.layout_box.findData(form.layout)))
        self.paper.setCurrentIndex(max(0, self.paper.findData(form.page)))
        with QSignalBlocker(self.every):
            self.every.setValue(form.every)
        self.every.setEnabled(form.scope != "image")
        for box, on in (
            (self.landscape, form.landscape),
            (self.header, form.header),
            (self.annotations, form.annotations),
            (self.segments, form.segments),
            (self.true_size, form.true_size),
        ):
            box.setChecked(on)
        self.annotations.setVisible(state.has_annotations)
        self.segments.setVisible(state.has_segments)
        self.where.setText(f"Page {state.number + 1} of {state.count}" if state.count else "No page")
        self.back.setEnabled(state.number > 0)
        self.forth.setEnabled(state.number + 1 < state.count)
        for button in (self.save_button, self.print_button):
            button.setEnabled(state.count > 0)
        self.problem.setText(state.problem)

    def show_page(self, picture: NDArray[np.uint8] | None) -> None:
        """Show a page."""
        self.page.show_picture(picture)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn pages."""
        steps = (event.key() == Qt.Key.Key_PageDown) - (event.key() == Qt.Key.Key_PageUp)
        if not steps:
            super().keyPressEvent(event)
        else:
            self.turned.emit(steps)

    def reject(self) -> None:
        """Tell that no more pages are wanted; Esc, the button and the frame of the window all come here."""
        self.closed.emit()
        super().reject()

    def _tell(self, *_value: object) -> None:
        if self._state is None:
            return
        self.edited.emit(
            replace(
                self._state.form,
                layout=self.layout_box.currentData(),
                every=self.every.value(),
                page=self.paper.currentData(),
                landscape=self.landscape.isChecked(),
                header=self.header.isChecked(),
                annotations=self.annotations.isChecked(),
                segments=self.segments.isChecked(),
                true_size=self.true_size.isChecked(),
            )
        )
