"""Modality values to greys: the window functions and tables of PS3.3 C.11.2, and a window where the file has none."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.model.frame import Frame, LookupTable, ModalityTransform, Voi, VoiFunction, Window
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class PValues:
    """A presentation table, and how it is applied, see `p_values`; compared by identity."""

    table: LookupTable
    evenly: bool


PERCENTILES = (0.5, 99.5)
PART_PX = 1 << 22
SAMPLES_FOR_AUTO = 250_000
LARGEST_IN_SINGLES = 1e15
SMALL_RANGE = 100.0
"""Below it a window is written without the half value of LINEAR, which would show (SUV, fractions)."""


def fractions(values: NDArray[Any], voi: Voi) -> NDArray[np.floating[Any]]:
    """Apply a window or a VOI table (PS3.3 C.11.2.1).

    Parameters
    ----------
    values
        Modality values, any shape.
    voi
        What to apply.

    Returns
    -------
    numpy.ndarray
        Shape as given, 0 (dark) to 1 (bright), before any inversion.
    """
    x = values if values.dtype.kind == "f" else values.astype(np.float64)
    if isinstance(voi, Window) and x.dtype.itemsize < 8 and not _fits_singles(voi):
        x = x.astype(np.float64)
    if isinstance(voi, LookupTable):
        return between_entries(x, voi) / float(2**voi.bits - 1)
    if voi.function == "SIGMOID":
        # beyond +-500 the result is 0 or 1 to the last bit, and exp would overflow
        with np.errstate(over="ignore"):
            steepness = -4 * (x - voi.center) / voi.width
        return np.asarray(1 / (1 + np.exp(np.clip(steepness, -500, 500))))
    if voi.function == "LINEAR":
        return _linear(x, voi.center - 0.5, voi.width - 1)
    return _linear(x, voi.center, voi.width)


def p_values(shown: NDArray[np.floating[Any]], table: LookupTable, *, evenly: bool) -> NDArray[np.float64]:
    """Apply a presentation table over its full input (PS3.3 C.11.4); from and to 0 (dark) to 1 (bright).

    Entries are not mixed. ``evenly`` gives each of them an equal part of the input, as where there is no window: 4096
    stored values fall on 256 entries by sixteen. Else only what is fully bright has the last one, as in DCMTK.
    """
    last = len(table.values) - 1
    places = np.floor(shown * (last + 1 if evenly else last) + 1e-9).astype(np.int64)
    return np.asarray(table.values[np.clip(places, 0, last)] / float(2**table.bits - 1))


def is_usable(voi: Voi) -> bool:
    """Say whether a window has a legal width (PS3.3 C.11.2.1.2), or a table any entries."""
    if isinstance(voi, LookupTable):
        return len(voi.values) > 0 and 1 <= voi.bits <= 16
    if not (np.isfinite(voi.center) and np.isfinite(voi.width)):
        return False
    return voi.width >= 1 if voi.function == "LINEAR" else voi.width > 0


def between_entries(x: NDArray[np.floating[Any]], table: LookupTable) -> NDArray[np.float64]:
    """Look up values, on the line between entries where they are not whole; the ends hold beyond the ends."""
    return np.asarray(np.interp(x, table.first_input + np.arange(len(table.values)), table.values))


def modality_values(stored: NDArray[Any], modality: ModalityTransform) -> NDArray[Any]:
    """Apply the modality transform to stored values that may lie between whole ones, as resampling gives them."""
    if modality.lut is not None:
        return between_entries(stored.astype(np.float64), modality.lut)
    is_absurd = max(abs(modality.slope), abs(modality.intercept)) > LARGEST_IN_SINGLES
    kind = np.float64 if is_absurd else stored.dtype.type
    return np.asarray(stored * kind(modality.slope) + kind(modality.intercept))


def is_inverse(frame: Frame) -> bool:
    """Say whether low values are bright: MONOCHROME1, or Presentation LUT Shape INVERSE, which says the same."""
    return frame.photometric == "MONOCHROME1" or frame.presentation_is_inverse


def default_voi(frame: Frame) -> Voi:
    """Give what a frame is shown with first: the file's own window or table, else `auto_window`.

    Colours are shown as they are: a window over their full range changes nothing, and can be moved.
    """
    if frame.is_colour:
        top = float(2**frame.bits_stored)
        return Window(top / 2, top, explanation="as stored")
    return next((voi for voi in frame.voi if is_usable(voi)), None) or auto_window(frame)


def auto_window(frame: Frame) -> Window:
    """Give a window over nearly all values, without padding; the few darkest and brightest may clip."""
    return percentile_window(frame, *PERCENTILES)


def missing_window(frame: Frame) -> Window | None:
    """Give `auto_window` where the file has no window or table; None where it has one, and for colours."""
    return None if frame.is_colour or any(is_usable(voi) for voi in frame.voi) else auto_window(frame)


def window_over(windows: Sequence[Window]) -> Window:
    """Give the narrowest window that has all of some windows in it."""
    ranges = [value_range(window) for window in windows]
    low, high = min(each[0] for each in ranges), max(each[1] for each in ranges)
    if all(window.function == "LINEAR" for window in windows):
        return _between(low, high)
    return Window((low + high) / 2, high - low, "LINEAR_EXACT")


def first_voi(frame: Frame, modality: str) -> Voi | None:
    """Give the window that a frame is opened with where `default_voi` would not do; None where it does.

    Uptake is read from zero, with one window for all slices, while writers of PET give each slice one of its own: the
    upper end of the file's window is kept, or nearly the highest value.
    """
    if frame.is_colour or modality.strip().upper() != "PT":
        return None
    own = next((voi for voi in frame.voi if isinstance(voi, Window) and is_usable(voi)), None)
    high = value_range(own)[1] if own is not None else float(value_range(percentile_window(frame, 0, 99.9))[1])
    return window_from_zero(high) if high > 0 else None


def window_from_zero(high: float, function: VoiFunction = "LINEAR") -> Window:
    """Give the window from 0 to a value above it; LINEAR becomes LINEAR_EXACT where the range is small."""
    if function == "LINEAR" and high >= SMALL_RANGE:
        return _between(0, high)
    return Window(high / 2, high, "LINEAR_EXACT" if function == "LINEAR" else function)


def value_range(voi: Voi) -> tuple[float, float]:
    """Give the lowest and highest modality value that a window or table tells from those beyond it (PS3.3 C.11.2)."""
    if isinstance(voi, LookupTable):
        return float(voi.first_input), float(voi.first_input + max(len(voi.values) - 1, 0))
    if voi.function == "LINEAR":
        return voi.center - 0.5 - (voi.width - 1) / 2, voi.center - 0.5 + (voi.width - 1) / 2
    return voi.center - voi.width / 2, voi.center + voi.width / 2


def full_window(frame: Frame) -> Window:
    """Give the window over all values, without padding."""
    return percentile_window(frame, 0, 100)


def percentile_window(frame: Frame, low: float, high: float) -> Window:
    """Give the window between two percentiles (0 to 100) of the modality values, without padding."""
    if frame.is_colour:
        return _between(0, float(2**frame.bits_stored - 1))
    kept = _ends(frame) if (low, high) == (0, 100) else _kept(frame, _thinned(frame.pixels))
    if kept.size == 0:
        return Window(0.5, 2)
    values = frame.modality.apply(kept)
    bottom, top = np.percentile(values, [low, high])
    if bottom == top:
        bottom, top = values.min(), values.max()
    if values.dtype.kind == "f" and not _are_whole(values):
        return Window(float(bottom + top) / 2, max(float(top - bottom), _smallest_width(float(top))), "LINEAR_EXACT")
    return _between(float(np.floor(bottom)), float(np.ceil(top)))


def _kept(frame: Frame, stored: NDArray[Any]) -> NDArray[Any]:
    """Give the stored values among these that are part of the image, (n,)."""
    kept = stored[~padding_mask(stored, frame.padding)]
    return kept if frame.supplemental is None else kept[kept < frame.supplemental.first_input]


def _ends(frame: Frame) -> NDArray[Any]:
    """Give the lowest and the highest stored value, or all there are where a table decides; a part at a time."""
    pixels = frame.pixels
    is_plain = frame.padding is None and frame.supplemental is None and pixels.dtype.kind in "iub" and pixels.size > 0
    if is_plain and frame.modality.lut is None:
        return np.array([pixels.min(), pixels.max()])
    step = max(1, PART_PX // max(1, pixels.shape[1]))
    found = np.empty(0, pixels.dtype)
    for start in range(0, pixels.shape[0], step):
        part = _kept(frame, pixels[start : start + step])
        if part.size:
            ends = np.array([part.min(), part.max()]) if frame.modality.lut is None else np.unique(part)
            found = np.concatenate([found, ends])
    return found if frame.modality.lut is None else np.unique(found)


def padding_mask(stored: NDArray[Any], padding: tuple[int, int] | None) -> NDArray[np.bool_]:
    """Mark what is no part of the image: padding values (PS3.3 C.7.5.1.1.2), and floats that are no numbers."""
    mask = ~np.isfinite(stored) if stored.dtype.kind == "f" else np.zeros(stored.shape, np.bool_)
    if padding is not None:
        mask |= (stored >= padding[0]) & (stored <= padding[1])
    return mask


def _linear(x: NDArray[np.floating[Any]], middle: float, width: float) -> NDArray[np.floating[Any]]:
    if width == 0:
        return (x > middle).astype(x.dtype)
    with np.errstate(over="ignore"):
        below = x - x.dtype.type(middle - width / 2)
        below /= x.dtype.type(width)
    return np.clip(below, 0, 1, out=below)


def _fits_singles(voi: Window) -> bool:
    """Say whether floats of 32 bits are enough to compute a window with."""
    return abs(voi.center) < LARGEST_IN_SINGLES and 1 / LARGEST_IN_SINGLES < voi.width < LARGEST_IN_SINGLES


def _between(bottom: float, top: float) -> Window:
    """Give the LINEAR window that takes ``bottom`` to black and ``top`` to white."""
    return Window((bottom + top + 1) / 2, max(top - bottom + 1, 1))


def _thinned(stored: NDArray[Any]) -> NDArray[Any]:
    step = max(1, int(np.sqrt(stored.size / SAMPLES_FOR_AUTO)))
    return stored[::step, ::step]


def _are_whole(values: NDArray[Any]) -> bool:
    return bool(np.all(values == np.rint(values)))


def _smallest_width(top: float) -> float:
    return max(abs(top) * 1e-6, 1e-6)
