"""Directory records: which type an object gets, and the keys that its record must and may have (PS3.3 F.4, F.5)."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Literal

from pydicom import Dataset
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import DataElement

from workstation.model.attributes import PARSER_FAILURES, items, text
from workstation.objects.writing import coded, fitting
from workstation.quick_dataclass import dataclass

Kind = Literal["1", "2", "1C"]
_CLASSES = "1.2.840.10008.5.1.4.1.1."

_TYPE_OF_CLASS: Mapping[str, str] = {
    "481.2": "RT DOSE",
    "481.3": "RT STRUCTURE SET",
    "481.4": "RT TREAT RECORD",
    "481.5": "RT PLAN",
    "481.6": "RT TREAT RECORD",
    "481.7": "RT TREAT RECORD",
    "481.8": "RT PLAN",
    "481.9": "RT TREAT RECORD",
    "4.2": "SPECTROSCOPY",
    "66": "RAW DATA",
    "66.1": "REGISTRATION",
    "66.2": "FIDUCIAL",
    "66.3": "REGISTRATION",
    "66.5": "SURFACE",
    "66.6": "TRACT",
    "67": "VALUE MAP",
    "68.1": "SURFACE SCAN",
    "68.2": "SURFACE SCAN",
    "77.1.5.3": "STEREOMETRIC",
    "88.59": "KEY OBJECT DOC",
    "90.1": "ASSESSMENT",
}
_TYPE_OF_FAMILY: tuple[tuple[str, str], ...] = (
    ("9.", "WAVEFORM"),
    ("11.", "PRESENTATION"),
    ("78.", "MEASUREMENT"),
    ("88.", "SR DOCUMENT"),
    ("104.", "ENCAP DOC"),
)
_WITHOUT_PATIENT = ("1.2.840.10008.5.1.4.38.", "1.2.840.10008.5.1.4.39.", "1.2.840.10008.5.1.4.43.")
_CONTENT: Mapping[str, Kind] = {"InstanceNumber": "1", "ContentDate": "1", "ContentTime": "1"}
_IDENTIFICATION: Mapping[str, Kind] = {
    **_CONTENT,
    "ContentLabel": "1",
    "ContentDescription": "2",
    "ContentCreatorName": "2",
}
KEYS: Mapping[str, Mapping[str, Kind]] = {
    "PATIENT": {"PatientName": "2", "PatientID": "1"},
    "STUDY": {
        "StudyDate": "1",
        "StudyTime": "1",
        "StudyDescription": "2",
        "StudyInstanceUID": "1",
        "StudyID": "1",
        "AccessionNumber": "2",
    },
    "SERIES": {"Modality": "1", "SeriesInstanceUID": "1", "SeriesNumber": "1"},
    "IMAGE": {"InstanceNumber": "1"},
    "RT DOSE": {"InstanceNumber": "1", "DoseSummationType": "1"},
    "RT STRUCTURE SET": {
        "InstanceNumber": "1",
        "StructureSetLabel": "1",
        "StructureSetDate": "2",
        "StructureSetTime": "2",
    },
    "RT PLAN": {"InstanceNumber": "1", "RTPlanLabel": "1", "RTPlanDate": "2", "RTPlanTime": "2"},
    "RT TREAT RECORD": {"InstanceNumber": "1", "TreatmentDate": "2", "TreatmentTime": "2"},
    "PRESENTATION": {
        "PresentationCreationDate": "1",
        "PresentationCreationTime": "1",
        "InstanceNumber": "1",
        "ContentLabel": "1",
        "ContentDescription": "2",
        "ContentCreatorName": "2",
        "ReferencedSeriesSequence": "1C",
        "BlendingSequence": "1C",
    },
    "WAVEFORM": _CONTENT,
    "SR DOCUMENT": {
        **_CONTENT,
        "CompletionFlag": "1",
        "VerificationFlag": "1",
        "VerificationDateTime": "1C",
        "ConceptNameCodeSequence": "1",
        "ContentSequence": "1C",
    },
    "KEY OBJECT DOC": {**_CONTENT, "ConceptNameCodeSequence": "1", "ContentSequence": "1C"},
    "SPECTROSCOPY": {
        **_CONTENT,
        "ImageType": "1",
        "ReferencedImageEvidenceSequence": "1C",
        "NumberOfFrames": "1",
        "Rows": "1",
        "Columns": "1",
        "DataPointRows": "1",
        "DataPointColumns": "1",
    },
    "RAW DATA": {"ContentDate": "1", "ContentTime": "1", "InstanceNumber": "2"},
    "REGISTRATION": _IDENTIFICATION,
    "FIDUCIAL": _IDENTIFICATION,
    "VALUE MAP": _IDENTIFICATION,
    "STEREOMETRIC": {},
    "MEASUREMENT": _CONTENT,
    "SURFACE": _IDENTIFICATION,
    "SURFACE SCAN": {"ContentDate": "1", "ContentTime": "1"},
    "TRACT": _IDENTIFICATION,
    "ASSESSMENT": {"InstanceNumber": "1", "InstanceCreationDate": "1", "InstanceCreationTime": "2"},
    "ENCAP DOC": {
        "InstanceNumber": "1",
        "ContentDate": "2",
        "ContentTime": "2",
        "DocumentTitle": "2",
        "HL7InstanceIdentifier": "1C",
        "ConceptNameCodeSequence": "2",
        "MIMETypeOfEncapsulatedDocument": "1",
    },
}
"""Keys by record type: 1 has a value, 2 may be empty, 1C is there where the object has it."""

_INSTEAD: Mapping[str, str] = {
    "PatientID": "NOT KNOWN",
    "StudyID": "0",
    "SeriesNumber": "0",
    "InstanceNumber": "0",
    "Modality": "OT",
    "ContentLabel": "UNLABELLED",
    "StructureSetLabel": "UNLABELLED",
    "RTPlanLabel": "UNLABELLED",
    "DoseSummationType": "PLAN",
    "CompletionFlag": "PARTIAL",
    "VerificationFlag": "UNVERIFIED",
    "MIMETypeOfEncapsulatedDocument": "application/octet-stream",
}
_DAYS = ("ContentDate", "SeriesDate", "StudyDate", "InstanceCreationDate")
_TIMES = ("ContentTime", "SeriesTime", "StudyTime", "InstanceCreationTime")
_NO_DAY, _NO_TIME = "19000101", "000000"


@dataclass(frozen=True, slots=True)
class Record:
    """Keys of a directory record; ``filled`` names those that must have a value and have none in the file."""

    type: str
    keys: Dataset
    filled: tuple[str, ...] = ()


def record_type(sop_class_uid: str) -> str:
    """Give the Directory Record Type for a SOP class (PS3.3 F.4); IMAGE for what none is defined for."""
    tail = sop_class_uid.removeprefix(_CLASSES)
    if tail == sop_class_uid:
        return "IMAGE"
    family = next((found for start, found in _TYPE_OF_FAMILY if tail.startswith(start)), "IMAGE")
    return _TYPE_OF_CLASS.get(tail, family)


def has_no_patient(sop_class_uid: str) -> bool:
    """Say whether an object belongs to no patient (hanging protocols, palettes, implants)."""
    return sop_class_uid.startswith(_WITHOUT_PATIENT)


def record_of(kind: str, source: Dataset) -> Record:
    """Make the record of one level for an object.

    Parameters
    ----------
    kind
        Directory Record Type, a key of `KEYS`.
    source
        The object; what it lacks and the standard demands is filled in: dates by others of the object, numbers by 0.

    Returns
    -------
    Record
        Text in Unicode: Specific Character Set is set where it is not ASCII.
    """
    keys, filled = Dataset(), []
    for keyword, need in KEYS[kind].items():
        element = _element(source, keyword)
        if element is None and need == "1C":
            continue
        if element is None and need == "1":
            filled.append(keyword)
            element = _instead(source, keyword)
        keys.add(element if element is not None else _empty(keyword))
    if not str(keys).isascii():
        keys.SpecificCharacterSet = "ISO_IR 192"
    return Record(kind, keys, tuple(filled))


def _element(source: Dataset, keyword: str) -> DataElement | None:
    """Copy an element with a value; None where it has none, or one that cannot be written."""
    vr = dictionary_VR(_tag(keyword))
    if vr == "SQ":
        found = [_headless(item) for item in items(source, keyword)]
        if keyword == "ContentSequence":  # only what modifies the title (PS3.3 F.5.25)
            found = [item for item in found if text(item, "RelationshipType") == "HAS CONCEPT MOD"]
        return DataElement(_tag(keyword), "SQ", found) if found else None
    value: Any = text(source, keyword)
    try:
        if vr in ("IS", "US", "UL"):
            value = int(float(value.split("\\")[0]))
        elif keyword == "ImageType":
            value = [fitting(part, "CS") for part in value.split("\\")] if value else ""
        elif vr == "DT":
            value = value[:26]
        else:
            value = fitting(value, vr)
        return DataElement(_tag(keyword), vr, value) if value not in ("", []) else None
    except PARSER_FAILURES:
        return None


def _headless(item: Dataset) -> Dataset:
    copy = deepcopy(item)
    copy.pop("SpecificCharacterSet", None)
    return copy


def _empty(keyword: str) -> DataElement:
    vr = dictionary_VR(_tag(keyword))
    return DataElement(_tag(keyword), vr, [] if vr == "SQ" else "")


def _instead(source: Dataset, keyword: str) -> DataElement:
    vr = dictionary_VR(_tag(keyword))
    if vr == "SQ":
        return DataElement(_tag(keyword), "SQ", [coded("UNTITLED", "99WORKSTATION", "Untitled")])
    value: Any = _INSTEAD.get(keyword, "0")
    if vr in ("DA", "TM"):
        others, last = (_DAYS, _NO_DAY) if vr == "DA" else (_TIMES, _NO_TIME)
        value = next((found for each in others if (found := fitting(text(source, each), vr))), last)
    return DataElement(_tag(keyword), vr, int(value) if vr in ("IS", "US") else value)


def _tag(keyword: str) -> int:
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise KeyError(keyword)
    return tag
