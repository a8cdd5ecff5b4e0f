"""The operation ``measure distance``: it loads what lengths need and nothing else, for thousands of files."""

from workstation.measure.line_argument import Line
from workstation.measure.running import measuring
from workstation.measure.shared_parameters import OnImages, PointPx
from workstation.operations.operation import Example, Operation
from workstation.operations.parameters import option
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, kw_only=True)
class DistanceParameters(OnImages):
    """What ``measure distance`` takes."""

    p1: PointPx | None = option("One end of the line.", default=None, metavar="COLUMN,ROW")
    p2: PointPx | None = option("The other end of the line.", default=None, metavar="COLUMN,ROW")
    p3: PointPx | None = option(
        "A point whose distance from the line through --p1 and --p2 is meant.", default=None, metavar="COLUMN,ROW"
    )
    path: tuple[PointPx, ...] = option("Points of an open line, whose length is meant.", default=())
    long: Line | None = option("Longest diameter of a lesion: both diameters are given with --short.", default=None)
    short: Line | None = option("The diameter at right angles to it.", default=None)
    heart: Line | None = option("Width of the heart; the cardiothoracic ratio is given with --chest.", default=None)
    chest: Line | None = option("Width of the chest.", default=None)

    def __post_init__(self) -> None:
        super().__post_init__()
        for one, other, names in (
            (self.p1, self.p2, "--p1 and --p2"),
            (self.long, self.short, "--long and --short"),
            (self.heart, self.chest, "--heart and --chest"),
        ):
            if (one is None) != (other is None):
                raise ValueError(f"{names} belong together: give both")
        if self.p3 is not None and self.p1 is None:
            raise ValueError("--p3 needs --p1 and --p2")
        if len(self.path) == 1:
            raise ValueError("--path needs two points or more")
        given = [bool(each) for each in (self.p1 is not None, self.path, self.long, self.heart)]
        if sum(given) != 1:
            raise ValueError("give --p1 and --p2, or --path, or --long and --short, or --heart and --chest")


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="measure.distance",
        command=("measure", "distance"),
        summary="Lengths: between two points, of a path, from a line, two diameters, the cardiothoracic ratio",
        parameters=DistanceParameters,
        run=measuring("distance"),
        examples=(
            Example("measure distance slice.dcm --p1 3,4 --p2 16,12", "between two pixels, in mm"),
            Example("measure distance study --p1 3,4 --p2 16,12 -o lengths.csv", "on each image of a folder"),
        ),
    ),
)
