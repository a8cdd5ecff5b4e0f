"""What an enhanced PET image says in its macros (PS3.3 A.56, C.8.22): times, corrections, unit of values."""

from __future__ import annotations

import math

from pydicom import Dataset

from workstation.measure.suv.clock import moment_of, moment_of_dt, seconds_between, zone_of
from workstation.measure.suv.decay import SERIES, Times
from workstation.measure.suv.values import Moment, Problem, Word
from workstation.model.attributes import items, number, text
from workstation.model.codes import first_code
from workstation.model.pixels.functional_groups import FunctionalGroups
from workstation.model.text import clean

ENHANCED_PET = "1.2.840.10008.5.1.4.1.1.130"
_MAP = "Real World Value Mapping Sequence (0040,9096)"
_UNITS = {
    "Bq/ml": ("BQML", ""),
    "g/ml{SUVbw}": ("GML", "BW"),
    "g/ml{SUVlbm}": ("GML", "LBM"),
    "g/ml{SUVlbm(James128)}": ("GML", "LBMJAMES128"),
    "g/ml{SUVlbm(Janma)}": ("GML", "LBMJANMA"),
    "g/ml{SUVibw}": ("GML", "IBW"),
    "cm2/ml{SUVbsa}": ("CM2ML", "BSA"),
    "{counts}": ("CNTS", ""),
    "{propcounts}": ("PROPCNTS", ""),
}


def is_enhanced(dataset: Dataset) -> bool:
    """Tell whether an image is of the Enhanced PET class."""
    return text(dataset, "SOPClassUID") == ENHANCED_PET


def enhanced_times(dataset: Dataset, frame: int) -> Times:
    """Read the times of a frame; Frame Reference DateTime is the mean of the frame."""
    zone, content = zone_of(dataset), FunctionalGroups(dataset).item("FrameContentSequence", frame)
    held = content if content is not None else Dataset()
    duration = number(held, "FrameAcquisitionDuration")
    return Times(
        series=moment_of(dataset, "SeriesDate", "SeriesTime", SERIES),
        acquisition=moment_of_dt(
            text(held, "FrameAcquisitionDateTime"), "Frame Acquisition DateTime (0018,9074)", zone
        ),
        reference_s=None,
        duration_s=None if duration is None else duration / 1000,
        decay_factor=None,
        private=moment_of_dt(text(dataset, "DecayCorrectionDateTime"), "Decay Correction DateTime (0018,9701)", zone),
    )


def frame_mean(dataset: Dataset, frame: int) -> Moment | None:
    """Give the mean time of a frame as the file has it (Frame Reference DateTime); None where it has none."""
    content = FunctionalGroups(dataset).item("FrameContentSequence", frame)
    if content is None:
        return None
    written = text(content, "FrameReferenceDateTime")
    return moment_of_dt(written, "Frame Reference DateTime (0018,9151)", zone_of(dataset))


def enhanced_decay(dataset: Dataset) -> Word:
    """Give what Decay Corrected says as a word of Decay Correction; values decayed to the injection are ADMIN."""
    said, source = text(dataset, "DecayCorrected").upper(), "Decay Corrected (0018,9758)"
    if said == "NO":
        return Word("NONE", source)
    if said != "YES":
        return Word()
    zone = zone_of(dataset)
    to = moment_of_dt(text(dataset, "DecayCorrectionDateTime"), "", zone)
    for item in items(dataset, "RadiopharmaceuticalInformationSequence"):
        injected = moment_of_dt(text(item, "RadiopharmaceuticalStartDateTime"), "", zone)
        if to and injected and abs(seconds_between(to, injected)) < 1:
            return Word("ADMIN", f"{source} to the time of injection")
    return Word("START", source)


def enhanced_corrections(dataset: Dataset) -> tuple[str, ...]:
    """Give the corrections of an enhanced image as values of Corrected Image."""
    flags = {
        "AttenuationCorrected": "ATTN",
        "DecayCorrected": "DECY",
        "ScatterCorrected": "SCAT",
        "DeadTimeCorrected": "DTIM",
        "RandomsCorrected": "RAN",
    }
    return tuple(word for keyword, word in flags.items() if text(dataset, keyword).upper() == "YES")


def real_world(dataset: Dataset, frame: int) -> tuple[Word, Word, float, Problem | None]:
    """Give unit and SUV type of real-world values, and what modality values are multiplied by to become those."""
    groups = FunctionalGroups(dataset)
    for item in groups.items("RealWorldValueMappingSequence", frame):
        code = first_code(item, "MeasurementUnitsCodeSequence")
        written = _modern(code.value) if code else ""
        if written not in _UNITS:
            continue
        units, kind = _UNITS[written]
        slope, intercept = number(item, "RealWorldValueSlope"), number(item, "RealWorldValueIntercept") or 0.0
        line = groups.item("PixelValueTransformationSequence", frame)
        rescale = number(line, "RescaleSlope") if line is not None else None
        offset = (number(line, "RescaleIntercept") if line is not None else None) or 0.0
        if not slope or slope <= 0:
            continue
        factor = slope / (rescale or 1.0)
        if not math.isclose(intercept, offset * factor, rel_tol=1e-6, abs_tol=1e-9):
            said = "The real-world values of this image are not a multiple of its rescaled values."
            return Word(), Word(), 1.0, Problem("units", said, "Convert the image into one with plain values.")
        return Word(units, _MAP), Word(kind, _MAP if kind else ""), factor, None
    said = f"No {_MAP} says that values are Bq/ml or SUV"
    found = [
        clean(str(code))
        for item in groups.items("RealWorldValueMappingSequence", frame)
        if (code := first_code(item, "MeasurementUnitsCodeSequence"))
    ]
    named = f"; it says {', '.join(found)[:80]}." if found else "."
    return Word(), Word(), 1.0, Problem("units", said + named)


def _modern(ucum: str) -> str:
    """Move the annotation of a unit behind it, as CID 85 has it since 2018 and before had it not."""
    note, closing, unit = ucum.partition("}")
    return f"{unit}{note}}}" if closing and unit and note.startswith("{") else ucum
