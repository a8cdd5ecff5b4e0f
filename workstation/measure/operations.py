"""The operations ``measure …``: what the window measures, from the command line."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workstation.errors import UserError
from workstation.measure.parameters import (
    AreaParameters,
    CompareParameters,
    RegionParameters,
    SuvParameters,
    VolumeParameters,
)
from workstation.measure.running import Results, measuring
from workstation.operations.operation import Example, ItemFailed, Operation

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.measure.comparing import Saved


def compare(parameters: CompareParameters, job: "Job") -> Results:
    """Compare saved measurements over time."""
    from workstation.measure.comparing import compared, read_saved
    from workstation.model.refusal import Refused
    from workstation.operations.places import check_not_read, failed

    saved = []
    for done, path in enumerate(parameters.inputs):
        job.progress(done, len(parameters.inputs), "Reading measurements")
        try:
            saved += list(read_saved(path))
        except Refused as refusal:
            yield failed(path, refusal)
        except UserError as error:
            yield ItemFailed(str(path), error.message, error.hint)
    if parameters.plot is not None:
        check_not_read(parameters.plot, parameters.inputs)
    found = compared(saved, parameters.quantity) if parameters.plot is not None or not parameters.recist else ()
    if parameters.recist:
        yield from _responses(saved, parameters, job)
    else:
        yield from found
    if parameters.plot is not None:
        from workstation.measure.plotting import write_trends

        yield write_trends([each.trend for each in found], parameters.plot, is_dark=parameters.dark_plot)


def _responses(saved: "Sequence[Saved]", parameters: CompareParameters, job: "Job") -> Results:
    """Give the response of each patient; one that has none is told, the others go on."""
    from dataclasses import replace

    from workstation.measure.comparing import response, responses

    parts = list(responses(saved)) or [("", list(saved))]
    for number, (patient, several) in enumerate(parts, 1):
        try:
            assessments, problems = response(several, nodes=parameters.node, no_nodes=parameters.not_node)
        except UserError as error:
            if not patient:
                raise
            yield ItemFailed(f"Patient {patient}", error.message, error.hint)
            continue
        whose = f" of patient {number} of {len(parts)}" if patient else ""
        for each in problems:
            job.log(f"Baseline{whose}: {each}.")
        yield from (replace(each, patient=patient) for each in assessments)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="measure.area",
        command=("measure", "area"),
        summary="Areas of regions: polygon, spline, ellipse, circle, rectangle, mask; with perimeter and axes",
        parameters=AreaParameters,
        run=measuring("area"),
        examples=(
            Example("measure area slice.dcm --polygon 3,3 16,4 12,15", "of a polygon"),
            Example("measure area slice.dcm --ellipse 4,5,12,8,30 --units cm", "of an ellipse that is turned, in cm²"),
        ),
    ),
    Operation(
        id="measure.roi",
        command=("measure", "roi"),
        summary="Values in regions: mean, deviations, extremes, percentiles, histogram, each in the image's unit",
        parameters=RegionParameters,
        run=measuring("roi"),
        examples=(
            Example("measure roi slice.dcm --polygon 3,3 16,4 12,15 --statistics --histogram", "all of a polygon"),
            Example("measure roi study --roi liver.seg.dcm -o liver.csv", "of what was segmented, image by image"),
            Example(
                "measure roi cine.dcm --circle 10,10,4 --all-frames -o curve.csv --plot curve.png",
                "over frames: a table, and the curve of the mean",
            ),
            Example("measure roi slice.dcm --circle 10,10,4 --plot histogram.png", "the histogram as a picture"),
        ),
    ),
    Operation(
        id="measure.hu",
        command=("measure", "hu"),
        summary="Hounsfield units in regions of CT",
        parameters=RegionParameters,
        run=measuring("hu"),
        examples=(Example("measure hu slice.dcm --roi 4,4,10,8 --statistics", "of a rectangle"),),
    ),
    Operation(
        id="measure.suv",
        command=("measure", "suv"),
        summary="Standardized uptake values in regions of PET, with the inputs that they were made of",
        parameters=SuvParameters,
        run=measuring("suv"),
        examples=(
            Example("measure suv pet.dcm --roi 20,20,10,10", "by body weight"),
            Example("measure suv pet.dcm --circle 20,20,5 --kind lbm --correct height=1.75", "by lean body mass"),
        ),
    ),
    Operation(
        id="measure.volume",
        command=("measure", "volume"),
        summary="Volumes of masks on images, of segments alone, and of what a threshold chooses in a sphere",
        parameters=VolumeParameters,
        run=measuring("volume"),
        examples=(
            Example("measure volume study --roi liver.seg.dcm -o volume.txt", "of each segment, with its values"),
            Example("measure volume liver.seg.dcm", "of each segment by the segmentation alone"),
            Example(
                "measure volume study --centre -20,25,-130 --radius 8mm --threshold 50%", "from half of the maximum"
            ),
        ),
    ),
    Operation(
        id="measure.compare",
        command=("measure", "compare"),
        summary="Measurements over time: changes of each lesion, doubling times, response by RECIST 1.1",
        parameters=CompareParameters,
        run=compare,
        examples=(
            Example("measure compare results.csv", "how each number changed"),
            Example("measure compare baseline.json followup.json --recist", "response, and why"),
        ),
    ),
)
