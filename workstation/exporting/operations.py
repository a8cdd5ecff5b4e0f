"""The commands ``export`` and ``dicomdir``: images for others, as pictures, movies and DICOM."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

from workstation.display.operations import ViewParameters, wanted
from workstation.operations.operation import Example, ItemFailed, Operation
from workstation.operations.parameters import option
from workstation.operations.values import Range, Size
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.display.export import Wanted
    from workstation.display.picture import PictureFormat
    from workstation.display.segment_files import SegmentFiles
    from workstation.display.value_scale import ScaleOf
    from workstation.exporting.chosen import Choice, ChosenStack
    from workstation.exporting.instances import Layout
    from workstation.exporting.printing import Sheet
    from workstation.exporting.results import DirectoryRecord, DirectoryShown, Exported, WrittenMedium
    from workstation.jobs.job import Job
    from workstation.model.annotation import Annotation
    from workstation.model.index.records import Study
    from workstation.objects.media.copying import Copier

ExportFormat = Literal["png", "jpeg", "tiff", "mp4", "gif", "pdf", "dicom", "dicomdir", "zip"]
_BY_ENDING: dict[str, ExportFormat] = {
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".mp4": "mp4",
    ".gif": "gif",
    ".pdf": "pdf",
    ".zip": "zip",
}
FASTEST_HZ = 240.0
MOST_ACROSS = 10
Profile = Literal["basic", "archive", "research", "teaching"]


# Without slots, as a class that has two others with slots for its bases cannot be.
@dataclass(frozen=True, kw_only=True)
class ExportedImages:
    """What is exported, and where to."""

    inputs: tuple[Path, ...] = option(
        "What to export: files, folders, ZIP archives, DICOMDIR; disc.zip!NAME is one entry.", positional=True
    )
    output: Path = option("File, or folder for several; made where it is missing.", short="o")
    format: ExportFormat | None = option(
        "What to write: pictures, movies, pages for print (pdf), copies of the DICOM files (dicom), or a medium with a "
        "DICOMDIR as a folder (dicomdir) or as an archive (zip). By the ending of --output where not given.",
        default=None,
    )
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
    layout: Size | None = option(
        "Images on a page of a PDF, across and down; 3x4, or 1x1 for a single image, where not given.",
        default=None,
        metavar="ACROSSxDOWN",
    )
    page: Literal["a4", "letter"] = option("Paper of a PDF.", default="a4")
    landscape: bool = option("Paper on its side.", default=False)
    true_size: bool = option(
        "On paper a millimetre in the patient is a millimetre; a ruler to check it by is printed too.", default=False
    )
    anonymise: Profile | None = option(
        "Take the patient out of DICOM by a profile of `anon`, with its usual settings.", default=None
    )
    icons: bool = option("Put a small picture of each image into the directory of a medium.", default=False)
    no_header: bool = option("Leave out the patient and the study at the head of each page.", default=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        for contradiction, sentence in (
            (any(each.first < 1 for each in self.frame), "there is no image 0: --frame counts from 1"),
            (self.layout and max(self.layout.width, self.layout.height) > MOST_ACROSS, "--layout has at most 10x10"),
            (self.anonymise and self.with_names, "--with-names names the patient that --anonymise takes out"),
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
            choices = ", ".join(get_args(ExportFormat))
            raise UserError(f"{self.output} does not say what to write.", hint=f"Give --format: {choices}.")
        if self.format is not None and named is not None and self.format != named:
            raise UserError(
                f"{self.output} ends like a {named.upper()} file, but --format asks for {self.format}.",
                hint="Leave out --format, or change the ending.",
            )
        return cast(ExportFormat, self.format or named)


def export(
    parameters: ExportParameters,
    job: "Job",
    *,
    live: "Sequence[Annotation]" = (),
    segments: "SegmentFiles | None" = None,
    scale_of: "ScaleOf | None" = None,
) -> "Iterator[Exported | WrittenMedium | ItemFailed]":
    """Write pictures or movies of images, or copies of their files.

    ``live`` and ``segments``, of a window, are drawn on pictures; ``scale_of`` gives what it says values as.
    """
    from workstation.exporting.chosen import chosen_stacks, studies_of
    from workstation.exporting.said_as_suv import SuvScales

    chosen = parameters.chosen_format()
    look = wanted(parameters, live=live, segments=segments)
    studies, failures = studies_of(parameters.inputs, parameters.choice(), job)
    yield from failures
    if chosen in ("dicom", "dicomdir", "zip"):
        yield from _dicom(parameters, studies, chosen, job)
        return
    _check_pictures(parameters)
    instances = [each for study in studies for series in study.series for each in series.instances]
    look = replace(look, scale_of=scale_of or SuvScales(instances))
    stacks = tuple(chosen_stacks(studies, parameters.choice(), with_names=parameters.with_names))
    if not stacks:
        yield from _no_images(len(failures))
    elif chosen == "pdf":
        yield from _pdf(parameters, stacks, look, job)
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
    look.note(job)


def sheet_of(parameters: ExportParameters, images: int) -> "Sheet":
    """Give how the pages of a PDF of so many images are laid out; UserError where that does not fit the paper."""
    from datetime import datetime

    from workstation.documents.pages import PAPERS
    from workstation.exporting.printing import Sheet

    paper = PAPERS[parameters.page]
    layout = parameters.layout or (Size(1, 1) if images == 1 else Size(3, 4))
    return Sheet(
        paper=paper.turned() if parameters.landscape else paper,
        columns=layout.width,
        rows=layout.height,
        with_header=not parameters.no_header,
        is_true_size=parameters.true_size,
        printed=datetime.now().astimezone(),
        every=parameters.every,
    )


def _pdf(
    parameters: ExportParameters, stacks: "tuple[ChosenStack, ...]", look: "Wanted", job: "Job"
) -> "Iterator[Exported | ItemFailed]":
    from workstation.errors import UserError
    from workstation.exporting.printing import Printout, write_printout
    from workstation.exporting.results import check_free

    if parameters.size or parameters.zoom:
        raise UserError("The layout says how large images are on paper.", hint="Leave out --size and --zoom.")
    check_free(parameters.output, overwrite=parameters.overwrite)
    images = sum(len(stack.frames) for stack in stacks)
    printout = Printout(stacks, look, sheet_of(parameters, images))
    yield from write_printout(printout, parameters.output, job)


def _dicom(
    parameters: ExportParameters, studies: "tuple[Study, ...]", layout: "Layout", job: "Job"
) -> "Iterator[Exported | WrittenMedium | ItemFailed]":
    from workstation.errors import UserError
    from workstation.exporting.instances import write_instances

    if parameters.frame or parameters.every > 1:
        raise UserError(
            "--frame and --every choose pictures; DICOM is copied by whole series.", hint="Choose with --series."
        )
    if not studies:
        return
    yield from write_instances(
        studies,
        parameters.output,
        layout,
        job,
        copier=_copier(parameters.anonymise),
        overwrite=parameters.overwrite,
        with_names=parameters.with_names,
        with_icons=parameters.icons,
    )


def _copier(profile: "Profile | None") -> "Copier | None":
    if profile is None:
        return None
    from workstation.exporting.deidentifying import WithoutPatient

    return WithoutPatient(profile)


def _check_pictures(parameters: ExportParameters) -> None:
    from workstation.errors import UserError

    if parameters.anonymise:
        raise UserError(
            "--anonymise is for DICOM: pictures and pages carry no header, and it cannot see what is in the pixels.",
            hint="Leave out --burn-in, give --no-header for pages, and black text in the pixels with anon --blank.",
        )


def _no_images(failures: int) -> Iterator[ItemFailed]:
    from workstation.errors import UserError

    if not failures:
        raise UserError("There are no images of that to export.", hint="See what is there: list PATH.")
    yield from ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateDirectoryParameters:
    """What goes onto a medium, and where it is made."""

    inputs: tuple[Path, ...] = option("Files, folders, ZIP archives, DICOMDIR.", positional=True)
    output: Path = option("A new or empty folder, or an archive ending in .zip.", short="o")
    series: tuple[str, ...] = option("Series Instance UID: only that series.", default=(), metavar="UID")
    study: tuple[str, ...] = option("Study Instance UID: only that study.", default=(), metavar="UID")
    id: str = option("Name of the medium: at most 16 capital letters, digits, blanks and underscores.", default="")
    anonymise: Profile | None = option(
        "Take the patient out by a profile of `anon`, with its usual settings.", default=None
    )
    icons: bool = option("Put a small picture of each image into the directory.", default=False)
    overwrite: bool = option("Replace an archive that is there already.", default=False)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Z0-9_ ]{0,16}", self.id):
            raise ValueError("--id takes at most 16 capital letters, digits, blanks and underscores")


def create_directory(
    parameters: CreateDirectoryParameters, job: "Job"
) -> "Iterator[Exported | WrittenMedium | ItemFailed]":
    """Copy files under names that media allow, and write the DICOMDIR that lists them."""
    from workstation.exporting.chosen import Choice, studies_of
    from workstation.exporting.instances import write_instances

    choice = Choice(studies=parameters.study, series=parameters.series)
    studies, failures = studies_of(parameters.inputs, choice, job)
    yield from failures
    if studies:
        layout: Layout = "zip" if parameters.output.suffix.lower() == ".zip" else "dicomdir"
        yield from write_instances(
            studies,
            parameters.output,
            layout,
            job,
            copier=_copier(parameters.anonymise),
            overwrite=parameters.overwrite,
            file_set_id=parameters.id,
            with_icons=parameters.icons,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDirectoryParameters:
    """Which directory is shown."""

    path: Path = option("A DICOMDIR, or the folder that it lies in.", positional=True)
    no_files: bool = option("Don't look at the files that it lists.", default=False)


def show_directory(
    parameters: ShowDirectoryParameters, job: "Job"
) -> "Iterator[DirectoryRecord | DirectoryShown | ItemFailed]":
    """List the records of a DICOMDIR, and name what is wrong with it."""
    from workstation.exporting.results import DirectoryRecord, DirectoryShown
    from workstation.model.refusal import Refused
    from workstation.objects.media.listing import directory_of
    from workstation.operations.places import failed

    try:
        listing = directory_of(parameters.path, check_files=not parameters.no_files)
    except Refused as refusal:
        yield failed(parameters.path, refusal)
        return
    for record in listing.records:
        job.check()
        yield DirectoryRecord(record.level, record.type, record.what, record.file)
        if record.problem and not (parameters.no_files and record.file):
            yield ItemFailed(record.file, f"{record.problem}.", reason="broken reference")
    yield from (ItemFailed(str(parameters.path), problem, reason="broken directory") for problem in listing.problems)
    files = sum(bool(record.file) for record in listing.records)
    yield DirectoryShown(str(parameters.path), listing.file_set_id, len(listing.records), files)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="export",
        command=("export",),
        summary="Images for others: pictures, movies (MP4, GIF), pages (PDF), DICOM as copies, media or archives",
        parameters=ExportParameters,
        run=export,
        examples=(
            Example("export study -o pictures --format png", "every image of a folder, by series"),
            Example("export cine.dcm -o cine.mp4", "a movie at the rate of the image"),
            Example("export study -o lung.gif --preset lung --rate 10 --size 256x256", "an animation of a stack"),
            Example("export study -o four --format jpeg --every 4 --burn-in", "every fourth image, with its text"),
            Example("export study -o film.pdf --layout 4x5 --every 2", "pages for print, every second image"),
            Example("export slice.dcm -o slice.pdf --true-size", "one image, as large as it is in the patient"),
            Example("export study STUDIES -o disc2.zip", "all DICOM files as a medium in an archive"),
        ),
    ),
    Operation(
        id="dicomdir.create",
        command=("dicomdir", "create"),
        summary="A medium: files copied under the names that media allow, and the DICOMDIR that lists them",
        parameters=CreateDirectoryParameters,
        run=create_directory,
        examples=(
            Example("dicomdir create study STUDIES -o medium --id DISC_1", "a folder to be put onto a stick or disc"),
            Example("dicomdir create study -o medium.zip --anonymise archive", "one archive, without the patient"),
        ),
    ),
    Operation(
        id="dicomdir.show",
        command=("dicomdir", "show"),
        summary="The tree of a DICOMDIR, and what is wrong with it: files that are missing, or other than it says",
        parameters=ShowDirectoryParameters,
        run=show_directory,
        examples=(Example("dicomdir show DICOMDIR --no-files", "what the directory lists, without looking at files"),),
    ),
)
"""Everything of this room that is in the catalogue."""
