"""From a command to a window that can be used, and to the help of the batch face, both warm."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.row import Row
from benchmarks.timing import in_turns, process, warm_environment
from tests.screen import platform_for_tests, start_virtual_screen

ROUNDS = 9
USABLE_S, HELP_S = 0.7, 0.12

# Both sides say "usable" at the same moment: the window has been painted and the event loop has nothing left to do.
_SAY_USABLE = """
import sys
from PySide6.QtCore import QObject, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and watched.isWidgetType() and watched.window() is watched:
            QApplication.instance().removeEventFilter(self)
            QTimer.singleShot(0, lambda: (print("usable", flush=True), QApplication.exit(0)))
        return False
"""
_BARE = (
    _SAY_USABLE
    + """
app = QApplication([])
painted = Painted()
app.installEventFilter(painted)
window = QMainWindow()
window.resize(1600, 1000)
window.show()
sys.exit(app.exec())
"""
)
_OURS = (
    _SAY_USABLE
    + """
execute = QApplication.exec
painted = Painted()

def watched(*_):
    QApplication.instance().installEventFilter(painted)
    return execute()

QApplication.exec = watched
from workstation.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
)


def rows() -> Iterator[Row]:
    """Measure both."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**warm_environment(), **start_virtual_screen(), "HOME": folder, "XDG_RUNTIME_DIR": folder}
        for name in ("CONFIG", "DATA", "CACHE", "STATE"):
            environment[f"XDG_{name}_HOME"] = str(Path(folder, name.lower()))
        ours = [sys.executable, "-c", _OURS, "--library", str(Path(folder, "library.sqlite"))]
        yield _window(ours, [sys.executable, "-c", _BARE], environment)
    yield _help()


def _window(ours: Sequence[str], bare: Sequence[str], environment: dict[str, str]) -> Row:
    pairs = [(_until_usable(ours, environment), _until_usable(bare, environment)) for _ in range(ROUNDS + 1)][1:]
    return Row.at_most(
        "window usable, warm start",
        ours=statistics.median(pair[0] for pair in pairs),
        limit=USABLE_S,
        beside="bare PySide6 window",
        peer=statistics.median(pair[1] for pair in pairs),
        note=f"process start to first paint and an idle event loop, {platform_for_tests()}, median of {ROUNDS}",
    )


def _until_usable(command: Sequence[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, env=environment) as running:
        assert running.stdout is not None
        line = running.stdout.readline()
        seconds = time.perf_counter() - start
    if line != b"usable\n" or running.returncode:
        raise RuntimeError(f"the window did not come up: {line!r}, exit code {running.returncode}")
    return seconds


def _help() -> Row:
    interpreter = [sys.executable]
    ours, peer = in_turns(
        process([*interpreter, "-m", "workstation", "--batch", "--help"]),
        process([*interpreter, "-c", "pass"]),
        rounds=2 * ROUNDS + 1,
    )
    note = f"whole process, median of {2 * ROUNDS + 1}"
    return Row.at_most("`--batch --help`", ours=ours, limit=HELP_S, beside="`python -c pass`", peer=peer, note=note)
