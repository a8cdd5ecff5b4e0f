"""Volumes and masks of NIfTI, NRRD and MetaImage files, which may come from anywhere: checked, then read."""

import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.model.geometry import VolumeGrid
from workstation.model.memory import memory_budget_bytes
from workstation.quick_dataclass import dataclass
from workstation.volume.formats.described import Described, refused
from workstation.volume.formats.metaimage_reading import describe_metaimage
from workstation.volume.formats.nifti_reading import describe_nifti
from workstation.volume.formats.nrrd_reading import describe_nrrd

ENDINGS: dict[str, Callable[[Path], Described]] = {
    ".nii": describe_nifti,
    ".nii.gz": describe_nifti,
    ".hdr": describe_nifti,
    ".img": describe_nifti,
    ".hdr.gz": describe_nifti,
    ".img.gz": describe_nifti,
    ".nrrd": describe_nrrd,
    ".nhdr": describe_nrrd,
    ".mha": describe_metaimage,
    ".mhd": describe_metaimage,
}
PACKED_READ = 1 << 20
IN_PLACE = 1e-3
"""Voxels this near to each other, in voxels, are the same."""


@dataclass(frozen=True, eq=False)
class GridFile:
    """Voxels of a file.

    Parameters
    ----------
    name
        Of the file, for messages.
    array_kji
        (slices, rows, columns), as stored; modality value = ``array_kji * slope + intercept``.
    affine_lps
        4x4 from (i, j, k, 1) to LPS mm; None where the file does not say where its voxels lie.
    volumes
        How many the file holds, this one among them.
    """

    name: str
    array_kji: NDArray[Any]
    affine_lps: NDArray[np.float64] | None
    slope: float = 1.0
    intercept: float = 0.0
    volumes: int = 1


def is_grid_file(path: Path) -> bool:
    """Tell by its name whether a file is one that is read here."""
    return _reader(path) is not None


def read_grid_file(path: Path, *, number: int = 0) -> GridFile:
    """Read a volume.

    Parameters
    ----------
    number
        Which, from 0, where a file holds several: times, or layers of labels.

    Raises
    ------
    UserError
        If it cannot be read, is damaged, holds no such volume, or needs more memory than there is.
    """
    describe = _reader(path)
    if describe is None:
        raise refused(path, "its name does not end as that of a volume", f"It may end in {', '.join(ENDINGS)}.")
    try:
        described = describe(path)
        if not 0 <= number < described.others:
            raise refused(path, f"it holds {described.others} volumes, there is no number {number + 1}")
        array = _voxels(path, described, number)
    except OSError as error:
        raise refused(path, f"it cannot be read: {error.strerror or error}") from error
    return GridFile(path.name, array, described.affine_lps, described.slope, described.intercept, described.others)


def values_on(file: GridFile, grid: VolumeGrid) -> NDArray[Any]:
    """Give the values of a file on the voxels of a volume: those of the voxel nearest to each centre, 0 outside.

    Parameters
    ----------
    file
        On the same grid, or on any other. Without a place of its own it lies on the same voxels.
    grid
        That of the volume.

    Returns
    -------
    ndarray
        (k, j, i) of the size of the grid.

    Raises
    ------
    UserError
        If the file has no place, and another size.
    """
    values = file.array_kji
    if (file.slope, file.intercept) != (1.0, 0.0):
        values = values * np.float64(file.slope) + np.float64(file.intercept)
    if file.affine_lps is None:
        if values.shape != grid.shape_kji:
            raise UserError(
                f"{file.name}: it does not say where its voxels lie, and its size, {_size(values.shape)}, is not that "
                f"of the volume, {_size(grid.shape_kji)}.",
                hint="Write it with its place, or on the voxels of the volume.",
            )
        return values
    from_grid: NDArray[np.float64] = np.linalg.solve(file.affine_lps, grid.affine_lps).astype(np.float64)
    if turned := _turned(values, from_grid, grid.shape_kji):
        return np.ascontiguousarray(turned[0])
    return _nearest(values, from_grid, grid.shape_kji)


def _reader(path: Path) -> Callable[[Path], Described] | None:
    name = path.name.lower()
    ending = max((each for each in ENDINGS if name.endswith(each) and name != each), key=len, default="")
    return ENDINGS.get(ending)


def _voxels(path: Path, described: Described, number: int) -> NDArray[Any]:
    columns, rows, slices = described.shape_ijk
    one = columns * rows * slices * described.dtype.itemsize
    needed, budget = described.count_bytes if described.others_first else one, memory_budget_bytes()
    if needed > budget:
        raise refused(
            path,
            f"it tells of {_size((slices, rows, columns))} voxels, which need {needed / 2**30:.1f} GiB of memory; "
            f"{budget / 2**30:.1f} GiB are granted",
            "Write a smaller one.",
        )
    _check_there(path, described)
    taken = np.empty(needed, np.uint8)
    skip = 0 if described.others_first else one * number
    with described.data.open("rb") as stream:
        _fill(path, stream, described, skip, taken.data)
    values = taken.view(described.dtype)
    if described.others_first:
        values = values.reshape(-1, described.others)[:, number]
    native = np.ascontiguousarray(values, described.dtype.newbyteorder("="))
    return native.reshape(slices, rows, columns)


def _check_there(path: Path, described: Described) -> None:
    """Refuse what is too short before memory is taken, so that a header alone takes none."""
    size = described.data.stat().st_size
    needed = described.count_bytes + max(described.offset, 0)
    if described.packing == "none" and size < needed:
        raise refused(path, f"it tells of {needed} bytes, but the file of the voxels has {size}")
    if described.packing != "none" and size * 1100 < described.count_bytes:  # deflate packs no tighter than 1032:1
        raise refused(path, f"it tells of {described.count_bytes} bytes, more than {size} compressed ones can hold")


def _fill(path: Path, stream: BinaryIO, described: Described, skip: int, target: memoryview) -> None:
    if described.packing == "none":
        at = described.offset if described.offset >= 0 else os.fstat(stream.fileno()).st_size - described.count_bytes
        stream.seek(at + skip)
        if stream.readinto(target) != len(target):  # type: ignore[attr-defined] # a buffered reader
            raise refused(path, "the file of the voxels became shorter while it was read")
        return
    if described.offset > 0 and described.data.name == path.name and not _is_gzip(stream):
        stream.seek(described.offset)  # the header is plain, the voxels behind it are compressed
    else:
        skip += max(described.offset, 0)
    done = 0
    for piece in _unpacked(path, stream):
        if skip >= len(piece):
            skip -= len(piece)
            continue
        part = piece[skip : skip + len(target) - done]
        skip = 0
        target[done : done + len(part)] = part
        done += len(part)
        if done == len(target):
            return
    raise refused(path, "its compressed voxels end too early")


def _is_gzip(stream: BinaryIO) -> bool:
    start = stream.read(2)
    stream.seek(0)
    return start == b"\x1f\x8b"


def _unpacked(path: Path, stream: BinaryIO) -> Iterator[bytes]:
    """Unpack gzip of one or several members, or zlib, a piece at a time."""
    unpacker, waiting = zlib.decompressobj(zlib.MAX_WBITS | 32), stream.read(PACKED_READ)
    try:
        while True:
            piece = unpacker.decompress(waiting, PACKED_READ)
            yield piece
            if unpacker.eof:
                waiting, unpacker = unpacker.unused_data, zlib.decompressobj(zlib.MAX_WBITS | 32)
            else:
                waiting = unpacker.unconsumed_tail
                if len(piece) == PACKED_READ and not waiting:
                    continue  # it may hold more than it gave
            waiting = waiting or stream.read(PACKED_READ)
            if not waiting:
                return
    except zlib.error:
        raise refused(path, "its compressed voxels are damaged") from None


def _turned(
    values: NDArray[Any], from_grid: NDArray[np.float64], shape_kji: tuple[int, int, int]
) -> tuple[NDArray[Any]] | None:
    """Give values whose voxels are those of the grid, turned over or about; None where they are others."""
    axes = np.rint(from_grid[:3, :3])
    if (np.abs(axes).sum(axis=0) != 1).any() or (np.abs(axes).sum(axis=1) != 1).any():
        return None
    corners = np.array([[i, j, k, 1] for i in (0, 1) for j in (0, 1) for k in (0, 1)]) * [*shape_kji[::-1], 1]
    exact = np.column_stack([axes, np.rint(from_grid[:3, 3])])
    if np.abs(corners @ from_grid[:3].T - corners @ exact.T).max() > IN_PLACE:
        return None
    which = np.abs(axes).argmax(axis=0)  # axis i, j or k of the file along i, j, k of the grid
    ordered = values.transpose([2 - which[2], 2 - which[1], 2 - which[0]])
    signs = axes[which, [0, 1, 2]]
    starts = np.where(signs > 0, 0, np.array(ordered.shape[::-1]) - 1)
    flipped = ordered[tuple(slice(None, None, int(sign)) for sign in signs[::-1])]
    is_same = flipped.shape == shape_kji and np.array_equal(exact[which, 3], starts)
    return (flipped,) if is_same else None


def _nearest(values: NDArray[Any], from_grid: NDArray[np.float64], shape_kji: tuple[int, int, int]) -> NDArray[Any]:
    slices, rows, columns = shape_kji
    result = np.zeros(shape_kji, values.dtype)
    along = from_grid[:3, 0, None, None] * np.arange(columns) + from_grid[:3, 1, None, None] * np.arange(rows)[:, None]
    limits = np.array(values.shape[::-1])[:, None, None]
    for k in range(slices):
        places = along + (from_grid[:3, 2] * k + from_grid[:3, 3])[:, None, None]
        nearest = np.floor(places + 0.5)
        is_there = ((nearest >= 0) & (nearest < limits)).all(axis=0)
        if is_there.any():
            i, j, source_k = nearest[:, is_there].astype(np.intp)
            result[k][is_there] = values[source_k, j, i]
    return result


def _size(shape_kji: tuple[int, ...]) -> str:
    return " x ".join(str(side) for side in reversed(shape_kji))
