"""What can stand in front of the images and take their commands, such as planes of a volume."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from workstation.gui.panels.planes.pane import PlanePane


class Front(Protocol):
    """It is asked first what a command means."""

    @property
    def active(self) -> "PlanePane":
        """What windows and colours are chosen for."""

    @property
    def is_waiting(self) -> bool:
        """Whether a picture is still to come."""

    def take(self, name: str, on: bool) -> bool:
        """Do what a command says; False leaves it to the images."""
