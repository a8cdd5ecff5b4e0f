"""The one picture of a frame: for the window, the terminal, picture files and the golden tests alike."""

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.display.bitmaps import Mask, bitmap_shutter_mask, overlay_mask, padding_on_screen, shutter_mask
from workstation.display.colour_tables import ColourTable, table_of
from workstation.display.ink import Ink
from workstation.display.samples import Axis, Samples, Source, axes_of
from workstation.display.view import Size, View
from workstation.display.voi import PValues, default_voi, fractions, is_inverse, is_usable, modality_values, p_values
from workstation.model.frame import Frame, Voi

Picture = NDArray[np.uint8]
Table = NDArray[np.uint8] | NDArray[np.int32]


def render(frame: Frame, view: View, size_px: Size) -> Picture:
    """Give the picture of a frame.

    Parameters
    ----------
    frame
        What to show.
    view
        How.
    size_px
        Width and height of the picture.

    Returns
    -------
    numpy.ndarray
        (height, width, 3) of red, green, blue; black where the image does not reach.
    """
    return Renderer(frame).picture(view, size_px)


@dataclass(frozen=True)
class _Drawn:
    """What does not depend on the window: samples and masks, turned as they are seen, and where they lie."""

    samples: Samples
    keep: Mask | None
    add: Mask | None
    top_left_px: tuple[int, int]
    ink: Ink | None = None


class Renderer:
    """Pictures of one frame, one after the other: what a change of the window leaves alone is not done again.

    Parameters
    ----------
    frame
        What to show.
    """

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self._source = Source(frame)
        self._default: Voi | None = None
        self._drawn: tuple[object, _Drawn] | None = None
        self._table: tuple[object, Table] | None = None

    def beside(self) -> "Renderer":
        """Give another renderer of the frame, for another view of it: what this one has made ready is shared."""
        other = Renderer(self.frame)
        other._source, other._default = self._source, self._default
        return other

    def voi(self, view: View) -> Voi:
        """Give the window or table that a view uses, its own or the frame's default."""
        if view.voi is not None and is_usable(view.voi):
            return view.voi
        if self._default is None:
            self._default = default_voi(self.frame)
        return self._default

    def picture(self, view: View, size_px: Size) -> Picture:
        """Give the picture, equal to that of `render`."""
        width, height = size_px
        canvas = np.zeros((height, width, 3), np.uint8)
        drawn = self._draw(view, size_px)
        if drawn.samples.values.size:
            self._put_image(view, drawn, canvas)
        if drawn.ink is not None:
            drawn.ink.put_over(canvas)
        return canvas

    def _put_image(self, view: View, drawn: _Drawn, canvas: Picture) -> None:
        shown = self._apply(view, drawn.samples)
        top, left = drawn.top_left_px
        part = canvas[top : top + shown.shape[0], left : left + shown.shape[1]]
        if shown.ndim == 2:
            _put(cv2.cvtColor(_masked(shown, drawn), cv2.COLOR_GRAY2RGB, dst=part), part)
            return
        _put(shown if shown.shape[2] == 3 else cv2.cvtColor(shown, cv2.COLOR_RGBA2RGB, dst=part), part)
        _put(_masked(part, drawn), part)

    def _draw(self, view: View, size_px: Size) -> _Drawn:
        key = replace(view, voi=None, inverted=False, colours=""), size_px
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = key, self._drawn_anew(view, size_px)
        return self._drawn[1]

    def _drawn_anew(self, view: View, size_px: Size) -> _Drawn:
        place = view.placement(self.frame, size_px)
        x, y = axes_of(place, self.frame.pixels.shape)
        ink = None if view.presentation is None else view.presentation.ink(self.frame, view, size_px)
        if x.stop_px == x.start_px or y.stop_px == y.start_px:
            return _Drawn(Samples(np.zeros((0, 0), np.uint8)), None, None, (0, 0), ink)
        keep, add = self._masks(view, x, y)
        samples = self._source.samples(x, y, view.interpolation)
        turned = Samples(_turned(view, samples.values), samples.lowest, samples.steps)
        covered = np.zeros((place.canvas_px[1], place.canvas_px[0]), np.bool_)
        covered[y.start_px : y.stop_px, x.start_px : x.stop_px] = True
        return _Drawn(turned, _turned_mask(view, keep), _turned_mask(view, add), _first_true(view.turn(covered)), ink)

    def _masks(self, view: View, x: Axis, y: Axis) -> tuple[Mask | None, Mask | None]:
        """Give what is kept of the image and what is added: padding, shutters, overlays."""
        keep, add = padding_on_screen(self._source.padding, x, y), None
        if view.shutter and self.frame.shutter is not None:
            keep, add = shutter_mask(self.frame, x, y, keep)
        if view.shutter and view.presentation is not None and view.presentation.shutter_bitmap is not None:
            shape = self.frame.pixels.shape[0], self.frame.pixels.shape[1]
            bitmap, grey = view.presentation.shutter_bitmap, view.presentation.state.shutter_value >> 8
            keep, add = bitmap_shutter_mask(bitmap, grey, shape, x, y, (keep, add))
        if view.overlays and self.frame.overlays:
            keep, add = overlay_mask(self.frame, x, y, keep, add)
        return keep, add

    def _apply(self, view: View, samples: Samples) -> NDArray[np.uint8]:
        voi = self.voi(view)
        inverse = (is_inverse(self.frame) and not self.frame.is_colour) != view.inverted
        colours = None if self.frame.is_colour else table_of(view.colours)
        lut = None if view.presentation is None else view.presentation.p_values(voi)
        if samples.values.dtype.kind == "f":
            return _as_bytes(_shown(self.frame, samples.values, voi, lut, inverse=inverse, colours=colours))
        key = (voi, inverse, samples.lowest, samples.steps, samples.values.dtype, colours, lut)
        if self._table is None or not _same(self._table[0], key):
            entries = np.arange(1 << 8 * samples.values.dtype.itemsize, dtype=np.float64)
            stored = samples.lowest + entries / samples.steps
            shown = _shown(self.frame, stored, voi, lut, inverse=inverse, colours=colours)
            self._table = key, shown
        return _as_bytes(np.asarray(cv2.LUT(samples.values, self._table[1])))


def _shown(
    frame: Frame,
    stored: NDArray[Any],
    voi: Voi,
    lut: PValues | None,
    *,
    inverse: bool,
    colours: ColourTable | None,
) -> Table:
    """Give greys, shape as given; or colours as `ColourTable.packed` has them, where there is a table of colours."""
    values = stored if frame.is_colour else modality_values(stored, frame.modality)
    shown = fractions(values, voi)
    if lut is not None:
        shown = p_values(shown, lut.table, evenly=lut.evenly)
    if inverse:
        shown = 1 - shown
    if colours is not None:
        return colours.packed(shown)
    return (shown * 255 + 0.5).astype(np.uint8)


def _as_bytes(found: NDArray[Any]) -> NDArray[np.uint8]:
    """Give greys and colours as they are, and packed colours with an axis of four channels."""
    return found.view(np.uint8).reshape(*found.shape, 4) if found.dtype == np.int32 else found


def _masked(picture: Picture, drawn: _Drawn) -> Picture:
    """Take what is hidden out of greys or colours, and put in what is drawn; the picture itself is changed."""
    for apply, mask in ((cv2.bitwise_and, drawn.keep), (cv2.bitwise_or, drawn.add)):
        if mask is not None:
            alike = mask if picture.ndim == 2 else cv2.cvtColor(mask, cv2.COLOR_GRAY2RGB)
            picture = np.asarray(apply(picture, alike, dst=picture))
    return picture


def _put(done: Picture, part: Picture) -> None:
    """Put a picture into its place, where OpenCV took memory of its own, as it may."""
    if not np.may_share_memory(done, part):
        part[:] = done


def _same(one: object, other: object) -> bool:
    """Compare keys; tables are compared by identity, since their arrays have no truth value."""
    if not isinstance(one, tuple) or not isinstance(other, tuple):
        return False
    return one[1:] == other[1:] and (one[0] is other[0] or (_is_window(one[0]) and one[0] == other[0]))


def _is_window(voi: object) -> bool:
    return not hasattr(voi, "values")


def _turned(view: View, array: NDArray[Any]) -> NDArray[Any]:
    return np.ascontiguousarray(view.turn(array))


def _turned_mask(view: View, mask: Mask | None) -> Mask | None:
    return None if mask is None else _turned(view, mask)


def _first_true(mask: NDArray[np.bool_]) -> tuple[int, int]:
    return int(mask.any(axis=1).argmax()), int(mask.any(axis=0).argmax())
