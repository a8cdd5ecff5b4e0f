"""What making and changing annotations needs of the pictures they lie on: panes of images, and of planes alike."""

from typing import Protocol

from workstation.gui.canvas.scene import Scene
from workstation.model.index.records import FrameRef, Stack
from workstation.model.marking import Marking


class Marked(Protocol):
    """What there is."""

    @property
    def marking(self) -> Marking:
        """All annotations."""


class AnnotatedPane(Protocol):
    """A pane."""

    @property
    def scene(self) -> Scene | None:
        """What it shows."""

    @property
    def shown_frame(self) -> FrameRef | None:
        """The frame whose picture it shows."""

    @property
    def stack(self) -> Stack | None:
        """The stack that it shows; None where it shows none."""

    def go_to(self, index: int) -> None:
        """Show the image of a number, from 0."""


class Dressed(Protocol):
    """The panes."""

    def dress_again(self) -> None:
        """Have added to all pictures what is known now."""


class Annotated(Protocol):
    """All panes, and what is marked on their pictures."""

    @property
    def now(self) -> Marked:
        """What there is."""

    @property
    def active(self) -> AnnotatedPane:
        """The pane that commands act on."""

    @property
    def panes(self) -> Dressed:
        """All of them."""

    def pane(self, number: int) -> AnnotatedPane:
        """Give a pane."""

    def mark_up(self, marking: Marking, label: str, *, merges_with: str = "") -> None:
        """Change annotations, as a step that can be undone."""
