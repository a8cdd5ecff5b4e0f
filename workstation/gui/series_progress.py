"""How much of each series is at hand, told to the browser a few times a second while frames come in."""

from collections.abc import Callable, Collection
from typing import Protocol

from PySide6.QtCore import QObject, QTimer

from workstation.model.memory import FrameCache, Key
from workstation.workspace import Workspace

EVERY_MS = 200


class SharesView(Protocol):
    """What this needs of the browser."""

    def show_share(self, key: str, share: float | None) -> None:
        """Draw how much of a series is at hand, 0 to 1; None where there is nothing to say."""


class SeriesProgress(QObject):
    """Counts the frames of series in the cache.

    Parameters
    ----------
    view
        The browser.
    workspace
        Knows how many frames there are.
    cache
        Has them.
    failed
        Those that cannot be read: nothing of them is still to come.
    """

    def __init__(
        self,
        view: SharesView,
        workspace: Workspace,
        cache: FrameCache,
        parent: QObject,
        *,
        failed: Callable[[], Collection[Key]] = tuple,
    ) -> None:
        super().__init__(parent)
        self._failed = failed
        self._view, self._workspace, self._cache = view, workspace, cache
        self._changed: set[str] = set()
        self._losses = cache.losses
        self._told: set[str] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.tell)

    def came(self, series_instance_uid: str) -> None:
        """Be told that a frame of a series has come."""
        self._changed.add(series_instance_uid)
        if not self._timer.isActive():
            self._timer.start()

    def tell(self) -> None:
        """Tell the browser what has changed."""
        changed, self._changed = self._changed, set()
        if self._cache.losses != self._losses:  # some have left: any series may have fewer
            self._losses = self._cache.losses
            changed |= self._told
        for uid in changed:
            share = self._share(uid)
            self._view.show_share(f"series:{uid}", share)
            (self._told.add if share is not None else self._told.discard)(uid)

    def _share(self, uid: str) -> float | None:
        series = self._workspace.series(uid)
        there = self._cache.count_of(uid)
        if series is None or not there:
            return None
        there += sum(key[0] == uid for key in self._failed())
        return min(1.0, there / max(1, sum(len(stack.frames) for stack in series.stacks)))
