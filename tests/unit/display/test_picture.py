import stat
from pathlib import Path

import cv2
import numpy as np
import pytest

from workstation.display.picture import PictureFormat, check_size, encoded, write_picture
from workstation.errors import UserError

COLOURS = np.random.default_rng(1).integers(0, 256, (20, 30, 3)).astype(np.uint8)
GREY = np.repeat(COLOURS[..., :1], 3, axis=2)
BEGINNINGS: dict[PictureFormat, tuple[bytes, ...]] = {
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpeg": (b"\xff\xd8\xff",),
    "tiff": (b"II*\0", b"MM\0*"),
}


@pytest.mark.parametrize("picture_format", BEGINNINGS)
def test_that_a_file_is_of_its_format(picture_format: PictureFormat) -> None:
    assert encoded(COLOURS, picture_format).startswith(BEGINNINGS[picture_format])


@pytest.mark.parametrize("picture_format", ["png", "tiff"])
@pytest.mark.parametrize("picture", [COLOURS, GREY])
def test_that_png_and_tiff_lose_nothing(
    tmp_path: Path, picture_format: PictureFormat, picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
) -> None:
    write_picture(picture, tmp_path / "a", picture_format)
    read = cv2.imread(str(tmp_path / "a"), cv2.IMREAD_COLOR)
    assert read is not None
    np.testing.assert_array_equal(read[..., ::-1], picture)


def test_that_grey_pictures_have_one_channel() -> None:
    raw = np.frombuffer(encoded(GREY, "png"), np.uint8)
    read = cv2.imdecode(raw, cv2.IMREAD_UNCHANGED)
    assert read is not None
    assert read.ndim == 2


def test_that_jpeg_keeps_the_colours() -> None:
    picture = np.zeros((32, 32, 3), np.uint8)
    picture[..., 0], picture[:, 16:, 1] = 200, 90
    read = cv2.imdecode(np.frombuffer(encoded(picture, "jpeg"), np.uint8), cv2.IMREAD_COLOR)
    assert read is not None
    assert np.abs(read[..., ::-1].astype(int) - picture).max() <= 12


def test_that_a_file_is_replaced_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    write_picture(GREY, path, "png")
    assert path.read_bytes() == encoded(GREY, "png")
    assert list(tmp_path.iterdir()) == [path]
    assert stat.S_IMODE(path.stat().st_mode) & 0o600 == 0o600


def test_that_a_folder_that_takes_no_file_is_an_error_to_act_on(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with pytest.raises(UserError, match="cannot be written") as raised:
        write_picture(GREY, tmp_path / "plain" / "a.png", "png")
    assert "--output" in raised.value.hint


def test_that_a_monstrous_size_is_refused_before_anything_is_allocated() -> None:
    check_size(10_000, 20_000)
    for size in ((40_000, 10), (20_000, 20_000)):
        with pytest.raises(UserError, match="too large"):
            check_size(*size)
