"""What the commands of ``measure`` take: images, where to measure, with which spacing and unit, and what to write."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from workstation.measure.arguments import Circle, EllipseBox, Line, RegionText
from workstation.measure.given import Given
from workstation.operations.parameters import option
from workstation.operations.values import Length, Pair, Range

Format = Literal["text", "json", "csv", "gsps", "sr", "seg", "rtstruct", "overlay"]
OBJECTS: tuple[Format, ...] = ("gsps", "sr", "seg", "rtstruct", "overlay")
"""What is a file and nothing that can be printed."""
PointPx = tuple[float, float]


# Without slots, as classes that have several with slots for their bases cannot be.
@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
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
    creator: str = option("Who measured, such as Reader^Ann.", default="", metavar="NAME")
    window: tuple[float, float] | None = option(
        "Of pictures: centre and width in modality values (HU for CT). That of the file where not given.",
        default=None,
        metavar="CENTRE,WIDTH",
    )

    def _check_written(self) -> None:
        if self.format in OBJECTS and self.output is None:
            raise ValueError(f"--format {self.format} needs --output")
        if self.window is not None and self.window[1] < 1:
            raise ValueError("the width of --window is too small: it needs 1")


@dataclass(frozen=True, kw_only=True)
class Scaled:
    """With which spacing, and in which unit."""

    calibration: Given | None = option(
        "Distance of pixels in place of the header's: 0.5 or 0.5,0.7 (mm between rows, between columns), detector, "
        "magnification=1.2, none (pixels), or a line of known length x1,y1,x2,y2=20mm. It is recorded in the result.",
        default=None,
        metavar="HOW",
    )
    units: Literal["mm", "cm", "inch", "px"] = option("Unit of lengths; areas and volumes follow.", default="mm")


@dataclass(frozen=True, kw_only=True)
class OnImages(Scaled, Written, Images):
    """What every command that measures on images takes."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_written()


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
class Regions:
    """Which pixels: those whose centre lies inside."""

    roi: tuple[RegionText, ...] = option(
        "Pixels x..x+w-1, y..y+h-1 of a rectangle x,y,w,h; or a mask: SEG or RTSTRUCT file.",
        default=(),
        metavar="X,Y,W,H|FILE",
    )
    polygon: tuple[PointPx, ...] = option("Corners of a polygon, around.", default=())
    spline: tuple[PointPx, ...] = option("Points that a closed smooth curve goes through.", default=())
    ellipse: EllipseBox | None = option(
        "Ellipse in the box of these pixels, turned clockwise about its middle.",
        default=None,
        metavar="X,Y,W,H[,DEGREES]",
    )
    circle: Circle | None = option("Centre and radius, in pixels.", default=None, metavar="X,Y,R")
    segment: tuple[str, ...] = option(
        "Of a mask: only segments of this number or label; all where not given.", default=(), metavar="NAME"
    )

    def _check_region(self) -> None:
        given = [name for name in ("roi", "polygon", "spline", "ellipse", "circle") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError("say which region: one of --roi, --polygon, --spline, --ellipse, --circle")
        for name in ("polygon", "spline"):
            if 0 < len(getattr(self, name)) < 3:
                raise ValueError(f"--{name} needs three points or more")


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
class RegionParameters(Plotted, Statistical, Regions, OnImages):
    """What ``measure roi`` and ``measure hu`` take."""

    also: tuple[Path, ...] = option(
        "Images of other series in the same frame of reference, such as the PET of a CT: the region is measured on "
        "the slice that lies there too.",
        default=(),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_plot()
        self._check_region()
        self._check_statistics()


@dataclass(frozen=True, kw_only=True)
class AreaParameters(Regions, OnImages):
    """What ``measure area`` takes."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_region()


@dataclass(frozen=True, kw_only=True)
class SuvParameters(RegionParameters):
    """What ``measure suv`` takes."""

    kind: Literal["bw", "lbm", "lbm-james128", "lbm-janma", "bsa", "ibw"] = option(
        "Normalized by body weight, lean body mass (James, James with 128, Janmahasatian), body surface area, ideal "
        "body weight.",
        default="bw",
    )
    correct: tuple[Pair, ...] = option(
        "What holds in place of the header: weight=70kg, height=175cm, sex=F, dose=370MBq, half-life=109.8min, "
        "injected=10:15, values=2024-01-31T11:20 (the time that values are decayed to), decay=ADMIN, item=2 (which "
        "radiopharmaceutical); and note=WHY, which is kept with the result. Repeated for each.",
        default=(),
        metavar="NAME=VALUE",
    )


@dataclass(frozen=True, kw_only=True)
class VolumeParameters(Statistical, Scaled, Written):
    """What ``measure volume`` takes."""

    inputs: tuple[Path, ...] = option("The images of one series: files, folders, ZIP archives.", positional=True)
    roi: tuple[Path, ...] = option("Masks: SEG or RTSTRUCT files.", default=(), metavar="FILE")
    segment: tuple[str, ...] = option(
        "Only segments of this number or label; all where not given.", default=(), metavar="NAME"
    )
    centre: tuple[float, float, float] | None = option(
        "Middle of a sphere, in mm of the patient (LPS), in which --threshold chooses.", default=None, metavar="X,Y,Z"
    )
    radius: Length | None = option("Of the sphere, such as 20mm.", default=None)
    threshold: str = option(
        "Of the sphere: 41% of its maximum, a value such as 300 or 300..2000, suv4 or suv2.5..9.", default="41%"
    )
    suv: bool = option("Of the sphere: values as SUV by body weight, whatever the threshold.", default=False)

    def __post_init__(self) -> None:
        self._check_statistics()
        if bool(self.roi) == (self.centre is not None):
            raise ValueError("say which volume: --roi with a mask, or --centre and --radius of a sphere")
        if (self.centre is None) != (self.radius is None):
            raise ValueError("--centre and --radius belong together: give both")
        if self.suv and self.centre is None:
            raise ValueError("--suv is for spheres: give --centre and --radius; measure suv takes masks")
        if self.radius is not None and (self.radius.unit != "mm" or self.radius.value <= 0):
            raise ValueError("--radius is a length in mm or cm, above 0")
        if self.format in OBJECTS:
            raise ValueError(f"--format {self.format} is for measurements on single images")


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


@dataclass(frozen=True, kw_only=True)
class BatchParameters(Plotted, Written):
    """What ``measure batch`` takes."""

    inputs: tuple[Path, ...] = option(
        "Tables (.csv) with columns command, file and those of the options in use; or lists (.json) of objects.",
        positional=True,
    )

    def __post_init__(self) -> None:
        self._check_written()
        self._check_plot()


@dataclass(frozen=True, kw_only=True)
class CompareParameters(Plotted):
    """What ``measure compare`` takes."""

    inputs: tuple[Path, ...] = option(
        "Saved measurements of several studies: .json or .csv that measure wrote, structured reports.", positional=True
    )
    quantity: tuple[str, ...] = option(
        "Only these, such as length, volume or mean; all where not given.", default=(), metavar="NAME"
    )
    recist: bool = option("Response by RECIST 1.1, of lesions that were measured with --role.", default=False)

    def __post_init__(self) -> None:
        self._check_plot()


@dataclass(frozen=True, kw_only=True)
class ReadParameters(Scaled, Written):
    """What ``measure read`` takes."""

    inputs: tuple[Path, ...] = option(
        "Structured reports (TID 1500) and presentation states, of any program: files, folders, ZIP archives.",
        positional=True,
    )
    images: tuple[Path, ...] = option(
        "The images that they are about: what is drawn is measured anew on them. Without them the numbers of reports "
        "are given as they stand there.",
        default=(),
    )

    def __post_init__(self) -> None:
        if self.format in OBJECTS and not (self.output and self.images):
            raise ValueError(f"--format {self.format} needs --output and --images")
