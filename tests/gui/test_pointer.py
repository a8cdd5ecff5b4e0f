"""What goes with the pointer: the value under it, the lens, the 3D cursor; and true size on a measured monitor."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.making import frame, instance, pixels, running_session, settle, small_study
from workstation.display.layout import Grid
from workstation.display.probe import probe
from workstation.display.render import Renderer
from workstation.display.view import View
from workstation.gui.calibration import LINE_PX, CalibrationDialog
from workstation.gui.canvas.lens import SIDE_PX
from workstation.gui.canvas.pane import Pane
from workstation.gui.canvas.scene import Scene
from workstation.gui.features import magnifier
from workstation.gui.features.true_size import monitor_name
from workstation.gui.remembered import Remembered
from workstation.gui.session import Session
from workstation.gui.theme import DARK
from workstation.gui.viewer.wiring import image_point
from workstation.model.geometry import Spacing


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as running:
        running.open([small_study(tmp_path / "study", "axial", "coronal")])
        settle(qtbot, running)
        assert running.pane is not None
        running.pane.go_to(3)
        settle(qtbot, running)
        running.window.pane.setFocus()
        yield running


def move(pane: Pane, at: QPoint, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    button = Qt.MouseButton.NoButton
    where = QPointF(at)
    event = QMouseEvent(QEvent.Type.MouseMove, where, pane.mapToGlobal(where), button, button, modifiers)
    QApplication.sendEvent(pane, event)


def turn(pane: Pane, at: QPoint, angle: int, modifiers: Qt.KeyboardModifier) -> None:
    where, phase = QPointF(at), Qt.ScrollPhase.NoScrollPhase
    rest = (QPoint(), QPoint(0, angle), Qt.MouseButton.NoButton, modifiers, phase, False)
    QApplication.sendEvent(pane, QWheelEvent(where, pane.mapToGlobal(where), *rest))


def scene_of(pane: Pane) -> Scene:
    assert pane.scene is not None
    return pane.scene


def test_that_the_strip_tells_value_pixel_and_place_under_the_pointer(session: Session) -> None:
    pane, strip = session.window.pane, session.window.strip
    middle = pane.rect().center()
    move(pane, middle)
    scene = scene_of(pane)
    ratio = pane.devicePixelRatioF()
    at = image_point(pane, (middle.x() * ratio - 0.5, middle.y() * ratio - 0.5))
    found = probe(scene.renderer.frame, at)
    assert found is not None
    assert strip.probe.text() == found.text()
    assert "HU" in strip.probe.text()
    assert "mm" in strip.probe.text()
    move(pane, QPoint(2, 2))
    assert strip.probe.text() == "", "beside the image there is nothing"
    move(pane, middle)
    QApplication.sendEvent(pane, QEvent(QEvent.Type.Leave))
    assert strip.probe.text() == ""


def test_that_the_value_follows_when_one_scrolls_under_a_resting_pointer(session: Session, qtbot: QtBot) -> None:
    pane, strip = session.window.pane, session.window.strip
    middle = pane.rect().center()
    move(pane, middle)
    before = strip.probe.text()
    turn(pane, middle, -120, Qt.KeyboardModifier.NoModifier)
    qtbot.waitUntil(lambda: strip.probe.text() != before)
    plane = scene_of(pane).renderer.frame.plane
    assert plane is not None
    assert strip.probe.text().rsplit(" · ", 1)[0] != ""


def test_that_moving_the_pointer_paints_no_pane(session: Session, qtbot: QtBot) -> None:
    pane = session.window.pane
    qtbot.wait(50)
    painted: list[int] = []
    pane.painted.connect(lambda: painted.append(1))
    for step in range(10):
        move(pane, QPoint(100 + 10 * step, 200))
        qtbot.wait(1)
    assert painted == []
    pane.update()
    qtbot.waitUntil(lambda: len(painted) == 1)


def test_that_the_value_stands_beside_the_cursor_in_linked_panes(session: Session, qtbot: QtBot) -> None:
    assert session.viewer is not None
    session.viewer.lay_out(Grid(1, 2))
    selection = session.viewer.now.panes[0].selection
    assert selection is not None
    session.viewer.show(1, selection)
    settle(qtbot, session)
    first, second = session.window.grid.panes[:2]
    before = pixels(second)
    move(first, first.rect().center(), Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, session)
    scene = scene_of(second)
    assert scene.cursor_px is not None
    with_value = pixels(second)
    assert not np.array_equal(before, with_value)
    session.viewer.panes.show_text(shown=False)
    matrix = scene.view.image_to_screen(scene.renderer.frame, second.size_px)
    x, y = (round(float(value)) for value in matrix @ np.array([*scene.cursor_px, 1.0]))
    beside = slice(y - 18, y - 3), slice(x + 18, x + 40)
    assert not np.array_equal(with_value[beside], pixels(second)[beside]), "the value is one of the words"


@pytest.fixture
def pane(qtbot: QtBot) -> Iterator[Pane]:
    widget = Pane(DARK)
    widget.resize(480, 400)
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    view = View()
    widget.show_scene(Scene(Renderer(frame(rows=40, columns=50)), view, instance(1), (1, 1), text_is_shown=False))
    yield widget
    widget.close()


def test_that_the_lens_shows_the_pixels_under_the_pointer_larger(pane: Pane) -> None:
    at = QPoint(240, 200)
    move(pane, at)
    before = pixels(pane)
    pane.set_lens(4.0)
    after = pixels(pane)
    scene = scene_of(pane)
    column, row = image_point(pane, (239.5, 199.5))
    zoom = 4 * scene.view.effective_zoom(scene.renderer.frame, pane.size_px)
    closer = replace(scene.view, zoom=zoom, centre_px=(column, row))
    wanted = scene.renderer.beside().picture(closer, (SIDE_PX, SIDE_PX))
    half = 40
    inside = (slice(200 - half, 200 + half), slice(240 - half, 240 + half))
    middle = slice(SIDE_PX // 2 - half, SIDE_PX // 2 + half)
    assert np.array_equal(after[inside], wanted[middle, middle])
    assert np.array_equal(after[:80], before[:80]), "beside the lens all is as it was"
    assert np.array_equal(after[200 - SIDE_PX // 2, 240 - SIDE_PX // 2], before[200 - SIDE_PX // 2, 240 - SIDE_PX // 2])
    pane.set_lens(None)
    assert np.array_equal(pixels(pane), before)


def test_that_the_lens_follows_the_pointer_and_leaves_with_it(pane: Pane, qtbot: QtBot) -> None:
    before = pixels(pane)
    pane.set_lens(3.0)
    for x in (120, 200, 300):
        move(pane, QPoint(x, 200))
        qtbot.wait(5)
    shown = pixels(pane)
    assert np.array_equal(shown[:, :150], before[:, :150]), "where it was all is painted again"
    assert not np.array_equal(shown[:, 250:], before[:, 250:])
    QApplication.sendEvent(pane, QEvent(QEvent.Type.Leave))
    assert np.array_equal(pixels(pane), before)


def test_that_a_key_turns_the_lens_on_and_off_and_the_wheel_sets_its_factor(session: Session, qtbot: QtBot) -> None:
    pane = session.window.pane
    middle = pane.rect().center()
    move(pane, middle)
    plain = pixels(pane)
    qtbot.keyClick(pane, Qt.Key.Key_G)
    assert session.window.actions_by_id["magnifier"].isChecked()
    twice = pixels(pane)
    assert not np.array_equal(twice, plain)
    view = scene_of(pane).view
    turn(pane, middle, 240, Qt.KeyboardModifier.ControlModifier)
    assert session.remembered.lens_factor > 2.0
    assert scene_of(pane).view == view, "the picture itself is not magnified"
    assert not np.array_equal(pixels(pane), twice)
    qtbot.keyClick(pane, Qt.Key.Key_G)
    assert np.array_equal(pixels(pane), plain)
    turn(pane, middle, 240, Qt.KeyboardModifier.ControlModifier)
    assert scene_of(pane).view != view


def test_that_the_lens_is_there_as_long_as_its_key_is_held(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(magnifier, "HELD_MS", 0)
    pane = session.window.pane
    qtbot.keyPress(pane, Qt.Key.Key_G)
    assert session.window.actions_by_id["magnifier"].isChecked()
    QApplication.sendEvent(
        pane, QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_G, Qt.KeyboardModifier.NoModifier, "", autorep=True)
    )
    assert session.window.actions_by_id["magnifier"].isChecked(), "a key that repeats is still down"
    qtbot.keyRelease(pane, Qt.Key.Key_G)
    assert not session.window.actions_by_id["magnifier"].isChecked()


def test_that_a_pane_made_later_has_the_lens_too(session: Session, qtbot: QtBot) -> None:
    session.window.actions_by_id["magnifier"].trigger()
    assert session.viewer is not None
    session.viewer.lay_out(Grid(1, 2))
    settle(qtbot, session)
    second = session.window.grid.panes[1]
    before = pixels(second)
    move(second, second.rect().center())
    assert not np.array_equal(pixels(second), before)


def dialog_of(session: Session) -> CalibrationDialog:
    found = session.window.findChildren(CalibrationDialog)
    assert len(found) == 1
    return found[0]


def test_that_true_size_asks_for_the_monitor_once_and_then_shows_millimetres(session: Session, qtbot: QtBot) -> None:
    pane = session.window.pane
    session.window.actions_by_id["true-size"].trigger()
    dialog = dialog_of(session)
    dialog.length.setValue(150.0)
    dialog.keep.click()
    settle(qtbot, session)
    mm_per_px = 150.0 / (LINE_PX * pane.devicePixelRatioF())
    assert session.remembered.monitors == {monitor_name(pane.screen()): pytest.approx(mm_per_px)}
    scene = scene_of(pane)
    frame_shown = scene.renderer.frame
    matrix = scene.view.image_to_screen(frame_shown, pane.size_px)
    assert abs(matrix[0, 0]) * mm_per_px == pytest.approx(frame_shown.spacing.between_columns, rel=1e-6)
    assert session.viewer is not None
    assert session.viewer.undo_label == "zoom"
    session.window.actions_by_id["undo"].trigger()
    assert scene_of(pane).view.zoom is None
    session.window.actions_by_id["true-size"].trigger()
    assert session.window.findChildren(CalibrationDialog) == []
    assert scene_of(pane).view.zoom is not None


def test_that_a_length_that_no_monitor_has_cannot_be_kept(session: Session) -> None:
    session.window.actions_by_id["calibrate"].trigger()
    dialog = dialog_of(session)
    assert dialog.keep.isEnabled(), "what the monitor says of itself is offered"
    dialog.length.setValue(1.0)
    assert not dialog.keep.isEnabled()
    assert "measure again" in dialog.told.text()
    dialog.length.setValue(0.0)
    assert not dialog.keep.isEnabled()
    dialog.reject()
    assert session.remembered.monitors == {}


def test_that_true_size_of_an_image_without_millimetres_is_refused_in_words(session: Session) -> None:
    pane = session.pane
    assert pane is not None
    scene = session.window.pane.scene
    assert scene is not None
    bare = Renderer(replace(scene.renderer.frame, spacing=Spacing()))
    pane._scene = replace(scene, renderer=bare)
    session.window.actions_by_id["true-size"].trigger()
    assert "does not say how large its pixels are" in session.notes.notes[0].message
    assert session.window.findChildren(CalibrationDialog) == []


def test_that_measures_of_monitors_are_remembered_and_nonsense_is_not_used(tmp_path: Path) -> None:
    kept = Remembered(lens_factor=3.5, monitors={"Eizo 1600x1200": 0.27})
    kept.save(tmp_path / "window.json")
    assert Remembered.load(tmp_path / "window.json") == kept
    (tmp_path / "window.json").write_text('{"monitors": {"a": "x", "b": 99}, "lens_factor": "big"}', encoding="utf-8")
    loaded = Remembered.load(tmp_path / "window.json")
    assert loaded.lens_factor == 2.0
