"""A vessel measured on a cross-section of it, as a person goes: path, straightened, across, along, in a report."""

import json
import math
import shlex
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from tests import tube_samples as tube
from tests.gui.making import running_session, settle
from tests.gui.test_curved import LEFT, NONE, RIGHT, in_picture, on_screen, picture, planes_of, turn_wheel
from tests.gui.test_planes import drag, lps_under, move, now, pane, scene_of
from tests.unit.objects.gate import Tool, findings
from workstation.batch.main import main
from workstation.display.letters import edge_letters
from workstation.gui.canvas.pane import Pane
from workstation.gui.features.curved import Curved
from workstation.gui.panels.annotations.presenter import instances
from workstation.gui.panels.curved.hand import device_point
from workstation.gui.panels.curved.joining import JoinedCurved
from workstation.gui.session import Session
from workstation.gui.viewer.wiring import image_point
from workstation.model.annotation import Annotation
from workstation.model.geometry import Vector, lps_to_image, point_to_lps
from workstation.objects.measurement_report.writing import COMPREHENSIVE_3D_SR
from workstation.volume.cutting.standard_planes import PlaneName
from workstation.volume.path_files import write_path
from workstation.volume.planes import planes_view

CTRL = Qt.KeyboardModifier.ControlModifier
STEP_MM = tube.SIDE_MM[0]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tube.write_tube(tmp_path_factory.mktemp("vessel") / "tube")
    write_path(folder.parent / "path.txt", tube.points())
    return folder


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path, study: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as running:
        running.open([study])
        settle(qtbot, running)
        yield running


@pytest.fixture
def curved(qtbot: QtBot, session: Session, study: Path) -> JoinedCurved:
    """The tube straightened, and a cross-section of it 50 mm along the path in the middle."""
    session.window.actions_by_id["curved"].trigger()
    settle(qtbot, session)
    found = session.findChild(Curved)
    assert isinstance(found, Curved)
    found.joined.files.open(study.parent / "path.txt")
    settle(qtbot, session)
    found.joined.presenter.go_to(50.0)
    settle(qtbot, session)
    return found.joined


def double_click(qtbot: QtBot, session: Session, view: Pane) -> None:
    middle = view.rect().center()
    qtbot.mouseClick(view, LEFT, NONE, middle)
    qtbot.mouseDClick(view, LEFT, NONE, middle)
    settle(qtbot, session)


def lying(curved: JoinedCurved) -> PlaneName | None:
    return curved.across.name


def across(session: Session, curved: JoinedCurved) -> PlaneName:
    """Give the plane that lies across the path; all that is to be true of it is."""
    name = curved.across.name
    assert name is not None
    planes, at_mm = planes_of(session), curved.presenter.at_mm
    section = curved.area.section_panes[len(curved.area.section_panes) // 2].scene
    assert section is not None
    plane, seen = section.frame.plane, scene_of(planes, name).frame.plane
    assert plane is not None
    assert seen is not None
    assert (seen.along_row_lps, seen.along_column_lps) == (plane.along_row_lps, plane.along_column_lps)
    assert abs(float(lps_to_image(seen, [plane.origin_lps])[1][0])) < 1e-6, "exactly the plane of the cross-section"
    made = curved.presenter.made
    assert made is not None
    is_backwards = math.dist(made.path.points_lps[0], tube.helix(0.0)) > 1.0  # as a panorama follows it
    along_mm = made.path.length_mm - at_mm if is_backwards else at_mm
    assert math.dist(now(planes).cross_lps, tube.helix(along_mm / tube.SPEED_MM)) < 0.01
    guides = scene_of(planes, name).guides
    assert guides is not None
    assert guides.words[-1] == f"Across the path at {at_mm:.1f} mm"
    label = picture(curved).traces[0].labels[0][1]
    assert label == f"{at_mm:.1f} mm", "the line on the straightened picture"
    return name


def test_that_a_double_click_on_a_cross_section_has_the_planes_lie_there_and_it_is_one_step(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    planes = planes_of(session)
    drag(qtbot, session, curved.area.picture, QPointF(40, 12), QPointF(80, 12))
    before = now(planes)
    assert before.voi is not None
    double_click(qtbot, session, curved.area.section_panes[2])
    assert curved.presenter.at_mm == pytest.approx(55.0), "of the cross-section that was clicked"
    name = across(session, curved)
    assert now(planes).active == name
    assert pane(planes, name).hasFocus()
    assert not curved.is_active
    assert not curved.is_alone, "not as on the picture, which gets all the room"
    assert now(planes).voi == before.voi
    assert scene_of(planes, name).view.voi == before.voi
    made = curved.presenter.made
    assert made is not None
    zoom = now(planes).plane(name).zoom_per_mm
    assert zoom == pytest.approx(min(pane(planes, name).size_px) / made.wish.width_mm), "as large as the pane"
    session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
    assert lying(curved) is None
    assert now(planes).plane(name) == before.plane(name)
    session.window.actions_by_id["redo"].trigger()
    settle(qtbot, session)
    assert across(session, curved) == name


def test_that_wheel_and_keys_go_along_the_path_from_one_cross_section_to_the_next(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    planes = planes_of(session)
    pane(planes, "coronal").setFocus()
    qtbot.keyClick(pane(planes, "coronal"), Qt.Key.Key_F3, CTRL)
    settle(qtbot, session)
    name = across(session, curved)
    view = pane(planes, name)
    turn_wheel(view, -3)
    settle(qtbot, session)
    assert curved.presenter.at_mm == pytest.approx(50.0 + 3 * STEP_MM)
    assert across(session, curved) == name
    qtbot.keyClick(view, Qt.Key.Key_Up)
    settle(qtbot, session)
    assert curved.presenter.at_mm == pytest.approx(50.0 + 2 * STEP_MM)
    assert across(session, curved) == name
    middle = QPointF(view.rect().center())
    assert math.dist(lps_under(planes, name, middle), now(planes).cross_lps) < 0.5, "the vessel stays in the middle"
    move(view, middle)
    assert f"cross-section at {curved.presenter.at_mm:.1f} mm along the path" in session.window.strip.probe.text()
    qtbot.keyClick(view, Qt.Key.Key_End)
    settle(qtbot, session)
    made = curved.presenter.made
    assert made is not None
    assert curved.presenter.at_mm == pytest.approx(made.path.length_mm)
    qtbot.mouseClick(curved.area.picture, LEFT, NONE, in_picture(curved, 40.0).toPoint())
    settle(qtbot, session)
    assert curved.presenter.at_mm == pytest.approx(40.0, abs=0.5)
    assert across(session, curved) == name, "a click on the straightened picture takes them along, too"


def test_that_it_ends_with_a_turn_and_other_planes_scroll_as_always(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    planes = planes_of(session)
    curved.lay_across()
    settle(qtbot, session)
    name = across(session, curved)
    other = planes_view.others(name)[0]
    start = now(planes).cross_lps
    turn_wheel(pane(planes, other), -2)
    settle(qtbot, session)
    moved = np.subtract(now(planes).cross_lps, start)
    assert abs(moved @ np.array(now(planes).plane(other).normal_lps)) == pytest.approx(2 * STEP_MM, abs=0.5)
    assert lying(curved) == name, "beside the path, on the same cross-section"
    turn_wheel(pane(planes, name), -1)
    settle(qtbot, session)
    assert across(session, curved) == name, "and back on it"
    session.window.actions_by_id["planes-straight"].trigger()
    settle(qtbot, session)
    assert lying(curved) is None
    at = now(planes).cross_lps
    turn_wheel(pane(planes, "axial"), -1)
    settle(qtbot, session)
    assert np.abs(np.subtract(now(planes).cross_lps, at)) == pytest.approx((0, 0, STEP_MM), abs=1e-6)


def test_that_the_menu_has_it_and_tools_are_told_where_to_measure(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    section = curved.area.section_panes[0]
    qtbot.mouseClick(section, RIGHT, NONE, section.rect().center())
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(each for each in menu.actions() if each.text() == "Planes across the path here").trigger()
    menu.close()
    settle(qtbot, session)
    assert curved.presenter.at_mm == pytest.approx(45.0)
    across(session, curved)
    session.window.actions_by_id["measure-ellipse"].trigger()
    double_click(qtbot, session, curved.area.section_panes[2])
    assert any(
        "A double click has one on the planes" in each.text() for each in session.window.notes.findChildren(QLabel)
    )
    assert curved.presenter.at_mm == pytest.approx(50.0)
    across(session, curved)
    assert session.window.actions_by_id["measure-ellipse"].isChecked(), "the tool is still in the hand"


def test_that_pointing_in_a_cross_section_stays_on_it(qtbot: QtBot, session: Session, curved: JoinedCurved) -> None:
    curved.lay_across()
    settle(qtbot, session)
    name, beside = across(session, curved), curved.area.section_panes[2]
    middle = QPointF(beside.rect().center())
    for right in range(4):
        move(beside, middle + QPointF(3 * right, 4), Qt.KeyboardModifier.ShiftModifier)
        settle(qtbot, session)
        assert curved.presenter.section_places == pytest.approx((45.0, 50.0, 55.0)), "what is pointed at stays there"
        scene = beside.scene
        assert scene is not None
        assert scene.frame.plane is not None
        point = image_point(beside, device_point(beside, middle + QPointF(3 * right, 4)))
        assert now(planes_of(session)).cross_lps == pytest.approx(point_to_lps(scene.frame.plane, point), abs=1e-6)
        assert curved.presenter.at_mm == pytest.approx(55.0)
        assert lying(curved) == name
    move(beside, middle)
    settle(qtbot, session)
    assert curved.presenter.section_places == pytest.approx((50.0, 55.0, 60.0))


def test_that_where_there_is_no_path_or_no_volume_it_says_so(
    qtbot: QtBot, session: Session, curved: JoinedCurved, tmp_path: Path
) -> None:
    curved.maximise()
    x, y, z = tube.MIDDLE_LPS
    write_path(tmp_path / "leaves.txt", [(x, y, z), (x, y, z + 80)])
    curved.files.open(tmp_path / "leaves.txt")
    settle(qtbot, session)
    assert not curved.across.can_lie(60.0)
    assert curved.is_alone, "nothing has moved"
    curved.drawing.remove()
    curved.drawing.remove()
    settle(qtbot, session)
    curved.lay_across()
    told = [each.text() for each in session.window.notes.findChildren(QLabel)]
    assert any("lies outside the volume there" in each for each in told)
    assert any("There is no path yet" in each for each in told)


def all_of(session: Session) -> tuple[Annotation, ...]:
    assert session.viewer is not None
    return session.viewer.now.marking.annotations


def wall(view: Pane, plane_name: PlaneName, session: Session, angle_deg: float) -> QPointF:
    """Give where the wall of the tube is on the screen, at an angle in its cross-section."""
    look = now(planes_of(session)).plane(plane_name)
    cross = now(planes_of(session)).cross_lps
    across, along = (tube.RADIUS_MM * each(math.radians(angle_deg)) for each in (math.cos, math.sin))
    x, y, z = (
        c + across * r + along * d for c, r, d in zip(cross, look.along_row_lps, look.along_column_lps, strict=True)
    )
    return on_screen(view, (x, y, z))


def from_middle(point: Vector, at_mm: float) -> float:
    return math.dist(point, tube.helix(at_mm / tube.SPEED_MM))


def test_that_diameter_and_area_of_the_lumen_are_measured_kept_reported_and_made_again_by_a_command(
    qtbot: QtBot, session: Session, curved: JoinedCurved, tool: Tool, capsys: pytest.CaptureFixture[str]
) -> None:
    planes = planes_of(session)
    double_click(qtbot, session, curved.area.section_panes[1])
    name = across(session, curved)
    view, at_mm = pane(planes, name), curved.presenter.at_mm
    session.window.actions_by_id["measure-length"].trigger()
    drag(qtbot, session, view, wall(view, name, session, 20), wall(view, name, session, 200))
    (length,) = all_of(session)
    shown = scene_of(planes, name).numbers
    assert float(shown[length.id][0].split()[0]) == pytest.approx(2 * tube.RADIUS_MM, abs=STEP_MM / 2)
    for point in length.points_lps:
        assert from_middle(point, at_mm) == pytest.approx(tube.RADIUS_MM, abs=STEP_MM / 2)
        assert abs(np.subtract(point, tube.helix(at_mm / tube.SPEED_MM)) @ tube.direction(at_mm / tube.SPEED_MM)) < 0.02
    planes.joined.measuring.annotator.options.limits = (tube.HALF_HU, None)
    session.window.actions_by_id["measure-grow"].trigger()
    qtbot.mouseClick(view, LEFT, NONE, view.rect().center())
    settle(qtbot, session)
    lumen = next(each for each in all_of(session) if each.kind == "mask")
    (area,) = (line for line in scene_of(planes, name).numbers[lumen.id] if line.startswith("Area"))
    assert float(area.split()[1]) == pytest.approx(math.pi * tube.RADIUS_MM**2, rel=0.02)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    turn_wheel(view, -4)
    settle(qtbot, session)
    assert scene_of(planes, name).annotations == (), "each lies on its own cross-section"
    turn_wheel(view, 4)
    settle(qtbot, session)
    qtbot.waitUntil(lambda: {each.id for each in scene_of(planes, name).annotations} == {length.id, lumen.id})
    planes.joined.measuring.annotator.chosen.select(lumen.id)
    session.window.actions_by_id["copy-measurement-command"].trigger()
    words = shlex.split(QApplication.clipboard().text())[2:]
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    said = {each["quantity"]: each["value"] for each in json.loads(capsys.readouterr().out)["values"]}
    assert said["area"] == pytest.approx(float(area.split()[1]), abs=0.05)
    session.window.actions_by_id["annotations"].trigger()
    settle(qtbot, session)
    session.command("save-measurement-report")
    settle(qtbot, session)
    (report,) = (each for each in instances(session.workspace) if each.modality == "SR")
    assert report.sop_class_uid == COMPREHENSIVE_3D_SR
    assert findings(tool, report.place.path) == []
    ends = [np.reshape(each, (-1, 3)) for each in places_in(pydicom.dcmread(report.place.path))]
    assert any(each == pytest.approx(np.array(length.points_lps), abs=0.01) for each in ends if len(each) == 2)


def places_in(item: pydicom.Dataset) -> list[list[float]]:
    """Give the points in the patient of all SCOORD3D items, by PyDICOM alone."""
    found = [list(item.GraphicData)] if item.get("ValueType") == "SCOORD3D" else []
    for part in item.get("ContentSequence", ()):
        found += places_in(part)
    return found


def test_that_beside_a_panorama_it_has_the_head_up_as_the_cross_section_has(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    curved.drawing.look(curved.presenter.view.of_kind("panorama"), "kind of curved plane")
    settle(qtbot, session)
    double_click(qtbot, session, curved.area.section_panes[1])
    name = across(session, curved)
    seen, section = scene_of(planes_of(session), name), curved.area.section_panes[1].scene
    assert section is not None
    assert seen.view.rotation_quarters == section.view.rotation_quarters
    letters = edge_letters(seen.frame.plane, seen.view)
    assert letters == edge_letters(section.frame.plane, section.view)
    assert letters.top.startswith("H")


def test_that_planes_across_are_so_again_when_work_is_opened_again(
    qtbot: QtBot, session: Session, curved: JoinedCurved
) -> None:
    curved.lay_across()
    settle(qtbot, session)
    name = across(session, curved)
    session.window.actions_by_id["planes"].trigger()
    settle(qtbot, session)
    assert not planes_of(session).is_shown
    session.window.actions_by_id["planes"].trigger()
    settle(qtbot, session)
    assert across(session, curved) == name
