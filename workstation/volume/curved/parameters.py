"""What ``3d curved-mpr`` takes."""

from pathlib import Path
from typing import Literal

from workstation.operations.parameters import option
from workstation.operations.values import Length
from workstation.quick_dataclass import dataclass
from workstation.volume.parameters import Pictured, Sampled, VolumeFiles, Windowed
from workstation.volume.planes.parameters import Looked
from workstation.volume.registration.over_parameters import LaidOver
from workstation.volume.segments.parameters import SegmentsLaidOver

_PICTURES = (".png", ".tif", ".tiff")


@dataclass(frozen=True, kw_only=True)
class CurvedParameters(SegmentsLaidOver, LaidOver, Looked, Pictured, Windowed, Sampled, VolumeFiles):
    """A path, and how the volume is shown along it."""

    centerline: Path = option(
        "The path: a file with a point a line, x y z in LPS mm, or JSON (points_lps, or markups of 3D Slicer)."
    )
    output: Path = option(
        "Picture (.png, .tif), or a folder: with --sections, or for --format dicom, or an archive for that (.zip).",
        short="o",
        metavar="PATH",
    )
    format: Literal["png", "tiff", "dicom"] | None = option(
        "Pictures in the window, or a DICOM series with the values. By the ending of --output, or PNG, where not "
        "given.",
        default=None,
    )
    kind: Literal["straightened", "stretched", "panorama"] = option(
        "Straightened along the path; stretched: rows of one direction, rolled out; panorama: stretched with the head "
        "up, as of a jaw.",
        default="straightened",
    )
    width: Length = option("How far the picture reaches across the path.", default=Length(50.0))
    pixel: Length | None = option("Side of a pixel; the smallest side of a voxel where not given.", default=None)
    turn: float = option("Turn the rows of a straightened picture about the path.", default=0.0, unit="deg")
    across: tuple[float, float, float] | None = option(
        "Direction of the rows of a stretched picture: to the left, to the back, to the head; the one in which the "
        "path is least bent where not given.",
        default=None,
        metavar="L,P,H",
    )
    projection: Literal["mean", "mip", "minip", "sum"] = option(
        "What becomes of the values across --thickness; the sum is in values times mm.", default="mean"
    )
    sections: Length | None = option(
        "Cross-sections of the path instead, so far from each other along it, such as 5mm.", default=None
    )
    straight: bool = option("Straight from point to point, instead of a smooth curve through them.", default=False)

    def __post_init__(self) -> None:
        self._check_files()
        self._check_window()
        self._check_thickness()
        self._check_over()
        self._check_segments()
        self._check_over_sum(is_sum=self.projection == "sum" and self.thickness is not None)
        for name, length in (("--width", self.width), ("--pixel", self.pixel), ("--sections", self.sections)):
            if length is not None and (length.unit != "mm" or length.value <= 0):
                raise ValueError(f"{name} is a length in mm or cm, above 0")
        if self.across is not None and (self.kind != "stretched" or not any(self.across)):
            raise ValueError("--across is a direction, and about --kind stretched")
        if self.turn and self.kind != "straightened":
            raise ValueError("--turn is about --kind straightened")
        if self.sections is not None and (self.turn or self.kind != "straightened"):
            raise ValueError("--sections lie across the path: --kind and --turn are about curved planes")
        ending = self.output.suffix.lower()
        if ending in _PICTURES and self.format not in (None, "png" if ending == ".png" else "tiff"):
            raise ValueError(f"--output ends like a picture, but --format asks for {self.format}")
        if self.is_one_picture and self.sections is not None:
            raise ValueError("--output is one picture, and --sections makes many: give a folder")
        if self.format == "dicom" and (self.size or self.burn_in):
            raise ValueError("--size and --burn-in are about pictures, not about --format dicom")
        if self.format == "dicom" and self.is_looked:
            raise ValueError("--invert, --colours, --rotate and --flip are about pictures, not about --format dicom")

    @property
    def is_one_picture(self) -> bool:
        """Whether the output is the file of a picture."""
        return self.output.suffix.lower() in _PICTURES and not self.output.is_dir()
