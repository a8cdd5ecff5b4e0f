"""Walks the elements of a little-endian data set in a buffer and picks out wanted values, without building anything.

It reads what nine files in ten look like, and gives up (`Unusual`) on everything else, which a tolerant and slower
reader then takes. An element costs about a quarter of a microsecond, so the loops are written out.
"""

from collections.abc import Mapping
from struct import Struct

MAX_DEPTH = 64

_IMPLICIT = Struct("<HHI").unpack_from
_EXPLICIT = Struct("<HH2sH").unpack_from
_LONG = Struct("<I").unpack_from

# VRs whose length takes four bytes, after two that are reserved (PS3.5 7.1.2).
LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_SHORT_VRS = frozenset(b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split())
_UNDEFINED = 0xFFFFFFFF
_ITEM = 0xFFFEE000
_ITEM_END = 0xFFFEE00D
_SEQUENCE_END = 0xFFFEE0DD


class Unusual(Exception):
    """Not what this walker reads: another reader has to look at it."""


class NestedTooDeep(Unusual):
    """Sequences nested beyond ``MAX_DEPTH``."""


class MoreNeeded(Exception):
    """The buffer ends before the last wanted element, and the file may go on."""


def is_explicit(buffer: bytes, offset: int) -> bool:
    """Tell whether the element at ``offset`` names its VR, whatever the transfer syntax says (some say it wrongly)."""
    vr = buffer[offset + 4 : offset + 6]
    return vr in _SHORT_VRS or vr in LONG_VRS


def walk(
    buffer: bytes,
    offset: int,
    *,
    slots: Mapping[int, int],
    last_tag: int,
    values: list[bytes | None],
    starts: list[int],
    whole: bool,
) -> int:
    """Put the wanted values of a data set into ``values`` by slot.

    Parameters
    ----------
    buffer
        The beginning of a file.
    offset
        Where the first element lies, in bytes.
    slots
        Slot in ``values`` by tag, ``group << 16 | element``.
    last_tag
        The walk ends beyond it.
    values
        Receives the wanted values.
    starts
        Receives the offset of each element.
    whole
        Whether ``buffer`` is the file to its end.

    Returns
    -------
    int
        Offset of the first element beyond ``last_tag``, or of the end.

    Raises
    ------
    MoreNeeded
        If the buffer is too short and not ``whole``.
    Unusual
        If the elements are not in order, run past the end, or look odd in any other way.
    """
    walk_kind = _walk_explicit if is_explicit(buffer, offset) else _walk_implicit
    end = walk_kind(buffer, offset, slots, last_tag, values, starts)
    if end < 0 and whole:
        raise Unusual("an element runs past the end of the file")
    if end < 0 or (end == len(buffer) and not whole):
        raise MoreNeeded
    return end


def _walk_implicit(
    buffer: bytes, offset: int, slots: Mapping[int, int], last_tag: int, values: list[bytes | None], starts: list[int]
) -> int:
    size = len(buffer)
    slot_of = slots.get
    begin = starts.append
    before = 0
    while offset + 8 <= size:
        group, element, length = _IMPLICIT(buffer, offset)
        tag = group << 16 | element
        if tag <= before:
            raise Unusual("elements out of order")
        if tag > last_tag:
            return offset
        before = tag
        begin(offset)
        offset += 8
        if length == _UNDEFINED:
            offset = skip_items(buffer, offset, explicit=False)
            if offset < 0:
                return -1
            continue
        slot = slot_of(tag)
        if slot is not None:
            values[slot] = buffer[offset : offset + length]
        offset += length
    return offset if offset == size else -1


def _walk_explicit(
    buffer: bytes, offset: int, slots: Mapping[int, int], last_tag: int, values: list[bytes | None], starts: list[int]
) -> int:
    size = len(buffer)
    slot_of = slots.get
    begin = starts.append
    before = 0
    while offset + 8 <= size:
        group, element, vr, length = _EXPLICIT(buffer, offset)
        tag = group << 16 | element
        if tag <= before:
            raise Unusual("elements out of order")
        if tag > last_tag:
            return offset
        before = tag
        begin(offset)
        offset += 8
        if vr not in _SHORT_VRS:
            if vr not in LONG_VRS:
                raise Unusual("no such VR")
            if offset + 4 > size:
                return -1
            length = _LONG(buffer, offset)[0]
            offset += 4
            if length == _UNDEFINED:
                offset = skip_items(buffer, offset, explicit=vr != b"UN")
                if offset < 0:
                    return -1
                continue
        slot = slot_of(tag)
        if slot is not None:
            values[slot] = buffer[offset : offset + length]
        offset += length
    return offset if offset == size else -1


def skip_items(buffer: bytes, offset: int, *, explicit: bool) -> int:
    """Give the offset behind a sequence of undefined length whose first item begins at ``offset``; -1 past the end.

    Raises
    ------
    Unusual
        If something other than an item stands where an item must.
    NestedTooDeep
        If items are nested deeper than ``MAX_DEPTH``.
    """
    size = len(buffer)
    # What is open, innermost last: a sequence (True) or an item (False), each with whether its elements name their VR.
    open_parts = [(True, explicit)]
    while open_parts:
        if offset + 8 > size:
            return -1
        is_sequence, names_vr = open_parts[-1]
        group, element, length = _IMPLICIT(buffer, offset)
        tag = group << 16 | element
        offset += 8
        if is_sequence:
            if tag == _SEQUENCE_END:
                open_parts.pop()
            elif tag != _ITEM:
                raise Unusual("no item where an item must be")
            elif length == _UNDEFINED:
                open_parts.append((False, names_vr))
            else:
                offset += length
        elif tag == _ITEM_END:
            open_parts.pop()
        else:
            offset, opened = _skip_element(buffer, offset, length, names_vr=names_vr)
            if offset < 0:
                return -1
            if opened is not None:
                open_parts.append((True, opened))
        if len(open_parts) > 2 * MAX_DEPTH:
            raise NestedTooDeep("sequences nested too deep")
    return offset


def _skip_element(buffer: bytes, offset: int, length: int, *, names_vr: bool) -> tuple[int, bool | None]:
    """Step over an element inside an item; also tells how the elements of a sequence that it opens are written."""
    vr = b"SQ"
    if names_vr:
        vr = buffer[offset - 4 : offset - 2]
        if vr in _SHORT_VRS:
            return offset + (length >> 16), None
        if vr not in LONG_VRS:
            raise Unusual("no such VR")
        if offset + 4 > len(buffer):
            return -1, None
        length = _LONG(buffer, offset)[0]
        offset += 4
    if length == _UNDEFINED:
        return offset, names_vr and vr != b"UN"
    return offset + length, None
