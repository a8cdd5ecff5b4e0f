"""Every photometric, table and shutter, against arithmetic of its own, against DCMTK, and against a stored picture."""

import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.golden.kinds import FOLDER, KINDS

DCM2PNM = shutil.which("dcm2pnm") or ""


def _differs(one: NDArray[np.generic], other: NDArray[np.generic]) -> int:
    assert one.shape == other.shape
    return int(np.abs(one.astype(int) - other.astype(int)).max())


@pytest.mark.parametrize("name", KINDS)
def test_that_a_picture_is_what_the_standard_asks_for(tmp_path: Path, name: str) -> None:
    kind = KINDS[name]
    assert _differs(kind.drawn(tmp_path / "image.dcm"), kind.expected) <= kind.tolerance


@pytest.mark.parametrize("name", KINDS)
def test_that_a_picture_is_still_the_stored_one(tmp_path: Path, name: str) -> None:
    stored = cv2.imread(str(FOLDER / f"{name}.png"), cv2.IMREAD_COLOR)
    assert stored is not None
    assert _differs(KINDS[name].drawn(tmp_path / "image.dcm"), np.asarray(stored)[..., ::-1]) <= 1


@pytest.mark.skipif(not DCM2PNM, reason="needs dcm2pnm of DCMTK")
@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.dcmtk is not None])
def test_that_a_picture_is_that_of_dcmtk(tmp_path: Path, name: str) -> None:
    kind, source, target = KINDS[name], tmp_path / "image.dcm", tmp_path / "image.ppm"
    drawn = kind.drawn(source)
    subprocess.run([DCM2PNM, "-q", "+op", *(kind.dcmtk or ()), str(source), str(target)], check=True, timeout=60)
    theirs = cv2.imread(str(target), cv2.IMREAD_COLOR)
    assert theirs is not None
    assert _differs(drawn, np.asarray(theirs)[..., ::-1]) <= kind.of_dcmtk


def test_that_every_stored_picture_is_one_of_the_kinds() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == set(KINDS)
