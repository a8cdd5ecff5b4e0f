"""``viewer`` on a terminal: a picture that fits in, nothing scrolled away, and the terminal as it was afterwards."""

from pathlib import Path

import numpy as np
import pytest

from tests.pseudo_terminal import PseudoTerminal
from tests.terminal_samples import Emulator
from tests.unit.display.files import write_image
from workstation.phantoms import small

FULL_SCREEN = b"\x1b[?1049h"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    small.volume("axial").write(tmp_path)
    return tmp_path


@pytest.fixture
def image(folder: Path) -> Path:
    return folder / "003.dcm"


def source(*words: object) -> str:
    """Give the program that runs the command."""
    return (
        f"import sys\nfrom workstation.__main__ import dicom_viewer\nsys.exit(dicom_viewer({[*map(str, words)]!r}))\n"
    )


def on_terminal(columns: int, rows: int, *words: object, code: int = 0, **variables: str) -> bytes:
    """Run a command on a terminal that answers nothing; give what it was sent."""
    with PseudoTerminal(columns=columns, rows=rows) as terminal:
        assert terminal.run(source(*words), environment=variables) == code, terminal.sent
        assert terminal.modes_left_on() == set()
        return terminal.sent


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


@pytest.mark.parametrize(("columns", "rows"), [(0, 0), (1, 1), (3, 2)])
def test_that_a_terminal_without_room_does_no_harm(image: Path, columns: int, rows: int) -> None:
    sent = on_terminal(columns, rows, image, "--show-info", "--mode", "ansi")

    assert b"Traceback" not in sent
    assert sent.count(b"\n") > 2


def test_that_lines_are_beside_where_the_picture_is_larger_so(image: Path) -> None:
    wide, tall = Emulator(100, 20), Emulator(40, 60)
    wide.feed(on_terminal(100, 20, image, "--show-info"))
    tall.feed(on_terminal(40, 60, image, "--show-info"))

    beside = next(line for line in wide.screen.display if "Patient" in line)
    below = next(line for line in tall.screen.display if "Patient" in line)
    assert beside.index("Patient") > 40
    assert below.index("Patient") == 0


@pytest.mark.parametrize("inputs", ["one image", "a series"])
def test_that_a_dumb_terminal_gets_letters(inputs: str, image: Path, folder: Path) -> None:
    sent = on_terminal(80, 24, image if inputs == "one image" else folder, TERM="dumb")

    assert b"\x1b" not in sent
    assert sent.count(b"\n") > 10


def test_that_no_colour_is_sent_where_none_is_wanted(image: Path) -> None:
    assert b"\x1b" not in picture(on_terminal(80, 24, image, NO_COLOR="1"))


def test_that_what_is_asked_for_goes_before_what_the_terminal_can(image: Path) -> None:
    sent = picture(on_terminal(80, 24, image, "--mode", "ansi", "--color", "256", COLORTERM="truecolor"))

    assert b"\x1b[38;5;" in sent
    assert b"\x1b[38;2;" not in sent


@pytest.mark.parametrize("flag", ["--no-interactive", "--frame=2", "--size=40x10", "--json", "--thumbnail"])
def test_that_several_images_are_printed_where_that_is_asked_for(flag: str, folder: Path) -> None:
    assert FULL_SCREEN not in on_terminal(80, 24, folder, flag)


@pytest.mark.parametrize(("what", "words"), [("series", []), ("image", ["--interactive"]), ("series", ["--show-info"])])
def test_that_several_images_or_one_on_demand_are_looked_at_with_keys(
    what: str, words: list[str], folder: Path, image: Path
) -> None:
    with PseudoTerminal(columns=80, rows=24) as terminal:
        found = terminal.modes_of_line()
        terminal.start(source(folder if what == "series" else image, *words))
        terminal.until(FULL_SCREEN)
        terminal.until(b"W 400 L 40")
        assert terminal.sent.partition(FULL_SCREEN)[0].endswith(b"\r\x1b[K")  # no progress is left behind
        terminal.type(b"q")
        assert terminal.end() == 0
        assert terminal.modes_left_on() == set()
        assert terminal.modes_of_line() == found


@pytest.mark.parametrize("words", [("--window-center=40", "--window-width=400"), ("--preset=file",)])
def test_that_a_series_that_cannot_be_read_does_not_keep_the_others_from_being_seen(
    words: tuple[str, ...], folder: Path, tmp_path: Path
) -> None:
    damaged = write_image(tmp_path / "a.dcm", np.zeros((9, 9), np.uint8), SeriesInstanceUID="2.25.7", SeriesNumber=0)
    damaged.write_bytes(damaged.read_bytes()[:-40])

    with PseudoTerminal(columns=80, rows=24) as terminal:
        terminal.start(source(damaged, folder, *words))
        terminal.until(b"Copy or request")
        terminal.type(b"n")
        terminal.until(b"W 400 L 40")
        terminal.type(b"q")
        assert terminal.end() == 0


def test_that_a_window_that_no_series_has_and_an_image_that_none_has_are_told(folder: Path) -> None:
    assert b"There is no window called 'nonsense'" in on_terminal(80, 24, folder, "--preset", "nonsense", code=1)
    assert b"It has 9 images." in on_terminal(80, 24, folder, "--frame=10", "--interactive", code=1)


def test_that_keys_need_a_terminal(image: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from workstation.batch.main import main

    assert main(["viewer", str(image), "--interactive"]) == 1
    assert "terminal" in capsys.readouterr().err
