"""Structure sets as values: regions outlined by contours in the patient (PS3.3 C.8.8.5, C.8.8.6)."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from workstation.model.segmentation import Rgb
from workstation.quick_dataclass import dataclass


class ContourKind(StrEnum):
    """How the points of a contour are joined."""

    POINT = "POINT"
    OPEN_PLANAR = "OPEN_PLANAR"
    OPEN_NONPLANAR = "OPEN_NONPLANAR"
    CLOSED_PLANAR = "CLOSED_PLANAR"
    CLOSEDPLANAR_XOR = "CLOSEDPLANAR_XOR"

    @property
    def is_closed(self) -> bool:
        """Whether the last point is joined to the first."""
        return self in (ContourKind.CLOSED_PLANAR, ContourKind.CLOSEDPLANAR_XOR)


@dataclass(frozen=True)
class Contour:
    """One contour: ``points_lps`` is (n, 3) in mm; ``sources`` are the instances it was drawn on."""

    kind: ContourKind
    points_lps: NDArray[np.float64]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Structure:
    """One region of interest.

    ``kind`` is RT ROI Interpreted Type (PTV, ORGAN ...), ``algorithm`` ROI Generation Algorithm. ``colour`` is what the
    file says, else one of a fixed list.
    """

    number: int
    name: str
    description: str = ""
    kind: str = ""
    algorithm: str = ""
    colour: Rgb = (255, 255, 0)
    has_own_colour: bool = False
    volume_ml: float | None = None
    frame_of_reference_uid: str = ""
    contours: tuple[Contour, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class StructureSet:
    """A structure set; ``notes`` are sentences for the user."""

    sop_instance_uid: str
    series_instance_uid: str
    label: str
    structures: tuple[Structure, ...]
    frame_of_reference_uids: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
