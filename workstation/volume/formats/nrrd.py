"""The header of NRRD (teem.sourceforge.net/nrrd/format.html), in the patient's left, back and head (LPS)."""

from collections.abc import Iterable

from workstation.volume.formats.layout import Layout

TYPES = {
    "uint8": "uint8",
    "int8": "int8",
    "uint16": "uint16",
    "int16": "int16",
    "uint32": "uint32",
    "int32": "int32",
    "float32": "float",
    "float64": "double",
}


def nrrd_header(layout: Layout, *, data_file: str = "", is_compressed: bool = False) -> bytes:
    """Make the header; a sheared grid is told as it is.

    Parameters
    ----------
    layout
        Its values are modality values: the format knows no slope.
    data_file
        The file beside it that has the voxels; they follow the header itself where empty.
    is_compressed
        Whether the voxels are compressed by gzip.
    """
    has_time = layout.times > 1
    directions = [[*layout.axis(number), *([0.0] if has_time else [])] for number in range(3)]
    shape: list[int] = [*layout.shape_ijk]
    origin = [*layout.origin_lps]
    if has_time:
        directions.append([0.0, 0.0, 0.0, layout.time_step_s or 1.0])
        shape.append(layout.times)
        origin.append(0.0)
    told = [_vector(each) for each in directions]
    kinds = ["domain"] * len(shape)
    if layout.is_colour:
        shape, told, kinds = [3, *shape], ["none", *told], ["RGB-color", *kinds]
    lines = [
        "NRRD0005",
        f"type: {TYPES[layout.kind]}",
        f"dimension: {len(shape)}",
        f"space: left-posterior-superior{'-time' if has_time else ''}",
        f"sizes: {' '.join(map(str, shape))}",
        f"space directions: {' '.join(told)}",
        f"kinds: {' '.join(kinds)}",
        *(["endian: little"] if layout.kind not in ("uint8", "int8") else []),
        f"encoding: {'gzip' if is_compressed else 'raw'}",
        f"space origin: {_vector(origin)}",
        'space units: "mm" "mm" "mm"' + (' "s"' if has_time else ""),
        *([f"data file: {data_file}"] if data_file else []),
    ]
    return ("\n".join(lines) + "\n\n").encode("utf-8")


def _vector(numbers: Iterable[float]) -> str:
    return "(" + ",".join(f"{number + 0.0:.17g}" for number in numbers) + ")"
