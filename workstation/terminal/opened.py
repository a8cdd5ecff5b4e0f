"""What the inputs of the viewer hold: series with their frames in order, read when asked for."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.display.inputs import Input, inputs_of
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.index.records import FrameRef, Instance, Place, Stack
from workstation.model.refusal import Reason
from workstation.model.text import clean
from workstation.operations.operation import ItemFailed, counted
from workstation.quick_dataclass import dataclass
from workstation.terminal.reading import Reading
from workstation.terminal.words import plain
from workstation.volume.opening import stacks_of_all

if TYPE_CHECKING:
    from pydicom import Dataset

    from workstation.model.frame import Frame
    from workstation.model.image import Image

DRAWN_ON_IMAGES = ("PR", "SR")
"""Modalities of objects that can have something to draw on images."""


class ShownSeries:
    """The frames of a stack in order, as they are looked at. Numbers of frames count from 0.

    Parameters
    ----------
    stack
        The frames.
    reading
        Reads them; several series share one.
    """

    def __init__(self, stack: Stack, reading: Reading) -> None:
        self.stack = stack
        self._reading = reading

    @property
    def count(self) -> int:
        """How many frames there are."""
        return len(self.stack.frames)

    @property
    def first(self) -> int:
        """The number that is shown first: the middle of a volume, where there is most to see; else the first."""
        return self.count // 2 if self.stack.is_volume else 0

    @property
    def title(self) -> str:
        """Number, modality, description and label, fit for a terminal."""
        instance = self.instance(0)
        number = "" if instance.series_number is None else str(instance.series_number)
        words = " ".join(clean(part) for part in (number, instance.modality, instance.series_description) if part)
        label = clean(self.stack.label)
        return f"{words}, {label}" if words and label else words or label or "Series without a name"

    @property
    def counted(self) -> str:
        """Say how many images or frames there are: ``80 images``."""
        return counted(self.count, "frame" if self.stack.whole_image is not None else "image")

    def lacks_number(self) -> UserError:
        """Say that it has no image or frame of a number that was asked for."""
        return UserError(f"{plain(self.title)}: It has {self.counted}.", hint="They are counted from 1.")

    def ref(self, number: int) -> FrameRef:
        """Give the frame as the index has it."""
        return self.stack.frames[number]

    def instance(self, number: int) -> Instance:
        """Give the header of a frame as the index has it."""
        return self.stack.frames[number].instance

    def image(self, number: int) -> "Image":
        """Give the image that a frame is of, its whole header read; raises `Refused`."""
        return self._reading.image(self.ref(number))

    def header(self, number: int) -> "Dataset":
        """Give the whole header of the image that a frame is of; raises `Refused`."""
        return self.image(number).dataset

    def frame(self, number: int) -> "Frame":
        """Give a frame, decoded now where it is not held; raises `Refused`."""
        return self._reading.frame(self.ref(number))

    def held(self, number: int) -> "Frame | None":
        """Give a frame that is in memory; None where it has to be read."""
        return self._reading.held(self.ref(number))


@dataclass(frozen=True)
class Opened:
    """What some inputs hold.

    Parameters
    ----------
    series
        In order of series number, each as it is split into stacks.
    objects
        What may have something to draw on images: presentation states and reports.
    problems
        What could not be read, or is no image although it was named.
    named
        The files that were named themselves, not found in a folder, an archive or a DICOMDIR.
    """

    series: tuple[ShownSeries, ...]
    objects: tuple[Instance, ...] = ()
    problems: tuple[ItemFailed, ...] = ()
    named: frozenset[Place] = frozenset()

    def instances(self) -> Iterator[Instance]:
        """Give the images, each once."""
        refs = (ref for each in self.series for ref in each.stack.frames)
        yield from {ref.instance.sop_instance_uid: ref.instance for ref in refs}.values()


@contextmanager
def opened(paths: Sequence[Path], job: Job) -> Iterator[Opened]:
    """Open files, folders, ZIP archives and DICOMDIR: their headers now, pixels when they are asked for."""
    images: list[Instance] = []
    objects: list[Instance] = []
    problems: list[ItemFailed] = []
    named: set[Place] = set()
    for found in inputs_of(paths, job, with_objects=True):
        if isinstance(found, ItemFailed):
            problems.append(found)
        elif found.instance.has_pixels:
            images.append(found.instance)
            if _is_named(found):
                named.add(found.instance.place)
        elif found.instance.modality in DRAWN_ON_IMAGES:
            objects.append(found.instance)
        elif found.folder is None:
            problems.append(_no_image(found))
    reading = Reading()
    try:
        stacks = stacks_of_all(images)
        series = tuple(ShownSeries(each, reading) for each in stacks)
        yield Opened(series, tuple(objects), tuple(problems), frozenset(named))
    finally:
        reading.close()


def _is_named(found: Input) -> bool:
    place = found.instance.place
    return str(found.path).endswith(f"!{place.member}") if place.member else found.path.absolute() == place.path


def _no_image(found: Input) -> ItemFailed:
    return ItemFailed(str(found.path), "It holds no image.", reason=str(Reason.NO_IMAGE))
