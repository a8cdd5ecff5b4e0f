"""Directions in the patient as letters, and whether an image has to be turned over to be shown as wished."""

from workstation.model.geometry import Orientation, Vector

_OPPOSITES = {"A": "P", "P": "A", "L": "R", "R": "L", "H": "F", "F": "H"}


def is_turned_over(has: str, wanted: str) -> bool:
    """Tell whether a direction is the opposite of the one wanted; only the first letter, the main one, counts.

    Parameters
    ----------
    has
        Direction in the header, such as ``P`` or ``FR`` (Patient Orientation, PS3.3 C.7.6.1.1.1).
    wanted
        Direction that is wished; empty where it does not matter.
    """
    return bool(has and wanted) and _OPPOSITES.get(wanted.strip().upper()[:1]) == has.strip().upper()[:1]


def turned_over(has: str) -> str:
    """Give the direction that is seen where one of the header is turned over; only its first letter is kept."""
    return _OPPOSITES.get(has.strip().upper()[:1], "")


def letters_of(orientation: Orientation) -> tuple[str, str]:
    """Give the main directions along a row and down a column of an image, from its direction cosines in LPS."""
    return _letter(orientation[:3]), _letter(orientation[3:])


def _letter(direction_lps: Vector) -> str:
    sizes = [abs(part) for part in direction_lps]
    axis = sizes.index(max(sizes))
    return ("LPH" if direction_lps[axis] > 0 else "RAF")[axis]
