"""What is taken out of a volume before it is drawn: by scissors, masks, and what is known of bodies and tables."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.model.geometry import VolumeGrid
from workstation.model.volume import Volume
from workstation.volume.looks.camera import Box, sight
from workstation.volume.looks.look3d import Cut, Look3D
from workstation.volume.looks.transfer import Removed
from workstation.volume.rendering.blocks import Block, followed
from workstation.volume.rendering.parts import Parts
from workstation.volume.rendering.recipes import Scale

Kept = NDArray[np.bool_]
_FINEST_PX = 1024


class Hiding:
    """The masks of one volume; ``parts`` keeps what was told apart in it, ``whole`` gives it as a block."""

    def __init__(self, volume: Volume, box: Box, scale: Scale, parts: Parts, whole: Callable[[], Block]) -> None:
        self._volume = volume
        self._box = box
        self._scale = scale
        self._parts = parts
        self._whole = whole
        self._padded: NDArray[np.bool_] | None = None
        self._masks: dict[str, tuple[int, Kept]] = {}
        self._masks_given = 0

    def add_mask(self, name: str, mask_kji: NDArray[Any]) -> None:
        """Keep a mask under a name; one of truth values is shared, not copied."""
        if mask_kji.shape != self._volume.array_kji.shape[:3]:
            raise ValueError(f"the mask is {mask_kji.shape}, the volume {self._volume.array_kji.shape[:3]}")
        self._masks_given += 1
        self._masks[name] = self._masks_given, np.asarray(mask_kji, np.bool_)

    def take_masks(self, other: "Hiding") -> None:
        """Take the masks of another volume on the same grid."""
        for name, (_number, mask) in other._masks.items():
            self.add_mask(name, mask)

    def hides(self, look: Look3D) -> bool:
        """Whether a look hides any voxels, other than by planes."""
        return bool(look.cuts or look.masks or self._removed(look) or self._hides_padding(look))

    def key(self, look: Look3D) -> tuple[Any, ...]:
        """Give what has to be equal for two looks to hide the same."""
        return look.cuts, *self.lasting(look)

    def lasting(self, look: Look3D) -> tuple[Any, ...]:
        """Give what has to be equal for two looks to hide the same but for what scissors take away."""
        masks = tuple((name, self._mask(name)[0]) for name in look.masks)
        return self._removed(look), masks, self._hides_padding(look)

    def kept(self, block: Block, look: Look3D) -> Kept | None:
        """Give the voxels (k, j, i) of a block that a look shows; None for all."""
        kept, left = self.kept_lastingly(block, look), self.left_by(block, look.cuts)
        return kept if left is None else left if kept is None else np.logical_and(kept, left, out=left)

    def kept_lastingly(self, block: Block, look: Look3D) -> Kept | None:
        """Give the voxels (k, j, i) of a block that a look shows, but for its cuts; None for all."""
        kept: Kept | None = None
        if look.masks:
            kept = np.zeros(block.array_kji.shape, bool)
            for name in look.masks:
                kept |= followed(self._mask(name)[1], self._volume.grid, block)
        if self._hides_padding(look):
            measured = ~followed(self._padding(), self._volume.grid, block)
            kept = measured if kept is None else np.logical_and(kept, measured, out=measured)
        removed = self._removed(look)
        # What is under the skin is without the table, too.
        for part in sorted(removed - {"table"} if "skin" in removed else removed):
            left = self._parts.left(part, block, self._whole, self._volume.slope, self._volume.intercept)
            kept = left if kept is None else np.logical_and(kept, left, out=left)
        return kept

    def left_by(self, block: Block, cuts: tuple[Cut, ...]) -> Kept | None:
        """Give the voxels (k, j, i) of a block that cuts leave; None for all. It may be a part of another block."""
        kept: Kept | None = None
        for cut in cuts:
            left = left_by(cut, block, self._box)
            kept = left if kept is None else np.logical_and(kept, left, out=left)
        return kept

    def _hides_padding(self, look: Look3D) -> bool:
        """Tell whether padding would be taken for something measured: it mostly is below all that a look shows."""
        if self._volume.padding is None:
            return False
        ends = [end * self._scale.slope + self._scale.intercept for end in self._volume.padding]
        is_seen = look.method == "average" or (
            min(ends) < self._scale.high if look.method == "minip" else max(ends) > self._scale.low
        )
        return is_seen and bool(self._padding().any())

    def _padding(self) -> NDArray[np.bool_]:
        if self._padded is None:
            array, (low, high) = self._volume.array_kji, self._volume.padding or (1, 0)
            self._padded = (array >= low) & (array <= high)
        return self._padded

    def _removed(self, look: Look3D) -> frozenset[Removed]:
        """Give what is taken out: for the smallest value the air around the patient, too, which would hide all.

        Colours that are made for CT say what is better taken out; of other values nothing can be told apart.
        """
        if self._volume.unit != "HU":
            return frozenset()
        return look.removed | {"skin"} if look.method == "minip" else look.removed

    def _mask(self, name: str) -> tuple[int, Kept]:
        """Give a mask, and a number that no mask before it had, as the place of its memory may be that of one."""
        if name not in self._masks:
            raise UserError(f"There is no mask {name!r}.", hint="Open a segmentation of this volume first.")
        return self._masks[name]


def without(block: Block, kept: Kept | None, fill: float) -> Block:
    """Give a block with all but what is kept replaced by a stored value, or itself where all is."""
    if kept is None:
        return block
    array = np.where(kept, block.array_kji, np.asarray(fill).astype(block.array_kji.dtype))
    return Block(array, block.grid, block.step, block.colours)


def cropped(block: Block, kept: Kept | None) -> tuple[Block, Kept | None]:
    """Give the part of a block that holds all that is kept, and a voxel around it; voxels are shared, not copied."""
    if kept is None or not kept.any():
        return block, kept
    seen_along_k = np.logical_or.reduce(kept, axis=0)
    along = [each.any() for each in kept], *(np.logical_or.reduce(seen_along_k, axis=axis) for axis in (1, 0))
    ends = [np.flatnonzero(each)[[0, -1]].tolist() for each in along]
    slices, rows, columns = (slice(max(0, first - 1), last + 2) for first, last in ends)
    part = slices, rows, columns
    affine = block.grid.affine_lps.copy()
    affine[:3, 3] += affine[:3, :3] @ [columns.start, rows.start, slices.start]
    array = block.array_kji[part]
    grid = VolumeGrid(affine, array.shape, block.grid.frame_of_reference_uid)
    return Block(array, grid, block.step, None if block.colours is None else block.colours[part]), kept[part]


def left_by(cut: Cut, block: Block, box: Box) -> Kept:
    """Give the voxels (k, j, i) of a block that scissors leave: those whose centres are not seen in what is cut off."""
    stencil, scale = _stencil(cut)
    projection = np.diag((scale, scale, 1.0)) @ sight(cut.camera, box, cut.size_px).projection(cut.size_px)
    slices, rows, columns = block.array_kji.shape
    cut_off = np.empty((slices, rows, columns), np.uint8)
    affine = block.grid.affine_lps
    outside = 0 if cut.keep == "outside" else 255
    for k in range(slices):
        plane = np.column_stack([affine[:, 0], affine[:, 1], affine[:, 2] * k + affine[:, 3]])
        homography = projection @ plane
        cv2.warpPerspective(
            stencil, homography, (columns, rows), dst=cut_off[k], flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT, borderValue=outside,
        )  # fmt: skip
        if cut.camera.perspective_deg:
            cut_off[k][_behind(homography, rows, columns)] = 0
    return np.asarray(cut_off == 0)


def _stencil(cut: Cut) -> tuple[NDArray[np.uint8], float]:
    """Paint what is cut off, 255, as finely as is needed; and tell how much larger than the picture."""
    scale = float(max(1, -(-_FINEST_PX // max(cut.size_px))))
    size = round(cut.size_px[1] * scale), round(cut.size_px[0] * scale)
    stencil = np.full(size, 0 if cut.keep == "outside" else 255, np.uint8)
    corners = np.rint(np.asarray(cut.polygon_px) * scale * 16).astype(np.int32)
    cv2.fillPoly(stencil, [corners], 255 if cut.keep == "outside" else 0, shift=4)
    return stencil, scale


def _behind(homography: NDArray[np.float64], rows: int, columns: int) -> Kept:
    """Give the voxels of a slice that are behind the eye."""
    weights = homography[2]
    depth = weights[0] * np.arange(columns)[None, :] + weights[1] * np.arange(rows)[:, None] + weights[2]
    return np.asarray(depth <= 0)
