"""What commands and the bar do with paths and the curved plane."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.gui.panels.planes.acts import THICKNESSES_MM
from workstation.gui.viewer.annotating_tools import TOOLS

if TYPE_CHECKING:
    from workstation.gui.panels.curved.bar import CurvedBar
    from workstation.gui.panels.curved.joining import JoinedCurved

FAR = 1e6
TOOL_NAMES = frozenset(each.id for each in TOOLS)


class CurvedActs:
    """Commands while the curved plane is beside the planes."""

    def __init__(self, joined: "JoinedCurved") -> None:
        self._joined = joined
        self._presenter, self._drawing = joined.presenter, joined.drawing
        presenter, change = joined.presenter, joined.change
        self._of_paths: dict[str, Callable[[], object]] = {
            "path-draw": self.draw,
            "path-across": joined.lay_across,
            "path-open": joined.files.ask_open,
            "path-save": joined.files.ask_save,
            "path-delete": joined.drawing.remove,
            "curved-picture": joined.saving.ask_picture,
            "curved-dicom": lambda: joined.saving.save_series(sections=False),
            "curved-sections": lambda: joined.saving.save_series(sections=True),
        }
        self._of_picture: dict[str, Callable[[], object]] = {
            "previous": lambda: presenter.scroll(-1),
            "next": lambda: presenter.scroll(1),
            "ten-back": lambda: presenter.scroll(-10),
            "ten-on": lambda: presenter.scroll(10),
            "first": lambda: presenter.scroll(-FAR),
            "last": lambda: presenter.scroll(FAR),
            "rotate-right": lambda: change.rotate(1),
            "rotate-left": lambda: change.rotate(-1),
            "flip-h": lambda: change.flip(horizontally=True),
            "flip-v": lambda: change.flip(vertically=True),
            "zoom-in": lambda: change.zoom(1.25, joined.area.size_px),
            "zoom-out": lambda: change.zoom(0.8, joined.area.size_px),
            "fit": presenter.fit,
            "reset": presenter.reset,
            "maximise": joined.maximise,
            "thicker-slab": lambda: self._step_slab(1),
            "thinner-slab": lambda: self._step_slab(-1),
        }
        """While it is the picture along the path that was pressed last."""
        self._steps = {
            "previous": -1.0,
            "next": 1.0,
            "ten-back": -10.0,
            "ten-on": 10.0,
            "first": -FAR,
            "last": FAR,
        }
        """While it is a plane that lies across the path."""

    def connect_bar(self, bar: "CurvedBar") -> None:
        """Have the bar do the same."""
        presenter, drawing = self._presenter, self._drawing
        bar.commanded.connect(lambda name: self.take(name, on=True))
        bar.path_chosen.connect(drawing.choose)
        bar.kind_wanted.connect(lambda kind: drawing.look(presenter.view.of_kind(kind), "kind of curved plane"))
        bar.width_wanted.connect(lambda width: drawing.look(presenter.view.wide(width), "width", merges_with="width"))
        bar.slab_wanted.connect(lambda slab: presenter.change("thickness of the curved plane", slab=slab))
        bar.apart_wanted.connect(lambda apart: presenter.change("distance of cross-sections", apart_mm=apart))
        bar.turn_started.connect(presenter.begin_move)
        bar.turn_ended.connect(presenter.end_move)
        bar.turn_wanted.connect(lambda angle: presenter.change("turn about the path", turn_deg=angle))
        bar.closed.connect(lambda: self._joined.hide())

    def take(self, name: str, on: bool) -> bool:
        """Do what a command says; False leaves it to the planes."""
        joined = self._joined
        if not joined.is_shown:
            return False
        if name == "text":
            self._presenter.text_is_shown = on
            self._presenter.show_again()
            return False
        if name == "edit-annotation":
            return self._drawing.end()
        if name == "delete-annotation":
            return self._delete()
        if name in TOOL_NAMES:
            self._drawing.end()
            return False
        if name in self._steps and not joined.is_active and joined.across.has_keys:
            joined.settle()
            joined.across.go_on(self._steps[name])
            return True
        act = self._of_paths.get(name) or (self._of_picture.get(name) if joined.is_active else None)
        if act is None:
            return False
        joined.settle()
        act()
        return True

    def draw(self) -> None:
        """Begin a path, or end it."""
        if self._drawing.end():
            return
        self._joined.put_tools_away()
        self._drawing.begin()

    def _delete(self) -> bool:
        """Take away the point that the pointer is at, or the last one of what is drawn."""
        if self._joined.is_active and self._joined.rulers.delete():
            return True
        for hand in self._joined.hands.values():
            if hand.lit is not None:
                hand.remove(hand.lit)
                return True
        path = self._drawing.path
        if self._drawing.is_drawing and path is not None and path.points_lps:
            self._drawing.change(path.without(len(path.points_lps) - 1), "deletion of a point")
            return True
        return False

    def _step_slab(self, steps: int) -> None:
        slab = self._presenter.view.slab
        order = THICKNESSES_MM if steps > 0 else THICKNESSES_MM[::-1]
        is_next = (each for each in order if (each - slab.thickness_mm) * steps > 1e-6)
        new = replace(slab, thickness_mm=next(is_next, slab.thickness_mm))
        self._presenter.change("thickness of the curved plane", slab=new)
