"""Images as large as what they show, on a monitor that was measured with a ruler once."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QScreen

from workstation.display.true_size import Calibrations, true_size
from workstation.errors import UserError
from workstation.gui.panels.notes.presenter import Note

if TYPE_CHECKING:
    from workstation.gui.calibration import CalibrationDialog
    from workstation.gui.canvas.pane import Pane
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer


def install(session: "Session") -> None:
    """Add the commands."""
    if session.viewer is not None:
        TrueSizes(session, session.viewer)


class TrueSizes(QObject):
    """Shows the active pane in true size, and keeps what was measured for each monitor."""

    def __init__(self, session: "Session", viewer: "Viewer") -> None:
        super().__init__(session)
        self._session = session
        self._viewer = viewer
        self._dialog: CalibrationDialog | None = None
        self._soon = QTimer(self)  # all panes of a window come to another monitor at once
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(viewer.panes.present_again)
        viewer.panes.mm_per_px = self._mm_per_px
        grid = session.window.grid
        grid.pane_made.connect(lambda number: self._watch(grid.pane_view(number)))
        for pane in grid.panes:
            self._watch(pane)
        session.handle("true-size", lambda _on: self.show())
        session.handle("calibrate", lambda _on: self.calibrate())

    def _watch(self, pane: "Pane") -> None:
        pane.screen_changed.connect(self._soon.start)

    @property
    def _calibrations(self) -> Calibrations:
        return Calibrations.of(self._session.remembered.monitors)

    def _mm_per_px(self, number: int) -> float | None:
        """Give the size of a pixel of the monitor that a pane is on; None where it was not measured."""
        screen = self._session.window.grid.pane_view(number).screen()
        return self._calibrations.mm_per_px.get(monitor_name(screen))

    def show(self) -> None:
        """Show a millimetre as a millimetre; where the monitor was never measured, ask for that first."""
        pane, scene = self._session.window.pane, self._viewer.active.scene
        if scene is None:
            return
        spacing, monitor = scene.renderer.frame.spacing, monitor_name(pane.screen())
        mm_per_px = self._calibrations.mm_per_px.get(monitor)
        if mm_per_px is None and spacing.is_metric:
            self.calibrate(then=self.show)
            return
        try:
            found = true_size(spacing, mm_per_px)
        except UserError as error:
            self._session.notes.error("True size", error)
            return
        self._viewer.settle()
        self._viewer.active.change.zoom_to(found.zoom)
        if found.note:
            self._session.notes.add(Note("information", found.note))

    def calibrate(self, then: Callable[[], None] = lambda: None) -> None:
        """Ask for the length of a line on the monitor that shows the images."""
        from workstation.gui.calibration import CalibrationDialog

        window = self._session.window
        screen = window.pane.screen()
        monitor = monitor_name(screen)
        guess = self._calibrations.mm_per_px.get(monitor) or 25.4 / (
            screen.physicalDotsPerInch() * screen.devicePixelRatio()
        )
        dialog = CalibrationDialog(guess, window.tokens, window)

        def measured(mm_per_px: float) -> None:
            self._session.remembered.monitors = self._calibrations.with_monitor(monitor, mm_per_px).as_dict()
            self._viewer.panes.present_again()  # a presentation state may have waited for it
            then()

        dialog.measured.connect(measured)
        dialog.open()


def monitor_name(screen: QScreen) -> str:
    """Name a monitor so that another one, or another resolution of it, has another name."""
    size = screen.size() * screen.devicePixelRatio()
    words = (screen.manufacturer(), screen.model(), screen.serialNumber(), screen.name())
    return " ".join((*filter(None, words), f"{size.width()}x{size.height()}"))
