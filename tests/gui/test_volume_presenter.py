"""Decisions about a volume in three dimensions, with a fake widget, and a studio that does what it is told to later."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.gui.making import instance
from workstation.gui.panels.volume.presenter import VolumePresenter
from workstation.gui.scene import studio
from workstation.model.geometry import VolumeGrid
from workstation.model.index.records import FrameRef, Stack
from workstation.volume.looks.view3d import View3D


@dataclass
class FakeWidget:
    size_px: tuple[int, int] = (80, 60)

    def show_message(self, message: object) -> None:
        pass

    def show_progress(self, share: float | None) -> None:
        pass


@dataclass
class FakeStudio:
    errands: list[Callable[[Any], None]] = field(default_factory=list)
    notes: tuple[str, ...] = ()

    def errand(self, function: Callable[[Any], None]) -> None:
        self.errands.append(function)

    def want(self, *_asked: object, **_how: object) -> None:
        pass

    def close(self) -> None:
        pass


def opened(series: str) -> Any:
    volume = SimpleNamespace(grid=VolumeGrid(np.eye(4), (4, 5, 6)), unit="HU")
    stack = Stack(tuple(FrameRef(instance(number, series=series)) for number in range(4)), is_volume=True)
    return SimpleNamespace(stack=stack, volume=volume, is_preview=False)


def test_the_range_of_a_volume_that_was_left_is_not_that_of_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[FakeStudio] = []

    def studio_of(*_volume: object, **_told: object) -> FakeStudio:
        made.append(FakeStudio())
        return made[-1]

    monkeypatch.setattr(studio, "Studio", studio_of)
    posted: list[Callable[[], None]] = []
    presenter = VolumePresenter(FakeWidget(), posted.append, lambda *_step, **_more: None)  # type: ignore[arg-type]
    presenter.open(opened("1.1"), View3D("one"))
    made[0].errands[0](SimpleNamespace(value_range=(0.0, 5.0)))  # on the thread of an artist, while another is opened
    presenter.open(opened("1.2"), View3D("another"))
    made[1].errands[0](SimpleNamespace(value_range=(-1000.0, 3000.0)))
    for told in posted:
        told()
    assert presenter.value_range == (-1000.0, 3000.0)
