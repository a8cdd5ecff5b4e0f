"""Movies and animations: what is in them is what was put in, at the time it is due."""

import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.limits import file_size_limit
from workstation.documents.movies import Codec, write_gif, write_mp4
from workstation.documents.timing import Timeline, hundredths, timeline
from workstation.errors import Cancelled, UserError

Picture = NDArray[np.uint8]


def _grey(number: int, size: tuple[int, int] = (96, 64)) -> Picture:
    """A smooth ramp with a bright square, whose place tells the number."""
    width, height = size
    ramp = np.linspace(0, 200, width)[None, :] + np.zeros((height, 1))
    ramp[20:40, 5 + 6 * number : 15 + 6 * number] = 255
    return np.repeat(ramp.astype(np.uint8)[..., None], 3, axis=2)


def _coloured(number: int) -> Picture:
    picture = np.zeros((64, 96, 3), np.uint8)
    picture[:, :32] = (200, 40, 30)
    picture[:, 32:64] = (30, 40 + 10 * number, 200)
    picture[:, 64:] = (128, 128, 128)
    return picture


def _decoded(path: Path) -> tuple[list[Picture], float]:
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    found: list[Picture] = []
    while True:
        there, picture = capture.read()
        if not there:
            return found, float(capture.get(cv2.CAP_PROP_FPS))
        found.append(np.asarray(picture[..., ::-1], np.uint8))


@pytest.mark.parametrize("codec", ["vp9", "mpeg4"])
def test_that_a_movie_of_greys_comes_back(tmp_path: Path, codec: Codec) -> None:
    write_mp4(_grey, timeline((80.0,) * 8), tmp_path / "a.mp4", codec=codec)
    shown, rate_hz = _decoded(tmp_path / "a.mp4")
    assert (len(shown), rate_hz) == (8, 12.5)
    for number, picture in enumerate(shown):
        away = picture.astype(int) - _grey(number)
        assert abs(away.mean()) < 1
        assert np.abs(away).mean() < 2.5
        assert np.ptp(picture, axis=2).max() == 0  # without a tint
    assert list(tmp_path.iterdir()) == [tmp_path / "a.mp4"]


@pytest.mark.parametrize("codec", ["vp9", "mpeg4"])
@pytest.mark.parametrize("value", [0, 16, 128, 240, 255])
def test_that_black_is_black_and_white_is_white(tmp_path: Path, codec: Codec, value: int) -> None:
    write_mp4(lambda _n: np.full((32, 32, 3), value, np.uint8), Timeline(24, (0, 0)), tmp_path / "a.mp4", codec=codec)
    shown, _ = _decoded(tmp_path / "a.mp4")
    assert np.abs(shown[0].astype(int) - value).max() <= 1


def test_that_colours_come_back(tmp_path: Path) -> None:
    write_mp4(_coloured, Timeline(25, tuple(range(6))), tmp_path / "a.mp4")
    shown, _ = _decoded(tmp_path / "a.mp4")
    for number, picture in enumerate(shown):
        for column in (16, 48, 80):
            assert np.abs(picture[32, column].astype(int) - _coloured(number)[32, column]).max() <= 4


def test_that_one_colour_picture_after_greys_makes_a_movie_in_colour(tmp_path: Path) -> None:
    write_mp4(lambda n: _coloured(n) if n == 2 else _grey(n), Timeline(25, (0, 1, 2)), tmp_path / "a.mp4")
    shown, _ = _decoded(tmp_path / "a.mp4")
    assert len(shown) == 3
    assert shown[2][32, 16, 0] > 150 > shown[2][32, 16, 1]


def test_that_odd_sizes_get_a_black_edge(tmp_path: Path) -> None:
    write_mp4(lambda n: _grey(n, (95, 63)), Timeline(25, (0, 1)), tmp_path / "a.mp4")
    shown, _ = _decoded(tmp_path / "a.mp4")
    assert shown[0].shape == (64, 96, 3)
    assert shown[0][-1].mean() < 30


def test_that_the_matrix_of_the_colours_is_named(tmp_path: Path) -> None:
    write_mp4(_coloured, Timeline(25, (0, 1)), tmp_path / "a.mp4")
    data = (tmp_path / "a.mp4").read_bytes()
    at = data.rfind(b"vpcC")
    size, _name, version, _profile, _level, depth, _primaries, _transfer, matrix = struct.unpack_from(
        ">I4sI6B", data, at - 4
    )
    assert (size, version >> 24, depth >> 4, depth & 1, matrix) == (20, 1, 8, 0, 6)


def test_that_a_cancelled_movie_leaves_nothing(tmp_path: Path) -> None:
    def cancelled(number: int) -> Picture:
        if number == 2:
            raise Cancelled
        return _grey(number)

    for write, name in ((write_mp4, "a.mp4"), (write_gif, "a.gif")):
        with pytest.raises(Cancelled):
            write(cancelled, Timeline(25, (0, 1, 2, 3)), tmp_path / "sub" / name)
    assert list((tmp_path / "sub").iterdir()) == []


@pytest.mark.parametrize("name", ["a.mp4", "a.gif"])
def test_that_no_half_movie_is_left_where_no_more_can_be_written(
    tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (8, 256, 256, 3), np.uint8)
    (tmp_path / name).write_text("what was there before")
    write = write_mp4 if name == "a.mp4" else write_gif
    with file_size_limit(20_000), pytest.raises(UserError):
        write(lambda n: noise[n], Timeline(25, tuple(range(8))), tmp_path / name)
    assert list(tmp_path.iterdir()) == [tmp_path / name]
    assert (tmp_path / name).read_text() == "what was there before"
    assert capfd.readouterr() == ("", "")  # nothing of OpenCV's beside the error


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_that_a_movie_cut_short_anywhere_is_none(
    tmp_path: Path, share: float, capfd: pytest.CaptureFixture[str]
) -> None:
    line = Timeline(25, tuple(range(6)))
    write_mp4(_coloured, line, tmp_path / "whole.mp4")
    with file_size_limit(int((tmp_path / "whole.mp4").stat().st_size * share)), pytest.raises(UserError):
        write_mp4(_coloured, line, tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == [tmp_path / "whole.mp4"]
    assert capfd.readouterr() == ("", "")


def test_that_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        write_mp4(_grey, Timeline(25, (0,)), tmp_path / "file" / "a.mp4")


def test_that_an_animation_of_greys_is_exact(tmp_path: Path) -> None:
    def full(number: int) -> Picture:
        return np.repeat(np.roll(np.arange(256, dtype=np.uint8), number)[None, :, None].repeat(20, 0), 3, axis=2)

    seconds = write_gif(full, timeline((1000 / 15,) * 6), tmp_path / "a.gif")
    assert seconds == pytest.approx(0.4)
    with Image.open(tmp_path / "a.gif") as animation:
        assert animation.info["loop"] == 0
        times = []
        for number in range(6):
            animation.seek(number)
            times.append(animation.info["duration"])
            np.testing.assert_array_equal(np.asarray(animation.convert("RGB")), full(number))
    assert sum(times) == 400
    assert set(times) == {60, 70}


def test_that_an_animation_keeps_colours_near(tmp_path: Path) -> None:
    write_gif(_coloured, timeline((100.0,) * 3), tmp_path / "a.gif")
    with Image.open(tmp_path / "a.gif") as animation:
        animation.seek(1)
        assert np.abs(np.asarray(animation.convert("RGB")).astype(int) - _coloured(1)).max() <= 8


def test_that_even_times_make_their_rate() -> None:
    line = timeline((33, 33, 33, 33))
    assert line.rate_hz == pytest.approx(1000 / 33)
    assert line.frames == (0, 1, 2, 3)


def test_that_uneven_times_repeat_frames() -> None:
    line = timeline((100, 200, 100, 100))
    assert line.rate_hz == pytest.approx(10)
    assert line.frames == (0, 1, 1, 2, 3)


def test_that_faster_than_a_screen_keeps_real_time() -> None:
    line = timeline((1000 / 240,) * 240)
    assert line.rate_hz == 60
    assert len(line.frames) == 60
    assert line.frames[:3] == (2, 6, 10)


def test_that_hundredths_do_not_add_up_to_another_length() -> None:
    steps = hundredths(timeline((1000 / 30,) * 90))
    assert sum(time for _frame, time in steps) == 300
    assert {time for _frame, time in steps} == {3, 4}
    fast = hundredths(timeline((1000 / 60,) * 120))
    assert sum(time for _frame, time in fast) == 200
    assert min(time for _frame, time in fast) >= 2
