"""How a waveform is laid out on paper: which channel runs where, in millimetres of the page."""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from workstation.model.waveforms import Channel, WaveformGroup
from workstation.quick_dataclass import dataclass

Arrangement = Literal["twelve", "stacked"]
LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
_COLUMNS = (("I", "II", "III"), ("aVR", "aVL", "aVF"), ("V1", "V2", "V3"), ("V4", "V5", "V6"))
RHYTHM = "II"
PAGE_S = 10.0
"""Seconds on a page of twelve leads: four columns of a quarter each, and the rhythm below them."""
MARGIN_MM = 12.0
ROW_MM = {"twelve": 32.0, "stacked": 24.0}
HEAD_MM, FOOT_MM = 6.0, 8.0
_TO_MILLIVOLT = {"V": 1000.0, "mV": 1.0, "uV": 0.001, "nV": 1e-6, "\N{MICRO SIGN}V": 0.001}
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Trace:
    """A stretch of a channel, ``at`` from 0, from ``start_s`` to ``stop_s``; its zero lies at (``x_mm``, ``y_mm``)."""

    at: int
    label: str
    start_s: float
    stop_s: float
    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class Scale:
    """How high a channel is drawn: ``mm_per_unit``, what lies on its zero line, and what is to be said of it."""

    mm_per_unit: float
    zero: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its size in mm, and everything that is drawn on it."""

    width_mm: float
    height_mm: float
    row_mm: float
    rows_mm: tuple[float, ...]
    traces: tuple[Trace, ...]


def arrangement_of(group: WaveformGroup) -> Arrangement:
    """Give the arrangement that fits: twelve leads where all are there and there is time for them."""
    return "twelve" if set(LEADS) <= set(leads_of(group.channels)) and group.duration_s >= PAGE_S / 4 else "stacked"


def leads_of(channels: Sequence[Channel]) -> dict[str, int]:
    """Give the index of each of the twelve leads that is among the channels."""
    found: dict[str, int] = {}
    for at, channel in enumerate(channels):
        for told in (channel.label, str(channel.source or "")):
            lead = _lead(told)
            if lead:
                found.setdefault(lead, at)
    return found


def _lead(told: str) -> str:
    """Read a lead out of what people and programs call it: ``Lead I (Einthoven)``, ``aVR``, ``ECG V3``."""
    words = told.replace("(", " ").replace(")", " ").replace(",", " ").replace("-", " ").split()
    by_name = {lead.casefold(): lead for lead in LEADS}
    found = [by_name[word.casefold()] for word in words if word.casefold() in by_name]
    return found[0] if found else ""


def page_of(group: WaveformGroup, arrangement: Arrangement, speed_mm_s: float) -> Page:
    """Lay a group out.

    Parameters
    ----------
    group
        The channels.
    arrangement
        ``twelve``: three rows of four leads, each a quarter of `PAGE_S`, above a row of lead II; page after page to the
        right. ``stacked``: every channel over the whole time, one below the other.
    speed_mm_s
        Millimetres of the page a second.
    """
    leads = leads_of(group.channels)
    if arrangement == "twelve" and set(LEADS) <= set(leads):
        return _twelve(group, leads, speed_mm_s)
    row = ROW_MM["stacked"]
    rows = tuple(HEAD_MM + row * (at + 0.5) for at in range(len(group.channels)))
    traces = tuple(
        Trace(at, channel.label, 0.0, group.duration_s, MARGIN_MM, y_mm)
        for at, (channel, y_mm) in enumerate(zip(group.channels, rows, strict=True))
    )
    width = 2 * MARGIN_MM + group.duration_s * speed_mm_s
    return Page(width, HEAD_MM + row * len(rows) + FOOT_MM, row, rows, traces)


def _twelve(group: WaveformGroup, leads: dict[str, int], speed_mm_s: float) -> Page:
    row, quarter = ROW_MM["twelve"], PAGE_S / 4
    rows = tuple(HEAD_MM + row * (at + 0.5) for at in range(4))
    traces = []
    for page in range(max(1, math.ceil(group.duration_s / PAGE_S - 1e-9))):
        for column, names in enumerate(_COLUMNS):
            start = page * PAGE_S + column * quarter
            traces += [
                Trace(leads[name], name, start, start + quarter, MARGIN_MM + start * speed_mm_s, rows[at])
                for at, name in enumerate(names)
            ]
        start = page * PAGE_S
        traces.append(Trace(leads[RHYTHM], RHYTHM, start, start + PAGE_S, MARGIN_MM + start * speed_mm_s, rows[3]))
    pages_mm = max(1, math.ceil(group.duration_s / PAGE_S - 1e-9)) * PAGE_S * speed_mm_s
    return Page(2 * MARGIN_MM + pages_mm, HEAD_MM + 4 * row + FOOT_MM, row, rows, tuple(traces))


def scale_of(group: WaveformGroup, at: int, *, gain_mm_mv: float, row_mm: float) -> Scale:
    """Say how high a channel is drawn: voltages at the gain, everything else so that it fills its row.

    A channel that lies far off zero, as unfiltered ones do, is drawn around its median.
    """
    channel = group.channels[at]
    to_mv = _TO_MILLIVOLT.get(channel.unit.value, 0.0) if channel.unit is not None and channel.sensitivity else 0.0
    values = group.values(at)[:: max(1, len(group.samples) // 20_000)]
    values = values[np.isfinite(values)]
    if not values.size:
        return Scale(gain_mm_mv * (to_mv or 1.0), 0.0, "no samples")
    if to_mv:
        middle = float(np.median(values))
        is_far = abs(middle) * to_mv * gain_mm_mv > row_mm / 2
        return Scale(gain_mm_mv * to_mv, middle if is_far else 0.0, "offset removed" if is_far else "")
    low, high = float(values.min()), float(values.max())
    per_cm = _round_up((high - low) / (row_mm * 0.8) * 10)
    unit = "" if channel.unit is None else f" {channel.unit.value}"
    return Scale(10 / per_cm, (low + high) / 2, f"1 cm = {per_cm:g}{unit}")


def _round_up(value: float) -> float:
    if not value > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in _STEPS if step * power >= value * (1 - 1e-9))


def filters_text(group: WaveformGroup) -> str:
    """Say which filters the channels went through, where all say the same."""
    said = {(each.low_hz, each.high_hz, each.notch_hz) for each in group.channels}
    if len(said) != 1:
        return "filters differ by channel"
    low, high, notch = said.pop()
    if low and high:
        passed = f"{low:g} to {high:g} Hz"
    else:
        passed = f"to {high:g} Hz" if high else f"from {low:g} Hz" if low else ""
    return ", ".join(filter(None, [passed, f"notch {notch:g} Hz" if notch else ""]))
