"""Joins the panel to what is shown: each section shows the view, and what hands do there becomes a new view."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from workstation.display.probe import unit_text
from workstation.errors import UserError
from workstation.gui.panels.volume.colour_section import PREVIEW_PX
from workstation.gui.panels.volume.cut_section import as_axis
from workstation.gui.panels.volume.keeping import Keeping
from workstation.gui.panels.volume.masking import Masking
from workstation.gui.panels.volume.panel import VolumePanel
from workstation.gui.panels.volume.presets import GROUPS, default_preset, offered
from workstation.gui.panels.volume.surfacing import Surfacing
from workstation.volume.looks import view3d
from workstation.volume.looks.camera import Camera
from workstation.volume.looks.look3d import Look3D, look_of
from workstation.volume.looks.transfer import TransferFunction
from workstation.volume.looks.transfer_files import presets

if TYPE_CHECKING:
    from workstation.gui.panels.volume.joining import JoinedVolume
    from workstation.gui.panels.volume.movie import Movie
    from workstation.gui.scene.artist import Drawn
    from workstation.gui.session import Session
    from workstation.gui.volumes import OpenVolume
    from workstation.volume.looks.transfer import Removed
    from workstation.volume.looks.view3d import View3D
    from workstation.volume.rendering.histogram import Histogram

PREVIEW_CAMERA, PREVIEW_ZOOM = Camera(20.0, 15.0), 1.25
FILES = "Colours and opacity (*.json)"
SURFACE_NOTE = "A surface has one colour; its threshold stands under Light."


class VolumeSettings(QObject):
    """Keeps the panel at what is shown."""

    def __init__(self, session: "Session", joined: "JoinedVolume", parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._joined, self._presenter = session, joined, joined.presenter
        self.panel = VolumePanel(session.window.tokens, parent)
        self._opened: OpenVolume | None = None
        self._histogram: Histogram | None = None
        self._group = ""
        self._previews: dict[tuple[int, str], QImage] = {}
        session.window.tokens_changed.connect(self.panel.set_tokens)
        self.panel.closed.connect(session.window.side.close_panel)
        self._connect_colours()
        self._connect_light()
        self._connect_cut()
        self.masking = Masking(session, joined, self.panel.segments)
        self.surfacing = Surfacing(session, joined, self.panel.surface, self.masking)
        self.keeping = Keeping(session, joined, self.panel.out)
        self._movie: Movie | None = None
        self.panel.out.movie_wanted.connect(lambda: self.movie.open())
        joined.on_state.append(self.show_state)
        session.window.side.changed.connect(self._seen)
        self.show_state()

    def _connect_colours(self) -> None:
        section = self.panel.colours
        section.group_chosen.connect(self._choose_group)
        section.preset_chosen.connect(self._joined.acts.use_preset)
        section.changed.connect(self._edit)
        section.rested.connect(self._presenter.rest)
        section.open_wanted.connect(self._ask_open)
        section.save_wanted.connect(self._ask_save)
        section.reset_wanted.connect(self._reset)

    def _connect_light(self) -> None:
        section = self.panel.light
        section.shading_switched.connect(lambda on: self._look("light", is_shaded=on))
        section.shadows_changed.connect(lambda share: self._look("shadows", shadows=share, moves=True))
        section.background_chosen.connect(lambda colour: self._look("colour behind", background=colour))
        section.threshold_changed.connect(lambda value: self._look("threshold", threshold=value))
        section.colour_chosen.connect(lambda colour: self._look("colour of the surface", surface_colour=colour))
        section.rested.connect(self._presenter.rest)

    def _connect_cut(self) -> None:
        section = self.panel.cut
        section.box_changed.connect(self._box)
        section.box_switched.connect(lambda on: self._change("box in 3D", box=view3d.BoxCut() if on else None))
        section.plane_switched.connect(self._switch_plane)
        section.plane_faced.connect(lambda: self._switch_plane(True))  # noqa: FBT003 - as the switch tells it
        section.plane_flipped.connect(self._flip_plane)
        section.plane_moved.connect(self._move_plane)
        section.removal_switched.connect(self._remove)
        section.uncut_wanted.connect(self._joined.acts.uncut)
        section.rested.connect(self._presenter.rest)

    @property
    def has_previews(self) -> bool:
        """Whether all presets that are listed have their small pictures, or nobody sees the list."""
        there = sum(group == self._group for group, _name, _words in offered(presets(), ""))
        return len(self._previews) >= there or not self.panel.isVisible()

    @property
    def movie(self) -> "Movie":
        """Makes movies; its dialog is made when it is first wanted."""
        if self._movie is None:
            from workstation.gui.panels.volume.movie import Movie

            self._movie = Movie(self._session, self._joined)
        return self._movie

    @property
    def _now(self) -> "View3D | None":
        return self._presenter.now

    def show_state(self) -> None:
        """Show what is shown of the volume now."""
        now, opened = self._now, self._presenter.opened
        self.panel.show_there(is_there=now is not None)
        self.masking.show_state()
        self.surfacing.show_state()
        if now is None or opened is None:
            self._opened = None
            return
        if opened is not self._opened:
            self._open(opened)
        unit, look = unit_text(opened.volume.unit), now.look
        self.panel.colours.show_used(now.preset)
        self.panel.colours.show_function(
            self._function(look), unit, SURFACE_NOTE if look.method == "isosurface" else ""
        )
        has_shadows = self._presenter.studio is not None and self._presenter.studio.has_hardware
        self.panel.light.show_look(look, self._presenter.threshold, unit, has_shadows=has_shadows)
        depth = None if now.plane is None else view3d.plane_depth(now, self._presenter.box)
        self.panel.cut.show_cuts(now.box, depth, look.removed, len(look.cuts), is_ct=unit == "HU")

    def _function(self, look: Look3D) -> TransferFunction | None:
        if self._presenter.value_range is None or look.method == "isosurface":
            return None
        return look.function_for(*self._presenter.value_range)

    def _open(self, opened: "OpenVolume") -> None:
        self._opened, self._histogram = opened, None
        self._previews.clear()
        self.panel.colours.editor.show_histogram(None)
        self._group = GROUPS.get(opened.modality, GROUPS[""])
        self.panel.colours.show_groups(list(GROUPS.values()), self._group)
        self._show_group()
        from workstation.volume.rendering.histogram import histogram_of

        def arrived(histogram: "Histogram") -> None:
            if self._opened is opened:
                self._histogram = histogram
                self.panel.colours.editor.show_histogram(histogram)

        self._session.work.start("Count the values", lambda _job: histogram_of(opened.volume), done=arrived)

    # Colours and opacity.

    def _choose_group(self, group: str) -> None:
        self._group = group
        self._show_group()

    def _show_group(self) -> None:
        there = presets()
        found = [(name, _in_group(words)) for group, name, words in offered(there, "") if group == self._group]
        self.panel.colours.show_presets([(name, words, there[name].description) for name, words in found])
        self._want_previews()
        if self._now is not None:
            self.panel.colours.show_used(self._now.preset)

    def _seen(self) -> None:
        if self._session.window.side.shown == "volume-panel":
            self._want_previews()

    def _want_previews(self) -> None:
        """Have small pictures drawn, once each, as long as someone sees them."""
        studio, opened, now = self._presenter.studio, self._opened, self._now
        if studio is None or opened is None or now is None or not self.panel.isVisible():
            return
        studio.forget_previews()
        ratio = self.panel.devicePixelRatioF()
        size = round(PREVIEW_PX[0] * ratio), round(PREVIEW_PX[1] * ratio)
        first = view3d.with_camera(now, PREVIEW_CAMERA)
        first = view3d.zoomed(view3d.fitted(first, size, self._presenter.box), PREVIEW_ZOOM, size, self._presenter.box)
        there = presets()
        for name in [each for group, each, _words in offered(there, "") if group == self._group]:
            kept = self._previews.get((size[0], name))
            if kept is not None:
                self.panel.colours.show_preview(name, kept)
                continue
            look = look_of(there[name], first.camera)
            studio.preview(look, size, partial(self._show_preview, opened, name, ratio))

    def _show_preview(self, opened: "OpenVolume", name: str, ratio: float, drawn: "Drawn") -> None:
        if opened is not self._opened:
            return
        picture = np.ascontiguousarray(drawn.picture)
        height, width = picture.shape[:2]
        image = QImage(picture.data, width, height, picture.strides[0], QImage.Format.Format_RGB888).copy()
        image.setDevicePixelRatio(ratio)
        self._previews[width, name] = image
        self.panel.colours.show_preview(name, image)

    def _edit(self, function: TransferFunction) -> None:
        now = self._now
        if now is not None:
            look = replace(now.look, transfer=function, window=None)
            self._presenter.begin_move()
            self._presenter.do(replace(now, look=look, preset=""), "colours and opacity", merges_with="points of 3D")

    def _reset(self) -> None:
        now, opened = self._now, self._opened
        if now is not None and opened is not None:
            self._joined.acts.use_preset(now.preset or default_preset(opened.modality))

    def _ask_open(self) -> None:
        dialog = QFileDialog(self._session.window, "Open colours and opacity", self._session.remembered.folder, FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open_file(Path(name)))
        dialog.open()

    def open_file(self, path: Path) -> None:
        """Use the transfer function of a file."""
        from workstation.volume.looks.transfer_files import read_transfer_function

        try:
            self._joined.acts.use_function(read_transfer_function(path))
        except UserError as error:
            self._session.notes.error("Open colours and opacity", error)

    def _ask_save(self) -> None:
        dialog = QFileDialog(self._session.window, "Save colours and opacity", self._session.remembered.folder, FILES)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile("tf.json")
        dialog.fileSelected.connect(lambda name: self.save_file(Path(name)))
        dialog.open()

    def save_file(self, path: Path) -> None:
        """Write the transfer function in use."""
        from workstation.volume.looks.transfer_files import write_transfer_function

        now, value_range = self._now, self._presenter.value_range
        if now is None or value_range is None:
            return
        function = replace(now.look.function_for(*value_range), method=now.look.method, background=now.look.background)
        try:
            write_transfer_function(function, path)
        except UserError as error:
            self._session.notes.error("Save colours and opacity", error)

    # Light and cuts.

    def _look(self, label: str, *, moves: bool = False, **changes: object) -> None:
        now = self._now
        if now is None:
            return
        if moves:
            self._presenter.begin_move()
        self._presenter.do(
            replace(now, look=replace(now.look, **changes)),  # type: ignore[arg-type]  # of its fields
            label,
            merges_with=f"{label} of 3D" if moves else "",
        )

    def _change(self, label: str, **changes: object) -> None:
        now = self._now
        if now is not None:
            self._presenter.do(replace(now, **changes), label)  # type: ignore[arg-type]  # of its fields

    def _box(self, axis: int, low: float, high: float) -> None:
        if self._now is not None:
            self._presenter.begin_move()
            self._presenter.do(view3d.boxed(self._now, as_axis(axis), low, high), "box in 3D", merges_with="box of 3D")

    def _switch_plane(self, on: bool) -> None:
        if self._now is not None:
            plane = view3d.facing_plane(self._now, self._presenter.box) if on else None
            self._change("plane in 3D", plane=plane)

    def _flip_plane(self) -> None:
        now = self._now
        if now is not None and now.plane is not None:
            x, y, z = now.plane.towards_lps
            self._change("plane in 3D", plane=replace(now.plane, towards_lps=(-x, -y, -z)))

    def _move_plane(self, depth: float) -> None:
        if self._now is not None and self._now.plane is not None:
            self._presenter.begin_move()
            moved = view3d.at_depth(self._now, self._presenter.box, depth)
            self._presenter.do(moved, "plane in 3D", merges_with="plane of 3D")
            if not self.panel.cut.depth_slider.isSliderDown():
                self._presenter.rest()

    def _remove(self, name: str, on: bool) -> None:
        now = self._now
        if now is not None:
            one = frozenset((cast("Removed", name),))
            self._look(
                f"{name} taken out" if on else f"{name} shown",
                removed=now.look.removed | one if on else now.look.removed - one,
            )


def _in_group(words: str) -> str:
    """Leave out of a name what the group says already: “CT bone” is “Bone”."""
    family, blank, rest = words.partition(" ")
    return rest[:1].upper() + rest[1:] if blank and family in GROUPS.values() else words
