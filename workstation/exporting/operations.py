"""The command ``export``: images for others, as pictures and movies."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from workstation.display.operations import ViewParameters, wanted
from workstation.operations.operation import Example, ItemFailed, Operation
from workstation.operations.parameters import option
from workstation.operations.values import Range

if TYPE_CHECKING:
    from workstation.display.picture import PictureFormat
    from workstation.exporting.chosen import Choice
    from workstation.exporting.results import Exported
    from workstation.jobs.job import Job

ExportFormat = Literal["png", "jpeg", "tiff", "mp4", "gif"]
_BY_ENDING: dict[str, ExportFormat] = {
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".mp4": "mp4",
    ".gif": "gif",
}
FASTEST_HZ = 240.0


# Without slots, as a class that has two others with slots for its bases cannot be.
@dataclass(frozen=True, kw_only=True)
class ExportedImages:
    """What is exported, and where to."""

    inputs: tuple[Path, ...] = option(
        "What to export: files, folders, ZIP archives, DICOMDIR; disc.zip!NAME is one entry.", positional=True
    )
    output: Path = option("File, or folder for several; made where it is missing.", short="o")
    format: ExportFormat | None = option("What to write; by the ending of --output where not given.", default=None)
    series: tuple[str, ...] = option("Series Instance UID: only that series.", default=(), metavar="UID")
    study: tuple[str, ...] = option("Study Instance UID: only that study.", default=(), metavar="UID")
    frame: tuple[Range, ...] = option(
        "Images of each stack in the order of the window, from 1, such as 1-96 or 1,5,9. All where not given.",
        default=(),
    )
    every: int = option("Of these, every Nth.", default=1)
    overwrite: bool = option("Replace files that are there already.", default=False)
    with_names: bool = option(
        "Name folders by patient, date and descriptions, rather than by the number of the series.", default=False
    )


@dataclass(frozen=True, kw_only=True)
class ExportParameters(ViewParameters, ExportedImages):
    """What ``export`` takes."""

    rate: float | None = option(
        "Images a second of a movie; that of the image where not given, or 24.", default=None, unit="Hz"
    )
    codec: Literal["vp9", "mpeg4"] = option(
        "How an MP4 is packed: vp9 for browsers and current players, mpeg4 for older ones.", default="vp9"
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        for contradiction, sentence in (
            (any(each.first < 1 for each in self.frame), "there is no image 0: --frame counts from 1"),
            (self.every < 1, "--every has to be 1 or more"),
            (self.rate is not None and not 0.01 <= self.rate <= FASTEST_HZ, "--rate has to be from 0.01 to 240"),
        ):
            if contradiction:
                raise ValueError(sentence)

    def choice(self) -> "Choice":
        """Give which part of the inputs is wanted."""
        from workstation.exporting.chosen import Choice

        ranges = tuple((each.first, each.last) for each in self.frame)
        return Choice(studies=self.study, series=self.series, frames=ranges, every=self.every)

    def chosen_format(self) -> ExportFormat:
        """Give the format that was asked for, or that the ending says; `UserError` where they contradict."""
        from workstation.errors import UserError

        named = None if self.output.is_dir() else _BY_ENDING.get(self.output.suffix.lower())
        if self.format is None and named is None:
            choices = ", ".join(dict.fromkeys(_BY_ENDING.values()))
            raise UserError(f"{self.output} does not say what to write.", hint=f"Give --format: {choices}.")
        if self.format is not None and named is not None and self.format != named:
            raise UserError(
                f"{self.output} ends like a {named.upper()} file, but --format asks for {self.format}.",
                hint="Leave out --format, or change the ending.",
            )
        return cast(ExportFormat, self.format or named)


def export(parameters: ExportParameters, job: "Job") -> "Iterator[Exported | ItemFailed]":
    """Write pictures or movies of images."""
    from workstation.exporting.chosen import chosen_stacks, studies_of

    chosen = parameters.chosen_format()
    look = wanted(parameters)
    studies, failures = studies_of(parameters.inputs, parameters.choice(), job)
    yield from failures
    stacks = tuple(chosen_stacks(studies, parameters.choice(), with_names=parameters.with_names))
    if not stacks:
        yield from _no_images(len(failures))
    elif chosen in ("mp4", "gif"):
        from workstation.exporting.cines import write_cines

        codec = parameters.codec if chosen == "mp4" else None
        yield from write_cines(
            stacks,
            parameters.output,
            look,
            job,
            codec=codec,
            rate_hz=parameters.rate,
            overwrite=parameters.overwrite,
        )
    else:
        from workstation.exporting.pictures import write_pictures

        picture_format = cast("PictureFormat", chosen)
        yield from write_pictures(stacks, parameters.output, picture_format, look, job, overwrite=parameters.overwrite)


def _no_images(failures: int) -> Iterator[ItemFailed]:
    from workstation.errors import UserError

    if not failures:
        raise UserError("There are no images of that to export.", hint="See what is there: list PATH.")
    yield from ()


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="export",
        command=("export",),
        summary="Images for others: pictures, and movies as MP4 or GIF.",
        parameters=ExportParameters,
        run=export,
        examples=(
            Example("export study -o pictures --format png", "every image of a folder, by series"),
            Example("export cine.dcm -o cine.mp4", "a movie at the rate of the image"),
            Example("export study -o lung.gif --preset lung --rate 10 --size 256x256", "an animation of a stack"),
            Example("export study -o four --format jpeg --every 4 --burn-in", "every fourth image, with its text"),
        ),
    ),
)
"""Everything of this room that is in the catalogue."""
