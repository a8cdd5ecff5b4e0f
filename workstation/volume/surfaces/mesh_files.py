"""Surfaces as files: STL, PLY and OBJ in LPS mm, with that said in their heads; binary glTF in metres, head up."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.volume.surfaces.surface import Surface
from workstation.whole_files import whole_file

MeshFormat = Literal["stl", "ply", "obj", "glb"]
SUFFIXES: dict[str, MeshFormat] = {".stl": "stl", ".ply": "ply", ".obj": "obj", ".glb": "glb"}
NOTE = "SPACE=LPS;UNIT=mm"
"""As 3D Slicer and others look for it in the head of a mesh: without it they take RAS for granted."""
_PART = 200_000
_STL = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attributes", "<u2")])
_TO_GLTF = (0.001, 0, 0, 0, 0, 0, -0.001, 0, 0, 0.001, 0, 0, 0, 0, 0, 1)
"""Column by column, from LPS mm to metres with the head up and the face to the front, which glTF asks for."""
_FLOAT, _UNSIGNED, _VERTICES, _INDICES = 5126, 5125, 34962, 34963


def mesh_format(output: Path) -> MeshFormat:
    """Give the format that a name ends with.

    Raises
    ------
    UserError
        If it ends otherwise.
    """
    found = SUFFIXES.get(output.suffix.lower())
    if found is None:
        raise UserError(
            f"{output} is no name for a surface that can be written.",
            hint="Let --output end in .stl, .ply, .obj or .glb.",
        )
    return found


def write_mesh(surfaces: Sequence[Surface], output: Path, kind: MeshFormat | None = None) -> None:
    """Write surfaces into one file, whole or not at all.

    OBJ and glTF keep them apart, by name; in STL and PLY they are one. glTF and PLY have their colours.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    write = _WRITERS[kind or mesh_format(output)]
    with whole_file(output, hint="Choose another --output.") as temporary, temporary.open("wb") as stream:
        write(surfaces, stream)


def _write_stl(surfaces: Sequence[Surface], stream: BinaryIO) -> None:
    stream.write(NOTE.encode().ljust(80, b" "))
    stream.write(np.uint32(sum(len(each.triangles) for each in surfaces)).astype("<u4").tobytes())
    for surface in surfaces:
        for part in _parts(surface.triangles):
            facets = np.zeros(len(part), _STL)
            facets["corners"] = corners = surface.points_lps[part]
            normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
            lengths = np.linalg.norm(normals, axis=1, keepdims=True)
            facets["normal"] = np.divide(normals, lengths, out=np.zeros_like(normals), where=lengths > 0)
            stream.write(facets.tobytes())


def _write_ply(surfaces: Sequence[Surface], stream: BinaryIO) -> None:
    point = np.dtype([("place", "<f4", 3), ("colour", "u1", 3)])
    face = np.dtype([("count", "u1"), ("corners", "<i4", 3)])
    stream.write(
        f"ply\nformat binary_little_endian 1.0\ncomment {NOTE}\n"
        f"element vertex {sum(len(each.points_lps) for each in surfaces)}\n"
        "property float x\nproperty float y\nproperty float z\n"
        "property uchar red\nproperty uchar green\nproperty uchar blue\n"
        f"element face {sum(len(each.triangles) for each in surfaces)}\n"
        "property list uchar int vertex_indices\nend_header\n".encode()
    )
    for surface in surfaces:
        points = np.empty(len(surface.points_lps), point)
        points["place"], points["colour"] = surface.points_lps, surface.colour
        stream.write(points.tobytes())
    first = 0
    for surface in surfaces:
        for part in _parts(surface.triangles):
            faces = np.empty(len(part), face)
            faces["count"], faces["corners"] = 3, part + first
            stream.write(faces.tobytes())
        first += len(surface.points_lps)


def _write_obj(surfaces: Sequence[Surface], stream: BinaryIO) -> None:
    stream.write(f"# {NOTE}\n".encode())
    first = 1
    for number, surface in enumerate(surfaces, 1):
        stream.write(f"o {_word(surface.name) or f'surface_{number}'}\n".encode())
        for points in _parts(surface.points_lps):
            stream.write("".join(f"v {x:.7g} {y:.7g} {z:.7g}\n" for x, y, z in points.tolist()).encode())
        for part in _parts(surface.triangles):
            stream.write("".join(f"f {a} {b} {c}\n" for a, b, c in (part + first).tolist()).encode())
        first += len(surface.points_lps)


def _write_glb(surfaces: Sequence[Surface], stream: BinaryIO) -> None:
    """Write glTF 2.0 as one file: a chunk of JSON, and one of numbers."""
    arrays: list[tuple[NDArray[Any], int]] = []
    meshes: list[dict[str, Any]] = []
    for surface in surfaces:
        numbers = {"attributes": {"POSITION": len(arrays)}, "indices": len(arrays) + 1, "material": len(meshes)}
        arrays += [(surface.points_lps.astype("<f4"), _VERTICES), (surface.triangles.astype("<u4"), _INDICES)]
        meshes.append({"name": surface.name, "primitives": [numbers]})
    views: list[dict[str, Any]] = []
    accessors: list[dict[str, Any]] = []
    at = 0
    for array, target in arrays:
        views.append({"buffer": 0, "byteOffset": at, "byteLength": array.nbytes, "target": target})
        accessors.append(_accessor(array, target, len(accessors)))
        at += array.nbytes  # float32 and uint32: whatever comes next begins at a multiple of four
    root = {"name": "patient (LPS mm)", "matrix": _TO_GLTF, "children": [n + 1 for n in range(len(meshes))]}
    described = {
        "asset": {"version": "2.0", "generator": "workstation", "extras": {"points": NOTE}},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [root, *({"name": each["name"], "mesh": n} for n, each in enumerate(meshes))],
        "meshes": meshes,
        "materials": [_material(each) for each in surfaces],
        "buffers": [{"byteLength": at}],
        "bufferViews": views,
        "accessors": accessors,
    }
    text = json.dumps(described).encode()
    text += b" " * (-len(text) % 4)
    head = np.array([0x46546C67, 2, 12 + 8 + len(text) + 8 + at, len(text), 0x4E4F534A], "<u4")
    stream.write(head.tobytes() + text + np.array([at, 0x004E4942], "<u4").tobytes())
    for array, _ in arrays:
        stream.write(array.tobytes())


def _accessor(array: NDArray[Any], target: int, view: int) -> dict[str, Any]:
    if target == _VERTICES:
        bounds = {"min": array.min(axis=0).tolist(), "max": array.max(axis=0).tolist()}
        return {"bufferView": view, "componentType": _FLOAT, "count": len(array), "type": "VEC3", **bounds}
    return {"bufferView": view, "componentType": _UNSIGNED, "count": array.size, "type": "SCALAR"}


def _material(surface: Surface) -> dict[str, Any]:
    colour = [(part / 255) ** 2.2 for part in surface.colour]  # glTF's factors are linear light
    rough = {"baseColorFactor": [*colour, 1.0], "metallicFactor": 0.0, "roughnessFactor": 0.7}
    return {"name": surface.name, "pbrMetallicRoughness": rough, "doubleSided": True}


def _parts(array: NDArray[Any]) -> Iterator[NDArray[Any]]:
    for start in range(0, len(array), _PART):
        yield array[start : start + _PART]


def _word(name: str) -> str:
    return "_".join("".join(character for character in name if character.isprintable()).split())


_WRITERS: dict[MeshFormat, Callable[[Sequence[Surface], BinaryIO], None]] = {
    "stl": _write_stl,
    "ply": _write_ply,
    "obj": _write_obj,
    "glb": _write_glb,
}
