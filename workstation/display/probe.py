"""What lies under a point of an image: its values, their unit and the place in the patient, and a line of words."""

import math

import numpy as np

from workstation.display.voi import padding_mask
from workstation.model.frame import Frame
from workstation.model.geometry import Vector, image_to_lps
from workstation.model.text import clean
from workstation.quick_dataclass import dataclass

_UNITS = {
    "US": "",
    "NONE": "",
    "BQML": "Bq/ml",
    "CNTS": "counts",
    "GML": "g/ml",
    "CPS": "counts/s",
    "PCNT": "%",
    "MGML": "mg/ml",
    "CM2ML": "cm²/ml",
    "PROPCNTS": "counts (proportional)",
}
"""Rescale Type (PS3.3 C.11.1.1.2) and Units of PET (C.8.9.1.1.3) as people write them."""

_SIDES = (("L", "R"), ("P", "A"), ("H", "F"))


@dataclass(frozen=True, slots=True)
class Probe:
    """The pixel under a point.

    Parameters
    ----------
    column, row
        From 0.
    stored
        Stored value; red, green and blue for colours.
    value
        Modality value; None for colours, padding and what is no number.
    unit
        Of ``value``, as people write it; empty where the file says none.
    is_padding
        Whether the pixel is no part of the image (PS3.3 C.7.5.1.1.2).
    position_lps
        Centre of the pixel in the patient, in mm; None where the file does not say.
    palette_entry
        Which colour of a supplemental palette it has, from 0; None for greys.
    """

    column: int
    row: int
    stored: tuple[float, ...]
    value: float | None
    unit: str
    is_padding: bool
    position_lps: Vector | None
    palette_entry: int | None = None

    def text(self, *, with_stored: bool = False) -> str:
        """Give it as a line: ``x 120, y 88 · 43 HU · L 12.3 P 40.1 H 1203.5 mm``."""
        parts = [f"x {self.column}, y {self.row}", self.value_text(with_stored=with_stored)]
        if self.position_lps is not None:
            parts.append(position_text(self.position_lps))
        return " · ".join(filter(None, parts))

    def value_text(self, *, with_stored: bool = False) -> str:
        """Give the value with its unit, or why there is none."""
        if len(self.stored) == 3:
            red, green, blue = (number_text(each) for each in self.stored)
            return f"R {red} G {green} B {blue}"
        if not math.isfinite(self.stored[0]):
            return "no number"
        if self.is_padding:
            return f"padding ({number_text(self.stored[0])})"
        if self.palette_entry is not None:
            return f"palette entry {self.palette_entry}"
        if self.value is None:
            return ""
        words = f"{number_text(self.value)} {self.unit}".strip()
        is_other = with_stored and self.value != self.stored[0]
        return f"{words} (stored {number_text(self.stored[0])})" if is_other else words


def probe(frame: Frame, point_px: tuple[float, float]) -> Probe | None:
    """Say what lies under an image point.

    Parameters
    ----------
    frame
        The image.
    point_px
        (column, row) from 0; a whole number is the centre of a pixel.

    Returns
    -------
    Probe or None
        None outside the image.
    """
    if not (math.isfinite(point_px[0]) and math.isfinite(point_px[1])):
        return None
    column, row = math.floor(point_px[0] + 0.5), math.floor(point_px[1] + 0.5)
    rows, columns = frame.pixels.shape[:2]
    if not (0 <= column < columns and 0 <= row < rows):
        return None
    pixel = frame.pixels[row : row + 1, column : column + 1]
    position = None
    if frame.plane is not None:
        place = image_to_lps(frame.plane, [(column, row)])[0]
        position = (float(place[0]), float(place[1]), float(place[2])) if np.isfinite(place).all() else None
    if frame.is_colour:
        return Probe(
            column, row, tuple(int(each) for each in pixel[0, 0]), None, "", is_padding=False, position_lps=position
        )
    is_padding = bool(padding_mask(pixel, frame.padding)[0, 0])
    stored = (pixel[0, 0].item(),)
    palette = frame.supplemental
    entry = int(stored[0] - palette.first_input) if palette and stored[0] >= palette.first_input else None
    value = None if is_padding or entry is not None else float(frame.modality.apply(pixel)[0, 0])
    return Probe(column, row, stored, value, unit_text(frame.modality.unit), is_padding, position, entry)


def position_text(point_lps: Vector) -> str:
    """Give a patient point by the sides it lies to, in mm: ``L 12.3 P 40.1 H 1203.5 mm``."""
    parts = (
        f"{sides[0] if round(each, 1) >= 0 else sides[1]} {abs(each):.1f}"
        for each, sides in zip(point_lps, _SIDES, strict=True)
    )
    return f"{' '.join(parts)} mm"


def unit_text(unit: str) -> str:
    """Give a unit as people write it; nothing for one that says it is none."""
    plain = clean(unit).strip()
    return _UNITS.get(plain.upper(), plain)


def number_text(value: float) -> str:
    """Give a value: whole ones in full, others with four significant digits, or one after the point if large."""
    if not math.isfinite(value):
        return "no number"
    if float(value).is_integer() and abs(value) < 1e9:
        return f"{value:.0f}"
    return f"{value:.1f}" if 1000 <= abs(value) < 1e9 else f"{value:.4g}"
