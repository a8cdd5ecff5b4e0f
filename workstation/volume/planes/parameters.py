"""What ``3d mpr``, ``3d mip``, ``3d minip`` and ``3d average`` take."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workstation.operations.parameters import option
from workstation.operations.values import Length
from workstation.quick_dataclass import dataclass
from workstation.volume.parameters import Pictured, Sampled, VolumeFiles, Windowed
from workstation.volume.registration.over_parameters import LaidOver
from workstation.volume.segments.parameters import SegmentsLaidOver

if TYPE_CHECKING:
    from workstation.display.view import View

Format = Literal["png", "tiff", "dicom"]
PointOrDirection = tuple[float, float, float]
_PICTURES = (".png", ".tif", ".tiff")


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A plane at any angle."""

    plane_normal: PointOrDirection | None = option(
        "Direction of the normal of an oblique plane in the patient: to the left, to the back, to the head.",
        default=None,
        metavar="L,P,H",
    )
    plane_point: PointOrDirection | None = option(
        "A point of it, as voxels: column, row and slice from 0; of several planes one goes through it. The middle of "
        "the volume where not given.",
        default=None,
        metavar="I,J,K",
    )
    lps: bool = option("--plane-point is in mm of the patient (LPS).", default=False)
    plane_rows: PointOrDirection | None = option(
        "Direction from left to right in the picture of the oblique plane, which is then looked at along "
        "--plane-normal; as the nearest plane of the patient is seen where not given.",
        default=None,
        metavar="L,P,H",
    )

    def _check_place(self) -> None:
        if self.plane_rows is not None:
            if self.plane_normal is None:
                raise ValueError("--plane-rows is about --plane-normal")
            if not _has_angle(self.plane_rows, self.plane_normal):
                raise ValueError("--plane-rows has no direction, or that of --plane-normal")
        if self.plane_normal is not None and not any(self.plane_normal):
            raise ValueError("--plane-normal has no direction: it is 0,0,0")
        if self.lps and self.plane_point is None:
            raise ValueError("--lps is about --plane-point")


def _has_angle(one: PointOrDirection, other: PointOrDirection) -> bool:
    """Tell whether two directions are more than a hair apart; opposite ones are not."""
    lengths = math.hypot(*one) * math.hypot(*other)
    share = sum(a * b for a, b in zip(one, other, strict=True))
    return lengths > 0 and abs(share) < 0.999999 * lengths


@dataclass(frozen=True, kw_only=True)
class Looked:
    """How pictures are looked at, as `workstation.display.operations.ViewParameters` has it."""

    invert: bool = option("Exchange black and white.", default=False)
    colours: str = option("Colour table, such as hot-iron, pet or rainbow; grey where not given.", default="")
    rotate: Literal["0", "90", "180", "270"] = option("Turn clockwise.", default="0", unit="deg")
    flip: tuple[Literal["horizontal", "vertical"], ...] = option(
        "Exchange left and right (horizontal) or top and bottom (vertical), after turning.", default=()
    )

    @property
    def is_looked(self) -> bool:
        """Whether anything was asked for."""
        return self.invert or bool(self.colours) or self.rotate != "0" or bool(self.flip)

    def view(self) -> "View":
        """Give what was asked for; UserError for colours that nobody knows."""
        from workstation.display.colour_tables import table_of
        from workstation.display.view import View

        table_of(self.colours)
        return View(
            inverted=self.invert,
            colours=self.colours,
            rotation_quarters=int(self.rotate) // 90,
            flipped_h="horizontal" in self.flip,
            flipped_v="vertical" in self.flip,
        )


@dataclass(frozen=True, kw_only=True)
class PlaneParameters(LaidOver, Looked, Pictured, Windowed, Placed, Sampled, VolumeFiles):
    """What all of them take."""

    output: Path = option(
        "Picture (.png, .tif) of a single plane, or a folder; for --format dicom a folder or an archive (.zip).",
        short="o",
        metavar="PATH",
    )
    format: Format | None = option(
        "Of what is written: pictures in the window (png, tiff), or a DICOM series with the values (dicom). By the "
        "ending of --output, or PNG, where not given.",
        default=None,
    )
    spacing: Length | None = option(
        "Distance of planes that follow each other, such as 3mm; that of the voxels in this direction where not given.",
        default=None,
    )

    def __post_init__(self) -> None:
        self._check_files()
        self._check_window()
        self._check_thickness()
        self._check_place()
        self._check_over()
        if self.spacing is not None and (self.spacing.unit != "mm" or self.spacing.value <= 0):
            raise ValueError("--spacing is a length in mm or cm, above 0")
        ending = self.output.suffix.lower()
        if ending in _PICTURES and self.format not in (None, "png" if ending == ".png" else "tiff"):
            raise ValueError(f"--output ends like a picture, but --format asks for {self.format}")
        if self.format == "dicom" and (self.size or self.burn_in):
            raise ValueError("--size and --burn-in are about pictures, not about --format dicom")
        if self.format == "dicom" and self.is_looked:
            raise ValueError("--invert, --colours, --rotate and --flip are about pictures, not about --format dicom")

    @property
    def is_one_picture(self) -> bool:
        """Whether the output is the file of a picture."""
        return self.output.suffix.lower() in _PICTURES and not self.output.is_dir()


@dataclass(frozen=True, kw_only=True)
class MprParameters(SegmentsLaidOver, PlaneParameters):
    """What ``3d mpr`` takes."""

    planes: tuple[Literal["axial", "sagittal", "coronal"], ...] = option(
        "Which planes of the patient, joined by commas, one after the other through the volume; all three where no "
        "plane is given.",
        default=(),
    )
    projection: Literal["mean", "mip", "minip", "sum"] = option(
        "What becomes of the values across --thickness; the sum is in values times mm.", default="mean"
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.planes and self.plane_normal is not None:
            raise ValueError("--planes and --plane-normal both say which planes: give one of them")
        if self.plane_point is not None and self.plane_normal is None:
            raise ValueError("--plane-point is about --plane-normal")
        if self.is_one_picture and self.plane_normal is None:
            raise ValueError("--output is one picture, and there are many planes: give a folder")
        self._check_segments()
        self._check_over_sum(is_sum=self.projection == "sum" and self.thickness is not None)
        if self.is_one_picture and self.spacing is not None:
            raise ValueError("--spacing is about planes that follow each other: give a folder as --output")


@dataclass(frozen=True, kw_only=True)
class ProjectionParameters(PlaneParameters):
    """What ``3d mip``, ``3d minip`` and ``3d average`` take."""

    plane: Literal["axial", "sagittal", "coronal"] | None = option(
        "Along which axis of the patient one looks. With --thickness it is axial where not given, else coronal: the "
        "whole volume from the front.",
        default=None,
    )
    angle: float | None = option(
        "Look from around the patient instead: 0 from the front, 90 from the left, 180 from behind.",
        default=None,
        unit="deg",
    )
    all: bool = option("A slab at each place, one after the other through the volume.", default=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        ways = [
            name
            for name, given in (("--plane", self.plane), ("--angle", self.angle), ("--plane-normal", self.plane_normal))
            if given is not None
        ]
        if len(ways) > 1:
            raise ValueError(f"{' and '.join(ways)} both say where one looks from: give one of them")
        if self.all and self.thickness is None:
            raise ValueError("--all needs --thickness: how thick is each slab?")
        if self.all and self.is_one_picture:
            raise ValueError("--output is one picture, and --all makes many: give a folder")
        if self.spacing is not None and not self.all:
            raise ValueError("--spacing is about --all: slabs that follow each other")
        if self.plane_point is not None and (self.thickness is None or self.all):
            raise ValueError("--plane-point says where a single slab lies: give --thickness, without --all")
