"""What the index knows: where instances lie, and the tree of patients, studies, series and stacks."""

from pathlib import Path

from workstation.model.refusal import Reason
from workstation.quick_dataclass import dataclass

Vector = tuple[float, float, float]  # as in model.geometry, which needs numpy; the index is read without


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A file, or an entry of a ZIP archive."""

    path: Path
    member: str = ""

    def __str__(self) -> str:
        return f"{self.path}!{self.member}" if self.member else str(self.path)


@dataclass(frozen=True, slots=True)
class Instance:
    """The header of one SOP instance, text decoded by its character set; empty text or None where the file has nothing.

    ``pixel_spacing_mm`` is (between rows, between columns); ``image_orientation`` the six direction cosines.
    Where a UID is absent a stable one under 2.25 stands for it, and ``notes`` says so.
    """

    places: tuple[Place, ...]
    sop_instance_uid: str
    sop_class_uid: str
    transfer_syntax_uid: str
    study_instance_uid: str
    series_instance_uid: str
    patient_id: str = ""
    patient_name: str = ""
    patient_birth_date: str = ""
    patient_sex: str = ""
    study_date: str = ""
    study_time: str = ""
    study_description: str = ""
    study_id: str = ""
    accession_number: str = ""
    modality: str = ""
    series_number: int | None = None
    series_description: str = ""
    series_date: str = ""
    series_time: str = ""
    protocol_name: str = ""
    body_part_examined: str = ""
    laterality: str = ""
    manufacturer: str = ""
    institution_name: str = ""
    instance_number: int | None = None
    acquisition_number: int | None = None
    acquisition_time: str = ""
    content_time: str = ""
    image_type: str = ""
    rows: int = 0
    columns: int = 0
    number_of_frames: int = 0
    samples_per_pixel: int = 0
    bits_allocated: int = 0
    photometric_interpretation: str = ""
    frame_of_reference_uid: str = ""
    image_position_lps: Vector | None = None
    image_orientation: tuple[float, float, float, float, float, float] | None = None
    pixel_spacing_mm: tuple[float, float] | None = None
    slice_thickness_mm: float | None = None
    slice_location_mm: float | None = None
    gantry_tilt_deg: float | None = None
    temporal_position: int | None = None
    echo_time_ms: float | None = None
    trigger_time_ms: float | None = None
    b_value: float | None = None
    has_pixels: bool = False
    conflicting: bool = False
    notes: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        """The place it is read from."""
        return self.places[0]


@dataclass(frozen=True, slots=True)
class FrameRef:
    """One frame of an instance, ``number`` from 0."""

    instance: Instance
    number: int = 0


@dataclass(frozen=True, slots=True)
class Stack:
    """Frames of one series that belong together, ordered by position, or by number where they have none.

    ``label`` tells it from the other stacks of its series ("time 3 of 10", "echo 2", "b 1000"); empty for an only one.
    ``is_volume`` says whether the frames are parallel planes of one size at different positions.
    ``notes`` are sentences for the user: uneven spacing, a missing slice, tilt, several frames of reference.
    ``is_colour_volume`` says that the frames would be a volume if they were not in colour.
    """

    frames: tuple[FrameRef, ...]
    label: str = ""
    is_volume: bool = False
    notes: tuple[str, ...] = ()
    is_colour_volume: bool = False

    @property
    def whole_image(self) -> Instance | None:
        """The multi-frame image of which these are all frames; None where they are anything else."""
        first = self.frames[0].instance
        is_whole = 1 < first.number_of_frames == len(self.frames)
        return first if is_whole and all(ref.instance is first for ref in self.frames) else None


@dataclass(frozen=True, slots=True)
class Series:
    """One series; ``first`` carries its attributes."""

    series_instance_uid: str
    instances: tuple[Instance, ...]
    stacks: tuple[Stack, ...]

    @property
    def first(self) -> Instance:
        """An instance that speaks for the series."""
        return self.instances[0]


@dataclass(frozen=True, slots=True)
class Study:
    """One study; newest series last, by series number."""

    study_instance_uid: str
    series: tuple[Series, ...]

    @property
    def first(self) -> Instance:
        """An instance that speaks for the study."""
        return self.series[0].first


@dataclass(frozen=True, slots=True)
class Patient:
    """One patient; newest study first."""

    patient_id: str
    patient_name: str
    studies: tuple[Study, ...]


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that is not in the index, and why."""

    place: Place
    reason: Reason
    message: str
    hint: str = ""
