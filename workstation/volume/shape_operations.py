"""The commands of curved planes and surfaces: ``3d curved-mpr``, ``3d surface``."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workstation.operations.operation import Example, ItemFailed, Operation
from workstation.volume.curved_parameters import CurvedParameters
from workstation.volume.surface_parameters import SurfaceParameters

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.volume.curved_writing import WrittenCurve
    from workstation.volume.surface_writing import WrittenSurface


def curved_mpr(parameters: CurvedParameters, job: "Job") -> "Iterator[WrittenCurve]":
    """Write what is seen along a path."""
    from workstation.volume.curved_writing import write_curved

    yield from write_curved(parameters, job)


def surface(parameters: SurfaceParameters, job: "Job") -> "Iterator[WrittenSurface | ItemFailed]":
    """Write surfaces."""
    from workstation.volume.surface_writing import write_surfaces

    yield from write_surfaces(parameters, job)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="volume.curved_mpr",
        command=("3d", "curved-mpr"),
        summary="Curved planes along a path: straightened, stretched, a panorama of the jaw; cross-sections of it",
        parameters=CurvedParameters,
        run=curved_mpr,
        examples=(
            Example("3d curved-mpr study --centerline path.txt -o curved.png", "straightened, lengths in mm"),
            Example(
                "3d curved-mpr study --centerline path.txt -o jaw.png --kind panorama --thickness 10mm",
                "with the head up, 10 mm thick",
            ),
            Example(
                "3d curved-mpr study --centerline path.txt -o sections --sections 5mm --width 30mm",
                "cross-sections, every 5 mm",
            ),
        ),
    ),
    Operation(
        id="volume.surface",
        command=("3d", "surface"),
        summary="Surfaces at a threshold or of segments, for printing and other programs: STL, OBJ, PLY, glTF",
        parameters=SurfaceParameters,
        run=surface,
        examples=(
            Example("3d surface study --threshold 200 -o bone.stl", "all that is at or above 200 HU"),
            Example(
                "3d surface study --threshold 200 --largest --smooth 20 --reduce 50 -o bone.obj",
                "the largest part alone, smoothed, half the triangles",
            ),
        ),
    ),
)
