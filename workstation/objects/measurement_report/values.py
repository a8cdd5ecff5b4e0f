"""What a measurement report says, as frozen values: groups of numbers with where they were measured."""

from dataclasses import field

from workstation.model.annotation import About, Annotation, Threshold
from workstation.model.concepts import Code
from workstation.model.measurement import Basis, Value
from workstation.objects.sr.content import ImageReference, ImageShape, ObjectReference, SpaceShape, StructuredReport
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class SegmentReference:
    """Segments of a segmentation: its header has class, instance, series and study; numbers and frames from 1."""

    sop_class_uid: str
    sop_instance_uid: str
    segments: tuple[int, ...] = ()
    frames: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class VolumeMeasurement:
    """What was measured of a volume: contours on several slices, or a segment.

    Parameters
    ----------
    about
        Of what; its tracking identifier is that of the contours.
    values, basis, notes
        As in a `Measurement`; the basis names one of the images.
    contours
        Region annotations on the slices; empty where a segment says where it is.
    name
        Its words.
    segmentation_uid, segments
        SOP Instance UID of the segmentation, and Segment Numbers.
    sources
        Frames that were segmented: SOP Instance UID, and frame from 0. That of the basis where there are none.
    structure_set_uid
        SOP Instance UID of the structure set that the contours were read from; empty where there is none.
    series_uid
        Series Instance UID of what was segmented, where its images are not at hand; the basis names the SEG.
    """

    about: About
    values: tuple[Value, ...]
    basis: Basis
    contours: tuple[Annotation, ...] = ()
    name: str = ""
    notes: tuple[str, ...] = ()
    segmentation_uid: str = ""
    segments: tuple[int, ...] = ()
    sources: tuple[tuple[str, int], ...] = ()
    structure_set_uid: str = ""
    series_uid: str = ""


@dataclass(frozen=True, slots=True)
class FoundValue:
    """A number of a report as its codes say it.

    Parameters
    ----------
    concept, derivation, method
        Concept name, and the modifiers of it; the codes as they are in the file.
    value
        None where the file has none.
    unit
        UCUM in nearly all files; None where there is none.
    text
        As the file writes it.
    modifiers
        Others: (name, value).
    number
        Number of the content item.
    """

    concept: Code | None
    value: float | None
    unit: Code | None
    text: str = ""
    derivation: Code | None = None
    method: Code | None = None
    modifiers: tuple[tuple[Code, Code], ...] = ()
    number: str = ""


@dataclass(frozen=True, slots=True)
class FoundShape:
    """A graphic of a group: on an image, or in space.

    Parameters
    ----------
    shape
        Its points, half a pixel taken off.
    purpose
        Concept name: Image Region, Arm of angle ...
    image
        Which image it is on; None where the file does not say.
    of
        Number of the item whose value was inferred from it; empty for one of the whole group.
    """

    shape: ImageShape | SpaceShape
    purpose: Code | None = None
    image: ImageReference | None = None
    of: str = ""


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """A measurement group.

    Parameters
    ----------
    number, template
        Number of its item in the tree; which template it names (``1410``), empty where it names none.
    annotations
        Live annotations: one for each region, where images are known that they lie on.
    values
        Its numbers in their order.
    tracking_uid, tracking_id, finding, category, sites, laterality, method
        What it is about.
    shapes, references, segments, objects
        Where it was measured: graphics, images, segments, and other objects such as structure sets.
    texts, codes
        All else that it says: (concept name, value).
    kind_notes
        Of a report of ours: what stands below each kind of annotation among the codes, in their order.
    name
        Its short label.
    """

    number: str
    template: str = ""
    annotations: tuple[Annotation, ...] = ()
    values: tuple[FoundValue, ...] = ()
    tracking_uid: str = ""
    tracking_id: str = ""
    finding: Code | None = None
    category: Code | None = None
    sites: tuple[Code, ...] = ()
    laterality: Code | None = None
    method: Code | None = None
    shapes: tuple[FoundShape, ...] = ()
    references: tuple[ImageReference, ...] = ()
    segments: tuple[SegmentReference, ...] = ()
    objects: tuple[ObjectReference, ...] = ()
    texts: tuple[tuple[Code, str], ...] = ()
    codes: tuple[tuple[Code, Code], ...] = ()
    kind_notes: tuple[tuple[str, ...], ...] = ()
    name: str = ""
    label_px: tuple[float, float] | None = None
    label_lps: tuple[float, float, float] | None = None
    about: About = field(default_factory=About)
    threshold: Threshold | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundReport:
    """A report and its groups; a report of another template has none, and its tree says all of it."""

    report: StructuredReport
    groups: tuple[FoundGroup, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """The annotations of all groups."""
        return tuple(each for group in self.groups for each in group.annotations)
