"""Regions as a person writes them on a command line; points are (column, row) from 0, whole at pixel centres."""

import base64
import math
import zlib
from pathlib import Path
from typing import ClassVar, Literal, Self

from workstation.measure.line_argument import Point, numbers_in
from workstation.model.annotation import Mask
from workstation.operations.values import Rectangle
from workstation.quick_dataclass import dataclass

_LARGEST_SIDE = 65_535


@dataclass(frozen=True, slots=True)
class EllipseBox:
    """``x,y,w,h`` or ``x,y,w,h,degrees``: the ellipse in the box of these pixels, turned clockwise about its middle."""

    joins: ClassVar[Literal["words"]] = "words"
    x: float
    y: float
    width: float
    height: float
    degrees: float = 0.0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read four or five numbers."""
        numbers = numbers_in(text, (4, 5), "an ellipse x,y,width,height or x,y,width,height,degrees")
        if numbers[2] <= 0 or numbers[3] <= 0:
            raise ValueError(f"{text!r}: width and height have to be above 0")
        return cls(*numbers)

    def __str__(self) -> str:
        numbers = (self.x, self.y, self.width, self.height, *([self.degrees] if self.degrees else []))
        return ",".join(repr(value) for value in numbers)

    def axes_px(self) -> tuple[Point, Point, Point, Point]:
        """Give the ends of the axis along the width, and those of the other."""
        column, row = self.x + (self.width - 1) / 2, self.y + (self.height - 1) / 2
        turned = math.radians(self.degrees)
        across = math.cos(turned) * self.width / 2, math.sin(turned) * self.width / 2
        down = -math.sin(turned) * self.height / 2, math.cos(turned) * self.height / 2
        return (
            (column - across[0], row - across[1]),
            (column + across[0], row + across[1]),
            (column - down[0], row - down[1]),
            (column + down[0], row + down[1]),
        )


@dataclass(frozen=True, slots=True)
class Circle:
    """``x,y,r``: centre and radius in pixels (of the distance between columns)."""

    joins: ClassVar[Literal["words"]] = "words"
    x: float
    y: float
    radius: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read three numbers."""
        numbers = numbers_in(text, (3,), "a circle x,y,radius")
        if numbers[2] <= 0:
            raise ValueError(f"{text!r}: the radius has to be above 0")
        return cls(*numbers)

    def __str__(self) -> str:
        return ",".join(repr(value) for value in (self.x, self.y, self.radius))


@dataclass(frozen=True, slots=True)
class Painted:
    """``x,y,w,h:BITS``: the pixels of a box that are painted.

    BITS has a bit for each pixel, row by row, the first in the highest bit of the first byte, compressed (zlib) and
    written in letters, digits, ``-`` and ``_`` (base64url), so that every shell takes it.
    """

    joins: ClassVar[Literal["words"]] = "words"
    mask: Mask

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a box and its pixels."""
        box, _colon, letters = text.strip().partition(":")
        numbers = numbers_in(box, (4,), "a painted region x,y,width,height:pixels")
        if not all(each.is_integer() and abs(each) <= _LARGEST_SIDE for each in numbers) or min(numbers[2:]) < 1:
            raise ValueError(f"the box {box!r} of the painted region is none of whole pixels")
        left, top, columns, rows = (int(each) for each in numbers)
        size = (columns * rows + 7) // 8
        try:
            packed = base64.b64decode(letters.encode("ascii"), altchars=b"-_", validate=True)
            bits = zlib.decompressobj().decompress(packed, size + 1)
        except (ValueError, zlib.error) as error:  # letters that are none are a ValueError too
            raise ValueError("the pixels of the painted region are damaged: copy the whole command") from error
        if len(bits) != size:
            raise ValueError(f"the painted region has {len(bits) * 8} pixels for a box of {columns} x {rows}")
        return cls(Mask(left, top, columns, rows, bits))

    def __str__(self) -> str:
        mask = self.mask
        letters = base64.urlsafe_b64encode(zlib.compress(mask.bits, 9)).decode("ascii")
        return f"{mask.left},{mask.top},{mask.columns},{mask.rows}:{letters}"

    @property
    def corners_px(self) -> tuple[Point, Point]:
        """Middle of the first and of the last pixel of the box."""
        mask = self.mask
        return (mask.left, mask.top), (mask.left + mask.columns - 1, mask.top + mask.rows - 1)


@dataclass(frozen=True, slots=True)
class RegionText:
    """``x,y,w,h``, or a file with a mask: SEG, RTSTRUCT."""

    value: Rectangle | Path

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a rectangle where it looks like one, the name of a file otherwise."""
        if not text.strip():
            raise ValueError("the region is empty")
        looks_like_numbers = all(part.strip().lstrip("+-").replace(".", "", 1).isdigit() for part in text.split(","))
        if looks_like_numbers and not Path(text).exists():
            return cls(Rectangle.parse(text))
        return cls(Path(text))

    def below(self, folder: Path) -> "RegionText":
        """Give it with a file that is sought in a folder."""
        return RegionText(folder / self.value) if isinstance(self.value, Path) else self

    def __str__(self) -> str:
        return str(self.value)


def corners_px(box: Rectangle) -> tuple[Point, Point, Point, Point]:
    """Give the corners of a rectangle that covers whole pixels, around."""
    left, top = box.x - 0.5, box.y - 0.5
    right, bottom = left + box.width, top + box.height
    return (left, top), (right, top), (right, bottom), (left, bottom)
