"""Voxels made fit for a ray caster: straight where a gantry was tilted, and fewer of them where all are too many."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.model.geometry import VolumeGrid, voxel_size_mm
from workstation.quick_dataclass import dataclass

TINY_SHEAR = 1e-3
"""Voxels that a slice moves sideways from one to the next below which nobody sees it: half a voxel over 500 slices."""

_WARPED = (np.uint8, np.int16, np.uint16, np.float32)


@dataclass(frozen=True)
class Block:
    """Voxels whose three axes stand at right angles.

    Parameters
    ----------
    array_kji
        (slices, rows, columns).
    grid
        Where they lie.
    step
        How many voxels of the original (along i, j, k) one of these stands for.
    colours
        (slices, rows, columns, 3) of the voxels, whose brightness ``array_kji`` is; None where they have none.
    """

    array_kji: NDArray[Any]
    grid: VolumeGrid
    step: tuple[int, int, int] = (1, 1, 1)
    colours: NDArray[np.uint8] | None = None


def block_of(
    array_kji: NDArray[Any], grid: VolumeGrid, *, outside: float, colours: NDArray[np.uint8] | None = None
) -> Block:
    """Give a volume as a block: the voxels themselves, or moved within their slices where the grid shears.

    Parameters
    ----------
    outside
        Value of voxels that the tilted stack does not reach, and of those that are no numbers.
    colours
        Of the voxels, (slices, rows, columns, 3), where they have any.
    """
    array = _plain(array_kji, outside)
    across = _sideways_px(grid)
    if max(abs(across[0]), abs(across[1])) < TINY_SHEAR:
        return Block(array, grid, colours=colours)
    return _straightened(Block(array, grid, colours=colours), across, outside)


def reduced(block: Block, voxels: int) -> Block:
    """Give a block of at most ``voxels`` voxels: neighbours are averaged along the axes on which they are closest."""
    factors = [1, 1, 1]
    shape = block.array_kji.shape[::-1]
    size = voxel_size_mm(block.grid)
    while np.prod([count // factor for count, factor in zip(shape, factors, strict=True)]) > voxels:
        free = [axis for axis in range(3) if shape[axis] >= 2 * (factors[axis] + 1)]
        if not free:
            break
        factors[min(free, key=lambda axis: (size[axis] * factors[axis], axis))] += 1
    if factors == [1, 1, 1]:
        return block
    return _averaged(block, (factors[0], factors[1], factors[2]))


def fitted(block: Block, longest: int) -> Block:
    """Give a block with no axis longer than ``longest`` voxels, as textures of graphics hardware need it."""
    factors = [-(-count // longest) for count in block.array_kji.shape[::-1]]
    return block if max(factors) == 1 else _averaged(block, (factors[0], factors[1], factors[2]))


def followed(mask_kji: NDArray[Any], grid: VolumeGrid, block: Block) -> NDArray[np.bool_]:
    """Give a mask on the grid of a volume for a block that was made of that volume; half a voxel counts as one."""
    moved = block_of(mask_kji.astype(np.uint8) * 255, grid, outside=0)
    if block.step != (1, 1, 1):
        moved = _averaged(moved, block.step)
    return np.asarray(moved.array_kji >= 128)


def _plain(array: NDArray[Any], outside: float) -> NDArray[Any]:
    """Give voxels of one finite value each, in a type that all ray casters take."""
    if array.dtype == np.int8:
        return array.astype(np.int16)
    array = array if array.dtype.type in _WARPED else array.astype(np.float32)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        return np.where(np.isfinite(array), array, np.float32(outside))
    return array


def _sideways_px(grid: VolumeGrid) -> tuple[float, float]:
    """Give how many columns and rows the next slice lies off to the side."""
    axes = grid.affine_lps[:3, :3]
    inverse = np.linalg.inv(np.column_stack([axes[:, 0], axes[:, 1], np.cross(axes[:, 0], axes[:, 1])]))
    sideways = inverse @ axes[:, 2]
    return float(sideways[0]), float(sideways[1])


def _straightened(block: Block, across: tuple[float, float], outside: float) -> Block:
    grid = block.grid
    slices, rows, columns = block.array_kji.shape
    ends = [(0.0, step * (slices - 1)) for step in across]
    low = [int(np.floor(min(pair))) for pair in ends]
    high = [int(np.ceil(max(pair))) for pair in ends]
    size = columns + high[0] - low[0], rows + high[1] - low[1]

    def moved(array: NDArray[Any], beyond: float | tuple[float, ...]) -> NDArray[Any]:
        made = np.empty((slices, size[1], size[0], *array.shape[3:]), array.dtype)
        for k in range(slices):
            shift = np.asarray([[1.0, 0.0, across[0] * k - low[0]], [0.0, 1.0, across[1] * k - low[1]]])
            cv2.warpAffine(
                array[k], shift, size, dst=made[k], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT,
                borderValue=beyond,
            )  # fmt: skip
        return made

    affine = grid.affine_lps.copy()
    affine[:3, 2] -= affine[:3, 0] * across[0] + affine[:3, 1] * across[1]
    affine[:3, 3] += affine[:3, 0] * low[0] + affine[:3, 1] * low[1]
    made = VolumeGrid(affine, (slices, size[1], size[0]), grid.frame_of_reference_uid)
    colours = None if block.colours is None else moved(block.colours, (0.0, 0.0, 0.0))
    return Block(moved(block.array_kji, outside), made, colours=colours)


def _averaged(block: Block, factors: tuple[int, int, int]) -> Block:
    by_i, by_j, by_k = factors
    slices, rows, columns = (count // by for count, by in zip(block.array_kji.shape, (by_k, by_j, by_i), strict=True))

    def averaged(array: NDArray[Any]) -> NDArray[Any]:
        small = np.empty((slices, rows, columns, *array.shape[3:]), array.dtype)
        for k in range(slices):
            layer = np.zeros((rows * by_j, columns * by_i, *array.shape[3:]), np.float32)
            for each in range(k * by_k, (k + 1) * by_k):
                layer += array[each, : rows * by_j, : columns * by_i]
            mean = cv2.resize(layer, (columns, rows), interpolation=cv2.INTER_AREA) / by_k
            small[k] = mean if small.dtype == np.float32 else np.rint(mean)
        return small

    affine = block.grid.affine_lps.copy()
    affine[:3, 3] += affine[:3, :3] @ ((np.asarray(factors) - 1) / 2)
    affine[:3, :3] = affine[:3, :3] * factors
    step = (block.step[0] * by_i, block.step[1] * by_j, block.step[2] * by_k)
    grid = VolumeGrid(affine, (slices, rows, columns), block.grid.frame_of_reference_uid)
    return Block(averaged(block.array_kji), grid, step, None if block.colours is None else averaged(block.colours))
