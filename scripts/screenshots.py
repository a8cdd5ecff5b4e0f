"""Take the pictures of the documentation from the real window: `python scripts/screenshots.py build/demo`."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workstation.gui.session import Session

IMAGES = Path(__file__).parent.parent / "docs" / "images"
SIZE_PX = (1280, 800)
PATIENCE_S = 120.0
# What the person does before each picture, as commands of the window; which series comes up first is left to chance.
PICTURES = {
    "window-dark": ("dark", (*("previous-series",) * 10, "first", *("ten-on",) * 8)),
    "window-light": ("light", ("next-series",) * 10),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Open the study once for each picture, with a library and settings that are thrown away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path, help="a folder of DICOM files")
    study: Path = parser.parse_args(argv).study.absolute()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(
            {f"XDG_{name}_HOME": f"{home}/{name.lower()}" for name in ("CONFIG", "DATA", "CACHE", "STATE")}
        )
        for name, (theme, commands) in PICTURES.items():
            path = IMAGES / f"{name}.png"
            take(study, Path(home) / f"{name}.sqlite", path, theme=theme, commands=commands)
            print(path)
    return 0


def take(study: Path, library: Path, path: Path, *, theme: str, commands: Sequence[str]) -> None:
    """Open a study in the window, give the commands, and write what it then looks like."""
    from workstation.gui import theme as themes
    from workstation.gui.app import make_application
    from workstation.gui.main_window import MainWindow
    from workstation.gui.remembered import Remembered
    from workstation.gui.session import Session
    from workstation.settings import Settings

    settings = Settings.load().changed(theme=theme)
    make_application(settings)
    remembered = Remembered.load()
    window = MainWindow(themes.TOKENS[settings.theme], remembered)
    session = Session(window, remembered, settings, library_path=library)
    try:
        session.open([study])
        window.resize(*SIZE_PX)
        window.show()
        for command in ("", *commands):
            if command:
                session.command(command)
            _settle(session)
        window.grab().save(str(path), "PNG")
    finally:
        window.close()
        session.close()


def _settle(session: "Session") -> None:
    from PySide6.QtCore import QCoreApplication

    calm, end = 0, time.monotonic() + PATIENCE_S
    while calm < 10:
        if time.monotonic() > end:
            raise RuntimeError("the window does not come to rest")
        QCoreApplication.processEvents()
        time.sleep(0.02)
        calm = calm + 1 if session.is_settled else 0


if __name__ == "__main__":
    sys.exit(main())
