"""What a person measures on planes of volumes: where it is seen again, and the pixels that it lies on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from workstation.model.annotation import Annotation, Mask, Point
from workstation.model.annotation_kinds import TRAITS, Kind
from workstation.model.geometry import Plane, dot, lps_to_image, plane_normal_lps, point_to_lps
from workstation.model.marking import rescued
from workstation.model.outlines import mask_bits, mask_of
from workstation.model.plane_cut import PlaneCut, plane_of_numbers
from workstation.volume.cutting.slabs import slab_of

if TYPE_CHECKING:
    from workstation.model.frame import Frame
    from workstation.volume.cutting.reslice import Reslicer

PARALLEL = 0.9998
"""Product of two normals, from which on regions drawn on one plane are seen on the other: one degree."""
OF_IMAGES: tuple[Kind, ...] = ("calibration", "vertebra", "ratio")
"""Kinds that are bound to the pixels of an image, or to the way that it was taken."""
SAME_PLANE = 1e-6
SAME_PIXEL_PX = 1e-3
_BESIDE_PX = 64


def seen_on(annotation: Annotation, plane: Plane, reach_mm: float) -> Annotation | None:
    """Give an annotation of a cut plane on the pixels of another plane; None where it does not lie there.

    Parameters
    ----------
    annotation
        On a cut; one of an image lies on none.
    plane
        Of the pixels that are seen.
    reach_mm
        How far its points may be from that plane.
    """
    if annotation.cut is None:
        return None
    own = annotation.cut.plane
    if plane.frame_of_reference_uid != own.frame_of_reference_uid:
        return None
    if is_same_plane(plane, own):
        return annotation
    points = [point_to_lps(own, each) for each in annotation.points_px]
    places, away = lps_to_image(plane, points)
    if max(abs(float(each)) for each in away) > reach_mm:
        return None
    is_parallel = abs(dot(plane_normal_lps(plane), plane_normal_lps(own))) >= PARALLEL
    if not is_parallel and (TRAITS[annotation.kind].is_region or len(points) > 2):
        return None
    if annotation.mask is not None:
        return annotation if has_same_pixels(plane, own) else None
    moved = tuple(_point(each) for each in places)
    return replace(annotation, points_px=moved, label_px=label_on(annotation, own, plane))


def seen_coarsely_on(annotation: Annotation, draft: Plane, reach_mm: float) -> Annotation | None:
    """Give what is painted on the larger pixels of a draft of its own plane, or of one along its normal; else None.

    Parameters
    ----------
    annotation
        On a cut.
    draft
        Pixels that begin where those of the whole picture do.
    reach_mm
        See `seen_on`.
    """
    if annotation.cut is None or annotation.mask is None:
        return None
    own = annotation.cut.plane
    if seen_on(annotation, replace(draft, spacing=own.spacing), reach_mm) is None:
        return None
    mask = coarser_mask(annotation.mask, round(draft.spacing.between_columns / own.spacing.between_columns, 6))
    if mask is None:
        return None
    ends = ((mask.left, mask.top), (mask.left + mask.columns - 1, mask.top + mask.rows - 1))
    points = tuple((float(column), float(row)) for column, row in ends)
    return replace(annotation, mask=mask, points_px=points, label_px=label_on(annotation, own, draft))


@lru_cache(maxsize=64)
def coarser_mask(mask: Mask, factor: float) -> Mask | None:
    """Give painted pixels on pixels that are so many times as large, each as the one in its middle; None for none."""
    bits = mask_bits(mask)
    ends = ((mask.left, mask.columns), (mask.top, mask.rows))
    columns, rows = (np.arange(np.ceil(low / factor), np.floor((low + n - 1) / factor) + 1) for low, n in ends)
    across, down = (
        np.rint(at * factor).astype(np.intp) - low for at, (low, _n) in zip((columns, rows), ends, strict=True)
    )
    if not (len(columns) and len(rows)):
        return None
    return mask_of(bits[np.ix_(down, across)], left=int(columns[0]), top=int(rows[0]))


def all_seen_on(annotations: Iterable[Annotation], plane: Plane, reach_mm: float) -> tuple[Annotation, ...]:
    """Give those that lie on a plane, on its pixels; see `seen_on`."""
    found = (seen_on(each, plane, reach_mm) for each in annotations)
    return tuple(each for each in found if each is not None)


def put_on(annotation: Annotation, seen: Plane, cut: PlaneCut) -> Annotation:
    """Have an annotation lie on a cut, whose points are those of the pixels that are seen of the same plane.

    The pixels that are seen may be larger, as those of a draft are; painted ones may not.

    Raises
    ------
    ValueError
        If it is painted, on pixels of another size.
    """
    if annotation.mask is not None and not has_same_pixels(seen, cut.plane):
        raise ValueError("what is painted has the pixels of its own plane")
    if annotation.mask is None and not is_same_plane(seen, cut.plane):
        places, _away = lps_to_image(cut.plane, [point_to_lps(seen, each) for each in annotation.points_px])
        points = tuple(_point(each) for each in places)
        annotation = replace(annotation, points_px=points, label_px=label_on(annotation, seen, cut.plane))
    return replace(annotation, cut=cut).on_plane(cut.plane)


def label_on(annotation: Annotation, seen: Plane, plane: Plane) -> Point:
    """Give where the words of an annotation on the pixels that are seen lie on those of another plane."""
    found, _away = lps_to_image(plane, [point_to_lps(seen, annotation.label_px)])
    return _point(found[0])


def is_same_plane(one: Plane, other: Plane) -> bool:
    """Tell whether pixels of the same number lie at the same place, within less than any rounding shows."""
    if one == other:
        return True
    return one.frame_of_reference_uid == other.frame_of_reference_uid and all(
        abs(a - b) <= SAME_PLANE for a, b in zip(_numbers(one), _numbers(other), strict=True)
    )


def has_same_pixels(one: Plane, other: Plane) -> bool:
    """Tell whether planes that follow each other along their normal have pixels at the same places across it."""
    foot, _away = lps_to_image(one, [other.origin_lps])
    if max(abs(float(each)) for each in foot[0]) > SAME_PIXEL_PX:
        return False
    return all(abs(a - b) <= SAME_PLANE for a, b in zip(_numbers(one)[3:], _numbers(other)[3:], strict=True))


def frame_on(reslicer: Reslicer, cut: PlaneCut) -> Frame:
    """Cut the pixels that a measurement lies on."""
    return reslicer.frame(cut.plane, cut.size_px, slab=slab_of(cut), interpolation=cut.interpolation)


def from_older_work(value: object) -> tuple[Annotation, ...]:
    """Give what was measured on planes as the open work of older programs kept it, apart from all else.

    It knew neither the size of planes nor slabs: pixels reach some way beyond the points, and the plane is thin.

    Raises
    ------
    ValueError
        If it is something else.
    """
    if value is None:
        return ()
    held = value if isinstance(value, dict) else {}
    given = held.get("planes")
    found, _problems = rescued(held.get("marking"))
    made = []
    for each in found.annotations:
        cut = _older_cut(given.get(each.id) if isinstance(given, dict) else None, each)
        if cut is not None and each.kind not in (*OF_IMAGES, "sphere", "mask"):
            made.append(replace(each, cut=cut).on_plane(cut.plane))
    return tuple(made)


def _older_cut(value: object, annotation: Annotation) -> PlaneCut | None:
    if not isinstance(value, list) or not value or not isinstance(value[-1], str):
        return None
    columns, rows = (max(1, int(max(each)) + _BESIDE_PX) for each in zip(*annotation.points_px, strict=True))
    try:
        return PlaneCut(plane_of_numbers([float(each) for each in value[:-1]], value[-1]), (columns, rows))
    except (TypeError, ValueError, OverflowError):
        return None


def _numbers(plane: Plane) -> tuple[float, ...]:
    sides = (plane.spacing.between_rows, plane.spacing.between_columns)
    return (*plane.origin_lps, *plane.along_row_lps, *plane.along_column_lps, *sides)


def _point(values: Any) -> Point:
    return float(values[0]), float(values[1])
