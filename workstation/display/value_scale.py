"""Values of an image said as something else than what its file holds, such as uptake of PET as SUV."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from workstation.display.voi import value_range
from workstation.model.frame import Voi, Window
from workstation.model.index.records import Instance
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ValueScale:
    """What modality values of a frame are said as.

    Parameters
    ----------
    factor
        What they are multiplied by.
    unit
        Of the product, with its name: ``g/ml SUVbw``.
    """

    factor: float
    unit: str

    def voi(self, voi: Voi) -> Voi:
        """Give a window over what the values are said as; a table is of the values themselves."""
        if not isinstance(voi, Window):
            return voi
        low, high = (end * self.factor for end in value_range(voi))
        # LINEAR tells whole numbers apart (PS3.3 C.11.2.1.2.1), which these are not.
        function = "LINEAR_EXACT" if voi.function == "LINEAR" else voi.function
        return replace(voi, center=(low + high) / 2, width=high - low, function=function)


ScaleOf = Callable[[Instance, int], ValueScale | None]
"""Gives what the values of a frame, from 0, are said as; None where that is what the file holds."""
Scaling = Callable[[Sequence[Instance]], ScaleOf]
"""Gives that for images, whose headers are read once it is asked for."""
