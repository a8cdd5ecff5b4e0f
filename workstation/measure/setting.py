"""What a measurement depends on beside its place: units, calibration, scale of values, bins; and facts of its image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.measure.bins import Bins
    from workstation.measure.calibration import Calibration
    from workstation.model.concepts import Code
    from workstation.model.units import LengthUnit, Unit


class Scaling(Protocol):
    """How modality values become others, such as SUV: ``value * factor``."""

    @property
    def factor(self) -> float:
        """Above 0."""

    @property
    def unit(self) -> Unit:
        """Of the result."""

    @property
    def concept(self) -> Code:
        """What the result is."""

    @property
    def sentence(self) -> str:
        """How the factor was made, for people."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the numbers has to know."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How to measure.

    Parameters
    ----------
    units
        Of lengths, areas and volumes. ``px`` counts pixels across and down alike, whatever their shape.
    calibration
        What lengths are made with; None: what the header of the frame says (`calibration_at` its points).
    percentiles
        Beside those that are always given, in per cent.
    bins
        Of histograms and entropy; None: by the unit (see `workstation.measure.region_values.default_bins`).
    scale
        From modality values to SUV; None: modality values are measured.
    with_curves
        Give the histogram of a region too; the curve of a profile is always given.
    """

    units: LengthUnit = "mm"
    calibration: Calibration | None = None
    percentiles: tuple[float, ...] = ()
    bins: Bins | None = None
    scale: Scaling | None = None
    with_curves: bool = False

    def __post_init__(self) -> None:
        if not all(0 <= each <= 100 for each in self.percentiles):
            raise ValueError("a percentile is from 0 to 100")

    def calibrated(self, calibration: Calibration) -> Setting:
        """Give the same with another calibration; measuring many images, a third quicker than ``replace``."""
        return Setting(self.units, calibration, self.percentiles, self.bins, self.scale, self.with_curves)


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What a frame itself does not know of its image: the file as the user named it, and its modality (CT, MR ...)."""

    place: str = ""
    modality: str = ""
