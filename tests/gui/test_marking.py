"""Annotations and key images in the window: made by mouse and keys, seen on the screen, undone, saved, found again."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from tests.unit.objects.gate import findings
from workstation.gui.canvas.drawn import laid_out, to_screen
from workstation.gui.canvas.label_editor import LabelEditor
from workstation.gui.panels.annotations.view import AnnotationsPanel
from workstation.gui.panels.key_images.view import KeyImagesPanel
from workstation.gui.panels.saving.view import SavingDialog
from workstation.gui.session import Session
from workstation.gui.viewer.presenter import Viewer
from workstation.model.annotation import COLOURS, YELLOW, Annotation
from workstation.model.index.records import Series
from workstation.model.marking import from_json, to_json

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT, LEFT = Qt.KeyboardModifier.AltModifier, Qt.MouseButton.LeftButton


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as started:
        started.open([small_study(tmp_path / "study", "axial", "coronal")])
        settle(qtbot, started)
        started.window.pane.setFocus()
        yield started


def viewer_of(session: Session) -> Viewer:
    assert session.viewer is not None
    return session.viewer


def annotations(session: Session) -> tuple[Annotation, ...]:
    return viewer_of(session).now.marking.annotations


def press_key(qtbot: QtBot, session: Session, key: Qt.Key, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(session.window.pane, key, modifier)
    settle(qtbot, session)


def drag(qtbot: QtBot, session: Session, start: QPoint, end: QPoint) -> None:
    pane = session.window.pane
    qtbot.mousePress(pane, LEFT, pos=start)
    for share in (0.3, 0.7, 1.0):
        qtbot.mouseMove(pane, start + (end - start) * share)
    qtbot.mouseRelease(pane, LEFT, pos=end)


def write(qtbot: QtBot, session: Session, words: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    editor = session.window.pane.findChild(LabelEditor)
    assert isinstance(editor, QLineEdit)
    editor.clear()
    qtbot.keyClicks(editor, words)
    qtbot.keyClick(editor, key)
    settle(qtbot, session)


def note(qtbot: QtBot, session: Session, words: str = "here", at: QPoint | None = None) -> Annotation:
    press_key(qtbot, session, Qt.Key.Key_N)
    start = at or QPoint(300, 300)
    drag(qtbot, session, start, start + QPoint(80, -50))
    write(qtbot, session, words)
    return annotations(session)[-1]


def painted(session: Session) -> NDArray[np.uint8]:
    image = session.window.pane.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def count_of(picture: NDArray[np.uint8], colour: tuple[int, int, int]) -> int:
    return int((np.abs(picture.astype(int) - colour).max(axis=2) < 25).sum())


def place_of(session: Session, annotation: Annotation) -> tuple[list[QPoint], QPoint]:
    """Give the points of an annotation and the middle of its words on the screen."""
    pane = session.window.pane
    assert pane.scene is not None
    drawn = laid_out(annotation, to_screen(pane.scene, pane.size_px, pane.devicePixelRatioF()))
    assert drawn.label is not None
    return [point.toPoint() for point in drawn.points], drawn.label.center().toPoint()


def test_that_a_note_is_put_where_the_mouse_says_written_and_seen(qtbot: QtBot, session: Session) -> None:
    before = count_of(painted(session), YELLOW)
    made = note(qtbot, session, "left lung")
    assert (made.kind, made.text, made.colour) == ("text", "left lung", YELLOW)
    assert len(made.points_lps) == 1
    assert made.frame_of_reference_uid
    assert count_of(painted(session), YELLOW) > before + 40
    points, middle = place_of(session, made)
    assert (points[0] - QPoint(300, 300)).manhattanLength() <= 1
    assert (middle - QPoint(380, 250)).manhattanLength() <= 2
    assert not session.window.actions_by_id["note"].isChecked()
    # Only on its image.
    press_key(qtbot, session, Qt.Key.Key_Down)
    assert count_of(painted(session), YELLOW) == before
    press_key(qtbot, session, Qt.Key.Key_Up)
    assert count_of(painted(session), YELLOW) > before + 40


def test_that_an_arrow_points_at_the_first_place_and_may_stay_without_words(qtbot: QtBot, session: Session) -> None:
    press_key(qtbot, session, Qt.Key.Key_N, SHIFT)
    drag(qtbot, session, QPoint(250, 250), QPoint(350, 330))
    write(qtbot, session, "", Qt.Key.Key_Escape)
    (made,) = annotations(session)
    assert (made.kind, made.text) == ("arrow", "")
    pane = session.window.pane
    assert pane.scene is not None
    tip, tail = (to_screen(pane.scene, pane.size_px, 1.0)(point).toPoint() for point in made.points_px)
    assert (tip - QPoint(250, 250)).manhattanLength() <= 1
    assert (tail - QPoint(350, 330)).manhattanLength() <= 1
    line = painted(session)[285:297, 295:305]
    assert count_of(line, YELLOW) > 5
    assert viewer_of(session).undo_label == "arrow"


def test_that_annotations_follow_every_turn_and_zoom(qtbot: QtBot, session: Session) -> None:
    made = note(qtbot, session)
    for key in (Qt.Key.Key_R, Qt.Key.Key_H, Qt.Key.Key_Plus):
        press_key(qtbot, session, key)
        points, _ = place_of(session, made)
        near = painted(session)[points[0].y() - 7 : points[0].y() + 8, points[0].x() - 7 : points[0].x() + 8]
        assert count_of(near, YELLOW) > 3


def test_that_a_note_without_words_is_none(qtbot: QtBot, session: Session) -> None:
    press_key(qtbot, session, Qt.Key.Key_N)
    qtbot.mouseClick(session.window.pane, LEFT, pos=QPoint(300, 300))
    write(qtbot, session, "given up", Qt.Key.Key_Escape)
    assert annotations(session) == ()
    assert viewer_of(session).undo_label == ""


def test_that_keys_are_letters_while_one_writes(qtbot: QtBot, session: Session) -> None:
    made = note(qtbot, session, "nick 1 hiv")
    assert made.text == "nick 1 hiv"
    assert viewer_of(session).now.marking.key_images == ()


def test_that_esc_puts_the_tool_away(qtbot: QtBot, session: Session) -> None:
    press_key(qtbot, session, Qt.Key.Key_N)
    assert session.window.actions_by_id["note"].isChecked()
    press_key(qtbot, session, Qt.Key.Key_Escape)
    assert not session.window.actions_by_id["note"].isChecked()
    drag(qtbot, session, QPoint(200, 200), QPoint(260, 230))
    assert annotations(session) == ()
    assert viewer_of(session).undo_label == "window"


def test_that_the_keyboard_alone_can_put_a_note(qtbot: QtBot, session: Session) -> None:
    press_key(qtbot, session, Qt.Key.Key_N)
    press_key(qtbot, session, Qt.Key.Key_Return)
    write(qtbot, session, "in the middle")
    (made,) = annotations(session)
    points, _ = place_of(session, made)
    assert (points[0] - session.window.pane.rect().center()).manhattanLength() <= 2


def test_that_points_and_words_are_dragged_and_each_drag_is_one_step_back(qtbot: QtBot, session: Session) -> None:
    made = note(qtbot, session)
    (point,), middle = place_of(session, made)
    drag(qtbot, session, middle, middle + QPoint(40, 60))
    moved = annotations(session)[0]
    assert moved.points_px == made.points_px
    assert (place_of(session, moved)[1] - middle - QPoint(40, 60)).manhattanLength() <= 2
    drag(qtbot, session, point, point + QPoint(-30, 20))
    again = annotations(session)[0]
    assert again.label_px == moved.label_px
    assert again.points_lps != moved.points_lps
    press_key(qtbot, session, Qt.Key.Key_Z, CTRL)
    assert annotations(session) == (moved,)
    press_key(qtbot, session, Qt.Key.Key_Z, CTRL)
    assert annotations(session) == (made,)
    press_key(qtbot, session, Qt.Key.Key_Z, CTRL)
    assert annotations(session) == ()
    for _ in range(3):
        press_key(qtbot, session, Qt.Key.Key_Y, CTRL)
    assert annotations(session) == (again,)


def test_that_a_double_click_writes_anew_and_does_not_maximise(qtbot: QtBot, session: Session) -> None:
    press_key(qtbot, session, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    session.window.pane.setFocus()
    made = note(qtbot, session, at=QPoint(120, 300))
    _, middle = place_of(session, made)
    qtbot.mouseDClick(session.window.pane, LEFT, pos=middle)
    write(qtbot, session, "there")
    assert annotations(session)[0].text == "there"
    assert not viewer_of(session).now.is_maximised
    assert viewer_of(session).undo_label == "words of the note"


def test_that_locked_ones_stay_as_they_are(qtbot: QtBot, session: Session) -> None:
    made = note(qtbot, session)
    press_key(qtbot, session, Qt.Key.Key_L, CTRL)
    (locked,) = annotations(session)
    assert locked.is_locked
    _, middle = place_of(session, made)
    drag(qtbot, session, middle, middle + QPoint(60, 60))
    press_key(qtbot, session, Qt.Key.Key_Delete)
    assert annotations(session) == (locked,)
    press_key(qtbot, session, Qt.Key.Key_L, CTRL)
    press_key(qtbot, session, Qt.Key.Key_Delete)
    assert annotations(session) == ()
    press_key(qtbot, session, Qt.Key.Key_Z, CTRL)
    assert annotations(session) == (made,)


def test_that_the_keyboard_chooses_and_moves_annotations_as_they_are_seen(qtbot: QtBot, session: Session) -> None:
    pane = session.window.pane
    press_key(qtbot, session, Qt.Key.Key_Right, CTRL)
    assert "There is no annotation on this image." in [each.as_text() for each in session.notes.notes]
    first, second = note(qtbot, session, "a"), note(qtbot, session, "b", QPoint(200, 400))
    press_key(qtbot, session, Qt.Key.Key_Right, CTRL)
    assert pane.scene is not None
    assert pane.scene.lit == first.id
    press_key(qtbot, session, Qt.Key.Key_Left, CTRL)
    assert pane.scene.lit == second.id
    press_key(qtbot, session, Qt.Key.Key_Left, CTRL)
    assert pane.scene.lit == first.id

    def seen() -> NDArray[np.float64]:
        """Where the chosen one is on the screen, in pixels of the image."""
        settle(qtbot, session)
        scene = pane.scene
        assert scene is not None
        matrix = scene.view.image_to_screen(scene.renderer.frame, pane.size_px)
        points = np.asarray(next(each for each in annotations(session) if each.id == first.id).points_px)
        zoom = scene.view.effective_zoom(scene.renderer.frame, pane.size_px)
        return np.asarray((points @ matrix[:, :2].T + matrix[:, 2]) / zoom)

    for turn in ("", "rotate-right", "flip-h"):
        if turn:
            session.command(turn)
        for key, modifier, way in (
            (Qt.Key.Key_Right, ALT, (1, 0)),
            (Qt.Key.Key_Up, ALT, (0, -1)),
            (Qt.Key.Key_Down, ALT | SHIFT, (0, 10)),
            (Qt.Key.Key_Left, ALT | SHIFT, (-10, 0)),
        ):
            before = seen()
            press_key(qtbot, session, key, modifier)
            moved = (seen() - before)[0]
            assert np.sign(np.round(moved, 6)).tolist() == np.sign(way).tolist()
            assert np.abs(moved).max() > 0.99 * np.abs(way).max()
    assert viewer_of(session).undo_label.startswith("move of the")
    assert next(each for each in annotations(session) if each.id == second.id) == second
    press_key(qtbot, session, Qt.Key.Key_L, CTRL)
    assert [each.is_locked for each in annotations(session)].count(True) == 1
    locked = annotations(session)
    press_key(qtbot, session, Qt.Key.Key_Right, ALT)
    assert annotations(session) == locked


def test_that_presses_that_follow_each_other_move_in_one_step(qtbot: QtBot, session: Session) -> None:
    made = note(qtbot, session)
    for _ in range(3):
        press_key(qtbot, session, Qt.Key.Key_Right, ALT)
    (moved,) = annotations(session)
    assert moved.points_px[0] == pytest.approx((made.points_px[0][0] + 3, made.points_px[0][1]))
    viewer_of(session).undo()
    assert annotations(session) == (made,)


def test_that_a_copy_goes_to_the_next_image_with_its_place_in_the_patient(qtbot: QtBot, session: Session) -> None:
    made = note(qtbot, session)
    position = session.window.pane.scene.position[0]  # type: ignore[union-attr]  # there is a picture
    press_key(qtbot, session, Qt.Key.Key_Down, CTRL)
    one, copy = annotations(session)
    assert one == made
    assert session.window.pane.scene.position[0] == position + 1  # type: ignore[union-attr]
    assert (copy.points_px, copy.text) == (made.points_px, made.text)
    assert copy.sop_instance_uid != made.sop_instance_uid
    away = np.subtract(copy.points_lps[0], made.points_lps[0])
    assert np.hypot(*away[:2]) == pytest.approx(0, abs=1e-6)
    assert abs(away[2]) > 0.1


def test_that_colours_and_the_list_lead_to_the_image(qtbot: QtBot, session: Session) -> None:
    note(qtbot, session, "one")
    press_key(qtbot, session, Qt.Key.Key_Down)
    note(qtbot, session, "two")
    session.window.actions_by_id["annotations"].trigger()
    settle(qtbot, session)
    panel = session.window.side.currentWidget()
    assert isinstance(panel, AnnotationsPanel)
    assert [row.cells[0] for row in panel.shown] == ["one", "two"]
    assert session.window.pane.scene is not None
    before = session.window.pane.scene.position[0]
    panel.table.setFocus()
    panel.table.selectRow(0)
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    settle(qtbot, session)
    assert session.window.pane.scene.position[0] == before - 1
    session.window.pane.setFocus()
    from workstation.gui.features.annotating import Annotating

    feature = session.findChild(Annotating)
    assert isinstance(feature, Annotating)
    feature.annotator.chosen.recolour(COLOURS["Cyan"])
    settle(qtbot, session)
    assert annotations(session)[0].colour == COLOURS["Cyan"]
    assert count_of(painted(session), COLOURS["Cyan"]) > 30


def test_that_k_stars_the_image_and_takes_the_star_back(qtbot: QtBot, session: Session) -> None:
    star = (255, 214, 64)
    before = count_of(painted(session), star)
    press_key(qtbot, session, Qt.Key.Key_K)
    assert len(viewer_of(session).now.marking.key_images) == 1
    assert count_of(painted(session), star) > before + 60
    starred = session.window.browser.delegate.starred
    assert starred == {session.workspace.selection.series_instance_uid}  # type: ignore[union-attr]
    press_key(qtbot, session, Qt.Key.Key_K)
    assert viewer_of(session).now.marking.key_images == ()
    assert count_of(painted(session), star) == before
    press_key(qtbot, session, Qt.Key.Key_Z, CTRL)
    assert len(viewer_of(session).now.marking.key_images) == 1


def star_at(qtbot: QtBot, session: Session, *indexes: int) -> None:
    for index in indexes:
        viewer_of(session).active.go_to(index)
        settle(qtbot, session)
        press_key(qtbot, session, Qt.Key.Key_K)


def position(session: Session) -> int:
    scene = session.window.pane.scene
    assert scene is not None
    return scene.position[0] - 1


def test_that_keys_lead_from_one_key_image_to_the_next_and_scrolling_may_stop_at_them_only(
    qtbot: QtBot, session: Session
) -> None:
    star_at(qtbot, session, 1, 4, 6)
    found = []
    for _ in range(3):
        press_key(qtbot, session, Qt.Key.Key_PageDown, CTRL)
        found.append(position(session))
    assert found == [1, 4, 6]
    press_key(qtbot, session, Qt.Key.Key_PageUp, CTRL)
    assert position(session) == 4
    session.window.actions_by_id["only-key-images"].trigger()
    press_key(qtbot, session, Qt.Key.Key_Down)
    assert position(session) == 6
    press_key(qtbot, session, Qt.Key.Key_Down)
    assert position(session) == 6
    for expected in (4, 1, 1):
        press_key(qtbot, session, Qt.Key.Key_Up)
        assert position(session) == expected
    session.window.actions_by_id["only-key-images"].trigger()
    press_key(qtbot, session, Qt.Key.Key_Down)
    assert position(session) == 2


def series_of(session: Session, modality: str) -> list[Series]:
    studies = (study for patient in session.workspace.patients for study in patient.studies)
    return [each for study in studies for each in study.series if each.first.modality == modality]


def test_that_starred_images_are_saved_and_told_as_those_of_others(
    qtbot: QtBot, session: Session, tool: Callable[[str], str]
) -> None:
    star_at(qtbot, session, 1, 4)
    session.window.actions_by_id["key-images"].trigger()
    settle(qtbot, session)
    panel = session.window.side.currentWidget()
    assert isinstance(panel, KeyImagesPanel)
    assert panel.list.count() == 3
    panel.list.setCurrentRow(1)
    panel.image_note.setText("the best one")
    panel.image_note.editingFinished.emit()
    assert viewer_of(session).now.marking.key_images[0].note == "the best one"
    panel.title.setCurrentText("For Teaching")
    panel.note.setText("see the left lung")
    panel.creator.setText("Reader, Ann")
    panel.save_button.click()
    settle(qtbot, session)
    (series,) = series_of(session, "KO")
    path = series.first.place.path
    made = pydicom.dcmread(path)
    assert made.ConceptNameCodeSequence[0].CodeMeaning == "For Teaching"
    texts = [each.TextValue for each in made.ContentSequence if each.ValueType == "TEXT"]
    assert texts[0].split("\r\n")[0] == "see the left lung"
    assert texts[0].endswith(": the best one")
    assert [str(each.PersonName) for each in made.ContentSequence if each.ValueType == "PNAME"] == ["Reader^Ann"]
    images = [each for each in made.ContentSequence if each.ValueType == "IMAGE"]
    starred = viewer_of(session).now.marking.key_images
    uids = [each.ReferencedSOPSequence[0].ReferencedSOPInstanceUID for each in images]
    assert uids == [each.sop_instance_uid for each in starred]
    scene = session.window.pane.scene
    assert scene is not None
    assert scene.key_words == "For Teaching"
    # Without one's own star the choice of others is still told.
    session.window.pane.setFocus()
    press_key(qtbot, session, Qt.Key.Key_K)
    assert session.window.pane.scene is not None
    assert (session.window.pane.scene.is_key, session.window.pane.scene.key_words) == (False, "For Teaching")
    assert any("ko create" in line for line in session.command_copy.lines(session.pane))
    assert findings(tool, path) == []


def save_state(qtbot: QtBot, session: Session, **answers: Any) -> list[Path]:
    known = {each.place.path for series in series_of(session, "PR") for each in series.instances}
    press_key(qtbot, session, Qt.Key.Key_S, CTRL)
    dialog = session.window.findChild(SavingDialog)
    assert isinstance(dialog, SavingDialog)
    dialog.description.setText(answers.get("description", "nodule"))
    dialog.label.setText("key finding")
    dialog.creator.setText("Reader, Ann")
    dialog.whole_series.setChecked(bool(answers.get("whole_series")))
    dialog.save_button.click()
    settle(qtbot, session)
    found = [each.place.path for series in series_of(session, "PR") for each in series.instances]
    return [path for path in found if path not in known]


def test_that_what_is_seen_is_saved_as_a_valid_state_and_shown_with_it_again(
    qtbot: QtBot, session: Session, tool: Callable[[str], str]
) -> None:
    made = note(qtbot, session, "left lung")
    press_key(qtbot, session, Qt.Key.Key_N, SHIFT)
    drag(qtbot, session, QPoint(250, 450), QPoint(350, 500))
    write(qtbot, session, "big one")
    arrow = annotations(session)[-1]
    press_key(qtbot, session, Qt.Key.Key_R)
    (path,) = save_state(qtbot, session)
    assert session.remembered.creator == "Reader^Ann"
    written = pydicom.dcmread(path)
    assert (written.ContentLabel, written.ContentDescription) == ("KEY_FINDING", "nodule")
    assert written.ImageRotation == 90
    texts = {each.UnformattedTextValue: each for each in written.GraphicAnnotationSequence[0].TextObjectSequence}
    assert set(texts) == {"left lung", "big one"}
    # Points count from the corner of the first pixel in the file (PS3.3 C.10.5.1.1).
    assert list(texts["left lung"].AnchorPoint) == pytest.approx([value + 0.5 for value in made.points_px[0]], abs=0.02)
    scene = session.window.pane.scene
    assert scene is not None
    assert scene.applied is not None
    assert scene.applied.name.startswith("nodule")
    assert findings(tool, path, is_presentation_state=True) == []

    # What is in the state is live no longer, nor turned twice; it becomes live again on wish, and is not drawn twice.
    assert annotations(session) == ()
    assert scene.view.rotation_quarters == 1
    assert count_of(painted(session), YELLOW) > 40
    session.command("take-annotations")
    settle(qtbot, session)
    back = annotations(session)
    assert [(each.kind, each.text) for each in back] == [("arrow", "big one"), ("text", "left lung")]
    assert np.allclose(back[0].points_px, arrow.points_px, atol=0.02)
    assert np.allclose(back[1].points_px, made.points_px, atol=0.02)
    assert np.allclose(back[1].label_px, made.label_px, atol=0.05)
    assert session.window.pane.scene is not None
    assert session.window.pane.scene.view.hidden_layers == {"ANNOTATIONS"}
    session.command("undo")
    assert session.window.pane.scene.view.hidden_layers == frozenset()


def test_that_one_window_is_saved_for_all_images_with_the_annotations_of_each(
    qtbot: QtBot, session: Session, tool: Callable[[str], str]
) -> None:
    first = note(qtbot, session, "one").sop_instance_uid
    press_key(qtbot, session, Qt.Key.Key_Down)
    second = note(qtbot, session, "two").sop_instance_uid
    press_key(qtbot, session, Qt.Key.Key_2)
    (path,) = save_state(qtbot, session, whole_series=True)
    written = pydicom.dcmread(path)
    stack = viewer_of(session).active.stack
    assert stack is not None
    assert len(written.ReferencedSeriesSequence[0].ReferencedImageSequence) == len(stack.frames)
    drawn = {
        each.TextObjectSequence[0].UnformattedTextValue: each.ReferencedImageSequence[0].ReferencedSOPInstanceUID
        for each in written.GraphicAnnotationSequence
    }
    assert drawn["one"] == first
    assert drawn["two"] == second
    assert annotations(session) == ()
    session.command("undo")
    settle(qtbot, session)
    assert [each.text for each in annotations(session)] == ["one", "two"]
    assert session.window.pane.scene is not None
    assert session.window.pane.scene.applied is not None
    assert session.window.pane.scene.applied.name == ""
    assert findings(tool, path, is_presentation_state=True) == []


def test_that_undo_over_mixed_actions_comes_back_to_the_start_and_redo_to_the_end(
    qtbot: QtBot, session: Session
) -> None:
    viewer = viewer_of(session)
    start = viewer.now
    note(qtbot, session, "one")
    press_key(qtbot, session, Qt.Key.Key_K)
    press_key(qtbot, session, Qt.Key.Key_I)
    (point,), _ = place_of(session, annotations(session)[0])
    drag(qtbot, session, point, point + QPoint(25, 25))
    press_key(qtbot, session, Qt.Key.Key_R)
    press_key(qtbot, session, Qt.Key.Key_L, CTRL)
    press_key(qtbot, session, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    end = viewer.now
    labels = []
    while viewer.undo_label:
        labels.append(viewer.undo())
    settle(qtbot, session)
    expected = ["layout 1x2", "locking of the note", "turn", "move of the note", "invert", "key image", "note"]
    assert labels == expected
    assert viewer.now.marking == start.marking
    assert viewer.now == start
    while viewer.redo_label:
        viewer.redo()
    settle(qtbot, session)
    assert viewer.now == end


def test_that_marks_are_kept_with_the_open_work(qtbot: QtBot, session: Session) -> None:
    note(qtbot, session, "kept")
    press_key(qtbot, session, Qt.Key.Key_K)
    extra = session.open_work.extras["annotations and key images"]
    kept = extra.to_json()
    viewer = viewer_of(session)
    before = viewer.now.marking
    assert from_json(kept) == before == from_json(to_json(before))
    while viewer.undo_label:
        viewer.undo()
    extra.from_json(kept)
    settle(qtbot, session)
    assert viewer.now.marking == before
    assert session.window.pane.scene is not None
    assert session.window.pane.scene.is_key
    assert [each.text for each in session.window.pane.scene.annotations] == ["kept"]


def test_that_no_two_commands_have_one_key() -> None:
    from workstation.gui.commands import COMMANDS

    keys = list(itertools.chain.from_iterable(command.keys for command in COMMANDS))
    assert len(keys) == len(set(keys))
