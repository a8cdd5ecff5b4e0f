"""The planes laid across the path: a cross-section that is measured as planes are, and the way on along the path."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.gui.panels.curved.presenter import CurvedPresenter
from workstation.gui.panels.curved.scenes import Reading, head_up
from workstation.model.geometry import Vector
from workstation.volume.curved.across import axes_of, carried, is_in, laid_across, lying_across, reached
from workstation.volume.planes.lattice import pixel_mm

if TYPE_CHECKING:
    from workstation.display.view import Size
    from workstation.gui.canvas.scene import Scene
    from workstation.gui.panels.planes.presenter import PlanesPresenter
    from workstation.volume.cutting.standard_planes import PlaneName
    from workstation.volume.planes.planes_view import PlanesView

NO_PATH = "There is no path yet: draw one, or open one of a file."
STILL_COMING = "The path is still being followed: once more, in a moment."
OUTSIDE = "The path lies outside the volume there: there is nothing to cut across it."


class Across:
    """Has one plane be a cross-section of the path, and keeps it that while one goes along.

    Parameters
    ----------
    curved
        What is seen along the path.
    planes
        The planes of the volume.
    size_px
        Gives the size of the pane of a plane.
    tell
        Says something to the person.
    """

    def __init__(
        self,
        curved: CurvedPresenter,
        planes: "PlanesPresenter",
        size_px: "Callable[[PlaneName], Size]",
        tell: Callable[[str], None],
    ) -> None:
        self._curved, self._planes, self._size_px, self._tell = curved, planes, size_px, tell
        curved.carried = self._carried

    @property
    def name(self) -> "PlaneName | None":
        """The plane that lies across the path; None where none does."""
        now, at = self._planes.now, self._curved.place(self._curved.at_mm)
        return lying_across(now, at) if self._curved.is_shown and now is not None and at is not None else None

    @property
    def has_keys(self) -> bool:
        """Whether the plane that keys act on is the one that lies across."""
        now = self._planes.now
        return now is not None and now.active == self.name

    def can_lie(self, at_mm: float) -> bool:
        """Tell whether there is something to cut across at a place along the path; says why there is not."""
        opened, at = self._planes.opened, self._curved.place(at_mm)
        if opened is None or at is None:
            self._tell(STILL_COMING if self._curved.course is not None else NO_PATH)
            return False
        if not is_in(opened.volume.grid, at):
            self._tell(OUTSIDE)
            return False
        return True

    def lay(self, at_mm: float) -> None:
        """Lay the planes across the path at a place along it, in the size that fills the pane; one step."""
        now, at, made = self._planes.now, self._curved.place(at_mm), self._curved.made
        if now is None or at is None or made is None:
            return
        right, down, _along = axes_of(at)
        quarters = head_up(right, down) if made.wish.kind == "panorama" else 0
        view = laid_across(now, at, zoom_per_mm=None, rotation_quarters=quarters)
        zoom = min(self._size_px(view.active)) / made.wish.width_mm
        look = replace(view.plane(view.active), zoom_per_mm=zoom)
        self._curved.hold(view.cross_lps, at_mm)
        self._planes.do(view.with_plane(view.active, look), "planes across the path")

    def scroll(self, steps: float, name: "PlaneName") -> bool:
        """Go on along the path by so many voxels, where the plane lies across it; tells whether it does.

        It stops where the path, or the volume, ends.
        """
        opened, made = self._planes.opened, self._curved.made
        if opened is None or made is None or name != self.name:
            return False
        grid, at = opened.volume.grid, self._curved.at_mm
        self._curved.go_to(reached(made.path, grid, at, at + steps * pixel_mm(grid)))
        return True

    def go_on(self, steps: float) -> None:
        """Go on along the path from the plane that lies across it."""
        name = self.name
        if name is not None:
            self.scroll(steps, name)

    def dress(self, scene: "Scene") -> "Scene":
        """Say on the picture of the plane that lies across the path where along it that is, and under the pointer."""
        guides = scene.guides
        if guides is None or guides.plane != self.name:
            return scene
        at = f"at {self._curved.at_mm:.1f} mm"  # a corner has little room beside the letter of the head
        words = Reading(lambda _point: f"cross-section {at} along the path")
        marked = replace(guides, words=(*guides.words, f"Across the path {at}"))
        return replace(scene, guides=marked, layers=(*scene.layers, words))

    def _carried(self, view: "PlanesView", place_lps: Vector, at_mm: float) -> "PlanesView":
        """Turn the planes along as they come to another place of the path, where one lies across it."""
        name, before, after = self.name, self._curved.place(self._curved.at_mm), self._curved.place(at_mm)
        if name is None or before is None or after is None or view.cross_lps != place_lps:
            return view
        return carried(view, name, before, after)
