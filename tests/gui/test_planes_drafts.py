"""What is painted on a plane stays seen while its picture is a draft under the hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from tests.gui.making import session_with_planes, settle
from tests.gui.test_planes import LEFT, NONE, lying, move, pane, presenter_of, scene_of
from tests.gui.test_planes_measuring import all_of, painted
from tests.gui.test_planes_plots import planes_of
from workstation.gui.session import Session


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with session_with_planes(qtbot, tmp_path) as running:
        yield running


def test_that_what_is_painted_is_seen_on_coarse_pictures_with_its_numbers_and_is_kept_as_it_was(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    planes = planes_of(session)
    made = painted(qtbot, session, planes)
    session.window.actions_by_id["measure-brush"].trigger()  # away with it
    numbers = scene_of(planes, "axial").numbers[made.id]
    for limit in ("SWIFT_S", "SLOW_S"):
        monkeypatch.setattr(f"workstation.gui.panels.planes.presenter.{limit}", -1.0)
    columns = scene_of(planes, "axial").frame.pixels.shape[1]
    view, start = pane(planes, "sagittal"), lying(planes, "sagittal").cross
    qtbot.mousePress(view, LEFT, NONE, start.toPoint())
    move(view, start + QPointF(15, 0), NONE, LEFT)  # along the axial plane, which stays where it is
    qtbot.waitUntil(lambda: scene_of(planes, "axial").frame.pixels.shape[1] < columns / 2)
    (seen,) = scene_of(planes, "axial").annotations
    assert seen.id == made.id
    assert seen.mask is not None
    assert made.mask is not None
    assert seen.mask.columns == pytest.approx(made.mask.columns / 3, abs=1.01)
    assert scene_of(planes, "axial").numbers[made.id] == numbers
    qtbot.mouseRelease(view, LEFT, NONE, (start + QPointF(15, 0)).toPoint())
    settle(qtbot, session)
    assert presenter_of(planes).shown_cut("axial") is not None
    (whole,) = scene_of(planes, "axial").annotations
    assert whole.mask == made.mask
    assert all_of(session) == (made,)
