"""Takes a picture of the real window: opens a study, does what a person does, and writes what is then seen."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from workstation.gui.session import Session

SIZE_PX = (1280, 800)
COLOURS = 128
"""Of a picture: there are greys and few others, and the files stay small."""
MEANS = 3
"""Rounds in which these colours are moved to the middle of those they stand for: else the ground has another tint."""
PATIENCE_S = 120.0
Step = str | Callable[["Session"], None]


@dataclass(frozen=True)
class Picture:
    """What a person does before a picture, as commands of the window and by hand; of the window, or its dialog.

    ``dialog_px`` is its size where the screen that is only in memory is too small for it.
    """

    steps: tuple[Step, ...]
    theme: str = "dark"
    is_dialog: bool = False
    dialog_px: tuple[int, int] | None = None


def take(paths: Sequence[Path], library: Path, path: Path, picture: Picture) -> None:
    """Open a study in the window, do what leads to the picture, and write what it then looks like."""
    from workstation.gui import theme as themes
    from workstation.gui.app import make_application
    from workstation.gui.main_window import MainWindow
    from workstation.gui.remembered import Remembered
    from workstation.gui.session import Session
    from workstation.settings import Settings

    settings = Settings.load().changed(theme=picture.theme)
    make_application(settings)
    remembered = Remembered()
    window = MainWindow(themes.TOKENS[settings.theme], remembered)
    session = Session(window, remembered, settings, library_path=library)
    try:
        session.open(paths)
        window.resize(*SIZE_PX)
        window.show()
        settle(session)
        for step in (*picture.steps, without_notes):
            if callable(step):
                step(session)
            else:
                window.actions_by_id[step].trigger()
            settle(session)
        if picture.dialog_px is not None:
            _dialog(window).resize(*picture.dialog_px)
            settle(session)
        _write(_dialog(window) if picture.is_dialog else window, path)
    finally:
        if picture.is_dialog:
            _dialog(window).close()
        window.close()
        session.close()


def without_notes(session: "Session") -> None:
    while session.notes.dismiss_newest():
        pass


def _dialog(window: "QWidget") -> "QWidget":
    from PySide6.QtWidgets import QApplication

    return next(each for each in QApplication.topLevelWidgets() if each.isVisible() and each is not window)


def _write(widget: "QWidget", path: Path) -> None:
    """Write a picture with few colours, so that the file is small."""
    from io import BytesIO

    from PIL import Image
    from PySide6.QtCore import QBuffer

    buffer = QBuffer()
    widget.grab().save(buffer, "PNG")
    with Image.open(BytesIO(buffer.data().data())) as grabbed:
        few = grabbed.convert("RGB").quantize(
            COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=MEANS, dither=Image.Dither.NONE
        )
        few.save(path, optimize=True)


def settle(session: "Session") -> None:
    from PySide6.QtCore import QCoreApplication

    calm, end = 0, time.monotonic() + PATIENCE_S
    while calm < 10:
        if time.monotonic() > end:
            raise RuntimeError("the window does not come to rest")
        QCoreApplication.processEvents()
        time.sleep(0.02)
        calm = calm + 1 if session.is_settled else 0
