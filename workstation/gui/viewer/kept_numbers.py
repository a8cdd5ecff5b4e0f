"""Numbers of annotations, measured in jobs and kept as long as what they depend on stays the same."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from workstation.model.annotation import Annotation
from workstation.model.marking import Marking
from workstation.model.measurement import Measurement
from workstation.quick_dataclass import dataclass


class WantedNumber(Protocol):
    """All that a number depends on: where it is equal, so is the number."""

    @property
    def annotation(self) -> Annotation:
        """What is measured."""


Wanted = TypeVar("Wanted", bound=WantedNumber)


@dataclass(frozen=True)
class Found(Generic[Wanted]):
    """What came of it: numbers, once more with all that can be plotted of them, or why there are none."""

    wanted: Wanted
    measurement: Measurement | None = None
    plotted: Measurement | None = None
    problem: str = ""


class KeptNumbers(ABC, Generic[Wanted]):
    """Measures what has changed, and forgets what is no more; one job at a time."""

    def __init__(self, on_arrived: Callable[[], object]) -> None:
        self._on_arrived = on_arrived
        self._found: dict[str, Found[Wanted]] = {}
        self._is_running = False
        self._waiting: list[Callable[[], object]] = []

    @abstractmethod
    def _wanted(self, marking: Marking) -> Sequence[Wanted]:
        """Give what is to be measured, as far as all that it depends on is known."""

    @abstractmethod
    def _measure(self, missing: Sequence[Wanted], arrived: Callable[[Sequence[Found[Wanted]]], None]) -> None:
        """Start to measure some of what is missing; calls ``arrived`` with it, or `_end` where nothing came."""

    def of(self, annotation: Annotation) -> Measurement | None:
        """Give the numbers of an annotation as it is; None while there are none."""
        found = self._of(annotation)
        return found.measurement if found is not None else None

    def problem(self, annotation: Annotation) -> str:
        """Say why there are no numbers; empty where nothing is wrong."""
        found = self._of(annotation)
        return found.problem if found is not None else ""

    def bring(self, now: Callable[[], Marking], then: Callable[[], object] | None = None) -> None:
        """Measure what has changed, and forget what is no more; ``then`` is called once all of it is there."""
        if then is not None:
            self._waiting.append(then)
        if self._is_running:
            return
        wanted = self._wanted(now())
        for number in self._found.keys() - {each.annotation.id for each in wanted}:
            del self._found[number]
        missing = [each for each in wanted if self._is_new(each)]
        if not missing:
            waiting, self._waiting = self._waiting, []
            for tell in waiting:
                tell()
            return
        self._is_running = True

        def arrived(found: Sequence[Found[Wanted]]) -> None:
            self._end()
            self._found |= {each.wanted.annotation.id: each for each in found}
            self._on_arrived()
            self.bring(now)

        self._measure(missing, arrived)

    def _end(self) -> None:
        self._is_running = False

    def _of(self, annotation: Annotation) -> Found[Wanted] | None:
        found = self._found.get(annotation.id)
        return found if found is not None and found.wanted.annotation == annotation else None

    def _is_new(self, wanted: Wanted) -> bool:
        found = self._found.get(wanted.annotation.id)
        return found is None or found.wanted != wanted
