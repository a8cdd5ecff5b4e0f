"""Planes beside images in other windows, volumes of several times, and pictures that become whole at rest."""

import json
from pathlib import Path

import numpy as np
import pytest
from pydicom.uid import UID
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from tests.gui.test_planes import LEFT, NONE, lying, move, now, pane, presenter_of, scene_of
from workstation.gui.features.planes import Planes
from workstation.gui.session import Session
from workstation.model.geometry import image_to_lps
from workstation.phantoms.small import volume
from workstation.phantoms.writing import save
from workstation.volume.cutting.slabs import Slab
from workstation.volume.planes.planes_view import line_turned, with_slabs
from workstation.workspace import Selection


def planes_in(session: Session, qtbot: QtBot) -> Planes:
    session.window.actions_by_id["planes"].trigger()
    settle(qtbot, session)
    found = session.findChild(Planes)
    assert isinstance(found, Planes)
    return found


def test_that_images_in_another_window_follow_the_cross_hair_and_lead_it(qtbot: QtBot, tmp_path: Path) -> None:
    small = volume("axial")
    with running_session(qtbot, tmp_path) as session:
        session.open([small_study(tmp_path / "study", "axial")])
        settle(qtbot, session)
        viewer = session.viewer
        assert viewer is not None
        selection = viewer.now.panes[0].selection
        assert selection is not None
        session.window.actions_by_id["new-window"].trigger()
        viewer.show(1, selection)
        settle(qtbot, session)
        viewer.activate(0)
        planes = planes_in(session, qtbot)
        presenter_of(planes).cross_to(small.marker_lps)
        qtbot.waitUntil(lambda: viewer.now.panes[1].look.index == small.marker_kji[0])
        settle(qtbot, session)
        other = viewer.pane(1).scene
        assert other is not None
        assert other.frame.plane is not None
        viewer.point(1, (4.0, 6.0))
        expected = image_to_lps(other.frame.plane, [(4.0, 6.0)])[0]
        assert now(planes).cross_lps == pytest.approx(tuple(expected))
        settle(qtbot, session)


def test_that_the_times_of_a_series_are_gone_through_with_a_slider_at_the_same_place(
    qtbot: QtBot, tmp_path: Path
) -> None:
    for time in range(3):
        for number, dataset in enumerate(volume("axial").datasets):
            dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = UID(f"2.25.5.{time}.{number}")
            dataset.TemporalPositionIdentifier, dataset.NumberOfTemporalPositions = time + 1, 3
            dataset.InstanceNumber = 100 * time + number + 1
            pixels = np.frombuffer(dataset.PixelData, np.int16 if dataset.PixelRepresentation else np.uint16)
            dataset.PixelData = (pixels + time).tobytes()
            save(dataset, tmp_path / "study" / f"{time}-{number}.dcm")
    with running_session(qtbot, tmp_path) as session:
        session.open([tmp_path / "study"])
        settle(qtbot, session)
        planes = planes_in(session, qtbot)
        slider = planes.joined.area.bar.time
        assert slider.isVisible()
        assert (slider.minimum(), slider.maximum(), slider.value()) == (1, 3, 1)
        presenter_of(planes).cross_to(volume("axial").marker_lps)
        settle(qtbot, session)
        first = scene_of(planes, "axial").frame.modality_values()
        slider.setValue(3)
        settle(qtbot, session)
        assert np.array_equal(scene_of(planes, "axial").frame.modality_values(), first + 2)
        assert now(planes).cross_lps == volume("axial").marker_lps
        assert slider.value() == 3
        session.window.actions_by_id["previous-series"].trigger()
        settle(qtbot, session)
        assert slider.value() == 2
        assert "2" in slider.toolTip()


def test_that_a_slab_is_a_draft_while_it_is_dragged_and_whole_once_the_hand_rests_with_the_button_held(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([small_study(tmp_path / "study", "axial")])
        settle(qtbot, session)
        planes = planes_in(session, qtbot)
        presenter = presenter_of(planes)
        presenter.drift(with_slabs(now(planes), Slab(6.0, "mip")))
        settle(qtbot, session)
        view, start = pane(planes, "axial"), lying(planes, "axial").cross
        move(view, start)
        qtbot.mousePress(view, LEFT, NONE, start.toPoint())
        move(view, start + QPointF(30, 10), NONE, LEFT)
        assert presenter.cut_of("coronal").is_draft
        qtbot.waitUntil(lambda: not presenter.cut_of("coronal").is_draft)
        settle(qtbot, session)
        assert presenter.plane_of("coronal") == presenter.cut_of("coronal").plane
        qtbot.mouseRelease(view, LEFT, NONE, (start + QPointF(30, 10)).toPoint())
        settle(qtbot, session)


def test_that_planes_and_the_volume_take_each_others_place_and_lead_back(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([small_study(tmp_path / "study", "axial")])
        settle(qtbot, session)
        actions, window = session.window.actions_by_id, session.window

        def shown() -> tuple[bool, bool, bool]:
            is_images = window.centre.currentWidget() is window.grid
            return actions["planes"].isChecked(), actions["volume"].isChecked(), is_images

        for names, wanted in (
            (("planes", "volume"), (False, True, False)),
            (("planes",), (True, False, False)),
            (("planes",), (False, False, True)),
            (("volume", "planes"), (True, False, False)),
            (("planes",), (False, False, True)),
        ):
            for name in names:
                actions[name].trigger()
                settle(qtbot, session)
            assert shown() == wanted


def test_that_planes_are_kept_with_the_open_work_and_come_back_as_they_were(qtbot: QtBot, tmp_path: Path) -> None:
    folder = small_study(tmp_path / "study", "axial")
    with running_session(qtbot, tmp_path) as session:
        session.open([folder])
        settle(qtbot, session)
        assert session.open_work.extras["planes"].to_json() == {}
        planes = planes_in(session, qtbot)
        presenter = presenter_of(planes)
        presenter.do(with_slabs(now(planes), Slab(4.0, "minip")), "slab")
        presenter.do(line_turned(now(planes), "axial", "coronal", 17.0), "turn")
        presenter.cross_to(volume("axial").marker_lps)
        session.window.actions_by_id["invert"].trigger()
        settle(qtbot, session)
        left = now(planes)
        kept = json.loads(json.dumps(session.open_work.extras["planes"].to_json()))
    with running_session(qtbot, tmp_path) as session:
        session.open([folder])
        settle(qtbot, session)
        extra = session.open_work.extras["planes"]
        others: tuple[object, ...] = ([], {"volume": {"cross_lps": 3}})
        for wrong in others:
            with pytest.raises(ValueError, match="view"):
                extra.from_json(wrong)
        extra.from_json(kept)
        assert extra.to_json() == kept, "kept on, also where nobody looks at planes"
        assert now(planes_in(session, qtbot)) == left


def test_that_planes_stay_while_another_window_shows_other_images(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([small_study(tmp_path / "study", "axial", "coronal")])
        settle(qtbot, session)
        viewer = session.viewer
        assert viewer is not None
        planes = planes_in(session, qtbot)
        left, opened = now(planes), planes.joined.opened
        assert opened is not None
        session.window.actions_by_id["new-window"].trigger()
        settle(qtbot, session)
        assert viewer.now.active == 1
        assert planes.joined.opened is opened, "an empty pane elsewhere takes nothing away"
        other = str(volume("coronal").datasets[0].SeriesInstanceUID)
        viewer.show(1, Selection(other))
        settle(qtbot, session)
        assert planes.joined.opened is opened
        assert now(planes) == left
        qtbot.mouseClick(pane(planes, "sagittal"), LEFT, NONE, QPointF(12, 60).toPoint())
        assert viewer.now.active == 0, "commands are for the planes again"
        assert planes.joined.opened is opened
        viewer.show(0, Selection(other))
        settle(qtbot, session)
        assert planes.joined.opened is not None
        assert planes.joined.opened.stack.frames[0].instance.series_instance_uid == other
