"""Takes comments and other passengers out of compressed frames, without touching a coded pixel."""

from collections.abc import Iterator

from pydicom import Dataset
from pydicom.encaps import encapsulate, generate_frames

from workstation.model.attributes import PARSER_FAILURES, integer

_SOI, _EOI, _SOS = b"\xff\xd8", 0xD9, 0xDA
_KEPT_APPLICATIONS = frozenset((0xE0, 0xE8, 0xEE))  # JFIF, the transforms of JPEG-LS, Adobe's transform flag
_J2K_SOC, _J2K_COMMENT, _J2K_TILE, _J2K_END = b"\xff\x4f\xff\x51", 0xFF64, 0xFF90, b"\xff\xd9"


def without_passengers(frame: bytes) -> bytes:
    """Give a JPEG, JPEG-LS or JPEG 2000 codestream without comments, foreign segments, and bytes after its end."""
    if frame[:2] == _SOI:
        return _jpeg(frame)
    if frame[:4] == _J2K_SOC:
        return _jpeg_2000(frame)
    return frame


def _jpeg(frame: bytes) -> bytes:
    kept, at = [_SOI], 2
    while at + 4 <= len(frame) and frame[at] == 0xFF:
        marker, length = frame[at + 1], int.from_bytes(frame[at + 2 : at + 4])
        if marker == 0xFF:
            at += 1
            continue
        if marker == _EOI:
            return b"".join(kept) + frame[at : at + 2]
        end = at + 2 + length
        if marker == _SOS:
            end = _end_of_scan(frame, end)
        is_application = 0xE0 <= marker <= 0xEF
        if marker != 0xFE and (not is_application or marker in _KEPT_APPLICATIONS):
            kept.append(frame[at:end])
        at = end
    if frame[at : at + 2] == bytes((0xFF, _EOI)):
        return b"".join(kept) + frame[at : at + 2]
    return frame  # it has no end: a decoder may make something of it, we do not


def _end_of_scan(frame: bytes, start: int) -> int:
    """Give where the marker after entropy coded data stands; stuffed bytes and restarts belong to the data."""
    at = frame.find(b"\xff", start)
    while 0 <= at < len(frame) - 1:
        follows = frame[at + 1]
        if follows >= 0x80 and follows != 0xFF and not 0xD0 <= follows <= 0xD7:
            return at
        at = frame.find(b"\xff", at + 1)
    return len(frame)


def _jpeg_2000(frame: bytes) -> bytes:
    kept, at = [frame[:2]], 2
    while at + 4 <= len(frame):
        marker, length = int.from_bytes(frame[at : at + 2]), int.from_bytes(frame[at + 2 : at + 4])
        if marker == _J2K_TILE:
            return b"".join(kept) + frame[at : _end_of_tiles(frame, at)]
        if marker >> 8 != 0xFF:
            return frame
        if marker != _J2K_COMMENT:
            kept.append(frame[at : at + 2 + length])
        at += 2 + length
    return frame


def _end_of_tiles(frame: bytes, start: int) -> int:
    """Give where a JPEG 2000 codestream ends: tile parts say how long they are (ISO 15444-1 A.4.2)."""
    at = start
    while int.from_bytes(frame[at : at + 2]) == _J2K_TILE:
        length = int.from_bytes(frame[at + 6 : at + 10])
        if length < 14:  # the last part may leave it open
            at = frame.find(_J2K_END, at)
            break
        at += length
    return at + 2 if at >= 0 and frame[at : at + 2] == _J2K_END else len(frame)


def strip_frames(dataset: Dataset) -> bool:
    """Take passengers out of every compressed frame of a dataset; whether there were any.

    Fragments are packed anew, one a frame, only where something was taken out.
    """
    element = dataset["PixelData"]
    try:
        frames = list(_frames(dataset))
    except PARSER_FAILURES:
        return False
    plain = [without_passengers(frame) for frame in frames]
    if all(one.rstrip(b"\0") == other.rstrip(b"\0") for one, other in zip(frames, plain, strict=True)):
        return False
    element.value = encapsulate(plain)
    for keyword in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths"):
        if keyword in dataset:
            del dataset[keyword]
    return True


def _frames(dataset: Dataset) -> Iterator[bytes]:
    yield from generate_frames(
        dataset["PixelData"].value, number_of_frames=max(1, integer(dataset, "NumberOfFrames") or 1)
    )
