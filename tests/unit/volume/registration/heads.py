"""A head of ellipsoids, as different scanners see it, wherever it lies: the truth for registration and fusion."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workstation.model.geometry import VolumeGrid
from workstation.model.volume import Volume

CT: NDArray[np.float64] = np.array([-1000, 800, 40, 10, 70, 120, 300], np.float64)
MR: NDArray[np.float64] = np.array([0, 50, 500, 900, 300, 700, 600], np.float64)
PET: NDArray[np.float64] = np.array([0, 1, 6, 0.3, 8, 15, 2], np.float64)
"""Values of air, bone, brain, a ventricle, another part, a tumour, the nose."""

_PARTS: tuple[tuple[tuple[float, float, float], tuple[float, float, float]], ...] = (
    ((0, 0, 0), (70, 85, 90)),
    ((0, 0, 0), (63, 78, 83)),
    ((-25, 10, 10), (10, 20, 15)),
    ((25, 20, -10), (8, 12, 25)),
    ((15, -40, 30), (15, 9, 9)),
    ((0, -85, -10), (10, 15, 12)),
)
TARGETS_LPS: NDArray[np.float64] = np.array(
    [(60, 0, 0), (-60, 0, 0), (0, 70, 0), (0, -70, 0), (0, 0, 70), (0, 0, -70), (0, 0, 0)], np.float64
)


def rigid(axis: Sequence[float], angle_deg: float, shift_mm: Sequence[float]) -> NDArray[np.float64]:
    """Turn about an axis through the origin, then move."""
    x, y, z = np.asarray(axis, np.float64) / np.linalg.norm(axis)
    angle = math.radians(angle_deg)
    across = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    made = np.eye(4)
    made[:3, :3] = np.eye(3) + math.sin(angle) * across + (1 - math.cos(angle)) * across @ across
    made[:3, 3] = shift_mm
    return made


def affine(
    size_mm: Sequence[float],
    shape_kji: Sequence[int],
    *,
    shear_mm: float = 0.0,
    middle_lps: Sequence[float] = (0, 0, 0),
) -> NDArray[np.float64]:
    """Give a grid along the axes of the patient, around a point; a negative side is a mirrored axis."""
    made = np.diag([*size_mm, 1.0])
    made[1, 2] = shear_mm
    made[:3, 3] = np.asarray(middle_lps) - made[:3, :3] @ ((np.array(shape_kji)[::-1] - 1) / 2)
    return made


def head(
    values: NDArray[np.float64],
    affine_lps: NDArray[np.float64],
    shape_kji: tuple[int, int, int],
    to_head: NDArray[np.float64] | None = None,
    *,
    noise: float = 0.0,
    frame_of_reference_uid: str = "",
) -> Volume:
    """Give the head in voxels, each the mean of eight places in it.

    Parameters
    ----------
    to_head
        4x4, from the patient points of the volume to those of the head; None: they are the same.
    """
    to_head = np.eye(4) if to_head is None else to_head
    to_points = to_head @ affine_lps
    ijk = np.indices(shape_kji)[::-1].reshape(3, -1)
    array = np.zeros(shape_kji)
    for corner in np.ndindex(2, 2, 2):
        points = to_points[:3, :3] @ (ijk + (np.array(corner)[:, None] - 0.5) / 2) + to_points[:3, 3:]
        array += values[_labels(points)].reshape(shape_kji) / 8
    array += np.random.default_rng(3).normal(0, noise, shape_kji)
    grid = VolumeGrid(affine_lps, shape_kji, frame_of_reference_uid)
    return Volume(array.astype(np.float32), grid, 1.0, 0.0, "", (), (), tuple(map(float, range(shape_kji[0]))))


def _labels(points: NDArray[np.float64]) -> NDArray[np.intp]:
    found = np.zeros(points.shape[1], np.intp)
    for number, (centre, radii) in enumerate(_PARTS, 1):
        away = (points - np.array(centre)[:, None]) / np.array(radii)[:, None]
        found[(away**2).sum(axis=0) < 1] = number
    return found
