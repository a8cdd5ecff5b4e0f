"""Waveforms read tolerantly: electrocardiograms, pressures and sounds (PS3.3 A.34, C.10.9)."""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.uid import UID

from workstation.model.attributes import PARSER_FAILURES, integer, items, number, numbers, text
from workstation.model.codes import first_code
from workstation.model.index.records import Place
from workstation.model.reading import read_dataset
from workstation.model.refusal import Reason, Refused
from workstation.model.text import clean
from workstation.model.waveforms import Channel, Waveform, WaveformGroup, WaveformMark
from workstation.objects.companding import a_law, mu_law

MOST_CHANNELS = 1024
# Waveform Sample Interpretation: bytes of a sample, and how they are read (C.10.9.1.5).
_SAMPLES = {"SB": "i1", "UB": "u1", "MB": "u1", "AB": "u1", "SS": "i2", "US": "u2", "SL": "i4", "UL": "u4"}
_SAMPLES |= {"SV": "i8", "UV": "u8"}
_BY_BITS = {8: "SB", 16: "SS", 32: "SL", 64: "SV"}


def read_waveform(place: Place | Path) -> Waveform:
    """Read a waveform from a file.

    Raises
    ------
    Refused
        OTHER_OBJECT where it is none, and all reasons of `workstation.model.reading.read_dataset`.
    """
    dataset = read_dataset(place)
    if not is_waveform(dataset):
        name = place.name if isinstance(place, Path) else str(place)
        raise Refused(Reason.OTHER_OBJECT, f"{name}: this holds no waveform.")
    return waveform_of(dataset)


def is_waveform(dataset: Dataset) -> bool:
    """Whether a dataset holds waveforms, whatever class it names."""
    return "WaveformSequence" in dataset


def waveform_of(dataset: Dataset) -> Waveform:
    """Give the values of a waveform object; never raises, what is wrong is told in notes."""
    groups = tuple(_group(item, at) for at, item in enumerate(items(dataset, "WaveformSequence"), 1))
    uid = clean(text(dataset, "SOPClassUID"))
    marks = tuple(_mark(item) for item in items(dataset, "WaveformAnnotationSequence"))
    return Waveform(
        sop_instance_uid=text(dataset, "SOPInstanceUID"),
        kind=(UID(uid).name if uid else "Waveform").removesuffix(" Storage"),
        acquired=clean(text(dataset, "AcquisitionDateTime")),
        groups=groups,
        marks=marks,
        notes=() if any(len(group.samples) for group in groups) else ("It holds no samples.",),
    )


def _group(item: Dataset, at: int) -> WaveformGroup:
    notes: list[str] = []
    defined = items(item, "ChannelDefinitionSequence")
    count = integer(item, "NumberOfWaveformChannels") or len(defined)
    if count != len(defined):
        notes.append(f"It declares {count} channels and describes {len(defined)}.")
    count = min(max(count, 0), MOST_CHANNELS)
    frequency = number(item, "SamplingFrequency") or 0.0
    if frequency <= 0:
        frequency = 0.0
        notes.append("Its sampling frequency is missing: samples have no time.")
    channels = tuple(
        _channel(defined[each] if each < len(defined) else Dataset(), each + 1, frequency) for each in range(count)
    )
    kind = _interpretation(item, notes)
    return WaveformGroup(
        number=at,
        label=clean(text(item, "MultiplexGroupLabel")),
        originality=clean(text(item, "WaveformOriginality")),
        frequency_hz=frequency,
        channels=channels,
        samples=_samples(item, kind, count, notes),
        interpretation=kind,
        padding=_padding(item, kind),
        offset_s=(number(item, "MultiplexGroupTimeOffset") or 0.0) / 1000,
        notes=tuple(notes),
    )


def _interpretation(item: Dataset, notes: list[str]) -> str:
    kind = text(item, "WaveformSampleInterpretation")
    bits = integer(item, "WaveformBitsAllocated") or 16
    if kind in _SAMPLES and np.dtype(_SAMPLES[kind]).itemsize * 8 == bits:
        return kind
    taken = _BY_BITS.get(bits, "SS")
    notes.append(f"Samples of {bits} bits that are said to be {clean(kind) or 'nothing'} are taken for {taken}.")
    return taken


def _samples(item: Dataset, kind: str, count: int, notes: list[str]) -> NDArray[Any]:
    """Give (samples, channels); what is missing at the end is left out and told."""
    raw, is_little = _raw(item, "WaveformData")
    plain = np.dtype(_SAMPLES[kind])
    declared = integer(item, "NumberOfWaveformSamples") or 0
    row = plain.itemsize * max(count, 1)
    there = len(raw) // row if count else 0
    if there < declared:
        notes.append(f"It declares {declared} samples in {count} channels, and holds {there}.")
    taken = min(declared, there) if declared else there
    flat = np.frombuffer(raw, plain.newbyteorder("<" if is_little else ">"), count=taken * count)
    table = flat.reshape(taken, count) if count else np.zeros((0, 0), plain)
    if kind in ("MB", "AB"):
        return mu_law(table) if kind == "MB" else a_law(table)
    return table.astype(plain) if not is_little and plain.itemsize > 1 else table


def _raw(item: Dataset, keyword: str) -> tuple[bytes, bool]:
    """Give the bytes of an element as they are in the file, and whether they are little endian."""
    try:
        element: Any = item.get_item(keyword)
    except PARSER_FAILURES:
        return b"", True
    value = getattr(element, "value", None)
    is_little = getattr(element, "is_little_endian", None)
    if is_little is None:
        is_little = getattr(item, "original_encoding", (None, None))[1] is not False
    return (value if isinstance(value, bytes) else b""), bool(is_little)


def _padding(item: Dataset, kind: str) -> int | None:
    raw, is_little = _raw(item, "WaveformPaddingValue")
    plain = np.dtype(_SAMPLES[kind])
    if len(raw) < plain.itemsize or kind in ("MB", "AB"):
        return None
    return int(np.frombuffer(raw, plain.newbyteorder("<" if is_little else ">"), count=1)[0])


def _channel(item: Dataset, at: int, frequency_hz: float) -> Channel:
    source = first_code(item, "ChannelSourceSequence")
    skew = number(item, "ChannelTimeSkew")
    if skew is None:
        skew = (number(item, "ChannelSampleSkew") or 0.0) / frequency_hz if frequency_hz else 0.0
    sensitivity, correction = number(item, "ChannelSensitivity"), number(item, "ChannelSensitivityCorrectionFactor")
    return Channel(
        number=at,
        label=clean(text(item, "ChannelLabel")) or (str(source) if source is not None else f"Channel {at}"),
        source=source,
        sensitivity=sensitivity or None,
        correction=correction if correction and math.isfinite(correction) else 1.0,
        baseline=number(item, "ChannelBaseline") or 0.0,
        unit=first_code(item, "ChannelSensitivityUnitsSequence"),
        bits_stored=integer(item, "WaveformBitsStored") or 16,
        low_hz=number(item, "FilterLowFrequency"),
        high_hz=number(item, "FilterHighFrequency"),
        notch_hz=number(item, "NotchFilterFrequency"),
        skew_s=skew,
    )


def _mark(item: Dataset) -> WaveformMark:
    flat = [int(each) for each in numbers(item, "ReferencedWaveformChannels")]
    return WaveformMark(
        text=clean(text(item, "UnformattedTextValue"), lines=True),
        name=first_code(item, "ConceptNameCodeSequence"),
        value=number(item, "NumericValue"),
        unit=first_code(item, "MeasurementUnitsCodeSequence"),
        code=first_code(item, "ConceptCodeSequence"),
        channels=tuple(zip(flat[::2], flat[1::2], strict=False)),
        range_type=clean(text(item, "TemporalRangeType")),
        samples=tuple(int(each) for each in numbers(item, "ReferencedSamplePositions")),
        offsets_s=tuple(each / 1000 for each in numbers(item, "ReferencedTimeOffsets")),
    )


def mark_text(mark: WaveformMark) -> str:
    """Say a mark in words: ``QT interval: 380 ms``; what it says as text where it is no number."""
    value = "" if mark.value is None else f"{mark.value:g}{f' {mark.unit.value}' if mark.unit else ''}"
    said = value or (str(mark.code) if mark.code is not None else "") or mark.text
    name = "" if mark.name is None else str(mark.name)
    return f"{name}: {said}" if name and said else name or said
