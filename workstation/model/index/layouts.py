"""Remembers how headers are laid out, so that the next one of the same series is compared instead of walked.

Files of a series differ in few elements. What lies between those is compared as one run of bytes, and only the elements
that were seen to differ are read. Where everything else is equal byte by byte, so is what it means: nothing is assumed.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from struct import Struct
from typing import Generic, TypeVar

from workstation.model.index import walker

_SHORT_LENGTH = Struct("<H")
_LONG_LENGTH = Struct("<I")
_UNDEFINED = 0xFFFFFFFF
_KEPT = 4
_START = 132

Meta = TypeVar("Meta")

#: Bytes up to and with the tag and VR of an element that differs; how many; how its length is written, None for the
#: last part, which has no such element; its slot, -1 for none; whether its items name their VR.
_Part = tuple[bytes, int, Struct | None, int, bool]


class Layout(Generic[Meta]):
    """The elements of a header, and which of them differ from file to file.

    Parameters
    ----------
    meta
        What its files have in common beyond that.
    elements
        Each element of the first file, as bytes.
    end_mark
        The tag behind the last of them.
    names_vr
        Whether each of them names its VR.
    values
        The wanted values of the first file by slot.
    """

    def __init__(
        self,
        meta: Meta,
        elements: Sequence[bytes],
        end_mark: bytes,
        names_vr: Sequence[bool],
        values: Sequence[bytes | None],
        slot_of_tag: Mapping[int, int],
    ) -> None:
        self.meta = meta
        self.tags = [element[:4] for element in elements]
        self._elements = elements
        self._end_mark = end_mark
        self._names_vr = names_vr
        self._values = list(values)
        self._slots = [slot_of_tag.get(_tag(element), -1) for element in elements]
        self._differing: set[int] = set()
        self._parts: list[_Part] = []
        self._numbers: list[int] = []
        self._lay_out()

    def fits(self, meta: Meta, elements: Sequence[bytes], end_mark: bytes) -> bool:
        """Tell whether another file has the same elements in the same form."""
        return (
            self.meta == meta
            and len(self.tags) == len(elements)
            and self._end_mark == end_mark
            and all(element[:4] == tag for element, tag in zip(elements, self.tags, strict=True))
        )

    def differing(self, elements: Sequence[bytes]) -> set[int]:
        """Give the numbers of the elements of another file that fits which are others than those of the first file."""
        both = zip(elements, self._elements, strict=True)
        return {number for number, (one, other) in enumerate(both) if one != other}

    def learn(self, elements: Sequence[bytes]) -> None:
        """Note which elements of another file that fits differ."""
        before = len(self._differing)
        self._differing |= self.differing(elements)
        if len(self._differing) > before:
            self._lay_out()

    def spans(self, buffer: bytes) -> tuple[list[tuple[int, int, int]], int] | None:
        """Find the elements of a file that may differ.

        Returns
        -------
        tuple or None
            Number, offset of the value and its length in bytes for each of them, and the offset behind all elements and
            the mark behind them; None if the file is not laid out like this, or one of them has no length.
        """
        offset, found = _START, list[tuple[int, int, int]]()
        for number, (run, length, length_of, _slot, _names_vr) in zip(self._numbers, self._parts, strict=True):
            if not buffer.startswith(run, offset):
                return None
            offset += length
            if length_of is None:
                return found, offset
            if offset + 4 > len(buffer):
                return None
            (count,) = length_of.unpack_from(buffer, offset)
            if count == _UNDEFINED:
                return None
            offset += length_of.size
            found.append((number, offset, count))
            offset += count
        return None

    def match(self, buffer: bytes) -> list[bytes | None] | None:
        """Give the wanted values of a file that is laid out like this; None if it is not."""
        offset = _START
        values = self._values.copy()
        size = len(buffer)
        for run, length, length_of, slot, names_vr in self._parts:
            if not buffer.startswith(run, offset):
                return None
            if length_of is None:
                return values
            offset += length
            if offset + 4 > size:
                return None
            (count,) = length_of.unpack_from(buffer, offset)
            offset += length_of.size
            if count == _UNDEFINED:
                offset = walker.skip_items(buffer, offset, explicit=names_vr)
                if offset < 0:
                    return None
                continue
            if slot >= 0:
                values[slot] = buffer[offset : offset + count]
            offset += count
        return None

    def _lay_out(self) -> None:
        self._parts = []
        self._numbers = [*sorted(self._differing), -1]
        run = b""
        for number, element in enumerate(self._elements):
            if number not in self._differing:
                run += element
                continue
            head, length_of, names_vr = _form(element, names_vr=self._names_vr[number])
            run += head
            self._parts.append((run, len(run), length_of, self._slots[number], names_vr))
            run = b""
        run += self._end_mark
        self._parts.append((run, len(run), None, -1, False))


class Layouts(Generic[Meta]):
    """The layouts that were met last, the latest first."""

    def __init__(self, slot_of_tag: Mapping[int, int]) -> None:
        self._layouts: list[Layout[Meta]] = []
        self._slot_of_tag = slot_of_tag

    def match(self, buffer: bytes) -> tuple[Layout[Meta], list[bytes | None]] | None:
        """Give a layout that fits a file, and the wanted values; None where the file has to be walked."""
        for number, layout in enumerate(self._layouts):
            try:
                values = layout.match(buffer)
            except walker.Unusual:
                return None
            if values is not None:
                if number:
                    self._layouts.insert(0, self._layouts.pop(number))
                return layout, values
        return None

    def learn(
        self,
        buffer: bytes,
        starts: Sequence[int],
        *,
        meta: Meta,
        names_vr: Sequence[bool],
        values: Sequence[bytes | None],
    ) -> None:
        """Remember a file that was walked.

        Parameters
        ----------
        buffer
            The beginning of the file.
        starts
            Offset of each element, and last of the one behind them.
        meta
            What must be equal where elements are compared.
        names_vr
            Whether each element names its VR.
        values
            The wanted values by slot.
        """
        end_mark = buffer[starts[-1] : starts[-1] + 4]
        if len(end_mark) < 4:
            return
        elements = [buffer[start:end] for start, end in pairwise(starts)]
        for layout in self._layouts:
            if layout.fits(meta, elements, end_mark):
                layout.learn(elements)
                return
        self._layouts.insert(0, Layout(meta, elements, end_mark, names_vr, values, self._slot_of_tag))
        del self._layouts[_KEPT:]


def _tag(element: bytes) -> int:
    return int.from_bytes(element[:2], "little") << 16 | int.from_bytes(element[2:4], "little")


def _form(element: bytes, *, names_vr: bool) -> tuple[bytes, Struct, bool]:
    """Give the beginning of an element before its length, how the length is written, and whether its items name VRs."""
    if not names_vr:
        return element[:4], _LONG_LENGTH, False
    vr = element[4:6]
    if vr in walker.LONG_VRS:
        return element[:8], _LONG_LENGTH, vr != b"UN"
    return element[:6], _SHORT_LENGTH, True
