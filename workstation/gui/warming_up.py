"""Loads what decodes and draws; called in a job while the window can be seen and used already."""

from collections.abc import Callable, Sequence

from workstation.gui.work import Work
from workstation.jobs.runner import Priority


def load_ahead(work: Work, steps: Sequence[Callable[[], None]], loaded: Callable[[], None]) -> None:
    """Have what the first study will need loaded in a job, while nothing else is to be done."""

    def load() -> None:
        for step in steps:
            step()

    work.start("Load ahead", lambda _job: load(), done=lambda _none: loaded(), priority=Priority.PREFETCH)


def import_heavy() -> None:
    """Import the modules that take long to load."""
    import workstation.display.reading_order
    import workstation.gui.canvas.annotations
    import workstation.gui.canvas.frames
    import workstation.gui.canvas.presenter
    import workstation.gui.collecting
    import workstation.gui.command_lines
    import workstation.gui.streaming
    import workstation.gui.taking_out
    import workstation.gui.viewer.presenter
    import workstation.gui.viewer.states
    import workstation.gui.viewer.wiring
    import workstation.model.alike_headers
    import workstation.model.index.library
    import workstation.model.stacks  # noqa: F401 - imported for the time it takes
