"""Where pixels lie in space: planes, spacing, volumes' grids, and the rules that hold everywhere.

Image points are (column, row) from 0, a whole number is the centre of a pixel. Patient points are LPS millimetres.
Volume arrays are (k, j, i) = (slice, row, column); voxel points are named ``_ijk`` or ``_kji``.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Vector = tuple[float, float, float]


class SpacingSource(StrEnum):
    """Which attribute a pixel spacing comes from; a length without one is given in pixels."""

    PIXEL_SPACING = "Pixel Spacing"
    CALIBRATED = "Pixel Spacing (calibrated)"
    IMAGER = "Imager Pixel Spacing (at the detector)"
    IMAGER_MAGNIFIED = "Imager Pixel Spacing / magnification"
    NOMINAL_SCANNED = "Nominal Scanned Pixel Spacing"
    ULTRASOUND_REGION = "ultrasound region calibration"
    ASPECT_RATIO = "Pixel Aspect Ratio only"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Spacing:
    """Distance between pixel centres.

    Parameters
    ----------
    between_rows
        Distance of adjacent rows (vertical), in mm; a bare ratio where ``source`` is ASPECT_RATIO or NONE.
    between_columns
        Distance of adjacent columns (horizontal), likewise.
    source
        The attribute it comes from.
    note
        Anything a reader of a length has to know, such as the magnification factor used.
    """

    between_rows: float = 1.0
    between_columns: float = 1.0
    source: SpacingSource = SpacingSource.NONE
    note: str = ""

    @property
    def is_metric(self) -> bool:
        """Whether the numbers are millimetres."""
        return self.source not in (SpacingSource.NONE, SpacingSource.ASPECT_RATIO)


@dataclass(frozen=True, slots=True)
class Plane:
    """The plane of an image in the patient (PS3.3 C.7.6.2).

    Parameters
    ----------
    origin_lps
        Centre of the first pixel, in mm.
    along_row_lps
        Unit vector from a pixel to its right neighbour (the first three values of Image Orientation).
    along_column_lps
        Unit vector from a pixel to the one below it.
    spacing
        Distance between the pixel centres, in mm.
    frame_of_reference_uid
        Frame of Reference UID, empty where the file gives none.
    """

    origin_lps: Vector
    along_row_lps: Vector
    along_column_lps: Vector
    spacing: Spacing
    frame_of_reference_uid: str = ""


@dataclass(frozen=True)
class VolumeGrid:
    """A regular grid of voxels in the patient.

    Parameters
    ----------
    affine_lps
        4x4, from voxel index (i, j, k, 1) to LPS mm; it may shear (tilted gantry).
    shape_kji
        Slices, rows, columns.
    frame_of_reference_uid
        Frame of Reference UID; empty where the file gives none.
    """

    affine_lps: NDArray[np.float64]
    shape_kji: tuple[int, int, int]
    frame_of_reference_uid: str = ""
