"""Regions that are painted pixel by pixel: round brushes, and areas of like values that grow from a point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from workstation.model.annotation import Mask
from workstation.model.outlines import mask_bits, mm_per_px

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workstation.model.annotation import Point
    from workstation.model.frame import Frame
    from workstation.model.geometry import Spacing

    Bits = NDArray[np.bool_]

NEIGHBOURHOOD_PX = 2
"""Values around a seed are looked at so many pixels to each side."""
LEAST_SPREAD = 0.01
"""Limits are at least this share of the range of all values apart from the seed's mean."""


def inside_of(mask: Mask | None, shape: tuple[int, int]) -> Bits:
    """Give a painted region as (rows, columns) of the whole image; what lies beyond the image is left out."""
    found = np.zeros(shape, bool)
    if mask is not None:
        top, left = max(mask.top, 0), max(mask.left, 0)
        bits = mask_bits(mask)[top - mask.top :, left - mask.left :][: shape[0] - top, : shape[1] - left]
        found[top : top + bits.shape[0], left : left + bits.shape[1]] = bits
    return found


def brushed(shape: tuple[int, int], start: Point, end: Point, *, radius_mm: float, spacing: Spacing) -> Bits:
    """Give which pixels a round brush touches on its way: those whose centre it covers, and the one it stands on.

    Parameters
    ----------
    shape
        Rows, columns of the image.
    start, end
        Where its middle goes from and to, (column, row).
    radius_mm
        In the unit of ``spacing``; round in the patient.
    spacing
        Of the image.

    Returns
    -------
    ndarray
        (rows, columns) of bool.
    """
    found = np.zeros(shape, bool)
    scale = mm_per_px(spacing)
    ends = np.array([start, end], dtype=np.float64)
    lowest = np.clip(np.floor(ends.min(axis=0) - radius_mm / scale), 0, (shape[1], shape[0])).astype(int)
    highest = np.clip(np.ceil(ends.max(axis=0) + radius_mm / scale) + 1, 0, (shape[1], shape[0])).astype(int)
    columns = (np.arange(lowest[0], highest[0]) * scale[0])[None, :]
    rows = (np.arange(lowest[1], highest[1]) * scale[1])[:, None]
    (x, y), (to_x, to_y) = (ends * scale).tolist()
    across, down = to_x - x, to_y - y
    length = across**2 + down**2
    share = np.clip(((columns - x) * across + (rows - y) * down) / length, 0, 1) if length else np.zeros((1, 1))
    away = (columns - x - share * across) ** 2 + (rows - y - share * down) ** 2
    found[lowest[1] : highest[1], lowest[0] : highest[0]] = away <= radius_mm**2
    for column, row in np.rint(ends).astype(int).tolist():
        if 0 <= row < shape[0] and 0 <= column < shape[1]:
            found[row, column] = True
    return found


def within(values: NDArray[Any], low: float | None, high: float | None) -> Bits:
    """Tell which values lie between two limits, both included; None is no limit."""
    found: Bits = np.isfinite(values)
    if low is not None:
        found &= values >= low
    if high is not None:
        found &= values <= high
    return found


def grown(values: NDArray[Any], seed: Point, low: float | None, high: float | None) -> Bits:
    """Give the pixels within limits that hang together with one of them, side by side.

    Parameters
    ----------
    values
        (rows, columns) in modality units.
    seed
        (column, row).
    low, high
        Limits, both included; None is no limit.

    Returns
    -------
    ndarray
        (rows, columns) of bool; none where the seed is outside of the image or of the limits.
    """
    inside = within(values, low, high)
    column, row = round(seed[0]), round(seed[1])
    is_there = 0 <= row < inside.shape[0] and 0 <= column < inside.shape[1]
    if not is_there or not inside[row, column]:
        return np.zeros(inside.shape, bool)
    import cv2

    _, labels = cv2.connectedComponents(inside.astype(np.uint8), connectivity=4)
    return np.asarray(labels == labels[row, column], dtype=np.bool_)


def values_of(frame: Frame) -> NDArray[Any]:
    """Give the values of the pixels of a frame in modality units, (rows, columns); no number where they are padding.

    Padding is far from all values, such as where a plane reaches beyond its volume: no limits are to follow from it.
    """
    from workstation.display.voi import padding_mask

    values = frame.modality_values()
    if frame.padding is None or frame.is_colour:
        return values
    return np.where(padding_mask(frame.pixels, frame.padding), np.nan, values)


def limits_around(values: NDArray[Any], seed: Point, *, spread: float = 2.5) -> tuple[float, float]:
    """Give the mean of the pixels around a point, less and plus ``spread`` of their standard deviations."""
    column, row = round(seed[0]), round(seed[1])
    reach = NEIGHBOURHOOD_PX
    near = values[max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1]
    near = near[np.isfinite(near)]
    if not near.size:
        return 0.0, 0.0
    all_values = values[np.isfinite(values)]
    least = LEAST_SPREAD * float(all_values.max() - all_values.min())
    middle, away = float(near.mean()), spread * max(float(near.std()), least)
    return middle - away, middle + away
