"""The pane's decisions, with a fake view and jobs that run when told to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.gui.making import FakeWork, frame, instance, tree
from workstation.display.around import outwards, span_around
from workstation.display.layout import Grid
from workstation.display.presentation import Presentation, Presented
from workstation.display.view import View
from workstation.display.viewing import Viewing
from workstation.display.voi import value_range
from workstation.display.windowing import dragged, starts_at_zero
from workstation.gui.canvas.frames import FrameSource
from workstation.gui.canvas.loaded import key_of
from workstation.gui.canvas.scene import Applied, Message, Scene
from workstation.gui.viewer.planes import Planes
from workstation.gui.viewer.presenter import Viewer
from workstation.model.frame import Frame, LookupTable, Window
from workstation.model.index.records import Place
from workstation.model.memory import FrameCache
from workstation.model.refusal import Reason, Refused
from workstation.workspace import Selection, Workspace

SIZE = (400, 300)


@dataclass
class FakePane:
    shown: list[Scene | Message | None] = field(default_factory=list)
    shares: list[float | None] = field(default_factory=list)

    def show_scene(self, scene: Scene) -> None:
        self.shown.append(scene)

    def show_message(self, message: Message | None) -> None:
        self.shown.append(message)

    def show_progress(self, share: float | None) -> None:
        self.shares.append(share)


@dataclass
class FakeGrid:
    panes: list[FakePane] = field(default_factory=list)
    identities: list[int] = field(default_factory=list)
    layouts: list[tuple[Grid, tuple[int, ...], int]] = field(default_factory=list)

    def number(self, identities: Sequence[int]) -> None:
        known = dict(zip(self.identities, self.panes, strict=True))
        self.identities = list(dict.fromkeys((*identities, *known)))
        self.panes = [known.get(each) or FakePane() for each in self.identities]

    def pane_view(self, number: int) -> FakePane:
        return self.panes[number]

    def show_layout(self, viewing: Viewing) -> None:
        self.layouts.append((viewing.grid, viewing.shown, viewing.active))


class Setting:
    """A pane on a stack of slices whose values tell which slice it is."""

    def __init__(self, count: int) -> None:
        self.work, self.grid, self.workspace = FakeWork(), FakeGrid(), Workspace()
        self.read: list[str] = []
        self.broken: set[str] = set()
        self.bugs: set[str] = set()
        self.frames = FrameSource(self.work, FrameCache(1 << 24), self._open)  # type: ignore[arg-type]  # a fake
        self.viewer = Viewer(self.grid, self.workspace, self.frames, Planes(self.work))  # type: ignore[arg-type]
        self.viewer.start()
        self.pane, self.view = self.viewer.active, self.grid.panes[0]
        self.instances = [instance(number) for number in range(1, count + 1)]
        self.workspace.merge(tree(*self.instances))

    def _open(self, place: Place) -> Any:
        number = int(place.path.stem)

        def decode(_frame: int = 0) -> Frame:
            self.read.append(place.path.stem)
            if place.path.stem in self.bugs:
                raise ZeroDivisionError
            if place.path.stem in self.broken:
                raise Refused(Reason.DAMAGED_PIXELS, "the marker at byte 7 is none.", hint="Copy it again.")
            return frame(number * 100)

        return SimpleNamespace(dataset={}, frame=decode)

    def select(self) -> None:
        self.workspace.select(Selection("1.1.1"))
        self.work.run_all()

    @property
    def scene(self) -> Scene:
        scene = self.view.shown[-1]
        assert isinstance(scene, Scene)
        return scene

    @property
    def first_value(self) -> int:
        return int(self.scene.renderer.frame.pixels[0, 0])


@pytest.fixture
def setting() -> Setting:
    return Setting(6)


def test_that_the_first_image_of_a_selected_stack_is_shown(setting: Setting) -> None:
    setting.select()
    assert setting.first_value == 100
    assert setting.scene.position == (1, 6)


def test_that_neighbours_are_read_only_after_the_picture_is_on_the_screen(setting: Setting) -> None:
    setting.select()
    assert setting.read == ["1"]
    setting.pane.painted()
    setting.work.run_all()
    assert setting.read == ["1", "2", "3", "4", "5", "6"]
    assert setting.view.shares[-1] is None


def test_that_scrolling_stops_at_both_ends(setting: Setting) -> None:
    setting.select()
    setting.pane.scroll(-3)
    assert setting.scene.position == (1, 6)
    setting.pane.scroll(100)
    setting.work.run_all()
    assert (setting.scene.position, setting.first_value) == ((6, 6), 600)


def test_that_of_several_wanted_images_only_the_last_is_read(setting: Setting) -> None:
    setting.select()
    for _ in range(3):
        setting.pane.scroll(1)
    setting.work.run_all()
    assert setting.read == ["1", "4"]
    assert [scene.position[0] for scene in setting.view.shown if isinstance(scene, Scene)] == [1, 4]


def test_that_an_image_that_was_seen_is_not_read_again(setting: Setting) -> None:
    setting.select()
    setting.pane.scroll(1)
    setting.work.run_all()
    setting.pane.scroll(-1)
    assert setting.scene.position == (1, 6)
    assert setting.read == ["1", "2"]


def test_that_the_window_a_person_set_stays_from_image_to_image(setting: Setting) -> None:
    setting.select()
    setting.pane.change.set_window(Window(10, 20))
    setting.pane.scroll(2)
    setting.work.run_all()
    assert setting.scene.view.voi == Window(10, 20)


def test_that_a_broken_image_says_why_and_the_next_one_is_shown(setting: Setting) -> None:
    setting.broken = {"2"}
    setting.select()
    setting.pane.scroll(1)
    setting.work.run_all()
    message = setting.view.shown[-1]
    assert isinstance(message, Message)
    assert message.title == "Image 2 of 6 cannot be shown."
    assert "Damaged compressed pixels: the marker at byte 7 is none." in message.text
    assert message.hint == "Copy it again."
    setting.pane.scroll(1)
    setting.work.run_all()
    assert setting.scene.position == (3, 6)


def test_that_an_image_that_broke_ahead_of_time_is_told_when_it_is_reached(setting: Setting) -> None:
    setting.broken = {"2"}
    setting.select()
    setting.pane.painted()
    setting.work.run_all()
    assert isinstance(setting.view.shown[-1], Scene)
    setting.pane.scroll(1)
    setting.work.run_all()
    assert isinstance(setting.view.shown[-1], Message)


def test_that_the_shown_image_stays_while_its_stack_grows_around_it(setting: Setting) -> None:
    setting.select()
    earlier = [instance(number) for number in (-2, -1, 0)]
    setting.workspace.merge(tree(*earlier, *setting.instances))
    assert setting.first_value == 100
    assert setting.scene.position == (4, 9)


def test_that_a_stack_is_found_again_as_it_was_left(setting: Setting) -> None:
    other = [instance(number, series="1.1.2", series_number=2) for number in (1, 2)]
    setting.workspace.merge(tree(*setting.instances, *other))
    setting.select()
    setting.pane.scroll(3)
    setting.work.run_all()
    setting.pane.change.invert()
    setting.viewer.next_series(1)
    setting.work.run_all()
    assert setting.scene.position == (1, 2)
    assert not setting.scene.view.inverted
    setting.viewer.next_series(-1)
    setting.work.run_all()
    assert setting.scene.position == (4, 6)
    assert setting.scene.view.inverted


def test_that_a_report_says_what_it_is(setting: Setting) -> None:
    report = instance(1, series="1.1.9", modality="SR", has_pixels=False, sop_class_uid="1.2.840.10008.5.1.4.1.1.88.33")
    setting.workspace.merge(tree(report))
    setting.workspace.select(Selection("1.1.9"))
    message = setting.view.shown[-1]
    assert isinstance(message, Message)
    assert message.title == "This is a structured report."
    assert "Comprehensive SR" in message.text


def test_that_zooming_holds_the_point_under_the_pointer(setting: Setting) -> None:
    setting.select()
    at = (300.0, 40.0)
    before = setting.scene.view.screen_to_image(setting.scene.renderer.frame, SIZE) @ np.array((*at, 1))
    setting.pane.change.zoom(3.0, SIZE, at)
    after = setting.scene.view.screen_to_image(setting.scene.renderer.frame, SIZE) @ np.array((*at, 1))
    # The picture lies on whole screen pixels, so the point may move by half of one.
    assert np.allclose(before, after, atol=1.0 / setting.scene.view.effective_zoom(setting.scene.renderer.frame, SIZE))


def test_that_reset_undoes_everything_that_was_done_to_the_view(setting: Setting) -> None:
    setting.select()
    first = setting.scene.view
    setting.pane.change.invert()
    setting.pane.change.rotate(1)
    setting.pane.change.flip(horizontally=True)
    setting.pane.change.zoom(2, SIZE)
    setting.pane.change.pan((5, 9), SIZE)
    setting.pane.use_preset(2)
    assert setting.scene.view != first
    setting.pane.reset()
    assert setting.scene.view == first


def test_that_digit_keys_take_the_windows_of_the_menu_in_their_order(setting: Setting) -> None:
    setting.select()
    offered = [voi for name, voi in setting.pane.windows() if name != "Auto"]
    for number in (1, 4):
        setting.pane.use_preset(number)
        assert setting.scene.view.voi == offered[number - 1]
    automatic = dict(setting.pane.windows())["Auto"]
    setting.pane.use_preset(0)
    assert setting.scene.view.voi == automatic


def test_that_a_drag_to_the_right_widens_and_down_raises_the_centre() -> None:
    start = Window(40, 400)
    assert dragged(start, start, right=64, down=0) == Window(40, 500)
    assert dragged(start, start, right=0, down=64) == Window(140, 400)
    assert dragged(start, start, right=-10_000, down=0).width == 1


def test_that_a_drag_on_a_table_begins_with_a_window_that_fits() -> None:
    table = LookupTable(0, np.arange(4, dtype=np.uint16), 8)
    assert dragged(table, Window(5, 10), right=0, down=0) == Window(5, 10)


def test_that_files_of_one_uid_that_differ_are_different_frames() -> None:
    one, other = instance(1), instance(1, places=(Place(instance(2).place.path),))
    workspace = Workspace()
    workspace.merge(tree(one, other))
    refs = [ref for series in (workspace.series("1.1.1"),) if series for ref in series.stacks[0].frames]
    assert len({key_of(ref) for ref in refs}) == 2


def test_that_reading_ahead_covers_everything_and_favours_the_way_of_the_last_move() -> None:
    whole = range(9)
    assert sorted(outwards(whole, 4, forwards=True)) == [0, 1, 2, 3, 5, 6, 7, 8]
    assert list(outwards(whole, 4, forwards=True))[:3] == [5, 6, 3]
    assert list(outwards(whole, 4, forwards=False))[:3] == [3, 2, 5]
    assert list(outwards(whole, 4, forwards=True, known=range(2, 7))) == [7, 8, 1, 0]
    assert list(outwards(whole, 4, forwards=False, known=range(2, 7))) == [1, 0, 7, 8]


@pytest.mark.parametrize("forwards", [True, False])
@pytest.mark.parametrize("count", [1, 2, 9, 30])
@pytest.mark.parametrize("most", [0, 1, 3, 6, 100])
def test_that_so_many_images_around_one_are_in_the_stack_and_lean_onwards(
    count: int, most: int, forwards: bool
) -> None:
    for start in range(count):
        span = span_around(count, start, forwards=forwards, most=most)
        assert start in span
        assert len(span) - 1 == min(most, count - 1)
        assert span.start >= 0
        assert span.stop <= count
    middle = span_around(31, 15, forwards=forwards, most=6)
    assert middle == (range(13, 20) if forwards else range(11, 18))


def test_that_a_drag_of_uptake_moves_the_upper_end_and_leaves_the_lower_at_zero() -> None:
    start = Window(5000, 9999)
    for right, down, high in ((128, 0, 15000), (0, 128, 15000), (-128, 0, 5000), (64, -64, 10000)):
        moved = dragged(start, start, right=right, down=down, from_zero=True)
        assert value_range(moved) == pytest.approx((0, high), rel=0.001)
    least = value_range(dragged(start, start, right=-10_000, down=0, from_zero=True))
    assert least == pytest.approx((0, 10), rel=0.01)


@pytest.mark.parametrize(
    "start", [Window(2.5, 5, "LINEAR_EXACT"), Window(3, 4, "LINEAR_EXACT"), Window(2.5, 5, "SIGMOID")]
)
def test_that_small_uptake_values_keep_their_fractions(start: Window) -> None:
    moved = dragged(start, start, right=25.6, down=0, from_zero=True)
    assert value_range(moved) == pytest.approx((0, 5.5))
    assert moved.function == start.function


def test_that_a_window_below_zero_is_dragged_from_zero_too() -> None:
    moved = dragged(Window(-100, 50), Window(5, 10), right=0, down=0, from_zero=True)
    assert value_range(moved)[0] == 0
    assert value_range(moved)[1] > 0


@pytest.mark.parametrize(
    ("modality", "lowest", "expected"),
    [("PT", -5, True), ("NM", 0, True), ("NM", -1, False), ("CT", 0, False), ("", 0, False)],
)
def test_that_uptake_and_counts_start_at_zero(modality: str, lowest: float, *, expected: bool) -> None:
    assert starts_at_zero(modality, lowest) == expected


def test_that_grey_stands_over_the_colours_of_a_presentation_state() -> None:
    setting = Setting(2)
    setting.select()
    given = frame(100)
    presented = Presented(given, View(colours="pet"), Presentation(None, (), None, (0, 0, 7, 7)), ())  # type: ignore[arg-type]
    setting.viewer.panes.present = lambda _frame, _ref, _wished, _mm_per_px: Applied(1, "1.2", "state", presented)
    setting.pane.go_to(1)
    setting.work.run_all()
    assert setting.pane.scene is not None
    assert setting.pane.scene.view.colours == "pet"
    setting.pane.change.colour("grey")
    assert setting.pane.scene.view.colours == "grey"
    setting.pane.open_with(Window(1, 2))
    assert setting.pane.scene.renderer.first_voi is None, "a state says its window itself"
    setting.viewer.panes.present = lambda _frame, _ref, _wished, _mm_per_px: None
    setting.pane.go_to(0)
    setting.work.run_all()
    setting.pane.change.colour("hot-iron")
    setting.pane.change.colour("grey")
    assert setting.pane.scene.view.colours == ""


def test_that_frames_a_job_had_no_time_for_are_read_by_the_next_ones(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workstation.gui.canvas.frames.TOGETHER_S", 0.0)
    setting.select()
    setting.pane.painted()
    setting.work.run_all()
    assert setting.read == ["1", "2", "3", "4", "5", "6"]
    assert setting.view.shares[-1] is None


def test_that_a_bug_on_one_image_leaves_those_beside_it(setting: Setting) -> None:
    setting.bugs = {"3"}
    setting.select()
    setting.pane.painted()
    setting.work.run_all()
    assert set(setting.read) == {"1", "2", "3", "4", "5", "6"}
    assert setting.view.shares[-1] is None
    assert len(setting.frames.cache) == 5
