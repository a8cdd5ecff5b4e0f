"""The command ``viewer``: what it prints into a pipe or a file, and that it is what the pixels are."""

import json
import re
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
import wcwidth
from numpy.typing import NDArray

from tests.report_samples import write_report
from tests.samples import ROOT, uncounted
from tests.terminal_samples import Emulator, area_means
from tests.unit.display.files import write_image
from tests.unit.terminal.test_words import HOSTILE
from workstation.__main__ import dicom_viewer
from workstation.batch.main import main
from workstation.display.render import render
from workstation.display.view import View
from workstation.model.frame import Window
from workstation.model.image import Image
from workstation.phantoms import small

COLOURED = re.compile(rb"\x1b\[[0-9;]*m")
WINDOW, WINDOWED = Window(100, 900), ("--window-center", 100, "--window-width", 900)
BLOCKS = ("--mode", "ansi", "--blocks", "half")
RAMP = np.add.outer(np.arange(24) * 40, np.arange(32) * 25).astype(np.int16) - 500


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a series, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    small.volume("axial").write(tmp_path / "study")
    (cine,) = small.volume("enhanced").write(tmp_path)
    cine.rename(tmp_path / "cine.dcm")
    shutil.copy(tmp_path / "study" / "003.dcm", tmp_path / "slice.dcm")
    return tmp_path


def printed(capfdbinary: pytest.CaptureFixture[bytes], *words: object, code: int = 0) -> bytes:
    assert main(["viewer", *map(str, words)]) == code
    return capfdbinary.readouterr().out


def dots(sent: bytes, columns: int, rows: int, width: int = 200, height: int = 80) -> NDArray[np.int_]:
    """Give the grey of the dots of half blocks as a terminal shows them, (2 rows, columns)."""
    emulator = Emulator(width, height)
    emulator.feed(sent)
    return emulator.quarters(column=0, row=0, columns=columns, rows=rows)[:, ::2, 0].astype(np.int_)


def test_that_blocks_have_the_greys_of_the_picture(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    source = write_image(tmp_path / "a.dcm", RAMP)

    sent = printed(capfdbinary, source, *BLOCKS, "--size", "32x12", *WINDOWED)

    seen = dots(sent, 32, 12)
    expected = render(Image.open(source).frame(), View(WINDOW), (32, 24))[..., 0].astype(np.int_)
    assert np.abs(seen - expected).max() <= 1
    assert np.ptp(seen) > 200


@pytest.mark.skipif(not shutil.which("dcm2pnm"), reason="needs dcm2pnm of DCMTK")
@pytest.mark.parametrize("invert", [False, True])
def test_that_the_greys_are_those_of_dcmtk(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], invert: bool
) -> None:
    source = write_image(tmp_path / "a.dcm", RAMP)
    subprocess.run(["dcm2pnm", "-q", "+op", "+Ww", "-100", "700", "+Wfl", source, tmp_path / "a.pgm"], check=True)
    theirs = cv2.imread(str(tmp_path / "a.pgm"), cv2.IMREAD_UNCHANGED)
    assert theirs is not None

    words = [source, *BLOCKS, "--size", "32x12", "--window-center", -100, "--window-width", 700]
    seen = dots(printed(capfdbinary, *words, *(["--invert"] if invert else [])), 32, 12)

    assert np.abs(seen - np.abs(theirs.astype(np.int_) - (255 if invert else 0))).max() <= 1


@pytest.mark.parametrize(("spacing", "box"), [([1, 1], (60, 30)), ([2, 1], (40, 40)), ([1, 2], (80, 20))])
def test_that_pixels_have_their_shape(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], spacing: list[float], box: tuple[int, int]
) -> None:
    source = write_image(tmp_path / "a.dcm", np.zeros((50, 50), np.int16) + 7, PixelSpacing=spacing)
    size = "80x40" if spacing != [1, 1] else "60x40"

    (told,) = printed(capfdbinary, source, "--size", size, "--json").splitlines()

    assert (json.loads(told)["columns"], json.loads(told)["rows"]) == box  # characters are twice as high as wide


def test_that_zoom_and_pan_show_a_part(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    source = write_image(tmp_path / "a.dcm", RAMP)
    words = [source, *BLOCKS, "--size", "32x12", *WINDOWED]

    seen = dots(printed(capfdbinary, *words, "--zoom", 2, "--pan=-8,4"), 32, 12)

    whole = render(Image.open(source).frame(), View(WINDOW, zoom=2), (64, 48))[..., 0].astype(np.int_)
    assert np.abs(seen - whole[20:44, :32]).max() <= 2  # the middle is at (7.5, 15.5), sixteen columns are seen


def test_that_an_image_of_a_series_is_chosen_by_its_place(
    study: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    count = len(list((study / "study").iterdir()))
    told = [json.loads(printed(capfdbinary, "study", "--frame", number, "--json")) for number in (1, count)]
    middle = json.loads(printed(capfdbinary, "study", "--json"))
    assert [each["image"] for each in (*told, middle)] == [1, count, count // 2 + 1]
    assert {each["images"] for each in told} == {count}
    assert len({each["source"] for each in told}) == 2


def test_that_what_cannot_be_shown_is_told_and_the_others_are_shown(
    study: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (study / "notes.txt").write_text("no image")

    assert main(["viewer", "notes.txt", "slice.dcm", "missing.dcm", "cine.dcm", "--frame", "2"]) == 1

    out, err = capfdbinary.readouterr()
    assert out.count(b"\n") > 20
    assert [line.partition(b":")[0] for line in err.splitlines()[:2]] == [b"notes.txt", b"missing.dcm"]
    assert b"It has 1 image." in err.splitlines()[2]


def test_that_a_patient_name_cannot_drive_the_terminal(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for number, text in enumerate(HOSTILE.values()):
        source = write_image(tmp_path / f"{number}.dcm", RAMP)
        dataset = pydicom.dcmread(source)
        dataset.SpecificCharacterSet = "ISO_IR 192"
        for keyword in ("PatientName", "PatientID", "StudyDescription", "SeriesDescription", "AccessionNumber"):
            dataset.add_new(keyword, "LO", text.encode("utf-8", "surrogatepass"))
        dataset.save_as(source)

        for words in (["--show-info", "--size", "20x10"], ["--show-info", *BLOCKS, "--size", "20x10"]):
            sent = printed(capfdbinary, source, *words)
            shown = COLOURED.sub(b"", sent) if "ansi" in words else sent
            for character in shown.decode():
                assert character == "\n" or unicodedata.category(character) not in ("Cc", "Cf", "Co", "Zl", "Zp")
        emulator = Emulator(80, 60)
        emulator.feed(printed(capfdbinary, source, "--show-info", *BLOCKS, "--size", "40x20"))
        assert any(line.startswith("Patient") and "D" in line for line in emulator.screen.display)


def test_that_lines_are_no_wider_than_the_terminal(
    study: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    dataset = pydicom.dcmread("slice.dcm")
    dataset.PatientName = "山田^太郎=" + "長" * 40
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.save_as("slice.dcm")

    sent = printed(capfdbinary, "slice.dcm", "--show-info").decode()

    assert max(wcwidth.wcswidth(line) for line in sent.splitlines()) <= 40
    assert "山田" in sent


def test_that_a_reader_who_leaves_ends_it_quietly(study: Path) -> None:
    command = f"{sys.executable} -m workstation --batch viewer study cine.dcm study --mode ansi"
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -c 100 >&2; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        cwd=study,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        timeout=60,
    )
    assert done.returncode in (0, 1)
    assert b"Traceback" not in done.stderr
    assert len(done.stderr) == 100


def test_that_the_door_is_the_same(study: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    sent = printed(capfdbinary, "slice.dcm")

    assert dicom_viewer(["slice.dcm"]) == 0

    assert capfdbinary.readouterr().out == sent


def test_that_json_has_facts_and_no_picture(study: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (line,) = printed(capfdbinary, "slice.dcm", *BLOCKS, "--size", "40x20", "--json").splitlines()

    told = json.loads(line)
    assert b"\\u001b" not in line
    assert "for_terminal" not in told
    assert (told["mode"], told["rows"]) == ("ansi", 14)
    assert told["columns"] == 40
    assert told["size_bytes"] > 100
    assert told["window"].startswith("W ")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["slice.dcm", "--window-width", "0"],
        ["slice.dcm", "--zoom", "0.05"],
        ["slice.dcm", "--frame", "0"],
        ["slice.dcm", "--preset", "lung", "--window-center", "40"],
        ["slice.dcm", "--size", "0x10"],
        ["slice.dcm", "--size", "100000x10"],
        ["slice.dcm", "--size", "10x1001"],
    ],
)
def test_that_contradictions_end_with_2(words: list[str], study: Path) -> None:
    assert main(["viewer", *words]) == 2


def test_that_area_is_kept_when_many_pixels_share_a_dot(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    chess = (np.indices((256, 256)).sum(axis=0) % 2 * 1000).astype(np.int16)
    source = write_image(tmp_path / "a.dcm", chess)

    seen = dots(
        printed(capfdbinary, source, *BLOCKS, "--size", "32x16", "--window-center", 500, "--window-width", 1001),
        32,
        16,
    )

    picture = render(Image.open(source).frame(), View(Window(500, 1001)), (256, 256))
    assert np.abs(seen - area_means(picture, 32, 32)[..., 0]).max() <= 2


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_that_a_closed_output_is_nothing_to_stumble_over(study: Path, closed: str) -> None:
    command = f'"{sys.executable}" -m workstation --batch viewer slice.dcm missing.dcm --size 8x4'
    done = subprocess.run(
        ["bash", "-c", f"{command} {closed}"], capture_output=True, env={"PYTHONPATH": str(ROOT)}, check=False
    )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert (b"missing.dcm" in done.stderr) == ("2>" not in closed)


_LOADED = """
import sys
from workstation.batch.main import main
code = main(sys.argv[1:])
sys.stderr.write(" ".join(sorted(sys.modules)))
sys.exit(code)
"""


def test_that_a_picture_needs_nothing_that_takes_long_to_load(study: Path) -> None:
    words = ["viewer", "slice.dcm", "--mode", "ansi"]
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *words],
        capture_output=True,
        cwd=study,
        env=uncounted() | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0
    loaded = set(done.stderr.decode().split())
    assert "workstation.display.render" in loaded
    late = ("drawings", "segments", "corner_text", "export", "presentation")
    assert not loaded & {f"workstation.display.{each}" for each in late}
    assert not [
        each
        for each in loaded
        if each.startswith(("workstation.measure", "workstation.objects", "workstation.headers"))
    ]
    assert not loaded & {
        "gdcm",
        "jpeg_ls",
        "requests",
        "highdicom",
        "SimpleITK",
        "vtkmodules",
        "reportlab",
        "wcwidth",
        "concurrent.futures",
    }


def test_that_the_terminal_is_asked_before_what_takes_long_is_loaded() -> None:
    program = "import sys, workstation.terminal.device.asking; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=ROOT, text=True, check=True)
    assert not set(done.stdout.split()) & {"numpy", "cv2", "pydicom"}


def test_that_objects_without_images_are_told(study: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write_report(study / "report.dcm")
    (study / "objects").mkdir()
    shutil.copy("report.dcm", "objects")

    assert main(["viewer", "objects"]) == 1
    assert b"There is no image in it." in capfdbinary.readouterr().err
    assert main(["viewer", "report.dcm", "slice.dcm"]) == 0
    assert capfdbinary.readouterr().err == b"Left out: 1 state or report, which --show-overlay draws.\n"
