"""The paths of a window, as a person draws and changes them; steps go into the history of the window."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.errors import UserError
from workstation.quick_dataclass import dataclass
from workstation.volume.curved.drawn_paths import DrawnPath, DrawnPaths, new_path
from workstation.volume.curved.lengths import Ruler
from workstation.volume.curved.view import Course, CurvedView

if TYPE_CHECKING:
    from workstation.gui.panels.planes.presenter import NoteStep
    from workstation.model.geometry import Vector

NO_PATHS, FIRST_VIEW = DrawnPaths(), CurvedView()


@dataclass(frozen=True, slots=True)
class CurvedState:
    """What can be undone: the paths, how the volume is looked at along them, and whether a path is still drawn.

    ``rulers`` are lengths that were measured.
    """

    drawn: DrawnPaths = NO_PATHS
    view: CurvedView = FIRST_VIEW
    is_drawing: bool = False
    rulers: tuple[Ruler, ...] = ()


class Drawing:
    """Keeps paths, and the one that is worked on.

    Parameters
    ----------
    note_step
        Puts a step into the history of the window.
    """

    def __init__(self, note_step: "NoteStep") -> None:
        self._note_step = note_step
        self.state = CurvedState()
        self.space = ""
        """Frame of reference of the volume that is seen, or its series."""
        self.rubber: Vector | None = None
        """Where the pointer is while a path is drawn."""
        self.on_changed: Callable[[], None] = lambda: None
        self.on_pointed: Callable[[], None] = lambda: None
        """Called when the pointer is elsewhere on a path, or while one is drawn."""
        self.came_back: Callable[[], None] = lambda: None
        """Called when a step is taken back or done again."""
        self._courses: dict[tuple[Vector, ...], Course | None] = {}

    @property
    def path(self) -> DrawnPath | None:
        """The path that is worked on, in the volume that is seen."""
        found = self.state.drawn.path
        return found if found is not None and found.space == self.space else None

    @property
    def paths(self) -> tuple[DrawnPath, ...]:
        """All paths of the volume that is seen."""
        return self.state.drawn.of(self.space)

    @property
    def is_drawing(self) -> bool:
        """Whether a click sets the next point."""
        return self.state.is_drawing

    def course(self, points_lps: "tuple[Vector, ...]") -> Course | None:
        """Give the curve through points; None where there are too few."""
        if points_lps not in self._courses:
            if len(self._courses) > 50:
                self._courses.clear()
            try:
                self._courses[points_lps] = Course.through(points_lps)
            except UserError:
                self._courses[points_lps] = None
        return self._courses[points_lps]

    def do(self, state: CurvedState, label: str, *, merges_with: str = "") -> None:
        """Have it so, as a step that can be taken back."""
        before = self.state
        if state == before:
            return
        self._go_to(state)
        self._note_step(label, lambda: self._back(before), lambda: self._back(state), merges_with=merges_with)

    def look(self, view: CurvedView, label: str, *, merges_with: str = "") -> None:
        """Look along the path in another way."""
        state = self.state
        self.do(replace(state, view=view), label, merges_with=merges_with)

    def change(self, path: DrawnPath, label: str, *, merges_with: str = "") -> None:
        """Put a path in the place of the one of its id, or add it."""
        state = self.state
        drawn = state.drawn.with_path(path)
        self.do(replace(state, drawn=drawn), label, merges_with=merges_with)

    def begin(self) -> None:
        """Begin another path: clicks set its points."""
        state = self._ended()
        self._go_to(replace(state, drawn=state.drawn.with_path(new_path(self.space)), is_drawing=True))

    def set_point(self, point_lps: "Vector") -> None:
        """Set the next point."""
        path = self.path
        if path is None:
            path = new_path(self.space)
        self.change(path.added(point_lps), "point of a path")

    def end(self) -> bool:
        """Set no more points; a path of one point is none. Tells whether one was being drawn."""
        if not self.state.is_drawing:
            return False
        self._go_to(self._ended())
        return True

    def measure(self, ruler: Ruler, label: str, *, merges_with: str = "") -> None:
        """Add a length, or put it in the place of the one of its id."""
        state = self.state
        others = tuple(each for each in state.rulers if each.id != ruler.id)
        self.do(replace(state, rulers=(*others, ruler)), label, merges_with=merges_with)

    def forget_length(self, gone_id: str) -> None:
        """Take a length away."""
        left = tuple(each for each in self.state.rulers if each.id != gone_id)
        self.do(replace(self.state, rulers=left), "deletion of a length")

    def remove(self) -> None:
        """Take the path away that is worked on."""
        path = self.path
        if path is not None:
            self.do(
                replace(self.state, drawn=self.state.drawn.without(path.id), is_drawing=False), "deletion of a path"
            )

    def choose(self, chosen: str) -> None:
        """Work on another path."""
        state = self._ended()
        self._go_to(replace(state, drawn=state.drawn.choosing(chosen)))

    def enter(self, space: str) -> None:
        """Be told which volume is seen: of its paths one is worked on."""
        if space == self.space:
            return
        self.space = space
        if self.path is None:
            there = self.paths
            state = self._ended()
            self.state = replace(state, drawn=state.drawn.choosing(there[-1].id if there else ""))

    def bring(self, drawn: DrawnPaths) -> None:
        """Have paths that were kept."""
        self._go_to(replace(self.state, drawn=drawn, is_drawing=False))

    def bring_lengths(self, rulers: tuple[Ruler, ...]) -> None:
        """Have lengths that were kept."""
        self._go_to(replace(self.state, rulers=rulers))

    def know_file(self, path: DrawnPath) -> None:
        """Be told in which file a path is, as it is now."""
        state = self.state
        self._go_to(replace(state, drawn=state.drawn.with_path(path)))

    def _ended(self) -> CurvedState:
        state = self.state
        path = state.drawn.path
        drawn = state.drawn.without(path.id) if path is not None and not path.is_whole else state.drawn
        return replace(state, drawn=drawn, is_drawing=False)

    def _back(self, state: CurvedState) -> None:
        self._go_to(state)
        if self.path is None and self.paths and not self.is_drawing:  # it was a path of another volume
            self._go_to(replace(state, drawn=state.drawn.choosing(self.paths[-1].id)))
        self.came_back()

    def _go_to(self, state: CurvedState) -> None:
        self.state, self.rubber = state, None
        self.on_changed()
