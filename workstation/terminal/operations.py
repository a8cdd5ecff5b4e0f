"""The operation ``viewer``: images in a terminal."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workstation.operations.operation import Example, ItemFailed, Operation
from workstation.operations.parameters import option
from workstation.operations.values import Size

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.terminal.marks import Marks
    from workstation.terminal.opened import Opened
    from workstation.terminal.results import ShownPicture


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerParameters:
    """What ``viewer`` takes."""

    inputs: tuple[Path, ...] = option(
        "Images: files, folders, ZIP archives, DICOMDIR; disc.zip!NAME is one entry. Images of a series are put in "
        "order by their position.",
        positional=True,
        default=(),
    )
    mode: Literal["auto", "ascii", "ansi"] = option(
        "How pictures are drawn: letters or coloured blocks. Blocks in a terminal, letters elsewhere, where not given.",
        default="auto",
    )
    quality: Literal["low", "high"] = option(
        "How ascii chooses letters: by brightness, or by shape too.", default="high"
    )
    color: Literal["256", "24bit"] | None = option(
        "Colours of ansi; those that the terminal has where not given.", default=None
    )
    blocks: Literal["half", "quarter"] | None = option(
        "Dots of a character in ansi: two, whose colours are right, or four, which are finer.", default=None
    )
    size: Size | None = option(
        "Characters across and down that a picture may take, such as 80x40; the terminal's where not given. Its shape "
        "stays right.",
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

    def __post_init__(self) -> None:
        windowed = self.window_center is not None or self.window_width is not None
        for contradiction, sentence in (
            (not self.inputs, "INPUTS is missing: name the images"),
            (windowed and self.preset, "--window-center, --window-width and --preset both say which window"),
            (self.window_width is not None and self.window_width <= 0, "--window-width has to be above 0"),
            (not 1 <= self.zoom <= MOST_ZOOM, f"--zoom is from 1 to {MOST_ZOOM:g}"),
            (self.frame is not None and self.frame < 1, "there is no --frame 0: they are counted from 1"),
        ):
            if contradiction:
                raise ValueError(sentence)


MOST_ZOOM = 64.0


def viewer(parameters: ViewerParameters, job: "Job") -> "Iterator[ShownPicture | ItemFailed]":
    """Show images in a terminal."""
    from workstation.terminal.opened import opened
    from workstation.terminal.sheet import sheet_for
    from workstation.terminal.still import stills

    sheet = sheet_for(parameters, job)
    with opened(parameters.inputs, job) as found:
        yield from found.problems
        marks = _marks(found, job) if parameters.show_overlay else None
        yield from stills(found, parameters, sheet, job, marks)


def _marks(found: "Opened", job: "Job") -> "Marks":
    from workstation.terminal.marks import marks_of

    marks = marks_of(found, job)
    for note in marks.notes:
        job.log(note)
    return marks


VIEWER = Operation(
    id="terminal.viewer",
    command=("viewer",),
    summary="Images in a terminal, as letters or coloured blocks",
    parameters=ViewerParameters,
    run=viewer,
    examples=(
        Example("viewer slice.dcm", "the image, as the terminal can show it best"),
        Example("viewer slice.dcm --mode ascii --quality high", "letters, which every terminal has"),
        Example("viewer slice.dcm --mode ansi --color 24bit", "blocks in true colours"),
        Example("viewer slice.dcm --window-center -600 --window-width 1500", "a window"),
        Example("viewer study --show-info --show-overlay", "who and what it is of, and what is drawn on it"),
        Example("viewer cine.dcm --frame 3 --zoom 2", "a part of a frame"),
    ),
)
OPERATIONS = (VIEWER,)
