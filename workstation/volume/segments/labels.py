"""Segments and structures as voxels of a volume, so that they are seen in any plane of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace

import numpy as np
from numpy.typing import NDArray

from workstation.model.geometry import Plane, Vector, VolumeGrid, ijk_to_lps, lps_to_ijk
from workstation.model.index.records import FrameRef
from workstation.model.segmentation import Segment, SegmentMask
from workstation.model.structures import Structure
from workstation.model.volume import Volume
from workstation.objects.segment_masks import ImagePlace, SegmentMasks
from workstation.objects.structure_contours import ContourFinder, contour_mask
from workstation.quick_dataclass import dataclass
from workstation.volume.cutting.reslice import Reslicer
from workstation.volume.cutting.sheets import Sheet, Taking

INSIDE = 0.5
"""From this share on a voxel is inside, as in outlines of fractional segments."""
MOST_LABELS = 255
MasksOf = Callable[[FrameRef, Plane], Sequence[SegmentMask]]
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class _Piece:
    """What of a segment lies in one slice: its first row and column there, and which pixels."""

    top: int
    left: int
    inside: NDArray[np.bool_]

    @property
    def bottom(self) -> int:
        return self.top + int(self.inside.shape[0])

    @property
    def right(self) -> int:
        return self.left + int(self.inside.shape[1])


@dataclass(frozen=True, eq=False)
class Labels:
    """Segments that have no voxel in common.

    Parameters
    ----------
    volume
        Voxels of the box that they lie in: 0 is none of them, n the one at n - 1 of ``segments``.
    segments
        What they are.
    """

    volume: Volume
    segments: tuple[Segment, ...]
    _reslicer: list[Reslicer] = field(default_factory=list)

    def middle_lps(self, number: int | None) -> Vector | None:
        """Give the voxel of a segment that is nearest to the mean of them all, LPS in mm; None where there is none.

        Parameters
        ----------
        number
            Of the segment.
        """
        at = next((n for n, each in enumerate(self.segments, 1) if each.number == number), None)
        voxels = np.argwhere(self.volume.array_kji == at) if at is not None else np.empty((0, 3))
        if not len(voxels):
            return None
        away = ((voxels - voxels.mean(axis=0)) ** 2).sum(axis=1)
        k, j, i = voxels[int(np.argmin(away))].tolist()
        x, y, z = ijk_to_lps(self.volume.grid, [(i, j, k)])[0].tolist()
        return x, y, z

    def masks(self, sheet: Sheet) -> tuple[SegmentMask, ...]:
        """Give those that a plane cuts, flat or curved: for each pixel the segment of the voxel that it lies in.

        Parameters
        ----------
        sheet
            Where the pixels lie, in the frame of reference of the volume.
        """
        if not self._reslicer:
            self._reslicer.append(Reslicer(self.volume))
        found = self._reslicer[0].taken(Taking(sheet, interpolation="nearest")).pixels
        seen = np.flatnonzero(np.bincount(found[found > 0].astype(np.intp), minlength=1))
        return tuple(SegmentMask(self.segments[int(label) - 1], found == label) for label in seen)


def labels_of(volume: Volume, masks_of: MasksOf, *, report: Report | None = None) -> tuple[Labels, ...]:
    """Bring segments to the voxels of a volume.

    Parameters
    ----------
    volume
        Its slices are those that the segments were drawn on, or lie with them. Where slices were interpolated
        between them, these get the segments of the nearest one that was taken.
    masks_of
        Gives the segments of one of its frames, on the grid of that.
    report
        Called with (slices done, slices); it may raise `Cancelled`.

    Returns
    -------
    tuple of Labels
        Several where segments overlap; none where there are no segments.
    """
    nearest = [_nearest(volume.frame_k, k) for k in range(volume.grid.shape_kji[0])]
    planes = {at: volume.plane(k) for k, at in enumerate(nearest)}
    pieces: dict[int, dict[int, _Piece]] = {}
    segments: dict[int, Segment] = {}
    for done, at in enumerate(sorted(planes)):
        if report is not None:
            report(done, len(planes))
        plane = _own_plane(volume, at)
        for mask in masks_of(volume.frames[at], plane):
            piece = _piece(mask.share)
            if piece is not None:
                segments.setdefault(mask.segment.number, mask.segment)
                pieces.setdefault(mask.segment.number, {})[at] = piece
    return _laid_out(volume.grid, nearest, pieces, segments) if pieces else ()


def labels_on(grid: VolumeGrid, masks: Iterable[tuple[Segment, NDArray[np.bool_]]]) -> tuple[Labels, ...]:
    """Give segments whose voxels are known, as `labels_of` does; the masks (k, j, i) are of a volume with this grid."""
    pieces: dict[int, dict[int, _Piece]] = {}
    segments = {}
    for segment, mask in masks:
        found = {k: piece for k, inside in enumerate(mask) if (piece := _piece(inside)) is not None}
        if found:
            segments[segment.number], pieces[segment.number] = segment, found
    return _laid_out(grid, range(grid.shape_kji[0]), pieces, segments) if pieces else ()


def mask_of(labels: Labels, at: int, grid: VolumeGrid) -> NDArray[np.bool_]:
    """Give the voxels (k, j, i) of the volume with this grid that belong to ``labels.segments[at]``."""
    first = ijk_to_lps(labels.volume.grid, [(0, 0, 0)])
    i, j, k = np.rint(lps_to_ijk(grid, first)[0]).astype(int).tolist()
    inside = labels.volume.array_kji == at + 1
    slices, rows, columns = inside.shape
    mask = np.zeros(grid.shape_kji, bool)
    mask[k : k + slices, j : j + rows, i : i + columns] = inside
    return mask


def masks_of_segments(source: SegmentMasks) -> MasksOf:
    """Give the masks of a segmentation, for `labels_of`."""

    def masks(ref: FrameRef, plane: Plane) -> Sequence[SegmentMask]:
        instance = ref.instance
        place = ImagePlace(instance.sop_instance_uid, ref.number, instance.rows, instance.columns, plane)
        return source.masks_for(place).masks

    return masks


def masks_of_structures(finder: ContourFinder) -> MasksOf:
    """Give what lies inside the closed contours of structures, for `labels_of`."""

    def masks(ref: FrameRef, plane: Plane) -> tuple[SegmentMask, ...]:
        instance = ref.instance
        place = ImagePlace(instance.sop_instance_uid, ref.number, instance.rows, instance.columns, plane)
        return tuple(
            SegmentMask(as_segment(each.structure), contour_mask(each.closed, (instance.rows, instance.columns)))
            for each in finder.contours_for(place)
            if each.closed
        )

    return masks


def as_segment(structure: Structure) -> Segment:
    """Give a structure as a segment of its number and name."""
    return Segment(structure.number, structure.name)


def _nearest(frame_k: Sequence[float], k: int) -> int:
    return int(np.argmin(np.abs(np.asarray(frame_k) - k)))


def _own_plane(volume: Volume, at: int) -> Plane:
    """Give the plane of a frame as it was taken, which may lie between slices of the volume."""
    plane = volume.plane(0)
    origin = ijk_to_lps(volume.grid, [(0.0, 0.0, volume.frame_k[at])])[0]
    return replace(plane, origin_lps=(float(origin[0]), float(origin[1]), float(origin[2])))


def _piece(share: NDArray[np.bool_] | NDArray[np.float32]) -> _Piece | None:
    inside = share if share.dtype == np.bool_ else share >= INSIDE
    rows = np.flatnonzero(inside.any(axis=1))
    if not rows.size:
        return None
    columns = np.flatnonzero(inside.any(axis=0))
    top, left = int(rows[0]), int(columns[0])
    return _Piece(top, left, np.ascontiguousarray(inside[top : rows[-1] + 1, left : columns[-1] + 1]))


def _laid_out(
    grid: VolumeGrid,
    nearest: Sequence[int],
    pieces: Mapping[int, Mapping[int, _Piece]],
    segments: Mapping[int, Segment],
) -> tuple[Labels, ...]:
    """Put segments into as few arrays as they need not to overlap, over the box that all of them lie in."""
    by_slice = {number: _by_slice(own, nearest) for number, own in pieces.items()}
    every = [piece for own in by_slice.values() for piece in own.values()]
    first, last = min(min(own) for own in by_slice.values()), max(max(own) for own in by_slice.values())
    top, left = min(piece.top for piece in every), min(piece.left for piece in every)
    bottom, right = max(piece.bottom for piece in every), max(piece.right for piece in every)
    arrays: list[tuple[NDArray[np.uint8], list[Segment]]] = []
    for number, own in by_slice.items():
        parts = [
            (k - first, slice(each.top - top, each.bottom - top), slice(each.left - left, each.right - left), each)
            for k, each in own.items()
        ]
        found = next((each for each in arrays if len(each[1]) < MOST_LABELS and _is_free(each[0], parts)), None)
        if found is None:
            found = np.zeros((last - first + 1, bottom - top, right - left), np.uint8), []
            arrays.append(found)
        array, there = found
        there.append(segments[number])
        for k, rows, columns, piece in parts:
            array[k, rows, columns][piece.inside] = len(there)
    affine = grid.affine_lps.copy()
    affine[:3, 3] = ijk_to_lps(grid, [(left, top, first)])[0]
    return tuple(Labels(_volume(array, affine, grid), tuple(there)) for array, there in arrays)


def _by_slice(own: Mapping[int, _Piece], nearest: Sequence[int]) -> dict[int, _Piece]:
    return {k: piece for k, at in enumerate(nearest) if (piece := own.get(at)) is not None}


def _volume(array: NDArray[np.uint8], affine_lps: NDArray[np.float64], grid: VolumeGrid) -> Volume:
    slices, rows, columns = array.shape
    own = VolumeGrid(affine_lps, (slices, rows, columns), grid.frame_of_reference_uid)
    return Volume(array, own, 1.0, 0.0, "", (), (), tuple(float(k) for k in range(slices)))


def _is_free(array: NDArray[np.uint8], parts: Sequence[tuple[int, slice, slice, _Piece]]) -> bool:
    return not any(array[k, rows, columns][piece.inside].any() for k, rows, columns, piece in parts)
