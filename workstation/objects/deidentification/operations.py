"""The operation ``anon``: objects without their patients."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, Self, get_args

from workstation.operations.operation import Example, ItemFailed, Operation
from workstation.operations.parameters import option as parameter
from workstation.operations.values import Range, Rectangle
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.objects.deidentification.policy import Policy
    from workstation.objects.deidentification.report import FileReport

_Option = Literal[
    "retain-safe-private",
    "retain-uids",
    "retain-device-identity",
    "retain-institution-identity",
    "retain-patient-characteristics",
    "retain-full-dates",
    "retain-modified-dates",
    "clean-descriptors",
    "clean-structured-content",
    "clean-graphics",
    "clean-pixel-data",
    "clean-recognizable-visual-features",
]


@dataclass(frozen=True, slots=True)
class DateShift:
    """How far dates move: ``-30d``, ``52w``; whole seconds."""

    seconds: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``-30d``, ``+52w`` or ``36h``."""
        import re

        match = re.fullmatch(r"\s*([+-]?)(\d{1,6})\s*(d|w|h)\s*", text)
        if match is None or not int(match[2]):
            raise ValueError(f"{text!r} is not a shift such as -30d, 52w or 36h")
        seconds = int(match[2]) * {"h": 3600, "d": 86400, "w": 604800}[match[3]]
        return cls(-seconds if match[1] == "-" else seconds)

    def __str__(self) -> str:
        unit, size = ("d", 86400) if self.seconds % 86400 == 0 else ("h", 3600)
        return f"{self.seconds // size}{unit}"


@dataclass(frozen=True, slots=True)
class BlankSpec:
    """``x,y,w,h`` or ``x,y,w,h@1-3``: a rectangle, and the frames from 1 that it is for."""

    joins: ClassVar[Literal["words"]] = "words"
    rectangle: Rectangle
    frames: Range | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``x,y,w,h`` or ``x,y,w,h@first-last``."""
        rectangle, mark, frames = text.partition("@")
        return cls(Rectangle.parse(rectangle), Range.parse(frames) if mark else None)

    def __str__(self) -> str:
        return str(self.rectangle) + (f"@{self.frames}" if self.frames else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnonParameters:
    """What ``anon`` takes."""

    inputs: tuple[Path, ...] = parameter(
        "Objects: files, folders, ZIP archives; disc.zip!NAME is one entry.", positional=True
    )
    output: Path = parameter("Folder of the results; they lie below it by their new UIDs.", short="o", metavar="DIR")
    recursive: bool = parameter("Look into the folders that lie in a given folder, too.", default=False, short="r")
    profile: Literal["basic", "archive", "research", "teaching"] = parameter(
        "What is kept. basic: the Basic Profile of PS3.15 alone, nothing but what the picture needs. archive: patient "
        "characteristics stay, dates are moved, descriptions, structured content and graphics are cleaned, safe "
        "private attributes stay, known places of burned-in text are blacked. research: archive, and the device stays. "
        "teaching: archive without dates and private attributes.",
        default="basic",
    )
    option: tuple[_Option, ...] = parameter(
        f"An option of PS3.15 on top of the profile, one of {', '.join(get_args(_Option))}; may be repeated. "
        "The last one is refused: faces are not taken out.",
        default=(),
        metavar="OPTION",
    )
    date_shift: DateShift | None = parameter(
        "How far dates move, such as -30d or 52w; for each patient another 1 to 3650 days back where not given.",
        default=None,
        metavar="SHIFT",
    )
    pseudonym: str = parameter(
        "Pattern of new patient IDs and names with {n}, a number, or {hash}; or a CSV file with the columns "
        "patient_id, new_id, new_name.",
        default="ANON-{hash}",
        metavar="PATTERN|FILE.csv",
    )
    map: Path | None = parameter(
        "File that keeps the secret, the new UIDs and the pseudonyms, so that later runs give the same; made where "
        "there is none. Who has it can undo the work.",
        default=None,
        metavar="FILE",
    )
    blank: tuple[BlankSpec, ...] = parameter(
        "Rectangle in pixels that is blacked, x,y,w,h, in all images; x,y,w,h@1-3 in frames 1 to 3. May be repeated.",
        default=(),
        metavar="X,Y,W,H",
    )
    keep_burned_in: bool = parameter(
        "Write images that say they have text burned in, with a warning, rather than refuse them.", default=False
    )
    report: Path | None = parameter(
        "File for what was done to each attribute of each file, without the old values; JSON where it ends with .json.",
        default=None,
        metavar="FILE",
    )


def anon(parameters: AnonParameters, job: "Job") -> Iterator["FileReport | ItemFailed"]:
    """De-identify objects."""
    from workstation.objects.deidentification.batch import deidentify_files
    from workstation.objects.deidentification.state import State

    policy = policy_of(parameters)
    state = State.load(parameters.map) if parameters.map else State()
    if not parameters.map and parameters.output.is_dir() and any(parameters.output.iterdir()):
        job.log(f"{parameters.output} is not empty: without --map, patients get other pseudonyms and UIDs each time.")
    if parameters.map:
        state.save(parameters.map)  # what cannot be kept is known before anything is written under its secret
    try:
        yield from deidentify_files(
            parameters.inputs,
            parameters.output,
            policy,
            state,
            job,
            is_recursive=parameters.recursive,
            report=parameters.report,
        )
    finally:
        if parameters.map:
            state.save(parameters.map)


def policy_of(parameters: AnonParameters) -> "Policy":
    """Give the parameters as the policy that the work is done with; UserError where they contradict each other."""
    from workstation.objects.deidentification.batch import read_pseudonyms
    from workstation.objects.deidentification.policy import DEFAULT_PSEUDONYM, PROFILES, Blank, Policy
    from workstation.objects.deidentification.table import Option

    is_list = parameters.pseudonym.lower().endswith(".csv")
    options = {Option(each) for each in parameters.option}
    profile = PROFILES[parameters.profile]
    if Option.RETAIN_FULL_DATES in options and Option.RETAIN_MODIFIED_DATES not in options:
        profile -= {Option.RETAIN_MODIFIED_DATES}
    return Policy(
        options=profile | options,
        shift=timedelta(seconds=parameters.date_shift.seconds) if parameters.date_shift else None,
        pseudonym=DEFAULT_PSEUDONYM if is_list else parameters.pseudonym,
        pseudonyms=read_pseudonyms(Path(parameters.pseudonym)) if is_list else None,
        blanks=tuple(Blank(each.rectangle, (each.frames,) if each.frames else ()) for each in parameters.blank),
        keeps_burned_in=parameters.keep_burned_in,
    )


OPERATIONS = (
    Operation(
        id="objects.anon",
        command=("anon",),
        summary="Take the patient out of objects by PS3.15 Annex E, and prove it on the bytes that are written",
        parameters=AnonParameters,
        run=anon,
        examples=(
            Example("anon study --output anon-study --profile archive --recursive", "a study for an archive"),
            Example("anon slice.dcm -o anon-slices --report done.json", "one file, and all that was done to it"),
            Example(
                "anon study -o cases -r --option retain-modified-dates --date-shift=-30d --pseudonym CASE-{n:03d} "
                "--map cases.map",
                "dates a month earlier, numbered patients, and a map so that the next run goes on with them",
            ),
            Example("anon slice.dcm -o blacked --blank 0,0,20,4", "a strip with burned-in text blacked"),
        ),
    ),
)
