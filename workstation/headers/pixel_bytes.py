"""Pixel data described without being held: how many bytes, and a checksum of them."""

import hashlib
import struct
from collections.abc import Iterator

from workstation.model.pixels.transfer_syntaxes import BIG_ENDIAN
from workstation.model.reading import Header, PixelElement
from workstation.model.source import Stream

_PART_BYTES = 1 << 20
_ITEM = 0xFFFEE000


def described(header: Header) -> str:
    """Say how many bytes the pixel data have, and their checksum; of encapsulated ones that of all fragments.

    Raises
    ------
    Refused
        TRUNCATED, CHANGED, READ_ERROR where they cannot be read to their end.
    """
    pixels = header.pixels
    if pixels is None:
        return ""
    digest, count, fragments = hashlib.sha256(), 0, 0
    with header.source.open() as stream:
        for offset, length in _extents(stream, pixels, little=header.transfer_syntax_uid != BIG_ENDIAN):
            fragments += 1
            count += length
            for start in range(offset, offset + length, _PART_BYTES):
                digest.update(stream.take(start, min(_PART_BYTES, offset + length - start), "pixel data"))
    packed = f"encapsulated, {fragments} items, " if pixels.length is None else ""
    return f"{packed}{count} bytes, SHA-256 {digest.hexdigest()[:16]}"


def _extents(stream: Stream, pixels: PixelElement, *, little: bool) -> Iterator[tuple[int, int]]:
    """Give (offset, bytes) of the pixel data, or of each item of encapsulated ones (PS3.5 A.4)."""
    if pixels.length is not None:
        yield pixels.offset, pixels.length
        return
    layout = struct.Struct("<HHI" if little else ">HHI")
    at = pixels.offset
    while True:
        group, element, length = layout.unpack(stream.take(at, layout.size, "an item of the pixel data"))
        if group << 16 | element != _ITEM:
            return
        yield at + layout.size, length
        at += layout.size + length
