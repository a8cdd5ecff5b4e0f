"""Lines, areas and text in colour with smooth edges, drawn once and put over picture after picture.

What is drawn is kept as the pixels that it touches, so that a picture of a new window costs as much time as there are
lines, not as there are pixels.
"""

from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.model.writing_direction import visual_order
from workstation.quick_dataclass import dataclass

Rgb = tuple[int, int, int]
_FRACTION_BITS = 4
_FARTHEST_PX = float(1 << 20)
_OUTLINE = np.ones((3, 3), np.uint8)
_PATTERN_BITS = 16
_MOST_DASHES = 20_000


@dataclass(frozen=True)
class Ink:
    """Pixels that are drawn over: their places in the flat picture, what is added, and how much of the picture stays.

    ``added`` (n, 3) is red, green and blue, ``kept`` (n, 1) is for all three; both are 0 to 255.
    """

    places: NDArray[np.intp]
    added: NDArray[np.uint16]
    kept: NDArray[np.uint16]

    def put_over(self, picture: NDArray[np.uint8]) -> None:
        """Draw into a contiguous picture of red, green, blue; or of blue, green, red and 255, as screens have them."""
        if not len(self.places):
            return
        channels = picture.shape[2]
        flat = picture.reshape(-1, channels)
        added = self.added if channels == 3 else self.added[:, ::-1]
        part = flat.take(self.places, axis=0)
        part[:, :3] = np.minimum((part[:, :3] * self.kept + 127) // 255 + added, 255)
        flat[self.places] = part


@dataclass(frozen=True, slots=True)
class Pen:
    """A colour, how much it covers (0 to 1), and what is behind it: a dark outline, or a shadow moved by pixels."""

    rgb: Rgb
    opacity: float = 1.0
    behind: Rgb | None = (0, 0, 0)
    behind_opacity: float = 0.65
    behind_offset_px: tuple[int, int] | None = None


class Sheet:
    """A transparent sheet of the size of the picture; later strokes cover earlier ones."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._colours = np.zeros((height * width, 3), np.float32)
        self._covered = np.zeros(height * width, np.float32)
        self._mask = np.zeros((height, width), np.uint8)
        self._touched = np.zeros((height, width), np.uint8)
        self._pen: Pen | None = None

    def line(self, points: NDArray[np.float64], pen: Pen, *, width_px: int = 1, closed: bool = False) -> None:
        """Draw a line through points (n, 2) of the screen."""
        if len(points) == 0 or not self._reaches(points, width_px):
            return
        self._take(pen)
        fixed = _fixed(points)
        cv2.polylines(self._mask, [fixed], closed, (255,), max(1, width_px), cv2.LINE_AA, _FRACTION_BITS)

    def dashed(
        self, points: NDArray[np.float64], pen: Pen, *, pattern: int, width_px: int = 1, closed: bool = False
    ) -> None:
        """Draw a line of dashes: sixteen bits along it, the lowest first, each as long as the line is wide."""
        for dash in _dashes(points, pattern, max(1, width_px), closed=closed):
            self.line(dash, pen, width_px=width_px)

    def area(self, points: NDArray[np.float64], pen: Pen, *, stipple: NDArray[np.uint8] | None = None) -> None:
        """Fill the inside of a line (n, 2); a stipple (32, 32) of 0 and 255 is repeated over the screen."""
        if len(points) < 3 or not self._reaches(points, 1):
            return
        self._take(pen)
        if stipple is None:
            cv2.fillPoly(self._mask, [_fixed(points)], (255,), cv2.LINE_AA, _FRACTION_BITS)
            return
        inside = np.zeros_like(self._mask)
        cv2.fillPoly(inside, [_fixed(points)], (255,), cv2.LINE_AA, _FRACTION_BITS)
        tiles = np.tile(stipple, (-(-self.height // 32), -(-self.width // 32)))[: self.height, : self.width]
        self._mask = np.maximum(self._mask, inside & tiles)

    def text(self, words: str, at: tuple[float, float], pen: Pen, *, size_px: int, weight: int, italic: bool) -> None:
        """Write a line; ``at`` is the left end of its base line."""
        self._take(pen)
        start = (round(at[0]), round(at[1]))
        if words and abs(start[0]) < 1 << 15 and abs(start[1]) < 1 << 15:
            cv2.putText(self._mask, visual_order(words), start, (255,), _font(italic), size_px, weight)

    def mask(self, mask: NDArray[np.uint8], pen: Pen) -> None:
        """Draw where a mask (height, width) is not 0."""
        self._take(pen)
        self._mask = np.maximum(self._mask, mask)

    def ink(self) -> Ink:
        """Give what is drawn."""
        self._flush()
        places, _ = _nonzero(self._touched, (0, 0), self.width)
        kept = np.rint((1 - self._covered[places]) * 255).astype(np.uint16)
        added = np.rint(self._colours[places]).astype(np.uint16)
        return Ink(places, np.minimum(added, 255), kept[:, None])

    def _reaches(self, points: NDArray[np.float64], margin: int) -> bool:
        (left, top), (right, bottom) = points.min(axis=0) - margin, points.max(axis=0) + margin
        return bool(right >= 0 and bottom >= 0 and left < self.width and top < self.height)

    def _take(self, pen: Pen) -> None:
        if self._pen is not None and self._pen != pen:
            self._flush()
        self._pen = pen

    def _flush(self) -> None:
        pen, self._pen = self._pen, None
        left, top, width, height = cv2.boundingRect(self._mask)
        if pen is None or not width:
            return
        box = slice(max(0, top - 1), top + height + 1), slice(max(0, left - 1), left + width + 1)
        drawn = np.ascontiguousarray(self._mask[box])
        corner = box[1].start, box[0].start
        if pen.behind is not None and pen.behind_opacity > 0:
            if pen.behind_offset_px is None:
                outline = np.asarray(cv2.dilate(drawn, _OUTLINE), np.uint8)
                self._cover(outline, corner, pen.behind, pen.behind_opacity)
            else:
                self._cover(_moved(self._mask, pen.behind_offset_px), (0, 0), pen.behind, pen.behind_opacity)
        self._cover(drawn, corner, pen.rgb, pen.opacity)
        self._mask[box] = 0

    def _cover(self, part: NDArray[np.uint8], corner: tuple[int, int], rgb: Rgb, opacity: float) -> None:
        """Put a colour over the places of a mask that lies with its first pixel at ``corner``."""
        places, values = _nonzero(part, corner, self.width)
        share = values.astype(np.float32) * np.float32(opacity / 255)
        left = 1 - share
        self._colours[places] = self._colours[places] * left[:, None] + share[:, None] * np.array(rgb, np.float32)
        self._covered[places] = share + self._covered[places] * left
        self._touched.reshape(-1)[places] = 1


def _nonzero(
    part: NDArray[np.uint8], corner: tuple[int, int], width: int
) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """Give the places in the flat sheet and the values; OpenCV finds them several times faster than numpy does."""
    found = cv2.findNonZero(part)
    if found is None:
        return np.zeros(0, np.intp), np.zeros(0, np.uint8)
    across, down = np.asarray(found, np.intp).reshape(-1, 2).T
    return np.asarray((down + corner[1]) * width + across + corner[0]), np.asarray(part[down, across])


def text_width(words: str, *, size_px: int, weight: int, italic: bool) -> int:
    """Give how wide a line of text is."""
    if not words:
        return 0
    far = 1 << 14
    x, _, width, _ = cv2.getTextSize((far, far), visual_order(words), (0, size_px), _font(italic), size_px, weight)
    return int(x + width)


def _fixed(points: NDArray[np.float64]) -> NDArray[np.int32]:
    """Give points as OpenCV takes parts of pixels; those that are absurdly far away are brought nearer."""
    return np.rint(np.clip(points, -_FARTHEST_PX, _FARTHEST_PX) * (1 << _FRACTION_BITS)).astype(np.int32)


def _moved(mask: NDArray[np.uint8], offset_px: tuple[int, int]) -> NDArray[np.uint8]:
    across, down = offset_px
    matrix = np.array([[1, 0, across], [0, 1, down]], np.float64)
    return np.asarray(cv2.warpAffine(mask, matrix, (mask.shape[1], mask.shape[0]), flags=cv2.INTER_NEAREST))


def _dashes(points: NDArray[np.float64], pattern: int, unit_px: int, *, closed: bool) -> "list[NDArray[np.float64]]":
    """Cut a line into the parts that are on."""
    path = np.vstack([points, points[:1]]) if closed else points
    steps = np.hypot(*np.diff(path, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    if along[-1] <= 0 or not np.isfinite(along[-1]):
        return [path]
    bits = [bool(pattern >> bit & 1) for bit in range(_PATTERN_BITS)]
    count = min(int(np.ceil(along[-1] / unit_px)), _MOST_DASHES)
    found: list[NDArray[np.float64]] = []
    start: int | None = None
    for index in range(count + 1):
        is_on = index < count and bits[index % _PATTERN_BITS]
        if is_on and start is None:
            start = index
        elif not is_on and start is not None:
            found.append(_part(path, along, start * unit_px, min(index * unit_px, along[-1])))
            start = None
    return found


def _part(path: NDArray[np.float64], along: NDArray[np.float64], begin: float, end: float) -> NDArray[np.float64]:
    inside = path[(along > begin) & (along < end)]
    ends = [[np.interp(at, along, path[:, axis]) for axis in (0, 1)] for at in (begin, end)]
    return np.vstack([ends[:1], inside, ends[1:]])


@cache
def _font(italic: bool) -> Any:
    return cv2.FontFace("italic" if italic else "sans")
