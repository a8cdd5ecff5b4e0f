"""The operations ``ko create`` and ``ko show``: key object selections made and read."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.operations.operation import Example, ItemFailed, Operation
from workstation.operations.parameters import option
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.objects.key_objects.shown import ShownSelection, WrittenSelection


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateParameters:
    """What ``ko create`` takes."""

    inputs: tuple[Path, ...] = option(
        "The key images, all of one study: files, folders, ZIP archives; disc.zip!NAME is one entry.", positional=True
    )
    output: Path = option("The DICOM file to write.", short="o", metavar="FILE")
    title: str = option(
        "Why they were chosen: of-interest, for-teaching, for-conference, for-surgery, quality-issue, "
        "rejected-for-quality-reasons ..., or a code of context group 7010.",
        default="of-interest",
    )
    note: str = option("What is to be said about them.", default="")
    observer: str = option("Who chose them, such as Reader^Ann.", default="", metavar="NAME")
    frame: tuple[int, ...] = option("Frames of a multi-frame image, counted from 1; all where not given.", default=())

    def __post_init__(self) -> None:
        if any(each < 1 for each in self.frame):
            raise ValueError("there is no frame 0: frames are counted from 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowParameters:
    """What ``ko show`` takes."""

    inputs: tuple[Path, ...] = option(
        "Key object selections: files, folders, ZIP archives; disc.zip!NAME is one entry.", positional=True
    )


def create(parameters: CreateParameters, job: "Job") -> Iterator["WrittenSelection | ItemFailed"]:
    """Write a selection of the images."""
    from workstation.objects.key_objects.making import write_selection

    yield from write_selection(
        parameters.inputs,
        parameters.output,
        title=parameters.title,
        note=parameters.note,
        observer=parameters.observer,
        frames=tuple(each - 1 for each in parameters.frame),
        job=job,
    )


def show(parameters: ShowParameters, job: "Job") -> Iterator["ShownSelection | ItemFailed"]:
    """Show selections; what is none is told where it was named, and counted in folders."""
    from workstation.objects.key_objects.reading import open_key_objects
    from workstation.objects.key_objects.shown import shown_selection
    from workstation.operations.places import of_each_place

    yield from of_each_place(
        parameters.inputs, job, lambda place: (shown_selection(str(place), open_key_objects(place)),)
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="ko.create",
        command=("ko", "create"),
        summary="Write a key object selection: these images are of interest, and why",
        parameters=CreateParameters,
        run=create,
        examples=(
            Example("ko create slice.dcm -o keys.dcm --note 'see the left lung'", "one image, with a note"),
            Example("ko create study -o keys.dcm --title for-teaching --observer Reader^Ann", "all of a folder"),
            Example("ko create cine.dcm -o keys.dcm --frame 1,3", "two frames of a multi-frame image"),
        ),
    ),
    Operation(
        id="ko.show",
        command=("ko", "show"),
        summary="Show key object selections: title, note, and which images they point at",
        parameters=ShowParameters,
        run=show,
        examples=(
            Example("ko show key-objects.dcm", "a selection as text"),
            Example("ko show study --json", "all in a folder, for a program"),
        ),
    ),
)
