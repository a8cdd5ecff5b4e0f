"""One volume brought over another by turning and moving it: where no frame of reference is shared, or it moved in it.

By mutual information, from coarse to fine and from many beginnings, so that a PET or an MR finds its place over a CT.
Voxels are compared where their grids say: neither volume is brought to other voxels for it.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workstation.errors import UserError
from workstation.model.geometry import VolumeGrid, voxel_volume_mm3
from workstation.model.volume import Volume
from workstation.quick_dataclass import dataclass
from workstation.volume.registration.mutual_information import measured_ends
from workstation.volume.registration.search import Report, Search

LEAST_SIDE = 4
"""Voxels along each axis; of fewer nothing can be told about a turn."""


@dataclass(frozen=True, eq=False)
class Registration:
    """How one volume lies over another.

    Parameters
    ----------
    to_moving
        4x4 rigid, from patient points of the fixed volume to those of the moving one, LPS mm.
    similarity
        Normalised mutual information reached, 1 (nothing in common) to 2.
    before
        The same where it began: with one frame of reference as they were, else with their middles on each other.
    spread_mm
        How far apart it and a second result are, found with other points from another beginning: root mean square
        over what lies over each other.
    """

    to_moving: NDArray[np.float64]
    similarity: float
    before: float
    spread_mm: float

    @property
    def turned_deg(self) -> float:
        """The angle by which it turns, about whatever axis."""
        return turned_deg(self.to_moving)

    def moved_at(self, point_lps: ArrayLike) -> NDArray[np.float64]:
        """Give by how much a point of the fixed volume moves, (3,) mm."""
        return np.asarray(self.moved(point_lps)[0] - np.asarray(point_lps, np.float64).reshape(3))

    def moved(self, points_lps: ArrayLike) -> NDArray[np.float64]:
        """Give where points of the fixed volume, (n, 3) LPS mm, lie in the moving one."""
        points = np.asarray(points_lps, dtype=np.float64).reshape(-1, 3)
        return np.asarray(points @ self.to_moving[:3, :3].T + self.to_moving[:3, 3])


def grid_over(to_moving: NDArray[np.float64], moving: VolumeGrid, frame_of_reference_uid: str) -> VolumeGrid:
    """Give the grid of a volume as it lies over another, from whose points ``to_moving`` (4x4, rigid) leads to its."""
    return VolumeGrid(inverse(to_moving) @ moving.affine_lps, moving.shape_kji, frame_of_reference_uid)


def turned_deg(rigid: NDArray[np.float64]) -> float:
    """Give the angle by which a rigid way turns, about whatever axis."""
    turn = rigid[:3, :3]
    sine = np.linalg.norm([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
    return math.degrees(math.atan2(float(sine), float(np.trace(turn)) - 1))


def register(fixed: Volume, moving: Volume, *, report: Report | None = None) -> Registration:
    """Find how a volume has to be turned and moved to lie over another: by up to about 30 degrees.

    Parameters
    ----------
    fixed, moving
        Volumes in grey; the moving one may reach less far, or further.
    report
        Called with (parts done, parts); it may raise `Cancelled`.

    Raises
    ------
    UserError
        If they are too small, in colour, have nothing to go by, or no place was found that can be relied on.
    """
    for volume in (fixed, moving):
        _check(volume)
    is_smaller = _volume_mm3(moving) < _volume_mm3(fixed)  # most points of the smaller one lie in the other
    first, second = (moving, fixed) if is_smaller else (fixed, moving)
    found = Search(first, second, report or (lambda _done, _total: None)).found()
    matrix = inverse(found.pose.matrix()) if is_smaller else found.pose.matrix()
    return Registration(matrix, found.value, found.before, found.spread_mm)


def inverse(rigid: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the way back of a rigid one, 4x4, without rounding in its turn."""
    back = np.eye(4)
    back[:3, :3] = rigid[:3, :3].T
    back[:3, 3] = -rigid[:3, :3].T @ rigid[:3, 3]
    return back


def _volume_mm3(volume: Volume) -> float:
    return voxel_volume_mm3(volume.grid) * volume.array_kji.size


def _check(volume: Volume) -> None:
    if volume.array_kji.ndim != 3:
        raise UserError("A volume in colour cannot be brought over another.", hint="Choose one in grey.")
    if min(volume.array_kji.shape) < LEAST_SIDE:
        raise UserError(
            f"A volume of fewer than {LEAST_SIDE} slices, rows or columns cannot be brought over another.",
            hint="Choose a larger one.",
        )
    low, high = measured_ends(volume)
    if low == high:
        raise UserError("All voxels of a volume have the same value: there is nothing to go by.")
