"""Waveforms have the values that pydicom computes, in every kind of sample; wrong lengths are told."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom import Dataset
from pydicom.uid import ExplicitVRBigEndian

from tests.report_samples import code, dataset
from tests.waveform_samples import channel, group, twelve_leads, waveform
from workstation.model.reading import read_dataset
from workstation.model.refusal import Reason, Refused
from workstation.objects.companding import a_law, mu_law
from workstation.objects.waveform import mark_text, read_waveform, waveform_of
from workstation.phantoms import small


def test_that_a_real_electrocardiogram_has_the_values_that_pydicom_computes(shared_data: Path) -> None:
    path = shared_data / "nm_op_ecg" / "waveform_ecg.dcm"
    read, theirs = read_waveform(path), pydicom.dcmread(path)

    assert (read.kind, [each.label for each in read.groups]) == ("12-lead ECG Waveform", ["RHYTHM", "MEDIAN BEAT"])
    for at, each in enumerate(read.groups):
        expected = theirs.waveform_array(at)
        ours = np.column_stack([each.values(number) for number in range(12)])
        np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-9)
    told = [mark_text(mark) for mark in read.marks]
    assert {"QT Interval: 368 ms", "ECG NORMALE"} <= set(told)
    assert (read.groups[0].duration_s, read.groups[0].channels[1].high_hz) == (10, 300)


@pytest.mark.parametrize("kind", ["SB", "UB", "SS", "US", "SL", "UL"])
@pytest.mark.parametrize("is_little", [True, False])
def test_that_samples_of_every_kind_are_read(kind: str, is_little: bool, tmp_path: Path) -> None:
    plain = np.dtype({"SB": "i1", "UB": "u1", "SS": "i2", "US": "u2", "SL": "i4", "UL": "u4"}[kind])
    limits = np.iinfo(plain)
    samples = np.array([[limits.min, 1], [limits.max, 2], [7, limits.max // 2]], plain)
    stored = samples if is_little else samples.astype(plain.newbyteorder(">"))
    ds = waveform(group(stored, [channel("A", sensitivity=0.5), channel("B", sensitivity=None)], kind))
    if not is_little:
        ds.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    ds.save_as(tmp_path / "w.dcm", enforce_file_format=True)

    (read,) = read_waveform(tmp_path / "w.dcm").groups

    assert not read.notes
    np.testing.assert_array_equal(read.values(0), samples[:, 0] * 0.5)
    np.testing.assert_array_equal(read.values(1), samples[:, 1])


def test_that_companded_sound_is_linear_as_itu_g711_says() -> None:
    codes = np.array([0xFF, 0x7F, 0x80, 0x00, 0xF0, 0xE0], np.uint8)

    assert mu_law(codes).tolist() == [0, 0, 32124, -32124, 120, 372]
    assert a_law(np.array([0xD5, 0x55, 0xAA, 0x2A, 0xC5], np.uint8)).tolist() == [8, -8, 32256, -32256, 264]
    (read,) = waveform_of(waveform(group(codes[:, None], [channel("Mic", sensitivity=None)], "MB", 8000))).groups
    assert read.values(0).tolist() == [0, 0, 32124, -32124, 120, 372]


def test_that_correction_baseline_and_padding_count() -> None:
    samples = np.array([[100], [-32768], [200]], "<i2")
    made = channel("A", sensitivity=2.0)
    made.ChannelSensitivityCorrectionFactor, made.ChannelBaseline = 1.5, 10.0
    item = group(samples, [made])
    item.WaveformPaddingValue = np.array([-32768], "<i2").tobytes()

    (read,) = waveform_of(waveform(item)).groups

    np.testing.assert_array_equal(read.values(0), [310, np.nan, 610])


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"WaveformData": b"\1\0" * 5}, "It declares 4 samples in 2 channels, and holds 2."),
        ({"NumberOfWaveformChannels": 3}, "It declares 3 channels and describes 2."),
        ({"SamplingFrequency": 0}, "Its sampling frequency is missing: samples have no time."),
        ({"WaveformSampleInterpretation": "SL"}, "Samples of 16 bits that are said to be SL are taken for SS."),
    ],
)
def test_that_what_is_wrong_is_told_and_the_rest_is_read(change: dict[str, object], note: str) -> None:
    item = group(np.arange(8, dtype="<i2").reshape(4, 2), [channel("A"), channel("B")])
    for keyword, value in change.items():
        setattr(item, keyword, value)

    (read,) = waveform_of(waveform(item)).groups

    assert note in read.notes
    assert read.values(0).size == len(read.samples)


def test_that_marks_are_read_with_their_place() -> None:
    ds = twelve_leads(1)
    ds.WaveformAnnotationSequence = [
        dataset(
            ConceptNameCodeSequence=[code("8867-4", "LN", "Heart rate")],
            NumericValue="61",
            MeasurementUnitsCodeSequence=[code("/min", "UCUM", "per minute")],
            ReferencedWaveformChannels=[1, 2, 1, 3],
        ),
        dataset(
            UnformattedTextValue="Sinus rhythm",
            ReferencedWaveformChannels=[1, 0],
            TemporalRangeType="POINT",
            ReferencedSamplePositions=[12],
        ),
    ]
    first, second = waveform_of(ds).marks

    assert (mark_text(first), first.channels) == ("Heart rate: 61 /min", ((1, 2), (1, 3)))
    assert (mark_text(second), second.samples, second.range_type) == ("Sinus rhythm", (12,), "POINT")


def test_that_one_without_samples_says_so() -> None:
    assert waveform_of(Dataset()).notes == ("It holds no samples.",)


def test_that_an_image_is_no_waveform(tmp_path: Path) -> None:
    (path, *_) = small.volume("axial").write(tmp_path)

    with pytest.raises(Refused) as caught:
        read_waveform(path)

    assert caught.value.reason is Reason.OTHER_OBJECT
    assert read_dataset(path)
