"""The one picture of a frame: for the window, the terminal, picture files and the golden tests alike."""

from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.display.bitmaps import Mask, bitmap_shutter_mask, overlay_mask, padding_on_screen, shutter_mask
from workstation.display.colour_tables import GREY, ColourTable, colour_table, packed_colours, table_of
from workstation.display.ink import Ink
from workstation.display.samples import Axis, Samples, Source, axes_of
from workstation.display.view import Size, View
from workstation.display.voi import PValues, default_voi, fractions, is_inverse, is_usable, modality_values, p_values
from workstation.model.frame import Frame, ModalityTransform, Voi
from workstation.model.frame_parts import SupplementalPalette
from workstation.quick_dataclass import dataclass

Picture = NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Part of a picture: its first row and column, and those after its last ones."""
MOST_TABLES = 16
_BLACK = np.frombuffer(bytes((0, 0, 0, 255)), np.int32)[0]
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
    first_voi
        The window where a view names none; None takes `workstation.display.voi.default_voi`.
    """

    def __init__(self, frame: Frame, first_voi: Voi | None = None) -> None:
        self.frame = frame
        self._source = Source(frame)
        self.first_voi = first_voi
        self._default = first_voi
        self._drawn: tuple[View, Size, _Drawn] | None = None

    def beside(self) -> "Renderer":
        """Give another renderer of the frame, for another view of it: what this one has made ready is shared."""
        other = Renderer(self.frame, self.first_voi)
        other._source, other._default = self._source, self._default
        return other

    def opened_with(self, first_voi: Voi | None) -> "Renderer":
        """Give a renderer of the frame that has another first window."""
        other = Renderer(self.frame, first_voi)
        other._source = self._source
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

    def paint(self, view: View, size_px: Size, canvas: Picture, *, black_around: Box | None = None) -> Box | None:
        """Put the picture of `render` into a canvas for a screen.

        Parameters
        ----------
        canvas
            (height, width, 4), contiguous: blue, green, red and 255, as screens have them; all of it is written.
        black_around
            The canvas is known to be black outside of this box, which was given when it was painted before: that is
            not written again.

        Returns
        -------
        Box or None
            Around which the canvas is black now; None where that is not known.
        """
        drawn = self._draw(view, size_px)
        samples = drawn.samples
        is_plain = drawn.add is None and not self.frame.is_colour
        if samples.values.size and is_plain and samples.values.dtype.kind != "f":
            box = self._look_up(view, drawn, canvas, black_around)
        else:
            box = None
            plain = np.zeros((size_px[1], size_px[0], 3), np.uint8)
            if samples.values.size:
                self._put_image(view, drawn, plain)
            _put(cv2.cvtColor(plain, cv2.COLOR_RGB2BGRA, dst=canvas), canvas)
        if drawn.ink is not None:
            drawn.ink.put_over(canvas)
            return None
        return box

    def _look_up(self, view: View, drawn: _Drawn, canvas: Picture, black_around: Box | None) -> Box:
        """Take greys or colours from one table straight into the canvas, and black where the image does not reach."""
        table = self._table_of(view, drawn.samples).for_screen
        words = canvas.view(np.int32)[:, :, 0]
        rows, columns = drawn.samples.values.shape
        top, left = drawn.top_left_px
        box = top, left, top + rows, left + columns
        if black_around is None or not _is_within(black_around, box):
            for border in (
                words[:top],
                words[top + rows :],
                words[top : top + rows, :left],
                words[top : top + rows, left + columns :],
            ):
                border[...] = _BLACK
        part = words[top : top + rows, left : left + columns]
        done = cv2.LUT(drawn.samples.values, table, dst=part)
        if not np.may_share_memory(done, part):
            part[...] = done
        if drawn.keep is not None:  # as nothing is added: all of a pixel, or nothing of it
            np.copyto(part, _BLACK, where=drawn.keep == 0)
        return box

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
        held = self._drawn
        if held is None or held[1] != size_px or not _lie_alike(held[0], view):
            held = self._drawn = view, size_px, self._drawn_anew(view, size_px)
        return held[2]

    def _drawn_anew(self, view: View, size_px: Size) -> _Drawn:
        place = view.placement(self.frame, size_px)
        x, y = axes_of(place, self.frame.pixels.shape)
        ink = None if view.presentation is None else view.presentation.ink(self.frame, view, size_px)
        if x.stop_px == x.start_px or y.stop_px == y.start_px:
            return _Drawn(Samples(np.zeros((0, 0), np.uint8)), None, None, (0, 0), ink)
        keep, add = self._masks(view, x, y)
        samples = self._source.samples(x, y, view.interpolation)
        turned = replace(samples, values=_turned(view, samples.values))
        corner = _turned_corner(view, x, y, place.canvas_px)
        return _Drawn(turned, _turned_mask(view, keep), _turned_mask(view, add), corner, ink)

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
        if samples.values.dtype.kind == "f":
            return _as_bytes(self._shown(view, samples.values))
        return _as_bytes(np.asarray(cv2.LUT(samples.values, self._table_of(view, samples).table)))

    def _table_of(self, view: View, samples: Samples) -> "_Tables":
        """Give what each whole sample is shown as."""
        greys = samples.lowest, samples.steps, samples.entries
        return _tables(self._meaning(view), *greys, size=1 << 8 * samples.values.dtype.itemsize)

    def _shown(self, view: View, stored: NDArray[Any]) -> Table:
        return _shown(self._meaning(view), stored)

    def _meaning(self, view: View) -> "_Meaning":
        voi = self.voi(view)
        return _Meaning(
            self.frame.is_colour,
            self.frame.modality,
            self.frame.supplemental,
            voi,
            None if view.presentation is None else view.presentation.p_values(voi),
            (is_inverse(self.frame) and not self.frame.is_colour) != view.inverted,
            None if self.frame.is_colour else table_of(view.colours),
        )


@dataclass(frozen=True, slots=True)
class _Meaning:
    """All that decides how a stored value is shown."""

    is_colour: bool
    modality: ModalityTransform
    supplemental: SupplementalPalette | None
    voi: Voi
    lut: PValues | None
    inverse: bool
    colours: ColourTable | None


class _Tables:
    """What every sample is shown as, for pictures and for the screen."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @cached_property
    def for_screen(self) -> NDArray[np.int32]:
        """Blue, green, red and 255 in one number."""
        if self.table.dtype == np.int32:
            channels = np.ascontiguousarray(self.table).view(np.uint8).reshape(-1, 4).copy()
            channels[:, :3], channels[:, 3] = channels[:, 2::-1].copy(), 255
            return channels.view(np.int32).reshape(-1)
        return (self.table.astype(np.uint32) * np.uint32(0x010101) + np.uint32(0xFF000000)).view(np.int32)


@lru_cache(maxsize=MOST_TABLES)
def _tables(meaning: _Meaning, lowest: int, steps: int, entries: int, *, size: int) -> _Tables:
    """Make the tables for samples; slices of a stack mostly share them. What is beyond ``entries`` does not occur."""
    shown = _shown(meaning, lowest + np.arange(entries, dtype=np.float64) / steps)
    table = np.zeros(size, shown.dtype)
    table[:entries] = shown
    return _Tables(table)


def _shown(meaning: _Meaning, stored: NDArray[Any]) -> Table:
    """Give greys, shape as given; or colours as `ColourTable.packed` has them, where there is a table of colours."""
    values = stored if meaning.is_colour else modality_values(stored, meaning.modality)
    shown = fractions(values, meaning.voi)
    if meaning.lut is not None:
        shown = p_values(shown, meaning.lut.table, evenly=meaning.lut.evenly)
    if meaning.inverse:
        shown = 1 - shown
    if meaning.supplemental is not None:
        return _supplemented(meaning.supplemental, stored, (meaning.colours or colour_table(GREY)).packed(shown))
    if meaning.colours is not None:
        return meaning.colours.packed(shown)
    return (shown * 255 + 0.5).astype(np.uint8)


def _supplemented(palette: SupplementalPalette, stored: NDArray[Any], greys: NDArray[np.int32]) -> NDArray[np.int32]:
    """Put the colours of a palette in the place of the greys of its values (PS3.3 C.7.6.19)."""
    colours = packed_colours(palette.rgb)
    at = np.clip(np.nan_to_num(stored) - palette.first_input, 0, len(colours) - 1).astype(np.int32)
    return np.where(stored >= palette.first_input, colours[at], greys)


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


def _is_within(inner: Box, outer: Box) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _put(done: Picture, part: Picture) -> None:
    """Put a picture into its place, where OpenCV took memory of its own, as it may."""
    if not np.may_share_memory(done, part):
        part[:] = done


def _lie_alike(one: View, other: View) -> bool:
    """Tell whether two views differ in nothing but the greys or colours of what is seen."""
    return one is other or replace(one, voi=other.voi, inverted=other.inverted, colours=other.colours) == other


def _turned(view: View, array: NDArray[Any]) -> NDArray[Any]:
    return np.ascontiguousarray(view.turn(array))


def _turned_mask(view: View, mask: Mask | None) -> Mask | None:
    return None if mask is None else _turned(view, mask)


def _turned_corner(view: View, x: Axis, y: Axis, canvas_px: Size) -> tuple[int, int]:
    """Give (top, left) of what the axes cover once it is turned and flipped with its canvas."""
    left, top, right, bottom = x.start_px, y.start_px, x.stop_px, y.stop_px
    width, height = canvas_px
    for _ in range(view.rotation_quarters % 4):
        left, top, right, bottom = height - bottom, left, height - top, right
        width, height = height, width
    if view.flipped_h:
        left = width - right
    if view.flipped_v:
        top = height - bottom
    return top, left
