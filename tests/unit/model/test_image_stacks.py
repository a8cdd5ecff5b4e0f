"""Stacks inside one enhanced image, and the volumes they make."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from workstation.model.geometry import ijk_to_lps
from workstation.model.image import Image
from workstation.model.image_stacks import opened_stacks, stacks_of_image
from workstation.model.index.records import Instance, Stack
from workstation.model.index.scan import scan
from workstation.model.stacks import stacks_of
from workstation.model.volume import build_volume
from workstation.phantoms import small


def opened(ds: Dataset, folder: Path) -> tuple[tuple[Stack, ...], Instance]:
    path = folder / "enhanced.dcm"
    ds.save_as(path, enforce_file_format=True)
    (instance,) = [each for batch in scan([path], workers=0) for each in batch.instances]
    with Image.open(path) as image:
        return stacks_of_image(image, instance), instance


def frames_of(stack: Stack) -> list[int]:
    return [frame.number for frame in stack.frames]


def enhanced(change: Callable[[Dataset, int], None]) -> Dataset:
    """Give the enhanced phantom, each frame's functional groups changed."""
    (ds,) = small.volume("enhanced").datasets
    for number, groups in enumerate(ds.PerFrameFunctionalGroupsSequence):
        change(groups, number)
    return ds


def test_that_an_enhanced_image_is_one_volume_with_every_voxel_in_place(tmp_path: Path) -> None:
    truth = small.volume("enhanced")
    (stack,), instance = opened(truth.datasets[0], tmp_path)
    assert stack.is_volume
    assert all(frame.instance is instance for frame in stack.frames)
    built = build_volume(stack)
    np.testing.assert_array_equal(built.array_kji, truth.hu_kji)
    np.testing.assert_allclose(built.grid.affine_lps, truth.grid.affine_lps, atol=1e-3)
    k, j, i = truth.marker_kji
    np.testing.assert_allclose(ijk_to_lps(built.grid, [(i, j, k)])[0], truth.marker_lps, atol=1e-3)
    assert (built.unit, built.rescaled_in_place) == ("HU", True)


def test_that_frames_in_any_order_are_sorted_by_place(tmp_path: Path) -> None:
    truth = small.volume("enhanced")
    (ds,) = truth.datasets
    order = [4, 1, 8, 0, 6, 2, 7, 3, 5]
    groups = list(ds.PerFrameFunctionalGroupsSequence)
    ds.PerFrameFunctionalGroupsSequence = [groups[k] for k in order]
    frames = np.frombuffer(ds.PixelData, np.int16).reshape(truth.hu_kji.shape)
    ds.PixelData = frames[order].tobytes()
    (stack,), _ = opened(ds, tmp_path)
    assert [order[frame] for frame in frames_of(stack)] == list(range(9))
    np.testing.assert_array_equal(build_volume(stack).array_kji, truth.hu_kji)


def test_that_stack_ids_tell_stacks_apart_although_they_do_not_overlap(tmp_path: Path) -> None:
    def two(groups: Dataset, number: int) -> None:
        groups.FrameContentSequence[0].StackID = "low" if number < 4 else "high"

    stacks, _ = opened(enhanced(two), tmp_path)
    assert [(stack.label, frames_of(stack)) for stack in stacks] == [
        ("stack low", [0, 1, 2, 3]),
        ("stack high", [4, 5, 6, 7, 8]),
    ]
    assert all(stack.is_volume for stack in stacks)


def test_that_time_points_inside_an_image_are_told_apart(tmp_path: Path) -> None:
    (ds,) = small.volume("enhanced").datasets
    places = [groups.PlanePositionSequence for groups in ds.PerFrameFunctionalGroupsSequence]

    def three_times(groups: Dataset, number: int) -> None:
        groups.PlanePositionSequence = places[number % 3]
        groups.FrameContentSequence[0].TemporalPositionIndex = number // 3 + 1

    stacks, _ = opened(enhanced(three_times), tmp_path)
    assert [(stack.label, frames_of(stack)) for stack in stacks] == [
        ("time 1 of 3", [0, 1, 2]),
        ("time 2 of 3", [3, 4, 5]),
        ("time 3 of 3", [6, 7, 8]),
    ]


def test_that_a_dimension_of_its_own_kind_splits_by_its_name(tmp_path: Path) -> None:
    (ds,) = small.volume("enhanced").datasets
    places = [groups.PlanePositionSequence for groups in ds.PerFrameFunctionalGroupsSequence]

    def energies(groups: Dataset, number: int) -> None:
        groups.PlanePositionSequence = places[number % 3]
        groups.FrameContentSequence[0].DimensionIndexValues = [number // 3 + 1, number % 3 + 1]

    changed = enhanced(energies)
    changed.DimensionIndexSequence[0].DimensionIndexPointer = 0x00189306
    changed.DimensionIndexSequence[0].DimensionDescriptionLabel = "Energy"
    stacks, _ = opened(changed, tmp_path)
    assert [stack.label for stack in stacks] == ["energy 1", "energy 2", "energy 3"]


@pytest.mark.parametrize("slope_of_last", ["1", "2"])
def test_that_a_rescale_line_for_each_frame_is_used(slope_of_last: str, tmp_path: Path) -> None:
    truth = small.volume("enhanced")

    def rescale(groups: Dataset, number: int) -> None:
        item = Dataset()
        item.RescaleSlope = slope_of_last if number == 8 else "1"
        item.RescaleIntercept, item.RescaleType = "-5", "HU"
        groups.PixelValueTransformationSequence = [item]

    (stack,), _ = opened(enhanced(rescale), tmp_path)
    built = build_volume(stack)
    expected = truth.hu_kji.astype(int) - 5
    expected[8] = truth.hu_kji[8].astype(int) * int(slope_of_last) - 5
    np.testing.assert_array_equal(np.stack([built.modality_values(k) for k in range(9)]), expected)


def test_that_frames_without_a_place_stay_one_stack_in_order(tmp_path: Path) -> None:
    def nowhere(groups: Dataset, _number: int) -> None:
        del groups.PlanePositionSequence

    (stack,), _ = opened(enhanced(nowhere), tmp_path)
    assert frames_of(stack) == list(range(9))
    assert not stack.is_volume


def test_that_a_stack_of_a_whole_image_is_split_once_it_is_opened(tmp_path: Path) -> None:
    def name(groups: Dataset, number: int) -> None:
        groups.FrameContentSequence[0].StackID = "low" if number < 4 else "high"

    parts, instance = opened(enhanced(name), tmp_path)
    (plain,) = stacks_of([instance])
    assert plain.whole_image is instance
    assert opened_stacks(plain) == parts
    assert len(parts) == 2


def test_that_other_stacks_and_lost_files_are_given_as_they_are(tmp_path: Path) -> None:
    small.volume("axial").write(tmp_path / "axial")
    (slices,) = stacks_of([each for batch in scan([tmp_path], workers=0) for each in batch.instances])
    assert opened_stacks(slices) == (slices,)
    _parts, instance = opened(enhanced(lambda _groups, _number: None), tmp_path)
    (plain,) = stacks_of([instance])
    instance.place.path.unlink()
    assert opened_stacks(plain) == (plain,)


def three_times_over(change: Callable[[Dataset, int], None]) -> Dataset:
    """Give the enhanced phantom as three slices three times over, each frame's functional groups changed by its set."""
    (ds,) = small.volume("enhanced").datasets
    places = [groups.PlanePositionSequence for groups in ds.PerFrameFunctionalGroupsSequence]

    def again(groups: Dataset, number: int) -> None:
        groups.PlanePositionSequence = places[number % 3]
        groups.FrameContentSequence[0].DimensionIndexValues = [number // 3 + 1, number % 3 + 1]
        change(groups, number // 3)

    return enhanced(again)


def item(**values: object) -> list[Dataset]:
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return [made]


def test_that_what_the_standard_knows_is_asked_before_private_dimensions(tmp_path: Path) -> None:
    def kinds(groups: Dataset, number: int) -> None:
        kind = ["ORIGINAL", "PRIMARY", "T1", "M" if number < 2 else "FIELD_MAP"]
        groups.MRImageFrameTypeSequence = item(FrameType=kind)

    changed = three_times_over(kinds)
    changed.DimensionIndexSequence[0].DimensionIndexPointer = 0x2005106E
    changed.DimensionIndexSequence[0].DimensionDescriptionLabel = "Private Scanning Sequence"
    stacks, _ = opened(changed, tmp_path)
    assert [stack.label for stack in stacks] == ["m, scanning sequence 1", "m, scanning sequence 2", "field_map"]


def test_that_directions_of_diffusion_are_named_by_their_dimension(tmp_path: Path) -> None:
    def diffusion(groups: Dataset, number: int) -> None:
        groups.MRDiffusionSequence = item(DiffusionBValue=0.0 if number == 0 else 1000.0)

    changed = three_times_over(diffusion)
    changed.DimensionIndexSequence[0].DimensionIndexPointer = 0x00189089
    del changed.DimensionIndexSequence[0].DimensionDescriptionLabel
    stacks, _ = opened(changed, tmp_path)
    assert [stack.label for stack in stacks] == ["b 0", "b 1000, direction 2", "b 1000, direction 3"]


def test_that_a_dimension_without_a_label_has_the_name_of_its_attribute(tmp_path: Path) -> None:
    changed = three_times_over(lambda _groups, _number: None)
    changed.DimensionIndexSequence[0].DimensionIndexPointer = 0x00181314
    del changed.DimensionIndexSequence[0].DimensionDescriptionLabel
    stacks, _ = opened(changed, tmp_path)
    assert [stack.label for stack in stacks] == ["flip angle 1", "flip angle 2", "flip angle 3"]


def test_that_parts_of_a_complex_image_are_told_apart_by_their_component(tmp_path: Path) -> None:
    def component(groups: Dataset, number: int) -> None:
        part = ("MAGNITUDE", "PHASE", "REAL")[number]
        groups.MRImageFrameTypeSequence = item(FrameType=["ORIGINAL", "PRIMARY"], ComplexImageComponent=part)

    stacks, _ = opened(three_times_over(component), tmp_path)
    assert [stack.label for stack in stacks] == ["magnitude", "phase", "real"]
