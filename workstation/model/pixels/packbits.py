"""RLE frames that the fast decoder turns down because of what follows their last run (PS3.5 annex G)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def unpack_rle(data: bytes, width: int, size: int) -> NDArray[Any]:
    """Unpack an RLE frame; bytes after the runs that fill a segment, of whatever value, are padding.

    Parameters
    ----------
    data
        The frame with its header, already checked for the order of its segments.
    width
        Bytes of a sample; segments come sample by sample, the highest byte first.
    size
        Bytes of the decoded frame.

    Returns
    -------
    numpy.ndarray
        (size,) of uint8: the samples one after the other, each in the machine's byte order.

    Raises
    ------
    ValueError
        Where a segment ends too early.
    """
    count, *offsets = np.frombuffer(data[:64], "<u4").tolist()
    ends = [*offsets[1:count], len(data)]
    each = size // count
    planes = [_unpack_segment(data[start:end], each) for start, end in zip(offsets[:count], ends, strict=True)]
    big = np.frombuffer(b"".join(planes), np.uint8).reshape(-1, width, each)
    words = np.ascontiguousarray(big.transpose(0, 2, 1)).view(f">u{width}")
    return words.astype(f"u{width}").reshape(-1).view(np.uint8)


def _unpack_segment(packed: bytes, size: int) -> bytes:
    out = bytearray()
    at = 0
    while len(out) < size and at + 1 < len(packed):
        head = packed[at]
        if head < 128:
            out += packed[at + 1 : at + 2 + head]
            at += 2 + head
        elif head > 128:
            out += packed[at + 1 : at + 2] * (257 - head)
            at += 2
        else:
            at += 1
    if len(out) < size:
        raise ValueError(f"a segment unpacks to {len(out)} of {size} bytes")
    return bytes(out[:size])
