"""The volumes of one series, such as times or echoes: gone through with a slider or keys, played, read ahead."""

from typing import TYPE_CHECKING

from workstation.gui.features.cine import IN_FRONT, Cine
from workstation.gui.volumes import key_of
from workstation.volume.open_volume import volume_name
from workstation.workspace import Selection

if TYPE_CHECKING:
    from workstation.gui.panels.planes.joining import JoinedPlanes
    from workstation.gui.session import Session
    from workstation.gui.volumes import OpenVolume
    from workstation.model.index.records import Series, Stack


class Times:
    """Knows which volume of its series is seen.

    Parameters
    ----------
    session
        The window.
    joined
        What shows a volume.
    """

    def __init__(self, session: "Session", joined: "JoinedPlanes") -> None:
        self._session, self._joined = session, joined
        self._series: Series | None = None
        self._stacks: tuple[Stack, ...] = ()
        self.at = 0
        """Which one is seen, from 0."""
        bar = joined.area.bar
        bar.time_wanted.connect(self._show)
        for signal in (bar.time.sliderPressed, bar.time.sliderReleased):
            signal.connect(self._settle)
        bar.play_wanted.connect(self.toggle)

    @property
    def count(self) -> int:
        """How many volumes the series has."""
        return len(self._stacks)

    @property
    def is_waiting(self) -> bool:
        """Whether the volume that is wanted is not seen yet."""
        opened, stack = self._joined.opened, self._stacks[self.at]
        is_seen = opened is not None and not opened.is_preview and key_of(opened.stack) == key_of(stack)
        return not is_seen or self._joined.is_waiting

    def has(self, volume: str) -> bool:
        """Tell whether a volume, by its name in views, is one of them."""
        return any(volume_name(each) == volume for each in self._stacks)

    def follow(self, series: "Series | None", stack: "Stack") -> None:
        """Be told what is shown; offers the other volumes of its series."""
        stacks = tuple(each for each in series.stacks if each.is_volume) if series is not None else ()
        keys = [key_of(each) for each in stacks]
        if key_of(stack) not in keys:
            series, stacks, keys = None, (stack,), [key_of(stack)]
        if keys != [key_of(each) for each in self._stacks]:
            self.leave()
        self._series, self._stacks, self.at = series, stacks, keys.index(key_of(stack))
        numbered = enumerate(stacks, 1)
        labels = [each.label or f"Volume {number} of {len(stacks)}" for number, each in numbered]
        self._joined.area.bar.show_times([label[:1].upper() + label[1:] for label in labels], self.at)

    def leave(self) -> None:
        """Be told that something else is shown, or nothing."""
        cine = self._session.findChild(Cine)
        if isinstance(cine, Cine):
            cine.leave_front()

    def toggle(self) -> None:
        """Play the volumes one after the other, or stop."""
        cine = self._session.findChild(Cine)
        if isinstance(cine, Cine) and (self.count > 1 or IN_FRONT in cine.presenter.playing):
            cine.toggle_front(self)

    def pause(self) -> None:
        """Stop where it is."""
        cine = self._session.findChild(Cine)
        if isinstance(cine, Cine):
            cine.presenter.pause(IN_FRONT)

    def go_to(self, index: int) -> None:
        """Show a volume while they are played: what is selected follows when it stops."""
        if index != self.at:
            self._joined.follow(self._series, self._stacks[index])

    def stopped(self) -> None:
        """Have that selected which is seen."""
        self._show(self.at)

    def read_ahead(self, opened: "OpenVolume") -> None:
        """Have those read that come next."""
        if self.count > 1:
            following = (*self._stacks[self.at :], *self._stacks[: self.at])
            self._session.volumes.read_ahead(following, opened.volume.array_kji.nbytes)

    def _show(self, number: int) -> None:
        """Select another volume of the series; what a slider goes through in one go is one step back."""
        viewer = self._session.viewer
        if self._series is None or number >= self.count or viewer is None:
            return
        at = self._series.stacks.index(self._stacks[number])
        viewer.selects_in = f"volumes of {self._series.series_instance_uid}"
        try:
            self._session.workspace.select(Selection(self._series.series_instance_uid, at))
        finally:
            viewer.selects_in = ""

    def _settle(self) -> None:
        if self._session.viewer is not None:
            self._session.viewer.settle()
