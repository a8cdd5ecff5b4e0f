"""Where windows go, with monitors that are only named."""

import pytest

from workstation.gui.monitors import (
    Monitor,
    WindowPlace,
    brought_into_sight,
    first_place,
    is_in_sight,
    setup_name,
)

LEFT = Monitor("DP-1", (0, 0, 1920, 1040))
RIGHT = Monitor("DP-2", (1920, 0, 2560, 1400))
ABOVE = Monitor("DP-3", (0, -1440, 1920, 1440))


def test_that_the_same_monitors_are_one_set_up_in_any_order() -> None:
    assert setup_name([LEFT, RIGHT]) == setup_name([RIGHT, LEFT])
    assert setup_name([LEFT, RIGHT]) != setup_name([LEFT])
    assert setup_name([LEFT]) != setup_name([Monitor("DP-1", (0, 0, 1280, 1000))])


def test_that_image_windows_fill_the_other_monitors_in_turn() -> None:
    monitors = [LEFT, RIGHT, ABOVE]
    places = [first_place(number, monitors, home=1) for number in (1, 2, 3)]
    assert [place.rect for place in places] == [LEFT.area, ABOVE.area, LEFT.area]
    assert all(place.is_large for place in places)


@pytest.mark.parametrize("number", [1, 2, 5, 9])
def test_that_on_an_only_monitor_they_lie_within_it_each_a_little_further(number: int) -> None:
    place = first_place(number, [LEFT], home=0)
    left, top, width, height = place.rect
    assert not place.is_large
    assert left >= 0
    assert top >= 0
    assert left + width <= 1920
    assert top + height <= 1040
    assert place.rect != first_place(number + 1, [LEFT], home=0).rect


@pytest.mark.parametrize(
    ("rect", "is_seen"),
    [
        ((100, 100, 800, 600), True),
        ((-700, 100, 800, 600), False),
        ((-600, 100, 800, 600), True),
        ((1850, 100, 800, 600), False),
        ((100, -5, 800, 600), False),
        ((100, 1035, 800, 600), False),
        ((0, 0, 50, 50), True),
        ((2500, 100, 800, 600), False),
    ],
)
def test_that_a_window_is_in_sight_when_a_hand_can_take_hold_of_it(
    rect: tuple[int, int, int, int], is_seen: bool
) -> None:
    assert is_in_sight(rect, [LEFT]) is is_seen


def test_that_what_is_out_of_sight_is_brought_back_no_larger_than_the_monitor() -> None:
    lost = WindowPlace((2000, 100, 2400, 1200), is_large=True)
    assert brought_into_sight(lost, [LEFT, RIGHT], home=0) is lost
    back = brought_into_sight(lost, [LEFT], home=0)
    assert is_in_sight(back.rect, [LEFT])
    assert (back.rect[2], back.rect[3], back.is_large) == (1920, 1008, True)


@pytest.mark.parametrize(
    "place",
    [WindowPlace((1, -2, 3, 4)), WindowPlace((0, 0, 5, 5), is_large=True), WindowPlace((0, 0, 5, 5), is_full=True)],
)
def test_that_a_place_is_read_as_it_is_written(place: WindowPlace) -> None:
    assert WindowPlace.parse(place.as_text()) == place


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,x", "0,0,0,5", "0,0,9999999,5", "1,2,3,4,5", "9999999,0,5,5"])
def test_that_a_place_that_is_none_is_refused(text: str) -> None:
    assert WindowPlace.parse(text) is None
