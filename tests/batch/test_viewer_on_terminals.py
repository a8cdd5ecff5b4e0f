"""``viewer`` on a terminal: a picture that fits in, nothing scrolled away, and the terminal as it was afterwards."""

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.samples import ROOT
from tests.terminal_samples import Emulator
from workstation.phantoms import small

SECONDS = 60


@pytest.fixture
def image(tmp_path: Path) -> Path:
    small.volume("axial").write(tmp_path)
    return tmp_path / "003.dcm"


def on_terminal(columns: int, rows: int, *words: object, term: str = "xterm-256color", **variables: str) -> bytes:
    """Run a command on a terminal that answers nothing; give what it was sent."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    before = termios.tcgetattr(theirs)
    environment = {"PYTHONPATH": str(ROOT), "TERM": term, "LANG": "C.UTF-8", "PATH": os.environ["PATH"], **variables}
    command = [sys.executable, "-m", "workstation", "--batch", "viewer", *map(str, words)]
    sent = b""
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=ROOT, start_new_session=True
    ) as process:
        while select.select([ours], [], [], 0 if process.poll() is not None else 0.05)[0] or process.poll() is None:
            with contextlib.suppress(BlockingIOError):
                sent += os.read(ours, 1 << 16) if select.select([ours], [], [], 0.05)[0] else b""
        assert process.wait(SECONDS) == 0, sent
    assert termios.tcgetattr(theirs) == before
    os.close(theirs)
    os.close(ours)
    return sent


def picture(sent: bytes) -> bytes:
    """Leave out what the terminal is asked, which is in the first line."""
    return sent.partition(b"\n")[2]


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 30), (40, 50), (36, 16)])
def test_that_a_picture_and_its_lines_fit_on_the_screen(image: Path, columns: int, rows: int) -> None:
    sent = on_terminal(columns, rows, image, "--show-info")

    emulator = Emulator(columns, rows)
    emulator.feed(sent)
    assert sent.count(b"\n") < rows
    text = "\n".join(emulator.screen.display)
    assert "Patient" in text
    assert "Small" in text
    assert emulator.screen.cursor.x == 0


def test_that_lines_are_beside_where_the_picture_is_larger_so(image: Path) -> None:
    wide, tall = Emulator(100, 20), Emulator(40, 60)
    wide.feed(on_terminal(100, 20, image, "--show-info"))
    tall.feed(on_terminal(40, 60, image, "--show-info"))

    beside = next(line for line in wide.screen.display if "Patient" in line)
    below = next(line for line in tall.screen.display if "Patient" in line)
    assert beside.index("Patient") > 40
    assert below.index("Patient") == 0


def test_that_a_dumb_terminal_gets_letters(image: Path) -> None:
    sent = on_terminal(80, 24, image, term="dumb")

    assert b"\x1b" not in sent
    assert sent.count(b"\n") > 10


def test_that_no_colour_is_sent_where_none_is_wanted(image: Path) -> None:
    assert b"\x1b" not in picture(on_terminal(80, 24, image, NO_COLOR="1"))


def test_that_what_is_asked_for_goes_before_what_the_terminal_can(image: Path) -> None:
    sent = picture(on_terminal(80, 24, image, "--mode", "ansi", "--color", "256", COLORTERM="truecolor"))

    assert b"\x1b[38;5;" in sent
    assert b"\x1b[38;2;" not in sent
