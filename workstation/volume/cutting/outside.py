"""What is no value: places outside a volume, and padding in it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.model.volume import Volume
from workstation.quick_dataclass import dataclass
from workstation.volume.cutting.projections import Ignored


@dataclass(frozen=True, slots=True)
class Outside:
    """What stands in a picture where there is no volume: a value that no voxel has, in a type that holds both."""

    dtype: np.dtype[Any]
    value: float

    @classmethod
    def of(cls, volume: Volume) -> "Outside":
        """Choose it: padding of the volume itself, else the lowest value of its type, or the highest of an unsigned.

        Of a volume in colour it is black.
        """
        array = volume.array_kji
        if array.ndim == 4:
            return cls(array.dtype, 0)
        if array.dtype.kind == "f" or array.dtype.itemsize > 4:
            return cls.no_number(array.dtype)
        if array.dtype.itemsize == 1:
            return cls(np.dtype(np.int16), -32768)
        if volume.padding is not None:
            return cls(array.dtype, volume.padding[0])
        if array.dtype.kind == "i":
            return cls(array.dtype, np.iinfo(array.dtype).min)
        highest = np.iinfo(array.dtype).max
        if array.max(initial=0) < highest:
            return cls(array.dtype, highest)
        return cls(np.dtype(np.int32), -1) if array.dtype.itemsize == 2 else cls.no_number(array.dtype)

    @classmethod
    def no_number(cls, dtype: np.dtype[Any]) -> "Outside":
        """Take NaN, in floats that hold the values of a type."""
        is_small = dtype.itemsize <= 2 or (dtype.kind == "f" and dtype.itemsize == 4)
        return cls(np.dtype(np.float32 if is_small else np.float64), np.nan)

    def cast(self, values: NDArray[Any], outside: NDArray[np.bool_] | None = None) -> NDArray[Any]:
        """Give values in its type, whole numbers rounded, with its value at the pixels marked."""
        if self.dtype.kind in "iu" and values.dtype.kind == "f":
            values = np.rint(values, where=np.isfinite(values), out=np.zeros_like(values))
        result = values.astype(self.dtype)
        if outside is not None:
            result[outside] = self.value
        return result

    def padding(self, volume: Volume) -> tuple[int, int] | None:
        """Give the range that the frames of a volume have for padding; None where only NaN is."""
        low, high = volume.padding or (np.inf, -np.inf)
        if volume.array_kji.ndim == 4:
            return None
        if not np.isnan(self.value):
            low, high = (self.value, self.value) if volume.padding is None else (low, high)
        return None if low > high else (int(np.floor(low)), int(np.ceil(high)))


class Padding:
    """The padding of a volume, and how values between it and the image are told.

    A value interpolated between padding and an image is neither. Where it is beyond everything measured, it is told
    by that, and the nearest voxel stands for it.
    """

    def __init__(self, volume: Volume) -> None:
        low, high = volume.padding or (np.inf, -np.inf)
        self.ignored = Ignored(low, high)
        self._array = volume.array_kji
        self._ends: tuple[float, float] | None = None

    @property
    def measured(self) -> tuple[float, float]:
        """The lowest and the highest value that is no padding."""
        if self._ends is None:
            lows, highs = [], []
            for slab in self._array:
                kept = slab[~self.ignored.mask(slab)]
                if kept.size:
                    lows.append(float(kept.min()))
                    highs.append(float(kept.max()))
            self._ends = (min(lows), max(highs)) if lows else (np.inf, -np.inf)
        return self._ends
