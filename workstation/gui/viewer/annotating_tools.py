"""The tools that make annotations: one table of what a hand has to do for each."""

from typing import Literal

from workstation.model.annotation import Threshold
from workstation.model.annotation_kinds import Kind
from workstation.quick_dataclass import dataclass

Way = Literal["note", "points", "stroke", "brush", "grow"]
"""How a hand makes it: a place and its words; points, by clicks or drags; one long drag; painting; a click."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool.

    Parameters
    ----------
    id
        That of its command.
    kind
        What it makes.
    hint
        What a hand has to do, in one line.
    way
        How.
    clicks
        How many points a hand gives; None: any number, until it closes them.
    stays
        It stays in the hand after use.
    """

    id: str
    kind: Kind
    hint: str
    way: Way = "points"
    clicks: int | None = 2
    stays: bool = False


_CLOSE = "Enter or a double click ends it, Backspace takes the last point back"
_AROUND = "Click from corner to corner; Enter, a double click or a click on the first point closes it"

TOOLS: tuple[Tool, ...] = (
    Tool("note", "text", "Press on what it is about, drag to where the words are to stand", "note", 1),
    Tool("arrow", "arrow", "Press at the tip, drag to the tail", "note"),
    Tool("measure-length", "length", "Drag from end to end, or click both; Shift keeps it straight"),
    Tool(
        "measure-bidirectional",
        "bidirectional",
        "Drag along the longest axis, then click where the short one ends",
        clicks=3,
    ),
    Tool(
        "measure-perpendicular",
        "perpendicular",
        "Drag along a line, then click the point whose distance is meant",
        clicks=3,
    ),
    Tool("measure-polyline", "polyline", f"Click from point to point. {_CLOSE}", clicks=None),
    Tool("measure-curve", "curve", "Draw along the way with the button held", "stroke"),
    Tool("measure-angle", "angle", "Click a point of one side, the vertex, a point of the other side", clicks=3),
    Tool("measure-cobb", "cobb", "Drag along the first endplate, then along the second", clicks=4),
    Tool("measure-open-angle", "open_angle", "Drag along the first line, then along the second", clicks=4),
    Tool(
        "measure-four-point-angle",
        "four_point_angle",
        "Drag along two lines, then along two others: the angle is between their middles",
        clicks=8,
    ),
    Tool("measure-rectangle", "rectangle", "Drag from corner to corner; Shift makes it a square"),
    Tool("measure-ellipse", "ellipse", "Drag from corner to corner of its box; Shift makes it round"),
    Tool("measure-circle", "circle", "Drag from the centre to the rim"),
    Tool("measure-circle-of-three", "circle", "Click three points of the rim", clicks=3),
    Tool("measure-polygon", "polygon", _AROUND, clicks=None),
    Tool("measure-spline", "spline", f"{_AROUND}; the line bends through all of them", clicks=None),
    Tool("measure-freehand", "freehand", "Draw around it with the button held", "stroke"),
    Tool(
        "measure-brush",
        "mask",
        "Paint; Shift rubs out, [ and ] or Alt and the wheel change the brush",
        "brush",
        None,
        stays=True,
    ),
    Tool(
        "measure-threshold-brush",
        "mask",
        "Paint over values within the limits; Shift rubs out",
        "brush",
        None,
        stays=True,
    ),
    Tool(
        "measure-grow",
        "mask",
        "Click into a region of like values; drag up to take in more of them, down for fewer",
        "grow",
        1,
    ),
    Tool("measure-sphere", "sphere", "Drag from the centre to the rim of a sphere"),
    Tool("measure-point", "point", "Click the pixel", clicks=1),
    Tool("measure-profile", "profile", "Drag along the line whose values are to be plotted"),
    Tool("measure-ratio", "ratio", "Drag across the heart, then across the chest", clicks=4),
    Tool("measure-spine", "vertebra", "Click vertebra after vertebra", clicks=1, stays=True),
    Tool("measure-calibration", "calibration", "Drag along something whose length is known, then write the length"),
)
"""All tools, in the order of their menu."""
TOOLS_BY_ID = {tool.id: tool for tool in TOOLS}

THRESHOLDS: tuple[tuple[str, Threshold], ...] = (
    ("41 % of the highest", Threshold("percent", 41.0)),
    ("50 % of the highest", Threshold("percent", 50.0)),
    ("SUV 2.5 and above", Threshold("suv", 2.5)),
    ("SUV 4 and above", Threshold("suv", 4.0)),
    ("all voxels", Threshold("value", None)),
)
"""Which voxels of a sphere count, as people say it."""
