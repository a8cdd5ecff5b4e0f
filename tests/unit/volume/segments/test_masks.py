"""Masks of any kind lie on the volume where they lie in the patient."""

from pathlib import Path

import nrrd
import numpy as np
import pytest
import SimpleITK

from tests.segmentation_samples import blobs, in_order, segmentation
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.geometry import ijk_to_lps
from workstation.model.volume import Volume
from workstation.phantoms import small
from workstation.phantoms.writing import save
from workstation.volume.opening import open_volume
from workstation.volume.segments.masks import chosen_masks, read_masks


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def opened(folder: Path, name: str = "axial") -> Volume:
    (folder / name).mkdir()
    small.volume(name).write(folder / name)
    return open_volume([folder / name], Job())[0]


def written_seg(folder: Path, name: str = "axial") -> Path:
    images = in_order(small.volume(name))
    path = folder / "seg.dcm"
    made = segmentation(images, blobs((len(images), small.ROWS, small.COLUMNS)))
    made.save_as(path, enforce_file_format=True)
    return path


def itk_image(array: np.ndarray, volume: Volume, step: int = 1) -> SimpleITK.Image:
    """The same place in the patient, every ``step``-th voxel along i and j."""
    affine = volume.grid.affine_lps
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    image = SimpleITK.GetImageFromArray(array[:, ::step, ::step])
    image.SetSpacing([lengths[0] * step, lengths[1] * step, lengths[2]])
    image.SetDirection((affine[:3, :3] / lengths).ravel().tolist())
    image.SetOrigin(affine[:3, 3].tolist())
    return image


@pytest.mark.parametrize("name", ["axial", "oblique", "tilted", "reversed"])
def test_segments_are_on_the_voxels_they_were_drawn_on(folder: Path, name: str) -> None:
    volume = opened(folder, name)
    masks = read_masks(written_seg(folder, name), volume, Job())
    expected = blobs(volume.grid.shape_kji) != 0
    assert [(each.number, each.name) for each in masks] == [(1, "Segment 1"), (2, "Segment 2")]
    for number, each in enumerate(masks):
        np.testing.assert_array_equal(each.mask_kji, expected[..., number])


@pytest.mark.parametrize("ending", [".nii", ".nii.gz", ".nrrd", ".mha"])
def test_labels_of_other_programs_lie_where_they_say(folder: Path, ending: str) -> None:
    volume = opened(folder, "oblique")
    labels = np.zeros(volume.grid.shape_kji, np.uint8)
    labels[2:5, 4:10, 6:12] = 3
    labels[5:7, 4:10, 6:12] = 7
    path = folder / f"labels{ending}"
    SimpleITK.WriteImage(itk_image(labels, volume), str(path))
    masks = read_masks(path, volume, Job())
    assert [each.number for each in masks] == [3, 7]
    np.testing.assert_array_equal(masks[0].mask_kji, labels == 3)
    np.testing.assert_array_equal(masks[1].mask_kji, labels == 7)


def test_labels_on_a_coarser_grid_are_laid_on_that_of_the_volume(folder: Path) -> None:
    volume = opened(folder)
    labels = np.zeros(volume.grid.shape_kji, np.uint8)
    labels[2:5, 4:12, 6:14] = 1
    path = folder / "coarse.nrrd"
    SimpleITK.WriteImage(itk_image(labels, volume, step=2), str(path))
    (mask,) = read_masks(path, volume, Job())
    k, j, i = np.nonzero(mask.mask_kji)
    assert (k.min(), k.max()) == (2, 4)
    middle = ijk_to_lps(volume.grid, np.stack([i, j, k], axis=1)).mean(axis=0)
    wanted = ijk_to_lps(volume.grid, [(9.0, 7.0, 3.0)])[0]  # centres of the coarse voxels 6 to 12 and 4 to 10
    np.testing.assert_allclose(middle, wanted, atol=0.5)


def test_images_on_the_same_grid_are_a_mask(folder: Path) -> None:
    volume = opened(folder)
    made = small.volume("axial")
    (folder / "mask").mkdir()
    for number, ds in enumerate(in_order(made)):
        values = np.zeros((small.ROWS, small.COLUMNS), np.int16)
        values[3:6, 4:9] = number == 4
        ds.RescaleIntercept, ds.RescaleSlope = 0, 1
        ds.PixelData = values.tobytes()
        save(ds, folder / "mask" / f"{number}.dcm")
    (mask,) = read_masks(folder / "mask", volume, Job())
    expected = np.zeros(volume.grid.shape_kji, bool)
    expected[4, 3:6, 4:9] = True
    np.testing.assert_array_equal(mask.mask_kji, expected)


def written_images(folder: Path, values_kji: np.ndarray) -> Path:
    folder.mkdir()
    for number, ds in enumerate(in_order(small.volume("axial"))):
        ds.RescaleIntercept, ds.RescaleSlope = 0, 1
        ds.PixelData = values_kji[number].astype(np.int16).tobytes()
        save(ds, folder / f"{number}.dcm")
    return folder


def test_a_few_values_of_images_are_labels_and_many_are_shades(folder: Path) -> None:
    volume = opened(folder)
    values = np.zeros(volume.grid.shape_kji, int)
    values[4, 3:6, 4:9], values[5, 3:6, 4:9] = 2, 7
    masks = read_masks(written_images(folder / "labels", values), volume, Job())
    assert [(each.number, each.name) for each in masks] == [(2, "labels 2"), (7, "labels 7")]
    assert all(np.array_equal(each.mask_kji, values == each.number) for each in masks)
    values[6] = np.arange(small.ROWS * small.COLUMNS).reshape(small.ROWS, small.COLUMNS)
    (mask,) = read_masks(written_images(folder / "shades", values), volume, Job())
    np.testing.assert_array_equal(mask.mask_kji, values != 0)


def test_segments_are_chosen_by_name_or_number(folder: Path) -> None:
    volume, path = opened(folder), written_seg(folder)

    def names(*wanted: str) -> list[str]:
        return [each.name for each in chosen_masks([path], wanted, volume, Job())]

    assert names() == ["Segment 1", "Segment 2"]
    assert names("2") == names("segment 2") == names("2", "segment 2") == ["Segment 2"]
    with pytest.raises(UserError, match="no segment 'liver'") as caught:
        names("liver")
    assert "1 Segment 1, 2 Segment 2" in caught.value.hint


def test_what_is_no_mask_of_the_volume_is_told(folder: Path) -> None:
    volume = opened(folder)
    far = itk_image(np.ones((2, 2, 2), np.uint8), volume)
    far.SetOrigin((5000.0, 0.0, 0.0))
    SimpleITK.WriteImage(far, str(folder / "far.nrrd"))
    many = np.arange(volume.array_kji.size, dtype=np.int32).reshape(volume.grid.shape_kji)
    SimpleITK.WriteImage(itk_image(many, volume), str(folder / "many.nrrd"))
    (folder / "broken.nii").write_bytes(b"no volume")
    for name, told in (
        ("far.nrrd", "nothing of it lies in the volume"),
        ("many.nrrd", "different values, so it is no mask"),
        ("broken.nii", "this is no NIfTI file"),
        ("none.nrrd", "cannot be read: No such file"),
    ):
        with pytest.raises(UserError, match=told):
            read_masks(folder / name, volume, Job())
    opened(folder, "anisotropic")
    with pytest.raises(UserError, match="on another grid"):
        read_masks(folder / "anisotropic", volume, Job())


def test_that_layers_and_fractions_of_other_programs_are_masks(folder: Path) -> None:
    volume = opened(folder)
    bright = (volume.array_kji > 0).astype(np.uint8)
    layers = np.stack([bright, 3 * bright[::-1]])
    affine = volume.grid.affine_lps
    header = {
        "space": "left-posterior-superior",
        "space directions": np.vstack([[np.nan] * 3, affine[:3, :3].T]),
        "space origin": affine[:3, 3],
        "kinds": ["list", "domain", "domain", "domain"],
    }
    nrrd.write(str(folder / "layers.seg.nrrd"), np.moveaxis(layers, 0, -1).T.copy(order="F"), header)
    first, second = read_masks(folder / "layers.seg.nrrd", volume, Job())
    assert (first.number, second.number) == (1, 3)
    assert np.array_equal(first.mask_kji, bright != 0)
    assert np.array_equal(second.mask_kji, bright[::-1] != 0)
    shares = itk_image((bright * 0.8 + 0.1).astype(np.float32), volume)
    SimpleITK.WriteImage(shares, str(folder / "shares.nii.gz"))
    (share,) = read_masks(folder / "shares.nii.gz", volume, Job())
    assert np.array_equal(share.mask_kji, bright != 0)
    SimpleITK.WriteImage(SimpleITK.JoinSeries([shares] * 40), str(folder / "many.nrrd"))
    with pytest.raises(UserError, match="holds 40 volumes, so it is no mask"):
        read_masks(folder / "many.nrrd", volume, Job())
