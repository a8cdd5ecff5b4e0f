"""Finding surfaces of the volume that is seen, with a fake section and jobs that end when told to."""

from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from workstation.errors import UserError
from workstation.gui.panels.volume.surfacing import FINDING, Surfacing
from workstation.volume.surfaces.finish import Finish


class FakeSession(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.started: list[dict[str, Any]] = []
        self.work = SimpleNamespace(start=lambda *_job, **ends: self.started.append(ends))


def section(said: list[str]) -> Any:
    signal = SimpleNamespace(connect=lambda _act: None)
    return SimpleNamespace(
        found_wanted=signal,
        save_wanted=signal,
        threshold=SimpleNamespace(value=lambda: 200.0),
        finish=Finish(),
        show_found=lambda words, **_more: said.append(words),
        show_threshold=lambda *_values: None,
        show_parts=lambda _parts: None,
    )


def opened() -> Any:
    return SimpleNamespace(is_preview=False, volume=SimpleNamespace(unit="HU"))


def test_what_went_wrong_with_a_volume_that_was_left_is_not_said_of_the_next(qtbot: QtBot) -> None:
    presenter = SimpleNamespace(
        opened=opened(), now=SimpleNamespace(look=SimpleNamespace(method="mip")), value_range=None, threshold=200.0
    )
    said: list[str] = []
    session, joined, masking = FakeSession(), SimpleNamespace(presenter=presenter), SimpleNamespace(names=())
    surfacing = Surfacing(session, joined, section(said), masking)  # type: ignore[arg-type]
    surfacing.show_state()
    surfacing.find("")
    surfacing.find("")
    first, second = session.started
    first["failed"](UserError("There is no surface at 200.", hint="Give another threshold."))
    assert said[-2:] == [FINDING, "There is no surface at 200. Give another threshold."]
    presenter.opened = opened()
    surfacing.show_state()
    second["failed"](UserError("There is no surface at 200."))
    second["stopped"]()
    assert said[-1] == ""
