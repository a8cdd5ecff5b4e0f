"""Where the pixels of a picture lie in the patient, on a flat plane or along a curved one, and how they are taken."""

import numpy as np
from numpy.typing import NDArray

from workstation.model.geometry import Plane, Vector, as_vector, image_to_lps
from workstation.quick_dataclass import dataclass
from workstation.volume.cutting.curved_planes import CurvedLayout
from workstation.volume.cutting.slabs import Interpolation, Slab


@dataclass(frozen=True, slots=True)
class Flat:
    """A flat one: ``size_px`` columns and rows of a plane."""

    plane: Plane
    size_px: tuple[int, int]


Sheet = Flat | CurvedLayout


@dataclass(frozen=True, slots=True)
class Taking:
    """What is taken of volumes: values at the pixels of a sheet.

    Parameters
    ----------
    sheet
        Where the pixels lie.
    slab
        How thick it is. Whatever has values is taken as thick as that; segments and doses are seen where they cut the
        middle of it.
    interpolation
        Between voxels.
    is_draft
        For a picture that is gone in a moment.
    """

    sheet: Sheet
    slab: Slab = Slab()
    interpolation: Interpolation = "linear"
    is_draft: bool = False


def curved_edges_lps(sheet: Sheet) -> tuple[Vector, ...]:
    """Give the ends of all rows of a curved plane, which are straight, LPS mm; none of a flat one."""
    if not isinstance(sheet, CurvedLayout):
        return ()
    ends = sheet.starts_lps + sheet.across_lps * ((sheet.columns - 1) * sheet.spacing.between_columns)
    return tuple(map(as_vector, np.concatenate([sheet.starts_lps, ends])))


def places_lps(sheet: Sheet) -> NDArray[np.float64]:
    """Give where the pixel centres of a sheet lie: (rows, columns, 3), LPS mm."""
    if isinstance(sheet, CurvedLayout):
        away = np.arange(sheet.columns)[:, np.newaxis] * sheet.spacing.between_columns
        found: NDArray[np.float64] = sheet.starts_lps[:, np.newaxis] + away * sheet.across_lps[:, np.newaxis]
        return found
    columns, rows = sheet.size_px
    pixels = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2)
    return np.asarray(image_to_lps(sheet.plane, pixels)).reshape(rows, columns, 3)
