"""What a softcopy presentation state says, as frozen values (PS3.3 A.33, C.10.4 to C.10.7, C.11).

Image points are (column, row) from 0 at the centre of the first pixel, as everywhere in the program; the file counts
from the corner of that pixel. Points in DISPLAY units are fractions of the displayed area, right and down as it is
seen.
"""

from typing import Literal

from workstation.model.frame import LookupTable, ModalityTransform, Voi
from workstation.model.frame_parts import Overlay, Shutter
from workstation.quick_dataclass import dataclass

Point = tuple[float, float]
Rgb = tuple[int, int, int]
Units = Literal["PIXEL", "DISPLAY"]
Kind = Literal["grayscale", "color", "pseudo-color"]
GraphicKind = Literal["POINT", "POLYLINE", "INTERPOLATED", "CIRCLE", "ELLIPSE"]
CompoundKind = Literal[
    "MULTILINE",
    "INFINITELINE",
    "CUTLINE",
    "RANGELINE",
    "RULER",
    "AXIS",
    "CROSSHAIR",
    "ARROW",
    "RECTANGLE",
    "ELLIPSE",
]
SizeMode = Literal["SCALE TO FIT", "TRUE SIZE", "MAGNIFY"]


@dataclass(frozen=True, slots=True)
class ImageReference:
    """An image that is meant; ``frames`` from 0, none means all of them (PS3.3 10.3)."""

    sop_instance_uid: str
    sop_class_uid: str = ""
    series_instance_uid: str = ""
    frames: tuple[int, ...] = ()

    def means(self, sop_instance_uid: str, frame: int) -> bool:
        """Say whether this frame is meant."""
        return self.sop_instance_uid == sop_instance_uid and (not self.frames or frame in self.frames)


References = tuple[ImageReference, ...]
"""Which frames something is for; empty is all that the state refers to."""


def applies(references: References, sop_instance_uid: str, frame: int) -> bool:
    """Say whether something with these references is for a frame."""
    return not references or any(each.means(sop_instance_uid, frame) for each in references)


@dataclass(frozen=True, slots=True)
class LineStyle:
    """How lines are drawn (PS3.3 10.17); ``thickness_px`` in screen pixels, ``opacity`` 0 to 1.

    ``pattern`` is sixteen bits, the lowest first, that are on and off along the line; 0 is a solid line.
    """

    colour: Rgb | None = None
    thickness_px: float = 0.0
    pattern: int = 0
    opacity: float = 1.0
    off_colour: Rgb | None = None
    off_opacity: float = 0.0
    shadow: "Shadow | None" = None


@dataclass(frozen=True, slots=True)
class FillStyle:
    """How an area is filled (PS3.3 10.18); ``stipple`` is 32 rows of 32 bits, or empty for an even colour."""

    colour: Rgb | None = None
    opacity: float = 1.0
    stipple: bytes = b""
    off_colour: Rgb | None = None
    off_opacity: float = 0.0


@dataclass(frozen=True, slots=True)
class Shadow:
    """A shadow behind text or lines: NORMAL is moved by an offset in screen pixels, OUTLINED runs around."""

    outlined: bool
    colour: Rgb
    opacity: float = 1.0
    offset_px: Point = (1.0, 1.0)


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How text is written (PS3.3 10.19)."""

    colour: Rgb | None = None
    font: str = ""
    horizontal: Literal["LEFT", "CENTER", "RIGHT", ""] = ""
    vertical: Literal["TOP", "CENTER", "BOTTOM", ""] = ""
    underlined: bool = False
    bold: bool = False
    italic: bool = False
    shadow: Shadow | None = None


@dataclass(frozen=True, slots=True)
class Graphic:
    """A simple graphic (PS3.3 C.10.5.1.2).

    ``points`` are one point; the corners of a line; points that a smooth line runs through; centre and a point of a
    circle; or the ends of the major axis of an ellipse, then those of the minor one.
    """

    kind: GraphicKind
    points: tuple[Point, ...]
    units: Units = "PIXEL"
    is_filled: bool = False
    line: LineStyle | None = None
    fill: FillStyle | None = None
    compound_id: int | None = None
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A text, its lines divided by line feeds, in a box (its corners as seen), at an anchor, or both (C.10.5.1.1)."""

    text: str
    box: tuple[Point, Point] | None = None
    box_units: Units = "PIXEL"
    justification: Literal["LEFT", "CENTER", "RIGHT"] = "LEFT"
    anchor: Point | None = None
    anchor_units: Units = "PIXEL"
    is_anchor_visible: bool = False
    style: TextStyle | None = None
    compound_id: int | None = None
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """A tick of a ruler, axis or cross: 0 at its first point, 1 at its second."""

    position: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Compound:
    """A compound graphic (PS3.3 C.10.5.1.3).

    ``rotation_deg`` is counterclockwise around ``rotation_point``; ``gap`` and ``diameter`` are fractions of the
    display, as they don't change with the zoom. ``tick_alignment`` and ``label_alignment`` are seen along the line.
    """

    kind: CompoundKind
    points: tuple[Point, ...]
    units: Units = "PIXEL"
    identifier: int | None = None
    rotation_deg: float = 0.0
    rotation_point: Point | None = None
    gap: float = 0.0
    diameter: float = 0.0
    ticks: tuple[Tick, ...] = ()
    tick_alignment: Literal["BOTTOM", "CENTER", "TOP"] = "CENTER"
    label_alignment: Literal["BOTTOM", "TOP"] = "BOTTOM"
    shows_labels: bool = False
    is_filled: bool = False
    line: LineStyle | None = None
    fill: FillStyle | None = None
    text: TextStyle | None = None
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class Annotation:
    """Graphics and texts of one layer, for some frames (PS3.3 C.10.5)."""

    layer: str
    graphics: tuple[Graphic, ...] = ()
    texts: tuple[Text, ...] = ()
    compounds: tuple[Compound, ...] = ()
    references: References = ()


@dataclass(frozen=True, slots=True)
class GraphicGroup:
    """Graphics and texts that belong together (PS3.3 C.10.13): its number, its name, and more about it."""

    identifier: int
    label: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of graphics, drawn in this order, lowest first; ``rgb`` is the colour that is recommended (C.10.7)."""

    name: str
    order: int
    rgb: Rgb | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class DisplayedArea:
    """What part of the image is displayed, and how large (PS3.3 C.10.4).

    Parameters
    ----------
    first_px, last_px
        (column, row) of the pixels that are seen top left and bottom right, once turned and flipped, from 0, inclusive.
        They may lie outside of the image.
    mode
        How large it is.
    spacing_mm
        (between rows, between columns) of the pixels on the screen.
    aspect
        Height of a pixel over its width.
    magnification
        Screen pixels per image pixel, of MAGNIFY.
    """

    first_px: tuple[int, int]
    last_px: tuple[int, int]
    mode: SizeMode = "SCALE TO FIT"
    spacing_mm: tuple[float, float] | None = None
    aspect: float | None = None
    magnification: float | None = None
    references: References = ()

    @property
    def edges_px(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in the image as stored, from 0, inclusive."""
        (x0, y0), (x1, y1) = self.first_px, self.last_px
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


@dataclass(frozen=True, slots=True)
class MaskSubtraction:
    """Frames that are taken off others of their image (PS3.3 C.7.6.10).

    Parameters
    ----------
    frames
        That are averaged for the mask, from 0; none where ``operation`` finds the mask of each frame.
    ranges
        First and last frame, from 0, that it is taken off; none means all.
    shift_px
        Rows downwards and columns to the left by which the mask is moved.
    averaged
        How many frames with contrast are averaged, from the one that is shown on.
    operation
        AVG_SUB takes the mean of ``frames`` off; TID the frame that is ``offset`` before the one that is shown; REV_TID
        goes back through the frames before the first one that a mask is taken off, from ``offset`` before it.
    offset
        TID Offset (0028,6120); negative ones mean frames after.
    """

    frames: tuple[int, ...]
    ranges: tuple[tuple[int, int], ...] = ()
    shift_px: tuple[float, float] = (0.0, 0.0)
    averaged: int = 1
    operation: Literal["AVG_SUB", "TID", "REV_TID"] = "AVG_SUB"
    offset: int = 1

    @property
    def is_one_for_all(self) -> bool:
        """Whether one picture is taken off every frame, and each as it is."""
        return self.operation == "AVG_SUB" and self.averaged == 1

    def masks_of(self, number: int) -> tuple[int, ...]:
        """Give the frames that are averaged to be taken off a frame, all from 0; below 0 there are none."""
        if self.operation == "AVG_SUB":
            return self.frames
        if self.operation == "TID":
            return (number - self.offset,)
        first = self.ranges[0][0]
        return ((first - self.offset) - (number - first),)


@dataclass(frozen=True)
class SoftcopyVoi:
    """A window or table for some frames (PS3.3 C.11.8)."""

    voi: Voi
    references: References = ()


@dataclass(frozen=True)
class PresentationOverlay:
    """A bitmap that is shown in a layer: one of the state, or that of a group of the image (PS3.3 C.11.7)."""

    group: int
    layer: str
    overlay: Overlay | None = None


@dataclass(frozen=True)
class PresentationState:
    """A softcopy presentation state.

    Parameters
    ----------
    kind
        Grey, colour, or grey shown in the colours of a palette.
    references
        The images that it is for.
    modality
        From stored values; None is the identity, whatever the images say (PS3.4 N.2.1.1).
    voi
        Windows and tables; where none is for a frame, the full range is shown.
    presentation_lut
        From what the window gives to P-Values, over its full input; None is the identity, or the inverse.
    palette
        Red, green and blue of pseudo-colour.
    rotation_quarters, is_flipped_h
        Quarter turns clockwise, then left and right exchanged (PS3.3 C.10.6).
    shutter_bitmap
        Group of the overlay whose bits are shut off (PS3.3 C.7.6.15).
    shutter_value
        P-Value, 0 to 65535, of what is shut off.
    layers
        In drawing order.
    mask
        What is to be subtracted; None also where ``has_mask`` says that something is, in a way that is not done here.
    has_mask, has_other_profile
        Whether frames are to be subtracted, and whether colours are meant in another space than sRGB.
    problems
        Sentences about what could not be read and is left out.
    groups
        Which graphics and texts belong together.
    """

    kind: Kind
    references: References = ()
    sop_instance_uid: str = ""
    label: str = ""
    description: str = ""
    creator: str = ""
    created: str = ""
    modality: ModalityTransform | None = None
    voi: tuple[SoftcopyVoi, ...] = ()
    is_inverse: bool = False
    presentation_lut: LookupTable | None = None
    palette: tuple[LookupTable, LookupTable, LookupTable] | None = None
    areas: tuple[DisplayedArea, ...] = ()
    rotation_quarters: int = 0
    is_flipped_h: bool = False
    shutter: Shutter | None = None
    shutter_bitmap: int | None = None
    shutter_value: int = 0
    shutter_rgb: Rgb | None = None
    overlays: tuple[PresentationOverlay, ...] = ()
    layers: tuple[Layer, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    mask: MaskSubtraction | None = None
    has_mask: bool = False
    has_other_profile: bool = False
    problems: tuple[str, ...] = ()
    groups: tuple[GraphicGroup, ...] = ()

    def refers_to(self, sop_instance_uid: str, frame: int = 0) -> bool:
        """Say whether a frame, from 0, is among those that it is for."""
        return any(each.means(sop_instance_uid, frame) for each in self.references)
