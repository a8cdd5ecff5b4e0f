"""The small phantoms tell the truth about where their marker lies, according to a reader that isn't ours."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - the name its own manual uses

from workstation.phantoms import small

_EVEN = [name for name in small.names() if name not in ("gapped", "uneven", "tilted", "enhanced")]


@pytest.mark.parametrize("name", _EVEN)
def test_that_simpleitk_finds_the_marker_where_the_truth_says(name: str, tmp_path: Path) -> None:
    volume = small.volume(name)
    volume.write(tmp_path)
    image = sitk.ReadImage(sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(tmp_path)))
    found = np.argwhere(sitk.GetArrayFromImage(image) == small.MARKER_HU)
    assert len(found) == 1
    k, j, i = (int(x) for x in found[0])
    assert image.TransformIndexToPhysicalPoint((i, j, k)) == pytest.approx(volume.marker_lps, abs=0.001)


@pytest.mark.parametrize("name", small.names())
def test_that_each_stored_slice_places_its_marker_where_the_truth_says(name: str) -> None:
    volume = small.volume(name)
    by_position = {}
    for ds in volume.datasets:
        frames = ds.PerFrameFunctionalGroupsSequence if name == "enhanced" else [ds]
        pixels = ds.pixel_array.reshape(-1, small.ROWS, small.COLUMNS)
        for frame, values in zip(frames, pixels, strict=True):
            plane = frame.PlanePositionSequence[0] if name == "enhanced" else frame
            offset = 0 if name == "enhanced" else int(ds.RescaleIntercept)
            by_position[tuple(round(float(x), 3) for x in plane.ImagePositionPatient)] = (
                values.astype(np.int16) + offset
            )
    for position, expected in zip(volume.positions_lps, volume.hu_kji, strict=True):
        np.testing.assert_array_equal(by_position[tuple(round(float(x), 3) for x in position)], expected)


@pytest.mark.parametrize("name", small.names())
def test_that_slices_are_given_in_the_order_of_their_normal(name: str) -> None:
    volume = small.volume(name)
    normal = np.cross(volume.grid.affine_lps[:3, 0], volume.grid.affine_lps[:3, 1])
    assert np.all(np.diff(volume.positions_lps @ normal) > 0)


@pytest.mark.parametrize("name", [name for name in small.names() if name not in ("gapped", "uneven")])
def test_that_the_grid_agrees_with_the_marker(name: str) -> None:
    volume = small.volume(name)
    k, j, i = volume.marker_kji
    assert (volume.grid.affine_lps @ (i, j, k, 1))[:3] == pytest.approx(volume.marker_lps, abs=1e-9)


def test_that_slices_of_the_tilted_volume_follow_the_table() -> None:
    steps = np.diff(small.volume("tilted").positions_lps, axis=0)
    np.testing.assert_allclose(steps, np.tile([0.0, 0.0, 2.5], (8, 1)))


def test_that_colour_pixels_come_back_as_made() -> None:
    ds, rgb = small.colour()
    np.testing.assert_array_equal(ds.pixel_array, rgb)
