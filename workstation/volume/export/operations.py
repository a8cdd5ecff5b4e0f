"""The operation ``3d export``: a volume as files for other programs, and its surface."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workstation.operations.operation import Example, ItemFailed, Operation
from workstation.operations.parameters import option
from workstation.quick_dataclass import dataclass
from workstation.volume.parameters import VolumeFiles

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.volume.export.files import ExportedVolume

FileFormat = Literal["nifti", "metaimage", "nrrd", "raw", "stl", "obj", "ply", "glb"]


@dataclass(frozen=True, kw_only=True)
class ExportParameters(VolumeFiles):
    """What ``3d export`` takes."""

    output: Path = option(
        "The file to write; its end says which format: .nii, .nii.gz, .mha, .mhd, .nrrd, .nhdr, .raw, .stl, .obj, "
        ".ply, .glb. With --formats the name without an end, or a folder.",
        short="o",
        metavar="FILE",
    )
    formats: tuple[FileFormat, ...] = option(
        "Formats to write, joined by commas, each with its own end behind --output.", default=()
    )
    compress: bool = option("Compress the voxels: NIfTI as .nii.gz, the others within.", default=False)
    keep_tilt: bool = option(
        "Leave the voxels of a tilted gantry as they are, on a sheared grid, which NIfTI and NRRD can tell; they are "
        "made straight where not given.",
        default=False,
    )
    mask: tuple[Path, ...] = option(
        "Write segments instead, as labels on the voxels of the series: SEG, RTSTRUCT, images on the same grid, NIfTI, "
        "NRRD or MetaImage.",
        default=(),
    )
    segment: tuple[str, ...] = option("Of --mask this segment alone, by name or number; may be repeated.", default=())
    threshold: float | None = option(
        "Of surfaces: what is at or above it is inside. 200 HU for CT where not given.", default=None
    )
    smooth: int = option("Of surfaces: rounds of smoothing, up to 200.", default=0)

    def __post_init__(self) -> None:
        self._check_files()
        if not 0 <= self.smooth <= 200:
            raise ValueError("--smooth is from 0 to 200 rounds")
        if self.segment and not self.mask:
            raise ValueError("--segment is about --mask")


def export(parameters: ExportParameters, job: "Job") -> Iterator["ExportedVolume | ItemFailed"]:
    """Write a volume into files."""
    from workstation.volume.export.files import export_volume

    yield from export_volume(parameters, job)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="volume.export",
        command=("3d", "export"),
        summary="Volumes as files for others: NIfTI, MetaImage, NRRD, raw voxels; surfaces as STL, OBJ, PLY, glTF",
        parameters=ExportParameters,
        run=export,
        examples=(
            Example("3d export study/*.dcm -o volume.nii", "as NIfTI"),
            Example("3d export study/*.dcm --output volume --formats nifti,stl,metaimage", "in three formats at once"),
            Example("3d export study -o volume.nrrd --compress", "as NRRD, compressed"),
            Example("3d export study -o labels.nii.gz --mask liver.seg.dcm", "segments as labels on the voxels"),
        ),
    ),
)
