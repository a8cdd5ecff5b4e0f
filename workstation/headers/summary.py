"""What a person wants to know about a file first: whose it is, what it shows, its pixels and its place in space."""

from dataclasses import fields

from pydicom import Dataset
from pydicom.uid import UID

from workstation.model.attributes import integer, number, text
from workstation.model.cine_timing import cine_timing
from workstation.model.frame import Window
from workstation.model.geometry import Vector
from workstation.model.image import Image
from workstation.model.index.records import Place
from workstation.model.pixels.transfer_syntaxes import TRANSFER_SYNTAXES
from workstation.model.pixels.voi import modality_transform, voi_choices
from workstation.model.reading import read_header
from workstation.model.refusal import Refused
from workstation.model.source import source_of
from workstation.model.text import clean, datetime_of, person_name, time_of
from workstation.operations.operation import one_line
from workstation.quick_dataclass import dataclass

_UNITS = ("mm", "ms", "lps", "deg")


@dataclass(frozen=True, slots=True)
class PatientPart:
    """The patient, as the header has it."""

    name: str
    patient_id: str
    birth_date: str
    sex: str
    age: str


@dataclass(frozen=True, slots=True)
class StudyPart:
    """The study."""

    acquired: str
    description: str
    study_id: str
    accession_number: str
    institution: str
    study_instance_uid: str


@dataclass(frozen=True, slots=True)
class SeriesPart:
    """The series."""

    number: int | None
    modality: str
    description: str
    protocol: str
    body_part: str
    laterality: str
    equipment: str
    series_instance_uid: str


@dataclass(frozen=True, slots=True)
class ImagePart:
    """The instance, image or not."""

    kind: str
    number: int | None
    acquired: str
    image_type: str
    transfer_syntax: str
    character_set: str
    sop_instance_uid: str


@dataclass(frozen=True, slots=True)
class PixelsPart:
    """How the pixels are stored (PS3.3 C.7.6.3) and what they mean (C.11.1)."""

    size: str
    frames: int
    frame_time_ms: float | None
    photometric: str
    samples_per_pixel: int
    bits: str
    lossy: str
    rescale: str
    unit: str


@dataclass(frozen=True, slots=True)
class GeometryPart:
    """Where the first frame lies (PS3.3 C.7.6.2), and where its spacing comes from."""

    between_rows_mm: float | None
    between_columns_mm: float | None
    spacing_from: str
    first_pixel_lps: Vector | None
    along_row_lps: Vector | None
    along_column_lps: Vector | None
    slice_thickness_mm: float | None
    frame_of_reference_uid: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The summary of one file; ``pixels`` and ``geometry`` are None where there is no image that can be shown."""

    place: str
    patient: PatientPart
    study: StudyPart
    series: SeriesPart
    image: ImagePart
    pixels: PixelsPart | None
    geometry: GeometryPart | None
    windows: tuple[Window, ...]
    notes: tuple[str, ...]

    def text(self) -> str:
        """Give the summary as lines; what the header leaves out is left out."""
        lines = [one_line(self.place)]
        for title in ("patient", "study", "series", "image", "pixels", "geometry"):
            rows = _rows(getattr(self, title))
            lines += [f"  {title.capitalize()}", *(f"    {label:<22} {value}" for label, value in rows)] if rows else []
        if self.windows:
            lines += ["  Windows", *(f"    {_window(window)}" for window in self.windows)]
        return "\n".join([*lines, *(f"  Note: {note}" for note in self.notes)]) + "\n"


def summarise(place: Place) -> Summary:
    """Summarise the header of a file.

    Raises
    ------
    Refused
        If the header cannot be read. An image whose pixels cannot be shown is summarised, with the reason as a note.
    """
    source = source_of(place)
    header = read_header(source)
    dataset = header.dataset
    notes: list[str] = []
    pixels: PixelsPart | None = None
    geometry: GeometryPart | None = None
    windows: tuple[Window, ...] = ()
    try:
        with Image.from_source(source) as image:
            pixels, geometry, windows = _pixels(image), _geometry(image), _windows(image)
    except Refused as refusal:
        notes.append(f"{refusal.message} {refusal.hint}".strip())
    return Summary(
        str(place),
        _patient(dataset),
        _study(dataset),
        _series(dataset),
        _image(dataset, header.transfer_syntax_uid),
        pixels,
        geometry,
        windows,
        tuple(notes),
    )


def _said(dataset: Dataset, keyword: str) -> str:
    return clean(text(dataset, keyword))


def _moment(day: str, time: str) -> str:
    found = datetime_of(day, time)
    if found is None:
        return clean(f"{day} {time}")
    return found.isoformat(" ", "seconds") if time_of(time) else found.date().isoformat()


def _patient(dataset: Dataset) -> PatientPart:
    return PatientPart(
        name=person_name(text(dataset, "PatientName")),
        patient_id=_said(dataset, "PatientID"),
        birth_date=_moment(text(dataset, "PatientBirthDate"), ""),
        sex=_said(dataset, "PatientSex"),
        age=_said(dataset, "PatientAge"),
    )


def _study(dataset: Dataset) -> StudyPart:
    return StudyPart(
        acquired=_moment(text(dataset, "StudyDate"), text(dataset, "StudyTime")),
        description=_said(dataset, "StudyDescription"),
        study_id=_said(dataset, "StudyID"),
        accession_number=_said(dataset, "AccessionNumber"),
        institution=_said(dataset, "InstitutionName"),
        study_instance_uid=_said(dataset, "StudyInstanceUID"),
    )


def _series(dataset: Dataset) -> SeriesPart:
    return SeriesPart(
        number=integer(dataset, "SeriesNumber"),
        modality=_said(dataset, "Modality"),
        description=_said(dataset, "SeriesDescription"),
        protocol=_said(dataset, "ProtocolName"),
        body_part=_said(dataset, "BodyPartExamined"),
        laterality=_said(dataset, "Laterality") or _said(dataset, "ImageLaterality"),
        equipment=" ".join(filter(None, (_said(dataset, "Manufacturer"), _said(dataset, "ManufacturerModelName")))),
        series_instance_uid=_said(dataset, "SeriesInstanceUID"),
    )


def _image(dataset: Dataset, transfer_syntax_uid: str) -> ImagePart:
    sop_class = _said(dataset, "SOPClassUID") or _said(dataset.file_meta, "MediaStorageSOPClassUID")
    syntax = TRANSFER_SYNTAXES.get(transfer_syntax_uid)
    day = text(dataset, "AcquisitionDate") or text(dataset, "ContentDate")
    return ImagePart(
        kind=UID(sop_class).name if sop_class else "",
        number=integer(dataset, "InstanceNumber"),
        acquired=_moment(day, text(dataset, "AcquisitionTime") or text(dataset, "ContentTime")),
        image_type=_said(dataset, "ImageType"),
        transfer_syntax=syntax.name if syntax else clean(transfer_syntax_uid),
        character_set=_said(dataset, "SpecificCharacterSet"),
        sop_instance_uid=_said(dataset, "SOPInstanceUID"),
    )


def _pixels(image: Image) -> PixelsPart:
    told = image.description
    timing = cine_timing(image.dataset, told.number_of_frames) if told.number_of_frames > 1 else None
    transform = modality_transform(image.groups, told, 0)
    is_lossy = text(image.dataset, "LossyImageCompression") == "01" or not image.transfer_syntax.lossless
    ratio = _said(image.dataset, "LossyImageCompressionRatio")
    is_line = transform.lut is None and (transform.slope, transform.intercept) != (1.0, 0.0)
    return PixelsPart(
        size=f"{told.columns} x {told.rows}",
        frames=told.number_of_frames,
        frame_time_ms=round(timing.durations_ms[0], 3) if timing and timing.is_told else None,
        photometric=told.photometric,
        samples_per_pixel=told.samples_per_pixel,
        bits=bits_text(image),
        lossy=("yes" + (f", {ratio}:1" if ratio else "")) if is_lossy else "",
        rescale=f"{transform.slope:g} x + {transform.intercept:g}"
        if is_line
        else "by a table"
        if transform.lut
        else "",
        unit=clean(transform.unit),
    )


def bits_text(image: Image) -> str:
    """Say how many bits of a sample are used, of how many, and with which sign: ``12 of 16, signed``."""
    told = image.description
    kind = "float" if told.is_float else "signed" if told.is_signed else "unsigned"
    return f"{told.bits_stored} of {told.bits_allocated}, {kind}"


def _geometry(image: Image) -> GeometryPart:
    spacing, plane = image.spacing(), image.plane()
    return GeometryPart(
        between_rows_mm=spacing.between_rows if spacing.is_metric else None,
        between_columns_mm=spacing.between_columns if spacing.is_metric else None,
        spacing_from=str(spacing.source) + (f" ({spacing.note})" if spacing.note else ""),
        first_pixel_lps=plane.origin_lps if plane else None,
        along_row_lps=plane.along_row_lps if plane else None,
        along_column_lps=plane.along_column_lps if plane else None,
        slice_thickness_mm=_thickness(image),
        frame_of_reference_uid=_said(image.dataset, "FrameOfReferenceUID"),
    )


def _thickness(image: Image) -> float | None:
    holder = image.groups.holder("PixelMeasuresSequence", "SliceThickness", 0)
    return number(holder, "SliceThickness") if holder is not None else None


def _windows(image: Image) -> tuple[Window, ...]:
    transform = modality_transform(image.groups, image.description, 0)
    choices = voi_choices(image.groups, image.description, transform, 0)
    return tuple(choice for choice in choices if isinstance(choice, Window))


def _rows(part: object) -> list[tuple[str, str]]:
    if part is None:
        return []
    names = [item.name for item in fields(part)]  # type: ignore[arg-type]  # a part, by its only caller
    return [(_label(name), shown) for name in names if (shown := _shown(getattr(part, name)))]


def _label(name: str) -> str:
    words, _, unit = name.rpartition("_")
    named = f"{words} ({unit.upper() if unit == 'lps' else unit})" if unit in _UNITS else name
    return (
        (named[:1].upper() + named[1:])
        .replace("_", " ")
        .replace("uid", "UID")
        .replace("Sop ", "SOP ")
        .replace(" id", " ID")
    )


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(_shown(each) or "0" for each in value)
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)


def _window(window: Window) -> str:
    function = "" if window.function == "LINEAR" else f", {window.function.lower().replace('_', ' ')}"
    explanation = f"  {clean(window.explanation)}" if window.explanation else ""
    return f"center {window.center:g}, width {window.width:g}{function}{explanation}"
