"""The distance of pixels as a person gives it in place of the header's: numbers, the detector, none, a known line."""

from __future__ import annotations

import re
from typing import ClassVar, Literal, Self

from workstation.model.annotation import Point
from workstation.model.units import NARROWEST_MM, WIDEST_MM
from workstation.operations.values import parse_number
from workstation.quick_dataclass import dataclass

_MILLIMETRES = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "um": 0.001, "µm": 0.001, "in": 25.4, "inch": 25.4}
_UNITS = "|".join(_MILLIMETRES)
_NUMBER = rf"\s*([-+.\deE]+?)\s*({_UNITS})?(?:/px)?\s*"

How = Literal["spacing", "magnification", "detector", "none", "line"]


@dataclass(frozen=True, slots=True)
class Given:
    """How a person wants lengths to be made.

    Parameters
    ----------
    how
        ``spacing``: by ``between_rows_mm`` and ``between_columns_mm``; ``magnification``: by the spacing at the
        detector over ``magnification``; ``detector``: by that alone; ``none``: in pixels; ``line``: by a line between
        ``line_px`` that is ``known_mm`` long.
    """

    joins: ClassVar[Literal["words"]] = "words"
    how: How
    between_rows_mm: float = 0.0
    between_columns_mm: float = 0.0
    magnification: float = 0.0
    line_px: tuple[Point, Point] | None = None
    known_mm: float = 0.0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what ``--calibration`` takes.

        ``0.5`` or ``0.5,0.7`` (mm between rows, between columns; with another unit ``0.05cm``), ``detector``,
        ``magnification=1.2``, ``none``, or a line ``x1,y1,x2,y2=20mm``.
        """
        plain = text.strip().lower()
        if plain in ("none", "px", "pixels"):
            return cls("none")
        if plain in ("detector", "imager"):
            return cls("detector")
        if plain.startswith("magnification="):
            factor = parse_number(plain.partition("=")[2])
            if not 1 <= factor <= 20:
                raise ValueError(f"a magnification of {factor:g} cannot be: it is from 1 to 20")
            return cls("magnification", magnification=factor)
        if "=" in plain:
            return cls._line(text)
        parts = [_millimetres(part, text) for part in plain.split(",")]
        if len(parts) > 2:
            raise ValueError(_refused(text))
        for each in parts:
            if not NARROWEST_MM <= each <= WIDEST_MM:
                raise ValueError(f"{text!r}: pixels are not {each:g} mm apart; from 0.00001 to 100 mm can be")
        return cls("spacing", parts[0], parts[-1])

    @classmethod
    def _line(cls, text: str) -> Self:
        ends, _equals, length = text.strip().lower().partition("=")
        numbers = [parse_number(part.strip()) for part in ends.split(",")]
        if len(numbers) != 4:
            raise ValueError(_refused(text))
        known, line = _millimetres(length, text), ((numbers[0], numbers[1]), (numbers[2], numbers[3]))
        if known <= 0:
            raise ValueError(f"{text!r}: the length of the line has to be above 0")
        if line[0] == line[1]:
            raise ValueError(f"{text!r}: both ends of the line are the same point")
        return cls("line", line_px=line, known_mm=known)

    def __str__(self) -> str:
        if self.how == "spacing":
            return f"{self.between_rows_mm!r},{self.between_columns_mm!r}"
        if self.how == "magnification":
            return f"magnification={self.magnification!r}"
        if self.how == "line" and self.line_px is not None:
            (x1, y1), (x2, y2) = self.line_px
            return f"{x1!r},{y1!r},{x2!r},{y2!r}={self.known_mm!r}mm"
        return self.how


def _millimetres(part: str, text: str) -> float:
    match = re.fullmatch(_NUMBER, part)
    if match is None:
        raise ValueError(_refused(text))
    return parse_number(match[1]) * _MILLIMETRES[match[2] or "mm"]


def _refused(text: str) -> str:
    return (
        f"{text!r} is no calibration: give 0.5 or 0.5,0.7 (mm between rows, between columns), detector, "
        "magnification=1.2, none, or a line x1,y1,x2,y2=20mm"
    )
