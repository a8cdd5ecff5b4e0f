"""Lesions over time: linked by the table, with changes, plot, doubling time, RECIST 1.1, and earlier reports."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pydicom
import pytest
from pydicom.uid import generate_uid
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle
from tests.gui.test_measurements import choose, measurements, panel_of, say
from tests.gui.test_measuring import Key, annotations, drag, press
from workstation.gui.panels.over_time.presenter import (
    Overview,
    Seen,
    compared,
    overview,
    seen_of,
    text_of,
    with_reports,
)
from workstation.gui.panels.over_time.view import OverTimePanel
from workstation.gui.session import Session
from workstation.measure.comparing import Saved
from workstation.measure.over_time import Observation
from workstation.model import units
from workstation.model.annotation import About, Annotation
from workstation.model.concepts import Code
from workstation.model.measurement import Basis, Measurement, Value
from workstation.model.quantities import LONG_AXIS, SHORT_AXIS
from workstation.phantoms.small import volume
from workstation.workspace import Selection


def seen(lesion: str, when: str, value: float, **changes: object) -> Seen:
    """Give a long axis of a lesion in mm; ``role``, ``status``, ``site``, ``unit``, ``quantity`` may be others."""
    unit, key = changes.pop("unit", units.MM), str(changes.pop("quantity", "long_axis"))
    made = Observation(lesion, lesion.upper(), key, key, value, unit, date.fromisoformat(when))  # type: ignore[arg-type]
    return Seen(Saved(made, **changes), "1")  # type: ignore[arg-type]  # texts


def test_that_changes_are_those_since_the_first_and_since_the_last() -> None:
    found = overview([seen("a", "2024-01-01", 20), seen("a", "2024-03-01", 15), seen("a", "2024-05-01", 18)])
    (part,) = found.parts
    assert [each.value for each in part.lines] == ["20.0 mm", "15.0 mm", "18.0 mm"]
    assert [each.since_first for each in part.lines] == ["", "-5.0 mm (-25.0 %)", "-2.0 mm (-10.0 %)"]
    assert [each.since_last for each in part.lines] == ["", "-5.0 mm (-25.0 %)", "+3.0 mm (+20.0 %)"]
    assert part.curve is not None
    assert part.curve.x == (0.0, 60.0, 121.0)
    assert "No measurement says whether it is a target" in found.problem
    assert "-25.0 %" in text_of(found)


def test_that_numbers_of_several_slices_of_a_day_are_told_and_not_drawn_as_steps() -> None:
    several = [seen("a", "2024-01-01", 20), seen("a", "2024-03-01", 15), seen("a", "2024-03-01", 13)]
    (part,) = overview([*several, seen("a", "2024-05-01", 18)]).parts
    assert [each.since_first for each in part.lines] == ["", *["one of 2 of this day"] * 2, "-2.0 mm (-10.0 %)"]
    assert part.curve is not None
    assert part.curve.y == (20.0, 18.0)


def test_that_a_number_without_a_date_leads_to_its_own_image() -> None:
    undated = Seen(Saved(Observation("a", "A", "long_axis", "Long axis", 5.0, units.MM, None)), "undated")
    (part,) = overview([undated, seen("a", "2024-03-01", 15)]).parts
    assert [(each.value, each.annotation) for each in part.lines] == [("15.0 mm", "1"), ("5.0 mm", "undated")]


def test_that_a_volume_has_its_doubling_time() -> None:
    one, other = (
        seen("a", when, value, quantity="volume", unit=units.CM3)
        for when, value in (("2024-01-01", 1), ("2024-04-10", 4))
    )
    (part,) = overview([one, other]).parts
    assert part.told == "doubles in 50 days"


def test_that_units_that_do_not_match_are_refused_in_words_and_others_are_compared() -> None:
    found = overview(
        [
            seen("a", "2024-01-01", 20),
            seen("a", "2024-03-01", 15, unit=units.PIXELS),
            seen("b", "2024-01-01", 2, unit=units.CM),
            seen("b", "2024-03-01", 25),
        ]
    )
    one, other = found.parts
    assert "mm and px, which cannot be compared" in one.problem or "px and mm" in one.problem
    assert not one.lines
    assert [each.value for each in other.lines] == ["2.00 cm", "2.50 cm"]


def test_that_the_response_follows_recist_with_roles_that_are_said_once() -> None:
    several = compared(
        [
            seen("a", "2024-01-01", 20, role="target", site="Liver"),
            seen("a", "2024-03-01", 12),
            seen("a", "2024-06-01", 19),
        ],
        (),
    )
    found = overview(several)
    assert [each.overall for each in found.responses] == ["baseline", "PR", "PD"]
    assert "40 %" in found.responses[1].reasons[0]
    assert found.baseline == ()


def test_that_a_node_is_one_by_its_coded_site_or_by_what_a_person_says() -> None:
    coded = About("a", "A", site=Code("62683002", "SCT", "Lymphonodus"), role="target")
    for about, mm in ((coded, "16.0 mm"), (replace(coded, node="no"), "30.0 mm")):
        drawn = Annotation(
            "n", "bidirectional", "1.2", 0, ((0.0, 0.0), (0.0, 30.0), (0.0, 9.0), (16.0, 9.0)), (1.0, 1.0)
        )
        values = (Value(LONG_AXIS, 30.0, units.MM), Value(SHORT_AXIS, 16.0, units.MM))
        made = Measurement(replace(drawn, about=about), values, Basis("1.2", 0))
        found = overview(seen_of(made.annotation, [made], date(2024, 1, 1), "image"))
        assert found.responses[0].total == mm


def test_that_a_lesion_that_is_gone_counts_without_a_number() -> None:
    note = Annotation("n", "text", "1.2", 0, ((1.0, 1.0),), (1.0, 1.0), "gone", about=About("a", "A", status="absent"))
    gone = seen_of(note, (), date(2024, 3, 1), "image")
    several = compared([seen("a", "2024-01-01", 20, role="target"), *gone], ())
    found = overview(several)
    assert [each.overall for each in found.responses] == ["baseline", "CR"]
    assert all(part.quantity == "long_axis" for part in found.parts)


def test_that_live_numbers_go_before_saved_ones_and_newer_reports_before_older() -> None:
    live = [seen("a", "2024-03-01", 15)]
    newer = [each.saved for each in (seen("a", "2024-03-01", 99), seen("a", "2024-01-01", 20))]
    older = [seen("a", "2024-01-01", 88).saved]
    (part,) = overview(compared(with_reports(live, [newer, older]), ())).parts
    assert [each.value for each in part.lines] == ["20.0 mm", "15.0 mm"]


def test_that_what_was_measured_once_and_not_named_is_left_out() -> None:
    several = [seen("a", "2024-01-01", 20), seen("b", "2024-01-01", 5), seen("c", "2024-01-01", 6)]
    assert {each.saved.observation.lesion for each in compared(several, ["b"])} == {"b"}
    assert overview(()) == Overview((), problem=overview(()).problem)


@pytest.fixture
def two_studies(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    """The same patient in two studies, half a year apart."""
    for name, day in (("first", "20240101"), ("second", "20240701")):
        volume("axial").write(tmp_path / name)
        made = {old: generate_uid() for old in ("study", "series", "space")}
        for path in sorted((tmp_path / name).rglob("*.dcm")):
            header = pydicom.dcmread(path)
            header.StudyInstanceUID, header.SeriesInstanceUID = made["study"], made["series"]
            header.FrameOfReferenceUID, header.StudyDate = made["space"], day
            header.SOPInstanceUID = header.file_meta.MediaStorageSOPInstanceUID = generate_uid()
            header.save_as(path)
    with running_session(qtbot, tmp_path) as started:
        started.open([tmp_path / "first", tmp_path / "second"])
        settle(qtbot, started)
        yield started


def test_that_measurements_of_two_patients_are_not_made_one_lesion(qtbot: QtBot, tmp_path: Path) -> None:
    for name in ("ONE", "OTHER"):
        made = {old: generate_uid() for old in ("study", "series", "space")}
        volume("axial").write(tmp_path / name)
        for path in sorted((tmp_path / name).rglob("*.dcm")):
            header = pydicom.dcmread(path)
            header.PatientID, header.FrameOfReferenceUID = name, made["space"]
            header.StudyInstanceUID, header.SeriesInstanceUID = made["study"], made["series"]
            header.SOPInstanceUID = header.file_meta.MediaStorageSOPInstanceUID = generate_uid()
            header.save_as(path)
    with running_session(qtbot, tmp_path) as session:
        session.open([tmp_path / "ONE", tmp_path / "OTHER"])
        settle(qtbot, session)
        assert session.viewer is not None
        for patient in session.workspace.patients:
            session.viewer.show(0, Selection(patient.studies[0].series[0].series_instance_uid))
            settle(qtbot, session)
            session.window.pane.setFocus()
            press(qtbot, session, Key.Key_L)
            drag(qtbot, session, QPoint(300, 250), QPoint(420, 330))
        panel = panel_of(qtbot, session)
        choose(panel, 0, 1)
        say(panel, "lesion", "Lesion 1")
        settle(qtbot, session)
        assert any("of several patients" in note.as_text() for note in session.notes.notes)
        assert not any(each.about.tracking_id for each in annotations(session) if each.about is not None)
        for row in range(2):
            choose(panel, row)
            say(panel, "lesion", "Lesion 1")
            settle(qtbot, session)
        one, other = (each.about for each in annotations(session))
        assert one is not None
        assert other is not None
        assert one.tracking_id == other.tracking_id == "Lesion 1"
        assert one.tracking_uid != other.tracking_uid


def show(qtbot: QtBot, session: Session, day: str) -> None:
    assert session.viewer is not None
    studies = {study.first.study_date: study for study in session.workspace.patients[0].studies}
    session.viewer.show(0, Selection(studies[day].series[0].series_instance_uid))
    settle(qtbot, session)


def test_that_lesions_of_two_studies_are_linked_and_compared(qtbot: QtBot, two_studies: Session) -> None:
    session = two_studies
    ends = {"20240101": QPoint(420, 330), "20240701": QPoint(360, 290)}
    for day, end in ends.items():
        show(qtbot, session, day)
        session.window.pane.setFocus()
        press(qtbot, session, Key.Key_L)
        drag(qtbot, session, QPoint(300, 250), end)
    panel = panel_of(qtbot, session)
    for row in range(2):
        choose(panel, row)
        say(panel, "lesion", "Lesion 1")
        settle(qtbot, session)
    choose(panel, 0, 1)
    panel.form.role.setCurrentIndex(panel.form.role.findData("target"))
    panel.form.role.activated.emit(panel.form.role.currentIndex())
    settle(qtbot, session)
    panel.form.node.setCurrentIndex(panel.form.node.findData("no"))
    panel.form.node.activated.emit(panel.form.node.currentIndex())
    settle(qtbot, session)
    assert [each.about.node for each in annotations(session) if each.about is not None] == ["no", "no"]
    session.window.actions_by_id["over-time"].trigger()
    over = session.window.side.currentWidget()
    assert isinstance(over, OverTimePanel)
    qtbot.waitUntil(lambda: over.tree.topLevelItemCount() == 1)
    top = over.tree.topLevelItem(0)
    assert top is not None
    assert top.text(0) == "Lesion 1: Length"
    lengths = [measured.values[0].value for each in annotations(session) if (measured := known(session, each))]
    change = lengths[1] - lengths[0]
    first, last = lines(over)
    assert first.text(0) == "2024-01-01"
    assert last.text(2) == f"{change:+.1f} mm ({change / lengths[0] * 100:+.1f} %)"
    assert over.curve._curve is not None
    assert "2024-07-01: PR" in over.response.text()
    over.copy_button.click()
    assert QApplication.clipboard().text().startswith("Lesion\tQuantity\tDate")
    over.tree.setCurrentItem(first)
    over.tree.itemActivated.emit(first, 0)
    settle(qtbot, session)
    ref = session.viewer.active.shown_frame if session.viewer is not None else None
    assert ref is not None
    assert ref.instance.study_date == "20240101"


def known(session: Session, annotation: Annotation) -> Measurement | None:
    return measurements(session).known(annotation).measurement


def test_that_reports_of_an_earlier_study_take_part(qtbot: QtBot, two_studies: Session) -> None:
    session = two_studies
    show(qtbot, session, "20240101")
    session.window.pane.setFocus()
    press(qtbot, session, Key.Key_L)
    drag(qtbot, session, QPoint(300, 250), QPoint(420, 330))
    panel = panel_of(qtbot, session)
    choose(panel, 0)
    say(panel, "lesion", "Lesion 1")
    settle(qtbot, session)
    session.command("save-measurement-report")
    settle(qtbot, session)
    show(qtbot, session, "20240701")
    session.window.pane.setFocus()
    press(qtbot, session, Key.Key_L)
    drag(qtbot, session, QPoint(300, 250), QPoint(360, 290))
    settle(qtbot, session)
    choose(panel, 1)
    say(panel, "lesion", "Lesion 1")
    settle(qtbot, session)
    choose(panel, 0)
    session.command("delete-measurements")
    settle(qtbot, session)
    session.window.actions_by_id["over-time"].trigger()
    over = session.window.side.currentWidget()
    assert isinstance(over, OverTimePanel)
    qtbot.waitUntil(lambda: len(lines(over)) == 2)
    assert lines(over)[0].text(4).endswith(".dcm")


def lines(panel: OverTimePanel) -> list[QTreeWidgetItem]:
    """Give the lines of the first part."""
    top = panel.tree.topLevelItem(0)
    return [child for at in range(top.childCount()) if (child := top.child(at)) is not None] if top is not None else []
