"""Cine: a fake bar and a clock that goes when told to, then the real window."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from workstation.gui.features.cine import Cine
from workstation.gui.panels.cine.presenter import CinePresenter, CineState
from workstation.model.cine_timing import even_timing


@dataclass
class FakeBar:
    states: list[CineState | None] = field(default_factory=list)

    def show_state(self, state: CineState | None) -> None:
        self.states.append(state)


@dataclass
class FakePlayer:
    frames: list[int] = field(default_factory=list)
    is_waiting: bool = False

    def go_to(self, index: int) -> None:
        self.frames.append(index)


class Setting:
    def __init__(self) -> None:
        self.now, self.bar, self.player = 100.0, FakeBar(), FakePlayer()
        self.wake: float | None = None
        self.cine = CinePresenter(self.bar, lambda: self.now, self._wake)

    def _wake(self, wait_s: float | None) -> None:
        self.wake = wait_s

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self.wake is not None and self.now + self.wake <= end:
            self.now += max(self.wake, 1e-6)
            self.cine.tick()
        self.now = end


@pytest.fixture
def setting() -> Setting:
    made = Setting()
    made.cine.start(0, made.player, even_timing(10, 20), frame=0)
    return made


def test_that_frames_come_when_they_are_due_and_the_loop_begins_again(setting: Setting) -> None:
    setting.run(0.62)
    assert setting.player.frames == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2]


def test_that_frames_are_dropped_while_one_is_not_there_yet(setting: Setting) -> None:
    setting.run(0.11)
    setting.player.is_waiting = True
    setting.now += 0.2
    setting.cine.tick()
    assert setting.player.frames == [1, 2]
    setting.player.is_waiting = False
    setting.cine.tick()
    assert setting.player.frames == [1, 2, 6]
    clock = setting.cine.clock(0)
    assert clock is not None
    assert clock.dropped == 3


def test_that_range_speed_and_mode_are_steered_while_it_plays(setting: Setting) -> None:
    setting.cine.set_range(4, 2)
    setting.cine.set_mode("sweep")
    setting.cine.set_speed(2.0)
    setting.player.frames.clear()
    setting.run(0.16)
    assert set(setting.player.frames) <= {2, 3, 4}
    assert len(setting.player.frames) == 6
    state = setting.bar.states[-1]
    assert state is not None
    assert (state.first, state.last, state.mode, state.speed) == (2, 4, "sweep", 2.0)


def test_that_a_stopped_pane_goes_on_as_it_was_steered(setting: Setting) -> None:
    setting.cine.set_speed(0.5)
    setting.cine.pause(0)
    state = setting.bar.states[-1]
    assert state is not None
    assert not state.is_playing
    assert setting.wake is None
    setting.cine.start(0, setting.player, even_timing(10, 20), frame=3)
    clock = setting.cine.clock(0)
    assert clock is not None
    assert clock.playback.speed == 0.5


def test_that_panes_started_together_keep_in_step(setting: Setting) -> None:
    other = FakePlayer()
    setting.cine.start(1, other, even_timing(10, 20), frame=0)
    setting.run(0.4)
    assert setting.player.frames[-1] == other.frames[-1]
    setting.cine.leave(0)
    setting.run(0.1)
    assert setting.cine.playing == {1}


def test_that_once_stops_at_the_last_frame(setting: Setting) -> None:
    setting.cine.set_mode("once")
    setting.run(2.0)
    assert setting.player.frames[-1] == 9
    assert setting.cine.playing == frozenset()


def test_that_a_person_plays_and_stops_an_angiogram(qtbot: QtBot, tmp_path: Path, shared_data: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([shared_data / "xa"])
        settle(qtbot, session)
        pane = session.window.pane
        pane.setFocus()
        qtbot.keyClick(pane, Qt.Key.Key_C)
        seen = set()
        for _ in range(60):
            qtbot.wait(20)
            assert pane.scene is not None
            seen.add(pane.scene.position[0])
            if len(seen) > 4:
                break
        assert len(seen) > 4
        qtbot.keyClick(pane, Qt.Key.Key_C)
        settle(qtbot, session)
        stopped = pane.scene
        qtbot.wait(150)
        assert pane.scene is stopped


def test_that_images_rest_while_planes_stand_in_front_of_them_and_go_on_afterwards(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([small_study(tmp_path / "study", "axial")])
        settle(qtbot, session)
        window, cine = session.window, session.findChild(Cine)
        assert isinstance(cine, Cine)
        window.pane.setFocus()
        qtbot.keyClick(window.pane, Qt.Key.Key_C)
        qtbot.waitUntil(lambda: bool(cine.presenter.playing))
        playing = cine.presenter.playing
        cine.presenter.set_speed(2.0)
        assert cine.bar.isVisible()
        window.actions_by_id["planes"].trigger()
        settle(qtbot, session)
        assert session.front is not None
        assert not cine.presenter.playing
        assert not cine.bar.isVisible(), "there is nothing that it could steer"
        window.actions_by_id["planes"].trigger()
        assert window.front is None
        assert cine.presenter.playing == playing
        assert cine.bar.isVisible()
        (pane,) = playing
        clock = cine.presenter.clock(pane)
        assert clock is not None
        assert clock.playback.speed == 2.0, "as it was steered"
        qtbot.keyClick(window.pane, Qt.Key.Key_C)
        assert not cine.presenter.playing
