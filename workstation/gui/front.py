"""What can stand in front of the images and take their commands, such as planes of a volume."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from workstation.gui.canvas.changing import Changes
    from workstation.gui.canvas.scene import Scene
    from workstation.gui.volumes import OpenVolume
    from workstation.model.frame import Voi


class LookedAt(Protocol):
    """What windows and colours are chosen for."""

    change: "Changes"

    @property
    def scene(self) -> "Scene | None":
        """What it shows; None where that is no image."""

    def windows(self) -> "tuple[tuple[str, Voi], ...]":
        """Give the windows on offer, by name."""

    def windows_by_key(self) -> "dict[int, tuple[str, Voi]]":
        """Give what the digits mean; 0 is the automatic window."""

    def use_preset(self, number: int) -> None:
        """Use a window by its digit."""


class Beside(Protocol):
    """What can be shown beside planes, of the same volume; while it has the focus it is asked first."""

    @property
    def is_waiting(self) -> bool:
        """Whether a picture is still to come."""

    def follow_planes(self, opened: "OpenVolume | None") -> None:
        """Be told which volume the planes are of now."""

    def take_beside(self, name: str, on: bool) -> bool:
        """Do what a command says; False leaves it to the planes."""

    def leave_planes(self) -> None:
        """Be told that the planes are out of sight."""


class Front(Protocol):
    """It is asked first what a command means; ``hide`` shows again what it was opened from."""

    hide: "Callable[[], None]"

    @property
    def active(self) -> LookedAt:
        """What windows and colours are chosen for."""

    @property
    def is_waiting(self) -> bool:
        """Whether a picture is still to come."""

    def take(self, name: str, on: bool) -> bool:
        """Do what a command says; False leaves it to the images."""
