"""One picture over another of the same place: colours of the upper one, and the lower one where the upper is low."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.display.colour_tables import Colours
from workstation.display.probe import number_text, probe, unit_text
from workstation.display.render import Picture, Renderer
from workstation.display.view import Point, Size, View
from workstation.model.frame import Frame, Window
from workstation.quick_dataclass import dataclass

FULL_FROM = 0.25
"""From this share of the window on the upper picture is as opaque as it is to be; towards its low end less and less."""


@dataclass(frozen=True, slots=True)
class FusedLook:
    """How another volume is laid over planes.

    Parameters
    ----------
    volume
        Tells it from others.
    opacity
        0 to 1, where its values are not low.
    colours
        Its colour table.
    window
        In its modality values; None for the one it is opened with.
    to_moving
        Where it was registered, the way from the patient points of the planes to its own: 4x4 row by row, LPS mm.
        None: both lie in one frame of reference.
    how
        How that was found, in words.
    """

    volume: str
    opacity: float = 0.6
    colours: Colours = "hot-iron"
    window: Window | None = None
    to_moving: tuple[float, ...] | None = None
    how: str = ""


class UpperPicture:
    """A frame on the grid of the one below it, drawn again and again.

    Parameters
    ----------
    frame
        What is above.
    first_voi
        Its window where a look names none.
    name
        What it is called where a value of it is told.
    """

    def __init__(self, frame: Frame, first_voi: Window | None = None, name: str = "") -> None:
        self.frame, self.name = frame, name
        self.renderer = Renderer(frame, first_voi)
        self._made: tuple[object, Picture, NDArray[np.float32]] | None = None

    def put_over(self, canvas: Picture, view: View, size_px: Size, look: FusedLook) -> None:
        """Draw into a picture of red, green, blue, or a canvas of blue, green, red and 255.

        Parameters
        ----------
        view, size_px
            How the lower picture is looked at; its window and colours are not those of the upper one.
        """
        own = replace(view, voi=look.window, inverted=False, colours="", presentation=None)
        key = own, size_px, look, canvas.shape[2]
        if self._made is None or self._made[0] != key:
            self._made = key, *self._drawn(own, size_px, look, is_screen=canvas.shape[2] == 4)
        colours, share = self._made[1:]
        canvas[...] = cv2.blendLinear(canvas, colours, 1 - share, share)

    def _drawn(
        self, view: View, size_px: Size, look: FusedLook, *, is_screen: bool
    ) -> tuple[Picture, NDArray[np.float32]]:
        greys = self.renderer.picture(view, size_px)[..., 0]
        coloured = self.renderer.picture(replace(view, colours=look.colours), size_px)
        ramp = np.clip(np.arange(256, dtype=np.float32) / (255 * FULL_FROM), 0, 1) * np.float32(look.opacity)
        picture = cv2.cvtColor(coloured, cv2.COLOR_RGB2BGRA) if is_screen else coloured
        return np.asarray(picture), np.asarray(cv2.LUT(greys, ramp), np.float32)

    def value_text(self, point_px: Point, *, factor: float = 1.0, unit: str = "") -> str:
        """Give its value at an image point with its name and unit; empty outside of it."""
        found = probe(self.frame, point_px)
        if found is None or found.value is None:
            return ""
        if unit:
            return f"{self.name} {found.value * factor:.2f} {unit}".strip()
        return f"{self.name} {number_text(found.value)} {unit_text(self.frame.modality.unit)}".strip()


@dataclass(frozen=True)
class Fused:
    """An upper picture with the look it is drawn with: what a scene carries.

    ``factor`` and ``unit`` make another quantity of its values, such as SUV.
    """

    upper: UpperPicture
    look: FusedLook
    factor: float = 1.0
    unit: str = ""

    def put_over(self, canvas: Picture, _frame: Frame, view: View, size_px: Size) -> None:
        """Draw it over the lower picture."""
        self.upper.put_over(canvas, view, size_px, self.look)

    def reading(self, point_px: Point) -> str:
        """Give its value at an image point (column, row)."""
        return self.upper.value_text(point_px, factor=self.factor, unit=self.unit)


def window_between(low: float, high: float) -> Window:
    """Give the window from black at one value to white at another."""
    return Window((low + high) / 2, max(high - low, 1e-6), "LINEAR_EXACT")
