"""The page of planes and projections: its commands print what it says."""

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

PAGE = (ROOT / "docs" / "planes.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```sh\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def place(demo_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A working directory that holds nothing but the demo study."""
    folder = tmp_path_factory.mktemp("planes")
    (folder / "demo").symlink_to(demo_study)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder


@pytest.mark.parametrize(("commands", "printed"), EXAMPLES, ids=["planes", "projections", "over"])
def test_that_an_example_prints_what_the_page_says(commands: str, printed: str, place: Path) -> None:
    out = io.StringIO()
    for command in commands.splitlines():
        program, *words = shlex.split(command)
        assert program == "dicom-3d"
        with redirect_stdout(out), redirect_stderr(io.StringIO()):
            assert dicom_3d(words) == 0
    assert out.getvalue() == printed
    for path in re.findall(r"^(\S+\.png):", printed, re.MULTILINE):
        picture = cv2.imread(str(place / path), cv2.IMREAD_GRAYSCALE)
        assert picture is not None
        assert picture.std() > 20


def test_that_every_command_line_of_the_page_is_an_example() -> None:
    assert PAGE.count("\ndicom-3d ") == sum(commands.count("dicom-3d ") for commands, _ in EXAMPLES) == 10
