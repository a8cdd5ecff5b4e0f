"""Padding, shutters and overlays at the screen's pixels, as masks: what is kept of the picture, and what is added."""

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.display.samples import Axis, resampled
from workstation.model.frame import Frame
from workstation.model.frame_parts import Overlay, Shutter

Mask = NDArray[np.uint8]
"""(height, width) of 0 to 255: the picture is and-ed with what is kept and or-ed with what is added."""


def padding_on_screen(padding: NDArray[np.bool_] | None, x: Axis, y: Axis) -> Mask | None:
    """Keep what is not padding; padding is black whatever the window and the inversion."""
    if padding is None:
        return None
    keep = np.subtract(padding.view(np.uint8), np.uint8(1))  # 0 becomes 255
    by_columns = np.ascontiguousarray(keep.T).take(x.nearest(), axis=0)  # whole rows are taken at once, both times
    return np.ascontiguousarray(by_columns.T).take(y.nearest(), axis=0)


def shutter_mask(frame: Frame, x: Axis, y: Axis, keep: Mask | None) -> tuple[Mask, Mask | None]:
    """Keep what the shutter shows, and add its grey outside (PS3.3 C.7.6.11)."""
    if frame.shutter is None:
        raise ValueError("a frame without a shutter")
    seen = shown_by(frame.shutter, x.positions(), y.positions(), aspect=_tallness(frame))
    kept = seen if keep is None else seen & keep
    grey = frame.shutter.value >> 8
    return kept, ~seen & np.uint8(grey) if grey else None


def shown_by(shutter: Shutter, x_px: NDArray[np.float64], y_px: NDArray[np.float64], *, aspect: float = 1.0) -> Mask:
    """Mark the points that a shutter shows.

    Parameters
    ----------
    shutter
        Its shapes; a point is shown where every one shows it.
    x_px, y_px
        Columns and rows of the points in the image; a pixel reaches half a pixel around its centre.
    aspect
        Height of a pixel over its width: the radius counts pixels along the row (PS3.3 C.7.6.11.1).

    Returns
    -------
    numpy.ndarray
        (len(y_px), len(x_px)) of 0 or 255.
    """
    seen = np.full((len(y_px), len(x_px)), 255, np.uint8)
    if shutter.rectangle_px is not None:
        left, top, right, bottom = shutter.rectangle_px
        seen[(y_px < top - 0.5) | (y_px >= bottom + 0.5)] = 0
        seen[:, (x_px < left - 0.5) | (x_px >= right + 0.5)] = 0
    if shutter.circle_px is not None:
        column, row, radius = shutter.circle_px
        distance = (x_px[None] - column) ** 2 + ((y_px[:, None] - row) * aspect) ** 2
        seen[distance > radius**2] = 0
    if len(shutter.polygon_px) > 2:
        seen[~_inside(shutter.polygon_px, x_px, y_px)] = 0
    return seen


def overlay_mask(frame: Frame, x: Axis, y: Axis, keep: Mask | None, add: Mask | None) -> tuple[Mask, Mask]:
    """Draw the overlays white with a dark outline, so that they are seen over bone and air."""
    lines = bits_on_screen(frame.overlays, (frame.pixels.shape[0], frame.pixels.shape[1]), x, y)
    outline = cv2.dilate(lines, np.ones((3, 3), np.uint8))
    outline = np.where(outline > 0, np.uint8(0), np.uint8(255))
    return (outline if keep is None else keep & outline), (lines if add is None else (add & outline) | lines)


def bits_on_screen(overlays: tuple[Overlay, ...], shape: tuple[int, int], x: Axis, y: Axis) -> Mask:
    """Give the bits of overlays of an image of (rows, columns) at the screen's pixels, 0 to 255."""
    drawn = np.zeros(shape, np.uint8)
    for overlay in overlays:
        _put(drawn, overlay)
    return _on_screen(drawn, x, y)


def bitmap_shutter_mask(
    overlay: Overlay, grey: int, shape: tuple[int, int], x: Axis, y: Axis, masks: tuple[Mask | None, Mask | None]
) -> tuple[Mask, Mask | None]:
    """Keep what no bit of an overlay shuts off, and add a grey of 0 to 255 there (PS3.3 C.7.6.15)."""
    keep, add = masks
    bits = np.zeros(shape, np.uint8)
    _put(bits, overlay)
    seen = np.where(bits[y.nearest()][:, x.nearest()] > 0, np.uint8(0), np.uint8(255))
    shut = ~seen & np.uint8(grey)
    return (seen if keep is None else seen & keep), (shut if add is None else (add & seen) | shut)


def _put(drawn: Mask, overlay: Overlay) -> None:
    left, top = overlay.origin_px
    rows, columns = drawn.shape
    height, width = overlay.bits.shape
    first_row, first_column = max(0, -top), max(0, -left)
    last_row, last_column = min(height, rows - top), min(width, columns - left)
    if first_row >= last_row or first_column >= last_column:
        return
    part = overlay.bits[first_row:last_row, first_column:last_column]
    drawn[top + first_row : top + last_row, left + first_column : left + last_column][part] = 255


def _on_screen(drawn: Mask, x: Axis, y: Axis) -> Mask:
    """Smooth what is magnified; where the image is reduced, a line stays while one of its bits falls on a pixel."""
    if min(x.scale, y.scale) >= 1:
        return resampled(drawn, x, y, cv2.INTER_LINEAR)
    reach = np.ones((max(1, int(np.ceil(1 / y.scale))), max(1, int(np.ceil(1 / x.scale)))), np.uint8)
    return np.ascontiguousarray(cv2.dilate(drawn, reach)[y.nearest()][:, x.nearest()])


def _inside(
    polygon: tuple[tuple[float, float], ...], x_px: NDArray[np.float64], y_px: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Say which points lie inside a polygon, by how many edges lie to their right (even and odd)."""
    inside = np.zeros((len(y_px), len(x_px)), np.bool_)
    for (x0, y0), (x1, y1) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        if y0 == y1:
            continue
        rows = np.flatnonzero((y_px > min(y0, y1)) & (y_px <= max(y0, y1)))
        crossing = x0 + (y_px[rows] - y0) * (x1 - x0) / (y1 - y0)
        inside[rows] ^= x_px[None] < crossing[:, None]
    return inside


def _tallness(frame: Frame) -> float:
    across, down = frame.spacing.between_columns, frame.spacing.between_rows
    return down / across if across > 0 and down > 0 else 1.0
