"""Where the pixels of a plain grey image lie in its file, found without building a dataset.

Nine files in ten of a CT, MR or PET series are plain: little endian, one grey frame, 8, 16 or 32 bits, no modality LUT.
For them this costs some 30 microseconds; anything else gives None, and `workstation.model.image` reads it.
"""

import math
import os
from functools import lru_cache
from struct import Struct

from workstation.model.frame_parts import PixelDescription
from workstation.model.index import walker
from workstation.model.pixels.transfer_syntaxes import EXPLICIT, IMPLICIT, TRANSFER_SYNTAXES, Codec
from workstation.quick_dataclass import dataclass

FIRST_READ = 8 * 1024
READS = (256 * 1024, 8 * 1024 * 1024)
UNDEFINED = 0xFFFFFFFF
CODECS = frozenset((Codec.JPEG, Codec.JPEG_LS, Codec.JPEG_2000, Codec.HTJ2K, Codec.RLE, Codec.JPEG_XL))

_PIXELS_IMPLICIT = Struct("<HHI").unpack_from
_PIXELS_EXPLICIT = Struct("<HH2sHI").unpack_from
_ITEM = Struct("<HHI").unpack_from

_TAGS = (
    0x00080060,  # Modality
    0x00280002,  # Samples per Pixel
    0x00280004,  # Photometric Interpretation
    0x00280008,  # Number of Frames
    0x00280010,  # Rows
    0x00280011,  # Columns
    0x00280100,  # Bits Allocated
    0x00280101,  # Bits Stored
    0x00280102,  # High Bit
    0x00280103,  # Pixel Representation
    0x00280120,  # Pixel Padding Value
    0x00280121,  # Pixel Padding Range Limit
    0x00281052,  # Rescale Intercept
    0x00281053,  # Rescale Slope
    0x00281054,  # Rescale Type
    0x00541001,  # Units
)
_SLOTS = {tag: slot for slot, tag in enumerate(_TAGS)}
_ELSEWHERE = (b"\x28\x00\x00\x30", b"\x00\x52\x29\x92", b"\x00\x52\x30\x92")
"""Modality LUT, Shared and Per-Frame Functional Groups: with them the values are described elsewhere."""
_BEFORE_PIXELS = 0x7FE00000


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the stored values of an image mean: their description, and the line to modality values (PS3.3 C.11.1).

    ``padding`` is the lowest and highest stored value that is padding; ``is_rescaled`` says that the header has a line.
    """

    description: PixelDescription
    slope: float
    intercept: float
    unit: str
    padding: tuple[int, int] | None = None
    is_rescaled: bool = True


@dataclass(frozen=True, slots=True)
class PixelLocation:
    """Where the value of Pixel Data begins, its length in bytes (None: encapsulated), and what it means."""

    offset: int
    length: int | None
    meaning: Meaning


def locate_pixels(file: int) -> PixelLocation | None:
    """Find the pixels of a plain image.

    Parameters
    ----------
    file
        Descriptor of an open file; its position is left alone.

    Returns
    -------
    PixelLocation or None
        None where the image is not plain, or the file is odd in any way.
    """
    size = os.fstat(file).st_size
    buffer = os.pread(file, FIRST_READ, 0)
    for count in (*READS, 0):
        try:
            return _locate(buffer, size)
        except walker.MoreNeeded:
            if not count or len(buffer) >= size:
                return None
            buffer = os.pread(file, count, 0)
        except walker.Unusual:
            return None
    return None


def _locate(buffer: bytes, size: int) -> PixelLocation | None:
    if buffer[128:132] != b"DICM":
        return None
    whole = len(buffer) >= size
    start, transfer_syntax_uid = _meta(buffer, whole=whole)
    values: list[bytes | None] = [None] * len(_TAGS)
    at = walker.walk(buffer, start, slots=_SLOTS, last_tag=_BEFORE_PIXELS, values=values, starts=[], whole=whole)
    if len(buffer) < at + 12:
        raise walker.MoreNeeded
    element = _pixel_element(buffer, at, explicit=walker.is_explicit(buffer, start))
    if element is None or any(buffer.find(mark, 0, at) >= 0 for mark in _ELSEWHERE):
        return None
    meaning = _meaning(transfer_syntax_uid, tuple(values))
    if meaning is None:
        return None
    offset, length = element
    is_native = TRANSFER_SYNTAXES[transfer_syntax_uid].codec is Codec.NATIVE
    if is_native != (length is not None) or (length is not None and length < _frame_bytes(meaning.description)):
        return None
    return PixelLocation(offset, length, meaning) if offset + (length or 0) <= size else None


def _meta(buffer: bytes, *, whole: bool) -> tuple[int, str]:
    """Give where the data set begins, and the transfer syntax that the file meta information names (PS3.10 7.1)."""
    values: list[bytes | None] = [None]
    start = walker.walk(buffer, 132, slots={0x00020010: 0}, last_tag=0x0002FFFF, values=values, starts=[], whole=whole)
    return start, _text(values[0])


def _pixel_element(buffer: bytes, at: int, *, explicit: bool) -> tuple[int, int | None] | None:
    """Give offset and length of the value of Pixel Data whose element begins at ``at``; None where it is another."""
    if explicit:
        group, element, vr, _reserved, length = _PIXELS_EXPLICIT(buffer, at)
        start = at + 12
        if vr not in (b"OB", b"OW"):
            return None
    else:
        group, element, length = _PIXELS_IMPLICIT(buffer, at)
        start = at + 8
    if (group, element) != (0x7FE0, 0x0010):
        return None
    return start, None if length == UNDEFINED else length


def _frame_bytes(description: PixelDescription) -> int:
    return description.rows * description.columns * description.bits_allocated // 8


@lru_cache(maxsize=256)
def _meaning(transfer_syntax_uid: str, values: tuple[bytes | None, ...]) -> Meaning | None:
    """Make sense of the raw values; mostly they are the same for all slices of a series, so it is done once."""
    syntax = TRANSFER_SYNTAXES.get(transfer_syntax_uid)
    if _text(values[0]) == "RTDOSE":
        return None  # Dose Grid Scaling takes the place of the rescale line
    if any(each is not None and not _text(each) for each in values[12:14]):
        return None  # a line that is half there
    if syntax is None or (transfer_syntax_uid not in (IMPLICIT, EXPLICIT) and syntax.codec not in CODECS):
        return None
    try:
        description = _description(transfer_syntax_uid, values)
        slope, intercept = _number(values[13], 1.0), _number(values[12], 0.0)
    except (ValueError, OverflowError):
        return None
    if not _is_plain(description) or not (math.isfinite(slope) and math.isfinite(intercept)) or slope == 0.0:
        return None
    padding, is_rescaled = (
        _padding(values, signed=description.is_signed),
        any(each is not None for each in values[12:14]),
    )
    return Meaning(description, slope, intercept, _unit(values), padding, is_rescaled)


def _description(transfer_syntax_uid: str, values: tuple[bytes | None, ...]) -> PixelDescription:
    allocated = _word(values[6])
    stored = _word(values[7])
    return PixelDescription(
        rows=_word(values[4]),
        columns=_word(values[5]),
        number_of_frames=int(_number(values[3], 1.0)),
        samples_per_pixel=_word(values[1]),
        bits_allocated=allocated,
        bits_stored=stored,
        high_bit=_word(values[8]),
        is_signed=_word(values[9]) == 1,
        is_float=False,
        photometric=_text(values[2]),
        planar_configuration=0,
        transfer_syntax_uid=transfer_syntax_uid,
    )


def _is_plain(description: PixelDescription) -> bool:
    return (
        description.rows > 0
        and description.columns > 0
        and description.number_of_frames == 1
        and description.samples_per_pixel == 1
        and description.bits_allocated in (8, 16, 32)
        and 0 < description.bits_stored <= description.bits_allocated
        and description.high_bit == description.bits_stored - 1
        and description.photometric in ("MONOCHROME1", "MONOCHROME2")
    )


def _word(value: bytes | None) -> int:
    if value is None or len(value) != 2:
        raise ValueError("no 16-bit number")
    return int.from_bytes(value, "little")


def _text(value: bytes | None) -> str:
    return (value or b"").decode("latin-1").strip(" \0")


def _number(value: bytes | None, absent: float) -> float:
    text = _text(value)
    return float(text) if text else absent


def _unit(values: tuple[bytes | None, ...]) -> str:
    """Give the unit of modality values: Rescale Type, Units of a PET, or what the modality implies."""
    kind = _text(values[14]) or _text(values[15])
    if not kind and _text(values[0]) == "CT" and _text(values[12]):
        return "HU"
    return "" if kind in ("US", "UNSPECIFIED", "NONE") else kind


def _padding(values: tuple[bytes | None, ...], *, signed: bool) -> tuple[int, int] | None:
    raw = [value for value in values[10:12] if value is not None and len(value) == 2]
    if not raw or values[10] is None:
        return None
    found = [int.from_bytes(value, "little", signed=signed) for value in raw]
    return min(found), max(found)


def single_frame(data: bytes, offset: int) -> bytes | None:
    """Join the fragments of the only frame of encapsulated pixel data (PS3.5 A.4).

    Parameters
    ----------
    data
        The whole file.
    offset
        Of the item of the basic offset table.

    Returns
    -------
    bytes or None
        None where the items are not in order, or run past the end.
    """
    parts: list[bytes] = []
    at, size, is_table = offset, len(data), True
    while at + 8 <= size:
        group, element, length = _ITEM(data, at)
        at += 8
        if group != 0xFFFE or element not in (0xE000, 0xE0DD):
            return None
        if element == 0xE0DD:
            break
        if at + length > size:
            return None
        if not is_table:
            parts.append(data[at : at + length])
        is_table = False
        at += length
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else b"".join(parts)
