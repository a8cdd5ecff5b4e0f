"""Makes movies of a volume: what the dialog says becomes looks, which are shown one after the other or written."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog

from workstation.errors import UserError
from workstation.gui.panels.notes.presenter import Note
from workstation.gui.panels.volume.movie_dialog import MovieDialog
from workstation.volume.looks.camera import Camera
from workstation.volume.looks.motion import Key, flown, keyed, turned
from workstation.volume.looks.view3d import View3D

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workstation.gui.panels.volume.joining import JoinedVolume
    from workstation.gui.session import Session
    from workstation.jobs.job import Job
    from workstation.model.geometry import Vector
    from workstation.volume.looks.look3d import Look3D

ENDINGS = {"mp4": "MP4 (*.mp4)", "gif": "GIF (*.gif)", "dicom": "DICOM (*.dcm)"}
FILES = {"mp4": "movie.mp4", "gif": "movie.gif", "dicom": "movie.dcm"}
TELL_MS = 100


class Movie(QObject):
    """Keeps the dialog, the views that were added and the path."""

    def __init__(self, session: "Session", joined: "JoinedVolume") -> None:
        super().__init__(session)
        self._session, self._joined, self._presenter = session, joined, joined.presenter
        self._opened: object = None
        self._views: list[View3D] = []
        self._points: tuple[Vector, ...] = ()
        self._shown: list[Look3D] = []
        self._done = (0, 1)
        self._job: Job | None = None
        self.dialog = MovieDialog(session.window)
        self._player, self._teller = QTimer(self), QTimer(self)
        self._player.timeout.connect(self._show_next)
        self._teller.setInterval(TELL_MS)
        self._teller.timeout.connect(lambda: self.dialog.show_working(self._done[0] / self._done[1]))
        self._connect()

    def _connect(self) -> None:
        dialog = self.dialog
        dialog.changed.connect(self._changed)
        dialog.view_added.connect(self._add)
        dialog.view_removed.connect(self._remove)
        dialog.view_shown.connect(self._look_at)
        dialog.path_wanted.connect(self._ask_path)
        dialog.drawn_path_wanted.connect(lambda: self._take_path(self.drawn_path, "Drawn path"))
        dialog.preview_wanted.connect(self._preview)
        dialog.save_wanted.connect(self._ask)
        dialog.cancelled.connect(lambda: self._job.cancel() if self._job is not None else None)
        dialog.left.connect(lambda: self.dialog.preview.setChecked(False))
        self._joined.on_state.append(self._follow)

    def open(self) -> None:
        """Show the dialog."""
        width, height = self._joined.area.view.size_px
        self.dialog.width_px.setValue(width - width % 2)
        self.dialog.height_px.setValue(height - height % 2)
        self._follow()
        self._changed()
        self.dialog.drawn.setEnabled(len(self.drawn_path) > 1)
        self.dialog.show()
        self.dialog.raise_()

    def looks(self) -> "list[Look3D]":
        """Give the looks of the pictures.

        Raises
        ------
        UserError
            If something is missing.
        """
        if self._presenter.now is None:
            raise UserError("There is no volume.")
        look, count, way = self._presenter.drawn_look, self.dialog.frames.value(), self.dialog.way.currentData()
        if way == "rotation":
            return turned(look, self.dialog.degrees.value(), count)
        if way == "views":
            if len(self._views) < 2:
                raise UserError("Add two views or more: turn the volume, and add what is seen.")
            return keyed(look, keys_of(self._views), count)
        if not self._points:
            raise UserError("Open a path to fly along.")
        return flown(look, self._points, count)

    def _follow(self) -> None:
        """Forget what is of another volume."""
        if self._presenter.opened is not self._opened:
            self._opened = self._presenter.opened
            self._views, self._points = [], ()
            self.dialog.show_views(())
            self.dialog.preview.setChecked(False)
            self._changed()

    def _changed(self) -> None:
        try:
            self.looks()
        except UserError as error:
            self.dialog.show_said(error.message, can_make=False)
        else:
            self.dialog.show_said("", can_make=True)

    def _add(self) -> None:
        if self._presenter.now is not None:
            self._views.append(self._presenter.now)
            self._list()

    def _remove(self, at: int) -> None:
        if 0 <= at < len(self._views):
            del self._views[at]
            self._list()

    def _look_at(self, at: int) -> None:
        if 0 <= at < len(self._views):
            self._presenter.do(self._views[at], "view of a movie")

    def _list(self) -> None:
        self.dialog.show_views([f"{number}: {_words(view.camera)}" for number, view in enumerate(self._views, 1)])
        self._changed()

    def _ask_path(self) -> None:
        dialog = QFileDialog(self.dialog, "Open a path", self._session.remembered.folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open_path(Path(name)))
        dialog.open()

    def open_path(self, path: Path) -> None:
        """Take the path of a file."""
        from workstation.volume.path_files import read_path

        try:
            points = tuple(read_path(path))
        except UserError as error:
            self.dialog.show_said(error.message, can_make=False)
        else:
            self._take_path(points, path.name)

    @property
    def drawn_path(self) -> "tuple[Vector, ...]":
        """The points of the path of the curved plane; none where none was drawn in this volume."""
        from workstation.gui.features.curved import Curved

        curved, opened = self._session.findChild(Curved), self._presenter.opened
        found = curved.drawn.path if isinstance(curved, Curved) else None
        if opened is None or found is None:
            return ()
        from workstation.gui.panels.curved.presenter import space_of

        return found.points_lps if found.space == space_of(opened) else ()

    def _take_path(self, points: "tuple[Vector, ...]", name: str) -> None:
        from workstation.volume.paths import path_through

        try:
            length = path_through(points, step_mm=1.0).length_mm
        except UserError as error:
            self.dialog.show_said(error.message, can_make=False)
            return
        self._points = points
        self.dialog.path.setText(f"{name}: {len(points)} points, {length:.0f} mm")
        self._changed()

    def _preview(self, on: bool) -> None:
        if not on:
            self._player.stop()
            self._presenter.draw()
            return
        try:
            self._shown = self.looks()
        except UserError as error:
            self.dialog.show_said(error.message, can_make=False)
            return
        self._player.start(round(1000 / self.dialog.rate.value()))

    def _show_next(self) -> None:
        studio = self._presenter.studio
        if studio is None or not self._shown:
            self.dialog.preview.setChecked(False)
            return
        studio.want(self._shown.pop(0), self._joined.area.view.size_px, is_moving=True)

    def _ask(self) -> None:
        kind = self.dialog.kind
        if kind == "png":
            dialog = QFileDialog(self.dialog, "Folder for the pictures", self._session.remembered.folder)
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        else:
            dialog = QFileDialog(self.dialog, "Save the movie", self._session.remembered.folder, ENDINGS[kind])
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix(FILES[kind].rpartition(".")[2])
            dialog.selectFile(FILES[kind])
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.open()

    def save(self, path: Path) -> None:
        """Write the movie, in a job; the end of its name says as what, where it is one of these."""
        studio, opened = self._presenter.studio, self._presenter.opened
        if studio is None or opened is None or self._job is not None:
            return
        self.dialog.preview.setChecked(False)
        named, kind = as_named(path, self.dialog.kind)
        if named != path and named.exists():
            self.dialog.show_said(f"{named.name} is there already. Choose another name.", can_make=True)
            return
        path, looks, rate = named, self.looks(), self.dialog.rate.value()
        size = self.dialog.width_px.value(), self.dialog.height_px.value()
        self._done = 0, len(looks)
        also = self._presenter.second_sources()

        def made(job: "Job") -> None:
            from workstation.volume.rendering.animating import write_animation

            def picture(number: int) -> "NDArray[np.uint8]":
                job.progress(number, len(looks), "Drawing")
                self._done = number, len(looks)
                return studio.picture(looks[number], size, job)

            write_animation(picture, looks, kind, opened.volume.frames, path, rate=rate, also=also)  # type: ignore[arg-type]  # of the table

        def over(words: str) -> None:
            self._job = None
            self._teller.stop()
            self.dialog.show_working(None)
            self.dialog.show_said(words, can_make=True)

        def failed(error: Exception) -> None:
            over(f"{getattr(error, 'message', 'The program failed on it.')} {getattr(error, 'hint', '')}".strip())

        def done(_none: None) -> None:
            over(f"Saved as {path.name}.")
            self._session.notes.add(Note("information", f"The movie was saved as {path.name}.", passes=True))

        self.dialog.show_working(0.0)
        self._teller.start()
        self._job = self._session.work.start(
            "Save the movie",
            made,
            done=done,
            failed=failed,
            stopped=lambda: over("Stopped; nothing was written."),
            is_shown=True,
        )


def as_named(path: Path, kind: str) -> tuple[Path, str]:
    """Give the file and what it becomes: by the end of its name, which is added where it says nothing."""
    if kind not in FILES:
        return path, kind
    ends = {Path(name).suffix: each for each, name in FILES.items()}
    found = ends.get(path.suffix.lower())
    return (path, found) if found else (path.with_name(path.name + Path(FILES[kind]).suffix), kind)


def keys_of(views: list[View3D]) -> list[Key]:
    """Give views as keys at even distances; the eye goes the short way round."""
    keys: list[Key] = []
    azimuth = views[0].camera.azimuth_deg
    for at, view in enumerate(views):
        camera, look = view.camera, view.look
        azimuth += (camera.azimuth_deg - azimuth + 180) % 360 - 180
        key = Key(
            float(at),
            (azimuth, camera.elevation_deg),
            camera.roll_deg,
            camera.zoom,
            camera.perspective_deg,
            camera.focus_lps,
            look.window,
            look.threshold,
        )
        keys.append(key)
    middles = [key.focus_lps for key in keys if key.focus_lps is not None]
    return [replace(key, focus_lps=key.focus_lps or middles[0]) for key in keys] if middles else keys


def _words(camera: Camera) -> str:
    return f"azimuth {camera.azimuth_deg:.0f}°, elevation {camera.elevation_deg:.0f}°, zoom {camera.zoom:.1f}"
