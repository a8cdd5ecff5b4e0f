"""Whether a picture is grey, as most of medicine is: it is then a third of the bytes, and has a way of its own."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.terminal.encoding.boxes import Picture

_GLANCE = 16
"""Each sixteenth row is looked at first: pictures in colour are nearly always known by it."""


def grey_of(picture: Picture) -> NDArray[np.uint8] | None:
    """Give the greys of a picture (height, width), or None where it has colours."""
    glance = picture[::_GLANCE]
    if not (np.array_equal(glance[:, :, 0], glance[:, :, 1]) and np.array_equal(glance[:, :, 1], glance[:, :, 2])):
        return None
    red, green, blue = (np.asarray(plane, np.uint8) for plane in cv2.split(picture))
    return red if np.array_equal(red, green) and np.array_equal(green, blue) else None
