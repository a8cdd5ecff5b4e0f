"""Finds the triangles between what is above a threshold and what is below, in the space of the voxels."""

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.volume.cutting.projections import extremes
from workstation.volume.threads import in_threads, parts_of
from workstation.volume.vtk_image import use_threads, vtk_image

MOST_TRIANGLES = 60_000_000
MOST_CORNERS_A_VOXEL = 15
"""Five triangles are the most that go through the room between eight voxels."""
Update = Callable[[Any], None]
"""Lets a filter of VTK work."""
_COUNTING = threading.Lock()
"""Held while VTK counts otherwise than by default, which it does in all threads."""


def flying_edges(array_kji: NDArray[Any], threshold: float, update: Update) -> tuple[Any, bool]:
    """Find the triangles in voxel space, and tell whether they had to be closed where the volume ends."""
    from vtkmodules.vtkFiltersCore import vtkFlyingEdges3D

    use_threads()
    highest = max(float(np.nanmax(side)) for side in _sides(array_kji))
    box = _box_above(array_kji, threshold)
    image = vtk_image(_framed(array_kji[box], threshold, max(highest, threshold)))
    image.SetOrigin(*(part.start - 1 for part in box[::-1]))
    edges = vtkFlyingEdges3D()
    edges.SetInputData(image)
    edges.SetValue(0, _crossed(array_kji, threshold))
    edges.ComputeNormalsOff()
    edges.ComputeGradientsOff()
    edges.ComputeScalarsOff()
    with _short_numbers(image.GetNumberOfPoints()):
        update(edges)
    found = edges.GetOutput()
    if found.GetNumberOfPolys() > MOST_TRIANGLES:
        raise UserError(
            f"A surface of {found.GetNumberOfPolys() / 1e6:.0f} million triangles is more than can be worked on.",
            hint="Choose another threshold, or a part of the volume.",
        )
    return found, highest >= threshold


def _crossed(array_kji: NDArray[Any], threshold: float) -> float:
    """Give the value that edges cross: of whole numbers halfway between the last outside and the first inside.

    At the threshold itself all edges of a voxel that has just its value would be crossed in that voxel: triangles
    shrink to a point there, and programs that join equal points, as all do with STL, find edges of four triangles.
    """
    return math.ceil(threshold) - 0.5 if array_kji.dtype.kind in "iu" else threshold


@contextmanager
def _short_numbers(voxels: int) -> Iterator[None]:
    """Have points counted in 32 bits where so many voxels cannot give more: half the memory to be written and read."""
    from vtkmodules.vtkCommonDataModel import vtkCellArray

    with _COUNTING:
        before = vtkCellArray.GetDefaultStorageIs64Bit()
        vtkCellArray.SetDefaultStorageIs64Bit(voxels * MOST_CORNERS_A_VOXEL > np.iinfo(np.int32).max)
        try:
            yield
        finally:
            vtkCellArray.SetDefaultStorageIs64Bit(before)


def _box_above(array_kji: NDArray[Any], threshold: float) -> tuple[slice, slice, slice]:
    """Give the box of what is not below a threshold, with the voxels around it: there is no surface elsewhere."""
    of_rows = ~(extremes(array_kji, "max") < threshold)  # what is no number may hide what is above
    of_slices = ~(extremes(array_kji.transpose(2, 0, 1), "max") < threshold)
    seen = (of_slices.any(axis=1), of_rows.any(axis=1), of_rows.any(axis=0))
    first, second, third = (_reach(each) for each in seen)
    return first, second, third


def _reach(seen: Any) -> slice:
    at = np.flatnonzero(seen)
    return slice(max(0, int(at[0]) - 1), min(len(seen), int(at[-1]) + 2)) if len(at) else slice(0, 1)


def _sides(array_kji: NDArray[Any]) -> list[NDArray[Any]]:
    """Give the six sides of a block of voxels."""
    return [np.take(array_kji, end, axis=axis) for axis in range(3) for end in (0, -1)]


def is_all_above(array_kji: NDArray[Any], threshold: float) -> bool:
    """Tell whether nothing is below a threshold; hardly ever all voxels have to be looked at for that."""
    return not any((side < threshold).any() for side in _sides(array_kji)) and not (array_kji < threshold).any()


def _framed(array_kji: NDArray[Any], threshold: float, highest: float) -> NDArray[Any]:
    """Put voxels around all that are as far below the threshold as the highest at the border is above.

    So the surface is closed where the last voxels end, halfway to these; nearer where they are not so high.
    """
    outside = 2 * threshold - max(highest, threshold + 1)
    if array_kji.dtype.kind in "iu":  # within its range in any case: it may be as it is
        limits = np.iinfo(array_kji.dtype)
        outside = min(max(math.floor(outside), limits.min), limits.max)
    framed = np.empty([side + 2 for side in array_kji.shape], _differing(array_kji.dtype))

    def fill(part: slice) -> None:
        there = framed[part.start + 1 : part.stop + 1]
        there[:, 0] = there[:, -1] = there[:, :, 0] = there[:, :, -1] = outside
        there[:, 1:-1, 1:-1] = array_kji[part]

    framed[0] = framed[-1] = outside
    in_threads(fill, parts_of(len(array_kji), 32))
    return framed


def _differing(kind: np.dtype[Any]) -> np.dtype[Any]:
    """Give a type for numbers whose differences VTK gets right: it takes them in that of the voxels."""
    return np.dtype(np.float64) if kind.kind in "iu" and kind.itemsize >= 4 else kind
