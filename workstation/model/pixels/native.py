"""Frames that are not compressed: where they lie, and their bits made into numbers (PS3.5 8.1, 8.2, annex D)."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from workstation.model.frame_parts import PixelDescription
from workstation.model.pixels.description import stored_dtype, stored_shape
from workstation.model.pixels.transfer_syntaxes import BIG_ENDIAN, GE_PRIVATE

Stored = NDArray[Any]


def frame_bits(description: PixelDescription) -> int:
    """Give the bits that one frame takes in the pixel data; native 422 holds two chroma samples for two pixels."""
    samples = description.samples_per_pixel * description.rows * description.columns
    if description.photometric in ("YBR_FULL_422", "YBR_PARTIAL_422"):
        samples = description.rows * (description.columns + description.columns % 2) * 2
    elif description.photometric == "YBR_PARTIAL_420":
        samples = description.rows * description.columns * 3 // 2
    return samples * description.bits_allocated


def byte_span(description: PixelDescription, number: int) -> tuple[int, int]:
    """Give (offset, length) in bytes of a frame from the start of native pixel data; packed bits may share bytes."""
    bits = frame_bits(description)
    first = number * bits
    return first // 8, (first + bits + 7) // 8 - first // 8


def is_big_endian(description: PixelDescription) -> bool:
    """Whether the words of native pixels have their high byte first."""
    return description.transfer_syntax_uid in (BIG_ENDIAN, GE_PRIVATE)


def unpack_frame(description: PixelDescription, data: bytes, number: int = 0, *, swap_words: bool = False) -> Stored:
    """Make numbers of the bytes of one frame.

    Parameters
    ----------
    data
        The bytes of `byte_span`.
    number
        The frame, since packed frames may begin inside a byte.
    swap_words
        Whether bytes of 8 or fewer bits lie in big endian 16-bit words (OW in big endian).

    Returns
    -------
    numpy.ndarray
        (rows, columns) or (rows, columns, 3) of `stored_dtype`, all allocated bits as they are; 422 upsampled.
    """
    if swap_words and description.bits_allocated <= 8:
        data = swap16(data)
    bits = description.bits_allocated
    if bits in (8, 16, 32, 64):
        order: Literal[">", "<"] = ">" if is_big_endian(description) else "<"
        kind = stored_dtype(description)
        flat = np.frombuffer(data, kind.newbyteorder(order))
        flat = flat if flat.dtype.isnative else flat.astype(kind)
    else:
        flat = _unpack_bits(description, data, number)
    return _arrange(description, flat)


def swap16(data: bytes) -> bytes:
    """Exchange the bytes of each 16-bit word; an odd last byte stays."""
    even = len(data) & ~1
    return np.frombuffer(data[:even], "<u2").byteswap().tobytes() + data[even:]


def _unpack_bits(description: PixelDescription, data: bytes, number: int) -> Stored:
    """Take numbers of 1 to 31 bits, packed with the lowest bit first, out of a stream of bits (PS3.5 8.1.1)."""
    width = description.bits_allocated
    total = frame_bits(description)
    start = number * total % 8
    bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")[start : start + total]
    if width == 1:
        return bits
    kind = stored_dtype(description)
    weights = (np.uint64(1) << np.arange(width, dtype=np.uint64)).astype(np.uint64)
    return (bits.reshape(-1, width) @ weights).astype(f"u{kind.itemsize}").view(kind)


def _arrange(description: PixelDescription, flat: Stored) -> Stored:
    rows, columns = description.rows, description.columns
    if description.photometric in ("YBR_FULL_422", "YBR_PARTIAL_422"):
        return _from_422(flat, rows, columns)
    if description.photometric == "YBR_PARTIAL_420":
        return _from_420(flat, rows, columns)
    count = rows * columns * description.samples_per_pixel
    if description.samples_per_pixel == 3 and description.planar_configuration == 1:
        return np.ascontiguousarray(flat[:count].reshape(3, rows, columns).transpose(1, 2, 0))
    return flat[:count].reshape(stored_shape(description))


def _from_422(flat: Stored, rows: int, columns: int) -> Stored:
    """Y1 Y2 CB CR for two pixels (PS3.3 C.7.6.3.1.2)."""
    pairs = (columns + 1) // 2
    quads = flat[: rows * pairs * 4].reshape(rows, pairs, 4)
    out = np.empty((rows, pairs * 2, 3), flat.dtype)
    out[:, 0::2, 0], out[:, 1::2, 0] = quads[:, :, 0], quads[:, :, 1]
    out[:, :, 1] = np.repeat(quads[:, :, 2], 2, axis=1)
    out[:, :, 2] = np.repeat(quads[:, :, 3], 2, axis=1)
    return np.ascontiguousarray(out[:, :columns])


def _from_420(flat: Stored, rows: int, columns: int) -> Stored:
    """A plane of Y, then CB and CR for two by two pixels."""
    small = ((rows + 1) // 2, (columns + 1) // 2)
    luma = rows * columns
    chroma = np.zeros(2 * small[0] * small[1], flat.dtype)
    given = flat[luma : luma + len(chroma)]
    chroma[: len(given)] = given
    planes = chroma.reshape(2, *small).repeat(2, axis=1).repeat(2, axis=2)[:, :rows, :columns]
    return np.ascontiguousarray(np.stack([flat[:luma].reshape(rows, columns), planes[0], planes[1]], axis=-1))


def stored_values(description: PixelDescription, words: Stored) -> Stored:
    """Take the stored bits out of the allocated ones: shift, mask and extend the sign (PS3.5 8.1.1).

    Gives ``words`` themselves where they hold nothing else, which is what nearly every file does.
    """
    allocated = words.dtype.itemsize * 8
    stored, shift = description.bits_stored, description.high_bit + 1 - description.bits_stored
    if words.dtype.kind == "f" or (stored == allocated and not shift):
        return words
    if not shift and words.size and not _has_foreign_bits(description, words):
        return words
    if description.is_signed:
        kind = np.dtype(f"i{words.dtype.itemsize}")
        moved = words.view(kind) << kind.type(allocated - 1 - description.high_bit)
        extended: Stored = moved >> kind.type(allocated - stored)
        return extended
    kind = np.dtype(f"u{words.dtype.itemsize}")
    masked: Stored = (words.view(kind) >> kind.type(shift)) & kind.type((1 << stored) - 1)
    return masked


def _has_foreign_bits(description: PixelDescription, words: Stored) -> bool:
    """Tell whether bits above those stored hold something else than the sign, such as an old overlay."""
    bits = description.bits_stored
    if description.is_signed != (words.dtype.kind == "i"):
        return True
    if not description.is_signed:
        return bool(words.max() >> bits)
    return bool(words.max() >= 1 << bits - 1 or words.min() < -(1 << bits - 1))
