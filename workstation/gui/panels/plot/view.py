"""A window with the plot of a measurement and all of its numbers; it follows what is chosen and changed."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.panels.plot.curve import CurveView
from workstation.gui.theme import Tokens
from workstation.measure.words import basis_text
from workstation.model.annotation_kinds import TRAITS
from workstation.model.measurement import Curve, Measurement

NUMBERS_PX = 250


class PlotWindow(QDialog):
    """Beside the images; nothing in it has to be answered."""

    def __init__(self, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Measurement")
        self.setModal(False)
        self._measurement: Measurement | None = None
        self.curve = CurveView(tokens, self)
        self.which = QComboBox(self)
        self.which.setAccessibleName("Which curve")
        self.which.currentIndexChanged.connect(self._show_curve)
        self.numbers = QLabel(self)
        self.numbers.setWordWrap(True)
        self.numbers.setTextFormat(Qt.TextFormat.PlainText)
        self.numbers.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.numbers.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.numbers.setAccessibleName("Numbers, and where they come from")
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(self.numbers)
        scroll.setFixedWidth(NUMBERS_PX)
        self.copy_button = QPushButton("Copy as table", self)
        self.copy_button.setToolTip("Copy the curve: two columns, for a spreadsheet")
        self.copy_button.clicked.connect(self._copy)
        left = QVBoxLayout()
        left.addWidget(self.which)
        left.addWidget(self.curve, 1)
        left.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout = QHBoxLayout(self)
        layout.addLayout(left, 1)
        layout.addWidget(scroll)
        self.resize(QSize(720, 380))

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.curve.set_tokens(tokens)

    def show_measurement(self, measurement: Measurement) -> None:
        """Show its curves and numbers."""
        annotation = measurement.annotation
        name = annotation.text or TRAITS[annotation.kind].name.capitalize()
        self.setWindowTitle(name)
        self._measurement = measurement
        names = [each.name for each in measurement.curves]
        if names != [self.which.itemText(at) for at in range(self.which.count())]:
            self.which.clear()
            self.which.addItems(names)
        self.which.setVisible(len(names) > 1)
        self.numbers.setText(basis_text(measurement))
        self._show_curve()

    def _show_curve(self) -> None:
        curve = self._chosen()
        self.copy_button.setEnabled(curve is not None)
        self.curve.show_curve(curve)

    def _chosen(self) -> Curve | None:
        curves = self._measurement.curves if self._measurement is not None else ()
        at = max(self.which.currentIndex(), 0)
        return curves[at] if at < len(curves) else None

    def _copy(self) -> None:
        curve = self._chosen()
        if curve is not None:
            QApplication.clipboard().setText(table_of(curve))


def table_of(curve: Curve) -> str:
    """Give a curve as lines with tabs: where a bin begins and ends and how many are in it, or x and y."""
    if not curve.is_steps:
        head, columns = [curve.x_words, curve.y_words], [curve.x, curve.y]
    else:
        head = [f"{curve.x_words} from", f"{curve.x_words} to", curve.y_words]
        columns = [curve.x[:-1], curve.x[1:], curve.y]
    rows = [[f"{each:.10g}" for each in row] for row in zip(*columns, strict=True)]
    return "\n".join("\t".join(row) for row in (head, *rows)) + "\n"
