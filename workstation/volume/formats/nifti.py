"""The header of NIfTI-1 (Cox et al., 2004; nifti1.h), which counts from the patient's right, back and feet (RAS)."""

import math
import struct

from workstation.errors import UserError
from workstation.model.geometry import Vector
from workstation.volume.formats.layout import Affine, Layout, orthonormal

HEADER_BYTES, VOXELS_AT = 348, 352
MOST_ALONG = 32767
"""Voxels along an axis: the counts are signed numbers of 16 bits."""
TYPES = {
    "uint8": (2, 8),
    "int16": (4, 16),
    "int32": (8, 32),
    "float32": (16, 32),
    "float64": (64, 64),
    "int8": (256, 8),
    "uint16": (512, 16),
    "uint32": (768, 32),
}
"""Code and bits of a type."""
RGB24 = (128, 24)
MILLIMETRES, SECONDS = 2, 8
SCANNER = 1
"""The coordinates are those of the scanner (NIFTI_XFORM_SCANNER_ANAT)."""


def nifti_header(layout: Layout, *, software: str) -> bytes:
    """Make the header, and the four bytes behind it that say that no extension follows.

    The place of the voxels is told twice: as any affine (sform), and as a rotation (qform) where the axes are at right
    angles. A sheared grid has no rotation, so its qform says that it knows nothing.

    Raises
    ------
    UserError
        If there are more voxels along an axis than it can count, or colours of more than 8 bits.
    """
    if layout.is_colour and layout.kind != "uint8":
        raise UserError("NIfTI holds colours of 8 bits, and these have more.", hint="Write MetaImage or NRRD.")
    if max(*layout.shape_ijk, layout.times) > MOST_ALONG:
        raise UserError(
            f"NIfTI holds {MOST_ALONG} voxels along an axis; there are {max(*layout.shape_ijk, layout.times)}.",
            hint="Write MetaImage or NRRD.",
        )
    ras = _ras(layout.affine_lps)
    i, j, k = (_to_ras(each) for each in orthonormal(layout))
    b, c, d, handedness = _quaternion(i, j, k)
    code, bits = RGB24 if layout.is_colour else TYPES[layout.kind]
    dimensions = (4 if layout.times > 1 else 3, *layout.shape_ijk, layout.times, 1, 1, 1)
    sizes = (handedness, *layout.sizes_mm, layout.time_step_s, 1.0, 1.0, 1.0)
    header = struct.pack(
        "<i35xB8h3f4h8ff2fhcB4f2i80s24s2h6f12f16s4s",
        HEADER_BYTES,
        0,
        *dimensions,
        *(0.0, 0.0, 0.0),
        *(0, code, bits, 0),
        *sizes,
        float(VOXELS_AT),
        *(layout.slope, layout.intercept),
        *(0, b"\0", MILLIMETRES | (SECONDS if layout.times > 1 else 0)),
        *(0.0, 0.0, 0.0, 0.0),
        *(0, 0),
        software.encode("ascii", "replace")[:79],
        b"",
        *(0 if layout.is_sheared else SCANNER, SCANNER),
        *(b, c, d),
        *(ras[0][3], ras[1][3], ras[2][3]),
        *(number for row in ras[:3] for number in row),
        b"",
        b"n+1\0",
    )
    return header + b"\0" * (VOXELS_AT - HEADER_BYTES)


def _ras(affine: Affine) -> Affine:
    x, y, z, last = affine
    return (_negative(x), _negative(y), z, last)


def _negative(row: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    return 0.0 - row[0], 0.0 - row[1], 0.0 - row[2], 0.0 - row[3]


def _to_ras(vector: Vector) -> Vector:
    return 0.0 - vector[0], 0.0 - vector[1], vector[2]


def _quaternion(i: Vector, j: Vector, k: Vector) -> tuple[float, float, float, float]:
    """Give b, c, d of the unit quaternion (a >= 0) of a rotation, and -1 where k is mirrored."""
    mirrored = _determinant(i, j, k) < 0
    if mirrored:
        k = (-k[0], -k[1], -k[2])
    squares = (1 + i[0] + j[1] + k[2], 1 + i[0] - j[1] - k[2], 1 - i[0] + j[1] - k[2], 1 - i[0] - j[1] + k[2])
    largest = max(range(4), key=lambda n: squares[n])
    w = math.sqrt(squares[largest])
    if largest == 0:
        a, b, c, d = w, (j[2] - k[1]) / w, (k[0] - i[2]) / w, (i[1] - j[0]) / w
    elif largest == 1:
        a, b, c, d = (j[2] - k[1]) / w, w, (i[1] + j[0]) / w, (i[2] + k[0]) / w
    elif largest == 2:
        a, b, c, d = (k[0] - i[2]) / w, (i[1] + j[0]) / w, w, (j[2] + k[1]) / w
    else:
        a, b, c, d = (i[1] - j[0]) / w, (i[2] + k[0]) / w, (j[2] + k[1]) / w, w
    half = -0.5 if a < 0 else 0.5
    return b * half, c * half, d * half, -1.0 if mirrored else 1.0


def _determinant(i: Vector, j: Vector, k: Vector) -> float:
    return i[0] * (j[1] * k[2] - j[2] * k[1]) - i[1] * (j[0] * k[2] - j[2] * k[0]) + i[2] * (j[0] * k[1] - j[1] * k[0])
