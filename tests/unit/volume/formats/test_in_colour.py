"""Volumes in colour as files: other programs find the same colours at the same places."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nibabel
import nrrd
import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray

from tests.colour_samples import colours_of, write_in_colour
from tests.orientation_matrix import MATRIX, assert_same_place
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.volume import Volume
from workstation.volume.formats.unsheared import without_shear
from workstation.volume.formats.writing import write_volume
from workstation.volume.opening import open_volume

RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def by_nibabel(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    image = nibabel.load(path)
    assert int(image.header["datatype"]) == 128
    values = np.asarray(image.dataobj)
    channels = np.stack([values[each] for each in ("R", "G", "B")], axis=-1)
    return channels.transpose(2, 1, 0, 3), RAS_TO_LPS @ image.get_sform()


def by_simpleitk(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    image = SimpleITK.ReadImage(str(path))
    assert image.GetNumberOfComponentsPerPixel() == 3
    affine = np.eye(4)
    affine[:3, :3] = np.reshape(image.GetDirection(), (3, 3)) * image.GetSpacing()
    affine[:3, 3] = image.GetOrigin()
    return SimpleITK.GetArrayFromImage(image), affine


def by_pynrrd(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    values, header = nrrd.read(str(path))
    assert header["kinds"] == ["RGB-color", "domain", "domain", "domain"]
    directions = np.asarray(header["space directions"], dtype=float)
    assert np.isnan(directions[0]).all()
    affine = np.eye(4)
    affine[:3, :3] = directions[1:].T
    affine[:3, 3] = header["space origin"]
    return values.transpose(3, 2, 1, 0), affine


Read = Callable[[Path], tuple[NDArray[np.uint8], NDArray[np.float64]]]
READERS: list[tuple[str, Read]] = [
    (".nii", by_nibabel),
    (".nii", by_simpleitk),
    (".nii.gz", by_nibabel),
    (".mha", by_simpleitk),
    (".mhd", by_simpleitk),
    (".nrrd", by_pynrrd),
    (".nrrd", by_simpleitk),
    (".nhdr", by_pynrrd),
]


def marker_lps(colours: NDArray[np.uint8], affine: NDArray[np.float64]) -> NDArray[np.float64]:
    k, j, i = np.argwhere((colours == (250, 240, 30)).all(axis=-1))[0]
    place: NDArray[np.float64] = (affine @ [i, j, k, 1])[:3]
    return place


def coloured(name: str, folder: Path) -> tuple[Any, Volume]:
    made = write_in_colour(name, folder)
    return made, open_volume([folder], Job(), colour=True)[0]


@pytest.mark.parametrize("name", [each for each in MATRIX if each not in ("tilted", "single_slice")])
def test_that_other_programs_find_every_colour_and_the_marker_in_its_place(name: str, tmp_path: Path) -> None:
    made, volume = coloured(name, tmp_path / "source")
    if name not in ("gapped", "uneven"):
        np.testing.assert_array_equal(volume.array_kji, colours_of(made.hu_kji))
    for ending, read in READERS:
        path = tmp_path / f"v{ending}"
        write_volume(volume, path)
        colours, affine = read(path)
        np.testing.assert_array_equal(colours, volume.array_kji, err_msg=ending)
        assert_same_place(marker_lps(colours, affine), made.marker_lps)


@pytest.mark.parametrize(("ending", "read"), [(".nii", by_nibabel), (".mha", by_simpleitk), (".nrrd", by_pynrrd)])
def test_that_compressed_colours_are_the_same(ending: str, read: Read, tmp_path: Path) -> None:
    _, volume = coloured("oblique", tmp_path / "source")
    written = write_volume(volume, tmp_path / f"v{ending}", compress=True)
    np.testing.assert_array_equal(read(written.files[0])[0], volume.array_kji)


def test_that_the_colours_of_a_tilted_gantry_are_made_straight(tmp_path: Path) -> None:
    made, volume = coloured("tilted", tmp_path / "source")
    straight = without_shear(volume)
    assert straight.array_kji.shape[0] == volume.array_kji.shape[0]
    for channel in range(3):  # each as a volume in greys is
        grey = replace(volume, array_kji=np.ascontiguousarray(volume.array_kji[..., channel]), padding=(0, 0))
        np.testing.assert_array_equal(straight.array_kji[..., channel], without_shear(grey).array_kji)
    bright = straight.array_kji.sum(axis=-1, dtype=float)
    k, j, i = np.unravel_index(int(bright.argmax()), bright.shape)
    place = (straight.grid.affine_lps @ [i, j, k, 1])[:3]
    assert np.linalg.norm(place - made.marker_lps) < 0.8


def test_that_nifti_refuses_colours_of_more_than_8_bits_and_others_have_them(tmp_path: Path) -> None:
    _, volume = coloured("axial", tmp_path / "source")
    deep = replace(volume, array_kji=volume.array_kji.astype(np.uint16) * 257)
    with pytest.raises(UserError, match="colours of 8 bits"):
        write_volume(deep, tmp_path / "v.nii")
    assert not (tmp_path / "v.nii").exists()
    for ending, read in ((".mha", by_simpleitk), (".nrrd", by_pynrrd)):
        write_volume(deep, tmp_path / f"v{ending}")
        np.testing.assert_array_equal(read(tmp_path / f"v{ending}")[0], deep.array_kji)
