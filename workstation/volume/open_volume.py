"""A volume that is open: its voxels, what cuts planes out of them, and the slice whose windows it is opened with."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.model.index.records import Stack
from workstation.model.mosaic import is_untold
from workstation.model.stacks import in_colour
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.model.frame import Frame
    from workstation.model.geometry import Plane
    from workstation.model.volume import Volume
    from workstation.volume.cutting.reslice import Reslicer

Key = tuple[str, str, int]
LONG, FIRST_SLICES = 96, (3, 25)
"""Of stacks with so many slices a few are read first: the first, the middle and the last, then some more."""


@dataclass(frozen=True, eq=False)
class OpenVolume:
    """A volume that is in memory.

    Parameters
    ----------
    stack
        What it was made of.
    volume
        Its voxels.
    reslicer
        Cuts planes out of it.
    source
        The frame in its middle, as the file has it: windows and what greys mean are its.
    is_preview
        It has been made of a few of the slices, while the others are read.
    is_as_taken
        Slices have been kept as they were taken, though their spacing is uneven.
    assumed_mm
        Distance of slices at the user's word, where their files do not say where they lie.
    """

    stack: Stack
    volume: "Volume"
    reslicer: "Reslicer"
    source: "Frame"
    is_preview: bool = False
    is_as_taken: bool = False
    assumed_mm: float | None = None

    @property
    def is_in_colour(self) -> bool:
        """Whether its voxels are colours."""
        return self.volume.array_kji.ndim == 4

    @property
    def modality(self) -> str:
        """What its values are of; nothing where its voxels are colours."""
        return "" if self.is_in_colour else self.stack.frames[0].instance.modality

    @property
    def is_uneven(self) -> bool:
        """Whether the spacing of its slices is uneven, so that slices are kept as they were taken, or interpolated."""
        return self.is_as_taken or self.volume.frame_k != tuple(map(float, range(len(self.volume.frames))))


def key_of(stack: Stack) -> Key:
    """Tell a stack from others: series, label, and how many frames it has, which may grow."""
    return stack.frames[0].instance.series_instance_uid, stack.label, len(stack.frames)


def volume_name(stack: Stack) -> str:
    """Give what tells a volume from others in views of it: `key_of` as text."""
    return "\n".join(map(str, key_of(stack)))


def coarser(stack: Stack) -> tuple[Stack, ...]:
    """Give parts of a long stack: the first, middle and last slice, then some more; none where all come soon."""
    count = len(stack.frames)
    if count < LONG or not (stack.is_volume or in_colour(stack)):
        return ()
    places = ([round(n * (count - 1) / (few - 1)) for n in range(few)] for few in FIRST_SLICES)
    return tuple(replace(stack, frames=tuple(stack.frames[at] for at in wanted), notes=()) for wanted in places)


def can_assume(stack: Stack) -> bool:
    """Tell whether a stack makes a volume only where somebody says how far apart its slices are."""
    is_mosaic = is_untold(stack.frames[0])
    return not stack.is_volume and not in_colour(stack) and len(stack.frames) > 1 and not is_mosaic


def open_stack(
    stack: Stack,
    report: Callable[[int, int], None],
    *,
    is_as_taken: bool = False,
    assumed_mm: float | None = None,
) -> OpenVolume:
    """Read a stack into a volume; see `workstation.model.volume.build_volume` for what is raised.

    Parameters
    ----------
    stack
        Of parallel slices, or of any where ``assumed_mm`` is given.
    report
        Told (slices read, slices).
    is_as_taken
        Whether uneven slices stay as they are.
    assumed_mm
        Distance of slices whose files do not say where they lie.
    """
    from workstation.model.volume import build_volume
    from workstation.model.volume_frames import Images
    from workstation.volume.cutting.reslice import Reslicer

    laid, planes = _laid(stack, assumed_mm)
    volume = build_volume(laid, report=report, even=not is_as_taken, planes=planes, colour=True)
    middle = volume.frames[len(volume.frames) // 2]
    with closing(Images()) as images:
        source = images.frame(middle)
    return OpenVolume(
        stack, volume, Reslicer(volume, voi=source.voi), source, is_as_taken=is_as_taken, assumed_mm=assumed_mm
    )


def _laid(stack: Stack, assumed_mm: float | None) -> "tuple[Stack, tuple[Plane, ...] | None]":
    """Give the places of slices that are not those that their files say."""
    from workstation.volume.assumed import assumed_planes, planes_at_detector

    if not can_assume(stack):
        return stack, None
    if assumed_mm is not None:
        return assumed_planes(stack, assumed_mm)
    return planes_at_detector(stack) or (stack, None)
