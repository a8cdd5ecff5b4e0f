"""The picture along a path and cross-sections of it, edge to edge."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from workstation.gui.canvas.grid import GAP_PX
from workstation.gui.canvas.pane import Pane
from workstation.gui.canvas.scene import Message, Scene
from workstation.gui.theme import DARK, Tokens

MOST_SECTIONS, FEWEST_SECTIONS = 5, 3
SECTION_SHARE = 0.45
"""Cross-sections take no more of the room than so much."""
LEAST_SECTION_PX = 90


class CurvedArea(QWidget):
    """Shows a picture, and cross-sections below it where there is more width, beside it where there is more height."""

    resized = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Curved plane")
        self.picture = Pane(tokens, self)
        self.picture.setAccessibleName("Picture along the path")
        self._panes = [Pane(tokens, self) for _number in range(MOST_SECTIONS)]
        for number, pane in enumerate(self._panes):
            pane.setAccessibleName(f"Cross-section {number + 1}")
        for pane in (self.picture, *self._panes):
            pane.setAcceptDrops(False)
            pane.show_active(active=False)
        self._says = True
        self._lies = False
        self.place()

    @property
    def panes(self) -> tuple[Pane, ...]:
        """All panes."""
        return (self.picture, *self._panes)

    @property
    def section_panes(self) -> tuple[Pane, ...]:
        """The panes of cross-sections, as many as there is room for."""
        return tuple(self._panes[: self.sections])

    @property
    def size_px(self) -> tuple[int, int]:
        """Size of the picture in device pixels."""
        return self.picture.size_px

    @property
    def sections(self) -> int:
        """How many cross-sections there is room for, an odd number."""
        longer, shorter = self._sides()
        fits = int(longer / max(shorter * SECTION_SHARE, LEAST_SECTION_PX))
        return MOST_SECTIONS if fits >= MOST_SECTIONS else FEWEST_SECTIONS

    def show_scene(self, scene: Scene) -> None:
        """Show the picture."""
        if self._says:
            self._says = False
            self.place()
        self.picture.show_scene(scene)

    def show_sections(self, scenes: Sequence[Scene | None]) -> None:
        """Show cross-sections; None where the path has ended."""
        for pane, scene in zip(self._panes, scenes, strict=False):
            if scene is None:
                pane.show_message(Message("Beyond the end of the path."))
            else:
                pane.show_scene(scene)

    def show_message(self, message: Message) -> None:
        """Show words in the place of all of it."""
        self._says = True
        self.picture.show_message(message)
        self.place()

    def show_active(self, *, active: bool) -> None:
        """Mark the picture as what keys act on."""
        self.picture.is_one_of_many = True
        self.picture.show_active(active=active)

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        for pane in self.panes:
            pane.tokens = tokens
            pane.update()

    def lay(self, *, lying: bool) -> None:
        """Have room for a picture that lies, in a place of any shape."""
        if lying != self._lies:
            self._lies = lying
            self.place()

    @property
    def _is_wide(self) -> bool:
        return self._lies or self.width() >= self.height()

    def _sides(self) -> tuple[int, int]:
        """Give how long the picture may be, and how much there is across it for picture and cross-sections."""
        return (self.width(), self.height()) if self._is_wide else (self.height(), self.width())

    def place(self) -> None:
        """Give every pane its place."""
        whole, count = self.rect(), self.sections
        for number, pane in enumerate(self._panes):
            pane.setVisible(not self._says and number < count)
        if self._says:
            self.picture.setGeometry(whole)
            return
        is_wide, (longer, shorter) = self._is_wide, self._sides()
        side = (longer - (count - 1) * GAP_PX) // count
        depth = min(side, int(shorter * SECTION_SHARE))
        rest = shorter - depth - GAP_PX
        self.picture.setGeometry(_turned(QRect(0, 0, longer, rest), is_wide=is_wide))
        start = 0
        for number, pane in enumerate(self._panes[:count]):
            end = longer if number == count - 1 else start + side
            pane.setGeometry(_turned(QRect(start, rest + GAP_PX, end - start, depth), is_wide=is_wide))
            start = end + GAP_PX

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.place()
        super().resizeEvent(event)
        self.resized.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(DARK.line))
        finally:
            painter.end()


def _turned(rect: QRect, *, is_wide: bool) -> QRect:
    return rect if is_wide else QRect(rect.y(), rect.x(), rect.height(), rect.width())
