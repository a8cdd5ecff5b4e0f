"""Series of several volumes in the planes: gone through, played, read ahead; they stay as they are looked at."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from pydicom.uid import UID
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.colour_samples import write_in_colour
from tests.gui.making import FakeWork, running_session, settle, small_study
from tests.gui.test_planes import now, pane, presenter_of, scene_of
from tests.gui.test_planes_linked import planes_in
from tests.unit.volume.mosaics import mosaic
from workstation.batch.main import main
from workstation.gui.features.cine import IN_FRONT, Cine
from workstation.gui.features.planes import Planes
from workstation.gui.features.volume import Volume3D
from workstation.gui.plane_measure_words import time_of
from workstation.gui.session import Session
from workstation.gui.volumes import OpenVolume, OpenVolumes
from workstation.model.index.records import Place, Stack
from workstation.phantoms.small import volume
from workstation.phantoms.writing import save
from workstation.volume.cutting.slabs import Slab
from workstation.volume.planes.planes_view import PLANE_NAMES, with_slabs
from workstation.volume.rendering.colours import KEEPS_COLOURS

TIMES = 4
LEFT = Qt.MouseButton.LeftButton


def several_times(folder: Path) -> Path:
    """Write one series of several times, each by one brighter than the one before."""
    for time in range(TIMES):
        for number, dataset in enumerate(volume("axial").datasets):
            dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = UID(f"2.25.5.{time}.{number}")
            dataset.TemporalPositionIdentifier, dataset.NumberOfTemporalPositions = time + 1, TIMES
            dataset.InstanceNumber = 100 * time + number + 1
            pixels = np.frombuffer(dataset.PixelData, np.int16 if dataset.PixelRepresentation else np.uint16)
            dataset.PixelData = (pixels + time).tobytes()
            save(dataset, folder / f"{time}-{number}.dcm")
    return folder


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as running:
        running.open([several_times(tmp_path / "study")])
        settle(qtbot, running)
        yield running


@pytest.fixture
def planes(qtbot: QtBot, session: Session) -> Planes:
    qtbot.keyClick(session.window.pane, Qt.Key.Key_F3)
    settle(qtbot, session)
    found = session.findChild(Planes)
    assert isinstance(found, Planes)
    return found


def cine_of(session: Session) -> Cine:
    found = session.findChild(Cine)
    assert isinstance(found, Cine)
    return found


def darkest(planes: Planes) -> float:
    return float(np.nanmin(scene_of(planes, "axial").frame.modality_values()))


def stacks(session: Session) -> tuple[Stack, ...]:
    series = session.workspace.selected_series()
    assert series is not None
    return series.stacks


def test_that_planes_slabs_and_windows_stay_while_the_time_changes_forth_and_back(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    small, slider = volume("axial"), planes.joined.area.bar.time
    slider.setValue(2)
    settle(qtbot, session)
    presenter_of(planes).cross_to(small.marker_lps)
    presenter_of(planes).do(with_slabs(now(planes), Slab(4.0, "mip")), "slab")
    settle(qtbot, session)
    slider.setValue(1)
    settle(qtbot, session)
    assert now(planes).cross_lps == small.marker_lps, "a time that was seen before does not go back to its own place"
    assert now(planes).plane("axial").slab == Slab(4.0, "mip")
    planes.joined.times.go_to(3)  # as playing does
    settle(qtbot, session)
    session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
    assert slider.value() == 2, "to have chosen another time is a step"
    session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
    assert now(planes).plane("axial").slab.is_thin
    planes.joined.times.go_to(3)
    session.window.actions_by_id["redo"].trigger()
    settle(qtbot, session)
    assert now(planes).plane("axial").slab == Slab(4.0, "mip"), "done again at the time that is seen"
    assert planes.joined.times.at == 3


def test_that_a_key_plays_the_volumes_and_stops_at_the_one_that_is_seen(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    cine, seen, first = cine_of(session), set(), darkest(planes)
    qtbot.keyClick(pane(planes, "axial"), Qt.Key.Key_C)
    assert cine.bar.isVisible()
    assert IN_FRONT in cine.presenter.playing

    def is_round() -> bool:
        if not planes.joined.times.is_waiting:
            seen.add((planes.joined.times.at, darkest(planes) - first))
        return len(seen) == TIMES

    qtbot.waitUntil(is_round)
    assert seen == {(time, float(time)) for time in range(TIMES)}
    qtbot.keyClick(pane(planes, "axial"), Qt.Key.Key_C)
    settle(qtbot, session)
    at = planes.joined.times.at
    assert cine.presenter.playing == frozenset()
    assert session.workspace.selected_stack() is stacks(session)[at]
    assert planes.joined.area.bar.time.value() == at + 1


def test_that_a_drag_of_the_slider_is_one_step_back(qtbot: QtBot, session: Session, planes: Planes) -> None:
    slider = planes.joined.area.bar.time
    for stops in ((2, 3, 4), (3, 2)):
        slider.sliderPressed.emit()
        for stop in stops:
            slider.setValue(stop)
            settle(qtbot, session)
        slider.sliderReleased.emit()
    assert planes.joined.times.at == 1
    for expected in (3, 0):
        session.window.actions_by_id["undo"].trigger()
        settle(qtbot, session)
        assert planes.joined.times.at == expected
        assert slider.value() == expected + 1
    for expected in (3, 1):
        session.window.actions_by_id["redo"].trigger()
        settle(qtbot, session)
        assert planes.joined.times.at == expected


def test_that_the_button_plays_and_closing_the_planes_shows_the_images_of_the_time_that_was_seen(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    qtbot.mouseClick(planes.joined.area.bar.play, LEFT)
    qtbot.waitUntil(lambda: planes.joined.times.at == 2)
    qtbot.keyClick(pane(planes, "axial"), Qt.Key.Key_F3)
    at = planes.joined.times.at
    settle(qtbot, session)
    assert not planes.is_shown
    assert not cine_of(session).bar.isVisible()
    assert session.pane is not None
    assert session.pane.stack is stacks(session)[at]


def test_that_another_series_chosen_meanwhile_ends_it(qtbot: QtBot, session: Session, planes: Planes) -> None:
    qtbot.mouseClick(planes.joined.area.bar.play, LEFT)
    planes.joined.follow(None, None)
    assert cine_of(session).presenter.playing == frozenset()
    assert not cine_of(session).bar.isVisible()
    settle(qtbot, session)


def test_that_the_other_times_are_read_ahead(qtbot: QtBot, session: Session, planes: Planes) -> None:
    qtbot.waitUntil(lambda: all(session.volumes.kept(each) is not None for each in stacks(session)))
    assert planes.joined.area.bar.time.value() == 1


def test_that_no_more_is_read_ahead_than_there_is_room_for(session: Session) -> None:
    work, got = FakeWork(), list[OpenVolume]()
    volumes, times = OpenVolumes(work), stacks(session)  # type: ignore[arg-type]  # does what is used of it
    volumes.want(times[1], done=got.append, failed=lambda _error: None)
    work.run_all()
    size = got[0].volume.array_kji.nbytes
    volumes.room_bytes = 2 * size
    volumes.read_ahead((*times[1:], times[0]), size)
    work.run_all()
    assert [volumes.kept(each) is not None for each in times] == [False, True, True, False]
    volumes.room_bytes = 100 * size
    volumes.read_ahead((*times[1:], times[0]), size)
    work.run_all()
    assert all(volumes.kept(each) is not None for each in times)
    volumes.keep_only(lambda _uid: False)
    assert all(volumes.kept(each) is None for each in times)


@pytest.mark.parametrize("by_key", [True, False])
def test_that_slices_of_uneven_spacing_are_made_even_or_kept_as_taken_and_it_is_said(
    qtbot: QtBot, tmp_path: Path, by_key: bool
) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([small_study(tmp_path / "study", "gapped")])
        settle(qtbot, session)
        planes, action = planes_in(session, qtbot), session.window.actions_by_id["planes-as-taken"]
        box = planes.joined.area.bar.as_taken

        def choose() -> None:
            action.trigger() if by_key else qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
            settle(qtbot, session)

        def slices() -> int:
            opened = planes.joined.opened
            assert opened is not None
            return opened.volume.grid.shape_kji[0]

        assert box.isVisible()
        assert (box.isChecked(), slices()) == (False, 9)
        assert "Slices in between are interpolated, one every 2.5 mm" in scene_of(planes, "axial").warnings
        presenter_of(planes).cross_to((1.0, 2.0, now(planes).cross_lps[2]))
        before = now(planes).cross_lps
        choose()
        assert (box.isChecked(), action.isChecked(), slices()) == (True, True, 7)
        assert "places are up to 2.5 mm off" in scene_of(planes, "axial").warnings[-1]
        assert now(planes).cross_lps == before
        assert "--keep-uneven" in " ".join(session.command_copy.lines(session.pane))
        session.window.actions_by_id["undo"].trigger()
        settle(qtbot, session)
        assert (box.isChecked(), slices()) == (False, 9)
        session.window.actions_by_id["redo"].trigger()
        settle(qtbot, session)
        assert (box.isChecked(), slices()) == (True, 7)
        choose()
        assert (box.isChecked(), slices()) == (False, 9)


def test_that_a_volume_in_three_dimensions_says_which_of_several_it_is(qtbot: QtBot, session: Session) -> None:
    session.window.actions_by_id["volume"].trigger()
    settle(qtbot, session)
    volume3d = session.findChild(Volume3D)
    assert isinstance(volume3d, Volume3D)
    opened = volume3d.joined.presenter.opened
    assert opened is not None
    assert opened.stack.label
    assert opened.stack.label in volume3d.joined.presenter.words().top_right


def test_that_even_slices_offer_no_choice(session: Session, planes: Planes) -> None:
    assert not planes.joined.area.bar.as_taken.isVisible()
    assert not session.window.actions_by_id["planes-as-taken"].isEnabled()


@pytest.mark.parametrize("name", ["axial", "enhanced"])
def test_that_slices_in_colour_are_in_colour_in_planes_and_in_three_dimensions(
    name: str, qtbot: QtBot, tmp_path: Path
) -> None:
    write_in_colour(name, tmp_path / "study")
    with running_session(qtbot, tmp_path) as session:
        session.open([tmp_path / "study"])
        settle(qtbot, session)
        planes = planes_in(session, qtbot)
        for plane in PLANE_NAMES:
            scene = scene_of(planes, plane)
            assert scene.frame.is_colour
            assert scene.view.voi is None, "colours have no window that could be told"
            shown = scene.renderer.picture(scene.view, (64, 64)).reshape(-1, 4)[:, :3].astype(int)
            assert ((shown.max(axis=1) - shown.min(axis=1)) > 30).any()
        session.window.actions_by_id["volume-beside"].trigger()
        settle(qtbot, session)
        assert planes.is_shown
        volume3d = session.findChild(Volume3D)
        assert isinstance(volume3d, Volume3D)
        volume3d.joined.acts.use_method("mip")
        settle(qtbot, session)
        picture = volume3d.joined.area.view.picture
        assert picture is not None
        brightest = picture.reshape(-1, 3)[picture.sum(axis=2).argmax()].astype(float)
        assert brightest / brightest.max() == pytest.approx(np.array([250, 240, 30]) / 250, abs=0.15)
        assert volume3d.settings.panel.colours.groups.currentText() == "Any"
        volume3d.joined.acts.use_method("composite")
        assert volume3d.joined.presenter.now is not None
        assert volume3d.joined.presenter.now.preset == "grey"
        assert KEEPS_COLOURS in volume3d.joined.presenter.words().warnings


@pytest.mark.parametrize("count", [1, 3])
def test_that_mosaics_are_told_to_be_some_and_no_distance_of_slices_is_asked(
    qtbot: QtBot, tmp_path: Path, count: int
) -> None:
    for time in range(1, count + 1):
        save(mosaic(volume("axial"), time=time), tmp_path / "study" / f"{time}.dcm")
    with running_session(qtbot, tmp_path) as session:
        session.open([tmp_path / "study"])
        settle(qtbot, session)
        for name in ("planes", "volume"):
            session.window.actions_by_id[name].trigger()
            settle(qtbot, session)
            words = " ".join(label.text() for label in session.window.findChildren(QLabel) if label.isVisible())
            assert "slices of a volume side by side" in words, name
            assert "dicom-3d export" in words
            assert "Distance of slices" not in words


def test_that_copied_commands_say_which_time_is_seen(
    qtbot: QtBot, session: Session, planes: Planes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    joined = planes.joined
    for at in (2, 0):
        joined.times._show(at)
        settle(qtbot, session)
        words = joined._words()
        assert main(words) == 0
        joined.saving.save_picture(tmp_path / "seen.png")
        settle(qtbot, session)
        seen, drawn = (cv2.imread(str(tmp_path / name)) for name in ("seen.png", "plane.png"))
        np.testing.assert_array_equal(seen, drawn)
        assert words[words.index("--time") + 1] == str(at + 1)


def test_that_commands_name_a_time_only_among_others(session: Session, tmp_path: Path) -> None:
    several = stacks(session)
    assert [time_of(each, several) for each in several] == [1, 2, 3, 4]
    assert time_of(several[2], several[2:3]) is None
    elsewhere = (Place(tmp_path / "apart" / "slice.dcm"),)
    moved = [replace(ref, instance=replace(ref.instance, places=elsewhere)) for ref in several[0].frames]
    apart = replace(several[0], frames=tuple(moved))
    assert time_of(apart, (apart, *several[1:])) is None
    assert time_of(several[1], (apart, *several[1:])) == 1
