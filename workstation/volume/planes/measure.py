"""What ``measure plane`` measures: a shape on a plane cut out of a volume."""

from collections.abc import Iterator
from dataclasses import replace

from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.measure.asked import about_of, label_beside, new_id, whose
from workstation.measure.done import Done
from workstation.measure.extent import Extent
from workstation.measure.on_images import plain_of, setting_of
from workstation.measure.setting import Setting
from workstation.measure.suv.corrections import Corrections
from workstation.measure.suv.series import one_scale, suv_of_series
from workstation.measure.uptake import with_option
from workstation.model.annotation import Annotation, Point
from workstation.model.geometry import lps_to_image, point_to_lps
from workstation.model.index.records import Stack
from workstation.model.plane_cut import PlaneCut
from workstation.model.reading import read_dataset
from workstation.model.refusal import Refused
from workstation.model.text import clean
from workstation.model.volume import Volume
from workstation.operations.operation import ItemFailed
from workstation.operations.places import failed
from workstation.volume.cutting.reslice import Reslicer
from workstation.volume.planes.asking import LEAST_SLICES
from workstation.volume.planes.marking import frame_on
from workstation.volume.planes.measure_parameters import PlaneMeasureParameters
from workstation.volume.planes.measuring import facts_of, measured_on_cut
from workstation.volume.planes.through import pixels_through

ONE_FACTOR = "The images have different factors to SUV."


def measured_plane(parameters: PlaneMeasureParameters, job: Job) -> Iterator[Done | ItemFailed]:
    """Measure a shape on a plane of the volume; why it cannot be measured is told."""
    try:
        yield _measured(parameters, job)
    except Refused as refusal:
        yield failed(str(parameters.inputs[0]), refusal)
    except UserError as error:
        yield ItemFailed(str(parameters.inputs[0]), error.message, error.hint)


def _measured(parameters: PlaneMeasureParameters, job: Job) -> Done:
    volume, stack = parameters.open(job, least_slices=LEAST_SLICES, colour=True)
    annotation = annotation_asked(parameters, volume, stack)
    first = stack.frames[0].instance
    setting = setting_of(parameters)
    if parameters.suv:
        setting = scaled(setting, parameters, stack)
    reslicer = Reslicer(volume)
    slices = len(stack.frames)
    made = measured_on_cut(annotation, reslicer, setting, slices=slices, image_facts=facts_of(stack))
    images = {ref.instance.sop_instance_uid: ref.instance for ref in stack.frames}
    frame = frame_on(reslicer, annotation.cut) if annotation.cut is not None else None
    return Done(
        plain_of(made, parameters), first, plotted=made.curves, extent=Extent(tuple(images.values())), frame=frame
    )


def annotation_asked(parameters: PlaneMeasureParameters, volume: Volume, stack: Stack) -> Annotation:
    """Give the shape on the pixels of its plane.

    Raises
    ------
    UserError
        If the points lie on no plane.
    """
    cut = _cut(parameters, volume, stack)
    points = _points_px(parameters, cut)
    first = stack.frames[0].instance
    return Annotation(
        new_id(),
        parameters.shape,
        first.series_instance_uid,
        0,
        points,
        label_beside(points, cut.size_px),
        clean(parameters.annotation),
        points_lps=parameters.points or tuple(point_to_lps(cut.plane, each) for each in points),
        frame_of_reference_uid=cut.plane.frame_of_reference_uid,
        about=about_of(parameters, whose(first)),
        mask=parameters.painted.mask if parameters.painted is not None else None,
        cut=cut,
    )


def _cut(parameters: PlaneMeasureParameters, volume: Volume, stack: Stack) -> PlaneCut:
    """Give the plane that the points lie on, its pixels, and how the volume is cut there."""
    try:
        found = pixels_through(
            volume.grid,
            parameters.points or [parameters.first_pixel or (0.0, 0.0, 0.0)],
            normal_lps=parameters.plane_normal,
            along_row_lps=parameters.plane_row,
            first_lps=parameters.first_pixel,
            side_mm=parameters.pixel.value if parameters.pixel is not None else None,
        )
        slab = parameters.slab(parameters.projection)
        return PlaneCut(
            found.plane,
            found.size_px,
            stack.label,
            slab.thickness_mm,
            slab.projection,
            parameters.interpolation,
            parameters.keep_uneven,
        )
    except ValueError as error:
        sentence = str(error)
        raise UserError(
            f"{sentence[:1].upper()}{sentence[1:]}.", hint="See --help for how planes are given."
        ) from error


def _points_px(parameters: PlaneMeasureParameters, cut: PlaneCut) -> tuple[Point, ...]:
    if parameters.painted is not None:
        return parameters.painted.corners_px
    places, _away = lps_to_image(cut.plane, parameters.points)
    return tuple((float(column), float(row)) for column, row in places)


def scaled(setting: Setting, parameters: PlaneMeasureParameters, stack: Stack) -> Setting:
    """Give the factor to SUV of all slices.

    Raises
    ------
    UserError
        If there is none, or slices have several.
    """
    try:
        corrections = Corrections.parse({each.key: each.value for each in parameters.correct})
    except ValueError as error:
        raise UserError(f"--correct: {error}.", hint="See --help for what can be corrected.") from error
    images = {ref.instance.sop_instance_uid: ref.instance for ref in stack.frames}
    headers = [read_dataset(each.place) for each in images.values()]
    try:
        scale = one_scale(suv_of_series(headers, kind=parameters.kind, corrections=corrections))
    except UserError as error:
        raise UserError(error.message, hint=with_option(error.hint)) from error
    if scale is None:
        raise UserError(ONE_FACTOR, hint="Measure in their own unit, or on the images themselves.")
    return replace(setting, scale=scale)
