"""The body and its bones told apart in a CT, so that a table or a skeleton can be taken out of the way.

Both go by values and by what hangs together, on voxels of some millimetres: good for looking,
not for measuring.
"""

from typing import Any

import cv2
import numpy as np
import SimpleITK
from numpy.typing import NDArray

from workstation.model.geometry import voxel_size_mm
from workstation.quick_dataclass import dataclass
from workstation.volume.rendering.blocks import Block, reduced

BODY_HU = -300.0
BONE_CORE_HU, BONE_HU = 400.0, 180.0
"""Compact bone, which contrast medium in vessels seldom reaches; and spongy bone, which it does reach."""

LEAST_BONE_ML = 0.2
"""Smaller pieces as dense as bone are taken for calcifications and stents, which are to be seen."""

_BODY_VOXELS, _BONE_VOXELS = 1_500_000, 16_000_000
_LEAST_SHARE = 0.1
"""Of the largest part: what is smaller is no limb."""
_CONTACT_MM = 5.0
_BONE_MM = 3.0
_MARROW_MM2 = 2000.0
"""A larger hole in a slice of bone is no marrow: a skull, a chest, a pelvis."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Part:
    """What was told apart, on coarse voxels.

    Parameters
    ----------
    mask_kji
        (slices, rows, columns), 1 where it is.
    step
        How many voxels of the original (along i, j, k) one of these stands for.
    """

    mask_kji: NDArray[np.uint8]
    step: tuple[int, int, int]

    def on(self, block: Block) -> Mask:
        """Give it for a block of the same original."""
        places = [
            np.minimum(((np.arange(count) + 0.5) * of_block / of_part).astype(np.intp), there - 1)
            for count, of_block, of_part, there in zip(
                block.array_kji.shape, block.step[::-1], self.step[::-1], self.mask_kji.shape, strict=True
            )
        ]
        made, last = np.empty(block.array_kji.shape, np.bool_), -1
        for k, at in enumerate(places[0]):
            if at == last:
                made[k] = made[k - 1]
            else:
                made[k] = self.mask_kji[at][places[1]][:, places[2]]
            last = at
        return made


def body_part(block: Block, slope: float, intercept: float, *, margin_mm: float) -> Part:
    """Tell the body of a CT: its large parts (both legs), with the air inside them, without the table.

    Parameters
    ----------
    slope, intercept
        From stored values to HU.
    margin_mm
        How far beyond the skin; below 0 how far under it.
    """
    small = reduced(block, _BODY_VOXELS)
    dense = np.asarray(small.array_kji > (BODY_HU - intercept) / slope)
    image = _image(dense)
    radius = _radius(small, _CONTACT_MM)
    torn = SimpleITK.BinaryMorphologicalOpening(image, radius)  # where the back touches the table
    parts = SimpleITK.ConnectedComponent(torn)
    sizes = np.bincount(SimpleITK.GetArrayViewFromImage(parts).reshape(-1))[1:]
    largest = int(sizes.max()) if sizes.size else 0
    parts = SimpleITK.RelabelComponent(parts, max(1, round(largest * _LEAST_SHARE)))
    grown = SimpleITK.BinaryDilate(parts > 0, [each + 1 for each in radius]) & image
    body = _image(_filled(SimpleITK.GetArrayFromImage(grown)))
    resize = SimpleITK.BinaryDilate if margin_mm > 0 else _eroded
    return Part(SimpleITK.GetArrayFromImage(resize(body, _radius(small, abs(margin_mm)))), small.step)


def _eroded(image: SimpleITK.Image, radius: list[int]) -> SimpleITK.Image:
    return SimpleITK.BinaryErode(image, [*radius[:2], 0])  # the body goes on above the first and below the last slice


def bone_part(block: Block, slope: float, intercept: float) -> Part:
    """Tell the bones of a CT, with their marrow and a voxel around them.

    Contrast medium that touches a bone is taken for bone up to some millimetres away; one denser than `BONE_CORE_HU`
    is taken for bone.
    """
    small = reduced(block, _BONE_VOXELS)
    core = _image(small.array_kji > (BONE_CORE_HU - intercept) / slope)
    voxel_ml = float(np.prod(voxel_size_mm(small.grid))) / 1000
    least = max(1, round(LEAST_BONE_ML / voxel_ml))
    parts = SimpleITK.RelabelComponent(SimpleITK.ConnectedComponent(core), least)
    dense = _image(small.array_kji > (BONE_HU - intercept) / slope)
    radius = _radius(small, _BONE_MM)
    bones = SimpleITK.BinaryDilate(parts > 0, radius) & dense
    closed = SimpleITK.GetArrayFromImage(SimpleITK.BinaryMorphologicalClosing(bones, radius))
    sides = voxel_size_mm(small.grid)
    full = _image(_without_large(closed, _filled(closed.copy()), _MARROW_MM2 / (sides[0] * sides[1])))
    return Part(SimpleITK.GetArrayFromImage(SimpleITK.BinaryDilate(full, [1, 1, 1])), small.step)


def _image(mask: NDArray[Any]) -> SimpleITK.Image:
    return SimpleITK.GetImageFromArray(mask.astype(np.uint8))


def _radius(block: Block, mm: float) -> list[int]:
    return [max(1, round(mm / side)) for side in voxel_size_mm(block.grid)]


def _filled(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Fill what is enclosed in each slice: lungs and bowels, which are open to the outside in other slices."""
    for k, slice_ in enumerate(mask):
        contours, _hierarchy = cv2.findContours(slice_, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        mask[k] = cv2.drawContours(np.zeros_like(slice_), contours, -1, 1, cv2.FILLED)
    return mask


def _without_large(mask: NDArray[np.uint8], filled: NDArray[np.uint8], largest: float) -> NDArray[np.uint8]:
    """Give a mask with those of its filled holes that have at most ``largest`` pixels in a slice."""
    for k, holes in enumerate(filled - mask):
        count, labels, facts, _middles = cv2.connectedComponentsWithStats(holes, connectivity=4)
        small = np.asarray([0, *(facts[each, cv2.CC_STAT_AREA] <= largest for each in range(1, count))], np.uint8)
        mask[k] |= small[labels]
    return mask
