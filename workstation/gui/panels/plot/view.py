"""A window with the plot of a measurement and all of its numbers, or of one over frames; as table and as picture."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from workstation.gui.panels.plot.curve import CurveView
from workstation.gui.theme import Tokens
from workstation.measure.followed import Followed
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
        self._title = ""
        self._curves: tuple[Curve, ...] = ()
        self._tables: tuple[Followed | None, ...] = ()
        self.save_wanted: Callable[[Curve, str, str, Path], object] = lambda _curve, _title, _note, _path: None
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
        self.copy_button.setToolTip("Copy the curve, or all numbers of all frames, for a spreadsheet")
        self.copy_button.clicked.connect(self._copy)
        self.save_button = QPushButton("Save picture …", self)
        self.save_button.setToolTip("Save the plot as a PNG")
        self.save_button.clicked.connect(self._ask_path)
        buttons = QHBoxLayout()
        buttons.addWidget(self.copy_button)
        buttons.addWidget(self.save_button)
        buttons.addStretch(1)
        left = QVBoxLayout()
        left.addWidget(self.which)
        left.addWidget(self.curve, 1)
        left.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.addLayout(left, 1)
        layout.addWidget(scroll)
        self.resize(QSize(720, 380))

    def keep_free(self, measured: QWidget) -> None:
        """Go into the corner of the screen in which it covers least of what is measured."""
        screen = measured.screen().availableGeometry()
        seen = QRect(measured.mapToGlobal(QPoint(0, 0)), measured.size())
        self.move(corner_away(self.size(), screen, seen))

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.curve.set_tokens(tokens)

    @property
    def is_over_frames(self) -> bool:
        """Whether it shows a measurement over frames, which does not follow what is changed."""
        return any(each is not None for each in self._tables)

    def show_measurement(self, measurement: Measurement) -> None:
        """Show its curves and numbers."""
        annotation = measurement.annotation
        title = annotation.text or TRAITS[annotation.kind].name.capitalize()
        names = [each.name for each in measurement.curves]
        self._show(title, names, measurement.curves, [None] * len(names))
        self.numbers.setText(basis_text(measurement))

    def show_followed(self, tables: Sequence[Followed], problems: Sequence[str]) -> None:
        """Show what was measured over frames."""
        first = tables[0]
        title = f"{first.name or first.lesion or TRAITS[first.kind].name.capitalize()} over frames"
        pairs = [(curve, table) for table in tables for curve in table.curves]
        names = [f"{curve.name}: {curve.x_words}" for curve, _table in pairs]
        self._show(title, names, [curve for curve, _table in pairs], [table for _curve, table in pairs])
        self.numbers.setText("\n\n".join([*map(_summary, tables), *problems]))

    def _show(
        self, title: str, names: Sequence[str], curves: Sequence[Curve], tables: Sequence[Followed | None]
    ) -> None:
        self.setWindowTitle(title)
        self._title, self._curves, self._tables = title, tuple(curves), tuple(tables)
        if list(names) != [self.which.itemText(at) for at in range(self.which.count())]:
            self.which.clear()
            self.which.addItems(names)
        self.which.setVisible(len(names) > 1)
        self._show_curve()

    def _show_curve(self) -> None:
        curve = self._chosen()
        self.copy_button.setEnabled(curve is not None)
        self.save_button.setEnabled(curve is not None)
        self.curve.show_curve(curve)

    @property
    def _at(self) -> int:
        return max(self.which.currentIndex(), 0)

    def _chosen(self) -> Curve | None:
        return self._curves[self._at] if self._at < len(self._curves) else None

    def _copy(self) -> None:
        curve = self._chosen()
        if curve is not None:
            table = self._tables[self._at]
            QApplication.clipboard().setText(table_of(curve) if table is None else table.table())

    def _ask_path(self) -> None:
        dialog = QFileDialog(self, "Save the plot", "", "Pictures (*.png)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.selectFile("plot.png")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self._save(Path(name)))
        dialog.open()

    def _save(self, path: Path) -> None:
        curve = self._chosen()
        if curve is not None:
            table = self._tables[self._at]
            note = f"{curve.x_words}: {table.over_from}" if table is not None and table.over_from else ""
            self.save_wanted(curve, self._title, note, path)


def _summary(table: Followed) -> str:
    """Say over what, by which attribute, on how many frames, and between which values each curve is."""
    lines = [f"{table.over}{f', by {table.over_from}' if table.over_from else ''}: {len(table.rows)} frames"]
    for curve in table.curves:
        low, high = min(curve.y), max(curve.y)
        where = [curve.x[curve.y.index(each)] for each in (low, high)]
        lines.append(f"{curve.y_words}: {low:.6g} (at {where[0]:.6g}) to {high:.6g} (at {where[1]:.6g})")
    if any(curve.spread for curve in table.curves):
        lines.append("The band is one SD (sample) of the pixels.")
    lines.append(table.source)
    return "\n".join(lines)


def corner_away(size: QSize, screen: QRect, seen: QRect) -> QPoint:
    """Give where a window has to be put that is to cover little: on the right and at the foot where all are alike."""
    right, bottom = screen.right() + 1 - size.width(), screen.bottom() + 1 - size.height()
    corners = [QPoint(x, y) for x in (right, screen.left()) for y in (bottom, screen.top())]

    def covered(corner: QPoint) -> int:
        both = QRect(corner, size).intersected(seen)
        return both.width() * both.height()

    return min(corners, key=covered)


def table_of(curve: Curve) -> str:
    """Give a curve as lines with tabs: where a bin begins and ends and how many are in it, or x and y."""
    if not curve.is_steps:
        head, columns = [curve.x_words, curve.y_words], [curve.x, curve.y]
    else:
        head = [f"{curve.x_words} from", f"{curve.x_words} to", curve.y_words]
        columns = [curve.x[:-1], curve.x[1:], curve.y]
    rows = [[f"{each:.10g}" for each in row] for row in zip(*columns, strict=True)]
    return "\n".join("\t".join(row) for row in (head, *rows)) + "\n"
