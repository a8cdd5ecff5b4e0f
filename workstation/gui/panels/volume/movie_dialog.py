"""The dialog of movies: how the eye moves, how many pictures, how fast, how large, into what."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.fields import inset

WAYS = (("rotation", "Turn round the patient"), ("views", "Go from view to view"), ("path", "Fly along a path"))
FORMATS = (("mp4", "MP4 movie"), ("gif", "GIF"), ("png", "PNG pictures in a folder"), ("dicom", "DICOM"))
MOST_PICTURES, LARGEST_PX = 2000, 4096


class MovieDialog(QDialog):
    """Shows what is to be made; decides nothing."""

    changed = Signal()
    view_added = Signal()
    view_removed = Signal(int)
    view_shown = Signal(int)
    path_wanted = Signal()
    drawn_path_wanted = Signal()
    preview_wanted = Signal(bool)
    save_wanted = Signal()
    cancelled = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Movie")
        self.setModal(False)
        self.setMinimumWidth(380)
        self.way = QComboBox(self)
        self.way.setAccessibleName("How the eye moves")
        for value, words in WAYS:
            self.way.addItem(words, value)
        self.pages = QStackedWidget(self)
        self._pages = (self._rotation(), self._views(), self._path())
        for page in self._pages:
            self.pages.addWidget(page)
        self.way.currentIndexChanged.connect(self._turn_page)
        self.way.currentIndexChanged.connect(lambda _at: self.changed.emit())
        self.frames = self._whole("Pictures", 2, MOST_PICTURES, 90)
        self.rate = QDoubleSpinBox(self)
        inset(self.rate)
        self.rate.setRange(0.5, 60)
        self.rate.setDecimals(1)
        self.rate.setValue(20)
        self.rate.setSuffix(" a second")
        self.rate.setAccessibleName("Pictures a second")
        self.width_px = self._whole("Width in pixels", 16, LARGEST_PX, 800)
        self.height_px = self._whole("Height in pixels", 16, LARGEST_PX, 800)
        self.format = QComboBox(self)
        self.format.setAccessibleName("What is written")
        for value, words in FORMATS:
            self.format.addItem(words, value)
        self.length = QLabel(self)
        self.length.setProperty("quiet", "true")
        self.preview = QPushButton("Preview", self)
        self.preview.setCheckable(True)
        self.preview.toggled.connect(self.preview_wanted)
        self.save = QPushButton("Save …", self)
        self.save.setProperty("primary", "true")
        self.save.clicked.connect(self.save_wanted)
        self.stop = QPushButton("Stop", self)
        self.stop.clicked.connect(self.cancelled)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.said = QLabel(self)
        self.said.setWordWrap(True)
        for field in (self.frames, self.rate):
            field.valueChanged.connect(lambda _value: self.changed.emit())
        self._lay_out()
        self._turn_page(0)
        self.show_working(None)

    def _whole(self, words: str, low: int, high: int, value: int) -> QSpinBox:
        made = QSpinBox(self)
        inset(made)
        made.setRange(low, high)
        made.setValue(value)
        made.setAccessibleName(words)
        return made

    def _turn_page(self, at: int) -> None:
        """Show what belongs to a way; the others take no room."""
        for number, page in enumerate(self._pages):
            policy = QSizePolicy.Policy.Preferred if number == at else QSizePolicy.Policy.Ignored
            page.setSizePolicy(QSizePolicy.Policy.Preferred, policy)
        self.pages.setCurrentIndex(at)
        self.adjustSize()

    def _rotation(self) -> QWidget:
        page = QWidget(self)
        form = QFormLayout(page)
        form.setContentsMargins(0, 0, 0, 0)
        self.degrees = QDoubleSpinBox(page)
        inset(self.degrees)
        self.degrees.setRange(-3600, 3600)
        self.degrees.setDecimals(0)
        self.degrees.setValue(360)
        self.degrees.setSuffix("°")
        self.degrees.setToolTip("Towards the patient's left; below 0 the other way")
        self.degrees.valueChanged.connect(lambda _value: self.changed.emit())
        form.addRow("Angle", self.degrees)
        return page

    def _views(self) -> QWidget:
        page = QWidget(self)
        self.views = QListWidget(page)
        self.views.setAccessibleName("Views")
        self.views.setFixedHeight(110)
        self.views.itemActivated.connect(lambda _item: self.view_shown.emit(self.views.currentRow()))
        add, out = QPushButton("Add what is seen", page), QPushButton("Take out", page)
        add.clicked.connect(self.view_added)
        out.clicked.connect(lambda: self.view_removed.emit(self.views.currentRow()))
        row = QHBoxLayout()
        row.addWidget(add)
        row.addWidget(out)
        row.addStretch(1)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.views)
        column.addLayout(row)
        return page

    def _path(self) -> QWidget:
        page = QWidget(self)
        self.path = QLabel("A file with points in mm of the patient (LPS), one a line, or JSON.", page)
        self.path.setWordWrap(True)
        choose = QPushButton("Open a path …", page)
        choose.clicked.connect(self.path_wanted)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.path)
        self.drawn = QPushButton("Take the drawn path", page)
        self.drawn.setToolTip("The path of the curved plane that was drawn in this volume")
        self.drawn.clicked.connect(self.drawn_path_wanted)
        column.addWidget(choose, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.drawn, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        return page

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow("Pictures", self.frames)
        form.addRow("Speed", self.rate)
        size = QHBoxLayout()
        size.addWidget(self.width_px)
        size.addWidget(QLabel("×", self))
        size.addWidget(self.height_px)
        form.addRow("Size", size)
        form.addRow("As", self.format)
        buttons = QHBoxLayout()
        buttons.addWidget(self.preview)
        buttons.addWidget(self.length, 1)
        buttons.addWidget(self.stop)
        buttons.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(self.way)
        column.addWidget(self.pages)
        column.addLayout(form)
        column.addWidget(self.said)
        column.addWidget(self.progress)
        column.addLayout(buttons)

    @property
    def kind(self) -> str:
        """What is to be written."""
        return str(self.format.currentData())

    def show_views(self, words: Sequence[str]) -> None:
        """List the views."""
        self.views.clear()
        self.views.addItems(list(words))
        self.views.setCurrentRow(len(words) - 1)

    def show_said(self, words: str, *, can_make: bool) -> None:
        """Say what is missing, or what comes of it."""
        self.said.setText(words)
        self.said.setVisible(bool(words))
        self.preview.setEnabled(can_make)
        self.save.setEnabled(can_make)
        self.length.setText(f"{self.frames.value() / self.rate.value():.3g} s")

    def show_working(self, share: float | None) -> None:
        """Show how far the writing is."""
        self.progress.setVisible(share is not None)
        self.stop.setVisible(share is not None)
        self.save.setVisible(share is None)
        if share is not None:
            self.progress.setRange(0, 1000)
            self.progress.setValue(round(share * 1000))

    def closeEvent(self, event: QCloseEvent) -> None:
        self.left.emit()
        super().closeEvent(event)

    def reject(self) -> None:
        self.left.emit()
        super().reject()
