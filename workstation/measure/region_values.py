"""The numbers of a region: its size, and the statistics of what is inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workstation.measure.bins import Bins
from workstation.measure.farthest import farthest
from workstation.measure.frame_values import Chosen, concept_of, limits_of, unit_of, values_inside
from workstation.measure.lengths import (
    crosses_itself,
    ellipse_area,
    ellipse_perimeter,
    half_axes,
    perimeter,
    polygon_area,
    width_across,
)
from workstation.measure.numbers import Numbers
from workstation.measure.regions import RULE, Region, region_of
from workstation.measure.round_shapes import Points, half_diameters
from workstation.measure.sentences import number_of
from workstation.measure.statistics import PERCENTILES, Counted, Statistics, histogram, statistics
from workstation.model import quantities as q
from workstation.model.measurement import Value
from workstation.model.outlines import SPLINE_POINTS, outline_px
from workstation.model.units import BITS, COUNT, HU, ONE, SUV_BW, SUV_LBM_JAMES, SUV_LBM_JAMES_128, SUV_LBM_JANMA, Unit
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.measure.metric import Metric
    from workstation.measure.setting import ImageFacts, Setting
    from workstation.model.annotation import Annotation, Threshold
    from workstation.model.concepts import Code
    from workstation.model.frame import Frame

_EQUAL = 1e-9
_BIN_WIDTHS = {HU: 25.0} | dict.fromkeys((SUV_BW, SUV_LBM_JAMES, SUV_LBM_JAMES_128, SUV_LBM_JANMA), 0.25)


def default_bins(unit: Unit) -> Bins:
    """Give bins that are the same in every region where the unit has a usual width, else 64 from lowest to highest.

    25 HU and 0.25 g/ml of SUV.
    """
    return Bins(width=_BIN_WIDTHS.get(unit))


def region_numbers(
    annotation: Annotation, frame: Frame, metric: Metric, setting: Setting, facts: ImageFacts | None
) -> Numbers:
    """Give the numbers of a region."""
    rows, columns = frame.pixels.shape[:2]
    region = region_of(annotation, (rows, columns), metric.spacing)
    size = _size(annotation, metric)
    unit = ONE if frame.is_colour else unit_of(frame, setting)
    chosen = within_threshold(values_inside(frame, region, setting.scale), annotation.threshold, unit)
    counted = chosen.counted
    is_thresholded = annotation.threshold is not None and counted is not None
    pixels = counted.count if counted is not None and is_thresholded else region.count
    area, methods = size.area, [*size.methods, *chosen.methods]
    if area is None or is_thresholded:
        area = pixels * metric.pixel_area
        methods.append("The area is the number of pixels times the area of one.")
    told = Numbers()
    if counted is not None and len(counted.values):
        told = statistics_numbers(counted, unit, concept_of(frame, setting, facts), setting)
    values = (
        Value(q.AREA, area, metric.area),
        *told.values,
        *size.values,
        Value(q.COUNT_OF_PIXELS, pixels, COUNT),
    )
    notes = (*size.notes, *_cut_notes(region), *chosen.notes)
    return Numbers(values, notes, (*methods, *told.methods), told.curves, region.count)


def within_threshold(chosen: Chosen, threshold: Threshold | None, unit: Unit) -> Chosen:
    """Leave out the values that a threshold does not let through; told where it cannot be applied."""
    if threshold is None or chosen.counted is None:
        return chosen
    try:
        low, high = limits_of(threshold, chosen.counted, unit)
    except ValueError as error:
        note = f"Its threshold is not applied, so it has no values. {error}"
        return Chosen(None, (*chosen.notes, note))
    counted = chosen.counted.between(low, high)
    methods = (f"Of the pixels inside those are counted whose value is {limits_words(low, high, unit)}.",)
    notes = chosen.notes if len(counted.values) else (*chosen.notes, "No pixel inside is within the threshold.")
    return Chosen(counted, notes, methods)


def _cut_notes(region: Region) -> tuple[str, ...]:
    if not region.cut:
        return ()
    about = "" if region.is_cut_exact else "about "
    beside = number_of(region.cut, "pixel lies", "pixels lie")
    return (f"It reaches beyond the image: {about}{beside} beside it, where there are no values.",)


def statistics_numbers(counted: Counted, unit: Unit, of: Code | None, setting: Setting) -> Numbers:
    """Give the statistics of counted values as values, with their definitions, and the histogram where it is wanted."""
    percentiles = tuple(dict.fromkeys((*PERCENTILES, *setting.percentiles)))
    bins = setting.bins or default_bins(unit)
    found = statistics(counted, bins=bins, percentiles=percentiles)
    curves = (histogram(counted, bins, words=unit.words or "Value"),) if setting.with_curves else ()
    methods = (
        "Percentiles and the median are linear between neighbours in rank; of the standard deviation, that of the "
        "sample is over n - 1, that of the population over n.",
        f"Entropy is in bits over {found.bins}.",
    )
    return Numbers(tuple(statistics_values(found, unit, of)), methods=methods, curves=curves)


def statistics_values(found: Statistics, unit: Unit, of: Code | None) -> list[Value]:
    """Give statistics as values, the most important first."""
    values = [Value(q.MEAN, found.mean, unit, of)]
    if found.sd_sample is not None:
        values.append(Value(q.SD_SAMPLE, found.sd_sample, unit, of))
    values += [
        Value(q.SD_POPULATION, found.sd_population, unit, of),
        Value(q.MINIMUM, found.minimum, unit, of),
        Value(q.MAXIMUM, found.maximum, unit, of),
        Value(q.MEDIAN, found.median, unit, of),
        *(Value(q.percentile(percent), value, unit, of) for percent, value in sorted(found.percentiles)),
        Value(q.SUM, found.total, unit, of),
        Value(q.SKEWNESS, found.skewness, ONE, of),
        Value(q.KURTOSIS, found.kurtosis, ONE, of),
        Value(q.ENTROPY, found.entropy, BITS, of),
    ]
    return values


def limits_words(low: float | None, high: float | None, unit: Unit) -> str:
    """Say which values a threshold lets through."""
    ends = [f"{each:.6g} {unit.words}".strip() for each in (low, high) if each is not None]
    if low is not None and high is not None:
        return f"from {ends[0]} to {ends[1]}, both included"
    if not ends:
        return "any"
    return f"at {'least' if low is not None else 'most'} {ends[0]}"


@dataclass(frozen=True, slots=True)
class _Size:
    """The geometry of a region; ``area`` None where it is counted."""

    area: float | None
    values: tuple[Value, ...]
    notes: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()


def _size(annotation: Annotation, metric: Metric) -> _Size:
    if annotation.mask is not None:
        return _Size(None, (), methods=(RULE["mask"],))
    if annotation.kind in ("circle", "ellipse"):
        return _round_size(annotation, metric)
    outline = metric.scaled(outline_px(annotation, metric.spacing))
    values = [Value(q.PERIMETER, perimeter(outline), metric.length), *_axes(annotation, outline, metric)]
    methods = [RULE["polygon"]]
    if annotation.kind == "spline":
        pieces = f"{SPLINE_POINTS} straight pieces from one to the next"
        methods.append(f"The curve runs through all points (Catmull and Rom), in {pieces}.")
    if crosses_itself(outline):
        note = "Its outline crosses itself: inside is what lies within an odd number of turns, and the area is counted."
        return _Size(None, tuple(values), (note,), tuple(methods))
    methods.append("The area is that inside the outline (Gauss's formula).")
    return _Size(polygon_area(outline), tuple(values), (), tuple(methods))


def _axes(annotation: Annotation, outline: Points, metric: Metric) -> list[Value]:
    """Give the sides of a rectangle; of anything else the greatest distance and the width at right angles to it."""
    if annotation.kind == "rectangle":
        sides = np.linalg.norm(np.diff(outline[:3], axis=0), axis=1)
        return [
            Value(q.LENGTH, float(sides.max()), metric.length),
            Value(q.WIDTH, float(sides.min()), metric.length),
        ]
    length, (one, other) = farthest(outline)
    across = width_across(outline, outline[other] - outline[one])
    return [Value(q.LONG_AXIS, length, metric.length), Value(q.SHORT_AXIS, across, metric.length)]


def _round_size(annotation: Annotation, metric: Metric) -> _Size:
    _centre, first, second = half_diameters(annotation, metric.spacing)
    long, short = half_axes(metric.scaled(first), metric.scaled(second))
    around = Value(q.PERIMETER, ellipse_perimeter(long, short), metric.length)
    if annotation.kind == "circle" and long - short <= _EQUAL * long:
        size = (Value(q.RADIUS, long, metric.length), Value(q.DIAMETER, 2 * long, metric.length))
    else:
        size = (Value(q.MAJOR_AXIS, 2 * long, metric.length), Value(q.MINOR_AXIS, 2 * short, metric.length))
    methods = (RULE["round"], f"Area and perimeter are those of the {annotation.kind}, not of its pixels.")
    return _Size(ellipse_area(long, short), (*size, around), (), methods)
