"""Values with a spelling of their own: lengths, sizes, rectangles, ranges and pairs as a person writes them.

Each has ``parse``, which raises ValueError with a sentence, and ``parse(str(value)) == value``.
"""

import math
import re
from typing import ClassVar, Literal, Self

from workstation.quick_dataclass import dataclass

_MILLIMETRES = {"mm": 1.0, "cm": 10.0}


def parse_number(text: str) -> float:
    """Read a finite number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is not a number")
    return value


@dataclass(frozen=True, slots=True)
class Length:
    """A length with its unit: ``20mm``, ``1.5cm``, ``12px``."""

    value: float
    unit: Literal["mm", "px"] = "mm"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``20mm``, ``1.5cm`` or ``12px``."""
        match = re.fullmatch(r"\s*([-+.\deE]+?)\s*(mm|cm|px)\s*", text)
        if match is None:
            raise ValueError(f"{text!r} is not a length with its unit, such as 20mm, 1.5cm or 12px")
        value = parse_number(match[1])
        return cls(value, "px") if match[2] == "px" else cls(value * _MILLIMETRES[match[2]])

    def __str__(self) -> str:
        return f"{self.value!r}{self.unit}"


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in whole units: ``80x40``."""

    width: int
    height: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``80x40``."""
        match = re.fullmatch(r"\s*(\d{1,6})\s*[xX×]\s*(\d{1,6})\s*", text)
        if match is None or not (int(match[1]) and int(match[2])):
            raise ValueError(f"{text!r} is not a size such as 800x600")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


@dataclass(frozen=True, slots=True)
class Rectangle:
    """``x,y,w,h``: covers the pixels x … x+w-1 and y … y+h-1."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``x,y,w,h``."""
        match = re.fullmatch(r"\s*(-?\d{1,9})\s*,\s*(-?\d{1,9})\s*,\s*(\d{1,9})\s*,\s*(\d{1,9})\s*", text)
        if match is None or not (int(match[3]) and int(match[4])):
            raise ValueError(f"{text!r} is not a rectangle x,y,width,height such as 10,20,64,64")
        return cls(*(int(part) for part in match.groups()))

    def __str__(self) -> str:
        return f"{self.x},{self.y},{self.width},{self.height}"


@dataclass(frozen=True, slots=True)
class Range:
    """Whole numbers from ``first`` to ``last``, both included: ``5`` or ``1-96``; several as ``1-3,7``."""

    joins: ClassVar[Literal["commas"]] = "commas"
    first: int
    last: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``5`` or ``1-96``."""
        match = re.fullmatch(r"\s*(\d{1,9})\s*(?:-\s*(\d{1,9})\s*)?", text)
        if match is None or (match[2] and int(match[2]) < int(match[1])):
            raise ValueError(f"{text!r} is not a number or a range such as 1-96")
        return cls(int(match[1]), int(match[2] or match[1]))

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class Pair:
    """``key=value``."""

    key: str
    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``key=value``; the value may be empty."""
        key, equals, value = text.partition("=")
        if not (key.strip() and equals):
            raise ValueError(f"{text!r} is not key=value")
        return cls(key.strip(), value)

    def __str__(self) -> str:
        return f"{self.key}={self.value}"
