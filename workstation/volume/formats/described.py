"""What the header of a volume file that nobody vouches for says, after it was checked."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.quick_dataclass import dataclass

MOST_HEADER_BYTES = 1 << 20
MOST_ALONG = 1 << 20
LEAST_VOLUME = 1e-9
"""Of a voxel in mm3: less is no grid."""
FLIP_XY = np.diag([-1.0, -1.0, 1.0, 1.0])
"""From RAS to LPS, and back."""


@dataclass(frozen=True, eq=False)
class Described:
    """Voxels in a file.

    Parameters
    ----------
    dtype
        Of a voxel, with its byte order.
    shape_ijk
        Columns, rows, slices.
    others
        Volumes in the file: times, components.
    others_first
        Whether the numbers of one voxel lie together, rather than the voxels of one volume.
    affine_lps
        4x4 from (i, j, k, 1) to LPS mm; None where the file does not say where its voxels lie.
    data, offset
        The file of the voxels, and where they begin; -1 for what is at its end.
    packing
        How they are compressed.
    """

    dtype: np.dtype[np.generic]
    shape_ijk: tuple[int, int, int]
    others: int
    others_first: bool
    affine_lps: NDArray[np.float64] | None
    data: Path
    offset: int
    packing: Literal["none", "gzip", "zlib"] = "none"
    slope: float = 1.0
    intercept: float = 0.0

    @property
    def count_bytes(self) -> int:
        """Bytes of all voxels."""
        return math.prod(self.shape_ijk) * self.others * self.dtype.itemsize


def refused(path: Path, what: str, hint: str = "Write the file again, or as NIfTI, NRRD or MetaImage.") -> UserError:
    """Give the error that says what is wrong with a file."""
    return UserError(f"{path.name}: {what}.", hint=hint)


def checked_shape(path: Path, sizes: Sequence[int]) -> tuple[int, int, int]:
    """Give up to three sizes as three."""
    if not 1 <= len(sizes) <= 3 or not all(0 < size <= MOST_ALONG for size in sizes):
        raise refused(path, f"sizes of {' x '.join(str(size) for size in sizes) or 'nothing'} are those of no volume")
    padded = (*sizes, 1, 1)
    return padded[0], padded[1], padded[2]


def checked_affine(path: Path, columns: Sequence[Sequence[float]], origin: Sequence[float]) -> NDArray[np.float64]:
    """Lay a grid by its steps along i, j, k and the centre of its first voxel."""
    affine = np.eye(4)
    try:
        affine[:3, :3] = np.array(columns, float).T
        affine[:3, 3] = origin
    except ValueError:
        raise refused(path, "its axes are not told by three numbers each") from None
    with np.errstate(all="ignore"):
        volume = float(abs(np.linalg.det(affine[:3, :3]))) if np.isfinite(affine).all() else math.nan
    if not (math.isfinite(volume) and volume > LEAST_VOLUME):
        raise refused(path, "its header does not say where the voxels lie: the axes are no grid")
    return affine


def beside(path: Path, name: str) -> Path:
    """Give the file of voxels that a header names: beside it, nowhere else."""
    if (
        not name
        or name in (".", "..")
        or "\0" in name
        or any(mark in name for mark in "/\\%")
        or Path(name).name != name
    ):
        raise refused(path, "its voxels are not in one file beside it", "Put both into one folder, or write one file.")
    return path.with_name(name)
