"""Headers of PET images as scanners write them, made by arithmetic: whatever matters in a test is given to them."""

from typing import Any

from pydicom import Dataset
from pydicom.sequence import Sequence

HALF_LIFE_S = 6586.2
DOSE_BQ = 368.08e6
WEIGHT_KG, HEIGHT_M = 70.0, 1.75
UPTAKE_S = 3600.0
FACTOR = WEIGHT_KG * 1000 / (DOSE_BQ * 2 ** (-UPTAKE_S / HALF_LIFE_S))
"""Of the plain header: an hour of F-18."""

_OF_ITEM = (
    "RadiopharmaceuticalStartTime",
    "RadiopharmaceuticalStartDateTime",
    "RadionuclideTotalDose",
    "RadionuclideHalfLife",
    "Radiopharmaceutical",
    "RadionuclideCodeSequence",
)


def code(value: str, scheme: str, meaning: str) -> Dataset:
    """Give an item of a code sequence."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def header(**values: Any) -> Dataset:
    """Give the header of a PET image: FDG at 10:00, scan at 11:00; ``values`` override, None removes."""
    item, ds = Dataset(), Dataset()
    plain: dict[str, Any] = {
        "Modality": "PT",
        "StudyDate": "20250101",
        "SeriesDate": "20250101",
        "SeriesTime": "110000",
        "AcquisitionDate": "20250101",
        "AcquisitionTime": "110000",
        "PatientSex": "M",
        "PatientAge": "050Y",
        "PatientSize": HEIGHT_M,
        "PatientWeight": WEIGHT_KG,
        "Units": "BQML",
        "DecayCorrection": "START",
        "CorrectedImage": ["NORM", "DTIM", "ATTN", "SCAT", "DECY", "RAN"],
        "ActualFrameDuration": 300000,
        "RadiopharmaceuticalStartTime": "100000",
        "RadiopharmaceuticalStartDateTime": "20250101100000",
        "RadionuclideTotalDose": DOSE_BQ,
        "RadionuclideHalfLife": HALF_LIFE_S,
        "Radiopharmaceutical": "FDG",
        "RadionuclideCodeSequence": [code("C-111A1", "SRT", "^18^Fluorine")],
    }
    for keyword, value in {**plain, **values}.items():
        if value is not None:
            setattr(item if keyword in _OF_ITEM else ds, keyword, value)
    if "RadiopharmaceuticalInformationSequence" not in values:
        ds.RadiopharmaceuticalInformationSequence = Sequence([item])
    return ds


def philips(suv: float | None = None, activity: float | None = None, **values: Any) -> Dataset:
    """Give a header of Philips in counts, with its private factors."""
    ds = header(**{"Manufacturer": "Philips Medical Systems", "Units": "CNTS", **values})
    block = ds.private_block(0x7053, "Philips PET Private Group", create=True)
    if suv is not None:
        block.add_new(0x00, "DS", f"{suv:g} ")
    if activity is not None:
        block.add_new(0x09, "DS", f"{activity:g}")
    return ds


def siemens(decayed_to: str, **values: Any) -> Dataset:
    """Give a header of Siemens with its private time that values are decayed to."""
    ds = header(Manufacturer="SIEMENS", **values)
    ds.private_block(0x0071, "SIEMENS MED PT", create=True).add_new(0x22, "DT", decayed_to)
    return ds


def general_electric(decayed_to: str, **values: Any) -> Dataset:
    """Give a header of GE with its private time that values are decayed to."""
    ds = header(Manufacturer="GE MEDICAL SYSTEMS", **values)
    ds.private_block(0x0009, "GEMS_PETD_01", create=True).add_new(0x0D, "DT", decayed_to)
    return ds


def enhanced(units: str = "Bq/ml", *, slope: float = 1.0, intercept: float = 0.0, **values: Any) -> Dataset:
    """Give the header of an Enhanced PET image of one frame, whose real-world values are in ``units``."""
    ds = header(
        Units=None,
        DecayCorrection=None,
        CorrectedImage=None,
        AcquisitionDate=None,
        AcquisitionTime=None,
        **{
            "SOPClassUID": "1.2.840.10008.5.1.4.1.1.130",
            "AttenuationCorrected": "YES",
            "DecayCorrected": "YES",
            "DecayCorrectionDateTime": "20250101110000",
            **values,
        },
    )
    mapping, line, content, shared, frame = Dataset(), Dataset(), Dataset(), Dataset(), Dataset()
    mapping.MeasurementUnitsCodeSequence = Sequence([code(units, "UCUM", units)])
    mapping.RealWorldValueSlope, mapping.RealWorldValueIntercept = slope, intercept
    line.RescaleSlope, line.RescaleIntercept, line.RescaleType = 1.0, 0.0, "US"
    content.FrameAcquisitionDateTime, content.FrameAcquisitionDuration = "20250101110000", 300000.0
    content.FrameReferenceDateTime = "20250101110229.5"
    shared.RealWorldValueMappingSequence = Sequence([mapping])
    shared.PixelValueTransformationSequence = Sequence([line])
    frame.FrameContentSequence = Sequence([content])
    ds.SharedFunctionalGroupsSequence = Sequence([shared])
    ds.PerFrameFunctionalGroupsSequence = Sequence([frame])
    return ds
