"""How facts about images are deduced from what the index, the header and the geometry say, the surest first."""

from collections.abc import Callable

from workstation.display.hanging.attributes import Attribute
from workstation.display.hanging.concepts import kernel_named, named_in, view_coded
from workstation.display.hanging.technique import Technique
from workstation.model.geometry import cross
from workstation.model.index.records import Instance
from workstation.quick_dataclass import dataclass

NEAREST_PLANE = 0.75
"""A normal whose largest component is less (41 degrees off) belongs to an oblique plane."""
_NO_AGENT = ("none", "no", "n/a", "nil", "0", "ohne", "non", "keine")
_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_IMAGE_TYPES = {
    "LOCALIZER": "localizer",
    "SCREEN SAVE": "screen save",
    "SCREEN_SAVE": "screen save",
    "DOSE_INFO": "dose report",
    "MIP": "mip",
    "MAX_IP": "mip",
    "PROJECTION IMAGE": "mip",
    "MIN_IP": "minip",
    "MINIP": "minip",
    "MPR": "mpr",
    "REFORMATTED": "mpr",
    "VOLUME_RENDER": "volume rendering",
    "VRT": "volume rendering",
    "SUBTRACTION": "subtraction",
    "SUB": "subtraction",
}
_WEIGHTING_TYPES = {
    "ADC": "adc",
    "FA": "fa",
    "DIFFUSION": "dwi",
    "TRACEW": "dwi",
    "SWI": "swi",
    "SW": "swi",
    "PERFUSION": "perfusion",
    "TOF": "angiography",
    "ASL": "perfusion",
}
_WEIGHTING_CONTRASTS = {
    "T1": "t1",
    "T2": "t2",
    "T2_STAR": "t2*",
    "PROTON_DENSITY": "pd",
    "FLUID_ATTENUATED": "flair",
    "DIFFUSION": "dwi",
    "PERFUSION": "perfusion",
    "TOF": "angiography",
    "STIR": "stir",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of one attribute, and where it was read; numbers are texts too, in the unit of the attribute."""

    values: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What facts are deduced from: an instance that speaks for ``frames`` frames, and its technique."""

    instance: Instance
    technique: Technique
    frames: int

    @property
    def image_types(self) -> tuple[str, ...]:
        """The values of Image Type, upper case."""
        return tuple(value.strip().upper() for value in self.instance.image_type.split("\\") if value.strip())

    def described(self, axis: str, *, with_study: bool = False) -> Fact | None:
        """Find concepts in the descriptions, the closest first."""
        texts = [
            ("Series Description", self.instance.series_description),
            ("Protocol Name", self.instance.protocol_name),
        ]
        if with_study:
            texts.append(("Study Description", self.instance.study_description))
        for name, text in texts:
            if found := named_in(axis, text):
                return Fact(found, f"{name} “{text}”")
        return None


Deduce = Callable[[Seen], Fact | None]


def facts_of(seen: Seen) -> dict[Attribute, Fact]:
    """Give every fact that can be deduced."""
    return {attribute: fact for attribute, deduce in _DEDUCED.items() if (fact := deduce(seen)) is not None}


def _modality(seen: Seen) -> Fact | None:
    modality = seen.instance.modality.strip().upper()
    return Fact((modality,), "Modality") if modality else None


def _body_part(seen: Seen) -> Fact | None:
    for name, text in (
        ("Body Part Examined", seen.instance.body_part_examined),
        ("Anatomic Region", seen.technique.anatomic_region),
    ):
        if found := named_in("body part", text):
            return Fact(found, f"{name} “{text}”")
    if seen.instance.modality == "MG":
        return Fact(("breast",), "Modality MG")
    return seen.described("body part", with_study=True)


def plane_of(orientation: tuple[float, float, float, float, float, float]) -> str:
    """Name the plane of an image by its direction cosines (Image Orientation), LPS."""
    normal = [abs(value) for value in cross(orientation[:3], orientation[3:])]
    largest = max(normal)
    if largest < NEAREST_PLANE:
        return "oblique"
    return ("sagittal", "coronal", "axial")[normal.index(largest)]


def _plane(seen: Seen) -> Fact | None:
    orientation = seen.instance.image_orientation or seen.technique.image_orientation
    if orientation is not None:
        return Fact((plane_of(orientation),), "Image Orientation")
    if seen.instance.modality in ("CT", "MR", "PT", "NM"):
        return _first_of(seen.described("plane"))
    return None


def _first_of(fact: Fact | None) -> Fact | None:
    return Fact(fact.values[:1], fact.source) if fact else None


def _view(seen: Seen) -> Fact | None:
    if view := view_coded(seen.technique.view_code):
        return Fact((view,), "View Code")
    axis = "mammography view" if seen.instance.modality == "MG" else "view"
    if seen.technique.view_position and (found := named_in(axis, seen.technique.view_position)):
        return Fact(found[:1], f"View Position “{seen.technique.view_position}”")
    if seen.instance.modality in ("MG", "CR", "DX", "RG"):
        return _first_of(seen.described(axis))
    return None


_SIDES = {"L": "left", "R": "right", "B": "both"}


def _laterality(seen: Seen) -> Fact | None:
    for name, value in (
        ("Image Laterality", seen.technique.image_laterality),
        ("Laterality", seen.instance.laterality),
    ):
        if side := _SIDES.get(value.strip().upper()[:1]):
            return Fact((side,), name)
    found = seen.described("laterality", with_study=seen.instance.modality != "MG")
    if found is None and seen.instance.modality == "MG":
        found = seen.described("mammography laterality")
    if found and len(found.values) > 1:
        return Fact(("both",), found.source)
    return found


def _weighting(seen: Seen) -> Fact | None:
    if seen.instance.modality != "MR":
        return None
    contrast = seen.technique.acquisition_contrast.upper()
    if contrast in _WEIGHTING_CONTRASTS:
        return Fact((_WEIGHTING_CONTRASTS[contrast],), "Acquisition Contrast")
    named = [value for value in seen.image_types[2:] if value in _WEIGHTING_TYPES]
    for value in sorted(named, key=lambda each: each == "DIFFUSION"):  # DIFFUSION\ADC is an ADC map
        return Fact((_WEIGHTING_TYPES[value],), f"Image Type {value}")
    if seen.instance.b_value:
        return Fact(("dwi",), f"Diffusion b-value {seen.instance.b_value:g}")
    return _first_of(seen.described("weighting")) or _by_timing(seen)


def _by_timing(seen: Seen) -> Fact | None:
    """Tell the weighting by the times of the sequence, in milliseconds; None where they lie between the usual ones."""
    echo, repetition = seen.technique.echo_time_ms or seen.instance.echo_time_ms, seen.technique.repetition_time_ms
    inversion = seen.technique.inversion_time_ms or 0.0
    if not echo or not repetition:
        return None
    source = f"TE {echo:g} ms, TR {repetition:g} ms" + (f", TI {inversion:g} ms" if inversion else "")
    if "GR" in seen.technique.scanning_sequence.upper() and "EP" not in seen.technique.scanning_sequence.upper():
        short = repetition < 100 or inversion > 500
        return Fact(("t1",), source) if echo < 12 and short else None
    rules = (
        (inversion > 1500 and repetition > 4000 and echo > 60, "flair"),
        (80 < inversion < 300 and repetition > 1500, "stir"),
        (repetition < 1000 and echo < 35, "t1"),
        (repetition > 1800 and echo > 65 and not inversion, "t2"),
        (repetition > 1800 and echo < 45 and not inversion, "pd"),
    )
    return next((Fact((name,), source) for holds, name in rules if holds), None)


def _fat(seen: Seen) -> Fact | None:
    if seen.instance.modality != "MR":
        return None
    if found := seen.described("fat suppression"):
        return found
    options = {option.strip().upper() for option in seen.technique.scan_options.split("\\")}
    if options & {"FS", "FAT", "FAT_AND_WATER", "FSS"}:
        return Fact(("yes",), "Scan Options")
    return Fact(("no",), "Scan Options without FS") if seen.technique.scan_options else None


def _contrast(seen: Seen) -> Fact | None:
    if seen.instance.modality not in ("CT", "MR", "XA", "MG"):
        return None
    if found := _first_of(seen.described("contrast")):
        return found
    agent = seen.technique.contrast_agent
    if agent:
        is_none = agent.strip().casefold() in _NO_AGENT
        return Fact(("without" if is_none else "with",), f"Contrast/Bolus Agent “{agent}”")
    return Fact(("without",), "no Contrast/Bolus Agent") if seen.technique.is_read else None


def _phase(seen: Seen) -> Fact | None:
    return _first_of(seen.described("phase")) if seen.instance.modality in ("CT", "MR") else None


def _kernel(seen: Seen) -> Fact | None:
    if seen.instance.modality != "CT":
        return None
    if found := named_in("kernel", seen.instance.series_description):
        return Fact(found[:1], f"Series Description “{seen.instance.series_description}”")
    name = seen.technique.convolution_kernel
    meaning = kernel_named(name) if name else ""
    return Fact((meaning,), f"Convolution Kernel {name}") if meaning else None


def _kind(seen: Seen) -> Fact | None:
    if seen.technique.presentation_intent.upper() == "FOR PROCESSING":
        return Fact(("for processing",), "Presentation Intent Type")
    for value in seen.image_types[1:]:
        if value in _IMAGE_TYPES:
            return Fact((_IMAGE_TYPES[value],), f"Image Type {value}")
    if found := _first_of(seen.described("kind")):
        return found
    if seen.instance.sop_class_uid.startswith(_SECONDARY_CAPTURE) and seen.instance.modality in ("CT", "MR", "PT"):
        return Fact(("screen save",), "Secondary Capture")
    return Fact(("image",), "none of the special kinds")


def _text(field: str, name: str) -> Deduce:
    def deduce(seen: Seen) -> Fact | None:
        value = str(getattr(seen.instance, field))
        return Fact((value,), name) if value else None

    return deduce


def _image_type(seen: Seen) -> Fact | None:
    return Fact(seen.image_types, "Image Type") if seen.image_types else None


def _thickness(seen: Seen) -> Fact | None:
    thickness = seen.instance.slice_thickness_mm or seen.technique.slice_thickness_mm
    return Fact((f"{thickness:g}",), "Slice Thickness") if thickness else None


def _images(seen: Seen) -> Fact:
    return Fact((str(seen.frames),), "counted")


_DEDUCED: dict[Attribute, Deduce] = {
    Attribute.MODALITY: _modality,
    Attribute.BODY_PART: _body_part,
    Attribute.PLANE: _plane,
    Attribute.VIEW: _view,
    Attribute.LATERALITY: _laterality,
    Attribute.WEIGHTING: _weighting,
    Attribute.FAT: _fat,
    Attribute.CONTRAST: _contrast,
    Attribute.PHASE: _phase,
    Attribute.KERNEL: _kernel,
    Attribute.KIND: _kind,
    Attribute.STUDY_DESCRIPTION: _text("study_description", "Study Description"),
    Attribute.SERIES_DESCRIPTION: _text("series_description", "Series Description"),
    Attribute.PROTOCOL_NAME: _text("protocol_name", "Protocol Name"),
    Attribute.IMAGE_TYPE: _image_type,
    Attribute.MANUFACTURER: _text("manufacturer", "Manufacturer"),
    Attribute.SLICE_THICKNESS: _thickness,
    Attribute.IMAGES: _images,
}
