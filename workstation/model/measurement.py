"""Measurements as values: an annotation, its numbers, and where each of them comes from."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from workstation.model.geometry import Spacing
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.model.annotation import Annotation
    from workstation.model.concepts import Code
    from workstation.model.quantities import Quantity
    from workstation.model.units import Unit


WHOLE = frozenset(("stored_value", "red", "green", "blue"))
"""Keys of quantities that are whole numbers but for odd files (floating point pixels)."""
_HUGE, _NOTHING = 1e12, 1e-9


@dataclass(frozen=True, slots=True)
class Value:
    """One number.

    Parameters
    ----------
    quantity
        What it is.
    value
        In ``unit``; always finite.
    unit
        Its unit.
    of
        Of a statistic: what its values are (attenuation, SUV); None where nothing says so.
    """

    quantity: Quantity
    value: float
    unit: Unit
    of: Code | None = None

    def text(self) -> str:
        """Give the number with its unit, as people read it: ``12.3 mm``, ``45.0°``; small ones are not rounded to 0."""
        joint = "" if self.unit.words in ("°", "") else " "
        is_whole = self.quantity.key in WHOLE and self.value == int(self.value)
        return f"{rounded(self.value, 0 if is_whole else self.unit.decimals)}{joint}{self.unit.words}"


def rounded(value: float, decimals: int) -> str:
    """Give a number with so many decimals; with three digits where it would become 0, with six where it is huge."""
    if abs(value) >= _HUGE:
        return f"{value:.6g}"
    plain = f"{value:.{decimals}f}"
    return plain if value == 0 or float(plain) != 0 or abs(value) < _NOTHING else f"{value:.3g}"


@dataclass(frozen=True, slots=True)
class Curve:
    """Something to be plotted: a histogram (``is_steps``: edges of bins in ``x``, one more than ``y``) or a profile.

    ``spread`` is half the height of a band around each point, one SD (sample); empty where there is none.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    x_words: str
    y_words: str
    is_steps: bool = False
    spread: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Basis:
    """Where the numbers of a measurement come from.

    Parameters
    ----------
    sop_instance_uid, frame
        The image, and its frame from 0.
    spacing
        The distances that lengths were made with, and the attribute they are from; not metric: lengths are in pixels.
    place
        The file, as the user named it; empty where unknown.
    plane
        Words for how the image lies in the patient (axial, 3.2 mm above ...); empty where it has no plane.
    pixels
        How many pixel centres are inside a region; None where there is none.
    values
        How stored values became those that were measured, in words: ``stored x 1 - 1024 (Rescale Slope, Intercept)``.
    methods
        Sentences: which rule of inclusion, which bins, which SUV and from which header.
    """

    sop_instance_uid: str
    frame: int
    spacing: Spacing = field(default_factory=Spacing)
    place: str = ""
    plane: str = ""
    pixels: int | None = None
    values: str = ""
    methods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured.

    Parameters
    ----------
    annotation
        Where: its points, kind and name.
    values
        The numbers, the most important first.
    basis
        Where they come from.
    notes
        Sentences that a reader has to know: no spacing, outline crosses itself, padding left out.
    curves
        What can be plotted.
    """

    annotation: Annotation
    values: tuple[Value, ...]
    basis: Basis
    notes: tuple[str, ...] = ()
    curves: tuple[Curve, ...] = ()

    def value(self, key: str) -> Value | None:
        """Give a number by the key of its quantity; None where there is none."""
        return next((each for each in self.values if each.quantity.key == key), None)
