"""What is seen from outside: real wheel clicks and drags to changed pixels of a virtual screen, beside other programs.

The events and the clock are those of a script that measures any program in the same way (``shared/bench/screen.py``
beside the project); what it found of others, on another machine, is told in the notes.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.row import Row
from benchmarks.slices import trunk_slices, write_slices
from benchmarks.timing import warm_environment

SCREEN = Path("..", "shared", "bench", "screen.py")
SLICES, ROUNDS = 275, 5

# Starts the real program on a folder, and says when every slice has been decoded.
_PROGRAM = f"""
import sys
SLICES = {SLICES}
# What the tests and benchmarks need besides is not there where the program is installed, and takes time to load.
sys.modules["gdcm"] = sys.modules["requests"] = None
print("LOADING", flush=True)
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

execute = QApplication.exec

def look():
    from workstation.gui.session import Session
    session = next(found for widget in QApplication.topLevelWidgets() for found in widget.findChildren(Session))
    if session.viewer is None or session.viewer.active.stack is None:
        return
    frames = session.viewer.active.stack.frames
    cache = session.streaming.frames.cache
    if len(frames) == SLICES and cache.count_of(frames[0].instance.series_instance_uid) == SLICES:
        timer.stop()
        print("LOADED", flush=True)

def started(*_):
    global timer
    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(10)
    return execute()

QApplication.exec = started
from workstation.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def rows() -> Iterator[Row]:
    """Measure a stack; without the script there is nothing to say."""
    if not SCREEN.exists():
        raise RuntimeError(f"This benchmark needs {SCREEN}, which measures any program on a virtual screen.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_slices(folder / "slices", SLICES, pictures=trunk_slices(20))
        _run(folder, 0)  # compiles and fills caches
        runs = [_run(folder, number + 1) for number in range(ROUNDS)]
    first = statistics.median(run["start_to_picture_ms"] for run in runs) / 1000
    every = statistics.median(run["loading_to_all_ms"] for run in runs) / 1000
    others = "others, elsewhere: Aeskulap 0.69 s, dwv 1.5, OHIF 8"
    yield Row.at_most(
        f"workstation FOLDER of {SLICES} slices, process start to picture",
        ours=first, limit=1.0, beside="all slices read", peer=every, note=others,
    )  # fmt: skip
    yield Row.at_most(
        f"workstation FOLDER, process start to all {SLICES} slices read",
        ours=every, limit=1.3, beside="first picture", peer=first,
    )  # fmt: skip
    for what, limit in (("median", 0.007), ("p99", 0.010)):
        yield Row.at_most(
            f"wheel click to the last changed pixel on the screen, {what}",
            ours=statistics.median(run["wheel"]["to_last_change_ms"][what] for run in runs) / 1000,
            limit=limit,
            beside="first changed pixel",
            peer=statistics.median(run["wheel"]["to_first_change_ms"][what] for run in runs) / 1000,
            note="others, elsewhere: Aeskulap 7 and 10 ms, dwv 15 and 28, Cornerstone3D 57 and 76, OHIF 88 and 104",
        )


def _run(folder: Path, number: int) -> dict[str, Any]:
    home = folder / f"home{number}"
    home.mkdir()
    environment = warm_environment() | {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "QT_QPA_PLATFORM": "xcb"}
    for part in ("CONFIG", "DATA", "CACHE", "STATE"):
        environment[f"XDG_{part}_HOME"] = str(home / part.lower())
    result = folder / f"result{number}.jsonl"
    command = [sys.executable, str(SCREEN.resolve()), "workstation", str(result), "--fill", "--at", "760,430"]
    command += ["--", sys.executable, "-c", _PROGRAM, "--library", str(home / "l.sqlite"), str(folder / "slices")]
    subprocess.run(command, check=True, capture_output=True, env=environment, timeout=300)
    found: dict[str, Any] = json.loads(result.read_text().splitlines()[-1])
    if "error" in found:
        raise RuntimeError(f"the program showed {found['error']}")
    return found
