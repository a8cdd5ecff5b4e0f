"""The operations on headers: a summary, and every element."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workstation.errors import UserError
from workstation.headers.attribute import Attribute
from workstation.operations.operation import Example, ItemFailed, Operation
from workstation.operations.parameters import option
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.headers.comparison import Comparison
    from workstation.headers.contents import Contents
    from workstation.headers.dump import Dump
    from workstation.headers.results import Tally, WrittenElements
    from workstation.headers.search import Found
    from workstation.headers.summary import Summary
    from workstation.jobs.job import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class InfoParameters:
    """What ``info`` takes."""

    inputs: tuple[Path, ...] = option("Files, folders, ZIP archives; disc.zip!NAME is one entry.", positional=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpParameters:
    """What ``dump`` takes."""

    inputs: tuple[Path, ...] = option("Files, folders, ZIP archives; disc.zip!NAME is one entry.", positional=True)
    tag: tuple[Attribute, ...] = option(
        "Only this attribute and what is in it, by keyword or tag, wherever it is nested; may be repeated.", default=()
    )
    search: str = option("Only elements whose tag, name or value contains this, in any case.", default="")
    depth: int | None = option("Sequences down to this depth; 0 for none of their items.", default=None)
    max_length: int = option("Characters of a value that are shown; 0 for all.", default=100)

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.max_length < 0 or (self.depth or 0) < 0:
            raise ValueError("--max-length and --depth count from 0.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchParameters:
    """What ``tags search`` takes."""

    words: str = option(
        "Words that each have to occur in the tag, name or value of an element: a keyword, 0008,103e, a value, or "
        "Modality=CT for a value under a name.",
        positional=True,
    )
    inputs: tuple[Path, ...] = option("Files, folders, ZIP archives; disc.zip!NAME is one entry.", positional=True)
    count: bool = option("Each value once, with the number of files that have it.", default=False)

    def __post_init__(self) -> None:
        """Refuse a search for nothing."""
        if not self.words.strip():
            raise ValueError("the words to search for are empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareParameters:
    """What ``tags compare`` takes."""

    inputs: tuple[Path, ...] = option(
        "Two files or more, up to 26; folders stand for the files in them.", positional=True
    )
    all: bool = option("Also the elements that are the same everywhere.", default=False)
    no_pixels: bool = option("Leave the pixel data unread.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportParameters:
    """What ``tags export`` takes."""

    inputs: tuple[Path, ...] = option("Files, folders, ZIP archives; disc.zip!NAME is one entry.", positional=True)
    output: Path = option("File to write; or a folder, which several files need.", short="o")
    format: Literal["text", "csv", "json", "dicom-json"] | None = option(
        "Lines, a table, plain JSON, or the DICOM JSON model; by the name of the output where not given.", default=None
    )


def info(parameters: InfoParameters, job: "Job") -> Iterator["Summary | ItemFailed"]:
    """Summarise each file."""
    from workstation.headers.summary import summarise
    from workstation.operations.places import of_each_place

    yield from of_each_place(parameters.inputs, job, lambda place: (summarise(place),))


def dump(parameters: DumpParameters, job: "Job") -> Iterator["Dump | ItemFailed"]:
    """List the elements of each file."""
    from workstation.headers.dump import dumped
    from workstation.operations.places import of_each_place

    yield from of_each_place(parameters.inputs, job, lambda place: dumped(place, parameters))


def search(parameters: SearchParameters, job: "Job") -> Iterator["Found | Tally | ItemFailed"]:
    """Find elements in files."""
    from workstation.headers.query import Query
    from workstation.headers.results import Counting
    from workstation.headers.search import Found
    from workstation.headers.search import search as search_places
    from workstation.model.index.records import Place
    from workstation.operations.places import LeftOut, places_of

    left_out = LeftOut(parameters.inputs)
    query = Query.parse(parameters.words)
    counting = Counting()
    bad: list[ItemFailed] = []

    def good() -> Iterator[Place]:
        for place in places_of(parameters.inputs):
            if isinstance(place, ItemFailed):
                bad.append(place)
            else:
                yield place

    for searched in search_places(good(), query, job):
        yield from bad
        bad.clear()
        if parameters.count:
            counting.add(searched.elements)
        else:
            yield from (Found(str(searched.place), each) for each in searched.elements)
        if searched.refusal is not None:
            yield from left_out.failed(searched.place, searched.refusal)
    yield from bad
    yield from counting.tallies()
    left_out.note(job)


def compare(parameters: CompareParameters, job: "Job") -> Iterator["Comparison | ItemFailed"]:
    """Put the elements of files side by side."""
    from workstation.headers.comparison import compare as compare_contents
    from workstation.headers.comparison import only_differing
    from workstation.headers.contents import summarised_contents
    from workstation.model.refusal import Refused
    from workstation.operations.places import LeftOut, failed, places_of

    left_out = LeftOut(parameters.inputs)
    contents: list[Contents] = []
    for done, place in enumerate(places_of(parameters.inputs)):
        job.progress(done, None, "read")
        if isinstance(place, ItemFailed):
            yield place
            continue
        if len(contents) == MOST_COMPARED:
            raise UserError(f"There are more than {MOST_COMPARED} files to compare.", hint="Name fewer of them.")
        try:
            contents.append(summarised_contents(place, with_pixels=not parameters.no_pixels))
        except Refused as refusal:
            yield from left_out.failed(place, refusal)
            continue
        if (partly := contents[-1].refusal) is not None:
            yield failed(place, partly)
    left_out.note(job)
    if len(contents) < 2:
        raise UserError("There are not two files to compare.", hint="Name two files, or a folder with two in it.")
    comparison = compare_contents(contents)
    yield comparison if parameters.all else only_differing(comparison)


def export(parameters: ExportParameters, job: "Job") -> Iterator["WrittenElements | ItemFailed"]:
    """Write the elements of files."""
    from workstation.headers.results import write_elements

    yield from write_elements(parameters, job)


MOST_COMPARED = 26
OPERATIONS = (
    Operation(
        id="headers.info",
        command=("info",),
        summary="Tell what files hold: patient, study, series, image, pixels, geometry, windows",
        parameters=InfoParameters,
        run=info,
        examples=(
            Example("info slice.dcm", "a summary of one file"),
            Example("info study/*.dcm --json", "one JSON object a file, for a program"),
        ),
    ),
    Operation(
        id="headers.dump",
        command=("dump",),
        summary="List every element of files, nested and private ones too, with its VR, length and value",
        parameters=DumpParameters,
        run=dump,
        examples=(
            Example("dump slice.dcm", "all elements"),
            Example("dump slice.dcm --tag PatientID --tag 0028,0030", "two of them, by keyword and by tag"),
            Example("dump slice.dcm --search spacing", "those that have to do with spacing"),
            Example("dump slice.dcm --depth 0 --max-length 0", "no items of sequences, but values at full length"),
        ),
    ),
    Operation(
        id="headers.search",
        command=("tags", "search"),
        summary="Find elements by name, number or value in many files",
        parameters=SearchParameters,
        run=search,
        examples=(
            Example("tags search SliceThickness study", "the slice thickness of every file of a folder"),
            Example("tags search 0008,0060=CT study --count", "how many files are CT, by number of the tag"),
            Example("tags search 'spacing 0.5' study --json", "elements with both words, for a program"),
        ),
    ),
    Operation(
        id="headers.compare",
        command=("tags", "compare"),
        summary="Compare the elements of two files or more, items of sequences and pixel data included",
        parameters=CompareParameters,
        run=compare,
        examples=(
            Example("tags compare study/001.dcm study/002.dcm", "what differs between two slices"),
            Example("tags compare study/001.dcm study/002.dcm study/003.dcm --all", "three, with what is the same"),
        ),
    ),
    Operation(
        id="headers.export",
        command=("tags", "export"),
        summary="Write the elements of files as text, CSV, JSON or the DICOM JSON model",
        parameters=ExportParameters,
        run=export,
        examples=(
            Example("tags export slice.dcm -o slice.csv", "a table of one file"),
            Example(
                "tags export study -o headers --format dicom-json", "the DICOM JSON model of each file of a folder"
            ),
        ),
    ),
)
