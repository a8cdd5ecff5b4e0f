"""Pictures for terminals: our encoders beside chafa on the same pictures, a series scrolled, the first picture."""

import fcntl
import os
import pty
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.row import Row
from benchmarks.slices import trunk_slices, write_slices
from benchmarks.timing import in_turns, warm_environment
from workstation.terminal.areas import LETTERS
from workstation.terminal.encoding.boxes import Box, Cell
from workstation.terminal.encoding.encoder import BlockShape, Mode

BOX, CELL = Box(120, 40), Cell(10, 20, is_told=True)
SIZE_PX = (1200, 800)
PICTURES, ROUNDS = 20, 3
SCROLLED, PICTURES_A_SECOND = 60, 20
FIRST_S = 0.5
LEAST_BYTES = 5000
PATIENCE_S = 30
FIRST_ROUNDS = 7
LONGEST_QUESTION = 5


class _Way(NamedTuple):
    name: str
    mode: Mode
    blocks: BlockShape
    chafa: Sequence[str]


_BLOCKS = ("--format", "symbols", "-c", "full", "-w", "1")
WAYS = (
    _Way("Sixel", "sixel", "half", ("--format", "sixels")),
    _Way("Kitty", "kitty", "half", ("--format", "kitty")),
    _Way("iTerm2", "iterm2", "half", ("--format", "iterm")),
    _Way("24-bit half blocks", "ansi", "half", (*_BLOCKS, "--symbols", "vhalf")),
    _Way("24-bit quarter blocks", "ansi", "quarter", (*_BLOCKS, "--symbols", "quad")),
)

_ENCODE = """
import sys
import numpy as np
from workstation.terminal.areas import LETTERS
from workstation.terminal.encoding.boxes import Box, Cell
from workstation.terminal.encoding.encoder import encoder_of

mode, blocks, columns, rows, width, height, *paths = sys.argv[1:]
encoder = encoder_of(mode, blocks=blocks)
for path in paths:
    with open(path, "rb") as file:
        data = file.read()
    shape = [int(side) for side in data.split(maxsplit=3)[1:3]][::-1]
    picture = np.frombuffer(data, np.uint8, offset=len(data) - 3 * shape[0] * shape[1]).reshape(*shape, 3)
    sys.stdout.buffer.write(encoder.lines(picture, Box(int(columns), int(rows)), Cell(int(width), int(height))))
"""

# Packages that are there for tests alone, which pydicom loads where they are.
_VIEW = """
import sys
sys.modules["gdcm"] = sys.modules["requests"] = None
from workstation.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
_VIEWER = (sys.executable, "-c", _VIEW, "--batch", "viewer")


def rows() -> Iterator[Row]:
    """Measure encoders, scrolling and the first picture."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        slices = trunk_slices(SCROLLED)
        paths = _written(folder, slices)
        for way in WAYS:
            yield from _beside_chafa(way, paths)
        files = write_slices(folder / "series", SCROLLED, pictures=slices)
        for way in WAYS:
            if way.mode != "iterm2":
                yield _scrolled(way, folder / "series")
        yield from _first(files[0], paths[0])


def _written(folder: Path, slices: Sequence[NDArray[np.uint16]]) -> list[Path]:
    """Write slices in a soft tissue window, in the middle of the box, as PPM files, which are read as they are."""
    paths = []
    for number, stored in enumerate(slices[:: len(slices) // PICTURES][:PICTURES]):
        grey = np.clip((stored.astype(np.float32) - 1024 + 160) * (255 / 400), 0, 255).astype(np.uint8)
        picture = np.zeros(SIZE_PX[::-1], np.uint8)
        side = SIZE_PX[1]
        left = (SIZE_PX[0] - side) // 2
        picture[:, left : left + side] = cv2.resize(grey, (side, side), interpolation=cv2.INTER_LINEAR)
        paths.append(folder / f"{number:03d}.ppm")
        paths[-1].write_bytes(b"P6\n%d %d\n255\n" % SIZE_PX + np.repeat(picture[:, :, None], 3, axis=2).tobytes())
    return paths


def _beside_chafa(way: _Way, paths: Sequence[Path]) -> Iterator[Row]:
    box = [str(number) for number in (BOX.columns, BOX.rows, CELL.width_px, CELL.height_px)]
    ours = [sys.executable, "-c", _ENCODE, way.mode, way.blocks, *box]
    peer = ["chafa", *way.chafa, "--font-ratio", "1/2", "-s", f"{BOX.columns}x{BOX.rows}"]
    many, one = [str(path) for path in paths], [str(paths[0])]
    stream, single = [], []
    for _ in range(ROUNDS + 1):
        of_many = in_turns(_drained([*ours, *many]), _drained([*peer, *many]), rounds=1)
        of_one = in_turns(_drained([*ours, *one]), _drained([*peer, *one]), rounds=1)
        single.append(of_one)
        stream.append([(all_of - first) / (len(paths) - 1) for all_of, first in zip(of_many, of_one, strict=True)])
    sizes = [len(_output([*command, *many])) / len(paths) for command in (ours, peer)]
    what = f"{way.name}, {BOX.columns}x{BOX.rows} characters of {CELL.width_px}x{CELL.height_px}"
    kilobytes = f"{sizes[0] / 1e3:.0f} KB a picture, chafa {sizes[1] / 1e3:.0f} KB"
    yield Row.at_least(
        f"{what}, a picture in a stream",
        ours=statistics.median(each[0] for each in stream),
        beside="chafa",
        peer=statistics.median(each[1] for each in stream),
        times=1.0,
        note=f"{kilobytes}; processes over {len(paths)} PPM files less those over one, median of {ROUNDS + 1}",
    )
    yield Row.at_most(
        f"{what}, one picture, whole process",
        ours=statistics.median(each[0] for each in single),
        limit=FIRST_S,
        beside="chafa",
        peer=statistics.median(each[1] for each in single),
        note="Python, numpy and OpenCV are loaded",
    )


def _drained(command: Sequence[str]) -> Callable[[], object]:
    return lambda: _output(command)


def _output(command: Sequence[str]) -> bytes:
    """Run a command whose input is a terminal of the size of the box, and take what it writes into a pipe."""
    outer, inner = _pseudo_terminal(BOX.columns, BOX.rows, *SIZE_PX)
    try:
        return subprocess.run(
            command, check=True, stdin=inner, stdout=subprocess.PIPE, stderr=inner, env=warm_environment()
        ).stdout
    finally:
        os.close(inner)
        os.close(outer)


def _scrolled(way: _Way, folder: Path) -> Row:
    """Scroll through a series that is read, with keys on a terminal that says when it has taken a picture."""
    has_dots = way.mode != "ansi"
    columns, rows = BOX.columns + (0 if has_dots else 2 * LETTERS), BOX.rows + 3
    size = (columns, rows, columns * CELL.width_px, rows * CELL.height_px)
    look = ["--window-center", "40", "--window-width", "400", "--frame", "1", "--zoom", str(SIZE_PX[0] / SIZE_PX[1])]
    shown = ["--mode", way.mode, "--blocks", way.blocks, "--color", "24bit", *look]
    with _Terminal([*_VIEWER, str(folder), "--interactive", *shown], size) as terminal:
        terminal.picture()
        for _ in range(SCROLLED - 1):
            terminal.press(b"]")
        taken = [terminal.press(b"[") for _ in range(SCROLLED - 1)]
        terminal.write(b"q")
    times, sizes = zip(*taken, strict=True)
    slowest = f"p99 {np.percentile(times, 99):.3f} s"
    return Row.at_most(
        f"{way.name}, series of 512x512 scrolled in {BOX.columns}x{BOX.rows} characters, a picture",
        ours=statistics.median(times),
        limit=1 / PICTURES_A_SECOND,
        beside=f"{PICTURES_A_SECOND} pictures a second",
        peer=1 / PICTURES_A_SECOND,
        note=f"viewer, key to picture taken, {slowest}; {statistics.mean(sizes) / 1e3:.0f} KB a picture",
    )


class _Terminal:
    """A terminal for the viewer: it answers what it is asked, and draws nothing."""

    _ANSWERS = (
        (b"\x1b[5n", b"\x1b[0n"),
        (b"\x1b[c", b"\x1b[?62;4;22c"),
        (b"\x1b[16t", b"\x1b[6;%d;%dt" % (CELL.height_px, CELL.width_px)),
    )

    def __init__(self, command: Sequence[str], size: tuple[int, int, int, int]) -> None:
        self._outer, inner = _pseudo_terminal(*size)
        self._running = subprocess.Popen(
            command, stdin=inner, stdout=inner, stderr=inner, env=_terminal_environment(), start_new_session=True
        )
        os.close(inner)
        self._tail = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            while os.read(self._outer, 1 << 16):
                pass
        os.close(self._outer)
        if self._running.wait(PATIENCE_S):
            raise RuntimeError(f"the viewer ended with {self._running.returncode}")

    def write(self, keys: bytes) -> None:
        os.write(self._outer, keys)

    def press(self, key: bytes) -> tuple[float, int]:
        """Give the seconds from a key to the end of the picture that it brings, and the bytes of that."""
        start = time.perf_counter()
        self.write(key)
        size = self.picture()
        return time.perf_counter() - start, size

    def picture(self) -> int:
        """Take what is sent up to the end of the next picture, and give how much that is."""
        size = 0
        while True:
            part = os.read(self._outer, 1 << 16)
            size += len(part)
            seen, self._tail = self._tail + part, part[-LONGEST_QUESTION:]
            found = [(question, answer) for question, answer in self._ANSWERS if seen.count(question)]
            for question, answer in found:
                self.write(answer)
                self._tail = self._tail.replace(question, b"")
            if any(question == b"\x1b[5n" for question, _ in found):
                return size


def _pseudo_terminal(columns: int, rows: int, width_px: int, height_px: int) -> tuple[int, int]:
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, width_px, height_px))
    return outer, inner


def _terminal_environment() -> dict[str, str]:
    return {**warm_environment(), "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}


def _first(file: Path, picture: Path) -> Iterator[Row]:
    """Run the viewer on a terminal that answers nothing, which takes it longest to find out."""
    peer = ["chafa", "--font-ratio", "1/2", "-s", f"{BOX.columns}x{BOX.rows}", str(picture)]
    for mode, name in (("ansi", "24-bit blocks"), ("sixel", "Sixel"), ("kitty", "Kitty")):
        ours = [*_VIEWER, str(file), "--mode", mode]
        pairs = [(_until_drawn(ours), _until_drawn(peer)) for _ in range(FIRST_ROUNDS + 1)][1:]
        yield Row.at_most(
            f"viewer of an uncompressed 512x512 CT in {name}, process start to all of the picture",
            ours=statistics.median(pair[0] for pair in pairs),
            limit=FIRST_S,
            beside="chafa, a PPM file in its blocks",
            peer=statistics.median(pair[1] for pair in pairs),
            note=f"on a terminal of {BOX.columns}x{BOX.rows} that answers nothing, median of {FIRST_ROUNDS}",
        )


def _until_drawn(command: Sequence[str]) -> float:
    """Run a command on a terminal of the size of the box, and give the seconds to the last of what it writes.

    It may go on: the viewer waits a little for late answers, so that the shell doesn't take them for keys.
    """
    start = time.perf_counter()
    outer, inner = _pseudo_terminal(BOX.columns, BOX.rows, *SIZE_PX)
    with subprocess.Popen(
        command, stdin=inner, stdout=inner, stderr=inner, env=_terminal_environment(), start_new_session=True
    ) as running:
        os.close(inner)
        written, last = 0, start
        with suppress(OSError):  # the end of a terminal
            while part := os.read(outer, 1 << 16):
                written += len(part)
                last = time.perf_counter()
    os.close(outer)
    if running.returncode or written < LEAST_BYTES:
        raise RuntimeError(f"{' '.join(command)} ended with {running.returncode} after {written} bytes")
    return last - start
