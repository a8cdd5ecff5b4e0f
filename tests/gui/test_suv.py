"""The panel of SUV: its inputs, corrections with effect on every number, undone, kept; why there is none."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.making import pet_series, running_session, settle
from tests.gui.test_measuring import ALT, CTRL, Key, annotations, drag, measured, press, value, write_ct
from workstation.display.corner_text import corner_lines
from workstation.display.value_scale import ValueScale
from workstation.documents.pages import PlacedText
from workstation.gui.canvas.colour_scale import _bar
from workstation.gui.features.exporting import Exporting
from workstation.gui.features.measuring import Measuring
from workstation.gui.features.suv import Suv
from workstation.gui.panels.annotations.view import AnnotationsPanel
from workstation.gui.panels.exporting.form import ExportForm
from workstation.gui.panels.exporting.preview_presenter import printout_of
from workstation.gui.panels.exporting.requests import OTHER_SUV, request_of
from workstation.gui.panels.suv.view import EMPTY, SuvPanel
from workstation.gui.session import Session
from workstation.gui.work_files import WorkFile
from workstation.model.frame import Window
from workstation.objects.measurement_report.reading import read_report
from workstation.phantoms.small import volume


@pytest.fixture
def pet(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as started:
        started.open([pet_series(tmp_path / "pet")])
        settle(qtbot, started)
        started.window.pane.setFocus()
        yield started


def panel_of(qtbot: QtBot, session: Session) -> SuvPanel:
    if session.window.side.shown != "suv-inputs":
        session.window.actions_by_id["suv-inputs"].trigger()
    settle(qtbot, session)
    found = session.window.side.currentWidget()
    assert isinstance(found, SuvPanel)
    return found


def write(qtbot: QtBot, session: Session, name: str, words: str) -> None:
    panel = panel_of(qtbot, session)
    field = panel.note if name == "note" else panel.fields[name]
    field.setText(words)
    field.editingFinished.emit()
    settle(qtbot, session)


def region(qtbot: QtBot, session: Session, first: float = 5.0, last: float = 9.0) -> None:
    """Measure within the hot ball on one of its slices."""
    assert session.viewer is not None
    session.viewer.active.go_to(8)
    settle(qtbot, session)
    pane = session.window.pane
    assert pane.scene is not None
    matrix = pane.scene.view.image_to_screen(pane.scene.frame, pane.size_px)
    start, end = (QPoint(*(matrix @ [at, at, 1.0]).round().astype(int).tolist()) for at in (first, last))
    pane.setFocus()
    press(qtbot, session, Key.Key_Q)
    drag(qtbot, session, start, end)


def test_that_the_inputs_are_told_with_their_attributes(qtbot: QtBot, pet: Session) -> None:
    panel = panel_of(qtbot, pet)
    assert panel.fields["weight"].text() == "70 kg"
    assert panel.fields["dose"].text() == "70 MBq"
    assert panel.fields["decay"].text() == "ADMIN"
    assert panel.result.text() == "SUVbw = value in Bq/ml × 0.001"
    assert "(0010,1030)" in panel._lines["Body weight"][0].text()
    panel.copy_button.click()
    assert "Body weight\t70 kg\t" in QApplication.clipboard().text()


def test_that_a_correction_changes_every_number_is_undone_and_kept_in_the_report(qtbot: QtBot, pet: Session) -> None:
    region(qtbot, pet)
    qtbot.waitUntil(lambda: measured(pet).value("mean") is not None and value(pet, "mean") == pytest.approx(5.0))
    write(qtbot, pet, "weight", "35 kg")
    write(qtbot, pet, "note", "weighed again")
    qtbot.waitUntil(lambda: value(pet, "mean") == pytest.approx(2.5))
    panel = panel_of(qtbot, pet)
    assert panel.result.text().endswith("× 0.0005")
    assert any("corrected by the user" in note for note in measured(pet).notes)
    pet.window.pane.setFocus()
    press(qtbot, pet, Key.Key_C, CTRL | ALT)
    words = QApplication.clipboard().text()
    assert "measure suv" in words
    assert "--correct weight=35.0" in words
    pet.command("save-measurement-report")
    settle(qtbot, pet)
    (report,) = (
        instance
        for study in pet.workspace.patients[0].studies
        for series in study.series
        for instance in series.instances
        if instance.modality == "SR"
    )
    texts = " ".join(words for group in read_report(report.place).groups for _, words in group.texts)
    assert "weighed again" in texts
    assert "35 kg, given by the user in place of 70 kg" in texts
    pet.command("undo")
    pet.command("undo")
    qtbot.waitUntil(lambda: value(pet, "mean") == pytest.approx(5.0))
    assert panel.fields["weight"].text() == "70 kg"
    pet.command("redo")
    qtbot.waitUntil(lambda: value(pet, "mean") == pytest.approx(2.5))
    panel.reset_button.click()
    qtbot.waitUntil(lambda: value(pet, "mean") == pytest.approx(5.0))
    assert len(annotations(pet)) == 1


def test_that_another_kind_of_suv_is_measured(qtbot: QtBot, pet: Session) -> None:
    region(qtbot, pet)
    panel = panel_of(qtbot, pet)
    panel.kind.setCurrentIndex(panel.kind.findData("lbm-janma"))
    panel.kind.activated.emit(panel.kind.currentIndex())
    # Janmahasatian for a woman of 70 kg and 1.7 m: 9270 * 70 / (8780 + 244 * BMI) kg.
    lean_kg = 9270 * 70 / (8780 + 244 * 70 / 1.7**2)
    qtbot.waitUntil(lambda: value(pet, "mean") == pytest.approx(5 * lean_kg / 70))
    assert "SUVlbm(Janma)" in panel.result.text()


def test_that_it_says_why_there_is_no_suv_and_what_makes_one(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([pet_series(tmp_path / "pet", PatientWeight=None)])
        settle(qtbot, session)
        panel = panel_of(qtbot, session)
        assert panel.result.text().startswith("⚠ There is no SUV")
        assert "Patient's Weight (0010,1030)" in panel.result.text()
        assert panel._lines["Body weight"][1].text().startswith("⚠ ")
        write(qtbot, session, "weight", "a lot")
        assert any("not a weight" in note.message for note in session.notes.notes)
        write(qtbot, session, "weight", "70")
        assert panel.result.text() == "SUVbw = value in Bq/ml × 0.001"


def test_that_the_value_under_the_pointer_is_told_as_suv(qtbot: QtBot, pet: Session) -> None:
    pane = pet.window.pane
    at = QPoint(pane.width() // 2, pane.height() // 2)
    for step in range(2):  # the first one has the headers read
        qtbot.mouseMove(pane, at + QPoint(4 * step, 0))
        qtbot.waitUntil(lambda: "Bq/ml" in pet.window.strip.probe.text())
        settle(qtbot, pet)
    assert "1000 Bq/ml" in pet.window.strip.probe.text()
    assert pet.window.strip.probe.text().endswith(" · 1.00 g/ml SUVbw")


def shown_scale(session: Session) -> ValueScale | None:
    scene = session.window.pane.scene
    assert scene is not None
    return scene.scale


def window_line(session: Session) -> str:
    """Give the line of the corner text that tells the window."""
    pane = session.window.pane
    scene = pane.scene
    assert scene is not None
    said = corner_lines(
        scene.instance, scene.frame, scene.view, pane.size_px, voi=scene.renderer.voi(scene.view), scale=scene.scale
    )
    (line,) = (each for corner in said for each in corner if "W " in each)
    return line


def test_that_window_and_colours_are_told_as_suv_once_that_is_known(qtbot: QtBot, pet: Session) -> None:
    qtbot.waitUntil(lambda: shown_scale(pet) is not None)
    assert shown_scale(pet) == ValueScale(pytest.approx(0.001), "g/ml SUVbw")  # type: ignore[arg-type]
    assert pet.viewer is not None
    pet.viewer.active.change.set_window(Window(2500.5, 5001))  # LINEAR: 0 to 5000 Bq/ml
    assert "W 5 L 2.5 g/ml SUVbw" in window_line(pet)
    pet.viewer.active.go_to(3)
    settle(qtbot, pet)
    assert "SUVbw" in window_line(pet)
    write(qtbot, pet, "weight", "35 kg")
    qtbot.waitUntil(lambda: "W 2.5 L 1.25 g/ml SUVbw" in window_line(pet))


def test_that_colours_say_the_name_of_their_suv(qtbot: QtBot, pet: Session) -> None:
    qtbot.waitUntil(lambda: shown_scale(pet) is not None)
    assert pet.viewer is not None
    pet.viewer.active.change.set_window(Window(2500.5, 5001))
    pet.viewer.active.change.colour("hot-iron")
    scene = pet.window.pane.scene
    assert scene is not None
    bar, _picture = _bar(scene, 100, 1.0)
    assert (bar.unit, [text for _share, text in bar.ticks]) == ("g/ml SUVbw", ["0", "2.5", "5"])
    plain, _picture = _bar(replace(scene, scale=None), 100, 1.0)
    assert (plain.unit, [text for _share, text in plain.ticks]) == ("Bq/ml", ["0", "2500", "5000"])
    assert np.array_equal(bar.picture, plain.picture)


def test_that_values_without_suv_keep_their_unit(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([pet_series(tmp_path / "pet", PatientWeight=None)])
        settle(qtbot, session)
        scales = session.findChild(Measuring).images.scales  # type: ignore[union-attr]
        scene = session.window.pane.scene
        assert scene is not None
        qtbot.waitUntil(lambda: scales.of(scene.instance) is not None)
        assert shown_scale(session) is None
        assert "Bq/ml" in window_line(session)


def test_that_a_study_without_pet_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    volume("axial").write(tmp_path / "ct")
    with running_session(qtbot, tmp_path) as session:
        session.open([tmp_path / "ct"])
        settle(qtbot, session)
        assert panel_of(qtbot, session).empty.text() == EMPTY


def test_that_corrections_come_back_with_the_open_work(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "work"
    folder = pet_series(tmp_path / "pet")
    with running_session(qtbot, tmp_path, work_file=WorkFile.take(path)) as session:
        session.open([folder])
        settle(qtbot, session)
        write(qtbot, session, "dose", "140 MBq")
    with running_session(qtbot, tmp_path, work_file=WorkFile.take(path)) as session:
        qtbot.waitUntil(lambda: bool(feature(session).corrections))
        (corrections,) = feature(session).corrections.values()
        assert corrections.dose_bq == 140e6
        assert panel_of(qtbot, session).result.text().endswith("× 0.0005")


def feature(session: Session) -> Suv:
    found = session.findChild(Suv)
    assert isinstance(found, Suv)
    return found


def test_that_a_region_on_ct_is_measured_on_the_pet_that_lies_there(qtbot: QtBot, pet: Session, tmp_path: Path) -> None:
    write_ct(tmp_path / "ct", tmp_path / "pet")
    pet.open([tmp_path / "ct"])
    settle(qtbot, pet)
    assert pet.pane is not None
    assert pet.pane.shown_frame is not None
    assert pet.pane.shown_frame.instance.modality == "CT"
    region(qtbot, pet, 11.5, 19.5)  # in the hot ball, whose SUV is 5
    pet.command("measure-elsewhere")
    qtbot.waitUntil(lambda: any("Also on PT" in note.message for note in pet.notes.notes))
    (note,) = (each for each in pet.notes.notes if "Also on PT" in each.message)
    assert "image 9: Mean 5.00 g/ml SUVbw, SD (sample) 0.00 g/ml SUVbw" in note.message
    pet.window.actions_by_id["annotations"].trigger()
    settle(qtbot, pet)
    panel = pet.window.side.currentWidget()
    assert isinstance(panel, AnnotationsPanel)
    qtbot.waitUntil(lambda: panel.details.text().startswith("Also on PT"))


def test_that_it_is_said_where_there_is_no_other_series(qtbot: QtBot, pet: Session) -> None:
    pet.command("measure-elsewhere")
    assert any("Choose a region" in note.message for note in pet.notes.notes)
    region(qtbot, pet)
    pet.command("measure-elsewhere")
    assert any("No other open series" in note.message for note in pet.notes.notes)


def test_that_pages_say_the_suv_of_the_window(qtbot: QtBot, pet: Session) -> None:
    qtbot.waitUntil(lambda: shown_scale(pet) is not None)
    assert pet.viewer is not None
    pet.viewer.active.change.set_window(Window(2500.5, 5001))
    exporting = Exporting(pet)

    def captions() -> str:
        subject = exporting._subject()
        assert subject is not None
        page = printout_of(subject, ExportForm(scope="image", format="pdf", layout="1x1")).page(0)
        return "\n".join(each.text for each in page.items if isinstance(each, PlacedText))

    assert "W 5 L 2.5 g/ml SUVbw" in captions()
    plain = exporting._subject()
    assert plain is not None
    assert not plain.has_other_suv
    write(qtbot, pet, "weight", "35 kg")
    assert "W 2.5 L 1.25 g/ml SUVbw" in captions()
    corrected = exporting._subject()
    assert corrected is not None
    form = ExportForm(format="png", burn_in=True, destination="out")
    assert OTHER_SUV in request_of(form, corrected).command
    assert OTHER_SUV not in request_of(replace(form, burn_in=False), corrected).command
    suv = pet.findChild(Suv)
    assert suv is not None
    suv._images.scales.change(is_on=False)  # type: ignore[union-attr]
    assert "Bq/ml" in captions()
