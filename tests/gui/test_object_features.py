"""Objects in the window: reports, documents and curves take the place of a picture, segments lie over it."""

import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import Dataset
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.dose_samples import dose_object
from tests.gui.making import running_session, settle
from tests.pdf_samples import encapsulated, pdf
from tests.report_samples import report, write_report
from tests.segmentation_samples import blobs, in_order, segmentation
from tests.unit.objects.test_structure_set import contour, structures
from tests.waveform_samples import twelve_leads
from workstation.batch.main import main
from workstation.display.render import render
from workstation.display.segments import Dressed
from workstation.gui.canvas.whose import WhoseRow
from workstation.gui.features.objects import Objects
from workstation.gui.objects.ecg_view import EcgView
from workstation.gui.objects.host import ObjectHost
from workstation.gui.objects.kinds import kind_of
from workstation.gui.objects.pdf_pane import PdfView
from workstation.gui.objects.segments_panel import SegmentsPanel
from workstation.gui.objects.sr_view import SrView
from workstation.gui.panels.exporting.form import ExportForm
from workstation.gui.panels.exporting.view import ExportDialog
from workstation.gui.session import Session
from workstation.model.geometry import image_to_lps
from workstation.model.image import Image
from workstation.phantoms import small
from workstation.workspace import Selection


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A CT with a report on one of its slices, a letter, a curve, a segmentation and structures, in one study."""
    folder = tmp_path / "study"
    folder.mkdir()
    volume = small.volume("axial")
    volume.write(folder)
    images = in_order(volume)
    first = images[3]
    written = report()
    reference = written.ContentSequence[3].ContentSequence[0].ContentSequence[0].ContentSequence[0]
    reference.ReferencedSOPSequence[0].ReferencedSOPInstanceUID = first.SOPInstanceUID
    del reference.ReferencedSOPSequence[0].ReferencedFrameNumber
    for name, ds in (
        ("report", written),
        ("letter", encapsulated(pdf())),
        ("curve", twelve_leads()),
        ("segments", segmentation(images, blobs((len(images), 20, 28)))),
        ("structures", outlined(first)),
    ):
        ds.StudyInstanceUID, ds.PatientID, ds.PatientName = first.StudyInstanceUID, first.PatientID, first.PatientName
        write_report(folder / f"{name}.dcm", ds)
    return folder


def outlined(image: Dataset) -> Dataset:
    """A structure around the pixels from (4, 4) to (12, 10) of an image."""
    from io import BytesIO

    from workstation.model.source import BytesSource

    stream = BytesIO()
    image.save_as(stream, enforce_file_format=True)
    plane = Image.from_source(BytesSource(stream.getvalue())).plane()
    assert plane is not None
    corners = image_to_lps(plane, [(3.5, 3.5), (12.5, 3.5), (12.5, 10.5), (3.5, 10.5)])
    made = structures(
        contour([(float(x), float(y), float(z)) for x, y, z in corners], image=str(image.SOPInstanceUID)),
        colour=[250, 10, 10],
    )
    made.StructureSetROISequence[0].ReferencedFrameOfReferenceUID = image.FrameOfReferenceUID
    made.SOPClassUID, made.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.481.3", "2.25.91"
    made.SeriesInstanceUID, made.Modality = "2.25.92", "RTSTRUCT"
    made.file_meta = encapsulated(b"").file_meta
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    return made


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path, study: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as started:
        started.open([study])
        settle(qtbot, started)
        yield started


def select(qtbot: QtBot, session: Session, modality: str) -> None:
    series = next(
        each
        for patient in session.workspace.patients
        for examined in patient.studies
        for each in examined.series
        if each.first.modality == modality
    )
    session.workspace.select(Selection(series.series_instance_uid))
    settle(qtbot, session)


def content(session: Session) -> object:
    hosted = session.window.pane.hosted
    assert isinstance(hosted, ObjectHost)
    return hosted.content


def test_that_reports_documents_and_curves_take_the_place_of_the_picture(qtbot: QtBot, session: Session) -> None:
    for modality, kind in (("SR", SrView), ("DOC", PdfView), ("ECG", EcgView)):
        select(qtbot, session, modality)
        assert isinstance(content(session), kind)
        if kind is not SrView:  # a report names the patient itself
            assert said_of_whom(session).startswith("Small, Phantom  SMALL-1")

    select(qtbot, session, "CT")
    assert session.window.pane.hosted is None
    assert session.window.pane.scene is not None


def said_of_whom(session: Session) -> str:
    hosted = session.window.pane.hosted
    assert isinstance(hosted, ObjectHost)
    (row,) = hosted.findChildren(WhoseRow)
    assert row.isVisible()
    return row.accessibleDescription()


def test_that_a_report_leads_to_its_image_and_undo_back_to_the_report(qtbot: QtBot, session: Session) -> None:
    select(qtbot, session, "SR")
    view = content(session)
    assert isinstance(view, SrView)
    view.search.field.setText("long axis")
    before = view.tree.currentItem()
    assert before is not None
    assert before.text(1) == "12.5 mm"
    view.tree.setFocus()
    qtbot.keyClick(view.tree, Qt.Key.Key_Down)  # a key of the tree now, not of the command for the next image
    assert view.tree.currentItem() is not before
    qtbot.keyClick(view.tree, Qt.Key.Key_Up)
    qtbot.keyClick(view.tree, Qt.Key.Key_Return)
    settle(qtbot, session)

    scene = session.window.pane.scene
    assert scene is not None
    assert scene.position[0] == 4
    session.command("undo")
    settle(qtbot, session)
    assert isinstance(content(session), SrView)


def test_that_segments_of_the_study_lie_over_its_images_and_follow_the_list(qtbot: QtBot, session: Session) -> None:
    select(qtbot, session, "CT")
    viewer = session.viewer
    assert viewer is not None
    viewer.active.go_to(3)
    settle(qtbot, session)
    session.window.actions_by_id["segments"].trigger()
    settle(qtbot, session)
    panel = session.window.side.currentWidget()
    assert isinstance(panel, SegmentsPanel)
    assert [panel.list.item(row).text() for row in range(panel.list.count())] == ["Segment 1", "Segment 2", "Lung L"]
    scene = session.window.pane.scene
    assert scene is not None
    assert len(scene.layers) == 2
    assert all(isinstance(layer, Dressed) for layer in scene.layers)
    drawn = session.window.pane.picture()
    qtbot.mouseClick(panel.none_button, Qt.MouseButton.LeftButton)
    plain = session.window.pane.picture()
    assert plain is not None
    assert drawn is not None
    assert (drawn != plain).any()
    matrix = scene.view.image_to_screen(scene.renderer.frame, session.window.pane.size_px)
    column, row = (matrix @ (10.0, 5.0, 1.0)).round().astype(int)
    assert (drawn[row, column] != plain[row, column]).any()

    np.testing.assert_array_equal(plain, scene.renderer.picture(scene.view, session.window.pane.size_px))
    panel.list.item(2).setCheckState(Qt.CheckState.Checked)
    again = session.window.pane.picture()
    assert again is not None
    assert (again != plain).any()
    session.command("next")
    settle(qtbot, session)
    scene = session.window.pane.scene
    assert scene is not None
    assert [len(layer.looks) for layer in scene.layers if isinstance(layer, Dressed)] == [2]


def test_that_a_dose_lies_over_its_images_is_read_under_the_pointer_and_told_where_it_lies_elsewhere(
    qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "with-dose"
    volume = small.volume("axial")
    volume.write(folder)
    first = in_order(volume)[3]
    x, y, z = (float(each) for each in first.ImagePositionPatient)
    values = np.broadcast_to(np.linspace(1, 60, 24)[None, None, :], (4, 24, 24))
    for number, uid in enumerate((first.FrameOfReferenceUID, "2.25.9"), 1):
        made = dose_object(values, (x, y, z - 20), (20, 4, 4), frame_of_reference_uid=uid, SeriesNumber=90 + number)
        made.StudyInstanceUID, made.PatientID = first.StudyInstanceUID, first.PatientID
        made.PatientName = first.PatientName
        made.save_as(folder / f"dose{number}.dcm", enforce_file_format=True)
    with running_session(qtbot, tmp_path) as session:
        session.open([folder])
        settle(qtbot, session)
        select(qtbot, session, "CT")
        assert session.viewer is not None
        session.viewer.active.go_to(3)
        session.window.actions_by_id["segments"].trigger()
        settle(qtbot, session)
        panel = session.window.side.currentWidget()
        assert isinstance(panel, SegmentsPanel)
        names = [panel.list.item(row).text() for row in range(panel.list.count())]
        assert names[0].startswith("Dose   95 %")
        assert names[0].endswith("57.00 Gy")
        assert len(names) == 14, "both are listed"
        scene, pane = session.window.pane.scene, session.window.pane
        assert scene is not None
        (layer,) = [each for each in scene.layers if isinstance(each, Dressed)]
        assert any(look.is_shown for look in layer.looks.values())
        drawn, plain = pane.picture(), scene.renderer.picture(scene.view, pane.size_px)
        assert drawn is not None
        assert (drawn != plain).any()
        row, column = 10, 7
        told = layer.reading((column, row))
        spacing = [float(each) for each in first.PixelSpacing]
        expected = 1 + 59 * (column * spacing[1] / 4) / 23
        assert told == f"dose {expected:.2f} Gy" or told == f"dose {expected:#.3g} Gy"
        at = scene.view.image_to_screen(scene.renderer.frame, pane.size_px) @ (column, row, 1.0)
        ratio = pane.devicePixelRatioF()
        qtbot.mouseMove(pane, QPoint(round((at[0] + 0.5) / ratio), round((at[1] + 0.5) / ratio)))
        qtbot.waitUntil(lambda: "Gy" in session.window.strip.probe.text())
        assert told in session.window.strip.probe.text()
        assert "another frame of reference" in panel.notes.text()


def test_that_segments_go_out_as_they_look_in_the_pane_and_the_command_says_what_it_can(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    select(qtbot, session, "CT")
    viewer = session.viewer
    assert viewer is not None
    viewer.active.go_to(3)
    exported = exports_of_the_pane(qtbot, session, tmp_path)
    plain, command = next(exported)
    assert "--segments" not in command, "none are shown yet"
    session.window.actions_by_id["segments"].trigger()
    settle(qtbot, session)
    drawn, command = next(exported)
    assert (drawn != plain).any()
    (line,) = command.splitlines()
    assert line.count("--segments") == 2
    assert main(shlex.split(line)[2:]) == 0
    (name,) = (tmp_path / "out").glob("*.png")
    again = cv2.imread(str(name))
    assert again is not None
    np.testing.assert_array_equal(again, drawn)
    name.unlink()

    panel = session.window.side.currentWidget()
    assert isinstance(panel, SegmentsPanel)
    panel.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    panel.list.item(2).setCheckState(Qt.CheckState.Unchecked)
    uid, number = panel.list.item(1).data(Qt.ItemDataRole.UserRole)
    panel.coloured.emit(uid, number, QColor(1, 200, 30))
    panel.opacity.setValue(90)
    coloured, command = next(exported)
    scene = session.window.pane.scene
    assert scene is not None
    size_px = coloured.shape[1], coloured.shape[0]
    view = replace(scene.view, zoom=None, centre_px=None, overlays=False)
    expected = render(scene.renderer.frame, view, size_px)
    for layer in scene.layers:
        layer.put_over(expected, scene.renderer.frame, view, size_px)
    np.testing.assert_array_equal(coloured[..., ::-1], expected)
    assert (np.abs(coloured.astype(int) - (30, 200, 1)).max(axis=2) < 30).any()
    assert command.startswith("# All of the segments, in their own colours")

    qtbot.mouseClick(panel.none_button, Qt.MouseButton.LeftButton)
    none, command = next(exported)
    np.testing.assert_array_equal(none, plain)
    assert "--segments" not in command


def exports_of_the_pane(qtbot: QtBot, session: Session, folder: Path) -> Iterator[tuple[NDArray[np.uint8], str]]:
    """Each picture that the export dialog makes of the pane, and the command that the dialog gives for it."""
    while True:
        form = ExportForm(scope="image", format="png", size="512x512", destination=str(folder / "out" / "x"))
        session.remembered.export.update(form.kept())
        session.command("export")
        dialog = session.window.findChild(ExportDialog)
        assert dialog is not None
        dialog.command_button.click()
        command = QApplication.clipboard().text()
        name = Path(dialog.destination.text())
        dialog.export_button.click()
        settle(qtbot, session)
        qtbot.waitUntil(lambda: session.window.findChild(ExportDialog) is None)
        written = cv2.imread(str(name))
        assert written is not None
        name.unlink()
        yield np.asarray(written, np.uint8), command


def test_that_looks_of_segments_are_undone_with_everything_else(qtbot: QtBot, session: Session) -> None:
    select(qtbot, session, "CT")
    viewer = session.viewer
    assert viewer is not None
    viewer.active.go_to(3)
    session.window.actions_by_id["segments"].trigger()
    settle(qtbot, session)
    panel = session.window.side.currentWidget()
    assert isinstance(panel, SegmentsPanel)
    pictures = [session.window.pane.picture()]

    def changed() -> None:
        pictures.append(session.window.pane.picture())

    panel.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    changed()
    assert viewer.undo_label == "hiding of a segment"
    uid, number = panel.list.item(2).data(Qt.ItemDataRole.UserRole)
    panel.coloured.emit(uid, number, QColor(1, 200, 30))
    changed()
    viewer.active.change.invert()
    changed()
    panel.opacity.sliderPressed.emit()
    for value in (40, 60, 90):
        panel.opacity.setValue(value)
    changed()
    qtbot.mouseClick(panel.none_button, Qt.MouseButton.LeftButton)
    changed()
    labels = []
    for at in range(len(pictures) - 2, -1, -1):
        labels.append(viewer.undo())
        np.testing.assert_array_equal(session.window.pane.picture(), pictures[at])
    assert labels == [
        *("hiding of all segments", "opacity of the segments", "invert", "colour of a segment", "hiding of a segment")
    ]
    assert panel.list.item(0).checkState() == Qt.CheckState.Checked
    for at in range(1, len(pictures)):
        viewer.redo()
        np.testing.assert_array_equal(session.window.pane.picture(), pictures[at])
    assert panel.opacity.value() == 90


def test_that_structures_open_on_their_images(qtbot: QtBot, session: Session) -> None:
    select(qtbot, session, "RTSTRUCT")
    settle(qtbot, session)

    scene = session.window.pane.scene
    assert scene is not None
    assert scene.position[0] == 4
    assert len(scene.layers) == 1
    picture = session.window.pane.picture()
    assert picture is not None
    matrix = scene.view.image_to_screen(scene.renderer.frame, session.window.pane.size_px)
    column, row = (matrix @ (3.5, 7.0, 1.0)).round().astype(int)
    assert (picture[row - 2 : row + 3, column - 2 : column + 3].max(axis=(0, 1)) >= (200, 0, 0)).all()


def test_that_kinds_are_told_by_class_then_modality(session: Session) -> None:
    kinds = {
        each.first.modality: kind_of(each.first)
        for patient in session.workspace.patients
        for examined in patient.studies
        for each in examined.series
    }
    assert kinds == {
        "CT": "",
        "SR": "report",
        "DOC": "document",
        "ECG": "waveform",
        "SEG": "",
        "RTSTRUCT": "structures",
    }


def test_that_a_damaged_object_is_told_in_its_place(qtbot: QtBot, session: Session, study: Path) -> None:
    (study / "letter.dcm").write_bytes(b"nothing")
    select(qtbot, session, "DOC")
    hosted = session.window.pane.hosted

    assert isinstance(hosted, ObjectHost)
    assert hosted.content is None
    assert "letter.dcm" in hosted.words.text()


def test_that_the_bytes_of_a_document_are_saved(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    select(qtbot, session, "DOC")
    view = content(session)
    assert isinstance(view, PdfView)
    view.save_wanted.emit(tmp_path / "letter.pdf")
    settle(qtbot, session)

    assert (tmp_path / "letter.pdf").read_bytes() == pdf()
    assert session.notes.notes[0].message == "The document was saved as letter.pdf."
    assert session.findChildren(Objects)
