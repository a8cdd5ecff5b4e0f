"""The header of MetaImage (.mha, .mhd), which ITK counts in the patient's left, back and head (LPS)."""

from collections.abc import Iterable

from workstation.model.geometry import Vector
from workstation.volume.formats.layout import Layout, orthonormal

TYPES = {
    "uint8": "MET_UCHAR",
    "int8": "MET_CHAR",
    "uint16": "MET_USHORT",
    "int16": "MET_SHORT",
    "uint32": "MET_UINT",
    "int32": "MET_INT",
    "float32": "MET_FLOAT",
    "float64": "MET_DOUBLE",
}
SIZE_DIGITS = 16
COMPRESSED_SIZE = b"CompressedDataSize = "


def metaimage_header(layout: Layout, *, data_file: str = "", is_compressed: bool = False) -> bytes:
    """Make the header.

    Parameters
    ----------
    layout
        Its values are modality values: readers know no slope.
    data_file
        The file beside it that has the voxels; they follow the header itself where empty.
    is_compressed
        With room for the compressed size, which is known only then: see `with_compressed_size`.
    """
    dimensions = 4 if layout.times > 1 else 3
    axes = [[*each, 0.0] if dimensions == 4 else [*each] for each in orthonormal(layout)]
    sizes = [*layout.sizes_mm]
    shape: list[int] = [*layout.shape_ijk]
    origin = [*layout.origin_lps]
    if dimensions == 4:
        axes.append([0.0, 0.0, 0.0, 1.0])
        sizes.append(layout.time_step_s or 1.0)
        shape.append(layout.times)
        origin.append(0.0)
    lines = [
        "ObjectType = Image",
        f"NDims = {dimensions}",
        "BinaryData = True",
        "BinaryDataByteOrderMSB = False",
        f"CompressedData = {is_compressed}",
        *([COMPRESSED_SIZE.decode() + "0".rjust(SIZE_DIGITS)] if is_compressed else []),
        f"TransformMatrix = {_words(number for axis in axes for number in axis)}",
        f"Offset = {_words(origin)}",
        f"CenterOfRotation = {' '.join('0' * dimensions)}",
        *([f"AnatomicalOrientation = {anatomical(orthonormal(layout))}"] if dimensions == 3 else []),
        f"ElementSpacing = {_words(sizes)}",
        f"DimSize = {_words(shape)}",
        *(["ElementNumberOfChannels = 3"] if layout.is_colour else []),
        f"ElementType = {TYPES[layout.kind]}",
        f"ElementDataFile = {data_file or 'LOCAL'}",
    ]
    return ("\n".join(lines) + "\n").encode("utf-8")


def with_compressed_size(header: bytes, size: int) -> bytes:
    """Put the size of the compressed voxels into a header; its length stays."""
    at = header.index(COMPRESSED_SIZE) + len(COMPRESSED_SIZE)
    return header[:at] + f"{size:>{SIZE_DIGITS}}".encode() + header[at + SIZE_DIGITS :]


def anatomical(axes: Iterable[Vector]) -> str:
    """Name where each axis comes from, R, L, A, P, I or S, as ITK does: RAI for a plain axial volume."""
    letters = ""
    for axis in axes:
        largest = max(range(3), key=lambda n, axis=axis: abs(axis[n]))  # type: ignore[misc]
        letters += ("RL", "AP", "IS")[largest][axis[largest] < 0]
    return letters


def _words(numbers: Iterable[float]) -> str:
    return " ".join(f"{number + 0.0:.17g}" for number in numbers)
