"""The lens that follows the pointer: a key turns it on and off, or shows it for as long as it is held."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QEvent, QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from workstation.display.magnifier import LARGEST_FACTOR
from workstation.gui.keymap import key_of

if TYPE_CHECKING:
    from workstation.gui.canvas.pane import Pane
    from workstation.gui.session import Session

HELD_MS = 350
"""A key that is down for longer shows the lens until it is let go."""
LEAST_FACTOR = 1.25


def install(session: "Session") -> None:
    """Add the command."""
    Lens(session)


class Lens(QObject):
    """Shows the lens in all panes or in none, with one factor, which is remembered."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._grid = session.window.grid
        self._action = session.window.actions_by_id["magnifier"]
        self._is_on = False
        self._since = QElapsedTimer()
        self._watched: QWidget | None = None
        session.handle("magnifier", self._switch)
        for number in range(len(self._grid.panes)):
            self._listen(number)
        self._grid.pane_made.connect(self._listen)
        self._grid.guest_taken.connect(self._take_in)

    @property
    def _factor(self) -> float:
        return min(max(self._session.remembered.lens_factor, LEAST_FACTOR), LARGEST_FACTOR)

    def _listen(self, number: int) -> None:
        self._take_in(self._grid.panes[number])

    def _take_in(self, pane: "Pane") -> None:
        pane.lens_zoomed.connect(self._zoom)
        pane.set_lens(self._factor if self._is_on else None)

    def _switch(self, on: bool) -> None:
        self._is_on = on
        self._action.setChecked(on)
        self._show()
        if on:
            self._since.start()
            self._watch(QApplication.focusWidget())

    def _show(self) -> None:
        for pane in (*self._grid.panes, *self._grid.guests):
            pane.set_lens(self._factor if self._is_on else None)

    def _zoom(self, by: float) -> None:
        self._session.remembered.lens_factor = min(max(self._factor * by, LEAST_FACTOR), LARGEST_FACTOR)
        self._show()

    def _watch(self, widget: QWidget | None) -> None:
        """See the key come up again, which goes to what has the focus."""
        if self._watched is not None:
            self._watched.removeEventFilter(self)
        self._watched = widget
        if widget is not None:
            widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyRelease or event.isAutoRepeat():
            return False
        if event.key() in [int(key_of(shortcut)) for shortcut in self._action.shortcuts()]:
            self._watch(None)
            if self._since.elapsed() >= HELD_MS:
                self._switch(on=False)
        return False
