"""Colours, windows by name and interpolation in the window, as a person uses them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, generate_uid
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from tests.gui.making import FakeWork, frame, instance, pixels, running_session, settle, small_study
from workstation.display.colour_tables import colour_table, colour_table_names
from workstation.display.layout import Grid
from workstation.display.open_images import ImageLike
from workstation.display.preset_table import PresetTable, presets_path
from workstation.display.render import Renderer, render
from workstation.display.view import View
from workstation.gui.canvas.frames import FrameSource
from workstation.gui.canvas.loaded import Loaded
from workstation.gui.canvas.scene import Scene
from workstation.gui.commands import COLOURS
from workstation.gui.features.looks import COLOR_PALETTE_STORAGE
from workstation.gui.panels.presets.view import PresetsPanel
from workstation.gui.session import Session
from workstation.gui.viewer.first_windows import FirstWindows
from workstation.model.frame import Frame, Window
from workstation.model.geometry import Spacing
from workstation.model.index.records import FrameRef, Place, Stack
from workstation.model.memory import FrameCache


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as running:
        running.open([small_study(tmp_path / "study")])
        settle(qtbot, running)
        assert running.pane is not None
        running.pane.go_to(3)
        settle(qtbot, running)
        running.window.pane.setFocus()
        yield running


def scene_of(session: Session, number: int = 0) -> Scene:
    scene = session.window.grid.panes[number].scene
    assert scene is not None
    return scene


def trigger(session: Session, name: str) -> None:
    session.window.actions_by_id[name].trigger()


def is_coloured(picture: NDArray[np.uint8]) -> bool:
    middle = picture[picture.shape[0] // 3 : -picture.shape[0] // 3, picture.shape[1] // 3 : -picture.shape[1] // 3]
    return bool((middle[..., 0] != middle[..., 2]).any())


def test_that_every_colour_table_is_a_command() -> None:
    assert tuple(name for name, _label in COLOURS) == colour_table_names()
    labels = [colour_table(name).label.casefold() for name, _label in COLOURS]
    assert [label.casefold() for _name, label in COLOURS] == labels


def test_that_a_colour_table_is_painted_with_its_bar_and_taken_back(session: Session) -> None:
    pane = session.window.pane
    grey = pixels(pane)
    assert not is_coloured(grey)
    trigger(session, "colours-hot-iron")
    hot = pixels(pane)
    assert is_coloured(hot)
    bar = hot[:, -18:-8].astype(int)
    assert not np.array_equal(bar, grey[:, -18:-8]), "the bar is at the right edge"
    assert session.viewer is not None
    assert session.viewer.undo_label == "colours"
    trigger(session, "undo")
    assert np.array_equal(pixels(pane), grey)
    trigger(session, "redo")
    assert np.array_equal(pixels(pane), hot)


def test_that_the_menu_marks_the_table_in_use(session: Session) -> None:
    trigger(session, "colours-pet")
    menu = session.window.group_menus["Colours"]
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["PET"]
    trigger(session, "colours-grey")
    assert scene_of(session).view.colours == ""


def test_that_no_table_can_be_chosen_from_the_menu_of_a_picture_in_colour(session: Session) -> None:
    assert session.viewer is not None
    pane = session.viewer.active
    grey = scene_of(session)
    menu, action = session.window.group_menus["Colours"], session.window.actions_by_id["colours-pet"]
    in_colour = replace(grey.frame, pixels=np.zeros((*grey.frame.pixels.shape[:2], 3), np.uint8), photometric="RGB")
    pane._scene = replace(grey, renderer=Renderer(in_colour), source=in_colour)
    menu.aboutToShow.emit()
    assert not action.isEnabled()
    menu.aboutToHide.emit()
    pane._scene = grey
    assert action.isEnabled()
    trigger(session, "colours-pet")
    assert scene_of(session).view.colours == "pet"


def test_that_colours_follow_the_link_of_windows(session: Session, qtbot: QtBot) -> None:
    assert session.viewer is not None
    session.viewer.lay_out(Grid(1, 2))
    selection = session.viewer.now.panes[0].selection
    assert selection is not None
    session.viewer.show(1, selection)
    settle(qtbot, session)
    trigger(session, "colours-spring")
    assert (scene_of(session, 0).view.colours, scene_of(session, 1).view.colours) == ("", "spring")
    trigger(session, "link-window")
    trigger(session, "colours-winter")
    assert (scene_of(session, 0).view.colours, scene_of(session, 1).view.colours) == ("winter", "winter")


def write_palette(path: Path) -> None:
    """Write a Color Palette Storage object from red to blue."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = UID(COLOR_PALETTE_STORAGE)
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset.ContentLabel = "RED_TO_BLUE"
    dataset.ContentDescription = "Red & blue"
    up = bytes(range(256))
    for name, entries in (("Red", up[::-1]), ("Green", bytes(256)), ("Blue", up)):
        setattr(dataset, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 8])
        setattr(dataset, f"{name}PaletteColorLookupTableData", entries)
    dataset.PaletteColorLookupTableUID = generate_uid()
    dataset.save_as(path, enforce_file_format=True)


def test_that_a_palette_object_that_is_open_is_offered_and_painted(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    write_palette(tmp_path / "palette.dcm")
    selection = session.workspace.selection
    session.open([tmp_path / "palette.dcm"])
    settle(qtbot, session)
    session.workspace.select(selection)
    settle(qtbot, session)
    menu = session.window.group_menus["Colours"]
    offered = [action for action in menu.actions() if action.text() == "Red && blue"]
    assert len(offered) == 1
    offered[0].trigger()
    scene = scene_of(session)
    assert is_coloured(pixels(session.window.pane))
    painted = scene.renderer.picture(scene.view, (40, 40))
    assert painted[..., 1].max() == 0
    assert painted[..., 0].max() > 0
    menu.aboutToShow.emit()
    assert offered[0].isChecked()


def test_that_a_palette_that_cannot_be_read_is_told(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    broken = Dataset()
    broken.file_meta = FileMetaDataset()
    broken.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    broken.SOPClassUID = broken.file_meta.MediaStorageSOPClassUID = UID(COLOR_PALETTE_STORAGE)
    broken.SOPInstanceUID = broken.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    broken.save_as(tmp_path / "broken.dcm", enforce_file_format=True)
    session.open([tmp_path / "broken.dcm"])
    settle(qtbot, session)
    assert any(note.kind == "error" for note in session.notes.notes)


def test_that_interpolation_is_chosen_and_taken_back(session: Session) -> None:
    pane = session.window.pane
    linear = pixels(pane)
    trigger(session, "pixels-nearest")
    scene = scene_of(session)
    assert scene.view.interpolation == "nearest"
    assert not np.array_equal(pixels(pane), linear)
    menu = session.window.group_menus["Between pixels"]
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["None, pixels as they are"]
    assert session.viewer is not None
    assert session.viewer.undo_label == "interpolation"
    trigger(session, "undo")
    assert np.array_equal(pixels(pane), linear)


def rows_of(menu: QMenu) -> list[str]:
    menu.aboutToShow.emit()
    return [action.text() for action in menu.actions() if action.text()]


def choose_row(panel: PresetsPanel, number: int) -> None:
    item = panel.rows.topLevelItem(number)
    assert item is not None
    panel.rows.setCurrentItem(item)


def test_that_digits_and_menu_follow_the_table_of_the_user(session: Session, qtbot: QtBot) -> None:
    pane, menu = session.window.pane, session.window.windows_menu
    before = rows_of(menu)
    trigger(session, "presets")
    panel = session.window.side.currentWidget()
    assert isinstance(panel, PresetsPanel)
    assert panel.modality.currentText() == "CT"
    choose_row(panel, 1)
    assert scene_of(session).view.voi == Window(-600, 1500), "what is chosen in the editor is shown"
    panel.key.setCurrentIndex(panel.key.findData(7))
    panel.key.activated.emit(panel.key.currentIndex())
    assert "Lung   W 1500 L -600\t7" in rows_of(menu)
    trigger(session, "auto-window")
    pane.setFocus()
    qtbot.keyClick(pane, Qt.Key.Key_7)
    assert scene_of(session).view.voi == Window(-600, 1500)
    assert PresetTable.load().of("CT")[1].key == 7
    while session.viewer is not None and session.viewer.undo_label != "windows by name":
        trigger(session, "undo")
    trigger(session, "undo")
    assert rows_of(menu) == before
    assert not presets_path().exists(), "the shipped table needs no file"
    assert panel.key.currentData() is None
    trigger(session, "redo")
    assert "Lung   W 1500 L -600\t7" in rows_of(menu)


def test_that_typing_in_the_editor_changes_the_picture_at_once(session: Session, qtbot: QtBot) -> None:
    trigger(session, "presets")
    panel = session.window.side.currentWidget()
    assert isinstance(panel, PresetsPanel)
    choose_row(panel, 1)
    before = pixels(session.window.pane)
    panel.second.selectAll()
    qtbot.keyClicks(panel.second, "300")
    assert scene_of(session).view.voi == Window(-600, 300)
    assert not np.array_equal(pixels(session.window.pane), before)


def test_that_the_window_in_use_is_kept_by_name(session: Session) -> None:
    assert session.viewer is not None
    session.viewer.active.change.set_window(Window(77, 333))
    trigger(session, "add-preset")
    panel = session.window.side.currentWidget()
    assert isinstance(panel, PresetsPanel)
    assert (panel.first.text(), panel.second.text()) == ("77", "333")
    assert Window(77, 333) in [preset.window for preset in PresetTable.load().of("CT")]
    assert any(row.startswith("New window") for row in rows_of(session.window.windows_menu))


def test_that_a_bad_file_of_windows_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    presets_path().parent.mkdir(parents=True, exist_ok=True)
    presets_path().write_text("{", encoding="utf-8")
    with running_session(qtbot, tmp_path) as session:
        assert any("presets.json is not used" in note.message for note in session.notes.notes)


def uptake(peak: int) -> Frame:
    """Make a PET frame whose own window ends at its peak."""
    values = np.zeros((8, 8), np.uint16)
    values[4, 4] = peak
    return Frame(values, "MONOCHROME2", 16, Spacing(), voi=(Window(peak / 2, peak, "LINEAR_EXACT"),))


def no_file(place: Place) -> ImageLike:
    raise AssertionError(f"{place} must not be opened")


def test_that_uptake_has_one_window_for_the_whole_stack_from_zero() -> None:
    refs = tuple(FrameRef(instance(number, modality="PT"), 0) for number in range(1, 22))
    peaks = {ref.instance.place: 100 * (11 - abs(number - 10)) for number, ref in enumerate(refs)}
    work = FakeWork()

    class Held(FrameSource):
        def read(self, ref: FrameRef, job: object) -> Loaded:
            return Loaded(uptake(peaks[ref.instance.place]))

    windows = FirstWindows(Held(work, FrameCache(10**6), no_file))  # type: ignore[arg-type]  # a fake
    stack = Stack(refs)
    told: list[object] = []
    windows.on_found = lambda _stack, voi: told.append(voi)
    assert windows.of(stack, uptake(100)) == Window(50.5, 101.0)
    work.run_all()
    assert told == [Window(550.5, 1101.0)]
    assert windows.of(stack, uptake(200)) == told[0]
    more = tuple(FrameRef(instance(number, modality="PT"), 0) for number in range(22, 80))
    peaks.update({ref.instance.place: 5000 for ref in more})
    grown = Stack(refs + more)
    assert windows.of(grown, uptake(200)) == told[0], "a stack that grows keeps its window until more of it is read"
    work.run_all()
    assert windows.of(grown, uptake(200)) == told[1] == Window(2500.5, 5001.0)


def test_that_other_modalities_keep_the_window_of_the_file() -> None:
    work = FakeWork()
    windows = FirstWindows(FrameSource(work, FrameCache(10**6), no_file))  # type: ignore[arg-type]  # a fake
    assert windows.of(Stack((FrameRef(instance(1), 0),)), frame()) is None
    assert work.waiting == []


def test_that_the_first_window_holds_until_a_hand_chooses_another() -> None:
    given = frame()
    renderer = Renderer(given, Window(10, 20))
    plain = renderer.picture(View(), (16, 16))
    assert np.array_equal(plain, render(given, View(Window(10, 20)), (16, 16)))
    assert np.array_equal(renderer.picture(View(Window(0, 60)), (16, 16)), render(given, View(Window(0, 60)), (16, 16)))
    again = renderer.opened_with(Window(30, 5))
    assert np.array_equal(again.picture(View(), (16, 16)), render(given, View(Window(30, 5)), (16, 16)))
    assert again.beside().voi(View()) == Window(30, 5)


def test_that_a_pet_opens_from_zero_and_its_command_says_so(qtbot: QtBot, tmp_path: Path, shared_data: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([shared_data / "pet_fdg_qin0024"])
        settle(qtbot, session)
        pt = next(
            selection
            for selection in session.workspace.selections()
            if (series := session.workspace.series(selection.series_instance_uid)) and series.first.modality == "PT"
        )
        session.workspace.select(pt)
        settle(qtbot, session)
        windows = set()
        for name in ("first", "last", "ten-back"):
            trigger(session, name)
            settle(qtbot, session)
            scene = scene_of(session)
            assert scene.view.voi is None
            windows.add(scene.renderer.voi(scene.view))
        assert len(windows) == 1
        window = windows.pop()
        assert isinstance(window, Window)
        assert window.center - window.width / 2 <= 0.5
        assert "--window" in session.command_copy.lines(session.pane)[-1]
