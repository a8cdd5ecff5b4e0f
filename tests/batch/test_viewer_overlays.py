"""What ``viewer --show-overlay`` draws on images and tells below them."""

import shutil
from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom import Dataset

from tests.batch.test_viewer import BLOCKS, printed
from tests.terminal_samples import Emulator
from tests.unit.display.files import write_image
from tests.unit.objects.states import annotation, as_file, boxed, graphic, image_item, layer, state
from workstation.batch.main import main
from workstation.phantoms import small

FLAT = np.zeros((24, 32), np.int16)
NOTHING = "no overlay, presentation state or measurement is for this image"


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def shown(capfdbinary: pytest.CaptureFixture[bytes], *words: object) -> tuple[NDArray[np.int_], str]:
    """Give the colours of the dots, (24, 32, 3), and the text below."""
    sent = printed(capfdbinary, *words, *BLOCKS, "--size", "32x12")
    emulator = Emulator(100, 60)
    emulator.feed(sent)
    seen = emulator.quarters(column=0, row=0, columns=32, rows=12)[:, ::2].astype(np.int_)
    return seen, " ".join(" ".join(emulator.screen.display[12:]).split())


def write_state(path: Path, image: Path, *drawn: Dataset) -> None:
    header = pydicom.dcmread(image, stop_before_pixels=True)
    made = state(columns=header.Columns, rows=header.Rows)
    made.ReferencedSeriesSequence[0].ReferencedImageSequence = [image_item(header.SOPInstanceUID)]
    made.GraphicLayerSequence = [layer("MARKS", 1)]
    made.GraphicAnnotationSequence = [annotation("MARKS", *drawn)]
    as_file(made).save_as(path, enforce_file_format=True)


def test_that_overlays_are_drawn_when_they_are_asked_for(
    workplace: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    bits = np.zeros((24, 32), np.uint8)
    bits[4:8, 10:20] = 1
    overlay = {
        0x10: ("US", 24),
        0x11: ("US", 32),
        0x40: ("CS", "G"),
        0x50: ("SS", [1, 1]),
        0x100: ("US", 1),
        0x102: ("US", 0),
        0x1500: ("LO", "Ti\x1b]0;x\x07p"),
        0x3000: ("OW", np.packbits(bits.ravel(), bitorder="little").tobytes()),
    }
    source = write_image(workplace / "a.dcm", FLAT, overlay=overlay)

    without, told = shown(capfdbinary, source)
    with_it, told_of_it = shown(capfdbinary, source, "--show-overlay")

    assert np.ptp(without) == 0
    np.testing.assert_array_equal(with_it[..., 0] > 128, bits > 0)
    assert "overlay" not in told
    assert "overlay 6000 Ti]0;xp" in told_of_it


def test_that_the_graphics_of_a_state_beside_the_image_are_drawn_and_its_words_are_told(
    workplace: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    source = write_image(workplace / "a.dcm", FLAT)
    write_state(
        workplace / "state.dcm", source, graphic("POLYLINE", 4, 12, 28, 12), boxed("look\x9b2J here", 4, 4, 12, 8)
    )

    seen, told = shown(capfdbinary, source, "--show-overlay")

    is_coloured = seen.max(axis=2) - seen.min(axis=2) > 40
    assert is_coloured[11:13, 4:28].any(axis=0).all()
    assert not is_coloured[:9].any()  # letters would be larger than the picture has dots for
    assert "“look2J here”" in told


def test_that_a_measurement_of_a_report_is_drawn_where_it_lies_with_its_numbers_below(
    workplace: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    small.volume("axial").write(workplace / "study")
    shutil.copy(workplace / "study" / "003.dcm", "slice.dcm")
    points = ["--p1", "4,10", "--p2", "24,10"]
    measured = ["measure", "distance", "slice.dcm", *points, "--lesion", "Nodule 1", "--tracking-uid", "2.25.77"]
    assert main([*measured, "--format", "sr", "-o", "report.dcm"]) == 0
    capfdbinary.readouterr()

    words = ["slice.dcm", "--show-overlay"]
    sent = printed(capfdbinary, *words, *BLOCKS, "--size", "28x10")
    emulator = Emulator(100, 40)
    emulator.feed(sent)

    seen = emulator.quarters(column=0, row=0, columns=28, rows=10)[:, ::2].astype(np.int_)
    is_coloured = seen.max(axis=2) - seen.min(axis=2) > 40
    assert is_coloured[9:12, 5:24].any(axis=0).all()
    assert not is_coloured[15:].any()
    spacing = pydicom.dcmread("slice.dcm", stop_before_pixels=True).PixelSpacing
    told = " ".join(emulator.screen.display[10:])
    assert f"Nodule 1: Length {20 * float(spacing[1]):.1f} mm" in told


def test_that_it_is_told_where_there_is_nothing(workplace: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    source = write_image(workplace / "a.dcm", FLAT)

    assert NOTHING in shown(capfdbinary, source, "--show-overlay")[1]
    assert NOTHING not in shown(capfdbinary, source)[1]


def test_that_a_state_for_another_image_is_not_shown(
    workplace: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    source = write_image(workplace / "a.dcm", FLAT)
    other = write_image(workplace / "b.dcm", FLAT)
    write_state(workplace / "state.dcm", other, graphic("POLYLINE", 4, 12, 28, 12))

    seen, told = shown(capfdbinary, source, "--show-overlay")

    assert np.ptp(seen) == 0
    assert NOTHING in told


def test_that_an_asked_window_goes_before_that_of_a_state(
    workplace: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    ramp = np.tile(np.arange(32, dtype=np.int16) * 10, (24, 1))
    source = write_image(workplace / "a.dcm", ramp)
    write_state(workplace / "state.dcm", source, graphic("POLYLINE", 4, 22, 28, 22))

    window = ["--window-center", 155, "--window-width", 311]
    plain, _ = shown(capfdbinary, source, *window)
    dressed, told = shown(capfdbinary, source, *window, "--show-overlay")

    np.testing.assert_array_equal(dressed[:18], plain[:18])
    assert "W 311 L 155" in told


def test_that_a_damaged_state_is_told_and_the_image_is_shown(
    workplace: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    source = write_image(workplace / "a.dcm", FLAT)
    write_state(workplace / "state.dcm", source, graphic("POLYLINE", 4, 12, 28, 12))
    made = pydicom.dcmread("state.dcm")
    made.ReferencedSeriesSequence = []
    made.GraphicAnnotationSequence = []
    made.save_as("state.dcm")

    assert main(["viewer", str(source), "--show-overlay"]) == 0
    assert NOTHING.encode() in capfdbinary.readouterr().out.replace(b"\n        ", b" ")
