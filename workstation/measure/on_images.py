"""What commands ask for, measured on the frames of images: no more is read of a file than the numbers need."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, Protocol, cast

from workstation.display.inputs import Input, inputs_of
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.measure.alike_slices import AlikeSlices
from workstation.measure.asked import Asked, named, whose
from workstation.measure.calibration import SpacingFacts, calibration_at, spacing_facts
from workstation.measure.done import Done
from workstation.measure.measuring import measured
from workstation.measure.setting import ImageFacts, Setting
from workstation.measure.shared_parameters import Images, OnImages
from workstation.measure.spot import Moments, Spot
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.frame import Frame
from workstation.model.geometry import Plane, Spacing, SpacingSource
from workstation.model.index.records import Instance
from workstation.model.instance_plane import plane_of
from workstation.model.measurement import Measurement, Value
from workstation.model.quantities import (
    ENTROPY,
    MAXIMUM,
    MEAN,
    MEDIAN,
    MINIMUM,
    SD_POPULATION,
    SD_SAMPLE,
    is_statistic,
    percentile,
)
from workstation.model.refusal import Refused
from workstation.model.units import NARROWEST_MM, WIDEST_MM
from workstation.operations.operation import ItemFailed, counted
from workstation.operations.places import failed, near
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workstation.measure.region_files import RegionFiles
    from workstation.model.image import Image
    from workstation.model.units import LengthUnit

_PLAIN_CLASSES = frozenset(("1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.128"))
"""CT, MR and PET: Pixel Spacing, which the index holds, is all that their headers say about lengths."""
_PLAIN_STATISTICS = (MEAN, SD_SAMPLE, SD_POPULATION, MINIMUM, MAXIMUM, MEDIAN)


@dataclass(frozen=True, slots=True)
class Subject:
    """A frame that is measured on.

    Parameters
    ----------
    instance
        Its image.
    number
        Of the frame, from 0.
    frame
        The frame; of one whose pixels no number needs they are all 0.
    image
        The open image; None where its pixels are not needed.
    facts
        What it says of its spacing.
    siblings
        The images of its series that are measured on.
    moments
        When it was acquired.
    """

    instance: Instance
    number: int
    frame: Frame
    image: "Image | None"
    facts: SpacingFacts
    siblings: tuple[Instance, ...] = ()
    moments: Moments = field(default_factory=dict)

    @property
    def spot(self) -> Spot:
        """Where and when the frame was acquired."""
        number = self.number + 1 if self.instance.number_of_frames > 1 else self.instance.instance_number
        return Spot(number, self.frame.plane, self.moments)

    @property
    def place(self) -> str:
        """The file, as the user named it."""
        return str(self.instance.place)


Ask = Callable[[Subject], Sequence[Annotation]]
"""Gives what is to be measured on a frame, nothing where nothing is."""
Scale = Callable[[Subject, Setting], Setting]
"""Gives the setting with the factor from modality values to others; UserError where there is none."""
More = Callable[[Subject, Annotation], Iterator["Done | ItemFailed"]]
"""Measures what was measured on a frame elsewhere too."""


def measure_images(
    parameters: OnImages,
    job: Job,
    ask: Ask,
    *,
    needs_pixels: bool = True,
    scale: Scale | None = None,
    more: More | None = None,
) -> Iterator[Done | ItemFailed]:
    """Measure on every frame that the parameters name; one that cannot be measured on is told, the others go on.

    Where no pixels are needed, the same is asked of every frame.
    """
    setting = setting_of(parameters)
    chosen, alike = _chosen(parameters), AlikeSlices()
    for source, siblings in _sources(parameters, job):
        if isinstance(source, ItemFailed):
            yield source
            continue
        if not needs_pixels and (known := alike.on(source.instance)):
            yield from known
            continue
        for subject in _frames(source, chosen, siblings, needs_pixels=needs_pixels):
            if isinstance(subject, ItemFailed):
                yield subject
                continue
            found = []
            for each in _measured(subject, parameters, ask, setting, scale, more):
                found.append(each)
                yield each
            if not needs_pixels and subject.image is None:
                alike.keep(subject.instance, subject.frame.plane, found)


def _measured(
    subject: Subject, parameters: OnImages, ask: Ask, setting: Setting, scale: Scale | None, more: More | None
) -> Iterator[Done | ItemFailed]:
    try:
        scaled = setting if scale is None else scale(subject, setting)
        annotations = ask(subject)
    except Refused as refusal:
        yield failed(subject.place, refusal)
        return
    except UserError as error:
        yield ItemFailed(named_subject(subject), error.message, error.hint)
        return
    for annotation in annotations:
        yield measured_on(subject, annotation, scaled, parameters)
        if more is not None:
            yield from more(subject, annotation)


def named_subject(subject: Subject) -> str:
    """Give the file, and which of its frames."""
    more = f", frame {subject.number + 1}" if subject.instance.number_of_frames > 1 else ""
    return near(subject.place) + more


def measured_on(subject: Subject, annotation: Annotation, setting: Setting, parameters: OnImages) -> Done | ItemFailed:
    """Measure an annotation on a frame; what cannot be measured is told."""
    facts = subject.facts
    try:
        calibration = calibration_at(
            subject.frame,
            annotation.points_px,
            regions=facts.regions,
            given=parameters.calibration,
            detector=facts.detector,
            doubts=facts.doubts,
        )
        made = measured(
            annotation,
            subject.frame,
            setting.calibrated(calibration),
            image_facts=ImageFacts(subject.place, subject.instance.modality),
        )
    except UserError as error:
        return ItemFailed(named_subject(subject), error.message, error.hint)
    except ValueError as error:
        sentence = str(error)
        return ItemFailed(named_subject(subject), f"{sentence[:1].upper()}{sentence[1:]}.")
    if parameters.is_plain:
        return Done(made, subject.instance, subject.spot, made.curves)
    from workstation.measure.region_parameters import Regions

    if not isinstance(parameters, Regions):
        return Done(made, subject.instance, subject.spot, made.curves)
    return Done(plain_of(made, parameters), subject.instance, subject.spot, made.curves)


def plain_of(made: Measurement, parameters: object) -> Measurement:
    """Leave of a measurement what was asked for: of numbers, of how they are made, of curves."""
    from workstation.measure.region_parameters import Statistical

    values = tuple(told(made.values, parameters))
    methods = made.basis.methods
    if not any(each.quantity is ENTROPY for each in values):
        methods = tuple(each for each in methods if not each.startswith(("Percentiles", "Entropy")))
    curves = made.curves
    if isinstance(parameters, Statistical) and not parameters.histogram:
        curves = tuple(each for each in curves if not each.is_steps)  # a profile is its curve
    return replace(made, values=values, basis=replace(made.basis, methods=methods), curves=curves)


def told(values: Sequence[Value], parameters: object) -> Iterator[Value]:
    """Leave out the numbers that were not asked for: statistics of an area, and the finer ones."""
    from workstation.measure.region_parameters import Statistical

    if isinstance(parameters, Statistical) and parameters.statistics:
        yield from values
        return
    wanted: set[str] = set()
    if isinstance(parameters, Statistical):
        wanted = {each.key for each in (*_PLAIN_STATISTICS, *map(percentile, parameters.percentile))}
    yield from (each for each in values if each.quantity.key in wanted or not is_statistic(each.quantity))


class InUnits(Protocol):
    """Parameters that say a unit of lengths."""

    @property
    def units(self) -> "LengthUnit":
        """The unit."""

    @property
    def is_plain(self) -> bool:
        """Whether nothing is asked about statistics."""


def setting_of(parameters: InUnits) -> Setting:
    """Give how the parameters want it measured."""
    setting = Setting(units=parameters.units)
    if parameters.is_plain:
        return setting
    from workstation.measure.bins import Bins
    from workstation.measure.region_parameters import Plotted, Statistical

    if not isinstance(parameters, Statistical):
        return setting

    bins = None
    if parameters.bins is not None:
        bins = Bins(parameters.bins)
    elif parameters.bin_width is not None:
        bins = Bins(width=parameters.bin_width)
    percentiles = tuple(sorted(set(parameters.percentile)))
    with_curves = parameters.histogram or (isinstance(parameters, Plotted) and parameters.plot is not None)
    return replace(setting, percentiles=percentiles, with_curves=with_curves, bins=bins)


def asking(asked: Sequence[Asked], parameters: OnImages, files: "RegionFiles | None" = None) -> Ask:
    """Give shapes that are measured on every image alike, and regions of files where they lie."""

    def ask(subject: Subject) -> list[Annotation]:
        instance = subject.instance
        made = [each.on(instance, subject.number, subject.frame.plane, parameters) for each in asked]
        if files is None:
            return made
        from workstation.objects.segment_masks import ImagePlace

        place = ImagePlace.of(instance.sop_instance_uid, subject.frame)
        return made + [named(each, parameters, whose(instance)) for each in files.on(place)]

    return ask


def in_hounsfield(subject: Subject, setting: Setting) -> Setting:
    """Refuse an image whose values are no Hounsfield units.

    Raises
    ------
    UserError
        Saying which they are.
    """
    unit = subject.frame.modality.unit
    if unit.upper() != "HU":
        modality = subject.instance.modality or "unknown"
        raise UserError(
            f"Its values are no Hounsfield units: modality {modality}, Rescale Type {unit or 'absent'}.",
            hint="measure roi takes values of any unit.",
        )
    return setting


def needs_pixels(asked: Sequence[Asked]) -> bool:
    """Tell whether any of the shapes is measured with values."""
    return any(TRAITS[each.kind].is_region or each.kind in ("point", "profile") for each in asked)


def _sources(parameters: Images, job: Job) -> Iterator[tuple[Input | ItemFailed, tuple[Instance, ...]]]:
    """Give the images that the parameters name, each with those of its series."""
    found = list(inputs_of(parameters.inputs, job))
    series: dict[str, list[Instance]] = {}
    for each in found:
        if isinstance(each, Input):
            series.setdefault(each.instance.series_instance_uid, []).append(each.instance)
    siblings = {uid: tuple(instances) for uid, instances in series.items()}
    for done, source in enumerate(found):
        job.progress(done, len(found), "Measuring")
        yield source, () if isinstance(source, ItemFailed) else siblings[source.instance.series_instance_uid]


def _chosen(parameters: Images) -> tuple[tuple[int, int], ...] | None:
    """Give the ranges of the frames that the parameters name; None for all."""
    ranges = tuple((each.first, each.last) for each in parameters.frame) or ((1, 1),)
    return None if parameters.all_frames else ranges


def _frames(
    source: Input, chosen: tuple[tuple[int, int], ...] | None, siblings: tuple[Instance, ...], *, needs_pixels: bool
) -> Iterator[Subject | ItemFailed]:
    instance = source.instance
    plain = None if needs_pixels else frame_in_index(instance)
    if plain is not None and chosen in (None, ((1, 1),)):
        yield Subject(instance, 0, plain, None, SpacingFacts(), siblings)
        return
    from workstation.model.image import Image  # reads headers with pydicom, which plain slices are spared

    try:
        image = Image.open(instance.place)
    except Refused as refusal:
        yield failed(instance.place, refusal)
        return
    with image:
        count = image.number_of_frames
        ranges = chosen or ((1, count),)
        if max(last for _first, last in ranges) > count:
            yield ItemFailed(
                str(instance.place),
                f"It has {counted(count, 'frame')}.",
                "Frames are counted from 1.",
                "no such frame",
            )
        numbers = dict.fromkeys(number for first, last in ranges for number in range(first - 1, min(last, count)))
        when = _moments(image, count) if needs_pixels and (count == 1 or len(numbers) > 1) else ()
        for number in numbers:
            subject = opened(image, instance, number, siblings, needs_pixels=needs_pixels)
            yield replace(subject, moments=when[number]) if when and isinstance(subject, Subject) else subject


def _moments(image: "Image", count: int) -> tuple[Moments, ...]:
    from workstation.measure.frame_times import moments  # as above

    return moments(image.dataset, count)


def opened(
    image: "Image", instance: Instance, number: int, siblings: tuple[Instance, ...], *, needs_pixels: bool
) -> Subject | ItemFailed:
    """Give a frame of an open image; one that cannot be read is told."""
    try:
        facts = spacing_facts(image, number)
        if needs_pixels:
            frame = image.frame(number)
        else:
            description = image.description
            frame = blank(description.rows, description.columns, image.spacing(number), image.plane(number))
            frame = replace(frame, number=number)
    except Refused as refusal:
        return failed(instance.place, refusal)
    return Subject(instance, number, frame, image, facts, siblings)


def frame_in_index(instance: Instance) -> Frame | None:
    """Give a frame without its pixels, as far as the index tells; None where lengths need more than it holds."""
    pair = instance.pixel_spacing_mm
    if (
        instance.sop_class_uid not in _PLAIN_CLASSES
        or pair is None
        or not all(NARROWEST_MM <= each <= WIDEST_MM for each in pair)
    ):
        return None
    if not (instance.rows and instance.columns) or instance.number_of_frames > 1:
        return None
    spacing = Spacing(*pair, SpacingSource.PIXEL_SPACING)
    return blank(instance.rows, instance.columns, spacing, plane_of(instance))


def blank(rows: int, columns: int, spacing: Spacing, plane: Plane | None) -> Frame:
    """Give a frame that has a size and no pixels, for what is measured without them."""
    return Frame(cast("NDArray[Any]", NoPixels((rows, columns))), "MONOCHROME2", 8, spacing, plane=plane)


@dataclass(frozen=True, slots=True)
class NoPixels:
    """Stands in the place of pixels that are not read: rows and columns are all that is known of them."""

    shape: tuple[int, int]
