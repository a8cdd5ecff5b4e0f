"""Joins the widgets of the panes to their presenters, and commands to what they do with the panes."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt

from workstation.display.layout import Grid
from workstation.display.viewing import Links
from workstation.gui.canvas.grid import PaneGrid
from workstation.gui.canvas.pane import Pane
from workstation.workspace import Selection

if TYPE_CHECKING:
    from workstation.display.view import Point
    from workstation.gui.canvas.presenter import PanePresenter
    from workstation.gui.viewer.presenter import Viewer

LAYOUTS = ("1x1", "1x2", "2x1", "2x2", "2x3", "3x3")


def connect_pane(view: Pane, pane: "PanePresenter", viewer: "Viewer") -> None:
    """Have a pane do what hands want."""

    def number() -> int:
        return viewer.panes.number_of(pane)

    # The picture goes to the screen before anything is done about the images around it.
    view.painted.connect(pane.painted, Qt.ConnectionType.QueuedConnection)
    view.scrolled.connect(pane.scroll)
    view.window_started.connect(pane.change.begin_window)
    view.window_dragged.connect(lambda right, down: pane.change.drag_window(right, down))
    view.panned.connect(lambda right, down: pane.change.pan((right, down), view.size_px))
    view.zoomed.connect(lambda factor, at: pane.change.zoom(factor, view.size_px, at))
    view.pressed.connect(viewer.settle)
    view.pressed.connect(lambda: viewer.activate(number()))
    view.maximise_wanted.connect(viewer.maximise)
    view.series_dropped.connect(lambda text: _drop(viewer, number(), text))
    view.cursor_moved.connect(lambda x, y: viewer.point(number(), image_point(view, (x, y))))
    view.cursor_ended.connect(viewer.panes.end_pointing)


def image_point(view: Pane, at_px: "Point") -> "Point":
    """Give the image point (column, row) under a point of a pane; of an empty pane the point itself."""
    scene = view.scene
    if scene is None:
        return at_px
    matrix = scene.view.screen_to_image(scene.renderer.frame, view.size_px)
    column, row = matrix @ np.array([*at_px, 1.0])
    return float(column), float(row)


def _drop(viewer: "Viewer", number: int, text: str) -> None:
    uid, _, stack = text.partition("\n")
    viewer.show(number, Selection(uid, int(stack) if stack.isdigit() else 0), beside=True)


def viewer_commands(viewer: "Viewer", grid: PaneGrid) -> dict[str, Callable[[], object]]:
    """Give what commands do with the panes."""
    pane = viewer.active
    size = grid.active.size_px
    layouts = {f"layout-{text}": lambda text=text: viewer.lay_out(Grid.parse(text)) for text in LAYOUTS}
    return {
        **layouts,
        "previous": lambda: pane.scroll(-1),
        "next": lambda: pane.scroll(1),
        "ten-back": lambda: pane.scroll(-10),
        "ten-on": lambda: pane.scroll(10),
        "first": lambda: pane.go_to(0),
        "last": pane.last,
        "previous-series": lambda: viewer.next_series(-1),
        "next-series": lambda: viewer.next_series(1),
        "auto-window": lambda: pane.use_preset(0),
        "invert": pane.change.invert,
        "rotate-right": lambda: pane.change.rotate(1),
        "rotate-left": lambda: pane.change.rotate(-1),
        "flip-h": lambda: pane.change.flip(horizontally=True),
        "flip-v": lambda: pane.change.flip(vertically=True),
        "zoom-in": lambda: pane.change.zoom(1.25, size),
        "zoom-out": lambda: pane.change.zoom(0.8, size),
        "fit": pane.change.fit,
        "reset": pane.reset,
        "maximise": viewer.maximise,
        "next-pane": lambda: viewer.next_pane(1),
        "previous-pane": lambda: viewer.next_pane(-1),
        "link-here": lambda: viewer.link(replace(viewer.now.links, scroll="offset")),
        "undo": viewer.undo,
        "redo": viewer.redo,
    }


def viewer_switches(viewer: "Viewer") -> dict[str, Callable[[bool], object]]:
    """Give what commands that are on or off do with the panes."""

    def change(**parts: object) -> None:
        viewer.link(Links(**{**_fields(viewer.now.links), **parts}))  # type: ignore[arg-type]  # fields of the record

    return {
        "tiles": lambda on: viewer.tile(on=on),
        "link-scroll": lambda on: change(scroll="position" if on else "off"),
        "link-zoom": lambda on: change(zoom=on),
        "link-window": lambda on: change(window=on),
        "reference-lines": lambda on: viewer.panes.show_lines(shown=on),
    }


def _fields(links: Links) -> dict[str, object]:
    return {"scroll": links.scroll, "zoom": links.zoom, "window": links.window}
