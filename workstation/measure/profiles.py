"""The values along a line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from workstation.measure.frame_values import unit_of
from workstation.measure.sentences import number_of
from workstation.model.measurement import Curve

if TYPE_CHECKING:
    from workstation.measure.metric import Metric
    from workstation.measure.setting import Setting
    from workstation.model.annotation import Point
    from workstation.model.frame import Frame

MOST_SAMPLES = 20_000
METHOD = (
    "Samples are at most one pixel apart, ends included; each is linear between the four pixels around it (bilinear)."
)


def profile(
    ends_px: tuple[Point, Point], frame: Frame, metric: Metric, setting: Setting
) -> tuple[tuple[Curve, ...], tuple[str, ...]]:
    """Give the values along a line, over the distance from its start, and sentences on what was left out.

    Of colours there are three curves. Samples beside the image, or touching a pixel that is padding or no number, are
    left out.
    """
    start, end = (np.asarray(each, dtype=np.float64) for each in ends_px)
    pieces = min(max(1, math.ceil(float(np.abs(end - start).max()))), MOST_SAMPLES)
    shares = np.linspace(0.0, 1.0, pieces + 1)
    points = start + shares[:, None] * (end - start)
    whole = float(np.linalg.norm(metric.scaled(end - start)))
    values, is_there = _bilinear(frame, points)
    notes = []
    missing = int(np.count_nonzero(~is_there))
    if missing:
        sample = number_of(missing, "sample is", "samples are")
        notes.append(f"{sample} beside the image, on padding or on no number, and left out of the profile.")
    if missing == len(points):
        return (), tuple(notes)
    unit = unit_of(frame, setting)
    factor = 1.0 if setting.scale is None or frame.is_colour else setting.scale.factor
    x = tuple((shares[is_there] * whole).tolist())
    names = ("Red", "Green", "Blue") if frame.is_colour else ("Profile",)
    y_words = "Value" if frame.is_colour else unit.words or "Value"
    curves = tuple(
        Curve(name, x, tuple((values[is_there, at] * factor).tolist()), f"Distance ({metric.length})", y_words)
        for at, name in enumerate(names)
    )
    return curves, tuple(notes)


def _bilinear(frame: Frame, points_px: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Give the values at points, (n, 1) or (n, 3), and which of them are there."""
    from workstation.display.voi import padding_mask

    rows, columns = frame.pixels.shape[:2]
    last = np.array([columns - 1, rows - 1])
    held = np.clip(points_px, 0, last)  # up to half a pixel beyond the outermost centres the image is as at its edge
    is_there = np.asarray((np.abs(points_px - held) <= 0.5).all(axis=1), dtype=np.bool_)
    low = np.minimum(np.floor(held).astype(np.intp), np.maximum(last - 1, 0))
    share = held - low
    found: NDArray[Any] = np.zeros((len(points_px), 3 if frame.is_colour else 1))
    for across in (0, 1):
        for down in (0, 1):
            weight = np.abs(1 - across - share[:, 0]) * np.abs(1 - down - share[:, 1])
            at = np.minimum(low[:, 1] + down, rows - 1), np.minimum(low[:, 0] + across, columns - 1)
            stored = frame.pixels[at]
            if not frame.is_colour:
                is_there &= ~(padding_mask(stored, frame.padding) & (weight > 0))
                stored = np.where(np.isfinite(stored), stored, 0) if stored.dtype.kind == "f" else stored
                stored = frame.modality.apply(stored)[:, None]
            found += weight[:, None] * stored
    return found, is_there
