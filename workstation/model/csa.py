"""Private headers of Siemens scanners: the CSA image header and the protocol, as far as the place of slices needs them.

They are no part of the standard; Siemens describes which elements there are in its conformance statements, and readers
such as nibabel and dcm2niix describe how their bytes are laid out. Nothing in them is believed before its size was
held against that of the bytes.
"""

import re
import struct

from pydicom import Dataset
from pydicom.tag import BaseTag

from workstation.model.attributes import PARSER_FAILURES, raw_words
from workstation.model.geometry import Vector

MEDCOM, MR = "SIEMENS CSA HEADER", "SIEMENS MR HEADER"
_GROUP, _IMAGE, _SERIES = 0x0029, 0x10, 0x20
_MAGIC = b"SV10"
_MOST_ELEMENTS, _MOST_VALUES = 1000, 10_000
_SLICE = re.compile(rb"sSliceArray\.asSlice\[(\d{1,4})\]\.sPosition\.d(Sag|Cor|Tra)\s*=\s*(-?[\d.]+(?:[eE][-+]?\d+)?)")
_COUNT = re.compile(rb"sSliceArray\.lSize\s*=\s*(\d{1,4})\b")


def private_bytes(dataset: Dataset, group: int, creator: str, element: int) -> bytes:
    """Give the bytes of a private element; empty where there is none.

    Where the creator was removed, as by de-identification, the first block of the group is taken.
    """
    try:
        tag = dataset.private_block(group, creator).get_tag(element)
    except PARSER_FAILURES:
        tag = BaseTag(group << 16 | 0x1000 | element)
    try:
        return raw_words(dataset.get_item(tag)) if tag in dataset else b""
    except PARSER_FAILURES:
        return b""


def image_values(dataset: Dataset, wanted: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Give values of the CSA image header by their names, those that are not empty.

    Each element is a name of 64 bytes, how many values it has, how it is written, and so many items, each with its
    length in 16 bytes before it, filled up to four bytes.
    """
    data = private_bytes(dataset, _GROUP, MEDCOM, _IMAGE)
    found: dict[str, tuple[str, ...]] = {}
    if not data.startswith(_MAGIC) or len(data) < 16:
        return found
    (elements,) = struct.unpack_from("<I", data, 8)
    at = 16
    try:
        for _ in range(min(elements, _MOST_ELEMENTS)):
            name = _text(data[at : at + 64])
            (items,) = struct.unpack_from("<I", data, at + 76)
            at += 84
            values = []
            for _ in range(min(items, _MOST_VALUES)):
                (length,) = struct.unpack_from("<I", data, at + 4)
                at += 16
                values.append(_text(data[at : at + length]) if name in wanted else "")
                at += (length + 3) // 4 * 4
            if name in wanted:
                found[name] = tuple(value for value in values if value)
    except struct.error:  # it is shorter than it says
        return found
    return found


def protocol_centres_lps(dataset: Dataset) -> tuple[Vector, ...]:
    """Give the centres of the slices as the protocol of the series planned them, in mm; empty where it says nothing."""
    data = private_bytes(dataset, _GROUP, MEDCOM, _SERIES)
    count = _COUNT.search(data)
    if count is None or not 0 < int(count[1]) <= _MOST_ELEMENTS:
        return ()
    places = {(int(n), axis): float(value) for n, axis, value in _SLICE.findall(data)}
    return tuple(
        (places.get((n, b"Sag"), 0.0), places.get((n, b"Cor"), 0.0), places.get((n, b"Tra"), 0.0))
        for n in range(int(count[1]))
    )


def _text(data: bytes) -> str:
    return data.split(b"\0", 1)[0].decode("latin-1").strip()
