"""Numbers in regions of ultrasound pictures whose axes are no lengths: time, velocity, depth (PS3.3 C.8.5.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.measure.numbers import Numbers
from workstation.model import quantities as q
from workstation.model.annotation_kinds import TRAITS
from workstation.model.measurement import Value
from workstation.model.units import CM_PER_SECOND, MM, PIXELS, SECONDS, Unit

if TYPE_CHECKING:
    from workstation.measure.calibration import Calibration
    from workstation.measure.region_calibration import Axis
    from workstation.model.annotation import Annotation
    from workstation.model.quantities import Quantity

_OF_UNITS: dict[Unit, Quantity] = {SECONDS: q.TIME, CM_PER_SECOND: q.VELOCITY, MM: q.DISTANCE}


def axis_numbers(annotation: Annotation, calibration: Calibration) -> Numbers:
    """Give the differences along both axes of a line, and the value at a point; nothing else has numbers there."""
    axes = [axis for axis in (calibration.across, calibration.down) if axis is not None]
    if annotation.kind in ("length", "profile") and len(axes) == 2:
        return _differences(annotation, axes[0], axes[1])
    if annotation.kind == "point" and len(axes) == 2:
        return _values_at(annotation, axes[0], axes[1])
    words = " and ".join(str(axis.unit) for axis in axes)
    name = TRAITS[annotation.kind].name
    return Numbers(notes=(f"The axes here are no lengths ({words}), so a {name} has no numbers; a line has.",))


def _differences(annotation: Annotation, across: Axis, down: Axis) -> Numbers:
    (x0, y0), (x1, y1) = annotation.points_px
    steps = ((across, across.difference(x0, x1)), (down, down.difference(y0, y1)))
    values = [Value(_OF_UNITS[axis.unit], abs(step), axis.unit) for axis, step in steps if axis.unit in _OF_UNITS]
    unnamed = [str(axis.unit) for axis, _step in steps if axis.unit not in (*_OF_UNITS, PIXELS)]
    notes = (f"The difference in {' and '.join(unnamed)} is not given.",) if unnamed else ()
    methods: tuple[str, ...] = ("The difference along each axis of the region.",)
    if (across.unit, down.unit) == (SECONDS, MM) and steps[0][1] != 0:
        values.append(Value(q.VELOCITY, abs(steps[1][1] / steps[0][1]) / 10, CM_PER_SECOND))
        methods = (*methods, "The velocity is the distance over the time: the slope of the line.")
    return Numbers(tuple(values), notes, methods)


def _values_at(annotation: Annotation, across: Axis, down: Axis) -> Numbers:
    x, y = annotation.points_px[0]
    found = [(axis, axis.value(place)) for axis, place in ((down, y), (across, x)) if axis.unit in _OF_UNITS]
    values = tuple(Value(_OF_UNITS[axis.unit], value, axis.unit) for axis, value in found if value is not None)
    notes = () if values else ("The region does not say where its axes are 0, so a point has no value; a line has.",)
    return Numbers(values, notes, ("The value of each axis at the point.",) if values else ())
