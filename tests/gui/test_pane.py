"""The pane as a widget: pixels on the screen, and what mouse and keys become."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QNativeGestureEvent, QPainter, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.making import frame, instance
from workstation.display.corner_text import Corners
from workstation.display.render import Renderer, render
from workstation.display.view import View
from workstation.gui import icons
from workstation.gui.canvas.annotations import clear_of, lines_per_corner, thinned
from workstation.gui.canvas.gestures import WheelSteps
from workstation.gui.canvas.pane import Pane
from workstation.gui.canvas.scene import About, Message, Scene
from workstation.gui.theme import DARK


@pytest.fixture
def pane(qtbot: QtBot) -> Iterator[Pane]:
    widget = Pane(DARK)
    widget.resize(360, 280)
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    yield widget
    widget.close()


def _scene(view: View = View()) -> Scene:  # noqa: B008 - a frozen value
    return Scene(Renderer(frame(rows=40, columns=50)), view, instance(1), (1, 1), text_is_shown=False)


def _pixels(pane: Pane) -> NDArray[np.uint8]:
    image = pane.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


@pytest.mark.parametrize("view", [View(), View(zoom=3.3), View(inverted=True, rotation_quarters=1)])
def test_that_the_screen_shows_the_rendered_picture_pixel_for_pixel(pane: Pane, view: View) -> None:
    pane.clearFocus()
    scene = _scene(view)
    pane.show_scene(scene)
    wanted = render(scene.renderer.frame, view, pane.size_px)
    assert np.array_equal(_pixels(pane), wanted)


def test_that_words_over_the_picture_are_painted_only_when_wanted(pane: Pane) -> None:
    pane.show_scene(_scene())
    plain = _pixels(pane)
    pane.resize(700, 500)
    pane.show_scene(_scene())
    plain = _pixels(pane)
    with_text = Scene(**{name: getattr(_scene(), name) for name in ("renderer", "view", "instance", "position")})
    pane.show_scene(with_text)
    assert not np.array_equal(_pixels(pane), plain)


def test_that_a_message_can_be_read_and_copied(pane: Pane) -> None:
    pane.show_message(Message("This is a report.", "It holds no image.", "File: a.dcm"))
    assert pane.message.isVisible()
    assert "It holds no image." in pane.message.text()
    pane.show_scene(_scene())
    assert not pane.message.isVisible()


def test_that_a_message_names_patient_and_study_in_the_corners_where_there_is_room(pane: Pane) -> None:
    pane.resize(500, 400)
    message = Message("Image 3 of 9 cannot be shown.", "Damaged.")
    pane.show_message(message)
    plain = _pixels(pane)
    pane.show_message(replace(message, about=About(("Anna Meyer", "P1"), ("Chest", "2024-01-31"))))
    drawn = _pixels(pane)
    changed = (drawn != plain).any(axis=2)
    assert changed[:45, :150].any()
    assert changed[:45, -150:].any()
    assert not changed[60:].any()
    pane.resize(200, 120)
    small = _pixels(pane)
    pane.show_message(message)
    np.testing.assert_array_equal(_pixels(pane), small)


def test_that_a_left_drag_gives_the_way_from_its_start(pane: Pane, qtbot: QtBot) -> None:
    told: list[tuple[float, float]] = []
    pane.window_dragged.connect(lambda right, down: told.append((right, down)))
    qtbot.mousePress(pane, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    for to in (QPoint(101, 101), QPoint(120, 100), QPoint(130, 80)):
        qtbot.mouseMove(pane, to)
    qtbot.mouseRelease(pane, Qt.MouseButton.LeftButton, pos=QPoint(130, 80))
    assert told[-1] == (30.0, -20.0)
    assert (1.0, 1.0) not in told


def test_that_a_right_click_without_a_drag_opens_the_menu_and_a_drag_zooms(pane: Pane, qtbot: QtBot) -> None:
    menus: list[QPoint] = []
    factors: list[float] = []
    pane.menu_wanted.connect(menus.append)
    pane.zoomed.connect(lambda factor, _at: factors.append(factor))
    qtbot.mouseClick(pane, Qt.MouseButton.RightButton, pos=QPoint(50, 50))
    assert (len(menus), factors) == (1, [])
    qtbot.mousePress(pane, Qt.MouseButton.RightButton, pos=QPoint(50, 100))
    qtbot.mouseMove(pane, QPoint(50, 60))
    qtbot.mouseRelease(pane, Qt.MouseButton.RightButton, pos=QPoint(50, 60))
    assert len(menus) == 1
    assert factors[0] > 1


def test_that_a_wheel_that_turns_in_small_parts_scrolls_by_whole_steps() -> None:
    wheel = WheelSteps()
    assert [wheel.add(40) for _ in range(6)] == [0, 0, 1, 0, 0, 1]
    assert wheel.add(-40) == 0
    assert wheel.add(-240) == -2


def test_that_the_wheel_scrolls_and_with_control_zooms_at_the_pointer(pane: Pane) -> None:
    steps: list[int] = []
    zooms: list[tuple[float, object]] = []
    pane.scrolled.connect(steps.append)
    pane.zoomed.connect(lambda factor, at: zooms.append((factor, at)))
    _turn(pane, -120, Qt.KeyboardModifier.NoModifier)
    _turn(pane, 120, Qt.KeyboardModifier.ControlModifier)
    assert steps == [1]
    factor, at = zooms[0]
    assert factor > 1
    ratio = pane.devicePixelRatioF()
    assert at == (60 * ratio - 0.5, 40 * ratio - 0.5)


def _turn(pane: Pane, angle: int, modifier: Qt.KeyboardModifier) -> None:
    at = QPointF(60, 40)
    event = QWheelEvent(
        at,
        pane.mapToGlobal(at),
        QPoint(),
        QPoint(0, angle),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(pane, event)


def fingers(pane: Pane, by: QPoint, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Move two fingers on a touchpad by so many pixels."""
    at = QPointF(60, 40)
    rest = (by, by * 8, Qt.MouseButton.NoButton, modifier, Qt.ScrollPhase.ScrollUpdate, False)
    QApplication.sendEvent(pane, QWheelEvent(at, pane.mapToGlobal(at), *rest))


def test_that_two_fingers_scroll_image_by_image_whatever_the_size_of_their_steps(pane: Pane) -> None:
    steps: list[int] = []
    pane.scrolled.connect(steps.append)
    for _ in range(12):
        fingers(pane, QPoint(0, -6))
    assert steps == [1, 1, 1]
    fingers(pane, QPoint(0, 50))
    assert steps[3:] == [-2]


def test_that_two_fingers_and_shift_move_the_picture_with_them(pane: Pane) -> None:
    ways: list[tuple[float, float]] = []
    pane.panned.connect(lambda right, down: ways.append((right, down)))
    fingers(pane, QPoint(7, -3), Qt.KeyboardModifier.ShiftModifier)
    ratio = pane.devicePixelRatioF()
    assert ways == [(7 * ratio, -3 * ratio)]


def test_that_a_pinch_zooms_at_the_fingers(pane: Pane) -> None:
    zooms: list[tuple[float, object]] = []
    pane.zoomed.connect(lambda factor, at: zooms.append((factor, at)))
    at = QPointF(60, 40)
    for value in (0.1, -0.1, 50.0):
        event = QNativeGestureEvent(
            Qt.NativeGestureType.ZoomNativeGesture,
            QPointingDevice.primaryPointingDevice(),
            2,
            at,
            at,
            pane.mapToGlobal(at),
            value,
            QPointF(),
        )
        QApplication.sendEvent(pane, event)
    ratio = pane.devicePixelRatioF()
    assert [round(factor, 6) for factor, _at in zooms] == [1.1, 0.9, 4.0]
    assert zooms[0][1] == (60 * ratio - 0.5, 40 * ratio - 0.5)


def test_that_words_leave_by_steps_as_a_pane_gets_small() -> None:
    sizes = [(900, 700), (500, 400), (320, 240), (200, 150), (120, 90)]
    assert [lines_per_corner(*size) for size in sizes] == [99, 3, 1, 0, None]
    corners = Corners(("Name", "ID", "more"), ("Clinic", "2024"), ("Image 1 of 3", "W 1 L 2", "Zoom 3 %"), ("S", "T"))
    some = thinned(corners, 3)
    assert (some.top_left, some.bottom_left) == (("Name", "ID"), ("Image 1 of 3", "W 1 L 2"))
    assert thinned(corners, 1) == Corners((), (), ("Image 1 of 3", "W 1 L 2"), ())
    assert thinned(corners, 0) == Corners((), (), ("Image 1 of 3",), ())


def test_that_words_keep_clear_of_the_side_at_which_a_picture_begins() -> None:
    corners = Corners(("Name",), ("Hospital", "Date"), ("Image 1 of 4",), ("Right  CC",))
    assert clear_of(corners, frozenset()) == corners
    assert clear_of(corners, frozenset({"top"})) == corners
    there = (("Name", "Hospital", "Date"), ("Right  CC", "Image 1 of 4"))
    assert clear_of(corners, frozenset({"right"})) == Corners(there[0], (), there[1], ())
    assert clear_of(corners, frozenset({"left", "top"})) == Corners((), there[0], (), there[1])


def test_that_an_icon_leaves_the_font_of_the_words_that_follow(qapp: object) -> None:
    canvas = QImage(40, 40, QImage.Format.Format_RGB32)
    painter = QPainter(canvas)
    before = painter.font().family()
    icons.paint(painter, "key-image", QRect(0, 0, 20, 20), QColor("white"))
    assert painter.font().family() == before
    painter.end()
