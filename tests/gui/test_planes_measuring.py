"""Measuring on planes with the tools of the images."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from tests.gui.test_planes import drag, is_shown, lps_under, move, now, pane, presenter_of, scene_of
from workstation.gui.canvas.drawn import lay_out
from workstation.gui.features.planes import Planes
from workstation.gui.session import Session
from workstation.measure.measuring import measured
from workstation.measure.words import lines_of
from workstation.model.annotation import Annotation
from workstation.phantoms.small import volume
from workstation.volume import planes_view
from workstation.volume.standard_planes import PlaneName


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as running:
        running.open([small_study(tmp_path / "study", "axial")])
        settle(qtbot, running)
        running.window.actions_by_id["planes"].trigger()
        settle(qtbot, running)
        yield running


@pytest.fixture
def planes(session: Session) -> Planes:
    found = session.findChild(Planes)
    assert isinstance(found, Planes)
    return found


def only(planes: Planes, name: PlaneName) -> Annotation:
    (found,) = scene_of(planes, name).annotations
    return found


def draw(
    qtbot: QtBot, session: Session, planes: Planes, tool: str, name: PlaneName, start: QPointF, end: QPointF
) -> None:
    """Take a tool and drag it over a plane."""
    session.window.actions_by_id[tool].trigger()
    drag(qtbot, session, pane(planes, name), start, end)


def test_that_a_length_on_a_turned_plane_is_that_of_its_ends_in_the_patient(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    presenter_of(planes).do(planes_view.line_turned(now(planes), "axial", "coronal", 25.0), "turn")
    settle(qtbot, session)
    view = pane(planes, "coronal")
    start, end = QPointF(60, 80), QPointF(view.width() - 80, 140)
    true_mm = math.dist(lps_under(planes, "coronal", start), lps_under(planes, "coronal", end))
    draw(qtbot, session, planes, "measure-length", "coronal", start, end)
    made = only(planes, "coronal")
    assert scene_of(planes, "coronal").numbers[made.id] == (f"{true_mm:.1f} mm",)
    assert session.viewer is not None
    assert session.viewer.undo_label == "length"
    assert session.viewer.now.marking.annotations == (), "it is on no image"
    session.window.actions_by_id["undo"].trigger()
    assert scene_of(planes, "coronal").annotations == ()
    session.window.actions_by_id["redo"].trigger()
    assert only(planes, "coronal") == made


def test_that_a_region_has_the_numbers_of_the_one_measuring_function_on_the_pixels_of_the_plane(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    view = pane(planes, "axial")
    middle = QPointF(view.width() / 2, view.height() / 2)
    draw(qtbot, session, planes, "measure-rectangle", "axial", middle - QPointF(90, 70), middle - QPointF(20, 20))
    made, scene = only(planes, "axial"), scene_of(planes, "axial")
    assert scene.numbers[made.id] == lines_of(measured(made, scene.frame))
    assert any(line.startswith("Mean") for line in scene.numbers[made.id])
    session.window.actions_by_id["copy-measurement"].trigger()
    assert "Mean" in QApplication.clipboard().text()


def test_that_it_goes_with_its_plane_and_comes_back_with_it(qtbot: QtBot, session: Session, planes: Planes) -> None:
    draw(qtbot, session, planes, "measure-length", "axial", QPointF(60, 200), QPointF(160, 260))
    made = only(planes, "axial")
    presenter_of(planes).scroll(1, "axial")
    settle(qtbot, session)
    assert scene_of(planes, "axial").annotations == ()
    presenter_of(planes).scroll(-1, "axial")
    settle(qtbot, session)
    assert only(planes, "axial").points_px == made.points_px
    qtbot.keyClick(session.window.pane, Qt.Key.Key_Escape)
    while is_shown(planes):
        qtbot.keyClick(session.window.pane, Qt.Key.Key_Escape)
    session.window.actions_by_id["planes"].trigger()
    settle(qtbot, session)
    assert only(planes, "axial").id == made.id


def test_that_an_end_is_dragged_a_measurement_deleted_and_esc_puts_the_tool_away_first(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    draw(qtbot, session, planes, "measure-length", "axial", QPointF(60, 200), QPointF(160, 260))
    before = scene_of(planes, "axial").numbers[only(planes, "axial").id]
    view = pane(planes, "axial")
    (drawn,) = lay_out(scene_of(planes, "axial"), view.size_px, view.devicePixelRatioF())
    move(view, drawn.points[0])
    assert view.cursor().shape() == Qt.CursorShape.PointingHandCursor
    drag(qtbot, session, view, drawn.points[0], drawn.points[0] + QPointF(-30, -20))
    assert scene_of(planes, "axial").numbers[only(planes, "axial").id] != before
    assert session.viewer is not None
    assert session.viewer.undo_label == "move of the length"
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert scene_of(planes, "axial").annotations == ()
    session.window.actions_by_id["measure-angle"].trigger()
    assert session.window.actions_by_id["measure-angle"].isChecked()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not session.window.actions_by_id["measure-angle"].isChecked()
    assert is_shown(planes)


def test_that_tools_for_pixels_of_images_say_so(session: Session, planes: Planes) -> None:
    action = session.window.actions_by_id["measure-brush"]
    action.trigger()
    assert not action.isChecked()
    words = " ".join(label.text() for label in session.window.notes.findChildren(QLabel))
    assert "works on the pixels of an image" in words
    assert is_shown(planes)


def test_that_measurements_on_planes_are_kept_with_the_open_work(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    draw(qtbot, session, planes, "measure-length", "axial", QPointF(60, 200), QPointF(160, 260))
    extra = session.open_work.extras["measurements on planes"]
    kept = extra.to_json()
    made = only(planes, "axial")
    session.window.actions_by_id["undo"].trigger()
    assert scene_of(planes, "axial").annotations == ()
    extra.from_json(kept)
    assert only(planes, "axial").points_px == made.points_px
    assert volume("axial").grid.shape_kji[0] > 3


def test_that_undoing_a_measurement_while_images_are_shown_brings_the_planes_back(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    draw(qtbot, session, planes, "measure-length", "axial", QPointF(60, 200), QPointF(160, 260))
    session.window.actions_by_id["planes"].trigger()
    assert not is_shown(planes)
    session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
    assert is_shown(planes)
    assert scene_of(planes, "axial").annotations == ()
