"""Corner text, edge letters and scale bar drawn into a picture, in any script, without a screen or a toolkit.

OpenCV carries fonts for Latin, Greek, Cyrillic, Hebrew, Arabic (letters unjoined), Chinese, Japanese and Korean; a
character that they lack is drawn as a question mark.
"""

from functools import cache
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.display.corner_text import Corners
from workstation.display.letters import EdgeLetters
from workstation.display.scale_bar import ScaleBar
from workstation.model.writing_direction import visual_order

SMALLEST_TEXT_PX = 11
SMALLEST_PICTURE_FOR_TEXT_PX = 160
SMALLEST_PICTURE_FOR_LETTERS_PX = 48
_LINES_DOWN = 45
_WHITE = (255, 255, 255)


class Annotations(NamedTuple):
    """What is drawn beside the image."""

    corners: Corners = Corners((), (), (), ())
    letters: EdgeLetters = EdgeLetters("", "", "", "")
    bar: ScaleBar | None = None


def draw_annotations(picture: NDArray[np.uint8], annotations: Annotations) -> NDArray[np.uint8]:
    """Draw annotations, white with a dark outline, so that they are read over bone and air.

    Parameters
    ----------
    picture
        (height, width, 3); it is left as it is.
    annotations
        What to draw; where there is no room for it, it is left out: small pictures have no corner text.

    Returns
    -------
    numpy.ndarray
        A new picture.
    """
    height, width = picture.shape[:2]
    ink = _Ink(width, height)
    if min(width, height) >= SMALLEST_PICTURE_FOR_TEXT_PX:
        ink.corners(annotations.corners)
        if annotations.bar is not None:
            ink.bar(annotations.bar)
    if min(width, height) >= SMALLEST_PICTURE_FOR_LETTERS_PX:
        ink.letters(annotations.letters)
    drawn = np.ascontiguousarray(ink.drawn[..., 0])
    outline = np.asarray(cv2.GaussianBlur(cv2.dilate(drawn, np.ones((3, 3), np.uint8)), (3, 3), 0))
    covered = np.maximum(outline, drawn).ravel()
    at = np.flatnonzero(covered != 0)  # few pixels of many
    annotated = picture.copy()
    pixels = annotated.reshape(-1, 3)
    dimmed = pixels[at] * (1 - covered[at, None] / 255.0)
    pixels[at] = np.minimum(dimmed + drawn.ravel()[at, None], 255).astype(np.uint8)
    return annotated


class _Ink:
    """A black sheet on which text and lines are white."""

    def __init__(self, width: int, height: int) -> None:
        self.drawn = np.zeros((height, width, 3), np.uint8)
        self.width, self.height = width, height
        self.text_px = max(SMALLEST_TEXT_PX, min(width, height) // _LINES_DOWN)
        self.margin_px = self.text_px // 2
        self.line_px = round(self.text_px * 1.35)

    def corners(self, corners: Corners) -> None:
        """Write the lines of the four corners; a corner never reaches the middle."""
        room = max(0, (self.height // 2 - 2 * self.line_px) // self.line_px)
        for lines, right, bottom in (
            (corners.top_left, False, False),
            (corners.top_right, True, False),
            (corners.bottom_left, False, True),
            (corners.bottom_right, True, True),
        ):
            kept = lines[-room:] if bottom and room else lines[:room]
            for number, line in enumerate(kept):
                self._line(line, number - len(kept) if bottom else number, right=right)

    def letters(self, letters: EdgeLetters) -> None:
        """Write the letters at the middles of the edges."""
        size = round(self.text_px * 1.3)
        across, down = self.width // 2, self.height // 2
        for text, x, y, align in (
            (letters.left, self.margin_px, down + size // 3, -1),
            (letters.right, self.width - self.margin_px, down + size // 3, 1),
            (letters.top, across, self.margin_px + size, 0),
            (letters.bottom, across, self.height - self.margin_px, 0),
        ):
            wide = _width(text, size)
            self._write(text, x - (wide if align > 0 else wide // 2 if align == 0 else 0), y, size)

    def bar(self, bar: ScaleBar) -> None:
        """Draw the scale bar above the letter at the bottom, with its length."""
        left = round((self.width - bar.length_px) / 2)
        right, y = round(left + bar.length_px), self.height - self.margin_px - 2 * self.line_px
        tick = self.text_px // 3
        for start, stop in (((left, y), (right, y)), ((left, y - tick), (left, y)), ((right, y - tick), (right, y))):
            cv2.line(self.drawn, start, stop, _WHITE, 1 + self.text_px // 30)
        label = f"{bar.label} {bar.note}".strip()
        self._write(label, (self.width - _width(label, self.text_px)) // 2, y - tick - 2, self.text_px)

    def _line(self, line: str, number: int, *, right: bool) -> None:
        text = self._fitting(line)
        below = number < 0
        y = self.height - self.margin_px + (number + 1) * self.line_px if below else (number + 1) * self.line_px
        x = self.width - self.margin_px - _width(text, self.text_px) if right else self.margin_px
        self._write(text, x, y, self.text_px)

    def _fitting(self, line: str) -> str:
        room = self.width // 2 - self.margin_px - 2 * self.text_px
        if _width(line, self.text_px) <= room:
            return line
        while line and _width(line + "…", self.text_px) > room:
            line = line[:-1]
        return line.rstrip() + "…"

    def _write(self, text: str, x: int, y: int, size: int) -> None:
        if text:
            cv2.putText(self.drawn, visual_order(text), (x, y), _WHITE, _font(), size, 500)


def _width(text: str, size: int) -> int:
    if not text:
        return 0
    x, _, width, _ = cv2.getTextSize((1 << 14, 1 << 14), visual_order(text), (0, size), _font(), size, 500)
    return int(x + width)


@cache
def _font() -> Any:
    return cv2.FontFace("sans")
