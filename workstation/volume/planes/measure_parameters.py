"""What ``measure plane`` takes."""

from typing import ClassVar, Literal

from workstation.measure.arguments import Painted
from workstation.measure.region_parameters import Plotted, Statistical
from workstation.measure.shared_parameters import Written
from workstation.model.annotation_kinds import TRAITS
from workstation.operations.parameters import option
from workstation.operations.values import Length, Pair
from workstation.quick_dataclass import dataclass
from workstation.volume.parameters import Sampled, VolumeFiles
from workstation.volume.planes.parameters import PointOrDirection

Shape = Literal[
    "length",
    "polyline",
    "curve",
    "angle",
    "cobb",
    "open_angle",
    "four_point_angle",
    "bidirectional",
    "perpendicular",
    "point",
    "profile",
    "rectangle",
    "ellipse",
    "circle",
    "polygon",
    "freehand",
    "spline",
    "mask",
]


@dataclass(frozen=True, kw_only=True)
class PlaneMeasureParameters(Plotted, Statistical, Written, Sampled, VolumeFiles):
    """What ``measure plane`` takes."""

    is_plain: ClassVar[bool] = False
    shape: Shape = option(
        "What is measured: points are the two ends of a length, side, vertex and side of an angle, four corners of a "
        "rectangle, both axes of an ellipse, centre and rim of a circle."
    )
    points: tuple[PointOrDirection, ...] = option(
        "Points in mm of the patient (LPS), one after the other; all on one plane.", default=(), metavar="X,Y,Z"
    )
    painted: Painted | None = option(
        "Of --shape mask: painted pixels of the plane, as the window copies them: a box, and which of its pixels "
        "(bits, zlib, base64url).",
        default=None,
        metavar="X,Y,W,H:BITS",
    )
    plane_normal: PointOrDirection | None = option(
        "Direction of the normal of the plane: to the left, to the back, to the head. Where not given, the plane "
        "through the points; of a line the plane of the patient that it lies in best.",
        default=None,
        metavar="L,P,H",
    )
    plane_row: PointOrDirection | None = option(
        "Direction of the rows of its pixels; that of the nearest plane of the patient where not given.",
        default=None,
        metavar="L,P,H",
    )
    first_pixel: PointOrDirection | None = option(
        "Centre of its first pixel, in mm of the patient (LPS); where not given, pixels lie as in the window.",
        default=None,
        metavar="X,Y,Z",
    )
    pixel: Length | None = option("Side of its pixels; the smallest side of a voxel where not given.", default=None)
    projection: Literal["mean", "mip", "minip", "sum"] = option(
        "What becomes of the values across --thickness; the sum is in values times mm.", default="mean"
    )
    units: Literal["mm", "cm", "inch", "px"] = option("Unit of lengths; areas follow.", default="mm")
    suv: bool = option("Values of PET as SUV, where one factor holds for all slices.", default=False)
    kind: Literal["bw", "lbm", "lbm-james128", "lbm-janma", "bsa", "ibw"] = option(
        "With --suv: normalized by body weight, lean body mass (James, James with 128, Janmahasatian), body surface "
        "area, ideal body weight.",
        default="bw",
    )
    correct: tuple[Pair, ...] = option(
        "With --suv: what holds in place of the header, as measure suv takes it. Repeated for each.",
        default=(),
        metavar="NAME=VALUE",
    )

    def __post_init__(self) -> None:
        self._check_files()
        self._check_thickness()
        self._check_statistics()
        self._check_plot()
        self._check_written()
        self._check_plane()
        self._check_points()
        if self.format in ("gsps", "seg", "rtstruct"):
            raise ValueError(f"--format {self.format} is of images, and holds nothing of planes: take sr")
        if (self.kind != "bw" or self.correct) and not self.suv:
            raise ValueError("--kind and --correct are about --suv")
        if self.suv and self.projection == "sum" and self.thickness is not None:
            raise ValueError("--suv is no sum over a thickness: take another --projection")

    def _check_points(self) -> None:
        if (self.shape == "mask") != (self.painted is not None):
            raise ValueError("--shape mask and --painted belong together: give both")
        if self.painted is not None:
            if self.points or self.first_pixel is None:
                raise ValueError("--painted has pixels and no --points: say where they lie with --first-pixel")
            return
        traits, count = TRAITS[self.shape], len(self.points)
        if count < traits.fewest or (traits.most is not None and count > traits.most):
            wanted = f"{traits.fewest}" if traits.most == traits.fewest else f"{traits.fewest} or more"
            raise ValueError(f"a {traits.name} has {wanted} points, and --points are {count}")

    def _check_plane(self) -> None:
        for name in ("plane_normal", "plane_row"):
            given = getattr(self, name)
            if given is not None and not any(given):
                raise ValueError(f"--{name.replace('_', '-')} has no direction: it is 0,0,0")
        if self.first_pixel is not None and (self.plane_normal is None or self.plane_row is None):
            raise ValueError("--first-pixel needs --plane-normal and --plane-row")
        if self.pixel is not None and (self.pixel.unit != "mm" or self.pixel.value <= 0):
            raise ValueError("--pixel is a length in mm or cm, above 0")
