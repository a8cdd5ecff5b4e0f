"""Pictures of planes and slabs at any place and angle of a volume.

Values are taken along the rows of a picture in the space of the voxels, to which the way may shear, so that the planes
of a tilted gantry are true; or from the array itself where the pixels are voxels.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.model.frame import Frame, ModalityTransform, Photometric, Voi
from workstation.model.geometry import Plane, Spacing, Vector, plane_normal_lps
from workstation.model.volume import Volume
from workstation.volume.cutting.aligned import AlignedPlane, Reach, between, highest_or_lowest, integral
from workstation.volume.cutting.curved_planes import CurvedLayout
from workstation.volume.cutting.cuts import Cut, curved_cut, flat_cut
from workstation.volume.cutting.outside import Outside, Padding
from workstation.volume.cutting.projections import Ignored
from workstation.volume.cutting.sampling import Across, Report, as_taken, sampled
from workstation.volume.cutting.sheets import Taking
from workstation.volume.cutting.slabs import Interpolation, Slab
from workstation.volume.cutting.standard_planes import voxel_way_mm

Size = tuple[int, int]


class Reslicer:
    """Planes and slabs of one volume; nothing of it changes, so several threads may take them.

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
        self._array_kji = as_taken(volume.array_kji)
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
            For a picture that is gone in a moment: the nearest voxels, a fourth of the memory that is gone through, and
            one value for each voxel across a slab.
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
        cut = flat_cut(matrix, size_px, slab, "nearest" if is_draft else interpolation, parts)
        return self._taken(cut, plane.spacing, plane, report)

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
        return self._taken(curved_cut(layout, self.volume.grid, slab, way, parts), layout.spacing, None)

    def taken(self, taking: Taking, report: Report | None = None) -> Frame:
        """Give the image on a sheet: as `frame` does where it is flat, as `curved` where it is not."""
        sheet, slab, way = taking.sheet, taking.slab, taking.interpolation
        if isinstance(sheet, CurvedLayout):
            return self.curved(sheet, slab=slab, interpolation=way, is_draft=taking.is_draft)
        return self.frame(
            sheet.plane, sheet.size_px, slab=slab, interpolation=way, is_draft=taking.is_draft, report=report
        )

    def _taken(self, cut: Cut, spacing: Spacing, plane: Plane | None, report: Report | None = None) -> Frame:
        line = ModalityTransform(self.volume.slope, self.volume.intercept, unit=self.volume.unit)
        outside = self._outside
        if is_sum := cut.slab.projection == "sum" and not cut.slab.is_thin:
            outside = Outside(np.dtype(np.float32), np.nan)
            line = ModalityTransform(unit=f"{self.volume.unit}*mm" if self.volume.unit else "")
        values = self._of_voxels(cut.aligned, cut.slab, outside) if cut.aligned else self._between(cut, outside, report)
        return Frame(
            pixels=values,
            photometric=self._photometric,
            bits_stored=values.dtype.itemsize * 8,
            spacing=spacing,
            modality=line,
            voi=() if is_sum else self.voi,  # no window of slices suits a sum
            padding=None if is_sum else outside.padding(self.volume),
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

    def _between(self, cut: Cut, outside: Outside, report: Report | None) -> NDArray[Any]:
        """Take a plane or a slab whose pixels lie between voxels."""
        across = Across()
        if cut.parts:
            offsets = tuple(cut.slab.offsets(cut.parts))
            across = Across(offsets, cut.slab.projection, self.volume.slope, self.volume.intercept)
        return sampled(
            self._array_kji,
            cut.lines,
            cut.columns,
            outside=outside,
            interpolation=cut.interpolation,
            across=across,
            padding=self._padding,
            report=report,
        )

    @cached_property
    def _ignored(self) -> Ignored | None:
        """Voxels that have no part in a slab: padding, and those without a finite number; None where all have one."""
        array = self.volume.array_kji
        if self._padding is not None:
            return self._padding.ignored
        if array.dtype.kind != "f" or all(np.isfinite(layer).all() for layer in array):
            return None
        return Ignored()

    def _of_voxels(self, plane: AlignedPlane, slab: Slab, outside: Outside) -> NDArray[Any]:
        """Take a plane or a slab out of the array."""
        array = self.volume.array_kji
        seen, place = plane.seen(array)
        result = np.full((*plane.shape, *array.shape[3:]), outside.value, outside.dtype)
        reach = Reach.of(plane, slab.thickness_mm, len(seen))
        if reach is None or 0 in seen.shape:
            return result
        ignored = self._ignored
        is_there: NDArray[np.bool_] | None = None
        if slab.is_thin:
            values = between(seen, reach.low, ignored)
        elif slab.projection in ("mip", "minip"):
            kind: Any = "max" if slab.projection == "mip" else "min"
            values, is_there = highest_or_lowest(seen, reach, kind, ignored)
        else:
            total, length = integral(seen, reach, ignored)
            is_there = length > 0
            if slab.projection == "mean":
                values = np.divide(total, length, out=np.zeros_like(total), where=is_there)
            else:
                values = (total * self.volume.slope + length * self.volume.intercept) / plane.voxels_a_mm
        result[place] = outside.cast(values, None if is_there is None else ~is_there)
        return result
