"""The protocol of iTerm2, and the PNG files in it."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.terminal_samples import Picture, grey_rings, noise, slopes
from tests.unit.terminal.encoding.in_tmux import shown_through_tmux
from workstation.terminal.encoding.boxes import Box, Cell, fitting
from workstation.terminal.encoding.iterm2 import ITerm2
from workstation.terminal.encoding.png import as_png

CELL = Cell(10, 20, is_told=True)
STRING = re.compile(rb"\x1b\]1337;File=([^:]*):([A-Za-z0-9+/=]*)\x07")


def decoded(sent: bytes) -> tuple[dict[str, str], Image.Image]:
    found = STRING.search(sent)
    assert found, sent[:80]
    keys = dict(part.split("=") for part in found[1].decode().split(";"))
    file = base64.b64decode(found[2], validate=True)
    assert int(keys["size"]) == len(file)
    return keys, Image.open(io.BytesIO(file))


@pytest.mark.parametrize("picture", [grey_rings(200, 300), slopes(200, 300)], ids=["grey", "colours"])
def test_that_a_picture_comes_back_exactly(picture: Picture) -> None:
    sent = ITerm2().placed(picture, Box(30, 10), CELL, column=7, row=4)
    assert sent.startswith(b"\x1b[5;8H\x1b]1337;")
    keys, image = decoded(sent)
    assert {name: keys[name] for name in ("inline", "width", "height", "preserveAspectRatio")} == {
        "inline": "1",
        "width": "30",
        "height": "10",
        "preserveAspectRatio": "0",
    }
    assert (image.format, image.mode) == ("PNG", "L" if (picture[:, :, 0] == picture[:, :, 1]).all() else "RGB")
    assert (np.asarray(image.convert("RGB")) == picture).all()


def test_that_it_is_sent_once_and_again_after_it_was_cleared() -> None:
    encoder, picture = ITerm2(), slopes(40, 30)
    sent = encoder.placed(picture, Box(3, 2), CELL, column=0, row=0)
    assert encoder.placed(picture.copy(), Box(3, 2), CELL, column=0, row=0) == b""
    assert encoder.placed(picture, Box(3, 2), CELL, column=1, row=0).startswith(b"\x1b[1;2H")
    encoder.cleared()
    assert encoder.placed(picture, Box(3, 2), CELL, column=0, row=0) == sent


def test_that_lines_make_their_room_first_and_end_below() -> None:
    sent = ITerm2().lines(slopes(40, 30), Box(3, 2), CELL)
    assert sent.startswith(b"\n\n\x1b[2A\r\x1b7\x1b]1337;")
    assert sent.endswith(b"\x07\x1b8\x1b[2B\r")


def test_that_a_picture_that_tmux_would_drop_is_a_jpeg() -> None:
    box = Box(120, 40)
    for picture, kind in ((slopes(800, 1200), "PNG"), (noise(800, 1200), "JPEG")):
        sent = ITerm2(through_tmux=True).placed(picture, box, CELL, column=0, row=0)
        assert len(sent) < 1 << 20
        assert sent.count(b"\x1b") == 1 + 1 + 2 + 1, "moved, wrapped, doubled, ended"
        _, image = decoded(sent.replace(b"\x1b\x1b", b"\x1b"))
        assert image.format == kind
        assert image.size == (1200, 800)


@pytest.mark.parametrize("size", [(6, 8), (200, 300)], ids=["shorter than a batch", "longer"])
def test_that_a_real_tmux_passes_it_on_where_the_cursor_is(
    size: tuple[int, int], tool: Callable[[str], str], tmp_path: Path
) -> None:
    program = f"""
import sys
from tests.terminal_samples import noise
from workstation.terminal.encoding.boxes import Box, Cell
from workstation.terminal.encoding.iterm2 import ITerm2

sent = ITerm2(through_tmux=True).placed(noise{size}, Box(30, 10), Cell(), column=7, row=4)
sys.stdout.buffer.write(sent)
sys.stdout.buffer.flush()
"""
    seen = shown_through_tmux(tool("tmux"), program, tmp_path, columns=80, rows=24)
    _, image = decoded(seen)
    assert (np.asarray(image.convert("RGB")) == noise(*size)).all()
    assert seen[: seen.index(b"\x1b]1337;")].endswith(b"\x1b[5;8H")


@settings(deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.booleans(), st.integers(0, 9))
def test_that_any_picture_is_a_png(height: int, width: int, is_grey: bool, seed: int) -> None:
    picture = noise(height, width, seed=seed, is_grey=is_grey)
    image = Image.open(io.BytesIO(as_png(picture)))
    image.verify()
    again = Image.open(io.BytesIO(as_png(picture)))
    assert (np.asarray(again.convert("RGB")) == picture).all()


def test_that_a_colour_in_one_row_is_seen() -> None:
    picture = grey_rings(33, 20)
    picture[17, 3, 2] ^= 1
    image = Image.open(io.BytesIO(as_png(picture)))
    assert (np.asarray(image.convert("RGB")) == picture).all()


@settings(deadline=None)
@given(st.tuples(st.integers(1, 30), st.integers(1, 30)), st.tuples(st.integers(1, 5), st.integers(1, 4)))
def test_that_any_picture_fills_any_box(size: tuple[int, int], characters: tuple[int, int]) -> None:
    picture = noise(2 * size[0], 2 * size[1])[::-2, ::2]
    encoder, box = ITerm2(), Box(*characters)
    keys, image = decoded(encoder.placed(picture, box, CELL, column=0, row=0))
    assert (keys["width"], keys["height"]) == (str(box.columns), str(box.rows))
    assert (np.asarray(image.convert("RGB")) == fitting(picture, box, CELL)).all()
