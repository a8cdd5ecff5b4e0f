"""One frame of an image, with everything needed to show and to measure it."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, Literal

from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:  # A length needs no pixels: numpy is loaded where they are touched.
    import numpy as np
    from numpy.typing import NDArray

    from workstation.model.frame_parts import Overlay, Shutter, SupplementalPalette, Tile
    from workstation.model.geometry import Plane, Spacing

VoiFunction = Literal["LINEAR", "LINEAR_EXACT", "SIGMOID"]
Photometric = Literal["MONOCHROME1", "MONOCHROME2", "RGB"]


@dataclass(frozen=True, slots=True)
class Window:
    """A VOI window in modality units (PS3.3 C.11.2)."""

    center: float
    width: float
    function: VoiFunction = "LINEAR"
    explanation: str = ""


@dataclass(frozen=True, eq=False)
class LookupTable:
    """A modality, VOI or presentation LUT: ``values[clip(x - first_input, 0, len - 1)]``.

    ``bits`` is the width of an entry; the output of a VOI LUT spans 0 to 2**bits - 1. A table equals only itself.
    """

    first_input: int
    values: NDArray[np.uint16]
    bits: int
    explanation: str = ""


Voi = Window | LookupTable


@dataclass(frozen=True)
class ModalityTransform:
    """From stored values to modality values (PS3.3 C.11.1): a line, or a table where ``lut`` is given.

    ``unit`` is what the file says or implies: ``HU``, ``BQML``, ``US``, or empty.
    """

    slope: float = 1.0
    intercept: float = 0.0
    lut: LookupTable | None = None
    unit: str = ""

    def apply(self, stored: NDArray[Any]) -> NDArray[Any]:
        """Give modality values, shape as given; integers (int32 or wider) where slope and intercept are whole.

        Values that no integer of 64 bits holds are given as floats.
        """
        import numpy as np

        if self.lut is not None:
            indices = np.clip(stored.astype(np.int64) - self.lut.first_input, 0, len(self.lut.values) - 1)
            return self.lut.values[indices]
        whole = float(self.slope).is_integer() and float(self.intercept).is_integer()
        if whole and stored.dtype.kind in "iub":
            largest = abs(self.slope) * 2.0 ** (8 * stored.dtype.itemsize) + abs(self.intercept)
            if largest < 2.0**62:
                wide = stored.astype(np.int64 if stored.dtype.itemsize >= 4 or largest >= 2.0**31 else np.int32)
                return wide * int(self.slope) + int(self.intercept)
        return stored * np.float64(self.slope) + self.intercept


@dataclass(frozen=True)
class Frame:
    """One decoded frame.

    Parameters
    ----------
    pixels
        Stored values: (rows, columns) of integers or floats; or (rows, columns, 3) of RGB, uint8 or uint16: YBR and
        palette colours in the file are converted.
    photometric
        How ``pixels`` are meant.
    padding
        Lowest and highest stored value that is padding, both inclusive (PS3.3 C.7.5.1.1.2).
    number
        Index in its image, from 0.
    supplemental
        Colours among the greys, as in maps of activation or of flow over anatomy.
    tile
        Which part of a whole slide it is; None for images that are no tiles.
    """

    pixels: NDArray[Any]
    photometric: Photometric
    bits_stored: int
    spacing: Spacing
    modality: ModalityTransform = field(default_factory=ModalityTransform)
    voi: tuple[Voi, ...] = ()
    presentation_is_inverse: bool = False
    padding: tuple[int, int] | None = None
    overlays: tuple[Overlay, ...] = ()
    shutter: Shutter | None = None
    plane: Plane | None = None
    number: int = 0
    supplemental: SupplementalPalette | None = None
    tile: Tile | None = None

    @property
    def is_colour(self) -> bool:
        """Whether ``pixels`` has an axis of RGB."""
        return self.photometric == "RGB"

    def modality_values(self) -> NDArray[Any]:
        """Give the pixels in modality units, (rows, columns); RGB as it is."""
        return self.pixels if self.is_colour else self.modality.apply(self.pixels)
