"""Stacks from header records: what belongs together, in which order, and what the user is told."""

import itertools
import math
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from workstation.model.geometry import Vector
from workstation.model.index.records import Instance, Place, Stack
from workstation.model.stacks import MOST_FRAMES, stacks_of

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
TILTED_18_5 = (1.0, 0.0, 0.0, 0.0, math.cos(math.radians(18.5)), -math.sin(math.radians(18.5)))

_numbers = itertools.count(1)


def make(position: Vector | None = None, **changes: object) -> Instance:
    number = next(_numbers)
    plain = Instance(
        places=(Place(Path(f"/data/{number}.dcm")),),
        sop_instance_uid=f"1.2.3.{number}",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        study_instance_uid="1.2.1",
        series_instance_uid="1.2.2",
        modality="CT",
        instance_number=number,
        rows=64,
        columns=48,
        samples_per_pixel=1,
        bits_allocated=16,
        photometric_interpretation="MONOCHROME2",
        frame_of_reference_uid="1.2.9",
        image_position_lps=position,
        image_orientation=AXIAL if position else None,
        pixel_spacing_mm=(0.8, 0.8) if position else None,
        has_pixels=True,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # changes are fields by name


def axial(*heights: float, **changes: object) -> list[Instance]:
    return [make((-20.0, -25.0, z), **changes) for z in heights]


def heights(stack: Stack) -> list[float]:
    return [frame.instance.image_position_lps[2] for frame in stack.frames if frame.instance.image_position_lps]


def only(stacks: tuple[Stack, ...]) -> Stack:
    assert len(stacks) == 1
    return stacks[0]


def test_that_slices_are_ordered_by_position_and_not_by_number_or_file() -> None:
    instances = axial(*(float(z) for z in range(20)))
    random.Random(4).shuffle(instances)
    stack = only(stacks_of(instances))
    assert heights(stack) == [float(z) for z in range(20)]
    assert stack.is_volume
    assert stack.label == ""
    assert stack.notes == ()


def test_that_coronal_slices_are_ordered_along_their_own_normal() -> None:
    instances = [make((0.0, y, 0.0), image_orientation=CORONAL) for y in (-3.0, 6.0, 0.0, 3.0)]
    stack = only(stacks_of(instances))
    # Row direction left, column direction down: the normal points to the back.
    assert [frame.instance.image_position_lps for frame in stack.frames] == [(0, y, 0) for y in (-3, 0, 3, 6)]


def test_that_time_points_become_stacks_of_their_own() -> None:
    instances = [
        replace(instance, temporal_position=time, modality="MR")
        for time in range(1, 4)
        for instance in axial(0.0, 5.0, 10.0)
    ]
    random.Random(1).shuffle(instances)
    stacks = stacks_of(instances)
    assert sorted(stack.label for stack in stacks) == ["time 1 of 3", "time 2 of 3", "time 3 of 3"]
    assert all(heights(stack) == [0.0, 5.0, 10.0] and stack.is_volume for stack in stacks)
    for stack in stacks:
        assert len({frame.instance.temporal_position for frame in stack.frames}) == 1


def test_that_time_points_without_a_field_are_told_apart_by_their_numbers() -> None:
    stacks = stacks_of([instance for _ in range(2) for instance in axial(0.0, 5.0, 10.0)])
    assert [stack.label for stack in stacks] == ["set 1 of 2", "set 2 of 2"]
    first, second = ({frame.instance.instance_number or 0 for frame in stack.frames} for stack in stacks)
    assert max(first) < min(second)


def test_that_trigger_times_that_differ_in_each_slice_still_give_phases() -> None:
    instances = [
        instance
        for phase in range(3)
        for index, z in enumerate((0.0, 8.0, 16.0, 24.0))
        for instance in axial(z, trigger_time_ms=40.0 * phase + 1.5 * index, modality="MR")
    ]
    stacks = stacks_of(instances)
    assert [stack.label for stack in stacks] == ["phase 1 of 3", "phase 2 of 3", "phase 3 of 3"]
    assert [round((stack.frames[3].instance.trigger_time_ms or 0) - 4.5) for stack in stacks] == [0, 40, 80]


def test_that_b_values_with_several_directions_are_split_twice() -> None:
    instances = axial(0.0, 4.0, 8.0, b_value=0.0)
    instances += [instance for _ in range(3) for instance in axial(0.0, 4.0, 8.0, b_value=1000.0)]
    labels = [stack.label for stack in stacks_of(instances)]
    assert labels == ["b 0", "b 1000, set 1 of 3", "b 1000, set 2 of 3", "b 1000, set 3 of 3"]


def test_that_echoes_and_parts_of_a_complex_image_are_named() -> None:
    instances = [
        instance
        for echo in (4.6, 9.2)
        for part in ("M", "P")
        for instance in axial(0.0, 2.0, 4.0, echo_time_ms=echo, image_type=f"ORIGINAL\\PRIMARY\\{part}\\ND")
    ]
    assert [stack.label for stack in stacks_of(instances)] == [
        "echo 1 (4.6 ms), m",
        "echo 1 (4.6 ms), p",
        "echo 2 (9.2 ms), m",
        "echo 2 (9.2 ms), p",
    ]


def test_that_slices_repeated_at_a_few_places_leave_the_whole_stack_whole() -> None:
    instances = axial(0.0, 1.0, 2.0, 3.0, acquisition_number=1) + axial(1.0, acquisition_number=2)
    whole, rest = stacks_of(instances)
    assert (whole.label, len(whole.frames), whole.is_volume) == ("acquisition 1", 4, True)
    assert (rest.label, len(rest.frames), rest.is_volume) == ("acquisition 2", 1, False)


def test_that_two_overlapping_acquisitions_are_taken_apart() -> None:
    first = axial(*(2.0 * k for k in range(10)), acquisition_number=1)
    second = axial(*(2.0 * k + 0.7 for k in range(10)), acquisition_number=2)
    stacks = stacks_of(first + second)
    assert [(stack.label, len(stack.frames), stack.notes) for stack in stacks] == [
        ("acquisition 1", 10, ()),
        ("acquisition 2", 10, ()),
    ]


def test_that_acquisitions_that_follow_each_other_stay_one_stack() -> None:
    low = axial(*(5.0 * k for k in range(6)), acquisition_number=1)
    high = axial(*(25.0 + 2.5 * k for k in range(1, 7)), acquisition_number=2)
    stack = only(stacks_of(low + high))
    assert stack.notes == ("Spacing varies from 2.5 to 5.0 mm",)


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ((0.0, 0.6, 1.2, 1.8, 2.7, 3.6), "from 0.60 to 0.90 mm"),
        ((0.0, 3.0, 6.0, 9.0, 12.04, 15.08, 18.12, 21.16, 24.2, 32.2), "from 3.0 to 8.0 mm"),
        (tuple(1.005 * k + 0.0003 * k * k for k in range(60)), "from 1.01 to 1.04 mm"),
    ],
)
def test_that_distances_are_told_with_the_digits_that_tell_them_apart(places: tuple[float, ...], told: str) -> None:
    stack = only(stacks_of(axial(*places)))
    assert stack.notes == (f"Spacing varies {told}",)


def test_that_mixed_sizes_are_split_and_named() -> None:
    stacks = stacks_of(axial(0.0, 1.0, 2.0) + axial(0.0, 1.0, 2.0, rows=32, columns=32))
    assert [stack.label for stack in stacks] == ["48 x 64 pixels", "32 x 32 pixels"]
    assert all(stack.is_volume for stack in stacks)


def test_that_orientations_are_split_and_named() -> None:
    instances = axial(0.0, 1.0, 2.0)
    instances += [make((x, 0.0, 0.0), image_orientation=SAGITTAL) for x in (0.0, 1.0, 2.0)]
    assert [stack.label for stack in stacks_of(instances)] == ["axial", "sagittal"]


def test_that_a_localizer_in_three_views_is_one_stack_to_scroll() -> None:
    instances = [
        make((0.0, 0.0, 0.0), image_orientation=orientation, instance_number=number)
        for number, orientation in ((3, SAGITTAL), (1, AXIAL), (2, CORONAL))
    ]
    stack = only(stacks_of(instances))
    assert [frame.instance.instance_number for frame in stack.frames] == [1, 2, 3]
    assert not stack.is_volume
    assert stack.notes == ("3 images that differ in orientation, size or spacing; in order of their number",)


def test_that_an_orientation_that_is_none_counts_as_no_position() -> None:
    instances = [make((0.0, 0.0, float(z)), image_orientation=(0, 0, 0, 0, 0, 0)) for z in range(3)]
    stack = only(stacks_of(instances))
    assert not stack.is_volume
    broken = [make((0.0, 0.0, math.nan)), make((0.0, math.inf, 1.0))]
    assert not only(stacks_of(broken)).is_volume


def test_that_images_without_position_are_ordered_by_number() -> None:
    instances = [make(instance_number=number) for number in (10, 9, None, 1)]
    stack = only(stacks_of(instances))
    assert [frame.instance.instance_number for frame in stack.frames] == [1, 9, 10, None]
    assert not stack.is_volume


def test_that_a_dose_page_stands_beside_the_volume() -> None:
    volume, page = stacks_of([*axial(0.0, 1.0, 2.0), make(samples_per_pixel=3)])
    assert volume.is_volume
    assert page.label == "images without a position"


def test_that_instances_without_pixels_are_left_out() -> None:
    assert stacks_of([make(has_pixels=False)]) == ()
    assert stacks_of([]) == ()


def test_that_a_multi_frame_instance_is_a_stack_of_its_own() -> None:
    clip = make(number_of_frames=30, instance_number=7)
    assert [frame.number for frame in only(stacks_of([clip])).frames] == list(range(30))
    singles, own = stacks_of([make(instance_number=1), make(instance_number=2), clip])
    assert len(singles.frames) == 2
    assert (own.label, len(own.frames)) == ("image 7, 30 frames", 30)


def test_that_missing_slices_are_told_by_their_neighbours() -> None:
    stack = only(stacks_of(axial(0.0, 1.5, 3.0, 6.0, 7.5, 12.0, 13.5)))
    assert stack.notes == ("1 slice missing between 3 and 4", "2 slices missing between 5 and 6")
    assert stack.is_volume


def test_that_many_gaps_are_told_briefly() -> None:
    stack = only(stacks_of(axial(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 16, 17, 18, 20, 21)))
    assert stack.notes[-1] == "slices missing at 2 more places"


def test_that_uneven_spacing_is_told_in_millimetres() -> None:
    stack = only(stacks_of(axial(0.0, 1.08, 5.1, 9.1, 16.1)))
    assert stack.notes == ("Spacing varies from 1.1 to 7.0 mm",)


def test_that_rounded_positions_are_not_called_uneven() -> None:
    assert only(stacks_of(axial(*(round(0.625 * k, 1) for k in range(50))))).notes == ()


def test_that_a_tilted_gantry_is_told_in_degrees() -> None:
    tilted = [make((0.0, 0.0, 5.0 * k), image_orientation=TILTED_18_5) for k in range(6)]
    assert only(stacks_of(tilted)).notes == ("Gantry tilted by 18.5 degrees",)


def test_that_an_oblique_stack_is_not_called_tilted() -> None:
    normal = (0.0, math.sin(math.radians(18.5)), math.cos(math.radians(18.5)))
    oblique = [make((0.0, 5 * k * normal[1], 5 * k * normal[2]), image_orientation=TILTED_18_5) for k in range(6)]
    stack = only(stacks_of(oblique))
    assert stack.notes == ()
    assert stack.is_volume


def test_that_a_frame_of_reference_a_slice_still_makes_one_volume_with_a_note() -> None:
    instances = [replace(item, frame_of_reference_uid=f"1.2.9.{z}") for z, item in enumerate(axial(0.0, 1.0, 2.0))]
    stack = only(stacks_of(instances))
    assert stack.is_volume
    assert stack.notes == ("3 slices carry different frames of reference; shown as one volume by position",)


def test_that_two_frames_of_reference_at_the_same_places_are_two_volumes() -> None:
    before = axial(0.0, 1.0, 2.0, frame_of_reference_uid="1.2.8")
    after = axial(0.5, 1.5, 2.5, frame_of_reference_uid="1.2.9")
    labels = [stack.label for stack in stacks_of(before + after)]
    assert labels == ["frame of reference 1 of 2", "frame of reference 2 of 2"]


def test_that_images_of_a_single_place_stay_one_stack_in_order_of_time() -> None:
    cine = [
        make((0.0, 0.0, 1.0), trigger_time_ms=time, instance_number=number)
        for time, number in ((80.0, 1), (0.0, 3), (40.0, 2))
    ]
    stack = only(stacks_of(cine))
    assert [frame.instance.trigger_time_ms for frame in stack.frames] == [0.0, 40.0, 80.0]
    assert not stack.is_volume
    assert stack.notes == ("3 images at the same place; in order of time and number",)


def test_that_sets_taken_one_after_the_other_are_called_times() -> None:
    instances = [item for time in ("101500", "101503", "101506") for item in axial(0.0, 5.0, acquisition_time=time)]
    # One more value than there are sets: the field itself cannot split them.
    instances[0] = replace(instances[0], acquisition_time="101459")
    assert [stack.label for stack in stacks_of(instances)] == ["time 1 of 3", "time 2 of 3", "time 3 of 3"]


def test_that_a_hole_in_which_nothing_was_taken_makes_no_volume() -> None:
    stack = only(stacks_of(axial(0.0, 810.0, 815.0, 820.0)))
    assert not stack.is_volume
    assert stack.notes[-1] == "Nothing was taken over 810 mm between two slices; not shown as a volume"


def test_that_two_frames_of_reference_that_follow_each_other_are_one_volume() -> None:
    low = axial(0.0, 1.0, 2.0, frame_of_reference_uid="1.2.8")
    stack = only(stacks_of(low + axial(3.0, 4.0, frame_of_reference_uid="1.2.9")))
    assert stack.is_volume
    assert stack.notes == ("5 slices carry 2 different frames of reference; shown as one volume by position",)


def test_that_parallel_slices_beside_each_other_make_no_volume() -> None:
    stack = only(stacks_of([make((10.0 * (k % 2), 0.0, 3.0 * k)) for k in range(6)]))
    assert not stack.is_volume
    assert "shifted sideways" in stack.notes[0]


def test_that_colour_slices_make_no_volume() -> None:
    assert not only(stacks_of(axial(0.0, 1.0, samples_per_pixel=3))).is_volume
    assert not only(stacks_of(axial(0.0, 1.0, photometric_interpretation="PALETTE COLOR"))).is_volume


def test_that_left_and_right_fields_of_view_are_not_mixed() -> None:
    both = [make((x, 0.0, float(z)), instance_number=10 * z + int(x > 0)) for z in range(4) for x in (-90.0, 20.0)]
    for stack in stacks_of(both):
        assert len({(frame.instance.image_position_lps or (0, 0, 0))[0] for frame in stack.frames}) == 1


@pytest.mark.parametrize("seed", range(20))
def test_that_no_frame_is_lost_or_shown_twice_whatever_the_headers_say(seed: int) -> None:
    chance = random.Random(seed)
    instances = [
        make(
            chance.choice([None, (0.0, 0.0, float(chance.randrange(5))), (chance.random(), 0.0, 1.0)]),
            rows=chance.choice([64, 32]),
            image_orientation=chance.choice([AXIAL, CORONAL, None]),
            temporal_position=chance.choice([None, 1, 2]),
            echo_time_ms=chance.choice([None, 1.5]),
            b_value=chance.choice([None, 0.0, 500.0]),
            acquisition_number=chance.choice([None, 1, 2, 3]),
            image_type=chance.choice(["", "A\\B", "A\\C"]),
            frame_of_reference_uid=chance.choice(["", "1.2", "1.3"]),
            number_of_frames=chance.choice([0, 1, 1, 1, 3]),
            instance_number=chance.choice([None, chance.randrange(9)]),
        )
        for _ in range(60)
    ]
    frames = [
        (frame.instance.sop_instance_uid, frame.number) for stack in stacks_of(instances) for frame in stack.frames
    ]
    expected = [(item.sop_instance_uid, n) for item in instances for n in range(max(item.number_of_frames, 1))]
    assert sorted(frames) == sorted(expected)


def test_that_the_module_loads_neither_numpy_nor_pydicom() -> None:
    code = "import sys, workstation.model.stacks; sys.exit(any(m in sys.modules for m in ('numpy', 'pydicom')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_that_frames_are_listed_within_reason_whatever_a_header_declares() -> None:
    (stack,) = stacks_of([make(number_of_frames=2_000_000_000)])

    assert len(stack.frames) == MOST_FRAMES
    assert "2000000000" in stack.notes[0]


def test_that_an_acquisition_number_wrong_in_a_few_slices_mixes_no_volumes() -> None:
    directions = [axial(0.0, 4.0, 8.0, 12.0, b_value=1000.0, acquisition_number=22) for _ in range(3)]
    wrong = directions[2][1]
    directions[2][1] = replace(wrong, acquisition_number=19)
    stacks = stacks_of([instance for direction in directions for instance in direction])
    assert [stack.label for stack in stacks] == ["set 1 of 3", "set 2 of 3", "set 3 of 3"]
    assert [[frame.instance for frame in stack.frames] for stack in stacks] == directions


def test_that_what_all_slices_have_tells_them_apart_before_what_some_lack() -> None:
    instances = axial(0.0, 5.0, 10.0, echo_time_ms=2.3, image_type="ORIGINAL\\PRIMARY\\M")
    instances += axial(0.0, 5.0, 10.0, image_type="ORIGINAL\\PRIMARY\\FIELD_MAP")
    assert [stack.label for stack in stacks_of(instances)] == ["m", "field_map"]
