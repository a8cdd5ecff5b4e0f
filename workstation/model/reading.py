"""Headers of files that nobody vouches for, as pydicom datasets: bounded, without warnings, refused by reason."""

import logging
import struct
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

import pydicom
import pydicom.config
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.filereader import read_dataset as parse
from pydicom.tag import BaseTag

from workstation.model.attributes import PARSER_FAILURES, text
from workstation.model.blank_vr import NamedStream, name_blank_vr
from workstation.model.deflated import DeflatedSource
from workstation.model.index.records import Place
from workstation.model.nesting import DEPTH_LIMIT, is_too_deep
from workstation.model.pixels.transfer_syntaxes import (
    BIG_ENDIAN,
    DEFLATED,
    EXPLICIT,
    GE_PRIVATE,
    IMPLICIT,
    PAPYRUS,
)
from workstation.model.refusal import Reason, Refused
from workstation.model.source import Source, Stream, source_of, unpack_member
from workstation.quick_dataclass import dataclass

# Values are judged where they are used; judging each while reading would only produce warnings.
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
logging.getLogger("pydicom").setLevel(logging.CRITICAL)  # its messages quote values, patients' names among them

PIXEL_TAGS = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010))
"""Float, double float and integer Pixel Data."""
UNDEFINED = 0xFFFFFFFF
MOST_READS = 2_000_000
"""Reads that a parser may need for a header, two or three for each element: a hundred times what real ones need."""
_PREAMBLE = 132
_LOOK_AHEAD = 8192  # what pydicom reads at a time while it looks for the end of a value of undefined length
_IMPLICIT_SYNTAXES = (IMPLICIT, PAPYRUS, GE_PRIVATE)


@dataclass(frozen=True, slots=True)
class PixelElement:
    """Where a pixel data element lies in its source; ``length`` is None where it is undefined (encapsulated)."""

    tag: int
    vr: str
    offset: int
    length: int | None


@dataclass(frozen=True, slots=True)
class Header:
    """A parsed header: everything before the pixel data.

    ``source`` is where ``pixels.offset`` counts: the file, or its inflated dataset. ``transfer_syntax_uid`` is what
    the file says, or what its bytes look like where it says nothing.
    """

    dataset: Dataset
    transfer_syntax_uid: str
    source: Source
    pixels: PixelElement | None
    size: int


def open_stream(place: Place) -> BinaryIO:
    """Open a file, or an entry of an archive unpacked, for reading.

    Raises
    ------
    Refused
        VANISHED, NO_PERMISSION, READ_ERROR, NOT_DICOM (a folder or a device), and the reasons of damaged archives.
    """
    if place.member:
        return unpack_member(place)[0]
    stream = source_of(place).open()
    return stream._raw


def read_dataset(place: Place | Path, *, stop_before_pixels: bool = True) -> Dataset:
    """Read a dataset; its ``file_meta`` is there also where the file has none.

    Parameters
    ----------
    stop_before_pixels
        Leave out the pixel data and what follows it.

    Raises
    ------
    Refused
        With the reason: EMPTY_FILE, NOT_DICOM, TRUNCATED, DAMAGED_HEADER, NESTED_TOO_DEEP, DAMAGED_DEFLATE, TOO_LARGE,
        and those of `open_stream`.
    """
    return read_header(source_of(place), whole=not stop_before_pixels).dataset


def read_header(source: Source, *, whole: bool = False) -> Header:
    """Read the header of a source, and where its pixel data lie; with ``whole``, also the elements from there on."""
    silence_pydicom()
    with source.open() as stream:
        start = _start(stream)
        meta = _read_meta(stream, start)
        uid = text(meta, "TransferSyntaxUID")
        dataset_start = stream.tell()
        guessed_implicit, guessed_little = _looks_like(stream, dataset_start)
    if uid == DEFLATED:
        source, dataset_start = DeflatedSource(source, dataset_start), 0
        guessed_implicit, guessed_little = False, True
    elif not uid:
        uid = (IMPLICIT if guessed_implicit else EXPLICIT) if guessed_little else BIG_ENDIAN
    implicit = uid in _IMPLICIT_SYNTAXES
    with source.open() as stream:
        stream.seek(dataset_start)
        dataset, pixels = _read_elements(stream, implicit, uid != BIG_ENDIAN, whole)
        _check_found(stream, dataset, pixels, start)
        size = stream.size
    dataset.file_meta = meta
    return Header(dataset, uid, source, pixels, size)


def silence_pydicom() -> None:
    """Keep warnings of pydicom's lenient reading away from the terminal; cheap, and idempotent."""
    warnings.filterwarnings("ignore", module=r"pydicom\b")


def _start(stream: Stream) -> int:
    """Give where the file meta information, or else the dataset, begins."""
    head = stream.read(_PREAMBLE)
    if not head:
        raise Refused(Reason.EMPTY_FILE, f"{stream.name}: the file is empty.", hint="Copy or request it again.")
    if head[128:] == b"DICM":
        return _PREAMBLE
    if head[:4] == b"DICM":
        return 4  # a preamble that was cut off
    group, element = struct.unpack("<HH", head[:4].ljust(4, b"\xff"))
    little = group in (0x0002, 0x0008) and element < 0x2000
    big = head[:2] in (b"\x00\x02", b"\x00\x08") and head[2] < 0x20
    if len(head) < 8 or not (little or big):
        kind = "text" if _is_text(head) else "data of another kind"
        raise Refused(
            Reason.NOT_DICOM,
            f"{stream.name}: there is no “DICM” at byte 128 and no DICOM element at the start; this looks like {kind}.",
        )
    return 0


def _is_text(head: bytes) -> bool:
    return all(byte >= 32 or byte in (9, 10, 13) for byte in head)


def _read_meta(stream: Stream, start: int) -> FileMetaDataset:
    """Read group 0002, whatever its declared length; leave the stream where the dataset starts."""
    stream.seek(start)
    meta = FileMetaDataset()
    if stream.read(2) not in (b"\x02\x00", b""):
        stream.seek(start)
        return meta
    stream.seek(start)
    found = _parse(stream, implicit=False, little=True, stop_when=lambda tag, _vr, _length: tag >> 16 != 2)
    stream.short = None
    for element in found._dict.values():
        try:
            meta[element.tag] = found[element.tag]
        except PARSER_FAILURES:
            continue
    return meta


def _looks_like(stream: Stream, start: int) -> tuple[bool, bool]:
    """Guess from the first element: (implicit VR, little endian)."""
    head = stream.read(8)
    stream.seek(start)
    stream.short = None
    implicit = not (len(head) == 8 and b"AA" <= head[4:6] <= b"ZZ" and head[5] <= ord("Z"))
    return implicit, len(head) < 2 or head[1] == 0 or head[0] != 0


def _read_elements(stream: Stream, implicit: bool, little: bool, whole: bool) -> tuple[Dataset, PixelElement | None]:
    start = stream.tell()
    names: dict[int, bytes] = {}
    while True:
        named = NamedStream(stream, names) if names else stream
        try:
            dataset, pixels = _read_once(named, implicit, little, whole)
        except Refused:
            if implicit or not name_blank_vr(named, names, little=little):
                raise
        else:
            if implicit or pixels is not None or not name_blank_vr(named, names, little=little):
                stream.short = named.short
                return dataset, pixels
        stream.seek(start)
        stream.short = None


def _read_once(stream: Stream, implicit: bool, little: bool, whole: bool) -> tuple[Dataset, PixelElement | None]:
    found: list[PixelElement] = []

    def stop(tag: BaseTag, vr: str | None, length: int) -> bool:
        if int(tag) in PIXEL_TAGS and not found:
            found.append(PixelElement(int(tag), vr or "OW", stream.tell(), None if length == UNDEFINED else length))
            return not whole
        return False

    dataset = _parse(stream, implicit=implicit, little=little, stop_when=stop)
    return dataset, found[0] if found else None


def _parse(
    stream: Stream, *, implicit: bool, little: bool, stop_when: Callable[[BaseTag, str | None, int], bool]
) -> Dataset:
    stream.reads_left = MOST_READS
    try:
        dataset = parse(cast(BinaryIO, stream), implicit, little, stop_when=stop_when)
        too_deep = is_too_deep(dataset)
    except RecursionError as error:
        raise _too_deep(stream) from error
    except PARSER_FAILURES as error:
        stream.refuse_endless()  # pydicom takes a refusal between items for an error of its own
        _refuse_short(stream)
        raise Refused(
            Reason.DAMAGED_HEADER,
            f"{stream.name}: the header cannot be read past byte {stream.tell()} of {stream.size} ({error}).",
            hint="Copy or request the file again.",
        ) from error
    finally:
        stream.reads_left = None
    if too_deep:
        raise _too_deep(stream)
    return dataset


def _too_deep(stream: Stream) -> Refused:
    return Refused(
        Reason.NESTED_TOO_DEEP,
        f"{stream.name}: sequences are nested more than {DEPTH_LIMIT} levels deep, the most that is read.",
    )


def _check_found(stream: Stream, dataset: Dataset, pixels: PixelElement | None, start: int) -> None:
    if pixels is None:
        _refuse_short(stream)
    if not len(dataset) and pixels is None:
        raise Refused(
            Reason.TRUNCATED if start else Reason.NOT_DICOM,
            f"{stream.name}: there is no element in its {stream.size} bytes"
            + (" after the file meta information." if start else "; this is not a DICOM dataset."),
        )
    if not start and pixels is None and not any(tag in dataset for tag in _TELLING):
        raise Refused(
            Reason.NOT_DICOM,
            f"{stream.name}: there is no “DICM” at byte 128, and no class, instance, modality or patient follows.",
        )


_TELLING = (0x00080016, 0x00080018, 0x00080060, 0x00100010, 0x00100020, 0x0020000D, 0x00041220)


def _refuse_short(stream: Stream) -> None:
    if stream.short is None:
        return
    offset, wanted = stream.short
    if wanted == _LOOK_AHEAD:
        raise Refused(
            Reason.DAMAGED_HEADER,
            f"{stream.name}: the header cannot be read past byte {stream.tell()} of {stream.size}, since the element "
            "of undefined length there has no end.",
            hint="Copy or request the file again.",
        )
    raise Refused(
        Reason.TRUNCATED,
        f"{stream.name}: an element declares {wanted} bytes from byte {offset} on, but the data end at byte "
        f"{min(stream.size, stream.tell())}.",
        hint="Copy or request the file again.",
    )


__all__ = [
    "Header",
    "PixelElement",
    "open_stream",
    "read_dataset",
    "read_header",
]
