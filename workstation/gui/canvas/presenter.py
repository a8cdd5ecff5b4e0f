"""Decides what the pane shows, and what a hand on the mouse or keyboard does to it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from workstation.display.presets import AUTO, presets
from workstation.display.render import Renderer
from workstation.display.view import Point, Size, View
from workstation.display.voi import auto_window, is_usable, value_range
from workstation.errors import UserError
from workstation.gui.canvas.frames import FrameSource, Loaded, key_of, outwards
from workstation.gui.canvas.objects import describe_object, describe_refusal
from workstation.gui.canvas.scene import Message, Scene
from workstation.gui.canvas.windowing import dragged, starts_at_zero
from workstation.model.frame import Voi, Window
from workstation.model.index.records import FrameRef, Stack
from workstation.workspace import Change, Selection, Workspace

WHEEL_ZOOM = 1.15


class PaneView(Protocol):
    """What the presenter needs of the pane."""

    def show_scene(self, scene: Scene) -> None:
        """Show a picture."""

    def show_message(self, message: Message | None) -> None:
        """Show words in place of a picture; None clears the pane."""

    def show_progress(self, share: float | None) -> None:
        """Draw the line that says how much of the stack is at hand; None where nothing is under way."""


@dataclass
class _Looked:
    """How a stack was looked at, kept for when it is shown again."""

    index: int = 0
    view: View | None = None


class PanePresenter:
    """Shows the selected stack. Sizes and points it is given are in device pixels of the pane."""

    def __init__(self, view: PaneView, workspace: Workspace, frames: FrameSource) -> None:
        self._view = view
        self._workspace = workspace
        self._frames = frames
        self._looked: dict[Selection, _Looked] = {}
        self._stack: Stack | None = None
        self._selection: Selection | None = None
        self._index = 0
        self._forwards = True
        self._scene: Scene | None = None
        self._is_due = False
        self._is_ahead_due = False
        self._drag_start: tuple[Voi, Voi] | None = None
        self.text_is_shown = True
        self.on_shown: Callable[[], None] = lambda: None
        frames.on_ahead = self._tell_progress
        workspace.listen(self._changed)

    @property
    def scene(self) -> Scene | None:
        """What is shown; None where there is no picture."""
        return self._scene

    @property
    def shown_frame(self) -> FrameRef | None:
        """The frame whose picture is shown."""
        if self._scene is None or self._stack is None:
            return None
        return self._stack.frames[self._scene.position[0] - 1]

    @property
    def is_waiting(self) -> bool:
        """Whether a picture is still to come."""
        return self._is_due

    def scroll(self, steps: int) -> None:
        """Go on by some images; it stops at the ends."""
        self.go_to(self._index + steps)

    def go_to(self, index: int) -> None:
        """Show the image of a number, from 0; -1 is the last."""
        if self._stack is None:
            return
        last = len(self._stack.frames) - 1
        wanted = last if index == -1 and self._index != 0 else min(max(index, 0), last)
        if wanted != self._index:
            self._forwards = wanted > self._index
            self._index = wanted
            self._request()

    def last(self) -> None:
        """Show the last image."""
        if self._stack is not None:
            self.go_to(len(self._stack.frames) - 1)

    def next_series(self, steps: int) -> None:
        """Select another stack, in the order of the tree."""
        order = self._workspace.selections()
        if self._workspace.selection in order:
            at = order.index(self._workspace.selection) + steps
            self._workspace.select(order[min(max(at, 0), len(order) - 1)])

    def pan(self, by_px: Point, size_px: Size) -> None:
        """Move the picture."""
        if self._scene is not None:
            self._set_view(self._scene.view.panned(self._scene.renderer.frame, size_px, by_px=by_px))

    def zoom(self, factor: float, size_px: Size, at_px: Point | None = None) -> None:
        """Magnify; what is under the point stays there."""
        if self._scene is not None:
            frame = self._scene.renderer.frame
            self._set_view(self._scene.view.zoomed(frame, size_px, factor=factor, at_px=at_px))

    def fit(self) -> None:
        """Show the whole image."""
        if self._scene is not None:
            self._set_view(replace(self._scene.view, zoom=None, centre_px=None))

    def begin_window(self) -> None:
        """Start to change the window with the mouse."""
        if self._scene is not None and not self._scene.renderer.frame.is_colour:
            renderer = self._scene.renderer
            self._drag_start = (renderer.voi(self._scene.view), auto_window(renderer.frame))

    def drag_window(self, right: float, down: float) -> None:
        """Widen the window to the right, raise its centre downwards; in logical pixels from where it began."""
        if self._scene is not None and self._drag_start is not None:
            lowest = value_range(self._drag_start[1])[0]
            from_zero = starts_at_zero(self._scene.instance.modality, lowest)
            moved = dragged(*self._drag_start, right=right, down=down, from_zero=from_zero)
            self._set_view(replace(self._scene.view, voi=moved))

    def windows(self) -> tuple[tuple[str, Voi], ...]:
        """Give the windows on offer for what is shown, by name; automatic ones follow the keys' order."""
        if self._scene is None:
            return ()
        instance = self._scene.instance
        return presets(self._scene.renderer.frame, instance.modality, instance.body_part_examined)

    def set_window(self, voi: Voi) -> None:
        """Use a window."""
        if self._scene is not None:
            self._set_view(replace(self._scene.view, voi=voi))

    def use_preset(self, number: int) -> None:
        """Use a window by its key: 0 is the automatic one, 1 to 9 the others in their order."""
        offered = self.windows()
        if number == 0:
            chosen = [voi for name, voi in offered if name == AUTO]
        else:
            chosen = [voi for name, voi in offered if name != AUTO][number - 1 : number]
        if chosen:
            self.set_window(chosen[0])

    def invert(self) -> None:
        """Exchange black and white."""
        if self._scene is not None:
            self._set_view(replace(self._scene.view, inverted=not self._scene.view.inverted))

    def rotate(self, quarters: int) -> None:
        """Turn by quarters, clockwise."""
        if self._scene is not None:
            self._set_view(self._scene.view.rotated(quarters))

    def flip(self, *, horizontally: bool = False, vertically: bool = False) -> None:
        """Exchange sides."""
        if self._scene is not None:
            view = self._scene.view.flipped(horizontally=horizontally, vertically=vertically)
            self._set_view(view)

    def reset(self) -> None:
        """Look at it as at first."""
        if self._scene is not None:
            self._set_view(View())

    def show_text(self, *, shown: bool) -> None:
        """Show or hide all words over the picture."""
        self.text_is_shown = shown
        if self._scene is not None:
            self._show(replace(self._scene, text_is_shown=shown))

    def painted(self) -> None:
        """Be told that the picture is on the screen: only then its neighbours are read."""
        if self._is_ahead_due:
            self._is_ahead_due = False
            self._read_around()

    def _changed(self, change: Change) -> None:
        if change is Change.SELECTION:
            self._select()
        elif change is Change.TREE:
            self._selection = self._workspace.selection if self._selection else None
            self._follow_growth()

    def _select(self) -> None:
        self._keep_looked()
        self._selection, self._stack = self._workspace.selection, self._workspace.selected_stack()
        self._drag_start = None
        if self._stack is None:
            self._show_no_images()
            return
        looked = self._looked.get(self._selection) if self._selection else None
        self._index = min(looked.index, len(self._stack.frames) - 1) if looked else 0
        self._forwards = True
        self._request(view=looked.view if looked else None, is_new=True)

    def _keep_looked(self) -> None:
        if self._selection is not None and self._stack is not None:
            view = self._scene.view if self._scene is not None else None
            self._looked[self._selection] = _Looked(self._index, view)

    def _follow_growth(self) -> None:
        """Stay with the image that is shown while its stack grows around it."""
        stack = self._workspace.selected_stack()
        if stack is None or self._stack is None or stack == self._stack or self._selection is None:
            if self._stack is None and stack is not None:
                self._select()
            return
        current = key_of(self._stack.frames[self._index])
        found = next((number for number, ref in enumerate(stack.frames) if key_of(ref) == current), None)
        self._stack = stack
        if found is None:
            self._index = min(self._index, len(stack.frames) - 1)
            self._request()
            return
        self._index = found
        if self._scene is not None:
            position = (found + 1, len(stack.frames))
            self._show(replace(self._scene, position=position, warnings=stack.notes))
        self._read_around()

    def _show_no_images(self) -> None:
        self._scene, self._is_due = None, False
        self._frames.read_ahead(())
        self._view.show_progress(None)
        series = self._workspace.selected_series()
        self._view.show_message(describe_object(series) if series else None)
        self.on_shown()

    def _request(self, *, view: View | None = None, is_new: bool = False) -> None:
        stack, index = self._stack, self._index
        if stack is None:
            return
        ref = stack.frames[index]
        kept = view if is_new or self._scene is None else self._scene.view
        self._is_due = True

        def arrived(loaded: Loaded) -> None:
            scene = Scene(
                Renderer(loaded.frame),
                kept or View(),
                ref.instance,
                (self._index + 1, len(self._stack.frames) if self._stack else 1),
                loaded.orientation,
                self._stack.notes if self._stack else (),
                self.text_is_shown,
            )
            self._show(scene)
            self._is_ahead_due = True

        def failed(error: Exception) -> None:
            self._keep_looked()
            self._scene, self._is_due = None, False
            self._view.show_message(describe_refusal(error, ref, (index + 1, len(stack.frames))))
            self.on_shown()

        self._frames.want(ref, done=arrived, failed=failed)

    def _set_view(self, view: View) -> None:
        if self._scene is not None and view != self._scene.view:
            self._show(replace(self._scene, view=view))

    def _show(self, scene: Scene) -> None:
        self._scene, self._is_due = scene, False
        self._view.show_scene(scene)
        self.on_shown()

    def _read_around(self) -> None:
        if self._stack is None or self._scene is None:
            return
        numbers = outwards(len(self._stack.frames), self._index, forwards=self._forwards)
        most = self._frames.capacity(self._scene.renderer.frame)
        self._frames.read_ahead(self._stack.frames[number] for number in numbers[:most])
        self._tell_progress()

    def _tell_progress(self) -> None:
        share = self._frames.share_cached(self._stack.frames) if self._stack else 1.0
        self._view.show_progress(share if self._frames.is_reading_ahead and share < 1 else None)


def is_window(voi: Voi) -> bool:
    """Whether it can be written as centre and width."""
    return isinstance(voi, Window) and is_usable(voi)


def reason_of(error: Exception) -> str:
    """Say what went wrong."""
    return error.message if isinstance(error, UserError) else str(error)
