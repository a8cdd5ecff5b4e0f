"""The state of the panes as a value, and the way back from every change."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from workstation.display.history import History
from workstation.display.view import View
from workstation.display.viewing import Grid, Links, Look, PaneState, Viewing
from workstation.model.frame import Window
from workstation.workspace import Selection

ONE, TWO, THREE = Selection("1"), Selection("2"), Selection("3", 1)


def test_that_a_grid_is_read_as_it_is_written_and_bounded() -> None:
    assert Grid.parse(" 2x3 ") == Grid(2, 3)
    assert str(Grid(4, 5)) == "4x5"
    for wrong in ("0x1", "6x1", "1x6", "2", "axb"):
        with pytest.raises(ValueError, match=r"grid"):
            Grid.parse(wrong)


def test_that_new_panes_take_series_that_are_not_shown_yet() -> None:
    viewing = Viewing().with_shown(0, ONE).with_grid(Grid(2, 2), [ONE, TWO, THREE])
    assert [pane.selection for pane in viewing.panes] == [ONE, TWO, THREE, None]


def test_that_the_active_pane_stays_in_sight_when_the_grid_shrinks() -> None:
    viewing = Viewing().with_shown(0, ONE).with_grid(Grid(1, 3), [TWO, THREE]).activated(2).with_grid(Grid(1, 1))
    assert viewing.active_pane.selection == THREE
    assert viewing.active == 0


def test_that_a_stack_comes_back_as_it_was_looked_at() -> None:
    look = Look(7, View(inverted=True))
    viewing = Viewing().with_shown(0, ONE).with_look(0, look).with_shown(0, TWO)
    assert viewing.active_pane.look == Look()
    assert viewing.with_shown(0, ONE).active_pane.look == look


def test_that_tiles_show_one_image_after_the_other_and_one_pane_gets_the_series_back() -> None:
    viewing = Viewing().with_shown(0, ONE).with_look(0, Look(3)).with_grid(Grid(2, 2), [TWO])
    tiled = viewing.tiled(on=True)
    assert [pane.look.index for pane in tiled.panes] == [3, 4, 5, 6]
    assert {pane.selection for pane in tiled.panes} == {ONE}
    assert tiled.with_grid(Grid(1, 3)).panes[2].look.index == 5
    assert tiled.tiled(on=False).panes[0] == PaneState(ONE, Look(3))


def test_that_what_is_hung_fills_the_grid_and_makes_the_first_image_active() -> None:
    viewing = Viewing().hung(Grid(1, 3), [PaneState(), PaneState(TWO)])
    assert len(viewing.panes) == 3
    assert viewing.active == 1


def test_that_a_new_window_has_a_pane_of_its_own_and_closing_it_leaves_the_others() -> None:
    viewing = Viewing().with_shown(0, ONE).with_grid(Grid(1, 2), [TWO]).with_new_screen(PaneState(THREE))
    assert (viewing.active, viewing.grid, viewing.shown) == (2, Grid(1, 1), (0, 1, 2))
    assert [screen.number for screen in viewing.screens] == [0, 1]
    wider = viewing.with_grid(Grid(2, 1), [THREE]).activated(0).with_grid(Grid(1, 3))
    assert [pane.selection for pane in wider.panes] == [ONE, TWO, None, THREE, None]
    closed = wider.activated(3).without_screen(1)
    assert ([pane.selection for pane in closed.panes], closed.active) == ([ONE, TWO, None], 0)
    assert closed.look_of(THREE) == Look()
    assert wider.without_screen(0) is wider


def test_that_a_window_keeps_its_number_while_others_come_and_go() -> None:
    viewing = Viewing().with_new_screen(PaneState(ONE)).with_new_screen(PaneState(TWO)).without_screen(1)
    assert [screen.number for screen in viewing.screens] == [0, 2]
    again = viewing.with_new_screen(PaneState(THREE))
    assert [screen.number for screen in again.screens] == [0, 1, 2]
    assert [pane.selection for pane in again.panes] == [None, THREE, TWO]
    assert again.active == 1
    assert again.without_screen(1).panes == viewing.panes


def test_that_a_pane_is_alone_in_its_own_window() -> None:
    viewing = Viewing().with_grid(Grid(1, 2)).with_new_screen(PaneState()).with_grid(Grid(1, 2)).maximised(on=True)
    assert viewing.shown == (0, 1, 2)
    assert viewing.activated(0).shown == (0, 1, 2)
    assert not viewing.activated(0).is_maximised
    assert viewing.activated(3).shown == (0, 1, 3)
    assert viewing.maximised(on=False).shown == (0, 1, 2, 3)


def test_that_hanging_on_several_windows_opens_them_and_spares_the_rest() -> None:
    viewing = Viewing().with_new_screen(PaneState(ONE)).with_new_screen(PaneState(TWO))
    hung = viewing.hung_on({0: (Grid(1, 2), [PaneState(), PaneState(THREE)]), 3: (Grid(1, 1), [PaneState(ONE)])})
    assert [screen.number for screen in hung.screens] == [0, 1, 2, 3]
    assert [pane.selection for pane in hung.panes] == [None, THREE, ONE, TWO, ONE]
    assert hung.active == 1


def test_that_panes_and_places_always_agree() -> None:
    with pytest.raises(ValueError, match="as many panes"):
        replace(Viewing(), panes=())
    with pytest.raises(ValueError, match="cannot be the active"):
        replace(Viewing(), active=1)


def test_that_two_hundred_random_changes_are_undone_to_the_start_and_done_again_to_the_end() -> None:
    dice = random.Random(3)
    start = Viewing().with_shown(0, ONE)
    history = History(start, keep=Viewing.with_positions_of)
    for _ in range(200):
        history.settle()
        history.do(_changed(history.now, dice), "change")
    end = history.now
    for _ in range(200):
        assert history.undo() == "change"
    assert history.now == start
    assert history.undo() == ""
    for _ in range(200):
        assert history.redo() == "change"
    assert history.now == end
    assert history.redo() == ""


def _changed(viewing: Viewing, dice: random.Random) -> Viewing:
    pane = dice.randrange(len(viewing.panes))
    look = viewing.panes[pane].look
    changes: list[Callable[[], Viewing]] = [
        lambda: viewing.with_grid(Grid(dice.randint(1, 5), dice.randint(1, 5)), [ONE, TWO, THREE]),
        lambda: viewing.with_shown(pane, dice.choice([ONE, TWO, THREE])),
        lambda: viewing.with_look(pane, replace(look, view=look.view.rotated())),
        lambda: viewing.with_look(pane, replace(look, view=replace(look.view, voi=Window(dice.random(), 5)))),
        lambda: viewing.with_exchanged(pane, viewing.active),
        lambda: viewing.maximised(on=not viewing.is_maximised),
        lambda: viewing.tiled(on=not viewing.is_tiled),
        lambda: replace(viewing, links=Links(dice.choice(["off", "position", "offset"]), dice.random() > 0.5)),
        lambda: viewing.hung(Grid(1, 2), [PaneState(THREE), PaneState(ONE)]),
        lambda: viewing.with_new_screen(PaneState(TWO)) if len(viewing.screens) < 4 else viewing,
        lambda: viewing.without_screen(dice.randint(1, 4)),
    ]
    return dice.choice(changes)()


def test_that_a_drag_is_one_step_and_two_drags_are_two() -> None:
    history = History(0)
    for value in (1, 2, 3):
        history.do(value, "window", merges_with="window 0")
    history.settle()
    for value in (4, 5):
        history.do(value, "window", merges_with="window 0")
    history.undo()
    assert history.now == 3
    history.undo()
    assert history.now == 0


def test_that_scrolling_is_no_step_and_stays_when_a_window_is_undone() -> None:
    history = History(Viewing().with_shown(0, ONE), keep=Viewing.with_positions_of)
    history.do(history.now.with_look(0, Look(0, View(inverted=True))), "invert")
    history.drift(history.now.with_look(0, Look(9, View(inverted=True))))
    history.undo()
    assert history.now.active_pane.look == Look(9, View())


def test_that_what_belongs_to_a_step_is_done_both_ways() -> None:
    told: list[str] = []
    history = History("a")
    history.do("b", "deletion", backwards=lambda: told.append("back"), forwards=lambda: told.append("forth"))
    history.undo()
    history.redo()
    assert told == ["back", "forth"]


def test_that_the_past_is_revised_with_the_present() -> None:
    history = History(1)
    history.do(2, "more")
    history.revised(lambda value: value * 10)
    assert history.now == 20
    history.undo()
    assert history.now == 10
