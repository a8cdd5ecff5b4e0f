"""Images are read as they are numbered, else from head to feet, front to back, right to left."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from workstation.display.layout import Grid, Screen
from workstation.display.older_work import counted_as_read
from workstation.display.reading_order import (
    in_reading_order,
    opened_in_reading_order,
    runs_against_normal,
    stacks_in_reading_order,
)
from workstation.display.viewing import Look, PaneState, Viewing
from workstation.model.index.records import FrameRef, Instance, Place, Stack
from workstation.model.index.scan import scan
from workstation.model.stacks import from_other_end, stacks_of
from workstation.model.volume import build_volume
from workstation.phantoms import small
from workstation.workspace import Selection

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
AXIAL_PRONE = (-1.0, 0.0, 0.0, 0.0, -1.0, 0.0)
AXIAL_FROM_ABOVE = (-1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
CORONAL_FROM_BEHIND = (-1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
SAGITTAL_FROM_RIGHT = (0.0, -1.0, 0.0, 0.0, 0.0, -1.0)
TILTED = (1.0, 0.0, 0.0, 0.0, 0.94, -0.3411745)


def header(
    number: int | None, place_mm: float, axis: int, orientation: tuple[float, ...], **changes: object
) -> Instance:
    position = [0.0, 0.0, 0.0]
    position[axis] = place_mm
    made = Instance(
        places=(Place(Path(f"/data/{place_mm}.dcm")),),
        sop_instance_uid=f"1.{int(place_mm * 10) + 5000}",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        study_instance_uid="1.1",
        series_instance_uid="1.1.1",
        modality="CT",
        instance_number=number,
        rows=8,
        columns=8,
        samples_per_pixel=1,
        photometric_interpretation="MONOCHROME2",
        image_position_lps=(position[0], position[1], position[2]),
        image_orientation=orientation,  # type: ignore[arg-type]
        pixel_spacing_mm=(1.0, 1.0),
        has_pixels=True,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def places(stack: Stack, axis: int) -> list[float]:
    found = [ref.instance.image_position_lps for ref in stack.frames]
    return [each[axis] for each in found if each is not None]


def read(headers: list[Instance]) -> Stack:
    random.Random(7).shuffle(headers)
    (stack,) = stacks_in_reading_order(headers)
    return stack


@pytest.mark.parametrize("orientation", [AXIAL, AXIAL_PRONE, AXIAL_FROM_ABOVE, TILTED])
@pytest.mark.parametrize("is_from_head", [True, False])
def test_that_numbers_that_run_one_way_are_the_order(orientation: tuple[float, ...], is_from_head: bool) -> None:
    heights = [3.0 * k for k in range(6)]
    numbers = list(range(6, 0, -1) if is_from_head else range(1, 7))
    stack = read([header(n, z, 2, orientation) for n, z in zip(numbers, heights, strict=True)])
    assert [ref.instance.instance_number for ref in stack.frames] == [1, 2, 3, 4, 5, 6]
    assert places(stack, 2) == sorted(heights, reverse=is_from_head)


@pytest.mark.parametrize(
    ("axis", "orientation", "is_rising"),
    [
        (2, AXIAL, False),
        (2, AXIAL_PRONE, False),
        (2, AXIAL_FROM_ABOVE, False),
        (2, TILTED, False),
        (1, CORONAL, True),
        (1, CORONAL_FROM_BEHIND, True),
        (0, SAGITTAL, True),
        (0, SAGITTAL_FROM_RIGHT, True),
    ],
)
@pytest.mark.parametrize("numbers", [(None,) * 6, (1,) * 6, (4, 1, 6, 2, 5, 3)], ids=["none", "all one", "mixed"])
def test_that_without_numbers_one_reads_from_the_head_the_front_and_the_right(
    axis: int, orientation: tuple[float, ...], is_rising: bool, numbers: tuple[int | None, ...]
) -> None:
    along = [2.5 * k - 4 for k in range(6)]
    stack = read([header(n, at, axis, orientation) for n, at in zip(numbers, along, strict=True)])
    assert places(stack, axis) == sorted(along, reverse=not is_rising)


def test_that_what_is_read_already_is_left_as_it_is() -> None:
    stack = read([header(n, -3.0 * n, 2, AXIAL) for n in range(6)])
    assert in_reading_order(stack) is stack
    assert runs_against_normal(stack)
    (along,) = stacks_of([ref.instance for ref in stack.frames])
    assert not runs_against_normal(along)
    assert in_reading_order(along) == stack


def test_that_images_at_one_place_stay_in_order_of_time() -> None:
    headers = [header(9 - n, 5.0, 2, AXIAL, trigger_time_ms=None, sop_instance_uid=f"1.{n}") for n in range(4)]
    timed = [replace(each, temporal_position=n) for n, each in enumerate(headers)]
    stacks = stacks_of(timed)
    assert stacks_in_reading_order(timed) == stacks


def test_that_images_without_a_place_stay_in_order_of_number() -> None:
    loose = [header(n, 0.0, 2, AXIAL, image_position_lps=None, sop_instance_uid=f"1.{n}") for n in (3, 1, 2)]
    (stack,) = stacks_in_reading_order(loose)
    assert [ref.instance.instance_number for ref in stack.frames] == [1, 2, 3]


def test_that_holes_are_named_by_the_numbers_that_are_read() -> None:
    kept = [n for n in range(1, 12) if n not in (3, 8, 9)]
    stack = read([header(n, -2.0 * n, 2, AXIAL) for n in kept])
    assert stack.notes == ("1 slice missing between 2 and 3", "2 slices missing between 6 and 7")
    (along,) = stacks_of([ref.instance for ref in stack.frames])
    assert along.notes == ("2 slices missing between 2 and 3", "1 slice missing between 6 and 7")
    assert from_other_end(stack) == along


def test_that_frames_of_one_image_are_read_by_their_numbers() -> None:
    whole = header(1, 0.0, 2, AXIAL, number_of_frames=5, image_position_lps=None)
    frames = tuple(FrameRef(whole, n) for n in (4, 3, 2, 1, 0))
    assert [ref.number for ref in in_reading_order(Stack(frames, is_volume=True)).frames] == [0, 1, 2, 3, 4]
    mixed = Stack(tuple(FrameRef(whole, n) for n in (4, 2, 3, 1, 0)), is_volume=True)
    assert [ref.number for ref in in_reading_order(mixed).frames] == [0, 1, 3, 2, 4]
    timed = Stack(frames)
    assert in_reading_order(timed) is timed


@pytest.mark.parametrize("name", ["axial", "oblique", "gapped", "uneven", "tilted", "reversed", "enhanced"])
def test_that_a_volume_is_the_same_whichever_way_its_stack_is_read(name: str, tmp_path: Path) -> None:
    small.volume(name).write(tmp_path)
    instances = [each for batch in scan([tmp_path], workers=0) for each in batch.instances]
    (along,) = (part for stack in stacks_of(instances) for part in opened_in_reading_order(stack))
    one, other = build_volume(along), build_volume(from_other_end(along))
    assert np.array_equal(one.array_kji, other.array_kji)
    assert np.array_equal(one.grid.affine_lps, other.grid.affine_lps)
    assert one.frames == other.frames


def test_that_kept_work_of_before_shows_the_same_images() -> None:
    turned, kept, gone = Selection("1"), Selection("2"), Selection("3")
    stacks = {
        turned: read([header(n, -3.0 * n, 2, AXIAL) for n in range(1, 11)]),
        kept: read([header(n, 3.0 * n, 2, AXIAL) for n in range(1, 11)]),
    }
    panes = [PaneState(each, Look(2)) for each in (turned, kept, gone)]
    tiles = [PaneState(turned, Look(5 + place)) for place in range(4)]
    old = Viewing(
        (Screen(0, Grid(1, 4)), Screen(1, Grid(2, 2), is_tiled=True)),
        (*panes, PaneState(), *tiles),
        looks={turned: Look(9), kept: Look(9)},
    )
    new = counted_as_read(old, stacks.get)
    assert [pane.look.index for pane in new.panes] == [7, 2, 2, 0, 1, 2, 3, 4]
    assert {selection: look.index for selection, look in new.looks.items()} == {turned: 0, kept: 9}


def test_that_tiles_of_before_that_reached_beyond_the_last_image_begin_at_the_first() -> None:
    turned = Selection("1")
    stack = read([header(n, -3.0 * n, 2, AXIAL) for n in range(1, 4)])
    old = Viewing((Screen(0, Grid(2, 2), is_tiled=True),), tuple(PaneState(turned, Look(at)) for at in range(1, 5)))
    assert [pane.look.index for pane in counted_as_read(old, {turned: stack}.get).panes] == [0, 1, 2, 3]
