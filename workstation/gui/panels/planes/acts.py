"""What commands and the bar do with the planes."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from workstation.gui.commands import BETWEEN_VOXELS, PROJECTIONS
from workstation.gui.commands_of_images import answered
from workstation.gui.keymap import shown_keys
from workstation.volume.cutting.slabs import Interpolation, Slab
from workstation.volume.planes import planes_view

if TYPE_CHECKING:
    from workstation.gui.panels.planes.bar import PlanesBar
    from workstation.gui.panels.planes.joining import JoinedPlanes
    from workstation.gui.session import Session
    from workstation.gui.viewer.presenter import Viewer

THICKNESSES_MM = (0.0, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 70.0, 100.0, 150.0, 200.0)
"""Of slabs, by keys."""
TURN_DEG = 1.0
"""By a key."""
USUAL_MM = 10.0
"""Of a slab that is asked for by what of it is seen."""
ALSO_HERE = frozenset(
    (
        *("previous-series", "next-series", "new-window", "close-window", "magnifier", "add-preset"),
        *("annotations", "key-images", "over-time", "cine-by-itself", "states-by-themselves", "hang-by-itself"),
        *("suv-values", "suv-inputs", "keep-tool"),
        *("copy-measurements", "copy-measurement-commands", "write-measurements", "delete-measurements"),
        *("save-measurement-report", "save-measurement-state", "save-regions", "save-structures", "load-measurements"),
    )
)
"""Commands of images that mean the same here."""


class PlaneActs:
    """Commands while planes are shown."""

    def __init__(self, session: "Session", viewer: "Viewer", joined: "JoinedPlanes") -> None:
        self._session, self._viewer, self._joined = session, viewer, joined
        self._presenter = presenter = joined.presenter
        self.note = ""
        """What is under way, in words."""
        act = _without_state
        self._own: dict[str, Callable[[bool], object]] = {
            "previous": act(lambda: presenter.scroll(-1)),
            "next": act(lambda: presenter.scroll(1)),
            "ten-back": act(lambda: presenter.scroll(-10)),
            "ten-on": act(lambda: presenter.scroll(10)),
            "first": act(lambda: presenter.scroll(-1e6)),
            "last": act(lambda: presenter.scroll(1e6)),
            "auto-window": act(lambda: joined.active.use_preset(0)),
            "invert": act(lambda: joined.active.change.invert()),
            "rotate-right": act(lambda: joined.active.change.rotate(1)),
            "rotate-left": act(lambda: joined.active.change.rotate(-1)),
            "flip-h": act(lambda: joined.active.change.flip(horizontally=True)),
            "flip-v": act(lambda: joined.active.change.flip(vertically=True)),
            "zoom-in": act(lambda: self._zoom(1.25)),
            "zoom-out": act(lambda: self._zoom(0.8)),
            "fit": act(presenter.fit),
            "reset": act(presenter.reset),
            "maximise": act(presenter.maximise),
            "next-pane": act(lambda: presenter.step_pane(1)),
            "previous-pane": act(lambda: presenter.step_pane(-1)),
            "reference-lines": lambda on: presenter.show_lines(shown=on),
            "planes-straight": act(self._straighten),
            "planes-snap": act(self._snap),
            "planes-as-taken": joined.keep_as_taken,
            "planes-lock": self._lock,
            "nudge-planes-right": act(lambda: self._turn(0, TURN_DEG)),
            "nudge-planes-left": act(lambda: self._turn(0, -TURN_DEG)),
            "nudge-planes-other-right": act(lambda: self._turn(1, TURN_DEG)),
            "nudge-planes-other-left": act(lambda: self._turn(1, -TURN_DEG)),
            "planes-assume": act(lambda: joined.assuming.ask()),
            "plane-picture": act(lambda: joined.saving.ask_picture()),
            "planes-pictures": act(lambda: joined.saving.ask_pictures()),
            "planes-dicom": act(lambda: joined.saving.ask_series()),
            "thicker-slab": act(lambda: self._step_slab(1)),
            "thinner-slab": act(lambda: self._step_slab(-1)),
            "slab-everywhere": act(self._spread_slab),
            **{name: act(do) for name, do in joined.measuring.commands().items()},
            **{f"slab-{kind}": act(_bound(self._project, kind)) for kind, _words in PROJECTIONS},
            **{f"voxels-{kind}": act(_bound(self._interpolate, kind)) for kind, _words in BETWEEN_VOXELS},
        }

    def connect_bar(self, bar: "PlanesBar") -> None:
        """Have the bar do the same."""
        bar.slab_wanted.connect(lambda slab, everywhere: self._use_slab(slab, everywhere=everywhere))
        bar.projection_wanted.connect(lambda kind, everywhere: self._project(kind, everywhere=everywhere))
        bar.interpolation_wanted.connect(self._interpolate)
        bar.lock_wanted.connect(self._lock)
        bar.as_taken_wanted.connect(self._joined.keep_as_taken)
        bar.assume_wanted.connect(self._joined.assuming.ask)
        bar.snap_wanted.connect(self._snap)
        bar.straight_wanted.connect(self._straighten)
        bar.reset_wanted.connect(self._presenter.reset)
        bar.volume_wanted.connect(lambda on: self._session.command("volume-beside", on))
        bar.curved_wanted.connect(lambda on: self._session.command("curved", on))
        bar.closed.connect(lambda: self._joined.hide())
        window = self._session.window
        window.keys_changed.connect(lambda: bar.tell_keys(self._keys()))
        bar.tell_keys(self._keys())

    def _keys(self) -> dict[str, str]:
        """Give the keys of commands in words."""
        keys = {name: shown_keys(each) for name, each in self._session.window.keymap.keys.items()}
        both = [keys[name] for name in ("thinner-slab", "thicker-slab")]
        return {
            **keys,
            "slab": " ".join(filter(None, both)),
            "planes": ", ".join(filter(None, ("Esc", keys["planes"]))),
        }

    def take(self, name: str, on: bool) -> bool:
        """Do what a command says; False leaves it to the images."""
        if name == "text":
            self._presenter.show_text(shown=on)
            return False
        if name == "cine" and self._joined.times.count > 1:
            self._joined.times.toggle()
            return True
        if name in self._own:
            if not name.startswith("nudge-"):  # presses that follow each other are one step
                self._viewer.settle()
            self._own[name](on)
            return True
        return answered(
            self._session,
            name,
            on,
            except_for=ALSO_HERE,
            where="on planes",
            way_back="Esc goes back to the images.",
            hide=self._joined.hide,
        )

    def show_state(self) -> None:
        """Let the bar and the menus say how things are."""
        now, opened = self._presenter.now, self._presenter.opened
        bar, actions = self._joined.area.bar, self._session.window.actions_by_id
        note = self.note
        if opened is not None and not note:
            slices, rows, columns = opened.volume.grid.shape_kji
            note = f"{columns} × {rows} × {slices} voxels"
        bar.show_view(now, note)
        is_uneven = opened is not None and opened.is_uneven
        is_as_taken = opened is not None and opened.is_as_taken
        bar.show_uneven(is_uneven=is_uneven, is_as_taken=is_as_taken)
        actions["planes-as-taken"].setEnabled(is_uneven)
        actions["planes-as-taken"].setChecked(is_as_taken)
        if now is None:
            return
        slab = now.plane(now.active).slab
        for kind, _words in PROJECTIONS:
            actions[f"slab-{kind}"].setChecked(slab.projection == kind)
        for how, _words in BETWEEN_VOXELS:
            actions[f"voxels-{how}"].setChecked(now.interpolation == how)
        actions["planes-lock"].setChecked(now.is_locked)

    def _zoom(self, factor: float) -> None:
        self._joined.active.change.zoom(factor, self._joined.area.active.size_px)

    def _straighten(self) -> None:
        now, opened = self._presenter.now, self._presenter.opened
        if now is not None and opened is not None:
            self._presenter.do(planes_view.straightened(now, opened.volume.grid), "planes of the patient")

    def _snap(self) -> None:
        now, opened = self._presenter.now, self._presenter.opened
        if now is not None and opened is not None:
            self._presenter.do(planes_view.snapped(now, opened.volume.grid), "planes along the slices")

    def _turn(self, which: int, angle_deg: float) -> None:
        """Turn one of the others, or both where they are locked, about the active plane; presses are one step."""
        now = self._presenter.now
        if now is not None:
            other = planes_view.others(now.active)[which]
            view = planes_view.line_turned(now, now.active, other, angle_deg)
            label = "turn of the planes" if now.is_locked else f"turn of the {other} plane"
            self._presenter.do(view, label, merges_with=f"{label} about {now.active}")

    def _lock(self, on: bool) -> None:
        now = self._presenter.now
        if now is not None and now.is_locked != on:
            self._presenter.do(planes_view.locked(now, on=on), "right angles of the planes")

    def _use_slab(self, slab: Slab, *, everywhere: bool = False) -> None:
        now = self._presenter.now
        if now is None:
            return
        new = planes_view.with_slabs(now, slab) if everywhere else planes_view.with_slab(now, now.active, slab)
        self._presenter.do(new, "slab", merges_with=f"slab of {now.active}")

    def _project(self, kind: str, *, everywhere: bool = False) -> None:
        now = self._presenter.now
        if now is not None:
            slab = now.plane(now.active).slab
            made = replace(slab, projection=kind, thickness_mm=slab.thickness_mm or USUAL_MM)  # type: ignore[arg-type]  # of the table
            self._use_slab(made, everywhere=everywhere)

    def _step_slab(self, steps: int) -> None:
        now = self._presenter.now
        if now is None:
            return
        slab = now.plane(now.active).slab
        order = THICKNESSES_MM if steps > 0 else THICKNESSES_MM[::-1]
        is_next = (each for each in order if (each - slab.thickness_mm) * steps > 1e-6)
        self._use_slab(replace(slab, thickness_mm=next(is_next, slab.thickness_mm)))

    def _spread_slab(self) -> None:
        now = self._presenter.now
        if now is not None:
            self._use_slab(now.plane(now.active).slab, everywhere=True)

    def _interpolate(self, how: str) -> None:
        now = self._presenter.now
        if now is not None:
            self._presenter.do(replace(now, interpolation=cast("Interpolation", how)), "what is between voxels")


def _without_state(act: Callable[[], object]) -> Callable[[bool], object]:
    return lambda _on: act()


def _bound(act: Callable[[str], object], value: str) -> Callable[[], object]:
    return lambda: act(value)
