"""Volumes that a threshold chooses in a sphere, as a command asks for them."""

import re
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.measure.asked import about_of, whose
from workstation.measure.done import Done
from workstation.measure.parameters import VolumeParameters
from workstation.measure.percist import RADIUS_MM, Organ, PercistLimit, percist_limit
from workstation.measure.scale import Scale
from workstation.measure.sphere_measurement import sphere_measurement
from workstation.measure.spheres import Sphere
from workstation.measure.suv.series import one_scale, suv_of_series
from workstation.model.annotation import Annotation, Threshold
from workstation.model.geometry import Plane, Vector, lps_to_image
from workstation.model.image import Image
from workstation.model.index.records import FrameRef, Instance, Stack
from workstation.model.measurement import Measurement
from workstation.model.text import clean
from workstation.model.volume import build_volume
from workstation.model.volume_frames import Images
from workstation.operations.values import parse_number

if TYPE_CHECKING:
    from pydicom import Dataset

_PERCENT = re.compile(r"\s*([-+.\deE]+)\s*%\s*")
_RANGE = re.compile(r"\s*(suv)?\s*([-+.\deE]+?)\s*(?:\.\.\s*([-+.\deE]+)\s*)?")


def threshold_of(text: str) -> Threshold:
    """Read ``41%``, ``300``, ``300..2000``, ``suv4`` or ``suv2.5..9``.

    Raises
    ------
    UserError
        If it is none of these.
    """
    percent, limits = _PERCENT.fullmatch(text), _RANGE.fullmatch(text)
    try:
        if percent is not None:
            return Threshold("percent", parse_number(percent[1]))
        if limits is not None:
            high = parse_number(limits[3]) if limits[3] else None
            return Threshold("suv" if limits[1] else "value", parse_number(limits[2]), high)
    except ValueError:
        pass
    raise UserError(f"{text!r} is no threshold.", hint="Give 41%, a value such as 300 or 300..2000, or suv4.")


def sphere_volumes(parameters: VolumeParameters, stack: Stack, job: Job) -> Iterator[Done]:
    """Measure what the threshold chooses in the sphere.

    Raises
    ------
    UserError
        If the images have no place in the patient, or the threshold cannot be applied.
    """
    if parameters.centre is None or parameters.radius is None:
        raise ValueError("a sphere without centre or radius")
    normal = _normal(parameters)
    threshold = Threshold("percist", 0.0) if normal is not None else threshold_of(parameters.threshold)
    volume = build_volume(stack, report=lambda done, total: job.progress(done, total, "Reading slices"))
    scale = _scale(parameters, threshold, stack)
    limit = None
    if normal is not None and scale is not None:
        organ, place = normal
        limit = percist_limit(volume, Sphere(place, RADIUS_MM[organ]), scale=scale, organ=organ)
        threshold = Threshold("percist", limit.limit)
    middle = parameters.centre
    rim = (middle[0] + parameters.radius.value, middle[1], middle[2])
    nearest, plane = _nearest(stack, middle)
    annotation = Annotation(
        uuid.uuid4().hex,
        "sphere",
        nearest.instance.sop_instance_uid,
        nearest.number,
        tuple((float(column), float(row)) for column, row in lps_to_image(plane, (middle, rim))[0]),
        (0.0, 0.0),
        clean(parameters.annotation),
        points_lps=(middle, rim),
        frame_of_reference_uid=plane.frame_of_reference_uid,
        about=about_of(parameters, whose(nearest.instance)),
        threshold=threshold,
    )
    made, _voxels = sphere_measurement(annotation, volume, scale=scale, place=str(nearest.instance.place))
    yield Done(made if limit is None else _with_limit(made, limit), nearest.instance)


def _normal(parameters: VolumeParameters) -> tuple[Organ, Vector] | None:
    """Give the organ that says what the limit of PERCIST is, and the middle of the sphere in it."""
    if parameters.liver is not None:
        return "liver", parameters.liver
    return None if parameters.blood is None else ("blood", parameters.blood)


def _scale(parameters: VolumeParameters, threshold: Threshold, stack: Stack) -> Scale | None:
    is_lean = threshold.kind == "percist"
    if not (is_lean or threshold.kind == "suv" or parameters.suv):
        return None
    headers = {ref.instance.sop_instance_uid: ref.instance for ref in stack.frames}
    scale = one_scale(suv_of_series([_header(each) for each in headers.values()], kind="lbm" if is_lean else "bw"))
    if scale is None:
        raise UserError("The images have different factors to SUV.", hint="Measure in their own unit.")
    return scale


def _with_limit(made: Measurement, limit: PercistLimit) -> Measurement:
    """Say where the limit comes from."""
    basis = replace(made.basis, methods=(*made.basis.methods, limit.sentence))
    return replace(made, basis=basis, notes=(*made.notes, *limit.notes))


def _nearest(stack: Stack, point: Vector) -> tuple[FrameRef, Plane]:
    """Give the frame that is nearest to a point, and its plane."""
    with closing(Images()) as images:
        placed = [(ref, plane) for ref in stack.frames if (plane := images.plane(ref)) is not None]
    if not placed:
        raise UserError("The images have no place in the patient.", hint="Give slices of a volume.")
    return min(placed, key=lambda each: abs(float(lps_to_image(each[1], [point])[1][0])))


def _header(instance: Instance) -> "Dataset":
    with Image.open(instance.place) as image:
        return image.dataset
