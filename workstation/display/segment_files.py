"""Files with segmentations, structure sets and doses, as layers over any image: for pictures made without a window."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from workstation.display.dose import DoseLayer
from workstation.display.segments import ContourLayer, Dressed, Look, SegmentLayer, looks_of
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.frame import Frame
from workstation.model.reading import read_dataset
from workstation.objects.dose import DoseGrid, is_dose
from workstation.objects.segment_masks import ImagePlace, SegmentMasks
from workstation.objects.segmentation import SegmentationImage, is_segmentation
from workstation.objects.structure_contours import ContourFinder
from workstation.objects.structure_set import is_structure_set, structure_set_of
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True)
class SegmentFiles:
    """What is drawn over images.

    Parameters
    ----------
    sources
        Later ones are drawn over earlier ones.
    opacity
        Of the areas, 0 to 1.
    looks
        How the parts of an object look, by its SOP Instance UID and their number; those of an object that is not in it
        have their own colours and ``opacity``.
    """

    sources: tuple[SegmentMasks | ContourFinder | DoseGrid, ...]
    opacity: float
    looks: Mapping[str, Mapping[int, Look]] = field(default_factory=dict)
    _drawn: Counter[str] = field(default_factory=Counter, compare=False)

    def layers(self, sop_instance_uid: str, frame: Frame) -> tuple[Dressed, ...]:
        """Give the layers of a frame, in the order of the files.

        Raises
        ------
        UserError
            If a part that belongs to the frame cannot be shown: a picture that lacks it would not say so.
        """
        place = ImagePlace.of(sop_instance_uid, frame)
        layers = tuple(layer for source in self.sources for layer in self._of(source, place))
        self._drawn["layers"] += len(layers)
        return layers

    def note(self, job: Job) -> None:
        """Say so where nothing was drawn: a picture without segments looks like one in which nothing was found."""
        if not self._drawn["layers"]:
            job.log("Nothing of --segments lies on these images.")

    def _of(self, source: SegmentMasks | ContourFinder | DoseGrid, place: ImagePlace) -> Iterable[Dressed]:
        if isinstance(source, DoseGrid):
            values = source.dose_for(place)
            if values is not None:
                looks = self._looks(source.dose.sop_instance_uid, source.dose.levels)
                yield Dressed(DoseLayer(source.dose, values), looks)
            return
        if isinstance(source, ContourFinder):
            contours = source.contours_for(place)
            if contours:
                structures = source.structures
                looks = self._looks(structures.sop_instance_uid, structures.structures)
                yield Dressed(ContourLayer(contours), looks)
            return
        found = source.masks_for(place)
        if found.notes:
            raise UserError(" ".join(found.notes))
        if found.masks:
            segments = [mask.segment for mask in found.masks]
            looks = self._looks(source.source.segmentation.sop_instance_uid, segments)
            yield Dressed(SegmentLayer(found.masks), looks)

    def _looks(self, uid: str, parts: Sequence[Any]) -> Mapping[int, Look]:
        return self.looks[uid] if uid in self.looks else looks_of(parts, opacity=self.opacity)


def read_segment_files(paths: Iterable[Path], opacity: float) -> SegmentFiles:
    """Read segmentations, structure sets and doses.

    Raises
    ------
    UserError
        If a file is none of these, or cannot be read.
    """
    return SegmentFiles(tuple(_source(path) for path in paths), opacity)


def _source(path: Path) -> SegmentMasks | ContourFinder | DoseGrid:
    dataset = read_dataset(path)
    if is_structure_set(dataset):
        return ContourFinder(structure_set_of(dataset))
    if is_segmentation(dataset):
        return SegmentMasks(SegmentationImage.open(path))
    if is_dose(dataset):
        return DoseGrid.open(path)
    raise UserError(
        f"{path.name} is neither a segmentation nor a structure set nor a dose.",
        hint="Give a SEG, RTSTRUCT or RTDOSE object.",
    )
