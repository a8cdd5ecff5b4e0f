"""Reads the odd header through `model.reading`: no preamble, big endian, deflated, elements out of order."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from workstation.model.index.attributes import ATTRIBUTES
from workstation.model.index.headers import Meta, RawValues, Walked
from workstation.model.index.records import Place

if TYPE_CHECKING:
    from pydicom import Dataset


def read_tolerantly(place: Place) -> Walked:
    """Read a header that the quick walk does not understand, giving the same kind of values.

    Raises
    ------
    Refused
        If nothing can be made of it.
    """
    from workstation.model.reading import read_header
    from workstation.model.source import source_of

    source = source_of(place)
    try:
        header = read_header(source)
        meta = header.dataset.file_meta
        meta_values = [_raw(meta, tag) for tag in (0x00020002, 0x00020003, 0x00020010)]
        values: RawValues = [
            _raw(header.dataset, attribute.tag, is_number=attribute.kind in ("uint16", "float64"))
            for attribute in ATTRIBUTES
        ]
    finally:
        source.close()
    sop_class_uid = (meta_values[0] or b"").rstrip(b" \0").decode("latin-1")
    return Walked(Meta(sop_class_uid, header.transfer_syntax_uid), [*values, *meta_values])


def _raw(dataset: "Dataset", tag: int, *, is_number: bool = False) -> bytes | None:
    """Give the bytes of a value as a little-endian file would have them; None where there are none."""
    element: Any = dataset.get_item(tag)
    value = None if element is None else element.value
    if value is None:
        return None
    if not isinstance(value, bytes):
        return None if is_number else _text_of(value).encode("utf-8", "replace")
    return value if getattr(element, "is_little_endian", True) or not is_number else value[::-1]


def _text_of(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Iterable):
        return "\\".join(str(each) for each in value)
    return str(value)
