"""The operation ``3d curved-mpr``: what is seen along a path."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workstation.operations.operation import Example, Operation
from workstation.volume.curved.parameters import CurvedParameters

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.volume.curved.writing import WrittenCurve


def curved_mpr(parameters: CurvedParameters, job: "Job") -> "Iterator[WrittenCurve]":
    """Write what is seen along a path."""
    from workstation.volume.curved.writing import write_curved

    yield from write_curved(parameters, job)


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
)
