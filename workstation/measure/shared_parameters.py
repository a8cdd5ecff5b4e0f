"""What several commands of ``measure`` take: images, where to measure, with which spacing and unit, and what to write.

None of these is ever made: they are parts of the parameters of commands. So they have no slots, as classes that have
several with slots for their bases cannot be, and no methods of their own, which take longer to make than the fields.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from workstation.measure.arguments import Circle, EllipseBox, Painted, RegionText
from workstation.measure.given import Given
from workstation.operations.parameters import option
from workstation.operations.values import Range

Format = Literal["text", "json", "csv", "gsps", "sr", "seg", "rtstruct", "overlay"]
OBJECTS: tuple[Format, ...] = ("gsps", "sr", "seg", "rtstruct", "overlay")
"""What is a file and nothing that can be printed."""
PointPx = tuple[float, float]


@dataclass(frozen=True, kw_only=True, init=False, repr=False, eq=False)
class Images:
    """Which images."""

    inputs: tuple[Path, ...] = option(
        "Images: files, folders, ZIP archives; disc.zip!NAME is one entry.", positional=True
    )
    frame: tuple[Range, ...] = option(
        "Frames, counted from 1, such as 1-96 or 1,5,9; the first where not given.", default=()
    )
    all_frames: bool = option("Every frame of each image.", default=False)

    def __post_init__(self) -> None:
        if self.frame and self.all_frames:
            raise ValueError("--frame and --all-frames both say which frames: give one of them")
        if any(each.first < 1 for each in self.frame):
            raise ValueError("there is no frame 0: frames are counted from 1")


@dataclass(frozen=True, kw_only=True, init=False, repr=False, eq=False)
class Written:
    """What becomes of the numbers."""

    output: Path | None = option("File to write; printed where not given.", default=None, short="o", metavar="FILE")
    format: Format | None = option(
        "Of --output; by its ending (.txt, .json, .csv, .png) where not given. gsps, sr, seg and rtstruct are DICOM "
        "objects; seg and rtstruct hold regions.",
        default=None,
    )
    annotation: str = option("Name of the measurement: it is drawn beside it and saved with it.", default="")
    lesion: str = option("Name of the lesion, the same in every study.", default="")
    tracking_uid: str = option(
        "Identifier of the lesion in files; made of its name and the patient where not given.",
        default="",
        metavar="UID",
    )
    role: Literal["target", "non-target", "new"] | None = option("Of the lesion, in RECIST 1.1.", default=None)
    status: Literal["present", "absent", "too small", "progression", "not evaluated"] | None = option(
        "Of the lesion, in RECIST 1.1: of one that is gone, absent, measured by a point where it was.", default=None
    )
    site: str = option(
        "Where the lesion is, by the words of a coded site: Liver, Lymph node, Mediastinal lymph node.", default=""
    )
    node: Literal["yes", "no"] | None = option(
        "Whether the lesion is a lymph node: RECIST 1.1 takes its short axis. By site and name where not given.",
        default=None,
    )
    creator: str = option("Who measured, such as Reader^Ann.", default="", metavar="NAME")
    window: tuple[float, float] | None = option(
        "Of pictures: centre and width in modality values (HU for CT). That of the file where not given.",
        default=None,
        metavar="CENTRE,WIDTH",
    )

    def _check_written(self) -> None:
        if self.format in OBJECTS and self.output is None:
            raise ValueError(f"--format {self.format} needs --output")
        if self.site:
            _check_site(self.site)
        if self.window is not None and self.window[1] < 1:
            raise ValueError("the width of --window is too small: it needs 1")


def _check_site(words: str) -> None:
    from workstation.model.lesion_codes import SITES, coded

    if coded(words, SITES) is None:
        near = [each.meaning for each in SITES if words.strip().casefold() in each.meaning.casefold()]
        raise ValueError(f"--site {words} has no code; there are {', '.join(near or map(str, SITES))}")


@dataclass(frozen=True, kw_only=True, init=False, repr=False, eq=False)
class Scaled:
    """With which spacing, and in which unit."""

    calibration: Given | None = option(
        "Distance of pixels in place of the header's: 0.5 or 0.5,0.7 (mm between rows, between columns), detector, "
        "magnification=1.2, none (pixels), or a line of known length x1,y1,x2,y2=20mm. It is recorded in the result.",
        default=None,
        metavar="HOW",
    )
    units: Literal["mm", "cm", "inch", "px"] = option("Unit of lengths; areas and volumes follow.", default="mm")


@dataclass(frozen=True, kw_only=True, init=False, repr=False, eq=False)
class OnImages(Scaled, Written, Images):
    """What every command that measures on images takes."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_written()


@dataclass(frozen=True, kw_only=True, init=False, repr=False, eq=False)
class Regions:
    """Which pixels: those whose centre lies inside."""

    roi: tuple[RegionText, ...] = option(
        "Pixels x..x+w-1, y..y+h-1 of a rectangle x,y,w,h; or a mask: SEG or RTSTRUCT file.",
        default=(),
        metavar="X,Y,W,H|FILE",
    )
    polygon: tuple[PointPx, ...] = option("Corners of a polygon, around.", default=())
    rectangle: tuple[PointPx, ...] = option(
        "Four corners of a rectangle, around; it may be turned, and lie between pixels.", default=()
    )
    spline: tuple[PointPx, ...] = option("Points that a closed smooth curve goes through.", default=())
    ellipse: EllipseBox | None = option(
        "Ellipse in the box of these pixels, turned clockwise about its middle.",
        default=None,
        metavar="X,Y,W,H[,DEGREES]",
    )
    circle: Circle | None = option("Centre and radius, in pixels.", default=None, metavar="X,Y,R")
    painted: Painted | None = option(
        "Painted pixels, as the window copies them: a box, and which of its pixels (bits, zlib, base64url).",
        default=None,
        metavar="X,Y,W,H:BITS",
    )
    segment: tuple[str, ...] = option(
        "Of a mask: only segments of this number or label; all where not given.", default=(), metavar="NAME"
    )

    def _check_region(self) -> None:
        names = ("roi", "polygon", "rectangle", "spline", "ellipse", "circle", "painted")
        if len([name for name in names if getattr(self, name)]) != 1:
            raise ValueError(f"say which region: one of {', '.join(f'--{name}' for name in names)}")
        if self.rectangle and len(self.rectangle) != 4:
            raise ValueError("--rectangle needs four points")
        for name in ("polygon", "spline"):
            if 0 < len(getattr(self, name)) < 3:
                raise ValueError(f"--{name} needs three points or more")


@dataclass(frozen=True, kw_only=True, init=False, repr=False, eq=False)
class Statistical:
    """How much is told of the values."""

    statistics: bool = option(
        "Also percentiles, sum, skewness, kurtosis, entropy. The plain ones are always given.", default=False
    )
    percentile: tuple[float, ...] = option("Further percentiles, 0 to 100.", default=())
    histogram: bool = option("Also the histogram.", default=False)
    bins: int | None = option("Bins of the histogram and of entropy.", default=None)
    bin_width: float | None = option("Width of a bin instead, in the unit of the values.", default=None)

    def _check_statistics(self) -> None:
        if any(not 0 <= each <= 100 for each in self.percentile):
            raise ValueError("--percentile is from 0 to 100")
        if self.bins is not None and not 1 <= self.bins <= 65536:
            raise ValueError("--bins is from 1 to 65536")
        if self.bin_width is not None and self.bin_width <= 0:
            raise ValueError("--bin-width has to be above 0")
        if self.bins is not None and self.bin_width is not None:
            raise ValueError("--bins and --bin-width contradict each other: give one of them")


@dataclass(frozen=True, kw_only=True, init=False, repr=False, eq=False)
class Plotted:
    """A picture of the curves."""

    plot: Path | None = option(
        "Picture (.png) of the histogram, over several frames or images of the mean with a band of one SD (sample); of "
        "the profile; of each lesion over time.",
        default=None,
        metavar="FILE",
    )
    dark_plot: bool = option("Light lines on a dark ground.", default=False)

    def _check_plot(self) -> None:
        if self.plot is not None and self.plot.suffix.lower() != ".png":
            raise ValueError(f"--plot writes PNG: name it {self.plot.stem}.png")
        if self.dark_plot and self.plot is None:
            raise ValueError("--dark-plot is about --plot")
        if self.plot is not None and self.plot == getattr(self, "output", None):
            raise ValueError("--plot and --output are the same file")
