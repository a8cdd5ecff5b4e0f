"""Paths read from files and written to them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from workstation.gui.panels.notes.presenter import Note
from workstation.volume.curved.drawn_paths import new_path

if TYPE_CHECKING:
    from workstation.gui.panels.curved.drawing import Drawing
    from workstation.gui.session import Session

NO_PATH = "There is no path to save: draw one first."
FEW = "A path needs at least two different points."


class PathFiles:
    """Asks for files, and reads and writes them.

    Parameters
    ----------
    session
        The window.
    drawing
        The paths.
    """

    def __init__(self, session: "Session", drawing: "Drawing") -> None:
        self._session, self._drawing = session, drawing

    def ask_open(self) -> None:
        """Ask which path to read."""
        dialog = QFileDialog(self._session.window, "Open a path")
        dialog.setNameFilters(["Paths (*.txt *.csv *.xyz *.json *.mrk.json)", "All files (*)"])
        dialog.fileSelected.connect(lambda name: self.open(Path(name)))
        dialog.open()

    def ask_save(self, then: Callable[[], None] = lambda: None) -> None:
        """Ask where the path goes."""
        path = self._drawing.path
        if path is None or not path.is_whole:
            self._session.notes.add(Note("information", NO_PATH, passes=True))
            return
        dialog = QFileDialog(self._session.window, "Save the path")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(Path(path.file).name if path.file else "path.txt")

        def chosen(name: str) -> None:
            self.save(Path(name))
            then()

        dialog.fileSelected.connect(chosen)
        dialog.open()

    def open(self, file: Path) -> None:
        """Read a path, and work on it."""
        from workstation.errors import UserError
        from workstation.volume.path_files import read_path

        try:
            points = tuple(read_path(file))
        except UserError as error:
            self._session.notes.error("Open a path", error)
            return
        path = new_path(self._drawing.space, points, file=str(file))
        if not path.is_whole:
            self._session.notes.add(Note("warning", f"{file.name}: {FEW}"))
            return
        self._drawing.end()
        self._drawing.change(path, "path of a file")

    def save(self, file: Path) -> None:
        """Write the path."""
        from workstation.errors import UserError
        from workstation.volume.path_files import write_path

        path = self._drawing.path
        if path is None:
            return
        try:
            write_path(file, list(path.points_lps))
        except (UserError, OSError) as error:
            self._session.notes.error("Save the path", error)
            return
        self._drawing.know_file(replace(path, file=str(file)))
        self._session.notes.add(Note("information", f"The path was saved as {file.name}.", passes=True))
