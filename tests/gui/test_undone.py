"""What is taken back or done again is seen, on planes and on images."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from tests.gui.test_planes import is_shown, now, presenter_of
from tests.gui.test_planes_measuring import all_of, draw, only
from tests.gui.test_planes_plots import planes_of
from workstation.gui.features.planes import Planes
from workstation.gui.features.undone import changed_annotations
from workstation.gui.session import Session
from workstation.gui.viewer.places import image_place
from workstation.model.annotation import Annotation
from workstation.model.marking import Marking
from workstation.volume.planes import planes_view
from workstation.volume.planes.going import middle_lps


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with running_session(qtbot, tmp_path) as running:
        running.open([small_study(tmp_path / "study", "axial")])
        settle(qtbot, running)
        yield running


@pytest.fixture
def planes(qtbot: QtBot, session: Session) -> Planes:
    session.window.actions_by_id["planes"].trigger()
    settle(qtbot, session)
    return planes_of(session)


def do(qtbot: QtBot, session: Session, name: str) -> None:
    session.window.actions_by_id[name].trigger()
    settle(qtbot, session)


def leave(qtbot: QtBot, session: Session, planes: Planes) -> None:
    while is_shown(planes):
        qtbot.keyClick(session.window.pane, Qt.Key.Key_Escape)
    settle(qtbot, session)


def turned_length(qtbot: QtBot, session: Session, planes: Planes) -> Annotation:
    """Draw a length on a coronal plane that is turned and has a slab."""
    presenter_of(planes).do(planes_view.line_turned(now(planes), "axial", "coronal", 25.0), "turn")
    settle(qtbot, session)
    draw(qtbot, session, planes, "measure-length", "coronal", QPointF(60, 80), QPointF(160, 140))
    (made,) = all_of(session)
    return made


def test_that_a_measurement_that_comes_back_while_images_are_seen_brings_its_plane_to_the_front(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    made = turned_length(qtbot, session, planes)
    do(qtbot, session, "planes-straight")
    leave(qtbot, session, planes)
    do(qtbot, session, "undo")  # of the planes
    leave(qtbot, session, planes)
    do(qtbot, session, "undo")
    assert all_of(session) == ()
    assert is_shown(planes), "it is seen that it is gone"
    leave(qtbot, session, planes)
    do(qtbot, session, "redo")
    assert is_shown(planes)
    assert all_of(session) == (made,)
    assert only(planes, "coronal").id == made.id
    assert now(planes).active == "coronal"
    assert now(planes).cross_lps == pytest.approx(middle_lps(made))
    assert session.viewer is not None
    assert session.viewer.redo_label == "planes of the patient", "leading there was no step"


def test_that_planes_that_are_elsewhere_go_to_the_plane_and_such_that_show_it_stay(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    made = turned_length(qtbot, session, planes)
    seen = now(planes).cross_lps
    do(qtbot, session, "undo")
    do(qtbot, session, "redo")
    assert now(planes).cross_lps == seen, "its plane is looked at already"
    presenter_of(planes).scroll(8, "coronal")
    settle(qtbot, session)
    assert planes.joined.measuring.planes.on("coronal") == ()
    do(qtbot, session, "undo")
    assert now(planes).cross_lps == pytest.approx(middle_lps(made))
    presenter_of(planes).scroll(8, "coronal")
    settle(qtbot, session)
    do(qtbot, session, "redo")
    assert only(planes, "coronal").id == made.id


def test_that_the_image_of_a_measurement_is_shown_that_comes_back_or_goes(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    leave(qtbot, session, planes)
    viewer = session.viewer
    assert viewer is not None
    viewer.active.go_to(2)
    settle(qtbot, session)
    ref = viewer.active.shown_frame
    assert ref is not None
    made = Annotation("a", "length", ref.instance.sop_instance_uid, ref.number, ((1.0, 1.0), (5.0, 4.0)), (5.0, 4.0))
    viewer.mark_up(Marking((made,)), "length")
    viewer.active.go_to(0)
    do(qtbot, session, "undo")
    assert viewer.now.active_pane.look.index == 2
    do(qtbot, session, "planes")
    assert is_shown(planes)
    do(qtbot, session, "redo")
    assert not is_shown(planes)
    assert viewer.active.shown_frame == ref
    place = image_place(session.workspace, ref)
    assert place is not None
    assert viewer.now.active_pane.look.index == place[1]
    assert viewer.undo_label == "length"


def test_that_only_what_has_changed_is_led_to() -> None:
    one, other, third = (
        Annotation(name, "length", "1.2", 0, ((0.0, 0.0), (1.0, 1.0)), (0.0, 0.0)) for name in ("one", "other", "third")
    )
    moved = one.with_label((9.0, 9.0))
    found = changed_annotations(Marking((one, other)), Marking((moved, other, third)))
    assert found == [moved, third]
    assert changed_annotations(Marking((one, other)), Marking((other,))) == [one]
    assert changed_annotations(Marking((one,)), Marking((one,))) == []
