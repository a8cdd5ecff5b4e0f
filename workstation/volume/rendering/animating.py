"""Animations of a volume, written as numbered pictures, movies, or one DICOM object."""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

from workstation.display.picture import encoded
from workstation.documents.movies import Codec, Picture, write_gif, write_mp4
from workstation.documents.timing import Timeline
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.index.records import FrameRef
from workstation.objects.derived_series import SecondSources, write_renderings
from workstation.volume.looks.look3d import Look3D
from workstation.volume.looks.motion import flown, keyed, read_keys, turned
from workstation.volume.path_files import read_path
from workstation.volume.rendering.drawing import Rendering
from workstation.volume.rendering.parameters import AnimateParameters
from workstation.volume.rendering.rendered import (
    LEAST_SLICES,
    Rendered,
    check_over_nothing_read,
    derivation,
    described,
    rendering_of,
)
from workstation.volume.times import VolumesOverTime, volumes_over_time
from workstation.whole_files import written_to

DEFAULT_FRAMES = 60
Format = Literal["png", "gif", "mp4", "dicom"]
Move = Callable[[Look3D, int], list[Look3D]]
_FORMATS: dict[str, Format] = {".gif": "gif", ".mp4": "mp4", ".dcm": "dicom"}
_OTHER_FILES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".avi", ".mov", ".webm")


def animate(parameters: AnimateParameters, job: Job) -> Rendered:
    """Draw an animation and write it; it appears when it is whole.

    Raises
    ------
    UserError
        If there is no volume, nothing here can draw, what was asked for is not there, or it cannot be written.
    """
    kind, move = format_of(parameters), _move(parameters)
    check_over_nothing_read(parameters)
    times = _times(parameters, job)
    volume = times.volume(0) if times is not None else parameters.open(job, least_slices=LEAST_SLICES, colour=True)[0]
    count = parameters.frames or (len(times) if times is not None else DEFAULT_FRAMES)
    with rendering_of(volume, parameters, job) as (rendering, look, also):
        looks = move(_in_one_range(look, rendering), count)
        with _Drawing(looks, rendering, times, parameters, job) as drawing:
            write_animation(
                drawing.picture,
                looks,
                kind,
                volume.frames if times is None else times.frames,
                parameters.output,
                rate=parameters.rate,
                codec=parameters.codec,
                also=also,
            )
        notes = rendering.notes
        if drawing.why_empty:
            job.log(drawing.why_empty)
            notes = (*notes, drawing.why_empty)
        seconds = 0.0 if kind == "png" else count / parameters.rate
        return described(parameters.output, looks[0], parameters, pictures=count, seconds=seconds, notes=notes)


def _times(parameters: AnimateParameters, job: Job) -> VolumesOverTime | None:
    if not parameters.over_time:
        return None
    return volumes_over_time(parameters.inputs, parameters.series, job, even=not parameters.keep_uneven)


def format_of(parameters: AnimateParameters) -> Format:
    """Tell what is to be written: what is said, or what the name says.

    Raises
    ------
    UserError
        If the two are at odds, or the name is that of something else.
    """
    ending = parameters.output.suffix.lower()
    by_name = _FORMATS.get(ending)
    if ending in _OTHER_FILES or (parameters.format and by_name and parameters.format != by_name):
        raise UserError(
            f"{parameters.output}: an animation is not written under that name.",
            hint="Let it end in .gif, .mp4 or .dcm, or name a folder for PNG pictures.",
        )
    kind = parameters.format or by_name or "png"
    if kind == "png" and parameters.output.is_file():
        raise UserError(f"{parameters.output} is a file.", hint="Name a folder for PNG pictures.")
    return kind


def _move(parameters: AnimateParameters) -> Move:
    """Read what says how the eye moves, before anything slow is done."""
    if parameters.key_frames is not None:
        keys = read_keys(parameters.key_frames)
        return lambda look, count: keyed(look, keys, count)
    if parameters.path is not None:
        points = read_path(parameters.path)
        return lambda look, count: flown(look, points, count)
    degrees = parameters.rotation
    if degrees is None:
        degrees = 0.0 if parameters.over_time else 360.0
    return lambda look, count: turned(look, degrees, count)


def _in_one_range(look: Look3D, rendering: Rendering) -> Look3D:
    """Lay relative values and greys over the range of the first volume, so that brighter is more at all times."""
    low, high = rendering.value_range
    if look.transfer is not None:
        return replace(look, transfer=look.transfer.resolved(low, high))
    return replace(look, window=((low + high) / 2, max(high - low, 1e-6))) if look.window is None else look


class _Drawing:
    """The pictures of an animation, each drawn when it is asked for."""

    def __init__(
        self,
        looks: Sequence[Look3D],
        first: Rendering,
        times: VolumesOverTime | None,
        parameters: AnimateParameters,
        job: Job,
    ) -> None:
        self.looks = looks
        self._times = times
        self._at = 0
        self._first = self._rendering = first
        self._size_px = parameters.size.width, parameters.size.height
        self._job = job
        self.why_empty: str | None = None

    def __enter__(self) -> "_Drawing":
        return self

    def __exit__(self, *_what: object) -> None:
        if self._rendering is not self._first:
            self._rendering.close()

    def __len__(self) -> int:
        return len(self.looks)

    def picture(self, number: int) -> Picture:
        """Draw a picture; it is a point where the work can be stopped, and stops within one."""
        self._job.progress(number, len(self.looks), "Drawing")
        if self._times is not None:
            self._go_to(number * len(self._times) // len(self.looks))
        picture = self._rendering.picture(self.looks[number], self._size_px, is_stale=lambda: self._job.is_cancelled)
        self._job.check()
        if self.why_empty != "":  # as long as none showed anything
            self.why_empty = self._rendering.why_empty(self.looks[number], picture)
        return picture

    def _go_to(self, time: int) -> None:
        if self._times is None or time == self._at:
            return
        if self._rendering is not self._first:
            self._rendering.close()
        self._rendering = self._first if time == 0 else Rendering(self._times.volume(time))
        self._rendering.take_masks(self._first)
        self._at = time


def write_animation(
    picture: Callable[[int], Picture],
    looks: Sequence[Look3D],
    kind: Format,
    sources: tuple[FrameRef, ...],
    output: Path,
    *,
    rate: float,
    codec: Codec = "vp9",
    also: SecondSources | None = None,
) -> None:
    """Write pictures, which are drawn when they are asked for by their number; they appear when all are there.

    ``sources`` and ``also`` are what a DICOM object says that it was made of.

    Raises
    ------
    UserError
        If they cannot be written.
    """
    count = len(looks)
    line = Timeline(rate, tuple(range(count)))
    if kind == "gif":
        write_gif(picture, line, output)
    elif kind == "mp4":
        write_mp4(picture, line, output, codec=codec)
    elif kind == "dicom":
        output.parent.mkdir(parents=True, exist_ok=True)
        how, pictures = derivation(looks[0]), map(picture, range(count))
        write_renderings(pictures, sources, output, how, count=count, frame_time_ms=1000 / rate, also=also)
    else:
        _write_pictures(picture, count, output)


def _write_pictures(picture: Callable[[int], Picture], count: int, folder: Path) -> None:
    digits = max(3, len(str(count)))
    names = [f"{number + 1:0{digits}d}.png" for number in range(count)]
    with _whole_folder(folder, names) as unfinished:
        for number, name in enumerate(names):
            made = encoded(picture(number), "png")
            with written_to(folder / name, hint="Choose another --output."):
                (unfinished / name).write_bytes(made)


@contextmanager
def _whole_folder(folder: Path, names: Sequence[str]) -> Iterator[Path]:
    """Give a folder to write into; its files go into ``folder`` when all are there, and are gone otherwise.

    Raises
    ------
    UserError
        If pictures of a longer animation lie there, which would seem to belong to this one; or it cannot be written.
    """
    there = {each.name for each in folder.iterdir()} if folder.is_dir() else set()
    others = sorted(name for name in there - set(names) if re.fullmatch(r"\d{3,}\.png", name))
    if others:
        raise UserError(
            f"{folder} holds pictures of another animation, such as {others[0]}.", hint="Name another folder."
        )
    with written_to(folder, hint="Choose another --output."):
        folder.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder.parent))
        try:
            yield unfinished
            folder.mkdir(exist_ok=True)
            for name in names:
                (unfinished / name).replace(folder / name)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
