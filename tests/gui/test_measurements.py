"""The panel of measurements: sorted, filtered, named, linked, deleted, written, saved as objects and loaded again."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from tests.gui.test_measuring import A, B, C, D, Key, annotations, drag, measuring, press
from tests.unit.objects.gate import Tool, findings
from workstation.gui.features.measurements import Measurements
from workstation.gui.features.saved_measurements import SavedMeasurements
from workstation.gui.features.written_measurements import WrittenMeasurements
from workstation.gui.panels.annotations.load_dialog import LoadDialog
from workstation.gui.panels.annotations.view import AnnotationsPanel
from workstation.gui.session import Session
from workstation.measure.measuring import measured as measured_on
from workstation.model.annotation import Annotation
from workstation.model.image import Image
from workstation.objects.measurement_report.reading import read_report


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as started:
        started.open([small_study(tmp_path / "study", "axial", "sagittal")])
        settle(qtbot, started)
        started.window.pane.setFocus()
        yield started


def measurements(session: Session) -> Measurements:
    found = session.findChild(Measurements)
    assert isinstance(found, Measurements)
    return found


def panel_of(qtbot: QtBot, session: Session) -> AnnotationsPanel:
    """Open the panel, and wait until its numbers are there."""
    if session.window.side.shown != "annotations":
        session.window.actions_by_id["annotations"].trigger()
    settle(qtbot, session)
    found = session.window.side.currentWidget()
    assert isinstance(found, AnnotationsPanel)
    settle(qtbot, session)
    return found


def draw(qtbot: QtBot, session: Session) -> tuple[Annotation, ...]:
    """Draw a length, an ellipse, and on the next image a longer length."""
    session.window.pane.setFocus()
    press(qtbot, session, Key.Key_L)
    drag(qtbot, session, A, B)
    press(qtbot, session, Key.Key_E)
    drag(qtbot, session, D, C)
    press(qtbot, session, Key.Key_Down)
    press(qtbot, session, Key.Key_L)
    drag(qtbot, session, D, B)
    return annotations(session)


def choose(panel: AnnotationsPanel, *rows: int) -> None:
    panel.table.clearSelection()
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for row in rows:
        panel.table.selectionModel().select(panel.filter.index(row, 0), flags)


def say(panel: AnnotationsPanel, name: str, words: str) -> None:
    """Write into a field of the form, and leave it."""
    panel.form.lines[name].setText(words)
    panel.form.lines[name].editingFinished.emit()


def test_that_the_table_has_all_with_numbers_and_is_sorted_by_them(qtbot: QtBot, session: Session) -> None:
    length, _ellipse, longer = draw(qtbot, session)
    panel = panel_of(qtbot, session)
    assert [each.cells[3] for each in panel.shown] == ["length", "ellipse", "length"]
    assert all("mm" in each.cells[1] for each in panel.shown)
    panel.search.setText("LENGTH")
    assert [each.id for each in panel.shown] == [length.id, longer.id]
    panel.table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert [each.id for each in panel.shown] == [longer.id, length.id]
    panel.search.setText("nothing like it")
    assert not panel.shown
    assert "all of these words" in panel.empty.text()


def test_that_numbers_of_images_that_nobody_looks_at_are_measured(qtbot: QtBot, session: Session) -> None:
    draw(qtbot, session)
    panel = panel_of(qtbot, session)
    before = [each.cells[1] for each in panel.shown]
    measuring(session).images.numbers.keep_only(())
    assert session.viewer is not None
    session.viewer.next_series(1)
    settle(qtbot, session)
    session.command("units-cm", checked=True)
    qtbot.waitUntil(lambda: panel.shown[0].cells[1].endswith(" cm"))
    after = [each.cells[1] for each in panel.shown]
    mm, cm = (float(each[0].split()[0]) for each in (before, after))
    assert cm == pytest.approx(mm / 10, abs=0.006)
    assert "spacing" in panel.shown[0].details.lower()


def test_that_a_row_leads_to_its_image_and_is_renamed_in_place(qtbot: QtBot, session: Session) -> None:
    first = draw(qtbot, session)[0]
    panel = panel_of(qtbot, session)
    assert session.window.pane.scene is not None
    place = session.window.pane.scene.position[0]
    point = panel.table.visualRect(panel.filter.index(0, 0)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=point)
    settle(qtbot, session)
    assert session.window.pane.scene.position[0] == place - 1
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Key.Key_F2)
    editor = panel.table.findChild(QLineEdit)
    assert editor is not None
    editor.setText("stent")
    qtbot.keyClick(editor, Key.Key_Return)
    settle(qtbot, session)
    assert annotations(session)[0].text == "stent"
    session.command("undo")
    settle(qtbot, session)
    assert annotations(session)[0] == first


def test_that_several_are_deleted_at_once_but_not_those_that_are_locked(qtbot: QtBot, session: Session) -> None:
    made = draw(qtbot, session)
    session.command("lock-annotation")
    panel = panel_of(qtbot, session)
    choose(panel, 0, 1, 2)
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Key.Key_Delete)
    settle(qtbot, session)
    assert [each.id for each in annotations(session)] == [made[2].id]
    assert any("locked" in note.message for note in session.notes.notes)
    session.command("undo")
    assert [each.id for each in annotations(session)] == [each.id for each in made]


def test_that_a_lesion_is_named_linked_and_coded(qtbot: QtBot, session: Session) -> None:
    draw(qtbot, session)
    panel = panel_of(qtbot, session)
    choose(panel, 0)
    say(panel, "lesion", "Lesion 1")
    say(panel, "finding", "nodule")
    say(panel, "site", "Upper lobe of lung")
    settle(qtbot, session)
    about = annotations(session)[0].about
    assert about is not None
    assert about.tracking_id == "Lesion 1"
    assert about.tracking_uid.startswith("2.25.")
    assert (about.finding.value, about.finding.scheme) == ("27925004", "SCT") if about.finding else False
    assert about.site is not None
    assert about.site.value == "45653009"
    choose(panel, 2)
    say(panel, "lesion", "lesion 1")
    settle(qtbot, session)
    linked = annotations(session)[2].about
    assert linked is not None
    assert (linked.tracking_uid, linked.tracking_id) == (about.tracking_uid, "Lesion 1")
    choose(panel, 0, 2)
    panel.form.role.setCurrentIndex(panel.form.role.findData("target"))
    panel.form.role.activated.emit(panel.form.role.currentIndex())
    settle(qtbot, session)
    roles = [each.about.role if each.about else "" for each in annotations(session)]
    assert roles == ["target", "", "target"]
    assert panel.shown[0].cells[2] == "Lesion 1 (target)"
    session.command("undo")
    roles = [each.about.role if each.about else "" for each in annotations(session)]
    assert roles == ["", "", ""]


def test_that_words_without_a_code_are_refused(qtbot: QtBot, session: Session) -> None:
    draw(qtbot, session)
    panel = panel_of(qtbot, session)
    choose(panel, 0)
    say(panel, "finding", "something odd")
    settle(qtbot, session)
    assert annotations(session)[0].about is None
    assert any("no code" in note.message for note in session.notes.notes)
    assert panel.form.lines["finding"].text() == ""


def test_that_another_name_takes_a_measurement_off_its_lesion(qtbot: QtBot, session: Session) -> None:
    draw(qtbot, session)
    panel = panel_of(qtbot, session)
    choose(panel, 0, 2)
    say(panel, "lesion", "Lesion 1")
    settle(qtbot, session)
    choose(panel, 2)
    say(panel, "lesion", "Lesion 2")
    settle(qtbot, session)
    one, other = (annotations(session)[at].about for at in (0, 2))
    assert one is not None
    assert other is not None
    assert (one.tracking_id, other.tracking_id) == ("Lesion 1", "Lesion 2")
    assert one.tracking_uid != other.tracking_uid


def test_that_files_have_the_numbers_of_the_panes(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    draw(qtbot, session)
    panel_of(qtbot, session)
    feature = measurements(session)
    taken = feature.taken()
    for suffix in ("csv", "json", "txt"):
        written(session).write(taken, tmp_path / f"out.{suffix}")
    settle(qtbot, session)
    expected = taken[0].measurement
    assert expected is not None
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8"))))
    lengths = [float(row["value"]) for row in rows if row["quantity"] == "length"]
    assert lengths[0] == expected.values[0].value
    assert len(lengths) == 2
    document = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [each["kind"] for each in document["measurements"]] == ["length", "ellipse", "length"]
    assert document["measurements"][0]["values"][0]["value"] == expected.values[0].value
    assert "Length" in (tmp_path / "out.txt").read_text(encoding="utf-8")


def test_that_the_table_and_the_commands_are_copied(qtbot: QtBot, session: Session) -> None:
    draw(qtbot, session)
    panel = panel_of(qtbot, session)
    choose(panel, 0, 2)
    session.command("copy-measurements")
    settle(qtbot, session)
    head, *rows = QApplication.clipboard().text().splitlines()
    assert head.split("\t")[:2] == ["Name", "Values"]
    assert [row.split("\t")[3] for row in rows] == ["length", "length"]
    session.command("copy-measurement-commands")
    settle(qtbot, session)
    lines = QApplication.clipboard().text().splitlines()
    assert len(lines) == 2
    assert all(" measure distance " in line for line in lines)


def test_that_a_report_is_saved_shown_and_loaded_again(qtbot: QtBot, session: Session, tool: Tool) -> None:
    made = draw(qtbot, session)
    panel = panel_of(qtbot, session)
    choose(panel, 0)
    say(panel, "lesion", "Lesion 1")
    settle(qtbot, session)
    session.command("save-measurement-report")
    settle(qtbot, session)
    (instance,) = (each for each in saved(session).objects() if each.modality == "SR")
    assert not findings(tool, instance.place.path)
    report = read_report(instance.place)
    assert [each.about.tracking_id for each in report.groups] == ["Lesion 1", "ellipse 2", "length 3"]
    before = annotations(session)
    panel.table.selectAll()
    session.command("delete-measurements")
    settle(qtbot, session)
    assert not annotations(session)
    session.command("load-measurements")
    (dialog,) = (each for each in QApplication.topLevelWidgets() if isinstance(each, LoadDialog))
    assert dialog.ticked == [0]
    dialog.load_button.click()
    settle(qtbot, session)
    after = annotations(session)
    assert [each.kind for each in after] == [each.kind for each in made]
    for one, other in zip(before, after, strict=True):
        for point, same in zip(one.points_px, other.points_px, strict=True):
            assert point == pytest.approx(same, abs=1e-3)
        assert (one.sop_instance_uid, one.text) == (other.sop_instance_uid, other.text)
    saved(session).load([instance])
    settle(qtbot, session)
    assert len(annotations(session)) == 3
    assert any("3 are there already" in note.message for note in session.notes.notes)
    session.command("undo")
    settle(qtbot, session)
    assert not annotations(session)


def written(session: Session) -> WrittenMeasurements:
    found = session.findChild(WrittenMeasurements)
    assert isinstance(found, WrittenMeasurements)
    return found


def saved(session: Session) -> SavedMeasurements:
    found = session.findChild(SavedMeasurements)
    assert isinstance(found, SavedMeasurements)
    return found


def test_that_a_presentation_state_is_saved_and_loaded_again(qtbot: QtBot, session: Session, tool: Tool) -> None:
    made = draw(qtbot, session)
    panel_of(qtbot, session)
    session.command("save-measurement-state")
    settle(qtbot, session)
    states = [each for each in saved(session).objects() if each.modality == "PR"]
    for each in states:
        assert not findings(tool, each.place.path, is_presentation_state=True)
    assert session.viewer is not None
    marking = session.viewer.now.marking
    for one in made:
        marking = marking.without_annotation(one.id)
    session.viewer.mark_up(marking, "test")
    saved(session).load(states)
    settle(qtbot, session)
    assert sorted(each.kind for each in annotations(session)) == ["ellipse", "length", "length"]
    assert {each.sop_instance_uid for each in annotations(session)} == {each.sop_instance_uid for each in made}


def test_that_a_report_of_another_template_is_shown_as_it_is(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    session.open([basic_report(tmp_path, session)])
    settle(qtbot, session)
    saved(session).load(saved(session).objects())
    settle(qtbot, session)
    assert any("no measurement groups" in note.hint for note in session.notes.notes)
    assert session.window.pane.hosted is not None


def basic_report(folder: Path, session: Session) -> Path:
    """Write a basic text report of the open study."""
    instance = session.workspace.patients[0].studies[0].first
    header = pydicom.dcmread(instance.place.path, stop_before_pixels=True)
    made = pydicom.Dataset()
    for name in ("PatientID", "PatientName", "StudyInstanceUID", "StudyDate", "StudyTime", "StudyID"):
        setattr(made, name, header.get(name, ""))
    made.SOPClassUID, made.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.88.11", pydicom.uid.generate_uid()
    made.SeriesInstanceUID, made.Modality = pydicom.uid.generate_uid(), "SR"
    made.ValueType, made.ContinuityOfContent = "CONTAINER", "SEPARATE"
    title = pydicom.Dataset()
    title.CodeValue, title.CodingSchemeDesignator, title.CodeMeaning = "18748-4", "LN", "Diagnostic imaging report"
    made.ConceptNameCodeSequence = [title]
    made.file_meta = pydicom.dataset.FileMetaDataset()
    made.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    path = folder / "basic.dcm"
    made.save_as(path, enforce_file_format=True)
    return path


def test_that_contours_of_a_volume_are_saved_as_one_group_with_its_numbers(
    qtbot: QtBot, session: Session, tool: Tool
) -> None:
    session.window.pane.setFocus()
    press(qtbot, session, Key.Key_E)
    drag(qtbot, session, QPoint(260, 240), QPoint(400, 380))
    session.command("copy-annotation-on")
    settle(qtbot, session)
    panel = panel_of(qtbot, session)
    qtbot.waitUntil(lambda: "Volume" in panel.shown[0].cells[1])
    session.command("save-measurement-report")
    settle(qtbot, session)
    (instance,) = (each for each in saved(session).objects() if each.modality == "SR")
    assert not findings(tool, instance.place.path)
    (group,) = read_report(instance.place).groups
    assert len([each for each in group.shapes if each.purpose is None or "Region" in str(each.purpose)]) == 2
    volume = measuring(session).images.volumes.of(annotations(session)[0])
    assert volume is not None
    assert volume.measurement is not None
    value = volume.measurement.value("volume")
    assert value is not None
    assert any(each.value == pytest.approx(value.value) for each in group.values)


def test_that_nothing_is_saved_where_nothing_is(qtbot: QtBot, session: Session) -> None:
    session.command("save-measurement-report")
    settle(qtbot, session)
    assert any("no measurement" in note.message for note in session.notes.notes)
    session.command("load-measurements")
    settle(qtbot, session)
    assert any("Nothing is open" in note.message for note in session.notes.notes)


@pytest.mark.parametrize(("command", "modality"), [("save-regions", "SEG"), ("save-structures", "RTSTRUCT")])
def test_that_regions_are_saved_as_objects_and_live_again(
    qtbot: QtBot, session: Session, tool: Tool, command: str, modality: str
) -> None:
    made = draw(qtbot, session)
    area = value_of(session, made[1], "area")
    session.command(command)
    settle(qtbot, session)
    (instance,) = (each for each in saved(session).objects() if each.modality == modality)
    assert not findings(tool, instance.place.path)
    assert any("1 annotation of 3" in note.message for note in session.notes.notes)
    saved(session).load([instance])
    settle(qtbot, session)
    (found,) = annotations(session)[3:]
    assert found.kind == ("mask" if modality == "SEG" else "polygon")
    assert found.sop_instance_uid == made[1].sop_instance_uid
    assert value_of(session, found, "area") == pytest.approx(area, rel=0.02 if modality == "RTSTRUCT" else 0.1)


def value_of(session: Session, annotation: Annotation, key: str) -> float:
    """Measure an annotation on its image."""
    with Image.open(measurements(session).images()[annotation.sop_instance_uid].place) as image:
        found = measured_on(annotation, image.frame(annotation.frame)).value(key)
    assert found is not None
    return found.value
