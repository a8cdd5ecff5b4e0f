"""A volume in three dimensions in the window, with the mouse and the keyboard as a person uses them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from workstation.errors import UserError
from workstation.gui.features.planes import Planes
from workstation.gui.features.volume import Volume3D
from workstation.gui.panels.volume.painting import cube_faces
from workstation.gui.panels.volume.presenter import DRAWING, VolumePresenter
from workstation.gui.panels.volume.view import VolumeView
from workstation.gui.scene.artist import Drawn
from workstation.gui.session import Session
from workstation.model.geometry import Vector
from workstation.phantoms.small import volume
from workstation.volume.looks.camera import SIDES, Camera, sight
from workstation.volume.looks.view3d import View3D, fitted

LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
NONE, SHIFT, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as running:
        running.open([small_study(tmp_path / "study", "axial")])
        settle(qtbot, running)
        running.window.pane.setFocus()
        yield running


@pytest.fixture
def shown(qtbot: QtBot, session: Session) -> Volume3D:
    """Open the volume with the key."""
    qtbot.keyClick(session.window.pane, Qt.Key.Key_F4)
    settle(qtbot, session)
    found = session.findChild(Volume3D)
    assert isinstance(found, Volume3D)
    assert found.is_shown
    return found


def view_of(shown: Volume3D) -> VolumeView:
    return shown.joined.area.view


def now(shown: Volume3D) -> View3D:
    view = shown.joined.presenter.now
    assert view is not None
    return view


def fourth(planes: Planes) -> QWidget | None:
    return planes.joined.area.fourth


def camera(shown: Volume3D) -> Camera:
    return now(shown).camera


def picture(shown: Volume3D) -> np.ndarray:
    found = view_of(shown).picture
    assert found is not None
    return found


def drag(
    qtbot: QtBot,
    view: VolumeView,
    button: Qt.MouseButton,
    start: QPoint,
    *steps: QPoint,
    held: Qt.KeyboardModifier = NONE,
) -> None:
    qtbot.mousePress(view, button, held, start)
    for step in steps:
        qtbot.mouseMove(view, step)
    qtbot.mouseRelease(view, button, held, steps[-1])


def marker_seen(shown: Volume3D) -> tuple[np.ndarray, np.ndarray]:
    """Give where the marker is the brightest in the picture (column, row), and where the camera says it is."""
    shown.joined.acts.use_method("mip")
    return brightest(shown), expected(shown, volume("axial").marker_lps)


def expected(shown: Volume3D, point: Vector) -> np.ndarray:
    size = view_of(shown).size_px
    place: np.ndarray = sight(camera(shown), shown.joined.presenter.box, size).seen_at([point], size)[0]
    return place


def brightest(shown: Volume3D) -> np.ndarray:
    grey = picture(shown).astype(int).sum(axis=2)
    rows, columns = np.nonzero(grey >= grey.max() * 0.8)
    return np.asarray([columns.mean(), rows.mean()])


def test_it_is_said_that_the_volume_is_drawn_until_there_is_a_picture(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[Drawn] = []
    arrived = VolumePresenter._arrived
    monkeypatch.setattr(VolumePresenter, "_arrived", lambda _self, drawn: held.append(drawn))
    session.window.actions_by_id["volume"].trigger()
    settle(qtbot, session)
    found = session.findChild(Volume3D)
    assert isinstance(found, Volume3D)
    message = view_of(found).message
    assert message.isVisible()
    assert DRAWING in message.text()
    arrived(found.joined.presenter, held[-1])
    assert not message.isVisible()


def test_a_key_shows_the_volume_and_esc_the_images_again(qtbot: QtBot, session: Session, shown: Volume3D) -> None:
    window, view = session.window, view_of(shown)
    assert window.centre.currentWidget() is shown.joined.area
    assert window.actions_by_id["volume"].isChecked()
    assert picture(shown).max() > 0
    assert view.hasFocus()
    height, width = picture(shown).shape[:2]
    assert (width, height) == view.size_px
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert window.centre.currentWidget() is window.grid
    assert not window.actions_by_id["volume"].isChecked()
    assert window.pane.hasFocus()


def test_the_marker_is_seen_where_the_patient_has_it(qtbot: QtBot, session: Session, shown: Volume3D) -> None:
    shown.joined.acts.use_method("mip")
    shown.joined.acts.use_window((800, 400))
    for name in SIDES:
        session.window.actions_by_id[f"volume-{name}"].trigger()
        settle(qtbot, session)
        assert np.linalg.norm(brightest(shown) - expected(shown, volume("axial").marker_lps)) < 6


def test_a_drag_turns_and_is_one_step(qtbot: QtBot, session: Session, shown: Volume3D) -> None:
    view, first = view_of(shown), camera(shown)
    before = picture(shown).copy()
    middle = view.rect().center()
    drag(qtbot, view, LEFT, middle, middle + QPoint(40, 0), middle + QPoint(80, 30))
    settle(qtbot, session)
    turned = camera(shown)
    assert turned.azimuth_deg < first.azimuth_deg
    assert turned.elevation_deg > first.elevation_deg
    assert (picture(shown) != before).any()
    session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
    assert camera(shown) == first
    assert (picture(shown) == before).all()
    session.window.actions_by_id["redo"].trigger()
    assert camera(shown) == turned


def test_the_other_buttons_move_and_zoom_and_modifiers_roll_and_window(
    qtbot: QtBot, session: Session, shown: Volume3D
) -> None:
    view, middle = view_of(shown), view_of(shown).rect().center()
    marker = volume("axial").marker_lps
    at = expected(shown, marker)
    drag(qtbot, view, MIDDLE, middle, middle + QPoint(25, 10), middle + QPoint(50, 20))
    ratio = view.devicePixelRatioF()
    assert expected(shown, marker) - at == pytest.approx((50 * ratio, 20 * ratio), abs=0.01)
    zoom = camera(shown).zoom
    drag(qtbot, view, RIGHT, middle, middle - QPoint(0, 75), middle - QPoint(0, 150))
    assert camera(shown).zoom == pytest.approx(2 * zoom)
    drag(
        qtbot, view, LEFT, QPoint(middle.x(), 20), QPoint(middle.x() + 60, 20), QPoint(middle.x() + 120, 20), held=SHIFT
    )
    assert -90 < camera(shown).roll_deg < -5
    assert now(shown).look.window is None
    drag(qtbot, view, LEFT, middle, middle + QPoint(30, 0), middle + QPoint(30, 20), held=ALT)
    assert now(shown).look.window is not None
    assert session.viewer is not None
    assert session.viewer.undo_label == "window"


def test_the_hands_are_those_of_the_key_set(qtbot: QtBot, session: Session, shown: Volume3D) -> None:
    from workstation.gui.canvas.bindings import SETS

    session.window.grid.bind(SETS["RadiAnt"])
    view, middle = view_of(shown), view_of(shown).rect().center()
    zoom = camera(shown).zoom
    drag(qtbot, view, RIGHT, middle, middle + QPoint(0, 40), middle + QPoint(0, 80))
    assert camera(shown).zoom == zoom
    assert now(shown).look.window is not None


def test_the_wheel_zooms_about_the_pointer(qtbot: QtBot, session: Session, shown: Volume3D) -> None:
    view = view_of(shown)
    at = view.rect().center() + QPoint(60, 40)
    zoom = camera(shown).zoom
    glob = view.mapToGlobal(at)
    wheel = QWheelEvent(
        QPointF(at), QPointF(glob), QPoint(), QPoint(0, 120), LEFT & ~LEFT, NONE, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(view, wheel)
    assert camera(shown).zoom == pytest.approx(zoom * 2 ** (1 / 3))
    settle(qtbot, session)
    qtbot.waitUntil(lambda: picture(shown).shape[1] == view.size_px[0])


def test_keys_turn_and_look_from_sides(qtbot: QtBot, session: Session, shown: Volume3D) -> None:
    view = view_of(shown)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert camera(shown).azimuth_deg == pytest.approx(-5)
    qtbot.keyClick(view, Qt.Key.Key_Down, SHIFT)
    assert camera(shown).elevation_deg == pytest.approx(30)
    qtbot.keyClick(view, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert (camera(shown).azimuth_deg, camera(shown).elevation_deg) == SIDES["left"]
    qtbot.keyClick(view, Qt.Key.Key_R)
    assert camera(shown).roll_deg == -90
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    settle(qtbot, session)
    opened = shown.joined.presenter.opened
    assert opened is not None
    assert now(shown) == shown.joined.first_view(opened)


def test_a_side_of_the_cube_is_looked_at(qtbot: QtBot, session: Session, shown: Volume3D) -> None:
    view = view_of(shown)
    shown.joined.presenter.turn_by(-40, 30)
    shown.joined.presenter.rest()
    settle(qtbot, session)
    seen = sight(camera(shown), shown.joined.presenter.box, view.size_px)
    faces = {face.side: face for face in cube_faces(seen, view.width(), view.height())}
    assert {"front", "left", "head"} == set(faces)
    at = faces["head"].outline.boundingRect().center().toPoint()
    qtbot.mouseMove(view, at)
    qtbot.waitUntil(lambda: "head" in view.toolTip())
    qtbot.mouseClick(view, LEFT, pos=at)
    assert (camera(shown).azimuth_deg, camera(shown).elevation_deg) == SIDES["head"]


def test_scissors_take_away_what_is_inside_a_line(qtbot: QtBot, session: Session, shown: Volume3D) -> None:
    shown.joined.acts.use_method("mip")
    shown.joined.acts.use_window((800, 400))
    settle(qtbot, session)
    before, view = picture(shown).copy(), view_of(shown)
    marker = expected(shown, volume("axial").marker_lps)
    at = QPoint(*(int(part / view.devicePixelRatioF()) for part in marker))
    session.window.actions_by_id["volume-scissors"].trigger()
    corners = [at + QPoint(x, y) for x, y in ((-40, -40), (40, -40), (40, 40), (-40, 40))]
    for corner in corners:
        qtbot.mouseClick(view, LEFT, pos=corner)
    qtbot.mouseClick(view, LEFT, pos=corners[0])
    settle(qtbot, session)
    assert len(now(shown).look.cuts) == 1
    assert not session.window.actions_by_id["volume-scissors"].isChecked()
    column, row = (int(part) for part in marker)
    assert before[row, column].max() > 100
    assert picture(shown)[row - 20 : row + 20, column - 20 : column + 20].max() == 0
    session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
    assert (picture(shown) == before).all()
    session.window.actions_by_id["volume-keep"].trigger()
    drag(qtbot, view, LEFT, corners[0], *corners[1:])
    settle(qtbot, session)
    assert now(shown).look.cuts[0].keep == "inside"
    assert picture(shown)[row, column].max() > 100
    session.window.actions_by_id["volume-uncut"].trigger()
    assert now(shown).look.cuts == ()


def test_esc_puts_the_scissors_away_first(qtbot: QtBot, session: Session, shown: Volume3D) -> None:
    view = view_of(shown)
    session.window.actions_by_id["volume-scissors"].trigger()
    qtbot.mouseClick(view, LEFT, pos=QPoint(100, 100))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert shown.is_shown
    assert not view.lasso.is_on
    assert not shown.joined.area.bar.scissors.isChecked()


def test_methods_and_presets_are_chosen_in_the_bar(qtbot: QtBot, session: Session, shown: Volume3D) -> None:
    bar = shown.joined.area.bar
    words = [bar.preset.itemText(at) for at in range(bar.preset.count()) if bar.preset.itemText(at)]
    assert len(words) > 25
    assert words[1] == "CT bone"  # of the modality, the usual one first
    bar.method.setCurrentIndex(bar.method.findData("minip"))
    bar.method.activated.emit(bar.method.currentIndex())
    assert now(shown).look.method == "minip"
    assert now(shown).look.transfer is None
    bar.method.setCurrentIndex(bar.method.findData("composite"))
    bar.method.activated.emit(bar.method.currentIndex())
    assert now(shown).preset == "ct-bone"
    bar.preset.setCurrentIndex(bar.preset.findData("ct-skin"))
    bar.preset.activated.emit(bar.preset.currentIndex())
    assert now(shown).preset == "ct-skin"
    session.window.actions_by_id["undo"].trigger()
    assert now(shown).preset == "ct-bone"
    assert bar.preset.currentData() == "ct-bone"


def test_windows_by_digit_are_those_of_images(qtbot: QtBot, session: Session, shown: Volume3D) -> None:
    shown.joined.acts.use_method("mip")
    offered = session.looked_at.windows_by_key()
    qtbot.keyClick(view_of(shown), Qt.Key.Key_2)
    voi = offered[2][1]
    assert now(shown).look.window == (voi.center, voi.width)  # type: ignore[union-attr]  # of CT
    qtbot.keyClick(view_of(shown), Qt.Key.Key_0)
    assert now(shown).look.window is None


def test_the_highest_values_are_seen_over_the_range_of_the_volume_first(session: Session, shown: Volume3D) -> None:
    shown.joined.acts.use_method("mip")
    assert now(shown).look.window is None
    shown.joined.acts.use_window((40, 400))
    shown.joined.acts.use_method("minip")
    assert now(shown).look.window == (40, 400)


def test_what_fills_the_view_fills_it_in_another_size_too(qtbot: QtBot, session: Session, shown: Volume3D) -> None:
    def is_fitted() -> bool:
        return fitted(now(shown), view_of(shown).size_px, shown.joined.presenter.box) == now(shown)

    assert is_fitted()
    before = camera(shown).zoom
    session.window.side.close_panel()
    session.window.resize(1500, 500)
    settle(qtbot, session)
    qtbot.waitUntil(lambda: picture(shown).shape[1::-1] == view_of(shown).size_px)
    assert is_fitted()
    assert camera(shown).zoom != before
    shown.joined.presenter.zoom(2.0)
    chosen = camera(shown)
    session.window.resize(1100, 760)
    settle(qtbot, session)
    assert camera(shown) == chosen


def test_commands_of_images_say_that_they_are_none_here(qtbot: QtBot, session: Session, shown: Volume3D) -> None:
    session.window.actions_by_id["measure-length"].trigger()
    assert any("not in 3D" in note.as_text() for note in session.notes.notes)
    assert not session.window.actions_by_id["measure-length"].isChecked()


def test_the_menu_has_what_is_for_volumes(qtbot: QtBot, session: Session, shown: Volume3D) -> None:
    qtbot.mouseClick(view_of(shown), RIGHT, pos=QPoint(50, 50))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert "3D" in [action.text() for action in menu.actions()]
    menu.close()


def test_a_view_is_as_it_was_left(qtbot: QtBot, session: Session, shown: Volume3D) -> None:
    qtbot.keyClick(view_of(shown), Qt.Key.Key_Left)
    left = now(shown)
    session.window.actions_by_id["volume"].trigger()
    assert not shown.is_shown
    session.window.actions_by_id["volume"].trigger()
    settle(qtbot, session)
    assert now(shown) == left


def test_a_single_image_has_no_third_dimension(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as running:
        running.open([small_study(tmp_path / "study", "single_slice")])
        settle(qtbot, running)
        running.window.pane.setFocus()
        qtbot.keyClick(running.window.pane, Qt.Key.Key_F4)
        settle(qtbot, running)
        found = running.findChild(Volume3D)
        assert isinstance(found, Volume3D)
        assert "third dimension" in view_of(found).message.text()


def test_without_a_study_it_says_what_to_open(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as running:
        running.window.actions_by_id["volume"].trigger()
        assert not running.window.actions_by_id["volume"].isChecked()
        assert any("Open a study first" in note.as_text() for note in running.notes.notes)


def test_where_nothing_draws_it_says_what_to_install(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> None:
        raise UserError("Nothing on this machine can draw in three dimensions.", hint="Install Mesa: libegl1.")

    monkeypatch.setattr("workstation.volume.rendering.stage.open_screen", none)
    qtbot.keyClick(session.window.pane, Qt.Key.Key_F4)
    settle(qtbot, session)
    found = session.findChild(Volume3D)
    assert isinstance(found, Volume3D)
    words = view_of(found).message.text()
    assert "Install Mesa" in words
    assert not view_of(found).message.isHidden()


def test_an_empty_picture_says_why(qtbot: QtBot, session: Session, shown: Volume3D) -> None:
    shown.joined.acts.use_method("isosurface")
    presenter = shown.joined.presenter
    view = now(shown)
    presenter.do(replace(view, look=replace(view.look, threshold=90_000)), "threshold")
    settle(qtbot, session)
    assert picture(shown).max() == 0
    assert len(presenter.words().warnings) == 1 + len(presenter.studio.notes if presenter.studio else ())


def test_it_stands_beside_the_planes_and_follows_their_series(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([small_study(tmp_path / "study", "axial", "coronal")])
        settle(qtbot, session)
        session.window.pane.setFocus()
        qtbot.keyClick(session.window.pane, Qt.Key.Key_F3)
        settle(qtbot, session)
        planes, shown = session.findChild(Planes), session.findChild(Volume3D)
        assert isinstance(planes, Planes)
        assert isinstance(shown, Volume3D)
        bar = planes.joined.area.bar
        qtbot.mouseClick(bar.volume, LEFT)
        settle(qtbot, session)
        view = view_of(shown)
        assert fourth(planes) is view
        assert view.isVisible()
        qtbot.waitUntil(lambda: picture(shown).shape[1::-1] == view.size_px)
        assert planes.joined.opened is shown.joined.presenter.opened
        middle = view.rect().center()
        drag(qtbot, view, LEFT, middle, middle + QPoint(20, 0), middle + QPoint(40, 0))
        assert camera(shown).azimuth_deg < 0
        qtbot.keyClick(view, Qt.Key.Key_Space)  # the focus says whose the reset is
        assert camera(shown).azimuth_deg == 0
        session.window.actions_by_id["next-series"].trigger()
        settle(qtbot, session)
        assert planes.joined.opened is shown.joined.presenter.opened

        qtbot.mouseDClick(view, LEFT, pos=middle)
        settle(qtbot, session)
        assert shown.is_shown
        assert view.parentWidget() is shown.joined.area
        qtbot.keyClick(view, Qt.Key.Key_Escape)
        settle(qtbot, session)
        assert planes.is_shown
        assert fourth(planes) is view
        session.window.actions_by_id["volume-beside"].trigger()
        assert fourth(planes) is None
        assert not bar.volume.isChecked()
        session.window.actions_by_id["volume-beside"].trigger()
        settle(qtbot, session)
        assert view.isVisible()
        qtbot.keyClick(view, Qt.Key.Key_Escape)
        assert session.window.centre.currentWidget() is session.window.grid
        qtbot.keyClick(session.window.pane, Qt.Key.Key_F3)
        settle(qtbot, session)
        assert view.isVisible()


def test_it_stands_beside_the_planes_again_at_the_next_start(qtbot: QtBot, tmp_path: Path) -> None:
    def left_open(session: Session) -> None:
        session.remembered.volume_is_beside = True

    with running_session(qtbot, tmp_path, before=left_open) as session:
        session.open([small_study(tmp_path / "study", "axial")])
        settle(qtbot, session)
        session.window.pane.setFocus()
        qtbot.keyClick(session.window.pane, Qt.Key.Key_F3)
        settle(qtbot, session)
        planes, shown = session.findChild(Planes), session.findChild(Volume3D)
        assert isinstance(planes, Planes)
        assert isinstance(shown, Volume3D)
        assert fourth(planes) is view_of(shown)
        assert picture(shown).any()
        assert planes.joined.area.bar.volume.isChecked()
        qtbot.keyClick(session.window.pane, Qt.Key.Key_F3)
        settle(qtbot, session)
        assert not planes.is_shown
        session.window.actions_by_id["volume-beside"].trigger()  # ticked, and not seen: it is to be seen
        settle(qtbot, session)
        assert fourth(planes) is view_of(shown)
        session.window.actions_by_id["volume-beside"].trigger()
        settle(qtbot, session)
        assert fourth(planes) is None
        assert not session.remembered.volume_is_beside


def test_alone_it_goes_beside_the_planes_with_a_double_click(qtbot: QtBot, session: Session, shown: Volume3D) -> None:
    view = view_of(shown)
    qtbot.mouseDClick(view, LEFT, pos=view.rect().center())
    settle(qtbot, session)
    planes = session.findChild(Planes)
    assert isinstance(planes, Planes)
    assert planes.is_shown
    assert fourth(planes) is view
    qtbot.waitUntil(lambda: picture(shown).shape[1::-1] == view.size_px)


def test_a_narrow_bar_leaves_out_what_stands_elsewhere_too(qtbot: QtBot, session: Session, shown: Volume3D) -> None:
    bar = shown.joined.area.bar
    session.window.side.close_panel()
    session.window.resize(1400, 700)
    qtbot.waitUntil(lambda: bar.preset.isVisible() and bar.sides[0].isVisible())
    session.window.resize(700, 500)
    qtbot.waitUntil(lambda: not bar.preset.isVisible())
    assert bar.scissors.isVisible()
    assert bar.close_button.isVisible()
    assert bar.close_button.geometry().right() <= bar.width()
