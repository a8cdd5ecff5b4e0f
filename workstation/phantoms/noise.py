"""Noise as scanners make it: correlated between neighbours, stronger where more of the body is in the way."""

from functools import lru_cache

import cv2
import numpy as np

from workstation.phantoms.shapes import Floats

_FINE_PX, _BROAD_PX, _SHARE = 0.72, 2.3, 0.62


def _filtered(white: Floats) -> Floats:
    fine = cv2.GaussianBlur(white, (0, 0), _FINE_PX)
    broad = cv2.GaussianBlur(white, (0, 0), _BROAD_PX)
    return np.asarray(fine - _SHARE * broad, np.float32)


@lru_cache(maxsize=1)
def _gain() -> float:
    """Give the deviation of filtered white noise of deviation 1: the norm of the filter's kernel."""
    impulse = np.zeros((65, 65), np.float32)
    impulse[32, 32] = 1
    return float(np.sqrt((_filtered(impulse).astype(np.float64) ** 2).sum()))


def ct_noise(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Give noise of deviation 1 with the band-pass texture of filtered back-projection, shape (rows, columns)."""
    return _filtered(rng.standard_normal(shape, np.float32)) / np.float32(_gain())


class NoiseField:
    """A large field of CT noise of deviation 1, of which each slice gets another part, turned another way."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._field = ct_noise(rng, (1280, 1280))

    def part(self, rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
        """Give a part, shape (rows, columns)."""
        row = int(rng.integers(1280 - shape[0]))
        column = int(rng.integers(1280 - shape[1]))
        part = self._field[row : row + shape[0], column : column + shape[1]]
        part = part[:: 1 - 2 * int(rng.integers(2)), :: 1 - 2 * int(rng.integers(2))]
        return part * np.float32(1 - 2 * int(rng.integers(2)))


def ct_deviation(hu: Floats, pixel_mm: float, *, base_hu: float) -> Floats:
    """Give the standard deviation of the noise of a slice, HU, shape (rows, columns).

    It grows with the square root of the attenuation of the longest path across the slice (a third of the e-folding
    of water at 120 kV is left to the tube current modulation), and towards the middle of the body.
    """
    water = np.clip(hu[::4, ::4] * np.float32(0.001) + 1, 0, 2.2)
    path_mm = float(water.sum(axis=1).max()) * 4 * pixel_mm
    level = base_hu * np.exp(0.5 * 0.019 * 0.35 * (path_mm - 300))
    rows, columns = hu.shape
    x = (np.arange(columns, dtype=np.float32) - columns / 2) * pixel_mm
    y = (np.arange(rows, dtype=np.float32) - rows / 2) * pixel_mm
    middle = np.exp(-((y[:, None] / 110) ** 2)) * np.exp(-((x[None, :] / 150) ** 2))
    result: Floats = (level * (0.6 + 0.5 * middle)).astype(np.float32)
    return result


def pet_noise(rng: np.random.Generator, shape: tuple[int, int, int], sigma_px: float) -> Floats:
    """Give noise of deviation 1, smooth in three dimensions, shape (slices, rows, columns)."""
    white = rng.standard_normal(shape, np.float32)
    smooth = blur(white, (sigma_px, sigma_px, sigma_px))
    result: Floats = smooth / smooth[2:-2, 8:-8, 8:-8].std()
    return result


def blur(volume: Floats, sigma_px: tuple[float, float, float]) -> Floats:
    """Blur by a Gaussian along (slices, rows, columns)."""
    planes = np.stack([cv2.GaussianBlur(plane, (0, 0), sigma_px[2], sigmaY=sigma_px[1]) for plane in volume])
    reach = int(np.ceil(4 * sigma_px[0]))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma_px[0]) ** 2)
    weights = (weights / weights.sum()).astype(np.float32)
    padded = np.pad(planes, ((reach, reach), (0, 0), (0, 0)), mode="edge")
    return np.asarray(sum(weight * padded[n : n + len(volume)] for n, weight in enumerate(weights)), np.float32)
