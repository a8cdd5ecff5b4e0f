"""Compression by deflate in several threads: one stream, as readers of gzip and zlib expect it (RFC 1950 to 1952)."""

import struct
import zlib
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Literal

BLOCK_BYTES = 1 << 20
WINDOW_BYTES = 1 << 15
LEVEL = 3
"""Of the values of CT and MR, level 3 makes as little as the slower ones."""
Wrapping = Literal["gzip", "zlib"]


def deflated(pieces: Iterable[memoryview], wrapping: Wrapping, *, threads: int = 2) -> Generator[bytes, None, None]:
    """Compress bytes.

    Each block is compressed by itself with the end of the one before as its dictionary, and they are joined where
    deflate lets blocks begin, so that threads share the work.

    Parameters
    ----------
    pieces
        Bytes, of any length.
    wrapping
        What stands around: the header and checksum of gzip or of zlib.
    """
    yield b"\x1f\x8b\x08\0\0\0\0\0\0\xff" if wrapping == "gzip" else b"\x78\x9c"
    checksum, size, window = (0 if wrapping == "gzip" else 1), 0, b""
    waiting: deque[Future[bytes]] = deque()
    with ThreadPoolExecutor(threads, "deflate") as pool:
        for block in _blocks(pieces):
            checksum = zlib.crc32(block, checksum) if wrapping == "gzip" else zlib.adler32(block, checksum)
            size += len(block)
            waiting.append(pool.submit(_block, block, window))
            window = bytes(block[-WINDOW_BYTES:])
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    yield zlib.compressobj(LEVEL, zlib.DEFLATED, -15).flush(zlib.Z_FINISH)
    yield struct.pack("<II", checksum, size & 0xFFFFFFFF) if wrapping == "gzip" else struct.pack(">I", checksum)


def _blocks(pieces: Iterable[memoryview]) -> Iterator[memoryview]:
    for piece in pieces:
        flat = piece.cast("B")
        for start in range(0, len(flat), BLOCK_BYTES):
            yield flat[start : start + BLOCK_BYTES]


def _block(block: memoryview, window: bytes) -> bytes:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -15, zdict=window) if window else zlib.compressobj(LEVEL, wbits=-15)
    return packer.compress(block) + packer.flush(zlib.Z_SYNC_FLUSH)
