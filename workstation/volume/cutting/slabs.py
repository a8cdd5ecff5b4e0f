"""How values are taken between voxels, and how those across the thickness of a plane become one."""

import math

from workstation.model.plane_cut import SHORT, Interpolation, PlaneCut, Projection, slab_words
from workstation.quick_dataclass import dataclass

__all__ = [
    "PROJECTIONS",
    "SAMPLES_A_VOXEL",
    "SHORT",
    "SLICES_BESIDE",
    "Interpolation",
    "Projection",
    "Slab",
    "slab_of",
]

SAMPLES_A_VOXEL = 2
"""Across a slab there are at least this many samples for each voxel on the way."""

PROJECTIONS: dict[Projection, str] = {
    "mip": "maximum intensity projection",
    "minip": "minimum intensity projection",
    "mean": "mean intensity projection",
    "sum": "summed intensity projection",
}
SLICES_BESIDE: dict[Interpolation, int] = {"nearest": 1, "linear": 1, "cubic": 2}
"""How many slices to each side may have a share in a value between two."""


@dataclass(frozen=True, slots=True)
class Slab:
    """A plane with a thickness, half of it on either side.

    Parameters
    ----------
    thickness_mm
        0 is the plane alone.
    projection
        What becomes of the values along the normal: the highest, the lowest, their mean, or their integral over what
        lies in the volume (value times mm). Whatever is outside the volume, or padding, has no part in it.
    """

    thickness_mm: float = 0.0
    projection: Projection = "mip"

    def __post_init__(self) -> None:
        if not (math.isfinite(self.thickness_mm) and self.thickness_mm >= 0):
            raise ValueError(f"a slab has no thickness of {self.thickness_mm} mm")

    @property
    def is_thin(self) -> bool:
        """Whether it is a plane alone."""
        return self.thickness_mm == 0.0

    def steps(self, voxel_mm: float) -> int:
        """Give into how many equal parts it is cut, at whose borders values are taken; even, so that one is its middle.

        Parameters
        ----------
        voxel_mm
            Length of the way across one voxel along the normal.
        """
        if self.is_thin:
            return 0
        return 2 * max(1, math.ceil(self.thickness_mm * SAMPLES_A_VOXEL / voxel_mm / 2 - 1e-6))

    def offsets(self, parts: int) -> list[tuple[float, float]]:
        """Give where values are taken along the normal, in so many parts, and the length each stands for, in mm."""
        step = self.thickness_mm / parts
        places = [(n - parts / 2) * step for n in range(parts + 1)]
        return [(place, step / 2 if n in (0, parts) else step) for n, place in enumerate(places)]

    def text(self) -> str:
        """Give it in words: ``MIP 20 mm``; empty for a plane alone."""
        return slab_words(self.thickness_mm, self.projection)


def slab_of(cut: PlaneCut) -> Slab:
    """Give the slab of a cut that a measurement remembers."""
    return Slab(cut.thickness_mm, cut.projection)
