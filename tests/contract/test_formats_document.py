"""The page of volumes as files: its commands run as printed, and print what it says."""

import io
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from tests.samples import ROOT
from workstation.__main__ import dicom_3d, dicom_measure
from workstation.volume.formats.reading import read_grid_file

PAGE = (ROOT / "docs" / "volume-formats.md").read_text(encoding="utf-8")
LINES = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
(PRINTED,) = re.findall(r"```text\n(.*?)…\n```", PAGE, re.DOTALL)
PROGRAMS = {"dicom-3d": dicom_3d, "dicom-measure": dicom_measure}


@pytest.fixture(scope="module")
def place(demo_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A working directory that holds nothing but the demo study."""
    folder = tmp_path_factory.mktemp("formats")
    (folder / "demo").symlink_to(demo_study)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder


def test_that_the_lines_run_as_printed_and_the_labels_are_the_segment(place: Path) -> None:
    out = io.StringIO()
    for line in LINES:
        program, *words = shlex.split(line)
        words = [part for word in words for part in sorted(map(str, Path().glob(word))) or [word]]  # as a shell does
        with redirect_stdout(out), redirect_stderr(io.StringIO()):
            assert PROGRAMS[program](words) == 0
    assert out.getvalue().startswith(PRINTED)
    assert {each.name for each in place.iterdir()} >= {"head.nii", "head.stl", "head.mha", "brain.dcm"}
    labels = read_grid_file(place / "labels.nii.gz")
    assert set(labels.array_kji.flat) == {0, 1}


def test_that_the_page_shows_lines() -> None:
    assert len(LINES) == 4
