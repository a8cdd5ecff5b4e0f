"""The same place in another series: a region of a CT on the slice of the PET that lies there, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from workstation.errors import UserError
from workstation.model.annotation import Annotation, Mask
from workstation.model.geometry import Plane, image_to_lps, is_usable, lps_to_image, plane_normal_lps
from workstation.model.outlines import mask_bits
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PARALLEL = 1 - 1e-5
"""Least product of two unit normals that count as parallel: a quarter of a degree."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where an annotation is in another series.

    Parameters
    ----------
    index
        Which of its slices lies there.
    annotation
        The same place on that slice; it names no image yet.
    away_mm
        How far that slice is from the annotation, along the normal.
    """

    index: int
    annotation: Annotation
    away_mm: float


def elsewhere(annotation: Annotation, plane: Plane, others: Sequence[Plane | None], reach_mm: float) -> Elsewhere:
    """Give an annotation on the slice of another series that lies where it is.

    Parameters
    ----------
    annotation
        On a frame of ``plane``.
    plane
        Of its own frame.
    others
        Of the other series; None where a slice has no plane.
    reach_mm
        How far a slice may be away: half of the distance of slices there.

    Raises
    ------
    UserError
        If both are of different frames of reference (both are named), or no parallel slice lies there.
    """
    usable = [(index, each) for index, each in enumerate(others) if each is not None and is_usable(each)]
    spaces = {each.frame_of_reference_uid for _index, each in usable}
    if plane.frame_of_reference_uid not in spaces or not plane.frame_of_reference_uid:
        own, their = plane.frame_of_reference_uid or "none", ", ".join(sorted(filter(None, spaces))) or "none"
        raise UserError(
            f"The measurement lies in the frame of reference {own}, the other images lie in {their}.",
            hint="Take images of the same examination, or register the two first.",
        )
    normal = np.asarray(plane_normal_lps(plane))
    middle = image_to_lps(plane, annotation.points_px).mean(axis=0)
    found = [
        (abs(float((middle - np.asarray(each.origin_lps)) @ normal)), index, each)
        for index, each in usable
        if each.frame_of_reference_uid == plane.frame_of_reference_uid
        and abs(float(np.asarray(plane_normal_lps(each)) @ normal)) >= _PARALLEL
    ]
    if not found or min(found, key=lambda each: each[0])[0] > reach_mm:
        raise UserError(
            "No slice of the other images lies where this was measured and runs the same way.",
            hint="Measure on a slice that both series have.",
        )
    away, index, other = min(found, key=lambda each: (each[0], each[1]))
    return Elsewhere(index, carried(annotation, plane, other), away)


def carried(annotation: Annotation, plane: Plane, other: Plane) -> Annotation:
    """Give the feet of the points of an annotation in a parallel plane; a painted region by the nearest pixels."""

    def moved(points: object) -> tuple[tuple[float, float], ...]:
        there = lps_to_image(other, image_to_lps(plane, np.asarray(points)))[0]
        return tuple((float(x), float(y)) for x, y in there)

    label = moved([annotation.label_px])[0]
    if annotation.mask is None:
        made = replace(annotation, points_px=moved(annotation.points_px), label_px=label)
    else:
        mask = _mask_carried(annotation.mask, plane, other)
        last = float(mask.left + mask.columns - 1), float(mask.top + mask.rows - 1)
        points = ((float(mask.left), float(mask.top)), last)
        made = replace(annotation, points_px=points, label_px=label, mask=mask)
    return replace(made.on_plane(other), sop_instance_uid="", frame=0)


def _mask_carried(mask: Mask, plane: Plane, other: Plane) -> Mask:
    """Paint the pixels of the other image whose centre lies in a painted pixel."""
    right, bottom = mask.left + mask.columns - 0.5, mask.top + mask.rows - 0.5
    corners = [(mask.left - 0.5, mask.top - 0.5), (right, mask.top - 0.5), (mask.left - 0.5, bottom), (right, bottom)]
    there = lps_to_image(other, image_to_lps(plane, corners))[0]
    (left, top), (last, lowest) = np.floor(there.min(axis=0)).astype(int), np.ceil(there.max(axis=0)).astype(int)
    rows, columns = np.mgrid[top : lowest + 1, left : last + 1]
    back = lps_to_image(plane, image_to_lps(other, np.column_stack([columns.ravel(), rows.ravel()])))[0]
    at: NDArray[np.intp] = np.floor(back + 0.5).astype(np.intp) - (mask.left, mask.top)
    within = (at >= 0).all(axis=1) & (at[:, 0] < mask.columns) & (at[:, 1] < mask.rows)
    inside = np.zeros(rows.shape, np.bool_)
    inside.ravel()[within] = mask_bits(mask)[at[within, 1], at[within, 0]]
    return Mask(int(left), int(top), rows.shape[1], rows.shape[0], np.packbits(inside.ravel()).tobytes())
