"""Planes for graphics that a report has in space and that lie in no image: through their points, cut from a series."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.model.geometry import Vector, VolumeGrid, as_vector, cross, plane_normal_lps, slice_plane
from workstation.model.left_out import makes_volume
from workstation.model.plane_cut import PlaneCut
from workstation.model.stack_grid import grid_of_stack
from workstation.model.text import clean
from workstation.objects.measurement_report.loose import CutOfSeries
from workstation.volume.cutting.standard_planes import DIRECTIONS_LPS
from workstation.volume.inside import is_inside
from workstation.volume.planes.through import normal_through, pixels_through

if TYPE_CHECKING:
    from workstation.model.index.records import Stack

FLAT_MM = 0.1
"""Points nearer than this to one plane lie on it: programs round them."""
_NO_FRAME = "the report does not say in which frame of reference"
_NO_SERIES = "no series of slices in its frame of reference is open"
_BESIDE = "it lies beside the slices that are open"


class PlanesThrough:
    """Finds planes by the headers of stacks; see `workstation.objects.measurement_report.loose.CutsThrough`.

    Parameters
    ----------
    stacks
        What is open; those that make no volumes are not looked at.
    """

    def __init__(self, stacks: Iterable[Stack]) -> None:
        self._stacks = [each for each in stacks if makes_volume(each) and len(each.frames) > 1]
        self._grids: dict[int, VolumeGrid | None] = {}

    def __call__(
        self, points_lps: Sequence[Vector], frame_of_reference_uid: str, named: frozenset[str]
    ) -> CutOfSeries | str:
        """Give the plane through points, or why there is none."""
        points = np.asarray(points_lps, dtype=np.float64)
        if not frame_of_reference_uid or not np.isfinite(points).all():
            return _NO_FRAME if not frame_of_reference_uid else "its points are no finite numbers"
        there = [
            (stack, grid)
            for at, stack in enumerate(self._stacks)
            if _is_in(stack, frame_of_reference_uid) and (grid := self._grid(at, stack)) is not None
        ]
        middle = as_vector(points.mean(axis=0))
        inside = [each for each in there if is_inside(each[1], middle)]
        if not inside:
            return _BESIDE if there else _NO_SERIES
        ranks = [_rank(stack, named) for stack, _grid in inside]
        best = [each for each, rank in zip(inside, ranks, strict=True) if rank == max(ranks)]
        stack, grid = max(best, key=lambda each: len(each[0].frames))
        normal = flat_normal(points, grid)
        if isinstance(normal, float):
            return f"it is not flat, some of it is {normal:.1f} mm from any plane"
        return _cut(points, normal, stack, grid, () if len(best) == 1 else (_chosen_words(stack),))

    def _grid(self, at: int, stack: Stack) -> VolumeGrid | None:
        if at not in self._grids:
            try:
                self._grids[at] = grid_of_stack(stack)
            except UserError:  # told where its images are looked at
                self._grids[at] = None
        return self._grids[at]


def flat_normal(points_lps: NDArray[np.float64], grid: VolumeGrid) -> Vector | float:
    """Give the normal of the plane that points lie on; how far they are from the nearest one where they lie on none.

    Parameters
    ----------
    points_lps
        (n, 3), mm. On a plane along the slices or the axes of the patient they get exactly that one, and single points
        that along the slices; lines get the one that is nearest to a plane of the patient.
    grid
        Of the volume.
    """
    usual = [plane_normal_lps(slice_plane(grid, 0)), *(cross(*each) for each in DIRECTIONS_LPS.values())]
    own = normal_through([as_vector(each) for each in points_lps])
    away = [float(np.abs((points_lps - points_lps.mean(axis=0)) @ np.asarray(each)).max()) for each in (*usual, own)]
    for normal, farthest in zip(usual, away, strict=False):
        if farthest <= min(FLAT_MM, away[-1] + FLAT_MM / 10):
            return normal
    return own if away[-1] <= FLAT_MM else away[-1]


def _cut(
    points: NDArray[np.float64], normal: Vector, stack: Stack, grid: VolumeGrid, notes: tuple[str, ...]
) -> CutOfSeries | str:
    middle, across = points.mean(axis=0), np.asarray(normal)
    flat = points - ((points - middle) @ across)[:, None] * across
    try:
        found = pixels_through(grid, [as_vector(each) for each in flat], normal_lps=normal)
        cut = PlaneCut(found.plane, found.size_px, stack.label)
    except (UserError, ValueError) as error:
        return f"{error}".rstrip(".").lower()
    return CutOfSeries(stack.frames[0].instance.series_instance_uid, cut, notes)


def _is_in(stack: Stack, frame_of_reference_uid: str) -> bool:
    """Tell whether slices lie in a frame of reference: all, or some of one volume whose slices have several."""
    return any(each.instance.frame_of_reference_uid == frame_of_reference_uid for each in stack.frames)


def _rank(stack: Stack, named: frozenset[str]) -> int:
    """Tell how much a report names a stack: images of it go before its series, and that before nothing."""
    if any(each.instance.sop_instance_uid in named for each in stack.frames):
        return 2
    return int(stack.frames[0].instance.series_instance_uid in named)


def _chosen_words(stack: Stack) -> str:
    first = stack.frames[0].instance
    number = "" if first.series_number is None else f"{first.series_number} "
    label = f", {stack.label}" if stack.label else ""
    series = f"{number}{clean(first.series_description) or clean(first.modality)}{label}"
    return f"The report does not say of which series: values are those of series {series}."
