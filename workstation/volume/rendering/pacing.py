"""How coarse a picture is while a hand moves: as fine as this machine can draw in time."""

import math

WANTED_S = 0.08
FINEST, COARSEST = 2.0, 6.0
_USUAL_PX = 512 * 512


class Pace:
    """Chooses for how many pixels, across and down, there is one ray, by how long the last pictures took."""

    def __init__(self) -> None:
        self._step: float | None = None
        self._pixels = 0

    def step(self, size_px: tuple[int, int]) -> float:
        """Give the distance of rays in pixels for the next picture."""
        pixels = size_px[0] * size_px[1]
        if self._step is None or pixels != self._pixels:
            known, before = (self._step, self._pixels) if self._step is not None else (FINEST, _USUAL_PX)
            self._step = _within(known * math.sqrt(pixels / before))
            self._pixels = pixels
        return self._step

    def took(self, seconds: float) -> None:
        """Tell how long the last picture took, where it was not the first of its kind."""
        if self._step is not None:
            wanted = self._step * math.sqrt(max(seconds, 1e-3) / WANTED_S)
            self._step = _within((self._step + wanted) / 2)  # halfway: one slow picture is no slow machine


def _within(step: float) -> float:
    return round(min(COARSEST, max(FINEST, step)), 1)
