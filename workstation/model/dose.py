"""Doses of radiotherapy as values: what the grid is of, in which unit, and by which levels it is shown."""

from workstation.model.segmentation import Rgb
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class DoseLevel:
    """One isodose level.

    ``number`` is its share of the greatest dose, in percent; ``dose`` is in the unit of the grid.
    """

    number: int
    name: str
    dose: float
    colour: Rgb


@dataclass(frozen=True, slots=True)
class Dose:
    """What a dose grid says beside its values.

    Parameters
    ----------
    unit
        ``Gy``; empty for doses relative to a reference that the file does not name.
    greatest
        The highest value of the whole grid, in that unit.
    kind
        Dose Summation Type and Dose Type, as people write them: "plan, physical".
    levels
        The highest first.
    notes
        Sentences for the user.
    """

    sop_instance_uid: str
    series_instance_uid: str
    label: str
    unit: str
    greatest: float
    kind: str = ""
    levels: tuple[DoseLevel, ...] = ()
    frame_of_reference_uid: str = ""
    notes: tuple[str, ...] = ()

    def text(self, value: float) -> str:
        """Give a value with its unit: three digits, or two after the point from 10 on."""
        number = f"{value:.2f}" if value >= 10 else f"{value:#.3g}"
        return f"{number} {self.unit}" if self.unit else f"{number} (relative)"
