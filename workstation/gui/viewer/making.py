"""What all ways of making an annotation have in common: where it is made, and what a hand says to it."""

import uuid
from dataclasses import field, replace
from typing import Protocol

from workstation.display.view import Point
from workstation.gui.canvas.bindings import Modifier
from workstation.model.annotation import YELLOW, About, Annotation, Mask, Rgb, Threshold
from workstation.model.annotation_kinds import Kind
from workstation.model.frame import Frame
from workstation.quick_dataclass import dataclass

HAND_PX = 4.0
"""Below so many device pixels a hand has only trembled."""


@dataclass(frozen=True, slots=True)
class Touch:
    """Where the pointer is: image point (column, row), device pixels of the pane, and the key that is held."""

    at: Point
    at_px: Point
    held: Modifier = ""


@dataclass(frozen=True, eq=False)
class Ground:
    """Where an annotation is made.

    Parameters
    ----------
    sop_instance_uid, number
        The image and its frame.
    frame
        As the image has it.
    across
        Image columns and rows in a step of one device pixel to the right on the screen.
    colour
        Of what is made.
    """

    sop_instance_uid: str
    number: int
    frame: Frame
    across: Point = (1.0, 0.0)
    colour: Rgb = YELLOW

    def annotation(self, kind: Kind, points: tuple[Point, ...], *, mask: Mask | None = None) -> Annotation:
        """Begin an annotation here."""
        label = points[-1]
        return Annotation(
            new_id(), kind, self.sop_instance_uid, self.number, points, label, colour=self.colour, mask=mask
        )


@dataclass
class Options:
    """How tools work that have a choice; a person changes it while one of them is in the hand.

    Parameters
    ----------
    brush
        Diameter of the brush, in the unit of the image's spacing.
    limits
        Lowest and highest value that is painted or grown into; None where a person has said nothing.
    threshold
        Which voxels of a sphere count; None: all.
    vertebra
        Name of the next vertebra, or of the one that was named last.
    """

    brush: float = 10.0
    limits: tuple[float | None, float | None] | None = None
    threshold: Threshold | None = field(default_factory=lambda: Threshold("percent", 41.0))
    vertebra: str = "L5"
    last_vertebra: Annotation | None = None


class Making(Protocol):
    """An annotation that is being made."""

    made: Annotation | None
    """What there is of it."""
    is_over: bool
    """The hand has done all that it has to."""
    is_whole: bool
    """There is enough of it to be measured."""

    def press(self, touch: Touch) -> None:
        """The button goes down."""

    def drag(self, touch: Touch) -> None:
        """The pointer moves while it is down."""

    def release(self, touch: Touch) -> None:
        """It comes up."""

    def move(self, touch: Touch) -> None:
        """The pointer moves while it is up."""

    def close(self) -> None:
        """No more points: Enter, or a double click."""

    def take_back(self) -> bool:
        """Take the last point back; False where there is none."""


class InOneDrag:
    """What of `Making` is the same for all that is made while the button is held: it is over when that comes up."""

    is_over = False

    def drag(self, touch: Touch) -> None:
        """See `Making`."""

    def release(self, touch: Touch) -> None:
        """See `Making`."""
        self.drag(touch)
        self.is_over = True

    def move(self, touch: Touch) -> None:
        """See `Making`."""

    def close(self) -> None:
        """See `Making`."""

    def take_back(self) -> bool:
        """See `Making`."""
        return False


def new_id() -> str:
    """Give an id that no other annotation has."""
    return uuid.uuid4().hex


def new_tracking(about: About | None = None) -> About:
    """Give what tells a lesion from all others (Tracking Unique Identifier)."""
    return replace(about or About(), tracking_uid=f"2.25.{uuid.uuid4().int}")


def distance(one: Point, other: Point) -> float:
    """Give how far apart two points are."""
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)
