"""Planes of a volume in the window, with the mouse and the keyboard as a person uses them."""

import math
import shlex
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from workstation.batch.main import main
from workstation.display.probe import probe
from workstation.display.render import render
from workstation.display.view import View
from workstation.gui.canvas.guides import Grip, Laid, laid
from workstation.gui.canvas.pane import Pane
from workstation.gui.canvas.scene import Message, Scene
from workstation.gui.features.planes import JOINING, OF_PLANES, Planes
from workstation.gui.panels.planes.presenter import PlanesPresenter
from workstation.gui.session import Session
from workstation.gui.viewer.wiring import image_point
from workstation.model.geometry import Vector, dot, image_to_lps
from workstation.phantoms.small import MARKER_HU, volume
from workstation.phantoms.writing import save
from workstation.volume.cutting.oblique import oblique_plane
from workstation.volume.cutting.slabs import Slab
from workstation.volume.cutting.standard_planes import PlaneName
from workstation.volume.planes import planes_view
from workstation.volume.planes.planes_view import PLANE_NAMES, PlanesView

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


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


@pytest.fixture
def planes(qtbot: QtBot, session: Session) -> Planes:
    """Open the planes with the key."""
    qtbot.keyClick(session.window.pane, Qt.Key.Key_F3)
    settle(qtbot, session)
    found = session.findChild(Planes)
    assert isinstance(found, Planes)
    assert found.is_shown
    return found


def presenter_of(planes: Planes) -> PlanesPresenter:
    return planes.joined.presenter


def now(planes: Planes) -> PlanesView:
    view = presenter_of(planes).now
    assert view is not None
    return view


def is_shown(planes: Planes) -> bool:
    return planes.is_shown


def pane(planes: Planes, name: PlaneName) -> Pane:
    return planes.joined.area.panes[name]


def scene_of(planes: Planes, name: PlaneName) -> Scene:
    scene = pane(planes, name).scene
    assert scene is not None
    return scene


def lying(planes: Planes, name: PlaneName) -> Laid:
    view = pane(planes, name)
    found = laid(scene_of(planes, name), view.size_px, view.devicePixelRatioF())
    assert found is not None
    return found


def turn_handle(planes: Planes, seen_in: PlaneName, of: PlaneName) -> QPointF:
    found = lying(planes, seen_in)
    line = next(each for each in found.lines if each.plane == of)
    return max(found.turn_points(line), key=lambda point: point.x() + point.y())


def on_line(planes: Planes, seen_in: PlaneName, of: PlaneName, share: float) -> QPointF:
    found = lying(planes, seen_in)
    line = next(each for each in found.lines if each.plane == of)
    return found.cross + line.along * (share * line.forth_px)


def move(view: Pane, at: QPointF, held: Qt.KeyboardModifier = NONE, button: Qt.MouseButton | None = None) -> None:
    buttons = button or Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, at, view.mapToGlobal(at), Qt.MouseButton.NoButton, buttons, held)
    QApplication.sendEvent(view, event)


def drag(
    qtbot: QtBot, session: Session, view: Pane, start: QPointF, end: QPointF, held: Qt.KeyboardModifier = NONE
) -> None:
    """Drag with the left button, in several steps."""
    move(view, start)
    qtbot.mousePress(view, LEFT, held, start.toPoint())
    for step in range(1, 5):
        move(view, start + (end - start) * step / 4, held, LEFT)
    qtbot.mouseRelease(view, LEFT, held, end.toPoint())
    settle(qtbot, session)


def lps_under(planes: Planes, name: PlaneName, at: QPointF) -> Vector:
    view, scene = pane(planes, name), scene_of(planes, name)
    ratio = view.devicePixelRatioF()
    point = image_point(view, (at.x() * ratio - 0.5, at.y() * ratio - 0.5))
    assert scene.frame.plane is not None
    x, y, z = image_to_lps(scene.frame.plane, [point])[0].tolist()
    return x, y, z


def value_at(scene: Scene, point_lps: Vector) -> float | None:
    """Give the value of the pixel at a patient point, as the foot of the window says it."""
    from workstation.model.geometry import lps_to_image

    assert scene.frame.plane is not None
    points, away = lps_to_image(scene.frame.plane, [point_lps])
    assert abs(float(away[0])) < 0.01
    found = probe(scene.frame, (float(points[0][0]), float(points[0][1])))
    return None if found is None else found.value


def test_that_the_key_shows_planes_through_the_image_that_is_seen_and_brings_the_images_back(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    window = session.window
    assert window.centre.currentWidget() is planes.joined.area
    assert window.actions_by_id["planes"].isChecked()
    small = volume("axial")
    assert now(planes).cross_lps[2] == pytest.approx(small.positions_lps[3][2])
    assert np.array_equal(scene_of(planes, "axial").frame.modality_values(), small.hu_kji[3])
    assert all(pane(planes, name).isVisible() for name in PLANE_NAMES)
    qtbot.keyClick(window.pane, Qt.Key.Key_F3)
    settle(qtbot, session)
    assert window.centre.currentWidget() is window.grid
    assert not window.actions_by_id["planes"].isChecked()
    assert window.pane.hasFocus()


def test_that_the_window_goes_on_while_what_planes_are_made_of_is_loaded(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = session.findChild(Planes)
    assert isinstance(found, Planes)
    may_go_on, loaded = threading.Event(), list[tuple[str, threading.Thread]]()

    def load(name: str) -> ModuleType:
        loaded.append((name, threading.current_thread()))
        assert may_go_on.wait(10)
        return import_module(name)

    monkeypatch.setattr("workstation.gui.late.import_module", load)
    monkeypatch.delitem(sys.modules, JOINING, raising=False)
    for key in (Qt.Key.Key_F3, Qt.Key.Key_Escape, Qt.Key.Key_F3):
        qtbot.keyClick(session.window.pane, key)
        assert not found.is_shown
        assert session.window.actions_by_id["planes"].isChecked() == (key is Qt.Key.Key_F3)
    may_go_on.set()
    settle(qtbot, session)
    assert found.is_shown
    assert [name for name, _thread in loaded] == found.modules, "each is loaded once"
    assert all(thread is not threading.main_thread() for _name, thread in loaded)


def test_that_a_plane_that_is_not_there_yet_says_so_and_a_picture_says_which_it_is(
    session: Session, planes: Planes
) -> None:
    for name in PLANE_NAMES:
        view = pane(planes, name)
        assert view.empty_words == f"The {name} plane is cut …"
        guides = scene_of(planes, name).guides
        assert guides is not None
        assert view.accessibleDescription() == ", ".join(guides.words)
    assert session.window.grid.active.empty_words == "Drag a series here"


def test_that_all_three_planes_pass_through_the_marker_when_the_cross_hair_is_put_there(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    marker = volume("axial").marker_lps
    session.window.actions_by_id["voxels-nearest"].trigger()
    presenter_of(planes).cross_to(marker)
    settle(qtbot, session)
    for name in PLANE_NAMES:
        assert value_at(scene_of(planes, name), marker) == MARKER_HU
        guides = scene_of(planes, name).guides
        assert guides is not None
        assert guides.words[0] == name.capitalize()


def test_that_dragging_the_middle_moves_the_place_where_the_planes_meet(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    view, start = pane(planes, "axial"), lying(planes, "axial").cross
    before = now(planes)
    end = start + QPointF(40, -30)
    there = lps_under(planes, "axial", end)
    drag(qtbot, session, view, start, end)
    assert now(planes).cross_lps == pytest.approx(there, abs=0.5), "the pointer began within a pixel of the middle"
    assert now(planes).cross_lps[2] == before.cross_lps[2]
    session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
    assert now(planes).cross_lps == before.cross_lps, "a drag is one step"
    session.window.actions_by_id["redo"].trigger()
    assert now(planes).cross_lps == pytest.approx(there, abs=0.5)


def test_that_the_middle_stays_under_the_hand_while_its_picture_has_fewer_pixels(
    qtbot: QtBot, session: Session, planes: Planes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("SWIFT_S", "SLOW_S"):
        monkeypatch.setattr(f"workstation.gui.panels.planes.presenter.{limit}", -1.0)
    view, start = pane(planes, "axial"), lying(planes, "axial").cross
    end = start + QPointF(40, -30)
    there = lps_under(planes, "axial", end)
    columns = scene_of(planes, "axial").frame.pixels.shape[1]
    qtbot.mousePress(view, LEFT, NONE, start.toPoint())
    move(view, start + QPointF(20, -15), NONE, LEFT)
    qtbot.waitUntil(lambda: scene_of(planes, "axial").frame.pixels.shape[1] < columns / 2)
    move(view, end, NONE, LEFT)
    assert now(planes).cross_lps == pytest.approx(there, abs=0.5)
    qtbot.mouseRelease(view, LEFT, NONE, end.toPoint())
    settle(qtbot, session)
    assert now(planes).cross_lps == pytest.approx(there, abs=0.5)


def test_that_dragging_a_line_moves_its_plane_and_says_how_far(qtbot: QtBot, session: Session, planes: Planes) -> None:
    view, start = pane(planes, "coronal"), on_line(planes, "coronal", "axial", 0.25)
    before = now(planes).cross_lps
    end = start + QPointF(60, 25)
    expected = lps_under(planes, "coronal", end)[2] - lps_under(planes, "coronal", start)[2]
    move(view, start)
    assert view.cursor().shape() == Qt.CursorShape.SizeVerCursor
    qtbot.mousePress(view, LEFT, NONE, start.toPoint())
    move(view, end, NONE, LEFT)
    guides = scene_of(planes, "coronal").guides
    assert guides is not None
    assert guides.readout == f"{expected:+.1f} mm"
    assert guides.lit == Grip("line", "axial")
    qtbot.mouseRelease(view, LEFT, NONE, end.toPoint())
    settle(qtbot, session)
    assert now(planes).cross_lps == pytest.approx((before[0], before[1], before[2] + expected), abs=0.2)
    guides = scene_of(planes, "coronal").guides
    assert guides is not None
    assert guides.readout == ""


def turned_handle(planes: Planes, start: QPointF, angle_deg: float) -> QPointF:
    away = start - lying(planes, "axial").cross
    sine, cosine = math.sin(math.radians(angle_deg)), math.cos(math.radians(angle_deg))
    return lying(planes, "axial").cross + QPointF(
        cosine * away.x() - sine * away.y(), sine * away.x() + cosine * away.y()
    )


def test_that_dragging_an_end_turns_both_other_planes_and_their_pictures(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    before = now(planes)
    start = turn_handle(planes, "axial", "coronal")
    drag(qtbot, session, pane(planes, "axial"), start, turned_handle(planes, start, 20.0))
    view = now(planes)
    for name in ("coronal", "sagittal"):
        share = dot(view.plane(name).normal_lps, before.plane(name).normal_lps)
        assert math.degrees(math.acos(share)) == pytest.approx(20, abs=1.0)
        plane = scene_of(planes, name).frame.plane
        assert plane is not None
        assert plane.along_row_lps == view.plane(name).along_row_lps, "the picture is that of the turned plane"
        guides = scene_of(planes, name).guides
        assert guides is not None
        assert guides.words[1].startswith("turned by ")
    assert view.axial == before.axial
    assert session.viewer is not None
    assert session.viewer.undo_label == "turn of the coronal plane"


def test_that_with_ctrl_a_line_turns_by_whole_steps_and_free_lines_turn_alone(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    planes.joined.area.bar.lock.click()
    start = turn_handle(planes, "axial", "coronal")
    held = Qt.KeyboardModifier.ControlModifier
    drag(qtbot, session, pane(planes, "axial"), start, turned_handle(planes, start, 31.0), held)
    view = now(planes)
    assert math.degrees(math.acos(view.coronal.normal_lps[1])) == pytest.approx(30)
    assert view.sagittal.normal_lps == pytest.approx((-1, 0, 0))
    planes.joined.area.bar.lock.click()
    settle(qtbot, session)
    assert dot(now(planes).coronal.normal_lps, now(planes).sagittal.normal_lps) == pytest.approx(0, abs=1e-9)


def test_that_dragging_a_square_of_a_line_makes_its_plane_a_slab(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    found = lying(planes, "coronal")
    line = next(each for each in found.lines if each.plane == "axial")
    start = found.handle_points(line)[0]
    assert found.grip_at(start) == Grip("slab", "axial")
    end = start + QPointF(0, 30)
    half = abs(lps_under(planes, "coronal", end)[2] - now(planes).cross_lps[2])
    drag(qtbot, session, pane(planes, "coronal"), start, end)
    slab = now(planes).axial.slab
    assert slab.thickness_mm == pytest.approx(2 * half, abs=0.2)
    guides = scene_of(planes, "axial").guides
    assert guides is not None
    assert guides.words[-1] == slab.text()
    small = volume("axial")
    highest = scene_of(planes, "axial").frame.modality_values()
    assert (highest >= small.hu_kji[3]).all()
    assert (highest > small.hu_kji[3]).any()
    # A border is dashed, and taken where it is seen.
    after = lying(planes, "coronal")
    border = next(each for each in after.lines if each.plane == "axial")
    at = after.cross + border.along * 20 + border.across * border.half_slab_px
    assert after.grip_at(at) == Grip("slab", "axial")


def test_that_the_wheel_scrolls_along_the_normal_and_keys_do_too(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    view, before = pane(planes, "axial"), now(planes).cross_lps[2]
    step = volume("axial").grid.affine_lps[2, 2]
    where = QPointF(30, 60)
    event = QWheelEvent(
        where,
        view.mapToGlobal(where),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        NONE,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)
    settle(qtbot, session)
    assert now(planes).cross_lps[2] == pytest.approx(before + step)
    assert np.array_equal(scene_of(planes, "axial").frame.modality_values(), volume("axial").hu_kji[4])
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Up)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert now(planes).cross_lps[2] == pytest.approx(before - step)
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert now(planes).cross_lps[2] == pytest.approx(volume("axial").positions_lps[-1][2])


def test_that_windows_colours_and_zoom_work_as_on_images(qtbot: QtBot, session: Session, planes: Planes) -> None:
    view = pane(planes, "sagittal")
    away = QPointF(12, view.height() - 60)
    assert lying(planes, "sagittal").grip_at(away) is None
    before = scene_of(planes, "axial").renderer.voi(scene_of(planes, "axial").view)
    drag(qtbot, session, view, away, away + QPointF(50, -20))
    assert now(planes).active == "sagittal"
    voi = now(planes).voi
    assert voi is not None
    assert voi != before
    assert all(scene_of(planes, name).view.voi == voi for name in PLANE_NAMES), "one window for all planes"
    qtbot.keyClick(view, Qt.Key.Key_I)
    assert scene_of(planes, "coronal").view.inverted
    session.window.actions_by_id["colours-hot-iron"].trigger()
    assert scene_of(planes, "axial").view.colours == "hot-iron"
    fitted = scene_of(planes, "sagittal").view
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert scene_of(planes, "sagittal").view.zoom is not None
    assert scene_of(planes, "axial").view.zoom is None
    qtbot.keyClick(view, Qt.Key.Key_F)
    assert scene_of(planes, "sagittal").view == fitted
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert now(planes).voi is None
    assert session.viewer is not None
    assert session.viewer.undo_label == "reset of the planes"
    assert session.viewer.active.scene is not None
    assert not session.viewer.active.scene.view.inverted, "the images behind stay as they were"


def test_that_the_foot_says_what_is_under_the_pointer(planes: Planes, session: Session) -> None:
    view = pane(planes, "coronal")
    at = QPointF(view.width() / 2 + 30, view.height() / 2 + 10)
    move(view, at)
    words = session.window.strip.probe.text()
    x, y, z = lps_under(planes, "coronal", at)
    assert words.startswith("x ")
    assert " HU · " in words
    assert abs(y - now(planes).cross_lps[1]) < 1e-6
    assert f"{'L' if x > 0 else 'R'} " in words
    assert f"{'H' if z > 0 else 'F'} " in words


def test_that_a_double_click_gives_a_plane_all_the_room_and_esc_goes_back_step_by_step(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    view = pane(planes, "coronal")
    qtbot.mouseDClick(view, LEFT, NONE, QPoint(12, 60))
    assert [pane(planes, name).isVisible() for name in PLANE_NAMES] == [False, False, True]
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert all(pane(planes, name).isVisible() for name in PLANE_NAMES)
    assert is_shown(planes)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not is_shown(planes)
    assert session.window.centre.currentWidget() is session.window.grid


def test_that_the_images_follow_to_where_the_planes_met_and_planes_come_back_as_they_were(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    marker = volume("axial").marker_lps
    presenter_of(planes).cross_to(marker)
    start = turn_handle(planes, "axial", "coronal")
    drag(qtbot, session, pane(planes, "axial"), start, turned_handle(planes, start, 20.0))
    kept = now(planes)
    qtbot.keyClick(session.window.pane, Qt.Key.Key_Escape)
    settle(qtbot, session)
    assert session.pane is not None
    assert session.pane.scene is not None
    assert session.pane.scene.position[0] - 1 == volume("axial").marker_kji[0]
    qtbot.keyClick(session.window.pane, Qt.Key.Key_F3)
    settle(qtbot, session)
    assert now(planes) == kept


def test_that_planes_come_back_through_the_image_one_has_scrolled_to_meanwhile(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    presenter_of(planes).cross_to(volume("axial").marker_lps)
    start = turn_handle(planes, "axial", "coronal")
    drag(qtbot, session, pane(planes, "axial"), start, turned_handle(planes, start, 20.0))
    kept = now(planes)
    qtbot.keyClick(session.window.pane, Qt.Key.Key_Escape)
    settle(qtbot, session)
    assert session.pane is not None
    session.pane.go_to(1)
    settle(qtbot, session)
    assert session.pane.scene is not None
    image = session.pane.scene.frame.plane
    assert image is not None
    qtbot.keyClick(session.window.pane, Qt.Key.Key_F3)
    settle(qtbot, session)
    assert now(planes).cross_lps == pytest.approx((*kept.cross_lps[:2], image.origin_lps[2]))
    assert now(planes).cross_lps[2] != kept.cross_lps[2]
    assert now(planes).coronal.normal_lps == kept.coronal.normal_lps
    qtbot.keyClick(session.window.pane, Qt.Key.Key_Escape)
    settle(qtbot, session)
    session.pane.go_to(4)
    settle(qtbot, session)
    session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
    assert is_shown(planes)
    assert now(planes).cross_lps == pytest.approx(volume("axial").marker_lps), "what is taken back is as it was"


def test_that_undoing_while_images_are_shown_brings_the_planes_back(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    before = now(planes)
    start = lying(planes, "axial").cross
    drag(qtbot, session, pane(planes, "axial"), start, start + QPointF(30, 0))
    qtbot.keyClick(session.window.pane, Qt.Key.Key_Escape)
    session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
    assert planes.is_shown
    assert now(planes) == before


def test_that_another_series_chosen_in_the_browser_is_cut_next(qtbot: QtBot, session: Session, planes: Planes) -> None:
    session.window.actions_by_id["next-series"].trigger()
    settle(qtbot, session)
    opened = planes.joined.opened
    assert opened is not None
    assert "coronal" in opened.stack.frames[0].instance.series_description.casefold()
    assert np.array_equal(opened.volume.array_kji, volume("coronal").hu_kji)
    for name in ("planes-snap", "voxels-nearest"):
        session.window.actions_by_id[name].trigger()
    presenter_of(planes).cross_to(volume("coronal").marker_lps)
    settle(qtbot, session)
    assert value_at(scene_of(planes, "coronal"), volume("coronal").marker_lps) == MARKER_HU


def test_that_planes_pass_through_the_marker_of_a_tilted_gantry(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([small_study(tmp_path / "study", "tilted")])
        settle(qtbot, session)
        session.window.actions_by_id["planes"].trigger()
        settle(qtbot, session)
        found = session.findChild(Planes)
        assert isinstance(found, Planes)
        for name in ("planes-snap", "voxels-nearest"):
            session.window.actions_by_id[name].trigger()
        presenter_of(found).cross_to(volume("tilted").marker_lps)
        settle(qtbot, session)
        assert value_at(scene_of(found, "axial"), volume("tilted").marker_lps) == MARKER_HU


def test_that_a_single_image_is_refused_in_words_and_esc_goes_back(qtbot: QtBot, tmp_path: Path) -> None:
    paths = volume("axial").write(tmp_path / "study")
    for path in paths[1:]:
        path.unlink()
    with running_session(qtbot, tmp_path) as session:
        session.open([tmp_path / "study"])
        settle(qtbot, session)
        session.window.actions_by_id["planes"].trigger()
        settle(qtbot, session)
        found = session.findChild(Planes)
        assert isinstance(found, Planes)
        message = pane(found, "axial").message
        assert message.isVisible()
        assert "no third dimension" in message.text()
        assert "Esc" in message.text()
        assert not found.joined.area.bar.thickness.isEnabled()
        session.window.actions_by_id["zoom-in"].trigger()  # nothing to zoom, and nothing breaks
        qtbot.keyClick(session.window.pane, Qt.Key.Key_Escape)
        assert not found.is_shown


def test_that_without_a_study_planes_say_what_to_do(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.window.actions_by_id["planes"].trigger()
        found = session.findChild(Planes)
        assert isinstance(found, Planes)
        assert not found.is_shown
        assert not session.window.actions_by_id["planes"].isChecked()
        assert session.window.centre.currentWidget() is session.window.empty


def test_that_commands_for_images_say_so_and_layouts_lead_back(qtbot: QtBot, session: Session, planes: Planes) -> None:
    session.window.actions_by_id["cine"].trigger()
    assert is_shown(planes)
    words = " ".join(label.text() for label in session.window.notes.findChildren(QLabel))
    assert "“Cine” works on images" in words
    session.window.actions_by_id["layout-1x2"].trigger()
    settle(qtbot, session)
    assert not is_shown(planes)
    assert session.window.grid.grid.count == 2
    assert all(not session.window.actions_by_id[name].isEnabled() for name in OF_PLANES)


def test_that_the_bar_and_the_menu_change_the_slab_and_what_is_between_voxels(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    bar = planes.joined.area.bar
    pane(planes, "coronal").pressed.emit()
    bar.thickness.setValue(4.0)
    bar.projection.setCurrentIndex(2)
    bar.projection.activated.emit(2)
    settle(qtbot, session)
    slab = now(planes).coronal.slab
    assert (slab.thickness_mm, slab.projection) == (4.0, "mean")
    assert now(planes).axial.slab.is_thin
    session.window.actions_by_id["slab-everywhere"].trigger()
    assert now(planes).axial.slab == slab
    pane(planes, "coronal").setFocus()
    qtbot.keyClick(pane(planes, "coronal"), Qt.Key.Key_Greater)
    assert now(planes).coronal.slab.thickness_mm == 5.0
    session.window.actions_by_id["slab-minip"].trigger()
    assert now(planes).coronal.slab.projection == "minip"
    session.window.actions_by_id["voxels-nearest"].trigger()
    assert now(planes).interpolation == "nearest"
    assert bar.interpolation.currentData() == "nearest"
    assert session.window.actions_by_id["voxels-nearest"].isChecked()
    settle(qtbot, session)


def test_that_lines_are_hidden_with_the_key_of_reference_lines(qtbot: QtBot, planes: Planes) -> None:
    view = pane(planes, "axial")
    view.setFocus()
    at = on_line(planes, "axial", "coronal", 0.3)
    qtbot.keyClick(view, Qt.Key.Key_X)
    guides = scene_of(planes, "axial").guides
    assert guides is not None
    assert guides.lines == ()
    move(view, at)
    assert not view.testAttribute(Qt.WidgetAttribute.WA_SetCursor), "what is not seen cannot be taken"
    qtbot.keyClick(view, Qt.Key.Key_X)
    move(view, at)
    assert view.cursor().shape() == Qt.CursorShape.SizeVerCursor


def test_that_shift_and_the_pointer_move_the_planes_to_a_place(qtbot: QtBot, session: Session, planes: Planes) -> None:
    view = pane(planes, "coronal")
    at = QPointF(view.width() / 2 + 25, view.height() / 2 - 10)
    there = lps_under(planes, "coronal", at)
    move(view, at, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, session)
    assert now(planes).cross_lps == pytest.approx(there)
    assert session.viewer is not None
    assert session.viewer.undo_label == "", "pointing is no step"


def test_that_the_copied_command_cuts_the_plane_that_is_seen(
    qtbot: QtBot, session: Session, planes: Planes, tmp_path: Path
) -> None:
    start = turn_handle(planes, "axial", "coronal")
    drag(qtbot, session, pane(planes, "axial"), start, turned_handle(planes, start, 20.0))
    presenter_of(planes).activate("sagittal")
    planes.joined.area.bar.thickness.setValue(6.0)
    presenter_of(planes).cross_to(volume("axial").marker_lps)
    settle(qtbot, session)
    session.window.actions_by_id["copy-command"].trigger()
    line = QApplication.clipboard().text().splitlines()[-1]
    words = shlex.split(line)
    assert words[:4] == ["workstation", "--batch", "3d", "mpr"]
    target = tmp_path / "plane.png"
    assert main([*words[2:-1], str(target)]) == 0
    written = cv2.imread(str(target), cv2.IMREAD_COLOR)
    assert written is not None
    view, opened = now(planes), planes.joined.opened
    assert opened is not None
    plane, size_px = oblique_plane(opened.volume.grid, view.sagittal.normal_lps, view.cross_lps)
    frame = opened.reslicer.frame(plane, size_px, slab=view.sagittal.slab)
    seen = scene_of(planes, "sagittal")
    expected = render(frame, View(voi=seen.renderer.voi(seen.view)), size_px)
    assert written.shape == expected.shape
    assert int(cv2.absdiff(written[..., ::-1].copy(), expected).max()) <= 1


def test_that_the_copied_command_of_a_rolled_turned_inverted_plane_makes_the_pixels_that_are_seen(
    qtbot: QtBot, session: Session, planes: Planes, tmp_path: Path
) -> None:
    start = turn_handle(planes, "axial", "coronal")
    drag(qtbot, session, pane(planes, "axial"), start, turned_handle(planes, start, 20.0))
    rolled = planes_view.line_turned(now(planes), "coronal", "axial", 25.0)
    presenter_of(planes).do(rolled, "turn")
    presenter_of(planes).activate("sagittal")
    for name in ("invert", "rotate-right", "flip-h", "voxels-cubic"):
        session.window.actions_by_id[name].trigger()
    settle(qtbot, session)
    session.window.actions_by_id["copy-command"].trigger()
    words = shlex.split(QApplication.clipboard().text().splitlines()[-1])
    target = tmp_path / "plane.png"
    assert main([*words[2:-1], str(target)]) == 0
    written = cv2.imread(str(target), cv2.IMREAD_COLOR)
    assert written is not None
    view, seen, opened = now(planes), scene_of(planes, "sagittal"), planes.joined.opened
    assert opened is not None
    look = view.sagittal
    plane, size_px = oblique_plane(
        opened.volume.grid, look.normal_lps, view.cross_lps, along_row_lps=look.along_row_lps
    )
    shown = seen.frame.plane
    assert shown is not None
    for one, other in ((plane.along_row_lps, shown.along_row_lps), (plane.along_column_lps, shown.along_column_lps)):
        assert one == pytest.approx(other, abs=1e-9), "it lies as the picture in the window"
    frame = opened.reslicer.frame(plane, size_px, interpolation="cubic")
    turned = replace(seen.view, voi=seen.renderer.voi(seen.view), zoom=None, centre_px=None, fitted_px=None)
    expected = render(frame, turned, (size_px[1], size_px[0]))
    assert seen.view.inverted
    assert seen.view.rotation_quarters % 4 == 1
    assert written.shape == expected.shape
    assert int(cv2.absdiff(written[..., ::-1].copy(), expected).max()) <= 1


def test_that_a_pane_follows_the_cross_hair_that_would_leave_it(qtbot: QtBot, session: Session, planes: Planes) -> None:
    view = pane(planes, "coronal")
    view.setFocus()
    presenter_of(planes).activate("coronal")
    for _ in range(12):
        qtbot.keyClick(view, Qt.Key.Key_Plus)
    x, y, z = volume("axial").positions_lps[0].tolist()
    presenter_of(planes).cross_to((x, y, z))
    settle(qtbot, session)
    cross = lying(planes, "coronal").cross
    assert abs(cross.x() - view.width() / 2) < 30
    assert abs(cross.y() - view.height() / 2) < 30


def test_that_another_series_of_the_frame_of_reference_is_looked_at_where_the_last_one_was(
    qtbot: QtBot, tmp_path: Path
) -> None:
    first = volume("axial")
    first.write(tmp_path / "study" / "one")
    for number, dataset in enumerate(volume("axial").datasets):
        dataset.SeriesInstanceUID, dataset.SOPInstanceUID = "2.25.77", f"2.25.77.{number}"
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.SeriesNumber = 99
        save(dataset, tmp_path / "study" / "two" / f"{number}.dcm")
    with running_session(qtbot, tmp_path) as session:
        session.open([tmp_path / "study"])
        settle(qtbot, session)
        session.window.actions_by_id["planes"].trigger()
        settle(qtbot, session)
        found = session.findChild(Planes)
        assert isinstance(found, Planes)
        presenter_of(found).cross_to(first.marker_lps)
        presenter_of(found).do(planes_view.line_turned(now(found), "axial", "coronal", 15.0), "turn")
        settle(qtbot, session)
        before = now(found)
        session.window.actions_by_id["next-series"].trigger()
        settle(qtbot, session)
        assert now(found).volume != before.volume
        assert (now(found).cross_lps, now(found).coronal) == (before.cross_lps, before.coronal)


def test_that_the_bar_leaves_fields_out_where_it_is_narrow_and_never_makes_the_window_wider(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    bar, window = planes.joined.area.bar, session.window
    window.resize(1300, 760)
    settle(qtbot, session)
    assert bar.interpolation.isVisible()
    window.resize(760, 560)
    settle(qtbot, session)
    assert window.width() == 760
    assert not bar.interpolation.isVisible()
    assert bar.close_button.isVisible()
    assert bar.close_button.geometry().right() < bar.width()
    window.resize(1300, 760)
    settle(qtbot, session)
    assert bar.interpolation.isVisible()


def test_that_ended_numbers_and_fields_that_go_away_give_the_keys_back_to_the_picture(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    area, bar, notes = planes.joined.area, planes.joined.area.bar, session.window.notes
    for field in (bar.projection, bar.interpolation, bar.lock, bar.is_for_all):
        assert not field.focusPolicy() & Qt.FocusPolicy.ClickFocus, "a click leaves the keys to the picture"
    bar.thickness.setFocus()
    bar.thickness.selectAll()
    qtbot.keyClicks(bar.thickness, "7.5")
    qtbot.keyClick(bar.thickness, Qt.Key.Key_Return)
    settle(qtbot, session)
    assert now(planes).axial.slab.thickness_mm == 7.5
    assert area.active.hasFocus()
    assert not [label for label in notes.findChildren(QLabel) if "annotation" in label.text()], "Return is no other key"
    bar.lock.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(bar.lock, Qt.Key.Key_Escape)
    assert area.active.hasFocus()
    assert planes.is_shown, "Esc leaves the bar first"
    bar.show_uneven(is_uneven=True, is_as_taken=False)
    bar.as_taken.setFocus(Qt.FocusReason.TabFocusReason)
    bar.show_uneven(is_uneven=False, is_as_taken=False)
    assert area.active.hasFocus(), "not the button that closes the planes"
    bar.lock.setFocus(Qt.FocusReason.TabFocusReason)
    bar.show_view(None)
    assert area.active.hasFocus()


def test_that_choosing_what_of_a_slab_is_seen_makes_a_slab(qtbot: QtBot, session: Session, planes: Planes) -> None:
    bar = planes.joined.area.bar
    bar.projection.setCurrentIndex(bar.projection.findData("minip"))
    bar.projection.activated.emit(bar.projection.currentIndex())
    settle(qtbot, session)
    assert now(planes).axial.slab == Slab(10.0, "minip")
    assert now(planes).coronal.slab.is_thin
    bar.is_for_all.setChecked(True)
    bar.projection.setCurrentIndex(bar.projection.findData("mean"))
    bar.projection.activated.emit(bar.projection.currentIndex())
    assert {now(planes).plane(name).slab for name in PLANE_NAMES} == {Slab(10.0, "mean")}


def test_that_tool_tips_of_the_bar_name_the_keys_that_do_the_same(planes: Planes, session: Session) -> None:
    bar, window = planes.joined.area.bar, session.window
    assert bar.reset.toolTip() == "Reset the planes  (Space)"
    assert bar.volume.toolTip().endswith("  (Shift+F4)")
    assert bar.curved.toolTip().endswith("  (Shift+F3)")
    assert bar.close_button.toolTip() == "Back to the images  (Esc, F3)"
    assert bar.thickness.toolTip().endswith("  (< >)")
    window.keymap = window.keymap.with_keys("reset", ("Shift+F7",))
    window.keys_changed.emit()
    assert bar.reset.toolTip() == "Reset the planes  (Shift+F7)"


def test_that_a_volume_that_was_read_is_said_to_be_cut_and_not_to_be_read(
    qtbot: QtBot, session: Session, planes: Planes, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, view, area = planes.joined.opened, now(planes), planes.joined.area
    assert opened is not None
    presenter = presenter_of(planes)
    presenter.say(Message("Reading the volume …", "3 of 9 slices are read."))
    assert not area.active.message.isHidden()
    monkeypatch.setattr(presenter, "_want_cuts", lambda: ())
    presenter.open(opened, view, first_voi=None)
    for name in PLANE_NAMES:
        assert area.panes[name].message.isHidden()
        assert area.panes[name].isVisible(), "each says that it is cut"


def test_that_planes_are_turned_by_keys_as_one_step(qtbot: QtBot, session: Session, planes: Planes) -> None:
    before, held = now(planes), Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    for _press in range(3):
        qtbot.keyClick(pane(planes, "axial"), Qt.Key.Key_Right, held)
    qtbot.keyClick(pane(planes, "axial"), Qt.Key.Key_Left, held)
    settle(qtbot, session)
    for name in ("coronal", "sagittal"):
        share = dot(now(planes).plane(name).normal_lps, before.plane(name).normal_lps)
        assert math.degrees(math.acos(share)) == pytest.approx(2.0)
    assert now(planes).cross_lps == before.cross_lps
    session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
    assert now(planes) == before, "presses that follow each other are one step"
    planes.joined.area.bar.lock.click()
    qtbot.keyClick(pane(planes, "axial"), Qt.Key.Key_Left, held | Qt.KeyboardModifier.AltModifier)
    settle(qtbot, session)
    turned = [name for name in PLANE_NAMES if now(planes).plane(name).normal_lps != before.plane(name).normal_lps]
    assert turned == [planes_view.others("axial")[1]]
