"""Decides what is shown of a volume in three dimensions, and keeps what hands do with it in the window's history."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from workstation.gui.canvas.objects import about
from workstation.gui.canvas.scene import Message
from workstation.gui.panels.volume.painting import BoxOnScreen, Words
from workstation.gui.panels.volume.telling import words_of
from workstation.volume.looks import view3d
from workstation.volume.looks.camera import Box, Side, box_of, sight
from workstation.volume.looks.look3d import CT_THRESHOLD_HU, Look3D
from workstation.volume.looks.view3d import Size, View3D, Way
from workstation.volume.open_volume import key_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workstation.gui.scene.artist import Drawn, Post
    from workstation.gui.scene.studio import Studio
    from workstation.gui.volumes import OpenVolume
    from workstation.objects.derived_sources import SecondSources, SourceObject
    from workstation.volume.looks.camera import Sight
    from workstation.volume.looks.view3d import BoxHandle
    from workstation.volume.rendering.drawing import Rendering

DRAWING = "The volume is drawn …"
REFINING = "A draft: all voxels are being drawn …"
LIGHTING = "Light on what was cut is worked out …"
COARSE = "Coarse so far: the other slices are read …"
WINDOW_SHARE = 1 / 400
"""A drag by one pixel shifts or widens the window by so much of the range of the volume."""


class VolumeWidget(Protocol):
    """What the presenter needs of the widget."""

    @property
    def size_px(self) -> Size:
        """Width and height in device pixels."""

    def show_picture(self, picture: "NDArray[np.uint8]", seen: "Sight", words: Words) -> None:
        """Show a picture."""

    def show_box(self, box: BoxOnScreen) -> None:
        """Show the box that cuts, with the next picture."""

    def show_message(self, message: Message | None) -> None:
        """Show words in place of a picture."""

    def show_progress(self, share: float | None) -> None:
        """Draw a line that says how far something is."""


class NoteStep(Protocol):
    """Puts a step into the history."""

    def __call__(
        self, label: str, backwards: Callable[[], None], forwards: Callable[[], None], *, merges_with: str = ""
    ) -> None:
        """See `workstation.gui.viewer.presenter.Viewer.note_step`."""


class VolumePresenter:
    """One volume in three dimensions.

    Parameters
    ----------
    widget
        Shows it.
    post
        Has a function run on the thread of the window.
    note_step
        Puts a step into the history of the window.
    """

    def __init__(self, widget: VolumeWidget, post: "Post", note_step: NoteStep) -> None:
        self._widget, self._post, self._note_step = widget, post, note_step
        self._is_moving = False
        self._size_px: Size | None = None
        self._drawn: Drawn | None = None
        self.studio: Studio | None = None
        self.opened: OpenVolume | None = None
        self.now: View3D | None = None
        self.masks: dict[str, NDArray[np.bool_]] = {}
        self._masks_made_of: dict[str, SourceObject] = {}
        self._masked: OpenVolume | None = None
        self.value_range: tuple[float, float] | None = None
        self.on_changed: Callable[[], None] = lambda: None
        self.on_opened: Callable[[], None] = lambda: None
        self.came_back: Callable[[View3D], None] = lambda _view: None

    @property
    def box(self) -> Box:
        """The box that holds the volume."""
        if self.opened is None:
            raise ValueError("there is no volume")
        return box_of(self.opened.volume.grid)

    @property
    def is_waiting(self) -> bool:
        """Whether a picture is still to come."""
        return self.studio is not None and self.studio.is_waiting

    @property
    def drawn(self) -> "Drawn | None":
        """The picture that is shown."""
        return self._drawn

    def open(self, opened: "OpenVolume", view: View3D) -> None:
        """Look at a volume."""
        from workstation.gui.scene.studio import Studio

        if opened is not self.opened or self.studio is None:
            if self.opened is None or key_of(self.opened.stack)[0] != key_of(opened.stack)[0]:
                # Of another time of the series the picture of the one before stays until that of the next is there.
                self._widget.show_message(Message(DRAWING, about=about(opened.stack.frames[0].instance)))
                self._widget.show_progress(None)
            self.close()
            self.opened = opened
            self.studio = Studio(opened.volume, self._post, shown=self._arrived, failed=self._failed)
            self.studio.errand(lambda rendering: self._ask_range(rendering, opened))
            if opened is not self._masked:
                self.masks, self._masked = {}, opened
            for name, mask in self.masks.items():
                self._hand_out(name, mask)
        self.drift(view)
        self.on_opened()

    def add_mask(self, name: str, mask_kji: "NDArray[np.bool_]", made_of: "SourceObject | None" = None) -> None:
        """Know voxels by a name, by which a look shows only them, and which object says what they are."""
        self.masks[name] = mask_kji
        self._masks_made_of.pop(name, None)
        if made_of is not None:
            self._masks_made_of[name] = made_of
        self._hand_out(name, mask_kji)

    def _hand_out(self, name: str, mask_kji: "NDArray[np.bool_]") -> None:
        if self.studio is not None:
            self.studio.errand(lambda rendering: rendering.add_mask(name, mask_kji))

    def close(self) -> None:
        """Look at nothing; what was there can go."""
        if self.studio is not None:
            self.studio.close()
        self.studio = self.opened = self.now = self.value_range = self._drawn = None
        self._is_moving = False

    def say(self, message: Message, share: float | None = None) -> None:
        """Show words in place of the picture, and how much is read."""
        self.close()
        self._widget.show_message(message)
        self._widget.show_progress(share)

    def drift(self, view: View3D) -> None:
        """Show the volume so, without a step that could be taken back."""
        if self.opened is None:
            return
        self.now = self._without_what_only_ct_has(view)
        self.draw()
        self.on_changed()

    def _without_what_only_ct_has(self, view: View3D) -> View3D:
        """Colours made for CT take out tables and bones, which nothing else tells apart."""
        if self.opened is None or self.opened.volume.unit == "HU" or not view.look.removed:
            return view
        return replace(view, look=replace(view.look, removed=frozenset()))

    def do(self, view: View3D, label: str, *, merges_with: str = "") -> None:
        """Show the volume so, as a step that can be taken back."""
        before, view = self.now, self._without_what_only_ct_has(view)
        if before is None or view == before:
            return
        self.drift(view)
        self._note_step(label, lambda: self.came_back(before), lambda: self.came_back(view), merges_with=merges_with)

    def draw(self) -> None:
        """Have the picture drawn, as large as the widget is now; what filled it before does so again."""
        if self.studio is not None and self.now is not None:
            before, self._size_px = self._size_px, self._widget.size_px
            if before not in (None, self._size_px) and view3d.fitted(self.now, before, self.box) == self.now:
                self.now = view3d.fitted(self.now, self._size_px, self.box)
            self.studio.want(self.drawn_look, self._widget.size_px, is_moving=self._is_moving)

    @property
    def drawn_look(self) -> "Look3D":
        """What has to be drawn."""
        if self.now is None:
            raise ValueError("there is no volume")
        look = view3d.drawn_look(self.now, self.box)
        return replace(look, masks=tuple(name for name in look.masks if name in self.masks))

    def second_sources(self) -> "SecondSources":
        """Give what pictures of what has to be drawn refer to beside the volume."""
        from workstation.objects.derived_sources import SecondSources

        made_of = (self._masks_made_of.get(name) for name in self.drawn_look.masks)
        return SecondSources(objects=tuple(each for each in made_of if each is not None))

    def turn(self, way_px: Way) -> None:
        """Turn the patient by a drag."""
        if self.now is not None:
            self._move(view3d.turned(self.now, way_px, self._widget.size_px))

    def turn_by(self, right_deg: float, down_deg: float) -> None:
        """Turn the patient by angles, as an arrow key says."""
        if self.now is not None:
            camera = self.now.camera.turned(-right_deg, down_deg)
            self._move(view3d.with_camera(self.now, camera))

    def roll(self, clockwise_deg: float) -> None:
        """Turn the picture about its middle."""
        if self.now is not None:
            self._move(view3d.rolled(self.now, clockwise_deg))

    def pan(self, way_px: Way) -> None:
        """Move the picture."""
        if self.now is not None:
            self._move(view3d.panned(self.now, way_px, self._widget.size_px, self.box))

    def zoom(self, factor: float, at_px: Way | None = None) -> None:
        """Make everything larger, or smaller."""
        if self.now is not None:
            self._move(view3d.zoomed(self.now, factor, self._widget.size_px, self.box, at_px))

    def drag_box(self, handle: "BoxHandle", way_px: Way) -> None:
        """Move a side of the box that cuts."""
        if self.now is not None:
            self._is_moving = True
            self.do(view3d.handle_dragged(self.now, handle, way_px), "box in 3D", merges_with="box of 3D")

    def window(self, right_px: float, down_px: float) -> None:
        """Widen the window to the right, raise its centre downwards; of an isosurface move the threshold."""
        if self.now is None or self.value_range is None:
            return
        low, high = self.value_range
        step = max(high - low, 1e-6) * WINDOW_SHARE
        look = self.now.look
        if look.method == "isosurface":
            look = replace(look, threshold=self.threshold + down_px * step)
        else:
            centre, width = view3d.window_of(look, low, high)
            look = replace(look, window=(centre + down_px * step, max(width + right_px * step, step)))
        self._is_moving = True
        self.do(replace(self.now, look=look), "window", merges_with="window of 3D")

    @property
    def threshold(self) -> float:
        """The threshold of an isosurface that is in use."""
        if self.now is not None and self.now.look.threshold is not None:
            return self.now.look.threshold
        if self.opened is not None and self.opened.volume.unit == "HU":
            return CT_THRESHOLD_HU
        return sum(self.value_range) / 2 if self.value_range is not None else 0.0

    def look_from(self, side: Side) -> None:
        """Look from a side of the patient."""
        if self.now is not None:
            self.do(view3d.seen_from(self.now, side), f"view from the {side}")

    def fit(self) -> None:
        """Show all of the volume."""
        if self.now is not None:
            self.do(view3d.fitted(self.now, self._widget.size_px, self.box), "fit")

    def rest(self) -> None:
        """Be told that the hand rests: the picture becomes whole."""
        if self._is_moving:
            self._is_moving = False
            self.draw()

    def begin_move(self) -> None:
        """Be told that a hand begins to move something: pictures are to come at once."""
        self._is_moving = True

    def _move(self, view: View3D) -> None:
        self._is_moving = True
        self.do(view, "view in 3D", merges_with="camera of 3D")

    def _ask_range(self, rendering: "Rendering", opened: "OpenVolume") -> None:
        """Run on the thread of each artist: the first one tells the range of the values."""
        value_range = rendering.value_range
        self._post(lambda: self._tell_range(opened, value_range))

    def _tell_range(self, opened: "OpenVolume", value_range: tuple[float, float]) -> None:
        if self.value_range is None and self.opened is opened:
            self.value_range = value_range
            self.on_changed()

    def words(self, seen: View3D | None = None) -> Words:
        """Give what is said over the picture; ``seen`` where that is of another view, as in the preview of a movie."""
        if self.now is None or self.opened is None:
            return Words()
        notes = self.studio.notes if self.studio is not None else ()
        if self.opened.is_preview:
            notes = (COARSE, *notes)
        if self._drawn is not None and self._drawn.why_empty:
            notes = (*notes, self._drawn.why_empty)
        stack, shape = self.opened.stack, self.opened.volume.grid.shape_kji
        words = words_of(seen or self.now, stack, shape, notes, self.value_range)
        is_draft = self._drawn is not None and not self._is_moving and self._drawn.wish.quality != "full"
        if is_draft and self.studio is not None and self.studio.is_refining:
            told = LIGHTING if self._drawn is not None and self._drawn.wish.quality == "near" else REFINING
            words = replace(words, bottom_left=(*words.bottom_left, told))
        return words

    def _arrived(self, drawn: "Drawn") -> None:
        if self.now is None or self.opened is None:
            return
        self._drawn = drawn
        seen = sight(drawn.wish.look.camera, self.box, self._widget.size_px)
        view, size_px = view3d.with_camera(self.now, drawn.wish.look.camera), self._widget.size_px
        edges, handles = view3d.box_edges(view, self.box, size_px), view3d.box_handles(view, self.box, size_px)
        self._widget.show_box(BoxOnScreen(edges, handles))
        self._widget.show_picture(drawn.picture, seen, self.words(view))
        self._widget.show_progress(None)

    def _failed(self, error: Exception) -> None:
        text = getattr(error, "message", "") or "The program failed on it. See its log."
        if isinstance(error, MemoryError):
            text = "There is not enough memory for it."
        self._widget.show_message(
            Message("The volume cannot be shown in three dimensions.", text, getattr(error, "hint", ""))
        )
        self.on_changed()
