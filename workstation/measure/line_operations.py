"""The operations ``measure angle``, ``pixel`` and ``profile``: between and along lines, and at points."""

from workstation.measure.line_argument import Line
from workstation.measure.region_parameters import Plotted
from workstation.measure.running import measuring
from workstation.measure.shared_parameters import OnImages, PointPx
from workstation.operations.operation import Example, Operation
from workstation.operations.parameters import option
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, kw_only=True)
class AngleParameters(OnImages):
    """What ``measure angle`` takes."""

    vertex: PointPx | None = option("Where both sides meet.", default=None, metavar="COLUMN,ROW")
    p1: PointPx | None = option("A point of one side.", default=None, metavar="COLUMN,ROW")
    p2: PointPx | None = option("A point of the other side.", default=None, metavar="COLUMN,ROW")
    line: tuple[Line, ...] = option(
        "Two lines that need not meet: the angle between their directions, 0 to 180; four: between the line through "
        "the middles of the first two and that of the last two.",
        default=(),
    )
    cobb: bool = option("Read both lines as going right, as a Cobb angle is.", default=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        points = (self.vertex, self.p1, self.p2)
        if any(each is not None for each in points) and (None in points or self.line):
            raise ValueError("give --vertex, --p1 and --p2, or --line twice or four times")
        if self.vertex is None and len(self.line) not in (2, 4):
            raise ValueError("give --vertex, --p1 and --p2, or --line twice or four times")
        if self.cobb and len(self.line) != 2:
            raise ValueError("--cobb is about two lines: give --line twice")


@dataclass(frozen=True, kw_only=True)
class PixelParameters(OnImages):
    """What ``measure pixel`` takes."""

    at: tuple[PointPx, ...] = option("Pixels whose values are given.", metavar="COLUMN,ROW")


@dataclass(frozen=True, kw_only=True)
class ProfileParameters(Plotted, OnImages):
    """What ``measure profile`` takes."""

    p1: PointPx = option("Where it begins.", metavar="COLUMN,ROW")
    p2: PointPx = option("Where it ends.", metavar="COLUMN,ROW")

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_plot()


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="measure.angle",
        command=("measure", "angle"),
        summary="Angles: at a vertex, between two lines, Cobb, between the axes of four lines",
        parameters=AngleParameters,
        run=measuring("angle"),
        examples=(
            Example("measure angle slice.dcm --vertex 5,5 --p1 15,5 --p2 5,15", "between two sides"),
            Example("measure angle slice.dcm --line 2,3,17,4 --line 2,15,17,12 --cobb", "a Cobb angle"),
        ),
    ),
    Operation(
        id="measure.pixel",
        command=("measure", "pixel"),
        summary="Stored and modality value of pixels",
        parameters=PixelParameters,
        run=measuring("pixel"),
        examples=(Example("measure pixel slice.dcm --at 10,12", "of one pixel"),),
    ),
    Operation(
        id="measure.profile",
        command=("measure", "profile"),
        summary="Values along a line",
        parameters=ProfileParameters,
        run=measuring("profile"),
        examples=(
            Example("measure profile slice.dcm --p1 2,9 --p2 18,9 -o profile.json", "as points"),
            Example("measure profile slice.dcm --p1 2,9 --p2 18,9 --plot profile.png", "as a picture"),
        ),
    ),
)
