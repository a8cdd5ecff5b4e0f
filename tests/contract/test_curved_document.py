"""The page of curved planes and surfaces: its commands print what it says."""

import io
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import cv2
import pytest

from tests.samples import ROOT
from workstation.__main__ import dicom_3d

PAGE = (ROOT / "docs" / "curved-planes-and-surfaces.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```sh\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)
(PATH,) = re.findall(r"```path\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def place(demo_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A working directory that holds the demo study and the path."""
    folder = tmp_path_factory.mktemp("curved")
    (folder / "demo").symlink_to(demo_study)
    (folder / "aorta.txt").write_text(PATH, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder


@pytest.mark.parametrize(("commands", "printed"), EXAMPLES, ids=["curved", "surfaces"])
def test_that_an_example_prints_what_the_page_says(commands: str, printed: str, place: Path) -> None:
    out = io.StringIO()
    for command in commands.splitlines():
        program, *words = shlex.split(command)
        assert program == "dicom-3d"
        with redirect_stdout(out), redirect_stderr(io.StringIO()):
            assert dicom_3d(words) == 0
    assert _rounded(out.getvalue()) == _rounded(printed)


def test_that_the_aorta_is_bright_all_along_the_straightened_picture(place: Path) -> None:
    words = ("curved-mpr", "demo/ct-chest-abdomen", "--centerline", "aorta.txt", "-o", "straight.png")
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        assert dicom_3d(words) == 0
    picture = cv2.imread(str(place / "straight.png"), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    middle = picture[:, picture.shape[1] // 2 - 2 : picture.shape[1] // 2 + 3].mean(axis=1)
    assert (middle > 200).mean() > 0.9  # an airway of the phantom crosses it


def test_that_every_command_line_of_the_page_is_an_example() -> None:
    assert PAGE.count("\ndicom-3d ") == sum(commands.count("dicom-3d ") for commands, _ in EXAMPLES) == 7


def _rounded(text: str) -> str:
    """Leave out the last digits of counts of triangles: they depend on the library that finds them."""
    return re.sub(r"\b(\d{3})\d+ triangles", r"\1… triangles", text)
