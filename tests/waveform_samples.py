"""Waveform objects made element by element: twelve leads, pressures, sound, and broken ones."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, TwelveLeadECGWaveformStorage

from tests.report_samples import code, dataset
from workstation.display.waveform_page import LEADS


def channel(label: str, unit: str = "uV", sensitivity: float | None = 2.5, **rest: Any) -> Dataset:
    made = dataset(ChannelSampleSkew="0", WaveformBitsStored=16, **rest)
    made.ChannelSourceSequence = [code("1", "99X", label)]
    if sensitivity is not None:
        made.ChannelSensitivity = sensitivity
        made.ChannelSensitivityUnitsSequence = [code(unit, "UCUM", unit)]
        made.ChannelSensitivityCorrectionFactor = 1.0
        made.ChannelBaseline = 0.0
    return made


def group(samples: NDArray[Any], channels: list[Dataset], kind: str = "SS", frequency: float = 500) -> Dataset:
    """``samples`` is (samples, channels)."""
    return dataset(
        MultiplexGroupTimeOffset="0",
        WaveformOriginality="ORIGINAL",
        NumberOfWaveformChannels=samples.shape[1],
        NumberOfWaveformSamples=samples.shape[0],
        SamplingFrequency=frequency,
        MultiplexGroupLabel="RHYTHM",
        ChannelDefinitionSequence=channels,
        WaveformBitsAllocated=samples.dtype.itemsize * 8,
        WaveformSampleInterpretation=kind,
        WaveformData=samples.tobytes(),
    )


def waveform(*groups: Dataset) -> Dataset:
    ds = dataset(
        SOPClassUID=TwelveLeadECGWaveformStorage,
        SOPInstanceUID="2.25.61",
        StudyInstanceUID="2.25.1",
        SeriesInstanceUID="2.25.62",
        Modality="ECG",
        PatientName="Einthoven^Willem",
        PatientID="P-2",
        AcquisitionDateTime="20260102101500",
        WaveformSequence=list(groups),
    )
    ds.file_meta = FileMetaDataset()
    ds.file_meta.MediaStorageSOPClassUID = TwelveLeadECGWaveformStorage
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return ds


def twelve_leads(seconds: float = 10, frequency: float = 500) -> Dataset:
    """Square waves of a second, each lead higher than the one before by 0.1 mV."""
    at = np.arange(round(seconds * frequency)) / frequency
    high = (at % 1 < 0.5)[:, None] * (np.arange(12) + 1) * 40  # 40 steps of 2.5 uV are 0.1 mV
    return waveform(group(high.astype("<i2"), [channel(f"Lead {lead}") for lead in LEADS], frequency=frequency))
