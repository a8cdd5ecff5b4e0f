"""The operation ``measure plane``: what the window measures on planes of a volume, from the command line."""

from typing import TYPE_CHECKING

from workstation.measure.running import Results
from workstation.operations.operation import Example, Operation
from workstation.volume.plane_measure_parameters import PlaneMeasureParameters

if TYPE_CHECKING:
    from workstation.jobs.job import Job


def plane(parameters: PlaneMeasureParameters, job: "Job") -> Results:
    """Measure on a plane of a volume."""
    from workstation.measure.writing import delivered
    from workstation.volume.plane_measure import measured_plane

    return delivered(measured_plane(parameters, job), parameters, parameters.inputs, job)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="measure.plane",
        command=("measure", "plane"),
        summary="Lengths, angles, regions and values on planes cut out of a volume at any angle, thin or as slabs",
        parameters=PlaneMeasureParameters,
        run=plane,
        examples=(
            Example(
                "measure plane study --shape length --points -20,-10,15 10,5,40", "between two places in the patient"
            ),
            Example(
                "measure plane study --shape circle --points 0,0,30 8,0,30 --plane-normal 0,-1,0.5 --thickness 4mm "
                "--projection mip",
                "values of a circle on an oblique slab",
            ),
        ),
    ),
)
