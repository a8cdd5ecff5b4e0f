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
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.row import Row
from benchmarks.slices import trunk_slices, write_slices
from benchmarks.timing import in_turns, warm_environment
from workstation.display.render import render
from workstation.display.view import View
from workstation.model.frame import Window
from workstation.model.image import Image
from workstation.terminal.encoding.boxes import Box, Cell
from workstation.terminal.encoding.encoder import BlockShape, Mode, encoder_of
from workstation.terminal.fitting import fitted
from workstation.terminal.sheet import Sheet

BOX, CELL = Box(120, 40), Cell(10, 20, is_told=True)
SIZE_PX = (1200, 800)
PICTURES, ROUNDS = 20, 3
SCROLLED, PICTURES_A_SECOND = 60, 20
FIRST_S = 0.5
LEAST_BYTES = 5000


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
                yield _scrolled(way, files)
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
    outer, inner = pty.openpty()
    try:
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", BOX.rows, BOX.columns, *SIZE_PX))
        return subprocess.run(
            command, check=True, stdin=inner, stdout=subprocess.PIPE, stderr=inner, env=warm_environment()
        ).stdout
    finally:
        os.close(inner)
        os.close(outer)


def _scrolled(way: _Way, files: Sequence[Path]) -> Row:
    """Render and encode each slice of a series that is read, over the one before, filling the box."""
    frames = [Image.open(path).frame() for path in files]
    view = View(voi=Window(40, 400), overlays=False)
    sheet = Sheet(encoder_of(way.mode, blocks=way.blocks), way.mode, BOX.columns, BOX.rows, CELL)
    sizes, times = [], []
    for number in [*range(len(frames)), *reversed(range(len(frames)))]:
        start = time.perf_counter()
        place = fitted(frames[number], view, sheet, (BOX.columns, BOX.rows), zoom=SIZE_PX[0] / SIZE_PX[1])
        picture = render(frames[number], place.view, place.size_px)
        sent = sheet.encoder.placed(picture, place.box, CELL, column=0, row=0)
        times.append(time.perf_counter() - start)
        sizes.append(len(sent))
    if place.box != BOX:
        raise RuntimeError(f"the picture does not fill the box: {place.box}")
    return Row.at_most(
        f"{way.name}, series of 512x512 scrolled in {BOX.columns}x{BOX.rows} characters, a picture",
        ours=statistics.median(times),
        limit=1 / PICTURES_A_SECOND,
        beside=f"{PICTURES_A_SECOND} pictures a second",
        peer=1 / PICTURES_A_SECOND,
        note=f"rendered and encoded; p99 {np.percentile(times, 99):.3f} s; {statistics.mean(sizes) / 1e3:.0f} KB each",
    )


def _first(file: Path, picture: Path) -> Iterator[Row]:
    """Run the viewer on a terminal that answers nothing, which takes it longest to find out."""
    viewer = [sys.executable, "-c", _VIEW, "--batch", "viewer", str(file), "--mode"]
    peer = _on_terminal(["chafa", "--font-ratio", "1/2", "-s", f"{BOX.columns}x{BOX.rows}", str(picture)])
    for mode, name in (("ansi", "24-bit blocks"), ("sixel", "Sixel"), ("kitty", "Kitty")):
        ours, others = in_turns(_on_terminal([*viewer, mode]), peer, rounds=ROUNDS)
        yield Row.at_most(
            f"viewer of an uncompressed 512x512 CT in {name}, process start to its end",
            ours=ours,
            limit=FIRST_S,
            beside="chafa, a PPM file in its blocks",
            peer=others,
            note=f"on a terminal of {BOX.columns}x{BOX.rows} that stays silent when it is asked",
        )


def _on_terminal(command: Sequence[str]) -> Callable[[], object]:
    """Give a call that runs a command on a terminal of the size of the box, and takes what it writes."""
    environment = {**warm_environment(), "TERM": "xterm-256color", "COLORTERM": "truecolor"}

    def run() -> None:
        outer, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", BOX.rows, BOX.columns, *SIZE_PX))
        with subprocess.Popen(
            command, stdin=inner, stdout=inner, stderr=inner, env=environment, start_new_session=True
        ) as running:
            os.close(inner)
            written = 0
            with suppress(OSError):  # the end of a terminal
                while part := os.read(outer, 1 << 16):
                    written += len(part)
        os.close(outer)
        if running.returncode or written < LEAST_BYTES:
            raise RuntimeError(f"{' '.join(command)} ended with {running.returncode} after {written} bytes")

    return run
