"""Where pixels lie in space: planes, spacing, volumes' grids, and the rules that hold everywhere.

Image points are (column, row) from 0, a whole number is the centre of a pixel. Patient points are LPS millimetres.
Volume arrays are (k, j, i) = (slice, row, column); voxel points are named ``_ijk`` or ``_kji``.
Slices are ordered along the normal of the image plane, which is row direction x column direction.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:  # The index imports these types to read headers; numpy is loaded where arrays are touched.
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

Vector = tuple[float, float, float]
Orientation = tuple[float, float, float, float, float, float]

SAME_PLACE_MM = 0.002
"""Planes nearer than this are at the same position: below any slice distance, above the rounding of headers."""

LEAST_ANGLE = 0.1
"""Sine of the angle between rows and columns below which they are no plane."""


class SpacingSource(StrEnum):
    """Which attribute a pixel spacing comes from; a length without one is given in pixels."""

    PIXEL_SPACING = "Pixel Spacing"
    CALIBRATED = "Pixel Spacing (calibrated)"
    IMAGER = "Imager Pixel Spacing (at the detector)"
    IMAGER_MAGNIFIED = "Imager Pixel Spacing / magnification"
    NOMINAL_SCANNED = "Nominal Scanned Pixel Spacing"
    ULTRASOUND_REGION = "ultrasound region calibration"
    USER_LINE = "a line of known length drawn by the user"
    USER = "given by the user"
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


def as_vector(values: Iterable[float]) -> Vector:
    """Give three numbers, such as a row of an array, as a vector."""
    x, y, z = (float(each) for each in values)
    return x, y, z


def dot(a: Vector, b: Vector) -> float:
    """Give the scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector, b: Vector) -> Vector:
    """Give the vector product."""
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def difference(a: Vector, b: Vector) -> Vector:
    """Give ``a - b``."""
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


_LEAST_LENGTH = 1e-150
"""Of smaller ones the square loses its digits."""


def unit(a: Vector) -> Vector:
    """Give ``a`` with length 1.

    Raises
    ------
    ValueError
        If ``a`` has no direction: zero length, or a component that is no finite number.
    """
    length = math.sqrt(dot(a, a))
    if not _LEAST_LENGTH < length < math.inf:  # the squares are beyond what numbers hold, the direction may be there
        largest = max(abs(each) for each in a)
        if not 0.0 < largest < math.inf or any(math.isnan(each) for each in a):
            raise ValueError(f"no direction: {a}")
        a = (a[0] / largest, a[1] / largest, a[2] / largest)
        length = math.sqrt(dot(a, a))
    return a[0] / length, a[1] / length, a[2] / length


def directions(orientation: Orientation) -> tuple[Vector, Vector] | None:
    """Give the unit vectors along a row and along a column (PS3.3 C.7.6.2.1.1).

    Returns
    -------
    tuple or None
        None where the six values don't describe a plane: no finite numbers, zero length, or not at right angles
        within half a degree.
    """
    try:
        along_row = unit((orientation[0], orientation[1], orientation[2]))
        along_column = unit((orientation[3], orientation[4], orientation[5]))
    except ValueError:
        return None
    if abs(dot(along_row, along_column)) > math.sin(math.radians(0.5)):
        return None
    return along_row, along_column


def plane_normal_lps(plane: Plane) -> Vector:
    """Give the unit normal of a plane in LPS: along row x along column; for a plain axial slice towards the head."""
    return unit(cross(plane.along_row_lps, plane.along_column_lps))


def image_to_lps(plane: Plane, points_px: ArrayLike) -> NDArray[np.float64]:
    """Convert image points into patient points (PS3.3 C.7.6.2.1.1, equation C.7.6.2.1-1).

    Parameters
    ----------
    plane
        The plane of the image.
    points_px
        (n, 2): column, row from 0; a whole number is the centre of a pixel.

    Returns
    -------
    ndarray
        (n, 3) LPS, in mm.
    """
    import numpy as np

    points = np.asarray(points_px, dtype=np.float64).reshape(-1, 2)
    across = points[:, :1] * plane.spacing.between_columns * np.asarray(plane.along_row_lps)
    down = points[:, 1:] * plane.spacing.between_rows * np.asarray(plane.along_column_lps)
    result: NDArray[np.float64] = np.asarray(plane.origin_lps, dtype=np.float64) + across + down
    return result


def point_to_lps(plane: Plane, point_px: tuple[float, float]) -> Vector:
    """Convert one image point (column, row) into a patient point, LPS in mm, as `image_to_lps` converts many."""
    across = point_px[0] * plane.spacing.between_columns
    down = point_px[1] * plane.spacing.between_rows
    origin, row, column = plane.origin_lps, plane.along_row_lps, plane.along_column_lps
    return (
        origin[0] + across * row[0] + down * column[0],
        origin[1] + across * row[1] + down * column[1],
        origin[2] + across * row[2] + down * column[2],
    )


def lps_to_image(plane: Plane, points_lps: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Project patient points onto an image.

    Parameters
    ----------
    plane
        The plane of the image.
    points_lps
        (n, 3) LPS, in mm.

    Returns
    -------
    points_px : ndarray
        (n, 2): column, row from 0, of the foot of each point in the plane.
    distance_mm : ndarray
        (n,) signed distance from the plane, positive along its normal.
    """
    import numpy as np

    offsets = np.asarray(points_lps, dtype=np.float64).reshape(-1, 3) - np.asarray(plane.origin_lps)
    axes = np.column_stack(
        [
            np.asarray(plane.along_row_lps) * plane.spacing.between_columns,
            np.asarray(plane.along_column_lps) * plane.spacing.between_rows,
            np.asarray(plane_normal_lps(plane)),
        ]
    )
    solved = np.linalg.solve(axes, offsets.T).T
    return solved[:, :2], solved[:, 2]


def ijk_to_lps(grid: VolumeGrid, points_ijk: ArrayLike) -> NDArray[np.float64]:
    """Convert voxel points (n, 3), in order i, j, k = column, row, slice from 0, into LPS mm (n, 3)."""
    import numpy as np

    points = np.asarray(points_ijk, dtype=np.float64).reshape(-1, 3)
    result: NDArray[np.float64] = points @ grid.affine_lps[:3, :3].T + grid.affine_lps[:3, 3]
    return result


def lps_to_ijk(grid: VolumeGrid, points_lps: ArrayLike) -> NDArray[np.float64]:
    """Convert LPS points in mm (n, 3) into voxel points (n, 3), in order i, j, k; fractions lie between centres."""
    import numpy as np

    offsets = np.asarray(points_lps, dtype=np.float64).reshape(-1, 3) - grid.affine_lps[:3, 3]
    return np.asarray(np.linalg.solve(grid.affine_lps[:3, :3], offsets.T).T, dtype=np.float64)


def voxel_size_mm(grid: VolumeGrid) -> Vector:
    """Give the distances of neighbours along (i, j, k), in mm; along k it is longer than the step where tilted."""
    import numpy as np

    lengths = np.linalg.norm(grid.affine_lps[:3, :3], axis=0)
    return float(lengths[0]), float(lengths[1]), float(lengths[2])


def voxel_volume_mm3(grid: VolumeGrid) -> float:
    """Give the volume of a voxel in mm³, right for sheared grids too."""
    import numpy as np

    return abs(float(np.linalg.det(grid.affine_lps[:3, :3])))


def slice_plane(grid: VolumeGrid, k: int) -> Plane:
    """Give the plane of slice ``k`` of a volume."""
    size = voxel_size_mm(grid)
    axes = grid.affine_lps[:3, :3]
    origin = ijk_to_lps(grid, [(0, 0, k)])[0]
    return Plane(
        origin_lps=(float(origin[0]), float(origin[1]), float(origin[2])),
        along_row_lps=unit((float(axes[0, 0]), float(axes[1, 0]), float(axes[2, 0]))),
        along_column_lps=unit((float(axes[0, 1]), float(axes[1, 1]), float(axes[2, 1]))),
        spacing=Spacing(size[1], size[0], SpacingSource.PIXEL_SPACING),
        frame_of_reference_uid=grid.frame_of_reference_uid,
    )


def grid_of_planes(
    first: Plane, last: Plane, *, shape_kji: tuple[int, int, int], thickness_mm: float = 1.0
) -> VolumeGrid:
    """Lay a grid through the first and the last slice of a stack; it shears where the second is not straight above.

    Parameters
    ----------
    first, last
        Planes of slice 0 and of slice ``shape_kji[0] - 1``; parallel.
    shape_kji
        Slices, rows, columns.
    thickness_mm
        The step of a single slice, along its normal.

    Returns
    -------
    VolumeGrid
        In the first plane's frame of reference.
    """
    import numpy as np

    affine = np.eye(4)
    affine[:3, 0] = np.asarray(first.along_row_lps) * first.spacing.between_columns
    affine[:3, 1] = np.asarray(first.along_column_lps) * first.spacing.between_rows
    steps = shape_kji[0] - 1
    along = difference(last.origin_lps, first.origin_lps) if steps else plane_normal_lps(first)
    affine[:3, 2] = np.asarray(along) / steps if steps else np.asarray(along) * thickness_mm
    affine[:3, 3] = first.origin_lps
    return VolumeGrid(affine, shape_kji, first.frame_of_reference_uid)


def is_usable(plane: Plane) -> bool:
    """Say whether a plane has finite places, directions at an angle and spacing above 0."""
    spacing = plane.spacing
    sides = (spacing.between_rows, spacing.between_columns)
    numbers = (*plane.origin_lps, *plane.along_row_lps, *plane.along_column_lps, *sides)
    if not all(map(math.isfinite, numbers)) or min(sides) <= 0:
        return False
    across = cross(plane.along_row_lps, plane.along_column_lps)
    return dot(across, across) > LEAST_ANGLE**2


def main_orientation(plane: Plane) -> Literal["axial", "sagittal", "coronal"]:
    """Name the plane of the patient that an image is nearest to, by its normal."""
    shares = [abs(share) for share in plane_normal_lps(plane)]
    largest = max(range(3), key=lambda axis: round(shares[axis], 6))
    names: tuple[Literal["sagittal", "coronal", "axial"], ...] = ("sagittal", "coronal", "axial")
    return names[largest]


def offset_mm(plane: Plane) -> float:
    """Give the position of a plane along its own normal, in mm from the origin of the frame of reference."""
    return dot(plane.origin_lps, plane_normal_lps(plane))


def tilt_deg(first: Plane, last: Plane) -> float:
    """Give the angle between the normal and the line from one slice's first pixel to another's, in degrees, 0 to 90.

    For a CT stack taken with a tilted gantry it is the tilt, whatever Gantry/Detector Tilt says; 0 where both planes
    coincide.
    """
    along = difference(last.origin_lps, first.origin_lps)
    normal = plane_normal_lps(first)
    sideways = cross(normal, along)
    return math.degrees(math.atan2(math.sqrt(dot(sideways, sideways)), abs(dot(normal, along))))
