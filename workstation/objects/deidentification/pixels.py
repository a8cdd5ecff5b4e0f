"""Blacks parts of pictures, and keeps nothing in pixel data but pixels."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from workstation.errors import UserError
from workstation.model.attributes import integer, numbers, text, words
from workstation.model.image import Image
from workstation.model.pixels.description import stored_dtype
from workstation.model.source import Source
from workstation.objects.deidentification.burned_in import Blanking, Box
from workstation.operations.operation import counted

_LARGEST_BYTES = 0xFFFFFFFE


def blacken(dataset: Dataset, source: Source, blanking: Blanking) -> list[str]:
    """Replace the pixels of a dataset by decoded ones with parts blacked; its Image Pixel module is made to fit.

    Parameters
    ----------
    dataset
        What will be written.
    source
        Where the image is read from.
    blanking
        What is blacked.

    Returns
    -------
    list of str
        What was done, in sentences.

    Raises
    ------
    Refused
        If a frame cannot be decoded.
    UserError
        If the picture is too large to be written without compression, or holds floats.
    """
    with Image.from_source(source) as image:
        d = image.description
        size = d.number_of_frames * d.rows * d.columns * d.samples_per_pixel * stored_dtype(d).itemsize
        if size > _LARGEST_BYTES:
            raise UserError(f"Decoded, its pixels take {size} bytes, more than a file of DICOM can hold uncompressed.")
        if d.is_float:
            raise UserError("Its pixels are floating point numbers, which are not blacked.", hint="Leave out --blank.")
        frames = [_frame(image, number) for number in range(d.number_of_frames)]
        syntax = image.transfer_syntax
    fill = _black(dataset, frames)
    changed = 0
    for number, frame in enumerate(frames, 1):
        mask = mask_of(frame.shape[:2], blanking, number)
        changed += int(mask.any())
        frame[mask] = fill
    _put(dataset, np.stack(frames), d.bits_stored)
    told = [f"Parts are blacked in {changed} of {counted(len(frames), 'frame')}."]
    if d.photometric.startswith("YBR"):
        told.append(f"Colours were {d.photometric} and are RGB now.")
    if syntax.is_encapsulated:
        told.append(f"They were {syntax.name} and are written uncompressed.")
    return told


def _frame(image: Image, number: int) -> NDArray[Any]:
    if image.description.samples_per_pixel == 3:
        return np.array(image.frame(number).pixels)
    return np.array(image.stored(number))


def mask_of(shape: tuple[int, ...], blanking: Blanking, frame: int) -> NDArray[np.bool_]:
    """Give which pixels of a frame, counted from 1, are blacked: shape (rows, columns)."""
    mask = np.full(shape, bool(blanking.keep))
    for box in blanking.keep:
        mask[_slices(box)] = False
    for box in (*blanking.boxes, *(box for number, box in blanking.by_frame if number == frame)):
        mask[_slices(box)] = True
    return mask


def _slices(box: Box) -> tuple[slice, slice]:
    left, top, right, bottom = (max(0, edge) for edge in box)
    return slice(top, bottom), slice(left, right)


def _black(dataset: Dataset, frames: list[NDArray[Any]]) -> int:
    """Give the stored value that is shown black: the darkest that the picture has, so that no window is upset."""
    photometric = text(dataset, "PhotometricInterpretation").strip()
    if frames[0].ndim == 3:
        return 0
    if photometric == "PALETTE COLOR":
        return _darkest(dataset)
    if photometric == "MONOCHROME1":
        return int(max(frame.max() for frame in frames))
    return int(min(frame.min() for frame in frames))


def _darkest(dataset: Dataset) -> int:
    tables = []
    for colour in ("Red", "Green", "Blue"):
        entries, first, bits = (numbers(dataset, f"{colour}PaletteColorLookupTableDescriptor") or (0, 0, 16))[:3]
        raw = words(dataset, f"{colour}PaletteColorLookupTableData")
        wide = len(raw) >= 2 * int(entries or 65536)
        table = np.frombuffer(raw[: len(raw) // 2 * 2], "<u2") if wide or bits > 8 else np.frombuffer(raw, "u1")
        tables.append(table.astype(np.int64))
    shortest = min(len(table) for table in tables)
    first = int((numbers(dataset, "RedPaletteColorLookupTableDescriptor") or (0, 0, 16))[1])
    return first + int(np.argmin(sum(table[:shortest] for table in tables))) if shortest else 0


def _put(dataset: Dataset, pixels: NDArray[Any], bits_stored: int) -> None:
    """Write pixels of shape (frames, rows, columns[, 3]) into the Image Pixel module (PS3.3 C.7.6.3)."""
    bits = pixels.dtype.itemsize * 8
    for keyword in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths", "PixelDataProviderURL"):
        if keyword in dataset:
            del dataset[keyword]
    if pixels.ndim == 4:
        dataset.SamplesPerPixel, dataset.PhotometricInterpretation, dataset.PlanarConfiguration = 3, "RGB", 0
        dataset.PixelRepresentation = 0
        bits_stored = bits if bits_stored > bits or bits == 8 else bits_stored
    dataset.BitsAllocated, dataset.BitsStored = bits, min(bits_stored, bits)
    dataset.HighBit = dataset.BitsStored - 1
    data = np.ascontiguousarray(pixels.astype(pixels.dtype.newbyteorder("<"))).tobytes()
    dataset.add_new(0x7FE00010, "OB" if bits == 8 else "OW", data + b"\0" * (len(data) % 2))
    dataset["PixelData"].is_undefined_length = False


def trim(dataset: Dataset) -> bool:
    """Cut native pixel data to what the header describes, and clear bits above the stored ones; whether any changed.

    What follows the pixels may be anything, and high bits held overlays (PS3.3 C.9.2, retired use).
    """
    element = dataset.get("PixelData") and dataset["PixelData"]
    if not element or not isinstance(element.value, bytes) or element.is_undefined_length:
        return False
    wanted = _native_bytes(dataset)
    data = element.value
    if not wanted or len(data) < wanted:
        return False
    plain = data[:wanted]
    plain = _without_high_bits(dataset, plain)
    element.value = plain + b"\0" * (len(plain) % 2)
    return bool(element.value != data)


def _native_bytes(dataset: Dataset) -> int:
    counts = [integer(dataset, each) or 0 for each in ("Rows", "Columns", "SamplesPerPixel", "BitsAllocated")]
    pixels = counts[0] * counts[1] * counts[2] * max(1, integer(dataset, "NumberOfFrames") or 1)
    photometric = text(dataset, "PhotometricInterpretation").strip()
    bits = pixels * counts[3]
    if photometric in ("YBR_FULL_422", "YBR_PARTIAL_422"):
        bits = bits * 2 // 3
    elif photometric == "YBR_PARTIAL_420":
        bits = bits // 2
    return (bits + 7) // 8


def _without_high_bits(dataset: Dataset, data: bytes) -> bytes:
    allocated, stored = integer(dataset, "BitsAllocated") or 0, integer(dataset, "BitsStored") or 0
    if allocated not in (8, 16, 32) or not 0 < stored < allocated or integer(dataset, "HighBit") != stored - 1:
        return data
    values = np.frombuffer(data, f"<u{allocated // 8}")
    low = values & values.dtype.type((1 << stored) - 1)
    if integer(dataset, "PixelRepresentation") == 1:
        sign = (low >> (stored - 1)) & 1
        low = np.where(sign, low | values.dtype.type((1 << allocated) - (1 << stored)), low).astype(values.dtype)
    return bytes(low.tobytes())
