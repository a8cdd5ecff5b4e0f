"""The volumes of series, read in the background once, and their planes as frames that are scrolled like images."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.errors import UserError
from workstation.jobs.events import Event, Failed, Finished, Stopped
from workstation.jobs.job import Job
from workstation.jobs.runner import Priority, Runner
from workstation.model.memory import FrameCache
from workstation.volume.cutting.slabs import SHORT, Slab
from workstation.volume.cutting.standard_planes import DIRECTIONS_LPS, PlaneName, PlaneStack, middle_plane, planes_of

if TYPE_CHECKING:
    from workstation.model.frame import Frame
    from workstation.model.geometry import Vector, VolumeGrid
    from workstation.model.index.records import Stack
    from workstation.volume.open_volume import OpenVolume

HELD_BYTES = 64 << 20
"""What planes that were made may take, a stack of them."""
AHEAD = 6
"""Planes that are made ahead: they cost time, not only memory."""


class PlaneFrames:
    """The planes of a volume in one direction, as frames.

    Parameters
    ----------
    volume
        The volume.
    lock
        Held while a plane is cut: the volume gives one at a time.
    name
        The direction.
    slab
        How thick the planes are; a slab beyond the volume is one of all of it.
    """

    def __init__(self, volume: "OpenVolume", lock: threading.Lock, name: PlaneName, slab: Slab) -> None:
        self._volume, self._lock = volume, lock
        self.name: PlaneName = name
        self.asked = slab
        self.stack, self._whole_mm = _through_voxels(volume.volume.grid, name)
        self.is_whole = not slab.is_thin and slab.thickness_mm >= self._whole_mm
        self.slab = replace(slab, thickness_mm=self._whole_mm) if self.is_whole else slab
        self._cache = FrameCache(HELD_BYTES)

    @property
    def count(self) -> int:
        """How many planes there are; a projection of the whole volume is one."""
        return 1 if self.is_whole else self.stack.count

    @property
    def text(self) -> str:
        """Say which planes they are: ``coronal, MIP 20 mm``."""
        slab = f"{SHORT[self.slab.projection]} of the whole volume" if self.is_whole else self.slab.text()
        return f"{self.name}, {slab}" if slab else self.name

    def frame(self, number: int) -> "Frame":
        """Cut a plane out of the volume, where it is not held."""
        held = self.held(number)
        if held is not None:
            return held
        place = (self.stack.count - 1) / 2 if self.is_whole else number
        with self._lock:
            cut = self._volume.reslicer.frame(self.stack.plane(place), self.stack.size_px, slab=self.slab)
        made = replace(cut, number=number)
        self._cache.put((number,), made)
        return made

    def held(self, number: int) -> "Frame | None":
        """Give a plane that was cut."""
        return self._cache.get((number,))

    def nearest(self, point_lps: "Vector") -> int:
        """Give the number of the plane that is nearest to a point."""
        return 0 if self.is_whole else self.stack.nearest(point_lps)


def _through_voxels(grid: "VolumeGrid", name: PlaneName) -> tuple[PlaneStack, float]:
    """Lay planes whose pixels are voxels, where these lie along them, and give the thickness of the whole volume in mm.

    So nothing is interpolated before it is shown or projected, and the value of a pixel is that of a voxel.
    """
    evenly = planes_of(grid, name)
    middle, size_px, whole_mm = middle_plane(grid, *DIRECTIONS_LPS[name])
    half = (evenly.count - 1) / 2
    x, y, z = (at - half * step for at, step in zip(middle.origin_lps, evenly.step_lps, strict=True))
    first = replace(middle, origin_lps=(x, y, z))
    return PlaneStack(first, evenly.step_lps, evenly.count, size_px), whole_mm


class Volumes:
    """Reads the volumes of series in jobs, one a series.

    Parameters
    ----------
    runner
        Runs the jobs.
    told
        Called on their threads when there is something to be told: how far one is, that it is read, or failed.
    """

    def __init__(self, runner: Runner, told: Callable[[], object]) -> None:
        self._runner, self._told = runner, told
        self._open: dict[int, tuple[OpenVolume, threading.Lock]] = {}
        self._jobs: dict[int, Job] = {}
        self._reading: set[int] = set()
        self._progress: dict[int, tuple[int, int]] = {}
        self._failed: dict[int, str] = {}
        self._planes: dict[tuple[int, PlaneName], PlaneFrames] = {}

    def want(self, series: int, stack: "Stack") -> None:
        """Have the volume of a series read, unless it is or was."""
        if series in self._open or series in self._reading:
            return
        self._reading.add(series)
        self._failed.pop(series, None)

        def read(job: Job) -> "OpenVolume":
            from workstation.volume.open_volume import open_stack

            def report(done: int, total: int) -> None:
                job.check()
                self._progress[series] = (done, total)
                self._told()

            return open_stack(stack, report)

        self._progress[series] = (0, len(stack.frames))
        self._jobs[series] = self._runner.submit(
            "Read the volume", read, sink=lambda event: self._take(series, event), priority=Priority.VISIBLE
        )

    def give_up(self, series: int) -> None:
        """Read a volume no longer."""
        job = self._jobs.get(series)
        if job is not None:
            job.cancel()

    def is_open(self, series: int) -> bool:
        """Tell whether a volume is read."""
        return series in self._open

    def failure(self, series: int) -> str | None:
        """Say why a volume cannot be read, once; None where nothing is known against it."""
        return self._failed.pop(series, None)

    def progress(self, series: int) -> tuple[int, int]:
        """Give how many slices are read, of how many."""
        return self._progress.get(series, (0, 0))

    def planes(self, series: int, name: PlaneName, slab: Slab) -> PlaneFrames:
        """Give planes of a volume that is read.

        Raises
        ------
        UserError
            If there would be too many of them.
        """
        held = self._planes.get((series, name))
        if held is not None and held.asked == slab:
            return held
        volume, lock = self._open[series]
        try:
            made = PlaneFrames(volume, lock, name, slab)
        except ValueError as error:
            raise UserError(f"There are no {name} planes of this volume: {error}.") from error
        self._planes[series, name] = made
        return made

    def notes(self, series: int) -> tuple[str, ...]:
        """Give what one has to know of a volume: uneven spacing, missing slices, tilt."""
        return self._open[series][0].volume.notes if series in self._open else ()

    def _take(self, series: int, event: Event) -> None:
        if isinstance(event, Finished):
            self._open[series] = (event.value, threading.Lock())  # type: ignore[assignment] # what read returns
        elif isinstance(event, Failed):
            self._failed[series] = _said(event.error)
        if isinstance(event, Finished | Failed | Stopped):
            self._reading.discard(series)
            self._told()


def _said(error: Exception) -> str:
    if isinstance(error, UserError):
        return f"{error.message} {error.hint}".strip()
    return f"The volume cannot be read: {type(error).__name__}. More is in the log."
