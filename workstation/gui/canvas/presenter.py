"""Decides what a pane shows of what it is told to show, and asks for the images around it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from workstation.display.header_facts import NO_FACTS, HeaderFacts
from workstation.display.laid_view import laid_over, onto_first, own_part, since_first
from workstation.display.mixed import is_mixed, suited
from workstation.display.preset_table import PresetTable
from workstation.display.presets import presets, presets_by_key
from workstation.display.render import Renderer
from workstation.display.view import Point, View
from workstation.display.viewing import Look
from workstation.display.warnings import all_warnings
from workstation.gui.canvas.changing import Changes
from workstation.gui.canvas.frames import FrameClient
from workstation.gui.canvas.loaded import Loaded, key_of
from workstation.gui.canvas.objects import describe_object, describe_refusal
from workstation.gui.canvas.scene import About, Applied, Message, PlaneLine, Scene, What
from workstation.model.frame import Frame, Voi
from workstation.model.index.records import FrameRef, Instance, Series, Stack

MOST_AHEAD = 3000
"""Beyond so many images around the one that is seen nothing is read ahead, however long the stack is."""


class PaneView(Protocol):
    """What the presenter needs of the pane."""

    def show_scene(self, scene: Scene) -> None:
        """Show a picture."""

    def show_message(self, message: Message | None) -> None:
        """Show words in place of a picture; None clears the pane."""

    def show_progress(self, share: float | None) -> None:
        """Draw the line that says how much of the stack is at hand; None where nothing is under way."""


class PanePresenter:
    """Shows one image of a stack. Sizes and points it is given are in device pixels of the pane.

    Parameters
    ----------
    view
        The pane.
    frames
        Where its frames come from.
    wish
        Told how a hand wants to look at the stack; what is then shown comes back through `display`.
    """

    def __init__(self, view: PaneView, frames: FrameClient, wish: Callable[[Look, What], None]) -> None:
        self._view = view
        self._frames = frames
        self._wish = wish
        self._stack: Stack | None = None
        self._look = Look()
        self._forwards = True
        self._scene: Scene | None = None
        self._series: Series | None = None
        self._is_due = False
        self._is_ahead_due = False
        self._shown: FrameRef | None = None
        self._broken: FrameRef | None = None
        self._mixed: tuple[Stack, bool] | None = None
        self._text_is_shown = True
        self._message: Message | None = None
        self.change = Changes(lambda: self._scene, self._want_view)
        self.preset_table: PresetTable | None = None
        self.first_voi: Callable[[Stack, Frame], Voi | None] = lambda _stack, _frame: None
        self.on_shown: Callable[[], None] = lambda: None
        self.dress: Callable[[Scene, FrameRef], Scene] = lambda scene, _ref: scene
        self.first_view = View()
        self.stops: Callable[[Stack], tuple[int, ...]] = lambda _stack: ()
        self.present: Callable[[Frame, FrameRef, str | None], Applied | None] = lambda _frame, _ref, _wished: None
        self.open_object: Callable[[Series], bool] = lambda _series: False
        self.fulfil: Callable[[Look, Frame, Instance], View] = lambda look, _frame, _instance: look.view
        self.on_fulfilled: Callable[[Look], None] = lambda _look: None
        frames.on_ahead = self._tell_progress

    @property
    def scene(self) -> Scene | None:
        """What is shown; None where there is no picture."""
        return self._scene

    @property
    def stack(self) -> Stack | None:
        """The stack that is shown."""
        return self._stack

    @property
    def shown_frame(self) -> FrameRef | None:
        """The frame whose picture is shown."""
        return self._shown if self._scene is not None else None

    @property
    def wanted(self) -> FrameRef | None:
        """The frame whose picture is shown, or comes next."""
        return self._shown

    @property
    def presentation(self) -> str | None:
        """The presentation state that is wished for the stack, see `workstation.display.viewing.Look`."""
        return self._look.presentation

    @property
    def is_waiting(self) -> bool:
        """Whether a picture is still to come."""
        return self._is_due

    def display(self, series: Series | None, stack: Stack | None, look: Look) -> None:
        """Show an image of a stack in this way; without a stack the series is said in words."""
        if stack is None:
            self._show_no_images(series)
            return
        index = min(look.index, len(stack.frames) - 1)
        before, self._look = self._look, replace(look, index=index)
        if stack is self._stack and self._scene is not None and index == self._scene.position[0] - 1:
            self._take_wish(self._scene.frame, self._scene.instance)
            if self._look.presentation != before.presentation:
                self.present_again()
            elif (wanted := self._view_over(self._scene.applied, self._scene.frame)) != self._scene.view:
                self._show(replace(self._scene, view=wanted))
            self._is_due = self._frames.is_waiting
            if self._is_due:  # back to the image that is still shown
                self._request()
            return
        self._series = series
        if stack is self._stack and stack.frames[index] is self._broken:
            return  # it was said already that it cannot be shown
        if stack is self._stack:
            self._forwards = index >= before.index
            self._request()
        elif self._is_grown(stack):
            self._stack = stack
            self._follow_growth(index)
        else:
            self._stack, self._forwards = stack, True
            self.change.end_window()
            self._request()

    def clear(self) -> None:
        """Show nothing and want nothing: the pane is out of sight."""
        if self._scene is not None:
            self._view.show_message(None)  # it would hold the picture as long as it is hidden
        self._stack, self._scene, self._series, self._is_due, self._message = None, None, None, False, None
        self._frames.give_up()

    def serve_first(self) -> None:
        """Have the frames of this pane read before those of the others."""
        self._frames.serve_first()

    def scroll(self, steps: int) -> None:
        """Go on by some images; it stops at the ends."""
        stops = self.stops(self._stack) if self._stack is not None else ()
        self.go_to(stepped(stops, self._look.index, steps) if stops else self._look.index + steps)

    def go_to(self, index: int) -> None:
        """Show the image of a number, from 0."""
        if self._stack is not None:
            wanted = min(max(index, 0), len(self._stack.frames) - 1)
            if wanted != self._look.index:
                self._wish(replace(self._look, index=wanted), "scroll")

    def last(self) -> None:
        """Show the last image."""
        if self._stack is not None:
            self.go_to(len(self._stack.frames) - 1)

    def windows(self) -> tuple[tuple[str, Voi], ...]:
        """Give the windows on offer for what is shown, by name; automatic ones follow the keys' order."""
        if self._scene is None:
            return ()
        instance = self._scene.instance
        return presets(
            self._scene.renderer.frame, instance.modality, instance.body_part_examined, table=self.preset_table
        )

    def windows_by_key(self) -> dict[int, tuple[str, Voi]]:
        """Give what the digits mean for what is shown; 0 is the automatic window."""
        if self._scene is None:
            return {}
        instance = self._scene.instance
        return presets_by_key(
            self._scene.renderer.frame, instance.modality, instance.body_part_examined, table=self.preset_table
        )

    def use_preset(self, number: int) -> None:
        """Use a window by its digit."""
        found = self.windows_by_key().get(number)
        if found is not None:
            self.change.set_window(found[1])

    def open_with(self, first_voi: Voi | None) -> None:
        """Take another window for as long as no hand has chosen one."""
        scene = self._scene
        is_own = scene is not None and (scene.applied is None or scene.applied.presented is None)
        if scene is not None and is_own and first_voi != scene.renderer.first_voi:
            self._scene = replace(scene, renderer=scene.renderer.opened_with(first_voi))
            self._view.show_scene(self._scene)

    def reset(self) -> None:
        """Look at it as at first."""
        if self._scene is not None:
            self._wish(replace(self._look, view=View()), "reset")  # who listens knows how it was at first

    def show_text(self, *, shown: bool) -> None:
        """Show or hide all words over the picture, and whose it is where there is none."""
        self._text_is_shown = shown
        if self._scene is not None:
            self._show(replace(self._scene, text_is_shown=shown))
        elif self._message is not None:
            self._say(self._message)

    def dress_again(self) -> None:
        """Have what features add to a picture added anew, since it has changed."""
        ref = self.shown_frame
        if self._scene is not None and ref is not None:
            self._show(self.dress(self._scene, ref))

    def tell_again(self) -> None:
        """Ask anew for the image that is shown: other words are to be said about it."""
        if self._scene is not None and self.shown_frame is not None:
            self._request()

    def present_again(self) -> None:
        """Have presentation states applied anew: others are known now, or another one is wanted."""
        scene, ref = self._scene, self.shown_frame
        if scene is None or ref is None:
            return
        applied = self.present(scene.frame, ref, self._look.presentation)
        if applied is not scene.applied:
            made = replace(
                scene,
                renderer=self._renderer(scene.frame, applied),
                view=self._view_over(applied, scene.frame),
                warnings=self._warnings(scene.facts or NO_FACTS, applied),
                applied=applied,
                source=scene.frame,
            )
            self._show(self.dress(made, ref))

    def mark(self, lines: tuple[PlaneLine, ...], cursor_px: Point | None) -> None:
        """Draw the lines of other panes' images, and the place pointed at in another pane."""
        if self._scene is not None and (lines, cursor_px) != (self._scene.lines, self._scene.cursor_px):
            self._scene = replace(self._scene, lines=lines, cursor_px=cursor_px)
            self._view.show_scene(self._scene)

    def painted(self) -> None:
        """Be told that the picture is on the screen: only then its neighbours are read."""
        if self._is_ahead_due:
            self._is_ahead_due = False
            self._read_around()

    def _is_grown(self, stack: Stack) -> bool:
        """Tell whether a stack is the one that is shown, with more images around the one that is seen."""
        if self._stack is None or self._scene is None or len(stack.frames) < len(self._stack.frames):
            return False
        index = min(self._look.index, len(stack.frames) - 1)
        return self._shown is not None and key_of(stack.frames[index]) == key_of(self._shown)

    def _follow_growth(self, index: int) -> None:
        """Stay with the image that is shown while its stack grows around it."""
        if self._scene is not None and self._stack is not None:
            position = (index + 1, len(self._stack.frames))
            applied = self._scene.applied
            warnings = self._warnings(self._scene.facts or NO_FACTS, applied)
            view = self._view_over(applied, self._scene.frame)
            self._show(replace(self._scene, position=position, warnings=warnings, view=view))
        self._read_around()

    def _show_no_images(self, series: Series | None) -> None:
        if self._stack is None and self._scene is None and series is self._series and not self._is_due:
            return
        self.clear()
        self._series = series
        self._view.show_progress(None)
        if series is None or not self.open_object(series):
            self._say(describe_object(series) if series else None)
        self.on_shown()

    def _say(self, message: Message | None) -> None:
        """Show words in place of a picture."""
        self._message = message
        if message is not None and not self._text_is_shown:
            message = replace(message, about=About())
        self._view.show_message(message)

    def _request(self) -> None:
        stack, index = self._stack, self._look.index
        if stack is None:
            return
        ref = stack.frames[index]
        self._is_due, self._broken = True, None

        def arrived(loaded: Loaded) -> None:
            kept, self._shown = self._scene, ref
            self._take_wish(loaded.frame, ref.instance)
            applied = self.present(loaded.frame, ref, self._look.presentation)
            self._show(
                self.dress(
                    Scene(
                        self._renderer(loaded.frame, applied),
                        self._view_over(applied, loaded.frame),
                        ref.instance,
                        (self._look.index + 1, len(self._stack.frames) if self._stack else 1),
                        loaded.orientation,
                        self._warnings(loaded.facts, applied),
                        self._text_is_shown,
                        kept.lines if kept is not None else (),
                        facts=loaded.facts,
                        templates=self._frames.templates,
                        applied=applied,
                        source=loaded.frame,
                    ),
                    ref,
                )
            )
            self._is_ahead_due = True

        def failed(error: Exception) -> None:
            self._scene, self._is_due, self._broken = None, False, ref
            self._say(describe_refusal(error, ref, (index + 1, len(stack.frames))))
            self.on_shown()

        self._frames.want(ref, done=arrived, failed=failed)

    def _take_wish(self, frame: Frame, instance: Instance) -> None:
        """Make what was wished before the image was there part of the view."""
        if self._look.wish is not None:
            self._look = replace(self._look, view=self.fulfil(self._look, frame, instance), wish=None)
            self.on_fulfilled(self._look)

    def _warnings(self, facts: HeaderFacts, applied: Applied | None) -> tuple[str, ...]:
        presentation = applied.warnings if applied is not None else ()
        return all_warnings(facts.warnings, stack=self._stack.notes if self._stack else (), presentation=presentation)

    def _renderer(self, frame: Frame, applied: Applied | None) -> Renderer:
        """Draw the frame, or what a presentation state makes of it."""
        if applied is not None and applied.presented is not None:
            return Renderer(applied.presented.frame)
        return Renderer(frame, self.first_voi(self._stack, frame) if self._stack is not None else None)

    def _view_over(self, applied: Applied | None, frame: Frame) -> View:
        """Give the view that is wanted, as it suits the frame, over that of the presentation state."""
        presented = applied.presented if applied is not None else None
        own = suited(self._look.view, frame, keeps_window=self._has_window_of_its_own(frame))
        return own if presented is None else laid_over(presented.view, since_first(own, self.first_view))

    def _has_window_of_its_own(self, frame: Frame) -> bool:
        """Tell whether the window of the stack is for a frame: where some are grey, those in colour have none."""
        if not frame.is_colour or self._stack is None:
            return True
        if self._mixed is None or self._mixed[0] is not self._stack:
            self._mixed = (self._stack, is_mixed(self._stack))
        return not self._mixed[1]

    def _want_view(self, view: View, what: What) -> None:
        if self._scene is not None and view != self._scene.view:
            applied = self._scene.applied
            presented = applied.presented if applied is not None else None
            own = view if presented is None else onto_first(own_part(view, presented.view), self.first_view)
            if not self._has_window_of_its_own(self._scene.frame):
                own = replace(own, voi=self._look.view.voi)
                if own == self._look.view:
                    return
            self._wish(replace(self._look, view=own), what)

    def _show(self, scene: Scene) -> None:
        self._scene, self._is_due, self._message = scene, False, None
        self._view.show_scene(scene)
        self.on_shown()

    def _read_around(self) -> None:
        if self._stack is None or self._scene is None:
            return
        most = min(self._frames.capacity(self._scene.renderer.frame), MOST_AHEAD)
        self._frames.read_around(self._stack.frames, self._look.index, forwards=self._forwards, most=most)
        self._tell_progress()

    def _tell_progress(self) -> None:
        self._view.show_progress(self._frames.share)


def stepped(stops: Sequence[int], index: int, steps: int) -> int:
    """Go on by some of the images at which scrolling stops, in rising order; it stays at the last one."""
    if steps > 0:
        ahead = [each for each in stops if each > index]
        return ahead[min(steps, len(ahead)) - 1] if ahead else stops[-1]
    behind = [each for each in stops if each < index]
    return behind[max(len(behind) + steps, 0)] if behind else stops[0]
