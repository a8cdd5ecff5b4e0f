"""A measurement that was made, with what files and plots need of the image that it is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.measure.extent import Extent
    from workstation.measure.spot import Spot
    from workstation.model.frame import Frame
    from workstation.model.index.records import Instance
    from workstation.model.measurement import Curve, Measurement


@dataclass(frozen=True, slots=True)
class Done:
    """A measurement, the image that it is on, where and when that was acquired, and what can be plotted.

    Of a volume also its ``extent``; a sphere, which one annotation says, has none. Of what lies on a plane of a volume
    the images of that are its extent, and ``frame`` has the pixels of the plane.
    """

    measurement: Measurement
    instance: Instance
    spot: Spot | None = None
    plotted: tuple[Curve, ...] = ()
    extent: Extent | None = None
    frame: Frame | None = None
