"""What a presentation state has subtracted: frames without contrast, or of another time, taken off those with it.

It comes after the modality transform and before the window (PS3.4 N.2; PS3.3 C.7.6.10).
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.model.frame import Frame, ModalityTransform
from workstation.model.image import Image
from workstation.model.index.records import Place
from workstation.objects.presentation.values import MaskSubtraction, PresentationState
from workstation.operations.operation import counted
from workstation.quick_dataclass import dataclass

Mask = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Subtraction:
    """What it takes to subtract: the mask, and the mean of the frames with contrast where several are averaged.

    Both are (rows, columns) of values after the modality transform.
    """

    mask: Mask
    contrast: Mask | None = None


def read_subtraction(place: Place | Path, state: PresentationState, number: int) -> Subtraction:
    """Make what a state asks for of the image in a file; raises as `subtraction_in`."""
    with Image.open(place) as image:
        return subtraction_in(image, state, number)


def subtraction_in(image: Image, state: PresentationState, number: int) -> Subtraction:
    """Make what a state asks for of an open image, for the frame of a number, from 0.

    It is the same for every frame where `MaskSubtraction.is_one_for_all` is so. Raises as `mask_of` and `Image.frame`;
    UserError also where frames to be averaged go on past the last one: the standard has such frames left as they are.
    """
    wanted = state.mask
    masks = wanted.masks_of(number) if wanted is not None else ()
    there = [each for each in masks if 0 <= each < image.number_of_frames]
    mask = mask_of([image.frame(each) for each in there], state)
    if wanted is None or wanted.averaged == 1:
        return Subtraction(mask)
    if number + wanted.averaged > image.number_of_frames:
        raise UserError("The image ends before the frames that are averaged.", hint="Look at it without.")
    return Subtraction(mask, mean_of([image.frame(number + each) for each in range(wanted.averaged)], state))


def mask_of(frames: Sequence[Frame], state: PresentationState) -> Mask:
    """Average frames after the modality transform of a state, and shift the mean as it asks.

    Parameters
    ----------
    frames
        Those without contrast, of one size.
    state
        With a mask.

    Returns
    -------
    ndarray
        (rows, columns). The shift is downwards and to the left for positive numbers (C.7.6.10.1.2), between pixels
        linearly; at the edges their pixels go on.

    Raises
    ------
    UserError
        If there are no frames, or they are in colour or of several sizes.
    """
    if state.mask is None or not frames:
        raise UserError("The frames of the mask are not in the image.", hint="Look at the image without subtraction.")
    if any(frame.is_colour or frame.pixels.shape != frames[0].pixels.shape for frame in frames):
        raise UserError("The frames of the mask differ in size, or are in colour.", hint="Look at it without.")
    mean = mean_of(frames, state)
    down, left = state.mask.shift_px
    if not (down or left):
        return mean
    move = np.array([[1.0, 0.0, -left], [0.0, 1.0, down]])
    size = (mean.shape[1], mean.shape[0])
    return np.asarray(cv2.warpAffine(mean, move, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def mean_of(frames: Sequence[Frame], state: PresentationState) -> Mask:
    """Average frames of one size after the modality transform of a state."""
    modality = state.modality or ModalityTransform()
    total = np.zeros(frames[0].pixels.shape, np.float64)
    for frame in frames:
        if frame.is_colour or frame.pixels.shape != total.shape:
            raise UserError(
                "The frames that are averaged differ in size, or are in colour.", hint="Look at it without."
            )
        total += modality.apply(frame.pixels)
    return (total / len(frames)).astype(np.float32)


def is_subtracted(mask: MaskSubtraction | None, number: int) -> bool:
    """Say whether a mask is to be taken off a frame, from 0: it has one, and is among those that it is for."""
    if mask is None or all(each < 0 for each in mask.masks_of(number)):
        return False
    return not mask.ranges or any(first <= number <= last for first, last in mask.ranges)


def subtracted(frame: Frame, taken: Subtraction) -> Frame:
    """Take a mask off a frame in greys; its values are those after the modality transform, whole where these are.

    Parameters
    ----------
    frame
        With the modality transform of the state.
    taken
        Of its size.
    """
    values = frame.modality.apply(frame.pixels)
    difference = np.subtract(values if taken.contrast is None else taken.contrast, taken.mask, dtype=np.float32)
    bits = _bits(frame)
    if values.dtype.kind in "iub" and bits <= 15:
        whole = np.rint(difference).astype(np.int16)
        return replace(frame, pixels=whole, modality=ModalityTransform(), bits_stored=bits + 1, padding=None)
    return replace(frame, pixels=difference, modality=ModalityTransform(), padding=None)


def _bits(frame: Frame) -> int:
    """Give how many bits hold what the modality transform can give; more than there are for what is not whole."""
    if frame.modality.lut is not None:
        return frame.modality.lut.bits
    span = abs(frame.modality.slope) * 2**frame.bits_stored
    return int(np.ceil(np.log2(max(span, 2)))) if frame.pixels.dtype.kind in "iub" else 99


def mask_text(mask: MaskSubtraction) -> str:
    """Say in a few words what is subtracted from what."""
    averaged = f", {mask.averaged} frames with contrast averaged" if mask.averaged > 1 else ""
    if mask.operation == "AVG_SUB":
        return f"a mask of {counted(len(mask.frames), 'frame')} subtracted{averaged}"
    where = f"{counted(abs(mask.offset), 'frame')} {'after' if mask.offset < 0 else 'before'}"
    if mask.operation == "TID":
        return f"the frame that is {where} subtracted from each{averaged}"
    return f"frames subtracted backwards, from {where} the first on{averaged}"
