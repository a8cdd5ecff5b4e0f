"""What is cut out of a volume: where its pixels lie among the voxels, how thick it is, and in how many parts."""

import math
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkFiltersHybrid import vtkGridTransform

from workstation.errors import UserError
from workstation.model.geometry import VolumeGrid
from workstation.model.memory import memory_budget_bytes
from workstation.volume.aligned import AlignedPlane, aligned_plane
from workstation.volume.curved import CurvedLayout
from workstation.volume.paths import Points
from workstation.volume.sampling import Way
from workstation.volume.slabs import Interpolation, Slab

CELL_VOXELS = 4.0
"""VTK knows a grid of moves to 1/65,536 of a cell. Each pixel is a node of it, but not each part of a slab."""


class Cut(Protocol):
    """A plane or a slab, flat or curved."""

    @property
    def size_px(self) -> tuple[int, int]:
        """Columns and rows."""

    @property
    def slab(self) -> Slab:
        """How thick it is, and what becomes of the values across."""

    @property
    def interpolation(self) -> Interpolation:
        """Between voxels."""

    @property
    def parts(self) -> int:
        """Into how many parts of equal thickness it is cut; 0 where it has none."""

    def aligned(self) -> AlignedPlane | None:
        """Give the plane where it can be taken out of the array as it is."""

    def across(self, step_mm: float) -> Way:
        """Give where pixels lie, planes following each other at so many mm along the normal."""

    def at(self, offset_mm: float) -> Way:
        """Give where the pixels of a plane lie that is so far from the middle one along the normal."""


@dataclass(frozen=True, eq=False)
class FlatCut:
    """A flat one; ``matrix`` is that from (column, row, mm along the normal, 1) to (i, j, k, 1)."""

    matrix: NDArray[np.float64]
    size_px: tuple[int, int]
    slab: Slab
    interpolation: Interpolation
    parts: int

    def aligned(self) -> AlignedPlane | None:
        """Give the plane where its pixels are voxels, or lie linear between two layers of them."""
        plane = aligned_plane(self.matrix, self.size_px)
        if plane is None or (self.slab.is_thin and abs(plane.at - round(plane.at)) < 1e-3):
            return plane
        return plane if self.interpolation == "linear" else None

    def across(self, step_mm: float) -> Way:
        """See `Cut`."""
        matrix = self.matrix.copy()
        matrix[:3, 2] *= step_mm
        return matrix

    def at(self, offset_mm: float) -> Way:
        """See `Cut`."""
        matrix = self.matrix.copy()
        matrix[:3, 3] += matrix[:3, 2] * offset_mm
        return matrix

    def rows(self, first: int, count: int) -> "FlatCut":
        """Give a band of its rows."""
        matrix = self.matrix.copy()
        matrix[:3, 3] += matrix[:3, 1] * first
        return replace(self, matrix=matrix, size_px=(self.size_px[0], count))


@dataclass(frozen=True, eq=False)
class CurvedCut:
    """A curved one: VTK is told how far each pixel has to move to come to its voxel."""

    layout: CurvedLayout
    grid: VolumeGrid
    slab: Slab
    interpolation: Interpolation
    parts: int

    @property
    def size_px(self) -> tuple[int, int]:
        """Columns and rows."""
        return self.layout.columns, len(self.layout.starts_lps)

    def aligned(self) -> AlignedPlane | None:
        """Give None: it is curved."""
        return None

    def across(self, step_mm: float) -> Way:
        """See `Cut`."""
        starts, across, through = self._in_voxels()
        half = max(self.parts, 2) / 2
        longest = float(np.linalg.norm(through, axis=1).max()) * step_mm * half * 2
        depths = np.linspace(-half, half, 2 + math.ceil(longest / CELL_VOXELS))
        needed = len(depths) * len(starts) * self.layout.columns * 3 * np.dtype(np.float64).itemsize
        if needed > (granted := memory_budget_bytes()):
            raise UserError(
                f"A slab of {self.slab.thickness_mm:g} mm along a curve of {self.layout.columns} x {len(starts)} "
                f"pixels needs {needed / 2**30:.1f} GiB of memory; {granted / 2**30:.1f} GiB are granted.",
                hint="Make it thinner, or its pixels larger.",
            )
        columns = np.arange(self.layout.columns, dtype=np.float64)[:, np.newaxis]
        rows = np.arange(len(starts), dtype=np.float64)
        moves = np.empty((len(depths), len(starts), self.layout.columns, 3))
        for number, depth in enumerate(depths):
            moves[number] = (starts + through * (depth * step_mm))[:, np.newaxis] + columns * across[:, np.newaxis]
            moves[number, :, :, 2] -= depth
        moves[..., 0] -= columns[:, 0]
        moves[..., 1] -= rows[:, np.newaxis]
        return _moved(moves, first=-half, step=depths[1] - depths[0])

    def at(self, offset_mm: float) -> Way:
        """See `Cut`."""
        layout = self.layout
        moved = CurvedLayout(
            layout.kind,
            layout.starts_lps + layout.through_lps * offset_mm,
            layout.across_lps,
            layout.through_lps,
            layout.columns,
            layout.spacing,
            layout.path_column,
        )
        return CurvedCut(moved, self.grid, Slab(), self.interpolation, 0).across(1.0)

    def _in_voxels(self) -> tuple[Points, Points, Points]:
        """Give the starts of the rows, and the steps along a row and through it (for 1 mm), in voxels."""
        inverse = np.linalg.inv(self.grid.affine_lps)
        turn = inverse[:3, :3].T
        layout = self.layout
        across = layout.across_lps * layout.spacing.between_columns
        return layout.starts_lps @ turn + inverse[:3, 3], across @ turn, layout.through_lps @ turn


def _moved(moves: NDArray[np.float64], *, first: float, step: float) -> vtkGridTransform:
    """Give a transform that adds moves (depth, row, column, 3) to places (column, row, depth)."""
    grid = vtkImageData()
    grid.SetDimensions(moves.shape[2], moves.shape[1], moves.shape[0])
    grid.SetOrigin(0, 0, first)
    grid.SetSpacing(1, 1, step)
    grid.GetPointData().SetScalars(numpy_to_vtk(moves.reshape(-1, 3), deep=False))
    transform = vtkGridTransform()
    transform.SetDisplacementGridData(grid)
    transform.SetInterpolationModeToLinear()
    return transform
