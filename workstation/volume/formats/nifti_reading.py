"""Headers of NIfTI-1 and NIfTI-2 files, single or as a pair, read tolerantly and checked (nifti1.h, nifti2.h)."""

import gzip
import math
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workstation.volume.formats.described import FLIP_XY, Described, checked_affine, checked_shape, refused

_TYPES = {
    2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 256: "i1", 512: "u2", 768: "u4", 1024: "i8", 1280: "u8",
}  # fmt: skip
_OTHER_TYPES = {1: "bits", 32: "complex numbers", 128: "colours", 1792: "complex numbers", 2304: "colours"}
_ONE_BYTES, _TWO_BYTES = 348, 540


def describe_nifti(path: Path) -> Described:
    """Read the header of a file ending in ``.nii``, ``.nii.gz``, ``.hdr`` or ``.img``.

    Raises
    ------
    UserError
        If it is none, or damaged.
    OSError
        If it cannot be read.
    """
    header_path, data_path = _pair(path)
    raw = _head(header_path)
    for order in "<>":
        size = struct.unpack_from(f"{order}i", raw)[0] if len(raw) >= 4 else 0
        if size == _ONE_BYTES and len(raw) >= _ONE_BYTES:
            return _described_one(raw, order, header_path, data_path)
        if size == _TWO_BYTES and len(raw) >= _TWO_BYTES:
            return _described_two(raw, order, header_path, data_path)
    raise refused(path, "this is no NIfTI file")


def _pair(path: Path) -> tuple[Path, Path]:
    name = path.name.lower()
    gz = ".gz" if name.endswith(".gz") else ""
    if name.endswith((".hdr", ".hdr.gz", ".img", ".img.gz")):
        base = path.name[: -len(f".hdr{gz}")]
        return path.with_name(f"{base}.hdr{path.name[len(base) + 4 :]}"), path.with_name(
            f"{base}.img{path.name[len(base) + 4 :]}"
        )
    return path, path


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        start = stream.read(_TWO_BYTES)
        if start[:2] != b"\x1f\x8b":
            return start
        stream.seek(0)
        try:
            with gzip.GzipFile(fileobj=stream) as unpacked:
                return unpacked.read(_TWO_BYTES)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise refused(path, "its compressed bytes are damaged") from None


def _described_one(raw: bytes, order: str, header: Path, data: Path) -> Described:
    magic = raw[344:348]
    if magic not in (b"n+1\0", b"ni1\0"):
        raise refused(header, "this is an Analyze file, which does not say where its voxels lie")
    dims = struct.unpack_from(f"{order}8h", raw, 40)
    code = struct.unpack_from(f"{order}h", raw, 70)[0]
    sizes = struct.unpack_from(f"{order}8f", raw, 76)
    offset, slope, intercept = struct.unpack_from(f"{order}3f", raw, 108)
    qform, sform = struct.unpack_from(f"{order}2h", raw, 252)
    numbers = struct.unpack_from(f"{order}18f", raw, 256)
    return _described(
        header, data, order,
        is_single=magic == b"n+1\0", dims=dims, code=code, sizes=sizes, offset=offset, line=(slope, intercept),
        forms=(qform, sform), numbers=numbers,
    )  # fmt: skip


def _described_two(raw: bytes, order: str, header: Path, data: Path) -> Described:
    if raw[4:8] not in (b"n+2\0", b"ni2\0"):
        raise refused(header, "this is no NIfTI file")
    code = struct.unpack_from(f"{order}h", raw, 12)[0]
    dims = struct.unpack_from(f"{order}8q", raw, 16)
    sizes = struct.unpack_from(f"{order}8d", raw, 104)
    offset = struct.unpack_from(f"{order}q", raw, 168)[0]
    line = struct.unpack_from(f"{order}2d", raw, 176)
    qform, sform = struct.unpack_from(f"{order}2i", raw, 344)
    numbers = struct.unpack_from(f"{order}18d", raw, 352)
    return _described(
        header, data, order,
        is_single=raw[4:8] == b"n+2\0", dims=dims, code=code, sizes=sizes, offset=offset, line=line,
        forms=(qform, sform), numbers=numbers,
    )  # fmt: skip


def _described(
    header: Path,
    data: Path,
    order: str,
    *,
    is_single: bool,
    dims: Sequence[int],
    code: int,
    sizes: Sequence[float],
    offset: float,
    line: tuple[float, float],
    forms: tuple[int, int],
    numbers: Sequence[float],
) -> Described:
    count = dims[0]
    if not 1 <= count <= 7 or any(size < 1 for size in dims[1 : count + 1]):
        raise refused(header, "its header tells no sizes")
    if code not in _TYPES:
        raise refused(header, f"its voxels are {_OTHER_TYPES.get(code, 'of a type that is not known')}, not numbers")
    shape = checked_shape(header, dims[1 : min(count, 3) + 1])
    least = _ONE_BYTES if is_single else 0
    if not math.isfinite(offset) or not least <= offset < 2**53:
        raise refused(header, "its header does not say where the voxels begin")
    slope = line[0] if math.isfinite(line[0]) and line[0] != 0 else 1.0
    intercept = line[1] if math.isfinite(line[1]) and slope == line[0] else 0.0
    return Described(
        dtype=np.dtype(order + _TYPES[code]),
        shape_ijk=shape,
        others=math.prod(dims[4 : count + 1]) if count > 3 else 1,
        others_first=False,
        affine_lps=_affine(header, forms, sizes, numbers),
        data=header if is_single else data,
        offset=int(offset),
        packing="gzip" if _is_packed(header if is_single else data) else "none",
        slope=slope,
        intercept=intercept,
    )


def _is_packed(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"


def _affine(
    path: Path, forms: tuple[int, int], sizes: Sequence[float], numbers: Sequence[float]
) -> NDArray[np.float64] | None:
    """Give the sform, else the qform, as the standard and most readers prefer them; None where neither is known."""
    qform, sform = forms
    if sform > 0:
        rows = np.array(numbers[6:18], float).reshape(3, 4)
        return FLIP_XY @ checked_affine(path, rows[:, :3].T.tolist(), rows[:, 3].tolist())
    if qform <= 0:
        return None
    b, c, d = numbers[:3]
    with np.errstate(all="ignore"):
        a = math.sqrt(max(0.0, 1.0 - b * b - c * c - d * d)) if all(map(math.isfinite, (b, c, d))) else math.nan
    axes = np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ]
    )
    mirror = -1.0 if sizes[0] < 0 else 1.0
    columns = (axes * [abs(sizes[1]), abs(sizes[2]), abs(sizes[3]) * mirror]).T
    return FLIP_XY @ checked_affine(path, columns.tolist(), numbers[3:6])
