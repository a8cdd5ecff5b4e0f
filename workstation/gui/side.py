"""The column of tool panels on the right: one open at a time, each made when it is first opened."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

Maker = Callable[[], QWidget]


class SideColumn(QStackedWidget):
    """Holds panels by the id of the command that opens them."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._makers: dict[str, Maker] = {}
        self._panels: dict[str, QWidget] = {}
        self.hide()

    def add(self, name: str, make: Maker) -> None:
        """Have a panel under the id of its command."""
        self._makers[name] = make

    @property
    def names(self) -> tuple[str, ...]:
        """The panels there are."""
        return tuple(self._makers)

    @property
    def shown(self) -> str:
        """The panel that is open; empty where none is."""
        if self.isHidden():
            return ""
        return next((name for name, panel in self._panels.items() if panel is self.currentWidget()), "")

    def show_panel(self, name: str, *, shown: bool = True) -> None:
        """Open a panel in place of the one that is open, or close it."""
        if not shown:
            if self.shown == name:
                self.hide()
                self.changed.emit()
            return
        if name not in self._panels:
            self._panels[name] = self._makers[name]()
            self.addWidget(self._panels[name])
        self.setCurrentWidget(self._panels[name])
        self.show()
        self.changed.emit()

    def close_panel(self) -> bool:
        """Close the one that is open; tells whether there was one."""
        was_open = bool(self.shown)
        if was_open:
            self.hide()
            self.changed.emit()
        return was_open
