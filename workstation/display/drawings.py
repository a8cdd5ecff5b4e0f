"""What is drawn on images beside their pixels and the text in the corners: by a person, and by presentation states.

Pictures, movies and pages of the window and of batch have it drawn by one function. A further kind of annotation is
drawn in all of them once `workstation.display.live_annotations.marks_of` says what it looks like.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import Protocol

from workstation.display.ink import Ink
from workstation.display.live_annotations import LINE_WIDTH_PX, TEXT_SIZE_PX, marks_of, px_of
from workstation.display.presentation import Presentation, graphics_of
from workstation.display.presentation_ink import LayerContent, text_size_px
from workstation.display.presentation_saving import MARK_RGB
from workstation.display.render import Picture
from workstation.display.view import Size, View
from workstation.jobs.job import Job
from workstation.model.annotation import Annotation
from workstation.model.frame import Frame
from workstation.objects.presentation.marks import LAYER, Mark, annotation_of
from workstation.objects.presentation.reading import open_presentation_state
from workstation.objects.presentation.values import Layer, LineStyle, PresentationState, Shadow, Text
from workstation.quick_dataclass import dataclass

_EDGE_OPACITY = 0.65


class Drawing(Protocol):
    """Something that is drawn on some images."""

    def ink(self, sop_instance_uid: str, frame: Frame, view: View, size_px: Size) -> Ink | None:
        """Draw what belongs to a frame on a sheet of (width, height); None where nothing does."""


@dataclass(frozen=True)
class LiveAnnotations:
    """Annotations that are in no file yet, of any images."""

    annotations: tuple[Annotation, ...]

    def ink(self, sop_instance_uid: str, frame: Frame, view: View, size_px: Size) -> Ink | None:
        """See `Drawing`."""
        here = [each for each in self.annotations if each.is_on(sop_instance_uid, frame.number)]
        if not here:
            return None
        px = px_of(frame, view, size_px) * text_size_px(size_px) / TEXT_SIZE_PX
        width_px = LINE_WIDTH_PX * max(1.0, text_size_px(size_px) / TEXT_SIZE_PX)
        marks = [
            tuple(_edged(mark, width_px) for mark in marks_of(each, px=px, view=view, spacing=frame.spacing))
            for each in here
        ]
        content = LayerContent(Layer(LAYER, 1, MARK_RGB), (annotation_of(marks),), ())
        rows, columns = frame.pixels.shape[:2]
        sheet = Presentation(PresentationState("grayscale"), (content,), None, (0, 0, columns - 1, rows - 1))
        return sheet.ink(frame, replace(view, hidden_layers=frozenset()), size_px)


def _edged(mark: Mark, width_px: float) -> Mark:
    """Give lines the width and the dark edge that they have in the window, to be seen over bone and air."""
    if isinstance(mark, Text):
        return mark
    edge = Shadow(outlined=True, colour=(0, 0, 0), opacity=_EDGE_OPACITY)
    return replace(mark, line=replace(mark.line or LineStyle(), thickness_px=width_px, shadow=edge))


@dataclass(frozen=True)
class StateGraphics:
    """Graphics, texts and overlays of a presentation state; its window, area and turn are left alone."""

    state: PresentationState

    def ink(self, sop_instance_uid: str, frame: Frame, view: View, size_px: Size) -> Ink | None:
        """See `Drawing`."""
        if not self.state.refers_to(sop_instance_uid, frame.number):
            return None
        shown = graphics_of(self.state, frame, sop_instance_uid)
        return shown.ink(frame, replace(view, hidden_layers=frozenset()), size_px)


@dataclass(frozen=True)
class Drawings:
    """All that is drawn, the first lowest."""

    all: tuple[Drawing, ...] = ()
    _drawn: Counter[str] = field(default_factory=Counter, compare=False)

    def put_over(self, picture: Picture, sop_instance_uid: str, frame: Frame, view: View) -> None:
        """Draw what belongs to a frame into its picture.

        Parameters
        ----------
        picture
            (height, width, 3) of red, green, blue, contiguous, as `workstation.display.render.render` gives it.
        sop_instance_uid
            Of the image.
        frame, view
            What it was rendered with; the frame with its number.
        """
        height, width = picture.shape[:2]
        for each in self.all:
            ink = each.ink(sop_instance_uid, frame, view, (width, height))
            if ink is not None:
                ink.put_over(picture)
                self._drawn["images"] += 1

    def with_live(self, annotations: Sequence[Annotation]) -> "Drawings":
        """Add annotations on top."""
        return replace(self, all=(*self.all, LiveAnnotations(tuple(annotations)))) if annotations else self

    def note(self, job: Job) -> None:
        """Say so where nothing was drawn: such a picture looks like one on which nobody has remarked anything."""
        if self.all and not self._drawn["images"]:
            job.log("Nothing of --annotations is for these images.")


def read_drawings(paths: Iterable[Path]) -> Drawings:
    """Read the files whose graphics are to be drawn: presentation states.

    Raises
    ------
    UserError
        If a file is none, or cannot be read.
    """
    return Drawings(tuple(StateGraphics(open_presentation_state(path)) for path in paths))
