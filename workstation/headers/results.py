"""What the operations on tags yield: values counted over many files, and files of elements written."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from workstation.errors import UserError
from workstation.headers.export import EXTENSIONS, Format, exported, write_export
from workstation.headers.listing import Element
from workstation.headers.operations import ExportParameters
from workstation.jobs.job import Job
from workstation.model.index.records import Place
from workstation.model.refusal import Refused
from workstation.operations.operation import ItemFailed, one_line
from workstation.operations.places import LeftOut, check_not_read, places_of
from workstation.quick_dataclass import dataclass

MOST_COUNTED = 100_000
"""Different values that are counted; what comes beyond is counted together."""
_BY_SUFFIX: dict[str, Format] = {".csv": "csv", ".json": "json", ".txt": "text"}


@dataclass(frozen=True, slots=True)
class Tally:
    """A value of an attribute, and in how many files it was found."""

    files: int
    tag: str
    name: str
    value: str
    meaning: str

    def text(self) -> str:
        """Give it as a line."""
        meaning = f"  = {self.meaning}" if self.meaning else ""
        return f"{self.files:>6}  {self.tag} {self.name}  {self.value}{meaning}"


class Counting:
    """Counts values over files; of a file with the same value twice under one name one is counted."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str, str]] = Counter()
        self._beyond = 0

    def add(self, elements: Iterable[Element]) -> None:
        """Count what was found in one file."""
        for key in {(each.tag, each.name, each.value, each.meaning) for each in elements}:
            if key in self._counts or len(self._counts) < MOST_COUNTED:
                self._counts[key] += 1
            else:
                self._beyond += 1

    def tallies(self) -> Iterator[Tally]:
        """Give the counts by tag, the most frequent value first."""
        for key, files in sorted(self._counts.items(), key=lambda each: (each[0][0], -each[1], each[0])):
            yield Tally(files, *key)
        if self._beyond:
            yield Tally(self._beyond, "", "further values", f"beyond the first {MOST_COUNTED}", "")


@dataclass(frozen=True, slots=True)
class WrittenElements:
    """A file of elements that was written."""

    place: str
    output: Path
    format: Format

    def text(self) -> str:
        """Give its path as a line."""
        return one_line(str(self.output))


def write_elements(parameters: ExportParameters, job: Job) -> Iterator[WrittenElements | ItemFailed]:
    """Write the elements of each file to a file of its own, or those of an only one to the one that is named.

    Raises
    ------
    UserError
        If a file cannot be written, or several are to be written to one.
    """
    output = parameters.output
    wanted: Format = parameters.format or _BY_SUFFIX.get(output.suffix.casefold(), "text")
    places = places_of(parameters.inputs)
    to_folder = output.is_dir() or not output.suffix
    if not to_folder:
        check_not_read(output, parameters.inputs)
    used: set[str] = set()
    left_out = LeftOut(parameters.inputs)
    for done, place in enumerate(places):
        job.progress(done, None, "written")
        if isinstance(place, ItemFailed):
            yield place
            continue
        if used and not to_folder:
            raise UserError(f"{output}: several files cannot go to one.", hint="Name a folder as the output.")
        target = _in_folder(output, parameters.inputs, place, EXTENSIONS[wanted], used) if to_folder else output
        try:
            write_export(target, exported(place, wanted))
        except Refused as refusal:
            yield from left_out.failed(place, refusal)
            continue
        used.add(str(target).casefold())
        yield WrittenElements(str(place), target, wanted)
    left_out.note(job)


def _in_folder(output: Path, inputs: Iterable[Path], place: Place, extension: str, used: set[str]) -> Path:
    """Give a name of its own below the output, in the folders in which the file lies below what was named."""
    folder = output.joinpath(*_folders_below(inputs, place))
    stem = _safe(Path(place.member).name if place.member else place.path.name)
    number, path = 1, folder / f"{stem}{extension}"
    while str(path).casefold() in used:
        number += 1
        path = folder / f"{stem}-{number}{extension}"
    return path


def _folders_below(inputs: Iterable[Path], place: Place) -> tuple[str, ...]:
    root = next((each for each in inputs if each.is_dir() and place.path.is_relative_to(each.absolute())), None)
    on_disk = place.path.relative_to(root.absolute()).parts[:-1] if root else ()
    return (*on_disk, *(_safe(part) for part in Path(place.member).parts[:-1]))


def _safe(name: str) -> str:
    kept = "".join(letter if letter.isalnum() or letter in "-_. " else "_" for letter in name)
    return kept.strip(". ")[:100] or "file"
