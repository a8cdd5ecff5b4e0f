"""Paths drawn in the planes with the mouse, and what is seen along them."""

import json
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from tests.gui.test_planes import drag, lps_under, move, pane, presenter_of, scene_of
from workstation.batch.main import main
from workstation.display.letters import edge_letters
from workstation.gui.canvas.drawn import to_screen
from workstation.gui.canvas.pane import Pane
from workstation.gui.canvas.scene import Scene
from workstation.gui.features.curved import OF_PATHS, Curved
from workstation.gui.features.planes import Planes
from workstation.gui.panels.curved.joining import JoinedCurved
from workstation.gui.session import Session
from workstation.model.geometry import Vector, lps_to_image
from workstation.phantoms.small import volume
from workstation.volume.curved.drawn_paths import DrawnPath
from workstation.volume.curved.view import in_order
from workstation.volume.cutting.standard_planes import PlaneName
from workstation.volume.path_files import read_path, write_path
from workstation.volume.paths import path_through
from workstation.volume.planes.planes_view import PLANE_NAMES

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as running:
        running.open([small_study(tmp_path / "study", "axial")])
        settle(qtbot, running)
        yield running


@pytest.fixture
def curved(qtbot: QtBot, session: Session) -> JoinedCurved:
    """Open it with its key, from the images."""
    session.window.pane.setFocus()
    qtbot.keyClick(session.window.pane, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, session)
    found = session.findChild(Curved)
    assert isinstance(found, Curved)
    assert found.is_shown
    return found.joined


def planes_of(session: Session) -> Planes:
    found = session.findChild(Planes)
    assert isinstance(found, Planes)
    return found


def at(session: Session, name: PlaneName, right: float, down: float) -> QPointF:
    view = pane(planes_of(session), name)
    return QPointF(round(view.width() * right), round(view.height() * down))


def click(qtbot: QtBot, session: Session, name: PlaneName, place: QPointF) -> Vector:
    """Click in a plane, and give the place in the patient."""
    planes = planes_of(session)
    found = lps_under(planes, name, place)
    move(pane(planes, name), place)
    qtbot.mouseClick(pane(planes, name), LEFT, NONE, place.toPoint())
    settle(qtbot, session)
    return found


def drawn(qtbot: QtBot, session: Session) -> tuple[Vector, ...]:
    """Draw a path of three points in the axial plane, ended with Enter."""
    points = tuple(
        click(qtbot, session, "axial", at(session, "axial", *share)) for share in ((0.3, 0.4), (0.45, 0.6), (0.7, 0.45))
    )
    qtbot.keyClick(pane(planes_of(session), "axial"), Qt.Key.Key_Return)
    settle(qtbot, session)
    return points


def path_of(curved: JoinedCurved) -> DrawnPath:
    path = curved.drawing.path
    assert path is not None
    return path


def picture(curved: JoinedCurved) -> Scene:
    scene = curved.area.picture.scene
    assert scene is not None
    return scene


def on_screen(view: Pane, point_lps: Vector) -> QPointF:
    scene = view.scene
    assert scene is not None
    assert scene.frame.plane is not None
    points, _away = lps_to_image(scene.frame.plane, [point_lps])
    return to_screen(scene, view.size_px, view.devicePixelRatioF())((float(points[0][0]), float(points[0][1])))


def in_picture(curved: JoinedCurved, at_mm: float) -> QPointF:
    """Give where the path is in the picture, at a length along it."""
    made, view = curved.presenter.made, curved.area.picture
    assert made is not None
    row = made.row_at(at_mm)
    return to_screen(picture(curved), view.size_px, view.devicePixelRatioF())((float(made.layout.path_column[0]), row))


def on_path(curved: JoinedCurved, at_mm: float) -> Vector:
    """Give the place at a length along the path."""
    points = in_order(path_of(curved).points_lps, curved.presenter.view.kind)
    x, y, z = path_through(points, step_mm=0.02).at(at_mm).point_lps
    return float(x), float(y), float(z)


def turn_wheel(view: Pane, notches: int) -> None:
    middle = QPointF(view.rect().center())
    angle, none = QPoint(0, 120 * notches), Qt.MouseButton.NoButton
    phase = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(middle, view.mapToGlobal(middle), QPoint(), angle, none, NONE, phase, False)
    QApplication.sendEvent(view, event)


def test_that_the_key_opens_it_beside_the_planes_and_says_how_a_path_is_drawn(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    assert planes_of(session).is_shown
    assert curved.area.isVisible()
    assert "There is no path yet." in curved.area.picture.message.text()
    assert curved.bar.draw.isChecked(), "the first click sets a point"
    click(qtbot, session, "axial", at(session, "axial", 0.3, 0.4))
    assert "needs two points" in curved.area.picture.message.text()
    qtbot.keyClick(session.window.pane, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert not curved.area.isVisible()
    assert planes_of(session).is_shown
    assert not session.window.actions_by_id["curved"].isChecked()
    assert not any(session.window.actions_by_id[name].isEnabled() for name in OF_PATHS)


def test_that_clicks_set_points_in_different_planes_and_a_double_click_ends(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    first = click(qtbot, session, "axial", at(session, "axial", 0.3, 0.4))
    second = click(qtbot, session, "coronal", at(session, "coronal", 0.5, 0.65))
    view, last = pane(planes_of(session), "sagittal"), at(session, "sagittal", 0.6, 0.55)
    third = lps_under(planes_of(session), "sagittal", last)
    qtbot.mousePress(view, LEFT, NONE, last.toPoint())
    qtbot.mouseRelease(view, LEFT, NONE, last.toPoint())
    qtbot.mouseDClick(view, LEFT, NONE, last.toPoint())
    settle(qtbot, session)
    assert not curved.drawing.is_drawing
    for point, expected in zip(path_of(curved).points_lps, (first, second, third), strict=True):
        assert point == pytest.approx(expected)
    made = curved.presenter.made
    assert made is not None
    assert made.path.length_mm == pytest.approx(path_through([first, second, third], step_mm=0.01).length_mm, rel=1e-4)
    assert f"path of {made.path.length_mm:.1f} mm" in picture(curved).guides.words  # type: ignore[union-attr]


def test_that_the_picture_has_the_values_of_the_volume_along_the_path(
    qtbot: QtBot, session: Session, curved: JoinedCurved, tmp_path: Path
) -> None:
    small = volume("axial")
    session.window.actions_by_id["voxels-nearest"].trigger()
    x, y, z = small.marker_lps
    curved.drawing.end()
    file = tmp_path / "path.txt"
    write_path(file, [(x - 8, y, z), (x + 6, y, z)])
    curved.files.open(file)
    settle(qtbot, session)
    made = curved.presenter.made
    assert made is not None
    values = made.frame.modality_values()
    row = round(made.row_at(8.0))
    assert values[row, round(made.layout.path_column[row])] == values.max() == 1000
    assert path_of(curved).file == str(file)


def test_that_the_path_is_seen_in_all_planes_solid_where_it_is_near(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    drawn(qtbot, session)
    for name in PLANE_NAMES:
        trace = scene_of(planes_of(session), name).traces[0]
        assert trace.id == path_of(curved).id
        assert len(trace.knots) == 3
        assert all(knot.is_near for knot in trace.knots) == (name == "axial")
    presenter_of(planes_of(session)).scroll(6, "axial")
    settle(qtbot, session)
    trace = scene_of(planes_of(session), "axial").traces[0]
    assert not any(knot.is_near for knot in trace.knots)
    assert not any(run.is_near for run in trace.runs)


def test_that_a_point_is_dragged_and_the_picture_follows_and_it_is_one_step(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    points = drawn(qtbot, session)
    before = curved.presenter.made
    assert before is not None
    view = pane(planes_of(session), "axial")
    start = on_screen(view, points[1])
    end = start + QPointF(0, 40)
    expected = lps_under(planes_of(session), "axial", end)
    drag(qtbot, session, view, start, end)
    assert path_of(curved).points_lps[1] == pytest.approx(expected, abs=0.6)
    assert path_of(curved).points_lps[::2] == points[::2]
    made = curved.presenter.made
    assert made is not None
    assert made.path.length_mm > before.path.length_mm
    assert not made.wish.is_draft
    session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
    assert path_of(curved).points_lps == points
    session.window.actions_by_id["redo"].trigger()
    settle(qtbot, session)
    assert path_of(curved).points_lps[1] == pytest.approx(expected, abs=0.6)


def test_that_a_click_on_the_curve_puts_a_point_there_and_a_right_click_takes_it_away(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    points = drawn(qtbot, session)
    course = curved.presenter.course
    assert course is not None
    place = course.place(course.nearest(points[1])[0] / 2)
    view = pane(planes_of(session), "axial")
    spot = on_screen(view, place)
    click(qtbot, session, "axial", spot)
    assert len(path_of(curved).points_lps) == 4
    assert path_of(curved).points_lps[1] == pytest.approx(place, abs=0.6)
    qtbot.mouseClick(view, RIGHT, NONE, spot.toPoint())
    settle(qtbot, session)
    assert path_of(curved).points_lps == points
    assert QApplication.activePopupWidget() is None


def test_that_delete_takes_away_the_point_under_the_pointer_and_the_last_one_while_drawing(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    view = pane(planes_of(session), "axial")
    click(qtbot, session, "axial", at(session, "axial", 0.3, 0.4))
    click(qtbot, session, "axial", at(session, "axial", 0.7, 0.6))
    move(view, at(session, "axial", 0.5, 0.2))
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert len(path_of(curved).points_lps) == 1
    click(qtbot, session, "axial", at(session, "axial", 0.7, 0.6))
    click(qtbot, session, "axial", at(session, "axial", 0.7, 0.3))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    settle(qtbot, session)
    assert planes_of(session).is_shown, "Esc only ends the path"
    points = path_of(curved).points_lps
    move(view, on_screen(view, points[0]))
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    settle(qtbot, session)
    assert path_of(curved).points_lps == points[1:]


def test_that_the_wheel_goes_along_the_path_and_the_planes_and_sections_follow(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    drawn(qtbot, session)
    presenter = presenter_of(planes_of(session))
    curved.presenter.go_to(4.0)
    settle(qtbot, session)
    assert presenter.now is not None
    course = curved.presenter.course
    assert course is not None
    assert presenter.now.cross_lps == pytest.approx(on_path(curved, 4.0), abs=0.005)
    turn_wheel(curved.area.section_panes[1], -1)
    settle(qtbot, session)
    step = curved.presenter.at_mm - 4.0
    assert step > 0
    assert presenter.now.cross_lps == pytest.approx(on_path(curved, 4.0 + step), abs=0.005)
    middle = curved.area.section_panes[1].scene
    assert middle is not None
    assert middle.frame.plane is not None
    _points, away = lps_to_image(middle.frame.plane, [presenter.now.cross_lps])
    assert abs(float(away[0])) < 1e-6, "the planes meet on the cross-section that is in the middle"
    assert "Beyond the end" not in curved.area.section_panes[1].message.text()
    before = course.nearest(presenter.now.cross_lps)[0]
    curved.area.picture.setFocus()
    assert curved.is_active
    qtbot.keyClick(curved.area.picture, Qt.Key.Key_Home)
    settle(qtbot, session)
    assert before > 0
    assert curved.presenter.at_mm == 0
    assert "Beyond the end" in curved.area.section_panes[0].message.text()


def test_that_a_click_and_a_drag_of_the_line_in_the_picture_move_the_cross_hair(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    drawn(qtbot, session)
    view = curved.area.picture
    qtbot.mouseClick(view, LEFT, NONE, in_picture(curved, 3.0).toPoint())
    settle(qtbot, session)
    assert curved.presenter.at_mm == pytest.approx(3.0, abs=0.3)
    trace = picture(curved).traces[0]
    start, end = trace.runs[0].points_px
    on_line = to_screen(picture(curved), view.size_px, view.devicePixelRatioF())(((start[0] + end[0]) / 2, start[1]))
    further = on_line + in_picture(curved, 9.0) - in_picture(curved, 3.0)
    drag(qtbot, session, view, on_line, further)
    assert curved.presenter.at_mm == pytest.approx(9.0, abs=0.5)
    now = presenter_of(planes_of(session)).now
    course = curved.presenter.course
    assert now is not None
    assert course is not None
    assert now.cross_lps == pytest.approx(on_path(curved, curved.presenter.at_mm), abs=0.005)


def test_that_moving_with_shift_shows_the_place_in_the_planes(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    drawn(qtbot, session)
    made, view = curved.presenter.made, curved.area.picture
    assert made is not None
    spot = QPointF(in_picture(curved, 5.0).toPoint()) + QPointF(12, 0)
    move(view, spot, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, session)
    now = presenter_of(planes_of(session)).now
    assert now is not None
    probe = session.window.strip.probe.text()
    assert f"{curved.presenter.at_mm:.1f} mm along the path" in probe
    assert curved.presenter.at_mm == pytest.approx(5.0, abs=0.5)


def test_that_the_bar_changes_what_is_seen(qtbot: QtBot, session: Session, curved: JoinedCurved) -> None:
    drawn(qtbot, session)
    curved.bar.width_mm.setValue(20)
    settle(qtbot, session)
    made = curved.presenter.made
    assert made is not None
    spacing = made.frame.spacing.between_columns
    assert (made.layout.columns - 1) * spacing == pytest.approx(20, abs=spacing)
    straight = made.frame.pixels
    curved.bar.turn.setValue(90)
    settle(qtbot, session)
    turned = curved.presenter.made
    assert turned is not None
    assert turned.layout.across_lps == pytest.approx(turned.path.binormals_lps)
    assert not np.array_equal(turned.frame.pixels, straight)
    curved.bar.thickness.setValue(4)
    settle(qtbot, session)
    assert curved.presenter.made is not None
    assert curved.presenter.made.wish.slab.text() == "Mean 4 mm"
    for kind in ("stretched", "panorama"):
        curved.bar.kind.setCurrentIndex(curved.bar.kind.findData(kind))
        curved.bar.kind.activated.emit(curved.bar.kind.currentIndex())
        settle(qtbot, session)
        assert curved.presenter.made is not None
        assert curved.presenter.made.wish.kind == kind
        assert not curved.bar.turn.isEnabled()
    section = curved.area.section_panes[1].scene
    assert section is not None
    assert edge_letters(section.frame.plane, section.view).top.startswith("H")
    assert edge_letters(None, picture(curved).view, patient_orientation=picture(curved).orientation) == (
        "R",
        "H",
        "L",
        "F",
    )
    for _step in range(5):
        session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
    assert curved.presenter.view.kind == "straightened"
    assert curved.presenter.view.width_mm == 50


def test_that_windows_are_those_of_the_planes(qtbot: QtBot, session: Session, curved: JoinedCurved) -> None:
    drawn(qtbot, session)
    view = curved.area.picture
    start = QPointF(view.width() / 2, view.height() - 8)
    drag(qtbot, session, view, start, start + QPointF(60, 0))
    now = presenter_of(planes_of(session)).now
    assert now is not None
    assert now.voi is not None
    assert picture(curved).view.voi == now.voi == scene_of(planes_of(session), "coronal").view.voi


def test_that_a_path_outside_says_so(qtbot: QtBot, session: Session, curved: JoinedCurved, tmp_path: Path) -> None:
    write_path(tmp_path / "far.txt", [(900, 0, 0), (900, 50, 0)])
    curved.files.open(tmp_path / "far.txt")
    settle(qtbot, session)
    assert "outside the volume" in curved.area.picture.message.text()
    session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
    assert "There is no path yet." in curved.area.picture.message.text()


def test_that_a_path_is_saved_to_a_file(qtbot: QtBot, session: Session, curved: JoinedCurved, tmp_path: Path) -> None:
    points = drawn(qtbot, session)
    curved.files.save(tmp_path / "path.txt")
    for found, expected in zip(read_path(tmp_path / "path.txt"), points, strict=True):
        assert found == pytest.approx(expected, abs=1e-6)
    assert path_of(curved).file == str(tmp_path / "path.txt")


def test_that_a_double_click_gives_it_all_the_room_and_esc_takes_it_back(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    drawn(qtbot, session)
    view = curved.area.picture
    width = curved.area.width()
    qtbot.mouseDClick(view, LEFT, NONE, QPoint(20, 40))
    settle(qtbot, session)
    assert curved.area.width() > 1.8 * width
    assert not pane(planes_of(session), "axial").isVisible()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    settle(qtbot, session)
    assert curved.area.width() == width
    assert pane(planes_of(session), "axial").isVisible()


def test_that_tools_and_lines_of_the_planes_work_beside_a_path(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    drawn(qtbot, session)
    planes = planes_of(session)
    before = presenter_of(planes).now
    assert before is not None
    view = pane(planes, "axial")
    start = on_screen(view, before.cross_lps)
    drag(qtbot, session, view, start, start + QPointF(30, 20))
    assert presenter_of(planes).now is not None
    assert presenter_of(planes).now.cross_lps != before.cross_lps  # type: ignore[union-attr]
    assert len(path_of(curved).points_lps) == 3
    session.window.actions_by_id["measure-length"].trigger()
    spot = on_screen(view, path_of(curved).points_lps[0])
    drag(qtbot, session, view, spot, spot + QPointF(50, 0))
    assert len(scene_of(planes, "axial").annotations) == 1
    assert len(path_of(curved).points_lps) == 3


def test_that_paths_are_kept_with_the_open_work(qtbot: QtBot, session: Session, curved: JoinedCurved) -> None:
    points = drawn(qtbot, session)
    extra = session.open_work.extras["paths"]
    kept = extra.to_json()
    curved.drawing.remove()
    settle(qtbot, session)
    assert curved.drawing.path is None
    extra.from_json(kept)
    settle(qtbot, session)
    assert path_of(curved).points_lps == points
    assert curved.presenter.made is not None


def test_that_lengths_on_curved_planes_are_kept_with_the_open_work(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    drawn(qtbot, session)
    session.window.actions_by_id["measure-length"].trigger()
    drag(qtbot, session, curved.area.picture, in_picture(curved, 2.0), in_picture(curved, 8.0))
    before, paths = dict(picture(curved).numbers), session.open_work.extras["paths"].to_json()
    extra = session.open_work.extras["lengths on curved planes"]
    kept = json.loads(json.dumps(extra.to_json()))
    curved.drawing.remove()
    curved.drawing.bring_lengths(())
    settle(qtbot, session)
    session.open_work.extras["paths"].from_json(paths)
    extra.from_json(kept)
    settle(qtbot, session)
    assert picture(curved).numbers == before
    assert len(before) == 1


def test_that_the_volume_in_three_dimensions_and_the_curved_plane_take_turns(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    drawn(qtbot, session)
    area, actions = planes_of(session).joined.area, session.window.actions_by_id
    area.bar.volume.click()
    settle(qtbot, session)
    assert not actions["curved"].isChecked()
    assert not curved.area.isVisible()
    assert area.fourth is not curved.area
    area.bar.curved.click()
    settle(qtbot, session)
    assert area.fourth is curved.area
    assert not actions["volume-beside"].isChecked()
    assert curved.presenter.made is not None, "the path is still there"


def test_that_a_length_along_the_path_is_arc_length_and_can_be_changed_and_deleted(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    drawn(qtbot, session)
    view = curved.area.picture
    qtbot.mouseClick(view, LEFT, NONE, in_picture(curved, 1.0).toPoint())
    session.window.actions_by_id["measure-length"].trigger()
    drag(qtbot, session, view, in_picture(curved, 2.0), in_picture(curved, 8.0))
    assert list(picture(curved).numbers.values()) == [(f"{lengths(curved)[0]:.1f} mm along the path",)]
    assert lengths(curved)[0] == pytest.approx(6.0, abs=0.3)
    assert not session.window.actions_by_id["measure-length"].isChecked(), "the tool is put away"
    before = curved.presenter.at_mm
    qtbot.mouseClick(view, LEFT, NONE, in_picture(curved, 8.0).toPoint())
    assert curved.presenter.at_mm == before, "the click was about the length"
    drag(qtbot, session, view, in_picture(curved, 8.0), in_picture(curved, 6.0))
    assert lengths(curved) == pytest.approx([4.0], abs=0.4)
    curved.presenter.change("turn about the path", turn_deg=40.0)
    settle(qtbot, session)
    assert not picture(curved).annotations, "another picture"
    session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
    assert len(picture(curved).annotations) == 1
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    settle(qtbot, session)
    assert not picture(curved).annotations
    assert len(path_of(curved).points_lps) == 3


def lengths(curved: JoinedCurved) -> list[float]:
    return [abs(each.ends_mm[1][1] - each.ends_mm[0][1]) for each in curved.drawing.state.rulers]


def test_that_other_tools_say_that_they_are_not_for_curved_planes(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    drawn(qtbot, session)
    session.window.actions_by_id["measure-ellipse"].trigger()
    view = curved.area.picture
    drag(qtbot, session, view, in_picture(curved, 2.0), in_picture(curved, 6.0))
    assert not picture(curved).annotations
    assert any("lengths are measured" in each.text() for each in session.window.notes.findChildren(QLabel))
    section = curved.area.section_panes[0]
    qtbot.mouseClick(section, LEFT, NONE, section.rect().center())
    told = [each.text() for each in session.window.notes.findChildren(QLabel)]
    assert any("Nothing is measured on the small cross-sections" in each for each in told)


def test_that_the_copied_command_makes_the_picture_that_is_saved(
    qtbot: QtBot, session: Session, curved: JoinedCurved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn(qtbot, session)
    curved.area.picture.setFocus()
    curved.bar.width_mm.setValue(12)
    curved.bar.turn.setValue(30)
    settle(qtbot, session)
    session.window.actions_by_id["copy-command"].trigger()
    assert any("Save the path under that name" in each.text() for each in session.window.notes.findChildren(QLabel))
    curved.files.save(tmp_path / "path.txt")
    session.window.actions_by_id["invert"].trigger()
    curved.presenter.change("turn", rotation_quarters=1, flipped_v=True)
    curved.saving.save_picture(tmp_path / "window.png")
    settle(qtbot, session)
    session.window.actions_by_id["copy-command"].trigger()
    line = QApplication.clipboard().text().splitlines()[-1]
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line)
    assert main(words[words.index("3d") :]) == 0
    ours, theirs = (cv2.imread(str(tmp_path / name), cv2.IMREAD_GRAYSCALE) for name in ("window.png", "curved.png"))
    assert ours is not None
    assert theirs is not None
    assert ours.shape == theirs.shape
    # The file has six digits a coordinate, so that a value may be rounded the other way.
    assert np.abs(ours.astype(int) - theirs.astype(int)).max() <= 2
    presenter = curved.saving._planes
    assert "--keep-uneven" not in words
    assert presenter.opened is not None
    presenter.opened = replace(presenter.opened, is_as_taken=True)
    assert "--keep-uneven" in curved.saving.words()


@pytest.mark.parametrize("command", ["curved-dicom", "curved-sections"])
def test_that_it_is_saved_as_a_series_of_the_study(
    qtbot: QtBot, session: Session, curved: JoinedCurved, command: str
) -> None:
    points = drawn(qtbot, session)
    session.window.actions_by_id[command].trigger()
    settle(qtbot, session)
    study = session.workspace.patients[0].studies[0]
    assert len(study.series) == 2
    made = curved.presenter.made
    assert made is not None
    instances = [ref.instance for series in study.series[1:] for stack in series.stacks for ref in stack.frames]
    expected = 1 if command == "curved-dicom" else int(made.path.length_mm / 5) + 1
    assert len(instances) == expected
    header = pydicom.dcmread(instances[0].place.path)
    assert header.ImageType[:2] == ["DERIVED", "SECONDARY"]
    assert ",".join(f"{value:.2f}" for value in points[0]) in header.ImageComments
    assert ("ImagePositionPatient" in header) == (command == "curved-sections")
    values = header.pixel_array * float(header.get("RescaleSlope", 1)) + float(header.get("RescaleIntercept", 0))
    if command == "curved-dicom":
        assert np.abs(values - made.frame.modality_values()).max() <= 1


def test_that_each_volume_has_its_own_paths_and_drawing_ends_with_the_volume(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as running:
        running.open([small_study(tmp_path / "study", "axial", "coronal")])
        settle(qtbot, running)
        running.window.actions_by_id["curved"].trigger()
        settle(qtbot, running)
        found = running.findChild(Curved)
        assert isinstance(found, Curved)
        joined = found.joined
        points = drawn(qtbot, running)
        qtbot.keyClick(pane(planes_of(running), "axial"), Qt.Key.Key_PageDown)
        settle(qtbot, running)
        assert joined.drawing.path is None
        assert not joined.drawing.is_drawing
        assert "begins one" in joined.area.picture.message.text()
        qtbot.keyClick(pane(planes_of(running), "axial"), Qt.Key.Key_PageUp)
        settle(qtbot, running)
        assert path_of(joined).points_lps == points
        assert joined.presenter.made is not None


def test_that_a_path_in_the_making_is_given_up_when_the_images_come_back(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    click(qtbot, session, "axial", at(session, "axial", 0.3, 0.4))
    session.window.actions_by_id["planes"].trigger()
    settle(qtbot, session)
    assert not curved.drawing.is_drawing
    assert curved.drawing.path is None
    session.window.actions_by_id["planes"].trigger()
    settle(qtbot, session)
    assert curved.area.isVisible(), "it comes back beside the planes"


def test_that_a_drag_with_alt_turns_about_the_path(qtbot: QtBot, session: Session, curved: JoinedCurved) -> None:
    drawn(qtbot, session)
    view = curved.area.picture
    middle = QPointF(view.rect().center())
    drag(qtbot, session, view, middle, middle + QPointF(40, 0), Qt.KeyboardModifier.AltModifier)
    assert curved.presenter.view.turn_deg == pytest.approx(20, abs=1)
    assert curved.bar.turn.value() == round(curved.presenter.view.turn_deg)
    made = curved.presenter.made
    assert made is not None
    assert made.wish.turn_deg == curved.presenter.view.turn_deg
    session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
    assert curved.presenter.view.turn_deg == 0
