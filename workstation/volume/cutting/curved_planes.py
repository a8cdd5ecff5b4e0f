"""Curved planes: the picture along a path, straightened or stretched, and cross-sections of the path.

Both kinds are ruled: each row of the picture is a straight line in the patient. So the map from a pixel to the patient
is one value, `CurvedLayout`, from which the picture is sampled and every length on it is known.
"""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.model.geometry import (
    Plane,
    Spacing,
    SpacingSource,
    Vector,
    VolumeGrid,
    as_vector,
    lps_to_ijk,
    unit,
)
from workstation.quick_dataclass import dataclass
from workstation.volume.paths import Path3D, Points, tangents_of

Kind = Literal["straightened", "stretched"]
MOST_PIXELS, MOST_COLUMNS = 20_000_000, 32_000


@dataclass(frozen=True, eq=False)
class CurvedLayout:
    """Where the pixels of a curved plane lie in the patient.

    Parameters
    ----------
    kind
        Straightened: rows lie at right angles to the path and turn with it. Stretched: all rows have one direction, and
        the surface that they make is rolled out; lengths in it are right in every direction.
    starts_lps
        (rows, 3) mm: the middle of the first pixel of each row.
    across_lps
        (rows, 3) unit vectors along the rows.
    through_lps
        (rows, 3) unit vectors through the picture: a slab reaches along them, half to each side.
    columns
        Pixels of a row.
    spacing
        Between rows it is length along the path (straightened), or along the path as it is seen from the direction of
        the rows (stretched).
    path_column
        (rows,) the column, with a fraction, at which the path crosses each row.
    """

    kind: Kind
    starts_lps: Points
    across_lps: Points
    through_lps: Points
    columns: int
    spacing: Spacing
    path_column: NDArray[np.float64]

    def point_lps(self, point_px: tuple[float, float]) -> Vector:
        """Give the place of an image point (column, row) in the patient; between rows it is interpolated."""
        column, row = point_px
        at = min(max(row, 0.0), len(self.starts_lps) - 1.0)
        before = min(int(at), len(self.starts_lps) - 2)
        share = at - before
        away = column * self.spacing.between_columns
        one, other = (self.starts_lps[each] + away * self.across_lps[each] for each in (before, before + 1))
        x, y, z = one + share * (other - one)
        return float(x), float(y), float(z)


def straightened(path: Path3D, *, width_mm: float, spacing_mm: float, turn_deg: float = 0.0) -> CurvedLayout:
    """Lay rows across a path, that turn with it and not about it.

    Parameters
    ----------
    path
        Its step is the distance of the rows.
    width_mm
        Length of a row; the path is in the middle.
    spacing_mm
        Between columns.
    turn_deg
        By how much the rows are turned about the path, from its normal towards its binormal.
    """
    angle = math.radians(turn_deg)
    across = math.cos(angle) * path.normals_lps + math.sin(angle) * path.binormals_lps
    columns = _columns(width_mm, spacing_mm, len(path.points_lps))
    middle = (columns - 1) / 2
    return CurvedLayout(
        "straightened",
        path.points_lps - across * (middle * spacing_mm),
        across,
        np.cross(path.tangents_lps, across),
        columns,
        Spacing(path.step_mm, spacing_mm, SpacingSource.PIXEL_SPACING, "along the path, and across it"),
        np.full(len(path.points_lps), middle),
    )


def stretched(path: Path3D, *, across_lps: Sequence[float], width_mm: float, spacing_mm: float) -> CurvedLayout:
    """Roll out the surface that a line of one direction makes as it is carried along a path.

    The path may rise and fall along that direction: it is then seen as a curve in the picture.

    Parameters
    ----------
    path
        As in `straightened`.
    across_lps
        Direction of the rows: to the head for a panorama of the jaw.
    width_mm
        How far the picture reaches beyond the path, both sides together.
    spacing_mm
        Between columns.

    Raises
    ------
    UserError
        If the path runs along that direction only.
    """
    across = np.asarray(unit((float(across_lps[0]), float(across_lps[1]), float(across_lps[2]))))
    along = path.points_lps @ across
    seen = path.points_lps - along[:, np.newaxis] * across
    steps = np.linalg.norm(np.diff(seen, axis=0), axis=1)
    length = float(steps.sum())
    if length < 2 * spacing_mm:
        raise UserError(
            "The path runs along the direction of the rows: nothing is left of it when it is seen from there.",
            hint="Choose another direction, or have it straightened.",
        )
    rows = max(2, round(length / path.step_mm) + 1)
    at = np.linspace(0.0, length, rows)
    lengths = np.concatenate([[0.0], np.cumsum(steps)])
    feet = np.column_stack([np.interp(at, lengths, seen[:, axis]) for axis in range(3)])
    heights = np.interp(at, lengths, along)
    lowest = float(along.min()) - width_mm / 2
    columns = _columns(float(np.ptp(along)) + width_mm, spacing_mm, rows)
    through = np.cross(tangents_of(feet), across)
    through /= np.linalg.norm(through, axis=1, keepdims=True)
    return CurvedLayout(
        "stretched",
        feet + lowest * across,
        np.broadcast_to(across, feet.shape),
        through,
        columns,
        Spacing(length / (rows - 1), spacing_mm, SpacingSource.PIXEL_SPACING, "along the path as seen, and across it"),
        (heights - lowest) / spacing_mm,
    )


def cross_section(path: Path3D, at_mm: float, *, width_mm: float, spacing_mm: float, frame_uid: str = "") -> Plane:
    """Give the square plane at right angles to a path, its middle on the path.

    Its rows run along the normal of the path; it is looked at along the way of the path.
    """
    place = path.at(at_mm)
    right, down = place.normal_lps, place.binormal_lps
    columns = _columns(width_mm, spacing_mm, 2)
    half = (_columns(width_mm, spacing_mm, columns) - 1) / 2 * spacing_mm
    origin = place.point_lps - half * right - half * down
    return Plane(
        as_vector(origin),
        as_vector(right),
        as_vector(down),
        Spacing(spacing_mm, spacing_mm, SpacingSource.PIXEL_SPACING),
        frame_uid,
    )


def share_inside(path: Path3D, grid: VolumeGrid) -> float:
    """Give how much of a path lies within the volume, 0 to 1."""
    ijk = lps_to_ijk(grid, path.points_lps)
    most = np.array(grid.shape_kji[::-1]) - 0.5
    return float(np.mean(np.all((ijk >= -0.5) & (ijk <= most), axis=1)))


def _columns(width_mm: float, spacing_mm: float, rows: int) -> int:
    wanted = width_mm / spacing_mm
    columns = max(2, round(min(wanted, MOST_COLUMNS)) + 1)
    if columns > MOST_COLUMNS or columns * rows > MOST_PIXELS:
        raise UserError(
            f"A picture of {wanted:.10g} x {rows} pixels is larger than what is made.",
            hint="Choose a wider spacing or a smaller width.",
        )
    return columns
