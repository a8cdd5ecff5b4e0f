"""The panel that says how a volume is drawn: sections that fold, in one column."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from workstation.gui.icons import icon
from workstation.gui.panels.volume.colour_section import ColourSection
from workstation.gui.panels.volume.cut_section import CutSection
from workstation.gui.panels.volume.light_section import LightSection
from workstation.gui.panels.volume.out_section import OutSection
from workstation.gui.panels.volume.section import Section
from workstation.gui.panels.volume.segment_section import SegmentSection
from workstation.gui.panels.volume.surface_section import SurfaceSection
from workstation.gui.theme import Tokens

EMPTY = "Show a series in three dimensions (F4) to see how it is drawn."


class VolumePanel(QWidget):
    """Holds the sections; decides nothing."""

    closed = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("segmentsPanel")  # the style of lists on the right
        self.setAccessibleName("How the volume is drawn")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(300)
        self.colours = ColourSection(tokens, self)
        self.light = LightSection(self)
        self.cut = CutSection(tokens, self)
        self.segments = SegmentSection(self)
        self.surface = SurfaceSection(self)
        self.out = OutSection(self)
        self.sections = [
            Section("Colours and opacity", self.colours, self),
            Section("Light", self.light, self),
            Section("Cut", self.cut, self),
            Section("Segments", self.segments, self, is_open=False),
            Section("Surface", self.surface, self, is_open=False),
            Section("Out", self.out, self),
        ]
        top = self._made_top()
        self._make_rows()
        self.empty = QLabel(EMPTY, self)
        self.empty.setWordWrap(True)
        self.empty.setProperty("quiet", "true")
        self.empty.setContentsMargins(8, 8, 8, 8)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.empty, 1)
        column.addWidget(self.area, 1)
        self.show_there(is_there=False)
        self.set_tokens(tokens)

    def _made_top(self) -> QHBoxLayout:
        title = QLabel("3D", self)
        title.setProperty("scale", "large")
        self.close_button = QToolButton(self)
        self.close_button.setToolTip("Close this panel")
        self.close_button.setAccessibleName("Close this panel")
        self.close_button.clicked.connect(self.closed)
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 4, 0)
        top.addWidget(title, 1)
        top.addWidget(self.close_button)
        return top

    def _make_rows(self) -> None:
        """Put the sections below each other where they can be scrolled."""
        self._inside = QWidget(self)
        self._rows = QVBoxLayout(self._inside)
        self._rows.setContentsMargins(8, 0, 8, 8)
        self._rows.setSpacing(8)
        for section in self.sections:
            self._rows.addWidget(section)
        self._rows.addStretch(1)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self._inside)

    def show_there(self, *, is_there: bool) -> None:
        """Show the sections, or say what to do first."""
        self.area.setVisible(is_there)
        self.empty.setVisible(not is_there)

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.close_button.setIcon(icon("close", tokens.quiet_text))
        self.colours.set_tokens(tokens)
        self.cut.set_tokens(tokens)
