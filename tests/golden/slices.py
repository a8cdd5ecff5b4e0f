"""Frames made by arithmetic for the golden pictures; none has a symmetry that could hide a wrong side."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.unit.display.frames import frame_of
from workstation.model.frame import Frame, ModalityTransform, Window

SIZE = (192, 160)


def disc(shape: tuple[int, int], centre: tuple[float, float], radius: float) -> NDArray[np.float64]:
    """A disc with a soft edge of one pixel, 0 to 1; ``centre`` is (column, row)."""
    rows, columns = np.indices(shape)
    away = np.hypot(columns - centre[0], rows - centre[1])
    return np.asarray(np.clip(radius + 0.5 - away, 0, 1))


def body() -> NDArray[np.int16]:
    """Stored values of a slice that has no symmetry: an ellipse of tissue, two lungs, a spine, a marker."""
    shape = (96, 128)
    values = -1000 + 1040 * disc(shape, (62, 48), 42)
    values += -850 * disc(shape, (44, 44), 15) - 820 * disc(shape, (80, 42), 18)
    values += 700 * disc(shape, (62, 76), 7) + 300 * disc(shape, (100, 20), 4)
    return np.asarray((values + 1024).astype(np.int16))


def ct(**rest: Any) -> Frame:
    """The slice as a CT has it."""
    return frame_of(
        body(),
        modality=ModalityTransform(1, -1024, unit="HU"),
        voi=(Window(40, 400), Window(-600, 1500)),
        spacing_mm=(0.8, 0.8),
        **rest,
    )


def colours() -> Frame:
    """A picture in colour without symmetry."""
    rows, columns = np.indices((60, 90))
    channels = [rows * 4, columns * 2.8, (rows + columns) % 16 * 16]
    return frame_of(np.stack(channels, axis=-1).astype(np.uint8), photometric="RGB")
