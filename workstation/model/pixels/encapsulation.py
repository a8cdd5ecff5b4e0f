"""Compressed frames in their fragments (PS3.5 A.4): found by an offset table, or by walking the fragments once.

A table is only a hint: where it does not lead to the start of a frame, the fragments are walked instead.
"""

from struct import Struct, unpack

import numpy as np

from workstation.model.pixels.transfer_syntaxes import Codec
from workstation.model.refusal import Reason, Refused
from workstation.model.source import Stream
from workstation.quick_dataclass import dataclass

_ITEM, _END = 0xFFFEE000, 0xFFFEE0DD
_header = Struct("<HHI").unpack
_STARTS: dict[Codec, tuple[bytes, ...]] = {
    Codec.JPEG: (b"\xff\xd8",),
    Codec.JPEG_LS: (b"\xff\xd8",),
    Codec.JPEG_2000: (b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP"),
    Codec.HTJ2K: (b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP"),
    Codec.JPEG_XL: (b"\xff\x0a", b"\0\0\0\x0cJXL "),
}


@dataclass(frozen=True, slots=True)
class Fragment:
    """One item: where its bytes begin, how many there are, and whether a frame's stream starts in it."""

    offset: int
    length: int
    starts_frame: bool


class Encapsulated:
    """The frames of one encapsulated pixel data element.

    Parameters
    ----------
    offset
        Of the value: the item of the basic offset table.
    frames
        How many the header declares.
    codec
        Tells by which bytes a frame starts.
    extended
        Extended offset table: offsets and lengths, from the first byte after the basic one (PS3.3 C.7.6.3.1.8).
    """

    def __init__(self, offset: int, frames: int, codec: Codec, *, extended: tuple[tuple[int, int], ...] = ()) -> None:
        self._offset = offset
        self._frames = frames
        self._starts = _STARTS.get(codec, ())
        self._extended = extended
        self._table: tuple[int, ...] | None = None
        self._base = 0
        self._walked: tuple[tuple[Fragment, ...], ...] | None = None

    def frame(self, stream: Stream, number: int) -> bytes:
        """Give the bytes of one frame, from 0; nothing else than what leads there is read.

        Raises
        ------
        Refused
            PIXELS_MISSING where the fragments hold fewer frames, TRUNCATED, or DAMAGED_PIXELS.
        """
        fragments = self.fragments(stream, number)
        return b"".join(
            stream.take(each.offset, each.length, f"a fragment of frame {number + 1}") for each in fragments
        )

    def fragments(self, stream: Stream, number: int) -> tuple[Fragment, ...]:
        """Give where the bytes of one frame lie."""
        if self._table is None:
            self._read_table(stream)
        if self._walked is None:
            found = self._by_extended_table(stream, number) or self._by_table(stream, number)
            if found:
                return found
            self._walked = self._group(self._walk(stream), stream)
        if number >= len(self._walked):
            raise Refused(
                Reason.PIXELS_MISSING,
                f"{stream.name}: {self._frames} frames are declared, but the compressed pixel data hold "
                f"{len(self._walked)}; there is no frame {number + 1}.",
                hint="Copy or request the file again.",
            )
        return self._walked[number]

    def _read_table(self, stream: Stream) -> None:
        group, element, length = _header(stream.take(self._offset, 8, "the basic offset table"))
        if (group << 16 | element) != _ITEM:
            raise Refused(
                Reason.DAMAGED_PIXELS,
                f"{stream.name}: the compressed pixel data begin with ({group:04X},{element:04X}) at byte "
                f"{self._offset} instead of an item.",
            )
        raw = stream.take(self._offset + 8, length, "the basic offset table")
        self._base = self._offset + 8 + length
        self._table = tuple(np.frombuffer(raw[: length // 4 * 4], "<u4").tolist())

    def _by_extended_table(self, stream: Stream, number: int) -> tuple[Fragment, ...]:
        if number >= len(self._extended):
            return ()
        offset, length = self._extended[number]
        item = self._item(stream, self._base + offset)
        if item is None or not item.starts_frame or not 0 <= item.length - length <= 1:
            return ()
        return (Fragment(item.offset, length, starts_frame=True),)

    def _by_table(self, stream: Stream, number: int) -> tuple[Fragment, ...]:
        table = self._table or ()
        if len(table) != self._frames or self._frames < 2 or number >= len(table) or table[0] != 0:
            return ()
        at = self._base + table[number]
        end = self._base + table[number + 1] if number + 1 < len(table) else stream.size
        found: list[Fragment] = []
        while at < end:
            item = self._item(stream, at)
            if item is None:
                break
            if item.starts_frame != (not found) and self._starts:
                return ()
            found.append(item)
            at = item.offset + item.length
        return tuple(found) if at == end or number + 1 == len(table) else ()

    def _item(self, stream: Stream, at: int) -> Fragment | None:
        """Read the item header at a place; None where there is none."""
        if at + 8 > stream.size:
            return None
        stream.seek(at)
        head = stream.read(8 + 12)
        if len(head) < 8:
            return None
        group, element, length = _header(head[:8])
        if (group << 16 | element) != _ITEM:
            return None
        starts = not self._starts or head[8:].startswith(self._starts)
        return Fragment(at + 8, length, starts)

    def _walk(self, stream: Stream) -> list[Fragment]:
        found: list[Fragment] = []
        at = self._base
        while (item := self._item(stream, at)) is not None:
            found.append(item)
            at = item.offset + item.length
        return found

    def _group(self, found: list[Fragment], stream: Stream) -> tuple[tuple[Fragment, ...], ...]:
        """Give the fragments by frame: all to one, one to each, or split where a stream starts."""
        if not found:
            raise Refused(Reason.PIXELS_MISSING, f"{stream.name}: the compressed pixel data hold no fragment.")
        if self._frames == 1:
            return (tuple(found),)
        if len(found) == self._frames or not self._starts:
            return tuple((each,) for each in found)
        frames: list[list[Fragment]] = []
        for each in found:
            if each.starts_frame or not frames:
                frames.append([])
            frames[-1].append(each)
        return tuple(tuple(each) for each in frames)


def extended_table(offsets: bytes, lengths: bytes) -> tuple[tuple[int, int], ...]:
    """Pair the values of Extended Offset Table and its lengths; empty where they do not match."""
    if len(offsets) != len(lengths) or len(offsets) % 8:
        return ()
    count = len(offsets) // 8
    return tuple(zip(unpack(f"<{count}Q", offsets), unpack(f"<{count}Q", lengths), strict=True))
