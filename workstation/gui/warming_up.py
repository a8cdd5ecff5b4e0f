"""Loads what decodes and draws; called in a job while the window can be seen and used already."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from workstation.jobs.runner import Priority

if TYPE_CHECKING:
    from workstation.gui.session import Session
    from workstation.jobs.job import Job

LOOK_EVERY_MS = 300


def load_ahead(session: "Session", *, at_once: bool) -> None:
    """Have what is asked for next loaded in a job: at once, or when what was to be opened at the start is there."""
    if session.work.is_closed or not session.loads_ahead:
        return
    if not at_once:
        QTimer.singleShot(LOOK_EVERY_MS, session, lambda: load_ahead(session, at_once=session.is_settled))
        return

    def load(job: "Job") -> None:
        for step in session.load_ahead:
            job.check()
            step()

    session.work.start("Load ahead", load, done=lambda _none: session.on_loaded(), priority=Priority.PREFETCH)


def import_heavy() -> None:
    """Import the modules that take long to load."""

    import workstation.display.reading_order
    import workstation.gui.canvas.annotations
    import workstation.gui.canvas.frames
    import workstation.gui.canvas.presenter
    import workstation.gui.collecting
    import workstation.gui.command_lines
    import workstation.gui.features
    import workstation.gui.streaming
    import workstation.gui.taking_out
    import workstation.gui.viewer.presenter
    import workstation.gui.viewer.states
    import workstation.gui.viewer.wiring
    import workstation.model.alike_headers
    import workstation.model.index.library
    import workstation.model.stacks

    workstation.gui.features.features()
