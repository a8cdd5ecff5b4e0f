"""How much of the patient each slice stands for, by where slices lie: evenly, unevenly, with gaps, or sheared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workstation.errors import UserError
from workstation.measure.sentences import number_of
from workstation.model.geometry import SAME_PLACE_MM, Plane, offset_mm, plane_normal_lps, tilt_deg
from workstation.model.slice_spacing import slice_spacing
from workstation.quick_dataclass import dataclass

_PARALLEL = 1 - 1e-5
"""Least product of two unit normals that count as parallel: a quarter of a degree."""
GAP = 1.5
"""A distance of so many usual ones is a gap."""
_TILTED_DEG = 0.5
_ROUNDED = 0.05
"""Share of a slice distance by which places that were rounded by another program may be off."""
_ROUNDED_STEP = 0.0025
"""The same of a distance that is added up."""

METHOD = (
    "Each slice stands for the tissue half way to the next on either side, measured along the normal; the outermost "
    "also for half a slice distance beyond."
)


@dataclass(frozen=True, slots=True)
class Thicknesses:
    """What slices stand for.

    Parameters
    ----------
    order
        Numbers of the planes, along the normal; planes at one place belong to one slice.
    mm
        Of each slice, along the normal.
    notes
        Sentences on uneven distances and gaps.
    """

    order: tuple[tuple[int, ...], ...]
    mm: tuple[float, ...]
    notes: tuple[str, ...] = ()


def thicknesses(planes: Sequence[Plane], step_mm: float | None = None) -> Thicknesses:
    """Give what each slice stands for.

    Parameters
    ----------
    planes
        Of all contours, in any order; several may be at one place.
    step_mm
        The distance of the slices of the stack, where it is known; None: the usual distance of these planes.

    Raises
    ------
    UserError
        If they are not parallel, are of different frames of reference, or are one slice of a stack whose distance is
        not known.
    """
    _check(planes)
    normal = np.asarray(plane_normal_lps(planes[0]))
    offsets = [float(np.asarray(plane.origin_lps) @ normal) for plane in planes]
    order: list[list[int]] = []
    for number in sorted(range(len(planes)), key=lambda each: offsets[each]):
        if order and offsets[number] - offsets[order[-1][0]] <= SAME_PLACE_MM:
            order[-1].append(number)
        else:
            order.append([number])
    places = [offsets[each[0]] for each in order]
    steps = np.diff(places)
    step = step_mm if step_mm is not None and step_mm > 0 else slice_spacing(places).step_mm
    if not step > 0:
        raise UserError(
            "All of its contours lie on one slice, and the distance of the slices is not known: there is no volume.",
            hint="Draw it on the next slices too, or open the whole series.",
        )
    half = np.concatenate([[step / 2], steps / 2]) + np.concatenate([steps / 2, [step / 2]])
    return Thicknesses(tuple(map(tuple, order)), tuple(half.tolist()), _notes(places, steps.tolist(), step, planes))


def thickness_in(stack: Sequence[Plane], planes: Sequence[Plane]) -> tuple[float, ...] | None:
    """Give the thickness in mm of each of some planes, as slices of a stack that has all of them.

    Parameters
    ----------
    stack
        Of all slices, those without anything on them too.
    planes
        Whose thickness is wanted.

    Returns
    -------
    tuple or None
        None where the stack is a single slice, or has no slice at the place of one of the planes.
    """
    if not stack or distance_of_slices(stack) is None:
        return None
    found = thicknesses(stack)
    normal = np.asarray(plane_normal_lps(stack[0]))
    if any(abs(float(np.asarray(plane_normal_lps(plane)) @ normal)) < _PARALLEL for plane in planes):
        return None
    places = np.array([float(np.asarray(stack[each[0]].origin_lps) @ normal) for each in found.order])
    away = np.abs(np.array([float(np.asarray(plane.origin_lps) @ normal) for plane in planes])[:, None] - places)
    nearest = away.argmin(axis=1)
    if away[np.arange(len(planes)), nearest].max() > max(SAME_PLACE_MM, _ROUNDED * min(found.mm)):
        return None
    return tuple(found.mm[each] for each in nearest)


def distance_of_slices(planes: Sequence[Plane]) -> float | None:
    """Give the usual distance of the slices of a stack along their normal, in mm; None of a single slice."""
    places = sorted(offset_mm(plane) for plane in planes)
    offsets = [at for number, at in enumerate(places) if not number or at - places[number - 1] > SAME_PLACE_MM]
    step = slice_spacing(offsets).step_mm
    return step if step > 0 else None


def is_grid(planes: Sequence[Plane], step_mm: float) -> bool:
    """Tell whether all planes lie whole steps apart along their normal, a single one or those at one place too."""
    normal = np.asarray(plane_normal_lps(planes[0]))
    if any(float(np.asarray(plane_normal_lps(plane)) @ normal) < _PARALLEL for plane in planes):
        return False
    places = np.array([float(np.asarray(plane.origin_lps) @ normal) for plane in planes])
    steps = (places - places.min()) / step_mm
    # What was rounded adds up over slices: 3.333333 mm written as 3.33 are off by a tenth of a step after 100.
    return bool((np.abs(steps - np.round(steps)) <= np.maximum(_ROUNDED, np.round(steps) * _ROUNDED_STEP)).all())


def _check(planes: Sequence[Plane]) -> None:
    spaces = list(dict.fromkeys(plane.frame_of_reference_uid for plane in planes if plane.frame_of_reference_uid))
    if len(spaces) > 1:
        raise UserError(
            f"Its contours lie in different frames of reference, {spaces[0]} and {spaces[1]}: they make no volume.",
            hint="Take contours of one series, or register the series first.",
        )
    normal = np.asarray(plane_normal_lps(planes[0]))
    if any(float(np.asarray(plane_normal_lps(plane)) @ normal) < _PARALLEL for plane in planes):
        raise UserError("Its contours lie on slices that are not parallel: they make no volume.", hint="Use one stack.")


def _notes(places: list[float], steps: list[float], step: float, planes: Sequence[Plane]) -> tuple[str, ...]:
    notes = []
    gaps = [each for each in steps if each > GAP * step]
    if gaps:
        missing = sum(max(round(each / step) - 1, 1) for each in gaps)
        where = number_of(len(gaps), "place", "places")
        notes.append(
            f"{number_of(missing, 'slice has', 'slices have')} no contour in between, at {where}: there the area is "
            "taken to change evenly from the contour before to the one after."
        )
    rest = [each for each in steps if each <= GAP * step]
    if rest and max(abs(each - step) for each in rest) > max(0.1 * step, SAME_PLACE_MM):
        notes.append(f"The distances of its slices are uneven: {min(steps):.4g} to {max(steps):.4g} mm.")
    first, last = planes[0], max(planes, key=lambda plane: abs(offset_mm(plane) - offset_mm(planes[0])))
    if len(places) > 1 and (tilt := tilt_deg(first, last)) > _TILTED_DEG:
        notes.append(f"The slices are not straight above each other (tilted by {tilt:.1f}°), which is allowed for.")
    return tuple(notes)
