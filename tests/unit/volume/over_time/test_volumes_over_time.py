"""Volumes of one series over time: which make one file, in which order, and how far apart in time."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import nibabel
import numpy as np
import pytest
from pydicom import Dataset
from pydicom.uid import UID

from tests.unit.volume.commands import Said, refusal
from workstation.jobs.job import Job
from workstation.model.index.records import Stack
from workstation.phantoms import small
from workstation.phantoms.writing import put_pixels, save
from workstation.volume.diffusion import weightings
from workstation.volume.opening import stacks_in
from workstation.volume.over_time import chosen_times
from workstation.volume.polarity import polarity_told
from workstation.volume.time_steps import time_step

SLICES = 5
Change = Callable[[Dataset, int, int], object]


def series(folder: Path, times: int, change: Change = lambda _ds, _time, _slice: None, *, first: int = 0) -> list[Path]:
    """Write a volume of five slices at several times, all slices of a time numbered one after the other.

    Stored values rise by ten from time to time; ``change`` may set attributes, for (time, slice) from 0.
    """
    made = small.volume("oblique")
    paths = []
    for time in range(times):
        for number, plain in enumerate(made.datasets[:SLICES]):
            ds = deepcopy(plain)
            ds.Modality = "MR"
            ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = UID(f"2.25.9{first + time:03d}{number:03d}")
            ds.InstanceNumber = (first + time) * SLICES + number + 1
            put_pixels(ds, (made.hu_kji[number] + 1024 + 10 * (first + time)).astype(np.uint16))
            change(ds, time, number)
            paths.append(folder / f"{first + time:03d}-{number:03d}.dcm")
            save(ds, paths[-1])
    return paths


def times_in(path: Path) -> list[int]:
    """Give the time of each volume of a NIfTI file, by the values that `series` wrote."""
    read = nibabel.load(path).get_fdata()
    first = small.volume("oblique").hu_kji[:SLICES]
    found = []
    for at in range(read.shape[3]):
        (rise,) = np.unique(read[..., at].T - first)  # one for all slices: none is of another time
        found.append(int(rise) // 10)
    return found


def stacks(folder: Path) -> list[Stack]:
    """Give the stacks of a folder."""
    return stacks_in([folder], Job())


def test_that_acquisitions_of_the_same_slices_are_one_file(tmp_path: Path, said: Said) -> None:
    def change(ds: Dataset, time: int, _slice: int) -> None:
        ds.AcquisitionNumber, ds.InstanceNumber = 12 - time, 900 - int(ds.InstanceNumber)

    series(tmp_path / "in", 12, change)
    (written,) = said("export", tmp_path / "in", "-o", tmp_path / "v.nii")
    assert written["times"] == 12
    assert len(written["notes"]) == 1, "what is of the time between them, and nothing of their numbers"
    assert times_in(tmp_path / "v.nii") == list(range(11, -1, -1))  # by their numbers, of which 10 is after 9


def test_that_echoes_are_not_taken_for_times(tmp_path: Path, said: Said, capsys: pytest.CaptureFixture[str]) -> None:
    def echoed(number: int) -> Change:
        def change(ds: Dataset, time: int, _slice: int) -> None:
            ds.EchoTime, ds.TemporalPositionIdentifier = f"{4.5 * number}", time + 1

        return change

    for echo in (1, 2):
        series(tmp_path / "in", 3, echoed(echo), first=3 * (echo - 1))
    words = refusal(capsys, "export", tmp_path / "in", "-o", tmp_path / "v.nii")
    assert "volumes of 2 kinds: echo 1 (4.5 ms) (3), echo 2 (9 ms) (3)" in words
    assert '--series "echo 1 (4.5 ms)"' in words
    (written,) = said("export", tmp_path / "in", "--series", "echo 2", "-o", tmp_path / "v.nii")
    assert written["times"] == 3
    assert times_in(tmp_path / "v.nii") == [3, 4, 5]
    (written,) = said("export", tmp_path / "in", "--series", "echo 2", "--time", 2, "-o", tmp_path / "v.nii")
    assert written["times"] == 1


def test_that_a_number_means_one_stack_of_the_list(tmp_path: Path) -> None:
    series(tmp_path, 3, lambda ds, time, _slice: setattr(ds, "TemporalPositionIdentifier", time + 1))
    assert len(chosen_times(stacks(tmp_path))) == 3
    assert chosen_times(stacks(tmp_path), "2") == []


def test_that_b_values_stay_in_order_of_their_images_and_are_told(tmp_path: Path, said: Said) -> None:
    shells = (0, 700, 2000, 0, 2000, 700)

    def change(ds: Dataset, time: int, _slice: int) -> None:
        if shells[time]:  # GE and Canon leave it out where there is no weighting
            ds.DiffusionBValue = float(shells[time])

    series(tmp_path / "in", len(shells), change)
    (written,) = said("export", tmp_path / "in", "-o", tmp_path / "v.nii")
    assert times_in(tmp_path / "v.nii") == list(range(6))
    assert written["b_values"] == list(shells)
    assert "b-values in order, s/mm²: 0, 700, 2000, 0, 2000, 700" in written["notes"]


@pytest.mark.parametrize(
    ("group", "creator", "element", "vr", "value", "expected"),
    [
        (0x0019, "SIEMENS MR HEADER", 0x0C, "IS", "1000", 1000),
        (0x0043, "GEMS_PARM_01", 0x39, "IS", ["1000000800", "8", "0", "0"], 800),
        (0x2001, "Philips Imaging DD 001", 0x03, "FL", 600.0, 600),
        (0x0065, "Image Private Header", 0x09, "FD", 929.75, 929.75),
    ],
)
def test_that_b_values_are_found_in_private_elements(
    tmp_path: Path, group: int, creator: str, element: int, vr: str, value: object, expected: float
) -> None:
    def change(ds: Dataset, time: int, _slice: int) -> None:
        if time:
            ds.private_block(group, creator, create=True).add_new(element, vr, value)

    series(tmp_path, 3, change)
    found = weightings(chosen_times(stacks(tmp_path)))
    assert [each.b_value for each in found] == [0, expected, expected]


def test_that_a_mean_of_directions_is_told_from_a_direction(tmp_path: Path) -> None:
    def change(ds: Dataset, time: int, _slice: int) -> None:
        ds.DiffusionBValue = 1000.0 if time else 0.0
        ds.DiffusionDirectionality = ("NONE", "DIRECTIONAL", "ISOTROPIC")[time]

    series(tmp_path, 3, change)
    found = weightings(chosen_times(stacks(tmp_path)))
    assert [str(each) for each in found] == ["0", "1000", "1000 (mean of directions)"]


def test_that_a_last_volume_that_is_not_whole_is_left_out_and_told(tmp_path: Path, said: Said) -> None:
    paths = series(tmp_path / "in", 4, lambda ds, time, _slice: setattr(ds, "TemporalPositionIdentifier", time + 1))
    for path in paths[-2:]:
        path.unlink()
    (written,) = said("export", tmp_path / "in", "-o", tmp_path / "v.nii")
    assert times_in(tmp_path / "v.nii") == [0, 1, 2]
    assert "The last volume (time 4 of 4) is left out: it has 3 slices of 5" in written["notes"]


def test_that_a_volume_in_between_that_is_not_whole_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    series(tmp_path / "in", 4, lambda ds, time, _slice: setattr(ds, "TemporalPositionIdentifier", time + 1))[9].unlink()
    words = refusal(capsys, "export", tmp_path / "in", "-o", tmp_path / "v.nii")
    assert "time 2 of 4 has 4 slices, and most volumes of the series have 5." in words


@pytest.mark.parametrize("slices_first", [True, False])
def test_that_a_lost_image_does_not_put_those_behind_it_into_another_time(
    tmp_path: Path, slices_first: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(ds: Dataset, time: int, number: int) -> None:
        if not slices_first:
            ds.InstanceNumber = number * 4 + time + 1

    lost = series(tmp_path / "in", 4, change)[7]
    lost.unlink()
    found = stacks(tmp_path / "in")
    assert [len(stack.frames) for stack in found] == [5, 4, 5, 5]
    for time, stack in enumerate(found):
        assert {frame.instance.place.path.name[:3] for frame in stack.frames} == {f"{time:03d}"}
    assert "set 2 of 4 has 4 slices" in refusal(capsys, "export", tmp_path / "in", "-o", tmp_path / "v.nii")


def test_that_an_image_that_is_there_twice_moves_no_other(tmp_path: Path, said: Said) -> None:
    series(tmp_path / "in", 4)

    def again(ds: Dataset, _time: int, _slice: int) -> None:
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = UID(f"{ds.SOPInstanceUID}99")

    for path in series(tmp_path / "again", 1, again, first=1):
        if path.name != "001-003.dcm":
            path.unlink()
    (written,) = said("export", tmp_path / "in", tmp_path / "again", "-o", tmp_path / "v.nii")
    assert times_in(tmp_path / "v.nii") == [0, 1, 2, 3]
    assert any("1 image of the series is left out" in note for note in written["notes"])


def planar(ds: Dataset, repetition_ms: float = 2500) -> None:
    """Say that an image is of an echo planar sequence."""
    ds.ScanningSequence, ds.MRAcquisitionType, ds.RepetitionTime = ["EP", "GR"], "2D", f"{repetition_ms}"


@pytest.mark.parametrize(
    ("clocks", "repetition_ms", "expected", "words"),
    [
        (("081600", "081600", "081600", "081600"), 2500, 2.5, "Repetition Time"),
        (("081600.50", "081603.00", "081605.51", "081608.01"), 2500, 2.5, "Repetition Time"),
        (("235955", "235958", "000000", "000003"), 2500, 2.5, "Repetition Time"),
        (("235955.0", "000000.0", "000005.0", "000010.0"), 2500, 5.0, "acquisition times"),
        (("081600.25", "081603.25", "081606.25", "081618.25"), 0, 3.0, "varies from 3 to 12 s"),
        (("081600", "081602", "081605", "081607"), 0, 7 / 3, "acquisition times"),
        (("", "", "", ""), 0, 0.0, "do not say"),
    ],
)
def test_that_the_time_between_volumes_is_planned_or_measured(
    tmp_path: Path, clocks: tuple[str, ...], repetition_ms: float, expected: float, words: str
) -> None:
    def change(ds: Dataset, time: int, _slice: int) -> None:
        ds.AcquisitionTime, ds.TemporalPositionIdentifier = clocks[time], time + 1
        if repetition_ms:
            planar(ds, repetition_ms)

    series(tmp_path, 4, change)
    found = time_step(chosen_times(stacks(tmp_path)))
    assert found.seconds == pytest.approx(expected)
    assert words in found.told


def test_that_a_first_volume_at_an_odd_time_does_not_count_alone(tmp_path: Path) -> None:
    def change(ds: Dataset, time: int, _slice: int) -> None:
        planar(ds)
        ds.AcquisitionTime = ("081600.0", "081612.0")[time]

    series(tmp_path, 2, change)
    assert time_step(chosen_times(stacks(tmp_path))).seconds == 2.5


@pytest.mark.parametrize(("unit", "first", "step_s"), [(1.0, "0.0", 5.0), (1e4, "19.0", 5.0), (1.0, "0.0023", 2.033)])
def test_that_pauses_are_found_by_the_timer_of_the_scanner(
    tmp_path: Path, unit: float, first: str, step_s: float
) -> None:
    def change(ds: Dataset, time: int, _slice: int) -> None:
        planar(ds, 2000)
        ds.AcquisitionTime = "081600"
        value = f"{(0.0023 + step_s * time) * unit:.4f}" if time else first
        ds.private_block(0x0021, "GEMS_RELA_01", create=True).add_new(0x5E, "DS", value)

    series(tmp_path, 4, change)
    found = time_step(chosen_times(stacks(tmp_path)))
    assert found.seconds == pytest.approx(step_s, abs=0.001)
    assert "timer of the scanner" in found.told


def test_that_the_repetition_of_a_line_is_not_the_time_of_a_volume(tmp_path: Path) -> None:
    def change(ds: Dataset, _time: int, _slice: int) -> None:
        ds.AcquisitionTime, ds.MRAcquisitionType, ds.RepetitionTime = "081600", "3D", "5000"

    series(tmp_path, 2, change)
    assert time_step(chosen_times(stacks(tmp_path))).seconds == 0


def test_that_enhanced_images_that_are_a_time_each_are_one_file(tmp_path: Path, said: Said) -> None:
    made = small.volume("enhanced")
    for time in range(3):
        ds = deepcopy(made.datasets[0])
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = UID(f"2.25.33{time}")
        ds.InstanceNumber = time + 1
        ds.PixelData = (ds.pixel_array + 10 * time).astype(np.uint16).tobytes()
        for item in ds.PerFrameFunctionalGroupsSequence:
            item.FrameContentSequence[0].FrameAcquisitionDateTime = f"20250304235959.{time * 25:02d}"
        save(ds, tmp_path / "in" / f"{time}.dcm")
    (written,) = said("export", tmp_path / "in", "-o", tmp_path / "v.nii")
    assert (written["times"], written["time_step_s"]) == (3, 0.25)
    read = nibabel.load(tmp_path / "v.nii").get_fdata()
    assert [int(read[0, 0, 0, time] - made.hu_kji[0, 0, 0]) for time in range(3)] == [0, 10, 20]


def test_that_many_times_are_one_line_of_a_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    series(tmp_path / "in", 12, lambda ds, time, _slice: setattr(ds, "TemporalPositionIdentifier", time + 1))
    small.volume("axial").write(tmp_path / "in" / "other")
    words = refusal(capsys, "export", tmp_path / "in", "-o", tmp_path / "v.nii")
    assert "1: CT axial (9 images); 2 to 13: MR oblique time 1 of 12 (5 images), …, time 12 of 12." in words


@pytest.mark.parametrize(("mode", "words"), [("2.0", "volumes 1, 3, 5 … are"), ("1", "all volumes"), ("0", "")])
def test_that_volumes_which_the_scanner_stores_upside_down_are_told(tmp_path: Path, mode: str, words: str) -> None:
    def change(ds: Dataset, _time: int, _slice: int) -> None:
        block = ds.private_block(0x0019, "GEMS_ACQU_01", create=True)
        block.add_new(0x9C, "LO", "research/epi_pepolar")
        block.add_new(0xB3, "DS", mode)

    series(tmp_path, 2, change)
    found = " ".join(polarity_told(chosen_times(stacks(tmp_path))))
    assert words in found
    assert bool(found) == bool(words)
