"""Real images in a terminal: the greys that arrive there are those of DCMTK; every sample is shown or told why not."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.terminal_samples import Emulator
from workstation.batch.main import main

IMAGES = {
    "signed MR": ("mr_brain_t1_mrhead/000050.IMA", 600, 1200),
    "CT": ("seg/highdicom/ct_image.dcm", 40, 350),
    "PET with slope": ("pet_fdg_qin0024/PET/000150.dcm", 3000, 6000),
}


@pytest.mark.parametrize("name", IMAGES)
def test_that_greys_in_the_terminal_are_those_of_dcmtk(
    name: str,
    shared_data: Path,
    tmp_path: Path,
    tool: Callable[[str], str],
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    relative, center, width = IMAGES[name]
    source = shared_data / relative
    if not source.exists():
        pytest.skip(f"needs {relative}")
    command = [
        tool("dcm2pnm"),
        "-q",
        "+op",
        "+Ww",
        str(center),
        str(width),
        "+Wfl",
        str(source),
        str(tmp_path / "a.pgm"),
    ]
    subprocess.run(command, check=True)
    theirs = cv2.imread(str(tmp_path / "a.pgm"), cv2.IMREAD_UNCHANGED)
    assert theirs is not None
    rows, columns = theirs.shape

    window = [f"--window-center={center}", f"--window-width={width}"]
    looked = ["--mode", "ansi", "--blocks", "half", "--size", f"{columns}x{rows // 2}", *window]
    assert main(["viewer", str(source), *looked, *(["--invert"] if "PET" in name else [])]) == 0

    emulator = Emulator(columns + 1, rows // 2 + 4)
    emulator.feed(capfdbinary.readouterr().out)
    seen = emulator.quarters(column=0, row=0, columns=columns, rows=rows // 2)[:, ::2, 0].astype(np.int_)
    assert np.abs(seen - theirs).max() <= 1
    assert np.ptp(seen) > 200


def test_that_every_sample_is_shown_or_told_why_not(
    shared_data: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    folders = [
        str(shared_data / name) for name in ("gsps", "malformed", "enhanced", "us", "charset", "nm_op_ecg", "xa")
    ]
    words = ["--size", "24x12", "--show-info", "--show-overlay", "--json"]

    assert main(["viewer", *folders, *words]) == 1

    out, err = capfdbinary.readouterr()
    told = [json.loads(line) for line in out.splitlines()]
    assert b"error of the program" not in out
    assert b"Traceback" not in err
    assert sum("error" not in each for each in told) > 20
    assert all(each["reason"] for each in told if "error" in each)
