"""Surfaces of what lies above a threshold, or of a segment, as triangles in the patient, with their volume and area.

The surface is found in the space of the voxels and then carried into the patient, so that a tilted gantry and unequal
voxels come out right.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.errors import Cancelled, UserError
from workstation.model.frame import ModalityTransform
from workstation.model.geometry import VolumeGrid
from workstation.quick_dataclass import dataclass
from workstation.volume.surfaces.finish import Finish
from workstation.volume.surfaces.flying_edges import Update, flying_edges, is_all_above
from workstation.volume.surfaces.mesh_repair import closed_again, edges_fit
from workstation.volume.threads import in_threads, parts_of

FILLED_HOLE_VOXELS = 1e6
PASS_BAND = 0.05
_PART = 100_000
"""Triangles or points that are worked on at once."""
Check = Callable[[], None]


@dataclass(frozen=True, eq=False)
class Surface:
    """Triangles around something.

    Parameters
    ----------
    points_lps
        (n, 3) float32 mm.
    triangles
        (m, 3) int32: numbers of points, counterclockwise as seen from outside.
    name
        What it is of.
    colour
        Red, green, blue, 0 to 255.
    notes
        Sentences for the user.
    """

    points_lps: NDArray[np.float32]
    triangles: NDArray[np.int32]
    name: str = ""
    colour: tuple[int, int, int] = (230, 220, 200)
    notes: tuple[str, ...] = ()

    @property
    def volume_ml(self) -> float:
        """What it encloses (divergence theorem: the tetrahedra from one point to each triangle), where it is closed."""
        total = 0.0
        middle = self.points_lps.mean(axis=0, dtype=np.float64) if len(self.points_lps) else 0.0
        for part in _parts(self.triangles):
            a, b, c = ((self.points_lps[part[:, corner]] - middle) for corner in range(3))
            total += float(np.einsum("ij,ij->", a, np.cross(b, c)))
        return total / 6 / 1000

    @property
    def area_cm2(self) -> float:
        """The sum of its triangles."""
        total = 0.0
        for part in _parts(self.triangles):
            a, b, c = (self.points_lps[part[:, corner]].astype(np.float64) for corner in range(3))
            total += float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum())
        return total / 2 / 100

    @property
    def is_watertight(self) -> bool:
        """Whether each edge belongs to two triangles that run along it in opposite ways."""
        return bool(len(self.triangles)) and edges_fit(self.triangles, len(self.points_lps))


def _parts(triangles: NDArray[np.int32]) -> list[NDArray[np.int32]]:
    return [triangles[part] for part in parts_of(len(triangles), _PART)]


def surface_of(
    array_kji: NDArray[Any],
    grid: VolumeGrid,
    threshold: float,
    *,
    finish: Finish | None = None,
    name: str = "",
    colour: tuple[int, int, int] = (230, 220, 200),
    values: ModalityTransform | None = None,
    check: Check | None = None,
) -> Surface:
    """Find the surface of all that is at or above a threshold, interpolated between voxels (flying edges).

    Parameters
    ----------
    array_kji
        Voxels; those of a mask as 0 and 1, with 0.5 as threshold.
    grid
        Where they lie.
    threshold
        In terms of the array.
    finish
        What is done to it then; nothing where None.
    values
        From terms of the array to those in which people are told of it; None where they are the same.
    check
        Called again and again while it takes long; it may raise `Cancelled`.

    Returns
    -------
    Surface
        Closed where the volume ends.

    Raises
    ------
    UserError
        If there is no surface: nothing, or everything, is above the threshold; or too many triangles.
    """
    if not math.isfinite(threshold):
        raise UserError(f"{threshold} is no threshold.", hint="Give a number.")
    update, look = _updating(check), check or _nobody_looks
    look()
    found, is_cut = flying_edges(array_kji, threshold, update)
    if not found.GetNumberOfPolys() or (is_cut and is_all_above(array_kji, threshold)):
        lowest, highest = float(np.nanmin(array_kji)), float(np.nanmax(array_kji))
        raise _no_surface(threshold, lowest, highest, values or ModalityTransform())
    notes = ["It is closed where the volume ends"] if is_cut else []
    found, more = _finished(found, finish or Finish(), update)
    points, triangles = _arrays(found, are_all_used=not (finish and finish.largest_only))
    look()
    if finish and finish.keep < 1 and not edges_fit(triangles, len(points)):  # leaving out triangles tears some
        look()
        points, triangles = closed_again(points, triangles)
        look()
    if not len(triangles):
        raise UserError("Nothing is left of the surface.", hint="Keep more triangles, or choose another threshold.")
    return replace(_placed(points, triangles, grid), name=name, colour=colour, notes=(*notes, *more))


def _nobody_looks() -> None:
    pass


def _updating(check: Check | None) -> Update:
    """Give what lets a filter of VTK work, until the check says that nobody waits for it."""

    def update(worker: Any) -> None:
        if check is None:
            worker.Update()
            return
        stopped: list[Cancelled] = []

        def look(_worker: Any, _event: str) -> None:
            # WORKAROUND: of VTK 9.7 vtkWindowedSincPolyDataFilter crashes where it is stopped at its first step.
            if not 0 < worker.GetProgress() < 1:
                return
            try:
                check()
            except Cancelled as error:  # nothing can be raised through VTK
                stopped.append(error)
                worker.AbortExecuteOn()

        check()
        observer = worker.AddObserver("ProgressEvent", look)
        worker.Update()
        worker.RemoveObserver(observer)
        if stopped:
            raise stopped[0]
        check()

    return update


def _no_surface(threshold: float, lowest: float, highest: float, values: ModalityTransform) -> UserError:
    told = [each * values.slope + values.intercept for each in (threshold, lowest, highest)]
    low, high = sorted(told[1:])
    if low == high:
        return UserError(f"There is no surface: all values are {low:g}.", hint="Choose other images.")
    return UserError(
        f"There is no surface at {told[0]:g}: values are from {low:g} to {high:g}.",
        hint="Give a threshold between these.",
    )


def _finished(found: Any, finish: Finish, update: Update) -> tuple[Any, list[str]]:
    """Do to triangles what is asked for, in order, and say what was done."""
    notes: list[str] = []
    for is_asked, step in (
        (finish.largest_only, _largest),
        (finish.smoothing > 0, _smoothed),
        (finish.keep < 1, _with_fewer),
        (finish.fill_holes, _filled),
    ):
        if is_asked:
            found, note = step(found, finish, update)
            notes += [note] if note else []
    return found, notes


def _largest(found: Any, _finish: Finish, update: Update) -> tuple[Any, str]:
    from vtkmodules.vtkFiltersCore import vtkPolyDataConnectivityFilter

    connected = vtkPolyDataConnectivityFilter()
    connected.SetInputData(found)
    connected.SetExtractionModeToLargestRegion()
    update(connected)
    parts = connected.GetNumberOfExtractedRegions()
    return connected.GetOutput(), f"The largest of {parts} parts" if parts > 1 else ""


def _smoothed(found: Any, finish: Finish, update: Update) -> tuple[Any, str]:
    from vtkmodules.vtkFiltersCore import vtkWindowedSincPolyDataFilter

    smoother = vtkWindowedSincPolyDataFilter()
    smoother.SetInputData(found)
    smoother.SetNumberOfIterations(finish.smoothing)
    smoother.SetPassBand(PASS_BAND)
    smoother.BoundarySmoothingOff()
    smoother.FeatureEdgeSmoothingOff()
    smoother.NonManifoldSmoothingOn()
    smoother.NormalizeCoordinatesOn()
    update(smoother)
    return smoother.GetOutput(), f"Smoothed, {finish.smoothing} rounds"


def _with_fewer(found: Any, finish: Finish, update: Update) -> tuple[Any, str]:
    from vtkmodules.vtkFiltersCore import vtkQuadricDecimation

    fewer = vtkQuadricDecimation()
    fewer.SetInputData(found)
    fewer.SetTargetReduction(1 - finish.keep)
    fewer.VolumePreservationOn()
    update(fewer)
    made = fewer.GetOutput()
    return made, f"{made.GetNumberOfPolys()} of {found.GetNumberOfPolys()} triangles"


def _filled(found: Any, _finish: Finish, update: Update) -> tuple[Any, str]:
    from vtkmodules.vtkFiltersCore import vtkTriangleFilter
    from vtkmodules.vtkFiltersModeling import vtkFillHolesFilter

    filler, triangles = vtkFillHolesFilter(), vtkTriangleFilter()
    filler.SetInputData(found)
    filler.SetHoleSize(FILLED_HOLE_VOXELS)
    triangles.SetInputConnection(filler.GetOutputPort())
    triangles.PassLinesOff()
    triangles.PassVertsOff()
    update(filler)
    update(triangles)
    made = triangles.GetOutput()
    return made, "Holes filled" if made.GetNumberOfPolys() > found.GetNumberOfPolys() else ""


def _arrays(found: Any, *, are_all_used: bool) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    from vtkmodules.util.numpy_support import vtk_to_numpy

    if not found.GetNumberOfPolys():
        return np.empty((0, 3), np.float32), np.empty((0, 3), np.int32)
    points: NDArray[np.float32] = vtk_to_numpy(found.GetPoints().GetData())
    triangles = vtk_to_numpy(found.GetPolys().GetConnectivityArray()).reshape(-1, 3)
    if not are_all_used:  # points of parts that were left out
        used = np.zeros(len(points), bool)
        used[triangles.reshape(-1)] = True
        triangles = (np.cumsum(used) - 1)[triangles]
        points = points[used]
    if triangles.dtype == np.int32:
        return points, triangles
    numbers = np.empty(triangles.shape, np.int32)

    def copy(part: slice) -> None:
        numbers[part] = triangles[part]

    in_threads(copy, parts_of(len(triangles), _PART))
    return points, numbers


def _placed(points_ijk: NDArray[np.float32], triangles: NDArray[np.int32], grid: VolumeGrid) -> Surface:
    """Carry a surface from voxels into the patient; where the grid mirrors, triangles are turned about."""
    points = np.empty(points_ijk.shape, np.float32)
    axes = grid.affine_lps.astype(np.float32)

    def place(part: slice) -> None:
        for row in range(3):  # a product of matrices so narrow takes ten times as long
            points[part, row] = axes[row, 3]
            for column in np.flatnonzero(axes[row, :3]):
                points[part, row] += points_ijk[part, column] * axes[row, column]

    in_threads(place, parts_of(len(points), _PART))
    is_mirrored = np.linalg.det(grid.affine_lps[:3, :3]) < 0
    return Surface(points, np.ascontiguousarray(triangles[:, ::-1]) if is_mirrored else triangles)
