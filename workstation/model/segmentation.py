"""Segmentations as values: which segments there are, what they mean and where their frames lie (PS3.3 C.8.20)."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from workstation.model.concepts import Code
from workstation.model.frame_parts import Tile
from workstation.model.geometry import Plane
from workstation.quick_dataclass import dataclass

Rgb = tuple[int, int, int]


class SegmentationKind(StrEnum):
    """What a stored value says: in or out, how much or how likely, or which segment."""

    BINARY = "BINARY"
    FRACTIONAL = "FRACTIONAL"
    LABELMAP = "LABELMAP"


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment.

    Parameters
    ----------
    number
        Segment Number; in a label map the stored value of its pixels.
    label
        Segment Label, or what can be said in its place.
    algorithm
        Segment Algorithm Type: AUTOMATIC, SEMIAUTOMATIC, MANUAL; ``algorithm_name`` the name of the program.
    category, kind
        Segmented Property Category and Type, such as Organ and Liver.
    regions
        Anatomic regions.
    colour
        Red, green, blue, 0 to 255: what the file recommends, else one of a fixed list.
    is_background
        Whether it says what is not segmented, and so is not drawn.
    """

    number: int
    label: str
    description: str = ""
    algorithm: str = ""
    algorithm_name: str = ""
    category: Code | None = None
    kind: Code | None = None
    regions: tuple[Code, ...] = ()
    colour: Rgb = (255, 255, 0)
    has_own_colour: bool = False
    tracking_uid: str = ""
    tracking_id: str = ""
    is_background: bool = False


@dataclass(frozen=True, slots=True)
class SourceFrame:
    """A frame that was segmented: the instance, and its frame from 0; None for all of them."""

    sop_instance_uid: str
    frame: int | None = None


@dataclass(frozen=True, slots=True)
class SegmentFrame:
    """One frame of a segmentation, ``number`` from 0.

    ``segment`` is the one it is about; None in a label map, where it may hold all. ``plane`` is None where the file
    does not place it in the patient. ``tile`` is which part of a whole slide it segments. ``between_slices_mm`` is what
    the file calls Spacing Between Slices; None where it says none, or none that can be.
    """

    number: int
    segment: int | None
    plane: Plane | None
    sources: tuple[SourceFrame, ...] = ()
    tile: Tile | None = None
    between_slices_mm: float | None = None


@dataclass(frozen=True, slots=True)
class Segmentation:
    """What a segmentation object says beside its pixels; ``notes`` are sentences for the user.

    ``references`` are the instances that it was made of, as far as it says.
    """

    sop_instance_uid: str
    series_instance_uid: str
    kind: SegmentationKind
    label: str
    rows: int
    columns: int
    segments: tuple[Segment, ...]
    frames: tuple[SegmentFrame, ...]
    frame_of_reference_uid: str = ""
    is_tiled: bool = False
    references: frozenset[str] = frozenset()
    fraction_means: str = ""
    may_overlap: bool = True
    notes: tuple[str, ...] = ()

    def segment(self, number: int) -> Segment | None:
        """Give a segment by its number."""
        return next((each for each in self.segments if each.number == number), None)


@dataclass(frozen=True)
class SegmentMask:
    """Where a segment is in a frame of an image.

    ``share`` is (rows, columns) of the image: 0 to 1, the part of the pixel or its probability; bool where it is only
    in or out.
    """

    segment: Segment
    share: NDArray[np.bool_] | NDArray[np.float32]
