"""Presentation states in the window: offered, applied image by image, changed, switched off, and taken back."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.uid import UID
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle
from tests.segmentation_samples import in_order
from tests.unit.display.files import write_image
from tests.unit.objects.states import annotation, area, as_file, graphic, image_item, item, layer, state
from workstation.batch.main import main
from workstation.gui.calibration import CalibrationDialog
from workstation.gui.canvas.scene import Scene
from workstation.gui.panels.exporting.form import ExportForm
from workstation.gui.panels.exporting.view import ExportDialog
from workstation.gui.session import Session
from workstation.model.frame import Window
from workstation.phantoms import small
from workstation.workspace import Selection

RED = [34885, 53485, 50171]
SLICE, NEXT, PLAIN = 2, 3, 5


def made_state(images: list[Dataset], number: int, uid: str, window: tuple[float, float], **rest: Any) -> Dataset:
    """A state for one slice: a window, a line across the fifth row in red."""
    image = images[number]
    columns, rows = int(image.Columns), int(image.Rows)
    reference = image_item(image.SOPInstanceUID)
    reference.ReferencedSOPClassUID = image.SOPClassUID
    series = item(SeriesInstanceUID=image.SeriesInstanceUID, ReferencedImageSequence=[reference])
    voi = item(WindowCenter=window[0], WindowWidth=window[1])
    line = annotation("MARKS", graphic("POLYLINE", 1.5, 5.5, columns - 1.5, 5.5))
    made = state(
        columns=columns,
        rows=rows,
        **{
            "SOPInstanceUID": uid,
            "StudyInstanceUID": image.StudyInstanceUID,
            "PatientID": image.PatientID,
            "PatientName": image.PatientName,
            "ReferencedSeriesSequence": [series],
            "SoftcopyVOILUTSequence": [voi],
            "GraphicAnnotationSequence": [line],
            "GraphicLayerSequence": [layer("MARKS", 1, GraphicLayerRecommendedDisplayCIELabValue=RED)],
            **rest,
        },
    )
    if "RescaleSlope" in image:
        made.RescaleIntercept, made.RescaleSlope, made.RescaleType = image.RescaleIntercept, image.RescaleSlope, "HU"
    return as_file(made)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A CT of which two slices have a state each, one of them an older one besides."""
    folder = tmp_path / "study"
    folder.mkdir()
    volume = small.volume("axial")
    volume.write(folder)
    images = in_order(volume)
    turned = {"ImageRotation": 90, "ImageHorizontalFlip": "N"}
    made = (
        made_state(images, SLICE, "2.25.701", (50, 350), ContentDescription="Liver", **turned),
        made_state(images, NEXT, "2.25.702", (-600, 1500), ContentDescription="Lungs"),
        made_state(
            images,
            SLICE,
            "2.25.703",
            (300, 2000),
            ContentDescription="Bones",
            PresentationCreationDate="20200101",
            SeriesInstanceUID="1.2.826.0.33",
        ),
    )
    for number, ds in enumerate(made):
        ds.save_as(folder / f"state-{number}.dcm", enforce_file_format=True)
    return folder


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path, study: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as started:
        started.open([study])
        settle(qtbot, started)
        yield started


def scene_of(session: Session) -> Scene:
    scene = session.window.pane.scene
    assert scene is not None
    return scene


def go_to(qtbot: QtBot, session: Session, index: int) -> Scene:
    assert session.viewer is not None
    session.viewer.active.go_to(index)
    settle(qtbot, session)
    return scene_of(session)


def name_of(scene: Scene) -> str:
    return scene.applied.name.split(",")[0] if scene.applied is not None else ""


def painted(session: Session) -> NDArray[np.uint8]:
    """Give what is on the screen of the pane."""
    image = session.window.pane.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def reds(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    red, green, blue = (picture[..., channel].astype(int) for channel in range(3))
    return np.asarray((red - green > 60) & (red - blue > 60) & (abs(green - blue) < 30))


def test_that_each_image_of_a_series_is_shown_with_its_own_newest_state(qtbot: QtBot, session: Session) -> None:
    plain = go_to(qtbot, session, PLAIN)
    assert plain.applied is None
    assert not reds(painted(session)).any()
    assert session.window.pane.badges.states is None or session.window.pane.badges.states.isHidden()

    liver = go_to(qtbot, session, SLICE)
    assert name_of(liver) == "Liver"
    assert liver.view.rotation_quarters == 1
    assert liver.renderer.voi(liver.view) == Window(50, 350)
    drawn = reds(painted(session))
    assert drawn.sum() > 100
    # The line across the image runs from top to bottom now.
    height, width = (int(np.ptp(along)) for along in np.nonzero(drawn))
    assert height > 5 * max(1, width)
    badge = session.window.pane.badges.states
    assert badge is not None
    assert badge.isVisible()
    assert badge.text().strip().startswith("Liver")

    lungs = go_to(qtbot, session, NEXT)
    assert (name_of(lungs), lungs.view.rotation_quarters) == ("Lungs", 0)
    assert lungs.renderer.voi(lungs.view) == Window(-600, 1500)


def test_that_values_stay_those_of_the_image(qtbot: QtBot, session: Session) -> None:
    scene = go_to(qtbot, session, SLICE)
    assert scene.frame is not scene.renderer.frame
    assert np.shares_memory(scene.frame.pixels, scene.renderer.frame.pixels)
    assert scene.frame.voi


def test_that_j_goes_round_through_the_states_and_undo_comes_back(qtbot: QtBot, session: Session) -> None:
    go_to(qtbot, session, SLICE)
    session.window.pane.setFocus()
    names = []
    for _ in range(3):
        qtbot.keyClick(session.window.pane, Qt.Key.Key_J)
        settle(qtbot, session)
        names.append(name_of(scene_of(session)))
    assert names == ["Bones", "", "Liver"]
    assert session.viewer is not None
    assert session.viewer.undo_label == "presentation state"
    qtbot.keyClick(session.window.pane, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, session)
    assert name_of(scene_of(session)) == ""
    assert not reds(painted(session)).any()
    assert scene_of(session).view.rotation_quarters == 0


def test_that_without_is_one_key_away_and_holds_for_the_whole_series(qtbot: QtBot, session: Session) -> None:
    go_to(qtbot, session, SLICE)
    session.window.pane.setFocus()
    qtbot.keyClick(session.window.pane, Qt.Key.Key_J, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, session)
    badge = session.window.pane.badges.states
    assert badge is not None
    assert badge.text().strip() == "Without presentation state"
    assert not reds(painted(session)).any()
    assert name_of(go_to(qtbot, session, NEXT)) == ""
    qtbot.keyClick(session.window.pane, Qt.Key.Key_J, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, session)
    assert name_of(scene_of(session)) == "Lungs"
    # Writers give each image a state of its own: the others of the series follow.
    assert name_of(go_to(qtbot, session, SLICE)) == "Liver"


def test_that_a_hand_changes_what_it_touches_and_reset_goes_back_to_the_state(qtbot: QtBot, session: Session) -> None:
    pane = session.window.pane
    first = go_to(qtbot, session, SLICE)
    pane.setFocus()
    qtbot.mousePress(pane, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    qtbot.mouseMove(pane, QPoint(240, 220))
    qtbot.mouseMove(pane, QPoint(260, 230))
    qtbot.mouseRelease(pane, Qt.MouseButton.LeftButton, pos=QPoint(260, 230))
    qtbot.keyClick(pane, Qt.Key.Key_R)
    window = scene_of(session).view.voi
    assert window != Window(50, 350)
    assert scene_of(session).view.rotation_quarters == 2
    lungs = go_to(qtbot, session, NEXT)
    assert (lungs.view.voi, lungs.view.rotation_quarters, name_of(lungs)) == (window, 1, "Lungs")
    go_to(qtbot, session, SLICE)
    for _ in range(2):
        qtbot.keyClick(pane, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert scene_of(session).view == first.view
    qtbot.keyClick(pane, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(pane, Qt.Key.Key_Space)
    assert scene_of(session).view == first.view
    assert name_of(scene_of(session)) == "Liver"


def test_that_the_badge_lists_states_and_layers(qtbot: QtBot, session: Session) -> None:
    go_to(qtbot, session, SLICE)
    badge = session.window.pane.badges.states
    assert badge is not None
    qtbot.mouseClick(badge, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert texts[0].startswith("Liver, 2026")
    assert texts[0].endswith("Made, Hand") or "Hand" in texts[0]
    assert [text.split(",")[0].split("\t")[0] for text in texts] == [
        "Liver",
        "Bones",
        "Without presentation state",
        "Layer MARKS",
        "Make annotations of what the state draws",
    ]
    layer_action = next(each for each in menu.actions() if each.text() == "Layer MARKS")
    assert layer_action.isChecked()
    layer_action.trigger()
    menu.close()
    settle(qtbot, session)
    assert not reds(painted(session)).any()
    assert name_of(scene_of(session)) == "Liver"
    session.command("undo")
    assert reds(painted(session)).any()


def test_that_choosing_the_series_of_states_shows_its_image_with_it(qtbot: QtBot, session: Session) -> None:
    go_to(qtbot, session, PLAIN)
    session.workspace.select(Selection("1.2.826.0.33"))
    settle(qtbot, session)
    scene = scene_of(session)
    assert (scene.position[0], name_of(scene)) == (SLICE + 1, "Bones")
    session.command("undo")
    settle(qtbot, session)
    assert scene_of(session).applied is None or name_of(scene_of(session)) == "Liver"


def test_that_the_copied_command_gives_the_same_picture_and_the_palette_names_the_states(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    go_to(qtbot, session, NEXT)
    words = shlex.split(session.command_copy.lines(session.pane)[-1])
    assert words[:4] == ["workstation", "--batch", "gsps", "apply"]
    output = tmp_path / "picture.png"
    assert main([*words[2:-1], str(output)]) == 0
    seen = session.window.pane.picture()
    read = cv2.imread(str(output), cv2.IMREAD_COLOR)
    assert read is not None
    assert seen is not None
    assert np.array_equal(cv2.cvtColor(read, cv2.COLOR_BGR2RGB), seen)
    entries = {entry.text: act for make in session.more_entries for entry, act in make()}
    (lungs,) = (text for text in entries if "Lungs" in text)
    assert lungs.startswith("Presentation state Lungs, 2026")
    session.command("without-state")
    entries[lungs]()
    settle(qtbot, session)
    assert name_of(scene_of(session)) == "Lungs"


def test_that_states_wait_to_be_asked_for_where_that_is_wanted(qtbot: QtBot, session: Session) -> None:
    go_to(qtbot, session, SLICE)
    session.window.actions_by_id["states-by-themselves"].trigger()
    settle(qtbot, session)
    assert name_of(scene_of(session)) == ""
    assert session.settings.apply_states is False
    session.window.pane.setFocus()
    qtbot.keyClick(session.window.pane, Qt.Key.Key_J)
    settle(qtbot, session)
    assert name_of(scene_of(session)) == "Liver"


def test_that_what_is_not_applied_stands_on_the_image(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    volume = small.volume("axial")
    volume.write(folder)
    image = in_order(volume)[0]
    area = item(
        DisplayedAreaTopLeftHandCorner=[1, 1],
        DisplayedAreaBottomRightHandCorner=[int(image.Columns), int(image.Rows)],
        PresentationSizeMode="TRUE SIZE",
        PresentationPixelSpacing=[0.5, 0.5],
    )
    made = made_state([image], 0, "2.25.801", (40, 400), DisplayedAreaSelectionSequence=[area])
    made.save_as(folder / "state.dcm", enforce_file_format=True)
    with running_session(qtbot, tmp_path) as session:
        session.open([folder])
        settle(qtbot, session)
        scene = go_to(qtbot, session, 0)
        assert any("true size is not applied" in warning for warning in scene.warnings)
        session.command("without-state")
        settle(qtbot, session)
        assert not any("true size" in warning for warning in scene_of(session).warnings)


def test_that_what_a_state_draws_in_the_pane_leaves_with_its_picture_unless_layers_are_hidden(
    qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    volume = small.volume("axial")
    volume.write(folder)
    made_state(in_order(volume), 0, "2.25.801", (40, 400)).save_as(folder / "state.dcm", enforce_file_format=True)
    with running_session(qtbot, tmp_path) as session:
        session.open([folder])
        settle(qtbot, session)
        scene = go_to(qtbot, session, 0)
        form = ExportForm(scope="image", format="png", size="512x512", destination=str(tmp_path / "out" / "x"))
        session.remembered.export.update(form.kept())
        session.command("export")
        dialog = session.window.findChild(ExportDialog)
        assert dialog is not None
        assert dialog.problem.text() == ""
        name = Path(dialog.destination.text())
        dialog.export_button.click()
        settle(qtbot, session)
        written = np.asarray(cv2.imread(str(name)))[..., ::-1].astype(int)
        red = (written[..., 0] > 180) & (written[..., 1:].max(axis=2) < 80)
        assert red.sum() > 300, "the line across"
        names = scene.view.presentation.layer_names if scene.view.presentation is not None else ()
        assert session.viewer is not None
        for each in names:
            session.viewer.active.change.show_layer(each, shown=False)
        settle(qtbot, session)
        session.command("export")
        again = session.window.findChild(ExportDialog)
        assert again is not None
        assert "some of its layers are hidden" in again.problem.text()
        again.close()


def test_that_a_state_goes_before_the_habits_of_a_modality(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    images = in_order(small.volume("axial"))
    for number, image in enumerate(images):
        image.SOPClassUID = image.file_meta.MediaStorageSOPClassUID = UID("1.2.840.10008.5.1.4.1.1.128")
        image.Modality = "PT"
        image.save_as(folder / f"{number}.dcm", enforce_file_format=True)
    made_state(images, 0, "2.25.801", (40, 400)).save_as(folder / "state.dcm", enforce_file_format=True)
    with running_session(qtbot, tmp_path) as session:
        session.open([folder])
        settle(qtbot, session)
        assert go_to(qtbot, session, 1).view.inverted  # PET is first seen dark on white
        assert not go_to(qtbot, session, 0).view.inverted
        session.window.pane.setFocus()
        qtbot.keyClick(session.window.pane, Qt.Key.Key_I)
        assert scene_of(session).view.inverted
        qtbot.keyClick(session.window.pane, Qt.Key.Key_I)
        assert not scene_of(session).view.inverted
        assert go_to(qtbot, session, 1).view.inverted


@pytest.mark.parametrize("name", ["real01", "real02", "real03"])
def test_that_states_of_another_maker_show_their_annotations(
    qtbot: QtBot, tmp_path: Path, shared_data: Path, name: str
) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    for ending in (".dcm", ".pr.dcm"):
        (folder / f"{name}{ending}").write_bytes(
            (shared_data / "roi_truth_clearcanvas" / f"{name}{ending}").read_bytes()
        )
    with running_session(qtbot, tmp_path) as session:
        session.open([folder])
        settle(qtbot, session)
        if scene_of(session).applied is None:
            settle(qtbot, session)
        assert scene_of(session).applied is not None
        seen = session.window.pane.picture()
        session.command("without-state")
        settle(qtbot, session)
        plain = session.window.pane.picture()
        assert seen is not None
        assert plain is not None
        coloured = seen[..., 0].astype(int) - seen[..., 2].astype(int)
        assert (np.abs(coloured) > 60).sum() > 50
        assert (np.abs(plain[..., 0].astype(int) - plain[..., 2]) > 60).sum() == 0


def true_sized(images: list[Dataset]) -> Dataset:
    columns, rows = int(images[PLAIN].Columns), int(images[PLAIN].Rows)
    wanted = area(columns, rows, PresentationSizeMode="TRUE SIZE", PresentationPixelSpacing=[2.0, 2.0])
    return made_state(
        images, PLAIN, "2.25.709", (50, 350), ContentDescription="As large", DisplayedAreaSelectionSequence=[wanted]
    )


def test_that_true_size_is_applied_where_the_monitor_is_calibrated_and_told_where_it_is_not(
    qtbot: QtBot, tmp_path: Path
) -> None:
    volume = small.volume("axial")
    volume.write(tmp_path / "study")
    true_sized(in_order(volume)).save_as(tmp_path / "study" / "state.dcm", enforce_file_format=True)
    with running_session(qtbot, tmp_path) as session:
        session.open([tmp_path / "study"])
        settle(qtbot, session)
        shown = go_to(qtbot, session, PLAIN)
        assert any("The true size is not applied" in each for each in shown.warnings)
        assert shown.view.zoom is None
        session.window.actions_by_id["calibrate"].trigger()
        dialog = session.window.findChild(CalibrationDialog)
        assert dialog is not None
        dialog.length.setValue(dialog.line.length_px * 0.25)
        dialog.keep.click()
        settle(qtbot, session)
        shown = scene_of(session)
        assert shown.view.zoom == pytest.approx(8.0)
        assert not any("true size" in each for each in shown.warnings)
        matrix = shown.view.image_to_screen(shown.renderer.frame, session.window.pane.size_px)
        assert abs(matrix[0, 0]) * 0.25 == pytest.approx(2.0)
        # On another monitor a pixel has another size.
        session.remembered.monitors = dict.fromkeys(session.remembered.monitors, 0.5)
        QApplication.sendEvent(session.window.pane, QEvent(QEvent.Type.ScreenChangeInternal))
        settle(qtbot, session)
        assert scene_of(session).view.zoom == pytest.approx(4.0)
        session.remembered.monitors = {}
        assert session.viewer is not None
        session.viewer.panes.present_again()
        assert scene_of(session).view.zoom is None


def test_that_a_mask_is_subtracted_as_soon_as_its_frames_are_read(qtbot: QtBot, tmp_path: Path) -> None:
    bone = np.full((32, 32), 90, np.uint8)
    run = np.stack([bone, bone, bone, bone, bone])
    run[2:, 8:16, 4:28] = 30
    folder = tmp_path / "study"
    folder.mkdir()
    uids = {"StudyInstanceUID": "1.2.826.0.2", "SeriesInstanceUID": "1.2.826.0.4"}
    path = write_image(folder / "run.dcm", run, PatientID="1", PatientName="A^B", **uids)
    image = pydicom.dcmread(path)
    mask = item(MaskOperation="AVG_SUB", MaskFrameNumbers=[1, 2], ApplicableFrameRange=[3, 5])
    subtracted = {"MaskSubtractionSequence": [mask], "RecommendedViewingMode": "SUB"}
    made_state([image], 0, "2.25.710", (0, 255), ContentDescription="Vessels", **subtracted).save_as(
        folder / "state.dcm", enforce_file_format=True
    )
    with running_session(qtbot, tmp_path) as session:
        session.open([folder])
        settle(qtbot, session)
        scene = go_to(qtbot, session, 3)
        assert scene.applied is not None
        assert not any("mask" in each for each in scene.warnings)
        assert set(np.unique(scene.renderer.frame.pixels)) == {-60, 0}
        assert set(np.unique(scene.frame.pixels)) == {30, 90}, "values stay those of the image"
        native = go_to(qtbot, session, 1)
        assert set(np.unique(native.renderer.frame.pixels)) == {90}
        assert not any("mask" in each for each in native.warnings)
