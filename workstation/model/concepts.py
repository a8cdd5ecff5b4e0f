"""Coded concepts: a value in a coding scheme, and what it means in words (PS3.3 section 8)."""

from __future__ import annotations

from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A coded concept.

    Parameters
    ----------
    value
        Code Value, Long Code Value or URN Code Value.
    scheme
        Coding Scheme Designator (``DCM``, ``SCT``, ``UCUM``); empty where a URN says it.
    meaning
        Code Meaning, for people; it plays no part in comparing concepts (`is_same`).
    version
        Coding Scheme Version, where the file gives one.
    """

    value: str
    scheme: str
    meaning: str = ""
    version: str = ""

    def __str__(self) -> str:
        return self.meaning or (f"{self.value} ({self.scheme})" if self.scheme else self.value) or "(no code)"

    def is_same(self, other: Code | None) -> bool:
        """Whether both name the same concept by scheme and value, whatever words they use for it."""
        return other is not None and (self.value, self.scheme) == (other.value, other.scheme)
