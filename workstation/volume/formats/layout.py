"""What the header of a volume file says of its voxels. Without numpy: plain exports copy bytes and need none."""

import math
from collections.abc import Sequence

from workstation.model.geometry import Plane, Vector, cross, difference, dot, plane_normal_lps, unit
from workstation.quick_dataclass import dataclass

Affine = tuple[tuple[float, float, float, float], ...]
"""4x4, rows first: from voxel (i, j, k, 1) to LPS mm."""

BYTES = {"uint8": 1, "int8": 1, "uint16": 2, "int16": 2, "uint32": 4, "int32": 4, "float32": 4, "float64": 8}
"""Types of voxels that are written, and bytes of each."""
STRAIGHT = 1e-4
"""Cosine between axes that are called perpendicular; more is a shear, as of a tilted gantry."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Voxels of one volume, or of several at different times, as they lie in a file: i fastest, then j, k, time.

    Parameters
    ----------
    shape_ijk
        Columns, rows, slices.
    kind
        Type of a voxel, a key of `BYTES`; little endian.
    affine_lps
        Where the voxels lie.
    slope, intercept
        Modality value = stored * slope + intercept.
    unit
        Of modality values, such as ``HU``; empty where nobody knows.
    times
        Volumes, one behind the other.
    time_step_s
        Time from one to the next; 0 where nobody knows.
    is_colour
        Whether a voxel is red, green and blue, one behind the other, each of the type.
    """

    shape_ijk: tuple[int, int, int]
    kind: str
    affine_lps: Affine
    slope: float = 1.0
    intercept: float = 0.0
    unit: str = ""
    times: int = 1
    time_step_s: float = 0.0
    is_colour: bool = False

    @property
    def voxel_bytes(self) -> int:
        """Bytes of all voxels."""
        return math.prod(self.shape_ijk) * self.times * BYTES[self.kind] * (3 if self.is_colour else 1)

    @property
    def origin_lps(self) -> Vector:
        """Centre of the first voxel, mm."""
        return self.axis(3)

    @property
    def sizes_mm(self) -> Vector:
        """Distance of neighbours along i, j, k."""
        i, j, k = (math.sqrt(dot(each, each)) for each in (self.axis(0), self.axis(1), self.axis(2)))
        return i, j, k

    def axis(self, number: int) -> Vector:
        """Give a column of the affine: a step along i, j or k, or the origin."""
        x, y, z = (row[number] for row in self.affine_lps[:3])
        return x, y, z

    @property
    def is_sheared(self) -> bool:
        """Whether its axes are not at right angles."""
        i, j, k = (unit(self.axis(number)) for number in range(3))
        return max(abs(dot(i, j)), abs(dot(i, k)), abs(dot(j, k))) > STRAIGHT


def affine_of_planes(first: Plane, last: Plane, slices: int, *, thickness_mm: float = 1.0) -> Affine:
    """Lay a grid through the first and the last slice, as `workstation.model.geometry.grid_of_planes` does."""
    i = tuple(each * first.spacing.between_columns for each in first.along_row_lps)
    j = tuple(each * first.spacing.between_rows for each in first.along_column_lps)
    along = difference(last.origin_lps, first.origin_lps) if slices > 1 else plane_normal_lps(first)
    k = tuple(each / (slices - 1) if slices > 1 else each * thickness_mm for each in along)
    return as_affine([(*row, place) for *row, place in zip(i, j, k, first.origin_lps, strict=True)])


def as_affine(rows: Sequence[Sequence[float]]) -> Affine:
    """Give three or four rows of numbers as an affine."""
    made = [(float(row[0]), float(row[1]), float(row[2]), float(row[3])) for row in rows[:3]]
    return (*made, (0.0, 0.0, 0.0, 1.0))


def orthonormal(layout: Layout) -> tuple[Vector, Vector, Vector]:
    """Give unit vectors at right angles, next to the axes: i as it is, j and k turned where they are not.

    The third points to the side on which the slices follow, so that they may make a mirrored frame.
    """
    i = unit(layout.axis(0))
    j = layout.axis(1)
    share = dot(i, j)
    j = unit((j[0] - share * i[0], j[1] - share * i[1], j[2] - share * i[2]))
    k = cross(i, j)
    return i, j, k if dot(k, layout.axis(2)) > 0 else (-k[0], -k[1], -k[2])
