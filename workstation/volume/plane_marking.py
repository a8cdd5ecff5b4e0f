"""What a person measures on planes of volumes: kept in the patient, and seen again on planes that pass through it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from workstation.model.annotation import Annotation, Point
from workstation.model.annotation_kinds import TRAITS, Kind
from workstation.model.geometry import (
    Plane,
    Spacing,
    SpacingSource,
    Vector,
    dot,
    is_usable,
    lps_to_image,
    plane_normal_lps,
    point_to_lps,
)
from workstation.model.marking import Marking, rescued, to_json

PARALLEL = 0.9998
"""Product of two normals, from which on regions drawn on one plane are seen on the other: one degree."""
OF_IMAGES: tuple[Kind, ...] = ("mask", "sphere", "calibration", "vertebra", "ratio")
"""Kinds that are bound to the pixels of an image, or to the way that it was taken."""
_NUMBERS = 12


@dataclass(frozen=True, slots=True)
class PlaneAnnotation:
    """An annotation, and the plane whose pixels its points are of."""

    annotation: Annotation
    plane: Plane

    def on(self, plane: Plane, reach_mm: float) -> Annotation | None:
        """Give it on the pixels of another plane; None where it does not lie there.

        Parameters
        ----------
        plane
            Of the pixels that are seen.
        reach_mm
            How far its points may be from that plane.
        """
        if plane.frame_of_reference_uid != self.plane.frame_of_reference_uid:
            return None
        points = [point_to_lps(self.plane, each) for each in self.annotation.points_px]
        places, away = lps_to_image(plane, points)
        if max(abs(float(each)) for each in away) > reach_mm:
            return None
        is_parallel = abs(dot(plane_normal_lps(plane), plane_normal_lps(self.plane))) >= PARALLEL
        if not is_parallel and (TRAITS[self.annotation.kind].is_region or len(points) > 2):
            return None
        label, _away = lps_to_image(plane, [point_to_lps(self.plane, self.annotation.label_px)])
        moved = tuple(_point(each) for each in places)
        return replace(self.annotation, points_px=moved, label_px=_point(label[0]))


@dataclass(frozen=True, slots=True)
class PlaneMarking:
    """All that was measured on planes, in the order in which it was made."""

    annotations: tuple[PlaneAnnotation, ...] = ()

    def with_annotation(self, new: PlaneAnnotation) -> PlaneMarking:
        """Add one, or put it in the place of the one of its id."""
        if all(each.annotation.id != new.annotation.id for each in self.annotations):
            return PlaneMarking((*self.annotations, new))
        same = (new if each.annotation.id == new.annotation.id else each for each in self.annotations)
        return PlaneMarking(tuple(same))

    def without(self, ids: frozenset[str]) -> PlaneMarking:
        """Take some away."""
        return PlaneMarking(tuple(each for each in self.annotations if each.annotation.id not in ids))

    def on(self, plane: Plane, reach_mm: float) -> tuple[Annotation, ...]:
        """Give those that lie on a plane, on its pixels."""
        found = (each.on(plane, reach_mm) for each in self.annotations)
        return tuple(each for each in found if each is not None)


def marking_json(marking: PlaneMarking) -> dict[str, Any]:
    """Give it as JSON values, for `marking_from_json`."""
    kept = to_json(Marking(tuple(each.annotation for each in marking.annotations)))
    planes = {each.annotation.id: _plane_json(each.plane) for each in marking.annotations}
    return {"marking": kept, "planes": planes}


def marking_from_json(value: object) -> PlaneMarking:
    """Give what can be read of what `marking_json` gave; what cannot is left out.

    Raises
    ------
    ValueError
        If it is something else.
    """
    held = value if isinstance(value, dict) else {}
    given = held.get("planes")
    found, _problems = rescued(held.get("marking"))
    planes = {number: _plane(each) for number, each in given.items()} if isinstance(given, dict) else {}
    return PlaneMarking(
        tuple(
            PlaneAnnotation(each, plane)
            for each in found.annotations
            if (plane := planes.get(each.id)) is not None and each.kind not in OF_IMAGES
        )
    )


def _plane_json(plane: Plane) -> list[Any]:
    sides = (plane.spacing.between_rows, plane.spacing.between_columns)
    numbers = [*plane.origin_lps, *plane.along_row_lps, *plane.along_column_lps, *sides]
    return [*numbers, plane.frame_of_reference_uid]


def _plane(value: object) -> Plane | None:
    if not isinstance(value, list) or len(value) != _NUMBERS or not isinstance(value[-1], str):
        return None
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in value[:-1]):
        return None
    numbers = [float(each) for each in value[:-1]]
    origin, row, column = (_vector(numbers[start : start + 3]) for start in (0, 3, 6))
    made = Plane(origin, row, column, Spacing(numbers[9], numbers[10], SpacingSource.PIXEL_SPACING), value[-1])
    return made if is_usable(made) else None


def _vector(values: list[float]) -> Vector:
    return values[0], values[1], values[2]


def _point(values: Any) -> Point:
    return float(values[0]), float(values[1])
