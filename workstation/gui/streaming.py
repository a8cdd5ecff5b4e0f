"""Sets up how frames come in: behind the panes the next series, told series by series in the browser, and forgotten."""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from workstation.gui.canvas.frames import FrameSource
from workstation.gui.panels.browser.view import Browser
from workstation.gui.series_progress import SeriesProgress
from workstation.gui.viewer.places import next_stacks
from workstation.gui.viewer.planes import Planes
from workstation.gui.viewer.presenter import Viewer
from workstation.gui.viewer.streaming import NextSeries
from workstation.jobs.runner import Priority
from workstation.model.memory import give_back
from workstation.workspace import Change, Workspace


class Streaming(QObject):
    """Joins the source of the frames to those who want to know what comes.

    Parameters
    ----------
    reads_next
        Whether series that nobody looks at yet are read when nothing else is to do.
    """

    def __init__(
        self,
        frames: FrameSource,
        planes: Planes,
        viewer: Viewer,
        workspace: Workspace,
        browser: Browser,
        *,
        reads_next: bool,
    ) -> None:
        super().__init__(browser)
        self.frames, self._planes, self._browser = frames, planes, browser
        frames.is_open = lambda uid: workspace.series(uid) is not None
        frames.on_kept = SeriesProgress(browser, workspace, frames.cache, self, failed=lambda: frames.failed).came
        self._next = NextSeries(frames, lambda: next_stacks(workspace, viewer.now)) if reads_next else None
        workspace.listen(self._changed)

    def forget(self, series_instance_uids: Sequence[str]) -> None:
        """Give back the memory of series that are closed."""
        self.frames.forget_series(series_instance_uids)
        self._planes.forget_series(series_instance_uids)
        self._browser.forget_pictures(f"series:{uid}" for uid in series_instance_uids)
        self.frames.work.start(
            "Give memory back", lambda _job: give_back(), done=lambda _none: None, priority=Priority.PREFETCH
        )

    def _changed(self, change: Change) -> None:
        if self._next is not None and change in (Change.TREE, Change.SELECTION):
            self._next.begin_again()
