"""From where a volume is looked at, as angles about the patient, and where a point of the patient is then seen.

Azimuth and elevation are those of the eye: 0, 0 is in front of the patient with the head up, so that the patient's left
is at the right of the picture. The azimuth goes round the long axis towards the patient's left (90: from the left, 180:
from behind), the elevation towards the head (90: from above the head, with the front at the bottom).
"""

import math
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workstation.model.geometry import Vector, VolumeGrid, ijk_to_lps
from workstation.quick_dataclass import dataclass

Side = Literal["front", "back", "left", "right", "head", "feet"]
_MARGIN = 1.03
_CORNERS = 0.85
"""Bodies are round: at zoom 1 the outermost corners of the box may leave the picture while it is turned."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A direction of view, which knows nothing yet of the size of the volume.

    Parameters
    ----------
    azimuth_deg, elevation_deg
        Where the eye is, see above.
    roll_deg
        Turns the eye clockwise about its direction of view, so the picture counterclockwise.
    zoom
        1 shows the whole volume, 2 everything twice as large.
    focus_lps
        The point that is in the middle of the picture; the middle of the volume where None.
    perspective_deg
        Angle that the height of the picture takes; 0 for parallel rays, in which lengths can be compared.
    eye_lps
        For a flight through the volume: the eye is here, and looks the way that the angles say. It needs a perspective.
    """

    azimuth_deg: float = 0.0
    elevation_deg: float = 0.0
    roll_deg: float = 0.0
    zoom: float = 1.0
    focus_lps: Vector | None = None
    perspective_deg: float = 0.0
    eye_lps: Vector | None = None

    def __post_init__(self) -> None:
        numbers = (self.azimuth_deg, self.elevation_deg, self.roll_deg, self.zoom, self.perspective_deg)
        if not all(math.isfinite(number) for number in numbers) or self.zoom <= 0:
            raise ValueError("a camera has angles, and a zoom above 0")
        if not 0 <= self.perspective_deg < 170:
            raise ValueError("the angle of a perspective is from 0 to 170 degrees")
        if self.eye_lps is not None and self.perspective_deg == 0:
            raise ValueError("an eye at a place needs a perspective")

    def turned(self, right_deg: float, up_deg: float) -> "Camera":
        """Give the camera with the eye moved round the patient, and towards the head; it stops above and below."""
        azimuth = (self.azimuth_deg + right_deg + 180) % 360 - 180
        return replace(self, azimuth_deg=azimuth, elevation_deg=max(-90.0, min(90.0, self.elevation_deg + up_deg)))


SIDES: dict[Side, tuple[float, float]] = {
    "front": (0.0, 0.0),
    "back": (180.0, 0.0),
    "left": (90.0, 0.0),
    "right": (-90.0, 0.0),
    "head": (0.0, 90.0),
    "feet": (0.0, -90.0),
}
"""Azimuth and elevation of an eye that is at a side of the patient."""


@dataclass(frozen=True, slots=True)
class Box:
    """The box in the patient's axes that holds a volume to the outer sides of its voxels, LPS in mm."""

    low_lps: Vector
    high_lps: Vector

    @property
    def middle_lps(self) -> Vector:
        """The middle."""
        return tuple((low + high) / 2 for low, high in zip(self.low_lps, self.high_lps, strict=True))  # type: ignore[return-value]

    @property
    def fit_mm(self) -> float:
        """Half the height and width of a square picture that shows the box from every side; see `_CORNERS`."""
        a, b, c = ((high - low) / 2 for low, high in zip(self.low_lps, self.high_lps, strict=True))
        across = max(a, b)
        return _MARGIN * max(across, c, _CORNERS * math.hypot(across, c))

    @property
    def radius_mm(self) -> float:
        """Half the diagonal."""
        return math.dist(self.low_lps, self.high_lps) / 2


def box_of(grid: VolumeGrid) -> Box:
    """Give the box that holds a volume."""
    slices, rows, columns = grid.shape_kji
    sides = ((-0.5, columns - 0.5), (-0.5, rows - 0.5), (-0.5, slices - 0.5))
    corners = ijk_to_lps(grid, [(i, j, k) for i in sides[0] for j in sides[1] for k in sides[2]])
    low, high = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return Box((low[0], low[1], low[2]), (high[0], high[1], high[2]))


@dataclass(frozen=True, slots=True)
class Sight:
    """A camera before a volume: what a renderer needs, and where points are seen.

    Parameters
    ----------
    eye_lps, focus_lps
        In mm. With parallel rays the eye is outside of the volume.
    right, up, toward
        Unit vectors (LPS): along the picture to the right, up, and from the picture to the eye.
    half_height_mm
        Half of what the height of the picture shows, in the plane through the focus.
    perspective_deg
        0 with parallel rays.
    """

    eye_lps: Vector
    focus_lps: Vector
    right: Vector
    up: Vector
    toward: Vector
    half_height_mm: float
    perspective_deg: float

    def seen_at(self, points_lps: ArrayLike, size_px: tuple[int, int]) -> NDArray[np.float64]:
        """Give where patient points are seen.

        Parameters
        ----------
        points_lps
            (n, 3), in mm.
        size_px
            Columns and rows of the picture.

        Returns
        -------
        ndarray
            (n, 2): column, row from 0; whole numbers are the centres of pixels. Of points behind an eye with a
            perspective it makes no sense: NaN.
        """
        offsets = np.asarray(points_lps, dtype=np.float64).reshape(-1, 3) - np.asarray(self.focus_lps)
        across, upwards = offsets @ np.asarray(self.right), offsets @ np.asarray(self.up)
        px_per_mm = size_px[1] / (2 * self.half_height_mm)
        if self.perspective_deg:
            distance = math.dist(self.eye_lps, self.focus_lps)
            depth = distance - offsets @ np.asarray(self.toward)
            scale = np.where(depth > 0, distance / np.where(depth > 0, depth, 1.0), np.nan)
            across, upwards = across * scale, upwards * scale
        columns = (size_px[0] - 1) / 2 + across * px_per_mm
        rows = (size_px[1] - 1) / 2 - upwards * px_per_mm
        return np.stack([columns, rows], axis=1)

    def projection(self, size_px: tuple[int, int]) -> NDArray[np.float64]:
        """Give the 3x4 matrix from (x, y, z, 1) in LPS to (column * w, row * w, w); w is above 0 before the eye."""
        px_per_mm = size_px[1] / (2 * self.half_height_mm)
        across, upwards = np.asarray(self.right) * px_per_mm, np.asarray(self.up) * px_per_mm
        weight, one = np.zeros(3), 1.0
        if self.perspective_deg:
            weight = -np.asarray(self.toward) / math.dist(self.eye_lps, self.focus_lps)
        middle = (size_px[0] - 1) / 2, (size_px[1] - 1) / 2
        rows = np.stack([across + middle[0] * weight, -upwards + middle[1] * weight, weight])
        offset = np.asarray([middle[0], middle[1], one]) - rows @ np.asarray(self.focus_lps)
        return np.column_stack([rows, offset])

    def mm_per_px(self, size_px: tuple[int, int]) -> float:
        """Give the size of a pixel in the plane through the focus."""
        return 2 * self.half_height_mm / size_px[1]


def axes_of(camera: Camera) -> tuple[Vector, Vector, Vector]:
    """Give the directions right, up and toward the eye, as unit vectors in LPS."""
    azimuth, elevation, roll = (
        math.radians(angle) for angle in (camera.azimuth_deg, camera.elevation_deg, camera.roll_deg)
    )
    right = (math.cos(azimuth), math.sin(azimuth), 0.0)
    level = (math.sin(azimuth), -math.cos(azimuth), 0.0)
    toward = (math.cos(elevation) * level[0], math.cos(elevation) * level[1], math.sin(elevation))
    up = (-math.sin(elevation) * level[0], -math.sin(elevation) * level[1], math.cos(elevation))
    return _mixed(right, up, math.cos(roll), -math.sin(roll)), _mixed(right, up, math.sin(roll), math.cos(roll)), toward


def camera_towards(direction: Vector, up: Vector = (0.0, 0.0, 1.0)) -> Camera:
    """Give the camera that looks along a direction (LPS, any length), with ``up`` up as far as that goes.

    Raises
    ------
    ValueError
        If the direction has no length.
    """
    x, y, z = direction
    length = math.sqrt(x * x + y * y + z * z)
    if not math.isfinite(length) or length == 0:
        raise ValueError("a direction of view needs a length")
    elevation = math.degrees(math.asin(max(-1.0, min(1.0, -z / length))))
    is_level = math.hypot(x, y) > 1e-9 * length
    azimuth = math.degrees(math.atan2(-x, y)) if is_level else 0.0
    plain = Camera(azimuth, elevation)
    right, upward, _toward = axes_of(plain)
    across, along = (sum(a * b for a, b in zip(axis, up, strict=True)) for axis in (right, upward))
    return (
        replace(plain, roll_deg=math.degrees(math.atan2(across, along))) if math.hypot(across, along) > 1e-9 else plain
    )


def sight(camera: Camera, box: Box, size_px: tuple[int, int]) -> Sight:
    """Put a camera before a volume.

    Parameters
    ----------
    size_px
        Columns and rows of the picture: at zoom 1 the box fits into its shorter side.
    """
    right, up, toward = axes_of(camera)
    focus = camera.focus_lps or box.middle_lps
    half = box.fit_mm / camera.zoom * max(1.0, size_px[1] / size_px[0])
    if camera.eye_lps is not None:
        distance = box.fit_mm
        focus = _moved(camera.eye_lps, toward, -distance)
        half = distance * math.tan(math.radians(camera.perspective_deg) / 2)
        return Sight(camera.eye_lps, focus, right, up, toward, half, camera.perspective_deg)
    if camera.perspective_deg:
        distance = half / math.tan(math.radians(camera.perspective_deg) / 2)
    else:
        distance = 2 * box.radius_mm + math.dist(focus, box.middle_lps)
    return Sight(_moved(focus, toward, distance), focus, right, up, toward, half, camera.perspective_deg)


def _mixed(a: Vector, b: Vector, of_a: float, of_b: float) -> Vector:
    return of_a * a[0] + of_b * b[0], of_a * a[1] + of_b * b[1], of_a * a[2] + of_b * b[2]


def _moved(point: Vector, direction: Vector, by_mm: float) -> Vector:
    return point[0] + by_mm * direction[0], point[1] + by_mm * direction[1], point[2] + by_mm * direction[2]
