"""What ``3d surface`` takes."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workstation.operations.parameters import option
from workstation.quick_dataclass import dataclass
from workstation.volume.parameters import VolumeFiles

if TYPE_CHECKING:
    from workstation.volume.surfaces.finish import Finish

MESHES = (".stl", ".ply", ".obj", ".glb")


@dataclass(frozen=True, kw_only=True)
class SurfaceParameters(VolumeFiles):
    """What a surface is of, what is done to it, and where it goes."""

    output: Path = option("The file, ending in .stl, .ply, .obj or .glb (glTF).", short="o", metavar="FILE")
    threshold: float | None = option(
        "In modality values (HU for CT): the surface of all at or above it. For CT 200 where not given.",
        default=None,
    )
    mask: tuple[Path, ...] = option(
        "Segments instead, each a surface: SEG, RTSTRUCT, images on the same grid, NIfTI, NRRD or MetaImage.",
        default=(),
    )
    segment: tuple[str, ...] = option("Of --mask this segment alone, by name or number; may be repeated.", default=())
    smooth: int = option("Rounds of smoothing, 0 to 200; 20 takes off the steps of the voxels.", default=0)
    reduce: float = option("Leave out so many of the triangles, such as 60.", default=0.0, unit="%")
    largest: bool = option("The largest connected part alone.", default=False)
    fill_holes: bool = option("Close what is open.", default=False)
    format: Literal["stl", "ply", "obj", "glb"] | None = option(
        "By the ending of --output where not given.", default=None
    )

    def __post_init__(self) -> None:
        self._check_files()
        if self.threshold is not None and self.mask:
            raise ValueError("--threshold and --mask both say what the surface is of: give one of them")
        if self.segment and not self.mask:
            raise ValueError("--segment is about --mask")
        if not 0 <= self.smooth <= 200:
            raise ValueError("--smooth is from 0 to 200")
        if not 0 <= self.reduce < 100:
            raise ValueError("--reduce is from 0 to below 100")
        if self.format is None and self.output.suffix.lower() not in MESHES:
            raise ValueError(f"--output ends in one of {', '.join(MESHES)}, or --format says which")

    def finish(self) -> "Finish":
        """Give what is done to each surface."""
        from workstation.volume.surfaces.finish import Finish

        return Finish(self.smooth, 1 - self.reduce / 100, largest_only=self.largest, fill_holes=self.fill_holes)
