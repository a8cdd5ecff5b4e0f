"""The interactive viewer: waits for keys, the mouse and what is read, and draws what has become of the session."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from workstation.display.viewing import Look
from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.jobs.runner import Runner
from workstation.quick_dataclass import dataclass
from workstation.terminal import pages
from workstation.terminal.acting import pressed
from workstation.terminal.areas import Layout
from workstation.terminal.arriving import Arrivals
from workstation.terminal.background import Background
from workstation.terminal.device.events import Ended, Event, Key, Mouse, Pasted, Ready, Resized, Told
from workstation.terminal.fetching import Fetching
from workstation.terminal.front import Front, Information
from workstation.terminal.keys import spelled
from workstation.terminal.mousing import Hand, moused
from workstation.terminal.moving import begun_at
from workstation.terminal.pacing import Pace
from workstation.terminal.planes import Volumes
from workstation.terminal.playing import Playing
from workstation.terminal.saving import saved, saved_size
from workstation.terminal.scene import Brushes, Scene
from workstation.terminal.session import Facts, Overlays, Session, at_index, first_session

if TYPE_CHECKING:
    from workstation.terminal.device.abilities import Abilities
    from workstation.terminal.encoding.boxes import Box, Cell
    from workstation.terminal.marks import Marks
    from workstation.terminal.opened import ShownSeries

WORKERS = 3
LEAST_WAIT_S = 0.002
"""What is late is looked for as often, and no more."""


class Terminal(Protocol):
    """What is needed of `workstation.terminal.device.screen.Screen`."""

    def write(self, update: bytes) -> None:
        """Send bytes as one update."""

    def events(self, timeout_s: float | None = None) -> list[Event]:
        """Wait for what a person does, for so long at most."""

    def size(self) -> "Box":
        """Give columns and rows."""

    def cell(self) -> "Cell":
        """Give the room of a character."""

    def wake(self) -> None:
        """End the waiting; called from other threads."""

    def follow_mouse(self, *, follows: bool) -> None:
        """Have the mouse told also where it moves with no button down."""


@dataclass(frozen=True)
class Start:
    """What is seen first, and what is at hand.

    Parameters
    ----------
    looks
        How each series is looked at first.
    information
        The lines about an image.
    shown
        The series that are seen, one, or two side by side.
    overlays, tells_information
        See `workstation.terminal.session.Session`.
    marks
        Finds presentation states and measurements; called in a job once they are to be drawn.
    zoom, pan_px
        How many times larger than fitted it is first, and how far right and down of the middle of the image one looks.
    brushes_of
        What is drawn with where the terminal tells late what it can; None keeps what was chosen.
    folder
        Where pictures are saved.
    """

    looks: Sequence[Look]
    information: Information
    shown: tuple[int, ...] = (0,)
    overlays: Overlays = "plain"
    tells_information: bool = False
    marks: "Callable[[Job], Marks] | None" = None
    zoom: float = 1.0
    pan_px: tuple[float, float] = (0.0, 0.0)
    brushes_of: "Callable[[Abilities], Brushes] | None" = None
    folder: Path = Path()


def interact(series: Sequence["ShownSeries"], terminal: Terminal, brushes: Brushes, start: Start) -> None:
    """Show series in a terminal until the person has seen enough, or the terminal is gone.

    Parameters
    ----------
    series
        At least one.
    terminal
        An open screen.
    brushes
        What is drawn with.
    start
        What is seen first.
    """
    runner = Runner(WORKERS)
    try:
        Loop(series, terminal, brushes, start, runner).run()
    finally:
        runner.close()


class Loop:
    """Takes one event after the other; see `interact`."""

    def __init__(
        self, series: Sequence["ShownSeries"], terminal: Terminal, brushes: Brushes, start: Start, runner: Runner
    ) -> None:
        self._terminal, self._start = terminal, start
        background = Background(runner, terminal.wake)
        self._fetching = Fetching(runner, terminal.wake)
        self._scene = Scene(series, Volumes(runner, terminal.wake), self._fetching, brushes)
        self._arrivals = Arrivals(self._scene, background, start.marks)
        self._front = Front(self._scene, self._arrivals, background, start.information)
        self._playing, self._pace = Playing(), Pace()
        self._forwards = True
        self._has_begun = (start.zoom, start.pan_px) == (1.0, (0.0, 0.0))
        first = first_session(start.looks, start.shown)
        first = replace(first, overlays=start.overlays, tells_information=start.tells_information)
        self.session = self._arrivals.placed_beside(first)

    def run(self) -> None:
        """Go on until the session is over."""
        while not self.session.is_over:
            self._turn(time.monotonic())
            for event in self._terminal.events(self._wait_s(time.monotonic())):
                self._take(event)

    def _turn(self, now_s: float) -> None:
        """Take in what has arrived, ask for what is wanted, and draw where the terminal is ready."""
        layout = self._layout()
        if layout is not None:
            self.session = self._arrivals.taken(self.session, self._front.facts(self.session, layout))
            self._begin(layout)
            self._play(layout, now_s)
            self._fetching.want(self._scene.asked(self.session, forwards=self._forwards))
        self._terminal.follow_mouse(follows=self.session.tool != "window")
        if self._pace.wait_s(now_s):
            return
        size = self._terminal.size()
        update = self._front.update(self.session, self._front.layout(self.session, size), size, self._playing.clock)
        if update.sent:
            self._terminal.write(update.sent + (self._pace.request(now_s) if update.has_picture else b""))

    def _begin(self, layout: Layout) -> None:
        """Zoom as asked for, once there is an image."""
        facts = self._front.facts(self.session, layout)
        if self._has_begun or facts.panes[self.session.active].frame is None:
            return
        self._has_begun = True
        self.session = replace(begun_at(self.session, facts, self._start.zoom, self._start.pan_px), past=())

    def _wait_s(self, now_s: float) -> float | None:
        """Give how long nothing has to be done unless something happens."""
        busy_s = self._pace.wait_s(now_s)
        waits = [busy_s] if busy_s else []
        due_s = self._playing.wait_s(now_s)
        if due_s is not None:
            waits.append(max(due_s, busy_s, LEAST_WAIT_S))
        return max(min(waits), LEAST_WAIT_S) if waits else None

    def _layout(self) -> Layout | None:
        return self._front.layout(self.session, self._terminal.size())

    def _take(self, event: Event) -> None:
        if isinstance(event, Ended):
            self.session = replace(self.session, is_over=True)
        elif isinstance(event, Ready):
            self._pace.answered()
        elif isinstance(event, Resized):
            self._front.forget()
            self._scene.use(replace(self._scene.brushes, cell=self._terminal.cell()))
        elif isinstance(event, Told) and self._start.brushes_of is not None:
            self._front.forget()
            self._scene.use(self._start.brushes_of(event.abilities))
        elif isinstance(event, Pasted):
            self.session = pages.pasted(self.session, event.text)
        elif isinstance(event, Key | Mouse) and not self.session.is_over:
            self._act(event)

    def _act(self, event: Key | Mouse) -> None:
        """Have the session answer to a key or the mouse."""
        layout, before = self._layout(), self.session
        if layout is None:
            is_over = isinstance(event, Key) and (event.name in ("q", "escape") or event.ctrl)
            self.session = replace(before, is_over=is_over)
            return
        facts = self._front.facts(before, layout)
        try:
            after = _acted(before, facts, event)
            self.session = self._save(replace(after, wish=None), facts) if after.wish == "save" else after
        except UserError as error:
            self.session = before.saying(f"{error.message} {error.hint}".strip())
        if self.session.source == before.source and self.session.look.index != before.look.index:
            self._forwards = self.session.look.index > before.look.index
        self.session = self._arrivals.settled(before, self.session)

    def _play(self, layout: Layout, now_s: float) -> None:
        """Go to the image of the cine that is due, once the last one is on the terminal."""
        session = self.session
        timing = self._arrivals.timing(session) if session.is_playing else None
        if timing is None:
            self._playing.stop()
            return
        self._playing.keep(timing, session.speed, self._scene.number(session, session.active), now_s)
        facts = self._front.facts(session, layout)
        if self._pace.wait_s(now_s) or not self._is_there(session, facts):
            return
        due = self._playing.due(now_s)
        if due is not None:
            self._forwards = True
            self.session = at_index(session, facts, due)
        if self._playing.clock is not None and self._playing.clock.is_over:
            self.session = replace(self.session, is_playing=False)

    def _is_there(self, session: Session, facts: Facts) -> bool:
        """Tell whether the image is there, or never will be."""
        return facts.panes[session.active].frame is not None or bool(self._scene.failure(session, session.active))

    def _save(self, session: Session, facts: Facts) -> Session:
        """Save the picture of the active pane."""
        pane = facts.panes[session.active]
        picture = self._scene.picture(session, session.active, pane, saved_size(pane.size_px))
        if picture is None:
            return session.saying("There is no picture to save.")
        number = self._scene.number(session, session.active) + 1
        kind = "".join(each for each in pane.modality if each.isalnum() and each.isascii())
        what = f"{session.source.plane or 'image'}{number:04d}"
        stem = "-".join(filter(None, (kind, f"series{session.source.series + 1}", what)))
        path = saved(picture, self._start.folder, stem)
        height, width = picture.shape[:2]
        where = "this folder" if self._start.folder == Path() else str(self._start.folder)
        return session.saying(f"Saved as {path.name}, {width} x {height} pixels, in {where}.")


def _acted(session: Session, facts: Facts, event: Key | Mouse) -> Session:
    if isinstance(event, Key):
        return pressed(session, facts, spelled(event.name, shift=event.shift, alt=event.alt, ctrl=event.ctrl))
    hand = Hand(event.kind, event.button, event.column, event.row, event.shift, event.ctrl)
    return moused(session, facts, hand)
