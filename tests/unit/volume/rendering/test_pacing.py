"""While a hand moves, pictures are as fine as the machine is quick."""

from workstation.volume.rendering.pacing import COARSEST, FINEST, WANTED_S, Pace


def test_a_quick_machine_draws_finely_and_a_slow_one_coarsely() -> None:
    quick, slow = Pace(), Pace()
    assert quick.step((512, 512)) == slow.step((512, 512)) == FINEST
    for _ in range(12):
        quick.took(WANTED_S / 4)
        slow.took(WANTED_S * 4)
    assert quick.step((512, 512)) == FINEST
    assert slow.step((512, 512)) == COARSEST


def test_it_settles_where_a_picture_takes_as_long_as_wanted() -> None:
    pace, seconds_a_ray = Pace(), 1e-6
    for _ in range(20):
        pace.took(1024 * 1024 / pace.step((1024, 1024)) ** 2 * seconds_a_ray)
    assert abs(1024 * 1024 / pace.step((1024, 1024)) ** 2 * seconds_a_ray - WANTED_S) < 0.2 * WANTED_S


def test_a_larger_picture_begins_coarser() -> None:
    pace = Pace()
    assert pace.step((1024, 1024)) == 2 * FINEST
    assert pace.step((512, 512)) == FINEST
    assert pace.step((8000, 8000)) == COARSEST
