"""Which contours of a structure set lie in the plane of an image, on its grid: as outlines and as masks."""

import numpy as np
from numpy.typing import NDArray

from workstation.model.geometry import Plane, lps_to_image, plane_normal_lps
from workstation.model.outlines import ASIDE_PX
from workstation.model.structures import Contour, ContourKind, Structure, StructureSet
from workstation.objects.segment_masks import ImagePlace
from workstation.quick_dataclass import dataclass

IN_PLANE_MM = 0.1
"""Contours nearer to the plane than this lie in it: planning systems write two decimals and fewer."""
NAMED_PLANE_MM = 1.0
"""Those that name the image as what they were drawn on may be this far away."""
Points = NDArray[np.float64]
_OPEN = (ContourKind.OPEN_PLANAR, ContourKind.OPEN_NONPLANAR)


@dataclass(frozen=True)
class StructureContours:
    """The contours of a structure in a plane; each is (n, 2) of image points, column and row."""

    structure: Structure
    closed: tuple[Points, ...] = ()
    open: tuple[Points, ...] = ()
    points: tuple[Points, ...] = ()


class ContourFinder:
    """Finds the contours of a structure set for frames of images: those that lie in the plane, whatever they name.

    Parameters
    ----------
    structures
        The structure set.
    """

    def __init__(self, structures: StructureSet) -> None:
        self.structures = structures
        self._all = [(structure, contour) for structure in structures.structures for contour in structure.contours]
        self._low = np.array([contour.points_lps.min(axis=0) for _, contour in self._all]).reshape(-1, 3)
        self._high = np.array([contour.points_lps.max(axis=0) for _, contour in self._all]).reshape(-1, 3)

    def contours_for(self, place: ImagePlace) -> tuple[StructureContours, ...]:
        """Give the contours in the plane of an image frame, by structure in their order.

        A structure in another frame of reference than the image has none; neither has an image without a plane.
        """
        plane = place.plane
        if plane is None or not self._all:
            return ()
        found: dict[int, list[tuple[Contour, Points]]] = {}
        for at in self._near(plane):
            structure, contour = self._all[at]
            if _is_elsewhere(structure, plane):
                continue
            points, away_mm = lps_to_image(plane, contour.points_lps)
            is_named = place.sop_instance_uid in contour.sources
            if np.abs(away_mm).max() <= (NAMED_PLANE_MM if is_named else IN_PLANE_MM):
                found.setdefault(structure.number, []).append((contour, points))
        return tuple(_sorted(each, found[each.number]) for each in self.structures.structures if each.number in found)

    def _near(self, plane: Plane) -> NDArray[np.intp]:
        """Give the contours whose box reaches to the plane: a rough choice, and quick with thousands of them."""
        normal, origin = np.asarray(plane_normal_lps(plane)), np.asarray(plane.origin_lps)
        middle = ((self._low + self._high) / 2 - origin) @ normal
        reach = (self._high - self._low) / 2 @ np.abs(normal)
        return np.flatnonzero(np.abs(middle) <= reach + NAMED_PLANE_MM)


def contour_mask(closed: tuple[Points, ...], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Give the pixels whose centres lie inside an odd number of closed outlines, so that holes are outside.

    A centre on the left or upper border is inside, one on the right or lower border is not, as for every region.

    Parameters
    ----------
    closed
        Outlines, (n, 2) each: column and row from 0 at pixel centres.
    shape
        Rows and columns.
    """
    mask = np.zeros(shape, np.bool_)
    for path in closed:
        _toggle(mask, path - ASIDE_PX)
    return mask


def area_mm2(contour: Contour) -> float:
    """Give the area that a closed contour encloses in its own plane, in mm²; a channel to a hole takes none."""
    points = contour.points_lps - contour.points_lps[0]
    crossed = np.cross(points, np.roll(points, -1, axis=0)).sum(axis=0)
    return float(np.linalg.norm(crossed) / 2) if contour.kind.is_closed else 0.0


def _toggle(mask: NDArray[np.bool_], path: Points) -> None:
    """Exchange inside and outside for the pixels within one outline, row by row between its crossings."""
    following = np.roll(path, -1, axis=0)
    for row in range(max(0, int(np.ceil(path[:, 1].min()))), min(mask.shape[0] - 1, int(path[:, 1].max())) + 1):
        crosses = (path[:, 1] <= row) != (following[:, 1] <= row)
        start, stop = path[crosses], following[crosses]
        at = np.sort(start[:, 0] + (row - start[:, 1]) / (stop[:, 1] - start[:, 1]) * (stop[:, 0] - start[:, 0]))
        for left, right in zip(at[::2], at[1::2], strict=False):
            first, last = max(0, int(np.ceil(left))), min(mask.shape[1], int(np.ceil(right)))
            if first < last:
                mask[row, first:last] ^= True


def _is_elsewhere(structure: Structure, plane: Plane) -> bool:
    own, other = structure.frame_of_reference_uid, plane.frame_of_reference_uid
    return bool(own and other and own != other)


def _sorted(structure: Structure, contours: list[tuple[Contour, Points]]) -> StructureContours:
    return StructureContours(
        structure,
        tuple(points for contour, points in contours if contour.kind.is_closed),
        tuple(points for contour, points in contours if contour.kind in _OPEN),
        tuple(points for contour, points in contours if contour.kind is ContourKind.POINT),
    )
