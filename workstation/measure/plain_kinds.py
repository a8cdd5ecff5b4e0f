"""Measuring what has no inside: angles, paths, axes, distances from a line, ratios, spheres."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from workstation.measure import lengths
from workstation.measure.numbers import Numbers
from workstation.measure.round_shapes import half_diameters
from workstation.model import quantities as q
from workstation.model.measurement import Value
from workstation.model.units import DEGREES, ONE

if TYPE_CHECKING:
    from workstation.measure.metric import Metric
    from workstation.model.annotation import Annotation
    from workstation.model.annotation_kinds import Kind


def _path(annotation: Annotation, metric: Metric) -> Numbers:
    return Numbers((Value(q.PATH_LENGTH, lengths.path_length(metric.scaled(annotation.points_px)), metric.length),))


def _calibration(annotation: Annotation, metric: Metric) -> Numbers:
    known = annotation.known_mm
    told = () if known is None else (f"Its true length was given: {known:g} mm.",)
    one, other = annotation.points_px
    return Numbers((Value(q.LENGTH, metric.distance(one, other), metric.length),), told)


def _angle(annotation: Annotation, metric: Metric) -> Numbers:
    first, vertex, second = metric.shaped(annotation.points_px)
    return Numbers((Value(q.ANGLE, lengths.angle_deg(first, vertex, second), DEGREES),))


def _cobb(annotation: Annotation, metric: Metric) -> Numbers:
    method = "Both lines are read as going to the same side of the line that joins their middles."
    return Numbers(
        (Value(q.COBB_ANGLE, lengths.cobb_deg(metric.shaped(annotation.points_px)), DEGREES),), methods=(method,)
    )


def _open_angle(annotation: Annotation, metric: Metric) -> Numbers:
    method = "Between the two lines as they were drawn, from the first point of each to the second."
    return Numbers(
        (Value(q.ANGLE, lengths.open_angle_deg(metric.shaped(annotation.points_px)), DEGREES),), methods=(method,)
    )


def _four_point_angle(annotation: Annotation, metric: Metric) -> Numbers:
    method = "Between the line through the middles of the first two lines and that of the last two, in this order."
    return Numbers(
        (Value(q.ANGLE, lengths.four_point_angle_deg(metric.shaped(annotation.points_px)), DEGREES),), methods=(method,)
    )


def _bidirectional(annotation: Annotation, metric: Metric) -> Numbers:
    points = metric.scaled(annotation.points_px)
    one, other = lengths.path_length(points[:2]), lengths.path_length(points[2:])
    notes = []
    if other > one:
        notes.append("The second line is longer than the first: it is given as the long axis.")
    shaped = metric.shaped(annotation.points_px)
    if min(one, other) > 0:
        angle = lengths.open_angle_deg(shaped)
        if abs(angle - 90) > _RIGHT_WITHIN_DEG:
            notes.append(f"The axes are not at right angles: {min(angle, 180 - angle):.0f}°.")
    return Numbers(
        (Value(q.LONG_AXIS, max(one, other), metric.length), Value(q.SHORT_AXIS, min(one, other), metric.length)),
        tuple(notes),
    )


def _perpendicular(annotation: Annotation, metric: Metric) -> Numbers:
    start, end, point = metric.shaped(annotation.points_px)
    foot = lengths.foot_on_line(point, start, end)  # at right angles in the patient, whatever the unit
    way = metric.scaled(np.array([point, foot]) / metric.shape)
    method = "From the point straight to the endless line."
    return Numbers((Value(q.DISTANCE, lengths.path_length(way), metric.length),), methods=(method,))


def _ratio(annotation: Annotation, metric: Metric) -> Numbers:
    shaped, points = metric.shaped(annotation.points_px), metric.scaled(annotation.points_px)
    heart, chest = lengths.path_length(shaped[:2]), lengths.path_length(shaped[2:])
    if not chest > 0:
        raise ValueError("the width of the chest is 0")
    return Numbers(
        (
            Value(q.RATIO, heart / chest, ONE),
            Value(q.HEART_WIDTH, lengths.path_length(points[:2]), metric.length),
            Value(q.CHEST_WIDTH, lengths.path_length(points[2:]), metric.length),
        ),
        methods=("The width of the heart over that of the chest.",),
    )


def _sphere(annotation: Annotation, metric: Metric) -> Numbers:
    _centre, first, second = half_diameters(annotation, metric.spacing)
    long, short = lengths.half_axes(metric.scaled(first), metric.scaled(second))
    if long - short > 1e-9 * long:
        return Numbers((), ("Of a sphere on pixels that are not square there is no radius in pixels.",))
    return Numbers((Value(q.RADIUS, long, metric.length), Value(q.DIAMETER, 2 * long, metric.length)))


_RIGHT_WITHIN_DEG = 1.0
PLAIN_KINDS: dict[Kind, Callable[[Annotation, Metric], Numbers]] = {
    "calibration": _calibration,
    "polyline": _path,
    "curve": _path,
    "angle": _angle,
    "cobb": _cobb,
    "open_angle": _open_angle,
    "four_point_angle": _four_point_angle,
    "bidirectional": _bidirectional,
    "perpendicular": _perpendicular,
    "ratio": _ratio,
    "sphere": _sphere,
}
