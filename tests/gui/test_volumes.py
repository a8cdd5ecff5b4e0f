"""Volumes of open stacks: read once, seen coarsely first, kept while there is room."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.gui.making import FakeWork, running_session, settle, small_study
from workstation.display.inputs import Input, inputs_of
from workstation.errors import Cancelled
from workstation.gui import volumes
from workstation.gui.features.planes import Planes
from workstation.gui.volumes import OpenVolume, OpenVolumes, coarser
from workstation.gui.work import Work
from workstation.jobs.job import Job
from workstation.model.index.records import Stack
from workstation.phantoms.small import volume
from workstation.volume import open_volume
from workstation.volume.opening import stacks_of_all


def stack_of(folder: Path, name: str = "axial") -> Stack:
    volume(name).write(folder)
    found = [each.instance for each in inputs_of([folder], Job("test")) if isinstance(each, Input)]
    return stacks_of_all(found)[0]


def broke(error: Exception) -> None:
    raise error


def test_that_a_volume_is_read_once_for_all_who_want_it_and_kept(tmp_path: Path) -> None:
    stack, work = stack_of(tmp_path), FakeWork()
    opened = OpenVolumes(cast("Work", work))
    got: list[OpenVolume] = []
    for _ in range(2):
        opened.want(stack, done=got.append, failed=broke)
    assert work.run_all() == 1
    assert len(got) == 2
    assert got[0] is got[1]
    assert np.array_equal(got[0].volume.array_kji, volume("axial").hu_kji)
    opened.want(stack, done=got.append, failed=broke)
    assert got[2] is got[0]
    assert work.waiting == []
    assert opened.kept(replace(stack)) is got[0], "another record of the same images"


@pytest.mark.parametrize(("slow_s", "slices"), [(1e9, [5, 9]), (-1.0, [3, 5, 9])])
def test_that_a_long_stack_is_given_coarsely_first_and_from_a_slow_disk_in_more_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slow_s: float, slices: list[int]
) -> None:
    monkeypatch.setattr(open_volume, "LONG", 8)
    monkeypatch.setattr(open_volume, "FIRST_SLICES", (3, 5))
    monkeypatch.setattr(volumes, "SLOW_S", slow_s)
    stack, work = stack_of(tmp_path), FakeWork()
    opened = OpenVolumes(cast("Work", work))
    got: list[OpenVolume] = []
    opened.want(stack, done=got.append, failed=broke, preview=got.append)
    work.run_all()
    assert [len(each.volume.frames) for each in got] == slices
    assert [each.is_preview for each in got] == [True] * (len(slices) - 1) + [False]
    first, last = got[0].volume.plane(0), got[0].volume.plane(got[0].volume.grid.shape_kji[0] - 1)
    whole = got[-1].volume
    assert stack.frames[4] in got[0].volume.frames, "the middle"
    assert first.origin_lps == pytest.approx(whole.plane(0).origin_lps)
    assert last.origin_lps == pytest.approx(whole.plane(whole.grid.shape_kji[0] - 1).origin_lps)
    assert got[0].stack is got[-1].stack


def test_that_a_short_stack_or_one_without_a_volume_is_not(tmp_path: Path) -> None:
    stack = stack_of(tmp_path)
    assert coarser(stack) == ()
    assert coarser(Stack(stack.frames * 20)) == ()


def test_that_reading_is_given_up(tmp_path: Path) -> None:
    stack, work = stack_of(tmp_path), FakeWork()
    opened = OpenVolumes(cast("Work", work))
    told: list[object] = []
    opened.want(stack, done=told.append, failed=told.append)
    opened.give_up(stack)
    work.run_all()
    assert told == []
    opened.want(stack, done=told.append, failed=told.append)
    work.waiting[0][0].cancel()
    work.run_all()
    assert [type(each) for each in told] == [Cancelled], "stopped in the strip of jobs: those who wait are told"


def test_that_planes_are_used_while_slices_are_still_read_and_stay_where_they_are(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_volume, "LONG", 8)
    monkeypatch.setattr(open_volume, "FIRST_SLICES", (3, 5))
    seen: list[tuple[bool, str]] = []
    with running_session(qtbot, tmp_path) as session:
        session.open([small_study(tmp_path / "study", "axial")])
        settle(qtbot, session)
        planes = session.findChild(Planes)
        assert isinstance(planes, Planes)
        presenter = planes.joined.presenter
        told = presenter.on_changed

        def watch() -> None:
            told()
            if presenter.opened is not None:
                seen.append((presenter.opened.is_preview, planes.joined.area.bar.text.text()))
                if presenter.opened.is_preview:
                    presenter.on_changed = told
                    presenter.cross_to(volume("axial").marker_lps)
                    presenter.on_changed = watch

        presenter.on_changed = watch
        session.window.actions_by_id["planes"].trigger()
        settle(qtbot, session)
        assert seen[0][0]
        assert seen[0][1].startswith("Coarse so far")
        assert not seen[-1][0]
        assert seen[-1][1].endswith("voxels")
        assert presenter.now is not None
        assert presenter.opened is not None
        assert presenter.now.cross_lps == pytest.approx(volume("axial").marker_lps), "where a hand had put it"
        few = volumes.open_stack(coarser(presenter.opened.stack)[-1], lambda _done, _total: None)
        coarse = replace(few, stack=presenter.opened.stack, is_preview=True)
        presenter.open(coarse, presenter.now, first_voi=None)
        settle(qtbot, session)
        scene = planes.joined.area.panes["axial"].scene
        assert scene is not None
        assert scene.warnings == ("Coarse so far: made of 5 of 9 slices",), "in the picture, too"
