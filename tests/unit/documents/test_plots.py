"""Plots as pictures: where lines lie, which numbers and dates are named, and what words of any script become."""

import math
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from workstation.documents.axes import date_axis, number_axis, number_text, ticks
from workstation.documents.plot_ink import DARK, LIGHT, Colour
from workstation.documents.plots import MOST_PLOTS, Line, Plot, plot_picture

LINE = Line((0.0, 1.0, 2.0), (0.0, 10.0, 5.0))


def near(picture: NDArray[np.uint8], colour: Colour) -> NDArray[np.bool_]:
    return np.asarray(np.abs(picture.astype(int) - colour).max(axis=2) <= 3)


def plot(*lines: Line, x_words: str = "Time (s)", note: str = "", title: str = "Title") -> Plot:
    return Plot(title, lines, x_words, "HU", note)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 10.0, [0, 2, 4, 6, 8, 10]),
        (-1024.0, 3071.0, [-1000, 0, 1000, 2000, 3000]),
        (0.0, 0.7, [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]),
        (3.0, 3.0, [3]),
    ],
)
def test_that_round_numbers_are_named(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(expected)


def test_that_numbers_have_the_digits_that_tell_them_apart() -> None:
    assert [each.text for each in number_axis(1000.1, 1000.5).ticks] == [
        "1000.1",
        "1000.2",
        "1000.3",
        "1000.4",
        "1000.5",
    ]
    assert [each.text for each in number_axis(-0.2, 0.2).ticks][2] == "0.0"
    assert number_text(2e9, 1e9) == "2e+09"


def test_that_an_axis_of_one_value_has_room_on_both_sides_and_one_that_is_widened_ends_at_round_numbers() -> None:
    axis = number_axis(40.0, 40.0)
    assert axis.low < 40 < axis.high
    assert axis.share(40) == pytest.approx(0.5)
    widened = number_axis(3.0, 97.0, is_widened=True)
    assert (widened.low, widened.high) == (0, 100)
    assert [each.text for each in number_axis(0.0, 3.0, is_counted=True).ticks] == ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-03-01", "2026-03-03", ["2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"]),
        ("2026-01-03", "2026-06-20", ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"]),
        ("2019-05-01", "2024-02-01", ["2020", "2021", "2022", "2023", "2024"]),
    ],
)
def test_that_days_months_and_years_are_named(first: str, last: str, expected: list[str]) -> None:
    axis = date_axis(float(date.fromisoformat(first).toordinal()), float(date.fromisoformat(last).toordinal()))
    assert [each.text for each in axis.ticks] == expected


@pytest.mark.parametrize(("first", "last"), [(1.0, 1.0), (1.0, 3_652_059.0), (3_652_059.0, 3_652_059.0)])
def test_that_dates_at_the_ends_of_the_calendar_have_an_axis(first: float, last: float) -> None:
    axis = date_axis(first, last)
    assert axis.low < axis.high
    assert 1 <= len(axis.ticks) <= 9


def test_that_a_line_is_drawn_where_its_values_are() -> None:
    found = near(plot_picture([plot(LINE)]), LIGHT.lines[0])
    rows, columns = np.nonzero(found)
    # The highest point stands in the middle between the first and the last, which are at the ends.
    assert columns[rows == rows.min()].mean() == pytest.approx((columns.min() + columns.max()) / 2, abs=3)
    # The last is half way up.
    at_end = rows[columns >= columns.max() - 1]
    assert at_end.mean() == pytest.approx((rows.min() + rows.max()) / 2, abs=6)


def test_that_a_line_is_broken_where_there_is_no_number_and_one_point_alone_is_a_dot() -> None:
    whole = Line(tuple(map(float, range(5))), (1.0, 1.0, 1.0, 1.0, 2.0))
    broken = Line(whole.x, (1.0, math.nan, 1.0, math.inf, 2.0))
    counts = [np.count_nonzero(near(plot_picture([plot(each)]), LIGHT.lines[0])) for each in (whole, broken)]
    assert 0 < counts[1] < counts[0] / 4


def test_that_nothing_but_no_numbers_is_an_empty_pair_of_axes() -> None:
    assert not near(plot_picture([plot(Line((0.0,), (math.nan,)))]), LIGHT.lines[0]).any()


def test_that_a_histogram_stands_on_zero_and_is_filled() -> None:
    steps = Line((0.0, 1.0, 2.0), (3.0, 1.0), is_steps=True)
    inside = near(plot_picture([plot(steps)]), (178, 213, 232))
    per_column = np.count_nonzero(inside, axis=0)
    taken = np.nonzero(per_column)[0]
    left, right = per_column[taken[len(taken) // 4]], per_column[taken[3 * len(taken) // 4]]
    assert left / right == pytest.approx(3, rel=0.1)


def test_that_a_band_goes_one_sd_up_and_down() -> None:
    flat = Line((0.0, 1.0), (50.0, 50.0), "mean", spread=(40.0, 40.0))
    picture = plot_picture([plot(flat)])
    column = near(picture[:, 600:601], (199, 224, 238))[:, 0]
    middle = np.nonzero(near(picture[:, 600:601], LIGHT.lines[0])[:, 0])[0].mean()
    rows = np.nonzero(column)[0]
    assert rows.max() - middle == pytest.approx(middle - rows.min(), abs=3)
    # The axis goes from 0 to 100, or 10 to 90: the band takes most of it.
    assert rows.max() - rows.min() > 250


def test_that_several_lines_have_colours_of_their_own_in_a_legend_and_on_dark_ground_too() -> None:
    lines = tuple(Line((0.0, 1.0), (float(n), float(n + 1)), f"Lesion {n}", has_marks=True) for n in range(4))
    for is_dark, tints in ((False, LIGHT), (True, DARK)):
        picture = plot_picture([plot(*lines)], is_dark=is_dark)
        assert tuple(picture[0, 0]) == tints.ground
        for colour in tints.lines[:4]:
            assert near(picture[:70], colour).any()  # in the legend
            assert near(picture[90:], colour).any()  # as a line


def test_that_many_lines_are_all_drawn_and_the_legend_says_how_many_more_there_are() -> None:
    lines = tuple(Line((0.0, 1.0), (float(n), float(n)), "A rather long name of a lesion" * 3) for n in range(40))
    assert plot_picture([plot(*lines)]).shape == (600, 960, 3)


def test_that_words_of_other_scripts_are_ink_and_what_controls_a_terminal_is_not() -> None:
    plain = plot_picture([plot(LINE, title="")])
    drawn = {title: plot_picture([plot(LINE, title=title)]) for title in ("肝臓", "Печень", "כבד", "\x1b\x07")}
    changed = {title: bool((picture != plain).any()) for title, picture in drawn.items()}
    assert changed == {"肝臓": True, "Печень": True, "כבד": True, "\x1b\x07": False}


def test_that_words_too_long_for_the_picture_end_before_its_edge() -> None:
    picture = plot_picture([plot(LINE, title="very long " * 60, note="also long " * 60)])
    assert (picture[:, -8:] == LIGHT.ground).all()


def test_that_several_plots_stand_below_each_other_and_from_four_on_in_two_columns() -> None:
    assert plot_picture([plot(LINE)] * 3, size_px=(400, 300)).shape == (900, 400, 3)
    many = plot_picture([plot(LINE)] * 5, size_px=(400, 300))
    assert many.shape == (900, 800, 3)
    assert (many[600:, 400:] == LIGHT.ground).all()
    assert (many[:300, :400] == many[300:600, 400:]).all()


def test_that_what_makes_no_plot_is_refused() -> None:
    with pytest.raises(ValueError, match="0 plots"):
        plot_picture([])
    with pytest.raises(ValueError, match="plots"):
        plot_picture([plot(LINE)] * (MOST_PLOTS + 1))
    with pytest.raises(ValueError, match="2 places for 2 values"):
        Line((0.0, 1.0), (1.0, 2.0), is_steps=True)
    with pytest.raises(ValueError, match="1 bands"):
        Line((0.0, 1.0), (1.0, 2.0), spread=(1.0,))
    with pytest.raises(ValueError, match="no finite number"):
        Line((0.0, math.inf), (1.0, 2.0))
