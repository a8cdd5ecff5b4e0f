"""What a feature is made of, loaded beside the thread of the window when it is first asked for."""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from workstation.gui.work import Work
from workstation.jobs.runner import Priority


class LoadedLate:
    """Modules that take long to load.

    Parameters
    ----------
    work
        Where they are loaded.
    title
        What a person reads meanwhile.
    modules
        Their names.
    gave_up
        Called when what was asked for is awaited no longer, or they could not be loaded.
    """

    def __init__(self, work: Work, title: str, modules: Sequence[str], gave_up: Callable[[], None]) -> None:
        self._work, self._title, self._modules, self._gave_up = work, title, modules, gave_up
        self._awaited: Callable[[], None] | None = None
        self._is_loading = False

    def then(self, act: Callable[[], None]) -> None:
        """Do the last thing that is asked for once they are loaded: at once, or after a job."""
        if not self._is_loading and all(each in sys.modules for each in self._modules):
            act()
            return
        self._awaited = act
        if not self._is_loading:
            self._is_loading = True
            self._work.start(
                self._title,
                lambda _job: [import_module(each) for each in self._modules],
                done=lambda _modules: self._loaded(),
                failed=lambda _error: self._not_loaded(),
                priority=Priority.INTERACTION,
                is_shown=True,
            )

    def give_up(self) -> bool:
        """Wait no longer for what is loaded; tells whether anything was awaited."""
        was_awaited, self._awaited = self._awaited is not None, None
        if was_awaited:
            self._gave_up()
        return was_awaited

    def _loaded(self) -> None:
        self._is_loading = False
        act, self._awaited = self._awaited, None
        if act is not None:
            act()

    def _not_loaded(self) -> None:
        self._is_loading = False
        self.give_up()
