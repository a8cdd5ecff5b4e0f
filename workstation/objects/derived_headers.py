"""What images made of a series keep of its headers: how it was taken, contrast, radiopharmaceutical, lossy history."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydicom.datadict import dictionary_VR
from pydicom.dataset import Dataset

from workstation.model.attributes import first_item, items, number, numbers, text
from workstation.model.index.records import FrameRef
from workstation.model.reading import read_dataset
from workstation.objects.writing import coded, decimal, fitting
from workstation.quick_dataclass import dataclass

Family = Literal["CT", "MR", "PT", ""]
MOST_HEADERS = 24
"""Headers of a series that are read to find what holds for all of it."""
MOST_WHOLE = 2**31
"""Integer Strings are below it (PS3.5 6.2)."""

_CLASSES: Mapping[str, Family] = {
    "1.2.840.10008.5.1.4.1.1.2": "CT",
    "1.2.840.10008.5.1.4.1.1.2.1": "CT",
    "1.2.840.10008.5.1.4.1.1.2.2": "CT",
    "1.2.840.10008.5.1.4.1.1.4": "MR",
    "1.2.840.10008.5.1.4.1.1.4.1": "MR",
    "1.2.840.10008.5.1.4.1.1.4.4": "MR",
    "1.2.840.10008.5.1.4.1.1.128": "PT",
    "1.2.840.10008.5.1.4.1.1.128.1": "PT",
    "1.2.840.10008.5.1.4.1.1.130": "PT",
}
_OF_ALL = (
    *("PatientAge", "PatientSize", "PatientWeight", "PatientPosition", "ProtocolName"),
    *("AcquisitionDate", "AcquisitionTime", "AcquisitionNumber"),
)
_CONTRAST = ("ContrastBolusAgent", "ContrastBolusRoute")
_OF_FAMILY: Mapping[Family, tuple[str, ...]] = {
    "": (),
    "CT": (
        *_CONTRAST,
        *("KVP", "ScanOptions", "DataCollectionDiameter", "ConvolutionKernel", "FilterType", "RevolutionTime"),
    ),
    "MR": (
        *_CONTRAST,
        *("ScanningSequence", "SequenceVariant", "ScanOptions", "MRAcquisitionType", "RepetitionTime", "EchoTime"),
        *("EchoTrainLength", "InversionTime", "FlipAngle", "SequenceName", "EchoNumbers", "NumberOfAverages"),
        *("MagneticFieldStrength", "ImagedNucleus", "ImagingFrequency", "ReceiveCoilName", "DiffusionBValue"),
    ),
    "PT": (
        *("SeriesDate", "SeriesTime", "Units", "SUVType", "CountsSource", "SeriesType", "DecayCorrection"),
        *("CorrectedImage", "CollimatorType", "ReconstructionMethod", "AttenuationCorrectionMethod"),
        *("ScatterCorrectionMethod", "RandomsCorrectionMethod", "NumberOfTimeSlices", "NumberOfTimeSlots"),
        *("RadiopharmaceuticalInformationSequence",),
    ),
}
_OF_ONE_SLICE = ("FrameReferenceTime", "ActualFrameDuration", "DecayFactor", "DoseCalibrationFactor")
"""Of PET, required, and different from bed to bed: those of the middle slice are written where they differ."""
_EMPTY_IF_UNKNOWN: Mapping[Family, tuple[str, ...]] = {
    "": (),
    "CT": ("KVP", "AcquisitionNumber"),
    "MR": ("ScanOptions", "MRAcquisitionType", "RepetitionTime", "EchoTime", "EchoTrainLength"),
    "PT": ("CorrectedImage", "CollimatorType", "AcquisitionDate", "AcquisitionTime"),
}
_PET_NEEDS = ("Units", "CountsSource", "SeriesType", "DecayCorrection", "FrameReferenceTime", "ActualFrameDuration")
_TEXTS = ("CS", "DA", "TM", "LO", "SH", "PN", "UI", "ST", "LT")
_LINE = ("RescaleSlope", "RescaleIntercept", "DoseGridScaling")
"""What makes modality values of stored ones."""
_RECOGNISABLE = ("BurnedInAnnotation", "RecognizableVisualFeatures")
_REMOVED = ("DeidentificationMethod", "DeidentificationMethodCodeSequence")
_POSTURE = ("PatientOrientationCodeSequence", "PatientGantryRelationshipCodeSequence")
_LYING = {
    "S": ("40199007", "supine"),
    "P": ("1240000", "prone"),
    "DR": ("102535000", "right lateral decubitus"),
    "DL": ("102536004", "left lateral decubitus"),
}
_FIRST = {"HF": ("102540008", "headfirst"), "FF": ("102541007", "feet-first")}
_ECHOES = {"SPIN": ["SE"], "GRADIENT": ["GR"], "BOTH": ["SE", "GR"]}


@dataclass(frozen=True, eq=False)
class SourceHeaders:
    """Headers of a series, enhanced ones laid flat, in order along the stack."""

    headers: tuple[Dataset, ...]

    @property
    def middle(self) -> Dataset:
        """The header of the middle one."""
        return self.headers[len(self.headers) // 2]

    @property
    def family(self) -> Family:
        """Which single-frame image stores what is made of them: CT, MR, PT; empty where only secondary capture does."""
        found = _CLASSES.get(text(self.middle, "SOPClassUID"), "")
        if found == "PT" and not all(text(self.middle, keyword) for keyword in _PET_NEEDS):
            return ""
        return found

    @property
    def is_whole(self) -> bool:
        """Whether modality values of the series are whole numbers."""
        lines = [[number(each, keyword) for keyword in _LINE] for each in self.headers]
        are_whole = all(value is None or value.is_integer() for line in lines for value in line)
        return are_whole and (number(self.middle, "BitsAllocated") or 0) <= 16  # wider ones may be floats

    def shared(self, keyword: str) -> str:
        """Give the text of an attribute that all have alike, else nothing."""
        found = {text(each, keyword) for each in self.headers}
        return found.pop() if len(found) == 1 else ""


def source_headers(sources: Sequence[FrameRef]) -> SourceHeaders:
    """Read headers of the frames that something is made of: the first, the last, and some between.

    Raises
    ------
    Refused
        If one of them cannot be read any more.
    """
    step = max(1, -(-len(sources) // MOST_HEADERS))
    chosen = dict.fromkeys([*sources[::step], sources[-1]])
    read: dict[str, Dataset] = {}
    for each in chosen:
        if each.instance.sop_instance_uid not in read:
            read[each.instance.sop_instance_uid] = read_dataset(each.instance.place)
    return SourceHeaders(tuple(_flat(read[each.instance.sop_instance_uid], each.number) for each in chosen))


def _flat(header: Dataset, frame: int) -> Dataset:
    """Give a header with what its functional groups say of a frame, as single-frame images say it."""
    groups = [first_item(header, "SharedFunctionalGroupsSequence")]
    frames = items(header, "PerFrameFunctionalGroupsSequence")
    groups.append(frames[frame] if frame < len(frames) else None)
    if groups == [None, None]:
        return header
    flat = Dataset()
    flat.update({element.tag: element for element in header if element.VR != "SQ"})
    for keyword in ("RadiopharmaceuticalInformationSequence", *_POSTURE, *_REMOVED):
        if keyword in header:
            flat[keyword] = header[keyword]
    for group in groups:
        for macro in (each.keyword for each in group or () if each.VR == "SQ" and each.keyword):
            item = first_item(group, macro) if group is not None else None
            flat.update({element.tag: element for element in item or () if element.VR != "SQ"})
    if "EchoTime" not in flat and (echo := number(flat, "EffectiveEchoTime")) is not None:
        flat.EchoTime = decimal(echo)
    if "ScanningSequence" not in flat and text(flat, "EchoPulseSequence") in _ECHOES:
        flat.ScanningSequence = _ECHOES[text(flat, "EchoPulseSequence")]
    return flat


def put_acquisition(ds: Dataset, source: SourceHeaders, family: Family) -> None:
    """Write how the source was taken, as far as all of it was taken alike (PS3.3 C.8.2.1, C.8.3.1, C.8.9)."""
    for keyword in (*_OF_ALL, *_OF_FAMILY[family]):
        if all(_alike(each, source.middle, keyword) for each in source.headers):
            _put(ds, source.middle, keyword)
    for keyword in _EMPTY_IF_UNKNOWN[family]:
        if keyword not in ds:
            setattr(ds, keyword, None)
    if family == "MR":
        ds.ScanningSequence = ds.get("ScanningSequence") or "RM"
        ds.SequenceVariant = ds.get("SequenceVariant") or "NONE"
        if "InversionTime" in ds and "IR" not in text(ds, "ScanningSequence"):
            del ds.InversionTime
    if family == "PT":
        _put_pet(ds, source)


def _put_pet(ds: Dataset, source: SourceHeaders) -> None:
    for keyword in _OF_ONE_SLICE:
        _put(ds, source.middle, keyword)
    _put_posture(ds, source.middle)
    if "RadiopharmaceuticalInformationSequence" not in ds:
        ds.RadiopharmaceuticalInformationSequence = []
    for isotope in ds.RadiopharmaceuticalInformationSequence:
        if "RadionuclideCodeSequence" not in isotope:
            isotope.RadionuclideCodeSequence = []
    times = [each for each in (fitting(text(one, "AcquisitionTime"), "TM") for one in source.headers) if each]
    if times and source.shared("AcquisitionDate"):
        ds.AcquisitionTime = min(times)  # beds follow each other; the series began with the first


def _put_posture(ds: Dataset, source: Dataset) -> None:
    """Say how the patient lay in codes, which PET has instead of Patient Position (PS3.3 C.7.3.1, C.8.9.5)."""
    for keyword in _POSTURE:
        _put(ds, source, keyword)
        if keyword not in ds:
            setattr(ds, keyword, [])
    position = text(ds, "PatientPosition")
    if position[:2] in _FIRST and position[2:] in _LYING and not ds.PatientOrientationCodeSequence:
        lying = coded("102538003", "SCT", "recumbent")
        lying.PatientOrientationModifierCodeSequence = [_snomed(_LYING[position[2:]])]
        ds.PatientOrientationCodeSequence = [lying]
        ds.PatientGantryRelationshipCodeSequence = [_snomed(_FIRST[position[:2]])]
    if "PatientPosition" in ds:
        del ds.PatientPosition


def _snomed(concept: tuple[str, str]) -> Dataset:
    return coded(concept[0], "SCT", concept[1])


def put_lossy_history(ds: Dataset, source: SourceHeaders) -> None:
    """Say that what it was made of was compressed with loss, and how (PS3.3 C.7.6.1.1.5)."""
    lossy = next((each for each in source.headers if text(each, "LossyImageCompression") == "01"), None)
    ds.LossyImageCompression = "00" if lossy is None else "01"
    if lossy is not None:
        for keyword in ("LossyImageCompressionRatio", "LossyImageCompressionMethod"):
            _put(ds, lossy, keyword)


def put_visible_identity(ds: Dataset, source: SourceHeaders) -> None:
    """Say whether a person may be known by what is seen, and what was taken out (PS3.3 C.7.6.1, C.7.1.1, C.12.1)."""
    said = {keyword: [text(each, keyword) for each in source.headers] for keyword in _RECOGNISABLE}
    ds.BurnedInAnnotation = "YES" if "YES" in said["BurnedInAnnotation"] else "NO"
    features = said["RecognizableVisualFeatures"]
    if "YES" in features or all(each == "NO" for each in features):
        ds.RecognizableVisualFeatures = "YES" if "YES" in features else "NO"
    if text(source.middle, "PatientIdentityRemoved") == "YES" and any(text(source.middle, each) for each in _REMOVED):
        ds.PatientIdentityRemoved = "YES"
        for keyword in (*_REMOVED, "LongitudinalTemporalInformationModified"):
            _put(ds, source.middle, keyword)
        if not any(each in ds for each in _REMOVED):  # nothing that can be written
            del ds.PatientIdentityRemoved


def contributing_equipment(source: SourceHeaders, purpose: Dataset) -> list[Dataset]:
    """Give the machine that took the source (PS3.3 C.12.1); empty where nobody knows its maker."""
    item = Dataset()
    item.PurposeOfReferenceCodeSequence = [purpose]
    for keyword in ("Manufacturer", "InstitutionName", "StationName", "ManufacturerModelName", "DeviceSerialNumber"):
        _put(item, source.middle, keyword)
    _put(item, source.middle, "SoftwareVersions")
    return [item] if "Manufacturer" in item else []


def _alike(one: Dataset, other: Dataset, keyword: str) -> bool:
    if dictionary_VR(keyword) != "SQ":
        return text(one, keyword) == text(other, keyword)
    return items(one, keyword) == items(other, keyword)


def _put(ds: Dataset, source: Dataset, keyword: str) -> None:
    """Copy a value as its VR allows it; what is none is left out."""
    vr = dictionary_VR(keyword)
    value: Any
    if vr == "SQ":
        value = [_copied(each) for each in items(source, keyword)]
    elif vr in ("DS", "IS"):
        found = numbers(source, keyword)
        value = [decimal(each) if vr == "DS" else int(each) for each in found if vr == "DS" or abs(each) < MOST_WHOLE]
    elif vr in ("FD", "FL", "US", "SS", "UL", "SL"):
        value = list(numbers(source, keyword))
        value = value if vr in ("FD", "FL") else [int(each) for each in value]
    elif vr == "AS":
        value = [each for each in (text(source, keyword),) if _is_age(each)]
    elif vr == "DT":
        value = [each for each in (text(source, keyword),) if each[:4].isdigit() and len(each) <= 26]
    else:
        value = (
            []
            if vr not in _TEXTS
            else [each for part in text(source, keyword).split("\\") if (each := fitting(part, vr))]
        )
    if value:
        setattr(ds, keyword, value if vr == "SQ" or len(value) > 1 else value[0])


def _copied(item: Dataset) -> Dataset:
    """Copy an item, its private elements left out."""
    made = Dataset()
    for element in item:
        if element.keyword and not element.tag.is_private:
            _put(made, item, element.keyword)
    return made


def _is_age(value: str) -> bool:
    return len(value) == 4 and value[:3].isdigit() and value[3] in "DWMY"
