"""What the pane shows, as values: a picture with its words, or a message where there is none."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal, Protocol

from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from workstation.display.corner_templates import CornerTemplates
    from workstation.display.header_facts import HeaderFacts
    from workstation.display.linking import Segment
    from workstation.display.presentation import Presented
    from workstation.display.render import Renderer
    from workstation.display.value_scale import ValueScale
    from workstation.display.view import Point, View
    from workstation.gui.canvas.guides import Guides
    from workstation.gui.canvas.traces import Trace
    from workstation.model.annotation import Annotation
    from workstation.model.frame import Frame
    from workstation.model.index.records import Instance

What = Literal["scroll", "window", "pan", "zoom", "turn", "invert", "colours", "interpolation", "layers", "reset"]
"""What a hand changes: it names the step to undo, and says which panes follow."""


@dataclass(frozen=True, slots=True)
class PlaneLine:
    """Where the image of another pane cuts this one; ``orientation`` is axial, sagittal or coronal."""

    segment: Segment
    orientation: str


class Layer(Protocol):
    """Something drawn over the image and below the words, such as segments; compared to know what is to be redrawn."""

    def put_over(self, canvas: NDArray[np.uint8], frame: Frame, view: View, size_px: tuple[int, int]) -> None:
        """Draw it into a canvas of red, green, blue; or blue, green, red and 255."""

    def reading(self, point_px: Point) -> str:
        """Give what it says of an image point (column, row), with its unit; empty where it says nothing."""


@dataclass(frozen=True, slots=True)
class Brush:
    """The rim of a brush around the pointer: its middle (column, row), and how far it reaches in columns and rows."""

    at_px: Point
    reach_px: Point


@dataclass(frozen=True, eq=False)
class Applied:
    """What presentation states there are for an image, and the one that it is shown with.

    Parameters
    ----------
    offered
        How many are for it.
    uid, name
        Of the one that was chosen; empty for none.
    presented
        The frame and the view that it asks for; None where there is none, or where it cannot be applied.
    warnings
        What of it is not applied.
    """

    offered: int
    uid: str = ""
    name: str = ""
    presented: Presented | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scene:
    """A frame and how it is looked at.

    ``is_key`` says that a person has starred it here, ``key_words`` why it was chosen, here or by others; key images
    lie at ``key_places`` along the stack, 0 to 1. ``lit`` is the annotation whose handles are seen; ``numbers`` are
    what was measured, in lines, by the id of the annotation; ``followers`` lie on other images, and pass near this
    one; ``voxels`` are what spheres have chosen here, ``carried`` regions of other series that lie here.
    ``scale`` is what the window and the scale of colours are said in, where that is not the unit of the image.
    ``prior`` says that it is of an earlier study than others that are shown, and of which day.
    ``source`` is the frame as the image has it, where the one that is drawn is what a presentation state makes of it.

    ``position`` is (n, of how many) in its stack, n from 1; ``cursor_px`` is the image point (column, row) at which the
    place pointed at in another pane lies. ``guides`` are there where it is a plane through a volume and no image of a
    stack: it has no number then. ``traces`` are paths through the volume, as far as they are seen here.
    """

    renderer: Renderer
    view: View
    instance: Instance
    position: tuple[int, int]
    orientation: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    text_is_shown: bool = True
    lines: tuple[PlaneLine, ...] = ()
    cursor_px: Point | None = None
    is_key: bool = False
    key_words: str = ""
    key_places: tuple[float, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    lit: str = ""
    numbers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    followers: tuple[Annotation, ...] = ()
    voxels: tuple[Annotation, ...] = ()
    carried: tuple[Annotation, ...] = ()
    brush: Brush | None = None
    layers: tuple[Layer, ...] = ()
    facts: HeaderFacts | None = None
    templates: CornerTemplates | None = None
    applied: Applied | None = None
    source: Frame | None = None
    prior: str = ""
    guides: Guides | None = None
    traces: tuple[Trace, ...] = ()
    scale: ValueScale | None = None

    @property
    def frame(self) -> Frame:
        """The frame as the image has it: values and lengths are those of this one."""
        return self.renderer.frame if self.source is None else self.source

    @property
    def words(self) -> str:
        """Say which picture it is, for those who hear it."""
        number, count = self.position
        return ", ".join(self.guides.words) if self.guides is not None else f"Image {number} of {count}"


@dataclass(frozen=True, slots=True)
class About:
    """Whose something is and of which study, in lines: for the corners of a pane without a picture."""

    patient: tuple[str, ...] = ()
    study: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """What stands in the pane where a picture cannot: what it is, why, what to do; ``about`` says of whom it is."""

    title: str
    text: str = ""
    hint: str = ""
    about: About = field(default_factory=lambda: About())

    def as_text(self) -> str:
        """Give it as lines, to be copied."""
        return "\n".join(filter(None, [self.title, self.text, self.hint]))
