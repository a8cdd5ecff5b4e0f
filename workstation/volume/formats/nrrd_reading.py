"""Headers of NRRD files, within or beside the voxels, read tolerantly and checked."""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workstation.volume.formats.described import (
    FLIP_XY,
    MOST_HEADER_BYTES,
    Described,
    beside,
    checked_affine,
    checked_shape,
    refused,
)

_TYPES = {
    "i1": ("signed char", "int8", "int8_t"),
    "u1": ("uchar", "unsigned char", "uint8", "uint8_t"),
    "i2": ("short", "short int", "signed short", "signed short int", "int16", "int16_t"),
    "u2": ("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"),
    "i4": ("int", "signed int", "int32", "int32_t"),
    "u4": ("uint", "unsigned int", "uint32", "uint32_t"),
    "i8": ("longlong", "long long", "long long int", "signed long long", "int64", "int64_t"),
    "u8": ("ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t"),
    "f4": ("float",),
    "f8": ("double",),
}
_BY_NAME = {name: code for code, names in _TYPES.items() for name in names}
_SPACES = {
    "left-posterior-superior": (1.0, 1.0),
    "lps": (1.0, 1.0),
    "right-anterior-superior": (-1.0, -1.0),
    "ras": (-1.0, -1.0),
    "left-anterior-superior": (1.0, -1.0),
    "las": (1.0, -1.0),
}
"""Signs of x and y to LPS."""
_VECTOR = re.compile(r"none|\([^()]*\)")


def describe_nrrd(path: Path) -> Described:
    """Read the header of a file ending in ``.nrrd`` or ``.nhdr``.

    Raises
    ------
    UserError
        If it is none, or damaged.
    OSError
        If it cannot be read.
    """
    fields, end = _fields(path)
    sizes = [int(word) for word in fields.get("sizes", "").split() if re.fullmatch(r"\d{1,9}", word)]
    if not sizes or str(len(sizes)) != fields.get("dimension", ""):
        raise refused(path, "its header tells no sizes")
    code = _BY_NAME.get(fields.get("type", "").lower())
    if code is None:
        raise refused(path, "its voxels are of a type that is not known")
    directions = _VECTOR.findall(fields.get("space directions", ""))
    if len(directions) != len(sizes):
        directions = ["()"] * min(3, len(sizes)) + ["none"] * (len(sizes) - 3)
    places, others, first = _axes(path, sizes, directions, fields.get("kinds", ""))
    encoding = fields.get("encoding", "").lower()
    if encoding not in ("raw", "gzip", "gz"):
        raise refused(path, f"its voxels are encoded as {encoding or 'nothing'}, which is not read")
    named = fields.get("data file") or fields.get("datafile")
    skip = fields.get("byte skip") or fields.get("byteskip") or "0"
    if (fields.get("line skip") or fields.get("lineskip") or "0") != "0" or not re.fullmatch(r"-1|\d{1,15}", skip):
        raise refused(path, "it skips lines before the voxels, which is not read")
    return Described(
        dtype=np.dtype((">" if fields.get("endian", "").lower() == "big" else "<") + code),
        shape_ijk=checked_shape(path, [sizes[n] for n in places]),
        others=others,
        others_first=first,
        affine_lps=_affine(path, [directions[n] for n in places], fields),
        data=beside(path, named) if named else path,
        offset=-1 if skip == "-1" else int(skip) + (0 if named else end),
        packing="none" if encoding == "raw" else "gzip",
    )


def _fields(path: Path) -> tuple[dict[str, str], int]:
    """Give the fields by lower-case name, and where the header ends."""
    with path.open("rb") as stream:
        head = stream.read(MOST_HEADER_BYTES)
    if not re.match(rb"NRRD000[1-5]\r?\n", head):
        raise refused(path, "this is no NRRD file")
    end = re.search(rb"\r?\n\r?\n", head)
    text = head[: end.start() if end else len(head)].decode("utf-8", "replace")
    fields: dict[str, str] = {}
    for line in text.splitlines()[1:]:
        name, mark, value = line.partition(":")
        if not line.startswith("#") and mark and not value.startswith("="):
            fields[name.strip().lower()] = value.strip()
    return fields, end.end() if end else len(head)


def _axes(path: Path, sizes: list[int], directions: list[str], kinds: str) -> tuple[list[int], int, bool]:
    """Give which axes are of space, how many volumes the other one holds, and whether it comes first."""
    times = [n for n, kind in enumerate(kinds.split()) if kind in ("time", "list", "vector")]
    others = [n for n, word in enumerate(directions) if word == "none" or n in times]
    if len(sizes) == 4 and not others:
        others = [3]
    places = [n for n in range(len(sizes)) if n not in others]
    if len(others) > 1 or len(places) > 3 or (others and others[0] not in (0, len(sizes) - 1)):
        raise refused(path, f"its {len(sizes)} axes are those of no volume")
    count = sizes[others[0]] if others else 1
    if count < 1:
        raise refused(path, "its header tells no sizes")
    return places, count, bool(others) and others[0] == 0


def _affine(path: Path, directions: list[str], fields: dict[str, str]) -> NDArray[np.float64] | None:
    signs = _SPACES.get(fields.get("space", "").lower().removesuffix("-time"))
    if signs is None or any(word in ("none", "()") for word in directions):
        return None
    columns = [_numbers(path, word)[:3] for word in directions]
    origin = _numbers(path, fields.get("space origin", "(0,0,0)"))[:3]
    if len(columns) == 2:
        columns.append(np.cross(*np.array(columns, float)).tolist())
    if len(columns) < 3:
        return None
    affine = checked_affine(path, columns, origin)
    return np.diag([*signs, 1.0, 1.0]) @ affine if signs != (-1.0, -1.0) else FLIP_XY @ affine


def _numbers(path: Path, vector: str) -> list[float]:
    try:
        return [float(word) for word in vector.strip("()").split(",")]
    except ValueError:
        raise refused(path, "its axes are not told by numbers") from None
