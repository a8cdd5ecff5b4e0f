"""Headers of images that are laid out like one read before: what differs is read, all else is shared with that one.

Reading a header element by element costs a millisecond under the interpreter's lock, and those of a series differ in a
few elements. What lies between these is compared as runs of bytes. Equal bytes mean the same, so the dataset is the one
that `workstation.model.reading.read_header` gives; what cannot be compared is left to it.
"""

import threading
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from pydicom import Dataset
from pydicom.dataelem import RawDataElement, empty_value_for_VR
from pydicom.tag import BaseTag

from workstation.model.image import Image
from workstation.model.index import walker
from workstation.model.index.layouts import Layout
from workstation.model.index.records import Place
from workstation.model.nesting import DEPTH_LIMIT
from workstation.model.pixels.transfer_syntaxes import BIG_ENDIAN
from workstation.model.reading import PIXEL_TAGS, Header, PixelElement, read_header
from workstation.model.source import Source, Stream, source_of
from workstation.quick_dataclass import dataclass

MOST_BYTES = 1 << 18
"""Longer headers are not compared: they are those of multi-frame images, which come one by one."""
FIRST_READ, MARGIN = 8 * 1024, 1024
KEPT = 8
_START = 132
_LAST_OF_META, _BEFORE_PIXELS = 0x0002FFFF, 0x7FE00007
_ITEM = b"\xfe\xff\x00\xe0"

# Others are read by their light, so that they have to be equal: the character set, the sign and width of pixels.
_TELLING = frozenset((0x00080005, 0x00280100, 0x00280103))
_WAVEFORMS = 0x5400
_DIFFERING_META = frozenset((0x00020000, 0x00020003))  # group length, and the instance

AnyDataset = TypeVar("AnyDataset", bound=Dataset)


@dataclass(frozen=True, slots=True)
class _Elements:
    """The header of a file, taken apart: each element as bytes, and the beginning of the one with the pixels."""

    parts: list[bytes]
    of_meta: int
    explicit: bool
    end: bytes

    @property
    def names_vr(self) -> list[bool]:
        return [number < self.of_meta or self.explicit for number in range(len(self.parts))]


class _Model:
    """A header that was read element by element, and how others that are laid out like it are told from it."""

    def __init__(self, header: Header, pixels: PixelElement, elements: _Elements) -> None:
        self._header, self._pixels, self._of_meta = header, pixels, elements.of_meta
        self._explicit = elements.explicit
        key = (header.transfer_syntax_uid, elements.of_meta, elements.explicit)
        self._layout = Layout(key, elements.parts, elements.end, elements.names_vr, (), {})
        self._tags = [_tag(each) for each in elements.parts]
        self._vrs = [part[4:6].decode("ascii") if named else None for part, named in _each(elements)]
        self.length = pixels.offset

    def takes(self, header: Header, elements: _Elements) -> bool:
        """Learn from another file that was read; False where it differs in what others are read by."""
        key = (header.transfer_syntax_uid, elements.of_meta, elements.explicit)
        if not self._layout.fits(key, elements.parts, elements.end):
            return False
        if not all(map(self._may_differ, self._layout.differing(elements.parts))):
            return False
        self._layout.learn(elements.parts)
        return True

    def _may_differ(self, number: int) -> bool:
        tag = self._tags[number]
        if number < self._of_meta:
            return tag in _DIFFERING_META
        is_creator = tag >> 16 & 1 and tag & 0xFFFF < 0x1000
        # How all are written is told by the first.
        return not (number == self._of_meta or tag in _TELLING or is_creator or tag >> 16 == _WAVEFORMS)

    def matched(self, buffer: bytes, source: Source, size: int) -> Header | None:
        """Give the header of a file; None where it is not like this one."""
        spans = self._layout.spans(buffer)
        if spans is None:
            return None
        found, end = spans
        of_meta: dict[BaseTag, RawDataElement] = {}
        others: dict[BaseTag, RawDataElement] = {}
        for number, offset, count in found:
            vr, value = self._vrs[number], buffer[offset : offset + count]
            if value.count(_ITEM) >= DEPTH_LIMIT:
                return None
            tag, is_meta = BaseTag(self._tags[number]), number < self._of_meta
            held = value if count else empty_value_for_VR(vr, raw=True)
            implicit = not (is_meta or self._explicit)
            # The type of a value that is empty is that of pydicom.
            element = RawDataElement(tag, vr, count, held, offset, implicit, is_little_endian=True)  # type: ignore[arg-type]
            (of_meta if is_meta else others)[tag] = element
        dataset = _with(self._header.dataset, others)
        dataset.file_meta = _with(self._header.dataset.file_meta, of_meta)
        pixels = PixelElement(self._pixels.tag, self._pixels.vr, end, self._pixels.length)
        return Header(dataset, self._header.transfer_syntax_uid, source, pixels, size)


class AlikeImages:
    """Opens the images of series one after the other. Used by several threads."""

    def __init__(self) -> None:
        self._headers = AlikeHeaders()

    def open(self, place: Place | Path) -> Image:
        """Read the header of an image, as `workstation.model.image.Image.open` does; raises what that raises."""
        return Image.from_header(self._headers.read(source_of(place)))


class AlikeHeaders:
    """Reads the headers of one image after the other. Used by several threads."""

    def __init__(self) -> None:
        self._models: list[_Model] = []
        self._lock = threading.Lock()
        self._reads = FIRST_READ

    def read(self, source: Source) -> Header:
        """Read a header, as `workstation.model.reading.read_header` does; raises what that raises."""
        if self._models:
            with source.open() as stream:
                buffer, size = stream.read(self._reads), stream.size
            header = self._matched(buffer, source, size)
            if header is not None:
                return header
        header = read_header(source)
        if header.pixels is not None and header.source is source and header.pixels.offset <= MOST_BYTES:
            with source.open() as stream:
                self._learn(header, header.pixels, stream)
        return header

    def _matched(self, buffer: bytes, source: Source, size: int) -> Header | None:
        with self._lock:
            for number, model in enumerate(self._models):
                header = model.matched(buffer, source, size)
                if header is not None:
                    if number:
                        self._models.insert(0, self._models.pop(number))
                    return header
        return None

    def _learn(self, header: Header, pixels: PixelElement, stream: Stream) -> None:
        elements = _taken_apart(stream.read(pixels.offset), header, pixels)
        if elements is None:
            return
        with self._lock:
            if any(model.takes(header, elements) for model in self._models):
                return
            self._models.insert(0, _Model(header, pixels, elements))
            del self._models[KEPT:]
            self._reads = max(FIRST_READ, *(model.length + MARGIN for model in self._models))


def _taken_apart(buffer: bytes, header: Header, pixels: PixelElement) -> _Elements | None:
    """Take a header apart that ends with the beginning of ``pixels``; None where it is odd in any way."""
    if len(buffer) < pixels.offset or buffer[128:_START] != b"DICM" or not walker.is_explicit(buffer, _START):
        return None
    if header.transfer_syntax_uid == BIG_ENDIAN:
        return None
    starts: list[int] = []
    try:
        start = walker.walk(buffer, _START, slots={}, last_tag=_LAST_OF_META, values=[], starts=starts, whole=False)
        of_meta, explicit = len(starts), walker.is_explicit(buffer, start)
        end = walker.walk(buffer, start, slots={}, last_tag=_BEFORE_PIXELS, values=[], starts=starts, whole=False)
    except (walker.Unusual, walker.MoreNeeded):
        return None
    is_plain = header.dataset._read_implicit is not explicit and pixels.offset - end == (12 if explicit else 8)
    if not is_plain or len(starts) == of_meta or _tag(buffer[end : end + 4]) not in PIXEL_TAGS:
        return None
    return _Elements([buffer[one:next_] for one, next_ in pairwise([*starts, end])], of_meta, explicit, buffer[end:])


def _each(elements: _Elements) -> Sequence[tuple[bytes, bool]]:
    return list(zip(elements.parts, elements.names_vr, strict=True))


def _tag(element: bytes) -> int:
    return int.from_bytes(element[:2], "little") << 16 | int.from_bytes(element[2:4], "little")


def _with(dataset: AnyDataset, elements: dict[BaseTag, RawDataElement]) -> AnyDataset:
    """Give a dataset like another, with other elements in the place of some; what was converted there is shared."""
    made = type(dataset)()
    kept = {key: value for key, value in vars(dataset).items() if key not in _OWN}
    vars(made).update(kept, _dict={**dataset._dict, **elements})
    return made


_OWN = frozenset(
    ("_dict", "file_meta", "_private_blocks", "_pixel_array", "_pixel_array_opts", "_pixel_id", "_pixel_rep")
)
