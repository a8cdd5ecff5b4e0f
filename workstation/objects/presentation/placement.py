"""Displayed areas and the spatial transformation of a presentation state (PS3.3 C.10.4, C.10.6)."""

from typing import cast

from pydicom import Dataset

from workstation.model.attributes import integer, items, number, numbers, text
from workstation.model.text import clean
from workstation.objects.presentation.references import referenced_series, references
from workstation.objects.presentation.told import Told
from workstation.objects.presentation.values import DisplayedArea, SizeMode

_WHOLE_SLIDE = "1.2.840.10008.5.1.4.1.1.77.1.6"
_MODES = ("SCALE TO FIT", "TRUE SIZE", "MAGNIFY")
_FARTHEST_PX = 10_000_000
_LARGEST_RATIO = 100.0


def spatial_transformation(dataset: Dataset, told: Told) -> tuple[int, bool]:
    """Give the quarter turns clockwise, and whether left and right are exchanged after them."""
    degrees = integer(dataset, "ImageRotation") or 0
    if degrees % 90:
        told.leave_out("the rotation", "rotations", f"{degrees} degrees are no quarter turns")
        degrees = 0
    return degrees // 90 % 4, text(dataset, "ImageHorizontalFlip").upper() == "Y"


def corners_as_seen(
    edges_px: tuple[int, int, int, int], quarters: int, *, flipped_h: bool
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Give which corners of left, top, right, bottom are seen top left and bottom right (PS3.3 C.10.4, C.10.6)."""
    left, top, right, bottom = edges_px
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    # Each quarter turn clockwise brings the corner at the bottom left to the top left.
    at_top_left = -quarters % 4
    first = corners[(at_top_left + 1) % 4] if flipped_h else corners[at_top_left]
    return first, (left + right - first[0], top + bottom - first[1])


def areas(dataset: Dataset, told: Told) -> tuple[DisplayedArea, ...]:
    """Give the displayed areas; an area without corners, or with absurd ones, is left out."""
    found = []
    is_tiled = any(each.sop_class_uid == _WHOLE_SLIDE for each in referenced_series(dataset))
    for item in items(dataset, "DisplayedAreaSelectionSequence"):
        # Writers say so of images in one piece, too, whose matrix is the frame.
        if is_tiled and text(item, "PixelOriginInterpretation").upper() == "VOLUME":
            told.leave_out("a displayed area", "displayed areas", "it is given in a matrix of several frames")
            continue
        area = _area(item)
        if area is None:
            told.leave_out("a displayed area", "displayed areas", "its corners are missing or absurd")
            continue
        mode = text(item, "PresentationSizeMode").upper()
        if mode not in _MODES:
            told.leave_out("a size", "sizes", f"{clean(mode)[:16] or 'nothing'} is no way of scaling")
        found.append(area)
    return tuple(found)


def _area(item: Dataset) -> DisplayedArea | None:
    corners = (
        *numbers(item, "DisplayedAreaTopLeftHandCorner")[:2],
        *numbers(item, "DisplayedAreaBottomRightHandCorner")[:2],
    )
    if len(corners) != 4 or any(abs(value) > _FARTHEST_PX for value in corners):
        return None
    left, top, right, bottom = (round(value) - 1 for value in corners)
    mode = text(item, "PresentationSizeMode").upper()
    magnification = number(item, "PresentationPixelMagnificationRatio")
    usable = magnification is not None and 1 / 1000 <= magnification <= 1000
    spacing = numbers(item, "PresentationPixelSpacing")[:2]
    is_spaced = len(spacing) == 2 and all(1e-6 < value < 1e6 for value in spacing)
    return DisplayedArea(
        (left, top),
        (right, bottom),
        cast(SizeMode, mode if mode in _MODES else "SCALE TO FIT"),
        (spacing[0], spacing[1]) if is_spaced else None,
        _aspect(item),
        magnification if usable else None,
        references(item),
    )


def _aspect(item: Dataset) -> float | None:
    """Give the height of a pixel over its width."""
    ratio = numbers(item, "PresentationPixelAspectRatio")[:2]
    if len(ratio) != 2 or min(ratio) <= 0 or not 1 / _LARGEST_RATIO <= ratio[0] / ratio[1] <= _LARGEST_RATIO:
        return None
    return ratio[0] / ratio[1]
