"""What modality values are multiplied by to become another quantity, such as SUV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workstation.model.concepts import Code
    from workstation.model.units import Unit


@dataclass(frozen=True, slots=True)
class Scale:
    """From modality values to another quantity: ``value * factor``.

    Parameters
    ----------
    factor
        Above 0.
    unit
        Of the result.
    concept
        What the result is.
    sentence
        How the factor came about, for the reader of a number.
    notes
        What a reader of the number has to know.
    method
        Coded, for files; None where there is no code.
    """

    factor: float
    unit: Unit
    concept: Code
    sentence: str
    notes: tuple[str, ...] = ()
    method: Code | None = None

    def apply(self, values: NDArray[Any]) -> NDArray[Any]:
        """Give modality values, of any shape, as the other quantity, in double precision."""
        return values * float(self.factor)
