"""Torn surfaces are closed again, and closed ones are left alone."""

import numpy as np
import pytest
import trimesh

from workstation.volume.surfaces.mesh_repair import closed_again, edges_fit


@pytest.fixture
def ball() -> tuple[np.ndarray, np.ndarray]:
    mesh = trimesh.creation.icosphere(subdivisions=4, radius=10)
    return np.asarray(mesh.vertices, np.float32), np.asarray(mesh.faces, np.int32)


def volume(points: np.ndarray, triangles: np.ndarray) -> float:
    return float(trimesh.Trimesh(points, triangles, process=False).volume)


def test_a_closed_surface_stays_as_it_is(ball: tuple[np.ndarray, np.ndarray]) -> None:
    points, triangles = closed_again(*ball)
    assert edges_fit(triangles, len(points))
    assert np.array_equal(triangles, ball[1])


@pytest.mark.parametrize("seed", range(4))
def test_holes_doubled_turned_and_folded_triangles_are_mended(ball: tuple[np.ndarray, np.ndarray], seed: int) -> None:
    points, triangles = ball
    chosen = np.random.default_rng(seed).permutation(len(triangles))
    torn = np.delete(triangles, chosen[:5], axis=0)
    torn = np.concatenate([torn, triangles[chosen[5:8]]])  # twice
    torn[chosen[10:13]] = torn[chosen[10:13], ::-1]  # inside out
    torn[chosen[20], 0] = torn[chosen[20], 1]  # no triangle
    torn[chosen[21], 0] = torn[chosen[22], 0]  # a fold
    assert not edges_fit(torn, len(points))
    mended, faces = closed_again(points, torn)
    assert edges_fit(faces, len(mended))
    mesh = trimesh.Trimesh(mended, faces, process=False)
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    assert mesh.volume == pytest.approx(volume(points, triangles), rel=0.03)


def test_a_lone_triangle_is_closed_from_behind() -> None:
    points = np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0)], np.float32)
    mended, faces = closed_again(points, np.array([[0, 1, 2]], np.int32))
    assert len(faces) == 4
    assert edges_fit(faces, len(mended))


def test_what_is_torn_throughout_stays_as_it_is() -> None:
    points = np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0)], np.float32)
    twice = np.array([[0, 1, 2], [0, 1, 2]], np.int32)
    mended, faces = closed_again(points, twice)
    assert np.array_equal(mended, points)
    assert np.array_equal(faces, twice)
