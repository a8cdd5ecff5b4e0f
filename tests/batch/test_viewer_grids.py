"""Several pictures of ``viewer`` at once: thumbnails in a grid, two images side by side."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.batch.test_interrupted import interrupted
from tests.batch.test_viewer import BLOCKS, RAMP, WINDOW, WINDOWED, printed
from tests.terminal_samples import Emulator
from tests.unit.display.files import write_image
from workstation.batch.main import main
from workstation.display.render import render
from workstation.display.view import View
from workstation.model.image import Image
from workstation.phantoms import small


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a series and a film, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    small.volume("axial").write(tmp_path / "series")
    (cine,) = small.volume("enhanced").write(tmp_path)
    cine.rename(tmp_path / "cine.dcm")
    return tmp_path


def screen_of(sent: bytes) -> Emulator:
    emulator = Emulator(80, 400)
    emulator.feed(sent)
    return emulator


def greys(emulator: Emulator, column: int, row: int, columns: int, rows: int) -> NDArray[np.int_]:
    seen = emulator.quarters(column=column, row=row, columns=columns, rows=rows)
    return seen[:, ::2, 0].astype(np.int_)


def test_that_each_file_that_is_named_has_a_thumbnail_with_its_name(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    files = sorted((folder / "series").iterdir())

    lines = screen_of(printed(capfdbinary, *files, "--thumbnail", *BLOCKS, "--size", "24x8")).screen.display

    across = 3
    captions = [line.split() for line in lines[8 :: 8 + 3] if line.strip()]
    assert [len(each) for each in captions] == [across] * (len(files) // across)
    assert len(files) % across == 0
    assert sorted(name for each in captions for name in each) == [file.name for file in files]


def test_that_a_folder_has_a_thumbnail_for_each_series(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (row,) = printed(capfdbinary, folder, "--thumbnail", "--json").splitlines()

    told = json.loads(row)["pictures"]
    count = len(list((folder / "series").iterdir()))
    assert sorted(each["caption"][1] for each in told) == [f"{count} frames", f"{count} images"]
    assert len({each["source"] for each in told}) == 2


def test_that_a_thumbnail_is_the_picture(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    sources = [write_image(tmp_path / "a.dcm", RAMP), write_image(tmp_path / "b.dcm", RAMP[::-1].copy())]

    sent = printed(capfdbinary, *sources, "--thumbnail", *BLOCKS, "--size", "32x12", *WINDOWED)

    emulator = screen_of(sent)
    names = emulator.screen.display[12].split()
    for name, column in zip(names, (0, 34), strict=True):
        expected = render(Image.open(tmp_path / name).frame(), View(WINDOW), (32, 24))[..., 0].astype(np.int_)
        assert np.abs(greys(emulator, column, 0, 32, 12) - expected).max() <= 1


def test_that_what_cannot_be_read_has_a_caption_and_ends_with_1(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (folder / "notes.txt").write_text("no image")
    data = (folder / "series" / "001.dcm").read_bytes()
    (folder / "short.dcm").write_bytes(data[: len(data) - 200])

    words = ["viewer", "series/002.dcm", "notes.txt", "short.dcm", "--thumbnail", "--size", "24x6"]
    assert main(words) == 1

    out, err = capfdbinary.readouterr()
    lines = out.decode().splitlines()
    assert lines[6].split() == ["short.dcm", "002.dcm", "notes.txt"]
    assert "DICOM" in lines[7][52:]
    assert lines[7][:26].strip()
    assert len(err.splitlines()) == 2


def test_that_a_hundred_thumbnails_come_row_by_row(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    source = write_image(tmp_path / "00.dcm", RAMP)
    for number in range(1, 20):
        shutil.copy(source, tmp_path / f"{number:02}.dcm")

    rows = printed(capfdbinary, *sorted(tmp_path.iterdir()), "--thumbnail", "--json").splitlines()

    assert [len(json.loads(each)["pictures"]) for each in rows] == [3, 3, 3, 3, 3, 3, 2]


def test_that_two_images_are_in_one_window_and_one_scale(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    fine = write_image(tmp_path / "a.dcm", RAMP, Modality="CT", PixelSpacing=[1, 1], WindowCenter=100, WindowWidth=900)
    half = np.repeat(np.repeat(RAMP, 2, axis=0), 2, axis=1)[12:36, 16:48].copy()
    coarse = write_image(tmp_path / "b.dcm", half, Modality="CT", PixelSpacing=[1, 1], WindowCenter=0, WindowWidth=50)

    sent = printed(capfdbinary, "--compare", fine, coarse, *BLOCKS, "--size", "66x12")

    emulator = screen_of(sent)
    expected = render(Image.open(fine).frame(), View(WINDOW), (32, 24))[..., 0].astype(np.int_)
    assert np.abs(greys(emulator, 0, 0, 32, 12) - expected).max() <= 1
    other = render(Image.open(coarse).frame(), View(WINDOW), (32, 24))[..., 0].astype(np.int_)
    assert np.abs(greys(emulator, 34, 0, 32, 12) - other).max() <= 1
    assert emulator.screen.display[13].count("W 900 L 100") == 2


def test_that_the_smaller_of_two_is_drawn_smaller(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    large = write_image(tmp_path / "a.dcm", RAMP, Modality="CT", PixelSpacing=[2, 2])
    small_one = write_image(tmp_path / "b.dcm", RAMP, Modality="CT", PixelSpacing=[1, 1])

    sent = printed(capfdbinary, large, "--compare", small_one, *BLOCKS, "--size", "66x12", *WINDOWED)

    seen = greys(screen_of(sent), 34, 0, 32, 12)
    expected = render(Image.open(small_one).frame(), View(WINDOW, zoom=0.5), (32, 24))[..., 0].astype(np.int_)
    assert (seen[:6] == 0).all()
    assert (seen[:, :8] == 0).all()
    assert np.abs(seen - expected).max() <= 12  # the mean of four pixels, or one of them


def test_that_images_whose_values_differ_in_meaning_keep_their_windows(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    one = write_image(tmp_path / "a.dcm", RAMP, Modality="CT", WindowCenter=100, WindowWidth=900)
    other = write_image(tmp_path / "b.dcm", RAMP, Modality="MR", WindowCenter=7, WindowWidth=50)

    (line,) = printed(capfdbinary, "--compare", one, other, "--json").splitlines()

    assert [each["window"] for each in json.loads(line)["pictures"]] == ["W 900 L 100", "W 50 L 7"]


@pytest.mark.parametrize(
    "words",
    [
        ["--compare", "cine.dcm"],
        ["cine.dcm", "cine.dcm", "--compare", "cine.dcm"],
        ["--thumbnail", "--compare", "cine.dcm", "cine.dcm"],
        ["cine.dcm", "--thumbnail", "--show-info"],
    ],
)
def test_that_contradictions_end_with_2(words: list[str], folder: Path) -> None:
    assert main(["viewer", *words]) == 2


def test_that_a_comparison_with_what_is_no_image_is_told(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (folder / "notes.txt").write_text("no image")

    assert main(["viewer", "--compare", "cine.dcm", "notes.txt"]) == 1

    assert b"notes.txt: " in capfdbinary.readouterr().err


def test_that_ctrl_c_ends_it_with_130(folder: Path) -> None:
    assert interrupted("viewer", folder, "--thumbnail", "--size", "70x9", at=2, text="Drawing thumbnails")[0] == 130


@pytest.mark.parametrize("way", [["--thumbnail"], []])
def test_that_the_name_of_a_file_cannot_drive_the_terminal(
    way: list[str], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    files = [
        write_image(tmp_path / name, RAMP, SeriesDescription="x\x1b]52;c;eA==\x07") for name in ("a\x1b[2J", "\x9bb")
    ]
    (tmp_path / "c\x1b[2J").write_text("no image")
    words = [*files, tmp_path / "c\x1b[2J", *way] if way else ["--compare", *files]

    assert main(["viewer", "--size", "60x6", *map(str, words)]) == len(way)

    out, err = capfdbinary.readouterr()
    assert not set(out + err) & {*range(9), *range(11, 32), 127}
    assert b"\xc2\x9b" not in out + err
    assert b"a[2J" in out
