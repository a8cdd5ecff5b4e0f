"""A lens over the picture: the pixels of the image itself around a point, larger, with the window that is in use."""

from dataclasses import replace
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workstation.display.render import Renderer
from workstation.display.view import Point, Size, View
from workstation.model.frame import Frame
from workstation.quick_dataclass import dataclass

LensShape = Literal["circle", "square"]
SMALLEST_FACTOR, LARGEST_FACTOR = 1.0, 32.0


@dataclass(frozen=True)
class Lens:
    """What is seen through it.

    ``picture`` is (side, side, 3); ``alpha`` (side, side) of 0 to 255, 0 beside the circle; ``top_left_px`` is where
    it lies on the screen, (x, y), and may be beyond its edges.
    """

    picture: NDArray[np.uint8]
    alpha: NDArray[np.uint8]
    top_left_px: tuple[int, int]


class Magnifier:
    """Lenses over one frame, one after the other as the hand moves.

    Parameters
    ----------
    renderer
        What draws the pane; what it has made ready is used, what it remembers of the pane is left alone.
    """

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer.beside()

    @property
    def frame(self) -> Frame:
        """The frame."""
        return self._renderer.frame

    def lens(
        self,
        view: View,
        size_px: Size,
        at_px: Point,
        *,
        factor: float = 2.0,
        side_px: int = 200,
        shape: LensShape = "circle",
    ) -> Lens:
        """Give the lens around a screen point.

        Parameters
        ----------
        view, size_px
            How the pane shows the frame, and its size.
        at_px
            (x, y) on the screen; what is under it is in the middle of the lens.
        factor
            How many times larger than in the pane, 1 to 32.
        side_px
            Width and height of the lens.
        """
        factor = min(max(factor, SMALLEST_FACTOR), LARGEST_FACTOR)
        column, row = view.screen_to_image(self.frame, size_px) @ np.array([*at_px, 1.0])
        zoom = view.effective_zoom(self.frame, size_px) * factor
        closer = replace(view, zoom=zoom, centre_px=(float(column), float(row)))
        picture = self._renderer.picture(closer, (side_px, side_px))
        corner = round(at_px[0] - (side_px - 1) / 2), round(at_px[1] - (side_px - 1) / 2)
        return Lens(picture, _alpha(side_px, shape), corner)


@lru_cache(maxsize=8)
def _alpha(side_px: int, shape: LensShape) -> NDArray[np.uint8]:
    if shape == "square":
        return np.full((side_px, side_px), 255, np.uint8)
    away = np.arange(side_px) - (side_px - 1) / 2
    distance = np.hypot(away[None], away[:, None])
    return np.asarray(np.clip(side_px / 2 + 0.5 - distance, 0, 1) * 255, np.uint8)
