"""What is drawn into panes because of other panes: lines of their images, and the place pointed at in one of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from workstation.display.linking import locate, reference_line
from workstation.display.view import Point
from workstation.display.viewing import Viewing
from workstation.gui.canvas.presenter import PanePresenter
from workstation.gui.canvas.scene import PlaneLine, Scene
from workstation.gui.viewer.planes import Planes
from workstation.model.frame import Frame
from workstation.model.geometry import Plane, Vector, image_to_lps, main_orientation
from workstation.model.index.records import Stack

ELSEWHERE = -1
"""In no pane of images."""


class Marks:
    """Reference lines and the 3D cursor.

    Parameters
    ----------
    planes
        Where images lie.
    stack_of
        Gives the stack that a pane shows by its number; None where it shows none.
    """

    def __init__(self, planes: Planes, stack_of: Callable[[int], Stack | None]) -> None:
        self._planes, self._stack_of = planes, stack_of
        self._cursor: tuple[int, Vector, str] | None = None
        self.lines_are_shown = True
        self.on_pointed: Callable[[Vector, str], None] = lambda _point_lps, _frame_of_reference_uid: None

    def point(self, viewing: Viewing, leader: Scene | None, number: int, point_px: Point) -> Viewing | None:
        """Point at an image point (column, row) of a pane; gives what shows that place everywhere, None without one."""
        plane = _plane(leader)
        if plane is None:
            return None
        at = tuple(float(value) for value in image_to_lps(plane, [point_px])[0])
        point = at[0], at[1], at[2]
        self.on_pointed(point, plane.frame_of_reference_uid)
        return self.point_at(viewing, point, plane.frame_of_reference_uid, number=number)

    def point_at(
        self, viewing: Viewing, point_lps: Vector, frame_of_reference_uid: str, *, number: int = ELSEWHERE
    ) -> Viewing:
        """Point at a place in the patient, in a pane or in none of them; gives what shows it everywhere else."""
        self._cursor = (number, point_lps, frame_of_reference_uid)
        for other, stack in self._others(viewing, number).items():
            found = locate(self._planes.of(stack), point_lps, frame_of_reference_uid)
            if found is not None:
                viewing = viewing.with_look(other, replace(viewing.panes[other].look, index=found.index))
        return viewing

    def end_pointing(self) -> bool:
        """Take the cursor away; tells whether there was one."""
        was_there, self._cursor = self._cursor is not None, None
        return was_there

    def draw(self, now: Viewing, panes: Sequence[PanePresenter]) -> None:
        """Draw the active pane's line and the cursor into the others."""
        active = panes[now.active].scene if now.active < len(panes) else None
        leading = active if self.lines_are_shown and len(now.shown) > 1 else None
        tiles = now.numbers_on(now.at_screen(now.active)) if now.is_tiled else (now.active,)
        for number in now.shown:
            pane = panes[number]
            if pane.scene is not None:
                lines = () if number in tiles else _lines(leading, pane.scene)
                pane.mark(lines, self._cursor_in(now, number))

    def _others(self, viewing: Viewing, number: int) -> Mapping[int, Stack]:
        found = {other: self._stack_of(other) for other in viewing.shown}
        return {
            other: stack
            for other, stack in found.items()
            if other != number and stack is not None and not viewing.is_tile(other)
        }

    def _cursor_in(self, now: Viewing, number: int) -> Point | None:
        if self._cursor is None or self._cursor[0] == number:
            return None
        stack = self._stack_of(number)
        found = locate(self._planes.of(stack), self._cursor[1], self._cursor[2]) if stack is not None else None
        index = now.panes[number].look.index
        return found.point_px if found is not None and found.is_within and found.index == index else None


def _lines(leading: Scene | None, scene: Scene) -> tuple[PlaneLine, ...]:
    """Give where the leading image cuts another one."""
    plane, frame = _plane(leading), scene.renderer.frame
    if leading is None or plane is None or frame.plane is None:
        return ()
    segment = reference_line(plane, _shape(leading.renderer.frame), frame.plane, _shape(frame))
    return (PlaneLine(segment, main_orientation(plane)),) if segment is not None else ()


def _plane(scene: Scene | None) -> Plane | None:
    return scene.renderer.frame.plane if scene is not None else None


def _shape(frame: Frame) -> tuple[int, int]:
    return frame.pixels.shape[0], frame.pixels.shape[1]
