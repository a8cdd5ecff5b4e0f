"""What is read and drawn when nobody waits, in which order, and what a step costs in a very long series."""

import cProfile
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from tests.gui.making import FakeWork, frame, instance, running_session, settle, small_study, tree
from tests.gui.test_viewer import FakeGrid
from workstation.display.viewing import Grid
from workstation.gui.canvas.frames import FrameSource
from workstation.gui.features import hanging
from workstation.gui.series_progress import SeriesProgress
from workstation.gui.session import Session
from workstation.gui.thumbnails import MOST_NAPS, Thumbnails, draw
from workstation.gui.viewer.places import next_stacks
from workstation.gui.viewer.planes import Planes
from workstation.gui.viewer.presenter import Viewer
from workstation.gui.viewer.streaming import NextSeries
from workstation.jobs.job import Job
from workstation.model.frame import Frame
from workstation.model.index.records import FrameRef, Instance, Patient, Place, Series, Stack, Study
from workstation.model.memory import FrameCache
from workstation.phantoms import small
from workstation.workspace import Change, Selection, Workspace

FRAME_BYTES = frame().pixels.nbytes


class Setting:
    """Series of eight images each; what is read is noted as series and number, and each takes ``read_s``."""

    def __init__(self, patients: tuple[Patient, ...], *, budget_frames: int = 1000, read_s: float = 0.0) -> None:
        self.now_s, self._read_s = 0.0, read_s
        self.read: list[str] = []
        self.work, self.grid, self.workspace = FakeWork(), FakeGrid(), Workspace()
        cache = FrameCache(budget_frames * FRAME_BYTES)
        self.frames = FrameSource(self.work, cache, self._open, clock=lambda: self.now_s)  # type: ignore[arg-type]  # a fake
        self.planes = Planes(self.work)  # type: ignore[arg-type]  # a fake
        self.viewer = Viewer(self.grid, self.workspace, self.frames, self.planes)
        self.next = NextSeries(self.frames, lambda: next_stacks(self.workspace, self.viewer.now))
        self.frames.is_open = lambda uid: self.workspace.series(uid) is not None
        self.workspace.listen(
            lambda change: self.next.begin_again() if change in (Change.TREE, Change.SELECTION) else None
        )
        self.viewer.start()
        self.workspace.merge(patients)
        self.workspace.select(Selection("1.1.1"))

    def _open(self, place: Place) -> Any:
        def decode(_number: int = 0) -> Frame:
            self.read.append(f"{place.path.parent.name}/{place.path.stem}")
            self.now_s += self._read_s
            return frame()

        return SimpleNamespace(dataset={}, frame=decode)

    def run(self) -> None:
        """Run all jobs, and have all panes painted."""
        while self.work.run_all():
            for number in self.viewer.now.shown:
                self.viewer.pane(number).painted()

    def series_read(self) -> list[str]:
        """Give the series in the order in which their images were read, without repetition."""
        names = [each.split("/")[0] for each in self.read]
        return [name for at, name in enumerate(names) if at == 0 or name != names[at - 1]]


def study(*series: str, uid: str = "1.1", date: str = "20240131", count: int = 8) -> list[Instance]:
    number = {name: at for at, name in enumerate(series)}
    return [
        instance(n, series=name, study=uid, study_date=date, series_number=number[name])
        for name in series
        for n in range(1, count + 1)
    ]


def test_that_what_is_seen_comes_first_then_other_panes_then_the_next_series_of_the_study() -> None:
    other = study("1.2.1", uid="1.2", date="20200101")
    setting = Setting(tree(*study("1.1.1", "1.1.2", "1.1.3", "1.1.4"), *other))
    setting.viewer.lay_out(Grid(1, 2))
    setting.run()
    first_two, rest = setting.read[:2], setting.series_read()
    assert sorted(first_two) == ["1.1.1/1", "1.1.2/1"]
    assert rest[-4:] == ["1.1.1", "1.1.2", "1.1.3", "1.1.4"]
    assert len(setting.read) == len(set(setting.read)) == 32


def test_that_slow_reading_goes_image_by_image_and_leaves_none_out() -> None:
    setting = Setting(tree(*study("1.1.1", "1.1.2", "1.1.3", "1.1.4")), read_s=1.0)
    setting.viewer.lay_out(Grid(1, 2))
    setting.run()
    assert len(setting.read) == len(set(setting.read)) == 32
    seen = [each for each in setting.read if each.startswith(("1.1.1", "1.1.2"))]
    assert setting.read[: len(seen) - 1] == seen[:-1]  # the last one is read beside the first of the next series


def test_that_the_next_series_is_given_up_for_what_is_seen() -> None:
    setting = Setting(tree(*study("1.1.1", "1.1.2", "1.1.3")))
    setting.work.run_all()
    setting.viewer.active.painted()
    while "1.1.2/1" not in setting.read:
        job, function, kept = setting.work.waiting.pop(0)
        kept["done"](function(job))
    setting.read.clear()
    setting.workspace.select(Selection("1.1.3"))
    setting.run()
    under_way = [each for each in setting.read[:3] if each.startswith("1.1.2")]
    assert len(under_way) <= 2
    assert set(setting.series_read()) - {"1.1.2"} == {"1.1.3"}


def test_that_series_nobody_looks_at_take_only_a_part_of_the_memory() -> None:
    setting = Setting(tree(*study("1.1.1", "1.1.2", "1.1.3", "1.1.4")), budget_frames=20)
    setting.run()
    assert len(setting.frames.cache) <= 0.6 * 20 + 2
    assert setting.frames.cache.count_of("1.1.1") == 8
    assert setting.work.waiting == []


def test_that_of_a_study_that_is_closed_nothing_stays_in_memory() -> None:
    setting = Setting(tree(*study("1.1.1", "1.1.2")))
    setting.viewer.lay_out(Grid(1, 2))
    setting.run()
    setting.viewer.pane(0).scroll(1)
    setting.run()
    setting.workspace.merge(tree(*study("1.1.1", "1.1.2", count=9)))
    setting.viewer.active.painted()  # reads the ninth image: a job is under way
    gone = ("1.1.1", "1.1.2")
    setting.viewer.take_out(gone, "closing", backwards=lambda: None, forwards=lambda: None)
    setting.workspace.replace_tree(())
    setting.frames.forget_series(gone)
    setting.planes.forget_series(gone)
    setting.run()
    assert (len(setting.frames.cache), setting.frames.cache.used_bytes) == (0, 0)
    assert setting.planes._known == {}
    assert all(pane.last is None for pane in setting.grid.panes)


def one_series(count: int) -> tuple[Patient, ...]:
    """Give a series of so many images as one stack, without the work of sorting it."""
    instances = tuple(instance(number, image_position_lps=(0.0, 0.0, float(number))) for number in range(count))
    stack = Stack(tuple(FrameRef(each) for each in instances), is_volume=True)
    return (Patient("P1", "Meyer^Anna", (Study("1.1", (Series("1.1.1", instances, (stack,)),)),)),)


def calls(act: Callable[[], object]) -> int:
    """Count the calls of functions that something takes."""
    profile = cProfile.Profile()
    profile.runcall(act)
    return int(sum(entry.callcount for entry in profile.getstats()))


def test_that_a_step_costs_the_same_among_forty_thousand_images_as_among_four_thousand() -> None:
    costs = []
    for count in (4_000, 40_000):
        setting = Setting(one_series(count), budget_frames=100_000)
        setting.run()

        def step(setting: Setting = setting) -> None:
            setting.viewer.active.scroll(1)
            setting.run()

        step()
        costs.append(calls(step))
    assert costs[1] < costs[0] * 1.2 + 50
    assert costs[1] < 3000


def test_that_the_tree_follows_a_batch_without_looking_at_each_of_its_images() -> None:
    patients = one_series(40_000)
    setting = Setting(patients)
    setting.run()
    assert calls(lambda: setting.workspace.merge(patients)) < 5000
    assert setting.workspace.counts().images == 40_000
    assert calls(setting.workspace.counts) < 20


class FakeThumbnails:
    def __init__(self) -> None:
        self.work, self.shown, self.calm = FakeWork(), [""], True
        self.naps: list[Callable[[], None]] = []
        self.pictures: dict[str, Any] = {}
        self.made = Thumbnails(
            self.work,  # type: ignore[arg-type]  # a fake
            self._show,
            lambda: self.calm,
            self.naps.append,
        )

    def _show(self, key: str, rgb: Any) -> None:
        self.shown.append(key)
        self.pictures[key] = rgb

    def want(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.made.want(key, FrameRef(instance(1)))


def test_that_thumbnails_are_drawn_one_by_one_the_one_wanted_last_first() -> None:
    setting = FakeThumbnails()
    setting.want("abc")
    assert len(setting.work.waiting) == 1
    setting.work.run_all()  # of a file that is not there: no picture, and the next
    assert setting.shown[1:] == ["a", "c", "b"]
    assert setting.made.is_idle


def test_that_another_image_stands_for_a_series_whose_middle_one_cannot_be_read(tmp_path: Path) -> None:
    paths = small.volume("axial").write(tmp_path)
    good = FrameRef(instance(1, places=(Place(paths[0]),)))
    setting = FakeThumbnails()
    setting.made.want("series", FrameRef(instance(2)), (FrameRef(instance(3)), good))
    setting.work.run_all()
    assert setting.pictures["series"] is not None
    setting.made.want("all bad", FrameRef(instance(2)), (FrameRef(instance(3)),))
    setting.work.run_all()
    assert setting.pictures["all bad"] is None


def test_that_the_picture_of_a_pet_is_dark_on_white_as_the_image_is_opened(tmp_path: Path) -> None:
    paths = small.volume("axial").write(tmp_path)
    pet: dict[str, Any] = {"sop_class_uid": "1.2.840.10008.5.1.4.1.1.128", "modality": "PT"}
    ct, uptake = (
        FrameRef(instance(1, places=(Place(paths[0]),))),
        FrameRef(instance(1, places=(Place(paths[0]),), **pet)),
    )
    plain, shown, as_stored = (
        draw(ref, Job("picture"), as_opened=as_opened)
        for ref, as_opened in ((ct, True), (uptake, True), (uptake, False))
    )
    middle = slice(30, -30), slice(30, -30)
    np.testing.assert_array_equal(shown[middle], 255 - as_stored[middle])
    assert not np.array_equal(plain, shown)


def test_that_thumbnails_wait_while_someone_scrolls_but_not_for_ever() -> None:
    setting = FakeThumbnails()
    setting.calm = False
    setting.want("ab")
    assert setting.work.waiting == []
    assert not setting.made.is_idle
    while setting.naps:
        setting.naps.pop()()
        if setting.work.waiting:
            break
    assert len(setting.work.waiting) == 1
    setting.calm = True
    setting.work.run_all()
    for wake in setting.naps:
        wake()
    setting.work.run_all()
    assert sorted(setting.shown) == ["", "a", "b"]
    assert MOST_NAPS > 10


@dataclass
class FakeBrowser:
    told: dict[str, float | None] = field(default_factory=dict)

    def show_share(self, key: str, share: float | None) -> None:
        self.told[key] = share


def test_that_the_browser_is_told_how_much_of_a_series_is_there(qapp: object) -> None:
    browser, cache, workspace, parent = FakeBrowser(), FrameCache(4 * FRAME_BYTES), Workspace(), QObject()
    workspace.merge(tree(*study("1.1.1", "1.1.2")))
    failed: set[tuple[object, ...]] = set()
    progress = SeriesProgress(browser, workspace, cache, parent, failed=lambda: failed)
    for number in range(4):
        cache.put(("1.1.1", str(number)), frame())
        progress.came("1.1.1")
    progress.tell()
    assert browser.told == {"series:1.1.1": 0.5}
    for number in range(3):
        cache.put(("1.1.2", str(number)), frame())
        progress.came("1.1.2")
    progress.tell()
    assert browser.told == {"series:1.1.1": 1 / 8, "series:1.1.2": 3 / 8}
    failed.update((("1.1.1", "5"), ("1.1.1", "6")))  # nothing of these is still to come
    progress.came("1.1.1")
    progress.tell()
    assert browser.told["series:1.1.1"] == 3 / 8
    cache.forget(())
    progress.tell()
    assert browser.told == {"series:1.1.1": None, "series:1.1.2": None}
    parent.deleteLater()


def test_that_a_row_has_a_line_as_long_as_a_part_is_missing(qtbot: QtBot, tmp_path: Path) -> None:
    with running_session(qtbot, tmp_path) as session:
        session.open([small_study(tmp_path / "study", "axial")])
        settle(qtbot, session)
        browser, tree_view = session.window.browser, session.window.browser.tree
        (key,) = browser.pictures()
        index = browser.model.index_of_key(key)
        # All of it is read sooner than the browser is told.
        qtbot.waitUntil(lambda: browser.delegate.share(key) == 1.0)

        def accents() -> int:
            picture = tree_view.viewport().grab(tree_view.visualRect(index)).toImage()
            accent = session.window.tokens.accent
            points = ((x, y) for x in range(4, 52) for y in range(picture.height() - 6, picture.height()))
            return sum(picture.pixelColor(x, y).name() == accent for x, y in points)

        whole = accents()
        browser.show_share(key, 0.5)
        assert accents() == pytest.approx(whole + 2 * 24, abs=2)
        browser.show_share(key, 1.0)
        assert accents() == whole


@pytest.mark.parametrize("is_asked", [False, True])
def test_that_rules_are_loaded_ahead_unless_there_is_something_to_open(
    qtbot: QtBot, tmp_path: Path, *, is_asked: bool
) -> None:
    small_study(tmp_path / "study")
    done: list[str] = []

    def before(session: Session) -> None:
        session.load_ahead.append(lambda: done.append("loaded"))
        session.on_loaded = lambda: done.append("left alone by collections")
        if is_asked:
            session.open([tmp_path / "study"])

    with running_session(qtbot, tmp_path, before=before) as session:
        assert hanging.load_ahead in session.load_ahead
    left_alone = "left alone by collections"
    assert done == ([left_alone] if is_asked else [left_alone, "loaded", left_alone])


def test_that_a_thread_that_computes_hands_over_to_the_window_soon() -> None:
    code = (
        "import sys\nfrom workstation.gui.app import make_application\nfrom workstation.settings import Settings\n"
        "application = make_application(Settings())\nprint(sys.getswitchinterval())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) <= 0.001
