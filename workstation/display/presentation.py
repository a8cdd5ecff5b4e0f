"""Presentation states applied: the frame and the view with which `workstation.display.render` shows what they ask for.

What the state says goes before what the image says, also where it says nothing (PS3.4 N.2): an image that is rescaled
to Hounsfield units is shown by its stored values where the state has no rescaling. So measure on the image's own frame.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from workstation.display.bitmaps import bits_on_screen
from workstation.display.colour_tables import Colours, table_of_channels
from workstation.display.graphic_shapes import Points
from workstation.display.ink import Ink
from workstation.display.mask_subtraction import Subtraction, is_subtracted, subtracted
from workstation.display.presentation_ink import LayerContent, draw_layers
from workstation.display.samples import axes_of
from workstation.display.view import Size, View
from workstation.display.voi import PValues
from workstation.errors import UserError
from workstation.model.frame import Frame, LookupTable, ModalityTransform, Voi, Window
from workstation.model.frame_parts import Overlay
from workstation.model.geometry import Spacing, SpacingSource
from workstation.objects.presentation.values import (
    DisplayedArea,
    Point,
    PresentationState,
    Units,
    applies,
)
from workstation.quick_dataclass import dataclass

_SAME_ASPECT = 1e-3
_TOP_OF_UNSIGNED = 1 << 15


@dataclass(frozen=True, eq=False)
class Presentation:
    """What a state adds to the pictures of a frame beyond frame and view; compared by identity.

    Parameters
    ----------
    state
        The whole state.
    layers
        What is drawn, in order, each with its content for this frame.
    full_window
        The window that stands for having none.
    luts
        From what a window gives to P-Values (PS3.3 C.11.4): with a window, and with none.
    shutter_bitmap
        Bits where the image is not shown (PS3.3 C.7.6.15).
    edges_px
        Left, top, right, bottom of the displayed area, inclusive: DISPLAY units are fractions of it.
    """

    state: PresentationState
    layers: tuple[LayerContent, ...]
    shutter_bitmap: Overlay | None
    edges_px: tuple[int, int, int, int]
    full_window: Window | None = None
    luts: tuple[PValues, PValues] | None = None

    @property
    def layer_names(self) -> tuple[str, ...]:
        """The layers that have content for this frame, lowest first: what may be switched off."""
        return tuple(content.layer.name for content in self.layers)

    def p_values(self, voi: Voi) -> PValues | None:
        """Give the table that follows a window; None where there is none."""
        return None if self.luts is None else self.luts[int(voi is self.full_window)]

    def ink(self, frame: Frame, view: View, size_px: Size) -> Ink | None:
        """Draw the layers that are not hidden; None where there are none."""
        seen = tuple(content for content in self.layers if content.layer.name not in view.hidden_layers)
        return draw_layers(seen, _Maps(self, frame, view, size_px), size_px) if seen else None


@dataclass(frozen=True)
class Presented:
    """A frame and a view that show what a state asks for; ``not_applied`` are sentences about the rest."""

    frame: Frame
    view: View
    presentation: Presentation
    not_applied: tuple[str, ...]


def present(
    state: PresentationState,
    frame: Frame,
    sop_instance_uid: str,
    *,
    screen_mm_per_px: float | None = None,
    mask: Subtraction | None = None,
) -> Presented:
    """Apply a state to a frame of an image that it refers to.

    Parameters
    ----------
    state
        What is asked for.
    frame
        As the image has it, with its number.
    sop_instance_uid
        Of the image.
    screen_mm_per_px
        Size of a pixel of a calibrated monitor, for TRUE SIZE.
    mask
        What is subtracted where the state wants that, see `workstation.display.mask_subtraction.subtraction_in`.

    Raises
    ------
    UserError
        If the state is for other images, or for the other kind of pixels.
    """
    _check(state, frame, sop_instance_uid)
    uid, number = sop_instance_uid, frame.number
    area = _area(state, uid, number)
    overlays = {each.group: each for each in frame.overlays}
    shown = _shown_frame(state, frame, area)
    if mask is not None and is_subtracted(state.mask, number) and mask.mask.shape == frame.pixels.shape:
        shown = subtracted(shown, mask)
    else:
        mask = None
    own = next((each.voi for each in state.voi if applies(each.references, uid, number)), None)
    full = full_range(shown) if own is None and not frame.is_colour else None
    table = state.presentation_lut
    presentation = replace(
        graphics_of(state, frame, uid),
        shutter_bitmap=_shutter_bitmap(state),
        full_window=full,
        luts=None if table is None else (PValues(table, evenly=False), PValues(table, evenly=True)),
    )
    view = View(
        voi=full if own is None else _signed_as(own, shown),
        rotation_quarters=state.rotation_quarters,
        flipped_h=state.is_flipped_h,
        colours=_colours(state),
        presentation=presentation,
        fitted_px=area.edges_px if area else None,
        zoom=_zoom(area, screen_mm_per_px),
    )
    given = _Given(screen_mm_per_px, number, mask)
    return Presented(shown, view, presentation, _not_applied(state, area, overlays, given))


def graphics_of(state: PresentationState, frame: Frame, sop_instance_uid: str) -> Presentation:
    """Give only what a state draws on a frame of an image that it refers to, to be shown in any window and turn."""
    uid, number = sop_instance_uid, frame.number
    area = _area(state, uid, number)
    rows, columns = frame.pixels.shape[:2]
    contents = _contents(state, uid, number, {each.group: each for each in frame.overlays})
    return Presentation(state, contents, None, area.edges_px if area else (0, 0, columns - 1, rows - 1))


def _area(state: PresentationState, uid: str, number: int) -> DisplayedArea | None:
    return next((each for each in state.areas if applies(each.references, uid, number)), None)


def _check(state: PresentationState, frame: Frame, sop_instance_uid: str) -> None:
    if not state.refers_to(sop_instance_uid, frame.number):
        raise UserError("The presentation state does not refer to this image.", hint="Choose one that was made for it.")
    if frame.is_colour != (state.kind == "color"):
        pixels = "colours" if frame.is_colour else "greys"
        raise UserError(f"The presentation state is {state.kind}, but the image has {pixels}.")


def full_range(frame: Frame) -> Window:
    """Give the window over everything that the modality transform can give: the identity of PS3.4 N.2.1.3."""
    if frame.pixels.dtype.kind == "f":
        finite = frame.pixels[np.isfinite(frame.pixels)]
        ends = np.array([finite.min(), finite.max()]) if finite.size else np.array([0.0, 1.0])
        low, high = sorted(float(each) for each in frame.modality.apply(ends))
        return Window((low + high) / 2, max(high - low, 1e-6), "LINEAR_EXACT", "full range")
    if frame.modality.lut is not None:
        low, high = 0.0, float(2**frame.modality.lut.bits - 1)
    else:
        lowest = -(1 << frame.bits_stored - 1) if frame.pixels.dtype.kind == "i" else 0
        ends = np.array([lowest, lowest + (1 << frame.bits_stored) - 1])
        low, high = sorted(float(each) for each in frame.modality.apply(ends))
    return Window((low + high) / 2, max(high - low, 1e-6), "LINEAR_EXACT", "full range")


def _shown_frame(state: PresentationState, frame: Frame, area: DisplayedArea | None) -> Frame:
    modality = state.modality or ModalityTransform()
    if modality.lut is not None and frame.pixels.dtype.kind == "i":
        modality = replace(modality, lut=_signed(modality.lut))
    shown = replace(
        frame,
        spacing=_spacing(frame.spacing, area),
        overlays=(),
        shutter=state.shutter,
    )
    if frame.is_colour:
        return shown
    return replace(
        shown, modality=modality, photometric="MONOCHROME2", presentation_is_inverse=state.is_inverse, voi=()
    )


def _signed(table: LookupTable) -> LookupTable:
    """Read the first input as signed, which an implicit transfer syntax does not tell."""
    is_high = table.first_input >= _TOP_OF_UNSIGNED
    return replace(table, first_input=table.first_input - 2 * _TOP_OF_UNSIGNED) if is_high else table


def _signed_as(voi: Voi, frame: Frame) -> Voi:
    """Read the first input of a table as signed where the values that go into it may be negative."""
    if not isinstance(voi, LookupTable):
        return voi
    full = full_range(frame)
    return _signed(voi) if full.center - full.width / 2 < 0 else voi


def _spacing(own: Spacing, area: DisplayedArea | None) -> Spacing:
    """Give the pixels the shape that the state asks for; lengths are no longer known where the image says otherwise."""
    aspect = None if area is None else area.aspect
    if area is not None and area.spacing_mm is not None:
        aspect = area.spacing_mm[0] / area.spacing_mm[1]
    if aspect is None or abs(aspect - own.between_rows / own.between_columns) < _SAME_ASPECT * aspect:
        return own
    return Spacing(aspect, 1.0, SpacingSource.ASPECT_RATIO)


def _zoom(area: DisplayedArea | None, screen_mm_per_px: float | None) -> float | None:
    if area is None:
        return None
    if area.mode == "MAGNIFY":
        return area.magnification
    if area.mode == "TRUE SIZE" and area.spacing_mm is not None and screen_mm_per_px:
        return min(area.spacing_mm) / screen_mm_per_px
    return None


def _colours(state: PresentationState) -> Colours:
    return table_of_channels(state.palette, label=state.description or state.label) if state.palette else ""


def _shutter_bitmap(state: PresentationState) -> Overlay | None:
    group = state.shutter_bitmap
    return None if group is None else next((each.overlay for each in state.overlays if each.group == group), None)


def _contents(
    state: PresentationState, uid: str, number: int, of_image: dict[int, Overlay]
) -> tuple[LayerContent, ...]:
    found = []
    for layer in state.layers:
        annotations = tuple(
            each for each in state.annotations if each.layer == layer.name and applies(each.references, uid, number)
        )
        bitmaps = (each.overlay or of_image.get(each.group) for each in state.overlays if each.layer == layer.name)
        overlays = tuple(each for each in bitmaps if each is not None)
        if annotations or overlays:
            found.append(LayerContent(layer, annotations, overlays))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class _Given:
    """What was there to apply a state with."""

    screen_mm_per_px: float | None
    number: int
    mask: Subtraction | None


def _not_applied(
    state: PresentationState, area: DisplayedArea | None, of_image: dict[int, Overlay], given: _Given
) -> tuple[str, ...]:
    wants_mask = state.has_mask if state.mask is None else is_subtracted(state.mask, given.number)
    missing = [each for each in state.overlays if each.overlay is None and each.group not in of_image]
    told = (
        (wants_mask and given.mask is None, "The subtraction of a mask is not applied."),
        (
            given.mask is not None and given.mask.contrast is None and _averages(state),
            "The averaging of frames with contrast is not applied.",
        ),
        (state.has_other_profile, "The colour profile is not applied: its colours are shown as those of the screen."),
        (
            area is not None and area.mode == "TRUE SIZE" and not (given.screen_mm_per_px and area.spacing_mm),
            "The true size is not applied: it needs a calibrated monitor, and the size of a pixel.",
        ),
        (area is not None and area.mode == "MAGNIFY" and area.magnification is None, "The magnification is missing."),
        (bool(missing), "An overlay that is to be shown is neither in the state nor in the image."),
        (
            state.shutter_rgb is not None and (state.shutter is not None or state.shutter_bitmap is not None),
            "The colour of the shutter is not applied, its brightness is.",
        ),
        (state.kind == "pseudo-color" and state.palette is None, "The palette is not applied: it is damaged."),
    )
    return (*state.problems, *(sentence for is_so, sentence in told if is_so))


def _averages(state: PresentationState) -> bool:
    return state.mask is not None and state.mask.averaged > 1


class _Maps:
    """The way from the points of a state to the screen."""

    def __init__(self, presentation: Presentation, frame: Frame, view: View, size_px: Size) -> None:
        self._presentation, self._frame, self._view, self._size = presentation, frame, view, size_px
        self._matrix = view.image_to_screen(frame, size_px)
        state = presentation.state
        self._axes = View(rotation_quarters=state.rotation_quarters, flipped_h=state.is_flipped_h).axes()

    def to_screen(self, points: tuple[Point, ...], units: Units) -> Points:
        """Give points (n, 2) of the screen."""
        return self._placed(np.array(points, np.float64), units)

    def turned(self, points: Points, units: Units, around: Point, degrees: float) -> Points:
        """Turn points counterclockwise, as whoever drew them saw it, and give them on the screen."""
        placed = self._placed(points, units)
        if not degrees % 360:
            return placed
        middle = self._placed(np.array([around], np.float64), units)
        angle = np.radians(-degrees if self._is_mirrored(units) else degrees)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        return np.asarray(middle + (placed - middle) @ turn.T)

    def bitmap(self, overlays: tuple[Overlay, ...]) -> NDArray[np.uint8] | None:
        """Give the bits of overlays on the screen, (height, width)."""
        place = self._view.placement(self._frame, self._size)
        x, y = axes_of(place, self._frame.pixels.shape)
        if x.stop_px == x.start_px or y.stop_px == y.start_px:
            return None
        canvas = np.zeros((place.canvas_px[1], place.canvas_px[0]), np.uint8)
        shape = self._frame.pixels.shape[0], self._frame.pixels.shape[1]
        canvas[y.start_px : y.stop_px, x.start_px : x.stop_px] = bits_on_screen(overlays, shape, x, y)
        return np.ascontiguousarray(self._view.turn(canvas))

    def _placed(self, points: Points, units: Units) -> Points:
        image = points if units == "PIXEL" else self._in_image(points)
        return image @ self._matrix[:, :2].T + self._matrix[:, 2]

    def _in_image(self, fractions: Points) -> Points:
        """Give the image points of fractions of the displayed area, right and down as the state turns it."""
        left, top, right, bottom = self._presentation.edges_px
        middle = np.array([(left + right) / 2, (top + bottom) / 2])
        half = np.array([right - left + 1, bottom - top + 1]) / 2
        away = (2 * fractions - 1) * (np.abs(self._axes) @ half)
        return np.asarray(middle + away @ self._axes)

    def _is_mirrored(self, units: Units) -> bool:
        """Say whether counterclockwise in the units is clockwise on the screen."""
        sense = np.linalg.det(self._matrix[:, :2])
        return bool(sense < 0) if units == "PIXEL" else bool(sense * np.linalg.det(self._axes) < 0)
