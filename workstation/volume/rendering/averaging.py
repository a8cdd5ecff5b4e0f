"""The mean value along each ray through a volume, as in an X-ray image, and the brightest and darkest colour.

Without VTK, whose means are greys of 8 bits, and which finds no brightest colours (9.7).

The volume is taken slice by slice along the axis that is nearest to the direction of view. Each slice is a plane, so it
is seen through a plane projection, and what all of them give is added up.
"""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.quick_dataclass import dataclass
from workstation.volume.looks.camera import Sight
from workstation.volume.looks.look3d import ClipPlane
from workstation.volume.looks.transfer import TransferFunction
from workstation.volume.rendering.blocks import Block
from workstation.volume.rendering.colours import BRIGHTNESS

Kept = NDArray[np.bool_]
INSIDE = 0.5
"""Of a slice, what is seen of it counts from this share of a pixel on, where not all are added up."""


@dataclass(frozen=True, eq=False)
class Rays:
    """What is looked through, and from where.

    Parameters
    ----------
    block
        Its stored values count, or its colours where it has any.
    seen, size_px
        From where, and how large the picture is.
    kept
        Voxels (k, j, i) of the block that count; all where None.
    planes
        Voxels that they cut off do not count.
    is_stale
        Asked between slices; where it says yes, the rest is left out.
    """

    block: Block
    seen: Sight
    size_px: tuple[int, int]
    kept: Kept | None = None
    planes: tuple[ClipPlane, ...] = ()
    is_stale: Callable[[], bool] | None = None

    def slices(self) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Give what is seen of each slice: values times weights, (rows, columns, channels), and weights, with one."""
        block = self.block
        axis = _nearest_axis(block, self.seen)
        projection = self.seen.projection(self.size_px)
        array = block.array_kji[..., None] if block.colours is None else block.colours
        for number in range(array.shape[axis]):
            if self.is_stale is not None and self.is_stale():
                return
            to_lps = _slice_to_lps(block, axis, number)
            values = np.take(array, number, axis=axis).astype(np.float32)
            weights = np.ones(values.shape[:2], np.float32)
            if self.kept is not None:
                weights *= np.take(self.kept, number, axis=axis)
            for plane in self.planes:
                weights *= _is_on_side(plane, to_lps, weights.shape)
            homography = projection @ to_lps
            if self.seen.perspective_deg:
                weights *= _depth(homography, weights.shape) > 0
            if not weights.any():
                continue
            both = cv2.warpPerspective(
                np.dstack([values * weights[..., None], weights]),
                homography,
                self.size_px,
                flags=cv2.INTER_LINEAR,
                borderValue=0,
            )
            yield both[..., :-1], both[..., -1:]


def mean_along_rays(rays: Rays) -> NDArray[np.float32]:
    """Give the mean of the stored values along each ray, or of the colours.

    Returns
    -------
    ndarray
        (rows, columns), or (rows, columns, 3); NaN where a ray meets nothing.
    """
    size = rays.size_px[1], rays.size_px[0]
    total = np.zeros((*size, 1 if rays.block.colours is None else 3), np.float32)
    count = np.zeros((*size, 1), np.float32)
    for values, weights in rays.slices():
        total += values
        count += weights
    mean = np.where(count > 0, total / np.maximum(count, 1e-6), np.nan).astype(np.float32)
    return mean if rays.block.colours is not None else mean[..., 0]


def extreme_along_rays(rays: Rays, *, darkest: bool = False) -> NDArray[np.float32]:
    """Give the colour of the brightest voxel along each ray, or of the darkest.

    Returns
    -------
    ndarray
        (rows, columns, 3); NaN where a ray meets nothing.
    """
    best = np.full((rays.size_px[1], rays.size_px[0], 3), np.nan, np.float32)
    level = np.full(best.shape[:2], -np.inf, np.float32)
    shares = np.asarray(BRIGHTNESS, np.float32) * (-1 if darkest else 1)
    for values, weights in rays.slices():
        colours = values / np.maximum(weights, INSIDE)
        bright = np.where(weights[..., 0] >= INSIDE, colours @ shares, -np.inf)
        wins = bright > level
        best[wins], level[wins] = colours[wins], bright[wins]
    return best


def coloured(mean: NDArray[np.float32], function: TransferFunction, background: tuple[float, ...]) -> NDArray[np.uint8]:
    """Give means the colours of a function, (rows, columns, 3), and the background where there are none.

    Of means of colours, each channel is taken through that of the function, so that a window holds for them, too.
    """
    known = [point.value for point in function.points]
    picture = np.empty((*mean.shape[:2], 3), np.uint8)
    for channel in range(3):
        values = mean[..., channel] if mean.ndim == 3 else mean
        colours = np.interp(values, known, [point.colour[channel] for point in function.points])
        picture[..., channel] = np.rint(255 * np.where(np.isnan(values), background[channel], colours))
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
