"""Key object selections made by hand: plain datasets, nothing of the program's own writer."""

from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset

from tests.unit.objects.states import as_file, item

KEY_OBJECT_SELECTION = "1.2.840.10008.5.1.4.1.1.88.59"
CT = "1.2.840.10008.5.1.4.1.1.2"


def code(value: str, meaning: str) -> Dataset:
    return item(CodeValue=value, CodingSchemeDesignator="DCM", CodeMeaning=meaning)


def referenced(uid: str, **attributes: Any) -> Dataset:
    return item(ReferencedSOPClassUID=CT, ReferencedSOPInstanceUID=uid, **attributes)


def content(relationship: str, kind: str, name: Dataset | None = None, **attributes: Any) -> Dataset:
    made = item(RelationshipType=relationship, ValueType=kind, **attributes)
    if name is not None:
        made.ConceptNameCodeSequence = [name]
    return made


def selection(*items: Dataset, **attributes: Any) -> Dataset:
    """A selection with these content items; its evidence names two images in two series."""
    series = [
        item(SeriesInstanceUID=f"1.2.3.{number}", ReferencedSOPSequence=[referenced(f"1.2.3.{number}.1")])
        for number in (1, 2)
    ]
    made = item(
        SOPClassUID=KEY_OBJECT_SELECTION,
        SOPInstanceUID="1.2.826.0.1.7",
        StudyInstanceUID="1.2.3",
        SeriesInstanceUID="1.2.3.9",
        Modality="KO",
        ContentDate="20261120",
        ContentTime="1015",
        ValueType="CONTAINER",
        ContinuityOfContent="SEPARATE",
        ConceptNameCodeSequence=[code("113004", "For Teaching")],
        CurrentRequestedProcedureEvidenceSequence=[item(StudyInstanceUID="1.2.3", ReferencedSeriesSequence=series)],
        ContentSequence=list(items),
    )
    for keyword, value in attributes.items():
        if value is None:
            delattr(made, keyword)
        else:
            setattr(made, keyword, value)
    return made


def usual() -> Dataset:
    """A title, an observer, a note, an image with frames and a state, another image."""
    return selection(
        content(
            "HAS CONCEPT MOD", "CODE", code("113011", "Document Title Modifier"),
            ConceptCodeSequence=[code("113014", "Study")],
        ),
        content("HAS OBS CONTEXT", "PNAME", code("121008", "Person Observer Name"), PersonName="Reader^Ann"),
        content("CONTAINS", "TEXT", code("113012", "Key Object Description"), TextValue="look at\r\nthe left"),
        content(
            "CONTAINS", "IMAGE",
            ReferencedSOPSequence=[
                referenced(
                    "1.2.3.1.1",
                    ReferencedFrameNumber=[2, 5],
                    ReferencedSOPSequence=[
                        item(ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.11.1", ReferencedSOPInstanceUID="1.2.3.8.1")
                    ],
                )
            ],
        ),
        content("CONTAINS", "IMAGE", ReferencedSOPSequence=[referenced("1.2.3.2.1")]),
    )  # fmt: skip


def write_key_objects(path: Path) -> None:
    as_file(usual()).save_as(path, enforce_file_format=True)
