"""Ways in which a hand changes how a picture is looked at: each makes the view it wants of the one that is seen."""

from collections.abc import Callable
from dataclasses import replace

from workstation.display.colour_tables import GREY, Colours
from workstation.display.view import Interpolation, Point, Size, View
from workstation.display.voi import auto_window, value_range
from workstation.display.windowing import dragged, starts_at_zero
from workstation.gui.canvas.scene import Scene, What
from workstation.model.frame import Voi


class Changes:
    """Changes of what one pane shows; where it shows no picture they do nothing.

    Points and sizes are in device pixels of the pane.

    Parameters
    ----------
    scene
        Gives what the pane shows.
    want
        Told the view that is wanted in its place; it comes back as a scene, or not.
    """

    def __init__(self, scene: Callable[[], Scene | None], want: Callable[[View, What], None]) -> None:
        self._seen, self._want = scene, want
        self._drag_start: tuple[Voi, Voi] | None = None

    def pan(self, by_px: Point, size_px: Size) -> None:
        """Move the picture."""
        if (scene := self._seen()) is not None:
            self._want(scene.view.panned(scene.renderer.frame, size_px, by_px=by_px), "pan")

    def zoom(self, factor: float, size_px: Size, at_px: Point | None = None) -> None:
        """Magnify; what is under the point stays there."""
        if (scene := self._seen()) is not None:
            self._want(scene.view.zoomed(scene.renderer.frame, size_px, factor=factor, at_px=at_px), "zoom")

    def zoom_to(self, zoom: float) -> None:
        """Magnify to so many pixels of the screen for one of the image."""
        if (scene := self._seen()) is not None:
            self._want(replace(scene.view, zoom=zoom), "zoom")

    def fit(self) -> None:
        """Show the whole image."""
        if (scene := self._seen()) is not None:
            self._want(replace(scene.view, zoom=None, centre_px=None, of_px=None), "zoom")

    def set_window(self, voi: Voi) -> None:
        """Use a window."""
        if (scene := self._seen()) is not None:
            self._want(replace(scene.view, voi=voi), "window")

    def begin_window(self) -> None:
        """Start to change the window with the mouse."""
        scene = self._seen()
        if scene is not None and not scene.renderer.frame.is_colour:
            self._drag_start = (scene.renderer.voi(scene.view), auto_window(scene.renderer.frame))

    def drag_window(self, right: float, down: float) -> None:
        """Widen the window to the right, raise its centre downwards; in logical pixels from where it began."""
        scene = self._seen()
        if scene is not None and self._drag_start is not None:
            lowest = value_range(self._drag_start[1])[0]
            from_zero = starts_at_zero(scene.instance.modality, lowest)
            self.set_window(dragged(*self._drag_start, right=right, down=down, from_zero=from_zero))

    def end_window(self) -> None:
        """Forget where a change with the mouse began: another stack is shown."""
        self._drag_start = None

    def colour(self, colours: Colours) -> None:
        """Show greys with a colour table; images in colour stay as they are."""
        scene = self._seen()
        if scene is not None and not scene.renderer.frame.is_colour:
            presented = scene.applied.presented if scene.applied is not None else None
            # Grey stands over the colours that a presentation state asks for.
            is_plain = colours == GREY and not (presented is not None and presented.view.colours)
            # A table is chosen as it is known, hot iron from black to white, also where uptake was dark on white.
            inverted = scene.view.inverted and colours == GREY
            self._want(replace(scene.view, colours="" if is_plain else colours, inverted=inverted), "colours")

    def invert(self) -> None:
        """Exchange black and white."""
        if (scene := self._seen()) is not None:
            self._want(replace(scene.view, inverted=not scene.view.inverted), "invert")

    def rotate(self, quarters: int) -> None:
        """Turn by quarters, clockwise."""
        if (scene := self._seen()) is not None:
            self._want(scene.view.rotated(quarters), "turn")

    def flip(self, *, horizontally: bool = False, vertically: bool = False) -> None:
        """Exchange sides."""
        if (scene := self._seen()) is not None:
            self._want(scene.view.flipped(horizontally=horizontally, vertically=vertically), "turn")

    def interpolate(self, how: Interpolation) -> None:
        """Choose what is between the pixels of a magnified image."""
        if (scene := self._seen()) is not None:
            self._want(replace(scene.view, interpolation=how), "interpolation")

    def show_layer(self, name: str, *, shown: bool) -> None:
        """Show or hide a layer of the presentation state."""
        if (scene := self._seen()) is not None:
            hidden = scene.view.hidden_layers
            self._want(replace(scene.view, hidden_layers=hidden - {name} if shown else hidden | {name}), "layers")
