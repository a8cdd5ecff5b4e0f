"""Content items as pydicom writes them (PS3.3 C.17.3, C.18)."""

from collections.abc import Iterable, Sequence

from pydicom.dataset import Dataset

from workstation.model.concepts import Code
from workstation.objects.writing import coded, decimal, fitting, reference

_LONGEST_CODE = 16


def code_item(code: Code) -> Dataset:
    """Give an item of a code sequence; values that are too long for Code Value are Long Code Values (PS3.3 8.8)."""
    item = coded(code.value, code.scheme, fitting(code.meaning or code.value, "LO"))
    if len(code.value) > _LONGEST_CODE:
        del item.CodeValue
        item.LongCodeValue = code.value
    if code.version:
        item.CodingSchemeVersion = fitting(code.version, "SH")
    return item


def content_item(relationship: str, value_type: str, name: Code | None, below: Iterable[Dataset] = ()) -> Dataset:
    """Give an item without its value."""
    item = Dataset()
    if relationship:
        item.RelationshipType = relationship
    item.ValueType = value_type
    if name is not None:
        item.ConceptNameCodeSequence = [code_item(name)]
    if found := list(below):
        item.ContentSequence = found
    return item


def container(relationship: str, name: Code, below: Iterable[Dataset], *, template: str = "") -> Dataset:
    """Give a heading over what it contains."""
    item = content_item(relationship, "CONTAINER", name, below)
    item.ContinuityOfContent = "SEPARATE"
    if template:
        used = Dataset()
        used.MappingResource, used.TemplateIdentifier = "DCMR", template
        item.ContentTemplateSequence = [used]
    return item


def text_item(relationship: str, name: Code, words: str, below: Iterable[Dataset] = ()) -> Dataset:
    """Give a text."""
    item = content_item(relationship, "TEXT", name, below)
    item.TextValue = fitting(words, "UT").replace("\n", "\r\n") or "-"
    return item


def code_value(relationship: str, name: Code, value: Code, below: Iterable[Dataset] = ()) -> Dataset:
    """Give a coded value."""
    item = content_item(relationship, "CODE", name, below)
    item.ConceptCodeSequence = [code_item(value)]
    return item


def uid_item(relationship: str, name: Code, uid: str) -> Dataset:
    """Give an identifier."""
    item = content_item(relationship, "UIDREF", name)
    item.UID = uid
    return item


def person_item(relationship: str, name: Code, person: str) -> Dataset:
    """Give a person's name."""
    item = content_item(relationship, "PNAME", name)
    item.PersonName = person
    return item


def date_item(relationship: str, name: Code, date: str) -> Dataset:
    """Give a date (DA)."""
    item = content_item(relationship, "DATE", name)
    item.Date = date
    return item


def number_item(name: Code, value: float, unit: Code, below: Iterable[Dataset] = ()) -> Dataset:
    """Give a number: as decimal string, and exactly as floating point where the string rounds it (PS3.3 C.18.1)."""
    item = content_item("CONTAINS", "NUM", name, below)
    measured = Dataset()
    measured.NumericValue = decimal(value)
    if float(measured.NumericValue) != value:
        measured.FloatingPointValue = float(value)
    measured.MeasurementUnitsCodeSequence = [code_item(unit)]
    item.MeasuredValueSequence = [measured]
    return item


def image_item(
    relationship: str, name: Code | None, image: Dataset, frames: tuple[int, ...] = (), below: Iterable[Dataset] = ()
) -> Dataset:
    """Give a reference to an image by its header; ``frames`` from 0, none for all or where it has one."""
    item = content_item(relationship, "IMAGE", name, below)
    counted = tuple(frame + 1 for frame in frames) if int(image.get("NumberOfFrames") or 1) > 1 else ()
    item.ReferencedSOPSequence = [reference(str(image.SOPClassUID), str(image.SOPInstanceUID), counted)]
    return item


def object_item(relationship: str, name: Code, instance: Dataset) -> Dataset:
    """Give a reference to an object that is no image, by its header (PS3.3 C.18.3)."""
    item = content_item(relationship, "COMPOSITE", name)
    item.ReferencedSOPSequence = [reference(str(instance.SOPClassUID), str(instance.SOPInstanceUID))]
    return item


def segment_item(name: Code, segmentation: Dataset, segments: Sequence[int], frames: Sequence[int] = ()) -> Dataset:
    """Give a reference to segments of a segmentation, and to its frames from 1."""
    item = content_item("CONTAINS", "IMAGE", name)
    item.ReferencedSOPSequence = [
        reference(str(segmentation.SOPClassUID), str(segmentation.SOPInstanceUID), tuple(frames))
    ]
    item.ReferencedSOPSequence[0].ReferencedSegmentNumber = list(segments) if len(segments) > 1 else segments[0]
    return item


def shape_item(
    relationship: str, name: Code | None, graphic: str, points_px: Iterable[Sequence[float]], image: Dataset
) -> Dataset:
    """Give points on an image (PS3.3 C.18.6): half a pixel is added, as the file counts from a corner."""
    item = content_item(relationship, "SCOORD", name, [image])
    item.GraphicType = graphic
    item.GraphicData = [float(value) + 0.5 for point in points_px for value in point]
    return item


def space_item(
    relationship: str, name: Code | None, graphic: str, points_lps: Iterable[Sequence[float]], frame_of_reference: str
) -> Dataset:
    """Give points in a frame of reference (PS3.3 C.18.9)."""
    item = content_item(relationship, "SCOORD3D", name)
    item.GraphicType = graphic
    item.GraphicData = [float(value) for point in points_lps for value in point]
    item.ReferencedFrameOfReferenceUID = frame_of_reference
    return item
