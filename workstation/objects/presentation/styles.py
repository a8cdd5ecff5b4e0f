"""Styles of lines, areas and text in a presentation state, read tolerantly (PS3.3 10.17 to 10.19)."""

from typing import Any, cast

from pydicom import Dataset

from workstation.model.attributes import first_item, integer, number, numbers, text, words
from workstation.model.text import clean
from workstation.objects.presentation.colours import rgb_of_cielab
from workstation.objects.presentation.values import FillStyle, LineStyle, Rgb, Shadow, TextStyle

_THICKEST_PX = 64.0
_FARTHEST_SHADOW_PX = 64.0
_STIPPLE_BYTES = 128
_DASHED = 0x00FF
_SOLID = 0xFFFF


def rgb(holder: Dataset, keyword: str) -> Rgb | None:
    """Give a CIELab value as a colour of the screen; None where there is none."""
    found = numbers(holder, keyword)
    if len(found) != 3 or not all(0 <= value <= 65535 for value in found):
        return None
    return rgb_of_cielab((int(found[0]), int(found[1]), int(found[2])))


def line_style(holder: Dataset) -> LineStyle | None:
    """Give the style in an item's Line Style Sequence."""
    item = first_item(holder, "LineStyleSequence")
    if item is None:
        return None
    return LineStyle(
        rgb(item, "PatternOnColorCIELabValue"),
        min(max(number(item, "LineThickness") or 0.0, 0.0), _THICKEST_PX),
        _pattern(item),
        _share(item, "PatternOnOpacity", 1.0),
        rgb(item, "PatternOffColorCIELabValue"),
        _share(item, "PatternOffOpacity", 0.0),
        _shadow(item),
    )


def fill_style(holder: Dataset) -> FillStyle | None:
    """Give the style in an item's Fill Style Sequence."""
    item = first_item(holder, "FillStyleSequence")
    if item is None:
        return None
    stippled = text(item, "FillMode") in ("STIPPELED", "STIPPLED")
    stipple = words(item, "FillPattern") if stippled else b""
    return FillStyle(
        rgb(item, "PatternOnColorCIELabValue"),
        _share(item, "PatternOnOpacity", 1.0),
        stipple if len(stipple) == _STIPPLE_BYTES else b"",
        rgb(item, "PatternOffColorCIELabValue"),
        _share(item, "PatternOffOpacity", 0.0),
    )


def text_style(holder: Dataset) -> TextStyle | None:
    """Give the style in an item's Text Style Sequence."""
    item = first_item(holder, "TextStyleSequence")
    if item is None:
        return None
    return TextStyle(
        rgb(item, "TextColorCIELabValue"),
        clean(text(item, "CSSFontName") or text(item, "FontName"))[:64],
        cast(Any, one_of(text(item, "HorizontalAlignment"), ("LEFT", "CENTER", "RIGHT"), "")),
        cast(Any, one_of(text(item, "VerticalAlignment"), ("TOP", "CENTER", "BOTTOM"), "")),
        text(item, "Underlined") == "Y",
        text(item, "Bold") == "Y",
        text(item, "Italic") == "Y",
        _shadow(item),
    )


def one_of(value: str, allowed: tuple[str, ...], otherwise: str) -> str:
    """Give a value from a closed list, in capitals."""
    return value.upper() if value.upper() in allowed else otherwise


def _pattern(item: Dataset) -> int:
    if text(item, "LineDashingStyle") != "DASHED":
        return 0
    pattern = (integer(item, "LinePattern") or _DASHED) & _SOLID
    return 0 if pattern == _SOLID else pattern


def _shadow(item: Dataset) -> Shadow | None:
    style = text(item, "ShadowStyle")
    if style not in ("NORMAL", "OUTLINED"):
        return None
    across, down = (
        min(max(number(item, keyword) or 0.0, -_FARTHEST_SHADOW_PX), _FARTHEST_SHADOW_PX)
        for keyword in ("ShadowOffsetX", "ShadowOffsetY")
    )
    colour = rgb(item, "ShadowColorCIELabValue") or (0, 0, 0)
    return Shadow(style == "OUTLINED", colour, _share(item, "ShadowOpacity", 1.0), (across, down))


def _share(item: Dataset, keyword: str, otherwise: float) -> float:
    found = number(item, keyword)
    return otherwise if found is None else min(max(found, 0.0), 1.0)
