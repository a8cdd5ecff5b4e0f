"""The Tab key goes through the window as it is read."""

from pathlib import Path

from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.gui.making import running_session, settle, small_study
from workstation.gui.panels.hanging.window import HangingWindow
from workstation.gui.tab_order import tab_in_order, tab_stops


def chain(first: QWidget, count: int) -> list[QWidget]:
    """Give what Tab reaches from a widget on, without what is no stop."""
    found, at = [first], first
    while len(found) < count:
        following = at.nextInFocusChain()
        assert following is not None
        at = following
        if at is first:
            break
        if at.focusPolicy().value & 1 and at.focusProxy() is None:
            found.append(at)
    return found


def test_that_stops_are_those_of_the_layouts_in_their_order(qtbot: QtBot) -> None:
    late, early, middle, low = (QLineEdit() for _ in range(4))
    window, scrolled = QWidget(), QWidget()
    qtbot.addWidget(window)
    QVBoxLayout(scrolled).addWidget(low)
    area, splitter = QScrollArea(), QSplitter()
    area.setWidget(scrolled)
    splitter.addWidget(middle)
    splitter.addWidget(area)
    row = QHBoxLayout()
    row.addWidget(early)
    column = QVBoxLayout(window)
    column.addLayout(row)
    column.addWidget(splitter)
    column.addWidget(late)
    assert list(tab_stops(window)) == [early, middle, low, late]
    tab_in_order(tuple(tab_stops(window)))
    assert [each for each in chain(early, 9) if isinstance(each, QLineEdit)] == [early, middle, low, late]


def test_that_the_bar_and_the_panes_are_gone_through_from_left_to_right(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([small_study(tmp_path / "study", "axial")])
        settle(qtbot, session)
        session.command("layout-2x2")
        settle(qtbot, session)
        panes = session.window.grid.placed
        assert chain(panes[0], 4) == list(panes)
        bar = session.window.bar
        for width in (1100, 700, 1500):  # buttons leave and come back
            session.window.resize(width, 700)
            settle(qtbot, session)
            shown = [bar.widgetForAction(action) for action in bar.actions()]
            buttons = [each for each in shown if isinstance(each, QToolButton)]
            assert chain(buttons[0], len(buttons)) == buttons


def test_that_the_editor_of_protocols_is_gone_through_from_top_to_bottom(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.command("hanging-protocols")
        settle(qtbot, session)
        window = next(each for each in session.window.findChildren(HangingWindow))
        panel = window.panel
        for place in (0, 5, 1):  # other conditions each time
            panel.rules.setCurrentRow(place)
            stops = list(tab_stops(panel))
            assert stops.index(panel.rules) < stops.index(panel.name) < stops.index(panel.preview)
            assert chain(stops[0], len(stops)) == stops
        assert any(isinstance(each, QPushButton) for each in stops)
        window.close()
