"""Lines of other planes in the picture of one: where they lie on the screen, what of them is under the pointer."""

import math
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

from workstation.display.view import Point, Size
from workstation.gui.canvas.drawn import to_screen
from workstation.gui.canvas.scene import Scene
from workstation.quick_dataclass import dataclass

CROSS_PX = 14.0
"""The middle of the cross-hair is free so far, and can be taken there."""
NEAR_PX = 6.0
TURN_FROM = 0.62
"""From this share of a line's half on it is turned, before that moved."""
HANDLE_AT = 0.38
"""Share of a line's half at which the handles lie that make its plane thicker."""
HANDLE_PX = 5.0
ROOM_PX = (34.0, 26.0, 34.0, 46.0)
"""Left, top, right and bottom of a pane are left to letters, two of them at the sides, and the scale bar."""
GripKind = Literal["cross", "line", "turn", "slab"]


@dataclass(frozen=True, slots=True)
class Grip:
    """What of the lines a hand can take: the cross-hair, or of a plane its line, an end of it, a border of its slab."""

    kind: GripKind
    plane: str = ""


@dataclass(frozen=True, slots=True)
class GuideLine:
    """Where another plane cuts the picture.

    Parameters
    ----------
    plane
        axial, sagittal or coronal.
    along
        Its direction in the image, (columns, rows).
    half_slab_px
        How far the borders of its slab are from it, in pixels of the image; 0 where it is thin.
    """

    plane: str
    along: Point
    half_slab_px: float = 0.0


@dataclass(frozen=True, slots=True)
class Guides:
    """What is drawn over the picture of a plane.

    Parameters
    ----------
    plane
        Which plane is seen: axial, sagittal or coronal.
    words
        What it is, for the corner: its name, where it is, and in lines of their own what else there is to say.
    cross_px
        Image point (column, row) of the cross-hair.
    lines
        Of the other planes.
    lit
        What the pointer is at.
    readout
        What a hand is doing, in numbers, beside the cross-hair; empty where it does nothing.
    """

    plane: str
    words: tuple[str, ...]
    cross_px: Point
    lines: tuple[GuideLine, ...] = ()
    lit: Grip | None = None
    readout: str = ""

    @property
    def lines_of_words(self) -> int:
        """How many lines its words take in the corner."""
        return 1 + len(self.words[2:])


@dataclass(frozen=True, slots=True)
class LaidLine:
    """A line on the screen, in logical pixels: its direction, and how far it reaches from the cross both ways."""

    plane: str
    along: QPointF
    back_px: float
    forth_px: float
    half_slab_px: float

    @property
    def across(self) -> QPointF:
        """Unit vector at right angles to it."""
        return QPointF(-self.along.y(), self.along.x())

    def ends(self) -> tuple[tuple[int, float], tuple[int, float]]:
        """Give both ways with the length of the line that way."""
        return (-1, self.back_px), (1, self.forth_px)


@dataclass(frozen=True, slots=True)
class Laid:
    """The guides of a scene on the screen, in logical pixels."""

    cross: QPointF
    lines: tuple[LaidLine, ...]

    def handle_points(self, line: LaidLine) -> tuple[QPointF, ...]:
        """Give the handles that make a plane thicker: on the borders of its slab, or on its line."""
        sides = (-1, 1) if line.half_slab_px else (0,)
        return tuple(
            self.cross + line.along * (way * length * HANDLE_AT) + line.across * (side * line.half_slab_px)
            for way, length in line.ends()
            for side in sides
        )

    def turn_points(self, line: LaidLine) -> tuple[QPointF, ...]:
        """Give the handles near the ends by which it is turned."""
        return tuple(self.cross + line.along * (way * length * 0.8) for way, length in line.ends())

    def grip_at(self, at: QPointF) -> Grip | None:
        """Give what is under a point; the middle first, then handles and borders, then lines."""
        away = at - self.cross
        if math.hypot(away.x(), away.y()) <= CROSS_PX:
            return Grip("cross")
        for line in self.lines:
            if any(_distance(at, point) <= HANDLE_PX + 2 for point in self.handle_points(line)):
                return Grip("slab", line.plane)
        found: list[tuple[float, Grip]] = []
        for line in self.lines:
            along = away.x() * line.along.x() + away.y() * line.along.y()
            across = away.x() * line.across.x() + away.y() * line.across.y()
            length = line.forth_px if along > 0 else line.back_px
            if abs(along) > length:
                continue
            kind: GripKind = "turn" if abs(along) > TURN_FROM * length else "line"
            found.append((abs(across), Grip(kind, line.plane)))
            if line.half_slab_px:
                found.append((abs(abs(across) - line.half_slab_px), Grip("slab", line.plane)))
        near = min(found, key=lambda each: each[0], default=None)
        return near[1] if near is not None and near[0] <= NEAR_PX else None


def laid(scene: Scene, size_px: Size, ratio: float) -> Laid | None:
    """Give how the guides of a scene lie on the screen; ``size_px`` in device pixels."""
    guides = scene.guides
    if guides is None:
        return None
    screen = to_screen(scene, size_px, ratio)
    cross = screen(guides.cross_px)
    left, top, right, bottom = ROOM_PX
    room = QRectF(0, 0, size_px[0] / ratio, size_px[1] / ratio).adjusted(left, top, -right, -bottom)
    lines = []
    for line in guides.lines:
        way = screen((guides.cross_px[0] + line.along[0], guides.cross_px[1] + line.along[1])) - cross
        length = math.hypot(way.x(), way.y())
        if length > 0:
            along = way / length
            scale = length / math.hypot(*line.along)
            back, forth = reach_px(cross, -along, room), reach_px(cross, along, room)
            lines.append(LaidLine(line.plane, along, back, forth, line.half_slab_px * scale))
    return Laid(cross, tuple(lines))


def reach_px(start: QPointF, along: QPointF, room: QRectF) -> float:
    """Give how far a line goes from a point until it leaves a rectangle for good; 0 where it is outside of it."""
    farthest = math.inf
    for at, way, low, high in (
        (start.x(), along.x(), room.left(), room.right()),
        (start.y(), along.y(), room.top(), room.bottom()),
    ):
        if abs(way) < 1e-9:
            if not low <= at <= high:
                return 0.0
            continue
        farthest = min(farthest, ((high if way > 0 else low) - at) / way)
    return max(0.0, farthest) if math.isfinite(farthest) else 0.0


def _distance(one: QPointF, other: QPointF) -> float:
    return math.hypot(one.x() - other.x(), one.y() - other.y())
