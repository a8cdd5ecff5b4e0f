"""The layers of a presentation state on the screen: graphics, texts and bitmaps in the colours that they ask for."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from workstation.display.graphic_shapes import Parts, Points, compound_parts, graphic_line, point_mark
from workstation.display.ink import Ink, Pen, Sheet, text_width
from workstation.model.frame_parts import Overlay
from workstation.objects.presentation.values import (
    Annotation,
    Compound,
    FillStyle,
    Graphic,
    Layer,
    LineStyle,
    Shadow,
    Text,
    TextStyle,
    Units,
)
from workstation.objects.presentation.values import Point as GraphicPoint
from workstation.quick_dataclass import dataclass

DEFAULT_RGB = (255, 214, 64)
BITMAP_RGB = (255, 255, 255)
_LINES_DOWN = 42
_SMALLEST_TEXT_PX = 12
_REGULAR, _BOLD = 500, 800
_BESIDE_PX = 8


@dataclass(frozen=True)
class LayerContent:
    """A layer with what is in it, for one frame."""

    layer: Layer
    annotations: tuple[Annotation, ...]
    overlays: tuple[Overlay, ...]


class Maps(Protocol):
    """How points of a state come to the screen."""

    def to_screen(self, points: tuple[GraphicPoint, ...], units: Units) -> Points:
        """Give points (n, 2) of the screen."""

    def turned(self, points: Points, units: Units, around: GraphicPoint, degrees: float) -> Points:
        """Turn points (n, 2) counterclockwise around another one; (n, 2) of the screen."""

    def bitmap(self, overlays: tuple[Overlay, ...]) -> NDArray[np.uint8] | None:
        """Give the bits of overlays on the screen (height, width), 0 to 255."""


def text_size_px(size_px: tuple[int, int]) -> int:
    """Give the size of the letters in a picture of (width, height)."""
    return max(_SMALLEST_TEXT_PX, min(size_px) // _LINES_DOWN)


def draw_layers(layers: tuple[LayerContent, ...], maps: Maps, size_px: tuple[int, int]) -> Ink:
    """Draw layers, the first one lowest."""
    sheet = Sheet(*size_px)
    for content in layers:
        painter = _Painter(sheet, maps, content.layer)
        painter.bitmaps(content.overlays)
        for annotation in content.annotations:
            painter.annotation(annotation)
    return sheet.ink()


class _Painter:
    """Draws into one layer."""

    def __init__(self, sheet: Sheet, maps: Maps, layer: Layer) -> None:
        self._sheet, self._maps, self._layer = sheet, maps, layer
        self._text_px = text_size_px((sheet.width, sheet.height))
        self._line_px = 1 + min(sheet.width, sheet.height) // 900

    def bitmaps(self, overlays: tuple[Overlay, ...]) -> None:
        mask = self._maps.bitmap(overlays) if overlays else None
        if mask is not None:
            self._sheet.mask(mask, Pen(self._layer.rgb or BITMAP_RGB))

    def annotation(self, annotation: Annotation) -> None:
        """Draw what is in it; compound graphics go before the simple ones that stand in for them."""
        drawn = {each.identifier for each in annotation.compounds if each.identifier is not None}
        for compound in annotation.compounds:
            self._compound(compound)
        for graphic in annotation.graphics:
            if graphic.compound_id is None or graphic.compound_id not in drawn:
                self._graphic(graphic)
        for text in annotation.texts:
            if text.compound_id is None or text.compound_id not in drawn:
                self._text(text)

    def _graphic(self, graphic: Graphic) -> None:
        points = self._maps.to_screen(graphic.points, graphic.units)
        if graphic.kind == "POINT":
            self._parts(point_mark(points[0]), graphic.line)
            return
        line, is_closed = graphic_line(graphic.kind, points)
        if graphic.is_filled:
            self._fill(line, graphic.fill)
        self._stroke(line, graphic.line, closed=is_closed or graphic.is_filled)

    def _compound(self, graphic: Compound) -> None:
        points = np.array(graphic.points, np.float64)
        if graphic.kind in ("RECTANGLE", "ELLIPSE"):
            points = _corners(points, ellipse=graphic.kind == "ELLIPSE")
        elif graphic.kind == "CROSSHAIR":
            points = np.array([points[0], points[0] + (0.5, 0)])
        around = graphic.rotation_point or _middle(graphic)
        screen = self._maps.turned(points, graphic.units, around, graphic.rotation_deg)
        turning = self._maps.to_screen((around,), graphic.units)[0]
        size_px = self._sheet.width, self._sheet.height
        if graphic.is_filled and graphic.kind in ("RECTANGLE", "ELLIPSE"):
            self._fill(screen, graphic.fill)
        parts = compound_parts(graphic, screen, turning, size_px=size_px)
        self._parts(parts, graphic.line)
        for words, at, away in parts.labels:
            width = self._width(words, graphic.text)
            middle = at + away * (width / 2 * abs(away[0]) + self._text_px / 2 * abs(away[1]))
            self._lines_of_text([words], (middle[0] - width / 2, middle[1] - self._text_px / 2), graphic.text)

    def _parts(self, parts: Parts, style: LineStyle | None) -> None:
        for line, is_closed in parts.lines:
            self._stroke(line, style, closed=is_closed)
        for solid in parts.solids:
            self._sheet.area(solid, self._pen(style))

    def _stroke(self, points: Points, style: LineStyle | None, *, closed: bool) -> None:
        width = max(1, round(style.thickness_px)) if style and style.thickness_px else self._line_px
        pen = self._pen(style)
        if style is None or not style.pattern:
            self._sheet.line(points, pen, width_px=width, closed=closed)
            return
        if style.off_colour is not None and style.off_opacity > 0:
            self._sheet.line(points, Pen(style.off_colour, style.off_opacity, None), width_px=width, closed=closed)
        self._sheet.dashed(points, pen, pattern=style.pattern, width_px=width, closed=closed)

    def _fill(self, points: Points, style: FillStyle | None) -> None:
        if style is None:
            self._sheet.area(points, Pen(self._rgb(None), 1.0, None))
            return
        pen = Pen(self._rgb(style.colour), style.opacity, None)
        if not style.stipple:
            self._sheet.area(points, pen)
            return
        if style.off_colour is not None and style.off_opacity > 0:
            self._sheet.area(points, Pen(style.off_colour, style.off_opacity, None))
        bits = np.unpackbits(np.frombuffer(style.stipple, np.uint8)).reshape(32, 32)
        self._sheet.area(points, pen, stipple=bits * np.uint8(255))

    def _text(self, text: Text) -> None:
        lines = text.text.split("\n")
        height = len(lines) * self._line_height
        width = max(self._width(line, text.style) for line in lines)
        anchor = self._maps.to_screen((text.anchor,), text.anchor_units)[0] if text.anchor else None
        if text.box is not None:
            corners = self._maps.to_screen(text.box, text.box_units)
            left, top = _in_box(corners, (width, height), text)
        elif anchor is not None:
            left, top = float(anchor[0]) + _BESIDE_PX, float(anchor[1]) - height / 2
        else:
            return
        left, top = self._kept_on(left, top, width, height)
        if anchor is not None and text.is_anchor_visible:
            nearest = np.clip(anchor, (left, top), (left + width, top + height))
            if np.hypot(*(nearest - anchor)) > 2:
                self._stroke(np.array([nearest, anchor]), None, closed=False)
        self._lines_of_text(lines, (left, top), text.style, within=width, align=_alignment(text))

    def _lines_of_text(
        self,
        lines: list[str],
        at: tuple[float, float],
        style: TextStyle | None,
        *,
        within: float = 0.0,
        align: float = 0.0,
    ) -> None:
        pen = self._text_pen(style)
        weight, italic = (_BOLD if style and style.bold else _REGULAR), bool(style and style.italic)
        for number, line in enumerate(lines):
            left = at[0] + (within - self._width(line, style)) * align if within else at[0]
            base = at[1] + number * self._line_height + self._text_px * 0.85
            self._sheet.text(line, (left, base), pen, size_px=self._text_px, weight=weight, italic=italic)
            if style and style.underlined and line:
                under = np.array([[left, base + 2.0], [left + self._width(line, style), base + 2.0]])
                self._sheet.line(under, pen)

    @property
    def _line_height(self) -> int:
        return round(self._text_px * 1.3)

    def _width(self, line: str, style: TextStyle | None) -> int:
        weight, italic = (_BOLD if style and style.bold else _REGULAR), bool(style and style.italic)
        return text_width(line, size_px=self._text_px, weight=weight, italic=italic)

    def _kept_on(self, left: float, top: float, width: float, height: float) -> tuple[float, float]:
        """Move a text whose beginning is on the screen so that all of it is, where there is room."""
        if not (0 <= left < self._sheet.width and -height < top < self._sheet.height):
            return left, top
        return max(0.0, min(left, self._sheet.width - width - 2)), max(0.0, min(top, self._sheet.height - height - 2))

    def _rgb(self, own: tuple[int, int, int] | None) -> tuple[int, int, int]:
        return own or self._layer.rgb or DEFAULT_RGB

    def _pen(self, style: LineStyle | None) -> Pen:
        if style is None:
            return Pen(self._rgb(None))
        return _shadowed(Pen(self._rgb(style.colour), style.opacity, None), style.shadow)

    def _text_pen(self, style: TextStyle | None) -> Pen:
        if style is None or style.shadow is None:
            return Pen(self._rgb(style.colour if style else None))
        return _shadowed(Pen(self._rgb(style.colour), 1.0, None), style.shadow)


def _shadowed(pen: Pen, shadow: Shadow | None) -> Pen:
    if shadow is None:
        return pen
    across, down = shadow.offset_px
    offset = None if shadow.outlined else (round(across), round(down))
    return Pen(pen.rgb, pen.opacity, shadow.colour, shadow.opacity, offset)


def _alignment(text: Text) -> float:
    """Give how much of the free room is on the left of a line."""
    wanted = (text.style.horizontal if text.style else "") or text.justification
    return {"LEFT": 0.0, "CENTER": 0.5, "RIGHT": 1.0}[wanted]


def _in_box(corners: Points, size: tuple[float, float], text: Text) -> tuple[float, float]:
    """Give the top left corner of a text in its box, from whose side it may reach out where it is too large."""
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    vertical = {"TOP": 0.0, "CENTER": 0.5, "BOTTOM": 1.0, "": 0.0}[text.style.vertical if text.style else ""]
    x = left + (right - left - size[0]) * _alignment(text)
    return float(x), float(top + (bottom - top - size[1]) * vertical)


def _middle(graphic: Compound) -> GraphicPoint:
    across, down = np.mean(graphic.points[:1] if graphic.kind == "CROSSHAIR" else graphic.points, axis=0)
    return float(across), float(down)


def _corners(points: Points, *, ellipse: bool) -> Points:
    """Give the line of a rectangle or ellipse by two opposite corners."""
    (x0, y0), (x1, y1) = points[0], points[1]
    if not ellipse:
        return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    angles = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    across, down = (x0 + x1) / 2 + (x1 - x0) / 2 * np.cos(angles), (y0 + y1) / 2 + (y1 - y0) / 2 * np.sin(angles)
    return np.stack([across, down], axis=-1)
