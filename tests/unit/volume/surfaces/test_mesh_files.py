"""Surfaces are read by others as they were written."""

from pathlib import Path

import numpy as np
import pytest
import trimesh

from workstation.errors import UserError
from workstation.model.geometry import VolumeGrid
from workstation.volume.surfaces.mesh_files import mesh_format, write_mesh
from workstation.volume.surfaces.surface import Surface, surface_of


def block(corner: int, name: str, colour: tuple[int, int, int]) -> Surface:
    array = np.zeros((30, 30, 30), np.uint8)
    array[corner : corner + 8, 5:15, 5:20] = 1
    affine = np.eye(4)
    affine[:3, 3] = (-40, 10, 100)
    return surface_of(array, VolumeGrid(affine, array.shape), 0.5, name=name, colour=colour)


@pytest.fixture
def surfaces() -> list[Surface]:
    return [block(3, "left kidney\n", (200, 30, 10)), block(15, "", (10, 100, 220))]


@pytest.mark.parametrize("suffix", [".stl", ".ply", ".obj"])
def test_others_read_the_same_closed_surface_in_lps(tmp_path: Path, surfaces: list[Surface], suffix: str) -> None:
    file = tmp_path / f"two{suffix}"
    write_mesh(surfaces, file)
    read = trimesh.load(file, force="mesh")
    assert len(read.faces) == sum(len(each.triangles) for each in surfaces)
    assert read.is_watertight
    assert read.volume / 1000 == pytest.approx(sum(each.volume_ml for each in surfaces), rel=1e-4)
    every = np.concatenate([each.points_lps for each in surfaces])
    assert read.bounds == pytest.approx(np.array([every.min(axis=0), every.max(axis=0)]), abs=1e-3)


def test_the_coordinate_system_stands_in_the_head(tmp_path: Path, surfaces: list[Surface]) -> None:
    for suffix in (".stl", ".ply", ".obj"):
        write_mesh(surfaces, tmp_path / f"two{suffix}")
        assert b"SPACE=LPS;UNIT=mm" in (tmp_path / f"two{suffix}").read_bytes()[:200]
    assert not (tmp_path / "two.stl").read_bytes().startswith(b"solid")  # that would be text


def test_gltf_is_in_metres_with_the_head_up_and_the_face_to_the_front(tmp_path: Path, surfaces: list[Surface]) -> None:
    write_mesh(surfaces, tmp_path / "two.glb")
    scene = trimesh.load(tmp_path / "two.glb")
    assert len(scene.geometry) == 2
    every = np.concatenate([each.points_lps for each in surfaces])
    x, y, z = every.T
    expected = np.column_stack([x, z, -y]) / 1000
    assert scene.bounds == pytest.approx(np.array([expected.min(axis=0), expected.max(axis=0)]), abs=1e-6)
    red = next(each for name, each in scene.geometry.items() if "kidney" in name)
    assert red.visual.material.baseColorFactor[:3].tolist() == pytest.approx([149, 2, 0], abs=2)
    assert red.volume > 0


def test_parts_keep_their_names_in_obj(tmp_path: Path, surfaces: list[Surface]) -> None:
    write_mesh(surfaces, tmp_path / "two.obj")
    lines = (tmp_path / "two.obj").read_text().splitlines()
    assert [line for line in lines if line.startswith("o ")] == ["o left_kidney", "o surface_2"]


def test_colours_are_in_ply(tmp_path: Path, surfaces: list[Surface]) -> None:
    write_mesh(surfaces, tmp_path / "two.ply")
    colours = trimesh.load(tmp_path / "two.ply", process=False).visual.vertex_colors
    assert tuple(colours[0][:3]) == (200, 30, 10)
    assert tuple(colours[-1][:3]) == (10, 100, 220)


def test_another_ending_is_refused() -> None:
    assert mesh_format(Path("A.STL")) == "stl"
    with pytest.raises(UserError, match="no name for a surface"):
        mesh_format(Path("a.dae"))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, surfaces: list[Surface]) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError):
        write_mesh(surfaces, tmp_path / "file" / "two.stl")
