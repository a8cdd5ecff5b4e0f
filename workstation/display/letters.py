"""The letters at the edges of an image that say where in the patient its sides are (PS3.3 C.7.6.1.1.1)."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workstation.display.view import View
from workstation.model.geometry import Plane

SMALLEST_SHARE = math.sin(math.radians(10))
"""An axis of the patient is named where the direction leans towards it by ten degrees or more."""

_TOWARDS = (("L", "R"), ("P", "A"), ("H", "F"))
_OPPOSITE = str.maketrans("LRPAHF", "RLAPFH")


class EdgeLetters(NamedTuple):
    """What lies beyond each edge of the screen: ``L``, ``PH``; empty where the file does not say.

    The first letter is the main direction, further ones follow by their share.
    """

    left: str
    top: str
    right: str
    bottom: str


def edge_letters(plane: Plane | None, view: View, *, patient_orientation: tuple[str, ...] = ()) -> EdgeLetters:
    """Name the four edges as they are seen, turned and flipped.

    Parameters
    ----------
    plane
        Where the image lies in the patient.
    view
        How it is looked at.
    patient_orientation
        Values of Patient Orientation (0020,0020), where there is no plane: directions of a row and of a column.
        Those of animals (``CR``, ``LE``) are not known here and give nothing.
    """
    to_image = view.axes().T
    right, down = (to_image @ np.array(direction) for direction in ((1, 0), (0, 1)))
    if plane is not None:
        axes = np.array([plane.along_row_lps, plane.along_column_lps])
        return EdgeLetters(*(_letters(way @ axes) for way in (-right, -down, right, down)))
    codes = tuple(code.strip().upper() for code in patient_orientation)
    if len(codes) != 2 or not all(_is_known(code) for code in codes):
        return EdgeLetters("", "", "", "")
    return EdgeLetters(*(_coded(way, codes) for way in (-right, -down, right, down)))


def _letters(direction_lps: NDArray[np.float64]) -> str:
    length = float(np.linalg.norm(direction_lps))
    if not (length > 0 and math.isfinite(length)):
        return ""
    shares = direction_lps / length
    order = sorted(range(3), key=lambda axis: -abs(round(float(shares[axis]), 6)))
    return "".join(
        _TOWARDS[axis][0 if shares[axis] > 0 else 1] for axis in order if abs(shares[axis]) >= SMALLEST_SHARE
    )


def _coded(way: NDArray[np.int_], codes: tuple[str, ...]) -> str:
    """Take the code of the image axis that a screen direction follows, or its opposite."""
    axis = 0 if way[0] else 1
    return codes[axis] if way[axis] > 0 else codes[axis].translate(_OPPOSITE)


def _is_known(code: str) -> bool:
    axes = [next((axis for axis, pair in enumerate(_TOWARDS) if letter in pair), None) for letter in code]
    return None not in axes and len(set(axes)) == len(axes)
