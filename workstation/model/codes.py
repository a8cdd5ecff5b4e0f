"""Coded concepts read from the items of code sequences (PS3.3 section 8)."""

from pydicom import Dataset

from workstation.model.attributes import first_item, text
from workstation.model.concepts import Code
from workstation.model.text import clean


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
