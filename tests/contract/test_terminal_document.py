"""The lines of the page about images in a terminal run as printed, and so do those that people know from elsewhere."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.samples import ROOT
from workstation.__main__ import dicom_viewer
from workstation.batch.main import main
from workstation.phantoms import small

PAGE = (ROOT / "docs" / "terminal.md").read_text(encoding="utf-8")
LINES = [line for line in re.findall(r"^dicom-viewer (.+)$", PAGE, re.MULTILINE) if "--interactive" not in line]
KNOWN = (
    "scan.dcm",
    "scan.dcm --mode ascii --quality high",
    "scan.dcm --mode ansi --color 24bit",
    "scan.dcm --mode iterm2",
    "scan.dcm --mode kitty",
    "scan.dcm --mode sixel",
    "ct.dcm --window-center -600 --window-width 1500",
    "scan.dcm --show-info --show-overlay",
    "series/*.dcm --thumbnail --size 80x40",
    "--compare scan1.dcm scan2.dcm",
)


@pytest.fixture(autouse=True)
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the lines name, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    small.volume("axial").write(tmp_path / "series")
    small.volume("tilted").write(tmp_path / "study")
    (cine,) = small.volume("enhanced").write(tmp_path)
    cine.rename(tmp_path / "cine.dcm")
    for name in ("scan", "scan1", "ct", "slice"):
        shutil.copy(tmp_path / "series" / "003.dcm", tmp_path / f"{name}.dcm")
    shutil.copy(tmp_path / "series" / "005.dcm", tmp_path / "scan2.dcm")
    return tmp_path


@pytest.mark.parametrize("line", [*LINES, *KNOWN])
def test_that_a_line_runs_as_printed_and_so_does_the_command_it_stands_for(
    line: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    words = shlex.split(line, comments=True)
    assert dicom_viewer(words) == 0
    sent, told = capfdbinary.readouterr()
    assert len(sent) > 200
    assert told == b""

    assert main(["viewer", *words]) == 0
    if "kitty" not in words:  # which numbers its pictures by chance
        assert capfdbinary.readouterr().out == sent


def test_that_the_page_shows_lines() -> None:
    assert len(LINES) >= 8
