"""Scissors that go on cutting change what is drawn in place, and it comes out as if it had been so from the start."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from tests.unit.volume.rendering.test_bodies import BODY, GRID, TABLE, scan
from workstation.model.volume import Volume
from workstation.volume.looks.camera import Camera
from workstation.volume.looks.look3d import ClipPlane, Cut, Look3D
from workstation.volume.looks.transfer import Method, Removed, TransferFunction, TransferPoint
from workstation.volume.rendering import bodies
from workstation.volume.rendering.blocks import Block, reduced
from workstation.volume.rendering.drawing import Rendering
from workstation.volume.rendering.parts import Parts

SIZE = (120, 120)
FLESH = TransferFunction((TransferPoint(-200, (1, 0.8, 0.6), 0.0), TransferPoint(0, (1, 0.8, 0.6), 0.8)))
UPPER = Cut(((0, 0), (119, 0), (119, 55), (0, 55)), SIZE, Camera())
LEFT = Cut(((0, 0), (50, 0), (50, 119), (0, 119)), SIZE, Camera())
FROM_THE_SIDE = Camera(50, 20)


def volume() -> Volume:
    return Volume(scan(), GRID, 1.0, 0.0, "HU", (), (), ())


@pytest.fixture
def drawing() -> Iterator[Rendering]:
    made = Rendering(volume(), caster="processor")
    yield made
    made.close()


def anew(look: Look3D) -> np.ndarray:
    made = Rendering(volume(), caster="processor")
    picture = made.picture(look, SIZE)
    made.close()
    return picture


@pytest.mark.parametrize("removed", [frozenset(), frozenset({"table"})], ids=["all", "without-table"])
@pytest.mark.parametrize("method", ["composite", "mip"])
def test_cuts_added_and_taken_back_look_as_if_they_had_been_so_from_the_start(
    drawing: Rendering, removed: frozenset[Removed], method: Method
) -> None:
    plain = Look3D(method=method, transfer=FLESH, removed=removed, camera=FROM_THE_SIDE)
    for cuts in ((), (UPPER,), (UPPER, LEFT), (UPPER,), (LEFT,), ()):
        look = replace(plain, cuts=cuts)
        np.testing.assert_array_equal(drawing.picture(look, SIZE), anew(look), err_msg=f"{len(cuts)} cuts")


def test_a_picture_that_is_near_has_the_cuts_but_light_of_before(drawing: Rendering) -> None:
    before = Look3D(transfer=FLESH, removed=frozenset({"table"}), camera=FROM_THE_SIDE)
    drawing.picture(before, SIZE)
    look = replace(before, cuts=(UPPER,))
    near, full = drawing.picture(look, SIZE, "near"), drawing.picture(look, SIZE)
    is_seen = full.max(axis=2) > 0
    assert not near[~is_seen].any()
    where_cut = (near != full).any(axis=2)
    assert 0.02 < where_cut[is_seen].mean() < 0.6  # the side that the scissors laid open; the skin keeps its light
    np.testing.assert_array_equal(full, anew(look))


def test_a_cut_that_is_taken_back_is_seen_at_once(drawing: Rendering) -> None:
    whole = Look3D(transfer=FLESH, removed=frozenset({"table"}), camera=FROM_THE_SIDE)
    cut = replace(whole, cuts=(UPPER,))
    drawing.picture(cut, SIZE)
    np.testing.assert_array_equal(drawing.picture(whole, SIZE, "near"), anew(whole))


def test_planes_cut_at_the_same_place_where_only_a_part_is_drawn(drawing: Rendering) -> None:
    middle = GRID.affine_lps[:3, :3] @ (50, 45, 12)
    plane = ClipPlane((float(middle[0]), float(middle[1]), float(middle[2])), (0.0, 1.0, 0.0))
    look = Look3D(transfer=FLESH, planes=(plane,), camera=FROM_THE_SIDE)
    with_all, without = (drawing.picture(each, SIZE) for each in (look, replace(look, removed=frozenset({"table"}))))
    is_flesh = without.max(axis=2) > 0
    assert is_flesh.mean() > 0.1
    assert (with_all.max(axis=2) > 0)[is_flesh].mean() > 0.98


def test_a_body_is_told_apart_once_for_all_who_draw_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    whole = bodies.body_part

    def body_part(*given: object, **named: object) -> bodies.Part:
        found.append(given)
        return whole(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(bodies, "body_part", body_part)
    parts = Parts()
    monkeypatch.setattr("workstation.volume.rendering.drawing.LEAST_VOXELS", 40_000)
    renderings = [Rendering(volume(), budget_bytes=each, caster="processor", parts=parts) for each in (0, None)]
    look = Look3D(transfer=FLESH, removed=frozenset({"table"}))
    pictures = [each.picture(replace(look, cuts=cuts), SIZE) for each in renderings for cuts in ((), (UPPER,))]
    for each in renderings:
        each.close()
    assert len(found) == 1
    assert "reduced" in renderings[0].notes[0]
    np.testing.assert_array_equal(pictures[2], anew(look))  # though a draft was the first to ask


def test_a_part_found_on_coarse_voxels_lies_where_it_is_in_fine_ones() -> None:
    block = Block(scan(), GRID)
    coarse = bodies.body_part(reduced(block, 40_000), 1.0, 0.0, margin_mm=4.0)
    assert coarse.step != (1, 1, 1)
    fine = coarse.on(block)
    assert fine[BODY].mean() > 0.99
    assert fine[TABLE & ~BODY].mean() < 0.5
