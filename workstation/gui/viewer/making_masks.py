"""Painted regions: strokes of a round brush, and areas of like values that grow from a click."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.display.view import Point
from workstation.gui.canvas.reshaping import mask_points, with_mask
from workstation.gui.viewer.annotating_tools import Tool
from workstation.gui.viewer.making import Ground, InOneDrag, Options, Touch, new_tracking
from workstation.measure.painting import brushed, grown, inside_of, limits_around, values_of, within
from workstation.model.annotation import About, Annotation
from workstation.model.outlines import mask_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SPREAD = 2.5
"""Limits around what was clicked: so many standard deviations of the pixels near it."""
DRAG_PX = 80.0
"""A drag of so many device pixels up makes the limits twice as wide."""


class MakingMask(InOneDrag):
    """One stroke of a brush, added to a region or rubbed out of it.

    Parameters
    ----------
    tool
        Within limits or not.
    ground
        Where.
    options
        Size of the brush, limits.
    goes_on
        The painted region that is changed; None begins one.
    about
        Of a new one: that of its volume on other slices.
    """

    def __init__(
        self, tool: Tool, ground: Ground, options: Options, *, goes_on: Annotation | None, about: About | None
    ) -> None:
        self._tool, self._ground, self._options = tool, ground, options
        self._about = about or new_tracking(goes_on.about if goes_on is not None else None)
        if goes_on is not None and (goes_on.about is None or not goes_on.about.tracking_uid):
            goes_on = replace(goes_on, about=self._about)
        self._before = goes_on
        rows, columns = ground.frame.pixels.shape[:2]
        self._shape = rows, columns
        self._inside: NDArray[np.bool_] = inside_of(goes_on.mask if goes_on is not None else None, self._shape)
        self._allowed: NDArray[np.bool_] | None = None
        self._last: Point | None = None
        self._rubs_out = False
        self.made: Annotation | None = goes_on
        self.is_whole = True

    @property
    def deletes(self) -> str:
        """The region of which nothing is left."""
        return self._before.id if self._before is not None and self.made is None else ""

    def press(self, touch: Touch) -> None:
        """See `Making`."""
        self._rubs_out = touch.held == "shift"
        if self._tool.id == "measure-threshold-brush" and not self._rubs_out:
            values = values_of(self._ground.frame)
            limits = self._options.limits or limits_around(values, touch.at, spread=SPREAD)
            self._allowed = within(values, *limits)
            self._options.limits = limits
        self._last = touch.at
        self._paint(touch.at)

    def drag(self, touch: Touch) -> None:
        """See `Making`."""
        if self._last is not None:
            self._paint(touch.at)

    def _paint(self, to: Point) -> None:
        start, self._last = self._last or to, to
        radius = self._options.brush / 2
        touched = brushed(self._shape, start, to, radius_mm=radius, spacing=self._ground.frame.spacing)
        if self._rubs_out:
            self._inside = self._inside & ~touched
        else:
            self._inside = self._inside | (touched if self._allowed is None else touched & self._allowed)
        self._show()

    def _show(self) -> None:
        mask = mask_of(self._inside)
        if mask is None:
            self.made = None
        elif self.made is not None:
            self.made = with_mask(self.made, mask)
        elif self._before is not None:
            self.made = with_mask(self._before, mask)
        else:
            self.made = replace(self._ground.annotation("mask", mask_points(mask), mask=mask), about=self._about)


class MakingGrown(InOneDrag):
    """A region of like values around a click; a drag up or down takes in more or less."""

    def __init__(self, ground: Ground, options: Options) -> None:
        self._ground, self._options = ground, options
        self._values = values_of(ground.frame)
        self._seed: Touch | None = None
        self._new: Annotation | None = None
        self.made: Annotation | None = None
        self.is_whole = True
        self.limits: tuple[float | None, float | None] = (None, None)

    def press(self, touch: Touch) -> None:
        """See `Making`."""
        self._seed = touch
        self._grow(touch, self._options.limits or limits_around(self._values, touch.at, spread=SPREAD))

    def drag(self, touch: Touch) -> None:
        """See `Making`; limits that a person has set stay."""
        if self._seed is None or self._options.limits is not None:
            return
        wider = 2 ** ((self._seed.at_px[1] - touch.at_px[1]) / DRAG_PX)
        if not math.isclose(wider, 1.0, abs_tol=0.02) or self.limits != (None, None):
            self._grow(self._seed, limits_around(self._values, self._seed.at, spread=SPREAD * wider))

    def _grow(self, seed: Touch, limits: tuple[float | None, float | None]) -> None:
        self.limits = limits
        mask = mask_of(grown(self._values, seed.at, *limits))
        if mask is None:
            self.made = None
            return
        if self._new is None:
            new = self._ground.annotation("mask", mask_points(mask), mask=mask)
            self._new = replace(new, about=new_tracking())
        self.made = with_mask(self._new, mask)
