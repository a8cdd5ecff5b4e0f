"""What keys make of the session: no terminal, no file, no thread."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.terminal.making import (
    COLUMNS,
    COUNT,
    ROWS,
    SIZE_PX,
    Hands,
    facts_of,
    frame_of,
    pane_of,
    planes_of,
    session_of,
)
from workstation.display.view import View
from workstation.display.voi import auto_window
from workstation.model.frame import Window
from workstation.terminal.acting import CHANGES, THICKNESSES_MM
from workstation.terminal.keys import BY_KEY, COMMANDS, help_lines, spelled
from workstation.terminal.session import Area, Session, Source, showing
from workstation.volume.cutting.slabs import Slab


def index_of(session: Session, pane: int = 0) -> int:
    return session.viewing.panes[pane].look.index


def test_that_every_command_has_a_change_and_no_key_two_commands() -> None:
    assert {command.id for command in COMMANDS} == set(CHANGES)
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys)) == len(BY_KEY)


@pytest.mark.parametrize(
    ("keys", "index"),
    [
        (["down"], 6),
        (["right"], 6),
        (["up"], 4),
        (["left"], 4),
        (["]"], 6),
        (["[", "["], 3),
        (["home"], 0),
        (["end"], COUNT - 1),
        (["page_down"], COUNT - 1),
        (["page_up"], 0),
        (["end", "down"], COUNT - 1),
        (["g", "7", "enter"], 6),
        (["g", "7", "escape"], 5),
        (["g", "1", "x", "backspace", "2", "enter"], 11),
    ],
)
def test_that_keys_go_through_the_images(keys: list[str], index: int) -> None:
    assert index_of(Hands().press(*keys)) == index


def test_that_a_number_beyond_the_images_is_told() -> None:
    session = Hands().press("g", "9", "9", "enter")
    assert index_of(session) == 5
    assert session.message == f"There are images 1 to {COUNT}."


def test_that_arrows_move_the_picture_once_it_is_zoomed_and_brackets_still_go_through_images() -> None:
    hands = Hands()
    hands.press("+", "+", "+")
    before = hands.session.look.view
    session = hands.press("right")
    assert index_of(session) == 5
    moved = session.look.view.centre_px
    assert moved is not None
    assert before.centre_px is not None
    shown_px = SIZE_PX[0] / 8 / session.look.view.effective_zoom(frame_of(), SIZE_PX)
    assert moved[0] - before.centre_px[0] == pytest.approx(shown_px)
    assert moved[1] == pytest.approx(before.centre_px[1])
    assert index_of(hands.press("]")) == 6
    assert index_of(hands.press("f", "right")) == 7


def test_that_zooming_holds_the_middle_and_fitting_undoes_it() -> None:
    hands = Hands()
    fit = View().fit_zoom(frame_of(), SIZE_PX)
    view = hands.press("+", "+").look.view
    assert view.zoom == pytest.approx(fit * 1.25**2)
    assert view.centre_px == pytest.approx(((COLUMNS - 1) / 2, (ROWS - 1) / 2))
    assert hands.press("f").look.view == View()


def test_that_window_keys_change_width_and_level_by_shares_of_the_width() -> None:
    hands = Hands()
    assert hands.press("w").look.view.voi == Window(-700.0, 360.0)
    assert hands.press("W").look.view.voi == Window(-700.0, 396.0)
    assert hands.press(":", *"-700,400", "enter", "L").look.view.voi == Window(-680.0, 400.0)
    assert hands.press("l").look.view.voi == Window(-700.0, 400.0)


@pytest.mark.parametrize("width", [1.0, 2.0, 7.0, 12.0, 55.0])
def test_that_window_keys_never_stand_still(width: float) -> None:
    hands = Hands(session_of(view=View(voi=Window(0.0, width))))
    wider = hands.press("W").look.view.voi
    assert isinstance(wider, Window)
    assert wider.width > width
    higher = hands.press("L").look.view.voi
    assert isinstance(higher, Window)
    assert higher.center > wider.center


def test_that_a_window_is_typed_as_numbers_or_by_name() -> None:
    hands = Hands()
    assert hands.press(":", *"-600, 1500", "enter").look.view.voi == Window(-600.0, 1500.0)
    assert hands.press(":", *"bone", "enter").message.startswith("bone: W ")
    before = hands.session.look.view
    session = hands.press(":", *"fog", "enter")
    assert session.look.view == before
    assert session.message.startswith("There is no window called 'fog'.")
    assert hands.press(":", *"5,0", "enter").message == "The width of a window is 1 or more."


def test_that_digits_are_the_windows_of_the_modality() -> None:
    hands = Hands()
    session = hands.press("0")
    assert session.look.view.voi == auto_window(frame_of())
    assert session.message.startswith("Auto: W ")
    lung = hands.press("2")
    assert isinstance(lung.look.view.voi, Window)
    assert lung.message


def test_that_inverting_turning_and_flipping_change_the_view_and_reset_brings_the_first_look_back() -> None:
    first = View(inverted=True)
    hands = Hands(session_of(view=first))
    assert hands.press("i").look.view.inverted is False
    view = hands.press("R", "h").look.view
    assert (view.rotation_quarters, view.flipped_h) == (1, True)
    assert hands.press("r").look.view == first


def test_that_undo_goes_back_by_kinds_of_change_and_keeps_the_image() -> None:
    hands = Hands()
    hands.press("i", "w", "w", "down")
    session = hands.press("u")
    assert session.look.view == View(inverted=True)
    assert index_of(session) == 6
    assert hands.press("u").look.view == View()
    assert hands.press("u").message == "There is nothing to undo."


def test_that_colour_tables_follow_each_other_and_end_with_grey() -> None:
    hands = Hands()
    seen = [hands.press("k").look.view.colours for _ in range(40)]
    assert "hot-iron" in seen
    assert "" in seen
    assert hands.session.message.startswith("Colours: ")


def test_that_another_series_is_seen_as_it_was_left() -> None:
    hands = Hands(session_of(3), facts_of(series=3))
    hands.press("i", "down")
    assert hands.press("n").source == Source(1)
    assert hands.session.look.view == View()
    assert hands.press("N").source == Source(0)
    assert (hands.session.look.view.inverted, index_of(hands.session)) == (True, 6)
    assert hands.press("N").source == Source(2)
    assert Hands().press("n").message == "There is only this series."


def test_that_space_plays_and_stops_and_speed_has_ends() -> None:
    hands = Hands()
    assert hands.press(" ").is_playing
    assert hands.press(">").speed == 2
    assert hands.press(*["<"] * 9).speed == 1 / 8
    assert not hands.press(" ").is_playing
    alone = facts_of(pane_of(planes=planes_of(1, 1.0)))
    assert Hands(facts=alone).press(" ").message == "There is only one image here."


def test_that_the_cross_hair_begins_in_the_middle_and_moves_by_pixels_of_the_image() -> None:
    hands = Hands()
    assert hands.press("p").point_px == (30.0, 20.0)
    assert hands.press("right", "right", "down").point_px == (32.0, 21.0)
    assert hands.press("shift+left").point_px == (22.0, 21.0)
    assert hands.press(*["left"] * 40).point_px == (0.0, 21.0)
    assert index_of(hands.session) == 5
    assert hands.press("p").point_px is None


def test_that_arrows_move_the_cross_hair_also_after_something_else_is_shown() -> None:
    hands = Hands(session_of(2), facts_of(series=2))
    hands.press("p", "n")
    assert (hands.session.tool, hands.session.point_px) == ("probe", None)
    assert hands.press("right").point_px == (30.0, 20.0)
    assert hands.press("right").point_px == (31.0, 20.0)


def test_that_the_cross_hair_moves_as_it_is_seen_on_a_turned_picture() -> None:
    hands = Hands(session_of(view=View(rotation_quarters=1)))
    hands.press("p")
    begun = hands.session.point_px
    assert begun is not None
    moved = hands.press("right").point_px
    assert moved == (begun[0], begun[1] - 1)  # turned clockwise, the first row is at the right
    view = View(rotation_quarters=1).image_to_screen(frame_of(), SIZE_PX)
    assert (view @ (*moved, 1.0))[0] > (view @ (*begun, 1.0))[0]


def test_that_two_points_make_a_distance_and_x_takes_the_last_one_back() -> None:
    hands = Hands()
    hands.press("d", "enter", "right", "right", "right", "down", "down", "down", "down", "enter")
    (made,) = hands.session.lengths
    assert made.points_px == ((30.0, 20.0), (33.0, 24.0))
    assert (made.kind, made.sop_instance_uid, made.frame) == ("length", "1.2.3.4", 0)
    assert hands.press("enter", "enter").message == "Move the cross-hair to the other end first."
    assert hands.press("x").begun_px is None
    assert hands.session.lengths == (made,)
    assert hands.press("x").lengths == ()
    assert hands.press("x").message == "No distance was measured on this image."


def test_that_m_goes_through_the_planes_once_the_volume_is_read_and_back_to_the_images() -> None:
    hands = Hands()
    assert hands.press("m").awaited == Source(0, "axial")
    assert hands.press("m").awaited == Source(0, "sagittal")
    assert hands.press("m").awaited == Source(0, "coronal")
    back = hands.press("m")
    assert (back.awaited, back.source) == (None, Source(0))
    told = Hands(facts=facts_of(no_volume="One slice makes no volume.")).press("m")
    assert (told.awaited, told.message) == (None, "One slice makes no volume.")


def test_that_slabs_change_their_projection_and_their_thickness() -> None:
    hands = Hands()
    assert hands.press(".").message.startswith("Images have no slab")
    session = hands.press("M")
    assert session.awaited == Source(0, "coronal")
    assert session.slab == Slab(THICKNESSES_MM[-1], "mip")
    hands.session = replace(showing(session, Source(0, "coronal")), slab=Slab())
    assert hands.press("M").slab == Slab(20.0, "mip")
    assert hands.press(".").slab == Slab(40.0, "mip")
    assert hands.press(",", ",").slab == Slab(10.0, "mip")
    assert hands.press("M").slab == Slab(10.0, "minip")
    assert hands.press("M").slab == Slab(10.0, "mean")
    assert hands.press("M").slab == Slab()
    assert hands.press("escape").source == Source(0)


def test_that_escape_goes_one_step_back_and_quits_at_the_end() -> None:
    hands = Hands()
    hands.press("d", "enter")
    assert hands.press("escape").begun_px is None
    assert hands.press("escape").tool == "window"
    assert not hands.press("?").is_over
    assert hands.press("escape").page is None
    assert hands.press("escape").is_over


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+d"])
def test_that_the_usual_keys_quit(key: str) -> None:
    assert Hands().press(key).is_over
    assert Hands().press("t", "ctrl+c").is_over


def test_that_a_page_is_scrolled_and_searched() -> None:
    lines = tuple(f"({n:04x},0010) line {n} {'Modality' if n in (7, 30) else ''}" for n in range(50))
    hands = Hands(facts=replace(facts_of(), page=lines, page_rows=10))
    page = hands.press("t", "down", "page_down").page
    assert page is not None
    assert page.top == 11
    page = hands.press("end", "down").page
    assert page is not None
    assert page.top == 40
    page = hands.press("home", "/", *"modal", "enter").page
    assert page is not None
    assert (page.hit, page.top, hands.session.message) == (7, 0, "1 of 2 lines with 'modal'")
    page = hands.press("n").page
    assert page is not None
    assert (page.hit, page.top) == (30, 27)
    page = hands.press("n").page
    assert page is not None
    assert page.hit == 7
    page = hands.press("N").page
    assert page is not None
    assert page.hit == 30
    assert hands.press("/", *"nobody", "enter").message == "Nothing is found for 'nobody'."
    assert hands.press("q").page is None
    assert not hands.session.is_over


def test_that_linked_panes_scroll_by_position_and_share_zoom_and_window() -> None:
    every_2_mm, every_4_mm = planes_of(COUNT, 2.0), planes_of(6, 4.0)
    facts = facts_of(pane_of(planes=every_2_mm), pane_of(planes=every_4_mm, area=Area(30, 1, 24, 8)), series=2)
    hands = Hands(session_of(2, (0, 1), index=2), facts)
    session = hands.press("down", "down")
    assert (index_of(session, 0), index_of(session, 1)) == (4, 2)  # 8 mm
    session = hands.press("w", "+")
    assert session.viewing.panes[1].look.view.voi == Window(-700.0, 360.0)
    assert session.viewing.panes[1].look.view.zoom == session.viewing.panes[0].look.view.zoom
    session = hands.press("y", "home")
    assert (index_of(session, 0), index_of(session, 1)) == (0, 2)
    assert hands.press("tab").active == 1
    assert index_of(hands.press("end"), 1) == 5


def test_that_c_puts_the_next_series_beside_and_takes_it_away_again() -> None:
    hands = Hands(session_of(2), facts_of(series=2))
    session = hands.press("c")
    assert [session.source_of(pane) for pane in (0, 1)] == [Source(0), Source(1)]
    hands.facts = facts_of(pane_of(), pane_of(), series=2)
    assert len(hands.press("tab", "c").viewing.panes) == 1
    assert hands.session.source == Source(1)
    assert Hands().press("c").message == "There is no other series to compare with."


def test_that_nothing_breaks_while_an_image_is_still_read() -> None:
    pane = replace(pane_of(), frame=None, voi=None)
    hands = Hands(session_of(2), facts_of(pane, pane, series=2))
    for command in COMMANDS:
        for key in command.keys:
            if command.id not in ("quit", "escape"):
                hands.press(key, "escape" if hands.session.page or hands.session.entry else "[")
    assert not hands.session.is_over


def test_that_the_help_names_every_key_and_fits() -> None:
    for columns in (24, 40, 80, 120):
        lines = help_lines(columns)
        assert max(map(len, lines)) <= columns
        assert any("PgUp" in line for line in lines)
        assert any(line.strip().startswith("Wheel") for line in lines)


def test_that_keys_are_spelled_with_what_is_held() -> None:
    assert spelled("c", ctrl=True) == "ctrl+c"
    assert spelled("left", shift=True) == "shift+left"
    assert spelled("W", shift=True) == "W"


def test_that_a_frame_in_colour_has_no_window() -> None:
    frame = frame_of()
    colour = replace(frame, pixels=np.zeros((ROWS, COLUMNS, 3), np.uint8), photometric="RGB")
    hands = Hands(facts=facts_of(replace(pane_of(), frame=colour, voi=None)))
    assert hands.press("w", "L").look.view == View()
    assert hands.press(":", "5", "enter").message == "Images in colour have no windows."
    assert hands.press("k").message == "The image is in colour as it is."
