"""Several panes in step, with fake panes and jobs that run when told to."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.gui.making import FakeWork, frame, instance, tree
from workstation.display.viewing import Grid, Links, Viewing
from workstation.gui.canvas.frames import FrameSource
from workstation.gui.canvas.scene import Message, Scene
from workstation.gui.viewer.planes import Planes
from workstation.gui.viewer.presenter import Viewer
from workstation.model.frame import Frame, Window
from workstation.model.index.records import Instance, Place
from workstation.model.instance_plane import plane_of
from workstation.model.memory import FrameCache
from workstation.workspace import Selection, Workspace

SIZE = (400, 300)
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)


@dataclass
class FakePane:
    last: Scene | Message | None = None

    def show_scene(self, scene: Scene) -> None:
        self.last = scene

    def show_message(self, message: Message | None) -> None:
        self.last = message

    def show_progress(self, share: float | None) -> None:
        pass


@dataclass
class FakeGrid:
    panes: list[FakePane] = field(default_factory=list)
    identities: list[int] = field(default_factory=list)
    shown: tuple[int, ...] = ()

    def number(self, identities: Sequence[int]) -> None:
        known = dict(zip(self.identities, self.panes, strict=True))
        self.identities = list(dict.fromkeys((*identities, *known)))
        self.panes = [known.get(each) or FakePane() for each in self.identities]

    def pane_view(self, number: int) -> FakePane:
        return self.panes[number]

    def show_layout(self, viewing: Viewing) -> None:
        self.shown = viewing.shown


class Setting:
    """Three series of one patient: thin axial, thick axial in the same space, coronal in the same space."""

    def __init__(self) -> None:
        self.work, self.grid, self.workspace = FakeWork(), FakeGrid(), Workspace()
        self.instances: dict[str, Instance] = {}
        self.frames = FrameSource(self.work, FrameCache(1 << 24), self._open)  # type: ignore[arg-type]  # a fake
        self.viewer = Viewer(self.grid, self.workspace, self.frames, Planes(self.work))  # type: ignore[arg-type]
        self.viewer.start()
        series = [
            [placed("1.1.1", 1, n, (0.0, 0.0, n * 1.0), AXIAL) for n in range(20)],
            [placed("1.1.2", 2, n, (0.0, 0.0, n * 5.0), AXIAL) for n in range(4)],
            [placed("1.1.3", 3, n, (0.0, n * 0.5, 20.0), CORONAL) for n in range(8)],
        ]
        for each in series:
            self.instances |= {str(one.place): one for one in each}
        self.workspace.merge(tree(*(one for each in series for one in each)))
        self.workspace.select(Selection("1.1.1"))
        self.run()

    def _open(self, place: Place) -> Any:
        header = self.instances[str(place)]

        def decode(_number: int = 0) -> Frame:
            return replace(frame(), plane=plane_of(header))

        return SimpleNamespace(dataset={}, frame=decode)

    def run(self) -> None:
        self.work.run_all()

    def indices(self) -> list[int]:
        return [pane.look.index for pane in self.viewer.now.panes]

    def scene(self, number: int) -> Scene:
        scene = self.grid.panes[number].last
        assert isinstance(scene, Scene)
        return scene


def placed(series: str, number: int, n: int, position: tuple[float, float, float], axes: tuple[float, ...]) -> Instance:
    return instance(
        n + 1,
        series=series,
        series_number=number,
        image_position_lps=position,
        image_orientation=axes,
        pixel_spacing_mm=(0.5, 0.5),
        frame_of_reference_uid="1.9",
    )


@pytest.fixture
def setting() -> Setting:
    made = Setting()
    made.viewer.lay_out(Grid(1, 3))
    made.run()
    return made


def test_that_a_larger_grid_shows_the_next_series(setting: Setting) -> None:
    uids = [pane.selection.series_instance_uid for pane in setting.viewer.now.panes if pane.selection]
    assert uids == ["1.1.1", "1.1.2", "1.1.3"]
    assert all(isinstance(pane.last, Scene) for pane in setting.grid.panes[:3])


def test_that_a_stack_shown_for_the_first_time_begins_where_the_active_one_is() -> None:
    setting = Setting()
    setting.viewer.active.go_to(10)
    setting.run()
    setting.viewer.lay_out(Grid(1, 3))
    setting.run()
    assert setting.indices() == [10, 2, 0], "thin slice 10 lies at thick slice 2; the coronal one has no such place"
    setting.viewer.lay_out(Grid(1, 1))
    setting.viewer.active.go_to(15)
    setting.viewer.lay_out(Grid(1, 2))
    assert setting.indices() == [15, 2], "it was seen before and is where it was left"


def test_that_a_dropped_series_begins_where_the_active_one_is_also_in_its_own_pane() -> None:
    setting = Setting()
    setting.viewer.active.go_to(15)
    setting.run()
    setting.viewer.show(0, Selection("1.1.2"), beside=True)
    assert setting.indices() == [3]
    setting.viewer.show(0, Selection("1.1.3"))
    assert setting.indices() == [0]


def test_that_uptake_is_first_seen_dark_on_white_and_stays_as_it_was_left() -> None:
    setting = Setting()
    pet = [placed("1.1.4", 4, n, (0.0, 0.0, n * 1.0), AXIAL) for n in range(3)]
    pet = [replace(each, modality="PT", sop_class_uid="1.2.840.10008.5.1.4.1.1.128") for each in pet]
    setting.instances |= {str(each.place): each for each in pet}
    setting.workspace.merge(tree(*pet))
    viewer = setting.viewer
    viewer.show(0, Selection("1.1.4"))
    setting.run()
    assert setting.scene(0).view.inverted
    assert viewer.undo_label == "change of series", "the look is no step of its own"
    viewer.active.change.invert()
    viewer.show(0, Selection("1.1.1"))
    setting.run()
    assert not setting.scene(0).view.inverted
    viewer.show(0, Selection("1.1.4"))
    setting.run()
    assert not setting.scene(0).view.inverted, "a hand has turned it"
    viewer.active.reset()
    assert viewer.now.panes[0].look.view.inverted
    viewer.active.change.colour("hot-iron")
    assert not viewer.now.panes[0].look.view.inverted, "a table of colours is shown as it is known"


def test_that_without_a_link_a_new_stack_begins_with_its_first_image() -> None:
    setting = Setting()
    setting.viewer.link(Links(scroll="off"))
    setting.viewer.active.go_to(10)
    setting.viewer.lay_out(Grid(1, 2))
    assert setting.indices() == [10, 0]


def test_that_panes_scroll_together_by_position_and_others_stay(setting: Setting) -> None:
    before = setting.indices()[2]
    setting.viewer.pane(0).go_to(11)
    setting.run()
    assert setting.indices() == [11, 2, before]
    setting.viewer.pane(1).go_to(3)
    assert setting.indices()[0] == 15


def test_that_panes_linked_by_hand_keep_their_distance(setting: Setting) -> None:
    setting.viewer.link(Links(scroll="off"))
    setting.viewer.pane(0).go_to(4)
    setting.viewer.pane(1).go_to(2)
    setting.viewer.link(Links(scroll="offset"))
    setting.viewer.pane(0).go_to(9)
    assert setting.indices()[:2] == [9, 3]


def test_that_without_a_link_nothing_follows(setting: Setting) -> None:
    setting.viewer.link(Links(scroll="off"))
    before = setting.indices()[1:]
    setting.viewer.pane(0).go_to(12)
    setting.viewer.pane(0).change.set_window(Window(1, 2))
    assert setting.indices()[1:] == before
    assert all(pane.look.view.voi is None for pane in setting.viewer.now.panes[1:])


def test_that_windows_and_zoom_are_shared_where_they_are_linked(setting: Setting) -> None:
    setting.viewer.link(Links(zoom=True, window=True))
    setting.viewer.pane(0).change.set_window(Window(1, 2))
    setting.viewer.pane(0).change.zoom(2.0, SIZE)
    setting.viewer.pane(0).change.rotate(1)
    views = [pane.look.view for pane in setting.viewer.now.panes]
    assert {view.voi for view in views} == {Window(1, 2)}
    assert len({view.zoom for view in views}) == 1
    assert {view.rotation_quarters for view in views} == {1}


def test_that_the_line_of_the_active_image_lies_where_it_cuts_the_other(setting: Setting) -> None:
    setting.viewer.pane(0).go_to(17)
    setting.run()
    (line,) = setting.scene(2).lines
    # The coronal image begins at z = 20 mm and goes down by 0.5 mm a row: z = 17 mm is row 6.
    assert line.orientation == "axial"
    assert np.allclose([line.segment.start_px[1], line.segment.end_px[1]], 6)
    assert setting.scene(1).lines == ()
    setting.viewer.panes.show_lines(shown=False)
    assert setting.scene(2).lines == ()


def test_that_a_place_pointed_at_is_shown_in_every_pane(setting: Setting) -> None:
    setting.viewer.pane(0).go_to(19)
    setting.run()
    setting.viewer.point(0, (4.0, 3.0))
    setting.run()
    # Column 4 is x = 2 mm, row 3 is y = 1.5 mm: the fourth coronal image, row (20 - 19) / 0.5.
    assert setting.indices()[2] == 3
    cursor = setting.scene(2).cursor_px
    assert cursor is not None
    assert np.allclose(cursor, (4.0, 2.0))
    setting.viewer.panes.end_pointing()
    assert setting.scene(2).cursor_px is None


def test_that_a_maximised_pane_is_alone_and_the_others_come_back(setting: Setting) -> None:
    setting.viewer.activate(1)
    setting.viewer.maximise()
    assert list(setting.grid.shown) == [1]
    setting.viewer.maximise()
    setting.run()
    assert list(setting.grid.shown) == [0, 1, 2]
    assert isinstance(setting.grid.panes[0].last, Scene)


def test_that_tiles_scroll_in_step_and_never_leave_the_stack(setting: Setting) -> None:
    setting.viewer.tile(on=True)
    assert setting.indices() == [0, 1, 2]
    setting.viewer.pane(1).scroll(4)
    assert setting.indices() == [4, 5, 6]
    setting.viewer.pane(2).go_to(0)
    assert setting.indices() == [0, 1, 2]
    setting.viewer.pane(0).go_to(19)
    setting.run()
    assert setting.indices()[0] == 19
    assert not isinstance(setting.grid.panes[1].last, Scene)


def test_that_the_browser_shows_what_the_active_pane_shows(setting: Setting) -> None:
    setting.viewer.activate(2)
    assert setting.workspace.selection == Selection("1.1.3")
    setting.workspace.select(Selection("1.1.2"))
    assert setting.viewer.now.panes[2].selection == Selection("1.1.2")
    assert setting.viewer.undo() == "change of series"
    assert setting.workspace.selection == Selection("1.1.3")


def test_that_a_study_that_goes_empties_its_panes(setting: Setting) -> None:
    setting.workspace.replace_tree(())
    assert all(pane.selection is None for pane in setting.viewer.now.panes)
    assert all(pane.last is None for pane in setting.grid.panes)


def test_that_two_hundred_random_actions_of_hands_are_undone_to_the_start() -> None:
    dice = random.Random(5)
    setting = Setting()
    viewer = setting.viewer
    start = viewer.now
    for _ in range(200):
        viewer.settle()
        _act(viewer, dice)
        setting.run()
    end, steps = viewer.now, 0
    while viewer.undo():
        steps += 1
    setting.run()
    assert _without_positions(viewer.now) == _without_positions(start)
    assert steps > 50
    while viewer.redo():
        pass
    setting.run()
    assert _without_positions(viewer.now) == _without_positions(end)


def _act(viewer: Viewer, dice: random.Random) -> None:
    pane = viewer.pane(dice.choice(viewer.now.shown))
    acts: list[Callable[[], object]] = [
        lambda: viewer.lay_out(Grid(dice.randint(1, 3), dice.randint(1, 3))),
        lambda: viewer.activate(dice.choice(viewer.now.shown)),
        lambda: viewer.show(dice.choice(viewer.now.shown), Selection(f"1.1.{dice.randint(1, 3)}")),
        lambda: pane.change.set_window(Window(dice.randint(1, 99), 50)),
        lambda: pane.change.rotate(1),
        lambda: pane.change.flip(horizontally=True),
        lambda: pane.change.zoom(1.3, SIZE),
        lambda: pane.change.pan((3, 4), SIZE),
        lambda: pane.scroll(dice.randint(-3, 3)),
        viewer.maximise,
        lambda: viewer.tile(on=not viewer.now.is_tiled),
        lambda: viewer.link(Links(dice.choice(["off", "position", "offset"]), dice.random() > 0.5)),
        pane.reset,
        lambda: viewer.open_screen() if len(viewer.now.screens) < 3 else viewer.maximise(),
        lambda: viewer.close_screen(dice.randint(1, 2)),
    ]
    dice.choice(acts)()


def _without_positions(viewing: Viewing) -> object:
    panes = [(pane.selection, pane.look.view) for pane in viewing.panes]
    return viewing.screens, panes, viewing.links
