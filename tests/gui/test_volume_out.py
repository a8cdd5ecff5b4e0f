"""What goes out of a volume in three dimensions: pictures, views, commands, surfaces, movies; and segments alone."""

import json
import shlex
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.making import session_with_volume, settle
from tests.gui.test_volume import camera, now, picture, view_of
from tests.segmentation_samples import blobs, in_order, segmentation
from workstation.batch.main import main as batch
from workstation.gui.features.curved import Curved
from workstation.gui.features.segments import Segments
from workstation.gui.features.volume import Volume3D
from workstation.gui.panels.curved.presenter import space_of
from workstation.gui.panels.volume.movie import as_named, keys_of
from workstation.gui.panels.volume.painting import Words
from workstation.gui.panels.volume.settings import VolumeSettings
from workstation.gui.panels.volume.volume_words import unsaid
from workstation.gui.session import Session
from workstation.model.annotation import About, Annotation
from workstation.model.marking import Marking
from workstation.model.outlines import mask_of
from workstation.model.segmentation import Segment, SegmentMask
from workstation.phantoms.small import volume
from workstation.phantoms.writing import save
from workstation.volume.curved.drawn_paths import DrawnPaths, new_path
from workstation.volume.looks import view3d
from workstation.volume.looks.camera import Camera, Sight
from workstation.volume.looks.look3d import Cut
from workstation.volume.looks.view3d import View3D
from workstation.workspace import Selection


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with session_with_volume(qtbot, tmp_path) as running:
        yield running


@pytest.fixture
def shown(session: Session) -> Volume3D:
    found = session.findChild(Volume3D)
    assert isinstance(found, Volume3D)
    return found


@pytest.fixture
def settings(shown: Volume3D) -> VolumeSettings:
    return shown.settings


def notes(session: Session) -> str:
    return "\n".join(note.as_text() for note in session.notes.notes)


def bright(qtbot: QtBot, session: Session, shown: Volume3D) -> None:
    """Show the whole phantom."""
    shown.joined.acts.use_method("mip")
    shown.joined.acts.use_window((0, 400))
    settle(qtbot, session)


def test_the_picture_is_saved_as_it_is_seen(
    qtbot: QtBot, session: Session, shown: Volume3D, settings: VolumeSettings, tmp_path: Path
) -> None:
    bright(qtbot, session, shown)
    settings.keeping.picture(tmp_path / "picture.png")
    settle(qtbot, session)
    saved = cv2.imread(str(tmp_path / "picture.png"))
    assert saved is not None
    assert (saved[..., ::-1] == picture(shown)).all()
    assert "saved as picture.png" in notes(session)
    session.notes.dismiss_newest()
    settle(qtbot, session)
    qtbot.waitUntil(lambda: picture(shown).shape[1::-1] == view_of(shown).size_px)
    seen = picture(shown).copy()
    settings.keeping.picture(tmp_path / "picture.dcm")
    settle(qtbot, session)
    written = dcmread(tmp_path / "picture.dcm")
    assert (written.pixel_array == seen).all()
    assert written.PatientID == "SMALL-1"
    settings.keeping.picture(tmp_path / "picture.xyz")
    settle(qtbot, session)
    assert "which kind of picture" in notes(session)


def test_a_view_is_saved_and_opened_again(
    qtbot: QtBot, session: Session, shown: Volume3D, settings: VolumeSettings, tmp_path: Path
) -> None:
    shown.joined.acts.use_preset("ct-skin")
    shown.joined.presenter.turn_by(30, 10)
    settings._box(0, 0.2, 0.7)
    left = now(shown)
    settings.keeping.save_view(tmp_path / "view.json")
    settle(qtbot, session)
    assert "SMALL" not in (tmp_path / "view.json").read_text()
    shown.joined.acts.reset()
    assert now(shown) != left
    settings.keeping.open_view(tmp_path / "view.json")
    assert now(shown) == left
    for text in ("[]", "{", '{"version": 1}'):
        (tmp_path / "wrong.json").write_text(text)
        settings.keeping.open_view(tmp_path / "wrong.json")
        assert "cannot be opened" in notes(session)
    settings.keeping.open_view(tmp_path / "nowhere.json")
    assert "No such file" in notes(session)
    assert now(shown) == left


def test_views_are_kept_with_the_open_work(session: Session, shown: Volume3D) -> None:
    shown.joined.presenter.turn_by(30, 10)
    left = now(shown)
    extra = session.open_work.extras["views in 3D"]
    kept = json.loads(json.dumps(extra.to_json()))
    shown.joined.acts.reset()
    shown.hide()
    shown._views.clear()
    extra.from_json(kept)
    assert shown._views == {left.volume: left}
    with pytest.raises(ValueError, match="something else"):
        extra.from_json([])


def test_the_copied_command_draws_the_same_picture(
    qtbot: QtBot,
    session: Session,
    shown: Volume3D,
    settings: VolumeSettings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bright(qtbot, session, shown)
    presenter = shown.joined.presenter
    presenter.turn_by(-35, 25)
    presenter.pan((20, 10))
    presenter.zoom(1.4)
    presenter.roll(15)
    presenter.rest()
    settings._box(2, 0.3, 1.0)
    settings._switch_plane(True)
    settings._move_plane(0.1)
    presenter.rest()
    settle(qtbot, session)
    session.window.actions_by_id["copy-command"].trigger()
    line = QApplication.clipboard().text().strip().splitlines()[-1]
    words = shlex.split(line)
    assert words[:4] == ["workstation", "--batch", "3d", "volume"]
    monkeypatch.chdir(tmp_path)
    assert batch(words[2:]) == 0
    drawn = cv2.imread(str(tmp_path / "picture.png"))
    assert drawn is not None
    away = np.abs(drawn[..., ::-1].astype(int) - picture(shown).astype(int))
    assert np.percentile(away, 99.5) <= 3


def test_that_the_command_places_slices_as_the_window_does(session: Session, shown: Volume3D) -> None:
    presenter = shown.joined.presenter
    opened = presenter.opened
    assert opened is not None
    for is_as_taken, assumed_mm in ((False, None), (True, None), (False, 2.5)):
        presenter.opened = replace(opened, is_as_taken=is_as_taken, assumed_mm=assumed_mm)
        words = shown.joined._words()
        assert ("--keep-uneven" in words) is is_as_taken
        assert ("2.5mm" in words) is (assumed_mm is not None)
        assert "--time" not in words


def test_what_a_command_cannot_say_is_said(session: Session, shown: Volume3D) -> None:
    first = now(shown)
    cut = Cut(((0, 0), (5, 0), (5, 5)), (10, 10), Camera())
    assert unsaid(first) == ()
    changed = replace(first, preset="", look=replace(first.look, cuts=(cut,), masks=("Liver",)))
    inside = view3d.with_camera(changed, Camera(perspective_deg=60, eye_lps=(0, 0, 0)))
    said = "\n".join(unsaid(inside))
    assert all(word in said for word in ("scissors", "--mask", "inside the volume", "tf.json"))
    shown.joined.presenter.drift(changed)
    session.window.actions_by_id["copy-command"].trigger()
    assert "scissors" in notes(session)


def test_a_surface_is_found_measured_and_saved(
    qtbot: QtBot, session: Session, shown: Volume3D, settings: VolumeSettings, tmp_path: Path
) -> None:
    section = settings.panel.surface
    assert section.threshold.value() == 200
    assert not section.save_button.isEnabled()
    section.threshold.setValue(500)
    section.find_button.click()
    settle(qtbot, session)
    surface = settings.surfacing.surface
    assert surface is not None
    assert f"{surface.volume_ml:.1f} ml" in section.said.text()
    assert "closed" in section.said.text()
    settings.surfacing.save(tmp_path / "surface.stl")
    settle(qtbot, session)
    data = (tmp_path / "surface.stl").read_bytes()
    assert struct.unpack_from("<I", data, 80)[0] == len(surface.triangles)
    middle = surface.points_lps.mean(axis=0)
    assert np.abs(middle - volume("axial").marker_lps).max() < 0.2
    settings.surfacing.save(tmp_path / "nowhere" / "surface.stl")
    settle(qtbot, session)
    section.threshold.setValue(90_000)
    section.find_button.click()
    settle(qtbot, session)
    assert "no surface" in section.said.text()


class Ball:
    """A segmentation whose two segments are the left and the right half of each image."""

    def masks_for(self, place: Any) -> Any:
        left = np.zeros((place.rows, place.columns), bool)
        left[:, : place.columns // 2] = True
        halves = ((1, "Left half", left), (2, "Right half", ~left))
        masks = tuple(SegmentMask(Segment(number, label, colour=(200, 0, 0)), mask) for number, label, mask in halves)
        return type("Found", (), {"masks": masks})()


def test_the_threshold_of_a_surface_suits_the_values_once_they_are_known(
    shown: Volume3D, settings: VolumeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    presenter, threshold = shown.joined.presenter, settings.panel.surface.threshold
    opened = presenter.opened
    assert opened is not None
    assert threshold.value() == 200
    of_mr = replace(opened, volume=replace(opened.volume, unit=""))
    monkeypatch.setattr(presenter, "opened", of_mr)
    monkeypatch.setattr(presenter, "value_range", None)
    settings.surfacing.show_state()
    monkeypatch.setattr(presenter, "value_range", (100.0, 900.0))
    settings.surfacing.show_state()
    assert threshold.value() == 500
    threshold.setValue(350)
    settings.surfacing.show_state()
    assert threshold.value() == 350


def test_segments_are_shown_alone_and_have_surfaces(
    qtbot: QtBot, session: Session, shown: Volume3D, settings: VolumeSettings
) -> None:
    bright(qtbot, session, shown)
    segments = session.findChild(Segments)
    assert isinstance(segments, Segments)
    assert not settings.panel.segments.read.isEnabled()
    segments._sources["1.2"] = Ball()  # type: ignore[assignment]  # as far as it is used
    shown.joined.tell_state()
    whole = picture(shown).copy()
    settings.panel.segments.read.setEnabled(True)
    settings.panel.segments.read.click()
    settle(qtbot, session)
    names = settings.panel.segments.list
    assert [names.item(at).text() for at in range(names.count())] == ["Left half", "Right half"]
    names.item(0).setCheckState(Qt.CheckState.Checked)
    settle(qtbot, session)
    assert now(shown).look.masks == ("Left half",)
    half = picture(shown)
    columns = np.nonzero(half.sum(axis=(0, 2)))[0]
    all_columns = np.nonzero(whole.sum(axis=(0, 2)))[0]
    assert columns[0] == pytest.approx(all_columns[0], abs=2)
    assert np.ptp(columns) == pytest.approx(np.ptp(all_columns) / 2, rel=0.1)
    assert "Without table, only Left half" in shown.joined.presenter.words().bottom_left
    session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
    assert (picture(shown) == whole).all()
    assert names.item(0).checkState() == Qt.CheckState.Unchecked
    section = settings.panel.surface
    section.of.setCurrentIndex(section.of.findData("Right half"))
    section.find_button.click()
    settle(qtbot, session)
    surface = settings.surfacing.surface
    assert surface is not None
    truth = volume("axial")
    voxel_ml = abs(float(np.linalg.det(truth.grid.affine_lps[:3, :3]))) / 1000
    assert surface.volume_ml == pytest.approx(truth.hu_kji.size / 2 * voxel_ml, rel=0.12)


def test_a_dicom_picture_and_movie_name_the_segments_that_are_shown_alone(
    qtbot: QtBot, session: Session, shown: Volume3D, settings: VolumeSettings, tmp_path: Path
) -> None:
    made = volume("axial")
    path = tmp_path / "seg" / "seg.dcm"
    save(segmentation(in_order(made), blobs(made.hu_kji.shape)), path)
    session.open([path])
    settle(qtbot, session)
    session.workspace.select(Selection(str(made.datasets[0].SeriesInstanceUID)))
    session.window.actions_by_id["segments"].trigger()
    settle(qtbot, session)
    settings.panel.segments.read.click()
    settle(qtbot, session)
    settings.panel.segments.list.item(1).setCheckState(Qt.CheckState.Checked)
    settle(qtbot, session)
    settings.keeping.picture(tmp_path / "picture.dcm")
    dialog = settings.movie.dialog
    dialog.frames.setValue(2)
    dialog.format.setCurrentIndex(dialog.format.findData("dicom"))
    settings.movie.save(tmp_path / "movie.dcm")
    settle(qtbot, session)
    for name in ("picture.dcm", "movie.dcm"):
        ds = dcmread(tmp_path / name)
        (item,) = [each for each in ds.SourceImageSequence if each.ReferencedSOPInstanceUID == "2.25.32"]
        assert item.ReferencedSegmentNumber == 2
        assert item.PurposeOfReferenceCodeSequence[0].CodeValue == "121321"
        assert "only Segment 2" in ds.DerivationDescription
        assert [each.CodeValue for each in ds.DerivationCodeSequence][-1] == "113077"


def painted(number: int, slice_of_it: int, *, lesion: str = "", rows: int = 20) -> Annotation:
    """A region that covers the left half of a slice, as many rows of it as are told."""
    inside = np.zeros((20, 28), bool)
    inside[:rows, :14] = True
    uid = str(volume("axial").datasets[slice_of_it].SOPInstanceUID)
    about = About(tracking_uid=f"2.25.{lesion}", tracking_id=lesion) if lesion else None
    return Annotation(
        f"r{number}",
        "mask",
        uid,
        0,
        ((0.0, 0.0), (13.0, float(rows - 1))),
        (5.0, 5.0),
        about=about,
        mask=mask_of(inside),
    )


def test_regions_painted_in_the_window_are_shown_alone(
    qtbot: QtBot, session: Session, shown: Volume3D, settings: VolumeSettings
) -> None:
    bright(qtbot, session, shown)
    section, viewer = settings.panel.segments, session.viewer
    assert viewer is not None
    assert not section.read.isEnabled()
    over_slices = [painted(number, number, lesion="7") for number in range(9)]
    marking = Marking((*over_slices, painted(20, 4, rows=6)))
    viewer.mark_up(marking, "painting")
    assert section.read.isEnabled()
    whole = picture(shown).copy()
    section.read.click()
    settle(qtbot, session)
    assert [section.list.item(at).text() for at in range(section.list.count())] == ["7", "painted region 2"]
    section.list.item(0).setCheckState(Qt.CheckState.Checked)
    settle(qtbot, session)
    columns = np.nonzero(picture(shown).sum(axis=(0, 2)))[0]
    all_columns = np.nonzero(whole.sum(axis=(0, 2)))[0]
    assert columns[0] == pytest.approx(all_columns[0], abs=2)
    assert np.ptp(columns) == pytest.approx(np.ptp(all_columns) / 2, rel=0.1)
    assert int(settings.masking.mask("painted region 2").sum()) == 6 * 14
    viewer.mark_up(Marking(tuple(painted(number, number, lesion="7") for number in range(4, 9))), "painting")
    section.read.click()
    settle(qtbot, session)
    assert int(shown.joined.presenter.masks["7"].sum()) == 5 * 20 * 14
    rows, all_rows = (np.nonzero(each.sum(axis=(1, 2)))[0] for each in (picture(shown), whole))
    assert np.ptp(rows) == pytest.approx(np.ptp(all_rows) / 2, rel=0.25)
    viewer.mark_up(Marking(), "painting")
    assert not section.read.isEnabled()


def test_a_movie_turns_and_is_written_with_progress(
    qtbot: QtBot, session: Session, shown: Volume3D, settings: VolumeSettings, tmp_path: Path
) -> None:
    bright(qtbot, session, shown)
    session.window.actions_by_id["volume-movie"].trigger()
    movie, dialog = settings.movie, settings.movie.dialog
    assert dialog.isVisible()
    dialog.frames.setValue(4)
    dialog.width_px.setValue(64)
    dialog.height_px.setValue(48)
    assert [look.camera.azimuth_deg for look in movie.looks()] == [0, 90, 180, 270]
    dialog.format.setCurrentIndex(dialog.format.findData("png"))
    movie.save(tmp_path / "pictures")
    settle(qtbot, session)
    assert sorted(each.name for each in (tmp_path / "pictures").iterdir()) == [f"00{n}.png" for n in (1, 2, 3, 4)]
    first = cv2.imread(str(tmp_path / "pictures" / "001.png"))
    assert first is not None
    assert first.shape == (48, 64, 3)
    assert "Saved as pictures" in dialog.said.text()
    for kind, name in (("gif", "movie.gif"), ("mp4", "movie.mp4"), ("dicom", "movie.dcm")):
        dialog.format.setCurrentIndex(dialog.format.findData(kind))
        movie.save(tmp_path / name)
        settle(qtbot, session)
        assert (tmp_path / name).stat().st_size > 100
    assert dcmread(tmp_path / "movie.dcm").NumberOfFrames == 4
    dialog.frames.setValue(500)
    movie.save(tmp_path / "stopped.gif")
    dialog.stop.click()
    settle(qtbot, session)
    assert "Stopped" in dialog.said.text()
    assert not (tmp_path / "stopped.gif").exists()
    dialog.close()


def test_a_movie_goes_from_view_to_view_and_along_a_path(
    qtbot: QtBot,
    session: Session,
    shown: Volume3D,
    settings: VolumeSettings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session.window.actions_by_id["volume-movie"].trigger()
    movie, dialog = settings.movie, settings.movie.dialog
    dialog.frames.setValue(3)
    dialog.way.setCurrentIndex(dialog.way.findData("views"))
    assert "two views" in dialog.said.text()
    assert not dialog.save.isEnabled()
    dialog.view_added.emit()
    shown.joined.presenter.turn_by(-60, 0)
    dialog.view_added.emit()
    assert dialog.save.isEnabled()
    assert [look.camera.azimuth_deg for look in movie.looks()] == pytest.approx([0, 30, 60])
    dialog.views.setCurrentRow(0)
    dialog.view_shown.emit(0)
    assert camera(shown).azimuth_deg == 0
    told, view = list[str](), view_of(shown)
    show_picture = view.show_picture

    def heard(drawn: NDArray[np.uint8], sight: Sight, words: Words) -> None:
        told.extend(words.bottom_left)
        show_picture(drawn, sight, words)

    monkeypatch.setattr(view, "show_picture", heard)
    dialog.rate.setValue(5)
    dialog.preview.click()
    seen = picture(shown)
    qtbot.waitUntil(lambda: picture(shown) is not seen)
    qtbot.waitUntil(lambda: not dialog.preview.isChecked(), timeout=20_000)
    settle(qtbot, session)
    assert camera(shown).azimuth_deg == 0
    assert any(line.startswith(("Azimuth, elevation 30°", "Azimuth, elevation 60°")) for line in told), "as is seen"
    dialog.view_removed.emit(0)
    assert not dialog.save.isEnabled()
    dialog.way.setCurrentIndex(dialog.way.findData("path"))
    (tmp_path / "path.txt").write_text("-20 20 -140\n-20 25 -130\n-20 30 -125\n")
    movie.open_path(tmp_path / "path.txt")
    assert "3 points" in dialog.path.text()
    eyes = [look.camera.eye_lps for look in movie.looks()]
    assert eyes[0] == pytest.approx((-20, 20, -140))
    assert eyes[-1] == pytest.approx((-20, 30, -125), abs=0.3)
    (tmp_path / "none.txt").write_text("no numbers")
    movie.open_path(tmp_path / "none.txt")
    assert dialog.said.text()
    dialog.close()


@pytest.mark.parametrize(
    ("name", "kind", "file", "becomes"),
    [
        ("a.mp4", "mp4", "a.mp4", "mp4"),
        ("a.GIF", "mp4", "a.GIF", "gif"),
        ("a.dcm", "gif", "a.dcm", "dicom"),
        ("a.b", "gif", "a.b.gif", "gif"),
        ("folder.v1", "png", "folder.v1", "png"),
    ],
)
def test_the_end_of_its_name_says_what_a_movie_becomes(name: str, kind: str, file: str, becomes: str) -> None:
    assert as_named(Path("out", name), kind) == (Path("out", file), becomes)


def test_a_movie_called_gif_is_one_whatever_the_dialog_says(
    qtbot: QtBot, session: Session, settings: VolumeSettings, tmp_path: Path
) -> None:
    movie, dialog = settings.movie, settings.movie.dialog
    movie.open()
    dialog.frames.setValue(2)
    dialog.width_px.setValue(32)
    dialog.height_px.setValue(32)
    assert dialog.kind == "mp4"
    movie.save(tmp_path / "turn.gif")
    settle(qtbot, session)
    assert dialog.said.text() == "Saved as turn.gif."
    assert (tmp_path / "turn.gif").read_bytes()[:3] == b"GIF"
    (tmp_path / "turn.mov.mp4").write_bytes(b"another movie")
    movie.save(tmp_path / "turn.mov")
    assert "is there already" in dialog.said.text()
    assert (tmp_path / "turn.mov.mp4").read_bytes() == b"another movie", "nobody was asked whether it may go"
    dialog.close()


def test_keys_go_the_short_way_round() -> None:
    views = [view3d.with_camera(View3D("1"), Camera(azimuth)) for azimuth in (170.0, -170.0, 0.0)]
    angles = [key.camera_angle for key in keys_of(views)]
    assert [angle[0] for angle in angles if angle is not None] == [170, 190, 360]


def test_a_movie_flies_along_the_path_that_was_drawn(
    session: Session, shown: Volume3D, settings: VolumeSettings
) -> None:
    movie, dialog = settings.movie, settings.movie.dialog
    movie.open()
    assert not dialog.drawn.isEnabled()
    curved, opened = session.findChild(Curved), shown.joined.presenter.opened
    assert isinstance(curved, Curved)
    assert opened is not None
    points = ((-20.0, 20.0, -140.0), (-20.0, 30.0, -125.0))
    curved._brought = DrawnPaths().with_path(new_path("elsewhere", points))
    movie.open()
    assert not dialog.drawn.isEnabled()
    curved._brought = DrawnPaths().with_path(new_path(space_of(opened), points))
    movie.open()
    dialog.way.setCurrentIndex(dialog.way.findData("path"))
    dialog.drawn.click()
    assert "Drawn path: 2 points, 18 mm" in dialog.path.text()
    assert movie.looks()[0].camera.eye_lps == pytest.approx(points[0])
    dialog.close()
