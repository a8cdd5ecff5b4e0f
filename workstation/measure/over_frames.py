"""One region or point measured on many frames: a table, and a curve over the frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from workstation.errors import UserError
from workstation.measure.measuring import ImageFacts, Setting, measured
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.frame import Frame
from workstation.model.measurement import Curve, Measurement

_PLAIN = Setting()


@dataclass(frozen=True, slots=True)
class OverFrames:
    """What was measured on each frame, and the curves that it makes.

    Parameters
    ----------
    rows
        A measurement of each frame, in the order in which the frames came.
    curves
        The mean of a region, the value of a point; of colours those of red, green and blue. None of one frame.
    """

    rows: tuple[Measurement, ...]
    curves: tuple[Curve, ...]


def over_frames(
    annotation: Annotation,
    frames: Iterable[tuple[int, Frame]],
    setting: Setting = _PLAIN,
    *,
    image_facts: ImageFacts | None = None,
    times_s: Mapping[int, float] | None = None,
) -> OverFrames:
    """Measure an annotation on many frames of its image, one after the other.

    Parameters
    ----------
    annotation
        As it lies on each frame.
    frames
        Number from 0, and the frame; they may be read while this goes on, only one is held.
    setting, image_facts
        As in `measured`.
    times_s
        Time of frames, in seconds, for the curve; those without stand at their number, unless all have one.

    Raises
    ------
    UserError
        If there are no frames.
    """
    plain = replace(setting, with_curves=False) if setting.with_curves else setting
    rows = []
    for number, frame in frames:
        rows.append(measured(replace(annotation, frame=number), frame, plain, image_facts=image_facts))
    if not rows:
        raise UserError("There are no frames to measure on.", hint="Give frames that the image has, such as 1-96.")
    at = [row.annotation.frame for row in rows]
    is_timed = times_s is not None and all(number in times_s for number in at)
    x = {number: times_s[number] if is_timed and times_s is not None else float(number + 1) for number in at}
    words = "Time (s)" if is_timed else "Frame"
    return OverFrames(tuple(rows), tuple(_curves(rows, x, words)) if len(rows) > 1 else ())


def _curves(rows: list[Measurement], x: Mapping[int, float], words: str) -> list[Curve]:
    is_region = TRAITS[rows[0].annotation.kind].is_region
    keys: tuple[str, ...] = ("mean",) if is_region else ("value", "red", "green", "blue")
    if not any(row.value(key) for row in rows for key in keys):
        keys = tuple(dict.fromkeys(row.values[0].quantity.key for row in rows if row.values))[:1]
    curves = []
    for key in keys:
        found = [(x[row.annotation.frame], value) for row in rows if (value := row.value(key)) is not None]
        if len(found) > 1:
            first = found[0][1]
            unit = f" ({first.unit})" if first.unit.words else ""
            places, values = zip(*((place, each.value) for place, each in found), strict=True)
            curves.append(Curve(first.quantity.words, places, values, words, f"{first.quantity.words}{unit}"))
    return curves
