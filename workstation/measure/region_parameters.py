"""What commands of ``measure`` take that are about regions and values: where, how much is told, and plots.

As in `workstation.measure.shared_parameters` none of these is ever made; they are apart from what lengths take, whose
commands need none of this.
"""

from pathlib import Path
from typing import ClassVar

from workstation.measure.arguments import Circle, EllipseBox, Painted, RegionText
from workstation.measure.shared_parameters import PointPx
from workstation.operations.parameters import option
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, kw_only=True, init=False, repr=False, eq=False)
class Regions:
    """Which pixels: those whose centre lies inside."""

    is_plain: ClassVar[bool] = False
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

    is_plain: ClassVar[bool] = False
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

    is_plain: ClassVar[bool] = False
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
