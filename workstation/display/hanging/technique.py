"""What only the header says of how images were taken, read late: one file of a series, kept once read."""

from collections.abc import Callable

from workstation.model.index.records import Instance, Place
from workstation.quick_dataclass import dataclass

_GROUPS = (
    "MRImageFrameTypeSequence",
    "MRTimingAndRelatedParametersSequence",
    "MREchoSequence",
    "MRModifierSequence",
    "FrameAnatomySequence",
    "CTReconstructionSequence",
    "PlaneOrientationSequence",
    "PixelMeasuresSequence",
)
"""Functional groups (PS3.3 C.7.6.16.2, C.8.13.5, C.8.15.3) in which enhanced images keep what others have on top."""
_WANTED = 256
"""Longest text that is kept of a value."""


@dataclass(frozen=True, slots=True)
class Technique:
    """Attributes of a header that the index does not keep; empty or None where it has none.

    ``is_read`` tells a header without an attribute from one that could not be read. Times are milliseconds.
    """

    is_read: bool = False
    view_position: str = ""
    view_code: str = ""
    image_laterality: str = ""
    patient_orientation: tuple[str, ...] = ()
    contrast_agent: str = ""
    convolution_kernel: str = ""
    repetition_time_ms: float | None = None
    echo_time_ms: float | None = None
    inversion_time_ms: float | None = None
    scanning_sequence: str = ""
    scan_options: str = ""
    acquisition_contrast: str = ""
    anatomic_region: str = ""
    presentation_intent: str = ""
    image_orientation: tuple[float, float, float, float, float, float] | None = None
    slice_thickness_mm: float | None = None


ReadTechnique = Callable[[Place], Technique]


class Techniques:
    """Reads headers when they are asked for the first time, and remembers what they said."""

    def __init__(self, read: ReadTechnique | None = None) -> None:
        self._read = read or read_technique
        self._known: dict[Place, Technique] = {}

    def of(self, instance: Instance) -> Technique:
        """Give the technique of an instance."""
        place = instance.place
        if place not in self._known:
            self._known[place] = self._read(place)
        return self._known[place]

    def forget(self) -> None:
        """Forget everything, as when studies are closed."""
        self._known.clear()


def read_technique(place: Place) -> Technique:
    """Read the header of a place; an empty technique where it cannot be read."""
    from workstation.model.reading import read_dataset
    from workstation.model.refusal import Refused

    try:
        dataset = read_dataset(place)
    except Refused:
        return Technique()
    return technique_of(dataset)


def technique_of(dataset: object) -> Technique:
    """Take the technique from a parsed header; enhanced images have it in their functional groups (PS3.3 C.7.6.16)."""
    from pydicom import Dataset

    from workstation.model.attributes import first_item, items, number, numbers, text
    from workstation.model.text import clean

    if not isinstance(dataset, Dataset):
        raise TypeError(dataset)
    shared = first_item(dataset, "SharedFunctionalGroupsSequence")
    frame = first_item(dataset, "PerFrameFunctionalGroupsSequence")
    groups = [each for each in (shared, frame) if each is not None]
    within = [dataset, *(item for group in groups for keyword in _GROUPS for item in items(group, keyword))]

    def said(*keywords: str) -> str:
        found = (clean(text(each, keyword)) for keyword in keywords for each in within)
        return next((value[:_WANTED] for value in found if value), "")

    def measured(*keywords: str) -> float | None:
        found = (number(each, keyword) for keyword in keywords for each in within)
        return next((value for value in found if value is not None), None)

    def coded(keyword: str, part: str) -> str:
        found = (clean(text(item, part)) for each in within for item in items(each, keyword))
        return next((value[:_WANTED] for value in found if value), "")

    directions = next((found for each in within if (found := numbers(each, "ImageOrientationPatient"))), ())
    return Technique(
        is_read=True,
        image_orientation=_six(directions),
        slice_thickness_mm=measured("SliceThickness"),
        view_position=said("ViewPosition"),
        view_code=coded("ViewCodeSequence", "CodeValue"),
        image_laterality=said("ImageLaterality", "FrameLaterality", "Laterality"),
        patient_orientation=tuple(said("PatientOrientation").split("\\")) if said("PatientOrientation") else (),
        contrast_agent=said("ContrastBolusAgent", "ContrastBolusAgentAdministered")
        or coded("ContrastBolusAgentSequence", "CodeMeaning"),
        convolution_kernel=said("ConvolutionKernel"),
        repetition_time_ms=measured("RepetitionTime"),
        echo_time_ms=measured("EchoTime", "EffectiveEchoTime"),
        inversion_time_ms=measured("InversionTime", "InversionTimes"),
        scanning_sequence=said("ScanningSequence", "EchoPulseSequence"),
        scan_options=said("ScanOptions", "SpectrallySelectedSuppression"),
        acquisition_contrast=said("AcquisitionContrast"),
        presentation_intent=said("PresentationIntentType"),
        anatomic_region=coded("AnatomicRegionSequence", "CodeMeaning"),
    )


def _six(values: tuple[float, ...]) -> tuple[float, float, float, float, float, float] | None:
    if len(values) != 6:
        return None
    a, b, c, d, e, f = values
    return a, b, c, d, e, f
