"""Segments, structures and doses of files over the planes of a volume, as commands draw them: as in the window."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydicom.dataset import Dataset

from workstation.display.segments import DEFAULT_OPACITY, Dressed, Look, looks_of
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.reading import read_dataset
from workstation.model.refusal import Refused
from workstation.model.segmentation import Segment
from workstation.model.text import clean
from workstation.model.volume import Volume
from workstation.objects.derived_sources import SourceObject, source_object
from workstation.objects.dose import DoseGrid, is_dose
from workstation.objects.segmentation import PALETTE, is_segmentation
from workstation.objects.structure_contours import ContourFinder
from workstation.objects.structure_set import is_structure_set, structure_set_of
from workstation.quick_dataclass import dataclass
from workstation.volume.cutting.sheets import Taking
from workstation.volume.formats.reading import is_grid_file
from workstation.volume.segments.labels import MasksOf, labels_of, labels_on, masks_of_segments, masks_of_structures
from workstation.volume.segments.masks import read_masks, segment_masks
from workstation.volume.segments.over import DoseOver, SegmentsOver
from workstation.volume.segments.parameters import SegmentsLaidOver


@dataclass(frozen=True, eq=False)
class LaidFile:
    """What of a file is drawn.

    Parameters
    ----------
    over
        Gives what a plane cuts.
    looks
        How its parts look, by their number; one without is not drawn.
    names
        What they are called, by their number.
    made_of
        The DICOM objects that it is; none for other files.
    """

    over: SegmentsOver | DoseOver
    looks: Mapping[int, Look]
    names: Mapping[int, str]
    made_of: tuple[SourceObject, ...] = ()

    def chosen(self, words: Sequence[str]) -> "LaidFile":
        """Leave the parts that are named, or meant by their number, in these words."""
        looks = {n: look for n, look in self.looks.items() if any(_is_meant(n, self.names[n], each) for each in words)}
        return replace(self, looks=looks)

    def sources(self) -> tuple[SourceObject, ...]:
        """Give what pictures with it refer to: of a segmentation the segments that are drawn."""
        drawn = tuple(sorted(self.looks))
        return tuple(replace(each, segments=drawn) if each.all_segments else each for each in self.made_of)


@dataclass(frozen=True, eq=False)
class LaidSegments:
    """All that is drawn, the files in their order."""

    files: tuple[LaidFile, ...]

    def over(self, taking: Taking) -> tuple[Dressed, ...]:
        """Give what is drawn over a plane; where it has a thickness, what its middle cuts."""
        layers = ((each.over.layer(taking), each.looks) for each in self.files)
        return tuple(Dressed(layer, looks) for layer, looks in layers if layer is not None)

    def made_of(self) -> tuple[SourceObject, ...]:
        """Give what pictures refer to."""
        return tuple(source for each in self.files for source in each.sources())

    @property
    def names(self) -> tuple[str, ...]:
        """Of the parts that are drawn."""
        return tuple(dict.fromkeys(each.names[number] for each in self.files for number in each.looks))


def laid_segments(parameters: SegmentsLaidOver, volume: Volume, job: Job) -> LaidSegments | None:
    """Read what is drawn over a volume, as a command asks; None where there is nothing.

    Raises
    ------
    UserError
        If a file is none of segments, structures or a dose, nothing of it lies in the volume, or there is no segment of
        that name.
    """
    if not parameters.mask:
        return None
    opacity = DEFAULT_OPACITY if parameters.mask_opacity is None else parameters.mask_opacity
    files = [_read(path, volume, opacity, job) for path in parameters.mask]
    if not parameters.segment:
        return LaidSegments(tuple(files))
    for words in parameters.segment:
        if not any(each.chosen([words]).looks for each in files):
            there = [f"{number} {name}" for each in files for number, name in each.names.items()]
            raise UserError(f"There is no segment {clean(words)!r}.", hint=f"There are: {', '.join(there[:20])}.")
    chosen = (each.chosen(parameters.segment) for each in files)
    return LaidSegments(tuple(each for each in chosen if each.looks))


def _is_meant(number: int, name: str, words: str) -> bool:
    return words.strip().casefold() in (str(number), name.casefold())


def _read(path: Path, volume: Volume, opacity: float, job: Job) -> LaidFile:
    try:
        dataset = read_dataset(path) if path.is_file() and not is_grid_file(path) else None
        file = _of_dicom(dataset, volume, opacity, path, job) if dataset is not None else None
    except Refused as refusal:
        raise UserError(f"{path}: {refusal.message}") from refusal
    return _of_masks(path, volume, opacity, job) if file is None else file


def _of_dicom(dataset: Dataset, volume: Volume, opacity: float, path: Path, job: Job) -> LaidFile | None:
    """Read an object that says more than its pixels; None where it is an image as any other."""
    if is_dose(dataset):
        file = _of_dose(DoseGrid.open(path), volume, opacity, path)
    elif is_segmentation(dataset):
        file = _of_object(masks_of_segments(segment_masks(path, volume, job)), volume, opacity, path, job)
    elif is_structure_set(dataset):
        file = _of_structures(dataset, volume, opacity, path, job)
    else:
        return None
    return replace(file, made_of=(source_object(dataset),))


def _of_masks(path: Path, volume: Volume, opacity: float, job: Job) -> LaidFile:
    masks = read_masks(path, volume, job)
    numbers = [each.number for each in masks]
    if len(set(numbers)) < len(numbers):  # of several layers
        numbers = list(range(1, len(masks) + 1))
    segments = [
        Segment(number, each.name, colour=PALETTE[at % len(PALETTE)])
        for at, (number, each) in enumerate(zip(numbers, masks, strict=True))
    ]
    labels = labels_on(volume.grid, zip(segments, (each.mask_kji for each in masks), strict=True))
    made_of = (replace(each, role="source") for mask in masks for each in mask.made_of)  # drawn, not cut out by it
    return replace(_file(SegmentsOver(str(path), labels), segments, opacity), made_of=tuple(dict.fromkeys(made_of)))


def _of_dose(grid: DoseGrid, volume: Volume, opacity: float, path: Path) -> LaidFile:
    uid, dose = volume.grid.frame_of_reference_uid, grid.dose
    if not uid or uid != dose.frame_of_reference_uid:
        raise UserError(
            f"{path}: the dose lies in another frame of reference than the volume.",
            hint="Lay it over as a second volume with --over, and --register or --registration.",
        )
    looks = looks_of(dose.levels, opacity=opacity)
    return LaidFile(DoseOver(str(path), grid, uid), looks, dict.fromkeys(looks, clean(dose.label)))


def _of_structures(dataset: Dataset, volume: Volume, opacity: float, path: Path, job: Job) -> LaidFile:
    finder = ContourFinder(structure_set_of(dataset))
    return _of_object(masks_of_structures(finder), volume, opacity, path, job, finder)


def _of_object(
    masks_of: MasksOf, volume: Volume, opacity: float, path: Path, job: Job, finder: ContourFinder | None = None
) -> LaidFile:
    labels = labels_of(volume, masks_of, report=lambda done, total: job.progress(done, total, "Reading masks"))
    if not labels:
        raise UserError(
            f"{path}: nothing of it lies in the volume.", hint="Give a segmentation that was made of these images."
        )
    segments = sorted((each for some in labels for each in some.segments), key=lambda each: each.number)
    return _file(SegmentsOver(str(path), labels, finder), segments, opacity)


def _file(over: SegmentsOver, segments: Sequence[Segment], opacity: float) -> LaidFile:
    looks = looks_of(segments, opacity=opacity)
    return LaidFile(over, looks, {each.number: clean(each.label) for each in segments})
