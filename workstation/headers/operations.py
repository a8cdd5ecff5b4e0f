"""The operations on headers: a summary, and every element."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.headers.attribute import Attribute
from workstation.operations.operation import Example, ItemFailed, Operation
from workstation.operations.parameters import option

if TYPE_CHECKING:
    from workstation.headers.dump import Dump
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


def info(parameters: InfoParameters, job: "Job") -> Iterator["Summary | ItemFailed"]:
    """Summarise each file."""
    from workstation.headers.summary import summarise
    from workstation.model.refusal import Refused
    from workstation.operations.places import failed, places_of

    for done, place in enumerate(places_of(parameters.inputs)):
        job.progress(done, None, "read")
        if isinstance(place, ItemFailed):
            yield place
            continue
        try:
            yield summarise(place)
        except Refused as refusal:
            yield failed(place, refusal)


def dump(parameters: DumpParameters, job: "Job") -> Iterator["Dump | ItemFailed"]:
    """List the elements of each file."""
    from workstation.headers.dump import dumped
    from workstation.operations.places import places_of

    for done, place in enumerate(places_of(parameters.inputs)):
        job.progress(done, None, "read")
        if isinstance(place, ItemFailed):
            yield place
        else:
            yield from dumped(place, parameters)


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
)
