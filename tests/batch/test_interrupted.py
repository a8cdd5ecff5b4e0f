"""Ctrl-C in the middle of an export, sent to a process of its own: no half file, whole ones stay, exit code 130."""

import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.samples import uncounted
from tests.unit.display.files import write_image

pytestmark = pytest.mark.usefixtures("usual_signals")

_SECONDS = 60
# Runs a command, and holds it at a report of its work until a line comes: signals that come before it are dealt with.
_HELD = """
import sys
from workstation.__main__ import main
from workstation.jobs.job import Job

at, times, words, rest = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:]
reported, reports = Job.progress, []

def progress(job, done, total=None, text=""):
    if text == words:
        reports.append(done)
        if len(reports) == at:
            for _ in range(times):
                print("held", flush=True)
                sys.stdin.readline()
    reported(job, done, total, text)

Job.progress = progress
sys.exit(main(rest))
"""
SMOOTH = np.add.outer(np.arange(48), np.arange(64)).astype(np.int16) * 8


def interrupted(
    *words: object, at: int, text: str, times: int = 1, by: signal.Signals = signal.SIGINT
) -> tuple[int, str]:
    """Run a command and send it a signal at the ``at``-th report with these words; its exit code and what it says."""
    driver = [sys.executable, "-c", _HELD, str(at), str(times), text, "--batch", *map(str, words)]
    pipe = subprocess.PIPE
    with subprocess.Popen(driver, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=uncounted()) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            for number in range(times):
                while (line := process.stdout.readline()) and line != "held\n":
                    pass
                assert line, process.communicate(timeout=_SECONDS)[1]
                process.send_signal(by)
                if number + 1 < times:
                    process.stdin.write("\n")
                    process.stdin.flush()
            _, told = process.communicate("\n", timeout=_SECONDS)
        finally:
            process.kill()
    return process.returncode, told


def files_below(folder: Path) -> set[str]:
    return {each.relative_to(folder).as_posix() for each in folder.rglob("*") if not each.is_dir()}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two cines of three frames, each a series of its own, of one study."""
    folder = tmp_path_factory.mktemp("in")
    for number in (1, 2):
        frames = np.stack([SMOOTH + 20 * n for n in range(3)])
        series = {"SeriesNumber": number, "SeriesInstanceUID": f"2.25.9{number}", "StudyInstanceUID": "2.25.9"}
        window = {"WindowCenter": 500, "WindowWidth": 1000}
        write_image(folder / f"{number}.dcm", frames, Modality="XA", PatientID="1", **series, **window)
    return folder


def _frames(path: Path) -> int:
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    count = 0
    while capture.read()[0]:
        count += 1
    capture.release()
    return count


def _images(path: Path) -> int:
    with Image.open(path) as opened:
        return int(getattr(opened, "n_frames", 1))


@pytest.mark.parametrize(("form", "count", "times"), [("mp4", _frames, 1), ("mp4", _frames, 2), ("gif", _images, 1)])
def test_that_the_movie_in_work_goes_and_the_one_before_stays(
    study: Path, tmp_path: Path, form: str, count: Callable[[Path], int], times: int
) -> None:
    # Each movie reports a frame at least once: the fifth report is within the second.
    code, told = interrupted(
        "export", study, "-o", tmp_path / "out", "--format", form, at=5, text="Writing a movie", times=times
    )
    assert (code, told) == (130, "")
    assert files_below(tmp_path / "out") == {f"001_XA.{form}"}
    assert count(tmp_path / "out" / f"001_XA.{form}") == 3


def test_that_pictures_that_are_whole_stay(study: Path, tmp_path: Path) -> None:
    words = ("export", study, "-o", tmp_path / "out", "--format", "png")
    assert interrupted(*words, at=3, text="Writing pictures") == (130, "")
    assert files_below(tmp_path / "out") == {"001_XA/001.png", "001_XA/002.png"}
    assert all(cv2.imread(str(each)) is not None for each in (tmp_path / "out").rglob("*.png"))


@pytest.mark.skipif(sys.platform == "win32", reason="needs the signals of POSIX")
@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice"])
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_that_other_signals_that_end_leave_nothing_unfinished_either(
    study: Path, tmp_path: Path, name: str, times: int
) -> None:
    by = signal.Signals[name]
    words = ("export", study, "-o", tmp_path / "film.pdf", "--layout", "1x1")
    assert interrupted(*words, at=4, text="Writing pages", times=times, by=by) == (128 + by, "")
    assert files_below(tmp_path) == set()


@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice"])
def test_that_pages_are_there_in_one_or_not_at_all(study: Path, tmp_path: Path, times: int) -> None:
    output = tmp_path / "film.pdf"
    output.write_text("of before")
    words = ("export", study, "-o", output, "--layout", "1x1", "--overwrite")
    assert interrupted(*words, at=4, text="Writing pages", times=times) == (130, "")
    assert files_below(tmp_path) == {"film.pdf"}
    assert output.read_text() == "of before"


@pytest.mark.parametrize(
    ("command", "name", "times"),
    [
        ("dicomdir create", "medium", 1),
        ("dicomdir create", "medium.zip", 2),
        ("export", "medium", 2),
        ("export", "medium.zip", 1),
    ],
)
def test_that_a_medium_is_there_whole_or_not_at_all(
    study: Path, tmp_path: Path, command: str, name: str, times: int
) -> None:
    kind = ("--format", "zip" if name.endswith("zip") else "dicomdir") if command == "export" else ()
    words = (*command.split(), study, "-o", tmp_path / name, *kind)
    assert interrupted(*words, at=2, text="Copying", times=times) == (130, "")
    assert files_below(tmp_path) == set()
    assert list(tmp_path.iterdir()) == []


def test_that_an_archive_that_was_there_stays_until_the_new_one_is_whole(study: Path, tmp_path: Path) -> None:
    output = tmp_path / "medium.zip"
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("README", "of before")
    words = ("dicomdir", "create", study, "-o", output, "--overwrite")
    assert interrupted(*words, at=2, text="Copying") == (130, "")
    assert files_below(tmp_path) == {"medium.zip"}
    with zipfile.ZipFile(output) as archive:
        assert archive.namelist() == ["README"]


def test_that_the_door_loads_nothing_from_the_disk_before_ctrl_c_is_dealt_with() -> None:
    script = "import sys, workstation; before = set(sys.modules); import workstation.__main__; print(*sorted("
    script += "each for each in set(sys.modules) - before if each not in sys.builtin_module_names))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=uncounted())
    assert done.stdout.split() == ["workstation.__main__"], "Ctrl-C while a module is read prints a trace"
