"""Panes that show an earlier study beside a later one of the same patient say so, with its day."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.display.corner_text import date_text
from workstation.gui.canvas.scene import Scene
from workstation.model.index.records import FrameRef, Instance
from workstation.model.text import datetime_of

if TYPE_CHECKING:
    from workstation.display.viewing import Viewing
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer
    from workstation.workspace import Selection, Workspace


def install(session: "Session") -> None:
    """Let panes say it."""
    if session.viewer is not None:
        Priors(session.viewer, session.workspace)


class Priors:
    """Keeps which of the studies that are shown are earlier ones."""

    def __init__(self, viewer: "Viewer", workspace: "Workspace") -> None:
        self._viewer, self._workspace = viewer, workspace
        self._words: dict[str, str] = {}
        self._shown: tuple[Instance | None, ...] = ()
        viewer.panes.dressers.append(self._dress)
        viewer.panes.on_brought.append(self._brought)

    def _dress(self, scene: Scene, ref: FrameRef) -> Scene:
        words = self._words.get(ref.instance.study_instance_uid, "")
        return scene if words == scene.prior else replace(scene, prior=words)

    def _brought(self, viewing: "Viewing") -> None:
        shown = tuple(self._first(viewing.panes[number].selection) for number in viewing.shown)
        if shown == self._shown:
            return  # told at each image
        self._shown, words = shown, earlier(shown)
        if words != self._words:
            self._words = words
            self._viewer.panes.dress_again()

    def _first(self, selection: "Selection | None") -> Instance | None:
        series = self._workspace.series(selection.series_instance_uid) if selection is not None else None
        return series.first if series is not None else None


def earlier(shown: Iterable[Instance | None]) -> dict[str, str]:
    """Give the words for each study that is earlier than another of the same patient, by its UID.

    Two of one moment, and those that say no day, are not earlier than each other.
    """
    studies = {each.study_instance_uid: each for each in shown if each is not None}
    moments = {uid: datetime_of(each.study_date, each.study_time) for uid, each in studies.items()}
    found = {}
    for uid, each in studies.items():
        moment = moments[uid]
        others = (moments[other] for other, one in studies.items() if _of_same_patient(one, each))
        if moment is not None and any(other is not None and moment < other for other in others):
            found[uid] = f"Prior · {date_text(each.study_date)}"
    return found


def _of_same_patient(one: Instance, other: Instance) -> bool:
    named = one.patient_id, one.patient_name.casefold()
    return any(named) and named == (other.patient_id, other.patient_name.casefold())
