"""What is cut out of a volume: where its pixels lie among the voxels, how thick it is, and in how many parts."""

import numpy as np
from numpy.typing import NDArray

from workstation.model.geometry import VolumeGrid
from workstation.quick_dataclass import dataclass
from workstation.volume.cutting.aligned import AlignedPlane, aligned_plane
from workstation.volume.cutting.curved_planes import CurvedLayout
from workstation.volume.cutting.kernels import Lines
from workstation.volume.cutting.slabs import Interpolation, Slab


@dataclass(frozen=True, eq=False)
class Cut:
    """A plane or a slab, flat or curved.

    Parameters
    ----------
    lines
        Where its rows lie.
    columns
        Pixels of a row.
    slab
        How thick it is, and what becomes of the values across.
    interpolation
        Between voxels.
    parts
        Into how many parts of equal thickness it is cut; 0 where it has none.
    aligned
        The plane where it can be taken out of the array as it is.
    """

    lines: Lines
    columns: int
    slab: Slab
    interpolation: Interpolation
    parts: int
    aligned: AlignedPlane | None = None


def flat_cut(
    matrix: NDArray[np.float64], size_px: tuple[int, int], slab: Slab, interpolation: Interpolation, parts: int
) -> Cut:
    """Cut a flat one; ``matrix`` is that from (column, row, mm along the normal, 1) to (i, j, k, 1)."""
    starts = matrix[:3, 3] + np.arange(size_px[1])[:, np.newaxis] * matrix[:3, 1]
    steps, through = (np.tile(matrix[:3, axis], (size_px[1], 1)) for axis in (0, 2))
    plane = aligned_plane(matrix, size_px)
    is_layer = plane is not None and slab.is_thin and abs(plane.at - round(plane.at)) < 1e-3
    if interpolation != "linear" and not is_layer:  # its pixels lie between two layers of voxels
        plane = None
    return Cut(Lines(starts, steps, through), size_px[0], slab, interpolation, parts, plane)


def curved_cut(layout: CurvedLayout, grid: VolumeGrid, slab: Slab, interpolation: Interpolation, parts: int) -> Cut:
    """Cut a curved one: each of its rows is straight."""
    inverse = np.linalg.inv(grid.affine_lps)
    turn = inverse[:3, :3].T
    starts = layout.starts_lps @ turn + inverse[:3, 3]
    steps = layout.across_lps * layout.spacing.between_columns @ turn
    return Cut(Lines(starts, steps, layout.through_lps @ turn), layout.columns, slab, interpolation, parts)
