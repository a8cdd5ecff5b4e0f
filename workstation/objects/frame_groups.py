"""Per-frame functional groups of segmentations (PS3.3 C.7.6.16), read from the bytes in one pass.

A segmentation may have tens of thousands of frames, each with a dozen nested sequences: as objects of pydicom they take
ten seconds and more. Here the few values that place a frame are picked out, and everything else is stepped over. What
the pass does not read (big endian, deflated, elements out of order) is read by pydicom instead.
"""

import io
from collections.abc import Iterator
from struct import Struct
from typing import BinaryIO, cast

from pydicom import Dataset

from workstation.model.attributes import first_item, integer, items, numbers, text
from workstation.model.index import walker
from workstation.model.pixels.transfer_syntaxes import BIG_ENDIAN, DEFLATED
from workstation.model.reading import Header, read_header
from workstation.model.source import Source, Stream
from workstation.quick_dataclass import dataclass

PER_FRAME = 0x52009230
_FIRST_READ, _MOST_BYTES = 1 << 20, 1 << 30
_ELEMENT, _LONG = Struct("<HHI").unpack_from, Struct("<I").unpack_from
_UNDEFINED = 0xFFFFFFFF
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_SOURCE_IMAGES = 0x00082112
_SEGMENT, _POSITION, _ORIENTATION, _SPACING = 0x0062000B, 0x00200032, 0x00200037, 0x00280030
_BETWEEN_SLICES = 0x00180088
_INSTANCE, _FRAMES, _TILE_COLUMN, _TILE_ROW = 0x00081155, 0x00081160, 0x0048021E, 0x0048021F
_PLAIN = frozenset((_SEGMENT, _POSITION, _ORIENTATION, _SPACING, _BETWEEN_SLICES, _TILE_COLUMN, _TILE_ROW))
_WANTED = _PLAIN | {_INSTANCE, _FRAMES}
_ENDS = (_ITEM_END, _SEQUENCE_END)
# Where items do not name their VR, these are known to be sequences: what leads to a wanted value.
_SEQUENCES = frozenset((0x00089124, _SOURCE_IMAGES, 0x00209113, 0x00209116, 0x00289110, 0x0062000A, 0x0048021A))


@dataclass(frozen=True, slots=True)
class FrameGroup:
    """What places a frame, as the file has it; empty where it says nothing of it in this frame's own groups.

    ``sources`` are pairs of an instance and its frames from 1, none for all. ``tile`` is column and row of the first
    pixel in the whole picture, from 1. ``between_slices`` is Spacing Between Slices.
    """

    segments: tuple[int, ...] = ()
    position: tuple[float, ...] = ()
    orientation: tuple[float, ...] = ()
    spacing: tuple[float, ...] = ()
    sources: tuple[tuple[str, tuple[int, ...]], ...] = ()
    tile: tuple[int, ...] = ()
    between_slices: tuple[float, ...] = ()


def read_groups(source: Source) -> tuple[Header, tuple[FrameGroup, ...]]:
    """Read a header, its per-frame groups apart.

    Returns
    -------
    header : Header
        As `workstation.model.reading.read_header` gives it; without the per-frame groups where they were read apart.
        Offsets count in ``header.source``.
    groups : tuple of FrameGroup
        One for each frame that has an item.

    Raises
    ------
    Refused
        As `read_header`.
    """
    try:
        found = _apart(source)
    except (walker.Unusual, ValueError, IndexError):
        found = None
    if found is not None:
        start, end, groups = found
        return read_header(_Without(source, start, end)), groups
    header = read_header(source)
    return header, tuple(group_of(each) for each in items(header.dataset, "PerFrameFunctionalGroupsSequence"))


def _apart(source: Source) -> tuple[int, int, tuple[FrameGroup, ...]] | None:
    """Give where the groups lie, and the groups; None where there are none or pydicom has to look."""
    with source.open() as stream:
        wanted = _FIRST_READ
        while True:
            count = min(wanted, stream.size)
            buffer = stream.take(0, count, "the header")
            try:
                return _found(buffer, whole=count == stream.size)
            except walker.MoreNeeded:
                if count == stream.size or count >= _MOST_BYTES:
                    return None
                wanted *= 8


def _found(buffer: bytes, *, whole: bool) -> tuple[int, int, tuple[FrameGroup, ...]] | None:
    if buffer[128:132] != b"DICM":
        return None
    syntax: list[bytes | None] = [None]
    start = walker.walk(buffer, 132, slots={0x00020010: 0}, last_tag=0x0002FFFF, values=syntax, starts=[], whole=whole)
    if (syntax[0] or b"").rstrip(b" \0").decode("ascii", "replace") in ("", BIG_ENDIAN, DEFLATED):
        return None
    at = walker.walk(buffer, start, slots={}, last_tag=PER_FRAME - 1, values=[], starts=[], whole=whole)
    if at + 12 > len(buffer):
        return None
    explicit = walker.is_explicit(buffer, at)
    group, element, length = _ELEMENT(buffer, at)
    first = at + 8
    if (group << 16 | element) != PER_FRAME:
        return None
    if explicit:
        length, first = _LONG(buffer, first)[0], first + 4
    if length != _UNDEFINED and first + length > len(buffer):
        raise walker.MoreNeeded
    groups, end = _Pass(buffer, explicit=explicit).groups(first, length)
    return at, end, groups


class _Found:
    """The raw values of one frame, and the source images one after the other."""

    def __init__(self) -> None:
        self.plain: dict[int, bytes] = {}
        self.sources: list[list[bytes]] = []
        self._sequence = 0

    def begin(self, tag: int, sequence: int) -> None:
        """Note that an item of a sequence begins."""
        if tag != _ITEM:
            raise walker.Unusual("no item where an item must be")
        self._sequence = sequence
        if sequence == _SOURCE_IMAGES:
            self.sources.append([b"", b""])

    def take(self, tag: int, value: bytes, depth: int) -> None:
        """Keep a value; the instance and frames only where they are of a source image."""
        if tag in _PLAIN:
            self.plain[tag] = value
        elif self._sequence == _SOURCE_IMAGES and depth == _SOURCE_DEPTH:
            self.sources[-1][0 if tag == _INSTANCE else 1] = value


class _Pass:
    """One pass over the items of the sequence."""

    def __init__(self, buffer: bytes, *, explicit: bool) -> None:
        self._buffer = buffer
        self._explicit = explicit
        self._converted: dict[bytes, tuple[float, ...]] = {}

    def groups(self, offset: int, length: int) -> tuple[tuple[FrameGroup, ...], int]:
        """Give the groups, and the offset behind the sequence."""
        buffer, size = self._buffer, len(self._buffer)
        found: list[FrameGroup] = []
        end = None if length == _UNDEFINED else offset + length
        while end is None or offset < end:
            if offset + 8 > size:
                raise walker.MoreNeeded
            group, element, length = _ELEMENT(buffer, offset)
            tag = group << 16 | element
            offset += 8
            if tag == _SEQUENCE_END and end is None:
                return tuple(found), offset
            if tag != _ITEM:
                raise walker.Unusual("no item where an item must be")
            made, offset = self._item(offset, length)
            found.append(made)
        return tuple(found), offset

    def _item(self, offset: int, length: int) -> tuple[FrameGroup, int]:  # a call an element is too slow
        """Read one item; ``open_parts`` are (end or None, tag of the sequence, 0 for an item), innermost last."""
        buffer, size, explicit, made = self._buffer, len(self._buffer), self._explicit, _Found()
        open_parts: list[tuple[int | None, int]] = [(None if length == _UNDEFINED else offset + length, 0)]
        while open_parts:
            end, sequence = open_parts[-1]
            if end is not None and offset >= end:
                open_parts.pop()
                continue
            if offset + 8 > size:
                raise walker.MoreNeeded
            group, element, length = _ELEMENT(buffer, offset)
            tag = group << 16 | element
            offset += 8
            if tag in _ENDS:
                open_parts.pop()
                continue
            if sequence:
                open_parts.append((None if length == _UNDEFINED else offset + length, 0))
                made.begin(tag, sequence)
                continue
            is_sequence = tag in _SEQUENCES
            if explicit:
                is_long = buffer[offset - 4 : offset - 2] in walker.LONG_VRS
                is_sequence = is_long and buffer[offset - 4 : offset - 2] == b"SQ"
                length = _LONG(buffer, offset)[0] if is_long else length >> 16
                offset += 4 if is_long else 0
            if is_sequence or length == _UNDEFINED:
                open_parts.append((None if length == _UNDEFINED else offset + length, tag))
                if len(open_parts) > 2 * walker.MAX_DEPTH:
                    raise walker.NestedTooDeep("sequences nested too deep")
                continue
            if tag in _WANTED:
                made.take(tag, buffer[offset : offset + length], len(open_parts))
            offset += length
        return self._made(made.plain, made.sources), offset

    def _made(self, plain: dict[int, bytes], sources: list[list[bytes]]) -> FrameGroup:
        segments = plain.get(_SEGMENT, b"")
        return FrameGroup(
            tuple(int.from_bytes(segments[at : at + 2], "little") for at in range(0, len(segments) - 1, 2)),
            self._decimals(plain.get(_POSITION, b"")),
            self._decimals(plain.get(_ORIENTATION, b"")),
            self._decimals(plain.get(_SPACING, b"")),
            tuple((_uid(uid), tuple(int(each) for each in self._decimals(frames))) for uid, frames in sources),
            _tile(plain),
            self._decimals(plain.get(_BETWEEN_SLICES, b"")),
        )

    def _decimals(self, raw: bytes) -> tuple[float, ...]:
        found = self._converted.get(raw)
        if found is None:
            told = raw.decode("latin-1").strip(" \0")
            try:
                found = tuple(float(each) for each in told.split("\\")) if told else ()
            except ValueError:
                found = ()
            self._converted[raw] = found
        return found


_SOURCE_DEPTH = 5  # the frame, the derivation sequence and its item, the sequence of sources and its item


def _tile(plain: dict[int, bytes]) -> tuple[int, ...]:
    values = (plain.get(_TILE_COLUMN), plain.get(_TILE_ROW))
    return tuple(int.from_bytes(each[:4], "little", signed=True) for each in values if each)


def _uid(raw: bytes) -> str:
    return raw.decode("latin-1").strip(" \0")


class _Without:
    """A source whose streams leave out a stretch of bytes."""

    def __init__(self, source: Source, start: int, end: int) -> None:
        self._source, self._start, self._end = source, start, end
        self.name = source.name

    def open(self) -> Stream:
        stream = self._source.open()
        raw = cast(BinaryIO, io.BufferedReader(_WithoutRaw(stream, self._start, self._end)))
        return Stream(raw, stream.size - (self._end - self._start), self.name)

    def close(self) -> None:
        self._source.close()


class _WithoutRaw(io.RawIOBase):
    def __init__(self, stream: Stream, start: int, end: int) -> None:
        self._stream, self._start, self._gap = stream, start, end - start
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]  # the stub's Buffer is 3.12 only
        behind = self._at >= self._start
        count = len(buffer) if behind else min(len(buffer), self._start - self._at)
        self._stream.seek(self._at + self._gap if behind else self._at)
        data = self._stream.read(count)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._stream.size - self._gap}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        if not self.closed:
            self._stream._raw.close()
        super().close()


def group_of(frame: Dataset) -> FrameGroup:
    """Read the groups of a frame, or those of all frames, from an item that pydicom has made."""
    segment = first_item(frame, "SegmentIdentificationSequence")
    position = first_item(frame, "PlanePositionSequence")
    orientation = first_item(frame, "PlaneOrientationSequence")
    measures = first_item(frame, "PixelMeasuresSequence")
    return FrameGroup(
        tuple(int(each) for each in numbers(segment, "ReferencedSegmentNumber")) if segment is not None else (),
        numbers(position, "ImagePositionPatient") if position is not None else (),
        numbers(orientation, "ImageOrientationPatient") if orientation is not None else (),
        numbers(measures, "PixelSpacing") if measures is not None else (),
        tuple(_sources(frame)),
        _slide_position(frame),
        numbers(measures, "SpacingBetweenSlices") if measures is not None else (),
    )


def _slide_position(frame: Dataset) -> tuple[int, ...]:
    slide = first_item(frame, "PlanePositionSlideSequence")
    names = ("ColumnPositionInTotalImagePixelMatrix", "RowPositionInTotalImagePixelMatrix")
    found = (integer(slide, name) for name in names) if slide is not None else ()
    return tuple(each for each in found if each is not None)


def _sources(frame: Dataset) -> Iterator[tuple[str, tuple[int, ...]]]:
    for derivation in items(frame, "DerivationImageSequence"):
        for source in items(derivation, "SourceImageSequence"):
            frames = tuple(int(each) for each in numbers(source, "ReferencedFrameNumber"))
            yield text(source, "ReferencedSOPInstanceUID"), frames
