"""Spheres on planes: the circle in which a plane cuts one, the sphere of a circle, and the voxels chosen there."""

import math
from dataclasses import replace

import numpy as np
import pytest

from workstation.measure.isocontour import isocontour
from workstation.measure.spheres import Sphere
from workstation.model.annotation import Annotation, Threshold
from workstation.model.geometry import lps_to_ijk, point_to_lps
from workstation.model.index.scan import scan
from workstation.model.stacks import stacks_of
from workstation.model.volume import Volume, build_volume
from workstation.phantoms import small
from workstation.volume.inside import middle_of
from workstation.volume.planes.lattice import Lattice, covering
from workstation.volume.planes.spheres import away_from, chosen_on, section_on, sphere_of


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Volume:
    folder = tmp_path_factory.mktemp("series")
    small.volume("axial").write(folder)
    instances = [each for scanned in scan([folder]) for each in scanned.instances]
    (stack,) = stacks_of(tuple(instances))
    return build_volume(stack)


def coronal(volume: Volume, by_mm: float = 0.0) -> Lattice:
    x, y, z = middle_of(volume.grid)
    return covering(volume.grid, (1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (x, y + by_mm, z), 0.5)


def drawn(volume: Volume, radius_mm: float = 6.0) -> Annotation:
    """Give a sphere that was drawn on a coronal plane through the middle."""
    found = coronal(volume)
    column, row = (each / 2 for each in found.size_px)
    points = ((column, row), (column + radius_mm / 0.5, row))
    section = Annotation("s", "sphere", "coronal", 0, points, points[1], threshold=Threshold("value", -1000.0))
    return sphere_of(section, found.plane, volume)


def test_that_a_sphere_drawn_on_a_plane_is_of_the_nearest_slice_with_its_true_middle(volume: Volume) -> None:
    found, made = coronal(volume), drawn(volume)
    column, row = (each / 2 for each in found.size_px)
    assert made.points_lps[0] == pytest.approx(point_to_lps(found.plane, (column, row)))
    assert math.dist(*made.points_lps) == pytest.approx(6.0)
    k = float(lps_to_ijk(volume.grid, [made.points_lps[0]])[0][2])
    number = [each.instance.sop_instance_uid for each in volume.frames].index(made.sop_instance_uid)
    assert abs(number - k) <= 0.5
    assert made.cut is None
    assert made.frame_of_reference_uid == volume.grid.frame_of_reference_uid


def test_that_a_plane_cuts_it_in_a_circle_of_the_right_size(volume: Volume) -> None:
    sphere = drawn(volume)
    for away, radius in ((0.0, 6.0), (3.0, math.sqrt(27.0)), (-5.0, math.sqrt(11.0))):
        plane = coronal(volume, away).plane
        circle = section_on(sphere, plane)
        assert circle is not None
        centre, rim = circle.points_px
        assert math.dist(centre, rim) * 0.5 == pytest.approx(radius)
        assert abs(away_from(sphere, plane)) == pytest.approx(abs(away))
        again = sphere_of(circle, plane, volume, away_mm=away_from(sphere, plane))
        assert np.array(again.points_lps) == pytest.approx(np.array(sphere.points_lps))
    assert section_on(sphere, coronal(volume, 6.5).plane) is None
    elsewhere = replace(coronal(volume).plane, frame_of_reference_uid="9.9")
    assert section_on(sphere, elsewhere) is None


def test_that_the_chosen_voxels_of_a_plane_are_those_whose_voxel_holds_the_pixel(volume: Volume) -> None:
    sphere = drawn(volume)
    chosen = isocontour(volume, Sphere.of(sphere), sphere.threshold or Threshold("value", 0.0), connected=False)
    found = coronal(volume)
    mask = chosen_on(chosen, volume.grid, found.plane, found.size_px)
    assert mask is not None
    bits = np.unpackbits(np.frombuffer(mask.bits, np.uint8))[: mask.columns * mask.rows]
    inside = bits.reshape(mask.rows, mask.columns).astype(bool)
    whole = np.zeros(volume.array_kji.shape, bool)
    k, j, i = chosen.first_kji
    box = chosen.inside_kji.shape
    whole[k : k + box[0], j : j + box[1], i : i + box[2]] = chosen.inside_kji
    for row in range(0, found.size_px[1], 3):
        for column in range(0, found.size_px[0], 3):
            at = lps_to_ijk(volume.grid, [point_to_lps(found.plane, (column, row))])[0][::-1]
            voxel = np.floor(at + 0.5).astype(int)
            is_there = bool(((voxel >= 0) & (voxel < whole.shape)).all()) and bool(whole[tuple(voxel)])
            across, down = column - mask.left, row - mask.top
            is_painted = 0 <= across < mask.columns and 0 <= down < mask.rows and bool(inside[down, across])
            assert is_painted == is_there, (column, row)
    assert inside.sum() > 100
    assert chosen_on(chosen, volume.grid, coronal(volume, 9.0).plane, found.size_px) is None
