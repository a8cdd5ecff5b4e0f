"""The workspace: trees that grow while files are read, the selection, and who is told."""

from dataclasses import replace
from pathlib import Path

from workstation.model.index.records import FrameRef, Instance, Place, RefusedFile, Stack
from workstation.model.index.tree import tree_of
from workstation.model.refusal import Reason
from workstation.model.stacks import stacks_of
from workstation.workspace import Change, Selection, Workspace, merged


def _instance(number: int, *, study: str = "1.1", series: str = "1.1.1", patient: str = "A") -> Instance:
    return Instance(
        places=(Place(Path(f"{series}.{number}.dcm")),),
        sop_instance_uid=f"{series}.{number}",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        study_instance_uid=study,
        series_instance_uid=series,
        patient_id=patient,
        patient_name=f"Name^{patient}",
        study_date="20200101" if study == "1.1" else "20240101",
        series_number=int(series[-1]),
        instance_number=number,
        rows=8,
        columns=8,
        has_pixels=True,
    )


SOME = [_instance(number, series=f"1.1.{series}") for series in (1, 2) for number in range(3)]
OTHERS = [_instance(1, study="1.2", series="1.2.1"), _instance(1, study="1.3", series="1.3.1", patient="B")]


def test_that_a_tree_merged_in_parts_is_the_tree_made_at_once() -> None:
    parts = [SOME[:2], SOME[:4], OTHERS, SOME]
    grown = merged((), ())
    for part in parts:
        grown = merged(grown, tree_of(part, stacks_of=stacks_of))
    assert grown == tree_of([*SOME, *OTHERS], stacks_of=stacks_of)


def test_that_a_series_does_not_shrink_when_a_part_of_it_comes_late() -> None:
    workspace = Workspace()
    workspace.merge(tree_of(SOME, stacks_of=stacks_of))
    workspace.merge(tree_of(SOME[:1], stacks_of=stacks_of))
    assert workspace.counts().images == 6


def test_that_a_selection_leaves_with_its_series() -> None:
    workspace = Workspace()
    workspace.replace_tree(tree_of([*SOME, *OTHERS], stacks_of=stacks_of))
    workspace.select(Selection("1.3.1"))
    told: list[Change] = []
    workspace.listen(told.append)
    workspace.replace_tree(tree_of(SOME, stacks_of=stacks_of))
    assert workspace.selection is None
    assert told == [Change.TREE, Change.SELECTION]


def test_that_a_series_without_images_can_be_selected_and_has_no_stack() -> None:
    workspace = Workspace()
    report = replace(_instance(1, series="1.1.7"), has_pixels=False, modality="SR")
    workspace.replace_tree(tree_of([*SOME, report], stacks_of=stacks_of))
    assert workspace.selections()[-1] == Selection("1.1.7")
    workspace.select(Selection("1.1.7"))
    assert workspace.selected_series() is not None
    assert workspace.selected_stack() is None


def test_that_a_place_is_refused_once_with_its_newest_reason() -> None:
    workspace = Workspace()
    place = Place(Path("a.dcm"))
    workspace.refuse([RefusedFile(place, Reason.CHANGED, "It changed.")])
    workspace.refuse([RefusedFile(place, Reason.TRUNCATED, "It ends early.")])
    assert [file.reason for file in workspace.refused] == [Reason.TRUNCATED]
    assert workspace.counts().refused == 1


def _two_images() -> tuple[Workspace, tuple[Stack, Stack]]:
    images = [replace(_instance(number), number_of_frames=4) for number in (1, 2)]
    workspace = Workspace()
    workspace.replace_tree(tree_of(images, stacks_of=stacks_of))
    halves = [tuple(FrameRef(images[0], number) for number in numbers) for numbers in ((1, 0), (3, 2))]
    return workspace, (Stack(halves[0], "echo 1"), Stack(halves[1], "echo 2"))


def test_that_an_image_is_split_into_its_stacks_and_stays_so_when_the_tree_grows() -> None:
    workspace, parts = _two_images()
    workspace.select(Selection("1.1.1"))
    workspace.split(parts[0].frames[0].instance, parts)
    assert workspace.selected_stack() == parts[0]
    workspace.merge(tree_of(OTHERS, stacks_of=stacks_of))
    series = workspace.series("1.1.1")
    assert series is not None
    assert series.stacks[:2] == parts
    assert len(series.stacks) == 3
    assert workspace.counts().images == 8 + len(OTHERS)


def test_that_the_selection_stays_with_its_stack_when_one_before_it_is_split() -> None:
    workspace, parts = _two_images()
    workspace.select(Selection("1.1.1", 1))
    shown = workspace.selected_stack()
    workspace.split(parts[0].frames[0].instance, parts)
    assert workspace.selection == Selection("1.1.1", 2)
    assert workspace.selected_stack() == shown
