"""Pages: true size measured, names in every script, nothing mixed up, PDFs that others find in order."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray

from tests.limits import file_size_limit
from tests.pages import words_of_pages
from tests.unit.display.files import write_image
from workstation.batch.main import main
from workstation.display.render import render
from workstation.display.view import View
from workstation.model.image import Image
from workstation.phantoms import small

_FLAT: dict[str, Any] = {
    "ImagePositionPatient": [0, 0, 0],
    "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
    "WindowCenter": 500,
    "WindowWidth": 1000,
    "Modality": "CT",
    "SpecificCharacterSet": "ISO_IR 192",
}


def _run(*words: object) -> int:
    return main(["export", *(str(word) for word in words)])


def _page(path: Path, number: int = 0, dpi: float = 300) -> NDArray[np.uint8]:
    document = pypdfium2.PdfDocument(path)
    picture = np.array(document[number].render(scale=dpi / 72).to_numpy()[..., 0], np.uint8)
    document.close()
    return picture


def _cell(path: Path, dpi: float = 300) -> NDArray[np.uint8]:
    """The first image as it lies on the rendered page."""
    document = pypdfium2.PdfDocument(path)
    page = document[0]
    left, bottom, right, top = next(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])).get_bounds()
    height = page.get_height()
    document.close()
    first, last = round((height - top) / 72 * dpi), round((height - bottom) / 72 * dpi)
    return _page(path, dpi=dpi)[first:last, round(left / 72 * dpi) : round(right / 72 * dpi)]


def _bright_runs(line: NDArray[np.uint8]) -> list[float]:
    """Middles of what is bright along a line, from dark to dark."""
    edges = np.flatnonzero(np.diff((line > 128).astype(int)))
    return [float(start + stop) / 2 for start, stop in zip(edges[::2], edges[1::2], strict=True)]


@pytest.mark.parametrize("words", [(), ("--landscape",), ("--page", "letter"), ("--no-header",), ("--layout", "1x2")])
def test_that_a_distance_at_true_size_is_that_distance_on_paper(tmp_path: Path, words: tuple[str, ...]) -> None:
    # Two bars 100 columns of 0.7 mm apart, and two 60 rows of 0.9 mm apart: 70 mm and 54 mm.
    pixels = np.zeros((100, 160), np.int16)
    pixels[:40, [20, 120]] = 1000
    pixels[[30, 90], 130:] = 1000
    path = write_image(tmp_path / "a.dcm", pixels, PixelSpacing=[0.9, 0.7], **_FLAT)
    assert _run(path, "-o", tmp_path / "a.pdf", "--true-size", *words) == 0
    cell = _cell(tmp_path / "a.pdf")
    middle_row, middle_column = cell.shape[0] / 2, cell.shape[1] / 2
    per_mm = 300 / 25.4
    across = cell[round(middle_row - 40 * 0.9 * per_mm)]
    down = cell[:, round(middle_column + 65 * 0.7 * per_mm)]
    first, second = _bright_runs(across)[:2]
    assert (second - first) / per_mm == pytest.approx(70, abs=0.1)
    first, second = _bright_runs(down)[:2]
    assert (second - first) / per_mm == pytest.approx(54, abs=0.1)


def test_that_the_ruler_is_as_long_as_it_says(tmp_path: Path) -> None:
    path = write_image(tmp_path / "a.dcm", np.zeros((10, 10), np.int16), PixelSpacing=[1, 1], **_FLAT)
    assert _run(path, "-o", tmp_path / "a.pdf", "--true-size") == 0
    page = _page(tmp_path / "a.pdf")
    below = page[round(270 / 25.4 * 300) :]
    line = max(below, key=lambda row: int((row < 128).sum()))
    first = int(np.flatnonzero(line < 128)[0])
    length = int(np.argmax(line[first:] >= 128))
    assert length / 300 * 25.4 == pytest.approx(100.15, abs=0.15)
    assert "100 mm if printed at 100 %" in words_of_pages(tmp_path / "a.pdf")[0]


def test_that_true_size_needs_a_spacing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_image(tmp_path / "a.dcm", np.zeros((10, 10), np.int16))
    assert _run(path, "-o", tmp_path / "a.pdf", "--true-size") == 1
    assert "how large its pixels are" in capsys.readouterr().err
    assert not (tmp_path / "a.pdf").exists()


def test_that_a_cell_holds_the_picture_of_render(tmp_path: Path) -> None:
    pixels = np.add.outer(np.arange(60), np.arange(80)).astype(np.int16) * 7
    path = write_image(tmp_path / "a.dcm", pixels, WindowCenter=500, WindowWidth=1000)
    assert _run(path, "-o", tmp_path / "a.pdf") == 0
    document = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    (placed,) = document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
    picture = placed.get_bitmap(render=False).to_numpy()
    document.close()
    height, width = picture.shape[:2]
    expected = render(Image.open(path).frame(), View(), (width, height))
    np.testing.assert_array_equal(picture.reshape(height, width, -1)[..., 0], expected[..., 0])


def test_that_images_fill_pages_and_studies_are_not_mixed(tmp_path: Path) -> None:
    for name in ("axial", "tilted"):
        (tmp_path / name).mkdir()
        small.volume(name).write(tmp_path / name)
    other = write_image(
        tmp_path / "other.dcm",
        np.zeros((9, 9), np.int16),
        PatientName="Roe^Ada",
        PatientID="77",
        StudyInstanceUID="1.9",
    )
    out = tmp_path / "a.pdf"
    assert _run(tmp_path / "axial", other, "-o", out, "--layout", "2x3", "--frame", "1-8") == 0
    pages = words_of_pages(out)
    assert len(pages) == 3
    named = ["Roe, Ada" in words for words in pages]
    assert sum(named) == 1
    assert all(f"Page {number} of 3" in words for number, words in enumerate(pages, start=1))
    assert sum(words.count("Image ") for words in pages) >= 8


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Buc^Jérôme", "Buc, Jérôme"),
        ("Люкceмбypг", "Люкceмбypг"),
        ("Διονυσιος", "Διονυσιος"),
        ("<b>&amp;^<img/>", "<b>&amp;, <img/>"),
    ],
)
def test_that_names_are_text_as_they_are(tmp_path: Path, name: str, shown: str) -> None:
    path = write_image(tmp_path / "a.dcm", np.zeros((9, 9), np.int16), PatientName=name, **_FLAT)
    assert _run(path, "-o", tmp_path / "a.pdf") == 0
    assert shown in words_of_pages(tmp_path / "a.pdf")[0]
    assert _run(path, "-o", tmp_path / "b.pdf", "--no-header") == 0
    assert shown not in words_of_pages(tmp_path / "b.pdf")[0]


@pytest.mark.parametrize("name", ["王^小東", "김^희중", "قباني^لنزار", "שרון^דבורה", "สมชาย"])
def test_that_names_of_any_script_leave_ink_and_no_boxes(tmp_path: Path, name: str, tool: Callable[[str], str]) -> None:
    path = write_image(tmp_path / "a.dcm", np.zeros((9, 9), np.int16), PatientName=name, **_FLAT)
    assert _run(path, "-o", tmp_path / "a.pdf") == 0
    head = _page(tmp_path / "a.pdf", dpi=150)[
        round(12 / 25.4 * 150) : round(17 / 25.4 * 150), : round(100 / 25.4 * 150)
    ]
    assert (head < 128).sum() > 60
    assert not {"\u25a0", "\ufffd", "\0"} & set(words_of_pages(tmp_path / "a.pdf")[0])


def test_that_others_find_the_file_in_order_and_its_font_inside(tmp_path: Path, tool: Callable[[str], str]) -> None:
    path = write_image(tmp_path / "a.dcm", np.zeros((9, 9), np.int16), PatientName="Доу^Джейн=王^小東", **_FLAT)
    out = tmp_path / "a.pdf"
    assert _run(path, "-o", out) == 0
    qpdf, pdftotext = tool("qpdf"), tool("pdftotext")
    checked = subprocess.run([qpdf, "--check", str(out)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    fonts = subprocess.run([tool("pdffonts"), str(out)], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in fonts.splitlines()[2:]]
    assert rows
    assert all(row[-5] == "yes" for row in rows if "DejaVu" in row[0])
    assert all("DejaVu" in row[0] or row[0] == "Helvetica" for row in rows)
    words = subprocess.run([pdftotext, "-layout", str(out), "-"], capture_output=True, text=True, check=True).stdout
    assert "Page 1 of 1" in words


def test_that_a_damaged_image_has_a_cell_that_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(3):
        write_image(
            folder / f"{number}.dcm",
            np.full((64, 64), number, np.int16),
            SeriesInstanceUID="1.2",
            InstanceNumber=number,
        )
    (folder / "1.dcm").write_bytes((folder / "1.dcm").read_bytes()[:-4000])
    out = tmp_path / "a.pdf"
    assert _run(folder, "-o", out) == 1
    (page,) = words_of_pages(out)
    assert page.count("Image ") >= 2


def test_that_too_many_pages_or_cells_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cine = write_image(tmp_path / "a.dcm", np.zeros((501, 2, 2), np.int16))
    assert _run(cine, "-o", tmp_path / "a.pdf", "--layout", "1x1") == 1
    assert "501 pages" in capsys.readouterr().err
    assert _run(cine, "-o", tmp_path / "a.pdf", "--layout", "4x10", "--page", "letter", "--landscape") == 1
    assert "too many for a page" in capsys.readouterr().err
    assert not (tmp_path / "a.pdf").exists()


def test_that_a_disk_that_takes_no_more_leaves_nothing(tmp_path: Path) -> None:
    path = write_image(tmp_path / "a.dcm", np.arange(4096, dtype=np.int16).reshape(64, 64))
    with file_size_limit(5_000):
        assert _run(path, "-o", tmp_path / "out" / "a.pdf") == 1
    assert list((tmp_path / "out").iterdir()) == []
