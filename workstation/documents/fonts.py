"""Words on paper in any script: from an embedded font where it has them, as a picture of the words where it has not.

DejaVu Sans has Latin, Greek, Cyrillic, Hebrew, Arabic, Georgian, Armenian and more; OpenCV brings Chinese, Japanese and
Korean. What neither has is a question mark, never a black box.
"""

from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.model.text import clean
from workstation.model.writing_direction import joined, visual_order
from workstation.resources import resource

NAME = "DejaVuSans"
_DRAWN_PX = 64
_ASCENT, _DESCENT = 0.93, 0.24  # of the size, above and below the line


@cache
def glyphs() -> frozenset[int]:
    """Register the font with reportlab, and give the code points that it has."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    font = TTFont(NAME, str(resource("fonts/DejaVuSans.ttf")))
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


def shown_order(text: str) -> str:
    """Give text from a file as it is drawn from left to right: cleaned, Arabic joined, each script in its direction."""
    plain = clean(text)
    shaped = joined(plain)
    return visual_order(shaped if _has(shaped) else plain)


def can_write(shown: str) -> bool:
    """Say whether the font has all of a text."""
    return _has(shown)


def _has(text: str) -> bool:
    return all(ord(character) in glyphs() for character in text)


def width_pt(shown: str, size_pt: float) -> float:
    """Give how wide a text is, written or drawn."""
    if can_write(shown):
        from reportlab.pdfbase.pdfmetrics import stringWidth

        return float(stringWidth(shown, NAME, size_pt))
    return _drawn_width_px(shown) * size_pt / _DRAWN_PX


def drawn(shown: str) -> NDArray[np.uint8]:
    """Draw a text that the font has not.

    Returns
    -------
    numpy.ndarray
        (height, width), 255 where there is ink; the line is at `line_of` of its height, its size 64 pixels.
    """
    height = round((_ASCENT + _DESCENT) * _DRAWN_PX)
    sheet = np.zeros((height, max(1, _drawn_width_px(shown)), 3), np.uint8)
    at = 0, round(_ASCENT * _DRAWN_PX)
    cv2.putText(sheet, shown, at, (255, 255, 255), _face(), _DRAWN_PX, 400)
    return np.ascontiguousarray(sheet[..., 0])


def drawn_box_pt(shown: str, size_pt: float) -> tuple[float, float, float]:
    """Give width, height, and how far below the line the box of `drawn` begins."""
    scale = size_pt / _DRAWN_PX
    return _drawn_width_px(shown) * scale, (_ASCENT + _DESCENT) * size_pt, _DESCENT * size_pt


def _drawn_width_px(shown: str) -> int:
    x, _, width, _ = cv2.getTextSize((1 << 14, 1 << 14), shown, (0, _DRAWN_PX), _face(), _DRAWN_PX, 400)
    return int(x + width) + 2


@cache
def _face() -> Any:
    return cv2.FontFace("sans")
