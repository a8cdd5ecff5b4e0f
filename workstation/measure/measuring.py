"""Measuring an annotation: the one function that the window, batch, reports and the self-check use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from workstation.errors import UserError
from workstation.measure import lengths
from workstation.measure.axis_values import axis_numbers
from workstation.measure.calibration import Calibration, calibration_at
from workstation.measure.frame_values import concept_of, unit_of, values_inside
from workstation.measure.metric import Metric, checked, metric_of
from workstation.measure.numbers import Numbers
from workstation.measure.profiles import METHOD, profile
from workstation.measure.region_values import region_numbers
from workstation.measure.regions import Region
from workstation.measure.round_shapes import half_diameters
from workstation.measure.sentences import outside_note, plane_words, values_words
from workstation.measure.setting import ImageFacts, Setting
from workstation.model import quantities as q
from workstation.model.annotation_kinds import TRAITS, Kind
from workstation.model.measurement import Basis, Measurement, Value
from workstation.model.units import DEGREES, ONE

if TYPE_CHECKING:
    from workstation.model.annotation import Annotation
    from workstation.model.frame import Frame

__all__ = ["ImageFacts", "Setting", "measured"]

_PLAIN = Setting()


def measured(
    annotation: Annotation, frame: Frame, setting: Setting = _PLAIN, *, image_facts: ImageFacts | None = None
) -> Measurement:
    """Measure an annotation on its frame.

    Parameters
    ----------
    annotation
        Of any kind; those without numbers of their own give none.
    frame
        The frame that it is on.
    setting
        Units, calibration, scale of values, bins.
    image_facts
        What the frame does not know of its image.

    Returns
    -------
    Measurement
        Every number finite, with where it comes from; what there is no number for is told in its notes.

    Raises
    ------
    UserError
        If a point is no finite number.
    """
    if not np.isfinite(annotation.points_px).all():
        hint = "Delete it and draw it again."
        raise UserError(f"A point of this {TRAITS[annotation.kind].name} is no finite number.", hint=hint)
    whole, told = checked(frame)
    calibration = setting.calibration or calibration_at(whole, annotation.points_px)
    metric = metric_of(calibration, setting.units)
    numbers = _numbers(annotation, whole, calibration, metric, setting, image_facts)
    has_lengths = any(value.unit in (metric.length, metric.area) for value in numbers.values)
    lengths_notes = (*told, *metric.notes) if has_lengths or calibration.is_of_axes else ()
    scale_notes = setting.scale.notes if setting.scale is not None and _has_values(annotation) else ()
    notes = (*lengths_notes, *_outside(annotation, frame), *numbers.notes, *scale_notes)
    return Measurement(
        annotation,
        tuple(value for value in numbers.values if np.isfinite(value.value)),
        _basis(annotation, whole, calibration, setting, numbers, image_facts),
        tuple(dict.fromkeys(notes)),
        numbers.curves,
    )


def _basis(
    annotation: Annotation,
    frame: Frame,
    calibration: Calibration,
    setting: Setting,
    numbers: Numbers,
    facts: ImageFacts | None,
) -> Basis:
    rows, columns = frame.pixels.shape[:2]
    has_values = _has_values(annotation) and not frame.is_colour
    return Basis(
        annotation.sop_instance_uid,
        annotation.frame,
        calibration.spacing,
        "" if facts is None else facts.place,
        plane_words(frame.plane, (rows, columns)),
        numbers.pixels,
        values_words(frame.modality, setting.scale) if has_values else "",
        (*(() if annotation.kind == "point" else (f"Lengths by {calibration.sentence}.",)), *numbers.methods),
    )


def _has_values(annotation: Annotation) -> bool:
    return TRAITS[annotation.kind].is_region or annotation.kind in ("point", "profile")


def _outside(annotation: Annotation, frame: Frame) -> tuple[str, ...]:
    if TRAITS[annotation.kind].is_region:
        return ()  # there it is told how many pixels are beside the image
    note = outside_note(annotation.points_px, frame)
    return (note,) if note else ()


def _numbers(
    annotation: Annotation,
    frame: Frame,
    calibration: Calibration,
    metric: Metric,
    setting: Setting,
    facts: ImageFacts | None,
) -> Numbers:
    if calibration.is_of_axes and TRAITS[annotation.kind].is_measured:
        return axis_numbers(annotation, calibration)
    if TRAITS[annotation.kind].is_region:
        return region_numbers(annotation, frame, metric, setting, facts)
    if annotation.kind == "point":
        return _point(annotation, frame, setting, facts)
    if annotation.kind == "profile":
        start, end = annotation.points_px
        curves, notes = profile((start, end), frame, metric, setting)
        return Numbers(_length(annotation, metric).values, notes, (METHOD,), curves)
    plain = _PLAIN_KINDS.get(annotation.kind)
    if plain is None:
        return Numbers()
    try:
        return plain(annotation, metric)
    except ValueError as error:
        return Numbers(notes=(f"There is no number: {error}.",))


def _length(annotation: Annotation, metric: Metric) -> Numbers:
    return Numbers((Value(q.LENGTH, lengths.path_length(metric.scaled(annotation.points_px)), metric.length),))


def _path(annotation: Annotation, metric: Metric) -> Numbers:
    return Numbers((Value(q.PATH_LENGTH, lengths.path_length(metric.scaled(annotation.points_px)), metric.length),))


def _calibration(annotation: Annotation, metric: Metric) -> Numbers:
    known = annotation.known_mm
    told = () if known is None else (f"Its true length was given: {known:g} mm.",)
    return Numbers(_length(annotation, metric).values, told)


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
            Value(q.WIDTH, lengths.path_length(points[:2]), metric.length),
            Value(q.WIDTH, lengths.path_length(points[2:]), metric.length),
        ),
        methods=("The width of the heart over that of the chest, in this order.",),
    )


def _sphere(annotation: Annotation, metric: Metric) -> Numbers:
    _centre, first, second = half_diameters(annotation, metric.spacing)
    long, short = lengths.half_axes(metric.scaled(first), metric.scaled(second))
    if long - short > 1e-9 * long:
        return Numbers((), ("Of a sphere on pixels that are not square there is no radius in pixels.",))
    return Numbers((Value(q.RADIUS, long, metric.length), Value(q.DIAMETER, 2 * long, metric.length)))


_RIGHT_WITHIN_DEG = 1.0
_PLAIN_KINDS: dict[Kind, Callable[[Annotation, Metric], Numbers]] = {
    "length": _length,
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


def _point(annotation: Annotation, frame: Frame, setting: Setting, facts: ImageFacts | None) -> Numbers:
    """Give the values of the pixel in which a point lies."""
    x, y = annotation.points_px[0]
    column, row = int(np.floor(x + 0.5)), int(np.floor(y + 0.5))
    rows, columns = frame.pixels.shape[:2]
    if not (0 <= column < columns and 0 <= row < rows):
        return Numbers()
    methods = (f"The pixel in which the point lies: column {column}, row {row}, from 0.",)
    stored = frame.pixels[row, column]
    if frame.is_colour:
        channels = zip((q.RED, q.GREEN, q.BLUE), stored.tolist(), strict=True)
        return Numbers(tuple(Value(channel, float(each), ONE) for channel, each in channels), methods=methods)
    found = values_inside(frame, Region(column, row, np.ones((1, 1), np.bool_)), setting.scale)
    values = [Value(q.STORED_VALUE, float(stored), ONE)]
    if found.counted is not None:
        unit, of = unit_of(frame, setting), concept_of(frame, setting, facts)
        values.insert(0, Value(q.VALUE, float(found.counted.values[0]), unit, of))
        return Numbers(tuple(values), methods=methods)
    note = "The pixel is padding, a colour of a palette or no number: it has no value."
    return Numbers(tuple(values), (note,), methods)
