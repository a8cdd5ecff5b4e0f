"""Display shutters of an image or a frame (PS3.3 C.7.6.11, C.7.6.16.2.16)."""

from pydicom import Dataset

from workstation.model.attributes import integer, numbers, text
from workstation.model.frame_parts import Shutter
from workstation.model.pixels.functional_groups import FunctionalGroups

_MOST_CORNERS = 4096


def frame_shutter(groups: FunctionalGroups, frame: int) -> Shutter | None:
    """Give the shutter of a frame; None where it has none that is read (bitmaps are not)."""
    holder = groups.item("FrameDisplayShutterSequence", frame) or groups.dataset
    shapes = text(holder, "ShutterShape").split("\\")
    rectangle = _rectangle(holder) if "RECTANGULAR" in shapes else None
    circle = _circle(holder) if "CIRCULAR" in shapes else None
    polygon = _polygon(holder) if "POLYGONAL" in shapes else ()
    if rectangle is None and circle is None and not polygon:
        return None
    return Shutter(rectangle, circle, polygon, integer(holder, "ShutterPresentationValue") or 0)


def _rectangle(holder: Dataset) -> tuple[int, int, int, int] | None:
    edges = [
        integer(holder, f"Shutter{edge}Edge")
        for edge in ("LeftVertical", "UpperHorizontal", "RightVertical", "LowerHorizontal")
    ]
    if any(edge is None for edge in edges):
        return None
    left, top, right, bottom = (edge - 1 for edge in edges if edge is not None)
    return left, top, right, bottom


def _circle(holder: Dataset) -> tuple[float, float, float] | None:
    center, radius = numbers(holder, "CenterOfCircularShutter"), numbers(holder, "RadiusOfCircularShutter")
    if len(center) < 2 or not radius or radius[0] <= 0:
        return None
    return center[1] - 1, center[0] - 1, radius[0]


def _polygon(holder: Dataset) -> tuple[tuple[float, float], ...]:
    found = numbers(holder, "VerticesOfThePolygonalShutter")[: 2 * _MOST_CORNERS]
    corners = tuple((across - 1, down - 1) for down, across in zip(found[0::2], found[1::2], strict=False))
    return corners if len(corners) >= 3 else ()
