"""Graphics in space that lie in no image (PS3.3 C.18.9): laid on planes cut through volumes, where they are flat."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from workstation.model.geometry import Vector
from workstation.model.plane_cut import PlaneCut
from workstation.objects.measurement_report import codes
from workstation.objects.measurement_report.codes import means
from workstation.objects.measurement_report.space import on_images
from workstation.objects.measurement_report.values import FoundGroup, FoundShape
from workstation.objects.segment_masks import ImagePlace
from workstation.objects.sr.content import SpaceShape
from workstation.quick_dataclass import dataclass

IN_NO_IMAGE = "lies in none of the images that are open"
_NAMES = {
    "POINT": "point",
    "MULTIPOINT": "set of points",
    "POLYLINE": "polyline",
    "POLYGON": "polygon",
    "ELLIPSE": "ellipse",
    "ELLIPSOID": "ellipsoid",
}
"""Graphic Types of SCOORD3D."""


@dataclass(frozen=True, slots=True)
class CutOfSeries:
    """A plane through the volume of a series; ``notes`` is what a reader of numbers on it has to know."""

    series_instance_uid: str
    cut: PlaneCut
    notes: tuple[str, ...] = ()


class CutsThrough(Protocol):
    """Finds a plane that points lie on, cut out of a volume that is there."""

    def __call__(
        self, points_lps: Sequence[Vector], frame_of_reference_uid: str, named: frozenset[str]
    ) -> CutOfSeries | str:
        """Give the plane, or why there is none, as the end of a sentence.

        Parameters
        ----------
        points_lps
            One or more, mm.
        frame_of_reference_uid
            Theirs.
        named
            UIDs of images and series that the report names: these go before others.
        """


@dataclass(frozen=True, eq=False)
class Laid:
    """Graphics of a group on the pixels of a plane, as if that were an image; ``image`` stands for it."""

    group: FoundGroup
    image: ImagePlace
    found: CutOfSeries


def laid_on_planes(
    group: FoundGroup, lost: Sequence[FoundShape], cuts: CutsThrough, named: frozenset[str]
) -> Iterator[Laid | str]:
    """Lay graphics on planes: all lines and areas of the group on one where they lie on one, else each on its own.

    A point lies on any plane: it gets one of its own, along the slices.

    Yields
    ------
    Laid
        What can be made live.
    str
        A sentence on what cannot, and why.
    """
    if any(means(each.purpose, codes.REFERENCE_POINTS) for each in lost):  # the tip and the tail of an arrow
        points, others = [], list(lost)
    else:
        points = [each for each in lost if _is_place(each)]
        others = [each for each in lost if not _is_place(each)]
    flat = [each for each in others if _type(each) in _NAMES and _type(each) != "ELLIPSOID" and _points(each)]
    for each in others:
        if each not in flat:
            yield _why(group, each, _not_flat(each))
    together = _laid(group, flat, cuts, named) if len(flat) > 1 else ""
    if isinstance(together, Laid):
        yield together
    else:
        for each in flat:
            found = _laid(group, [each], cuts, named)
            yield found if isinstance(found, Laid) else _why(group, each, found)
    for each in points:
        refusals = []
        for point in _points(each):
            found = _laid(group, [_at(each, point)], cuts, named)
            if isinstance(found, Laid):
                yield found
            else:
                refusals.append(found)
        if refusals:
            yield _why(group, each, refusals[0])


def _laid(group: FoundGroup, shapes: Sequence[FoundShape], cuts: CutsThrough, named: frozenset[str]) -> Laid | str:
    """Lay graphics on one plane, or say why there is none."""
    uids = {each.shape.frame_of_reference_uid for each in shapes if isinstance(each.shape, SpaceShape)}
    if len(uids) != 1:
        return "it is in several frames of reference"
    uid = uids.pop()
    found = cuts([point for each in shapes for point in _points(each)], uid, named)
    if isinstance(found, str):
        return found
    columns, rows = found.cut.size_px
    plane = replace(found.cut.plane, frame_of_reference_uid=uid)  # slices that make one volume may have several
    image = ImagePlace(found.series_instance_uid, 0, rows, columns, plane)
    flat, left = on_images(replace(group, shapes=tuple(shapes)), [image])
    return "it is not flat" if left else Laid(flat, image, found)


def _why(group: FoundGroup, shape: FoundShape, reason: str) -> str:
    name = _NAMES.get(_type(shape), "graphic")
    count = len(_points(shape))
    what = f"{'An' if name[0] in 'aeiou' else 'A'} {name}" + (f" of {count} points" if count > 1 else "")
    whose = group.name or group.tracking_id
    return f"{f'{whose}: ' if whose else ''}{what} {IN_NO_IMAGE}, and is no measurement on a plane: {reason}."


def _not_flat(shape: FoundShape) -> str:
    """Say why a graphic of a type of its own is never laid on a plane."""
    if not _points(shape):
        return "it has no points"
    if _type(shape) == "ELLIPSOID":
        return "it is a solid"
    return f"there is no such type of graphic ({_type(shape)[:20]})"


def _is_place(shape: FoundShape) -> bool:
    kind, count = _type(shape), len(_points(shape))
    return count > 0 and (kind == "MULTIPOINT" or (kind == "POINT" and count == 1))


def _at(shape: FoundShape, point: Vector) -> FoundShape:
    if not isinstance(shape.shape, SpaceShape):
        return shape
    return replace(shape, shape=replace(shape.shape, graphic_type="POINT", points_lps=(point,)))


def _type(shape: FoundShape) -> str:
    return shape.shape.graphic_type.upper()


def _points(shape: FoundShape) -> tuple[Vector, ...]:
    return shape.shape.points_lps if isinstance(shape.shape, SpaceShape) else ()
