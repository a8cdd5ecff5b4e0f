"""The question how long a line on the monitor is: with it, images can be shown in true size."""

from PySide6.QtCore import QLineF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workstation.display.true_size import is_sensible, measured
from workstation.errors import UserError
from workstation.gui.fields import inset
from workstation.gui.theme import Tokens

LINE_PX = 600
CAP_PX = 28
WORDS = (
    "Hold a ruler against the screen and measure the line from the middle of one end to the middle of the other. "
    "This is asked once for each monitor and resolution."
)


class _Line(QWidget):
    """A line of a known number of pixels, with a mark at each end."""

    def __init__(self, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self.setFixedSize(QSize(LINE_PX + 24, CAP_PX + 16))
        self.setAccessibleName("The line to be measured")

    @property
    def length_px(self) -> float:
        """Its length in device pixels."""
        return LINE_PX * self.devicePixelRatioF()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            pen = QPen(QColor(self._tokens.text), 1)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            left, middle = 12.5, self.height() // 2 + 0.5
            painter.drawLine(QLineF(left, middle, left + LINE_PX, middle))
            for x in (left, left + LINE_PX):
                painter.drawLine(QLineF(x, middle - CAP_PX / 2, x, middle + CAP_PX / 2))
        finally:
            painter.end()


class CalibrationDialog(QDialog):
    """Asks for the length of the line; ``measured`` gives millimetres per device pixel.

    Parameters
    ----------
    guess_mm_per_px
        What the monitor says of itself, or was measured before.
    """

    measured = Signal(float)

    def __init__(self, guess_mm_per_px: float, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Calibrate this monitor")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = QLabel(WORDS, self)
        words.setWordWrap(True)
        self.line = _Line(tokens, self)
        self.length = QDoubleSpinBox(self)
        inset(self.length)
        self.length.setRange(0, 5000)
        self.length.setDecimals(1)
        self.length.setSingleStep(0.5)
        self.length.setSuffix(" mm")
        self.length.setAccessibleName("Length of the line in millimetres")
        self.told = QLabel(self)
        self.told.setProperty("quiet", "true")
        self.buttons = QDialogButtonBox(self)
        self.keep = QPushButton("Keep for this monitor", self)
        self.keep.setProperty("primary", "true")  # before it is put in: that is when it is styled
        self.buttons.addButton(self.keep, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(QLabel("It is", self))
        row.addWidget(self.length)
        row.addWidget(self.told, 1)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addWidget(words)
        layout.addWidget(self.line, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(row)
        layout.addWidget(self.buttons)
        self.length.valueChanged.connect(self._tell)
        if is_sensible(guess_mm_per_px):
            self.length.setValue(guess_mm_per_px * self.line.length_px)
        self._tell()
        self.length.selectAll()

    @property
    def mm_per_px(self) -> float | None:
        """What the length means; None where it cannot be."""
        try:
            found = measured(self.length.value(), self.line.length_px)
        except UserError:
            return None
        return found if is_sensible(found) else None

    def accept(self) -> None:
        found = self.mm_per_px
        if found is not None:
            self.measured.emit(found)
            super().accept()

    def _tell(self) -> None:
        found = self.mm_per_px
        self.keep.setEnabled(found is not None)
        refusal = "No monitor has pixels of that size: measure again."
        self.told.setText(refusal if found is None else f"A pixel is {found:.4f} mm wide.")
