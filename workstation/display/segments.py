"""Segments and structures drawn into the picture of a frame: translucent areas, and outlines crisp at any zoom.

The window, picture files and golden tests draw them the same way: `render` gives the picture, a `SegmentLayer` or
`ContourLayer` is drawn over it, with the same view.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.display.samples import axes_of
from workstation.display.view import Point, Size, View
from workstation.model.frame import Frame
from workstation.model.segmentation import Rgb, SegmentMask
from workstation.objects.structure_contours import StructureContours
from workstation.quick_dataclass import dataclass

Picture = NDArray[np.uint8]
Points = NDArray[np.float64]
"""(n, 2) of image points: column, row."""
DEFAULT_OPACITY = 0.3
INSIDE = 0.5
"""From this share on a pixel lies inside the outline of a fractional segment."""
_SHIFT = 4  # OpenCV takes points in sixteenths of a pixel
_FAR_PX = 1 << 20


@dataclass(frozen=True, slots=True)
class Look:
    """How a segment or structure is drawn.

    Parameters
    ----------
    colour
        Red, green, blue, 0 to 255.
    opacity
        Of its area, 0 to 1; its outline is always opaque.
    is_shown
        Whether it is drawn at all.
    outline_px
        Width of the outline in screen pixels; 0 for none.
    """

    colour: Rgb
    opacity: float = DEFAULT_OPACITY
    is_shown: bool = True
    outline_px: int = 1


def looks_of(segments: Sequence[Any], *, opacity: float = DEFAULT_OPACITY) -> dict[int, Look]:
    """Give the look of each segment or structure (anything with ``number`` and ``colour``) in its own colour."""
    return {each.number: Look(each.colour, opacity) for each in segments}


class SegmentLayer:
    """The segments of one frame, drawn again and again: what does not depend on the view is done once.

    Parameters
    ----------
    masks
        Where the segments are, on the grid of the frame; later ones are drawn over earlier ones.
    """

    def __init__(self, masks: Sequence[SegmentMask]) -> None:
        self.masks = tuple(masks)
        self._boxes = [_box(mask.share) for mask in self.masks]
        self._edges: dict[int, NDArray[np.float64]] = {}
        self._tint: tuple[object, NDArray[np.uint8], tuple[int, int]] | None = None
        self._area: tuple[object, NDArray[np.uint8], AreaOnScreen | None] | None = (
            None  # the array keeps its id its own
        )

    def draw(self, picture: Picture, frame: Frame, view: View, size_px: Size, looks: Mapping[int, Look]) -> Picture:
        """Give the picture with the segments.

        Parameters
        ----------
        picture
            (height, width, 3), as `workstation.display.render.render` gives it; left as it is.
        frame, view, size_px
            What it was rendered with.
        looks
            By number of the segment; one without is not drawn.
        """
        drawn = picture.copy()
        self.put_over(drawn, frame, view, size_px, looks)
        return drawn

    def put_over(self, canvas: Picture, frame: Frame, view: View, size_px: Size, looks: Mapping[int, Look]) -> None:
        """Draw into a picture of red, green, blue, or a canvas of blue, green, red and 255, as screens have them."""
        shown = [
            (at, look)
            for at, mask in enumerate(self.masks)
            if (look := looks.get(mask.segment.number)) is not None and look.is_shown and self._boxes[at] is not None
        ]
        if not shown:
            return
        tint, corner = self._tinted(tuple(shown), frame.pixels.shape[:2])
        if tint.size:
            self._lay(canvas, tint, corner, frame, view, size_px)
        outlined = [(at, look) for at, look in shown if look.outline_px > 0]
        if outlined:
            pieces = [self._edges_of(at) for at, _look in outlined]
            strokes(canvas, pieces, [look for _at, look in outlined], view.image_to_screen(frame, size_px))

    def reading(self, point_px: Point, looks: Mapping[int, Look]) -> str:
        """Name the segments that a point lies in."""
        column, row = (int(np.floor(each + 0.5)) for each in point_px)
        found = []
        for mask in self.masks:
            rows, columns = mask.share.shape
            is_inside = 0 <= row < rows and 0 <= column < columns and mask.share[row, column] >= INSIDE
            if is_inside and _is_shown(looks, mask.segment.number):
                found.append(mask.segment.label)
        return ", ".join(found)

    def _edges_of(self, at: int) -> NDArray[np.float64]:
        if at not in self._edges:
            self._edges[at] = edges_of(self.masks[at].share)
        return self._edges[at]

    def _lay(
        self, canvas: Picture, tint: NDArray[np.uint8], corner: tuple[int, int], frame: Frame, view: View, size_px: Size
    ) -> None:
        """Lay the areas over the picture; of a change of the window alone nothing is made anew."""
        is_screen = is_screen_canvas(canvas)
        key = (id(tint), replace(view, voi=None, inverted=False, colours="", presentation=None), size_px, is_screen)
        if self._area is None or self._area[0] != key:
            self._area = key, tint, area_on_screen(tint, corner, frame, view, size_px, is_screen=is_screen)
        if self._area[2] is not None:
            self._area[2].put_over(canvas)

    def _tinted(
        self, shown: tuple[tuple[int, Look], ...], shape: tuple[int, ...]
    ) -> tuple[NDArray[np.uint8], tuple[int, int]]:
        """Give the areas on the grid of the image, (rows, columns, 4) of colour and opacity, and their corner."""
        if self._tint is None or self._tint[0] != shown:
            filled = [(at, look) for at, look in shown if look.opacity > 0]
            self._tint = (shown, *_tint([(self.masks[at], look) for at, look in filled], shape))
        return self._tint[1], self._tint[2]


class Layer(Protocol):
    """Segments, structures or a dose, on the grid of one frame."""

    def put_over(self, canvas: Picture, frame: Frame, view: View, size_px: Size, looks: Mapping[int, Look]) -> None:
        """Draw into a picture or a canvas; ``looks`` are by number of the part."""

    def reading(self, point_px: Point, looks: Mapping[int, Look]) -> str:
        """Give what its parts that are shown say of an image point (column, row); empty where they say nothing."""


@dataclass(frozen=True)
class Dressed:
    """A layer with the looks it is drawn with: what a scene carries."""

    layer: "Layer"
    looks: Mapping[int, Look]

    def put_over(self, canvas: Picture, frame: Frame, view: View, size_px: Size) -> None:
        """Draw it, as `SegmentLayer.put_over`."""
        self.layer.put_over(canvas, frame, view, size_px, self.looks)

    def reading(self, point_px: Point) -> str:
        """Give what the layer says of an image point (column, row)."""
        return self.layer.reading(point_px, self.looks)


class ContourLayer:
    """The structures of one frame.

    Parameters
    ----------
    contours
        In the plane of the frame, on its grid; later ones are drawn over earlier ones.
    """

    def __init__(self, contours: Sequence[StructureContours]) -> None:
        self.contours = tuple(contours)

    def draw(self, picture: Picture, frame: Frame, view: View, size_px: Size, looks: Mapping[int, Look]) -> Picture:
        """Give the picture with the structures; parameters as of `SegmentLayer.draw`.

        What lies within an even number of closed outlines of a structure is outside of it: holes stay free.
        """
        drawn = picture.copy()
        self.put_over(drawn, frame, view, size_px, looks)
        return drawn

    def reading(self, point_px: Point, looks: Mapping[int, Look]) -> str:
        """Name the structures that a point lies in, which is within an odd number of their outlines."""
        found = []
        for each in self.contours:
            paths = (path.astype(np.float32) for path in each.closed)
            within = sum(cv2.pointPolygonTest(path, point_px, measureDist=False) >= 0 for path in paths)
            if within % 2 and _is_shown(looks, each.structure.number):
                found.append(each.structure.name)
        return ", ".join(found)

    def put_over(self, canvas: Picture, frame: Frame, view: View, size_px: Size, looks: Mapping[int, Look]) -> None:
        """Draw into a picture or a canvas, as `SegmentLayer.put_over` does."""
        to_screen = view.image_to_screen(frame, size_px)
        for each in self.contours:
            look = looks.get(each.structure.number)
            if look is None or not look.is_shown:
                continue
            closed = [_fixed(path, to_screen) for path in each.closed]
            if closed and look.opacity > 0:
                _fill(canvas, closed, look)
            if look.outline_px > 0:
                _lines(canvas, closed, look, is_closed=True)
                _lines(canvas, [_fixed(path, to_screen) for path in each.open], look, is_closed=False)
            for path in each.points:
                _crosses(canvas, path, to_screen, look)


def _is_shown(looks: Mapping[int, Look], number: int) -> bool:
    look = looks.get(number)
    return look is not None and look.is_shown


def edges_of(share: NDArray[Any]) -> NDArray[np.float64]:
    """Give the outline of a mask along the edges of its pixels.

    Parameters
    ----------
    share
        (rows, columns): bool, or float where `INSIDE` and more is inside.

    Returns
    -------
    ndarray
        (n, 2, 2): the two ends of each straight piece as (column, row); pixels reach half a pixel around their centre.
    """
    box = _box(share)
    if box is None:
        return np.empty((0, 2, 2))
    left, top, right, bottom = box
    inside = share[top:bottom, left:right]
    inside = inside if inside.dtype == np.bool_ else inside >= INSIDE
    across = _runs(inside)
    down = _runs(inside.T)[:, :, ::-1]
    return np.asarray(np.concatenate([across, down]) + np.array([left - 0.5, top - 0.5]))


def _runs(inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give the pieces of the outline along rows, counted from the corner of the first pixel."""
    padded = np.pad(inside, ((1, 1), (1, 1)))
    edge = np.pad(padded[1:, 1:-1] != padded[:-1, 1:-1], ((0, 0), (1, 1))).astype(np.int8)
    change = np.diff(edge, axis=1)
    row, start = np.nonzero(change == 1)
    stop = np.nonzero(change == -1)[1]
    return np.stack([np.stack([start, row], axis=1), np.stack([stop, row], axis=1)], axis=1).astype(np.float64)


def _box(share: NDArray[Any]) -> tuple[int, int, int, int] | None:
    """Give left, top, right, bottom (exclusive) of what is not zero; None where all is."""
    rows = np.flatnonzero(share.any(axis=1))
    if not rows.size:
        return None
    columns = np.flatnonzero(share.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _tint(
    shown: Sequence[tuple[SegmentMask, Look]], shape: tuple[int, ...]
) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    boxes = [box for mask, _look in shown if (box := _box(mask.share)) is not None]
    if not boxes:
        return np.zeros((0, 0, 4), np.uint8), (0, 0)
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    tint = np.zeros((min(bottom, shape[0]) - top, min(right, shape[1]) - left, 4), np.float32)
    for (mask, look), box in zip(shown, boxes, strict=True):
        x0, y0, x1, y1 = box
        part = tint[y0 - top : y1 - top, x0 - left : x1 - left]
        alpha = (mask.share[y0:y1, x0:x1].astype(np.float32) * min(max(look.opacity, 0.0), 1.0))[..., None]
        part[..., :3] = part[..., :3] * (1 - alpha) + np.asarray(look.colour, np.float32) * alpha
        part[..., 3:] = part[..., 3:] * (1 - alpha) + 255 * alpha
    return np.rint(tint).astype(np.uint8), (left, top)


@dataclass(frozen=True)
class AreaOnScreen:
    """Areas at the pixels of the screen: where they begin, what is added, and how much of the picture stays."""

    left: int
    top: int
    colour: NDArray[np.uint8]
    keep: NDArray[np.uint8]

    def put_over(self, canvas: Picture) -> None:
        """Draw into a picture."""
        height, width = self.colour.shape[:2]
        part = canvas[self.top : self.top + height, self.left : self.left + width]
        part[...] = cv2.add(cv2.multiply(part, self.keep, scale=1 / 255), self.colour)


def area_on_screen(
    tint: NDArray[np.uint8], corner: tuple[int, int], frame: Frame, view: View, size_px: Size, *, is_screen: bool
) -> AreaOnScreen | None:
    """Take the areas to the screen, pixel by pixel of the image; only where they are. None where they are off it."""
    place = view.placement(frame, size_px)
    x, y = axes_of(place, frame.pixels.shape)
    columns, rows = x.nearest() - corner[0], y.nearest() - corner[1]
    in_x = np.flatnonzero((columns >= 0) & (columns < tint.shape[1]))
    in_y = np.flatnonzero((rows >= 0) & (rows < tint.shape[0]))
    if not (in_x.size and in_y.size):
        return None
    numbers = np.ascontiguousarray(tint).view(np.uint32)[..., 0]  # one number a pixel is taken four times faster
    taken = numbers.take(columns[in_x], axis=1).take(rows[in_y], axis=0)
    turned = np.ascontiguousarray(view.turn(taken))
    first = np.array([x.start_px + in_x[0], y.start_px + in_y[0]], np.float64)
    last = np.array([x.start_px + in_x[-1], y.start_px + in_y[-1]], np.float64)
    middle, centre = (np.array(place.canvas_px) - 1) / 2, (np.array(size_px) - 1) / 2
    left, top = np.minimum(*(view.axes() @ (point - middle) + centre for point in (first, last)))
    piece = turned.view(np.uint8).reshape(*turned.shape, 4)
    return AreaOnScreen(round(float(left)), round(float(top)), *_mixing(piece, is_screen=is_screen))


def _mixing(tint: NDArray[np.uint8], *, is_screen: bool) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Give what is added and what is kept, of colours multiplied with their opacity, which is the fourth channel."""
    red, green, blue, alpha = cv2.split(tint)
    kept = cv2.bitwise_not(alpha)
    if not is_screen:
        return cv2.merge([red, green, blue]), cv2.merge([kept, kept, kept])
    none = np.zeros_like(alpha)
    return cv2.merge([blue, green, red, none]), cv2.merge([kept, kept, kept, cv2.bitwise_not(none)])


def is_screen_canvas(canvas: Picture) -> bool:
    """Whether a canvas has the channels of a screen: blue, green, red, 255."""
    return bool(canvas.shape[2] == 4)


def _colour_on(canvas: Picture, rgb: Rgb) -> tuple[int, ...]:
    return (*rgb[::-1], 255) if is_screen_canvas(canvas) else rgb


def _fixed(path: NDArray[np.float64], to_screen: NDArray[np.float64]) -> NDArray[np.int32]:
    """Give image points (..., 2) as screen points in sixteenths of a pixel."""
    screen = path @ to_screen[:, :2].T + to_screen[:, 2]
    return np.rint(np.clip(screen, -_FAR_PX, _FAR_PX) * (1 << _SHIFT)).astype(np.int32)


def strokes(
    drawn: Picture, pieces: list[NDArray[np.float64]], looks: list[Look], to_screen: NDArray[np.float64]
) -> None:
    """Draw outlines, each of pieces (n, 2, 2); what is off the screen is left out."""
    points = _fixed(np.concatenate(pieces), to_screen)
    limit = np.array([drawn.shape[1], drawn.shape[0]]) << _SHIFT
    seen = ((points.max(axis=1) >= 0) & (points.min(axis=1) <= limit)).all(axis=1)
    stops = np.cumsum([len(each) for each in pieces])
    for start, stop, look in zip([0, *stops[:-1]], stops, looks, strict=True):
        if seen[start:stop].any():
            _lines(drawn, list(points[start:stop][seen[start:stop]]), look, is_closed=False)


def _lines(drawn: Picture, paths: list[NDArray[np.int32]], look: Look, *, is_closed: bool) -> None:
    cv2.polylines(drawn, paths, is_closed, _colour_on(drawn, look.colour), look.outline_px, cv2.LINE_AA, _SHIFT)


def _fill(drawn: Picture, closed: list[NDArray[np.int32]], look: Look) -> None:
    points = np.concatenate(closed)
    height, width = drawn.shape[:2]
    left, top = (max(0, int(each) >> _SHIFT) for each in points.min(axis=0))
    right, bottom = (int(each) >> _SHIFT for each in points.max(axis=0))
    right, bottom = min(right + 2, width), min(bottom + 2, height)
    if left >= right or top >= bottom:
        return
    inside = np.zeros((bottom - top, right - left), np.uint8)
    cv2.fillPoly(inside, [path - np.array([left, top]) * (1 << _SHIFT) for path in closed], 255, cv2.LINE_8, _SHIFT)
    opacity = min(max(look.opacity, 0.0), 1.0)
    full = np.array([round(each * opacity) for each in (*look.colour, 255)], np.uint8)
    AreaOnScreen(left, top, *_mixing(inside[..., None] & full, is_screen=is_screen_canvas(drawn))).put_over(drawn)


def _crosses(drawn: Picture, path: Points, to_screen: NDArray[np.float64], look: Look) -> None:
    for x, y in path @ to_screen[:, :2].T + to_screen[:, 2]:
        if -_FAR_PX < x < _FAR_PX and -_FAR_PX < y < _FAR_PX:
            at = round(float(x)), round(float(y))
            colour = _colour_on(drawn, look.colour)
            cv2.drawMarker(drawn, at, colour, cv2.MARKER_CROSS, 11, max(1, look.outline_px), cv2.LINE_AA)
