"""The left button on a path in a plane, before tools and lines; and on the picture along the path."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QCursor, QMouseEvent

from workstation.display.view import Point
from workstation.gui.canvas.bindings import Modifier
from workstation.gui.canvas.guides import laid
from workstation.gui.canvas.hands import Hand
from workstation.gui.canvas.pane import Pane
from workstation.gui.canvas.traces import Ground, Part, part_at
from workstation.gui.panels.curved.presenter import CurvedPresenter
from workstation.gui.viewer.wiring import image_point
from workstation.model.geometry import Plane, Vector, difference, point_to_lps

if TYPE_CHECKING:
    from workstation.gui.canvas.scene import Scene

TIPS = {
    "knot": "Drag: move the point. Right click or Delete: take it away",
    "curve": "Click or drag: put a point here",
}
NOT_ON_SECTIONS = (
    "Nothing is measured on the small cross-sections. A double click has one on the planes: measure it there."
)
NEAR_PX = 6.0
STILL_PX = 3.0
DEG_PER_PX = 0.5


class PathHand:
    """See `workstation.gui.canvas.hands.Hand`.

    Parameters
    ----------
    curved
        What is seen along the path.
    pane
        Of a plane.
    below
        The hand for what is no path.
    is_free
        Whether no other tool is in the hand.
    """

    def __init__(self, curved: CurvedPresenter, pane: Pane, below: Hand, is_free: Callable[[], bool]) -> None:
        self._curved, self._pane, self._below, self._is_free = curved, pane, below, is_free
        self._drag: tuple[int, Vector, Vector, Plane] | None = None
        self._is_setting = False
        self._number = 0
        self.lit: int | None = None

    def press(self, at_px: Point, held: Modifier) -> bool:
        """Set a point, take one, or put one on the curve."""
        drawing = self._curved.drawing
        plane = self._plane()
        if not self._curved.is_shown or plane is None or held != "":
            return self._below.press(at_px, held)
        part, place = self._part(at_px), point_to_lps(plane, image_point(self._pane, at_px))
        self._is_setting = drawing.is_drawing and (part is None or part[0] == "curve")
        if self._is_setting:
            drawing.set_point(place)
            return True
        path = drawing.path
        if part is None or path is None or not (drawing.is_drawing or self._is_free()):
            return self._below.press(at_px, held)
        self._number += 1
        number = part[1]
        if part[0] == "curve":
            number = path.place_for(place)
            path = path.inserted(number, place)
            drawing.change(path, "point of a path", merges_with=self._run)
        self._drag = (number, path.points_lps[number], place, plane)
        self._curved.begin_move()
        return True

    def drag(self, at_px: Point, held: Modifier) -> None:
        """Move a point within the plane; how far it is from that stays."""
        path = self._curved.drawing.path
        if self._drag is None or path is None:
            if not self._is_setting:
                self._below.drag(at_px, held)
            return
        number, start, taken, plane = self._drag
        by = difference(point_to_lps(plane, image_point(self._pane, at_px)), taken)
        to = start[0] + by[0], start[1] + by[1], start[2] + by[2]
        if number < len(path.points_lps):
            self._curved.drawing.change(path.moved(number, to), "move of a point", merges_with=self._run)

    def release(self, at_px: Point, held: Modifier) -> None:
        """End it."""
        if self._drag is not None:
            self._drag = None
            self._curved.end_move()
        elif not self._is_setting:
            self._below.release(at_px, held)
        self._is_setting = False

    def hover(self, at_px: Point, held: Modifier) -> Qt.CursorShape | QCursor | None:
        """Show what can be taken; gives the shape of the pointer."""
        part = self._part(at_px) if self._curved.is_shown and held == "" else None
        drawing, plane = self._curved.drawing, self._plane()
        is_drawing = drawing.is_drawing and self._curved.is_shown and plane is not None and held == ""
        if not is_drawing and not self._is_free():
            part = None
        self._light(part[1] if part is not None and part[0] == "knot" else None)
        if is_drawing and plane is not None:
            drawing.rubber = point_to_lps(plane, image_point(self._pane, at_px))
            drawing.on_pointed()
        if part is not None and part[0] == "knot":
            self._below.leave()
            return Qt.CursorShape.PointingHandCursor
        if is_drawing or part is not None:
            self._below.leave()
            return Qt.CursorShape.CrossCursor
        return self._below.hover(at_px, held)

    def leave(self) -> None:
        """Be told that the pointer is gone."""
        self._light(None)
        if self._curved.drawing.rubber is not None:
            self._curved.drawing.rubber = None
            self._curved.drawing.on_pointed()
        self._below.leave()

    def turn(self, steps: float, held: Modifier) -> bool:
        """Leave the wheel."""
        return self._below.turn(steps, held)

    def tool_tip(self, at_px: Point) -> str:
        """Say what can be done with what is there."""
        part = self._part(at_px) if self._curved.is_shown and self._is_free() else None
        if self._curved.drawing.is_drawing and part is None:
            return "Click: the next point of the path. Double click or Enter ends it"
        return TIPS[part[0]] if part is not None else self._below.tool_tip(at_px)

    def double_click(self, at_px: Point) -> bool:
        """End the path."""
        if self._curved.is_shown and self._curved.drawing.end():
            return True
        return self._below.double_click(at_px)

    def take_away(self, at_px: Point) -> bool:
        """Take the point away that is there; tells whether there was one."""
        part, path = self._part(at_px), self._curved.drawing.path
        if not self._curved.is_shown or part is None or part[0] != "knot" or path is None:
            return False
        self.remove(part[1])
        return True

    def remove(self, number: int) -> None:
        """Take a point away; a path of one is none."""
        drawing = self._curved.drawing
        path = drawing.path
        if path is None or number >= len(path.points_lps):
            return
        self.lit = None
        left = path.without(number)
        if left.is_whole or drawing.is_drawing:
            drawing.change(left, "deletion of a point")
        else:
            drawing.remove()

    @property
    def _run(self) -> str:
        return f"point of a path {id(self)} {self._number}"

    def _plane(self) -> Plane | None:
        scene = self._pane.scene
        return scene.frame.plane if scene is not None else None

    def _light(self, number: int | None) -> None:
        if number != self.lit:
            self.lit = number
            self._curved.drawing.on_pointed()

    def _part(self, at_px: Point) -> Part | None:
        """Give what of the path is there; the free middle of the planes' lines stands above its curve."""
        scene, path = self._pane.scene, self._curved.drawing.path
        trace = (
            next((each for each in scene.traces if path is not None and each.id == path.id), None) if scene else None
        )
        if scene is None or trace is None:
            return None
        ratio = self._pane.devicePixelRatioF()
        at = QPointF((at_px[0] + 0.5) / ratio, (at_px[1] + 0.5) / ratio)
        part = part_at(trace, Ground.of(scene, self._pane.size_px, ratio), at)
        if part is not None and part[0] == "curve":
            lying = laid(scene, self._pane.size_px, ratio)
            grip = lying.grip_at(at) if lying is not None else None
            if grip is not None and grip.kind == "cross":
                return None
        return part


class TakesAway(QObject):
    """Has a right click on a point take it away, and no menu open."""

    def __init__(self, hand: PathHand, pane: Pane) -> None:
        super().__init__(pane)
        self._hand, self._pane = hand, pane
        self._took = False
        pane.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.RightButton:
            if event.type() == QEvent.Type.MouseButtonPress:
                self._took = self._hand.take_away(device_point(self._pane, event.position()))
                return self._took
            if event.type() == QEvent.Type.MouseButtonRelease and self._took:
                self._took = False
                return True
        return super().eventFilter(watched, event)


class AlongHand:
    """The left button on the picture along a path: the line of the cross-hair; with Alt it is turned about the path."""

    def __init__(self, curved: CurvedPresenter, pane: Pane) -> None:
        self._curved, self._pane = curved, pane
        self._is_moving_line = False
        self._turning: tuple[Point, float] | None = None
        self._number = 0

    def press(self, at_px: Point, held: Modifier) -> bool:
        """Take the line, or the picture to turn it."""
        self._is_moving_line = held == "" and self._is_at_line(at_px)
        can_turn = held == "alt" and self._curved.made is not None and self._curved.view.kind == "straightened"
        self._turning = (at_px, self._curved.view.turn_deg) if can_turn else None
        if self._is_moving_line or can_turn:
            self._number += 1
            self._curved.begin_move()
            return True
        return False

    def drag(self, at_px: Point, _held: Modifier) -> None:
        """Go on."""
        made = self._curved.made
        if self._is_moving_line and made is not None:
            self._curved.go_to(made.at_row(image_point(self._pane, at_px)[1]))
        elif self._turning is not None:
            (_x, y), start = self._turning
            view, scene = self._curved.view, self._pane.scene
            is_lying = scene is not None and scene.view.rotation_quarters % 2 == 1
            by = (at_px[1] - y if is_lying else at_px[0] - _x) * DEG_PER_PX / self._pane.devicePixelRatioF()
            run = f"turn about the path {self._number}"
            self._curved.drawing.look(view.turned(start + by - view.turn_deg), "turn about the path", merges_with=run)

    def release(self, _at_px: Point, _held: Modifier) -> None:
        """End it."""
        if self._is_moving_line or self._turning is not None:
            self._is_moving_line, self._turning = False, None
            self._curved.end_move()

    def hover(self, at_px: Point, held: Modifier) -> Qt.CursorShape | QCursor | None:
        """Give the shape of the pointer."""
        if held == "" and self._is_at_line(at_px):
            scene = self._pane.scene
            is_lying = scene is not None and scene.view.rotation_quarters % 2 == 1
            return Qt.CursorShape.SizeHorCursor if is_lying else Qt.CursorShape.SizeVerCursor
        return None

    def leave(self) -> None:
        """Be told that the pointer is gone."""

    def turn(self, _steps: float, _held: Modifier) -> bool:
        """Leave the wheel to the pane."""
        return False

    def tool_tip(self, at_px: Point) -> str:
        """Say what can be done."""
        return "Drag: go along the path" if self._is_at_line(at_px) else ""

    def double_click(self, _at_px: Point) -> bool:
        """Leave it to the pane."""
        return False

    def _is_at_line(self, at_px: Point) -> bool:
        scene: Scene | None = self._pane.scene
        if scene is None or not scene.traces:
            return False
        ratio = self._pane.devicePixelRatioF()
        ground = Ground.of(scene, self._pane.size_px, ratio)
        at = QPointF((at_px[0] + 0.5) / ratio, (at_px[1] + 0.5) / ratio)
        return part_at(scene.traces[0], ground, at) is not None


class SectionHand:
    """The left button on a cross-section: a double click has it on the planes, where it is measured.

    Tools are told that they are not for it, so that nobody waits for them.
    """

    def __init__(self, is_free: Callable[[], bool], tell: Callable[[str], None], lay: Callable[[], None]) -> None:
        self._is_free, self._tell, self._lay = is_free, tell, lay

    def press(self, _at_px: Point, _held: Modifier) -> bool:
        """Say so where there is a tool in the hand; else leave it to the pane."""
        if not self._is_free():
            self._tell(NOT_ON_SECTIONS)
        return not self._is_free()

    def drag(self, at_px: Point, held: Modifier) -> None:
        """Do nothing: what was refused does not go on."""

    def release(self, at_px: Point, held: Modifier) -> None:
        """Do nothing."""

    def hover(self, _at_px: Point, _held: Modifier) -> Qt.CursorShape | QCursor | None:
        """Show at once that a tool is not for it."""
        return None if self._is_free() else Qt.CursorShape.ForbiddenCursor

    def leave(self) -> None:
        """Be told that the pointer is gone."""

    def turn(self, _steps: float, _held: Modifier) -> bool:
        """Leave the wheel to the pane."""
        return False

    def tool_tip(self, _at_px: Point) -> str:
        """Say how it is measured."""
        return "Double click: have this cross-section on the planes, to measure it"

    def double_click(self, _at_px: Point) -> bool:
        """Lay the planes across the path here."""
        self._lay()
        return True


class Clicks(QObject):
    """Tells where a pane was clicked with the left button, nothing being dragged."""

    def __init__(self, pane: Pane, clicked: Callable[[Point], None]) -> None:
        super().__init__(pane)
        self._pane, self._clicked = pane, clicked
        self._start: QPointF | None = None
        pane.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.LeftButton:
            if event.type() == QEvent.Type.MouseButtonPress:
                is_plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
                self._start = event.position() if is_plain else None
            elif event.type() == QEvent.Type.MouseButtonRelease and self._start is not None:
                away, self._start = event.position() - self._start, None
                if abs(away.x()) + abs(away.y()) <= STILL_PX:
                    self._clicked(device_point(self._pane, event.position()))
        return super().eventFilter(watched, event)


def device_point(pane: Pane, at: QPointF) -> Point:
    """Give a point of a pane in device pixels, from the centre of the first."""
    ratio = pane.devicePixelRatioF()
    return at.x() * ratio - 0.5, at.y() * ratio - 0.5
