"""Elements found in many files, one file after the other: nothing is kept but what was found."""

from collections.abc import Iterable, Iterator

from workstation.headers.contents import summarised_contents
from workstation.headers.listing import Element
from workstation.headers.query import Query
from workstation.jobs.job import Job
from workstation.model.index.records import Place
from workstation.model.refusal import Refused
from workstation.operations.operation import one_line
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """An element that fits, and where."""

    place: str
    element: Element

    def text(self) -> str:
        """Give it as a line."""
        each = self.element
        meaning = f"  = {each.meaning}" if each.meaning else ""
        return f"{one_line(self.place)}: {each.tag} {each.vr:<2} {each.path}  {each.value}{meaning}"


@dataclass(frozen=True, slots=True)
class Searched:
    """One file: what was found in it, or why it could not be read to its end."""

    place: Place
    elements: tuple[Element, ...]
    refusal: Refused | None = None


def search(places: Iterable[Place], query: Query, job: Job, *, total: int | None = None) -> Iterator[Searched]:
    """Look through headers, up to the pixel data; each file is a point where the job can be cancelled.

    Items of sequences are no hits; what is in them is.
    """
    for done, place in enumerate(places):
        job.progress(done, total, "searched")
        try:
            contents = summarised_contents(place)
        except Refused as refusal:
            yield Searched(place, (), refusal)
            continue
        hits = tuple(each for each in contents.elements if not each.is_item and query.matches(each))
        yield Searched(place, hits, contents.refusal)


def frame_number_of(path: str) -> int:
    """Give the frame, from 0, that a path below the per-frame functional groups is about; 0 for any other."""
    head, bracket, rest = path.partition("[")
    if head != "PerFrameFunctionalGroupsSequence" or not bracket:
        return 0
    number = rest.partition("]")[0]
    return int(number) - 1 if number.isdecimal() else 0
