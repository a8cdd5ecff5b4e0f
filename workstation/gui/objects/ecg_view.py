"""A waveform in a pane: the paper, a bar with speed, gain and arrangement, and what was said about it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QListWidget, QSplitter, QVBoxLayout, QWidget

from workstation.display.waveform_page import Arrangement, arrangement_of
from workstation.display.waveforms import DARK, PINK, Paper, WaveformRenderer, WaveformView
from workstation.gui.objects.ecg_area import EcgArea
from workstation.gui.theme import Tokens
from workstation.model.waveforms import Waveform
from workstation.objects.sr.words import moment_text
from workstation.objects.waveform import mark_text

SPEEDS_MM_S = (5.0, 10.0, 12.5, 25.0, 50.0, 100.0)
GAINS_MM_MV = (2.5, 5.0, 10.0, 20.0, 40.0)
PAPERS: dict[str, Paper] = {"Paper": PINK, "Dark": DARK}
ARRANGEMENTS: dict[Arrangement, str] = {"twelve": "Twelve leads", "stacked": "All channels"}
_PLAUSIBLE_PX_PER_MM = (1.5, 20.0)


class EcgView(QWidget):
    """Shows a waveform.

    Parameters
    ----------
    tokens
        Colours.
    px_per_mm
        Logical pixels a millimetre of the monitor where it was calibrated; else what the monitor says of itself.
    """

    def __init__(self, tokens: Tokens, px_per_mm: float | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ecgView")
        self.setAccessibleName("Waveform")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._waveform: Waveform | None = None
        self._is_calibrated = px_per_mm is not None
        self.area = EcgArea(tokens, self)
        self.area.px_per_mm = px_per_mm or self._told_by_monitor()
        self.title = QLabel(self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.measure = QLabel(self)
        self.notes = QLabel(self)
        self.notes.setTextFormat(Qt.TextFormat.PlainText)
        self.notes.setWordWrap(True)
        self.notes.setProperty("quiet", "true")
        self.notes.setContentsMargins(12, 0, 8, 4)
        self.groups = self._choice("Group of channels", self._show_group)
        self.arrangement = self._choice("Arrangement", self._change)
        self.speed = self._choice("Speed of the paper", self._change)
        self.gain = self._choice("Height of a millivolt", self._change)
        self.paper = self._choice("Paper", self._change)
        self.marks = QListWidget(self)
        self.marks.setAccessibleName("What was measured and said")
        self.area.measured.connect(self.measure.setText)
        self._fill()
        self.setFocusProxy(self.area)
        self._lay_out()

    def _choice(self, words: str, changed: object) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(words)
        box.setToolTip(words)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        box.activated.connect(changed)
        return box

    def _fill(self) -> None:
        for speed in SPEEDS_MM_S:
            self.speed.addItem(f"{speed:g} mm/s", speed)
        for gain in GAINS_MM_MV:
            self.gain.addItem(f"{gain:g} mm/mV", gain)
        for name in PAPERS:
            self.paper.addItem(name)
        self.speed.setCurrentIndex(SPEEDS_MM_S.index(25.0))
        self.gain.setCurrentIndex(GAINS_MM_MV.index(10.0))

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 6, 8, 4)
        bar.addWidget(self.title)
        bar.addStretch(1)
        bar.addWidget(self.measure)
        for each in (self.groups, self.arrangement, self.speed, self.gain, self.paper):
            bar.addWidget(each)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.addWidget(self.area)
        split.addWidget(self.marks)
        split.setStretchFactor(0, 1)
        split.setSizes([800, 200])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self.notes)
        layout.addWidget(split, 1)

    def _told_by_monitor(self) -> float:
        """Give logical pixels a millimetre as the monitor tells them, or those of 96 dots an inch."""
        screen = self.screen()
        told = screen.physicalDotsPerInch() / 25.4
        low, high = _PLAUSIBLE_PX_PER_MM
        return told if low <= told <= high else 96 / 25.4

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.area.tokens = tokens
        self.area.viewport().update()

    def show_waveform(self, waveform: Waveform) -> None:
        """Show a waveform, its first group."""
        self._waveform = waveform
        self.title.setText("  ".join(filter(None, [waveform.kind, moment_text(waveform.acquired)])))
        self.groups.clear()
        for group in waveform.groups:
            length = f"{group.duration_s:g} s" if group.duration_s else f"{len(group.samples)} samples"
            self.groups.addItem(f"{group.label or f'Group {group.number}'}, {length}")
        self.groups.setVisible(len(waveform.groups) > 1)
        self.marks.clear()
        self.marks.addItems([said for mark in waveform.marks if not mark.samples and (said := mark_text(mark))])
        self.marks.setVisible(self.marks.count() > 0)
        self._show_group(0)

    def _show_group(self, number: int) -> None:
        if self._waveform is None or number >= len(self._waveform.groups):
            self._tell_notes(())
            return
        group = self._waveform.groups[number]
        best = arrangement_of(group)
        self.arrangement.clear()
        for each, name in ARRANGEMENTS.items():
            if each == "stacked" or best == "twelve":
                self.arrangement.addItem(name, each)
        self.arrangement.setCurrentText(ARRANGEMENTS[best])
        self.area.show_group(WaveformRenderer(group), self._view())
        self._tell_notes(group.notes)

    def _change(self, _number: int) -> None:
        self.area.change_view(self._view())

    def _view(self) -> WaveformView:
        twelve = self.arrangement.currentData() == "twelve"
        return WaveformView(
            speed_mm_s=self.speed.currentData(),
            gain_mm_mv=self.gain.currentData(),
            arrangement="twelve" if twelve else "stacked",
            paper=PAPERS[self.paper.currentText()],
        )

    def _tell_notes(self, notes: tuple[str, ...]) -> None:
        told = [*(self._waveform.notes if self._waveform is not None else ()), *notes]
        if not self._is_calibrated:
            told.append("The monitor is not calibrated: a millimetre of the paper may not be one of a ruler.")
        self.notes.setText("\n".join(told))
        self.notes.setVisible(bool(told))
