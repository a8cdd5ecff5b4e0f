"""Planes and slabs against SimpleITK's Resample: of grids that are turned, reversed, anisotropic and tilted."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray

from workstation.display.voi import padding_mask
from workstation.errors import Cancelled
from workstation.model.frame import Frame
from workstation.model.geometry import (
    Plane,
    Spacing,
    SpacingSource,
    VolumeGrid,
    ijk_to_lps,
    image_to_lps,
    lps_to_ijk,
    lps_to_image,
)
from workstation.model.volume import Volume
from workstation.phantoms import small
from workstation.volume.cutting import sampling
from workstation.volume.cutting.oblique import oblique_plane
from workstation.volume.cutting.reslice import Reslicer
from workstation.volume.cutting.slabs import Interpolation, Projection, Slab
from workstation.volume.cutting.standard_planes import DIRECTIONS_LPS, PlaneName, planes_of, voxel_way_mm

GRIDS = ["axial", "sagittal", "coronal", "oblique", "feet_first", "prone", "negated_column", "tilted", "anisotropic"]
NAMES: tuple[PlaneName, ...] = ("axial", "sagittal", "coronal")
METHODS = {
    "nearest": SimpleITK.sitkNearestNeighbor,
    "linear": SimpleITK.sitkLinear,
}
OUTSIDE = -30000.0


def volume_of(grid: VolumeGrid, array: NDArray[Any], **changes: Any) -> Volume:
    plain = Volume(array, grid, 1.0, 0.0, "HU", (), (), tuple(map(float, range(len(array)))))
    return replace(plain, **changes)


def noisy(name: str, dtype: Any = np.int16) -> Volume:
    """Give a grid of the small phantoms, with noise for voxels, so that no error of place goes unseen."""
    truth = small.volume(name)
    values = np.random.default_rng(7).integers(-1000, 2000, truth.hu_kji.shape)
    return volume_of(truth.grid, values.astype(dtype))


def expected(
    volume: Volume, plane: Plane, size_px: tuple[int, int], interpolation: str, offsets_mm: tuple[float, ...] = (0.0,)
) -> NDArray[np.float64]:
    """Give samples of SimpleITK, (offsets, rows, columns); the way to the voxels is a transform, so it may shear."""
    image = SimpleITK.GetImageFromArray(volume.array_kji.astype(np.float64))
    to_voxels = np.linalg.inv(volume.grid.affine_lps)
    transform = SimpleITK.AffineTransform(3)
    transform.SetMatrix(to_voxels[:3, :3].ravel().tolist())
    transform.SetTranslation(to_voxels[:3, 3].tolist())
    normal = np.cross(plane.along_row_lps, plane.along_column_lps)
    found = []
    for offset in offsets_mm:
        reference = SimpleITK.Image([*size_px, 1], SimpleITK.sitkFloat64)
        reference.SetOrigin((np.asarray(plane.origin_lps) + normal * offset).tolist())
        reference.SetSpacing([plane.spacing.between_columns, plane.spacing.between_rows, 1.0])
        reference.SetDirection(np.column_stack([plane.along_row_lps, plane.along_column_lps, normal]).ravel().tolist())
        made = SimpleITK.Resample(image, reference, transform, METHODS[interpolation], OUTSIDE, SimpleITK.sitkFloat64)
        found.append(SimpleITK.GetArrayFromImage(made)[0])
    return np.array(found)


def values_of(frame: Frame) -> NDArray[np.float64]:
    """Give modality values, what is padding as `OUTSIDE`."""
    values = np.asarray(frame.modality_values(), dtype=np.float64)
    values[padding_mask(frame.pixels, frame.padding)] = OUTSIDE
    return values


def assert_equal_but_for_rounding(found: NDArray[Any], wanted: NDArray[Any], within: float = 0.6) -> None:
    """Both agree where there is a volume; which pixels lie on its very border is a matter of rounding."""
    border = (found == OUTSIDE) != (wanted == OUTSIDE)
    assert border.mean() < 0.02
    assert (wanted != OUTSIDE).mean() > 0.1
    np.testing.assert_allclose(found[~border], wanted[~border], atol=within)


@pytest.mark.parametrize("interpolation", ["nearest", "linear"])
@pytest.mark.parametrize("name", GRIDS)
def test_that_standard_planes_equal_those_of_simpleitk(name: str, interpolation: Interpolation) -> None:
    volume = noisy(name)
    reslicer = Reslicer(volume)
    for plane_name in NAMES:
        stack = planes_of(volume.grid, plane_name, pixel_mm=0.73)
        for n in {0, 1, stack.count // 2, stack.count - 1}:
            plane = stack.plane(n)
            frame = reslicer.frame(plane, stack.size_px, interpolation=interpolation)
            wanted = expected(volume, plane, stack.size_px, interpolation)[0]
            if (wanted == OUTSIDE).mean() > 0.9:
                continue
            if interpolation == "nearest":  # which of two voxels equally near is taken is a matter of rounding
                assert (values_of(frame) == wanted).mean() > 0.95
            else:
                assert_equal_but_for_rounding(values_of(frame), wanted)


@pytest.mark.parametrize("name", GRIDS)
def test_that_oblique_planes_equal_those_of_simpleitk(name: str) -> None:
    volume = noisy(name)
    middle = ijk_to_lps(volume.grid, [(13.3, 9.1, 4.2)])[0]
    for normal in ((1.0, 0.5, 0.3), (0.1, -0.2, 1.0), (0.2, 1.0, -0.4)):
        plane, size_px = oblique_plane(volume.grid, normal, tuple(middle))
        frame = Reslicer(volume).frame(plane, size_px)
        assert_equal_but_for_rounding(values_of(frame), expected(volume, plane, size_px, "linear")[0])


def test_that_cubic_planes_are_those_of_the_cubic_through_four_voxels() -> None:
    volume = noisy("oblique")
    plane, size_px = oblique_plane(volume.grid, (0.2, 0.3, 1.0), tuple(ijk_to_lps(volume.grid, [(13, 9, 4)])[0]))
    found = values_of(Reslicer(volume).frame(plane, size_px, interpolation="cubic"))
    pixels = np.array([(column, row) for row in range(size_px[1]) for column in range(size_px[0])])
    places = lps_to_ijk(volume.grid, image_to_lps(plane, pixels))
    inside = ((places > 1) & (places < np.array(volume.array_kji.shape[::-1]) - 2)).all(axis=1)
    assert inside.sum() > 100
    for (column, row), (i, j, k) in zip(pixels[inside], places[inside], strict=True):
        first = [math.floor(at) - 1 for at in (k, j, i)]
        values = volume.array_kji[tuple(slice(at, at + 4) for at in first)].astype(float)
        for at in (k, j, i):  # Keys 1981, a = -1/2
            x = at - math.floor(at)
            weights = (
                np.array([-x + 2 * x**2 - x**3, 2 - 5 * x**2 + 3 * x**3, x + 4 * x**2 - 3 * x**3, x**3 - x**2]) / 2
            )
            values = np.tensordot(weights, values, axes=(0, 0))
        assert found[row, column] == pytest.approx(float(values), abs=1.5)


def reduced(samples: NDArray[np.float64], projection: Projection, step_mm: float) -> NDArray[np.float64]:
    """Make one picture of samples across a slab, without those outside."""
    seen = np.ma.masked_equal(samples, OUTSIDE)
    if projection in ("mip", "minip"):
        made = seen.max(axis=0) if projection == "mip" else seen.min(axis=0)
        return np.asarray(made.filled(OUTSIDE))
    weights = np.ones(len(samples))
    weights[[0, -1]] = 0.5
    weights = weights[:, None, None] * ~np.ma.getmaskarray(seen)
    total, weight = (samples * weights).sum(axis=0), weights.sum(axis=0)
    return np.where(weight > 0, total / np.maximum(weight, 1e-9) if projection == "mean" else total * step_mm, OUTSIDE)


@pytest.mark.parametrize("projection", ["mip", "minip", "mean", "sum"])
@pytest.mark.parametrize("name", ["axial", "oblique", "tilted", "anisotropic"])
def test_that_oblique_slabs_equal_those_of_simpleitk(name: str, projection: Projection) -> None:
    volume = noisy(name)
    plane, size_px = oblique_plane(volume.grid, (0.3, 0.4, 1.0), tuple(ijk_to_lps(volume.grid, [(13, 9, 4)])[0]))
    slab = Slab(6.0, projection)
    normal = np.cross(plane.along_row_lps, plane.along_column_lps)
    steps = slab.steps(voxel_way_mm(volume.grid, tuple(normal)))
    offsets = np.linspace(-3.0, 3.0, steps + 1)
    samples = expected(volume, plane, size_px, "linear", tuple(offsets))
    wanted = reduced(samples, projection, 6.0 / steps)
    found = values_of(Reslicer(volume).frame(plane, size_px, slab=slab))
    whole = (samples != OUTSIDE).all(axis=0)  # where rays leave the volume, the sample at its border decides
    assert whole.mean() > 0.1
    np.testing.assert_allclose(found[whole], wanted[whole], atol=0.6 if projection != "sum" else 0.2)
    assert ((found == OUTSIDE) == (wanted == OUTSIDE)).mean() > 0.98


@pytest.mark.parametrize("projection", ["mip", "minip", "mean", "sum"])
@pytest.mark.parametrize("thickness", [0.3, 2.5, 5.0, 7.1, 500.0])
def test_that_slabs_of_voxels_are_exact(projection: Projection, thickness: float) -> None:
    """What is linear between layers of voxels has its extremes at these and at the surfaces, its integral as well."""
    volume = noisy("axial")
    for name, side, size_px, layers in (
        ("axial", (0.8, 0.8, 2.5), (28, 20), 9),
        ("sagittal", (0.8, 2.5, 0.8), (20, 9), 28),
        ("coronal", (0.8, 2.5, 0.8), (28, 9), 20),
    ):
        stack = planes_of(volume.grid, name)  # type: ignore[arg-type]
        assert stack.count == layers
        n = layers // 2
        plane = replace(stack.plane(n), spacing=Spacing(side[1], side[0], SpacingSource.PIXEL_SPACING))
        low, high = max(-thickness / 2, -(n + 0.5) * side[2]), min(thickness / 2, (layers - n - 0.5) * side[2])
        centres = [layer * side[2] for layer in range(-n, layers - n) if low < layer * side[2] < high]
        offsets = np.array([low + 1e-9, *centres, high - 1e-9])
        samples = expected(volume, plane, size_px, "linear", tuple(offsets))
        if projection in ("mip", "minip"):
            wanted = samples.max(axis=0) if projection == "mip" else samples.min(axis=0)
        else:
            wanted = np.trapezoid(samples, offsets, axis=0) / (1.0 if projection == "sum" else high - low)
        found = values_of(Reslicer(volume).frame(plane, size_px, slab=Slab(thickness, projection)))
        np.testing.assert_allclose(found, wanted, atol=0.51 if projection != "sum" else 0.02)


@pytest.mark.parametrize("name", [*GRIDS, "gapped"])
def test_that_the_marker_is_seen_where_it_lies_in_the_patient(name: str) -> None:
    truth = small.volume(name)
    volume = volume_of(truth.grid, truth.hu_kji)
    at = ijk_to_lps(volume.grid, [truth.marker_kji[::-1]])[0]
    for plane_name in NAMES:
        stack = planes_of(volume.grid, plane_name, pixel_mm=0.1, spacing_mm=0.1)
        frame = Reslicer(volume).frame(stack.plane(stack.nearest(tuple(at))), stack.size_px)
        values = np.asarray(frame.pixels, dtype=np.float64)
        # Linear interpolation makes a tent of one voxel: what rises above everything else is symmetric about it.
        weight = np.clip(values - 500, 0, None)
        row, column = (np.average(index, weights=weight) for index in np.indices(weight.shape))
        pixels, distance = lps_to_image(stack.plane(stack.nearest(tuple(at))), [at])
        np.testing.assert_allclose((column, row), pixels[0], atol=0.6)
        assert abs(distance[0]) <= 0.051


@pytest.mark.parametrize("name", ["axial", "sagittal", "coronal", "feet_first", "prone", "negated_column"])
def test_that_planes_along_the_voxels_are_the_voxels(name: str) -> None:
    volume = noisy(name)
    middle, seen = ijk_to_lps(volume.grid, [(5, 6, 7)])[0], 0
    for plane_name in NAMES:
        stack = planes_of(volume.grid, plane_name, pixel_mm=0.8)
        frame = Reslicer(volume).frame(stack.plane(stack.nearest(tuple(middle))), stack.size_px, interpolation="cubic")
        (pixel,), (distance,) = lps_to_image(stack.plane(stack.nearest(tuple(middle))), [middle])
        if not np.allclose([*pixel, distance + 1], np.rint([*pixel, 1]), atol=1e-6):
            continue  # along the slices, 2.5 mm apart, not every pixel is a voxel
        column, row = np.rint(pixel).astype(int)
        assert frame.pixels[row, column] == volume.array_kji[7, 6, 5]
        seen += 1
    assert seen


def test_that_pictures_are_seen_as_radiologists_see_them() -> None:
    volume = noisy("axial")
    for name, (row, column) in DIRECTIONS_LPS.items():
        stack = planes_of(volume.grid, name)
        assert (stack.first.along_row_lps, stack.first.along_column_lps) == (row, column)
        ahead = np.asarray(stack.plane(1).origin_lps) - stack.plane(0).origin_lps
        np.testing.assert_allclose(ahead / stack.step_mm, np.cross(row, column))


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16, np.int16, np.int32, np.float32, np.float64])
def test_that_what_is_outside_is_padding_and_black_in_every_type(dtype: Any) -> None:
    truth = small.volume("axial")
    limits = (0, 1) if np.dtype(dtype).kind == "f" else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    values = np.random.default_rng(3).integers(limits[0], limits[1], truth.hu_kji.shape, endpoint=True).astype(dtype)
    if dtype == np.int16:
        values = np.maximum(values, -32767)
    if dtype == np.int32:
        values = np.maximum(values, -(2**31) + 1)
    volume = volume_of(truth.grid, values)
    stack = planes_of(volume.grid, "axial")
    plane = stack.plane(3)
    beyond = replace(plane, origin_lps=(plane.origin_lps[0] - 1.6, plane.origin_lps[1], plane.origin_lps[2]))
    for interpolation in ("nearest", "linear"):
        frame = Reslicer(volume).frame(beyond, (10, 5), interpolation=interpolation)
        mask = padding_mask(frame.pixels, frame.padding)
        np.testing.assert_array_equal(mask[:, :2], True)
        np.testing.assert_array_equal(mask[:, 2:], False)
        np.testing.assert_array_equal(frame.pixels[:, 2:], values[3, :5, :8])


@pytest.mark.parametrize("aligned", [True, False])
@pytest.mark.parametrize("projection", ["mip", "minip", "mean"])
def test_that_padding_has_no_part_in_a_slab(projection: Projection, aligned: bool) -> None:
    truth = small.volume("axial")
    values = np.full(truth.hu_kji.shape, 100, np.int16)
    values[4] = 300
    values[5:, :, :14] = -2000
    values[:, :, 20:] = -2000
    volume = volume_of(truth.grid, values, padding=(-2000.0, -2000.0))
    normal = (0.0, 0.0, 1.0) if aligned else (0.002, 0.001, 1.0)
    plane, size_px = oblique_plane(volume.grid, normal, tuple(ijk_to_lps(volume.grid, [(13, 9, 5)])[0]))
    frame = Reslicer(volume).frame(plane, size_px, slab=Slab(10.0, projection))
    assert frame.padding == (-2000, -2000)
    found = np.median(frame.pixels[2:-2], axis=0)
    np.testing.assert_array_equal(found[22:26], -2000)
    # In the left half only slices 3 and 4 are left of it (2 mm apart 2.5: 3 to 7 are in it).
    assert {"mip": 300, "minip": 100}.get(projection, found[8]) == pytest.approx(found[8], abs=8)
    if projection == "mean":
        assert 190 < found[8] < 260
        assert 140 < found[16] < 160


def test_that_a_plane_beside_padding_holds_no_mixed_values() -> None:
    truth = small.volume("axial")
    values = np.full(truth.hu_kji.shape, 50, np.int16)
    values[:, :, :10] = -3024
    volume = volume_of(truth.grid, values, padding=(-3024.0, -3024.0))
    plane, size_px = oblique_plane(volume.grid, (0.1, 0.2, 1.0), tuple(ijk_to_lps(volume.grid, [(13, 9, 4)])[0]))
    for interpolation in ("linear", "cubic"):
        frame = Reslicer(volume).frame(plane, size_px, interpolation=interpolation)
        assert set(np.unique(frame.pixels)) == {-3024, 50}


@pytest.mark.parametrize(("dtype", "value"), [(np.uint16, 65534), (np.int16, -32767)])
def test_that_cubic_values_beyond_those_of_voxels_are_not_taken_for_what_is_outside(dtype: Any, value: int) -> None:
    truth = small.volume("axial")
    values = np.zeros(truth.hu_kji.shape, dtype)
    values[:, :, 10:] = value
    volume = volume_of(truth.grid, values)
    plane, size_px = oblique_plane(volume.grid, (0.1, 0.2, 1.0), tuple(ijk_to_lps(volume.grid, [(13, 9, 4)])[0]))
    cubic, linear = (
        values_of(Reslicer(volume).frame(plane, size_px, interpolation=way)) for way in ("cubic", "linear")
    )
    np.testing.assert_array_equal(cubic == OUTSIDE, linear == OUTSIDE)
    assert (cubic == value).any()


@pytest.mark.parametrize("nothing", [np.nan, np.inf])
@pytest.mark.parametrize("projection", ["mip", "minip", "mean", "sum"])
def test_that_voxels_without_a_number_have_no_part_in_a_slab(projection: Projection, nothing: float) -> None:
    truth = small.volume("axial")
    values = np.full(truth.hu_kji.shape, 100.0, np.float32)
    values[2], values[4, :, :14], values[:, :, 20:] = 300.0, nothing, nothing
    volume = volume_of(truth.grid, values)
    middle = tuple(ijk_to_lps(volume.grid, [(13, 9, 4)])[0])
    along, beside = ((0.0, 0.0, 1.0), (1e-4, 1e-4, 1.0))
    slab = Slab(20.0, projection)
    for normal in (along, beside):
        plane, size_px = oblique_plane(volume.grid, normal, middle)
        row = values_of(Reslicer(volume).frame(plane, size_px, slab=slab))[9]
        assert (row[21:26] == OUTSIDE).all()
        assert (row[:19] != OUTSIDE).all()
        if normal == along:
            there = np.where(np.isfinite(values[:, 9, :19]), values[:, 9, :19], np.nan)
            ends = {"mip": np.nanmax(there, axis=0), "minip": np.nanmin(there, axis=0)}
            np.testing.assert_array_equal(row[:19], ends.get(projection, row[:19]))
            if projection == "mean":
                assert ((row[:19] > 100) & (row[:19] < 150)).all()


def test_that_the_way_to_modality_values_goes_with_the_frame() -> None:
    truth = small.volume("axial")
    stored = (truth.hu_kji + 1024).astype(np.uint16)
    volume = volume_of(truth.grid, stored, slope=0.5, intercept=-100.0)
    stack = planes_of(volume.grid, "axial")
    frame = Reslicer(volume).frame(stack.plane(2), stack.size_px)
    np.testing.assert_array_equal(frame.modality_values(), stored[2] * 0.5 - 100)
    summed = Reslicer(volume).frame(stack.plane(2), stack.size_px, slab=Slab(5.0, "sum"))
    np.testing.assert_allclose(
        summed.modality_values(), 2.5 * ((stored[1] + 2.0 * stored[2] + stored[3]) / 2 * 0.5 - 200), rtol=1e-6
    )
    assert summed.modality.unit == "HU*mm"


def test_that_colour_is_resliced() -> None:
    truth = small.volume("axial")
    colours = np.random.default_rng(3).integers(0, 255, (*truth.hu_kji.shape, 3)).astype(np.uint8)
    volume = volume_of(truth.grid, colours, unit="")
    stack = planes_of(volume.grid, "axial")
    frame = Reslicer(volume).frame(stack.plane(3), stack.size_px)
    assert frame.is_colour
    np.testing.assert_array_equal(frame.pixels, colours[3])
    plane, size_px = oblique_plane(volume.grid, (0.1, 0.2, 1.0), tuple(ijk_to_lps(volume.grid, [(13, 9, 4)])[0]))
    for channel in range(3):
        grey = volume_of(truth.grid, colours[..., channel])
        one = Reslicer(grey).frame(plane, size_px).pixels
        seen = one != -32768
        np.testing.assert_array_equal(Reslicer(volume).frame(plane, size_px).pixels[seen, channel], one[seen])


@pytest.mark.parametrize("projection", ["mip", "sum"])
def test_that_a_slab_taken_in_bands_is_the_same_and_can_be_stopped(
    projection: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    volume = noisy("tilted")
    plane, size_px = oblique_plane(volume.grid, (0.3, 0.4, 1.0), tuple(ijk_to_lps(volume.grid, [(13, 9, 4)])[0]))
    whole = Reslicer(volume).frame(plane, size_px, slab=Slab(6.0, projection))
    monkeypatch.setattr(sampling, "SAMPLES_A_BAND", 1000)
    told: list[tuple[int, int]] = []
    banded = Reslicer(volume).frame(
        plane, size_px, slab=Slab(6.0, projection), report=lambda done, total: told.append((done, total))
    )
    np.testing.assert_allclose(banded.pixels, whole.pixels, atol=1)
    assert len(told) > 3

    def stop(_done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        Reslicer(volume).frame(plane, size_px, slab=Slab(6.0, projection), report=stop)


def test_that_thickness_has_to_be_a_length() -> None:
    with pytest.raises(ValueError, match="thickness"):
        Slab(-1.0)
    with pytest.raises(ValueError, match="thickness"):
        Slab(math.nan)
