"""Images made of a series, planes, slabs and renderings, written as series of their own in the same study."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from itertools import chain
from pathlib import Path
from struct import Struct

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from workstation.errors import UserError
from workstation.model.frame import Frame
from workstation.model.geometry import dot, offset_mm, plane_normal_lps
from workstation.model.index.records import FrameRef
from workstation.objects.derived_images import Derivation, DerivedImages, Kind
from workstation.objects.derived_sources import SecondSources, SourceObject
from workstation.objects.media.writing import new_target
from workstation.objects.writing import complete
from workstation.quick_dataclass import dataclass
from workstation.whole_files import whole_file

__all__ = [
    "Derivation",
    "Kind",
    "SecondSources",
    "SourceObject",
    "WrittenSeries",
    "write_derived_series",
    "write_renderings",
]

Report = Callable[[int, int], None]

MOST_BYTES = 2**32 - 2
"""Of Pixel Data without compression (PS3.5 A.4)."""
PARALLEL = 1 - 1e-7
"""Product of two normals from which on planes follow each other."""
_PIXEL_DATA = Struct("<HH2sHI")
"""Tag, VR, nothing, length (PS3.5 7.1.2)."""


@dataclass(frozen=True, slots=True)
class WrittenSeries:
    """A series that was written: its identifier, and its files in the order of its images."""

    series_instance_uid: str
    files: tuple[Path, ...]


def write_derived_series(
    frames: Iterable[Frame],
    sources: Sequence[FrameRef],
    output: Path,
    how: Derivation,
    *,
    count: int | None = None,
    report: Report | None = None,
    now: datetime | None = None,
    also: SecondSources | None = None,
) -> WrittenSeries:
    """Write frames made of a series as a series of single-frame images; all of them or none.

    Parameters
    ----------
    frames
        In the order of the series. They may be made while they are written, then ``count`` tells how many they are.
        Padding and NaN are written as padding.
    sources
        The frames that they were made of (``Volume.frames``).
    output
        A folder that is not there or empty, or an archive (``.zip``) that is not there.
    how
        What was done.
    count
        Number of frames; needed where they are no sequence.
    report
        Called with (images written, ``count``); it may raise `Cancelled`, and nothing is left behind.
    now
        When it is made, in local time.
    also
        Of what frames in colour were made, too: a second volume, segments and others that lie over the first.

    Raises
    ------
    UserError
        If there is no frame, or something is there already or cannot be written, such as on a full disk.
    Refused
        If a source cannot be read any more.
    """
    total = count if count is not None else len(frames)  # type: ignore[arg-type] # a sequence, as is documented
    if not total or not sources:
        raise UserError("There is no image to write.", hint="Choose a plane that cuts the volume.")
    series = DerivedImages(sources, how, total, now or datetime.now(), also)
    names: list[str] = []
    with new_target(output) as target:
        for number, (frame, step_mm) in enumerate(_with_steps(frames), 1):
            if report is not None:
                report(number - 1, total)
            name = f"{how.kind}-{number:0{max(4, len(str(total)))}d}.dcm"
            with target.file((name,)) as stream:
                stream.write(_as_file(series.image(frame, number, step_mm)))
            names.append(name)
        if report is not None:
            report(total, total)
    return WrittenSeries(series.uid, tuple(output / name for name in names))


def write_renderings(
    pictures: Iterable[NDArray[np.uint8]],
    sources: Sequence[FrameRef],
    path: Path,
    how: Derivation,
    *,
    count: int | None = None,
    frame_time_ms: float | None = None,
    now: datetime | None = None,
    also: SecondSources | None = None,
) -> WrittenSeries:
    """Write pictures in colour as one secondary capture, of several frames where there are several.

    Parameters
    ----------
    pictures
        (rows, columns, 3) of RGB, all of one size. They may be made while they are written, then ``count`` tells how
        many they are.
    count
        Number of pictures; needed where they are no sequence.
    frame_time_ms
        How long each is shown; None for pictures that are leafed through.
    also
        Of what they were made, too: segments that say what is seen.

    Raises
    ------
    UserError
        If there is no picture, they differ in size, are too many for one object, or it cannot be written.
    Refused
        If a source cannot be read any more.
    """
    total = count if count is not None else len(pictures)  # type: ignore[arg-type] # a sequence, as is documented
    remaining = iter(pictures)
    first = next(remaining, None)
    if first is None or not total:
        raise UserError("There is no picture to write.")
    rows, columns = first.shape[:2]
    if total * rows * columns * 3 > MOST_BYTES:
        raise UserError(
            f"{total} pictures of {columns} x {rows} are too many for one DICOM object.",
            hint="Make fewer or smaller ones.",
        )
    images = DerivedImages(sources, how, total, now or datetime.now(), also)
    header = _as_file(images.picture_header((columns, rows), frame_time_ms))
    length = total * rows * columns * 3
    with whole_file(path) as temporary, temporary.open("wb") as stream:
        stream.write(header)
        stream.write(_PIXEL_DATA.pack(0x7FE0, 0x0010, b"OB", 0, length + length % 2))
        for picture in _of_one_size(chain([first], remaining), (rows, columns, 3), total):
            stream.write(np.ascontiguousarray(picture, np.uint8).data)
        stream.write(b"\0" * (length % 2))
    return WrittenSeries(images.uid, (path,))


def _of_one_size(
    pictures: Iterable[NDArray[np.uint8]], shape: tuple[int, ...], count: int
) -> Iterator[NDArray[np.uint8]]:
    done = 0
    for picture in pictures:
        if picture.shape != shape:
            raise UserError("The pictures differ in size, so they make no series.", hint="Make them of one size.")
        done += 1
        yield picture
    if done != count:
        raise UserError(f"There are {done} pictures, not {count}.")


def _with_steps(frames: Iterable[Frame]) -> Iterator[tuple[Frame, float | None]]:
    """Give each frame with the distance to its neighbour along the normal, mm; None where there is none.

    Planes at an angle have no distance from each other.
    """
    before: Frame | None = None
    step: float | None = None
    for frame in chain(frames, [None]):
        if before is not None:
            if frame is not None and frame.plane is not None and before.plane is not None:
                is_parallel = dot(plane_normal_lps(frame.plane), plane_normal_lps(before.plane)) > PARALLEL
                step = abs(offset_mm(frame.plane) - offset_mm(before.plane)) if is_parallel else None
            yield before, step
        before = frame


def _as_file(ds: Dataset) -> bytes:
    file = BytesIO()
    complete(ds).save_as(file, enforce_file_format=True)
    return file.getvalue()
