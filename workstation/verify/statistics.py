"""Checks of pixel values and their statistics: regions whose values are few and known, with the definitions stated."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from workstation.measure.bins import Bins
from workstation.measure.setting import Setting
from workstation.model.annotation import Annotation, Threshold
from workstation.phantoms.known import known_image
from workstation.verify.bench import Bench, asking, asking_of, measure
from workstation.verify.check import Check

if TYPE_CHECKING:
    from workstation.model.annotation import Point
    from workstation.model.frame import Frame

HU = "[hnsf'U]"
_EIGHT = (2, 4, 4, 4, 5, 5, 7, 9)
"""Eight values whose mean is 5 and whose standard deviation is 2, known from many a textbook; 25 HU each here."""
_BOX: list[Point] = [(1.5, 0.5), (5.5, 0.5), (5.5, 2.5), (1.5, 2.5)]
_RESCALING = "Rescale Slope or Intercept is dropped or applied wrongly."
_RANK = "A percentile has another definition than linear between neighbours in rank."


def _eight(bench: Bench, name: str, slope: float, intercept: float) -> Frame:
    """Give an image with 25 HU times the eight values in two rows of four, among -1000 HU."""
    hu = np.full((6, 8), -1000.0)
    hu[1:3, 2:6] = np.reshape(_EIGHT, (2, 4)) * 25.0
    stored = np.rint((hu - intercept) / slope).astype(np.uint16)
    return bench.frame(known_image(name, stored, rescale=(slope, intercept, "HU")))


def definitions(bench: Bench) -> Iterator[Check]:
    """Check each statistic."""
    frame = _eight(bench, "eight", 1.0, -1024.0)
    squares = "sum of (v - 5)² is 32"
    found: tuple[tuple[str, str, float, str, str], ...] = (
        ("count", "{counts}", 8.0, "eight pixels", "The rule for pixels on the border of a region is another."),
        ("mean", HU, 125.0, "40 / 8 x 25", _RESCALING),
        ("sum", HU, 1000.0, "40 x 25", _RESCALING),
        ("min", HU, 50.0, "2 x 25", _RESCALING),
        ("max", HU, 225.0, "9 x 25", _RESCALING),
        ("median", HU, 112.5, "between the fourth and the fifth value: (4 + 5) / 2 x 25", _RANK),
        ("sd_population", HU, 50.0, f"√(32 / 8) x 25: {squares}", "The sample's SD is given for the population's."),
        (
            "sd_sample",
            HU,
            math.sqrt(32 / 7) * 25,
            f"√(32 / 7) x 25: {squares}",
            "The population's SD is given for the sample's.",
        ),
        ("p5", HU, 67.5, "rank 0.35: 2 + 0.35 x 2, x 25", _RANK),
        ("p10", HU, 85.0, "rank 0.7: 2 + 0.7 x 2, x 25", _RANK),
        ("p25", HU, 100.0, "rank 1.75: 4, x 25", _RANK),
        ("p75", HU, 137.5, "rank 5.25: 5 + 0.25 x 2, x 25", _RANK),
        ("p90", HU, 190.0, "rank 6.3: 7 + 0.3 x 2, x 25", _RANK),
        ("p95", HU, 207.5, "rank 6.65: 7 + 0.65 x 2, x 25", _RANK),
        ("skewness", "1", 0.65625, "42 / 8 over 2³ (IBSI KE2A)", "Skewness is of the sample, or signed wrongly."),
        ("kurtosis", "1", -0.21875, "356 / 8 over 2⁴, less 3 (IBSI IPH6)", "Kurtosis is not less 3."),
        (
            "entropy",
            "bit",
            3 / 8 * 3 + 3 / 8 * math.log2(8 / 3) + 2 / 8 * 2,
            "shares 1/8, 3/8, 2/8, 1/8, 1/8 in bins of 25 HU, -Σ p log2 p (IBSI TLU2)",
            "Bins of the histogram are others, or logarithms are natural.",
        ),
    )
    for key, unit, expected, source, hint in found:
        yield Check(
            key.replace("_", "-"),
            f"{key.replace('_', ' of the ')} of 2, 4, 4, 4, 5, 5, 7, 9 times 25 HU",
            source,
            expected,
            asking("rectangle", _BOX, frame, key, unit),
            1e-9,
            unit,
            hint,
        )
    asked = Setting(percentiles=(33.0,), bins=Bins(width=50.0))
    yield Check(
        "percentile-asked",
        "A percentile that is asked for: the 33rd",
        "rank 2.31: 4, x 25",
        100.0,
        asking("rectangle", _BOX, frame, "p33", HU, asked),
        1e-9,
        "HU",
        _RANK,
    )


def stored_values(bench: Bench) -> Iterator[Check]:
    """Check how stored values become Hounsfield units."""
    halves = _eight(bench, "slope", 2.5, -1000.0)
    signed = np.full((6, 8), -2000, np.int16)
    signed[1:3, 2:6] = np.reshape(_EIGHT, (2, 4)) * -25
    negative = bench.frame(known_image("signed", signed))
    twelve = known_image(
        "twelve", (signed.astype(np.uint16) & 0x0FFF), BitsStored=12, HighBit=11, PixelRepresentation=1
    )
    padded = np.where(signed == -75, -2000, signed)
    padded[1, 3] = -2000
    empty = bench.frame(known_image("padding", padded, PixelPaddingValue=-2000))
    high = bench.frame(known_image("high", np.full((6, 8), 60000, np.uint16), rescale=(1.0, -1024.0, "HU")))
    for name, frame, expected, what, source in (
        ("slope", halves, 125.0, "Rescale Slope 2.5 and Intercept -1000", "40 / 8 x 25"),
        ("signed", negative, -125.0, "signed pixels below zero", "-40 / 8 x 25"),
        ("signed-12", bench.frame(twelve), -125.0, "12 signed bits of 16", "-40 / 8 x 25"),
        ("high", high, 58976.0, "unsigned pixels with the highest bit", "60000 - 1024"),
        ("padding", empty, -900 / 7, "padding, which is left out", "-(40 - 4) / 7 x 25"),
    ):
        yield Check(
            f"stored.{name}",
            f"The mean of {what}",
            source,
            expected,
            asking("rectangle", _BOX, frame, "mean", HU),
            1e-9,
            "HU",
            "Signed pixels are read as unsigned or unsigned as signed, rescaling is dropped, or padding is counted.",
        )
    yield Check(
        "point.value",
        "A point has the value of the pixel in which it lies",
        "the pixel of column 4, row 1 holds 4 x 25 HU",
        100.0,
        asking("point", [(4.4, 0.6)], _eight(bench, "point", 1.0, -1024.0), "value", HU),
        1e-9,
        "HU",
        "A point is off by half a pixel.",
    )
    yield Check(
        "point.stored",
        "A point has the stored value, too",
        "(4 x 25 + 1000) / 2.5",
        440.0,
        asking("point", [(4.4, 0.6)], halves, "stored_value", "1"),
        1e-9,
        "",
        _RESCALING,
    )
    yield from _limits(bench)


def _limits(bench: Bench) -> Iterator[Check]:
    frame = _eight(bench, "threshold", 1.0, -1024.0)
    chosen = Annotation("1", "rectangle", "1.2.3", 0, tuple(_BOX), _BOX[0], threshold=Threshold("value", 100.0, 175.0))

    yield Check(
        "threshold",
        "A threshold from 100 to 175 HU takes both limits",
        "(4 + 4 + 4 + 5 + 5 + 7) / 6 x 25",
        29 / 6 * 25,
        asking_of(chosen, frame, "mean", HU),
        1e-9,
        "HU",
        "A limit of a threshold is left out.",
    )
    colours = np.zeros((6, 8, 3), np.uint8)
    colours[..., 0] = 200
    red = bench.frame(known_image("red", colours, rescale=None))
    yield Check(
        "colour.mean",
        "A region in colour has no mean",
        "colours are no quantity (PS3.3 C.7.6.3.1.2)",
        "none",
        lambda: "none" if measure("rectangle", _BOX, red).value("mean") is None else "a mean",
        hint="Colours are averaged as if they were a quantity.",
    )
