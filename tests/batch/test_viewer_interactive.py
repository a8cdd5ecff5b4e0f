"""``viewer --interactive`` as a person has it: on a pseudo-terminal with keys and a mouse, and in a real tmux."""

import os
import re
import select
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pydicom
import pytest

from tests.pseudo_terminal import PseudoTerminal
from tests.terminal_samples import Emulator
from tests.tmux import Tmux
from workstation.phantoms import small
from workstation.phantoms.writing import save

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs terminals of POSIX")

STATUS_REQUEST, READY = b"\x1b[5n", b"\x1b[0n"
BEGUN = b"\x1b[?1049h"
UP, DOWN, RIGHT, END = b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[F"


@pytest.fixture
def series(tmp_path: Path) -> Path:
    folder = tmp_path / "series"
    folder.mkdir()
    small.volume("axial").write(folder)
    return folder


class Person:
    """Somebody at a terminal, who waits for what is to be seen before the next key is pressed."""

    def __init__(self, *words: object, columns: int = 80, rows: int = 24) -> None:
        self._answered = self._fed = 0
        self.terminal = PseudoTerminal(self._answer, columns=columns, rows=rows)
        command = ["viewer", *map(str, words)]
        source = f"import sys; from workstation.batch.main import main; sys.exit(main({command!r}))"
        self.process = self.terminal.start(source)
        self.emulator = Emulator(columns, rows)
        self.terminal.until(BEGUN)
        self._fed = self.terminal.sent.index(BEGUN)

    def __enter__(self) -> "Person":
        return self

    def __exit__(self, *error: object) -> None:
        self.terminal.__exit__(*error)

    @property
    def lines(self) -> list[str]:
        """What is on the screen."""
        fresh = self.terminal.sent[self._fed :]
        self._fed += len(fresh)
        self.emulator.feed(fresh)
        return [str(line) for line in self.emulator.screen.display]

    def waits_for(self, pattern: str) -> "re.Match[str]":
        """Wait until a line matches."""
        while True:
            found = [match for line in self.lines if (match := re.search(pattern, line))]
            if found:
                return found[0]
            assert self.terminal._receive(), "\n".join(self.lines)

    def types(self, keys: bytes) -> None:
        self.terminal.type(keys)

    def _answer(self, sent: bytes) -> bytes:
        owed = sent.count(STATUS_REQUEST) - self._answered
        self._answered += owed
        return READY * owed


def slice_of(folder: Path, number: int) -> pydicom.Dataset:
    """The slice that is ``number`` from the feet, from 1."""
    return sorted((pydicom.dcmread(path) for path in folder.iterdir()), key=lambda ds: ds.ImagePositionPatient[2])[
        number - 1
    ]


def test_a_look_at_a_series_from_the_first_key_to_the_last(series: Path) -> None:
    with Person(series) as person:
        person.waits_for(r"image 5/9 +W 400 L 40 HU")
        person.types(DOWN + DOWN + UP)
        person.waits_for(r"image 6/9 +W 400")
        person.types(b"\x1b[<65;40;12M" * 5)
        person.waits_for(r"image 9/9 +W 400")
        person.types(b"\x1b[<0;30;10M\x1b[<32;35;10M\x1b[<32;40;10M\x1b[<0;40;10m")
        person.waits_for(r"image 9/9 +W 556 L 40 HU")
        person.types(b"p" + RIGHT)
        match = person.waits_for(r"x (\d+), y (\d+) · (-?\d+) HU · ([LR]) ([\d.]+) ")
        ds = slice_of(series, 9)
        column, row = int(match[1]), int(match[2])
        assert int(match[3]) == ds.pixel_array[row, column] * ds.RescaleSlope + ds.RescaleIntercept
        x = float(ds.ImagePositionPatient[0]) + column * float(ds.PixelSpacing[1])
        assert match[4] == ("L" if x >= 0 else "R")
        assert float(match[5]) == pytest.approx(abs(x), abs=0.051)
        person.types(b"d\r" + RIGHT * 3 + DOWN * 4 + b"\r")
        match = person.waits_for(r"Length ([\d.]+) mm by Pixel Spacing \(0028,0030\)")
        down, across = (float(each) for each in ds.PixelSpacing)
        assert float(match[1]) == pytest.approx(np.hypot(3 * across, 4 * down), abs=0.051)
        person.types(b"m")
        person.waits_for(r"plane \d+/9 +axial +W")
        person.types(b"t")
        person.waits_for(r"SOPClassUID")
        person.types(b"/patientname\r")
        person.waits_for(r"\(0010,0010\) PN PatientName +Small\^Phantom")
        person.types(b"qq")
        assert person.terminal.end() == 0
        assert person.terminal.modes_left_on() == set()


def test_that_a_change_of_size_in_the_middle_draws_anew(series: Path) -> None:
    with Person(series) as person:
        person.waits_for(r"image 5/9 +W 400")
        person.terminal.resize(60, 18)
        person.emulator = Emulator(60, 18)
        person.types(DOWN)
        person.waits_for(r"^ image 6/9 +W 400")
        assert person.lines[16].startswith(" image 6/9")
        picture = person.emulator.quarters(column=2, row=1, columns=56, rows=15, letters="RL")
        assert picture.max() > 40
        person.terminal.resize(20, 5)
        person.emulator = Emulator(20, 5)
        person.waits_for(r"needs 24x8")
        person.types(b"q")
        assert person.terminal.end() == 0


@pytest.mark.parametrize("way", ["key", "signal"])
def test_that_ctrl_c_ends_it_at_once_and_the_terminal_is_as_it_was(series: Path, way: str) -> None:
    with Person(series) as person:
        person.waits_for(r"image 5/9 +W 400")
        if way == "key":
            person.types(b"\x03")
        else:
            os.kill(person.process.pid, signal.SIGTERM)
        assert person.terminal.end() != 0
        assert person.terminal.modes_left_on() == set()


def test_that_a_terminal_that_goes_away_ends_it(series: Path) -> None:
    with Person(series) as person:
        person.waits_for(r"image 5/9 +W 400")
        person.terminal.hang_up()
        assert person.process.wait(60) is not None


def test_that_two_studies_are_compared_and_scroll_together(series: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for number, path in enumerate(sorted(series.iterdir())):
        ds = pydicom.dcmread(path)
        ds.SeriesInstanceUID, ds.SOPInstanceUID, ds.SeriesDescription = "1.2.3", f"1.2.3.{number}", "every second"
        if number % 2 == 0:
            save(ds, other / path.name)
    with Person("--compare", series, other, columns=100) as person:
        person.waits_for(r"> 1 CT axial")
        person.waits_for(r"image 5/9 +W 400.*linked")
        person.types(END)
        person.waits_for(r"image 9/9")
        person.types(b"\t")
        match = person.waits_for(r"image (\d+)/(\d+) +W 400")
        assert match[1] == match[2]
        person.types(b"q")
        assert person.terminal.end() == 0


@pytest.fixture
def tmux(tool: Callable[[str], str]) -> Iterator[Tmux]:
    with (
        TemporaryDirectory(prefix="tmux", ignore_cleanup_errors=True) as folder,
        Tmux(tool("tmux"), Path(folder), columns=90, rows=30) as running,
    ):
        yield running


def test_that_tmux_shows_it_and_has_its_terminal_back(tmux: Tmux, series: Path) -> None:
    before, pipe = tmux.modes(), tmux.folder / "sent"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    tmux.tell("pipe-pane", f"cat > {pipe}")

    def sees(pattern: str) -> "re.Match[str]":
        """Look at the screen each time that something was sent."""
        while True:
            match = re.search(pattern, "\n".join(tmux.screen()))
            if match:
                return match
            assert select.select([reader], [], [], 60)[0], tmux.screen()
            os.read(reader, 1 << 20)

    try:
        tmux.enter(f"$PYTHON -m workstation --batch viewer {series} --mode ansi")
        sees(r"image 5/9 +W 400 L 40 HU")
        assert "▄" in "\n".join(tmux.screen())
        tmux.type("Down", "p", "Right")
        match = sees(r"x (\d+), y (\d+) · (-?\d+) HU")
        ds = slice_of(series, 6)
        value = ds.pixel_array[int(match[2]), int(match[1])] * ds.RescaleSlope + ds.RescaleIntercept
        assert int(match[3]) == value
        tmux.tell("resize-window", "-x", "70", "-y", "20")
        sees(r"(?m)^ image 6/9 .*\n.*HU.*\Z")
        assert len(tmux.screen()) == 20
        tmux.type("q")
        tmux.wait_for_prompt()
        assert tmux.modes() == before
    finally:
        os.close(reader)
