"""A bar of a round length, to judge sizes by."""

import math

from workstation.model.geometry import Spacing, SpacingSource
from workstation.quick_dataclass import dataclass

_STEPS = (5, 2, 1)


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """``length_px`` is in screen pixels; ``note`` says where lengths are not those in the patient."""

    length_mm: float
    length_px: float
    label: str
    note: str = ""


def scale_bar(spacing: Spacing, zoom: float, *, longest_px: float) -> ScaleBar | None:
    """Give the longest bar of 1, 2 or 5 times a power of ten that fits.

    Parameters
    ----------
    spacing
        Of the image.
    zoom
        `workstation.display.view.View.effective_zoom`: screen pixels per image pixel along the closer axis.
    longest_px
        Room for the bar, in screen pixels.

    Returns
    -------
    ScaleBar or None
        None where the image has no spacing in mm.
    """
    closer = min(spacing.between_rows, spacing.between_columns)
    if not spacing.is_metric or not (closer > 0 and math.isfinite(closer) and zoom > 0 and longest_px > 0):
        return None
    px_per_mm = zoom / closer
    longest_mm = longest_px / px_per_mm
    power = 10.0 ** math.floor(math.log10(longest_mm))
    length_mm = next((step * power for step in _STEPS if step * power <= longest_mm * (1 + 1e-9)), power)
    note = "at the detector" if spacing.source is SpacingSource.IMAGER else ""
    return ScaleBar(length_mm, length_mm * px_per_mm, length_text(length_mm), note)


def length_text(length_mm: float) -> str:
    """Give a round length with the unit that keeps it short."""
    if length_mm >= 10:
        return f"{length_mm / 10:g} cm"
    return f"{length_mm:g} mm" if length_mm >= 1 else f"{length_mm * 1000:g} µm"
