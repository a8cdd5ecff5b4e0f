"""A report about the demo study, as the window shows it."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


def write_report(study: Path, path: Path) -> None:
    """Write a report (Basic Text SR) about the newest CT of the demo study."""
    from pydicom import dcmread
    from pydicom.dataset import Dataset
    from pydicom.uid import UID, generate_uid

    about = dcmread(next((study / "ct-chest-abdomen-follow-up").glob("*.dcm")), stop_before_pixels=True)
    made = Dataset()
    for name in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyDate"):
        setattr(made, name, about[name].value)
    for name in ("StudyTime", "StudyDescription", "AccessionNumber", "ReferringPhysicianName", "StudyID"):
        setattr(made, name, about.get(name, ""))
    made.Modality, made.SeriesNumber, made.InstanceNumber = "SR", 90, 1
    made.SeriesDescription = "Findings"
    made.SOPClassUID, made.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.88.11", generate_uid()
    made.SeriesInstanceUID = generate_uid()
    made.ContentDate, made.ContentTime = about.StudyDate, "120000"
    made.CompletionFlag, made.VerificationFlag = "COMPLETE", "UNVERIFIED"
    made.ValueType, made.ContinuityOfContent = "CONTAINER", "SEPARATE"
    made.ConceptNameCodeSequence = [_code("18747-6", "LN", "CT Report")]
    parts = (
        ("121060", "History", "Follow-up of a nodule in the lung."),
        ("121070", "Findings", "The nodule in the right lower lobe has grown since the study of March."),
        ("121070", "Findings", "No pleural effusion. Liver, spleen and kidneys without focal lesions."),
        ("121076", "Conclusions", "Growing nodule; PET/CT is recommended."),
    )
    made.ContentSequence = [_section(*each) for each in parts]
    made.file_meta = Dataset()  # type: ignore[assignment]  # pydicom completes it
    made.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.1")
    made.save_as(path, enforce_file_format=True)


def _section(value: str, meaning: str, text: str) -> "Dataset":
    from pydicom.dataset import Dataset

    item, inner = Dataset(), Dataset()
    item.RelationshipType = inner.RelationshipType = "CONTAINS"
    item.ValueType, item.ContinuityOfContent = "CONTAINER", "SEPARATE"
    item.ConceptNameCodeSequence = [_code(value, "DCM", meaning)]
    inner.ValueType, inner.TextValue = "TEXT", text
    inner.ConceptNameCodeSequence = [_code("121071", "DCM", "Finding")]
    item.ContentSequence = [inner]
    return item


def _code(value: str, scheme: str, meaning: str) -> "Dataset":
    from pydicom.dataset import Dataset

    made = Dataset()
    made.CodeValue, made.CodingSchemeDesignator, made.CodeMeaning = value, scheme, meaning
    return made
