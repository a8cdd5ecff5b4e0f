"""The content of a structured report as frozen values (PS3.3 C.17.3, C.18); nothing of the file is left out."""

from collections.abc import Iterator
from typing import Literal

from workstation.model.concepts import Code
from workstation.quick_dataclass import dataclass

Point = tuple[float, float]
Point3 = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Container:
    """A heading over what it contains (C.18.8); ``continuity`` is SEPARATE or CONTINUOUS."""

    continuity: str = ""
    template: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Text (C.18.3), with its line breaks."""

    text: str


@dataclass(frozen=True, slots=True)
class Coded:
    """A coded value (10.2)."""

    code: Code | None


@dataclass(frozen=True, slots=True)
class Number:
    """A number (C.18.1).

    Parameters
    ----------
    text
        As the file writes it; empty where nothing was measured, and then ``qualifier`` may say why.
    value
        As a number, from Floating Point Value where the file has it; None where there is none.
    """

    text: str
    value: float | None
    unit: Code | None = None
    qualifier: Code | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, time or both, as the file writes it (DA, TM, DT)."""

    kind: Literal["DATE", "TIME", "DATETIME"]
    raw: str


@dataclass(frozen=True, slots=True)
class Person:
    """A person name, as the file writes it (PN)."""

    raw: str


@dataclass(frozen=True, slots=True)
class Identifier:
    """A unique identifier."""

    uid: str


@dataclass(frozen=True, slots=True)
class ObjectReference:
    """Another instance, by its class and identifier."""

    sop_class_uid: str
    sop_instance_uid: str


@dataclass(frozen=True, slots=True)
class ImageReference:
    """An image (C.18.4): frames and segments from 1, empty for all; the state and mapping it is to be seen with."""

    image: ObjectReference
    frames: tuple[int, ...] = ()
    segments: tuple[int, ...] = ()
    presentation_state: ObjectReference | None = None
    value_mapping: ObjectReference | None = None


@dataclass(frozen=True, slots=True)
class WaveformReference:
    """A waveform (C.18.5); ``channels`` are pairs (multiplex group, channel) from 1, 0 for all of a group."""

    waveform: ObjectReference
    channels: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class CompositeReference:
    """Any other object."""

    instance: ObjectReference


@dataclass(frozen=True, slots=True)
class ImageShape:
    """Points on an image (C.18.6).

    ``points_px`` are (column, row) from 0 at pixel centres: half a pixel less than in the file, which counts from the
    corner of the first pixel. ``is_in_volume`` says that they count in the total matrix, where the image is
    tiled, instead of in a frame.
    """

    graphic_type: str
    points_px: tuple[Point, ...]
    is_in_volume: bool = False
    fiducial_uid: str = ""


@dataclass(frozen=True, slots=True)
class SpaceShape:
    """Points in a frame of reference (C.18.9), LPS millimetres where it is the patient's."""

    graphic_type: str
    points_lps: tuple[Point3, ...]
    frame_of_reference_uid: str = ""
    fiducial_uid: str = ""


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Points in time (C.18.7): sample numbers from 1, offsets in seconds, or moments (DT)."""

    range_type: str
    samples: tuple[int, ...] = ()
    offsets_s: tuple[float, ...] = ()
    moments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship to another item of the same report by its number; cycles are possible, so it is not followed."""

    target: str
    is_there: bool = True


@dataclass(frozen=True, slots=True)
class Unread:
    """A value of a type that is not known here, or that is missing; ``text`` is what of it can be told."""

    text: str


Value = (
    Container
    | Text
    | Coded
    | Number
    | Moment
    | Person
    | Identifier
    | ImageReference
    | WaveformReference
    | CompositeReference
    | ImageShape
    | SpaceShape
    | TimeRange
    | Link
    | Unread
)


@dataclass(frozen=True, slots=True)
class ContentItem:
    """An item of the tree.

    Parameters
    ----------
    number
        Its place in the tree, ``1.3.2``, as references within the report count (C.17.3.2.4); the root is ``1``.
    relationship
        To the item above, such as ``CONTAINS``; empty for the root.
    value_type
        As the file has it (``TEXT``, ``NUM`` ...).
    name
        Concept name; None where the file gives none.
    observed
        Observation DateTime (DT), where it differs from that of the report.
    notes
        What is wrong with it, in sentences.
    """

    number: str
    relationship: str
    value_type: str
    name: Code | None
    value: Value
    items: tuple["ContentItem", ...] = ()
    observed: str = ""
    observation_uid: str = ""
    notes: tuple[str, ...] = ()

    def walk(self) -> Iterator["ContentItem"]:
        """Give it and all below it, in reading order."""
        waiting = [self]
        while waiting:
            item = waiting.pop()
            yield item
            waiting.extend(reversed(item.items))


@dataclass(frozen=True, slots=True)
class Observer:
    """Who verified a report (C.17.2.1)."""

    name: str
    organisation: str = ""
    at: str = ""
    code: Code | None = None


@dataclass(frozen=True, slots=True)
class StructuredReport:
    """A report: what is said about it, and its content.

    ``completion`` is COMPLETE or PARTIAL, ``verification`` VERIFIED or UNVERIFIED, ``preliminary`` PRELIMINARY or
    FINAL, empty where the file does not say. ``written`` is Content Date and Time as DT. ``evidence_series`` are the
    Series Instance UIDs of what it names as evidence (PS3.3 C.17.2).
    """

    sop_class_uid: str
    kind: str
    sop_instance_uid: str
    study_instance_uid: str
    series_instance_uid: str
    modality: str
    patient_name: str
    patient_id: str
    patient_birth_date: str
    patient_sex: str
    accession_number: str
    manufacturer: str
    written: str
    completion: str
    completion_description: str
    verification: str
    preliminary: str
    verified_by: tuple[Observer, ...]
    root: ContentItem
    notes: tuple[str, ...] = ()
    evidence_series: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Concept name of the root, or what kind of report it is."""
        return str(self.root.name) if self.root.name is not None else self.kind
