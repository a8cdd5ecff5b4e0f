"""Structured reports read tolerantly: any class and template, damaged ones as far as they can be read."""

from collections.abc import Iterator
from pathlib import Path

from pydicom import Dataset
from pydicom.uid import UID

from workstation.model.attributes import PARSER_FAILURES, items, text, value_of
from workstation.model.codes import code_of, first_code
from workstation.model.index.records import Place
from workstation.model.reading import read_dataset
from workstation.model.refusal import Reason, Refused
from workstation.model.text import clean
from workstation.objects.sr.content import ContentItem, Link, Observer, StructuredReport, Unread
from workstation.objects.sr.values import read_value

_TELLING = ("ContentSequence", "ConceptNameCodeSequence", "ContinuityOfContent", "CompletionFlag")


def read_report(place: Place | Path) -> StructuredReport:
    """Read a structured report or key object selection from a file.

    Raises
    ------
    Refused
        OTHER_OBJECT where it is another object, and all reasons of `workstation.model.reading.read_dataset`.
    """
    dataset = read_dataset(place)
    if not is_report(dataset):
        name = place.name if isinstance(place, Path) else str(place)
        raise Refused(Reason.OTHER_OBJECT, f"{name}: this is {_kind(dataset)}, which is no structured report.")
    return report_of(dataset)


def is_report(dataset: Dataset) -> bool:
    """Whether a dataset has the content of a structured report (PS3.3 C.17.3), whatever class it names."""
    return any(keyword in dataset for keyword in _TELLING)


def report_of(dataset: Dataset) -> StructuredReport:
    """Give the values of a report; never raises, what is wrong is told in notes.

    Parameters
    ----------
    dataset
        Read by `workstation.model.reading.read_dataset`, which bounds how deep it is nested.
    """
    root = _with_targets(_item(dataset, "1", is_root=True))
    notes = []
    if not root.items:
        notes.append("The report is empty: there is nothing below its title.")
    if broken := sum(bool(item.notes) for item in root.walk()):
        verb = "item is" if broken == 1 else "items are"
        notes.append(f"{broken} {verb} incomplete or against the standard, as is said there.")
    told = {keyword: clean(text(dataset, keyword)) for keyword in _TOLD}
    return StructuredReport(
        sop_class_uid=told["SOPClassUID"],
        kind=_kind(dataset),
        sop_instance_uid=told["SOPInstanceUID"],
        study_instance_uid=told["StudyInstanceUID"],
        series_instance_uid=told["SeriesInstanceUID"],
        modality=told["Modality"],
        patient_name=told["PatientName"],
        patient_id=told["PatientID"],
        patient_birth_date=told["PatientBirthDate"],
        patient_sex=told["PatientSex"],
        accession_number=told["AccessionNumber"],
        manufacturer=told["Manufacturer"],
        written=told["ContentDate"] + (told["ContentTime"] if told["ContentDate"] else ""),
        completion=told["CompletionFlag"],
        completion_description=told["CompletionFlagDescription"],
        verification=told["VerificationFlag"],
        preliminary=told["PreliminaryFlag"],
        verified_by=tuple(_observer(each) for each in items(dataset, "VerifyingObserverSequence")),
        root=root,
        notes=tuple(notes),
        evidence_series=tuple(dict.fromkeys(_evidence_series(dataset))),
    )


def _evidence_series(dataset: Dataset) -> Iterator[str]:
    for name in ("CurrentRequestedProcedureEvidenceSequence", "PertinentOtherEvidenceSequence"):
        for study in items(dataset, name):
            for series in items(study, "ReferencedSeriesSequence"):
                yield clean(text(series, "SeriesInstanceUID"))


_TOLD = (
    *("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "Modality", "PatientName"),
    *("PatientID", "PatientBirthDate", "PatientSex", "AccessionNumber", "Manufacturer", "ContentDate", "ContentTime"),
    *("CompletionFlag", "CompletionFlagDescription", "VerificationFlag", "PreliminaryFlag"),
)


def _observer(item: Dataset) -> Observer:
    return Observer(
        clean(text(item, "VerifyingObserverName")),
        clean(text(item, "VerifyingOrganization")),
        clean(text(item, "VerificationDateTime")),
        first_code(item, "VerifyingObserverIdentificationCodeSequence"),
    )


def _item(dataset: Dataset, number: str, *, is_root: bool = False) -> ContentItem:
    notes: list[str] = []
    value_type = clean(text(dataset, "ValueType"))
    if is_root and not value_type:
        value_type = "CONTAINER"
    relationship = "" if is_root else clean(text(dataset, "RelationshipType"))
    if not (relationship or is_root):
        notes.append("It does not say how it relates to the item above it.")
    try:
        value = read_value(dataset, value_type, notes)
    except PARSER_FAILURES as error:
        value = Unread("")
        notes.append(f"Its value cannot be read ({type(error).__name__}).")
    names = items(dataset, "ConceptNameCodeSequence")
    return ContentItem(
        number,
        relationship,
        value_type,
        code_of(names[0]) if names else None,
        value,
        tuple(_item(each, f"{number}.{at}") for at, each in enumerate(_children(dataset, notes), 1)),
        clean(text(dataset, "ObservationDateTime")),
        clean(text(dataset, "ObservationUID")),
        tuple(notes),
    )


def _children(dataset: Dataset, notes: list[str]) -> tuple[Dataset, ...]:
    found = items(dataset, "ContentSequence")
    if not found and "ContentSequence" in dataset:
        value = value_of(dataset, "ContentSequence")
        if value is not None:
            notes.append("What is below it cannot be read.")
    return found


def _with_targets(root: ContentItem) -> ContentItem:
    """Mark the references within the report that lead nowhere."""
    numbers = {item.number for item in root.walk()}
    lost = {item.number for item in root.walk() if isinstance(item.value, Link) and item.value.target not in numbers}
    return _marked(root, lost) if lost else root


def _marked(item: ContentItem, lost: set[str]) -> ContentItem:
    value, notes = item.value, item.notes
    if item.number in lost and isinstance(value, Link):
        value = Link(value.target, is_there=False)
        notes = (*notes, f"There is no item {value.target}.")
    return ContentItem(
        item.number,
        item.relationship,
        item.value_type,
        item.name,
        value,
        tuple(_marked(each, lost) for each in item.items),
        item.observed,
        item.observation_uid,
        notes,
    )


def _kind(dataset: Dataset) -> str:
    uid = clean(text(dataset, "SOPClassUID"))
    name = UID(uid).name if uid else ""
    if not name or name[0].isdigit():
        return f"an object of the class {uid}" if uid else "a DICOM object that does not name its class"
    return name.removesuffix(" Storage")
