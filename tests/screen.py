"""A virtual screen for the window tests: an Xvfb of our own, so that nothing opens on anyone's desktop."""

import os
import select
import shutil
import subprocess
import sys
from pathlib import Path

START_S = 60.0


def platform_for_tests() -> str:
    """Tell which Qt platform the window tests run on here: a real X server's where there is one."""
    found = sys.platform.startswith("linux") and shutil.which("Xvfb") and shutil.which("setpriv")
    return "xcb" if found else "offscreen"


def start_virtual_screen(
    width_px: int = 1920, height_px: int = 1200, *, pixels_in: Path | None = None
) -> dict[str, str]:
    """Start a virtual screen and give the environment that leads a Qt program to it.

    It ends with this process, however that ends, and not before: Qt leaves the program at once when its server is gone.
    It keeps what it shows in the file ``Xvfb_screen0`` (XWD) of the folder ``pixels_in``, where that is given.
    """
    if platform_for_tests() == "offscreen":
        return {"QT_QPA_PLATFORM": "offscreen"}
    answer, tell = os.pipe()
    size = f"{width_px}x{height_px}x24"
    # The server picks a free number itself.
    command = ["setpriv", "--pdeathsig=TERM", "Xvfb", "-displayfd", str(tell), "-screen", "0", size]
    command += ["-dpi", "96", "-nolisten", "tcp", "-noreset"]
    command += ["-fbdir", str(pixels_in)] if pixels_in is not None else []
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=[tell])
    # Nobody waits for it; without this the interpreter would complain about a process that is still running.
    server.returncode = 0
    os.close(tell)
    return {"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":" + _number(answer)}


def _number(answer: int) -> str:
    with os.fdopen(answer) as lines:
        ready, _, _ = select.select([lines], [], [], START_S)
        number = lines.readline().strip() if ready else ""
    if not number:
        raise RuntimeError("Xvfb did not start")
    return number
