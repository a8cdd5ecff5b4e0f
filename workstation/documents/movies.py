"""Cines as movie files: VP9 or MPEG-4 in MP4, and animated GIF.

Which encoders, and why: docs/decisions/0006-movies-are-vp9-in-mp4.md.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from struct import Struct
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.documents.timing import Timeline, hundredths
from workstation.errors import UserError
from workstation.whole_files import whole_file

Picture = NDArray[np.uint8]
Codec = Literal["vp9", "mpeg4"]
Pictures = Callable[[int], Picture]
_FOURCC: dict[Codec, str] = {"vp9": "vp09", "mpeg4": "mp4v"}
_BT601 = 6
_BOX = Struct(">I4sQ")
"""Length, type, and the length where it does not fit the first (ISO/IEC 14496-12, 4.2)."""


def write_mp4(pictures: Pictures, line: Timeline, path: Path, *, codec: Codec = "vp9") -> None:
    """Write a movie; it appears when it is whole.

    Parameters
    ----------
    pictures
        Gives the picture of a frame (from 0): (height, width, 3) of red, green, blue, all of one size. May raise
        `workstation.errors.Cancelled`. It is asked again where colours come after greys.
    line
        Which frames, and how fast.
    path
        The file. An odd width or height gets one black column or row more: both codecs halve the colours.

    Notes
    -----
    Luma is 16 to 235 (BT.601), as players expect it; greys come back within a level, but for what the codec loses.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    with whole_file(path, hint="Choose another --output.") as temporary:
        try:
            _encode(pictures, line, temporary, codec, in_colour=False)
        except _InColour:
            _encode(pictures, line, temporary, codec, in_colour=True)
        _check_it_is_whole(temporary, len(line.frames), path)
        _name_the_colours(temporary)


class _InColour(Exception):
    """A movie of greys has a picture in colour."""


def _encode(pictures: Pictures, line: Timeline, path: Path, codec: Codec, *, in_colour: bool) -> None:
    writer: cv2.VideoWriter | None = None
    before: tuple[int, NDArray[np.uint8]] | None = None
    try:
        for frame in line.frames:
            if before is None or before[0] != frame:
                before = frame, _prepared(pictures(frame), in_colour=in_colour)
            sheet = before[1]
            if writer is None:
                size = sheet.shape[1], sheet.shape[0]
                fourcc = cv2.VideoWriter.fourcc(*_FOURCC[codec])
                writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, fourcc, line.rate_hz, size, in_colour)
                if not writer.isOpened():
                    raise UserError(
                        f"{path.parent}: no movie of {size[0]} x {size[1]} pixels can be written there.",
                        hint="Choose a smaller size, or GIF as the format.",
                    )
            writer.write(sheet)
    finally:
        if writer is not None:
            writer.release()


def _check_it_is_whole(written: Path, pictures: int, path: Path) -> None:
    """Look into what was written: OpenCV says nothing where the disk is full, and opening such a file prints lines."""
    if _pictures_in(written) != pictures:
        raise UserError(f"{path}: the movie was not written whole.", hint="Make room on the disk and do it again.")


def _pictures_in(path: Path) -> int:
    """Count the samples of the only track of an MP4; 0 where a box is cut short or missing (ISO/IEC 14496-12, 4.2)."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        index = b""
        at = 0
        while at < size:
            stream.seek(at)
            length, kind, longer = _BOX.unpack(stream.read(_BOX.size).ljust(_BOX.size, b"\0"))
            length = longer if length == 1 else length
            if length < 8 or at + length > size:
                return 0
            if kind == b"moov":
                stream.seek(at)
                index = stream.read(length)
            at += length
    found = index.find(b"stsz")  # the type, version and flags, size of all samples, their count
    return int.from_bytes(index[found + 12 : found + 16], "big") if found >= 0 else 0


def _prepared(picture: Picture, *, in_colour: bool) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    if height % 2 or width % 2:
        picture = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)))
    if not in_colour:
        if not is_grey(picture):
            raise _InColour
        return np.ascontiguousarray(picture[..., 0])
    # WORKAROUND: OpenCV 5.0 converts to YUV by cutting off fractions, which turns greys greenish: red and blue get
    # what is cut off (measured: then within a level).
    sheet = np.minimum(picture[..., ::-1], 254)
    sheet[..., 0] += 1
    sheet[..., 2] += 1
    return np.ascontiguousarray(sheet)


def is_grey(picture: Picture) -> bool:
    """Say whether red, green and blue are equal everywhere."""
    return bool((picture[..., 0] == picture[..., 1]).all() and (picture[..., 0] == picture[..., 2]).all())


def _name_the_colours(path: Path) -> None:
    """Write into the ``vpcC`` box that the colours are those of BT.601: OpenCV leaves it open, and players guess."""
    with path.open("rb+") as stream:
        data = stream.read()
        found = data.rfind(b"vpcC")
        if found >= 0 and data[found + 4 : found + 8] == b"\x01\0\0\0":
            stream.seek(found + 4 + 4 + 3 + 2)  # version and flags, profile, level, depth; primaries and transfer
            stream.write(bytes([_BT601]))


def write_gif(pictures: Pictures, line: Timeline, path: Path) -> float:
    """Write an animation that repeats without end; it appears when it is whole.

    Parameters
    ----------
    pictures, line, path
        As for `write_mp4`. Greys are kept exactly; colours are reduced to 256 a picture.

    Returns
    -------
    float
        Its length in seconds: times are in 1/100 s, and frames that follow each other faster than 50 a second are
        left out, so that it takes as long as the cine.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    from PIL import Image

    steps = hundredths(line)

    def images() -> Iterator[Image.Image]:
        for frame, _time in steps:
            picture = pictures(frame)
            if is_grey(picture):
                yield Image.fromarray(np.ascontiguousarray(picture[..., 0]))
            else:
                yield Image.fromarray(picture).quantize(256, Image.Quantize.MEDIANCUT)

    with whole_file(path, hint="Choose another --output.") as temporary:
        made = images()
        first = next(made)
        times_ms = [10 * time for _frame, time in steps]
        first.save(
            temporary,
            format="GIF",
            save_all=True,
            append_images=made,
            duration=times_ms if len(times_ms) > 1 else times_ms[0],
            loop=0,
            optimize=False,
        )
    return sum(times_ms) / 1000
