"""Cine in the panes: C plays the active one, Shift+C all of them in step; ultrasound may start by itself."""

import time
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, QTimer

from workstation.gui.panels.cine.presenter import CinePresenter, Player
from workstation.gui.panels.cine.view import CineBar
from workstation.jobs.job import Job
from workstation.jobs.runner import Priority
from workstation.model.index.records import FrameRef, Place, Stack

if TYPE_CHECKING:
    from workstation.gui.canvas.presenter import PanePresenter
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer
    from workstation.model.cine_timing import CineTiming

IN_FRONT = -1
"""Plays instead of panes of images: what is in front of them."""
VOLUMES_HZ = 8.0
"""Volumes of a series are gone through at this speed, whatever time lies between them."""


class InFront(Player, Protocol):
    """Plays in front of the images."""

    @property
    def count(self) -> int:
        """How many there are to be played."""

    @property
    def at(self) -> int:
        """Which one is seen, from 0."""

    def stopped(self) -> None:
        """Be told that what is seen stays."""


def install(session: "Session") -> None:
    """Add the bar and its commands."""
    if session.viewer is not None:
        Cine(session, session.viewer)


class Cine(QObject):
    """Finds out when frames are due, and wakes the presenter."""

    def __init__(self, session: "Session", viewer: "Viewer") -> None:
        super().__init__(session)
        self._session = session
        self._viewer = viewer
        self._timings: dict[tuple[Place, int], CineTiming] = {}
        # By what stays the same of a pane, see `workstation.display.viewing.Viewing.identities`.
        self._stacks: dict[int, tuple[PanePresenter, Stack]] = {}
        self._in_front: InFront | None = None
        self._resting: set[int] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.bar = CineBar(session.window.tokens, session.window)
        self.presenter = CinePresenter(self.bar, time.monotonic, self._wake)
        self._timer.timeout.connect(self.presenter.tick)
        session.window.add_below_panes(self.bar)
        self._connect(session)

    def _connect(self, session: "Session") -> None:
        bar = self.bar
        bar.play_toggled.connect(self._toggle_steered)
        bar.speed_wanted.connect(self.presenter.set_speed)
        bar.mode_wanted.connect(self.presenter.set_mode)
        bar.range_wanted.connect(self.presenter.set_range)
        bar.closed.connect(self.presenter.close)
        session.window.tokens_changed.connect(bar.set_tokens)
        session.window.closing.connect(self.presenter.close)
        session.window.front_changed.connect(self._play_what_is_seen)
        session.handle("cine", lambda _on: self.toggle())
        session.handle("cine-all", lambda _on: self.play_all())
        session.handle("cine-by-itself", self._start_by_itself)
        session.window.actions_by_id["cine-by-itself"].setChecked(session.settings.play_ultrasound)
        self._viewer.panes.on_frame.append(self._shown)
        self._viewer.play = self._play
        self._viewer.is_playing = lambda number: self._identity(number) in self.presenter.playing

    def toggle(self) -> None:
        """Play the active pane, or stop it."""
        number = self._viewer.now.active
        if self._identity(number) in self.presenter.playing:
            self.presenter.pause(self._identity(number))
        else:
            self._play(number)

    def toggle_front(self, player: InFront) -> None:
        """Play what is in front of the images, or stop it."""
        from workstation.model.cine_timing import even_timing

        if IN_FRONT in self.presenter.playing:
            self.presenter.pause(IN_FRONT)
            return
        self._in_front = player
        self.presenter.on_stopped = lambda pane: player.stopped() if pane == IN_FRONT else None
        self.presenter.start(IN_FRONT, player, even_timing(player.count, VOLUMES_HZ), frame=player.at)

    def leave_front(self) -> None:
        """Forget what is in front of the images, since it shows something else."""
        self.presenter.leave(IN_FRONT)

    def _toggle_steered(self) -> None:
        """Play or stop what the bar is about."""
        if self.presenter.steered == IN_FRONT and self._in_front is not None:
            self.toggle_front(self._in_front)
        else:
            self.toggle()

    def _identity(self, number: int) -> int:
        return self._viewer.now.identities[number]

    def play_all(self) -> None:
        """Play all panes in step, or stop all."""
        playing = self.presenter.playing
        for number in self._viewer.now.shown:
            if playing:
                self.presenter.pause(self._identity(number))
            else:
                self._play(number)

    def _is_seen(self, number: int) -> bool:
        """Tell whether nothing stands in front of the images of a pane; other windows show images alone."""
        return self._session.window.front is None or self._viewer.now.at_screen(number) != 0

    def _play_what_is_seen(self) -> None:
        """Have images rest while something stands in front of them, and go on when they are seen again."""
        identities, playing = self._viewer.now.identities, self.presenter.playing
        for number, identity in enumerate(identities):
            if identity in playing and not self._is_seen(number):
                self._resting.add(identity)
                self.presenter.rest(identity)
            elif identity in self._resting and self._is_seen(number):
                self._resting.discard(identity)
                self._play(number)

    def _play(self, number: int) -> None:
        if not self._is_seen(number):
            return
        pane = self._viewer.pane(number)
        stack = pane.stack
        if stack is None or len(stack.frames) < 2 or pane.scene is None:
            return
        identity = self._identity(number)
        self._stacks[identity] = (pane, stack)
        place, count = stack.frames[0].instance.place, len(stack.frames)
        known = self._timings.get((place, count))
        if known is not None:
            self.presenter.start(identity, pane, known, frame=pane.scene.position[0] - 1)
            return

        def found(timing: "CineTiming") -> None:
            self._timings[place, count] = timing
            identities = self._viewer.now.identities
            if pane.stack is stack and identity in identities:
                self._play(identities.index(identity))

        def read(job: Job) -> "CineTiming":
            from workstation.display.stack_timing import stack_timing

            job.check()
            return stack_timing(stack)

        self._session.work.start("Read cine times", read, done=found, priority=Priority.INTERACTION)

    def _shown(self, ref: FrameRef | None) -> None:
        """Stop panes that show another stack; start ultrasound where a person wants that."""
        for identity, (pane, stack) in tuple(self._stacks.items()):
            if pane.stack is not stack:
                del self._stacks[identity]
                self.presenter.leave(identity)
        number = self._viewer.now.active
        is_cine = ref is not None and ref.instance.modality == "US" and ref.instance.number_of_frames > 1
        if is_cine and self._session.settings.play_ultrasound and self._identity(number) not in self._stacks:
            self._play(number)

    def _start_by_itself(self, on: bool) -> None:
        self._session.change_settings(play_ultrasound=on)

    def _wake(self, wait_s: float | None) -> None:
        if wait_s is None:
            self._timer.stop()
        else:
            self._timer.start(round(wait_s * 1000))
