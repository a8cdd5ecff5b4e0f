"""Parts of the interactive viewer by themselves: pace, cine, mouse, reading in the background, pictures of modes."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest

from tests.kitty_terminal import KittyTerminal
from tests.sixel_decoder import decode
from tests.unit.terminal.making import SIZE_PX, Hands, facts_of, frame_of, pane_of, session_of
from tests.unit.terminal.stage import keys, play, said
from workstation.display.annotate import Annotations, draw_annotations
from workstation.display.letters import edge_letters
from workstation.display.render import render
from workstation.display.scale_bar import scale_bar
from workstation.display.view import View
from workstation.errors import UserError
from workstation.jobs.runner import Runner
from workstation.model.cine_timing import CineTiming
from workstation.model.frame import Frame, Window
from workstation.model.image import Image
from workstation.phantoms import small
from workstation.terminal.areas import laid_out, too_small
from workstation.terminal.fetching import Asked, Fetching
from workstation.terminal.mousing import Hand, moused
from workstation.terminal.pacing import MOST_SILENT, PATIENCE_S, STATUS_REQUEST, Pace
from workstation.terminal.playing import Playing


@pytest.fixture
def runner() -> Iterator[Runner]:
    made = Runner(2)
    yield made
    made.close()


def test_that_no_picture_is_sent_before_the_last_one_was_taken() -> None:
    pace = Pace()
    assert pace.request(10.0) == STATUS_REQUEST
    assert pace.wait_s(10.2) == pytest.approx(PATIENCE_S - 0.2)
    pace.answered()
    assert pace.wait_s(10.2) == 0


def test_that_a_silent_terminal_is_waited_for_twice_and_then_no_more() -> None:
    pace, now_s = Pace(), 0.0
    for _ in range(MOST_SILENT):
        assert pace.request(now_s) == STATUS_REQUEST
        now_s += PATIENCE_S + 0.01
        assert pace.wait_s(now_s) == 0
    assert pace.request(now_s) == b""


def test_that_a_slow_terminal_that_has_answered_is_still_asked() -> None:
    pace = Pace()
    pace.request(0.0)
    pace.answered()
    for now_s in (10.0, 20.0, 30.0, 40.0):
        assert pace.request(now_s) == STATUS_REQUEST
        assert pace.wait_s(now_s + 5) == 0


def test_that_a_cine_drops_what_is_late_and_keeps_its_time() -> None:
    timing = CineTiming((50.0,) * 20, "told", last=19)
    playing = Playing()
    playing.keep(timing, 1.0, 3, 100.0)
    assert playing.due(100.049) is None
    assert playing.due(100.05) == 4
    playing.keep(timing, 1.0, 4, 100.05)
    assert playing.due(100.26) == 8  # the terminal was busy: 5 to 7 are never seen
    assert playing.clock is not None
    assert playing.clock.dropped == 3
    playing.keep(timing, 1.0, 8, 100.26)
    assert playing.wait_s(100.26) == pytest.approx(0.04)
    playing.keep(timing, 1.0, 15, 100.27)  # somebody has scrolled: it goes on from there
    assert playing.due(100.32) == 16
    playing.keep(timing, 2.0, 16, 100.4)
    assert playing.due(100.425) == 17


class Slow:
    """Frames that are made when they are let go; the third one breaks, the fourth is refused."""

    count = 9

    def __init__(self) -> None:
        self.made: dict[int, Frame] = {}
        self.order: list[int] = []
        self.may_go = threading.Event()

    def held(self, number: int) -> Frame | None:
        return self.made.get(number)

    def frame(self, number: int) -> Frame:
        assert self.may_go.wait(20)
        self.order.append(number)
        if number == 2:
            raise ZeroDivisionError
        if number == 3:
            raise UserError("Slice 4 is damaged.", hint="Copy it again.")
        self.made[number] = frame_of(number)
        return self.made[number]


def test_that_what_is_seen_is_read_first_then_its_neighbours_and_a_bad_image_stops_nothing(runner: Runner) -> None:
    frames, arrived = Slow(), threading.Semaphore(0)
    fetching = Fetching(runner, arrived.release)
    fetching.want([Asked("one", frames, 4)])
    frames.may_go.set()
    assert arrived.acquire(timeout=20)
    assert 4 in frames.made
    for number in (2, 3):
        fetching.want([Asked("one", frames, number)])
        while fetching.failure("one", number) is None:
            assert arrived.acquire(timeout=20)
    assert fetching.failure("one", 3) == "Slice 4 is damaged. Copy it again."
    assert fetching.failure("one", 2) == "This image cannot be shown: ZeroDivisionError. More is in the log."
    fetching.want([Asked("one", frames, 8)])
    while frames.held(8) is None:
        assert arrived.acquire(timeout=20)
    assert len(frames.order) == len(set(frames.order)), "nothing is read twice"


def test_that_a_new_question_takes_the_place_of_the_last_one(runner: Runner) -> None:
    frames, arrived = Slow(), threading.Semaphore(0)
    fetching = Fetching(runner, arrived.release)
    for number in (0, 1, 4, 5, 6):  # a quick hand: readers are still at the first two
        fetching.want([Asked("one", frames, number, most=0)])
    frames.may_go.set()
    while frames.held(6) is None:
        assert arrived.acquire(timeout=20)
    assert 4 not in frames.made
    assert 5 not in frames.made


def test_that_the_middle_button_moves_the_picture_with_the_hand_and_the_right_one_zooms_where_it_began() -> None:
    hands = Hands()
    hands.press("+", "+", "+")
    view = hands.session.look.view
    point = np.array((*(view.centre_px or (0.0, 0.0)), 1.0))
    before = view.image_to_screen(frame_of(), SIZE_PX) @ point
    hands.mouse("middle", ("press", 5.5, 4.5), ("drag", 8.5, 5.5), ("release", 8.5, 5.5))
    after = hands.session.look.view.image_to_screen(frame_of(), SIZE_PX) @ point
    assert after - before == pytest.approx((3 * 10, 1 * 20), abs=1.01)
    zoom = hands.session.look.view.zoom
    hands.mouse("right", ("press", 5.5, 6.5), ("drag", 5.5, 3.5), ("release", 5.5, 3.5))
    assert hands.session.look.view.zoom == pytest.approx((zoom or 0) * 2 ** (60 / 150))


def test_that_a_hand_that_trembles_changes_no_window() -> None:
    hands = Hands()
    hands.mouse("left", ("press", 5.5, 4.5), ("drag", 6.1, 4.5), ("release", 6.1, 4.5))
    assert hands.session.look.view == View()
    assert hands.session.drag is None


def test_that_two_clicks_measure_as_a_drag_does() -> None:
    begin, end = (5.5, 4.5), (9.5, 4.5)
    clicks = (("press", *begin), ("release", *begin), ("press", *end), ("release", *end))
    drag = (("press", *begin), ("drag", *end), ("release", *end))
    for moves in (clicks, drag):
        hands = Hands()
        hands.press("d")
        hands.mouse("left", *moves)
        (made,) = hands.session.lengths
        (left, top), (right, bottom) = made.points_px
        assert top == bottom
        assert right - left == pytest.approx(10, abs=0.5)  # 40 pixels of the screen, four to one of the image


def test_that_the_wheel_scrolls_the_pane_under_it_and_zooms_with_control() -> None:
    facts = facts_of(pane_of(), replace(pane_of(), area=replace(pane_of().area, column=30)), series=2)
    session = session_of(2, (0, 1))
    session = moused(session, facts, Hand("wheel_down", "none", 35.0, 4.0))
    assert (session.active, session.viewing.panes[1].look.index) == (1, 6)
    session = moused(session, facts, Hand("wheel_up", "none", 35.0, 4.0, ctrl=True))
    assert (session.look.view.zoom or 0) > View().fit_zoom(frame_of(), SIZE_PX)


def test_that_every_size_of_terminal_is_laid_out_without_overlap_or_says_what_it_needs() -> None:
    for columns in (1, 10, 20, 24, 40, 80, 200):
        for rows in (1, 5, 8, 24, 60):
            for panes in (1, 2):
                layout = laid_out(columns, rows, panes, with_letters=True, information_rows=5)
                if layout is None:
                    lines = too_small(columns, rows, panes)
                    assert len(lines) <= rows
                    assert all(len(line) <= columns for line in lines)
                    continue
                ends = [area.column + area.columns for area in layout.pictures]
                starts = [area.column for area in layout.pictures]
                assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))
                assert ends[-1] <= columns
                assert all(area.row + area.rows <= layout.status_row and area.rows > 0 for area in layout.pictures)


def _expected(series: Path, number: int, size_px: tuple[int, int], window: Window) -> np.ndarray:
    """The picture of a slice as rendering gives it, with the letters and the bar of the viewer."""
    paths = sorted(series.iterdir(), key=lambda path: pydicom.dcmread(path).ImagePositionPatient[2])
    with Image.open(paths[number - 1]) as image:
        frame = image.frame()
    view = View(voi=window)
    bar = scale_bar(frame.spacing, view.fit_zoom(frame, size_px), longest_px=size_px[0] / 4)
    return draw_annotations(render(frame, view, size_px), Annotations(letters=edge_letters(frame.plane, view), bar=bar))


def test_that_sixel_shows_what_rendering_gives_after_keys(tmp_path: Path) -> None:
    small.volume("axial").write(tmp_path)
    steps = [
        (said("image 5/9  W"), keys("down")),
        (said("image 6/9  W"), keys(":", *"100,900", "enter")),
        (said("image 6/9  W 900 L 100"), ()),
    ]
    stage = play([tmp_path], steps, mode="sixel")
    whole = re.findall(rb"\x1bP[^\x1b]*\x1b\\", b"".join(each for each in stage.sent if b"\x1bP" in each))
    expected = _expected(tmp_path, 6, (800, 21 * 20), Window(100, 900)).astype(float)
    decoded = decode(whole[-1])
    if decoded.rgb.shape[0] < 420:  # only the rows that differ were sent
        pytest.fail("the last picture is not whole")
    assert np.abs(decoded.rgb[:420] - expected)[decoded.is_drawn[:420]].max() <= 2


def test_that_kitty_shows_what_rendering_gives_after_keys_and_nothing_is_left_behind_a_page(tmp_path: Path) -> None:
    small.volume("axial").write(tmp_path)
    seen: list[np.ndarray] = []
    terminal = KittyTerminal(80, 24)

    def note(stage: object) -> bool:
        seen[:] = [each.picture for each in terminal.placements.values()]
        return True

    steps = [
        (said("image 5/9  W"), keys("down")),
        (said("image 6/9  W"), keys(":", *"100,900", "enter")),
        (said("image 6/9  W 900 L 100"), ()),
        (note, keys("t")),
        (said("SOPClassUID"), ()),
    ]
    play([tmp_path], steps, mode="kitty", terminal=terminal)
    expected = _expected(tmp_path, 6, (800, 21 * 20), Window(100, 900))
    assert len(seen) == 1
    assert np.array_equal(seen[0], expected)
    assert terminal.placements == {}
