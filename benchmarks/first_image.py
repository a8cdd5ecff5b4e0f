"""From a folder of 500 slices dropped on a running window to the first image on the screen, seen from outside."""

import mmap
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray

from benchmarks.row import Row
from benchmarks.slices import write_slices
from benchmarks.timing import seconds, warm_environment
from tests.screen import platform_for_tests, start_virtual_screen

SLICES, ROUNDS, LIMIT_S = 500, 7, 0.15
PATIENCE_S = 60.0

# Starts the real program, waits until it is at rest, and drops the folder as the window system would.
_DROP = """
import sys, time
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

folder = sys.argv.pop()

def drop():
    window = next(widget for widget in QApplication.topLevelWidgets() if widget.isVisible())
    middle = window.rect().center()
    target = window.childAt(middle) or window
    while not target.acceptDrops():
        target = target.parentWidget()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(folder)])
    rest = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    point = target.mapFrom(window, middle)
    print(time.monotonic(), flush=True)
    QApplication.sendEvent(target, QDragEnterEvent(point, *rest))
    QApplication.sendEvent(target, QDropEvent(QPointF(point), *rest))

execute = QApplication.exec

def started(*_):
    QTimer.singleShot(3000, drop)
    return execute()

QApplication.exec = started
from workstation.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def rows() -> Iterator[Row]:
    """Measure it, each time with a new window and an empty library."""
    if platform_for_tests() != "xcb":
        raise RuntimeError("This benchmark reads the pixels of a virtual X screen: install Xvfb (Debian: xvfb).")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = write_slices(folder / "slices", SLICES)
        screen = {**warm_environment(), **start_virtual_screen(pixels_in=folder)}
        watched = _Screen(folder / "Xvfb_screen0")
        ours = [_drop(folder, screen, watched, number) for number in range(ROUNDS + 1)][1:]
        peer = [seconds(partial(_decode, path)) for path in paths[:51]][1:]
    yield Row.at_most(
        f"folder of {SLICES} slices dropped, to the first image painted",
        ours=statistics.median(ours),
        limit=LIMIT_S,
        beside="pydicom.dcmread(…).pixel_array of one file",
        peer=statistics.median(peer),
        note=f"pixels of a virtual X screen, median of {ROUNDS}, slowest {max(ours):.3f} s",
    )


def _decode(path: Path) -> object:
    return pydicom.dcmread(path).pixel_array


def _drop(folder: Path, screen: dict[str, str], watched: "_Screen", number: int) -> float:
    home = folder / f"home{number}"
    environment = screen | {"HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    for part in ("CONFIG", "DATA", "CACHE", "STATE"):
        environment[f"XDG_{part}_HOME"] = str(home / part.lower())
    home.mkdir(mode=0o700)
    command = [sys.executable, "-c", _DROP, "--library", str(home / "library.sqlite"), str(folder / "slices")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, env=environment) as running:
        assert running.stdout is not None
        try:
            dropped = float(running.stdout.readline())
            return watched.wait_for_picture() - dropped
        finally:
            running.terminate()


class _Screen:
    """What an Xvfb shows, read from its mapped file (the header of an X window dump, colour cells, rows of BGRX)."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        head = np.frombuffer(mapped, ">u4", 25)
        start, height, stride = int(head[0]) + 12 * int(head[19]), int(head[5]), int(head[12])
        lines = np.frombuffer(mapped, np.uint8, stride * height, start).reshape(height, stride // 4, 4)
        self._pixels: NDArray[Any] = lines

    def wait_for_picture(self) -> float:
        """Give the monotonic time at which the middle grey of the slices fills the middle of the screen."""
        height, width = self._pixels.shape[:2]
        middle = self._pixels[height // 2 - 60 : height // 2 + 60 : 2, width // 2 - 60 : width // 2 + 60 : 2, 1]
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            values = middle.copy()
            if np.mean((values > 80) & (values < 180)) > 0.5 and len(np.unique(values)) > 10:
                return time.monotonic()
            time.sleep(0.001)
        raise RuntimeError(f"no image came up within {PATIENCE_S:.0f} s")
