"""The kinds of annotations: what each is called, how many points it has and how they are meant."""

from __future__ import annotations

from typing import Literal, get_args

from workstation.quick_dataclass import dataclass

Kind = Literal[
    "text",
    "arrow",
    "point",
    "length",
    "calibration",
    "profile",
    "polyline",
    "curve",
    "angle",
    "cobb",
    "open_angle",
    "four_point_angle",
    "bidirectional",
    "perpendicular",
    "ratio",
    "vertebra",
    "rectangle",
    "ellipse",
    "circle",
    "polygon",
    "freehand",
    "spline",
    "mask",
    "sphere",
]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Traits:
    """What is true of all annotations of a kind.

    Parameters
    ----------
    name
        As people call it, in lower case: "length", "Cobb angle".
    fewest, most
        How many points it has; ``most`` None where there may be any number.
    is_region
        Whether it has an inside, whose pixels are measured.
    is_measured
        Whether it has numbers of its own; a text and an arrow have none.
    """

    name: str
    fewest: int
    most: int | None
    is_region: bool = False
    is_measured: bool = True


TRAITS: dict[Kind, Traits] = {
    # What it is about.
    "text": Traits("note", 1, 1, is_measured=False),
    # Tip, tail.
    "arrow": Traits("arrow", 2, 2, is_measured=False),
    # The pixel whose values are given.
    "point": Traits("point value", 1, 1),
    # Its two ends.
    "length": Traits("length", 2, 2),
    # The two ends of a line whose true length (`Annotation.known_mm`) a person has given.
    "calibration": Traits("calibration line", 2, 2),
    # The two ends of a line along which values are plotted.
    "profile": Traits("line profile", 2, 2),
    # Corners of an open line; of a curve, as the hand drew it.
    "polyline": Traits("polyline", 2, None),
    "curve": Traits("curve", 2, None),
    # A point of one side, the vertex, a point of the other side.
    "angle": Traits("angle", 3, 3),
    # Two lines, two points each. Cobb: both are read as going to the same side of the line that joins their middles, so
    # that it is from 0 to 180 degrees however they were drawn and the image is turned; open: as drawn.
    "cobb": Traits("Cobb angle", 4, 4),
    "open_angle": Traits("open angle", 4, 4),
    # Four lines, two points each: between the line through the middles of the first two and that of the last two.
    "four_point_angle": Traits("four-point angle", 8, 8),
    # The ends of the long axis, the ends of the short axis.
    "bidirectional": Traits("bidirectional", 4, 4),
    # Two points of a line, and the point whose distance from that line is meant.
    "perpendicular": Traits("perpendicular", 3, 3),
    # Cardiothoracic ratio: the ends of the heart's width, the ends of the chest's width.
    "ratio": Traits("cardiothoracic ratio", 4, 4),
    # Where a vertebra lies; its words are its name.
    "vertebra": Traits("vertebra", 1, 1, is_measured=False),
    # Four corners in order around; right angles in the patient.
    "rectangle": Traits("rectangle", 4, 4, is_region=True),
    # The ends of one axis, the ends of the other; both halve each other, and stand at right angles in the patient.
    "ellipse": Traits("ellipse", 4, 4, is_region=True),
    # Centre, a point of the rim; round in the patient.
    "circle": Traits("circle", 2, 2, is_region=True),
    # Corners around; freehand, as the hand drew it; of a spline, the points that its closed curve goes through.
    "polygon": Traits("polygon", 3, None, is_region=True),
    "freehand": Traits("freehand area", 3, None, is_region=True),
    "spline": Traits("spline area", 3, None, is_region=True),
    # The centres of the first and of the last pixel of the box that holds `Annotation.mask`.
    "mask": Traits("painted region", 2, 2, is_region=True),
    # Centre and a point of the rim of a sphere in the patient, in which `Annotation.threshold` chooses the voxels.
    "sphere": Traits("thresholded sphere", 2, 2),
}
"""How the points of each kind are meant, in order."""

FOLLOWING: tuple[Kind, ...] = ("vertebra",)
"""Kinds that are seen on every image of their frame of reference that passes near them."""
