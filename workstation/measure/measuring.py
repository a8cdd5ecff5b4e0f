"""Measuring an annotation: the one function that the window, batch, reports and the self-check use."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from workstation.errors import UserError
from workstation.measure.axis_values import axis_numbers
from workstation.measure.calibration import Calibration, calibration_at
from workstation.measure.metric import Metric, checked, metric_of
from workstation.measure.numbers import Numbers
from workstation.measure.sentences import outside_note, plane_words, values_words
from workstation.measure.setting import ImageFacts, Setting
from workstation.model import quantities as q
from workstation.model.annotation_kinds import TRAITS
from workstation.model.measurement import Basis, Measurement, Value

if TYPE_CHECKING:
    from workstation.model.annotation import Annotation
    from workstation.model.frame import Frame

__all__ = ["ImageFacts", "Setting", "measured"]

_PLAIN = Setting()
FARTHEST_PX = 1e7
"""Farther from the origin than any picture reaches."""


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
        If a point is no finite number, or farther away than `FARTHEST_PX`.
    """
    _check_points(annotation)
    whole, told = checked(frame)
    calibration = setting.calibration or calibration_at(whole, annotation.points_px)
    metric = metric_of(calibration, setting.units)
    numbers = _numbers(annotation, whole, calibration, metric, setting, image_facts)
    has_lengths = any(value.unit in (metric.length, metric.area) for value in numbers.values)
    lengths_notes = (*told, *metric.notes) if has_lengths or calibration.is_of_axes else ()
    scale_notes = setting.scale.notes if setting.scale is not None and _has_values(annotation) else ()
    notes = (*annotation.notes, *lengths_notes, *_outside(annotation, frame), *numbers.notes, *scale_notes)
    return Measurement(
        annotation,
        tuple(value for value in numbers.values if math.isfinite(value.value)),
        _basis(annotation, whole, calibration, setting, numbers, image_facts),
        tuple(dict.fromkeys(notes)),
        numbers.curves,
    )


def _check_points(annotation: Annotation) -> None:
    """Refuse points at which floats would overflow, or no longer tell pixels apart."""
    if all(abs(each) <= FARTHEST_PX for point in annotation.points_px for each in point):
        return
    name, hint = TRAITS[annotation.kind].name, "Delete it and draw it again."
    if not all(math.isfinite(each) for point in annotation.points_px for each in point):
        raise UserError(f"A point of this {name} is no finite number.", hint=hint)
    raise UserError(f"A point of this {name} is more than {FARTHEST_PX:,.0f} pixels away.", hint=hint)


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
        (*(() if annotation.kind == "point" else (_lengths_words(calibration, setting),)), *numbers.methods),
    )


def _lengths_words(calibration: Calibration, setting: Setting) -> str:
    """Say what lengths are made with; that there is nothing stands by itself."""
    if not calibration.is_metric:
        return f"{calibration.sentence}."
    by = "Lengths in pixels, as asked; their distance by" if setting.units == "px" else "Lengths by"
    return f"{by} {calibration.sentence}."


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
    if annotation.kind in ("length", "profile"):
        one, other = annotation.points_px
        length = Value(q.LENGTH, metric.distance(one, other), metric.length)
        if annotation.kind == "length":
            return Numbers((length,))
        from workstation.measure.profiles import METHOD, profile

        curves, notes = profile((one, other), frame, metric, setting)
        return Numbers((length,), notes, (METHOD,), curves)
    # A length is measured without any of these, and so without numpy: on thousands of files that is most of the time.
    if TRAITS[annotation.kind].is_region:
        from workstation.measure.region_values import region_numbers

        return region_numbers(annotation, frame, metric, setting, facts)
    if annotation.kind == "point":
        from workstation.measure.point_values import point_numbers

        return point_numbers(annotation, frame, setting, facts)
    from workstation.measure.plain_kinds import PLAIN_KINDS

    plain = PLAIN_KINDS.get(annotation.kind)
    if plain is None:
        return Numbers()
    try:
        return plain(annotation, metric)
    except ValueError as error:
        return Numbers(notes=(f"There is no number: {error}.",))
