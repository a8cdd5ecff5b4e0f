"""A rescale line that is none in some slices of a series alone: told by slice, never taken over in silence."""

import copy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from workstation.model.index.records import FrameRef
from workstation.model.index.scan import scan
from workstation.model.slice_lines import Line, told_lines, unit_of_all
from workstation.model.volume import Volume, build_volume
from workstation.phantoms import small
from workstation.phantoms.writing import save
from workstation.volume.opening import stacks_of_all

RESCALE_INTERCEPT, RESCALE_SLOPE = Tag(0x0028, 0x1052), Tag(0x0028, 0x1053)
ORIGINAL = small.volume("axial")


def raw(tag: object, words: str) -> Callable[[Dataset], None]:
    """Write a decimal string as it is, also one that is no number."""

    def change(ds: Dataset) -> None:
        ds._dict[tag] = RawDataElement(tag, "DS", len(words), words.encode(), 0, False, True)  # type: ignore[arg-type,index]  # tags

    return change


def without(ds: Dataset) -> None:
    del ds.RescaleSlope, ds.RescaleIntercept


def without_a_unit(ds: Dataset) -> None:
    without(ds)
    del ds.RescaleType


def volume_of(folder: Path, change: Callable[[Dataset], None], *damaged: int) -> Volume:
    folder.mkdir()
    for number, each in enumerate(ORIGINAL.datasets):
        ds = copy.deepcopy(each)
        if number in damaged:
            change(ds)
        save(ds, folder / f"{number}.dcm")
    instances = [each for scanned in scan([folder]) for each in scanned.instances]
    (stack,) = stacks_of_all(instances)
    return build_volume(stack)


@pytest.mark.parametrize("damaged", [0, 3])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (raw(RESCALE_SLOPE, "0"), "Rescale Slope is 0, taken as 1"),
        (raw(RESCALE_SLOPE, "abc"), "Rescale Slope is no number, taken as 1"),
        (raw(RESCALE_SLOPE, ""), "Rescale Slope is no number, taken as 1"),
        (raw(RESCALE_INTERCEPT, "nan"), "Rescale Intercept is no number, taken as 0"),
        (without, "Rescale Slope or Intercept is missing, values are taken as stored; they"),
        (without_a_unit, "Rescale Slope or Intercept is missing, values are taken as stored; they"),
    ],
)
def test_that_one_slice_without_a_usable_line_is_named_and_the_others_keep_their_unit(
    change: Callable[[Dataset], None], told: str, damaged: int, tmp_path: Path
) -> None:
    volume = volume_of(tmp_path / "in", change, damaged)
    (note,) = volume.notes
    k = next(index for index, ref in enumerate(volume.frames) if ref.instance.place.path.name == f"{damaged}.dcm")
    assert note.startswith(f"Slice {k + 1} ({damaged}.dcm) of {len(volume.frames)}: {told}")
    assert note.endswith("are not in HU as the others")
    assert volume.unit == "HU"
    for index in range(len(volume.frames)):
        is_right = np.array_equal(volume.modality_values(index), ORIGINAL.hu_kji[index])
        ds = ORIGINAL.datasets[damaged]
        assert is_right or index == k
        if "Intercept" in told:
            assert np.array_equal(volume.modality_values(k), ORIGINAL.hu_kji[k] - float(ds.RescaleIntercept))


def test_that_a_sound_series_has_no_note_and_one_that_is_wrong_throughout_names_no_slices(tmp_path: Path) -> None:
    assert volume_of(tmp_path / "sound", without).notes == ()
    every = range(len(ORIGINAL.datasets))
    volume = volume_of(tmp_path / "all", raw(RESCALE_SLOPE, "0"), *every)
    assert volume.notes == ("Rescale Slope is 0: it is taken as 1, and the values have no unit",)
    assert volume.unit == ""


def test_that_many_slices_are_counted_from_the_end_from_which_people_count(tmp_path: Path) -> None:
    volume_of(tmp_path / "in", without)
    instances = [each for scanned in scan([tmp_path / "in"]) for each in scanned.instances]
    frames: tuple[FrameRef, ...] = stacks_of_all(instances)[0].frames
    fault = Line("", ("Rescale Slope is 0: it is taken as 1, and the values have no unit",))
    lines = {index: fault if index in (0, 1, 4, 5) else Line("HU") for index in range(len(frames))}
    names = [each.instance.place.path.name for each in frames]
    count = len(frames)
    (told,) = told_lines(lines, frames)
    assert told.startswith(f"Slices 1 ({names[0]}), 2 ({names[1]}), 5 ({names[4]}) and 1 more of {count}: ")
    (told,) = told_lines(lines, frames, from_end=True)
    assert told.startswith(f"Slices {count - 5} ({names[5]}), {count - 4} ({names[4]}), ")
    assert unit_of_all(list(lines.values())) == "HU"
    other = {**lines, 2: Line("US")}
    assert (
        told_lines(other, frames)[1]
        == f"Slice 3 ({names[2]}) of {count}: values there are in US, those of the others in HU"
    )
