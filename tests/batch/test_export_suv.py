"""Pictures and pages of PET say their window as SUV, as panes do, and in the unit of the file where there is none."""

from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest

from tests.gui.making import pet_series
from workstation.batch.main import main
from workstation.display.export import Wanted, picture_of
from workstation.display.inputs import Input, inputs_of
from workstation.display.value_scale import ValueScale
from workstation.display.view import View
from workstation.jobs.job import Job
from workstation.model.frame import Window
from workstation.model.image import Image

WINDOW = ("--window", "2500.5,5001")  # LINEAR: 0 to 5000 Bq/ml


def words_of(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "W 5 L 2.5 g/ml SUVbw"),
        ({"PatientWeight": 35}, "W 2.5 L 1.25 g/ml SUVbw"),
        ({"PatientWeight": None}, "W 5001 L 2500 Bq/ml"),
    ],
)
def test_that_pages_say_the_window_of_pet_as_suv(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    series = pet_series(tmp_path / "pet", **changes)
    assert main(["export", str(series), "-o", str(tmp_path / "a.pdf"), "--every", "8", *WINDOW]) == 0
    assert words_of(tmp_path / "a.pdf").replace(",", ".").count(said) == 2


@pytest.mark.parametrize("command", ["image", "export"])
@pytest.mark.parametrize(("weight", "factor"), [(70, 0.001), (35, 0.0005), (None, None)])
def test_that_corner_text_in_pictures_says_the_same(
    tmp_path: Path, command: str, weight: float | None, factor: float | None
) -> None:
    series = pet_series(tmp_path / "pet", PatientWeight=weight)
    file, out = series / "0.dcm", tmp_path / "a.png"
    size = ("--size", "400x400", "--burn-in")
    frames = ("--frame", "1") if command == "export" else ()
    given = file if command == "image" else series
    assert main([command, str(given), "-o", str(out), *size, *frames, *WINDOW]) == 0
    written = cv2.imread(str(out))
    scale = None if factor is None else ValueScale(factor, "g/ml SUVbw")
    expected, other = (_drawn(file, each, command) for each in (scale, ValueScale(7.0, "else")))
    assert written is not None
    assert np.array_equal(written, cv2.cvtColor(expected, cv2.COLOR_RGB2BGR))
    assert not np.array_equal(expected, other)


def _drawn(file: Path, scale: ValueScale | None, command: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    (found,) = inputs_of([file], Job("test"))
    assert isinstance(found, Input)
    view = View(Window(2500.5, 5001), overlays=True)
    wanted = Wanted(view=view, size_px=(400, 400), with_annotations=True, scale_of=lambda _instance, _frame: scale)
    position = (1, 16) if command == "export" else None
    with Image.open(file) as image:
        return np.asarray(picture_of(image, found.instance, 1, wanted, position=position).picture)
