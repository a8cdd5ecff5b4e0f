"""The left button on the lines of planes: the cross-hair, a line, an end of it, a border of its slab."""

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPixmap

from workstation.display.probe import position_text
from workstation.display.view import Point
from workstation.gui import icons
from workstation.gui.canvas.bindings import Modifier
from workstation.gui.canvas.guides import Grip, Laid, laid
from workstation.gui.canvas.pane import Pane
from workstation.gui.panels.planes.presenter import PlanesPresenter
from workstation.gui.viewer.wiring import image_point
from workstation.model.geometry import Vector, difference, dot, point_to_lps
from workstation.quick_dataclass import dataclass
from workstation.volume.cutting.slabs import Slab
from workstation.volume.cutting.standard_planes import PlaneName
from workstation.volume.planes import planes_view
from workstation.volume.planes.planes_view import PLANE_NAMES, PlanesView

WHOLE_DEG = 5.0
"""With Ctrl held lines turn in steps of so much."""
THINNEST_MM = 0.5
TURN_CURSOR_PX = 24
TIPS = {
    "cross": "Drag: move the place at which the planes meet",
    "line": "Drag: move the {plane} plane. Its squares make it thicker, its ends turn it",
    "turn": "Drag: turn the {plane} plane; with Ctrl by whole steps of 5°",
    "slab": "Drag: thickness of the {plane} plane",
}


@dataclass(frozen=True)
class _Drag:
    grip: Grip
    start: PlanesView
    at_lps: Vector
    direction: float


class PlaneHand:
    """See `workstation.gui.canvas.hands.Hand`."""

    def __init__(self, presenter: PlanesPresenter, name: PlaneName, pane: Pane, turning: Callable[[], QCursor]) -> None:
        self._presenter, self._name, self._pane, self._turning = presenter, name, pane, turning
        self._drag: _Drag | None = None
        self._number = 0

    def press(self, at_px: Point, held: Modifier) -> bool:
        """Take what is under the pointer."""
        grip, now, scene = self._grip(at_px), self._presenter.now, self._pane.scene
        if grip is None or held in ("shift", "alt") or now is None or scene is None or scene.frame.plane is None:
            return False
        at = image_point(self._pane, at_px)
        self._drag = _Drag(grip, now, point_to_lps(scene.frame.plane, at), self._direction(at))
        self._number += 1
        self._presenter.begin_move()
        self._presenter.light(self._name, grip)
        return True

    def drag(self, at_px: Point, held: Modifier) -> None:
        """Go on."""
        drag, opened, scene = self._drag, self._presenter.opened, self._pane.scene
        if drag is None or opened is None or scene is None or scene.frame.plane is None:
            return
        at = image_point(self._pane, at_px)
        to_lps = point_to_lps(scene.frame.plane, at)  # a draft under the hand has fewer pixels than it began on
        grip, start, grid = drag.grip, drag.start, opened.volume.grid
        if grip.kind == "cross":
            by = difference(to_lps, drag.at_lps)
            point = start.cross_lps[0] + by[0], start.cross_lps[1] + by[1], start.cross_lps[2] + by[2]
            new = planes_view.with_cross(start, grid, point)
            self._put(new, position_text(new.cross_lps), "move of the cross-hair")
            return
        other = next(each for each in PLANE_NAMES if each == grip.plane)
        if grip.kind == "line":
            new = planes_view.line_dragged(start, grid, self._name, other, self._beside_cross(drag, to_lps))
            moved = dot(difference(new.cross_lps, start.cross_lps), start.plane(other).normal_lps)
            self._put(new, f"{moved:+.1f} mm", f"move of the {other} plane")
        elif grip.kind == "turn":
            angle = _wrapped(math.degrees(self._direction(at) - drag.direction))
            angle = round(angle / WHOLE_DEG) * WHOLE_DEG if held == "ctrl" else angle
            new = planes_view.line_turned(start, self._name, other, angle)
            self._put(new, f"{angle:+.1f}°", f"turn of the {other} plane")
        else:
            away = abs(dot(difference(to_lps, start.cross_lps), start.plane(other).normal_lps))
            thickness = round(2 * away, 1) if 2 * away >= THINNEST_MM else 0.0
            slab = Slab(thickness, start.plane(other).slab.projection)
            words = f"{thickness:.1f} mm" if thickness else "thin"
            self._put(planes_view.with_slab(start, other, slab), words, f"thickness of the {other} plane")

    def release(self, _at_px: Point, _held: Modifier) -> None:
        """End it."""
        self._drag = None
        self._presenter.end_move()

    def hover(self, at_px: Point, held: Modifier) -> Qt.CursorShape | QCursor | None:
        """Show what can be taken; gives the shape of the pointer."""
        found = self._laid()
        grip = self._grip(at_px) if held in ("", "ctrl") else None
        self._presenter.light(self._name, grip)
        if grip is None or found is None:
            return None
        if grip.kind == "cross":
            return Qt.CursorShape.SizeAllCursor
        if grip.kind == "turn":
            return self._turning()
        line = next(each for each in found.lines if each.plane == grip.plane)
        return across_cursor(line.along)

    def leave(self) -> None:
        """Be told that the pointer is gone."""
        if self._drag is None:
            self._presenter.light(self._name, None)

    def turn(self, _steps: float, _held: Modifier) -> bool:
        """Leave the wheel to the pane."""
        return False

    def tool_tip(self, at_px: Point) -> str:
        """Say what can be done with what is there."""
        grip = self._grip(at_px)
        return "" if grip is None else TIPS[grip.kind].format(plane=grip.plane)

    def double_click(self, _at_px: Point) -> bool:
        """Leave it to the pane."""
        return False

    def _put(self, view: PlanesView, readout: str, label: str) -> None:
        now = self._presenter.now
        if now is None:
            return
        # What is not dragged stays as it is now.
        self._presenter.say_move(self._name, readout)
        self._presenter.do(view, label, merges_with=f"planes {self._name} {self._number}")

    def _beside_cross(self, drag: _Drag, to_lps: Vector) -> Vector:
        """Give where the line is to pass: it is moved by as much as the pointer, wherever it was taken."""
        by, cross = difference(to_lps, drag.at_lps), drag.start.cross_lps
        return cross[0] + by[0], cross[1] + by[1], cross[2] + by[2]

    def _direction(self, at: Point) -> float:
        """Give the angle of an image point around the cross-hair, from the row to the column, in radians."""
        scene = self._pane.scene
        if scene is None or scene.guides is None:
            return 0.0
        cross = scene.guides.cross_px
        return math.atan2(at[1] - cross[1], at[0] - cross[0])

    def _laid(self) -> Laid | None:
        scene = self._pane.scene
        return laid(scene, self._pane.size_px, self._pane.devicePixelRatioF()) if scene is not None else None

    def _grip(self, at_px: Point) -> Grip | None:
        found = self._laid()
        if found is None or not self._presenter.lines_are_shown:
            return None
        ratio = self._pane.devicePixelRatioF()
        return found.grip_at(QPointF((at_px[0] + 0.5) / ratio, (at_px[1] + 0.5) / ratio))


def across_cursor(along: QPointF) -> Qt.CursorShape:
    """Give the pointer that says: this can be moved across its direction."""
    angle = float(np.degrees(np.arctan2(along.y(), along.x()))) % 180
    if angle < 22.5 or angle >= 157.5:
        return Qt.CursorShape.SizeVerCursor
    if angle < 67.5:
        return Qt.CursorShape.SizeBDiagCursor
    return Qt.CursorShape.SizeHorCursor if angle < 112.5 else Qt.CursorShape.SizeFDiagCursor


def _wrapped(angle_deg: float) -> float:
    return (angle_deg + 180.0) % 360.0 - 180.0


def turning_picture() -> QPixmap:
    """Draw two arrows around each other, with an outline: they are seen over bone and air."""
    picture = QPixmap(TURN_CURSOR_PX + 4, TURN_CURSOR_PX + 4)
    picture.fill(Qt.GlobalColor.transparent)
    box = QRect(2, 2, TURN_CURSOR_PX, TURN_CURSOR_PX)
    painter = QPainter(picture)
    try:
        for right, down in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            icons.paint(painter, "turn", box.translated(right, down), QColor("#000000"))
        icons.paint(painter, "turn", box, QColor("#ffffff"))
    finally:
        painter.end()
    return picture
