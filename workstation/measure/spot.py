"""Where and when a frame was acquired, as far as its image says."""

from collections.abc import Mapping

from workstation.model.geometry import Plane
from workstation.quick_dataclass import dataclass

Moments = Mapping[str, float]
"""Seconds of one frame by each clock that tells them, by the name of its attribute; the best first."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where and when a frame was acquired.

    Parameters
    ----------
    number
        Of the frame in its image, from 1; of an image of one frame its Instance Number, or None.
    plane
        None where it has none.
    moments
        As `workstation.measure.frame_times.moments` gives them.
    """

    number: int | None
    plane: Plane | None
    moments: Moments
