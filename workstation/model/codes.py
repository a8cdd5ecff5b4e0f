"""Coded concepts: a value in a coding scheme, and what it means in words (PS3.3 section 8)."""

from dataclasses import dataclass

from pydicom import Dataset

from workstation.model.attributes import first_item, text
from workstation.model.text import clean


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

    def is_same(self, other: "Code | None") -> bool:
        """Whether both name the same concept by scheme and value, whatever words they use for it."""
        return other is not None and (self.value, self.scheme) == (other.value, other.scheme)


def code_of(item: Dataset | None) -> Code | None:
    """Read an item of a code sequence; None where it says nothing at all."""
    if item is None:
        return None
    value = next((found for word in _VALUES if (found := clean(text(item, word)))), "")
    scheme, meaning = clean(text(item, "CodingSchemeDesignator")), clean(text(item, "CodeMeaning"))
    if not (value or scheme or meaning):
        return None
    return Code(value, scheme, meaning, clean(text(item, "CodingSchemeVersion")))


def first_code(dataset: Dataset, keyword: str) -> Code | None:
    """Read the first code of a code sequence; None where there is none."""
    return code_of(first_item(dataset, keyword))


_VALUES = ("CodeValue", "LongCodeValue", "URNCodeValue")
