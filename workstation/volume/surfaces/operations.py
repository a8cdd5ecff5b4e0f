"""The operation ``3d surface``: surfaces of a volume as files."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workstation.operations.operation import Example, ItemFailed, Operation
from workstation.volume.surfaces.parameters import SurfaceParameters

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.volume.surfaces.writing import WrittenSurface


def surface(parameters: SurfaceParameters, job: "Job") -> "Iterator[WrittenSurface | ItemFailed]":
    """Write surfaces."""
    from workstation.volume.surfaces.writing import write_surfaces

    yield from write_surfaces(parameters, job)


OPERATIONS: tuple[Operation, ...] = (
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
