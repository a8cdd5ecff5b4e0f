"""Planes as pictures that are turned, mirrored, inverted and coloured, and with the rows that are wished."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from workstation.batch.main import main
from workstation.phantoms import small

PLANE = ("--plane-normal", "0,0,1", "--window-center", "0.5", "--window-width", "2001")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a small phantom as a series."""
    made = tmp_path / "series"
    made.mkdir()
    small.volume("axial").write(made)
    return made


def cut(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[NDArray[Any], dict[str, Any]]:
    target = folder.parent / "out.png"
    capsys.readouterr()
    assert main(["3d", "mpr", str(folder), "-o", str(target), *PLANE, *words, "--json"]) == 0
    return np.asarray(cv2.imread(str(target), cv2.IMREAD_COLOR)), json.loads(capsys.readouterr().out)


def test_that_pictures_are_inverted_turned_and_mirrored_as_images_are(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain, _ = cut(folder, capsys)
    assert plain.std() > 1
    inverted, _ = cut(folder, capsys, "--invert")
    np.testing.assert_array_equal(inverted, 255 - plain)
    turned, said = cut(folder, capsys, "--rotate", "90")
    np.testing.assert_array_equal(turned, np.rot90(plain, -1))
    assert (said["width"], said["height"]) == (plain.shape[0], plain.shape[1])
    mirrored, _ = cut(folder, capsys, "--rotate", "90", "--flip", "horizontal")
    np.testing.assert_array_equal(mirrored, np.rot90(plain, -1)[:, ::-1])
    coloured, _ = cut(folder, capsys, "--colours", "hot-iron")
    assert (coloured[..., 2] > coloured[..., 0]).any(), "hot iron is red before it is white"


@pytest.mark.parametrize(
    ("rows", "as_plain"),
    [
        ("1,0,0", lambda plain: plain),
        ("0,1,0", lambda plain: np.rot90(plain, 1)),
        ("-1,0,0", lambda plain: plain[::-1, ::-1]),
    ],
)
def test_that_rows_run_as_wished_and_the_picture_is_never_mirrored(
    rows: str, as_plain: Any, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain, _ = cut(folder, capsys)
    made, said = cut(folder, capsys, "--plane-rows", rows)
    np.testing.assert_array_equal(made, as_plain(plain))
    assert said["along_row_lps"] == [float(each) for each in rows.split(",")]
    assert np.cross(said["along_row_lps"], said["along_column_lps"]).tolist() == [0, 0, 1]


def test_that_with_rows_the_normal_says_from_which_side_one_looks(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain, _ = cut(folder, capsys)
    behind, said = cut(folder, capsys, "--plane-normal", "0,0,-1", "--plane-rows", "-1,0,0")
    np.testing.assert_array_equal(behind, plain[:, ::-1])
    assert said["along_column_lps"] == [0, 1, 0]


@pytest.mark.parametrize(
    ("words", "sentence", "code"),
    [
        (("--planes", "axial", "--plane-rows", "1,0,0"), "--plane-rows is about --plane-normal", 2),
        (("--plane-normal", "1,2,3", "--plane-rows", "-2,-4,-6"), "or that of --plane-normal", 2),
        (("--plane-normal", "1,2,3", "--plane-rows", "0,0,0"), "--plane-rows has no direction", 2),
        (("--planes", "axial", "--format", "dicom", "--invert"), "about pictures, not about --format dicom", 2),
        (("--planes", "axial", "--colours", "mauve"), "mauve", 1),
    ],
)
def test_that_what_cannot_be_is_told(
    words: tuple[str, ...], sentence: str, code: int, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["3d", "mpr", str(folder), "-o", str(folder.parent / "out"), *words]) == code
    assert sentence in " ".join(capsys.readouterr().err.split())
    assert not (folder.parent / "out").exists()
