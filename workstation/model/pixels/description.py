"""The description of the pixels, taken from a header and checked for contradictions (PS3.3 C.7.6.3)."""

import re

import numpy as np
from numpy.typing import DTypeLike
from pydicom import Dataset

from workstation.model.attributes import integer, numbers, text, value_of
from workstation.model.frame_parts import PixelDescription
from workstation.model.refusal import Reason, Refused
from workstation.quick_dataclass import dataclass

FRAME_LIMIT_BYTES = 2 << 30
"""A single frame that decodes to more is refused."""
FLOAT_TAG, DOUBLE_TAG = 0x7FE00008, 0x7FE00009
COLOUR = frozenset(
    ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_422", "YBR_PARTIAL_420", "YBR_RCT", "YBR_ICT", "XYB")
)
GREY = frozenset(("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR"))
_UNREAD = {"HSV": 3, "ARGB": 4, "CMYK": 4}
_COUNT = re.compile(r"[0-9]{1,10}")
_BITS = (*range(1, 33), 64)


@dataclass(frozen=True, slots=True)
class _Bits:
    allocated: int
    stored: int
    high: int
    is_signed: bool
    is_float: bool


def describe(
    dataset: Dataset, transfer_syntax_uid: str, *, pixel_tag: int, pixel_bytes: int | None = None, name: str
) -> PixelDescription:
    """Give the description of the pixels of a dataset.

    Parameters
    ----------
    pixel_tag
        Which of the three pixel data elements is there; float ones have no bits stored.
    pixel_bytes
        Length of native pixel data, which decides where colours and samples contradict each other; None if compressed.
    name
        What messages call the file.

    Raises
    ------
    Refused
        BAD_PIXEL_DESCRIPTION, or TOO_LARGE, with the figures.
    """
    bits = _bits(dataset, pixel_tag, name)
    samples_that_fit = () if pixel_bytes is None else _samples_that_fit(dataset, pixel_bytes, bits.allocated, name)
    photometric, samples = _photometric(dataset, samples_that_fit, name)
    description = PixelDescription(
        rows=_extent(dataset, "Rows", name),
        columns=_extent(dataset, "Columns", name),
        number_of_frames=_frames(dataset, name),
        samples_per_pixel=samples,
        bits_allocated=bits.allocated,
        bits_stored=bits.stored,
        high_bit=bits.high,
        is_signed=bits.is_signed,
        is_float=bits.is_float,
        photometric=photometric,
        planar_configuration=1 if samples == 3 and integer(dataset, "PlanarConfiguration") == 1 else 0,
        transfer_syntax_uid=transfer_syntax_uid,
    )
    if frame_bytes(description) > FRAME_LIMIT_BYTES:
        raise Refused(
            Reason.TOO_LARGE,
            f"{name}: a frame of {description.rows} x {description.columns} pixels of {bits.allocated} bits "
            f"in {samples} samples would take more than {FRAME_LIMIT_BYTES} bytes.",
        )
    return description


def stored_dtype(description: PixelDescription) -> np.dtype[np.generic]:
    """Give the numpy type, in the machine's byte order, that holds the stored values."""
    bits = description.bits_allocated
    kind = "f" if description.is_float else "i" if description.is_signed else "u"
    code: DTypeLike = f"{kind}{1 if bits <= 8 else 2 if bits <= 16 else 4 if bits <= 32 else 8}"
    return np.dtype(code)


def stored_shape(description: PixelDescription) -> tuple[int, ...]:
    """Give (rows, columns), or (rows, columns, 3) where there are three samples a pixel."""
    shape = (description.rows, description.columns)
    return shape if description.samples_per_pixel == 1 else (*shape, description.samples_per_pixel)


def frame_bytes(description: PixelDescription) -> int:
    """Give the size of one decoded frame in bytes."""
    return description.rows * description.columns * description.samples_per_pixel * stored_dtype(description).itemsize


def _bad(name: str, what: str) -> Refused:
    return Refused(Reason.BAD_PIXEL_DESCRIPTION, f"{name}: {what}", hint="Ask the sender for a corrected file.")


def _extent(dataset: Dataset, keyword: str, name: str) -> int:
    value = integer(dataset, keyword)
    if value is None or not 1 <= value <= 0xFFFFFFFF:
        raise _bad(name, f"the number of {keyword.lower()} is {_shown(dataset, keyword)}; an image needs at least one.")
    return value


def _frames(dataset: Dataset, name: str) -> int:
    if "NumberOfFrames" not in dataset or not _has_value(dataset, "NumberOfFrames"):
        return 1
    value = integer(dataset, "NumberOfFrames")
    if value is None and (digits := _COUNT.match(text(dataset, "NumberOfFrames"))):
        value = int(digits[0])  # "1A": an error in the transfer; whether the pixels are there is seen where they lie
    if value is None or value < 0 or value > 0x7FFFFFFF:
        raise _bad(name, f"the number of frames is {_shown(dataset, 'NumberOfFrames')}, which is no count.")
    return max(1, value)


def _samples_that_fit(dataset: Dataset, pixel_bytes: int, bits: int, name: str) -> tuple[int, ...]:
    """Give how many samples a pixel can have, so that all frames together are as long as the pixel data."""
    area = _extent(dataset, "Rows", name) * _extent(dataset, "Columns", name) * _frames(dataset, name)
    return tuple(samples for samples in (1, 3) if 0 <= pixel_bytes - (area * samples * bits + 7) // 8 <= 1)


def _photometric(dataset: Dataset, samples_that_fit: tuple[int, ...], name: str) -> tuple[str, int]:
    samples = integer(dataset, "SamplesPerPixel")
    photometric = text(dataset, "PhotometricInterpretation").upper().split("\\")[0]
    if not photometric:
        photometric = "RGB" if samples == 3 else "MONOCHROME2"
    if photometric in _UNREAD:
        raise _bad(name, f"its colours are {photometric}, a retired kind that is not read.")
    if photometric not in COLOUR | GREY:
        raise _bad(name, f"its photometric interpretation {photometric[:40]!r} is not one of DICOM's.")
    expected = 3 if photometric in COLOUR else 1
    if samples is None:
        samples = expected
    if samples != expected and samples_that_fit == (expected,):
        return photometric, expected
    if photometric in GREY and samples == 3 and samples_that_fit == (3,):
        return "RGB", 3
    if photometric == "YBR_FULL_422" and samples == 3 and samples_that_fit == (3,):
        return "YBR_FULL", 3  # 422 would be a third shorter: its writer unpacked the chroma and left the old name
    if samples != expected:
        raise _bad(name, f"{photometric} needs {expected} samples a pixel, but it says {samples}.")
    return photometric, samples


def _bits(dataset: Dataset, pixel_tag: int, name: str) -> _Bits:
    if pixel_tag in (FLOAT_TAG, DOUBLE_TAG):
        width = 32 if pixel_tag == FLOAT_TAG else 64
        return _Bits(width, width, width - 1, is_signed=True, is_float=True)
    allocated = integer(dataset, "BitsAllocated")
    if allocated is None or allocated not in _BITS:
        raise _bad(name, f"Bits Allocated is {_shown(dataset, 'BitsAllocated')}; 1 to 32 or 64 can be read.")
    stored = integer(dataset, "BitsStored") or allocated
    if not 1 <= stored <= allocated:
        raise _bad(name, f"{stored} bits are stored, but only {allocated} allocated.")
    high = integer(dataset, "HighBit")
    if high is None or not stored - 1 <= high < allocated:
        high = stored - 1  # where nearly all have it; an impossible one tells nothing
    sign = integer(dataset, "PixelRepresentation") or 0
    if sign not in (0, 1):
        raise _bad(name, f"Pixel Representation is {sign}; it must be 0 (unsigned) or 1 (signed).")
    return _Bits(allocated, stored, high, is_signed=sign == 1, is_float=False)


def _has_value(dataset: Dataset, keyword: str) -> bool:
    try:
        element = dataset.get_item(keyword)
    except (KeyError, ValueError):
        return False
    return bool(getattr(element, "value", None))


def _shown(dataset: Dataset, keyword: str) -> str:
    found = numbers(dataset, keyword) or value_of(dataset, keyword)
    if found is None and _has_value(dataset, keyword):
        found = getattr(dataset.get_item(keyword), "value", None)
    if isinstance(found, tuple):
        return "\\".join(f"{each:g}" for each in found)
    return "missing" if found is None else repr(found)[:40]
