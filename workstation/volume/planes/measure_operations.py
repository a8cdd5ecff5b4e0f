"""The operations ``measure plane``, and those of ``measure`` that are about images and planes of volumes alike."""

from typing import TYPE_CHECKING

from workstation.measure.parameters import BatchParameters, ReadParameters
from workstation.measure.running import Results
from workstation.operations.operation import Example, ItemFailed, Operation
from workstation.volume.planes.measure_parameters import PlaneMeasureParameters

if TYPE_CHECKING:
    from workstation.jobs.job import Job


def plane(parameters: PlaneMeasureParameters, job: "Job") -> Results:
    """Measure on a plane of a volume."""
    from workstation.measure.writing import delivered
    from workstation.volume.planes.measure import measured_plane

    return delivered(measured_plane(parameters, job), parameters, parameters.inputs, job)


def batch(parameters: BatchParameters, job: "Job") -> Results:
    """Measure what files of many measurements say."""
    from workstation.measure.finding import entries
    from workstation.measure.writing import delivered
    from workstation.volume.planes.measure import measured_plane

    taken = {each.resolve() for each in (parameters.output, parameters.plot) if each is not None}
    more = {"plane": (PlaneMeasureParameters, measured_plane)}
    found = (each for path in parameters.inputs for each in entries(path, job, taken, more))
    return delivered(found, parameters, parameters.inputs, job)


def read(parameters: ReadParameters, job: "Job") -> Results:
    """Read saved measurements, and measure them anew on their images."""
    from workstation.measure.reading_saved import SavedGroup, read_saved
    from workstation.measure.writing import delivered
    from workstation.volume.planes.anew import OnPlanesOf

    found = read_saved(parameters, job, OnPlanesOf())
    if parameters.images:
        return delivered(
            (each for each in found if not isinstance(each, SavedGroup)), parameters, parameters.inputs, job
        )
    return (each for each in found if isinstance(each, SavedGroup | ItemFailed))


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
            Example(
                "measure plane study --shape profile --points -25,20,-140 -12,28,-126 --plot profile.png",
                "values along a line across slices, as a picture",
            ),
        ),
    ),
    Operation(
        id="measure.batch",
        command=("measure", "batch"),
        summary="Many measurements, by a table (CSV) or a list (JSON) of what the other commands take",
        parameters=BatchParameters,
        run=batch,
        examples=(Example("measure batch measurements.csv -o results.csv", "all of a table"),),
    ),
    Operation(
        id="measure.read",
        command=("measure", "read"),
        summary="Saved measurements: numbers of any program's reports, or what is drawn measured anew on images",
        parameters=ReadParameters,
        run=read,
        examples=(
            Example("measure read measured.sr.dcm", "the numbers of a report"),
            Example("measure read measured.sr.dcm --images study", "measured anew, by the images"),
        ),
    ),
)
