"""What kind of object a series without images is, and how its file becomes a value that a widget shows."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from workstation.errors import UserError
from workstation.model.index.records import Instance, Place
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.display.pdf_pages import PdfPages
    from workstation.model.structures import StructureSet
    from workstation.model.waveforms import Waveform
    from workstation.objects.encapsulated import Document
    from workstation.objects.sr.content import StructuredReport

Kind = Literal["report", "waveform", "document", "structures", ""]
_CLASS = "1.2.840.10008.5.1.4.1.1."
_BY_CLASS: tuple[tuple[str, Kind], ...] = (
    (f"{_CLASS}88.", "report"),
    (f"{_CLASS}9.", "waveform"),
    (f"{_CLASS}104.", "document"),
    (f"{_CLASS}481.3", "structures"),
)
_BY_MODALITY: dict[str, Kind] = {
    "SR": "report",
    "KO": "report",
    "ECG": "waveform",
    "HD": "waveform",
    "DOC": "document",
    "RTSTRUCT": "structures",
}
SEGMENTATIONS = (f"{_CLASS}66.4", f"{_CLASS}66.7")


@dataclass(frozen=True)
class OpenedDocument:
    """A document, and its pages where it is a PDF that can be read; else why it is not."""

    document: "Document"
    pages: "PdfPages | None"
    problem: str = ""


def kind_of(instance: Instance) -> Kind:
    """Say which widget shows an object; empty where none does."""
    for start, kind in _BY_CLASS:
        if instance.sop_class_uid == start or (start.endswith(".") and instance.sop_class_uid.startswith(start)):
            return kind
    known = instance.sop_class_uid.startswith(_CLASS)
    return "" if known else _BY_MODALITY.get(instance.modality, "")


def is_segmentation(instance: Instance) -> bool:
    """Whether an object holds segments that are drawn over images."""
    return instance.sop_class_uid in SEGMENTATIONS or (instance.modality == "SEG" and instance.has_pixels)


def is_dose(instance: Instance) -> bool:
    """Whether an object holds a dose that is drawn over images."""
    return instance.sop_class_uid == f"{_CLASS}481.2" and instance.has_pixels


def read(kind: Kind, place: Place) -> object:
    """Read an object; UserError where it cannot be."""
    return _READERS[kind](place)


def _report(place: Place) -> "StructuredReport":
    from workstation.objects.sr.reading import read_report

    return read_report(place)


def _waveform(place: Place) -> "Waveform":
    from workstation.objects.waveform import read_waveform

    return read_waveform(place)


def _document(place: Place) -> OpenedDocument:
    from workstation.display.pdf_pages import PdfPages
    from workstation.objects.encapsulated import DocumentKind, read_document

    document = read_document(place)
    if document.kind is not DocumentKind.PDF or not document.data:
        return OpenedDocument(document, None)
    try:
        return OpenedDocument(document, PdfPages(document.data))
    except UserError as error:
        return OpenedDocument(document, None, f"{error.message} {error.hint}".strip())


def _structures(place: Place) -> "StructureSet":
    from workstation.objects.structure_set import read_structure_set

    return read_structure_set(place)


_READERS: dict[Kind, Callable[[Place], object]] = {
    "report": _report,
    "waveform": _waveform,
    "document": _document,
    "structures": _structures,
}
