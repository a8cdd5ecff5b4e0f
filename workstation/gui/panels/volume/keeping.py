"""Saves pictures of what is seen in three dimensions, and views to be opened again."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from workstation.errors import UserError
from workstation.gui.panels.notes.presenter import Note
from workstation.gui.panels.volume.out_section import OutSection
from workstation.model.text import clean
from workstation.volume.looks.view3d_json import from_json, to_json

if TYPE_CHECKING:
    from workstation.gui.panels.volume.joining import JoinedVolume
    from workstation.gui.session import Session
    from workstation.jobs.job import Job

PICTURES = "PNG (*.png);;JPEG (*.jpg);;TIFF (*.tif);;DICOM (*.dcm)"
VIEWS = "View in three dimensions (*.json)"
MOST_BYTES = 8_000_000


class Keeping(QObject):
    """What goes out of the panel as files."""

    def __init__(self, session: "Session", joined: "JoinedVolume", section: OutSection) -> None:
        super().__init__(session)
        self._session, self._joined = session, joined
        section.picture_wanted.connect(self.ask_picture)
        section.save_wanted.connect(self.ask_save)
        section.open_wanted.connect(self.ask_open)

    def ask_picture(self) -> None:
        """Ask where the picture goes."""
        self._ask_save("Save the picture", PICTURES, "picture.png", self.picture)

    def ask_save(self) -> None:
        """Ask where the view goes."""
        self._ask_save("Save the view", VIEWS, "view.json", self.save_view)

    def _ask_save(self, title: str, kinds: str, name: str, then: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self._session.window, title, self._session.remembered.folder, kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(name.rpartition(".")[2])
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
        dialog.open()

    def ask_open(self) -> None:
        """Ask which view is to be opened."""
        dialog = QFileDialog(self._session.window, "Open a view", self._session.remembered.folder, VIEWS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda chosen: self.open_view(Path(chosen)))
        dialog.open()

    def picture(self, path: Path) -> None:
        """Write what is seen as a picture or as DICOM, in full, as large as it is."""
        presenter = self._joined.presenter
        studio, opened = presenter.studio, presenter.opened
        if studio is None or opened is None or presenter.now is None:
            return
        look, size_px = presenter.drawn_look, self._joined.area.view.size_px
        also = presenter.second_sources()

        def made(job: "Job") -> None:
            from workstation.display.picture import write_picture
            from workstation.objects.derived_series import write_renderings
            from workstation.volume.rendering.rendered import FORMATS, derivation

            ending = path.suffix.lower()
            if ending != ".dcm" and ending not in FORMATS:
                raise UserError(
                    f"{path.name}: it is not known which kind of picture that is.",
                    hint="Let the name end in .png, .jpg, .tif or .dcm.",
                )
            job.progress(0, None, "Drawing")
            picture = studio.picture(look, size_px, job)
            if ending == ".dcm":
                write_renderings([picture], opened.volume.frames, path, derivation(look), also=also)
            else:
                write_picture(picture, path, FORMATS[ending])

        self._start("Save the picture", made, f"The picture was saved as {path.name}.")

    def save_view(self, path: Path) -> None:
        """Write how the volume is looked at."""
        now = self._joined.presenter.now
        if now is None:
            return
        text = json.dumps(to_json(now), indent=1, ensure_ascii=False) + "\n"

        def made(_job: "Job") -> None:
            from workstation.whole_files import write_whole

            write_whole(path, text.encode())

        self._start("Save the view", made, f"The view was saved as {path.name}.")

    def open_view(self, path: Path) -> None:
        """Look at the volume as a file says."""
        presenter = self._joined.presenter
        if presenter.now is None:
            return
        try:
            view = from_json(_read(path), presenter.now.volume)
        except OSError as error:
            self._refuse(path, error.strerror or type(error).__name__)
        except (ValueError, RecursionError) as error:
            self._refuse(path, clean(str(error))[:200])
        else:
            masks = tuple(name for name in view.look.masks if name in presenter.masks)
            presenter.do(replace(view, look=replace(view.look, masks=masks)), "view of a file")

    def _refuse(self, path: Path, why: str) -> None:
        error = UserError(f"{path.name}: the view cannot be opened: {why}.", hint="Choose a file saved as a view.")
        self._session.notes.error("Open a view", error)

    def _start(self, title: str, made: "Callable[[Job], None]", said: str) -> None:
        def done(_none: object) -> None:
            self._session.notes.add(Note("information", said, passes=True))

        self._session.work.start(
            title,
            made,
            done=done,
            failed=lambda error: self._session.notes.error(title, error),
            is_shown=True,
        )


def _read(path: Path) -> object:
    if path.stat().st_size > MOST_BYTES:
        raise ValueError("it is too large")
    return json.loads(path.read_text(encoding="utf-8"))
