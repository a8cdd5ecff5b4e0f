"""The mask that a presentation state has subtracted: frames without contrast, taken off those with it.

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

Mask = NDArray[np.float32]


def read_mask(place: Place | Path, state: PresentationState) -> Mask:
    """Make the mask that a state asks for of the image in a file; raises as `mask_in`."""
    with Image.open(place) as image:
        return mask_in(image, state)


def mask_in(image: Image, state: PresentationState) -> Mask:
    """Make the mask that a state asks for of the frames of an open image; raises as `mask_of` and `Image.frame`."""
    wanted = state.mask.frames if state.mask is not None else ()
    return mask_of([image.frame(number) for number in wanted if number < image.number_of_frames], state)


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
    modality = state.modality or ModalityTransform()
    total = np.zeros(frames[0].pixels.shape, np.float64)
    for frame in frames:
        total += modality.apply(frame.pixels)
    mean = (total / len(frames)).astype(np.float32)
    down, left = state.mask.shift_px
    if not (down or left):
        return mean
    move = np.array([[1.0, 0.0, -left], [0.0, 1.0, down]])
    size = (mean.shape[1], mean.shape[0])
    return np.asarray(cv2.warpAffine(mean, move, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def is_subtracted(mask: MaskSubtraction | None, number: int) -> bool:
    """Say whether a mask is to be taken off a frame, from 0."""
    if mask is None:
        return False
    return not mask.ranges or any(first <= number <= last for first, last in mask.ranges)


def subtracted(frame: Frame, mask: Mask) -> Frame:
    """Take a mask off a frame in greys; its values are those after the modality transform, whole where these are.

    Parameters
    ----------
    frame
        With the modality transform of the state.
    mask
        Of its size.
    """
    values = frame.modality.apply(frame.pixels)
    difference = np.subtract(values, mask, dtype=np.float32)
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
