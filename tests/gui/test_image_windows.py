"""Several windows with panes of their own: links and lines across them, undo, drops, and monitors that go."""

import warnings
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from tests.report_samples import write_report
from workstation.display.viewing import Grid, PaneState
from workstation.gui.canvas.pane import SERIES_MIME, Pane
from workstation.gui.image_windows import ImageWindow, ImageWindows
from workstation.gui.monitors import Monitor
from workstation.gui.session import Session
from workstation.model.frame import Window
from workstation.workspace import Selection

LEFT, RIGHT = Monitor("A", (0, 0, 1200, 700)), Monitor("B", (100, 50, 1000, 600))


def windows_of(session: Session) -> tuple[ImageWindow, ...]:
    assert session.image_windows is not None
    return session.image_windows.windows()


def opened(qtbot: QtBot, session: Session, folder: Path) -> ImageWindow:
    """Open three series, one more window, and wait for all pictures."""
    session.open([small_study(folder / "study", "axial", "coronal", "tilted")])
    settle(qtbot, session)
    session.window.actions_by_id["new-window"].trigger()
    settle(qtbot, session)
    (window,) = windows_of(session)
    return window


def pane_in(window: ImageWindow) -> Pane:
    return window.area.placed[0]


def inverted(session: Session) -> list[bool]:
    assert session.viewer is not None
    return [pane.look.view.inverted for pane in session.viewer.now.panes]


def test_that_a_new_window_shows_the_next_series_and_closing_it_can_be_undone(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        window = opened(qtbot, session, tmp_path)
        assert session.viewer is not None
        viewer = session.viewer
        shown = [pane.selection for pane in viewer.now.panes]
        assert len(set(shown)) == 2
        assert pane_in(window).scene is not None
        assert pane_in(window).window() is window
        window.close()
        assert windows_of(session) == ()
        assert len(viewer.now.panes) == 1
        assert viewer.undo() == "closing of an image window"
        settle(qtbot, session)
        assert windows_of(session) == (window,)
        assert [pane.selection for pane in viewer.now.panes] == shown
        assert pane_in(window).scene is not None
        viewer.undo()
        assert windows_of(session) == ()
        viewer.redo()
        assert windows_of(session) == (window,)


def test_that_layouts_tiles_and_one_pane_alone_are_matters_of_the_active_window(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        window = opened(qtbot, session, tmp_path)
        assert session.viewer is not None
        viewer = session.viewer
        viewer.lay_out(Grid(1, 2))
        settle(qtbot, session)
        assert len(window.area.placed) == 2
        assert [pane.isVisible() for pane in session.window.grid.placed] == [True]
        viewer.maximise()
        assert [pane.isVisible() for pane in window.area.placed] == [True, False]
        assert session.window.grid.placed[0].isVisible()
        viewer.activate(0)
        viewer.lay_out(Grid(2, 2))
        settle(qtbot, session)
        assert [pane.isVisible() for pane in session.window.grid.placed] == [True] * 4
        assert [pane.window() is window for pane in window.area.placed] == [True, True]
        viewer.tile(on=True)
        assert {viewer.now.panes[number].selection for number in range(4)} == {viewer.now.panes[0].selection}
        assert viewer.now.panes[4].selection != viewer.now.panes[0].selection
        index = viewer.now.panes[4].look.index
        viewer.pane(0).scroll(1)
        assert [viewer.now.panes[number].look.index for number in range(4)] == [1, 2, 3, 4]
        assert viewer.now.panes[4].look.index == index


def test_that_links_lines_and_the_cursor_work_from_window_to_window(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([small_study(tmp_path / "study", "axial", "coronal")])
        settle(qtbot, session)
        assert session.viewer is not None
        viewer, axial = session.viewer, session.viewer.now.panes[0].selection
        viewer.open_screen()
        viewer.show(1, axial or Selection(""))
        viewer.link(viewer.now.links.__class__(zoom=True, window=True))
        settle(qtbot, session)
        viewer.pane(0).go_to(3)
        viewer.pane(0).change.set_window(Window(7, 70))
        viewer.pane(0).change.rotate(1)
        settle(qtbot, session)
        look = viewer.now.panes[1].look
        assert (look.index, look.view.voi, look.view.rotation_quarters) == (3, Window(7, 70), 1)
        viewer.pane(1).go_to(5)
        assert viewer.now.panes[0].look.index == 5


def test_that_a_key_in_an_image_window_acts_on_its_pane_and_its_w_closes_it(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        window = opened(qtbot, session, tmp_path)
        assert session.viewer is not None
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        pane = pane_in(window)
        qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
        assert session.viewer.now.active == 1
        qtbot.keyClick(pane, Qt.Key.Key_I)
        assert inverted(session) == [False, True]
        qtbot.keyClick(pane, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert inverted(session) == [False, False]
        qtbot.keyClick(pane, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
        settle(qtbot, session)
        assert windows_of(session) == ()
        assert session.workspace.patients


def test_that_a_series_is_dropped_onto_a_pane_of_any_window(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        window = opened(qtbot, session, tmp_path)
        assert session.viewer is not None
        wanted = session.workspace.selections()[2]
        data = QMimeData()
        data.setData(SERIES_MIME, f"{wanted.series_instance_uid}\n0".encode())
        rest = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        with warnings.catch_warnings():
            # WORKAROUND: PySide6 6.12 wants a QPointF here, which 6.11 does not take.
            warnings.simplefilter("ignore", DeprecationWarning)
            enter = QDragEnterEvent(QPoint(50, 50), *rest)
        QApplication.sendEvent(pane_in(window), enter)
        assert enter.isAccepted()
        QApplication.sendEvent(pane_in(window), QDropEvent(QPointF(50, 50), *rest))
        settle(qtbot, session)
        assert session.viewer.now.panes[1].selection == wanted
        assert session.viewer.now.active == 1
        assert session.workspace.selection == wanted


def test_that_several_windows_are_hung_at_once(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([small_study(tmp_path / "study", "axial", "coronal", "tilted")])
        settle(qtbot, session)
        assert session.viewer is not None
        one, two, three = (PaneState(selection) for selection in session.workspace.selections())
        session.viewer.hang_on({0: (Grid(1, 2), [one, two]), 1: (Grid(1, 1), [three])}, "hanging")
        settle(qtbot, session)
        (window,) = windows_of(session)
        assert pane_in(window).scene is not None
        assert all(pane.scene is not None for pane in session.window.grid.placed)
        assert session.viewer.undo() == "hanging"
        assert windows_of(session) == ()


def test_that_windows_of_a_monitor_that_goes_come_back_to_one_that_is_there(qtbot: QtBot, tmp_path: Path) -> None:
    there: list[Sequence[Monitor]] = [[LEFT, Monitor("far", (5000, 0, 1000, 600))]]
    with running_session(qtbot, tmp_path) as session:
        assert session.viewer is not None
        windows = ImageWindows(session.window, session.remembered, session.notes, lambda: (there[0], 0))
        session.window.grid.other_areas = windows.areas
        session.viewer.open_screen()
        (window,) = windows.windows()
        window.showNormal()
        window.setGeometry(5100, 100, 640, 480)
        qtbot.waitUntil(lambda: window.geometry().x() == 5100)
        there[0] = [LEFT]
        windows.look_at_monitors()
        qtbot.waitUntil(lambda: window.geometry().x() < 1200)
        assert "a monitor that is gone" in session.notes.notes[0].message
        windows.look_at_monitors()
        assert len(session.notes.notes) == 1
        windows.end()
        QApplication.processEvents()


def test_that_each_set_up_of_monitors_remembers_its_places(qtbot: QtBot, tmp_path: Path) -> None:
    there: list[Sequence[Monitor]] = [[LEFT]]
    with running_session(qtbot, tmp_path) as session:
        assert session.viewer is not None
        windows = ImageWindows(session.window, session.remembered, session.notes, lambda: (there[0], 0))
        session.window.grid.other_areas = windows.areas
        session.viewer.open_screen()
        (window,) = windows.windows()
        window.setGeometry(300, 200, 500, 400)
        qtbot.waitUntil(lambda: window.geometry().x() == 300)
        windows.look_at_monitors()
        there[0] = [LEFT, RIGHT]
        windows.look_at_monitors()
        window.setGeometry(20, 60, 610, 420)
        qtbot.waitUntil(lambda: window.geometry().x() == 20)
        windows.look_at_monitors()
        for monitors, left, width in (([LEFT], 300, 500), ([LEFT, RIGHT], 20, 610)):
            there[0] = monitors
            windows.look_at_monitors()
            qtbot.waitUntil(lambda left=left: window.geometry().x() == left)  # type: ignore[misc]  # binds the number
            assert window.geometry().width() == width
        assert session.notes.notes == ()
        windows.end()
        QApplication.processEvents()


def test_that_a_layout_in_one_window_leaves_the_panes_of_others_alone(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        window = opened(qtbot, session, tmp_path)
        assert session.viewer is not None
        viewer = session.viewer
        assert viewer.now.active == 1
        pane, presenter, shown = pane_in(window), viewer.active, pane_in(window).scene
        scenes: list[object] = []
        pane.painted.connect(lambda: scenes.append(pane.scene))
        viewer.play(1)
        qtbot.waitUntil(lambda: viewer.is_playing(1))
        viewer.activate(0)
        viewer.lay_out(Grid(2, 2))
        assert pane_in(window) is pane
        assert viewer.pane(4) is presenter
        assert viewer.is_playing(4)
        assert not viewer.is_playing(1)
        assert presenter.scene is not None
        assert shown is not None
        assert presenter.scene.instance.series_instance_uid == shown.instance.series_instance_uid
        viewer.hang(Grid(1, 1), [viewer.now.panes[0]], "one pane")
        assert viewer.pane(1) is presenter
        assert viewer.is_playing(1)
        assert pane_in(window) is pane
        settle_while_playing = len(scenes)
        qtbot.waitUntil(lambda: len(scenes) > settle_while_playing)
        viewer.activate(1)
        session.window.actions_by_id["cine"].trigger()
        assert not viewer.is_playing(1)
        viewer.activate(0)
        settle(qtbot, session)
        before = viewer.now.panes[1].look.view.inverted
        qtbot.mousePress(pane, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
        qtbot.mouseRelease(pane, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
        assert viewer.now.active == 1
        viewer.active.change.invert()
        assert viewer.now.panes[1].look.view.inverted is not before
        assert viewer.now.panes[0].look.view.inverted is before
        assert None not in scenes


def test_that_a_report_in_another_window_stays_open_as_it_is(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        study = small_study(tmp_path / "study", "axial", "coronal")
        write_report(study / "report.dcm")
        session.open([study])
        settle(qtbot, session)
        assert session.viewer is not None
        viewer = session.viewer
        uid = next(each for each in session.workspace.selections() if each.series_instance_uid == "2.25.2")
        session.window.actions_by_id["new-window"].trigger()
        viewer.show(1, uid)
        settle(qtbot, session)
        (window,) = windows_of(session)
        host = pane_in(window).hosted
        assert host is not None
        viewer.activate(0)
        viewer.lay_out(Grid(1, 3))
        settle(qtbot, session)
        assert pane_in(window).hosted is host
        viewer.undo()
        assert pane_in(window).hosted is host
