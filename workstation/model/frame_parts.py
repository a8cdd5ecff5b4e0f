"""What a frame may have beside its pixels: their description, bitmaps, a shutter, colours, its place in a slide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PixelDescription:
    """How pixels are stored (PS3.3 C.7.6.3); checked for contradictions when built by ``model.pixels``.

    ``photometric`` is the value in the file (``YBR_FULL_422``, ``PALETTE COLOR`` ...); ``bits_allocated`` is 1 to 64.
    """

    rows: int
    columns: int
    number_of_frames: int
    samples_per_pixel: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    is_signed: bool
    is_float: bool
    photometric: str
    planar_configuration: int
    transfer_syntax_uid: str


@dataclass(frozen=True)
class Overlay:
    """A bitmap from a 60xx group (PS3.3 C.9.2).

    ``bits`` is (rows, columns) of bool; ``origin_px`` is (column, row) of its first bit in the image, from 0.
    """

    bits: NDArray[np.bool_]
    origin_px: tuple[int, int]
    group: int
    label: str = ""
    is_roi: bool = False


@dataclass(frozen=True, slots=True)
class Shutter:
    """What of the image may be seen (PS3.3 C.7.6.11); a pixel is shown where every given shape shows it.

    Coordinates are (column, row) from 0. ``value`` is the presentation value outside (P-Value, 0 black to 65535).
    """

    rectangle_px: tuple[int, int, int, int] | None = None  # left, top, right, bottom, inclusive
    circle_px: tuple[float, float, float] | None = None  # column, row, radius
    polygon_px: tuple[tuple[float, float], ...] = ()
    value: int = 0


@dataclass(frozen=True, eq=False)
class SupplementalPalette:
    """Colours of the stored values from ``first_input`` on; those below are greys (PS3.3 C.7.6.19).

    ``rgb`` is (entries, 3) of uint8; its last entry holds for all higher values.
    """

    first_input: int
    rgb: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Tile:
    """Which part of a whole slide a frame is (PS3.3 C.7.6.17).

    Parameters
    ----------
    column, row
        Of its first pixel in the whole picture, from 0.
    columns, rows
        Size of the whole picture.
    """

    column: int
    row: int
    columns: int
    rows: int
