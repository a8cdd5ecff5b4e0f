"""Dialogs of the window itself: which files or folder to open, and what the program is."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from workstation import __version__


def choose_files(window: QWidget, folder: str, then: Callable[[Sequence[Path]], None]) -> None:
    """Let files be chosen, beginning in a folder."""
    dialog = QFileDialog(window, "Open files", folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    _ask(dialog, then)


def choose_folder(window: QWidget, title: str, folder: str, then: Callable[[Sequence[Path]], None]) -> None:
    """Let a folder be chosen, beginning in another one."""
    dialog = QFileDialog(window, title, folder)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    _ask(dialog, then)


def show_about(window: QWidget) -> None:
    """Say what the program is, and what it is not."""
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("About")
    box.setText(f"Workstation {__version__}")
    box.setInformativeText("Reads medical images. It is not a medical device; do not diagnose with it.")
    box.open()


def _ask(dialog: QFileDialog, then: Callable[[Sequence[Path]], None]) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    dialog.open()


def demo_folder() -> Path:
    """Give where the demo study goes."""
    from platformdirs import user_data_path

    return user_data_path("workstation", appauthor=False) / "demo"
