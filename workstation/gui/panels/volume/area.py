"""A volume in three dimensions in the place of the images: a bar, and the picture below it."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from workstation.gui.canvas.grid import PaneGrid
from workstation.gui.canvas.pane import Pane
from workstation.gui.main_window import Front
from workstation.gui.panels.volume.bar import VolumeBar
from workstation.gui.panels.volume.view import VolumeView
from workstation.gui.theme import Tokens


class VolumeArea(Front):
    """Takes in the picture while it stands alone; beside planes it is theirs."""

    def __init__(self, tokens: Tokens, grid: PaneGrid, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Volume in three dimensions")
        self._grid = grid
        self.view = VolumeView(tokens, self)
        self.bar = VolumeBar(tokens, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.bar)
        self._column.addWidget(self.view, 1)

    @property
    def active(self) -> Pane:
        """The pane of images behind it."""
        return self._grid.active

    @property
    def focused(self) -> QWidget:
        """The picture."""
        return self.view

    def take_view(self) -> None:
        """Have the picture here again."""
        if self.view.parent() is not self:
            self._column.addWidget(self.view, 1)
            self.view.show()

    def set_tokens(self, tokens: Tokens) -> None:
        """Change the colours."""
        self.bar.set_tokens(tokens)
        self.view.tokens = tokens
        self.view.update()
