"""A check and what came of it, as values."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.verify.bench import Bench

Answer = float | str | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """Something whose answer is known before the program is asked.

    Parameters
    ----------
    id
        Its stable name, below that of its group: ``oblique.marker``.
    what
        What is checked, in a sentence without a full stop.
    source
        Where the expected answer comes from: a formula, a definition, a paragraph of the standard. Never our own code.
    expected
        A number, several, or a word.
    got
        Asks the program; whatever it raises fails the check.
    tolerance
        How far each number may be off, in ``unit``; words have to be equal.
    unit
        Of the numbers, as people write it.
    hint
        What is wrong where it fails.
    """

    id: str
    what: str
    source: str
    expected: Answer
    got: Callable[[], Answer]
    tolerance: float = 0.0
    unit: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Checks of one subject: its name (``--only``), what it is called, and what gives them, part by part.

    A part that breaks while its phantoms are made leaves the others alone.
    """

    name: str
    title: str
    parts: tuple[Callable[[Bench], Iterator[Check]], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What came of a check; see `Check`. ``expected`` and ``got`` are as they were compared."""

    id: str
    group: str
    what: str
    source: str
    expected: Answer
    got: Answer
    tolerance: float
    unit: str
    passed: bool
    seconds: float
    hint: str = ""

    def text(self) -> str:
        """Give it as a line; of one that failed with what is wrong."""
        line = f"{'passed' if self.passed else 'FAILED'}  {self.id:<40}  {shown(self.got, self.unit)}"
        if self.passed:
            return line
        wanted = f"expected {shown(self.expected, self.unit)}"
        allowed = f" ± {self.tolerance:g}" if self.tolerance else ""
        return f"{line}, {wanted}{allowed}: {self.what}. {self.hint}".rstrip()


def shown(answer: Answer, unit: str = "") -> str:
    """Give an answer as people read it."""
    if isinstance(answer, str):
        return answer
    numbers = answer if isinstance(answer, tuple) else (answer,)
    return ", ".join(f"{each:.8g}" for each in numbers) + (unit if unit in ("", "°") else f" {unit}")


def agrees(expected: Answer, got: Answer, tolerance: float) -> bool:
    """Tell whether an answer is the expected one: each number within the tolerance, words equal."""
    if isinstance(expected, str) or isinstance(got, str):
        return expected == got
    one = expected if isinstance(expected, tuple) else (expected,)
    other = got if isinstance(got, tuple) else (got,)
    return len(one) == len(other) and all(
        math.isfinite(b) and abs(a - b) <= tolerance for a, b in zip(one, other, strict=True)
    )
