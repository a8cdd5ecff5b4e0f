"""How a frame is looked at: window, zoom, pan, turn and flip, and the maps between image and screen points.

Screen points are (x, y) from 0 at the top left, and a whole number is the centre of a screen pixel, as in images. A
toolkit that counts from the corner of the first pixel (Qt) adds half a pixel.
"""

import math
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from workstation.display.colour_tables import Colours
from workstation.model.frame import Frame, Voi
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.display.presentation import Presentation

Interpolation = Literal["linear", "nearest", "cubic"]
Side = Literal["left", "right", "top", "bottom"]
Size = tuple[int, int]
Point = tuple[float, float]
MAXIMUM_ZOOM = 64.0
SMALLEST_PICTURE_PX = 8.0


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the image lies before it is turned and flipped.

    Parameters
    ----------
    scale
        Screen pixels per image pixel, (along rows, along columns).
    corner_px
        Top left corner of the image on the unturned canvas, in whole screen pixels, so that every way of
        resampling meets the same grid.
    canvas_px
        Width and height of the unturned canvas: those of the screen, swapped where the view is on its side.
    """

    scale: tuple[float, float]
    corner_px: tuple[int, int]
    canvas_px: Size

    def matrix(self) -> NDArray[np.float64]:
        """Map (column, row, 1) to the unturned canvas, 3x3."""
        (sx, sy), (left, top) = self.scale, self.corner_px
        return np.array([[sx, 0, left + sx / 2 - 0.5], [0, sy, top + sy / 2 - 0.5], [0, 0, 1]], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class View:
    """How a frame is looked at.

    Parameters
    ----------
    voi
        Window or table from modality values to greys; None takes `workstation.display.voi.default_voi`.
    inverted
        Black and white exchanged, after everything the file asks for.
    zoom
        Screen pixels per image pixel, along the axis with the closer pixels; None fits the whole image.
    centre_px
        Image point (column, row) in the middle of the screen; None is the middle of the image.
    of_px
        Rows and columns of the image on which zoom and centre were chosen; None where that does not matter. For an
        image of another size see `workstation.display.mixed.suited`.
    rotation_quarters
        Quarter turns clockwise, done first (as in PS3.3 C.10.6).
    flipped_h, flipped_v
        Left and right, or top and bottom, of the turned picture exchanged.
    interpolation
        Between pixels, where the image is magnified.
    overlays
        Whether the bitmaps of the 60xx groups are drawn.
    shutter
        Whether the display shutter of the file is applied.
    colours
        The colour table that greys are shown with, after the window and the inversion: its name, or one of a file;
        empty is grey. Images in colour stay as they are.
    fitted_px
        Left, top, right, bottom (pixels of the image, inclusive) of the part that is fitted and is in the middle where
        ``zoom`` and ``centre_px`` say nothing; None is the whole image.
    presentation
        What a presentation state draws, see `workstation.display.presentation.present`.
    hidden_layers
        Names of its layers that are switched off.
    at_sides
        Sides of the screen at which the picture begins, once it is turned and flipped, as long as ``centre_px`` says
        nothing; along an axis of which no side is named it is in the middle. With a mammogram at the left and one
        at the right the chest walls meet.
    """

    voi: Voi | None = None
    inverted: bool = False
    zoom: float | None = None
    centre_px: Point | None = None
    rotation_quarters: int = 0
    flipped_h: bool = False
    flipped_v: bool = False
    interpolation: Interpolation = "linear"
    overlays: bool = True
    shutter: bool = True
    colours: Colours = ""
    fitted_px: tuple[int, int, int, int] | None = None
    presentation: "Presentation | None" = None
    hidden_layers: frozenset[str] = frozenset()
    at_sides: frozenset[Side] = frozenset()
    of_px: tuple[int, int] | None = None

    def axes(self) -> NDArray[np.int_]:
        """Map image directions (right, down) to screen directions, 2x2 of -1, 0, 1."""
        return _axes(self.rotation_quarters % 4, flipped_h=self.flipped_h, flipped_v=self.flipped_v)

    def fit_zoom(self, frame: Frame, size_px: Size) -> float:
        """Give the zoom at which the whole image, or what is to be fitted of it, is just seen."""
        aspect = _aspect(frame)
        columns, rows = self._fitted(frame)[0]
        width, height = self._canvas(size_px)
        return float(min(width / (columns * aspect[0]), height / (rows * aspect[1])))

    def effective_zoom(self, frame: Frame, size_px: Size) -> float:
        """Give the zoom in use, also where it is to fit."""
        return self.fit_zoom(frame, size_px) if self.zoom is None else self.zoom

    def placement(self, frame: Frame, size_px: Size) -> Placement:
        """Say where the image lies on a screen of (width, height)."""
        zoom = self.effective_zoom(frame, size_px)
        column, row = self._middle(frame, size_px)
        scale = tuple(zoom * factor for factor in _aspect(frame))
        width, height = self._canvas(size_px)
        left = round(width / 2 - (column + 0.5) * scale[0])
        top = round(height / 2 - (row + 0.5) * scale[1])
        return Placement((scale[0], scale[1]), (left, top), (width, height))

    def image_to_screen(self, frame: Frame, size_px: Size) -> NDArray[np.float64]:
        """Map image points (column, row, 1) to screen points, 2x3."""
        place = self.placement(frame, size_px)
        middle = (np.array(place.canvas_px) - 1) / 2
        turned = np.eye(3)
        turned[:2, :2] = self.axes()
        turned[:2, 2] = (np.array(size_px) - 1) / 2 - turned[:2, :2] @ middle
        return np.asarray((turned @ place.matrix())[:2])

    def screen_to_image(self, frame: Frame, size_px: Size) -> NDArray[np.float64]:
        """Map screen points (x, y, 1) to image points, 2x3."""
        forward = np.eye(3)
        forward[:2] = self.image_to_screen(frame, size_px)
        return np.asarray(np.linalg.inv(forward)[:2])

    def turn(self, array: NDArray[Any]) -> NDArray[Any]:
        """Turn and flip a picture (height, width, ...) that lies as the image is stored."""
        turned = np.rot90(array, -self.rotation_quarters)
        turned = turned[:, ::-1] if self.flipped_h else turned
        return turned[::-1] if self.flipped_v else turned

    def rotated(self, quarters: int = 1) -> "View":
        """Turn what is seen clockwise, also where it is flipped."""
        sense = -1 if self.flipped_h != self.flipped_v else 1
        return replace(self, rotation_quarters=(self.rotation_quarters + sense * quarters) % 4)

    def flipped(self, *, horizontally: bool = False, vertically: bool = False) -> "View":
        """Exchange sides of what is seen."""
        return replace(self, flipped_h=self.flipped_h != horizontally, flipped_v=self.flipped_v != vertically)

    def panned(self, frame: Frame, size_px: Size, *, by_px: Point) -> "View":
        """Move the picture by screen pixels (right, down)."""
        middle = (size_px[0] - 1) / 2 - by_px[0], (size_px[1] - 1) / 2 - by_px[1]
        column, row = self._exact_image_point(frame, size_px, middle)
        zoom = self.effective_zoom(frame, size_px)
        return replace(self, zoom=zoom, centre_px=(column, row), of_px=_shape(frame))

    def zoomed(self, frame: Frame, size_px: Size, *, factor: float, at_px: Point | None = None) -> "View":
        """Magnify, holding still what is under a screen point; None is the middle of the screen."""
        middle = (size_px[0] - 1) / 2, (size_px[1] - 1) / 2
        at = at_px or middle
        before = self.effective_zoom(frame, size_px)
        fit = self.fit_zoom(frame, size_px)
        smallest = min(fit, SMALLEST_PICTURE_PX / max(frame.pixels.shape[:2]))
        zoom = min(max(before * factor, smallest), max(MAXIMUM_ZOOM, fit))
        held = self._exact_image_point(frame, size_px, at)
        centre = self._exact_image_point(frame, size_px, middle)
        ratio = before / zoom
        moved = held[0] + (centre[0] - held[0]) * ratio, held[1] + (centre[1] - held[1]) * ratio
        return replace(self, zoom=zoom, centre_px=moved, of_px=_shape(frame))

    def _exact_image_point(self, frame: Frame, size_px: Size, point: Point) -> Point:
        """Give the image point under a screen point without the rounding of `placement`, which would add up."""
        centre = self._middle(frame, size_px)
        zoom = self.effective_zoom(frame, size_px)
        away = point[0] - (size_px[0] - 1) / 2, point[1] - (size_px[1] - 1) / 2
        right, down = self.axes().T @ np.array(away)
        aspect = _aspect(frame)
        return centre[0] + float(right) / (zoom * aspect[0]), centre[1] + float(down) / (zoom * aspect[1])

    def _middle(self, frame: Frame, size_px: Size) -> Point:
        """Give the image point (column, row) in the middle of the screen, exactly."""
        if self.centre_px is not None:
            return self.centre_px
        seen, middle = self._fitted(frame)
        if not self.at_sides:
            return middle
        to_side = [(b in self.at_sides) - (a in self.at_sides) for a, b in (("left", "right"), ("top", "bottom"))]
        zoom, canvas = self.effective_zoom(frame, size_px), self._canvas(size_px)
        right, down = self.axes().T @ np.array(to_side)
        free = [room / (zoom * part) - count for room, part, count in zip(canvas, _aspect(frame), seen, strict=True)]
        return middle[0] - float(right) * free[0] / 2, middle[1] - float(down) * free[1] / 2

    def _fitted(self, frame: Frame) -> tuple[Size, Point]:
        """Give (columns, rows) of what is fitted, and its middle (column, row)."""
        rows, columns = frame.pixels.shape[:2]
        left, top, right, bottom = self.fitted_px or (0, 0, columns - 1, rows - 1)
        return (right - left + 1, bottom - top + 1), ((left + right) / 2, (top + bottom) / 2)

    def _canvas(self, size_px: Size) -> Size:
        width, height = size_px
        return (height, width) if self.rotation_quarters % 2 else (width, height)


def natural_size(frame: Frame, view: View) -> Size:
    """Give the size (width, height) of a picture that shows what the view fits at its zoom, 1 by default."""
    zoom = 1.0 if view.zoom is None else view.zoom
    columns, rows = view._fitted(frame)[0]
    across, down = (
        max(1, round(count * part * zoom)) for count, part in zip((columns, rows), _aspect(frame), strict=True)
    )
    return (down, across) if view.rotation_quarters % 2 else (across, down)


@cache
def _axes(quarters: int, *, flipped_h: bool, flipped_v: bool) -> NDArray[np.int_]:
    turn = np.linalg.matrix_power(np.array([[0, -1], [1, 0]]), quarters)
    mirror = np.diag([-1 if flipped_h else 1, -1 if flipped_v else 1])
    axes = np.asarray(mirror @ turn)
    axes.setflags(write=False)  # it is everybody's
    return axes


def _shape(frame: Frame) -> tuple[int, int]:
    return frame.pixels.shape[0], frame.pixels.shape[1]


def _aspect(frame: Frame) -> tuple[float, float]:
    """Give how many times wider and taller a pixel is than its smaller side."""
    across, down = frame.spacing.between_columns, frame.spacing.between_rows
    if not (across > 0 and down > 0 and math.isfinite(across) and math.isfinite(down)):
        return 1.0, 1.0
    smaller = min(across, down)
    return across / smaller, down / smaller
