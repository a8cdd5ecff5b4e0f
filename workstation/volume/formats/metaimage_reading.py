"""Headers of MetaImage files, within or beside the voxels, read tolerantly and checked."""

import re
from pathlib import Path

import numpy as np

from workstation.volume.formats.described import (
    MOST_HEADER_BYTES,
    Described,
    beside,
    checked_affine,
    checked_shape,
    refused,
)

_TYPES = {
    "MET_CHAR": "i1",
    "MET_UCHAR": "u1",
    "MET_SHORT": "i2",
    "MET_USHORT": "u2",
    "MET_INT": "i4",
    "MET_UINT": "u4",
    "MET_LONG_LONG": "i8",
    "MET_ULONG_LONG": "u8",
    "MET_FLOAT": "f4",
    "MET_DOUBLE": "f8",
}
_LAST = re.compile(rb"^\s*ElementDataFile\s*=([^\n]*)\n", re.MULTILINE)


def describe_metaimage(path: Path) -> Described:
    """Read the header of a file ending in ``.mha`` or ``.mhd``.

    Raises
    ------
    UserError
        If it is none, or damaged.
    OSError
        If it cannot be read.
    """
    with path.open("rb") as stream:
        head = stream.read(MOST_HEADER_BYTES)
    end = _LAST.search(head if head.endswith(b"\n") or len(head) == MOST_HEADER_BYTES else head + b"\n")
    if end is None:
        raise refused(path, "this is no MetaImage file")
    fields = {
        name.strip(): value.strip()
        for line in head[: end.start()].decode("utf-8", "replace").splitlines()
        for name, _mark, value in (line.partition("="),)
    }
    sizes = [int(word) for word in fields.get("DimSize", "").split() if re.fullmatch(r"\d{1,9}", word)]
    dimensions = fields.get("NDims", "")
    if str(len(sizes)) != dimensions or len(sizes) not in (2, 3, 4):
        raise refused(path, "its header tells no sizes")
    code = _TYPES.get(fields.get("ElementType", ""))
    if code is None or fields.get("ElementNumberOfChannels", "1") != "1":
        raise refused(path, "its voxels are not single numbers of a type that is known")
    if fields.get("BinaryData", "True").lower() != "true" or fields.get("HeaderSize", "0") not in ("0", "-1"):
        raise refused(path, "its voxels are not stored as plain bytes")
    name = end[1].decode("utf-8", "replace").strip()
    is_big = fields.get("BinaryDataByteOrderMSB", fields.get("ElementByteOrderMSB", "False")).lower() == "true"
    is_local = name.upper() == "LOCAL"
    offset = -1 if fields.get("HeaderSize") == "-1" else end.end() if is_local else 0
    return Described(
        dtype=np.dtype((">" if is_big else "<") + code),
        shape_ijk=checked_shape(path, sizes[:3]),
        others=sizes[3] if len(sizes) == 4 else 1,
        others_first=False,
        affine_lps=_affine(path, fields, len(sizes)),
        data=path if is_local else beside(path, name),
        offset=offset,
        packing="zlib" if fields.get("CompressedData", "False").lower() == "true" else "none",
    )


def _affine(path: Path, fields: dict[str, str], dimensions: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    def numbers(names: tuple[str, ...], otherwise: list[float]) -> list[float]:
        told = next((fields[name] for name in names if name in fields), "")
        try:
            found = [float(word) for word in told.split()]
        except ValueError:
            raise refused(path, "its header does not tell places by numbers") from None
        return found if len(found) == len(otherwise) else otherwise

    plain = np.eye(dimensions).ravel().tolist()
    matrix = np.reshape(numbers(("TransformMatrix", "Orientation", "Rotation"), plain), (dimensions, dimensions))
    spacing = numbers(("ElementSpacing", "ElementSize"), [1.0] * dimensions)
    origin = numbers(("Offset", "Position", "Origin"), [0.0] * dimensions)
    count = min(dimensions, 3)
    axes, place = np.eye(3), np.zeros(3)
    axes[:count, :count] = matrix[:count, :count]  # a row is the direction of an axis
    place[:count] = origin[:count]
    sides = np.array([*spacing[:count], 1.0])[:3]
    with np.errstate(all="ignore"):
        return checked_affine(path, (axes * sides[:, None]).tolist(), place.tolist())
