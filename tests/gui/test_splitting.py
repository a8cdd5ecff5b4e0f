"""A multi-frame image that holds several stacks is shown as several once it is selected."""

from pathlib import Path

from pydicom.uid import UID
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle
from workstation.phantoms.small import volume
from workstation.workspace import Selection


def test_that_the_stacks_inside_an_enhanced_image_are_told_apart_in_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    (ds,) = volume("enhanced").datasets
    half = len(ds.PerFrameFunctionalGroupsSequence) // 2
    for number, groups in enumerate(ds.PerFrameFunctionalGroupsSequence):
        groups.FrameContentSequence[0].StackID = "low" if number < half else "high"
    ds.save_as(tmp_path / "enhanced.dcm", enforce_file_format=True)

    with running_session(qtbot, tmp_path) as session:
        session.open([tmp_path / "enhanced.dcm"])
        settle(qtbot, session)
        stack = session.workspace.selected_stack()
        assert stack is not None
        assert stack.label == "stack low"
        assert stack.is_volume
        assert len(stack.frames) == half
        assert session.pane is not None
        assert session.pane.scene is not None
        assert session.pane.scene.position == (1, half)
        assert len(session.workspace.selections()) == 2


def test_that_an_image_for_each_time_is_gone_through_with_the_slider_of_times(qtbot: QtBot, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        (ds,) = volume("enhanced").datasets
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = UID(f"2.25.66{number}")
        ds.InstanceNumber = number
        for groups in ds.PerFrameFunctionalGroupsSequence:
            groups.FrameContentSequence[0].TemporalPositionIndex = number
        ds.save_as(tmp_path / f"{number}.dcm", enforce_file_format=True)

    with running_session(qtbot, tmp_path) as session:
        session.open([tmp_path])
        settle(qtbot, session)
        series = session.workspace.selected_series()
        assert series is not None
        assert [stack.label for stack in series.stacks] == ["time 1 of 3", "time 2 of 3", "time 3 of 3"]
        assert all(stack.is_volume for stack in series.stacks)
        assert session.workspace.selection == Selection(series.series_instance_uid, 0)
