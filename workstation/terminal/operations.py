"""The operation ``viewer``: images in a terminal."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workstation.errors import UserError
from workstation.operations.operation import Example, ItemFailed, Operation, counted
from workstation.operations.parameters import option
from workstation.operations.values import Size
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.terminal.device.abilities import Abilities
    from workstation.terminal.marks import Marks
    from workstation.terminal.opened import Opened
    from workstation.terminal.results import ShownPicture, ShownRow
    from workstation.terminal.sheet import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerParameters:
    """What ``viewer`` takes."""

    inputs: tuple[Path, ...] = option(
        "Images: files, folders, ZIP archives, DICOMDIR; disc.zip!NAME is one entry. Images of a series are put in "
        "order by their position.",
        positional=True,
        default=(),
    )
    mode: Literal["auto", "ascii", "ansi", "iterm2", "kitty", "sixel"] = option(
        "How pictures are drawn: letters, coloured blocks, or the pictures that some terminals take. The best that the "
        "terminal says it can, and letters in a file, where not given.",
        default="auto",
    )
    quality: Literal["low", "high"] = option(
        "How ascii chooses letters: by brightness, or by shape too.", default="high"
    )
    color: Literal["256", "24bit"] | None = option(
        "Colours of ansi; those that the terminal has where not given.", default=None
    )
    blocks: Literal["half", "quarter"] = option(
        "Dots of a character in ansi: two, each with its own colour, or four in two colours, which are finer.",
        default="quarter",
    )
    size: Size | None = option(
        "Characters across and down that a picture may take, such as 80x40; the terminal's where not given. Its shape "
        "stays right. With --thumbnail, the room of each.",
        default=None,
        metavar="COLUMNSxROWS",
    )
    frame: int | None = option(
        "Which image of a series, or frame of an image, counted from 1. The middle of a volume, else the first, where "
        "not given.",
        default=None,
    )
    window_center: float | None = option(
        "Centre of the window in modality values (HU for CT); that of the file where not given.", default=None
    )
    window_width: float | None = option("Width of the window; that of the file where not given.", default=None)
    preset: str = option(
        "A window by name: auto, full, file (the first of the file's own), or that of a tissue, such as lung or bone.",
        default="",
    )
    invert: bool = option("Exchange black and white.", default=False)
    colours: str = option(
        "Colour table for grey images, such as hot-iron, pet or rainbow; grey where not given.", default=""
    )
    zoom: float = option("How many times larger than fitted into the room.", default=1.0)
    pan: tuple[float, float] = option(
        "How far right and down of the middle of the image one looks, in its pixels; with --zoom.",
        default=(0.0, 0.0),
        metavar="X,Y",
    )

    show_info: bool = option(
        "Tell name, ID, age and sex of the patient, study, series, size, bits and window.", default=False
    )
    show_overlay: bool = option(
        "Draw the overlays of the image, presentation states and what reports measured, and tell what they say; those "
        "that lie in the folder of the image, too.",
        default=False,
    )
    thumbnail: bool = option(
        "Small pictures in a grid: of each file that is named, of each series in folders and archives.", default=False
    )
    compare: tuple[Path, ...] = option(
        "Two images side by side, in one window and one scale: both here, or one of them among the inputs.",
        default=(),
    )
    interactive: bool = option(
        "Look at them with keys and mouse: scroll, window, probe, measure, planes; ? tells all keys. In a terminal "
        "that is done with more than one image or frame, unless --frame, --size or --no-interactive is given.",
        default=False,
    )
    no_interactive: bool = option("One picture of each series, and out.", default=False)

    def __post_init__(self) -> None:
        windowed = self.window_center is not None or self.window_width is not None
        for contradiction, sentence in (
            (not self.inputs and not self.compare, "INPUTS is missing: name the images"),
            (self.compare and len(self.inputs + self.compare) != 2, "--compare is for two images: name both"),
            (self.compare and self.thumbnail, "--compare and --thumbnail are two ways to show: give one of them"),
            (self.thumbnail and (self.show_info or self.show_overlay), "--thumbnail has captions of its own"),
            (windowed and self.preset, "--window-center, --window-width and --preset both say which window"),
            (self.window_width is not None and self.window_width <= 0, "--window-width has to be above 0"),
            (not LEAST_ZOOM <= self.zoom <= MOST_ZOOM, f"--zoom is from {LEAST_ZOOM:g} to {MOST_ZOOM:g}"),
            (self.interactive and self.no_interactive, "--interactive and --no-interactive contradict each other"),
            (self.interactive and self.thumbnail, "--thumbnail is not for --interactive: give one of them"),
            (self.size is not None and max(self.size.width, self.size.height) > MOST_CHARACTERS, _TOO_LARGE),
            (self.frame is not None and self.frame < 1, "there is no --frame 0: they are counted from 1"),
        ):
            if contradiction:
                raise ValueError(sentence)

    @property
    def groups(self) -> tuple[tuple[Path, ...], ...]:
        """What is opened together: all inputs, or each of two that are compared."""
        return tuple((each,) for each in (*self.inputs, *self.compare)) if self.compare else (self.inputs,)


LEAST_ZOOM, MOST_ZOOM = 0.1, 64.0
MOST_CHARACTERS = 1000
"""Across or down that a picture may take: with 10x20 pixels for each it is a billion of bytes already."""
_TOO_LARGE = f"--size is {MOST_CHARACTERS}x{MOST_CHARACTERS} characters at most"


def viewer(parameters: ViewerParameters, job: "Job") -> "Iterator[ShownPicture | ShownRow | ItemFailed]":
    """Show images in a terminal."""
    from workstation.terminal.device.asking import Asking

    asking = Asking() if job.on_terminal else None  # what is needed is loaded while the answer is on its way
    from workstation.terminal.sooner import load_pydicom

    load_pydicom()
    from workstation.terminal.opened import opened
    from workstation.terminal.sheet import no_terminal, sheet_for
    from workstation.terminal.still import stills

    with ExitStack() as stack:
        found = [stack.enter_context(opened(each, job)) for each in parameters.groups]
        abilities = no_terminal() if asking is None else asking.decided()
        sheet = sheet_for(parameters, abilities)
        if parameters.thumbnail:
            yield from _thumbnails(found[0], parameters, sheet, job)
            return
        yield from (problem for each in found for problem in each.problems)
        if not all(each.series for each in found):
            _check_told(found)
        elif parameters.interactive or (job.on_terminal and _suits_keys(found, parameters, abilities)):
            _look(found, parameters, abilities)
        elif parameters.compare:
            yield _compared(found, [_marks(each, parameters, job) for each in found], parameters, sheet)
        else:
            yield from stills(found[0], parameters, sheet, job, _marks(found[0], parameters, job))


def _check_told(found: "Sequence[Opened]") -> None:
    """Say that there is nothing to be seen, where no problem has said so already."""
    if not any(each.problems for each in found):
        raise UserError("There is no image in it.", hint="sr show and gsps show tell what reports and states say.")


def _thumbnails(
    found: "Opened", parameters: ViewerParameters, sheet: "Sheet", job: "Job"
) -> "Iterator[ShownRow | ItemFailed]":
    from workstation.terminal.thumbnails import thumbnails

    return thumbnails(found, parameters, sheet, job)


def _compared(
    found: "Sequence[Opened]", marks: "Sequence[Marks | None]", parameters: ViewerParameters, sheet: "Sheet"
) -> "ShownRow":
    from workstation.terminal.compared import compared

    sides = [(each.series[0], own) for each, own in zip(found, marks, strict=True)]
    return compared((sides[0], sides[1]), parameters, sheet)


def _suits_keys(found: "Sequence[Opened]", parameters: ViewerParameters, abilities: "Abilities") -> bool:
    """Tell whether images are looked at with keys where nobody says so: there are several, and the terminal is able."""
    is_one = parameters.no_interactive or parameters.frame is not None or parameters.size is not None
    several = sum(series.count for each in found for series in each.series) > 1
    return several and not is_one and abilities.has_screen


def _look(found: "Sequence[Opened]", parameters: ViewerParameters, abilities: "Abilities") -> None:
    from workstation.terminal.interactive import look

    look(found, parameters, abilities)


def _marks(found: "Opened", parameters: ViewerParameters, job: "Job") -> "Marks | None":
    if not parameters.show_overlay:
        if found.objects:
            objects = counted(len(found.objects), "state or report", "states and reports")
            job.log(f"Left out: {objects}, which --show-overlay draws.")
        return None
    from workstation.terminal.marks import marks_of

    marks = marks_of(found, job)
    for note in marks.notes:
        job.log(note)
    return marks


VIEWER = Operation(
    id="terminal.viewer",
    command=("viewer",),
    summary="Images in a terminal: letters, coloured blocks or pictures, as it can",
    parameters=ViewerParameters,
    run=viewer,
    examples=(
        Example("viewer slice.dcm", "the image, as the terminal can show it best"),
        Example("viewer slice.dcm --mode ascii --quality high", "letters, which every terminal has"),
        Example("viewer slice.dcm --mode ansi --color 24bit", "blocks in true colours"),
        Example("viewer slice.dcm --mode iterm2", "a picture as iTerm2 takes it; kitty and sixel likewise"),
        Example("viewer slice.dcm --window-center -600 --window-width 1500", "a window"),
        Example("viewer study --show-info --show-overlay", "who and what it is of, and what is drawn on it"),
        Example("viewer series/*.dcm --thumbnail --size 80x40", "a small picture of each"),
        Example("viewer --compare slice.dcm series", "two images side by side"),
        Example("viewer cine.dcm --frame 3 --zoom 2 --mode sixel > frame.six", "a part of a frame, into a file"),
        Example("viewer cine.dcm --interactive", "a film or a folder with keys and mouse, as in a terminal anyway"),
    ),
)
OPERATIONS = (VIEWER,)
