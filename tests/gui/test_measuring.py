"""Measuring in the window: by mouse and keys, with numbers held against the phantom, undone, copied, asked about."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.uid import generate_uid
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu
from pytestqt.qtbot import QtBot

from tests.gui.making import pet_series, running_session, settle, small_study
from tests.gui.test_marking import save_state
from tests.unit.objects.gate import findings
from workstation.gui.canvas.drawn import Drawn, lay_out
from workstation.gui.canvas.label_editor import LabelEditor
from workstation.gui.features.measuring import Measuring
from workstation.gui.panels.annotations.view import AnnotationsPanel
from workstation.gui.session import Session
from workstation.gui.viewer.annotating_tools import THRESHOLDS
from workstation.gui.viewer.wiring import image_point
from workstation.model.annotation import Annotation
from workstation.model.measurement import Measurement
from workstation.model.outlines import mask_bits
from workstation.phantoms.small import volume
from workstation.workspace import Selection

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
NONE = Qt.KeyboardModifier.NoModifier
PET_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.128"
LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as started:
        started.open([small_study(tmp_path / "study", "axial", "sagittal")])
        settle(qtbot, started)
        started.window.pane.setFocus()
        yield started


def annotations(session: Session) -> tuple[Annotation, ...]:
    assert session.viewer is not None
    return session.viewer.now.marking.annotations


def measuring(session: Session) -> Measuring:
    found = session.findChild(Measuring)
    assert isinstance(found, Measuring)
    return found


def measured(session: Session) -> Measurement:
    """Give the numbers of the newest annotation of the image that is seen."""
    assert session.window.pane.scene is not None
    found = measuring(session).measured(session.window.pane.scene.annotations[-1])
    assert found is not None
    return found


def value(session: Session, key: str) -> float:
    found = measured(session).value(key)
    assert found is not None, [each.quantity.key for each in measured(session).values]
    return found.value


def press(qtbot: QtBot, session: Session, key: Key, modifier: Any = NONE) -> None:
    qtbot.keyClick(session.window.pane, key, modifier)
    settle(qtbot, session)


def drag(qtbot: QtBot, session: Session, *points: QPoint, held: Any = NONE) -> None:
    pane = session.window.pane
    qtbot.mousePress(pane, LEFT, held, points[0])
    for start, end in pairwise(points):
        for share in (0.3, 0.7, 1.0):
            qtbot.mouseMove(pane, start + (end - start) * share)
    qtbot.mouseRelease(pane, LEFT, held, points[-1])
    settle(qtbot, session)


def click(qtbot: QtBot, session: Session, *points: QPoint, held: Any = NONE) -> None:
    for point in points:
        qtbot.mouseMove(session.window.pane, point)
        qtbot.mouseClick(session.window.pane, LEFT, held, point)
    settle(qtbot, session)


def drawn(session: Session, annotation: Annotation | None = None) -> Drawn:
    """Give how an annotation, or the last one, lies on the screen."""
    pane = session.window.pane
    assert pane.scene is not None
    number = (annotation or annotations(session)[-1]).id
    found = lay_out(pane.scene, pane.size_px, pane.devicePixelRatioF())
    return next(each for each in found if each.annotation.id == number)


def handle(session: Session, name: str, number: int = 0) -> QPoint:
    return next(point for part, point in drawn(session).handles if part == (name, number)).toPoint()


def spacing(session: Session) -> np.ndarray:
    assert session.window.pane.scene is not None
    found = session.window.pane.scene.frame.spacing
    return np.array([found.between_columns, found.between_rows])


def mm_between(session: Session, *points: QPoint) -> float:
    """Give how far two points of the screen are apart, by the numbers of the phantom alone."""
    one, other = (np.array(image_point(session.window.pane, (p.x() - 0.0, p.y() - 0.0))) for p in points)
    return float(np.hypot(*((other - one) * spacing(session))))


A, B, C, D = QPoint(300, 250), QPoint(420, 330), QPoint(330, 420), QPoint(240, 330)


def test_that_a_length_is_drawn_with_its_number_and_saved_in_the_patient(qtbot: QtBot, session: Session) -> None:
    press(qtbot, session, Key.Key_L)
    assert session.window.actions_by_id["measure-length"].isChecked()
    assert "end to end" in measuring(session).line.hint.text()
    drag(qtbot, session, A, B)
    (made,) = annotations(session)
    assert made.kind == "length"
    assert not session.window.actions_by_id["measure-length"].isChecked()
    assert value(session, "length") == pytest.approx(mm_between(session, A, B), rel=1e-6)
    away = np.subtract(made.points_lps[1], made.points_lps[0])
    assert np.linalg.norm(away) == pytest.approx(value(session, "length"), rel=1e-6)
    assert drawn(session).words.numbers == (f"{value(session, 'length'):.1f} mm",)
    assert session.viewer is not None
    assert session.viewer.undo_label == "length"
    press(qtbot, session, Key.Key_Z, CTRL)
    assert annotations(session) == ()


def test_that_words_cover_nothing_that_is_measured_and_stay_where_a_hand_puts_them(
    qtbot: QtBot, session: Session
) -> None:
    press(qtbot, session, Key.Key_E)
    drag(qtbot, session, A, B)
    label = drawn(session).label
    assert label is not None
    assert not label.intersects(drawn(session).box)
    to = label.center().toPoint() + QPoint(-40, 150)
    drag(qtbot, session, label.center().toPoint(), to)
    moved = drawn(session).label
    assert moved is not None
    assert (moved.center().toPoint() - to).manhattanLength() <= 2
    assert annotations(session)[0].is_label_moved
    session.command("place-label")
    settle(qtbot, session)
    assert drawn(session).label == label


def test_that_every_tool_of_points_is_drawn_by_clicks(qtbot: QtBot, session: Session) -> None:
    for tool, points in {
        "measure-angle": (A, B, C),
        "measure-cobb": (A, B, C, D),
        "measure-bidirectional": (A, B, C),
        "measure-circle-of-three": (A, B, C),
        "measure-perpendicular": (A, B, C),
        "measure-point": (A,),
    }.items():
        session.window.actions_by_id[tool].trigger()
        click(qtbot, session, *points)
        assert measured(session).values, tool
        assert drawn(session).words.numbers, tool
    kinds = [each.kind for each in annotations(session)]
    assert kinds == ["angle", "cobb", "bidirectional", "circle", "perpendicular", "point"]


def test_that_a_polygon_is_clicked_taken_back_closed_and_changed_corner_by_corner(
    qtbot: QtBot, session: Session
) -> None:
    press(qtbot, session, Key.Key_P)
    click(qtbot, session, A, B, QPoint(600, 600))
    press(qtbot, session, Key.Key_Backspace)
    click(qtbot, session, C, D)
    assert annotations(session) == ()
    press(qtbot, session, Key.Key_Return)
    (made,) = annotations(session)
    assert len(made.points_px) == 4
    x, y = (np.array(made.points_px) * spacing(session)).T
    area = abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
    assert value(session, "area") == pytest.approx(area, rel=1e-6)
    middle = (A + B) / 2
    drag(qtbot, session, middle, middle + QPoint(40, -40), held=CTRL)
    assert len(annotations(session)[0].points_px) == 5
    click(qtbot, session, handle(session, "point", 0), held=CTRL)
    assert len(annotations(session)[0].points_px) == 4
    for _ in range(3):
        press(qtbot, session, Key.Key_Z, CTRL)
    assert annotations(session) == (made,)


def test_that_esc_gives_up_first_what_is_made_then_the_tool(qtbot: QtBot, session: Session) -> None:
    press(qtbot, session, Key.Key_P)
    click(qtbot, session, A, B)
    press(qtbot, session, Key.Key_Escape)
    assert session.window.actions_by_id["measure-polygon"].isChecked()
    assert session.window.pane.scene is not None
    assert session.window.pane.scene.annotations == ()
    press(qtbot, session, Key.Key_Escape)
    assert not session.window.actions_by_id["measure-polygon"].isChecked()
    assert annotations(session) == ()


def test_that_a_double_click_closes_a_polygon(qtbot: QtBot, session: Session) -> None:
    press(qtbot, session, Key.Key_P)
    click(qtbot, session, A, B, C)
    qtbot.mouseDClick(session.window.pane, LEFT, pos=C)
    qtbot.mouseRelease(session.window.pane, LEFT, pos=C)
    settle(qtbot, session)
    assert [len(each.points_px) for each in annotations(session)] == [3]


def test_that_an_ellipse_is_turned_by_its_handle_and_keeps_its_area(qtbot: QtBot, session: Session) -> None:
    press(qtbot, session, Key.Key_E)
    drag(qtbot, session, A, B)
    area = value(session, "area")
    before = annotations(session)[0]
    drag(qtbot, session, handle(session, "turn"), handle(session, "turn") + QPoint(70, 40))
    after = annotations(session)[0]
    assert np.abs(np.subtract(after.points_px, before.points_px)).max() > 0.2
    assert value(session, "area") == pytest.approx(area, rel=1e-9)
    assert session.viewer is not None
    assert session.viewer.undo_label == "turn of the ellipse"


def test_that_the_numbers_follow_while_a_point_is_dragged(qtbot: QtBot, session: Session) -> None:
    press(qtbot, session, Key.Key_L)
    drag(qtbot, session, A, B)
    pane, seen = session.window.pane, []
    qtbot.mousePress(pane, LEFT, pos=handle(session, "point", 1))
    for step in range(1, 4):
        qtbot.mouseMove(pane, B + QPoint(30 * step, 0))
        seen.append(drawn(session).words.numbers)
    qtbot.mouseRelease(pane, LEFT, pos=B + QPoint(90, 0))
    assert len(set(seen)) == 3
    assert value(session, "length") == pytest.approx(mm_between(session, A, B + QPoint(90, 0)), rel=1e-2)


def test_that_a_brush_paints_one_volume_over_slices_and_shift_rubs_out(qtbot: QtBot, session: Session) -> None:
    press(qtbot, session, Key.Key_B)
    options = measuring(session).line.brush
    for _ in range(3):
        press(qtbot, session, Key.Key_BracketRight)
    assert options.value() == pytest.approx(10 * 1.25**3, abs=0.1)
    drag(qtbot, session, A, B)
    drag(qtbot, session, A, C)
    (first,) = annotations(session)
    assert first.mask is not None
    painted = int(mask_bits(first.mask).sum())
    drag(qtbot, session, A, A + QPoint(5, 5), held=SHIFT)
    smaller = annotations(session)[0]
    assert smaller.mask is not None
    assert int(mask_bits(smaller.mask).sum()) < painted
    press(qtbot, session, Key.Key_Down)
    drag(qtbot, session, A, B)
    one, other = annotations(session)
    assert one.about is not None
    assert other.about is not None
    assert one.about.tracking_uid == other.about.tracking_uid
    assert one.sop_instance_uid != other.sop_instance_uid
    press(qtbot, session, Key.Key_Escape)
    assert not session.window.actions_by_id["measure-brush"].isChecked()


def test_that_alt_and_the_wheel_change_the_brush_and_the_rim_is_seen(qtbot: QtBot, session: Session) -> None:
    press(qtbot, session, Key.Key_B)
    pane = session.window.pane
    qtbot.mouseMove(pane, A)
    settle(qtbot, session)
    assert pane.scene is not None
    position = pane.scene.position
    rim = pane.scene.brush
    assert rim is not None
    at = QPointF(A)
    turn = QWheelEvent(
        *(at, QPointF(pane.mapToGlobal(A)), QPoint(), QPoint(120, 0)),
        *(Qt.MouseButton.NoButton, ALT, Qt.ScrollPhase.NoScrollPhase, False),
    )
    QApplication.sendEvent(pane, turn)
    settle(qtbot, session)
    assert pane.scene.brush is not None
    assert pane.scene.brush.reach_px[0] == pytest.approx(rim.reach_px[0] * 1.15)
    assert pane.scene.position == position


def test_that_a_line_of_known_length_calibrates_what_is_measured_on_its_image(qtbot: QtBot, session: Session) -> None:
    session.window.actions_by_id["measure-calibration"].trigger()
    drag(qtbot, session, A, B)
    editor = session.window.pane.findChild(LabelEditor)
    assert isinstance(editor, LabelEditor)
    qtbot.keyClicks(editor, "5 cm")
    qtbot.keyClick(editor, Key.Key_Return)
    settle(qtbot, session)
    assert annotations(session)[0].known_mm == 50
    press(qtbot, session, Key.Key_L)
    drag(qtbot, session, A + QPoint(0, 40), B + QPoint(0, 40))
    assert value(session, "length") == pytest.approx(50, rel=1e-6)
    assert "drawn by the user" in measured(session).basis.spacing.source.value


def test_that_a_calibration_without_a_length_is_none(qtbot: QtBot, session: Session) -> None:
    session.window.actions_by_id["measure-calibration"].trigger()
    drag(qtbot, session, A, B)
    editor = session.window.pane.findChild(LabelEditor)
    assert isinstance(editor, LabelEditor)
    qtbot.keyClick(editor, Key.Key_Escape)
    settle(qtbot, session)
    assert annotations(session) == ()


def test_that_names_of_vertebrae_are_seen_on_other_planes(qtbot: QtBot, session: Session) -> None:
    session.window.actions_by_id["measure-spine"].trigger()
    line = measuring(session).line
    line.vertebra.setCurrentText("T12")
    session.window.pane.setFocus()
    marker = volume("axial").marker_lps
    assert session.viewer is not None
    scene = session.window.pane.scene
    assert scene is not None
    assert scene.frame.plane is not None
    from workstation.model.geometry import lps_to_image

    column, row = lps_to_image(scene.frame.plane, [marker])[0][0]
    x, y = scene.view.image_to_screen(scene.frame, session.window.pane.size_px) @ [column, row, 1.0]
    click(qtbot, session, QPoint(round(x), round(y)))
    (made,) = annotations(session)
    assert made.text == "T12"
    press(qtbot, session, Key.Key_Escape)
    press(qtbot, session, Key.Key_Down)
    following = session.window.pane.scene
    assert following is not None
    assert following.annotations == ()
    assert [each.text for each in following.followers] == ["T12"]
    place = following.followers[0].points_px[0]
    assert place == pytest.approx((column, row), abs=0.6)


def test_that_regions_are_copied_to_several_images_as_one_volume(qtbot: QtBot, session: Session) -> None:
    press(qtbot, session, Key.Key_End)
    for _ in range(3):
        press(qtbot, session, Key.Key_Up)
    press(qtbot, session, Key.Key_E)
    drag(qtbot, session, A, B)
    session.command("copy-annotation-to")
    dialog = session.window.findChild(QInputDialog)
    assert isinstance(dialog, QInputDialog)
    dialog.setIntValue(2)
    dialog.accept()
    settle(qtbot, session)
    made = annotations(session)
    assert len(made) == 5
    assert len({each.sop_instance_uid for each in made}) == 5
    assert len({each.about.tracking_uid for each in made if each.about is not None}) == 1
    volumes = measuring(session).images.volumes
    qtbot.waitUntil(lambda: volumes.of(made[0]) is not None)
    found = volumes.of(made[0])
    assert found is not None
    assert found.measurement is not None, found.problem
    whole = found.measurement.value("volume")
    assert whole is not None
    step = abs(float(volume("axial").grid.affine_lps[2, 2]))
    assert whole.unit.ucum == "ml"
    assert whole.value * 1000 == pytest.approx(5 * step * value(session, "area"), rel=1e-6)
    assert drawn(session, made[0]).words.numbers[-1] == f"Volume {whole.value:.2f} ml, 5 slices"
    press(qtbot, session, Key.Key_Z, CTRL)
    assert len(annotations(session)) == 1


def test_that_values_and_the_command_are_copied_and_the_plot_follows(qtbot: QtBot, session: Session) -> None:
    press(qtbot, session, Key.Key_Q)
    drag(qtbot, session, A, B)
    press(qtbot, session, Key.Key_C, CTRL)
    copied = QApplication.clipboard().text()
    assert f"Mean\t{value(session, 'mean'):.1f} HU" in copied
    press(qtbot, session, Key.Key_C, CTRL | ALT)
    assert QApplication.clipboard().text().startswith("workstation --batch measure roi ")
    session.command("plot-measurement")
    settle(qtbot, session)
    plot = measuring(session).plot
    assert plot is not None
    assert "Mean" in plot.numbers.text()
    curve = plot.curve._curve
    assert curve is not None
    assert sum(curve.y) == measured(session).basis.pixels
    before = plot.numbers.text()
    session.window.activateWindow()
    drag(qtbot, session, handle(session, "point", 2), B + QPoint(80, 60))
    assert plot.numbers.text() != before
    plot.close()


def test_that_who_rests_on_a_number_is_told_where_it_comes_from(qtbot: QtBot, session: Session) -> None:
    press(qtbot, session, Key.Key_E)
    drag(qtbot, session, A, B)
    label = drawn(session).label
    assert label is not None
    hand = session.window.pane.hand
    assert hand is not None
    words = hand.tool_tip((label.center().x(), label.center().y()))
    for part in ("Area:", "Pixel Spacing", ".dcm", "axial", f"{measured(session).basis.pixels} whose centre is inside"):
        assert part in words
    assert hand.tool_tip((5.0, 5.0)) == ""


def test_that_tools_stay_in_the_hand_where_that_is_wanted(qtbot: QtBot, session: Session) -> None:
    session.window.actions_by_id["keep-tool"].trigger()
    press(qtbot, session, Key.Key_L)
    drag(qtbot, session, A, B)
    drag(qtbot, session, C, D)
    assert len(annotations(session)) == 2
    assert session.remembered.keeps_tool


def test_that_the_keyboard_alone_can_measure(qtbot: QtBot, session: Session) -> None:
    for key, kind in (
        (Key.Key_L, "length"),
        (Key.Key_E, "ellipse"),
        (Key.Key_P, "polygon"),
        (Key.Key_D, "bidirectional"),
    ):
        press(qtbot, session, key)
        press(qtbot, session, Key.Key_Return)
        assert annotations(session)[-1].kind == kind
        assert measured(session).values


def test_that_a_locked_measurement_neither_moves_nor_changes(qtbot: QtBot, session: Session) -> None:
    press(qtbot, session, Key.Key_L)
    drag(qtbot, session, A, B)
    press(qtbot, session, Key.Key_L, CTRL)
    (locked,) = annotations(session)
    drag(qtbot, session, B, B + QPoint(50, 50))
    drag(qtbot, session, (A + B) / 2, C)
    assert annotations(session) == (locked,)


def test_that_measurements_of_every_kind_are_saved_in_a_valid_state_with_their_numbers(
    qtbot: QtBot, session: Session, tool: Callable[[str], str]
) -> None:
    for key in (Key.Key_L, Key.Key_D, Key.Key_A, Key.Key_E, Key.Key_O, Key.Key_P, Key.Key_Q):
        press(qtbot, session, key)
        press(qtbot, session, Key.Key_Return)
    press(qtbot, session, Key.Key_B)
    drag(qtbot, session, A, B)
    press(qtbot, session, Key.Key_Escape)
    expected = {each.id: drawn_words(session, each) for each in annotations(session)}
    (path,) = save_state(qtbot, session)
    written = pydicom.dcmread(path)
    texts = [each.UnformattedTextValue for each in written.GraphicAnnotationSequence[0].TextObjectSequence]
    assert [text.replace("\r\n", "\n") for text in texts] == list(expected.values())
    assert findings(tool, path, is_presentation_state=True) == []


def drawn_words(session: Session, annotation: Annotation) -> str:
    pane = session.window.pane
    assert pane.scene is not None
    return "\n".join(pane.scene.numbers[annotation.id])


def test_that_the_menu_of_a_measurement_begins_with_what_can_be_done_with_it(qtbot: QtBot, session: Session) -> None:
    press(qtbot, session, Key.Key_P)
    click(qtbot, session, A, B, C, D)
    press(qtbot, session, Key.Key_Return)
    qtbot.mouseMove(session.window.pane, handle(session, "point", 1))
    settle(qtbot, session)
    session.window.pane.menu_wanted.emit(QPoint(100, 100))
    menu = next(each for each in session.window.pane.findChildren(QMenu) if each.isVisible())
    texts = [each.text() for each in menu.actions()]
    assert texts[0] == "Polygon"
    first = texts[: texts.index("Windows")]
    for text in ("Copy the values of the measurement", "Plot the measurement", "Delete the annotation", "Colour"):
        assert text in first
    next(each for each in menu.actions() if each.text() == "Take this point away").trigger()
    menu.close()
    settle(qtbot, session)
    assert len(annotations(session)[0].points_px) == 3
    session.window.part_menus["Measure"].actions()  # it outlives the menu that it was in


@pytest.fixture
def pet(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    folder = pet_series(tmp_path / "pet")
    with running_session(qtbot, tmp_path) as started:
        started.open([folder])
        settle(qtbot, started)
        started.window.pane.setFocus()
        yield started


def all_words(session: Session) -> list[str]:
    """Give all lines that stand on the image."""
    scene = session.window.pane.scene
    return [line for lines in scene.numbers.values() for line in lines] if scene is not None else []


def write_ct(folder: Path, pet_folder: Path) -> None:
    """Write a CT of the same place as a PET, with pixels half as large; its values are 10 times its columns."""
    folder.mkdir()
    series = generate_uid()
    for path in sorted(pet_folder.glob("*.dcm")):
        made = pydicom.dcmread(path)
        made.SOPClassUID, made.Modality, made.SeriesInstanceUID = "1.2.840.10008.5.1.4.1.1.2", "CT", series
        made.SOPInstanceUID, made.Rows, made.Columns, made.PixelSpacing = generate_uid(), 32, 32, [1.5, 1.5]
        made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
        made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
        made.ImagePositionPatient = [-24.75, -24.75, made.ImagePositionPatient[2]]
        del made.Units
        made.PixelData = np.tile(10 * np.arange(32, dtype=np.uint16), (32, 1)).tobytes()
        made.save_as(folder / path.name, enforce_file_format=True)


def test_that_a_region_on_ct_is_measured_on_the_pet_that_lies_there_too(
    qtbot: QtBot, pet: Session, tmp_path: Path
) -> None:
    write_ct(tmp_path / "ct", tmp_path / "pet")
    pet.open([tmp_path / "ct"])
    settle(qtbot, pet)
    assert pet.viewer is not None
    study = pet.workspace.patients[0].studies[0]
    ct, of_pet = (next(each for each in study.series if each.first.modality == name) for name in ("CT", "PT"))
    pet.viewer.show(0, Selection(ct.series_instance_uid))
    settle(qtbot, pet)
    pet.viewer.active.go_to(8)
    settle(qtbot, pet)
    pane = pet.window.pane
    assert pane.scene is not None
    matrix = pane.scene.view.image_to_screen(pane.scene.frame, pane.size_px)
    start, end = (QPoint(*(matrix @ [at, at, 1.0]).round().astype(int).tolist()) for at in (11.5, 19.5))
    press(qtbot, pet, Key.Key_Q)
    drag(qtbot, pet, start, end)
    assert value(pet, "mean") == pytest.approx(155, abs=6)
    z = pane.scene.frame.plane.origin_lps[2] if pane.scene.frame.plane is not None else 0.0
    pet.viewer.show(0, Selection(of_pet.series_instance_uid))
    settle(qtbot, pet)
    for index in range(16):
        pet.viewer.active.go_to(index)
        settle(qtbot, pet)
        assert pane.scene.frame.plane is not None
        is_there = abs(pane.scene.frame.plane.origin_lps[2] - z) < 1e-6
        assert len(pane.scene.carried) == is_there
        if is_there:
            qtbot.waitUntil(lambda: "Mean 5.00  SD 0.00 SUVbw" in all_words(pet))


def test_that_a_sphere_gives_the_voxels_above_its_threshold_in_suv_and_shows_them(qtbot: QtBot, pet: Session) -> None:
    assert pet.viewer is not None
    pet.viewer.active.go_to(8)
    settle(qtbot, pet)
    pane = pet.window.pane
    assert pane.scene is not None
    matrix = pane.scene.view.image_to_screen(pane.scene.frame, pane.size_px)
    middle, rim = (QPoint(*(matrix @ [column, 7.5, 1.0]).round().astype(int).tolist()) for column in (7.5, 15.5))
    press(qtbot, pet, Key.Key_E, SHIFT)
    drag(qtbot, pet, middle, rim)
    feature, made = measuring(pet), annotations(pet)[-1]
    qtbot.waitUntil(lambda: (found := feature.images.volumes.of(made)) is not None and found.measurement is not None)
    found = feature.images.volumes.of(made)
    assert found is not None
    assert found.measurement is not None, found.problem
    values = {each.quantity.key: each for each in found.measurement.values}
    assert values["volume"].value == pytest.approx(8**3 * 0.027)
    for key in ("max", "mean"):
        assert values[key].value == pytest.approx(5.0, rel=1e-4)
        assert values[key].unit.ucum == "g/ml{SUVbw}"
    settle(qtbot, pet)
    assert "Max 5.00  Mean 5.00 SUVbw" in drawn(pet).words.numbers
    press(qtbot, pet, Key.Key_Down)
    assert pane.scene is not None
    (voxels,) = pane.scene.voxels
    assert voxels.mask is not None
    assert (voxels.mask.left, voxels.mask.top, voxels.mask.columns, voxels.mask.rows) == (4, 4, 8, 8)
    pet.viewer.active.go_to(8)
    settle(qtbot, pet)
    feature._annotating.annotator.chosen.put(
        replace(annotations(pet)[-1], threshold=dict(THRESHOLDS)["all voxels"]), "threshold of the"
    )
    now = annotations(pet)[-1]
    qtbot.waitUntil(lambda: feature.images.volumes.of(now) is not None)
    found = feature.images.volumes.of(now)
    assert found is not None
    assert found.measurement is not None, found.problem
    lowest = found.measurement.value("min")
    assert lowest is not None
    assert lowest.value == pytest.approx(1.0, rel=1e-4)


def test_that_values_of_pet_are_suv_or_as_the_file_has_them(qtbot: QtBot, pet: Session) -> None:
    press(qtbot, pet, Key.Key_Q)
    drag(qtbot, pet, A, B)
    qtbot.waitUntil(lambda: any("SUVbw" in line for line in drawn(pet).words.numbers))
    mean = value(pet, "mean")
    press(qtbot, pet, Key.Key_C, CTRL | ALT)
    assert QApplication.clipboard().text().startswith("workstation --batch measure suv ")
    pet.window.actions_by_id["suv-values"].trigger()
    settle(qtbot, pet)
    assert value(pet, "mean") == pytest.approx(1000 * mean, rel=1e-4)
    assert any("Bq/ml" in line for line in drawn(pet).words.numbers)
    assert pet.remembered.gives_suv is False


def test_that_a_profile_is_plotted_at_once_and_the_list_has_the_numbers(qtbot: QtBot, session: Session) -> None:
    session.window.actions_by_id["annotations"].trigger()
    press(qtbot, session, Key.Key_Q, SHIFT)
    drag(qtbot, session, A, B)
    plot = measuring(session).plot
    assert plot is not None
    assert plot.isVisible()
    plot.copy_button.click()
    head, *rows = QApplication.clipboard().text().splitlines()
    assert len(head.split("\t")) == 2
    curve = plot.curve._curve
    assert curve is not None
    assert [float(row.split("\t")[1]) for row in rows] == pytest.approx(list(curve.y))
    plot.close()
    panel = session.window.side.currentWidget()
    assert isinstance(panel, AnnotationsPanel)
    expected = ("Line profile", f"{value(session, 'length'):.1f} mm")
    qtbot.waitUntil(lambda: panel.shown[0].cells[:2] == expected)


def test_that_what_has_to_be_known_of_a_number_is_signed(qtbot: QtBot, session: Session) -> None:
    press(qtbot, session, Key.Key_P)
    click(qtbot, session, A, C, B, D)
    press(qtbot, session, Key.Key_Return)
    assert measured(session).notes
    assert drawn(session).words.numbers[0].startswith("⚠ ")
    hand = session.window.pane.hand
    label = drawn(session).label
    assert hand is not None
    assert label is not None
    assert "crosses itself" in hand.tool_tip((label.center().x(), label.center().y()))


def test_that_lengths_are_given_in_the_unit_that_is_wanted(qtbot: QtBot, session: Session) -> None:
    press(qtbot, session, Key.Key_L)
    drag(qtbot, session, A, B)
    mm = value(session, "length")
    for unit, factor, words in (("cm", 0.1, "cm"), ("inch", 1 / 25.4, "in"), ("mm", 1.0, "mm")):
        session.command(f"units-{unit}", checked=True)
        settle(qtbot, session)
        assert value(session, "length") == pytest.approx(mm * factor)
        assert drawn(session).words.numbers[0].endswith(f" {words}")
        assert session.window.actions_by_id[f"units-{unit}"].isChecked()
        press(qtbot, session, Key.Key_C, CTRL | ALT)
        assert (f"--units {unit}" in QApplication.clipboard().text()) == (unit != "mm")
    assert session.remembered.length_unit == "mm"


@pytest.mark.parametrize(
    ("tool", "drags", "kind"),
    [
        ("measure-rectangle", [(A, C)], "rectangle"),
        ("measure-circle", [(A, B)], "circle"),
        ("measure-curve", [(A, B, C)], "curve"),
        ("measure-freehand", [(A, B, C, D)], "freehand"),
        ("measure-ratio", [(A, B), (D, C)], "ratio"),
        ("measure-open-angle", [(A, B), (D, C)], "open_angle"),
        ("measure-four-point-angle", [(A, B), (D, C), (A, D), (B, C)], "four_point_angle"),
        ("measure-threshold-brush", [(A, B)], "mask"),
        ("measure-grow", [(A, A)], "mask"),
        ("measure-sphere", [(A, C)], "sphere"),
    ],
)
def test_that_what_is_dragged_is_measured_at_once_and_undone_as_one_step(
    qtbot: QtBot, session: Session, tool: str, drags: list[tuple[QPoint, ...]], kind: str
) -> None:
    session.window.actions_by_id[tool].trigger()
    for points in drags:
        drag(qtbot, session, *points)
    (made,) = annotations(session)
    assert made.kind == kind
    assert measured(session).values
    assert drawn(session).words.numbers
    assert len(made.points_lps) == len(made.points_px)
    press(qtbot, session, Key.Key_Z, CTRL)
    assert annotations(session) == ()


def test_that_nothing_of_measuring_is_loaded_before_somebody_measures(qtbot: QtBot, session: Session) -> None:
    feature = measuring(session)
    assert feature._images is None
    press(qtbot, session, Key.Key_L)
    drag(qtbot, session, A, B)
    assert feature._images is not None
