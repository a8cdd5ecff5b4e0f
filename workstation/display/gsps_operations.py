"""The operations ``gsps apply``, ``gsps create`` and ``gsps show``: presentation states shown, made and told."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from workstation.operations.operation import Example, ItemFailed, Operation
from workstation.operations.parameters import option
from workstation.operations.values import Range, Rectangle, Size, parse_number
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.display.state_files import AppliedPicture, ShownState, WrittenState
    from workstation.jobs.job import Job
    from workstation.objects.presentation.marks import Mark


@dataclass(frozen=True, slots=True)
class Words:
    """Words at a point of an image: ``120,80:left lung``."""

    column: float
    row: float
    words: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``column,row:words``."""
        place, colon, words = text.partition(":")
        parts = place.split(",")
        if not colon or len(parts) != 2 or not words.strip():
            raise ValueError(f"{text!r} is not column,row:words such as 120,80:left lung")
        return cls(parse_number(parts[0].strip()), parse_number(parts[1].strip()), words.strip())

    def __str__(self) -> str:
        return f"{self.column!r},{self.row!r}:{self.words}"


@dataclass(frozen=True, slots=True)
class Points:
    """Points of an image, one after the other: ``10,20,30,40,50,20``."""

    values: tuple[float, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read two points or more."""
        parts = [part.strip() for part in text.replace(" ", ",").split(",") if part.strip()]
        if len(parts) < 4 or len(parts) % 2:
            raise ValueError(f"{text!r} is not two points or more, such as 10,20,30,40")
        return cls(tuple(parse_number(part) for part in parts))

    def __str__(self) -> str:
        return ",".join(repr(value) for value in self.values)

    def pairs(self) -> tuple[tuple[float, float], ...]:
        """Give the points (column, row)."""
        return tuple(zip(self.values[0::2], self.values[1::2], strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyParameters:
    """What ``gsps apply`` takes."""

    inputs: tuple[Path, ...] = option(
        "Images, among which those are found that the state is for: files, folders, ZIP archives.", positional=True
    )
    state: Path = option("The presentation state: grayscale, color or pseudo-color.", metavar="FILE")
    output: Path = option(
        "Picture file ending in .png, .jpg or .tif; or a folder, which several pictures need.", short="o"
    )
    size: Size | None = option(
        "Size of the picture, the displayed area fitted into it; that of the area where not given.", default=None
    )
    layer: tuple[str, ...] = option("Only these layers of graphics; all where not given.", default=(), metavar="NAME")
    no_graphics: bool = option("No layer of graphics at all.", default=False)
    format: Literal["png", "jpeg", "tiff"] | None = option(
        "Format of the pictures; by the ending of --output, or PNG, where not given.", default=None
    )

    def __post_init__(self) -> None:
        if self.layer and self.no_graphics:
            raise ValueError("--layer and --no-graphics contradict each other: give one of them")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateParameters:
    """What ``gsps create`` takes; points are pixels (column, row) of the image, counted from 0."""

    inputs: tuple[Path, ...] = option(
        "The images that it is for, all of one study; what is drawn is for the first: files, folders, ZIP archives.",
        positional=True,
    )
    output: Path = option("The DICOM file to write.", short="o", metavar="FILE")
    frame: tuple[Range, ...] = option(
        "Frames of multi-frame images, counted from 1, such as 1-96 or 1,5,9; all where not given. What is drawn is "
        "for the first of them.",
        default=(),
    )
    label: str = option("Its name: capitals, digits and _, at most 16.", default="PRESENTATION")
    description: str = option("What it shows.", default="")
    creator: str = option("Who made it, such as Reader^Ann.", default="", metavar="NAME")
    window: tuple[float, float] | None = option(
        "Centre and width in modality values (HU for CT). The window of the first image where not given.",
        default=None,
        metavar="CENTRE,WIDTH",
    )
    invert: bool = option("Exchange black and white.", default=False)
    colours: str = option("Show greys in the colours of a table such as hot-iron: pseudo-color.", default="")
    rotate: Literal["0", "90", "180", "270"] = option("Turn clockwise.", default="0", unit="deg")
    flip: tuple[Literal["horizontal", "vertical"], ...] = option(
        "Exchange left and right (horizontal) or top and bottom (vertical), after turning.", default=()
    )
    area: Rectangle | None = option(
        "The part that is displayed, as large as it fits; all where not given.", default=None
    )
    zoom: float | None = option("Screen pixels for a pixel of the image; fitted where not given.", default=None)
    text: tuple[Words, ...] = option("Words at a point.", default=(), metavar="COLUMN,ROW:WORDS")
    arrow: tuple[Points, ...] = option("An arrow, from its tail to its tip.", default=(), metavar="X1,Y1,X2,Y2")
    line: tuple[Points, ...] = option("A line through points.", default=(), metavar="X1,Y1,X2,Y2,...")
    polygon: tuple[Points, ...] = option("A closed line through points.", default=(), metavar="X1,Y1,X2,Y2,...")
    rectangle: tuple[Rectangle, ...] = option("A rectangle around pixels.", default=())
    ellipse: tuple[Rectangle, ...] = option("An ellipse in a rectangle.", default=())
    circle: tuple[Points, ...] = option("A circle by its centre and a point of it.", default=(), metavar="X1,Y1,X2,Y2")

    def __post_init__(self) -> None:
        for name, several, count in (("arrow", self.arrow, 2), ("circle", self.circle, 2)):
            if any(len(each.pairs()) != count for each in several):
                raise ValueError(f"--{name} takes two points")
        if any(each.first < 1 for each in self.frame):
            raise ValueError("there is no frame 0: frames are counted from 1")
        if self.zoom is not None and not 1 / 1000 <= self.zoom <= 1000:
            raise ValueError("--zoom has to be between 0.001 and 1000")
        if self.window and self.window[1] < 1:
            raise ValueError("the width of --window is too small: it needs 1")
        if any(len(each.pairs()) < 3 for each in self.polygon):
            raise ValueError("--polygon takes three points or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowParameters:
    """What ``gsps show`` takes."""

    inputs: tuple[Path, ...] = option(
        "Presentation states: files, folders, ZIP archives; disc.zip!NAME is one entry.", positional=True
    )


def apply(parameters: ApplyParameters, job: "Job") -> Iterator["AppliedPicture | ItemFailed"]:
    """Write pictures of images as a state shows them."""
    from workstation.display.export import Target
    from workstation.display.state_files import Shown, write_applied

    shown = Shown(
        size_px=(parameters.size.width, parameters.size.height) if parameters.size else None,
        layers=() if parameters.no_graphics else parameters.layer or None,
    )
    target = Target.of(parameters.output, parameters.format)
    yield from write_applied(parameters.inputs, parameters.state, target, shown, job)


def create(parameters: CreateParameters, job: "Job") -> Iterator["WrittenState | ItemFailed"]:
    """Write a state for images."""
    from workstation.display.state_files import Described, write_state
    from workstation.display.view import View
    from workstation.model.frame import Window

    area = parameters.area
    view = View(
        Window(*parameters.window) if parameters.window else None,
        inverted=parameters.invert,
        zoom=parameters.zoom,
        rotation_quarters=int(parameters.rotate) // 90,
        flipped_h="horizontal" in parameters.flip,
        flipped_v="vertical" in parameters.flip,
        colours=parameters.colours,
        fitted_px=(area.x, area.y, area.x + area.width - 1, area.y + area.height - 1) if area else None,
    )
    frames = tuple((each.first - 1, each.last - 1) for each in parameters.frame)
    described = Described(parameters.label, parameters.description, parameters.creator, frames)
    yield from write_state(parameters.inputs, parameters.output, view, described, marks_of(parameters), job)


def marks_of(parameters: CreateParameters) -> tuple[tuple["Mark", ...], ...]:
    """Give what is to be drawn."""
    from workstation.objects.presentation import marks

    def corners(box: Rectangle) -> tuple[tuple[float, float], tuple[float, float]]:
        return (box.x - 0.5, box.y - 0.5), (box.x + box.width - 0.5, box.y + box.height - 0.5)

    return (
        *(marks.arrow(*each.pairs()) for each in parameters.arrow),
        *(marks.line(*each.pairs()) for each in parameters.line),
        *(marks.polygon(*each.pairs()) for each in parameters.polygon),
        *(marks.rectangle(*corners(each)) for each in parameters.rectangle),
        *(marks.ellipse(*corners(each)) for each in parameters.ellipse),
        *(marks.circle_through(*each.pairs()) for each in parameters.circle),
        *(marks.words_at((each.column, each.row), each.words) for each in parameters.text),
    )


def show(parameters: ShowParameters, job: "Job") -> Iterator["ShownState | ItemFailed"]:
    """Tell what states say; what is none is told where it was named, and passed over in folders."""
    from workstation.display.state_files import show_states

    yield from show_states(parameters.inputs, job)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="gsps.apply",
        command=("gsps", "apply"),
        summary="Pictures of images as a presentation state shows them: window, area, shutter, graphics",
        parameters=ApplyParameters,
        run=apply,
        examples=(
            Example("gsps apply slice.dcm --state state.dcm -o slice.png", "one picture"),
            Example("gsps apply study --state state.dcm -o pictures", "all images of a folder that it is for"),
            Example("gsps apply slice.dcm --state state.dcm -o plain.png --no-graphics", "without what is drawn"),
        ),
    ),
    Operation(
        id="gsps.create",
        command=("gsps", "create"),
        summary="Write a presentation state: how images are to be seen, with words and arrows on them",
        parameters=CreateParameters,
        run=create,
        examples=(
            Example("gsps create slice.dcm -o state.dcm --window -600,1500 --flip horizontal", "a window and a flip"),
            Example("gsps create slice.dcm -o state.dcm --text '10,12:here' --arrow 2,2,10,10", "words and an arrow"),
            Example(
                "gsps create study -o state.dcm --area 4,4,16,12 --label KEY_FINDING", "a part, for all of a folder"
            ),
        ),
    ),
    Operation(
        id="gsps.show",
        command=("gsps", "show"),
        summary="Tell what presentation states say: for which images, greys, area, layers and what is drawn",
        parameters=ShowParameters,
        run=show,
        examples=(
            Example("gsps show state.dcm", "a state in a few lines"),
            Example("gsps show state.dcm --json", "the same for a program"),
        ),
    ),
)
