"""How deep the sequences in a stretch of bytes are nested, found without recursion."""

from struct import Struct

from pydicom import Dataset
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement

DEPTH_LIMIT = 64
"""Deepest nesting that is read; structured reports of real life stay below twenty."""
_UNDEFINED = 0xFFFFFFFF
_LARGE = 1 << 14
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_LONG = frozenset((b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"))


def is_too_deep(dataset: Dataset, depth: int = 1) -> bool:
    """Whether any sequence of a dataset that was just read is nested deeper than `DEPTH_LIMIT`."""
    for element in list(dataset._dict.values()):
        if isinstance(element, RawDataElement):
            deep = _may_be_sequence(element) and _walk(element, depth) > DEPTH_LIMIT
        else:
            deep = element.VR == "SQ" and (
                depth >= DEPTH_LIMIT or any(is_too_deep(item, depth + 1) for item in element.value)
            )
        if deep:
            return True
    return False


def _may_be_sequence(element: RawDataElement) -> bool:
    if element.VR not in (None, "UN", "SQ"):
        return False
    value = element.value
    if element.VR is None and value is not None and len(value) > _LARGE and not _is_public_sequence(element.tag):
        return False  # pixels, most often
    marker = b"\xfe\xff\x00\xe0" if element.is_little_endian else b"\xff\xfe\xe0\x00"
    if not value or value.count(marker) < DEPTH_LIMIT:
        return False
    if element.VR in (None, "UN"):
        try:
            return dictionary_VR(element.tag) == "SQ"
        except KeyError:
            return element.VR == "UN"
    return True


def _walk(element: RawDataElement, depth: int) -> int:
    """Give the greatest depth, or the limit and one as soon as it is passed."""
    data = element.value or b""
    order = "<" if element.is_little_endian else ">"
    header, long_length = Struct(f"{order}HHI").unpack_from, Struct(f"{order}I").unpack_from
    implicit = element.is_implicit_VR or element.VR in (None, "UN")
    ends = [len(data)]  # where each open sequence or item ends; undefined ones end where their parent does
    at, deepest = 0, depth
    while at + 8 <= len(data):
        while len(ends) > 1 and at >= ends[-1]:
            ends.pop()
        group, number, length = header(data, at)
        tag, start, vr = group << 16 | number, at + 8, data[at + 4 : at + 6]
        at = start
        if tag in (_ITEM_END, _SEQUENCE_END):
            if len(ends) > 1:
                ends.pop()
            continue
        opens = tag == _ITEM
        if not opens and not implicit and b"AA" <= vr <= b"ZZ":
            length = length >> 16 if order == "<" else length & 0xFFFF
            if vr in _LONG and start + 4 <= len(data):
                length, at = long_length(data, start)[0], start + 4
            opens = vr == b"SQ" or length == _UNDEFINED
        elif not opens:
            opens = length == _UNDEFINED or _is_public_sequence(tag)
        if opens:
            ends.append(ends[-1] if length == _UNDEFINED else min(at + length, ends[-1]))
            deepest = max(deepest, depth + len(ends) // 2)
            if deepest > DEPTH_LIMIT:
                return deepest
        else:
            at += length
    return deepest


def _is_public_sequence(tag: int) -> bool:
    try:
        return dictionary_VR(tag) == "SQ"
    except KeyError:
        return False
