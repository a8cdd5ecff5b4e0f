"""The mean value along each ray through a volume, as in an X-ray image; without VTK, whose means are greys of 8 bits.

The volume is taken slice by slice along the axis that is nearest to the direction of view. Each slice is a plane, so it
is seen through a plane projection, and what all of them give is added up.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.volume.blocks import Block
from workstation.volume.camera import Sight
from workstation.volume.look3d import ClipPlane
from workstation.volume.transfer import TransferFunction

Kept = NDArray[np.bool_]


def mean_along_rays(
    block: Block,
    seen: Sight,
    size_px: tuple[int, int],
    *,
    kept: Kept | None = None,
    planes: tuple[ClipPlane, ...] = (),
    is_stale: Callable[[], bool] | None = None,
) -> NDArray[np.float32]:
    """Give the mean of the stored values along each ray.

    Parameters
    ----------
    kept
        Voxels (k, j, i) of the block that count; all where None.
    planes
        Voxels that they cut off do not count.
    is_stale
        Asked between slices; where it says yes, the rest is left out.

    Returns
    -------
    ndarray
        (rows, columns); NaN where a ray meets nothing.
    """
    axis = _nearest_axis(block, seen)
    projection = seen.projection(size_px)
    total = np.zeros((size_px[1], size_px[0]), np.float32)
    count = np.zeros_like(total)
    for number in range(block.array_kji.shape[axis]):
        if is_stale is not None and is_stale():
            break
        to_lps = _slice_to_lps(block, axis, number)
        values = np.take(block.array_kji, number, axis=axis).astype(np.float32)
        weights = np.ones(values.shape, np.float32)
        if kept is not None:
            weights *= np.take(kept, number, axis=axis)
        for plane in planes:
            weights *= _is_on_side(plane, to_lps, values.shape)
        homography = projection @ to_lps
        if seen.perspective_deg:
            weights *= _depth(homography, values.shape) > 0
        if not weights.any():
            continue
        both = cv2.warpPerspective(
            np.dstack([values * weights, weights]), homography, size_px, flags=cv2.INTER_LINEAR, borderValue=0
        )
        total += both[..., 0]
        count += both[..., 1]
    return np.where(count > 0, total / np.maximum(count, 1e-6), np.nan).astype(np.float32)


def coloured(mean: NDArray[np.float32], function: TransferFunction, background: tuple[float, ...]) -> NDArray[np.uint8]:
    """Give means the colours of a function, (rows, columns, 3), and the background where there are none."""
    known = [point.value for point in function.points]
    nothing = np.isnan(mean)
    picture = np.empty((*mean.shape, 3), np.uint8)
    for channel in range(3):
        colours = np.interp(mean, known, [point.colour[channel] for point in function.points])
        picture[..., channel] = np.rint(255 * np.where(nothing, background[channel], colours))
    return picture


def _nearest_axis(block: Block, seen: Sight) -> int:
    """Give the axis of the array (k, j, i) that is nearest to the direction of view."""
    axes = block.grid.affine_lps[:3, :3] / np.linalg.norm(block.grid.affine_lps[:3, :3], axis=0)
    return 2 - int(np.argmax(np.abs(axes.T @ np.asarray(seen.toward))))


def _slice_to_lps(block: Block, axis: int, number: int) -> NDArray[np.float64]:
    """Give the 4x3 matrix from (column, row, 1) of a slice across an axis of the array to (x, y, z, 1)."""
    along_i, along_j, along_k, origin = block.grid.affine_lps.T
    if axis == 0:
        return np.column_stack([along_i, along_j, origin + number * along_k])
    if axis == 1:
        return np.column_stack([along_i, along_k, origin + number * along_j])
    return np.column_stack([along_j, along_k, origin + number * along_i])


def _is_on_side(plane: ClipPlane, to_lps: NDArray[np.float64], shape: tuple[int, ...]) -> Kept:
    towards = np.asarray(plane.towards_lps)
    weights = towards @ to_lps[:3] - np.asarray([0, 0, towards @ np.asarray(plane.point_lps)])
    return np.asarray(_linear(weights, shape) >= 0)


def _depth(homography: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.float64]:
    return _linear(homography[2], shape)


def _linear(weights: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Give a linear function of (column, row) on a slice."""
    columns, rows = np.arange(shape[1], dtype=np.float64), np.arange(shape[0], dtype=np.float64)
    return np.add.outer(float(weights[1]) * rows + float(weights[2]), float(weights[0]) * columns)
