"""What is under the pointer, in the strip at the foot: the pixel, its value and unit, and the place in the patient."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from workstation.display.probe import probe

if TYPE_CHECKING:
    from workstation.gui.canvas.pane import Pane
    from workstation.gui.canvas.scene import Scene
    from workstation.gui.session import Session

AFTER_PAINT_MS = 30
"""While one scrolls, the value under a pointer that rests is told so much later, and only once."""


def install(session: "Session") -> None:
    """Have all panes tell where the pointer is."""
    Pointing(session)


class Pointing(QObject):
    """Keeps what is said at the image that lies under the pointer."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._strip = session.window.strip
        self._grid = session.window.grid
        self.more: list[Callable[[Scene, float], str]] = []
        """Give a value of an image in other words, such as SUV; empty where there are none."""
        self._over: tuple[Pane, float, float] | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(AFTER_PAINT_MS)
        self._later.timeout.connect(self._tell)
        for number in range(len(self._grid.panes)):
            self._listen(number)
        self._grid.pane_made.connect(self._listen)
        self._grid.guest_taken.connect(self._take_in)

    def _listen(self, number: int) -> None:
        self._take_in(self._grid.panes[number])

    def _take_in(self, pane: "Pane") -> None:
        pane.pointed.connect(lambda x, y: self._point(pane, x, y))
        pane.pointer_left.connect(self._leave)
        pane.painted.connect(lambda: self._painted(pane))

    def _point(self, pane: "Pane", x: float, y: float) -> None:
        self._over = (pane, x, y)
        if not pane.is_dragged:
            self._tell()
        elif not self._later.isActive():
            self._later.start()  # what the drag changes in the picture comes first

    def _leave(self) -> None:
        self._over = None
        self._tell()

    def _painted(self, pane: "Pane") -> None:
        """The picture has changed under the pointer."""
        if self._over is not None and self._over[0] is pane and not self._later.isActive():
            self._later.start()

    def _tell(self) -> None:
        self._strip.show_probe(_words(*self._over, self.more) if self._over is not None else "")


def _words(pane: "Pane", x: float, y: float, more: Iterable[Callable[["Scene", float], str]]) -> str:
    from workstation.gui.viewer.wiring import image_point

    scene = pane.scene
    if scene is None:
        return ""
    point = image_point(pane, (x, y))
    found = probe(scene.frame, point)
    if found is None:
        return ""
    others = [tell(scene, found.value) for tell in more] if found.value is not None else []
    return " · ".join(filter(None, (found.text(), *others, *(layer.reading(point) for layer in scene.layers))))
