"""The letters at the edges of an image that say where in the patient its sides are (PS3.3 C.7.6.1.1.1)."""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workstation.display.view import View
from workstation.model.geometry import Plane

SMALLEST_SHARE = math.sin(math.radians(10))
"""An axis of the patient is named where the direction leans towards it by ten degrees or more."""

MOST_KEPT = 64
"""Directions whose letters are kept: all slices of a stack have the same ones."""

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
    right, down = view.axes()
    if plane is not None:
        ways = tuple(right.tolist()), tuple(down.tolist())
        return _of_plane(tuple(plane.along_row_lps), tuple(plane.along_column_lps), *ways)
    codes = tuple(code.strip().upper() for code in patient_orientation)
    if len(codes) != 2 or not all(_is_known(code) for code in codes):
        return EdgeLetters("", "", "", "")
    return EdgeLetters(*(_coded(way, codes) for way in (-right, -down, right, down)))


@lru_cache(maxsize=MOST_KEPT)
def _of_plane(
    along_row_lps: tuple[float, ...], along_column_lps: tuple[float, ...], right: tuple[int, int], down: tuple[int, int]
) -> EdgeLetters:
    """Name the edges of an image that lies so, where the screen's right and down are these directions of it."""
    axes = np.array([along_row_lps, along_column_lps])
    across, along = np.array(right) @ axes, np.array(down) @ axes
    return EdgeLetters(*(direction_letters(way) for way in (-across, -along, across, along)))


def direction_letters(direction_lps: ArrayLike) -> str:
    """Name a direction (x, y, z in LPS): ``L``, or ``PH`` where it leans towards more than one side."""
    direction_lps = np.asarray(direction_lps, dtype=np.float64)
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
