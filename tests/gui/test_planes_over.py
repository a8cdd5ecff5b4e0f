"""What lies over the planes: segments of the list on the right, and another volume."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.uid import generate_uid
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.making import pet_header, running_session, settle, small_study
from tests.gui.test_planes import move
from tests.segmentation_samples import blobs, in_order, segmentation
from workstation.batch.main import main
from workstation.display.fusion import Fused, UpperPicture
from workstation.display.render import render
from workstation.display.segments import Dressed, SegmentLayer
from workstation.display.view import View
from workstation.display.voi import value_range
from workstation.gui.canvas.scene import Scene
from workstation.gui.features.planes import Planes
from workstation.gui.features.segments import Segments
from workstation.gui.objects.segments_panel import SegmentsPanel
from workstation.gui.panels.annotations.presenter import all_series
from workstation.gui.session import Session
from workstation.model.geometry import Plane, lps_to_ijk
from workstation.phantoms import small
from workstation.phantoms.writing import save
from workstation.volume.cutting.oblique import oblique_plane
from workstation.volume.cutting.slabs import Slab
from workstation.volume.cutting.standard_planes import PlaneName
from workstation.volume.planes.lattice import foot_px
from workstation.volume.planes.planes_view import PlanesView, with_slab
from workstation.workspace import Selection


def planes_of(session: Session) -> Planes:
    found = session.findChild(Planes)
    assert isinstance(found, Planes)
    return found


def layers(session: Session, name: PlaneName) -> tuple[Dressed, ...]:
    return tuple(layer for layer in scene_of(session, name).layers if isinstance(layer, Dressed))


@contextmanager
def planes_with_segments(
    qtbot: QtBot, tmp_path: Path, name: str
) -> Iterator[tuple[Session, small.SmallVolume, NDArray[np.uint8]]]:
    """The window with planes of a small volume and a segmentation over them; that by frame, row, column, segment."""
    made = small.volume(name)
    made.write(tmp_path / "study" / "images")
    truth = blobs(made.hu_kji.shape)
    save(segmentation(in_order(made), truth), tmp_path / "study" / "seg.dcm")
    with running_session(qtbot, tmp_path) as session:
        session.open([tmp_path / "study"])
        settle(qtbot, session)
        session.workspace.select(Selection(str(made.datasets[0].SeriesInstanceUID)))
        for action in ("segments", "planes"):
            session.window.actions_by_id[action].trigger()
            settle(qtbot, session)
        yield session, made, truth


def test_that_segments_over_the_images_are_seen_in_all_planes_with_the_looks_of_the_list(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with planes_with_segments(qtbot, tmp_path, "axial") as (session, made, truth):
        presenter = planes_of(session).joined.presenter
        presenter.cross_to(made.marker_lps)
        settle(qtbot, session)
        k, j, _i = made.marker_kji
        (axial,) = layers(session, "axial")
        assert isinstance(axial.layer, SegmentLayer)
        found = {mask.segment.number: mask.share for mask in axial.layer.masks}
        assert np.array_equal(found[1], truth[k, ..., 0] > 0)
        (coronal,) = layers(session, "coronal")
        assert isinstance(coronal.layer, SegmentLayer)
        first = next(mask.share for mask in coronal.layer.masks if mask.segment.number == 1)
        assert np.array_equal(first.any(axis=0), (truth[:, j, :, 0] > 0).any(axis=0))

        segments = session.findChild(Segments)
        assert isinstance(segments, Segments)
        (uid,) = segments.sources
        segments.presenter.switch(uid, 1, shown=False)
        settle(qtbot, session)
        assert not layers(session, "sagittal")[0].looks[1].is_shown
        segments.presenter.switch_all(shown=False)
        settle(qtbot, session)
        assert layers(session, "axial") == (), "what nobody sees is cut no longer"


def test_that_a_series_of_planes_names_the_segments_that_are_shown(qtbot: QtBot, tmp_path: Path) -> None:
    with planes_with_segments(qtbot, tmp_path, "axial") as (session, made, _truth):
        segments = session.findChild(Segments)
        assert isinstance(segments, Segments)
        (uid,) = segments.sources
        for shown, numbers in ((True, None), (False, 2)):
            segments.presenter.switch(uid, 1, shown=shown)
            settle(qtbot, session)
            before = {each.series_instance_uid for each in all_series(session.workspace)}
            planes_of(session).joined.saving.save_series(4.0)
            settle(qtbot, session)
            (series,) = [each for each in all_series(session.workspace) if each.series_instance_uid not in before]
            ds = pydicom.dcmread(series.first.place.path)
            (item,) = [each for each in ds.SourceImageSequence if each.ReferencedSOPInstanceUID == uid]
            assert item.get("ReferencedSegmentNumber") == numbers
            own = {str(each.SeriesInstanceUID) for each in ds.ReferencedSeriesSequence}
            assert own == {"2.25.31", str(made.datasets[0].SeriesInstanceUID)}


def test_that_a_click_on_a_segment_of_the_list_has_the_planes_meet_in_it(qtbot: QtBot, tmp_path: Path) -> None:
    with planes_with_segments(qtbot, tmp_path, "oblique") as (session, _made, truth):
        presenter, segments = planes_of(session).joined.presenter, session.findChild(Segments)
        assert isinstance(segments, Segments)
        (uid,) = segments.sources
        panel = segments._panel
        assert isinstance(panel, SegmentsPanel)
        for number in (1, 2):
            panel.chosen.emit(uid, number)
            settle(qtbot, session)
            assert presenter.now is not None
            assert presenter.opened is not None
            i, j, k = np.rint(lps_to_ijk(presenter.opened.volume.grid, [presenter.now.cross_lps])[0]).astype(int)
            assert truth[k, j, i, number - 1], "the middle lies in the segment"
            voxels = np.argwhere(truth[..., number - 1])
            assert np.abs(np.array([k, j, i]) - voxels.mean(axis=0)).max() < np.ptp(voxels, axis=0).max() / 2 + 1


def pet_beside(folder: Path, ct: small.SmallVolume) -> None:
    """Write a PET series in the frame of reference of a small volume: hot around its marker."""
    first = ct.datasets[0]
    series = generate_uid()
    for number in range(16):
        made = pet_header()
        made.StudyInstanceUID, made.SeriesInstanceUID, made.SOPInstanceUID = (
            first.StudyInstanceUID,
            series,
            generate_uid(),
        )
        made.PatientID, made.PatientName = first.PatientID, first.PatientName
        made.FrameOfReferenceUID, made.InstanceNumber, made.SeriesNumber = (
            first.FrameOfReferenceUID,
            number + 1,
            7,
        )
        x, y, z = ct.marker_lps
        made.ImagePositionPatient = [x - 22.5, y - 22.5, z - 24 + 3 * number]
        pixels = np.full((16, 16), 500, np.uint16)
        if 7 <= number <= 9:
            pixels[7:9, 7:9] = 5000
        made.PixelData = pixels.tobytes()
        save(made, folder / f"{number}.dcm")


@contextmanager
def with_pet_over(qtbot: QtBot, folder: Path) -> Iterator[tuple[Session, small.SmallVolume]]:
    """Show planes of a small volume that meet at its marker, with a PET laid over them."""
    ct = small.volume("axial")
    ct.write(folder / "study" / "ct")
    pet_beside(folder / "study" / "pet", ct)
    with running_session(qtbot, folder) as session:
        session.open([folder / "study"])
        settle(qtbot, session)
        session.workspace.select(Selection(str(ct.datasets[0].SeriesInstanceUID)))
        session.window.actions_by_id["planes"].trigger()
        settle(qtbot, session)
        joined = planes_of(session).joined
        joined.presenter.cross_to(ct.marker_lps)
        menu = joined.area.bar.fusion_menu
        menu.aboutToShow.emit()
        (offered,) = menu.actions()
        assert offered.text().startswith("PT")
        offered.trigger()
        settle(qtbot, session)
        qtbot.waitUntil(lambda: "SUV" in joined.area.fusion_bar.unit.text())
        settle(qtbot, session)
        yield session, ct


def test_that_another_series_of_the_frame_of_reference_is_laid_over_with_its_suv(qtbot: QtBot, tmp_path: Path) -> None:
    with with_pet_over(qtbot, tmp_path) as (session, ct):
        bar = planes_of(session).joined.area.fusion_bar
        assert bar.isVisible()
        fused = fused_of(session, "coronal")
        point = foot_px(plane_of(session, "coronal"), ct.marker_lps)
        assert fused.reading(point).endswith(" 5.00 g/ml SUVbw"), "an SUV of 1 is 1000 Bq/ml"
        assert "fusion" in session.window.actions_by_id["undo"].text()
        bar.high.setValue(2.5)
        look = fused_of(session, "axial").look
        assert look.window is not None
        assert value_range(look.window)[1] == pytest.approx(2500, rel=0.01)
        bar.opacity.setValue(20)
        assert fused_of(session, "sagittal").look.opacity == 0.2
        for _ in range(3):
            session.window.actions_by_id["undo"].trigger()
            settle(qtbot, session)
        assert not bar.isVisible()
        assert not any(isinstance(layer, Fused) for layer in scene_of(session, "axial").layers)
        session.window.actions_by_id["redo"].trigger()
        settle(qtbot, session)
        assert fused_of(session, "axial").look.opacity == 0.7


def test_that_the_copied_command_lays_the_same_over_the_plane(qtbot: QtBot, tmp_path: Path) -> None:
    with with_pet_over(qtbot, tmp_path) as (session, _ct):
        joined = planes_of(session).joined
        joined.area.fusion_bar.high.setValue(4.0)
        joined.area.fusion_bar.opacity.setValue(60)
        joined.presenter.activate("coronal")
        settle(qtbot, session)
        session.window.actions_by_id["copy-command"].trigger()
        words = shlex.split(QApplication.clipboard().text().splitlines()[-1])
        assert words[words.index("--over-window") + 1].endswith(",4")
        target = tmp_path / "plane.png"
        assert main([*words[2:-1], str(target)]) == 0
        written = cv2.cvtColor(cv2.imread(str(target)), cv2.COLOR_BGR2RGB)
        view, opened, over = view_of(session), joined.opened, fused_of(session, "coronal")
        assert opened is not None
        plane, size_px = oblique_plane(opened.volume.grid, view.coronal.normal_lps, view.cross_lps)
        seen = View(voi=scene_of(session, "coronal").renderer.voi(scene_of(session, "coronal").view))
        frame = opened.reslicer.frame(plane, size_px)
        expected = render(frame, seen, size_px)
        plain = expected.copy()
        stack = next(joined.fusing.candidates())
        above = session.volumes.kept(stack)
        assert above is not None
        upper = UpperPicture(above.reslicer.frame(plane, size_px), over.look.window)
        upper.put_over(expected, seen, size_px, over.look)
        assert written.shape == expected.shape
        assert int(cv2.absdiff(written, expected).max()) <= 1
        assert int(cv2.absdiff(expected, plain).max()) > 60


def test_that_values_of_pet_itself_are_said_as_suv_under_the_pointer_and_in_the_corner(
    qtbot: QtBot, tmp_path: Path
) -> None:
    ct = small.volume("axial")
    (tmp_path / "study").mkdir()
    pet_beside(tmp_path / "study" / "pet", ct)
    with running_session(qtbot, tmp_path) as session:
        session.open([tmp_path / "study"])
        settle(qtbot, session)
        session.window.actions_by_id["planes"].trigger()
        settle(qtbot, session)
        qtbot.waitUntil(lambda: scene_of(session, "axial").scale is not None)
        pane = planes_of(session).joined.area.panes["axial"]
        move(pane, QPointF(pane.width() / 2 - 40, pane.height() / 2 - 40))
        assert session.window.strip.probe.text().endswith("0.50 g/ml SUVbw")
        planes_of(session).joined.presenter.do(with_slab(view_of(session), "axial", Slab(6.0, "sum")), "slab")
        settle(qtbot, session)
        assert scene_of(session, "axial").scale is None, "values times mm are no SUV"


def view_of(session: Session) -> PlanesView:
    view = planes_of(session).joined.presenter.now
    assert view is not None
    return view


def test_that_without_another_series_the_menu_says_why_nothing_can_be_laid_over(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([small_study(tmp_path / "study", "axial")])
        settle(qtbot, session)
        session.window.actions_by_id["planes"].trigger()
        settle(qtbot, session)
        menu = planes_of(session).joined.area.bar.fusion_menu
        menu.aboutToShow.emit()
        assert [action.isEnabled() for action in menu.actions()] == [False]
        assert "frame of reference" in menu.actions()[0].text()


def scene_of(session: Session, name: PlaneName) -> Scene:
    scene = planes_of(session).joined.area.panes[name].scene
    assert scene is not None
    return scene


def fused_of(session: Session, name: PlaneName) -> Fused:
    return next(layer for layer in scene_of(session, name).layers if isinstance(layer, Fused))


def plane_of(session: Session, name: PlaneName) -> Plane:
    plane = scene_of(session, name).frame.plane
    assert plane is not None
    return plane
