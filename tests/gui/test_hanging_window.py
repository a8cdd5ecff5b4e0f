"""Hanging protocols in the window: decisions with fakes first, then tours as a person would go."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle
from workstation.display.hanging import store
from workstation.display.hanging.attributes import Attribute
from workstation.display.hanging.rules import Condition, Pane, PaneSettings, Rule, Screen, Selector
from workstation.display.true_size import Calibrations
from workstation.display.view import View
from workstation.display.viewing import Grid, Look, Wish
from workstation.display.viewing_json import from_json, to_json
from workstation.gui.features.hanging import Hanging
from workstation.gui.features.true_size import monitor_name
from workstation.gui.panels.hanging.explanation import ExplanationPanel
from workstation.gui.panels.hanging.preview import key_of
from workstation.gui.panels.hanging.window import HangingWindow
from workstation.gui.session import Session
from workstation.model.frame import Window
from workstation.phantoms.small import volume
from workstation.phantoms.writing import (
    Person,
    SeriesOf,
    StudyOf,
    complete,
    describe_pixels,
    new_object,
    put_pixels,
    save,
    show_window,
    uid_of,
)
from workstation.settings import Settings

MODALITY_CT = Condition(Attribute.MODALITY, values=("CT",))
TRUE_SIZE = Pane(settings=PaneSettings(zoom="true size"))
MAMMOGRAM = "1.2.840.10008.5.1.4.1.1.1.2"
ROWS, COLUMNS = 90, 60


def breast(*, chest_at_left: bool) -> NDArray[np.uint16]:
    """Draw half an ellipse that stands on one edge, bright on a dark ground."""
    rows, columns = np.indices((ROWS, COLUMNS))
    inside = ((rows - (ROWS - 1) / 2) / 40) ** 2 + (columns / 50) ** 2 < 1
    pixels = np.where(inside, 3000, 20).astype(np.uint16)
    return pixels if chest_at_left else np.ascontiguousarray(pixels[:, ::-1])


def mammography(folder: Path, *, date: str = "20260301", stored_alike: bool = True) -> Path:
    """Write the four views, each a series; ``stored_alike`` lays the chest wall at the left in every file."""
    person = Person(name="Views^Vera", patient_id="MG-1", sex="F")
    study = StudyOf(person, uid_of("mg", date), "1", date, "080000", "Mammography", "1", "061Y")
    views = [(side, view) for view in ("CC", "MLO") for side in ("R", "L")]
    for number, (side, view) in enumerate(views, 1):
        series = SeriesOf(study, uid_of("mg", date, number), number, "MG", f"{side} {view}", "080000", "BREAST", "MG 1")
        at_left = stored_alike or side == "L"
        ds = new_object(series, MAMMOGRAM, 1)
        ds.ImageType = ["ORIGINAL", "PRIMARY"]
        ds.PresentationIntentType = "FOR PRESENTATION"
        ds.ViewPosition, ds.ImageLaterality = view, side
        ds.PatientOrientation = ["A" if at_left else "P", "F"]
        ds.ImagerPixelSpacing = ["1", "1"]
        ds.RescaleIntercept, ds.RescaleSlope = "0", "1"
        describe_pixels(ds, ROWS, COLUMNS, bits_stored=12)
        show_window(ds, (1500, 3000, "Breast"))
        put_pixels(ds, breast(chest_at_left=at_left))
        save(complete(ds), folder / f"{number}.dcm")
    return folder


def scans(folder: Path, modality: str, series: Sequence[Mapping[str, object]], **study: object) -> Path:
    """Write small axial volumes as the series of one study of one patient."""
    uid = uid_of("scans", str(folder), modality)
    for number, fields in enumerate(series, 1):
        for place, ds in enumerate(volume("axial").datasets, 1):
            ds.StudyInstanceUID, ds.SeriesInstanceUID = uid, uid_of(uid, number)
            ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = uid_of(uid, number, place)
            ds.Modality, ds.SeriesNumber = modality, number
            ds.FrameOfReferenceUID = uid_of(uid, "space")
            for keyword, value in {**study, **fields}.items():
                setattr(ds, keyword, value)
            save(ds, folder / f"{number}-{place}.dcm")
    return folder


def shown(session: Session) -> list[str]:
    """Give what each pane shows: description of the series."""
    assert session.viewer is not None
    found = []
    for number in session.viewer.now.shown:
        scene = session.viewer.pane(number).scene
        found.append(scene.instance.series_description if scene is not None else "")
    return found


def note(session: Session) -> str:
    notes = [each for each in session.notes.notes if each.subject == "hanging"]
    return notes[0].message if notes else ""


def hanging(session: Session) -> Hanging:
    return next(each for each in session.children() if isinstance(each, Hanging))


def press(qtbot: QtBot, session: Session, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    session.window.pane.setFocus()
    qtbot.keyClick(session.window.pane, key, modifier)
    settle(qtbot, session)


NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize("stored_alike", [True, False])
def test_that_mammograms_are_hung_with_their_chest_walls_together(
    qtbot: QtBot, tmp_path: Path, *, stored_alike: bool
) -> None:
    study = mammography(tmp_path / "study", stored_alike=stored_alike)
    with running_session(qtbot, tmp_path, hang_studies=True) as session:
        session.open([study])
        settle(qtbot, session)
        assert session.viewer is not None
        assert shown(session) == ["R CC", "L CC", "R MLO", "L MLO"]
        assert note(session).startswith("Hung by Mammography, four views")
        for number, pane in enumerate(session.window.grid.panes[:4]):
            picture = pane.picture()
            assert picture is not None
            wall, far = (-1, 0) if number % 2 == 0 else (0, -1)
            middle = picture.shape[0] // 2
            assert picture[middle, wall, 0] > 200, number
            assert picture[:, far, 0].max() < 30, number
        # On the screen nothing but the line between the panes and that around the active one is between them.
        screen = session.window.grid.grab().toImage()
        gap, middle = session.window.grid.panes[1].x(), session.window.grid.panes[0].height() // 2
        assert all(screen.pixelColor(gap + away, middle).lightness() > 200 for away in (-6, -4, 3, 5))
        assert screen.pixelColor(6, middle).lightness() < 30

        session.command("undo")
        settle(qtbot, session)
        assert session.viewer.now.grid == Grid(1, 1)
        session.command("redo")
        settle(qtbot, session)
        assert shown(session) == ["R CC", "L CC", "R MLO", "L MLO"]


def test_that_a_reset_gives_the_hanging_back(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path, hang_studies=True) as session:
        session.open([mammography(tmp_path / "study")])
        settle(qtbot, session)
        before = session.window.pane.scene
        assert before is not None
        for name in ("flip-v", "zoom-in", "invert", "reset"):
            session.command(name)
            settle(qtbot, session)
        after = session.window.pane.scene
        assert after is not None
        assert after.view == before.view
        assert after.view.flipped_h
        assert after.view.at_sides == {"right"}


def test_that_ct_is_hung_beside_the_earlier_study_and_scrolls_with_it(qtbot: QtBot, tmp_path: Path) -> None:
    fields = [{"SeriesDescription": "Chest", "BodyPartExamined": "CHEST"}]
    scans(tmp_path / "all" / "new", "CT", fields, StudyDate="20260301", StudyDescription="CT chest")
    scans(tmp_path / "all" / "old", "CT", fields, StudyDate="20250301", StudyDescription="CT chest")
    with running_session(qtbot, tmp_path, hang_studies=True) as session:
        session.open([tmp_path / "all"])
        settle(qtbot, session)
        viewer = session.viewer
        assert viewer is not None
        dates = [scene.instance.study_date for n in viewer.now.shown if (scene := viewer.pane(n).scene) is not None]
        assert dates == ["20260301", "20250301"]
        assert note(session).startswith("Hung by CT with the earlier study")
        priors = [scene.prior for n in viewer.now.shown if (scene := viewer.pane(n).scene) is not None]
        assert priors == ["", "Prior · 2025-03-01"]
        press(qtbot, session, Qt.Key.Key_Down, NONE)
        assert [pane.look.index for pane in viewer.now.panes] == [1, 1]


def test_that_the_next_protocol_is_a_key_away_and_told(qtbot: QtBot, tmp_path: Path) -> None:
    fields = [{"SeriesDescription": "Chest", "BodyPartExamined": "CHEST"}]
    with running_session(qtbot, tmp_path, hang_studies=True) as session:
        session.open([scans(tmp_path / "new", "CT", fields, StudyDescription="CT chest")])
        settle(qtbot, session)
        first = note(session)
        assert first.startswith("Hung by CT chest")
        press(qtbot, session, Qt.Key.Key_Y, SHIFT)
        second = note(session)
        assert second.startswith("Hung by ")
        assert "(2 of" in second
        session.command("previous-hanging")
        settle(qtbot, session)
        assert "Hung by CT chest (1 of" in note(session)


def test_that_a_pane_is_shown_as_its_protocol_says(qtbot: QtBot, tmp_path: Path) -> None:
    repeated = Selector(is_repeated=True)
    ways = (
        PaneSettings(window_preset="Lung", horizontal="left", initial_image="last"),
        PaneSettings(window=(40.0, 80.0), zoom="pixels", is_inverted=True, colour_map="hot-iron", vertical="bottom"),
        PaneSettings(window_preset="Auto", initial_image="middle"),
        PaneSettings(window_preset="No such window", colour_map="no such colours", zoom="true size"),
    )
    panes = tuple(Pane(repeated, settings) for settings in ways)
    rule = Rule("mine", "Four ways", conditions=(MODALITY_CT,), screens=(Screen(2, 2, panes),))
    store.save([*store.shipped_rules(), rule])
    with running_session(qtbot, tmp_path, hang_studies=True) as session:
        session.open([scans(tmp_path / "new", "CT", [{}])])
        settle(qtbot, session)
        viewer = session.viewer
        assert viewer is not None
        assert note(session) == "Hung by Four ways: modality is CT."
        assert "True size needs a monitor that was calibrated" in session.notes.notes[0].hint
        scenes = [viewer.pane(number).scene for number in range(4)]
        lung, red, auto, plain = (scene for scene in scenes if scene is not None)
        count = lung.position[1]
        assert [scene.position[0] for scene in (lung, red, auto, plain)] == [count, 1, (count + 1) // 2, 1]
        assert lung.view == View(Window(-600, 1500), at_sides=frozenset({"left"}))
        assert red.view == View(
            Window(40, 80), inverted=True, zoom=1.0, colours="hot-iron", at_sides=frozenset({"bottom"})
        )
        assert auto.view.voi == dict(viewer.pane(2).windows())["Auto"]
        assert plain.view == View()
        # What was wished is part of the view now: it stays while one scrolls.
        viewer.activate(2)
        press(qtbot, session, Qt.Key.Key_Down, NONE)
        assert viewer.now.panes[2].look.view.voi == auto.view.voi
        assert viewer.now.panes[2].look.wish is None


def test_that_true_size_is_hung_where_the_monitor_was_calibrated(qtbot: QtBot, tmp_path: Path) -> None:
    rule = Rule("mine", "True", conditions=(MODALITY_CT,), screens=(Screen(panes=(TRUE_SIZE,)),))
    store.save([*store.shipped_rules(), rule])
    with running_session(qtbot, tmp_path, hang_studies=True) as session:
        monitor = monitor_name(session.window.grid.panes[0].screen())
        session.remembered.monitors = Calibrations().with_monitor(monitor, 0.25).as_dict()
        session.open([scans(tmp_path / "new", "CT", [{}])])
        settle(qtbot, session)
        assert session.viewer is not None
        scene = session.viewer.active.scene
        assert scene is not None
        spacing = scene.renderer.frame.spacing
        assert scene.view.zoom == min(spacing.between_rows, spacing.between_columns) / 0.25
        assert not session.notes.notes[0].hint


def test_that_a_study_is_not_taken_out_of_the_hand(qtbot: QtBot, tmp_path: Path) -> None:
    study = scans(tmp_path / "new", "CT", [{}, {}])
    with running_session(qtbot, tmp_path, hang_studies=True) as session:
        viewer = session.viewer
        assert viewer is not None
        lay_out = lambda _ref: viewer.lay_out(Grid(1, 3)) if viewer.now.grid.count == 1 else None  # noqa: E731
        viewer.panes.on_frame.append(lay_out)  # as soon as the first image is seen
        session.open([study])
        settle(qtbot, session)
        assert viewer.now.grid == Grid(1, 3)
        offer = session.notes.notes[0]
        assert offer.message.startswith("This study can be hung by ")
        assert offer.action is not None
        offer.action[1]()
        settle(qtbot, session)
        assert viewer.now.grid == Grid(1, 2)


def test_that_nothing_is_hung_where_that_is_turned_off(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([mammography(tmp_path / "study")])
        settle(qtbot, session)
        assert session.viewer is not None
        assert session.viewer.now.grid == Grid(1, 1)
        assert not session.notes.notes
        press(qtbot, session, Qt.Key.Key_Y, NONE)
        assert session.viewer.now.grid == Grid(2, 2)
        session.window.actions_by_id["hang-by-itself"].trigger()
        assert Settings.load().hang_studies
        assert hanging(session).studies.by_itself


def test_that_a_double_click_in_the_browser_hangs_the_study(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([mammography(tmp_path / "study")])
        settle(qtbot, session)
        tree, model = session.window.browser.tree, session.window.browser.model
        study = model.index(0, 0, model.index(0, 0))
        tree.doubleClicked.emit(study)
        settle(qtbot, session)
        assert shown(session) == ["R CC", "L CC", "R MLO", "L MLO"]


SIEMENS = [
    {"SeriesDescription": "t2_tse_tra", "EchoTime": "100", "RepetitionTime": "5000", "ScanningSequence": "SE"},
    {"SeriesDescription": "t1_se_tra", "EchoTime": "10", "RepetitionTime": "500", "ScanningSequence": "SE"},
    {
        "SeriesDescription": "t2_tirm_tra_dark-fluid",
        "EchoTime": "81",
        "RepetitionTime": "9000",
        "InversionTime": "2500",
    },
]
GE = [
    {"SeriesDescription": "Ax T1", "EchoTime": "12", "RepetitionTime": "520", "ScanningSequence": "SE"},
    {"SeriesDescription": "Ax T2 FLAIR", "EchoTime": "120", "RepetitionTime": "9500", "InversionTime": "2250"},
    {"SeriesDescription": "Ax T2 FRFSE", "EchoTime": "102", "RepetitionTime": "4500", "ScanningSequence": "SE"},
]


def test_that_what_was_learnt_hangs_the_study_of_another_vendor(qtbot: QtBot, tmp_path: Path) -> None:
    one = scans(tmp_path / "one", "MR", SIEMENS, StudyDescription="Knee", BodyPartExamined="KNEE", PatientID="1")
    other = scans(tmp_path / "other", "MR", GE, StudyDescription="KNIE", BodyPartExamined="KNEE", PatientID="2")
    with running_session(qtbot, tmp_path) as session:
        session.open([one])
        settle(qtbot, session)
        viewer = session.viewer
        assert viewer is not None
        viewer.lay_out(Grid(1, 2))
        settle(qtbot, session)
        assert shown(session) == ["t2_tse_tra", "t1_se_tra"]
        viewer.exchange(0, 1)
        viewer.activate(1)
        session.command("invert")
        viewer.active.change.set_window(Window(300, 700))
        settle(qtbot, session)

        session.command("learn-hanging")
        dialog = session.window.findChild(QInputDialog, "nameOfProtocol")
        assert dialog is not None
        dialog.setTextValue("T1 left, T2 right")
        dialog.accept()
        settle(qtbot, session)
        editor = session.window.findChild(HangingWindow)
        assert editor is not None
        assert editor.isVisible()
        assert editor.panel.name.text() == "T1 left, T2 right"
        editor.close()

        session.open([other])
        settle(qtbot, session)
        session.command("hang")
        settle(qtbot, session)
        assert note(session).startswith("Hung by T1 left, T2 right")
        assert shown(session) == ["Ax T1", "Ax T2 FRFSE"]
        view = viewer.now.panes[1].look.view
        assert view.inverted
        assert view.voi == Window(300, 700)


def test_that_the_panes_follow_the_editor_and_undo_gives_them_back(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path, hang_studies=True) as session:
        session.open([mammography(tmp_path / "study")])
        settle(qtbot, session)
        viewer = session.viewer
        assert viewer is not None
        session.command("hanging-protocols")
        settle(qtbot, session)
        editor = session.window.findChild(HangingWindow)
        assert editor is not None
        assert editor.panel.name.text() == "Mammography, four views"
        assert set(editor.panel.preview.pictures()) == {key_of(box) for box in editor.panel.preview.boxes}
        editor.panel.grid_rows.setValue(1)
        settle(qtbot, session)
        assert viewer.now.grid == Grid(1, 2)
        assert shown(session) == ["R CC", "L CC"]
        editor.panel.undo_button.click()
        settle(qtbot, session)
        assert viewer.now.grid == Grid(2, 2)
        session.command("undo")
        settle(qtbot, session)
        assert viewer.undo_label == "hanging by Mammography, four views"

        names = [editor.panel.rules.item(row).text() for row in range(editor.panel.rules.count())]
        editor.panel.rules.setCurrentRow(names.index("Any study"))
        editor.panel.apply_button.click()
        settle(qtbot, session)
        assert note(session).startswith("Hung by Any study")
        qtbot.keyClick(editor, Qt.Key.Key_Escape)
        assert not editor.isVisible()
        assert session.remembered.splitters["hanging window"]


def test_that_the_explanation_names_rules_conditions_and_what_was_found(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path, hang_studies=True) as session:
        session.open([mammography(tmp_path / "study")])
        settle(qtbot, session)
        card = session.window.notes.findChildren(QPushButton)
        next(each for each in card if each.text() == "Explain").click()
        settle(qtbot, session)
        assert session.window.side.shown == "explain-hanging"
        panel = session.window.side.currentWidget()
        assert isinstance(panel, ExplanationPanel)
        lines = list(panel.lines())
        assert lines[0] == "Mammography, four views: hangs it"
        assert "modality is MG: found MG (Modality)" in lines
        assert "R CC: 1 R CC" in lines
        assert "CT chest" in lines
        session.command("next-hanging")
        settle(qtbot, session)
        assert next(iter(panel.lines())).endswith(": hangs it")
        assert "Mammography, four views: would hang it too" in list(panel.lines())


def test_that_each_protocol_is_an_entry_of_the_palette(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([mammography(tmp_path / "study")])
        settle(qtbot, session)
        entries = {entry.text: act for give in session.more_entries for entry, act in give()}
        assert {f"Hang: {rule.name}" for rule in store.shipped_rules() if rule.is_enabled} == set(entries)
        entries["Hang: Any study"]()
        settle(qtbot, session)
        assert note(session).startswith("Hung by Any study")
        entries["Hang: CT chest"]()
        settle(qtbot, session)
        assert note(session).startswith("CT chest cannot hang this study: modality is CT")


def test_that_two_monitors_are_hung_and_the_window_goes_with_the_protocol(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        viewer = session.viewer
        assert viewer is not None
        hanging(session).studies.monitors = lambda: 2
        session.open([mammography(tmp_path / "study")])
        settle(qtbot, session)
        session.command("hang")
        settle(qtbot, session)
        assert note(session).startswith("Hung by Mammography on two monitors")
        assert [screen.grid for screen in viewer.now.screens] == [Grid(1, 2), Grid(1, 2)]
        assert shown(session) == ["R CC", "L CC", "R MLO", "L MLO"]
        session.command("next-hanging")
        settle(qtbot, session)
        assert [screen.grid for screen in viewer.now.screens] == [Grid(2, 2)]
        session.command("undo")
        settle(qtbot, session)
        assert len(viewer.now.screens) == 2
        session.command("undo")
        settle(qtbot, session)
        assert len(viewer.now.screens) == 1


def test_that_what_is_hung_is_kept_with_the_open_work(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path, hang_studies=True) as session:
        session.open([mammography(tmp_path / "study")])
        settle(qtbot, session)
        assert session.viewer is not None
        now = replace(session.viewer.now, looks={})
        waiting = replace(
            now,
            panes=(replace(now.panes[0], look=Look(0, View(), wish=Wish("Lung", is_true_size=True))), *now.panes[1:]),
        )
        for viewing in (now, waiting):
            assert from_json(json.loads(json.dumps(to_json(viewing)))) == viewing
