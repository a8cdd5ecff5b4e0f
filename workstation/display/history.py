"""Undo and redo over one immutable value: what was before each change, and what it was called."""

from collections.abc import Callable
from dataclasses import replace
from typing import Generic, TypeVar

from workstation.quick_dataclass import dataclass

T = TypeVar("T")
MOST_STEPS = 500


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Step(Generic[T]):
    """One change. ``backwards`` and ``forwards`` do what else belongs to it, such as taking a study out."""

    label: str
    before: T
    after: T
    merges_with: str = ""
    backwards: Callable[[], None] = _nothing
    forwards: Callable[[], None] = _nothing


class History(Generic[T]):
    """A value that changes, with the way back.

    Parameters
    ----------
    now
        The value at the start.
    keep
        Given (a value of the past, the value now), gives the one to return to: what no step has changed on purpose,
        such as which image is looked at, may stay as it is now.
    """

    def __init__(self, now: T, keep: Callable[[T, T], T] = lambda past, _now: past) -> None:
        self._now = now
        self._keep = keep
        self._done: list[Step[T]] = []
        self._undone: list[Step[T]] = []
        self._may_merge = False

    @property
    def now(self) -> T:
        """The value."""
        return self._now

    @property
    def undo_label(self) -> str:
        """What would be undone; empty where there is nothing."""
        return self._done[-1].label if self._done else ""

    @property
    def redo_label(self) -> str:
        """What would be done again; empty where there is nothing."""
        return self._undone[-1].label if self._undone else ""

    def would_undo(self, backwards: Callable[[], None]) -> bool:
        """Tell whether the next step back is the one that this belongs to."""
        return bool(self._done) and self._done[-1].backwards == backwards

    def do(
        self,
        new: T,
        label: str,
        *,
        merges_with: str = "",
        backwards: Callable[[], None] = _nothing,
        forwards: Callable[[], None] = _nothing,
    ) -> None:
        """Change the value.

        ``merges_with`` names a run of changes that are undone at once, such as one drag; `settle` ends the run.
        """
        last = self._done[-1] if self._done else None
        if last is not None and merges_with and self._may_merge and last.merges_with == merges_with:
            self._done[-1] = replace(last, label=label, after=new, forwards=forwards)
        else:
            self._done.append(Step(label, self._now, new, merges_with, backwards, forwards))
            del self._done[:-MOST_STEPS]
        self._undone.clear()
        self._now = new
        self._may_merge = bool(merges_with)

    def drift(self, new: T) -> None:
        """Change the value without a step: scrolling, and what follows from outside."""
        self._now = new

    def settle(self) -> None:
        """End a run of changes: the next one is a step of its own."""
        self._may_merge = False

    def undo(self) -> str:
        """Go one step back; gives its name, empty where there is none."""
        if not self._done:
            return ""
        step = self._done.pop()
        self._undone.append(step)
        self._now = self._keep(step.before, self._now)
        self._may_merge = False
        step.backwards()
        return step.label

    def redo(self) -> str:
        """Do again what was undone last; gives its name, empty where there is none."""
        if not self._undone:
            return ""
        step = self._undone.pop()
        self._done.append(step)
        self._now = self._keep(step.after, self._now)
        self._may_merge = False
        step.forwards()
        return step.label

    def revised(self, change: Callable[[T], T]) -> None:
        """Change the value and all of the past, as when stacks have got other numbers; each value once."""
        held = [self._now, *self._done, *self._undone]  # values are known by their identity while they live
        known: dict[int, T] = {}

        def once(value: T) -> T:
            if id(value) not in known:
                known[id(value)] = change(value)
            return known[id(value)]

        self._now = once(self._now)
        for steps in (self._done, self._undone):
            steps[:] = [replace(each, before=once(each.before), after=once(each.after)) for each in steps]
        del held
