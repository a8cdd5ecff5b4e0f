"""What a command line asks to be measured, as annotations of a frame."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from workstation.model.annotation import About, Annotation, Mask, Point
from workstation.model.annotation_kinds import Kind
from workstation.model.geometry import Plane, point_to_lps
from workstation.model.index.records import Instance
from workstation.model.text import clean
from workstation.operations.values import Rectangle
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.measure.distance_operations import DistanceParameters
    from workstation.measure.line_argument import Line
    from workstation.measure.line_operations import AngleParameters, PixelParameters, ProfileParameters
    from workstation.measure.region_parameters import Regions
    from workstation.measure.shared_parameters import Written
    from workstation.model.concepts import Code

_LESIONS = "7a4be5a6-2f3c-4f6e-8f0e-6d1c1f0b5c11"


def new_id() -> str:
    """Give an id that no other annotation has."""
    return os.urandom(16).hex()


@dataclass(frozen=True, slots=True)
class Asked:
    """A shape on any image: its kind, its points (column, row), and of a painted region its pixels."""

    kind: Kind
    points_px: tuple[Point, ...]
    mask: Mask | None = None

    def on(self, instance: Instance, frame: int, plane: Plane | None, written: Written) -> Annotation:
        """Put it on a frame, named and tracked as the command says."""
        return Annotation(
            new_id(),
            self.kind,
            instance.sop_instance_uid,
            frame,
            self.points_px,
            label_beside(self.points_px, (instance.columns, instance.rows)),
            clean(written.annotation),
            points_lps=() if plane is None else tuple(point_to_lps(plane, each) for each in self.points_px),
            frame_of_reference_uid="" if plane is None else plane.frame_of_reference_uid,
            about=about_of(written, whose(instance)),
            mask=self.mask,
        )


def named(annotation: Annotation, written: Written, patient_id: str) -> Annotation:
    """Name and track a region of a file as the command says, where it does."""
    about = annotation.about or About()
    if _says_which(written):
        about = replace(
            about,
            role=written.role or about.role,
            status=written.status or about.status,
            node=written.node or about.node,
            site=_site(written) or about.site,
            tracking_id=clean(written.lesion) or about.tracking_id,
            tracking_uid=_tracking_uid(written, patient_id) or about.tracking_uid,
        )
    return replace(annotation, text=clean(written.annotation) or annotation.text, about=about)


def whose(instance: Instance) -> str:
    """Give what tells the patient of an image from others: the ID, and where there is none the name."""
    return instance.patient_id or instance.patient_name.casefold()


def about_of(written: Written, patient_id: str) -> About | None:
    """Give which lesion a command is about; None where it does not say."""
    if not _says_which(written):
        return None
    return About(
        _tracking_uid(written, patient_id),
        clean(written.lesion),
        role=written.role or "",
        status=written.status or "",
        node=written.node or "",
        site=_site(written),
    )


def _site(written: Written) -> Code | None:
    if not written.site:
        return None
    from workstation.model.lesion_codes import SITES, coded

    return coded(written.site, SITES)


def _says_which(written: Written) -> bool:
    said = (written.lesion, written.tracking_uid, written.role, written.status, written.site, written.node)
    return any(said)


def _tracking_uid(written: Written, patient_id: str) -> str:
    """Give what links a lesion over studies: the same for one name in one patient, whenever it is measured."""
    if written.tracking_uid or not written.lesion:
        return written.tracking_uid
    import uuid

    return f"2.25.{uuid.uuid5(uuid.UUID(_LESIONS), repr((patient_id, clean(written.lesion)))).int}"


_WORDS, _LINES = 0.2, 0.06
"""What words need of an image, of its width and of its height."""


@lru_cache(maxsize=64)
def label_beside(points_px: tuple[Point, ...], size_px: tuple[int, int] = (0, 0)) -> Point:
    """Give the place right of points beside which words stand, so that what is measured stays free.

    Where the image ends there it is below their middle, or above it.

    Parameters
    ----------
    points_px
        What is measured.
    size_px
        Columns and rows of the image; 0 where they are not known.
    """
    columns, rows = [column for column, _row in points_px], [row for _column, row in points_px]
    width, height = size_px
    if not (width and height) or max(columns) <= width * (1 - _WORDS):
        return max(columns), (min(rows) + max(rows)) / 2
    below = max(rows) + height * _LINES
    return (min(columns) + max(columns)) / 2, below if below < height * (1 - _LINES) else min(rows) - height * _LINES


def distances(parameters: DistanceParameters) -> tuple[Asked, ...]:
    """Give what ``measure distance`` asks for."""
    if parameters.path:
        return (Asked("polyline", parameters.path),)
    if parameters.long is not None and parameters.short is not None:
        return (Asked("bidirectional", _ends(parameters.long, parameters.short)),)
    if parameters.heart is not None and parameters.chest is not None:
        return (Asked("ratio", _ends(parameters.heart, parameters.chest)),)
    p1, p2 = _given(parameters.p1), _given(parameters.p2)
    if parameters.p3 is not None:
        return (Asked("perpendicular", (p1, p2, parameters.p3)),)
    return (Asked("length", (p1, p2)),)


def angles(parameters: AngleParameters) -> tuple[Asked, ...]:
    """Give what ``measure angle`` asks for."""
    if parameters.vertex is not None:
        return (Asked("angle", (_given(parameters.p1), parameters.vertex, _given(parameters.p2))),)
    kind: Kind = "cobb" if parameters.cobb else "open_angle" if len(parameters.line) == 2 else "four_point_angle"
    return (Asked(kind, _ends(*parameters.line)),)


def pixels(parameters: PixelParameters) -> tuple[Asked, ...]:
    """Give what ``measure pixel`` asks for."""
    return tuple(Asked("point", (each,)) for each in parameters.at)


def profiles(parameters: ProfileParameters) -> tuple[Asked, ...]:
    """Give what ``measure profile`` asks for."""
    return (Asked("profile", (parameters.p1, parameters.p2)),)


def regions(parameters: Regions) -> tuple[Asked, ...]:
    """Give the shapes that a command asks for; masks from files are none of them."""
    if parameters.polygon:
        return (Asked("polygon", parameters.polygon),)
    if parameters.rectangle:
        return (Asked("rectangle", parameters.rectangle),)
    if parameters.spline:
        return (Asked("spline", parameters.spline),)
    if parameters.ellipse is not None:
        return (Asked("ellipse", parameters.ellipse.axes_px()),)
    if parameters.circle is not None:
        circle = parameters.circle
        return (Asked("circle", ((circle.x, circle.y), (circle.x + circle.radius, circle.y))),)
    if parameters.painted is not None:
        return (Asked("mask", parameters.painted.corners_px, parameters.painted.mask),)
    from workstation.measure.arguments import corners_px

    boxes = (each.value for each in parameters.roi)
    return tuple(Asked("rectangle", corners_px(each)) for each in boxes if isinstance(each, Rectangle))


def _ends(*lines: Line) -> tuple[Point, ...]:
    return tuple(point for each in lines for point in (each.first, each.last))


def _given(point: Point | None) -> Point:
    if point is None or not all(math.isfinite(each) for each in point):
        raise ValueError("a point is missing")
    return point
