"""Pictures of planes and slabs at any place and angle of a volume.

Values are taken by vtkImageReslice in the space of the voxels, with a matrix that may shear, so that the planes of a
tilted gantry are true; or from the array itself where the pixels are voxels.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.model.frame import Frame, ModalityTransform, Photometric, Voi
from workstation.model.geometry import Plane, Spacing, Vector, plane_normal_lps
from workstation.model.volume import Volume
from workstation.volume.aligned import AlignedPlane, Reach, between, highest_or_lowest, integral
from workstation.volume.curved import CurvedLayout
from workstation.volume.cuts import CurvedCut, Cut, FlatCut
from workstation.volume.outside import Outside, Padding
from workstation.volume.sampling import sampled
from workstation.volume.slabs import Interpolation, Slab
from workstation.volume.standard_planes import voxel_way_mm
from workstation.volume.vtk_image import vtk_image

Size = tuple[int, int]
Report = Callable[[int, int], None]

SAMPLES_A_BAND = 1 << 24
"""Values taken between two reports: a fraction of a second."""


class Reslicer:
    """Planes and slabs of one volume, one after the other; not from two threads at once.

    Parameters
    ----------
    volume
        What is looked at; its voxels are shared, not copied.
    voi
        Windows of the source, which its pictures are opened with.
    """

    def __init__(self, volume: Volume, *, voi: Sequence[Voi] = ()) -> None:
        self.volume = volume
        self.voi = tuple(voi)
        self._image = vtk_image(volume.array_kji)
        self._outside = Outside.of(volume)
        self._to_voxels = np.linalg.inv(volume.grid.affine_lps)
        self._padding = None if volume.padding is None or volume.array_kji.ndim == 4 else Padding(volume)
        first = volume.frames[0].instance if volume.frames else None
        is_inverse = first is not None and first.photometric_interpretation == "MONOCHROME1"
        self._photometric: Photometric = "MONOCHROME1" if is_inverse else "MONOCHROME2"
        if volume.array_kji.ndim == 4:
            self._photometric = "RGB"

    def frame(
        self,
        plane: Plane,
        size_px: Size,
        *,
        slab: Slab | None = None,
        interpolation: Interpolation = "linear",
        is_draft: bool = False,
        report: Report | None = None,
    ) -> Frame:
        """Give the image on a plane.

        Parameters
        ----------
        plane
            Where its pixels lie in the patient.
        size_px
            Columns and rows.
        slab
            Thickness around the plane and what becomes of the values across it; the plane alone where None. Across a
            slab, values are taken at most half a voxel apart, at both of its surfaces and in its middle; a mean
            weighs the surfaces half, so that the thickness is exact.
        interpolation
            Between voxels.
        is_draft
            For a picture that is gone in a moment: the nearest voxels, and one value for each voxel across a slab.
        report
            Called with (rows done, rows) while a thick slab takes long; it may raise `Cancelled`.

        Returns
        -------
        Frame
            ``pixels`` in the terms of the volume, with its way to modality values; what lies outside the volume is
            padding. The sum over a slab is modality values times mm, and has no window of the source.
        """
        slab = slab or Slab()
        parts = self._parts(plane_normal_lps(plane), slab, is_draft)
        matrix = self._pixels_to_voxels(plane)
        cut = FlatCut(matrix, size_px, slab, "nearest" if is_draft else interpolation, parts)
        band = max(1, SAMPLES_A_BAND // ((parts + 1) * size_px[0]))
        if report is None or band >= size_px[1] or cut.aligned() is not None:
            return self._taken(cut, plane.spacing, plane)
        bands = []
        for first in range(0, size_px[1], band):
            report(first, size_px[1])
            bands.append(self._taken(cut.rows(first, min(band, size_px[1] - first)), plane.spacing, plane))
        return replace(bands[0], pixels=np.concatenate([each.pixels for each in bands]))

    def curved(
        self,
        layout: CurvedLayout,
        *,
        slab: Slab | None = None,
        interpolation: Interpolation = "linear",
        is_draft: bool = False,
    ) -> Frame:
        """Give the image on a curved plane, as `frame` does on a flat one; it has a spacing, but no plane.

        The slab reaches along ``layout.through_lps``.
        """
        slab = slab or Slab()
        middle = layout.through_lps[len(layout.through_lps) // 2]
        parts = self._parts((float(middle[0]), float(middle[1]), float(middle[2])), slab, is_draft)
        way = "nearest" if is_draft else interpolation
        return self._taken(CurvedCut(layout, self.volume.grid, slab, way, parts), layout.spacing, None)

    def _taken(self, cut: Cut, spacing: Spacing, plane: Plane | None) -> Frame:
        outside, line = (
            self._outside,
            ModalityTransform(self.volume.slope, self.volume.intercept, unit=self.volume.unit),
        )
        if cut.slab.projection == "sum" and not cut.slab.is_thin:
            total, length = self._integral(cut)
            outside = Outside(np.dtype(np.float32), np.nan)
            line = ModalityTransform(unit=f"{self.volume.unit}*mm" if self.volume.unit else "")
            values = total * self.volume.slope + length * self.volume.intercept
            values = outside.cast(values, length <= 0)
        else:
            values = self._values(cut)
        return Frame(
            pixels=values,
            photometric=self._photometric,
            bits_stored=values.dtype.itemsize * 8,
            spacing=spacing,
            modality=line,
            voi=self.voi if outside is self._outside else (),  # no window of slices suits a sum
            padding=None if outside is not self._outside else outside.padding(self.volume),
            plane=plane,
        )

    def _pixels_to_voxels(self, plane: Plane) -> NDArray[np.float64]:
        """Give the matrix from (column, row, mm along the normal, 1) to (i, j, k, 1)."""
        matrix = np.eye(4)
        matrix[:3, 0] = np.asarray(plane.along_row_lps) * plane.spacing.between_columns
        matrix[:3, 1] = np.asarray(plane.along_column_lps) * plane.spacing.between_rows
        matrix[:3, 2] = plane_normal_lps(plane)
        matrix[:3, 3] = plane.origin_lps
        return np.asarray(self._to_voxels @ matrix)

    def _parts(self, normal_lps: Vector, slab: Slab, is_draft: bool) -> int:
        if slab.is_thin:
            return 0
        way = voxel_way_mm(self.volume.grid, normal_lps)
        return slab.steps(way * 2 if is_draft else way)

    def _values(self, cut: Cut) -> NDArray[Any]:
        aligned = cut.aligned()
        if aligned is not None:
            return self._of_voxels(aligned, cut)
        if self._padding is None:
            return sampled(
                self._image,
                cut.across(cut.slab.thickness_mm / cut.parts if cut.parts else 1.0),
                cut.size_px,
                outside=self._outside,
                interpolation=cut.interpolation,
                projection=cut.slab.projection,
                samples=cut.parts + 1,
            )
        return self._without_padding(cut, self._padding)

    def _of_voxels(self, plane: AlignedPlane, cut: Cut) -> NDArray[Any]:
        """Take a plane or a slab out of the array."""
        array = self.volume.array_kji
        seen, place = plane.seen(array)
        result = np.full((*plane.shape, *array.shape[3:]), self._outside.value, self._outside.dtype)
        reach = Reach.of(plane, cut.slab.thickness_mm, len(seen))
        if reach is None or 0 in seen.shape:
            return result
        ignored = None if self._padding is None else self._padding.ignored
        is_there: NDArray[np.bool_] | None = None
        if cut.slab.is_thin:
            values = between(seen, reach.low, ignored)
        elif cut.slab.projection in ("mip", "minip"):
            kind: Any = "max" if cut.slab.projection == "mip" else "min"
            values, is_there = highest_or_lowest(seen, reach, kind, ignored)
        else:
            total, length = integral(seen, reach, ignored)
            is_there = length > 0
            values = np.divide(total, length, out=np.zeros_like(total), where=is_there)
        result[place] = self._outside.cast(values, None if is_there is None else ~is_there)
        return result

    def _without_padding(self, cut: Cut, padding: Padding) -> NDArray[Any]:
        """Take a plane or a slab of a volume with padding, which has no part in the result."""
        if cut.slab.is_thin:
            values, is_there = self._plane(cut, 0.0, padding)
            return self._outside.cast(values, ~is_there)
        if cut.slab.projection == "mean":
            total, length = self._integral(cut)
            mean = np.divide(total, length, out=np.zeros_like(total), where=length > 0)
            return self._outside.cast(mean, length <= 0)
        worst, better = (-np.inf, np.maximum) if cut.slab.projection == "mip" else (np.inf, np.minimum)
        best = np.full((cut.size_px[1], cut.size_px[0]), worst)
        for offset_mm, _ in cut.slab.offsets(cut.parts):
            values, is_there = self._plane(cut, offset_mm, padding)
            better(best, values, out=best, where=is_there)
        return self._outside.cast(best, best == worst)

    def _integral(self, cut: Cut) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give the integral of stored values over a slab (times mm), and the length in mm that it is over."""
        aligned = cut.aligned()
        shape = (cut.size_px[1], cut.size_px[0], *self.volume.array_kji.shape[3:])
        total, length = np.zeros(shape), np.zeros(shape)
        if aligned is not None:
            seen, place = aligned.seen(self.volume.array_kji)
            reach = Reach.of(aligned, cut.slab.thickness_mm, len(seen))
            if reach is not None and 0 not in seen.shape:
                ignored = None if self._padding is None else self._padding.ignored
                found = integral(seen, reach, ignored)
                total[place], length[place] = (part / aligned.voxels_a_mm for part in found)
            return total, length
        for offset_mm, weight_mm in cut.slab.offsets(cut.parts):
            values, is_there = self._plane(cut, offset_mm, self._padding)
            total += np.where(is_there, values, 0.0) * weight_mm
            length += is_there * weight_mm
        return total, length

    def _plane(self, cut: Cut, offset_mm: float, padding: Padding | None) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """Give the values of one plane as floats, and where there are any."""
        way = cut.at(offset_mm)
        outside = Outside.no_number(self.volume.array_kji.dtype)
        values = sampled(self._image, way, cut.size_px, outside=outside, interpolation=cut.interpolation)
        if padding is None:
            return values, ~np.isnan(values)
        nearest = sampled(self._image, way, cut.size_px, outside=outside, interpolation="nearest")
        return values, ~padding.settle(values, nearest)
