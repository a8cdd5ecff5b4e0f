"""Plays stacks in panes in real time: what comes too late is dropped, and the true rate is told."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from workstation.display.cine import CineClock, Mode, Playback
from workstation.model.cine_timing import CineTiming
from workstation.quick_dataclass import dataclass

RATE_EVERY_S = 0.25
"""Numbers that change with every frame cannot be read."""
LATE_S = 0.005
"""A frame that is late is looked for as often, and no more: what makes it needs the processor."""


class Player(Protocol):
    """A pane that plays."""

    @property
    def is_waiting(self) -> bool:
        """Whether the last frame is still to come."""

    def go_to(self, index: int) -> None:
        """Show a frame, from 0."""


@dataclass(frozen=True, slots=True)
class CineState:
    """What the bar shows; ``text`` is the rate and where it comes from."""

    is_playing: bool
    mode: Mode
    speed: float
    first: int
    last: int
    count: int
    text: str


class CineView(Protocol):
    """What the presenter needs of the bar."""

    def show_state(self, state: CineState | None) -> None:
        """Show how it is played; None takes the bar away."""


class CinePresenter:
    """Several panes may play at once; those started together keep in step, since they are ticked with one time.

    Parameters
    ----------
    view
        The bar; it is about the pane that was started or steered last.
    now_s
        A monotonic clock.
    wake
        Has `tick` called after some seconds; None calls it off.
    """

    def __init__(self, view: CineView, now_s: Callable[[], float], wake: Callable[[float | None], None]) -> None:
        self._view = view
        self._now_s = now_s
        self._wake = wake
        self._clocks: dict[int, CineClock] = {}
        self._players: dict[int, Player] = {}
        self._paused: dict[int, Playback] = {}
        self._steered = 0
        self._told_s = 0.0
        self.on_stopped: Callable[[int], None] = lambda _pane: None
        """Told which pane plays no longer, but stays where it is."""

    @property
    def playing(self) -> frozenset[int]:
        """The panes that play."""
        return frozenset(self._clocks)

    @property
    def steered(self) -> int:
        """The pane that the bar is about."""
        return self._steered

    def clock(self, pane: int) -> CineClock | None:
        """Give the clock of a pane that plays."""
        return self._clocks.get(pane)

    def start(self, pane: int, player: Player, timing: CineTiming, *, frame: int, shown: bool = True) -> None:
        """Play from a frame, from 0; ``shown`` steers this pane with the bar."""
        kept = self._paused.pop(pane, None)
        fits = kept is not None and kept.timing == timing
        playback = kept if kept is not None and fits else Playback.of(timing)
        self._clocks[pane] = CineClock.start(playback, self._now_s(), frame=frame)
        self._players[pane] = player
        if shown:
            self._steered = pane
        self.tick()
        self._show()

    def pause(self, pane: int) -> None:
        """Stop at the frame that is shown; the bar stays."""
        clock = self._clocks.pop(pane, None)
        if clock is not None:
            self._paused[pane] = clock.playback
            self._steered = pane
        self._wake_up()
        self._show()
        if clock is not None:
            self.on_stopped(pane)

    def rest(self, pane: int) -> None:
        """Stop a pane that is out of sight, and take the bar away; started again, it goes on as it was steered."""
        clock = self._clocks.pop(pane, None)
        if clock is not None:
            self._paused[pane] = clock.playback
        self._wake_up()
        self._view.show_state(None)

    def leave(self, pane: int) -> None:
        """Forget a pane, since it shows something else."""
        was_known = self._clocks.pop(pane, None) is not None or self._paused.pop(pane, None) is not None
        if was_known:
            self._wake_up()
            self._show()

    def close(self) -> None:
        """Stop everything and take the bar away."""
        stopped = tuple(self._clocks)
        self._clocks.clear()
        self._paused.clear()
        self._wake(None)
        self._view.show_state(None)
        for pane in stopped:
            self.on_stopped(pane)

    def set_speed(self, speed: float) -> None:
        """Play faster or slower than the file wants."""
        self._steer(lambda playback: replace(playback, speed=speed))

    def set_mode(self, mode: Mode) -> None:
        """Loop, there and back, or once."""
        self._steer(lambda playback: replace(playback, mode=mode))

    def set_range(self, first: int, last: int) -> None:
        """Play a part, from 0, both included; the wrong way round it is turned."""
        low, high = min(first, last), max(first, last)
        self._steer(lambda playback: replace(playback, first=low, last=min(high, playback.timing.count - 1)))

    def tick(self) -> None:
        """Show what is due, and say when to be called again."""
        now = self._now_s()
        for pane, clock in self._clocks.items():
            player = self._players[pane]
            if player.is_waiting:
                continue  # the frame before is not there yet: the next ones are dropped, not piled up
            new = clock.tick(now)
            if new is not clock:
                self._clocks[pane] = new
                player.go_to(new.frame)
        for pane in [pane for pane, clock in self._clocks.items() if clock.is_over]:
            self._paused[pane] = self._clocks.pop(pane).playback
            self._show()
            self.on_stopped(pane)
        self._wake_up()
        if now - self._told_s >= RATE_EVERY_S:
            self._told_s = now
            self._show()

    def _steer(self, change: Callable[[Playback], Playback]) -> None:
        pane = self._steered
        if pane in self._clocks:
            clock = self._clocks[pane]
            self._clocks[pane] = clock.changed(self._now_s(), change(clock.playback))
        elif pane in self._paused:
            self._paused[pane] = change(self._paused[pane])
        self._wake_up()
        self._show()

    def _wake_up(self) -> None:
        now = self._now_s()
        waits = {pane: wait for pane, clock in self._clocks.items() if (wait := clock.wait_s(now)) is not None}
        are_late = (max(wait, LATE_S) if self._players[pane].is_waiting else wait for pane, wait in waits.items())
        self._wake(min(are_late, default=None))

    def _show(self) -> None:
        clock = self._clocks.get(self._steered)
        playback = clock.playback if clock is not None else self._paused.get(self._steered)
        if playback is None:
            self._view.show_state(None)
            return
        self._view.show_state(
            CineState(
                clock is not None,
                playback.mode,
                playback.speed,
                playback.first,
                playback.last,
                playback.timing.count,
                _told(playback, clock),
            )
        )


def _told(playback: Playback, clock: CineClock | None) -> str:
    """Say how fast it is, how fast it should be, and why."""
    wanted = f"{playback.rate_hz:.3g} images a second"
    source = playback.timing.source
    why = "" if source.endswith("a second") else f", from {source}"  # a rate as its own reason says nothing more
    if clock is None or clock.rate_hz is None:
        return wanted + why
    dropped = f", {clock.dropped} dropped" if clock.dropped else ""
    return f"{clock.rate_hz:.1f} of {wanted}{why}{dropped}"
