"""Regions of files that a command names: segments (SEG) and structures (RTSTRUCT), as annotations of frames."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from workstation.display.segment_files import read_segment_files
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.measure.asked import label_beside
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.objects.found_regions import Part, RegionSource, found_regions, parts_of
from workstation.objects.segment_masks import ImagePlace, SegmentMasks
from workstation.objects.structure_contours import ContourFinder


class RegionFiles:
    """Files with regions.

    Parameters
    ----------
    paths
        SEG and RTSTRUCT files.
    wanted
        Numbers or labels of segments and structures; all where there are none.

    Raises
    ------
    UserError
        If a file is neither, cannot be read, or has no segment of that name.
    """

    def __init__(self, paths: Sequence[Path], wanted: Sequence[str] = ()) -> None:
        self.sources = tuple(_source(each) for each in read_segment_files(paths, 1.0).sources)
        self.paths = tuple(paths)
        self.name = ", ".join(str(path.name) for path in paths)
        self._wanted = WantedParts(wanted, [each for source in self.sources for each in parts_of(source)], self.name)
        self._found: Counter[str] = Counter()

    def on(self, place: ImagePlace) -> list[Annotation]:
        """Give the regions of a frame by their order in the files, each named by its segment or structure.

        Several closed contours of one structure are one region, so that its numbers are of all of it.

        Raises
        ------
        UserError
            If the file is about another frame of reference than the frame, or a part of it cannot be read.
        """
        made: list[Annotation] = []
        for source in self.sources:
            found = found_regions(source, [place], name=self.name, is_wanted=self.is_wanted, together=True)
            if found.notes:
                raise UserError(" ".join(found.notes))
            made += [
                labelled(each, part.label)
                for each, part in zip(found.annotations, found.parts, strict=True)
                if TRAITS[each.kind].is_region
            ]
        self._found["regions"] += len(made)
        return made

    def note(self, job: Job) -> None:
        """Say so where no region lies on any of the images."""
        if not self._found["regions"]:
            job.log(f"No region of {self.name} lies on these images.")

    def is_wanted(self, number: int, label: str) -> bool:
        """Tell whether a segment or structure was asked for."""
        return self._wanted.has(number, label)


class WantedParts:
    """Which segments and structures were asked for, by numbers or labels; all where none is named.

    Raises
    ------
    UserError
        If one of them is not ``known``.
    """

    def __init__(self, wanted: Sequence[str], known: Sequence[Part], name: str) -> None:
        self._wanted = {each.strip().casefold() for each in wanted}
        names = {str(each.number) for each in known} | {each.label.strip().casefold() for each in known}
        missing = self._wanted - names
        if missing:
            raise UserError(
                f"{name} has no segment {', '.join(sorted(missing))}.",
                hint=f"There are: {', '.join(f'{each.number} {each.label}' for each in known)}.",
            )

    def has(self, number: int, label: str) -> bool:
        """Tell whether a segment or structure was asked for."""
        return not self._wanted or bool({str(number), label.strip().casefold()} & self._wanted)


def labelled(annotation: Annotation, words: str) -> Annotation:
    """Give a region of a file with its name beside it."""
    return replace(annotation, text=words, label_px=label_beside(annotation.points_px))


def _source(source: object) -> RegionSource:
    if isinstance(source, SegmentMasks | ContourFinder):
        return source
    raise UserError("A dose has no regions.", hint="Give a SEG or RTSTRUCT object.")
