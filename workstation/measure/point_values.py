"""The values of one pixel."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from workstation.measure.frame_values import concept_of, unit_of, values_inside
from workstation.measure.numbers import Numbers
from workstation.measure.regions import Region
from workstation.model import quantities as q
from workstation.model.measurement import Value
from workstation.model.units import ONE

if TYPE_CHECKING:
    from workstation.measure.setting import ImageFacts, Setting
    from workstation.model.annotation import Annotation
    from workstation.model.frame import Frame


def point_numbers(annotation: Annotation, frame: Frame, setting: Setting, facts: ImageFacts | None) -> Numbers:
    """Give the values of the pixel in which a point lies."""
    x, y = annotation.points_px[0]
    column, row = math.floor(x + 0.5), math.floor(y + 0.5)
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
