"""``viewer`` in the modes that take pictures: what is sent is decoded, and is what rendering gives."""

import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.batch.test_viewer import RAMP, WINDOW, WINDOWED, printed
from tests.kitty_terminal import KittyTerminal
from tests.sixel_decoder import decode
from tests.terminal_samples import Emulator
from tests.unit.display.files import write_image
from tests.unit.terminal.encoding.test_iterm2 import decoded
from workstation.display.render import render
from workstation.display.view import View
from workstation.model.image import Image
from workstation.terminal.encoding.boxes import Box, Cell
from workstation.terminal.encoding.encoder import Mode
from workstation.terminal.fitting import Fitted
from workstation.terminal.layout import Page

PICTURE = re.compile(rb"\x1bP[^\x1b]*\x1b\\")
ROOM = ("--size", "32x12")
SIZE_PX = (320, 240)
"""Of 32 by 12 characters of ten by twenty pixels."""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_image(tmp_path / "a.dcm", RAMP)


@pytest.fixture
def rendered(source: Path) -> NDArray[np.uint8]:
    return render(Image.open(source).frame(), View(WINDOW), SIZE_PX)


def test_that_sixel_is_what_is_rendered(
    source: Path, rendered: NDArray[np.uint8], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    sent = printed(capfdbinary, source, "--mode", "sixel", *ROOM, *WINDOWED)

    shown = decode(PICTURE.search(sent)[0])  # type: ignore[index]  # it is there, or the test fails
    assert shown.rgb.shape == rendered.shape
    assert np.abs(shown.rgb - rendered).max() <= 2  # sixel has percents of each colour


def test_that_kitty_is_what_is_rendered(
    source: Path, rendered: NDArray[np.uint8], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    terminal = KittyTerminal(80, 24)
    terminal.feed(printed(capfdbinary, source, "--mode", "kitty", *ROOM, *WINDOWED))

    (shown,) = terminal.placements.values()
    np.testing.assert_array_equal(shown.picture, rendered)
    assert (shown.columns, shown.rows, shown.column, shown.row) == (32, 12, 0, 0)
    assert "W 900 L 100" in terminal.screen.display[12]


def test_that_iterm2_is_what_is_rendered(
    source: Path, rendered: NDArray[np.uint8], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    keys, shown = decoded(printed(capfdbinary, source, "--mode", "iterm2", *ROOM, *WINDOWED))

    np.testing.assert_array_equal(np.asarray(shown.convert("RGB")), rendered)
    assert (keys["width"], keys["height"]) == ("32", "12")


def test_that_zoom_and_pan_are_those_of_the_view(source: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    terminal = KittyTerminal(80, 24)
    terminal.feed(
        printed(capfdbinary, source, "--mode", "kitty", *ROOM, *WINDOWED, "--zoom", 3, "--pan=4,-2", "--invert")
    )

    (shown,) = terminal.placements.values()
    view = View(WINDOW, inverted=True, zoom=30, centre_px=(15.5 + 4, 11.5 - 2))
    np.testing.assert_array_equal(shown.picture, render(Image.open(source).frame(), view, SIZE_PX))


def test_that_frames_of_a_film_are_told_apart(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    frames = np.stack([RAMP, RAMP[::-1], RAMP[:, ::-1]])
    source = write_image(tmp_path / "a.dcm", frames)
    for number in (1, 2, 3):
        terminal = KittyTerminal(80, 24)
        terminal.feed(printed(capfdbinary, source, "--mode", "kitty", *ROOM, *WINDOWED, "--frame", number))
        (shown,) = terminal.placements.values()
        expected = render(Image.open(source).frame(number - 1), View(WINDOW), SIZE_PX)
        np.testing.assert_array_equal(shown.picture, expected)


def test_that_a_row_of_thumbnails_is_one_picture(source: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    terminal = KittyTerminal(80, 40)
    terminal.feed(printed(capfdbinary, source, source, "--thumbnail", "--mode", "kitty", *ROOM, *WINDOWED))

    (shown,) = terminal.placements.values()
    assert (shown.columns, shown.rows) == (32, 12)  # the same file twice is one image
    np.testing.assert_array_equal(shown.picture, render(Image.open(source).frame(), View(WINDOW), SIZE_PX))


@pytest.mark.parametrize("count", [2, 5])
def test_that_lines_beside_a_picture_are_beside_it_and_the_cursor_ends_below(count: int) -> None:
    box = Box(10, 5)
    place = Fitted(box, (100, 100), View())
    lines = tuple(f"line {number}" for number in range(count))
    mode: Mode = "kitty"
    from workstation.terminal.encoding.encoder import encoder_of

    drawn = encoder_of(mode).lines(np.zeros((100, 100, 3), np.uint8), box, Cell())

    terminal = KittyTerminal(40, 12)
    terminal.feed(b"$ \n" + Page(place, lines, is_beside=True, encoding="utf-8", has_dots=True).joined(drawn) + b"$")

    assert [line[12:].rstrip() for line in terminal.screen.display[1 : 1 + count]] == list(lines)
    assert terminal.screen.display[6].rstrip() == "$"
    (shown,) = terminal.placements.values()
    assert (shown.column, shown.row) == (0, 1)


def test_that_lines_beside_letters_are_beside_them() -> None:
    place = Fitted(Box(4, 2), (4, 2), View())
    page = Page(place, ("one", "zwei ü"), is_beside=True, encoding="ascii", has_dots=False)
    emulator = Emulator(20, 5)
    emulator.feed(page.joined(b"####\n####\n"))
    assert [line.rstrip() for line in emulator.screen.display[:3]] == ["####  one", "####  zwei ?", ""]
