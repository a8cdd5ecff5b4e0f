"""Dose grids of radiotherapy, read tolerantly, and their values on the plane of any image (PS3.3 A.18.3, C.8.8.3)."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from workstation.errors import UserError
from workstation.model.attributes import text
from workstation.model.dose import Dose, DoseLevel
from workstation.model.geometry import Plane, image_to_lps, lps_to_image, plane_normal_lps
from workstation.model.image import Image
from workstation.model.index.records import Place
from workstation.model.refusal import Reason, Refused
from workstation.model.segmentation import Rgb
from workstation.model.text import clean
from workstation.objects.segment_masks import ImagePlace

DOSE_CLASS = "1.2.840.10008.5.1.4.1.1.481.2"
LEVELS: tuple[tuple[int, Rgb], ...] = (
    *((95, (230, 60, 60)), (90, (240, 130, 50)), (80, (245, 205, 60)), (70, (150, 205, 70))),
    *((50, (70, 190, 150)), (30, (70, 140, 230)), (10, (110, 90, 210))),
)
"""Shares of the greatest dose in percent, with their colours: warm is much."""
MOST_BYTES = 1 << 30
_SINGLE_HALF_MM = 0.5
_FLAT_MM = _FLAT_PX = 1e-4
_CORNERS = np.array([(0, 0), (1, 0), (0, 1)], np.float64)


class DoseGrid:
    """The values of a dose object, and where they lie.

    Parameters
    ----------
    dose
        What the object says.
    stored
        (planes, rows, columns) of stored values, in the order of ``offsets_mm``.
    scaling
        From a stored value to the unit: Dose Grid Scaling.
    plane
        Of the first of the planes.
    offsets_mm
        Of each plane from the first, along its normal; increasing.
    """

    def __init__(
        self, dose: Dose, stored: NDArray[Any], scaling: float, plane: Plane, offsets_mm: NDArray[np.float64]
    ) -> None:
        self.dose, self.plane, self.offsets_mm = dose, plane, offsets_mm
        self._stored, self._scaling = stored, scaling

    @classmethod
    def open(cls, place: Place | Path) -> "DoseGrid":
        """Read a dose.

        Raises
        ------
        Refused
            OTHER_OBJECT where it is none, and the reasons of `workstation.model.image.Image.open` and of its frames.
        UserError
            If it does not say where it lies, how its values are scaled, or is larger than the memory should be.
        """
        with Image.open(place) as image:
            if not is_dose(image.dataset):
                raise Refused(Reason.OTHER_OBJECT, f"{place}: this is no dose.")
            count, first = image.number_of_frames, image.frame(0)
            if first.pixels.nbytes * count > MOST_BYTES:
                raise UserError(f"{place}: the dose grid takes more than {MOST_BYTES >> 30} GiB.")
            planes = [image.plane(number) for number in range(count)]
            scaling = first.modality.slope
            if any(each is None for each in planes) or "DoseGridScaling" not in image.dataset:
                raise UserError(f"{place}: the dose does not say where its planes lie, or how its values are scaled.")
            stored = np.stack([image.stored(number) for number in range(count)])
            return cls._ordered(image.dataset, stored, scaling, [each for each in planes if each is not None])

    @classmethod
    def _ordered(cls, dataset: Dataset, stored: NDArray[Any], scaling: float, planes: list[Plane]) -> "DoseGrid":
        normal, origin = np.asarray(plane_normal_lps(planes[0])), np.asarray(planes[0].origin_lps)
        along = np.array([(np.asarray(each.origin_lps) - origin) @ normal for each in planes])
        order = np.argsort(along, kind="stable")
        order = order[np.concatenate([[True], np.diff(along[order]) > _FLAT_MM])]
        notes = () if len(order) == len(planes) else ("Planes that lie on others of the dose are left out.",)
        dose = _described(dataset, float(stored.max(initial=0)) * scaling, notes)
        first = planes[int(order[0])]
        return cls(dose, stored[order], scaling, first, along[order] - along[order[0]])

    def lies_with(self, place: ImagePlace) -> bool:
        """Whether dose and image are in one frame of reference; without one nobody knows where the dose belongs."""
        uid = self.dose.frame_of_reference_uid
        return place.plane is not None and bool(uid) and place.plane.frame_of_reference_uid == uid

    def dose_for(self, place: ImagePlace) -> NDArray[np.float32] | None:
        """Give the dose at the pixel centres of an image frame, between the points of the grid in all three directions.

        Returns
        -------
        ndarray or None
            (rows, columns) in the unit of the dose; NaN outside the grid. None where none of the frame lies in it, the
            image is in another frame of reference, or is the dose itself.
        """
        if place.plane is None or not self.lies_with(place) or place.sop_instance_uid == self.dose.sop_instance_uid:
            return None
        points, away_mm = lps_to_image(self.plane, image_to_lps(place.plane, _CORNERS))
        steps = np.column_stack([points, away_mm])  # column and row of the grid, and mm along its normal
        start, across, down = steps[0], steps[1] - steps[0], steps[2] - steps[0]
        columns, rows = np.arange(place.columns), np.arange(place.rows)
        away = abs(across[2]) * place.columns + abs(down[2]) * place.rows
        askew = abs(across[1]) * place.columns + abs(down[0]) * place.rows
        if away <= _FLAT_MM and askew <= _FLAT_PX:
            if np.isnan(self._numbers(start[2:])).all():
                return None
            found = self._aligned(float(start[2]), start[0] + across[0] * columns, start[1] + down[1] * rows)
        else:
            at = [start[axis] + across[axis] * columns + down[axis] * rows[:, None] for axis in range(3)]
            found = self._between(at[0], at[1], self._numbers(at[2]))
        return None if np.isnan(found).all() else found

    def dose_at(self, points_lps: NDArray[np.float64], frame_of_reference_uid: str) -> NDArray[np.float32] | None:
        """Give the dose at any points, such as those of a curved plane, as `dose_for` does at pixels.

        Parameters
        ----------
        points_lps
            (rows, columns, 3) mm.
        frame_of_reference_uid
            What they are points of.
        """
        if not frame_of_reference_uid or frame_of_reference_uid != self.dose.frame_of_reference_uid:
            return None
        points, away_mm = lps_to_image(self.plane, points_lps.reshape(-1, 3))
        found = self._between(points[:, 0], points[:, 1], self._numbers(away_mm)).reshape(points_lps.shape[:2])
        return None if np.isnan(found).all() else found

    def _numbers(self, away_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the planes, with parts, at distances from the first; NaN beyond the first and last."""
        if len(self.offsets_mm) == 1:
            return np.where(np.abs(away_mm) <= _SINGLE_HALF_MM, 0.0, np.nan)
        tiny = _FLAT_MM
        inside = np.clip(away_mm, self.offsets_mm[0], self.offsets_mm[-1])
        numbers = np.interp(inside, self.offsets_mm, np.arange(len(self.offsets_mm)))
        return np.where(np.abs(away_mm - inside) <= tiny, numbers, np.nan)

    def _aligned(self, away_mm: float, columns: NDArray[np.float64], rows: NDArray[np.float64]) -> NDArray[np.float32]:
        """Mix the two planes beside an image plane whose axes are those of the grid, then rows, then columns."""
        number = self._numbers(np.array([away_mm]))
        mixed = _mixed(self._stored, number, axis=0)[0]
        return (_mixed(_mixed(mixed, rows, axis=0), columns, axis=1) * self._scaling).astype(np.float32)

    def _between(
        self, column: NDArray[np.float64], row: NDArray[np.float64], number: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        planes, rows, columns = self._stored.shape
        inside = np.isfinite(number) & (column >= 0) & (column <= columns - 1) & (row >= 0) & (row <= rows - 1)
        found = np.full(column.shape, np.nan, np.float32)
        axes = (
            (number[inside], planes, rows * columns),
            (row[inside], rows, columns),
            (column[inside], columns, 1),
        )
        at = np.zeros(np.count_nonzero(inside), np.intp)
        ends = []
        for place, count, stride in axes:
            first = np.minimum(place.astype(np.intp), max(count - 2, 0))  # the last point ends the one before it
            share = place - first
            at += first * stride
            ends.append(((1 - share, 0), (share, stride if count > 1 else 0)))
        flat, value = self._stored.reshape(-1), np.zeros(len(at))
        for (one, k), (two, j), (three, i) in product(*ends):  # the eight points around
            value += one * two * three * flat.take(at + (k + j + i))
        found[inside] = value * self._scaling
        return found


def _mixed(values: NDArray[Any], at: NDArray[np.float64], *, axis: int) -> NDArray[np.float64]:
    """Give what lies between values along an axis, at places with parts; NaN beyond the first and last."""
    last = values.shape[axis] - 1
    is_inside = np.isfinite(at) & (at >= -_FLAT_PX) & (at <= last + _FLAT_PX)
    inside = np.clip(np.where(is_inside, at, 0.0), 0, last)
    low = np.floor(inside).astype(np.intp)
    share = np.where(is_inside, inside - low, np.nan)
    share = share.reshape([-1 if each == axis else 1 for each in range(values.ndim)])
    mixed: NDArray[np.float64] = values.take(low, axis=axis) * (1 - share)
    mixed += values.take(np.minimum(low + 1, last), axis=axis) * share
    return mixed


def is_dose(dataset: Dataset) -> bool:
    """Whether a dataset is a dose grid."""
    return text(dataset, "SOPClassUID") == DOSE_CLASS or text(dataset, "Modality") == "RTDOSE"


def _described(dataset: Dataset, greatest: float, notes: tuple[str, ...]) -> Dose:
    unit = "Gy" if text(dataset, "DoseUnits") == "GY" else ""
    words = (clean(text(dataset, keyword)).lower() for keyword in ("DoseSummationType", "DoseType"))
    plain = Dose("", "", "", unit, greatest)
    levels = tuple(
        DoseLevel(share, f"{share} %   {plain.text(greatest * share / 100)}", greatest * share / 100, colour)
        for share, colour in LEVELS
    )
    comment = clean(text(dataset, "DoseComment")) or clean(text(dataset, "SeriesDescription"))
    return Dose(
        sop_instance_uid=text(dataset, "SOPInstanceUID"),
        series_instance_uid=text(dataset, "SeriesInstanceUID"),
        label=f"Dose{f' {comment}' if comment else ''}",
        unit=unit,
        greatest=greatest,
        kind=", ".join(filter(None, words)),
        levels=levels if greatest > 0 else (),
        frame_of_reference_uid=text(dataset, "FrameOfReferenceUID"),
        notes=notes if greatest > 0 else (*notes, "The dose is zero everywhere."),
    )
