"""Measuring on planes with the tools of the images."""

import json
import math
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, session_with_planes, settle, small_study
from tests.gui.test_measurements import choose, measurements, panel_of
from tests.gui.test_planes import drag, is_shown, lps_under, move, now, pane, presenter_of, scene_of
from tests.unit.objects.gate import Tool, findings
from workstation.batch.main import main
from workstation.gui.canvas.drawn import lay_out
from workstation.gui.features.planes import Planes
from workstation.gui.features.saved_measurements import SavedMeasurements
from workstation.gui.panels.annotations.presenter import instances
from workstation.gui.panels.annotations.saving import written
from workstation.gui.session import Session
from workstation.gui.volumes import OpenVolume
from workstation.gui.work_files import WorkFile
from workstation.measure.measuring import measured
from workstation.measure.words import lines_of
from workstation.model.annotation import Annotation, Threshold
from workstation.model.geometry import lps_to_image
from workstation.model.marking import Marking, to_json
from workstation.objects.measurement_report.reading import read_report
from workstation.objects.measurement_report.writing import COMPREHENSIVE_3D_SR
from workstation.volume.cutting.slabs import Slab
from workstation.volume.cutting.standard_planes import PlaneName
from workstation.volume.planes import planes_view
from workstation.volume.planes.going import middle_lps
from workstation.volume.planes.planes_view import PLANE_NAMES


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with session_with_planes(qtbot, tmp_path) as running:
        yield running


@pytest.fixture
def planes(session: Session) -> Planes:
    found = session.findChild(Planes)
    assert isinstance(found, Planes)
    return found


def all_of(session: Session) -> tuple[Annotation, ...]:
    assert session.viewer is not None
    return session.viewer.now.marking.annotations


def opened(planes: Planes) -> OpenVolume:
    found = planes.joined.opened
    assert found is not None
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
    (kept,) = session.viewer.now.marking.annotations
    assert kept.cut is not None
    assert kept.sop_instance_uid not in {each.sop_instance_uid for each in instances(session.workspace)}
    assert math.dist(*kept.points_lps) == pytest.approx(true_mm)
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
    assert len(scene.numbers[made.id]) == 3
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
    qtbot.waitUntil(lambda: only(planes, "axial").points_px == made.points_px)  # once it has all its pixels
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


def test_that_tools_for_images_say_so(session: Session, planes: Planes) -> None:
    action = session.window.actions_by_id["measure-calibration"]
    action.trigger()
    assert not action.isChecked()
    words = " ".join(label.text() for label in session.window.notes.findChildren(QLabel))
    assert "works on images, not on planes" in words
    assert is_shown(planes)


def painted(qtbot: QtBot, session: Session, planes: Planes, tool: str = "measure-brush") -> Annotation:
    """Paint a stroke over an axial slab."""
    presenter_of(planes).do(planes_view.with_slab(now(planes), "axial", Slab(5.0, "mean")), "slab")
    settle(qtbot, session)
    view = pane(planes, "axial")
    middle = QPointF(view.width() / 2, view.height() / 2)
    draw(qtbot, session, planes, tool, "axial", middle - QPointF(60, 40), middle + QPointF(20, 10))
    (made,) = all_of(session)
    return made


@pytest.mark.parametrize("tool", ["measure-brush", "measure-threshold-brush", "measure-grow"])
def test_that_what_is_painted_has_the_pixels_of_the_plane(
    qtbot: QtBot, session: Session, planes: Planes, tool: str
) -> None:
    made = painted(qtbot, session, planes, tool)
    assert made.kind == "mask"
    assert made.mask is not None
    shown, scene = only(planes, "axial"), scene_of(planes, "axial")
    assert scene.numbers[made.id] == lines_of(measured(shown, scene.frame))
    mask = np.unpackbits(np.frombuffer(made.mask.bits, np.uint8))[: made.mask.columns * made.mask.rows]
    inside = mask.reshape(made.mask.rows, made.mask.columns).astype(bool)
    values = scene.frame.modality_values()[made.mask.top :, made.mask.left :][: made.mask.rows, : made.mask.columns]
    panel = panel_of(qtbot, session)
    assert f"Mean {values[inside].mean():.1f}" in panel.shown[0].cells[1]
    presenter_of(planes).do(planes_view.with_slab(now(planes), "axial", Slab()), "slab")
    settle(qtbot, session)
    assert only(planes, "axial").mask == made.mask
    assert scene_of(planes, "axial").numbers[made.id] == scene.numbers[made.id], "its own slab"
    presenter_of(planes).scroll(3, "axial")
    settle(qtbot, session)
    assert scene_of(planes, "axial").annotations == ()


def test_that_a_stroke_goes_on_with_what_is_painted_and_the_brush_is_seen(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    made = painted(qtbot, session, planes)
    view = pane(planes, "axial")
    middle = QPointF(view.width() / 2, view.height() / 2)
    drag(qtbot, session, view, middle, middle + QPointF(70, 30))  # a brush stays in the hand
    (more,) = all_of(session)
    assert more.id == made.id
    assert more.mask is not None
    assert made.mask is not None
    assert more.mask.columns > made.mask.columns
    move(view, middle)
    brush = scene_of(planes, "axial").brush
    assert brush is not None
    session.window.actions_by_id["larger-brush"].trigger()
    larger = scene_of(planes, "axial").brush
    assert larger is not None
    assert larger.reach_px[0] == pytest.approx(brush.reach_px[0] * 1.25)


def test_that_what_is_painted_is_copied_as_command_and_saved_as_a_report(
    qtbot: QtBot, session: Session, planes: Planes, capsys: pytest.CaptureFixture[str], tool: Tool
) -> None:
    made = painted(qtbot, session, planes)
    panel_of(qtbot, session)
    known = measurements(session).known(made).measurement
    assert known is not None
    planes.joined.measuring.annotator.chosen.select(made.id)
    session.window.actions_by_id["copy-measurement-command"].trigger()
    words = shlex.split(QApplication.clipboard().text())[2:]
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    said = {each["quantity"]: each["value"] for each in json.loads(capsys.readouterr().out)["values"]}
    for value in known.values:
        assert said[value.quantity.key] == pytest.approx(value.value, rel=1e-9), value.quantity.key
    session.command("save-measurement-report")
    settle(qtbot, session)
    (report,) = (each for each in instances(session.workspace) if each.modality == "SR")
    assert findings(tool, report.place.path) == []
    (again,) = read_report(report.place).annotations
    assert (again.mask, again.points_px, again.cut) == (made.mask, made.points_px, made.cut)


def test_that_a_sphere_drawn_on_a_plane_is_one_of_its_series_seen_in_every_plane_and_measured(
    qtbot: QtBot, session: Session, planes: Planes, capsys: pytest.CaptureFixture[str]
) -> None:
    view = pane(planes, "coronal")
    middle = QPointF(view.width() / 2, view.height() / 2)
    at, end = lps_under(planes, "coronal", middle), lps_under(planes, "coronal", middle + QPointF(40, 0))
    planes.joined.measuring.annotator.options.threshold = Threshold("value", -1000.0)
    draw(qtbot, session, planes, "measure-sphere", "coronal", middle, middle + QPointF(40, 0))
    qtbot.waitUntil(lambda: bool(scene_of(planes, "coronal").numbers))
    (made,) = all_of(session)
    assert made.kind == "sphere"
    assert made.points_lps[0] == pytest.approx(at, abs=0.1)  # the pointer is at a whole pixel of the screen
    assert math.dist(*made.points_lps) == pytest.approx(math.dist(at, end), abs=0.1)
    numbers = scene_of(planes, "coronal").numbers[made.id]
    assert any("Volume" in line for line in numbers), numbers
    assert scene_of(planes, "coronal").voxels
    presenter_of(planes).cross_to(at)
    settle(qtbot, session)
    for name in PLANE_NAMES:
        assert only(planes, name).id == made.id
        assert scene_of(planes, name).numbers[made.id] == numbers
    planes.joined.measuring.annotator.chosen.select(made.id)
    planes.joined.measuring.annotator.chosen.nudge(1, 0)
    settle(qtbot, session)
    (moved,) = all_of(session)
    assert math.dist(*moved.points_lps) == pytest.approx(math.dist(*made.points_lps))
    side = scene_of(planes, now(planes).active).frame.spacing.between_columns
    assert math.dist(moved.points_lps[0], made.points_lps[0]) == pytest.approx(side)
    panel = panel_of(qtbot, session)
    qtbot.waitUntil(lambda: "Volume" in panel.shown[0].cells[1])
    session.window.actions_by_id["copy-measurement-command"].trigger()
    words = shlex.split(QApplication.clipboard().text())[2:]
    assert words[:2] == ["measure", "volume"]
    known = measurements(session).known(moved).volume
    assert known is not None
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    said = {each["quantity"]: each["value"] for each in json.loads(capsys.readouterr().out)["values"]}
    volume = known.value("volume")
    assert volume is not None
    assert said["volume"] == pytest.approx(volume.value)
    presenter_of(planes).scroll(-50, "coronal")
    settle(qtbot, session)
    measurements(session).go_to(moved.id)
    settle(qtbot, session)
    assert is_shown(planes)
    assert now(planes).cross_lps == pytest.approx(moved.points_lps[0])


def test_that_measurements_on_planes_are_kept_with_those_on_images(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    draw(qtbot, session, planes, "measure-length", "axial", QPointF(60, 200), QPointF(160, 260))
    extra = session.open_work.extras["annotations and key images"]
    kept = json.loads(json.dumps(extra.to_json()))
    made = only(planes, "axial")
    session.window.actions_by_id["undo"].trigger()
    assert scene_of(planes, "axial").annotations == ()
    extra.from_json(kept)
    assert only(planes, "axial").points_px == made.points_px
    assert session.open_work.extras["measurements on planes"].to_json() is None


def test_that_what_older_programs_kept_of_planes_is_there_again(qtbot: QtBot, session: Session, planes: Planes) -> None:
    draw(qtbot, session, planes, "measure-length", "axial", QPointF(60, 200), QPointF(160, 260))
    made, (kept,) = only(planes, "axial"), all_of(session)
    assert kept.cut is not None
    session.window.actions_by_id["undo"].trigger()
    plane = kept.cut.plane
    numbers = [*plane.origin_lps, *plane.along_row_lps, *plane.along_column_lps]
    numbers += [plane.spacing.between_rows, plane.spacing.between_columns]
    older = {
        "marking": to_json(Marking((replace(kept, cut=None),))),
        "planes": {kept.id: [*numbers, plane.frame_of_reference_uid]},
    }
    session.open_work.extras["measurements on planes"].from_json(older)
    settle(qtbot, session)
    assert only(planes, "axial").points_px == made.points_px
    assert scene_of(planes, "axial").numbers[made.id][0].endswith("mm")


def oblique_region(qtbot: QtBot, session: Session, planes: Planes) -> Annotation:
    """Draw an ellipse on a turned coronal plane."""
    presenter_of(planes).do(planes_view.line_turned(now(planes), "axial", "coronal", 25.0), "turn")
    settle(qtbot, session)
    view = pane(planes, "coronal")
    middle = QPointF(view.width() / 2, view.height() / 2)
    draw(qtbot, session, planes, "measure-ellipse", "coronal", middle - QPointF(50, 40), middle + QPointF(60, 50))
    (made,) = all_of(session)
    return made


def test_that_the_table_has_it_with_its_plane_and_leads_to_it(qtbot: QtBot, session: Session, planes: Planes) -> None:
    made = oblique_region(qtbot, session, planes)
    beside = scene_of(planes, "coronal").numbers[made.id]
    panel = panel_of(qtbot, session)
    (row,) = panel.shown
    assert "oblique, nearest to coronal" in row.cells[4]
    assert row.cells[1] == "  ".join(beside)
    assert "On a plane cut out of a volume" in row.details
    at = middle_lps(made)
    presenter_of(planes).do(planes_view.straightened(now(planes), opened(planes).volume.grid), "planes of the patient")
    planes.hide()
    settle(qtbot, session)
    measurements(session).go_to(made.id)
    settle(qtbot, session)
    assert is_shown(planes)
    assert now(planes).cross_lps == pytest.approx(at)
    assert now(planes).active == "coronal"
    assert only(planes, "coronal").id == made.id
    assert scene_of(planes, "coronal").lit == made.id
    assert scene_of(planes, "coronal").numbers[made.id] == beside
    planes.hide()
    settle(qtbot, session)
    assert session.window.pane.scene is not None
    plane = session.window.pane.scene.frame.plane
    assert plane is not None
    assert abs(lps_to_image(plane, [at])[1][0]) < 5, "the images are scrolled to it"


def test_that_it_is_named_coloured_locked_and_deleted_in_the_table_and_undone(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    made = oblique_region(qtbot, session, planes)
    panel = panel_of(qtbot, session)
    panel.renamed.emit(made.id, "a cyst")
    assert only(planes, "coronal").text == "a cyst"
    chosen = planes.joined.measuring.annotator.chosen
    chosen.select(made.id)
    menu = QMenu(session.window)
    menu.addAction("something")
    planes.joined.measuring.add_to_menu(menu)
    assert menu.actions()[0].text() == "a cyst"
    (colours,) = (each.menu() for each in menu.actions() if each.text() == "Colour")
    assert isinstance(colours, QMenu)
    next(each for each in colours.actions() if each.text() == "Red").trigger()
    menu.deleteLater()
    session.window.actions_by_id["lock-annotation"].trigger()
    (now_kept,) = all_of(session)
    assert (now_kept.text, now_kept.colour, now_kept.is_locked) == ("a cyst", (255, 96, 88), True)
    assert (now_kept.points_px, now_kept.cut) == (made.points_px, made.cut), "it lies where it was drawn"
    choose(panel, 0)
    session.command("delete-measurements")
    assert len(all_of(session)) == 1, "it is locked"
    session.window.actions_by_id["lock-annotation"].trigger()
    settle(qtbot, session)
    choose(panel, 0)
    session.command("delete-measurements")
    assert scene_of(planes, "coronal").annotations == ()
    for _ in range(5):
        session.window.actions_by_id["undo"].trigger()
    assert all_of(session) == (made,)


def test_that_its_number_is_that_of_its_plane_whatever_is_seen(qtbot: QtBot, session: Session, planes: Planes) -> None:
    view = pane(planes, "axial")
    middle = QPointF(view.width() / 2, view.height() / 2)
    draw(qtbot, session, planes, "measure-rectangle", "axial", middle - QPointF(90, 70), middle - QPointF(20, 20))
    (made,) = all_of(session)
    before = scene_of(planes, "axial").numbers[made.id]
    slab = Slab(9.0, "mip")
    presenter_of(planes).do(planes_view.with_slab(now(planes), "axial", slab), "slab")
    settle(qtbot, session)
    assert scene_of(planes, "axial").numbers[made.id] == before
    chosen = planes.joined.measuring.annotator.chosen
    chosen.select(made.id)
    chosen.nudge(1, 0)
    settle(qtbot, session)
    (moved,) = all_of(session)
    assert moved.cut is not None
    assert (moved.cut.thickness_mm, moved.cut.projection) == (9.0, "mip"), "what is moved lies on what is seen"
    shown = only(planes, "axial")
    assert scene_of(planes, "axial").numbers[made.id] == lines_of(measured(shown, scene_of(planes, "axial").frame))


def test_that_the_copied_command_makes_the_same_numbers(
    qtbot: QtBot, session: Session, planes: Planes, capsys: pytest.CaptureFixture[str]
) -> None:
    presenter_of(planes).do(planes_view.with_slab(now(planes), "coronal", Slab(7.0, "mean")), "slab")
    made = oblique_region(qtbot, session, planes)
    planes.joined.measuring.annotator.chosen.select(made.id)
    session.window.actions_by_id["copy-measurement-command"].trigger()
    program, batch, *words = shlex.split(QApplication.clipboard().text())
    assert (program, batch) == ("workstation", "--batch")
    panel_of(qtbot, session)
    shown = measurements(session).known(made).measurement
    assert shown is not None
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    said = {each["quantity"]: each["value"] for each in found["values"]}
    for value in shown.values:
        assert said[value.quantity.key] == pytest.approx(value.value, rel=1e-9), value.quantity.key
    assert len(shown.values) > 10
    assert found["basis"]["pixels"] == shown.basis.pixels
    assert found["basis"]["plane"] == shown.basis.plane
    session.command("copy-measurement-commands")
    settle(qtbot, session)
    assert shlex.split(QApplication.clipboard().text())[2:] == words


def test_that_it_is_written_saved_as_a_report_and_live_again(
    qtbot: QtBot, session: Session, planes: Planes, tmp_path: Path, tool: Tool
) -> None:
    made = oblique_region(qtbot, session, planes)
    panel_of(qtbot, session)
    taken = measurements(session).taken()
    assert [each.annotation.id for each in taken] == [made.id]
    (measurement,) = (each.measurement for each in taken)
    assert measurement is not None
    said = json.loads(written(taken, ".json"))["measurements"][0]
    assert said["series_instance_uid"] == made.sop_instance_uid
    assert "oblique" in said["basis"]["plane"]
    session.command("save-measurement-report")
    settle(qtbot, session)
    (report,) = (each for each in instances(session.workspace) if each.modality == "SR")
    assert report.sop_class_uid == COMPREHENSIVE_3D_SR
    assert findings(tool, report.place.path) == []
    assert session.viewer is not None
    session.viewer.mark_up(Marking(), "nothing")
    saved = session.findChild(SavedMeasurements)
    assert isinstance(saved, SavedMeasurements)
    saved.load([report])
    settle(qtbot, session)
    (again,) = all_of(session)
    assert again.cut == made.cut
    assert np.array(again.points_lps) == pytest.approx(np.array(made.points_lps), abs=1e-4)
    measurements(session).go_to(again.id)
    settle(qtbot, session)
    assert only(planes, "coronal").id == again.id
    assert scene_of(planes, "coronal").numbers[again.id] == lines_of(measurement)
    saved.load([report])
    settle(qtbot, session)
    assert len(all_of(session)) == 1, "what is there already is left out"


def test_that_states_and_segmentations_say_why_they_cannot_hold_it(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    oblique_region(qtbot, session, planes)
    for name, words in (
        ("save-measurement-state", "A presentation state draws on images"),
        ("save-regions", "A segmentation has the pixels of its images"),
        ("save-structures", "Structure sets are written slice by slice"),
    ):
        session.command(name)
        settle(qtbot, session)
        said = " ".join(label.text() for label in session.window.notes.findChildren(QLabel))
        assert words in said
        assert "as report" in said
    assert not [each for each in instances(session.workspace) if each.modality in ("PR", "SEG", "RTSTRUCT")]


def test_that_of_a_note_on_a_plane_is_said_where_it_is_kept(qtbot: QtBot, session: Session, planes: Planes) -> None:
    draw(qtbot, session, planes, "arrow", "axial", QPointF(60, 200), QPointF(160, 260))
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    settle(qtbot, session)
    (made,) = all_of(session)
    assert made.kind == "arrow"
    assert made.cut is not None
    session.command("save-measurement-state")
    settle(qtbot, session)
    said = " ".join(label.text() for label in session.window.notes.findChildren(QLabel))
    assert "kept with the open work alone" in said


def test_that_it_is_there_after_a_crash(qtbot: QtBot, tmp_path: Path) -> None:
    def work_file() -> WorkFile:
        return WorkFile(tmp_path / "work.json")

    with running_session(qtbot, tmp_path, work_file=work_file()) as running:
        running.open([small_study(tmp_path / "study", "axial")])
        settle(qtbot, running)
        running.window.actions_by_id["planes"].trigger()
        settle(qtbot, running)
        first = running.findChild(Planes)
        assert isinstance(first, Planes)
        made = oblique_region(qtbot, running, first)
    with running_session(qtbot, tmp_path, work_file=work_file()) as again:
        settle(qtbot, again)
        assert all_of(again) == (made,)
        panel = panel_of(qtbot, again)
        qtbot.waitUntil(lambda: "Mean" in panel.shown[0].cells[1])
        second = again.findChild(Planes)
        assert isinstance(second, Planes)
        assert not second.is_shown
