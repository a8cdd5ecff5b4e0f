"""Volumes from files: the right voxel at the right place, whatever the order, tilt, spacing or packing."""

import errno
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate

from workstation.errors import Cancelled, UserError
from workstation.model import volume as volume_module
from workstation.model import volume_pixels, voxel_memory
from workstation.model.geometry import ijk_to_lps, lps_to_ijk
from workstation.model.index.records import Instance, Place, Stack
from workstation.model.stacks import in_colour, stacks_of
from workstation.model.volume import Volume, build_volume
from workstation.phantoms import small

SINGLE_FRAME = [name for name in small.names() if name != "enhanced"]


def record(ds: Dataset, path: Path) -> Instance:
    position = ds.get("ImagePositionPatient")
    return Instance(
        places=(Place(path),),
        sop_instance_uid=str(ds.SOPInstanceUID),
        sop_class_uid=str(ds.SOPClassUID),
        transfer_syntax_uid="",
        study_instance_uid=str(ds.StudyInstanceUID),
        series_instance_uid=str(ds.SeriesInstanceUID),
        modality=str(ds.Modality),
        instance_number=int(ds.InstanceNumber),
        rows=int(ds.Rows),
        columns=int(ds.Columns),
        number_of_frames=int(ds.get("NumberOfFrames", 0)),
        samples_per_pixel=int(ds.SamplesPerPixel),
        bits_allocated=int(ds.BitsAllocated),
        photometric_interpretation=str(ds.PhotometricInterpretation),
        frame_of_reference_uid=str(ds.get("FrameOfReferenceUID", "")),
        image_position_lps=tuple(map(float, position)) if position else None,  # type: ignore[arg-type]
        image_orientation=tuple(map(float, ds.ImageOrientationPatient)) if position else None,  # type: ignore[arg-type]
        pixel_spacing_mm=tuple(map(float, ds.PixelSpacing)) if position else None,  # type: ignore[arg-type]
        has_pixels=True,
    )


def stack_of(datasets: Sequence[Dataset], folder: Path) -> Stack:
    records = []
    for number, ds in enumerate(datasets):
        path = folder / f"{number}.dcm"
        ds.save_as(path, enforce_file_format=True)
        records.append(record(ds, path))
    (stack,) = stacks_of(records)
    return stack


def changed(change: Callable[[Dataset, NDArray[np.uint16], int], None]) -> list[Dataset]:
    """Give the plain axial phantom with each slice changed; its stored pixels and number are handed over."""
    datasets = list(small.volume("axial").datasets)
    for number, ds in enumerate(datasets):
        change(ds, np.frombuffer(ds.PixelData, np.uint16).reshape(ds.Rows, ds.Columns), number)
    return datasets


@pytest.mark.parametrize("name", SINGLE_FRAME)
def test_that_the_voxels_and_the_marker_are_where_they_belong(name: str, tmp_path: Path) -> None:
    truth = small.volume(name)
    built = build_volume(stack_of(truth.datasets, tmp_path), even=False)
    np.testing.assert_array_equal(built.array_kji, truth.hu_kji)
    assert built.array_kji.dtype == np.int16
    assert (built.unit, built.rescaled_in_place) == ("HU", True)
    k, j, i = truth.marker_kji
    if name != "single_slice":
        np.testing.assert_allclose(built.grid.affine_lps, truth.grid.affine_lps, atol=1e-3)
    if name not in ("gapped", "uneven"):
        np.testing.assert_allclose(ijk_to_lps(built.grid, [(i, j, k)])[0], truth.marker_lps, atol=1e-3)
        np.testing.assert_allclose(lps_to_ijk(built.grid, [truth.marker_lps])[0], (i, j, k), atol=1e-3)


@pytest.mark.parametrize("name", SINGLE_FRAME)
def test_that_the_general_reader_gives_the_same_volume(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = stack_of(small.volume(name).datasets, tmp_path)
    quick = build_volume(stack)
    monkeypatch.setattr(volume_module, "locate_all", lambda frames: None)
    general = build_volume(stack)
    np.testing.assert_array_equal(quick.array_kji, general.array_kji)
    assert quick.array_kji.dtype == general.array_kji.dtype
    assert (quick.slope, quick.intercept, quick.unit, quick.padding) == (
        general.slope,
        general.intercept,
        general.unit,
        general.padding,
    )


@pytest.mark.parametrize("name", ["gapped", "uneven"])
def test_that_interpolated_slices_put_every_acquired_one_at_its_true_place(name: str, tmp_path: Path) -> None:
    truth = small.volume(name)
    built = build_volume(stack_of(truth.datasets, tmp_path))
    assert built.grid.shape_kji == built.array_kji.shape
    for index, k in enumerate(built.frame_k):
        np.testing.assert_allclose(ijk_to_lps(built.grid, [(0, 0, k)])[0], truth.positions_lps[index], atol=1e-3)
        np.testing.assert_array_equal(built.array_kji[round(k)], truth.hu_kji[index])
    k, j, i = truth.marker_kji
    np.testing.assert_allclose(ijk_to_lps(built.grid, [(i, j, built.frame_k[k])])[0], truth.marker_lps, atol=1e-3)


def test_that_a_missing_slice_is_interpolated_and_told(tmp_path: Path) -> None:
    truth = small.volume("gapped")
    built = build_volume(stack_of(truth.datasets, tmp_path))
    assert built.frame_k == pytest.approx((0, 1, 2, 3, 6, 7, 8))
    third = truth.hu_kji[3].astype(float)
    expected = np.rint(third + (truth.hu_kji[4] - third) / 3)
    np.testing.assert_array_equal(built.array_kji[4], expected)
    assert built.notes == ("2 slices missing between 4 and 5", "Slices in between are interpolated, one every 2.5 mm")


def _signed(ds: Dataset, stored: NDArray[np.uint16], _number: int) -> None:
    ds.PixelRepresentation, ds.BitsStored, ds.HighBit = 1, 16, 15
    ds.RescaleIntercept = "0"
    ds.PixelData = (stored.astype(np.int16) - 1024).tobytes()


def _signed_twelve_without_sign_extension(ds: Dataset, stored: NDArray[np.uint16], _number: int) -> None:
    ds.PixelRepresentation, ds.BitsStored, ds.HighBit = 1, 12, 11
    ds.RescaleIntercept = "0"
    ds.PixelData = ((stored.astype(np.int16) - 1024) & 0x0FFF).tobytes()


def _bits_of_an_overlay_above(ds: Dataset, stored: NDArray[np.uint16], _number: int) -> None:
    ds.PixelData = (stored | 0x8000).tobytes()


def _padded_to_an_even_length_with_more_behind(ds: Dataset, stored: NDArray[np.uint16], _number: int) -> None:
    ds.PixelData = stored.tobytes() + b"\1\2\3\4"


def _implicit(ds: Dataset, _stored: NDArray[np.uint16], _number: int) -> None:
    ds.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian


def _large_private_header(ds: Dataset, _stored: NDArray[np.uint16], _number: int) -> None:
    block = ds.private_block(0x0029, "SMALL PHANTOM", create=True)
    block.add_new(0x10, "OB", b"x" * 30_000)


def _big_endian(ds: Dataset, stored: NDArray[np.uint16], _number: int) -> None:
    ds.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRBigEndian
    ds.PixelData = stored.astype(">u2").tobytes()
    ds["PixelData"].VR = "OW"


@pytest.mark.parametrize(
    "change",
    [
        _signed,
        _signed_twelve_without_sign_extension,
        _bits_of_an_overlay_above,
        _padded_to_an_even_length_with_more_behind,
        _implicit,
        _large_private_header,
        _big_endian,
    ],
)
def test_that_the_way_of_storing_makes_no_difference(
    change: Callable[[Dataset, NDArray[np.uint16], int], None], tmp_path: Path
) -> None:
    datasets = changed(change)
    for number, ds in enumerate(datasets):
        syntax = ds.file_meta.TransferSyntaxUID
        pydicom.dcmwrite(
            tmp_path / f"{number}.dcm",
            ds,
            implicit_vr=syntax.is_implicit_VR,
            little_endian=syntax.is_little_endian,
            enforce_file_format=True,
        )
    (stack,) = stacks_of([record(ds, tmp_path / f"{number}.dcm") for number, ds in enumerate(datasets)])
    assert (volume_pixels.locate_all(stack.frames) is None) == (change is _big_endian)
    np.testing.assert_array_equal(build_volume(stack).array_kji, small.volume("axial").hu_kji)


def _jpeg_lossless(stored: NDArray[np.uint16]) -> bytes:
    return bytes(imagecodecs.ljpeg_encode(stored, bitspersample=16))


def _jpeg_ls(stored: NDArray[np.uint16]) -> bytes:
    return bytes(imagecodecs.jpegls_encode(stored))


def _jpeg_2000(stored: NDArray[np.uint16]) -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(stored, level=0, codecformat="j2k", reversible=True))


CODECS = {
    "1.2.840.10008.1.2.4.70": _jpeg_lossless,
    "1.2.840.10008.1.2.4.80": _jpeg_ls,
    "1.2.840.10008.1.2.4.90": _jpeg_2000,
}


@pytest.mark.parametrize("fragments", [1, 3])
@pytest.mark.parametrize("syntax", CODECS)
def test_that_compressed_slices_are_decoded_to_their_place(syntax: str, fragments: int, tmp_path: Path) -> None:
    def compress(ds: Dataset, stored: NDArray[np.uint16], _number: int) -> None:
        ds.file_meta.TransferSyntaxUID = pydicom.uid.UID(syntax)
        ds.PixelData = encapsulate([CODECS[syntax](stored)], fragments_per_frame=fragments, has_bot=fragments == 1)
        ds["PixelData"].is_undefined_length = True
        ds["PixelData"].VR = "OB"

    stack = stack_of(changed(compress), tmp_path)
    assert volume_pixels.locate_all(stack.frames) is not None
    np.testing.assert_array_equal(build_volume(stack).array_kji, small.volume("axial").hu_kji)


def test_that_run_length_slices_are_decoded_to_their_place(tmp_path: Path) -> None:
    def compress(ds: Dataset, _stored: NDArray[np.uint16], _number: int) -> None:
        ds.compress(pydicom.uid.RLELossless, generate_instance_uid=False)

    built = build_volume(stack_of(changed(compress), tmp_path))
    np.testing.assert_array_equal(built.array_kji, small.volume("axial").hu_kji)


def test_that_an_intercept_that_does_not_fit_is_kept_aside(tmp_path: Path) -> None:
    def stretch(ds: Dataset, stored: NDArray[np.uint16], number: int) -> None:
        ds.BitsStored, ds.HighBit = 16, 15
        ds.PixelData = (stored + (60_000 if number == 5 else 0)).astype(np.uint16).tobytes()

    built = build_volume(stack_of(changed(stretch), tmp_path))
    truth = small.volume("axial").hu_kji
    assert built.array_kji.dtype == np.uint16
    assert (built.slope, built.intercept) == (1.0, -1024.0)
    assert not built.rescaled_in_place
    for k in range(len(truth)):
        np.testing.assert_array_equal(built.modality_values(k), truth[k].astype(int) + (60_000 if k == 5 else 0))


def test_that_a_slope_with_a_fraction_is_kept_aside(tmp_path: Path) -> None:
    def scale(ds: Dataset, _stored: NDArray[np.uint16], _number: int) -> None:
        ds.RescaleSlope = "0.5"

    built = build_volume(stack_of(changed(scale), tmp_path))
    truth = small.volume("axial").hu_kji
    assert (built.slope, built.intercept) == (0.5, -1024.0)
    np.testing.assert_array_equal(built.modality_values(2), (truth[2] + 1024) * 0.5 - 1024)


def test_that_a_rescale_line_for_each_slice_gives_modality_values(tmp_path: Path) -> None:
    def scale(ds: Dataset, _stored: NDArray[np.uint16], number: int) -> None:
        ds.RescaleSlope, ds.RescaleIntercept = str(1 + number / 4), str(-number)

    built = build_volume(stack_of(changed(scale), tmp_path))
    stored = small.volume("axial").hu_kji.astype(float) + 1024
    expected = [stored[k] * (1 + k / 4) - k for k in range(len(stored))]
    np.testing.assert_allclose(built.array_kji, expected, rtol=1e-6)
    assert built.rescaled_in_place


def test_that_padding_moves_with_the_intercept(tmp_path: Path) -> None:
    def pad(ds: Dataset, _stored: NDArray[np.uint16], _number: int) -> None:
        ds.PixelPaddingValue = 3
        ds["PixelPaddingValue"].VR = "US"

    assert build_volume(stack_of(changed(pad), tmp_path)).padding == (3 - 1024, 3 - 1024)


def test_that_a_damaged_slice_is_left_out_with_a_note(tmp_path: Path) -> None:
    stack = stack_of(small.volume("axial").datasets, tmp_path)
    stack.frames[4].instance.place.path.write_bytes(b"")
    built = build_volume(stack)
    truth = small.volume("axial").hu_kji
    assert len(built.frames) == len(truth) - 1
    assert built.frame_k == pytest.approx((0, 1, 2, 3, 5, 6, 7, 8))
    np.testing.assert_array_equal(built.array_kji[[0, 1, 2, 3, 5, 6, 7, 8]], truth[[0, 1, 2, 3, 5, 6, 7, 8]])
    assert built.notes[0].startswith("Slice 5 of 9 left out: ")


def test_that_a_stack_of_which_nothing_can_be_read_is_refused(tmp_path: Path) -> None:
    stack = stack_of(small.volume("axial").datasets, tmp_path)
    for frame in stack.frames:
        frame.instance.place.path.unlink()
    with pytest.raises(UserError, match="no such file"):
        build_volume(stack)


@pytest.mark.parametrize("threads", [1, 2])
def test_that_progress_is_told_and_can_stop_the_work(threads: int, tmp_path: Path) -> None:
    stack = stack_of(small.volume("axial").datasets, tmp_path)
    seen: list[tuple[int, int]] = []
    build_volume(stack, report=lambda done, total: seen.append((done, total)), threads=threads)
    assert seen[-1] == (9, 9)

    def stop(_done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        build_volume(stack, report=stop, threads=threads)


def grant(monkeypatch: pytest.MonkeyPatch, *, memory: int, disk: int = 1 << 40) -> None:
    """Let the program have so many bytes for voxels."""
    for module in (volume_module, voxel_memory):
        monkeypatch.setattr(module, "memory_budget_bytes", lambda: memory)
        monkeypatch.setattr(module, "disk_room_bytes", lambda: disk)


def test_that_what_fits_neither_memory_nor_disk_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = stack_of(small.volume("axial").datasets, tmp_path)
    grant(monkeypatch, memory=1000, disk=1000)
    with pytest.raises(UserError, match="fit neither the memory that is granted"):
        build_volume(stack)


@pytest.mark.parametrize("way", ["located", "general", "lines", "gapped"])
def test_that_what_does_not_fit_into_memory_lies_in_a_file_and_is_the_same(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scale(ds: Dataset, _stored: NDArray[np.uint16], number: int) -> None:
        ds.RescaleSlope = str(1 + number / 4)

    datasets = changed(scale) if way == "lines" else small.volume("gapped" if way == "gapped" else "axial").datasets
    (tmp_path / "files").mkdir()
    stack = stack_of(datasets, tmp_path / "files")
    if way == "general":
        monkeypatch.setattr(volume_module, "locate_all", lambda frames: None)
    inside = build_volume(stack)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    grant(monkeypatch, memory=1000)
    mapped = build_volume(stack)
    assert isinstance(mapped.array_kji.base if way == "located" else mapped.array_kji, np.memmap)
    np.testing.assert_array_equal(mapped.array_kji, inside.array_kji)
    assert "kept in a temporary file" in " ".join(mapped.notes)
    assert [path.name for path in tmp_path.iterdir()] == ["files"]  # it has no name, and goes with the array


def test_that_a_disk_that_fills_up_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_file: int, _offset: int, _size: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    grant(monkeypatch, memory=1000)
    with pytest.raises(UserError, match="fit neither"):
        build_volume(stack_of(small.volume("axial").datasets, tmp_path))


def _coloured(ds: Dataset, stored: NDArray[np.uint16], number: int) -> None:
    grey = (stored >> 4).astype(np.uint8)
    ds.PixelData = np.stack([grey, grey // 2, np.full_like(grey, number)], axis=-1).tobytes()
    ds["PixelData"].VR = "OB"
    ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PlanarConfiguration = 3, "RGB", 0
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 8, 8, 7
    del ds.RescaleSlope, ds.RescaleIntercept


def test_that_slices_in_colour_make_a_volume_where_that_is_wanted(tmp_path: Path) -> None:
    stack = stack_of(changed(_coloured), tmp_path)
    with pytest.raises(UserError, match="make no volume"):
        build_volume(stack)
    built = build_volume(stack, colour=True)
    truth = small.volume("axial")
    assert built.array_kji.shape == (*truth.hu_kji.shape, 3)
    np.testing.assert_array_equal(built.array_kji[..., 0], (truth.hu_kji + 1024) >> 4)
    np.testing.assert_array_equal(built.array_kji[:, 0, 0, 2], range(9))
    np.testing.assert_allclose(built.grid.affine_lps, truth.grid.affine_lps, atol=1e-3)


def test_that_grey_slices_are_no_stack_in_colour(tmp_path: Path) -> None:
    assert not in_colour(stack_of(small.volume("axial").datasets, tmp_path))


def test_that_images_without_a_place_make_no_volume(tmp_path: Path) -> None:
    datasets = small.volume("axial").datasets[:2]
    for ds in datasets:
        del ds.ImagePositionPatient
    with pytest.raises(UserError, match="make no volume"):
        build_volume(stack_of(datasets, tmp_path))


def test_that_the_plane_of_a_slice_is_that_of_its_image(tmp_path: Path) -> None:
    truth = small.volume("tilted")
    built: Volume = build_volume(stack_of(truth.datasets, tmp_path))
    for k in range(len(truth.hu_kji)):
        np.testing.assert_allclose(built.plane(k).origin_lps, truth.positions_lps[k], atol=1e-3)
        np.testing.assert_allclose(
            built.plane(k).along_column_lps, truth.datasets[k].ImageOrientationPatient[3:], atol=1e-6
        )


def test_that_a_file_that_shrinks_between_the_passes_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = stack_of(small.volume("axial").datasets, tmp_path)
    locate = volume_pixels.locate_all

    def locate_then_shrink(frames: Sequence[object]) -> object:
        found = locate(stack.frames)
        path = stack.frames[0].instance.place.path
        path.write_bytes(path.read_bytes()[:-100])
        return found

    monkeypatch.setattr(volume_module, "locate_all", locate_then_shrink)
    assert "became shorter while it was read" in " ".join(build_volume(stack).notes)


def test_that_a_file_that_grew_beyond_what_was_granted_is_refused(tmp_path: Path) -> None:
    truth = small.volume("axial")
    stack = stack_of(truth.datasets, tmp_path)
    for frame, ds in zip(stack.frames, truth.datasets, strict=True):
        ds.Rows, ds.PixelData = 40, ds.PixelData * 2
        ds.save_as(frame.instance.place.path, enforce_file_format=True)
    with pytest.raises(UserError, match="28 x 40 pixels, not the 28 x 20 that were found before"):
        build_volume(stack)
