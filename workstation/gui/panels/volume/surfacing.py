"""Finds surfaces of the volume that is seen, says how large they are, and saves them."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from workstation.display.probe import unit_text
from workstation.errors import UserError
from workstation.gui.panels.notes.presenter import Note
from workstation.gui.panels.volume.masking import Masking
from workstation.gui.panels.volume.surface_section import SurfaceSection
from workstation.gui.words import grouped

if TYPE_CHECKING:
    from workstation.gui.panels.volume.joining import JoinedVolume
    from workstation.gui.session import Session
    from workstation.jobs.job import Job
    from workstation.volume.surfaces.surface import Surface

FILES = "STL (*.stl);;PLY (*.ply);;OBJ (*.obj);;glTF (*.glb)"
STILL_READ = "The volume is still being read: find it once all slices are there."
FINDING = "Finding the surface …"


class Surfacing(QObject):
    """Keeps the surface that was found last."""

    def __init__(self, session: "Session", joined: "JoinedVolume", section: SurfaceSection, masking: Masking) -> None:
        super().__init__(session)
        self._session, self._joined, self._section, self._masking = session, joined, section, masking
        self._opened: object = None
        self._parts: tuple[str, ...] = ()
        self._has_threshold = False
        self.surface: Surface | None = None
        section.found_wanted.connect(self.find)
        section.save_wanted.connect(self._ask)

    def show_state(self) -> None:
        """Show what there can be a surface of."""
        presenter = self._joined.presenter
        if presenter.opened is not self._opened:
            self._opened, self.surface, self._has_threshold = presenter.opened, None, False
            self._section.show_found("")
        self._show_threshold()
        if self._masking.names != self._parts:
            self._parts = self._masking.names
            self._section.show_parts(self._parts)

    def _show_threshold(self) -> None:
        """Begin with one that suits the values, once these are known; then it is the hand's, or the picture's."""
        presenter = self._joined.presenter
        if presenter.opened is None or presenter.now is None:
            return
        is_known = presenter.value_range is not None or presenter.opened.volume.unit == "HU"
        is_first = is_known and not self._has_threshold
        if is_first or presenter.now.look.method == "isosurface":
            self._section.show_threshold(presenter.threshold, unit_text(presenter.opened.volume.unit))
            self._has_threshold = is_known

    def find(self, segment: str) -> None:
        """Find the surface of a segment, or at the threshold, in a job."""
        opened = self._joined.presenter.opened
        if opened is None:
            return
        if opened.is_preview:
            self._section.show_found(STILL_READ)
            return
        threshold, finish = self._section.threshold.value(), self._section.finish
        mask = self._masking.mask(segment) if segment else None

        def made(job: "Job") -> "Surface":
            from workstation.volume.surfaces.surface import surface_of
            from workstation.volume.surfaces.thresholds import surface_at

            job.progress(0, None, "Finding the surface")
            if mask is None:
                found = surface_at(opened.volume, threshold, finish, check=job.check)
            else:
                voxels, grid = mask.view(np.uint8), opened.volume.grid
                found = surface_of(voxels, grid, 0.5, finish=finish, name=segment, check=job.check)
            job.check()
            return found

        def arrived(surface: "Surface") -> None:
            if self._opened is opened:
                self.surface = surface
                self._section.show_found(said(surface), can_save=True)

        def failed(error: Exception) -> None:
            say(f"{error.message} {error.hint}" if isinstance(error, UserError) else "It could not be found.")

        def say(words: str) -> None:
            if self._opened is opened:  # not where another volume is seen by now
                self._section.show_found(words.strip())

        self._section.show_found(FINDING)
        self._session.work.start(
            "Find a surface",
            made,
            done=arrived,
            failed=failed,
            stopped=lambda: say("Finding the surface was stopped."),
            is_shown=True,
        )

    def _ask(self) -> None:
        dialog = QFileDialog(self._session.window, "Save the surface", self._session.remembered.folder, FILES)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("stl")
        dialog.selectFile("surface.stl")
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.open()

    def save(self, path: Path) -> None:
        """Write the surface, in a job."""
        surface = self.surface
        if surface is None:
            return

        def made(job: "Job") -> None:
            from workstation.volume.surfaces.mesh_files import write_mesh

            job.progress(0, None, "Writing the surface")
            write_mesh([surface], path)

        def done(_none: None) -> None:
            self._session.notes.add(Note("information", f"The surface was saved as {path.name}.", passes=True))

        self._session.work.start(
            "Save the surface",
            made,
            done=done,
            failed=lambda error: self._session.notes.error("Save the surface", error),
            is_shown=True,
        )


def said(surface: "Surface") -> str:
    """Say how large a surface is."""
    closed = "closed" if surface.is_watertight else "not closed"
    lines = [
        f"{surface.volume_ml:.1f} ml, {surface.area_cm2:.1f} cm², {closed}",
        f"{grouped(len(surface.triangles))} triangles",
        *surface.notes,
    ]
    return "\n".join(lines)
