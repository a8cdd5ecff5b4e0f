"""Measuring that is stopped by Ctrl-C or by a full disk: what is there is whole, the exit code says what happened."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from tests.batch.test_interrupted import _HELD, files_below, interrupted
from tests.limits import file_size_limit
from tests.measured_files import write_ct
from tests.samples import uncounted
from workstation.__main__ import dicom_measure

IMAGES = 12
REGION = ("--roi", "10,10,20,20")
_SECONDS = 60
_FULL = """
import resource, sys
from workstation.__main__ import main

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Slices of one series."""
    folder = tmp_path_factory.mktemp("slices")
    for number in range(IMAGES):
        write_ct(folder / f"{number:02}.dcm", number)
    return folder


def held_lines(*words: object, at: int, text: str) -> tuple[int, list[str], str]:
    """Run a command and send it SIGINT at the ``at``-th report; its exit code, its lines, and what it says."""
    driver = [sys.executable, "-c", _HELD, str(at), "1", text, "--batch", *map(str, words)]
    pipe = subprocess.PIPE
    with subprocess.Popen(driver, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=uncounted()) as process:
        assert process.stdout is not None
        try:
            lines = []
            while (line := process.stdout.readline()) and line != "held\n":
                lines.append(line)
            process.send_signal(signal.SIGINT)
            rest, told = process.communicate("\n", timeout=_SECONDS)
        finally:
            process.kill()
    return process.returncode, lines + rest.splitlines(keepends=True), told


def test_that_ctrl_c_leaves_whole_lines_of_what_was_measured(study: Path) -> None:
    code, lines, told = held_lines("measure", "roi", study, *REGION, "--json", at=6, text="Measuring")
    assert (code, told) == (130, "")
    found = [json.loads(line) for line in lines]
    assert [Path(each["source"]).name for each in found] == [f"{number:02}.dcm" for number in range(5)]
    assert all(line.endswith("\n") for line in lines)


def test_that_ctrl_c_leaves_the_table_of_before(study: Path, tmp_path: Path) -> None:
    output = tmp_path / "all.csv"
    output.write_text("of before")
    assert interrupted("measure", "roi", study, *REGION, "-o", output, at=6, text="Measuring") == (130, "")
    assert files_below(tmp_path) == {"all.csv"}
    assert output.read_text() == "of before"


def test_that_ctrl_c_in_a_table_of_many_leaves_whole_plots_of_the_rows_before(study: Path, tmp_path: Path) -> None:
    rows = [
        {"command": "roi", "file": str(study / f"{number:02}.dcm"), "roi": REGION[1], "plot": f"{number}.png"}
        for number in range(4)
    ]
    (tmp_path / "many.json").write_text(json.dumps(rows))
    words = ("measure", "batch", tmp_path / "many.json", "-o", tmp_path / "all.json")
    assert interrupted(*words, at=3, text="Measuring") == (130, "")
    assert files_below(tmp_path) == {"many.json", "0.png", "1.png"}
    assert all(cv2.imread(str(tmp_path / name)) is not None for name in ("0.png", "1.png"))


def test_that_ctrl_c_leaves_whole_pictures(study: Path, tmp_path: Path) -> None:
    words = ("measure", "roi", study, *REGION, "-o", tmp_path / "out.png")
    assert interrupted(*words, at=3, text="Writing pictures") == (130, "")
    assert files_below(tmp_path) == {"out-01.png", "out-02.png"}
    assert all(cv2.imread(str(each)) is not None for each in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("form", "name"),
    [
        *(("text", "all.txt"), ("json", "all.json"), ("csv", "all.csv"), ("sr", "all.dcm"), ("gsps", "all.dcm")),
        *(("seg", "all.dcm"), ("rtstruct", "all.dcm"), ("overlay", "all.png")),
    ],
)
def test_that_a_full_disk_leaves_nothing_half_and_is_told(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str, name: str
) -> None:
    # A picture of each slice is a file of its own; of the others there is one, and one of before.
    output = tmp_path / name
    if form != "overlay":
        output.write_text("of before")
    words = ["roi", str(study), *REGION, "--lesion", "L", "--format", form, "-o", str(output)]
    with file_size_limit(2_000):
        assert dicom_measure(words) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert f"{output.with_name('all-01.png') if form == 'overlay' else output} cannot be written" in told.err
    assert files_below(tmp_path) == (set() if form == "overlay" else {name})
    assert form == "overlay" or output.read_text() == "of before"
    assert dicom_measure(words) == 0


def test_that_more_segments_than_memory_holds_are_refused_in_words(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workstation.objects.segmentation_writing._MOST_BYTES", 12 * 512 * 512)
    words = ["roi", str(study), *REGION, "--format", "seg", "-o", str(tmp_path / "all.dcm")]
    assert dicom_measure(words) == 1
    assert "12 segments on 12 frames are too much at once" in capsys.readouterr().err
    assert files_below(tmp_path) == set()
    assert dicom_measure([*words, "--lesion", "L"]) == 0  # one segment


def test_that_a_row_whose_plot_finds_the_disk_full_is_told_and_its_numbers_are_written(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"command": "roi", "file": str(study / "00.dcm"), "roi": REGION[1], "plot": "0.png"}
    (tmp_path / "many.json").write_text(json.dumps([row]))
    with file_size_limit(6_000):
        assert dicom_measure(["batch", str(tmp_path / "many.json"), "-o", str(tmp_path / "all.csv")]) == 1
    assert "many.json, entry 1: " in capsys.readouterr().err
    assert files_below(tmp_path) == {"many.json", "all.csv"}


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of the system, which Windows has not")
def test_that_output_that_finds_the_disk_full_is_whole_but_for_its_last_line(study: Path, tmp_path: Path) -> None:
    output = tmp_path / "lines.json"
    words = [sys.executable, "-c", _FULL, "20000", "--batch", "measure", "roi", str(study), *REGION, "--json"]
    with output.open("w") as stream:
        done = subprocess.run(
            words, stdout=stream, stderr=subprocess.PIPE, text=True, env=uncounted(), timeout=_SECONDS, check=False
        )
    assert done.returncode == 1
    assert done.stderr.startswith("workstation: The output cannot be written: ")
    assert done.stderr.count("\n") == 1
    *whole, _cut = output.read_text().split("\n")
    assert len(whole) >= 2
    assert all(json.loads(line)["values"] for line in whole)
