"""Series with odd images in them: some fail, some have another size or colour, some are absurd; the rest goes on."""

from collections.abc import Container, Mapping
from dataclasses import replace
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.making import FakeWork, frame, instance, tree
from tests.gui.test_viewer import FakeGrid
from workstation.display.render import Renderer
from workstation.display.view import View
from workstation.display.viewing import Grid, Links
from workstation.gui.canvas.frames import FrameSource
from workstation.gui.canvas.pane import Pane
from workstation.gui.canvas.scene import About, Message, Scene
from workstation.gui.panels.cine.presenter import CinePresenter, CineState
from workstation.gui.theme import DARK
from workstation.gui.viewer.planes import Planes
from workstation.gui.viewer.presenter import Viewer
from workstation.model.cine_timing import even_timing
from workstation.model.frame import Frame, Window
from workstation.model.geometry import Spacing, SpacingSource
from workstation.model.index.records import Instance, Place
from workstation.model.memory import FrameCache
from workstation.model.refusal import Reason, Refused
from workstation.workspace import Selection, Workspace

SIZE = (400, 300)


class Setting:
    """Series whose frames are given by series and instance number."""

    def __init__(
        self, *instances: Instance, frames: Mapping[str, Frame] = MappingProxyType({}), broken: Container[str] = ()
    ) -> None:
        self.work, self.grid, self.workspace = FakeWork(), FakeGrid(), Workspace()

        def opened(place: Place) -> Any:
            key = f"{place.path.parent.name}/{place.path.stem}"

            def decode(_number: int = 0) -> Frame:
                if key in broken:
                    raise Refused(Reason.DAMAGED_PIXELS, "the marker at byte 7 is none.", hint="Copy it again.")
                return frames.get(key, frame())

            return SimpleNamespace(dataset={}, frame=decode)

        source = FrameSource(self.work, FrameCache(1 << 26), opened)  # type: ignore[arg-type]  # a fake
        self.viewer = Viewer(self.grid, self.workspace, source, Planes(self.work))  # type: ignore[arg-type]  # a fake
        self.viewer.start()
        self.workspace.merge(tree(*instances))
        self.workspace.select(Selection("1.1.1"))
        self.run()

    def run(self) -> None:
        while self.work.run_all():
            for number in self.viewer.now.shown:
                self.viewer.pane(number).painted()

    def shown(self, number: int) -> Scene | Message | None:
        return self.grid.panes[number].last


def slices(series: str, count: int, **changes: Any) -> list[Instance]:
    number = int(series[-1])
    return [instance(n, series=series, series_number=number, **changes) for n in range(1, count + 1)]


class FakeBar:
    def show_state(self, state: CineState | None) -> None:
        self.state = state


def test_that_an_image_that_fails_in_the_middle_says_so_and_the_other_panes_go_on() -> None:
    setting = Setting(*slices("1.1.1", 6), *slices("1.1.2", 6), broken={"1.1.1/3"})
    setting.viewer.lay_out(Grid(1, 2))
    setting.run()
    for index in range(1, 6):
        for number in (0, 1):
            setting.viewer.pane(number).go_to(index)
        setting.run()
        assert isinstance(setting.shown(0), Message if index == 2 else Scene)
        assert isinstance(setting.shown(1), Scene)
    message = setting.grid.panes[0]
    setting.viewer.pane(0).go_to(2)
    setting.run()
    assert isinstance(message.last, Message)
    assert "marker at byte 7" in message.last.as_text()
    assert message.last.about == About(("Meyer, Anna", "P1"), ("Chest", "2024-01-31"))
    setting.viewer.panes.show_text(shown=False)
    assert isinstance(message.last, Message)
    assert message.last.about == About()
    setting.viewer.panes.show_text(shown=True)
    assert message.last.about.patient


def test_that_cine_plays_on_over_an_image_that_fails_in_all_panes() -> None:
    setting = Setting(*slices("1.1.1", 6), *slices("1.1.2", 6), broken={"1.1.1/3"})
    setting.viewer.lay_out(Grid(1, 2))
    setting.viewer.link(Links(scroll="off"))
    setting.run()
    now = [0.0]
    cine = CinePresenter(FakeBar(), lambda: now[0], lambda _wait: None)
    for number in (0, 1):
        cine.start(number, setting.viewer.pane(number), even_timing(6, 10.0), frame=0)
    seen: list[tuple[bool, bool]] = []
    for step in range(1, 13):
        now[0] = step * 0.1 + 0.001
        cine.tick()
        setting.run()
        seen.append((isinstance(setting.shown(0), Scene), isinstance(setting.shown(1), Scene)))
    assert cine.playing == {0, 1}
    assert [one for one, _ in seen].count(False) == 2
    assert all(other for _, other in seen)


def test_that_zoom_and_place_suit_images_of_other_sizes() -> None:
    shapes = {1: (300, 400), 2: (3000, 4000), 3: (1, 1)}
    frames = {f"1.1.1/{number}": frame(rows=rows, columns=columns) for number, (rows, columns) in shapes.items()}
    setting = Setting(*slices("1.1.1", 3, modality="CR"), frames=frames)
    pane = setting.viewer.active
    pane.change.zoom(2.0, SIZE)
    pane.change.pan((-30, 10), SIZE)
    first = _scene(setting)
    assert first.view.zoom is not None
    pane.go_to(1)
    setting.run()
    second = _scene(setting)
    assert second.view.zoom == pytest.approx(first.view.zoom / 10)
    pane.go_to(2)
    setting.run()
    assert _scene(setting).renderer.frame.pixels.shape == (1, 1)
    pane.go_to(0)
    setting.run()
    assert _scene(setting).view == first.view
    assert setting.viewer.undo() == "move"
    assert setting.viewer.undo() == "zoom"
    assert _scene(setting).view == View()


def _scene(setting: Setting, number: int = 0) -> Scene:
    scene = setting.shown(number)
    assert isinstance(scene, Scene)
    return scene


def colours() -> Frame:
    pixels = np.full((8, 8, 3), 200, np.uint8)
    return Frame(pixels, "RGB", 8, Spacing())


def test_that_a_window_for_greys_spares_the_colours_of_the_same_stack_and_comes_back() -> None:
    instances = slices("1.1.1", 3, modality="US")
    instances[1] = replace(instances[1], samples_per_pixel=3, photometric_interpretation="RGB")
    setting = Setting(*instances, frames={"1.1.1/2": colours()})
    pane = setting.viewer.active
    stack = pane.stack
    assert stack is not None
    assert len(stack.frames) == 3
    pane.change.set_window(Window(10, 20))
    pane.go_to(1)
    setting.run()
    assert _scene(setting).renderer.frame.is_colour
    assert _scene(setting).view.voi is None
    pane.change.rotate(1)
    pane.change.set_window(Window(1, 2))
    assert setting.viewer.undo_label == "turn"
    pane.go_to(2)
    setting.run()
    assert (_scene(setting).view.voi, _scene(setting).view.rotation_quarters) == (Window(10, 20), 1)


def test_that_windows_that_are_linked_go_from_greys_to_greys_alone() -> None:
    grey = [slices(f"1.1.{n}", 1, modality="US") for n in (1, 2)]
    colour = slices("1.1.3", 1, modality="US", samples_per_pixel=3, photometric_interpretation="RGB")
    setting = Setting(*grey[0], *grey[1], *colour, frames={"1.1.3/1": colours()})
    setting.viewer.lay_out(Grid(1, 3))
    setting.viewer.link(Links(window=True))
    setting.run()
    setting.viewer.pane(0).change.set_window(Window(3, 4))
    assert [pane.look.view.voi for pane in setting.viewer.now.panes] == [Window(3, 4), Window(3, 4), None]


def odd(name: str) -> Frame:
    whole = frame(rows=40, columns=50)
    nothing = np.full((40, 50), np.nan, np.float32)
    some = np.where(np.arange(2000).reshape(40, 50) % 7 == 0, np.nan, 3.5).astype(np.float32)
    infinite = np.where(np.arange(2000).reshape(40, 50) % 5 == 0, np.inf, -np.inf).astype(np.float32)
    made = {
        "one pixel": frame(rows=1, columns=1),
        "one row": frame(rows=1, columns=2000),
        "one column": frame(rows=2000, columns=1),
        "nothing but NaN": replace(whole, pixels=nothing, voi=()),
        "some NaN": replace(whole, pixels=some, voi=()),
        "infinite": replace(whole, pixels=infinite, voi=()),
        "no spacing": replace(whole, spacing=Spacing()),
        "zero spacing": replace(whole, spacing=Spacing(0.0, 0.0, SpacingSource.PIXEL_SPACING)),
        "spacing NaN": replace(whole, spacing=Spacing(float("nan"), 1.0, SpacingSource.PIXEL_SPACING)),
        "window NaN": replace(whole, voi=(Window(float("nan"), float("inf")),)),
        "window zero": replace(whole, voi=(Window(0, 0), Window(5, -3))),
        "very large": replace(whole, pixels=np.zeros((30_000, 30_000), np.uint8), bits_stored=8, voi=(Window(5, 10),)),
    }
    return made[name]


NAMES = (
    *("one pixel", "one row", "one column", "nothing but NaN", "some NaN", "infinite", "no spacing", "zero spacing"),
    *("spacing NaN", "window NaN", "window zero", "very large"),
)


@pytest.mark.parametrize("name", NAMES)
def test_that_odd_images_are_painted_with_their_words_at_any_zoom(qtbot: QtBot, name: str) -> None:
    pane = Pane(DARK)
    qtbot.addWidget(pane)
    pane.resize(420, 360)
    pane.show()
    shown = odd(name)
    renderer = Renderer(shown)
    first = View()
    views = [first]
    for factor in (1e-9, 1e9, 3.0):
        views.append(first.zoomed(shown, pane.size_px, factor=factor, at_px=(3.0, 200.0)))
        views.append(views[-1].panned(shown, pane.size_px, by_px=(1e5, -1e5)))
    views += [first.rotated(1), View(voi=Window(float("nan"), 0)), View(voi=Window(1e300, 1e-300))]
    # Of the very large one all pixels are averaged for each picture that fits: twice will do.
    for view in views if name != "very large" else (first, views[3]):
        pane.show_scene(Scene(renderer, view, instance(1), (1, 1), ("L", "P"), cursor_px=(0.0, 0.0)))
        assert not pane.grab().isNull()
        picture = pane.picture()
        assert picture is not None
        assert picture.shape == (*reversed(pane.size_px), 3)
    pane.close()


@pytest.mark.parametrize("name", NAMES)
def test_that_hands_on_odd_images_do_no_harm(name: str) -> None:
    setting = Setting(*slices("1.1.1", 2), frames={"1.1.1/2": odd(name)})
    pane = setting.viewer.active
    pane.go_to(1)
    setting.run()
    pane.change.begin_window()
    pane.change.drag_window(50, -1e6)
    for voi in [voi for _, voi in pane.windows()]:
        pane.change.set_window(voi)
    pane.use_preset(0)
    pane.change.zoom(1e9, SIZE, (0.0, 0.0))
    pane.change.zoom(1e-9, SIZE)
    pane.change.pan((1e6, -1e6), SIZE)
    setting.viewer.point(0, (1e9, -1e9))
    pane.reset()
    assert _scene(setting).view == View()


def test_that_a_wheel_over_an_empty_pane_does_nothing(qtbot: QtBot) -> None:
    pane = Pane(DARK)
    qtbot.addWidget(pane)
    pane.show()
    where = QPointF(10, 10)
    none = (Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(pane, QWheelEvent(where, where, QPoint(), QPoint(0, 120), *none))
    assert pane.scene is None
    pane.close()
