"""One region or point measured on many frames: a table, and a curve over the frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from workstation.errors import UserError
from workstation.measure.measuring import ImageFacts, Setting, measured
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.frame import Frame
from workstation.model.measurement import Curve, Measurement
from workstation.quick_dataclass import dataclass

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
    if times_s is not None and all(number in times_s for number in at):
        return gathered(rows, [times_s[number] for number in at], "Time (s)")
    return gathered(rows, [float(number + 1) for number in at], "Frame")


def gathered(rows: Sequence[Measurement], x: Sequence[float], x_words: str) -> OverFrames:
    """Make curves of what was measured on frames already; ``x`` says where each stands, ``x_words`` what that is."""
    return OverFrames(tuple(rows), tuple(_curves(rows, x, x_words)) if len(rows) > 1 else ())


def _curves(rows: Sequence[Measurement], x: Sequence[float], words: str) -> list[Curve]:
    """Give the curves, from the lowest x to the highest; the mean of a region has a band of one SD (sample)."""
    is_region = TRAITS[rows[0].annotation.kind].is_region
    keys: tuple[str, ...] = ("mean",) if is_region else ("value", "red", "green", "blue")
    if not any(row.value(key) for row in rows for key in keys):
        keys = tuple(dict.fromkeys(row.values[0].quantity.key for row in rows if row.values))[:1]
    curves = []
    for key in keys:
        told = [(at, value, row) for at, row in zip(x, rows, strict=True) if (value := row.value(key)) is not None]
        if len(told) < 2:
            continue
        told.sort(key=lambda each: each[0])
        first = told[0][1]
        unit = f" ({first.unit})" if first.unit.words else ""
        spreads = [row.value("sd_sample") for _at, _value, row in told] if key == "mean" else []
        curves.append(
            Curve(
                first.quantity.words,
                tuple(at for at, _value, _row in told),
                tuple(value.value for _at, value, _row in told),
                words,
                f"{first.quantity.words}{unit}",
                spread=tuple(0.0 if each is None else each.value for each in spreads),
            )
        )
    return curves
