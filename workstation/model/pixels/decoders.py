"""One compressed frame into an array of stored values, by imagecodecs; the interpreter's lock is released meanwhile."""

import zlib
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from workstation.model.frame_parts import PixelDescription
from workstation.model.pixels.codestreams import StreamInfo, read_info
from workstation.model.pixels.description import frame_bytes, stored_dtype, stored_shape
from workstation.model.pixels.native import frame_bits, stored_values, unpack_frame
from workstation.model.pixels.openjph import decode_htj2k
from workstation.model.pixels.packbits import unpack_rle
from workstation.model.pixels.transfer_syntaxes import TRANSFER_SYNTAXES, Codec
from workstation.model.refusal import Reason, Refused
from workstation.quick_dataclass import dataclass

Array = NDArray[Any]
BOMB_BYTES, BOMB_RATIO = 256 << 20, 50_000
"""A frame that decodes to more than the one and to more than the other times its size is refused."""
_FAILURES = (ValueError, TypeError, RuntimeError, OverflowError, MemoryError, IndexError, zlib.error)
_LOSSLESS_SOF = 0xC3


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded frame: allocated words, (rows, columns) or (rows, columns, 3), and whether colours are RGB already."""

    words: Array
    is_rgb: bool = False


def decode(description: PixelDescription, data: bytes, *, number: int = 0, threads: int = 1) -> Decoded:
    """Decode one compressed frame.

    Parameters
    ----------
    data
        The bytes of the frame, its fragments joined.
    number
        For messages, from 0.
    threads
        How many the decoder may use itself (JPEG 2000, JPEG XL).

    Returns
    -------
    Decoded
        Of `stored_shape` and `stored_dtype`; a smaller stream (tiles at the edge of a slide) lies at the top left.

    Raises
    ------
    Refused
        DAMAGED_PIXELS or TOO_LARGE, with the figures.
    """
    codec = TRANSFER_SYNTAXES[description.transfer_syntax_uid].codec
    info = read_info(codec, data)
    _check(description, codec, info, data, number)
    try:
        found = _DECODERS[codec](description, data, info, threads)
    except _FAILURES as error:
        raise _damaged(number, codec, str(error) or type(error).__name__) from error
    return Decoded(_fitted(description, found.words, info, codec, number), found.is_rgb)


def decode_into(description: PixelDescription, data: bytes, out: Array, *, number: int = 0, threads: int = 1) -> None:
    """Decode one compressed grey frame into a slice of a volume, as stored values (signs extended).

    Parameters
    ----------
    out
        (rows, columns), C-contiguous; of `stored_dtype` it is written without a copy where the codec can.

    Raises
    ------
    Refused
        As `decode`.
    """
    codec = TRANSFER_SYNTAXES[description.transfer_syntax_uid].codec
    info = read_info(codec, data)
    if codec in _STRAIGHT and info is not None and _fits(description, info, out):
        _check(description, codec, info, data, number)
        try:
            _STRAIGHT[codec](description, data, info, out)
        except _FAILURES as error:
            raise _damaged(number, codec, str(error) or type(error).__name__) from error
        values = stored_values(description, _without_overshoot(description, out, info))
        if values is not out:
            out[...] = values
        return
    words = decode(description, data, number=number, threads=threads).words
    out[...] = stored_values(description, words)


def _fits(description: PixelDescription, info: StreamInfo, out: Array) -> bool:
    sign = bool(info.process) or info.is_signed == description.is_signed
    width = 1 if info.bits <= 8 else 2
    same_size = (info.rows, info.columns) == out.shape and width == out.itemsize
    return same_size and sign and out.flags.c_contiguous and out.dtype == stored_dtype(description)


def _check(description: PixelDescription, codec: Codec, info: StreamInfo | None, data: bytes, number: int) -> None:
    size = frame_bytes(description)
    if size > BOMB_BYTES and size > BOMB_RATIO * max(1, len(data)):
        raise Refused(
            Reason.TOO_LARGE,
            f"Frame {number + 1}: {len(data)} compressed bytes claim to become {size} bytes of pixels.",
        )
    if codec in (Codec.RLE, Codec.DEFLATED_FRAME, Codec.ENCAPSULATED_NATIVE):
        return
    if info is None:
        raise _damaged(number, codec, f"its {len(data)} bytes do not begin with a {codec} header")
    if info.fault:
        raise _damaged(number, codec, info.fault)
    if info.rows > description.rows or info.columns > description.columns or min(info.rows, info.columns) < 1:
        raise _damaged(
            number,
            codec,
            f"its stream is {info.columns} x {info.rows} pixels, the header says "
            f"{description.columns} x {description.rows}",
        )
    if info.components not in (0, description.samples_per_pixel):
        raise _damaged(
            number,
            codec,
            f"its stream has {info.components} samples a pixel, the header says {description.samples_per_pixel}",
        )


def _damaged(number: int, codec: Codec, why: str) -> Refused:
    return Refused(
        Reason.DAMAGED_PIXELS,
        f"Frame {number + 1} ({codec}) cannot be decoded: {why[:200]}.",
        hint="Copy or request the file again.",
    )


def _fitted(description: PixelDescription, words: Array, info: StreamInfo | None, codec: Codec, number: int) -> Array:
    shape, kind = stored_shape(description), stored_dtype(description)
    if words.ndim == 3 and len(shape) == 2 and words.shape[2] == 1:
        words = words[:, :, 0]
    if words.ndim != len(shape) or any(given > wanted for given, wanted in zip(words.shape, shape, strict=True)):
        raise _damaged(number, codec, f"it decodes to {words.shape}, the header says {shape}")
    if words.dtype != kind:
        words = _as_stored(description, words, info)
    words = _without_overshoot(description, words, info)
    if words.shape != shape:
        padded = np.zeros(shape, kind)
        padded[: words.shape[0], : words.shape[1]] = words
        return padded
    return words


def _as_stored(description: PixelDescription, words: Array, info: StreamInfo | None) -> Array:
    """Bring what a codec gives (often unsigned, or of another width) to the stored type, bit by bit."""
    kind = stored_dtype(description)
    if words.dtype.kind not in "iub":
        return words.astype(kind)
    if description.is_signed and words.dtype.kind == "u" and info is not None and not info.process and info.bits:
        wide = np.dtype(f"i{max(words.dtype.itemsize, kind.itemsize)}")
        unused = wide.type(wide.itemsize * 8 - info.bits)
        words = (words.astype(wide) << unused) >> unused
    return words.astype(kind)  # wraps: the bits are what counts


def _without_overshoot(description: PixelDescription, words: Array, info: StreamInfo | None) -> Array:
    """Keep what a lossy stream puts a little above the stored bits at the top, where masking would turn white to black.

    What lies far above are other bits, of an overlay for example, and stays.
    """
    stored = description.bits_stored
    exact = TRANSFER_SYNTAXES[description.transfer_syntax_uid].lossless or info is None or info.bits <= stored
    if exact or description.high_bit != stored - 1 or (description.is_signed and not (info and info.is_signed)):
        return words
    top = (1 << stored - description.is_signed) - 1
    low, high = int(words.min()), int(words.max())
    bottom = -top - 1 if description.is_signed else 0
    spill = (top - bottom) // 4
    if (low < bottom or high > top) and low >= bottom - spill and high <= top + spill:
        return words.clip(bottom, top)
    return words


def _decode_jpeg(description: PixelDescription, data: bytes, info: StreamInfo | None, _threads: int) -> Decoded:
    source, target = _jpeg_colours(description, info)
    words = imagecodecs.jpeg8_decode(data, colorspace=source, outcolorspace=target)
    return Decoded(words, is_rgb=target == "RGB" and source != "RAW" and not _is_raw_ybr(description, info))


def _is_raw_ybr(description: PixelDescription, info: StreamInfo | None) -> bool:
    """Whether a lossless process holds YBR, which libjpeg hands out as it is."""
    return info is not None and info.process == _LOSSLESS_SOF and description.photometric.startswith("YBR")


def _jpeg_colours(description: PixelDescription, info: StreamInfo | None) -> tuple[str | None, str | None]:
    """Give what libjpeg shall take the samples for, and what it shall make of them."""
    if description.samples_per_pixel == 1:
        return None, None
    if info is not None and info.process == _LOSSLESS_SOF:
        return "RGB", "RGB"
    if info is not None and info.adobe_transform is not None:
        return ("YCBCR" if info.adobe_transform == 1 else "RGB"), "RGB"
    looks_ybr = info.looks_ybr if info is not None else None
    is_ybr = description.photometric != "RGB" if looks_ybr is None else looks_ybr
    return ("YCBCR" if is_ybr else "RGB"), "RGB"


def _decode_jpeg_ls(_description: PixelDescription, data: bytes, _info: StreamInfo | None, _threads: int) -> Decoded:
    return Decoded(imagecodecs.jpegls_decode(data))


def _decode_jpeg_2000(description: PixelDescription, data: bytes, info: StreamInfo | None, threads: int) -> Decoded:
    words = imagecodecs.jpeg2k_decode(data, planar=False, numthreads=threads)
    return Decoded(words, is_rgb=_is_j2k_rgb(description, info))


def _decode_htj2k(description: PixelDescription, data: bytes, info: StreamInfo | None, threads: int) -> Decoded:
    # WORKAROUND: OpenJPH as of imagecodecs 2026.3.6 gives wrong colours for irreversible streams; OpenJPEG is right.
    if info is not None and not info.is_reversible and description.samples_per_pixel == 3:
        return _decode_jpeg_2000(description, data, info, threads)
    words = decode_htj2k(data)
    return Decoded(words, is_rgb=_is_j2k_rgb(description, info))


def _is_j2k_rgb(description: PixelDescription, info: StreamInfo | None) -> bool:
    return description.photometric in ("RGB", "YBR_RCT", "YBR_ICT") or (
        info is not None and info.has_component_transform
    )


def _decode_jpeg_xl(description: PixelDescription, data: bytes, _info: StreamInfo | None, threads: int) -> Decoded:
    words = imagecodecs.jpegxl_decode(data, numthreads=threads)
    return Decoded(words, is_rgb=description.samples_per_pixel == 3)


def _decode_rle(description: PixelDescription, data: bytes, _info: StreamInfo | None, _threads: int) -> Decoded:
    bits = description.bits_allocated
    if bits % 8:
        packed = bytearray((frame_bits(description) + 7) // 8)
        imagecodecs.dicomrle_decode(data, np.dtype(np.uint8), out=packed)
        return Decoded(unpack_frame(description, bytes(packed)))
    kind = np.dtype(f"u{bits // 8}")
    shape = stored_shape(description)
    out = np.empty(int(np.prod(shape)) * kind.itemsize, np.uint8)
    _check_rle(data, description.samples_per_pixel * kind.itemsize)
    try:
        imagecodecs.dicomrle_decode(data, kind, out=out.data)
    except imagecodecs.DicomrleError:
        out = unpack_rle(data, kind.itemsize, out.size)
    words = out.view(kind)
    if description.samples_per_pixel == 3:
        words = words.reshape(3, *shape[:2]).transpose(1, 2, 0)
    return Decoded(words.reshape(shape).view(stored_dtype(description)))


def _check_rle(data: bytes, segments: int) -> None:
    if len(data) < 64:
        raise ValueError(f"its {len(data)} bytes are shorter than the RLE header of 64")
    declared, *offsets = np.frombuffer(data[:64], "<u4").tolist()
    used = offsets[:declared]
    if declared != segments:
        raise ValueError(f"it has {declared} segments instead of {segments}")
    if used[0] != 64 or any(a >= b for a, b in pairwise(used)) or used[-1] >= len(data):
        raise ValueError("its segments lie in no order, or beyond its end")


def _decode_deflated(description: PixelDescription, data: bytes, _info: StreamInfo | None, _threads: int) -> Decoded:
    wanted = (frame_bits(description) + 7) // 8
    found = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, wanted)
    if len(found) < wanted:
        raise ValueError(f"it inflates to {len(found)} of {wanted} bytes")
    return Decoded(unpack_frame(description, found))


def _decode_native(description: PixelDescription, data: bytes, _info: StreamInfo | None, _threads: int) -> Decoded:
    wanted = (frame_bits(description) + 7) // 8
    if len(data) < wanted:
        raise ValueError(f"it has {len(data)} of {wanted} bytes")
    return Decoded(unpack_frame(description, data[:wanted]))


_DECODERS: dict[Codec, Callable[[PixelDescription, bytes, StreamInfo | None, int], Decoded]] = {
    Codec.JPEG: _decode_jpeg,
    Codec.JPEG_LS: _decode_jpeg_ls,
    Codec.JPEG_2000: _decode_jpeg_2000,
    Codec.HTJ2K: _decode_htj2k,
    Codec.JPEG_XL: _decode_jpeg_xl,
    Codec.RLE: _decode_rle,
    Codec.DEFLATED_FRAME: _decode_deflated,
    Codec.ENCAPSULATED_NATIVE: _decode_native,
}


def _straight_jpeg(_description: PixelDescription, data: bytes, _info: StreamInfo, out: Array) -> None:
    imagecodecs.jpeg8_decode(data, out=out.view(f"u{out.itemsize}"))


def _straight_jpeg_ls(_description: PixelDescription, data: bytes, _info: StreamInfo, out: Array) -> None:
    imagecodecs.jpegls_decode(data, out=out.view(f"u{out.itemsize}"))


def _straight_jpeg_2000(_description: PixelDescription, data: bytes, _info: StreamInfo, out: Array) -> None:
    imagecodecs.jpeg2k_decode(data, out=out)


def _straight_htj2k(_description: PixelDescription, data: bytes, _info: StreamInfo, out: Array) -> None:
    decode_htj2k(data, out=out)


_STRAIGHT: dict[Codec, Callable[[PixelDescription, bytes, StreamInfo, Array], None]] = {
    Codec.JPEG: _straight_jpeg,
    Codec.JPEG_LS: _straight_jpeg_ls,
    Codec.JPEG_2000: _straight_jpeg_2000,
    Codec.HTJ2K: _straight_htj2k,
}
"""Decoders that write grey frames into memory that is there, where the stream's width and sign are the header's."""
