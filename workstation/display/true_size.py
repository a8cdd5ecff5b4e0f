"""Images as large as what they show: the zoom at which 1 mm is 1 mm on a monitor whose pixels have been measured."""

import math
from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType

from workstation.errors import UserError
from workstation.model.geometry import Spacing, SpacingSource
from workstation.quick_dataclass import dataclass

SMALLEST_MM_PER_PX, LARGEST_MM_PER_PX = 0.02, 2.0
"""Pixels of a telephone are near 0.05 mm, those of a projector's wall may have a few mm: beyond it is a slip."""

_NOTES = {
    SpacingSource.IMAGER: "True size at the detector: the body part was nearer to the tube and is shown enlarged.",
    SpacingSource.IMAGER_MAGNIFIED: "True size by the magnification factor of the file.",
    SpacingSource.NOMINAL_SCANNED: "True size of the scanned film.",
}


@dataclass(frozen=True, slots=True)
class TrueSize:
    """``zoom`` is `workstation.display.view.View.zoom`; ``note`` says where lengths are not those in the patient."""

    zoom: float
    note: str = ""


@dataclass(frozen=True)
class Calibrations:
    """Millimetres per device pixel of monitors, by a name that tells them apart (maker, model and serial number)."""

    mm_per_px: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, stored: object) -> "Calibrations":
        """Read what `as_dict` gave, from a file; what makes no sense in it is left out."""
        rows = stored.items() if isinstance(stored, Mapping) else ()
        return cls(
            MappingProxyType(
                {str(name): float(value) for name, value in rows if type(value) in (int, float) and is_sensible(value)}
            )
        )

    def as_dict(self) -> dict[str, float]:
        """Give it as plain values, to be kept in a file."""
        return dict(self.mm_per_px)

    def with_monitor(self, name: str, mm_per_px: float) -> "Calibrations":
        """Put in what was measured for a monitor.

        Raises
        ------
        UserError
            If it cannot be the size of a pixel.
        """
        if not is_sensible(mm_per_px):
            raise UserError(
                f"A pixel of {mm_per_px:g} mm is none that a monitor has.",
                hint="Measure the line on the screen again, in millimetres.",
            )
        return Calibrations(MappingProxyType({**self.mm_per_px, name: mm_per_px}))

    def without(self, name: str) -> "Calibrations":
        """Forget a monitor."""
        return Calibrations(MappingProxyType({key: value for key, value in self.mm_per_px.items() if key != name}))


def is_sensible(mm_per_px: float) -> bool:
    """Say whether it can be the size of a pixel."""
    return math.isfinite(mm_per_px) and SMALLEST_MM_PER_PX <= mm_per_px <= LARGEST_MM_PER_PX


def measured(length_mm: float, length_px: float) -> float:
    """Give mm per pixel from a line on the screen: what a ruler says, over its length in device pixels.

    Raises
    ------
    UserError
        If the line has no length.
    """
    if not (length_px > 0 and length_mm > 0 and math.isfinite(length_mm)):
        raise UserError(f"A line of {length_mm:g} mm tells nothing.", hint="Measure the line on the screen again.")
    return length_mm / length_px


def true_size(spacing: Spacing, mm_per_px: float | None) -> TrueSize:
    """Give the zoom at which a millimetre of the image is a millimetre on the monitor.

    Parameters
    ----------
    spacing
        Of the image.
    mm_per_px
        Size of a device pixel of the monitor; None where it has not been measured.

    Raises
    ------
    UserError
        If the image has no spacing in mm, or the monitor has not been measured.
    """
    closer = min(spacing.between_rows, spacing.between_columns)
    if not spacing.is_metric or not (closer > 0 and math.isfinite(closer)):
        raise UserError(
            "The image does not say how large its pixels are.",
            hint="True size needs Pixel Spacing or Imager Pixel Spacing in the file; calibrate the image first.",
        )
    if mm_per_px is None or not is_sensible(mm_per_px):
        raise UserError(
            "This monitor has not been calibrated.", hint="Measure the line on the screen with a ruler once."
        )
    note = " ".join(filter(None, [_NOTES.get(spacing.source, ""), spacing.note]))
    return TrueSize(closer / mm_per_px, note)
