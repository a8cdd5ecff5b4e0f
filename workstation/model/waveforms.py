"""Waveforms as values: channels sampled together in groups, and what was marked on them (PS3.3 C.10.9, C.10.10)."""

from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.model.concepts import Code
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Channel:
    """How the samples of one channel become values.

    Parameters
    ----------
    number
        From 1, in its group.
    label
        What people call it: Channel Label, else the meaning of its source.
    sensitivity
        Nominal value of one step of a sample, in ``unit``; None where the file gives none, and values are samples.
    correction
        Sensitivity is multiplied with it.
    baseline
        Value of the sample 0, in ``unit``.
    low_hz, high_hz, notch_hz
        Filters that were applied while it was acquired; None where the file says nothing.
    skew_s
        How much later than the first channel it was sampled, in seconds.
    """

    number: int
    label: str
    source: Code | None = None
    sensitivity: float | None = None
    correction: float = 1.0
    baseline: float = 0.0
    unit: Code | None = None
    bits_stored: int = 16
    low_hz: float | None = None
    high_hz: float | None = None
    notch_hz: float | None = None
    skew_s: float = 0.0


@dataclass(frozen=True)
class WaveformGroup:
    """Channels sampled at the same times (a multiplex group).

    ``samples`` is (samples, channels) as stored, or made linear from companded audio; ``padding`` the stored value that
    means there is no sample. ``offset_s`` is when the group begins, after the acquisition.
    """

    number: int
    label: str
    originality: str
    frequency_hz: float
    channels: tuple[Channel, ...]
    samples: NDArray[Any] = field(repr=False)
    interpretation: str = "SS"
    padding: int | None = None
    offset_s: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def duration_s(self) -> float:
        """How long it lasts, in seconds; 0 where there is no sampling frequency."""
        return len(self.samples) / self.frequency_hz if self.frequency_hz > 0 else 0.0

    def values(self, at: int, start: int = 0, stop: int | None = None) -> NDArray[np.float64]:
        """Give values of a channel in its unit (PS3.3 C.10.9.1.4.2).

        Parameters
        ----------
        at
            Index of the channel, from 0.
        start, stop
            Samples, from 0; to the end by default.

        Returns
        -------
        ndarray
            (samples,); not a number where there is padding.
        """
        channel = self.channels[at]
        raw = self.samples[start:stop, at]
        step = 1.0 if channel.sensitivity is None else channel.sensitivity * channel.correction
        values = raw.astype(np.float64) * step + channel.baseline
        if self.padding is not None:
            values[raw == self.padding] = np.nan
        return values


@dataclass(frozen=True, slots=True)
class WaveformMark:
    """Something said about channels, or at points in time of them.

    ``channels`` are pairs (group, channel) from 1, channel 0 for all of the group; ``samples`` are positions from 1;
    ``offsets_s`` count from the beginning of the acquisition.
    """

    text: str
    name: Code | None = None
    value: float | None = None
    unit: Code | None = None
    code: Code | None = None
    channels: tuple[tuple[int, int], ...] = ()
    range_type: str = ""
    samples: tuple[int, ...] = ()
    offsets_s: tuple[float, ...] = ()


@dataclass(frozen=True)
class Waveform:
    """A waveform object; ``acquired`` is Acquisition DateTime (DT)."""

    sop_instance_uid: str
    kind: str
    acquired: str
    groups: tuple[WaveformGroup, ...]
    marks: tuple[WaveformMark, ...] = ()
    notes: tuple[str, ...] = ()
