"""What plots are drawn with: smooth lines, translucent areas and words on a sheet of pixels."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.model.writing_direction import visual_order

Point = tuple[float, float]
Colour = tuple[int, int, int]
_SHIFT = 4
_FARTHEST_PX = 100_000.0


class Tints(NamedTuple):
    """Colours, red green blue; those of the lines are told apart by people who see no red or green too (Okabe, Ito)."""

    ground: Colour
    words: Colour
    quiet: Colour
    axis: Colour
    grid: Colour
    lines: tuple[Colour, ...]


LIGHT = Tints(
    (255, 255, 255),
    (24, 28, 34),
    (84, 92, 104),
    (120, 128, 140),
    (226, 230, 236),
    (
        (0, 114, 178),
        (213, 94, 0),
        (0, 158, 115),
        (204, 121, 167),
        (148, 114, 0),
        (86, 180, 233),
        (230, 159, 0),
        (90, 90, 90),
    ),
)
DARK = Tints(
    (20, 22, 26),
    (236, 239, 244),
    (160, 168, 180),
    (120, 128, 140),
    (48, 53, 61),
    (
        (86, 180, 233),
        (240, 140, 60),
        (64, 200, 155),
        (224, 150, 195),
        (240, 228, 66),
        (90, 140, 255),
        (230, 159, 0),
        (190, 190, 190),
    ),
)


class Ink:
    """Draws on a sheet, (height, width, 3) of red, green, blue, which it changes; points are (across, down) in px."""

    def __init__(self, sheet: NDArray[np.uint8], tints: Tints) -> None:
        self.sheet, self.tints = sheet, tints

    def line(self, points: Sequence[Point], colour: Colour, thick_px: int) -> None:
        """Draw an open line; a point alone is a dot."""
        if len(points) == 1:
            self.mark(points[0], colour)
            return
        cv2.polylines(
            self.sheet,
            [_fixed(points)],
            isClosed=False,
            color=colour,
            thickness=thick_px,
            lineType=cv2.LINE_AA,
            shift=_SHIFT,
        )

    def box(self, one: Point, other: Point, colour: Colour) -> None:
        """Draw the frame of a rectangle."""
        corners = [one, (other[0], one[1]), other, (one[0], other[1]), one]
        self.line(corners, colour, 1)

    def area(self, points: Sequence[Point], colour: Colour, share: float) -> None:
        """Fill what a closed line goes around; what is below shows through."""
        cover = np.zeros(self.sheet.shape[:2], np.uint8)
        cv2.fillPoly(cover, [_fixed(points)], 255, cv2.LINE_AA, _SHIFT)
        parts = cover[..., None] * np.float32(share / 255)
        mixed = self.sheet * (1 - parts) + np.asarray(colour, np.float32) * parts
        self.sheet[:] = np.rint(mixed).astype(np.uint8)

    def mark(self, point: Point, colour: Colour) -> None:
        """Draw a dot."""
        (at,) = _fixed([point])
        cv2.circle(self.sheet, (int(at[0]), int(at[1])), 5 << _SHIFT, self.tints.ground, -1, cv2.LINE_AA, _SHIFT)
        cv2.circle(self.sheet, (int(at[0]), int(at[1])), 4 << _SHIFT, colour, -1, cv2.LINE_AA, _SHIFT)

    def text(
        self,
        words: str,
        at: Point,
        size_px: int,
        colour: Colour,
        align: Literal["start", "middle", "end"] = "start",
        room: float | None = None,
    ) -> None:
        """Write words, their line at a point, which is where they start, end or have their middle."""
        words = words if room is None else self.fitting(words, size_px, room)
        if not words:
            return
        back = {"start": 0.0, "middle": 0.5, "end": 1.0}[align] * self.width(words, size_px)
        place = round(at[0] - back), round(at[1])
        cv2.putText(self.sheet, visual_order(words), place, colour, _font(), size_px, 400)

    def width(self, words: str, size_px: int) -> int:
        """Give how wide words are."""
        return _width(words, size_px)

    def fitting(self, words: str, size_px: int, room: float) -> str:
        """Give words that end with an ellipsis where there is no room for all."""
        if _width(words, size_px) <= room:
            return words
        fits, too_many = 0, len(words)
        while too_many - fits > 1:
            middle = (fits + too_many) // 2
            if _width(words[:middle] + "…", size_px) <= room:
                fits = middle
            else:
                too_many = middle
        return words[:fits].rstrip() + "…"


def _fixed(points: Sequence[Point]) -> NDArray[np.int32]:
    """Give points in the sixteenths of a pixel that OpenCV counts in."""
    near = np.clip(np.asarray(points, np.float64), -_FARTHEST_PX, _FARTHEST_PX)
    return np.asarray(np.rint(near * (1 << _SHIFT)), np.int32)


def _width(words: str, size_px: int) -> int:
    if not words:
        return 0
    x, _, width, _ = cv2.getTextSize((1 << 14, 1 << 14), visual_order(words), (0, size_px), _font(), size_px, 400)
    return int(x + width)


@cache
def _font() -> Any:
    return cv2.FontFace("sans")
