"""What commands do while a volume is seen in three dimensions."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from workstation.gui.commands_of_images import answered
from workstation.gui.panels.volume.telling import METHOD_WORDS
from workstation.volume.looks import view3d
from workstation.volume.looks.camera import SIDES
from workstation.volume.looks.look3d import Cut
from workstation.volume.looks.transfer import TransferFunction
from workstation.volume.looks.view3d import View3D

if TYPE_CHECKING:
    from workstation.gui.panels.volume.joining import JoinedVolume
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer

Keep = Literal["inside", "outside"]
ALSO_HERE = frozenset(
    (
        *("previous-series", "next-series", "new-window", "close-window", "auto-window"),
        *("annotations", "key-images", "over-time", "cine-by-itself", "states-by-themselves", "hang-by-itself"),
        *("suv-values", "suv-inputs", "keep-tool"),
    )
)
"""Commands of images that mean the same here."""
ZOOM_STEP = 1.25
ROLL_DEG = 90.0


class VolumeActs:
    """Commands of a volume, and those of images that it knows too."""

    def __init__(self, session: "Session", viewer: "Viewer", joined: "JoinedVolume") -> None:
        self._session, self._viewer, self._joined = session, viewer, joined
        self._presenter = presenter = joined.presenter
        self.scissors: Keep | None = None
        self._own: dict[str, Callable[[], object]] = {
            "auto-window": lambda: self.use_window(None),
            "rotate-right": lambda: self._settled(lambda: presenter.roll(ROLL_DEG)),
            "rotate-left": lambda: self._settled(lambda: presenter.roll(-ROLL_DEG)),
            "zoom-in": lambda: self._settled(lambda: presenter.zoom(ZOOM_STEP)),
            "zoom-out": lambda: self._settled(lambda: presenter.zoom(1 / ZOOM_STEP)),
            "fit": presenter.fit,
            "reset": self.reset,
            "maximise": joined.change_place,
        }

    def take(self, name: str, on: bool) -> bool:
        """Do what a command says; False leaves it to others."""
        if name == "text":
            view = self._joined.area.view
            view.text_is_shown = on
            view.update()
            return False
        if name in self._own:
            self._viewer.settle()
            self._own[name]()
            return True
        return answered(
            self._session,
            name,
            on,
            except_for=ALSO_HERE,
            where="in 3D",
            way_back="Esc goes back.",
            hide=self._joined.hide,
        )

    def look_from(self, side: str) -> None:
        """Look from a side of the patient."""
        if side in SIDES:
            self._presenter.look_from(side)

    def use_method(self, method: str) -> None:
        """Draw by another method."""
        now = self._presenter.now
        if now is None or method not in METHOD_WORDS:
            return
        look = replace(now.look, method=method)
        if method != "composite" and now.look.method == "composite":
            # The window of the slices is not taken: in one of lungs the highest values are white everywhere.
            look = replace(look, transfer=None)
            self._do(replace(now, look=look, preset=""), "method")
        elif method == "composite" and look.transfer is None:
            from workstation.gui.panels.volume.presets import default_preset

            opened = self._presenter.opened
            self.use_preset(default_preset(opened.modality if opened is not None else ""))
        else:
            self._do(replace(now, look=look), "method")

    def use_preset(self, name: str) -> None:
        """Use a transfer function that comes with the program."""
        from workstation.volume.looks.transfer_files import preset

        self.use_function(preset(name), name)

    def use_function(self, function: TransferFunction, name: str = "") -> None:
        """Use a transfer function."""
        now = self._presenter.now
        if now is not None:
            self._do(view3d.with_function(now, function, name), "colours and opacity")

    def use_window(self, window: tuple[float, float] | None) -> None:
        """Use a window, or that of the transfer function."""
        now = self._presenter.now
        if now is not None:
            self._do(replace(now, look=replace(now.look, window=window)), "window")

    def use_perspective(self, on: bool) -> None:
        """Let what is near look larger, or not."""
        now = self._presenter.now
        if now is not None:
            self._do(view3d.in_perspective(now, on=on), "perspective")

    def take_scissors(self, keep: Keep | None) -> bool:
        """Let a line be drawn, and say what of it stays; None puts them away. Tells whether they were in the hand."""
        view = self._joined.area.view
        if keep is not None and self._presenter.now is None:
            keep = None
        was_in_hand = view.end_lasso()
        self.scissors = keep
        if keep is not None:
            view.begin_lasso()
            view.setFocus()
        actions = self._session.window.actions_by_id
        actions["volume-scissors"].setChecked(keep == "outside")
        actions["volume-keep"].setChecked(keep == "inside")
        self._joined.area.bar.scissors.setChecked(keep is not None)
        return was_in_hand

    def cut(self, polygon_px: tuple[tuple[float, float], ...]) -> None:
        """Cut along a line; the scissors are put away."""
        now, keep = self._presenter.now, self.scissors
        if now is None or keep is None:
            return
        made = Cut(polygon_px, self._joined.area.view.size_px, now.camera, keep)
        self.take_scissors(None)
        self._do(replace(now, look=replace(now.look, cuts=(*now.look.cuts, made))), "cut in 3D")

    def uncut(self) -> None:
        """Take all cuts back."""
        now = self._presenter.now
        if now is not None:
            self._do(replace(now, look=replace(now.look, cuts=())), "cuts in 3D")

    def reset(self) -> None:
        """Look at the volume as at first."""
        opened, now = self._presenter.opened, self._presenter.now
        if opened is not None and now is not None:
            self._do(self._joined.first_view(opened), "reset of 3D")

    def _do(self, view: View3D, label: str) -> None:
        self._viewer.settle()
        self._presenter.do(view, label)

    def _settled(self, act: Callable[[], object]) -> None:
        act()
        self._presenter.rest()
