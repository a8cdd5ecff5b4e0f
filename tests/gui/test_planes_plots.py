"""Histograms and profiles of what is measured on planes, in the window for plots that images have."""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.making import session_with_planes, settle
from tests.gui.test_planes import LEFT, NONE, is_shown, move, now, pane, presenter_of, scene_of
from tests.gui.test_planes_measuring import all_of, draw, only
from workstation.gui.canvas.drawn import lay_out
from workstation.gui.features.measuring import Measuring
from workstation.gui.features.planes import Planes
from workstation.gui.panels.plot.view import PlotWindow, corner_away
from workstation.gui.session import Session
from workstation.measure.measuring import measured
from workstation.measure.setting import Setting
from workstation.model.measurement import Curve
from workstation.volume.planes import planes_view


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    with session_with_planes(qtbot, tmp_path) as running:
        yield running


def planes_of(session: Session) -> Planes:
    found = session.findChild(Planes)
    assert isinstance(found, Planes)
    return found


@pytest.fixture
def planes(session: Session) -> Planes:
    return planes_of(session)


def plot_of(session: Session) -> PlotWindow:
    measuring = session.findChild(Measuring)
    assert isinstance(measuring, Measuring)
    assert measuring.plot is not None
    assert measuring.plot.isVisible()
    return measuring.plot


def curve_in(session: Session) -> Curve:
    found = plot_of(session).curve._curve
    assert found is not None
    return found


def test_that_a_profile_on_a_turned_plane_is_plotted_at_once_and_follows_the_hand_before_it_lets_go(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    presenter_of(planes).do(planes_view.line_turned(now(planes), "axial", "coronal", 25.0), "turn")
    settle(qtbot, session)
    draw(qtbot, session, planes, "measure-profile", "coronal", QPointF(60, 80), QPointF(160, 140))
    made, scene = only(planes, "coronal"), scene_of(planes, "coronal")
    curve = curve_in(session)
    assert curve == measured(made, scene.frame).curves[0]
    assert curve.x_words == "Distance (mm)"
    (kept,) = all_of(session)
    assert curve.x[-1] == pytest.approx(math.dist(*kept.points_lps))
    assert "On a plane cut out of a volume" in plot_of(session).numbers.text()
    session.window.activateWindow()
    view = pane(planes, "coronal")
    (drawn,) = lay_out(scene_of(planes, "coronal"), view.size_px, view.devicePixelRatioF())
    start = drawn.points[1].toPoint()
    move(view, QPointF(start))
    QTest.mousePress(view, LEFT, NONE, start)
    seen = []
    for by in (10, 20, 30):
        at = start + QPointF(by, by / 2).toPoint()
        move(view, QPointF(at), button=LEFT)
        seen.append(curve_in(session).x[-1])
    QTest.mouseRelease(view, LEFT, NONE, at)
    settle(qtbot, session)
    assert curve.x[-1] < seen[0] < seen[1] < seen[2]
    now_seen = only(planes, "coronal")
    assert curve_in(session) == measured(now_seen, scene_of(planes, "coronal").frame).curves[0]
    session.window.actions_by_id["undo"].trigger()
    settle(qtbot, session)
    assert curve_in(session) == curve
    plot_of(session).close()


def test_that_the_histogram_of_a_region_counts_the_pixels_of_its_own_plane_wherever_it_is_looked_at(
    qtbot: QtBot, session: Session, planes: Planes
) -> None:
    view = pane(planes, "axial")
    middle = QPointF(view.width() / 2, view.height() / 2)
    draw(qtbot, session, planes, "measure-rectangle", "axial", middle - QPointF(90, 70), middle - QPointF(20, 20))
    made, scene = only(planes, "axial"), scene_of(planes, "axial")
    session.command("plot-measurement")
    expected = measured(made, scene.frame, Setting(with_curves=True)).curves[0]
    assert curve_in(session) == expected
    plot_of(session).close()
    presenter_of(planes).scroll(0.25, "axial")  # within half a voxel: seen, on other pixels
    settle(qtbot, session)
    planes.joined.measuring.annotator.chosen.select(made.id)
    session.command("plot-measurement")
    settle(qtbot, session)
    qtbot.waitUntil(lambda: curve_in(session) == expected)
    draw(qtbot, session, planes, "measure-ellipse", "axial", middle + QPointF(-60, 10), middle + QPointF(30, 60))
    assert curve_in(session) != expected, "what is new is chosen, and plotted"
    plot_of(session).close()


def test_that_an_area_is_plotted_while_it_is_being_drawn(qtbot: QtBot, session: Session, planes: Planes) -> None:
    view = pane(planes, "axial")
    middle = QPointF(view.width() / 2, view.height() / 2)
    draw(qtbot, session, planes, "measure-rectangle", "axial", middle - QPointF(90, 70), middle - QPointF(20, 20))
    session.command("plot-measurement")
    before = curve_in(session)
    session.window.actions_by_id["measure-rectangle"].trigger()
    start = (middle + QPointF(10, 10)).toPoint()
    move(view, QPointF(start))
    QTest.mousePress(view, LEFT, NONE, start)
    counts = []
    for by in (20, 40):
        move(view, QPointF(start) + QPointF(by, by), button=LEFT)
        counts.append(sum(curve_in(session).y))
    QTest.mouseRelease(view, LEFT, NONE, start + QPointF(40, 40).toPoint())
    assert counts[0] < counts[1]
    assert sum(before.y) != counts[1]
    plot_of(session).close()


def test_that_plots_of_images_are_no_plots_of_planes(qtbot: QtBot, session: Session, planes: Planes) -> None:
    view = pane(planes, "axial")
    middle = QPointF(view.width() / 2, view.height() / 2)
    draw(qtbot, session, planes, "measure-profile", "axial", middle - QPointF(90, 70), middle - QPointF(20, 20))
    (kept,) = all_of(session)
    before = curve_in(session)
    while is_shown(planes):
        qtbot.keyClick(session.window.pane, Qt.Key.Key_Escape)
    settle(qtbot, session)
    assert session.viewer is not None
    session.viewer.mark_up(session.viewer.now.marking.with_annotation(replace(kept, text="edge")), "words")
    assert curve_in(session) == before
    plot_of(session).close()


def test_that_what_has_no_numbers_is_no_plot(session: Session, planes: Planes) -> None:
    session.command("plot-measurement")
    measuring = session.findChild(Measuring)
    assert isinstance(measuring, Measuring)
    assert measuring.plot is None
    assert is_shown(planes)


@pytest.mark.parametrize(
    ("seen", "corner"),
    [((0, 0, 800, 600), (880, 620)), ((900, 500, 700, 500), (880, 0)), ((800, 0, 800, 1000), (0, 620))],
)
def test_that_a_plot_goes_where_it_covers_little_of_what_is_measured(
    seen: tuple[int, int, int, int], corner: tuple[int, int]
) -> None:
    assert corner_away(QSize(720, 380), QRect(0, 0, 1600, 1000), QRect(*seen)) == QPoint(*corner)
