"""What is shown in the panes, and where the pointer is."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from scripts.pictures.taking import Step, settle

if TYPE_CHECKING:
    from workstation.gui.session import Session


def shown(*descriptions: str) -> Callable[["Session"], None]:
    """Show series by their descriptions, pane by pane."""

    def step(session: "Session") -> None:
        from workstation.workspace import Selection

        viewer = session.viewer
        if viewer is None:
            raise RuntimeError("the window has not started")
        for number, words in enumerate(descriptions):
            viewer.show(number, Selection(_series(session, words)))
            settle(session)
        viewer.activate(0)

    return step


def _series(session: "Session", words: str) -> str:
    found = [
        series.first.series_instance_uid
        for patient in session.workspace.patients
        for study in patient.studies
        for series in study.series
        if words in f"{study.series[0].first.study_description} {series.first.series_description}"
    ]
    return found[0]


def on_no_machine(_session: "Session") -> None:
    """Leave out of the picture on which machine it was taken."""
    from workstation.verify import report

    report._machine = lambda: {"name": "this machine", "system": "Linux", "processor": "", "python": "Python 3"}


def at(image: int) -> Step:
    return lambda session: session.pane.go_to(image) if session.pane is not None else None


def third(session: "Session") -> None:
    """Go to the same place in the third pane, whose study has a space of its own, and scroll together from there."""
    if session.viewer is not None:
        session.viewer.activate(2)
        session.viewer.active.go_to(57)
        session.command("link-here")
        session.viewer.activate(0)


def planes(session: "Session") -> None:
    """Show the three planes of the MR at the capsule on the temple, and one of them again at another place."""
    if session.viewer is None:
        return
    shown("T2 axial", "T1 sagittal", "T2 coronal", "CT head")(session)
    for number, image in enumerate((15, 20, 12, 10)):
        session.viewer.activate(number)
        session.viewer.active.go_to(image)
        settle(session)
    session.viewer.activate(0)


def pointed(session: "Session") -> None:
    """Point at a place in the first pane, with the key held that shows it in the others."""
    from PySide6.QtCore import QEvent, QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    pane = session.window.grid.panes[0]
    at = QPointF(pane.width() * 0.43, pane.height() * 0.45)
    none, shift = Qt.MouseButton.NoButton, Qt.KeyboardModifier.ShiftModifier
    event = QMouseEvent(QEvent.Type.MouseMove, at, pane.mapToGlobal(at), none, none, shift)
    QApplication.sendEvent(pane, event)
