"""Series that are the same slices again and again, in single images and in several enhanced ones: one file in 4D."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import UID

from workstation.batch.main import main
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.index.records import FrameRef, Instance, Place, Stack
from workstation.model.volume import build_volume
from workstation.phantoms import small
from workstation.volume.opening import chosen_stack, stacks_in
from workstation.volume.over_time import check_one_kind, chosen_times, order_told
from workstation.volume.time_steps import time_step

Change = Callable[[Dataset, Dataset, int], None]


def images(folder: Path, count: int, change: Change) -> list[np.ndarray]:
    """Write enhanced images of one series and give their values; each functional group of each image is changed."""
    folder.mkdir(exist_ok=True)
    made = []
    for number in range(1, count + 1):
        truth = small.volume("enhanced")
        (ds,) = truth.datasets
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = UID(f"2.25.77{number}")
        ds.InstanceNumber = number
        values = (truth.hu_kji + 10 * number).astype(np.int16)
        ds.PixelData = values.tobytes()
        for groups in ds.PerFrameFunctionalGroupsSequence:
            change(ds, groups, number)
        ds.save_as(folder / f"{9 - number}.dcm", enforce_file_format=True)
        made.append(values)
    return made


def item(**values: object) -> list[Dataset]:
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return [made]


def timed(_ds: Dataset, groups: Dataset, number: int) -> None:
    content = groups.FrameContentSequence[0]
    content.TemporalPositionIndex = number
    content.FrameAcquisitionDateTime = f"20260102030405.{number * 3:02d}0000"


def test_that_an_image_for_each_time_is_a_volume_over_time(tmp_path: Path) -> None:
    truth = images(tmp_path / "bold", 3, timed)
    stacks = chosen_times(stacks_in([tmp_path / "bold"], Job()))
    assert [stack.label for stack in stacks] == ["time 1 of 3", "time 2 of 3", "time 3 of 3"]
    for stack, values in zip(stacks, truth, strict=True):
        np.testing.assert_array_equal(build_volume(stack).array_kji, values)
    assert time_step(stacks).seconds == 0.03
    assert order_told(stacks) == ()


def test_that_times_with_b_values_say_which_is_which(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def diffusion(ds: Dataset, groups: Dataset, number: int) -> None:
        timed(ds, groups, number)
        groups.MRDiffusionSequence = item(DiffusionBValue=0.0 if number == 1 else 1500.0)

    images(tmp_path / "dti", 3, diffusion)
    stacks = chosen_times(stacks_in([tmp_path / "dti"], Job()))
    assert [stack.label for stack in stacks] == ["b 0, time 1 of 3", "b 1500, time 2 of 3", "b 1500, time 3 of 3"]
    assert order_told(stacks) == ("Volumes one after the other: b 0; b 1500 (2 volumes)",)
    assert main(["3d", "export", str(tmp_path / "dti"), "-o", str(tmp_path / "dti.nii")]) == 0
    assert "9 voxels of 0.8 x 0.8 x 2.5 mm, 3 volumes, int16\n  Volumes one" in capsys.readouterr().out


def test_that_echoes_are_files_of_their_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def echoes(_ds: Dataset, groups: Dataset, number: int) -> None:
        groups.MREchoSequence = item(EffectiveEchoTime=4.0 if number % 2 else 9.5)
        groups.FrameContentSequence[0].TemporalPositionIndex = (number + 1) // 2

    truth = images(tmp_path / "two", 4, echoes)
    stacks = stacks_in([tmp_path / "two"], Job())
    assert chosen_times(stacks) == []
    kinds = r"volumes of 2 kinds: echo 1 \(4 ms\) \(2\), echo 2 \(9.5 ms\) \(2\)"
    with pytest.raises(UserError, match=kinds) as raised:
        check_one_kind(stacks)
    assert '--series "echo 1 (4 ms)"' in raised.value.hint
    second = chosen_times(stacks, "echo 2 (9.5 ms)")
    check_one_kind(stacks, "echo 2 (9.5 ms)")
    assert [stack.label for stack in second] == ["time 1 of 2, echo 2 (9.5 ms)", "time 2 of 2, echo 2 (9.5 ms)"]
    np.testing.assert_array_equal(build_volume(second[1]).array_kji, truth[3])
    assert main(["3d", "export", str(tmp_path / "two"), "-o", str(tmp_path / "two.nii")]) == 1
    assert "volumes of 2 kinds" in capsys.readouterr().err


def test_that_a_concatenation_is_one_volume(tmp_path: Path) -> None:
    truth = small.volume("enhanced")
    for number in (1, 2):
        (ds,) = small.volume("enhanced").datasets
        part = slice(0, 4) if number == 1 else slice(4, 9)
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = UID(f"2.25.88{number}")
        ds.InstanceNumber = ds.InConcatenationNumber = number
        ds.ConcatenationUID = UID("2.25.880")
        ds.PerFrameFunctionalGroupsSequence = list(ds.PerFrameFunctionalGroupsSequence)[part]
        ds.NumberOfFrames = len(ds.PerFrameFunctionalGroupsSequence)
        ds.PixelData = truth.hu_kji[part].astype(np.int16).tobytes()
        ds.save_as(tmp_path / f"{number}.dcm", enforce_file_format=True)
    (stack,) = stacks_in([tmp_path], Job())
    assert (stack.label, stack.is_volume, stack.notes) == ("", True, ())
    volume = build_volume(stack)
    np.testing.assert_array_equal(volume.array_kji, truth.hu_kji)
    np.testing.assert_allclose(volume.grid.affine_lps, truth.grid.affine_lps, atol=1e-3)


def test_that_enhanced_images_of_one_frame_each_are_one_volume(tmp_path: Path) -> None:
    truth = small.volume("enhanced")
    for number in range(9):
        (ds,) = small.volume("enhanced").datasets
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = UID(f"2.25.99{number}")
        ds.InstanceNumber, ds.NumberOfFrames = number + 1, 1
        ds.PerFrameFunctionalGroupsSequence = [ds.PerFrameFunctionalGroupsSequence[number]]
        ds.PixelData = truth.hu_kji[number].astype(np.int16).tobytes()
        ds.save_as(tmp_path / f"{number}.dcm", enforce_file_format=True)
    (stack,) = stacks_in([tmp_path], Job())
    assert stack.is_volume
    volume = build_volume(stack)
    np.testing.assert_array_equal(volume.array_kji, truth.hu_kji)
    np.testing.assert_allclose(volume.grid.affine_lps, truth.grid.affine_lps, atol=1e-3)
    (one,) = stacks_in([tmp_path / "3.dcm"], Job())
    alone = build_volume(one)
    np.testing.assert_allclose(alone.plane(0).origin_lps, volume.plane(3).origin_lps, atol=1e-3)
    (thickness,) = truth.datasets[0].SharedFunctionalGroupsSequence[0].PixelMeasuresSequence
    assert f"One slice, {float(thickness.SliceThickness):g} mm thick by its Slice Thickness" in alone.notes


def test_that_frames_too_far_apart_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (ds,) = small.volume("enhanced").datasets
    for number, groups in enumerate(ds.PerFrameFunctionalGroupsSequence):
        (place,) = groups.PlanePositionSequence
        place.ImagePositionPatient = [*place.ImagePositionPatient[:2], 2.5 * (number // 2) + 200 * (number > 6)]
        groups.FrameContentSequence[0].StackID = str(number % 2)
    ds.save_as(tmp_path / "far.dcm", enforce_file_format=True)
    assert main(["3d", "export", str(tmp_path / "far.dcm"), "-o", str(tmp_path / "far.nii"), "--series", "CT"]) == 1
    assert "Spacing varies from 2.8 to 194.1 mm" in capsys.readouterr().err


def test_that_tiles_of_a_slide_are_not_asked_how_far_apart_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (ds,) = small.volume("enhanced").datasets
    ds.Modality = "SM"
    for groups in ds.PerFrameFunctionalGroupsSequence:
        del groups.PlanePositionSequence
    ds.save_as(tmp_path / "slide.dcm", enforce_file_format=True)
    assert main(["3d", "export", str(tmp_path / "slide.dcm"), "-o", str(tmp_path / "slide.nii")]) == 1
    told = capsys.readouterr().err
    assert "tiles of a slide are no slices" in told
    assert "--assume-spacing" not in told


def test_that_images_of_two_parts_of_the_body_stay_two_volumes(tmp_path: Path) -> None:
    def moved(_ds: Dataset, groups: Dataset, number: int) -> None:
        position = [float(each) for each in groups.PlanePositionSequence[0].ImagePositionPatient]
        groups.PlanePositionSequence = item(ImagePositionPatient=[*position[:2], position[2] + 300 * (number - 1)])

    images(tmp_path / "legs", 2, moved)
    stacks = stacks_in([tmp_path / "legs"], Job())
    assert [stack.label for stack in stacks] == ["image 1, 9 frames", "image 2, 9 frames"]
    assert all(stack.is_volume for stack in stacks)


def stack(label: str, number: int) -> Stack:
    instance = Instance((Place(Path(f"{number}.dcm")),), f"1.{number}", "1.1", "1.2", "1.3", "1.4", rows=4, columns=4)
    return Stack((FrameRef(instance),), label, is_volume=True)


def test_that_volumes_are_in_the_order_of_what_differs_or_of_the_series() -> None:
    reversed_times = [stack(f"time {number} of 3", number) for number in (3, 1, 2)]
    assert [each.label[:6] for each in chosen_times(reversed_times)] == ["time 1", "time 2", "time 3"]
    shells = ["b 0", "b 1000, set 1 of 2", "b 2000, set 1 of 2", "b 1000, set 2 of 2", "b 2000, set 2 of 2"]
    assert [each.label for each in chosen_times([stack(label, n) for n, label in enumerate(shells)])] == shells
    mixed = [stack(label, n) for n, label in enumerate(("time 1 of 2, label type 0", "time 1 of 2, label type 1"))]
    assert order_told(chosen_times(mixed)) == ("Volumes one after the other: label type 0; label type 1",)
    assert chosen_times([stack("m", 1), stack("p", 2)]) == []
    named = [f"{kind}, time {time} of 2" for kind in ("m", "field_map") for time in (1, 2)]
    kinds = [stack(label, number) for number, label in enumerate(named)]
    assert [each.label for each in chosen_times(kinds, "m")] == ["m, time 1 of 2", "m, time 2 of 2"]
    assert chosen_stack(kinds, "M, time 2 of 2") is kinds[1]
    assert chosen_times([stack("", 1), stack("", 2)]) == []
