"""A hand's view over that of a presentation state: what is not touched is the state's, and the way back is exact."""

import itertools

import numpy as np
import pytest

from workstation.display.laid_view import laid_over, onto_first, own_part, since_first
from workstation.display.view import View
from workstation.model.frame import Window

TURNS = [
    View(rotation_quarters=quarters, flipped_h=across, flipped_v=down)
    for quarters, across, down in itertools.product(range(4), (False, True), (False, True))
]


def same_turn(one: View, other: View) -> bool:
    return bool(np.array_equal(one.axes(), other.axes()))


@pytest.mark.parametrize("base", TURNS)
def test_that_every_turn_of_a_hand_comes_after_that_of_the_state_and_is_found_again(base: View) -> None:
    for own in TURNS:
        seen = laid_over(base, own)
        assert np.array_equal(seen.axes(), own.axes() @ base.axes())
        assert same_turn(own_part(seen, base), own)
        assert same_turn(laid_over(base, own_part(seen, base)), seen)


def test_that_what_no_hand_has_touched_is_the_state_s() -> None:
    window = Window(50, 350)
    base = View(voi=window, zoom=2.0, rotation_quarters=1, flipped_h=True, colours="pet", fitted_px=(1, 2, 3, 4))
    assert laid_over(base, View()) == base
    assert own_part(base, base) == View()


def test_that_only_what_a_hand_changes_goes_over_to_the_next_image() -> None:
    one, other = View(voi=Window(50, 350), zoom=2.0), View(voi=Window(40, 80), rotation_quarters=2)
    seen = laid_over(one, View())
    zoomed = own_part(View(voi=seen.voi, zoom=5.0, centre_px=(3, 4), hidden_layers=frozenset({"A"})), one)
    assert zoomed == View(zoom=5.0, centre_px=(3, 4), hidden_layers=frozenset({"A"}))
    assert laid_over(other, zoomed).voi == Window(40, 80)
    assert laid_over(other, zoomed).zoom == 5.0
    assert laid_over(other, zoomed).rotation_quarters == 2


def test_that_inverting_twice_is_nothing() -> None:
    base = View(inverted=True)
    assert own_part(View(), base).inverted
    assert laid_over(base, View(inverted=True)).inverted is False


def test_that_a_state_goes_before_the_first_look_of_a_stack_and_a_hand_before_both() -> None:
    habit = View(inverted=True, voi=Window(5, 10), flipped_h=True)
    assert since_first(habit, habit) == View()
    zoomed = View(inverted=True, voi=Window(5, 10), flipped_h=True, zoom=3.0, centre_px=(1, 2))
    assert since_first(zoomed, habit) == View(zoom=3.0, centre_px=(1, 2))
    turned_back = View(inverted=False, voi=Window(7, 9), flipped_h=True)
    assert since_first(turned_back, habit) == View(inverted=True, voi=Window(7, 9))


@pytest.mark.parametrize(
    "part",
    [
        View(),
        View(inverted=True),
        View(zoom=2.0),
        View(voi=Window(1, 2)),
        View(rotation_quarters=2),
        View(colours="pet"),
    ],
)
def test_that_what_a_hand_has_changed_since_is_found_again(part: View) -> None:
    for first in (View(), View(inverted=True, voi=Window(5, 10), flipped_h=True, colours="rainbow")):
        assert since_first(onto_first(part, first), first) == part
