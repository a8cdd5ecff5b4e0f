"""Documents inside DICOM objects: what they are, and their bytes (PS3.3 C.24.2)."""

from dataclasses import field
from enum import StrEnum
from pathlib import Path

from pydicom import Dataset

from workstation.model.attributes import integer, text, words
from workstation.model.codes import first_code
from workstation.model.concepts import Code
from workstation.model.index.records import Place
from workstation.model.reading import read_dataset
from workstation.model.refusal import Reason, Refused
from workstation.model.text import clean
from workstation.quick_dataclass import dataclass


class DocumentKind(StrEnum):
    """What a document is."""

    PDF = "PDF"
    CDA = "CDA"
    STL = "STL"
    OBJ = "OBJ"
    MTL = "MTL"
    OTHER = "other"


NAMES = {
    DocumentKind.PDF: "a PDF document",
    DocumentKind.CDA: "a clinical document (HL7 CDA, XML)",
    DocumentKind.STL: "a three-dimensional surface (STL)",
    DocumentKind.OBJ: "a three-dimensional surface (Wavefront OBJ)",
    DocumentKind.MTL: "materials of a three-dimensional surface (Wavefront MTL)",
    DocumentKind.OTHER: "a document of another kind",
}
SUFFIXES = {
    DocumentKind.PDF: ".pdf",
    DocumentKind.CDA: ".xml",
    DocumentKind.STL: ".stl",
    DocumentKind.OBJ: ".obj",
    DocumentKind.MTL: ".mtl",
    DocumentKind.OTHER: ".bin",
}
_CLASSES = {
    "1.2.840.10008.5.1.4.1.1.104.1": DocumentKind.PDF,
    "1.2.840.10008.5.1.4.1.1.104.2": DocumentKind.CDA,
    "1.2.840.10008.5.1.4.1.1.104.3": DocumentKind.STL,
    "1.2.840.10008.5.1.4.1.1.104.4": DocumentKind.OBJ,
    "1.2.840.10008.5.1.4.1.1.104.5": DocumentKind.MTL,
}
_MEDIA_TYPES = {
    "application/pdf": DocumentKind.PDF,
    "text/xml": DocumentKind.CDA,
    "application/xml": DocumentKind.CDA,
    "model/stl": DocumentKind.STL,
    "application/sla": DocumentKind.STL,
    "model/obj": DocumentKind.OBJ,
    "model/mtl": DocumentKind.MTL,
}
_TEXTS = (DocumentKind.CDA, DocumentKind.OBJ, DocumentKind.MTL)
_PDF_MARK, _MARK_WITHIN = b"%PDF-", 1024


@dataclass(frozen=True, slots=True)
class Document:
    """A document.

    ``media_type`` is what the file says; ``kind`` goes by the bytes where they tell (a PDF), then by the class.
    ``data`` has no padding at its end where the file tells the true length or the document has an end of its own.
    """

    kind: DocumentKind
    media_type: str
    title: str
    data: bytes = field(repr=False)
    concept: Code | None = None
    sop_instance_uid: str = ""
    notes: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        """The ending that a file with it should have."""
        return SUFFIXES[self.kind]


def read_document(place: Place | Path) -> Document:
    """Read an encapsulated document from a file.

    Raises
    ------
    Refused
        OTHER_OBJECT where it holds none, and all reasons of `workstation.model.reading.read_dataset`.
    """
    dataset = read_dataset(place)
    if not is_document(dataset):
        name = place.name if isinstance(place, Path) else str(place)
        raise Refused(Reason.OTHER_OBJECT, f"{name}: this holds no document.")
    return document_of(dataset)


def is_document(dataset: Dataset) -> bool:
    """Whether a dataset holds a document, or is of a class that should."""
    return "EncapsulatedDocument" in dataset or text(dataset, "SOPClassUID") in _CLASSES


def document_of(dataset: Dataset) -> Document:
    """Give the document of a dataset; never raises, what is wrong is told in notes."""
    data, notes = words(dataset, "EncapsulatedDocument"), []
    length = integer(dataset, "EncapsulatedDocumentLength")
    if length is not None and length > len(data):
        notes.append(f"It declares {length} bytes and holds {len(data)}.")
    elif length is not None and 0 < length < len(data):
        data = data[:length]
    media_type = clean(text(dataset, "MIMETypeOfEncapsulatedDocument"))
    kind = _kind(dataset, media_type.casefold(), data)
    if not data:
        notes.append("The document is empty.")
    elif kind is DocumentKind.PDF and _PDF_MARK not in data[:_MARK_WITHIN]:
        notes.append("It is said to be a PDF, and does not begin like one.")
    elif kind is DocumentKind.PDF and length is None:
        data = _to_its_end(data)
    elif length is None and kind in _TEXTS and data.endswith(b"\0"):
        data = data[:-1]
    return Document(
        kind=kind,
        media_type=media_type,
        title=clean(text(dataset, "DocumentTitle")) or clean(text(dataset, "SeriesDescription")),
        data=data,
        concept=first_code(dataset, "ConceptNameCodeSequence"),
        sop_instance_uid=text(dataset, "SOPInstanceUID"),
        notes=tuple(notes),
    )


def _kind(dataset: Dataset, media_type: str, data: bytes) -> DocumentKind:
    if _PDF_MARK in data[:_MARK_WITHIN]:
        return DocumentKind.PDF
    by_class = _CLASSES.get(text(dataset, "SOPClassUID"))
    return by_class or _MEDIA_TYPES.get(media_type.partition(";")[0].strip(), DocumentKind.OTHER)


def _to_its_end(data: bytes) -> bytes:
    """Leave off the byte that makes the length even."""
    return data[:-1] if data.endswith(b"\0") and data.rstrip(b"\0\r\n").endswith(b"%%EOF") else data
