"""Where the voxels of a volume live: in memory, or in a temporary file where they exceed what memory is granted."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from workstation.errors import UserError
from workstation.model.memory import memory_budget_bytes

LEFT_FREE_BYTES = 1 << 30
"""On the disk, for everything else."""


def voxel_array(shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
    """Give an array for voxels; one beyond the memory budget lies in a file, which is gone with the array.

    Raises
    ------
    UserError
        If the disk has no room for it.
    """
    kind = np.dtype(dtype)
    size = int(np.prod(shape, dtype=np.int64)) * kind.itemsize
    if size <= memory_budget_bytes():
        return np.empty(shape, kind)
    with tempfile.TemporaryFile(prefix="workstation-volume-", dir=scratch_folder()) as file:
        try:
            # A file with holes would end the program, not a call, when the disk is full at a later write.
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            return np.memmap(file, kind, "r+", shape=shape)
        except OSError as error:
            raise no_room(size) from error


def disk_room_bytes() -> int:
    """Give how much voxels may take on the disk."""
    return max(0, shutil.disk_usage(scratch_folder()).free - LEFT_FREE_BYTES)


def scratch_folder() -> Path:
    """Give where large temporary files go: not where a system keeps them in memory, as many do with ``/tmp``."""
    asked = os.environ.get("TMPDIR")
    large = Path("/var/tmp")  # noqa: S108 - the files in it have no name
    return large if not asked and large.is_dir() and os.access(large, os.W_OK) else Path(tempfile.gettempdir())


def no_room(size: int) -> UserError:
    """Give the refusal of voxels that fit neither memory nor disk."""
    return UserError(
        f"Voxels of {size / 2**30:.1f} GiB fit neither the memory that is granted, {memory_budget_bytes() / 2**30:.1f} "
        f"GiB, nor the disk of {scratch_folder()}, {disk_room_bytes() / 2**30:.1f} GiB.",
        hint="Make room there or name another folder by TMPDIR, open a thicker reconstruction, or use a machine with "
        "more memory.",
    )
