"""The elements of one file, as far as a damaged one can be read; large pixel data stay where they are."""

from typing import cast

import pydicom
from pydicom import Dataset

from workstation.headers.listing import Element, elements_of
from workstation.headers.pixel_bytes import described
from workstation.model.attributes import PARSER_FAILURES
from workstation.model.index.records import Place
from workstation.model.nesting import is_too_deep
from workstation.model.reading import Header, read_header, silence_pydicom
from workstation.model.refusal import Reason, Refused
from workstation.model.source import Source, source_of
from workstation.quick_dataclass import dataclass

READ_WHOLE_BYTES = 256 << 20
"""Files up to this size are read with their pixel data where nothing else is asked for."""
LONGEST_SUMMARY = 256
"""Characters of a value in a summarised listing; more than any text of one value that is not a document."""
_PARTLY_READABLE = (Reason.TRUNCATED, Reason.DAMAGED_HEADER)


@dataclass(frozen=True, slots=True)
class Contents:
    """The elements of one file, in its order; ``refusal`` says why there are no more of them."""

    place: Place
    elements: tuple[Element, ...]
    notes: tuple[str, ...] = ()
    refusal: Refused | None = None


def read_contents(place: Place, *, most: int | None = None, whole_bytes: int = READ_WHOLE_BYTES) -> Contents:
    """Read every element of a file.

    Parameters
    ----------
    most
        Characters of a value that are given; all where None.
    whole_bytes
        Files larger than this are read up to their pixel data only, and a note says so.

    Raises
    ------
    Refused
        Where nothing of it can be read; reasons as of `workstation.model.reading.read_dataset`.
    """
    source = source_of(place)
    try:
        header = read_header(source)
        if header.pixels is None or header.size <= whole_bytes:
            dataset = header.dataset if header.pixels is None else read_header(source, whole=True).dataset
            return Contents(place, tuple(elements_of(dataset, most=most)))
    except Refused as error:
        part = _readable_part(source) if error.reason in _PARTLY_READABLE else None
        if part is None:
            raise
        return Contents(place, tuple(elements_of(part, most=most)), refusal=error)
    note = "The pixel data and what follows them are not read in a file of this size."
    return Contents(place, (*elements_of(header.dataset, most=most), _pixels(header, "not read")), (note,))


def summarised_contents(place: Place, *, with_pixels: bool = False, longest: int = LONGEST_SUMMARY) -> Contents:
    """Read the elements up to the pixel data, long values as their beginning, their length and a checksum.

    Parameters
    ----------
    with_pixels
        Read the pixel data, too, a part at a time, for their checksum.
    longest
        Characters from which on a value is cut.

    Raises
    ------
    Refused
        As `read_contents`.
    """
    source = source_of(place)
    try:
        header = read_header(source)
    except Refused as error:
        part = _readable_part(source) if error.reason in _PARTLY_READABLE else None
        if part is None:
            raise
        return Contents(place, tuple(elements_of(part, most=longest, summarised=True)), refusal=error)
    elements = tuple(elements_of(header.dataset, most=longest, summarised=True))
    if header.pixels is None:
        return Contents(place, elements)
    refusal = None
    value = "" if header.pixels.length is None else f"{header.pixels.length} bytes"
    if with_pixels:
        try:
            value = described(header)
        except Refused as error:
            value, refusal = "cannot be read to their end", error
    return Contents(place, (*elements, _pixels(header, value or "encapsulated")), refusal=refusal)


def _pixels(header: Header, value: str) -> Element:
    assert header.pixels is not None  # noqa: S101 - the callers looked
    tag = header.pixels.tag
    name = {0x7FE00008: "FloatPixelData", 0x7FE00009: "DoubleFloatPixelData"}.get(tag, "PixelData")
    spelled = f"({tag >> 16:04x},{tag & 0xFFFF:04x})"
    return Element(0, spelled, header.pixels.vr, header.pixels.length, name, value, name)


def _readable_part(source: Source) -> Dataset | None:
    silence_pydicom()
    try:
        with source.open() as stream:
            dataset = pydicom.dcmread(cast("pydicom.filebase.DicomIO", stream), force=True)
            return None if is_too_deep(dataset) else dataset
    except (*PARSER_FAILURES, OSError, Refused):
        return None
