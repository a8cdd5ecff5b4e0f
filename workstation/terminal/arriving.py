"""What the session becomes when something arrives: a volume that was read, times of a cine, a window for all images."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.display.habits import film_window, highest_window, looked_around
from workstation.display.linked import index_beside
from workstation.display.stack_timing import stack_timing
from workstation.display.value_scale import ValueScale
from workstation.errors import UserError
from workstation.exporting.said_as_suv import SuvScales
from workstation.model.cine_timing import CineTiming, even_timing
from workstation.model.frame import LookupTable, Voi, Window
from workstation.model.geometry import image_to_lps
from workstation.terminal.background import Background
from workstation.terminal.planes import PlaneFrames
from workstation.terminal.pointing import middle_px
from workstation.terminal.scene import Scene
from workstation.terminal.session import Facts, Session, Source, showing

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.model.geometry import Vector
    from workstation.terminal.marks import Marks

PLANES_HZ = 12.0
"""Planes are gone through at this speed."""


class Arrivals:
    """Takes what was found out in jobs into the session.

    Parameters
    ----------
    scene
        What is shown.
    background
        Finds things out.
    marks
        Finds presentation states and measurements.
    """

    def __init__(self, scene: Scene, background: Background, marks: "Callable[[Job], Marks] | None" = None) -> None:
        self._scene, self._background, self._marks = scene, background, marks
        self._timings: dict[Source, CineTiming] = {}
        self._scales: dict[int, SuvScales] = {}

    def taken(self, session: Session, facts: Facts) -> Session:
        """Take in what has arrived."""
        for pane in range(len(session.viewing.panes)):
            self._find_window(session.source_of(pane).series)
        if session.overlays == "all" and self._marks is not None and self._scene.marks is None:
            found = self._background.get("marks", "Look for measurements", self._marks)
            if isinstance(found, str):
                return self._without_marks(session, found)
            self._scene.marks = found
        return session if session.awaited is None else self._with_planes(session, facts, session.awaited)

    def settled(self, before: Session, session: Session) -> Session:
        """Do what else belongs to a change: nobody reads on what is awaited no more, and a new pane has its place."""
        if before.awaited is not None and session.awaited is None and session.source != before.awaited:
            self._scene.volumes.give_up(before.awaited.series)
        if len(session.viewing.panes) > len(before.viewing.panes):
            session = self.placed_beside(session)
        return session

    def placed_beside(self, session: Session) -> Session:
        """Have the second pane begin at the place of the first."""
        if len(session.viewing.panes) < 2:
            return session
        for pane in (1, 0):  # where both lie is to be known before it is asked whether they belong together
            self._scene.linkable(session, pane)
        leader, follower = (self._scene.linkable(session, pane) for pane in (0, 1))
        looks = [pane.look for pane in session.viewing.panes]
        link = session.viewing.links.scroll
        index = index_beside(link, leader, min(looks[0].index, leader.count - 1), follower)
        if leader.anchor is not None:
            return session
        return replace(session, viewing=session.viewing.with_look(1, replace(looks[1], index=index)))

    def timing(self, session: Session) -> CineTiming | None:
        """Give when the images of the active pane are due; None until that is known."""
        source = session.source
        count = self._scene.frames(session, source).count
        known = self._timings.get(source)
        if known is not None and known.count == count:
            return known
        if source.plane is not None:
            found = even_timing(count, PLANES_HZ)
        else:
            stack = self._scene.series[source.series].stack
            answer = self._background.get(("timing", source), "Read cine times", lambda _job: stack_timing(stack))
            if answer is None:
                return None
            found = answer if isinstance(answer, CineTiming) else even_timing(count)
        self._timings[source] = found
        return found

    def scale(self, session: Session) -> ValueScale | None:
        """Give what uptake under the cross-hair is said as, too; None for nothing, or while it is looked for."""
        source = session.source
        series, number = self._scene.series[source.series], self._scene.number(session, session.active)
        if session.tool != "probe" or source.plane is not None or series.instance(number).modality != "PT":
            return None
        if source.series not in self._scales:
            self._scales[source.series] = SuvScales([ref.instance for ref in series.stack.frames])
        scales, ref = self._scales[source.series], series.ref(number)
        key = ("suv", source.series, number)
        found = self._background.get(key, "Find the SUV", lambda _job: (scales(ref.instance, ref.number),))
        return found[0] if isinstance(found, tuple) else None

    def work(self, session: Session, facts: Facts) -> str:
        """Say what is being done in the background."""
        awaited = session.awaited
        if awaited is not None:
            done, total = self._scene.volumes.progress(awaited.series)
            return f"Reading the volume for {awaited.plane} planes: {done} of {total} images. Esc stops it."
        number = self._scene.number(session, session.active)
        if facts.panes[session.active].frame is None and not self._scene.failure(session, session.active):
            return f"Cutting plane {number + 1} …" if session.source.plane else f"Reading image {number + 1} …"
        if session.overlays == "all" and self._marks is not None and self._scene.marks is None:
            return "Looking for presentation states and measurements …"
        return ""

    def _without_marks(self, session: Session, why: str) -> Session:
        """Tell once that what is drawn on images cannot be found."""
        self._marks = None
        return session.saying(why)

    def _with_planes(self, session: Session, facts: Facts, awaited: Source) -> Session:
        volumes = self._scene.volumes
        why = volumes.failure(awaited.series)
        if why is not None:
            return replace(session, awaited=None, message=why)
        if not volumes.is_open(awaited.series):
            volumes.want(awaited.series, self._scene.series[awaited.series].stack)
            return session
        try:
            frames = self._scene.frames(session, awaited)
        except UserError as error:
            return replace(session, awaited=None, message=error.message)
        index = frames.count // 2
        point = self._point_lps(session, facts)
        if isinstance(frames, PlaneFrames) and point is not None:
            index = frames.nearest(point)
        notes = "; ".join(volumes.notes(awaited.series))
        return showing(session, awaited, index=index).saying(f"{notes}." if notes else "")

    def _point_lps(self, session: Session, facts: Facts) -> "Vector | None":
        """Give the patient point of the cross-hair, or of the middle of the image."""
        pane = facts.panes[session.active]
        if pane.frame is None or pane.frame.plane is None:
            return None
        point = session.point_px or middle_px(session, pane)
        x, y, z = (float(each) for each in image_to_lps(pane.frame.plane, [point])[0])
        return x, y, z

    def _find_window(self, number: int) -> None:
        """Have the window found that suits all images of a series: of uptake, and of a film that has none."""
        series = self._scene.series[number]
        modality, stack = series.instance(0).modality, series.stack
        is_uptake = modality.strip().upper() == "PT"
        if series.count < 2 or not (is_uptake or stack.whole_image is not None):
            return

        def find(_job: "Job") -> Voi | None:
            at = {ref: place for place, ref in enumerate(stack.frames)}
            refs = looked_around(stack.frames)
            if is_uptake:
                return highest_window(refs, modality, lambda ref: series.frame(at[ref]))
            return film_window(refs, lambda ref: series.frame(at[ref]))

        found = self._background.get(("window", number), "Find the window", find)
        if isinstance(found, Window | LookupTable):
            self._scene.first_windows[number] = found
