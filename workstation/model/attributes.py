"""Values of a dataset read tolerantly: what is absent, empty or damaged is None or empty, and never raises."""

import struct
from typing import Any

from pydicom import Dataset
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.errors import BytesLengthException, InvalidDicomError

PARSER_FAILURES = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    EOFError,
    OSError,  # "no tag to read": what the storage reports is a refusal before it gets here
    NotImplementedError,
    RecursionError,
    struct.error,
    BytesLengthException,
    InvalidDicomError,
)
"""What pydicom raises on damaged bytes."""


def value_of(dataset: Dataset, keyword: str) -> Any:
    """Give a converted value; None where it is absent, empty or damaged."""
    try:
        value = dataset.get(keyword)
    except PARSER_FAILURES:
        return None
    if value is None or (isinstance(value, str | bytes | list | tuple) and not value):
        return None
    return value


def numbers(dataset: Dataset, keyword: str) -> tuple[float, ...]:
    """Give all values of a numeric attribute; empty where it is absent or any of them is no number."""
    try:
        tag = tag_for_keyword(keyword)
        if tag is None or tag not in dataset:
            return ()
        element: Any = dataset.get_item(tag)
        if isinstance(element, RawDataElement) and (element.VR or dictionary_VR(element.tag)) in ("DS", "IS"):
            found = _decimal_strings(element.value)
        else:
            value = dataset[tag].value
            many = value if hasattr(value, "__iter__") and not isinstance(value, str | bytes) else [value]
            found = tuple(float(each) for each in many if each is not None and each != "")
    except PARSER_FAILURES:
        return ()
    return found if all(each - each == 0 for each in found) else ()  # neither infinite nor NaN


def _decimal_strings(raw: bytes | None) -> tuple[float, ...]:
    text = (raw or b"").decode("latin-1").strip(" \0")
    return tuple(float(each) for each in text.split("\\")) if text else ()


def number(dataset: Dataset, keyword: str) -> float | None:
    """Give the first value of a numeric attribute."""
    found = numbers(dataset, keyword)
    return found[0] if found else None


def integer(dataset: Dataset, keyword: str) -> int | None:
    """Give the first value of a numeric attribute where it is a whole number."""
    found = number(dataset, keyword)
    return int(found) if found is not None and found.is_integer() else None


def text(dataset: Dataset, keyword: str) -> str:
    """Give the value as text, several joined by a backslash, without surrounding blanks; not cleaned of controls."""
    value = value_of(dataset, keyword)
    if value is None or isinstance(value, bytes):
        return ""
    many = value if isinstance(value, list | tuple) or type(value).__name__ == "MultiValue" else [value]
    return "\\".join(str(each).strip(" \0") for each in many)


def items(dataset: Dataset, keyword: str) -> tuple[Dataset, ...]:
    """Give the items of a sequence."""
    value = value_of(dataset, keyword)
    try:
        return tuple(each for each in value if isinstance(each, Dataset)) if value is not None else ()
    except PARSER_FAILURES:
        return ()


def first_item(dataset: Dataset, keyword: str) -> Dataset | None:
    """Give the first item of a sequence."""
    found = items(dataset, keyword)
    return found[0] if found else None


def words(dataset: Dataset, keyword: str) -> bytes:
    """Give the bytes of a value that may be stored as OB, OW, UN or a list of US or SS; little endian."""
    try:
        tag = tag_for_keyword(keyword)
        element = dataset.get_item(tag) if tag is not None else None
    except PARSER_FAILURES:
        return b""
    return raw_words(element)


def raw_words(element: Any) -> bytes:
    """Give the bytes of an element, 16-bit words swapped to little endian where the file has them big endian."""
    if isinstance(element, RawDataElement):
        raw = element.value or b""
        if element.is_little_endian or element.VR == "OB":
            return raw
        even = raw[: len(raw) & ~1]
        return struct.pack(f"<{len(even) // 2}H", *struct.unpack(f">{len(even) // 2}H", even))
    value: Any = getattr(element, "value", None)
    if isinstance(value, bytes):
        return value
    try:
        many = value if hasattr(value, "__iter__") else [value]
        return b"".join(struct.pack("<H", int(each) & 0xFFFF) for each in many or ())
    except PARSER_FAILURES:
        return b""
