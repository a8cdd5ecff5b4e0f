"""What a new annotation still needs once a hand has made it: words, a length, a name; then it is put in."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from workstation.display.view import Point
from workstation.gui.viewer.annotated import Annotated
from workstation.gui.viewer.annotating_tools import Tool
from workstation.gui.viewer.chosen import Chosen, WordsView
from workstation.gui.viewer.making import Making, Options
from workstation.gui.viewer.making_masks import MakingMask
from workstation.gui.viewer.making_strokes import MakingNote, pulled
from workstation.gui.viewer.naming import next_vertebra
from workstation.model.annotation import Annotation
from workstation.model.geometry import Plane
from workstation.model.text import clean

LABEL_AWAY_PX, TAIL_AWAY_PX = (46.0, -34.0), (52.0, 44.0)
"""Where words and tails go, right and down on the screen, where a hand says nothing."""


class FinishingView(WordsView, Protocol):
    """What is needed of the panes; points on the screen are device pixels of a pane."""

    def image_point(self, number: int, at_px: Point) -> Point:
        """Give the image point (column, row) under a point of a pane."""

    def ask_length(self, number: int, annotation: Annotation, done: Callable[[float | None], None]) -> None:
        """Let the true length of a line be written, in mm; None where that is given up."""


class Finishing:
    """Puts new annotations in.

    Parameters
    ----------
    viewer, view
        The images, and the panes.
    chosen
        What is new is chosen.
    options
        Of the tools.
    """

    def __init__(self, viewer: Annotated, view: FinishingView, chosen: Chosen, options: Options) -> None:
        self._viewer, self._view, self._chosen, self._options = viewer, view, chosen, options
        self.on_made: Callable[[Annotation], object] = lambda _annotation: None
        self.waiting: Annotation | None = None
        """What is seen while its words or its length are being written."""

    def finish(self, number: int, tool: Tool, making: Making) -> None:
        """Put in what was made, or ask for what it needs."""
        made = making.made
        if isinstance(making, MakingMask) and making.deletes:
            marking = self._chosen.marking.without_annotation(making.deletes)
            self._viewer.mark_up(marking, "rubbing out of the painted region")
        elif made is None:
            self._view.tell("Nothing there lies within the limits.")
        elif isinstance(making, MakingNote):
            self._note(number, made if making.is_pulled else self._pulled_away(number, made, making.start_px))
        else:
            self._measurement(number, tool, made)

    def _measurement(self, number: int, tool: Tool, made: Annotation) -> None:
        """Put a new measurement in; what it still needs is asked for."""
        if tool.kind == "calibration":
            self.ask_length(number, made)
            return
        if tool.kind == "vertebra":
            made = replace(made, text=next_vertebra(self._options, made, self._plane(number)))
            self._options.vertebra, self._options.last_vertebra = made.text, made
        if tool.kind == "sphere":
            made = replace(made, threshold=self._options.threshold)
        self._chosen.id = made.id
        self._chosen.put(made, "painting" if tool.way == "brush" else "", only=tool.way == "brush")
        self.on_made(made)

    def ask_length(self, number: int, line: Annotation) -> None:
        """A line calibrates once its length is known; a new one is none before."""
        is_new = self._chosen.marking.annotation(line.id) is None
        self.waiting = line if is_new else None
        self._chosen.changed()

        def done(known_mm: float | None) -> None:
            self.waiting = None
            if known_mm is not None:
                self._chosen.id = line.id
                self._chosen.put(replace(line, known_mm=known_mm), "" if is_new else "length of the")
            self._chosen.changed()

        self._view.ask_length(number, line, done)

    def _pulled_away(self, number: int, made: Annotation, start_px: Point) -> Annotation:
        """Give a new note whose words stand where a hand has said nothing."""
        away = TAIL_AWAY_PX if made.kind == "arrow" else LABEL_AWAY_PX
        return pulled(made, self._view.image_point(number, (start_px[0] + away[0], start_px[1] + away[1])))

    def _note(self, number: int, made: Annotation) -> None:
        """Put a new note in; it is one only once it has words."""
        self.waiting = made
        if made.kind == "arrow":
            self.waiting, self._chosen.id = None, made.id
            self._chosen.put(made, "", merges=True)
        self._chosen.changed()

        def done(text: str | None) -> None:
            words = clean(text or "")
            self.waiting = None
            if words:
                self._chosen.id = made.id
                written = replace(made, text=words)
                if made.kind == "arrow":
                    written = written.with_label(self._view.beyond_tail(number, written))
                self._chosen.put(written, "", merges=True)
            self._chosen.changed()

        self._view.write(number, made, done)

    def _plane(self, number: int) -> Plane | None:
        scene = self._viewer.pane(number).scene
        return scene.frame.plane if scene is not None else None
