"""The command ``export``: pictures and movies equal to `render`, names without patients, nothing overwritten."""

import json
import threading
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as Pillow

from tests.unit.display.files import write_image
from workstation.batch.main import main
from workstation.display.render import render
from workstation.display.view import View
from workstation.errors import Cancelled
from workstation.exporting.operations import ExportParameters, export
from workstation.jobs.events import Event, Progressed
from workstation.jobs.job import Job
from workstation.model.frame import Window
from workstation.model.image import Image
from workstation.phantoms import small

SMOOTH = np.add.outer(np.arange(48), np.arange(64)).astype(np.int16) * 8


def _run(*words: object) -> int:
    return main(["export", *(str(word) for word in words)])


def _results(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def _movie(path: Path) -> tuple[list[NDArray[np.uint8]], float]:
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    found: list[NDArray[np.uint8]] = []
    while True:
        there, picture = capture.read()
        if not there:
            return found, float(capture.get(cv2.CAP_PROP_FPS))
        found.append(np.asarray(picture[..., ::-1], np.uint8))


def _picture(path: Path) -> NDArray[np.uint8]:
    read = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert read is not None
    return np.asarray(read[..., ::-1], np.uint8)


@pytest.fixture
def cine(tmp_path: Path) -> Path:
    frames = np.stack([SMOOTH + 20 * n for n in range(12)])
    return write_image(tmp_path / "cine.dcm", frames, FrameTime=80, WindowCenter=500, WindowWidth=1000, Modality="XA")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "Doe^Jane"
    folder.mkdir()
    small.volume("axial").write(folder)
    return folder


def test_that_each_picture_of_a_stack_is_that_of_render(study: Path, tmp_path: Path) -> None:
    assert _run(study, "-o", tmp_path / "out", "--format", "png", "--window", "100,400", "--size", "90x80") == 0
    written = sorted((tmp_path / "out").rglob("*.png"))
    places = [(path, Image.open(path)) for path in study.iterdir()]
    by_height = sorted(places, key=lambda item: float(item[1].dataset.ImagePositionPatient[2]))
    assert len(written) == len(by_height) > 3
    first, last = _picture(written[0]), _picture(written[-1])
    for picture, (_path, image) in ((first, by_height[0]), (last, by_height[-1])):
        np.testing.assert_array_equal(picture, render(image.frame(), View(Window(100, 400)), (90, 80)))


def test_that_names_say_nothing_of_the_patient_unless_wanted(study: Path, tmp_path: Path) -> None:
    name = str(Image.open(next(study.iterdir())).dataset.PatientName).split("^")[0]
    assert _run(study, "-o", tmp_path / "out", "--format", "jpeg", "--every", 4) == 0
    plain = [str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.jpg")]
    assert plain
    assert not any(name.casefold() in path.casefold() for path in plain)
    assert _run(study, "-o", tmp_path / "named", "--format", "jpeg", "--every", 4, "--with-names") == 0
    named = [str(path.relative_to(tmp_path / "named")) for path in (tmp_path / "named").rglob("*.jpg")]
    assert all(name.casefold() in path.casefold() for path in named)


def test_that_a_movie_has_the_pictures_and_the_rate_of_the_cine(cine: Path, tmp_path: Path) -> None:
    assert _run(cine, "-o", tmp_path / "a.mp4") == 0
    shown, rate_hz = _movie(tmp_path / "a.mp4")
    assert (len(shown), rate_hz) == (12, 12.5)
    image = Image.open(cine)
    for number, picture in enumerate(shown):
        away = picture.astype(int) - render(image.frame(number), View(), (64, 48))
        assert np.abs(away).mean() < 2.5


@pytest.mark.parametrize(
    ("attributes", "words", "rate_hz"),
    [
        ({"FrameTimeVector": [0, 50, 50, 50]}, (), 20),
        ({"RecommendedDisplayFrameRate": 15, "CineRate": 30}, (), 15),
        ({"CineRate": 30}, (), 30),
        ({}, (), 24),
        ({"FrameTime": 100}, ("--rate", 5), 5),
        ({"FrameTime": 100}, ("--every", 2), 5),
    ],
)
def test_that_the_rate_is_that_of_the_image_then_24(
    tmp_path: Path, attributes: dict[str, Any], words: tuple[object, ...], rate_hz: float
) -> None:
    path = write_image(tmp_path / "a.dcm", np.stack([SMOOTH] * 4), **attributes)
    assert _run(path, "-o", tmp_path / "a.mp4", *words) == 0
    assert _movie(tmp_path / "a.mp4")[1] == pytest.approx(rate_hz)


def test_that_an_animation_is_exact(cine: Path, tmp_path: Path) -> None:
    assert _run(cine, "-o", tmp_path / "a.gif", "--frame", "3-5") == 0
    image = Image.open(cine)
    with Pillow.open(tmp_path / "a.gif") as animation:
        for number in range(3):
            animation.seek(number)
            assert animation.info["duration"] == 80
            expected = render(image.frame(number + 2), View(), (64, 48))
            np.testing.assert_array_equal(np.asarray(animation.convert("RGB")), expected)


def test_that_one_window_holds_for_all_of_a_movie_without_windows(tmp_path: Path) -> None:
    brighter = np.stack([SMOOTH, SMOOTH + 400, SMOOTH + 800])
    path = write_image(tmp_path / "a.dcm", brighter)
    assert _run(path, "-o", tmp_path / "a.gif") == 0
    with Pillow.open(tmp_path / "a.gif") as animation:
        means = []
        for number in range(3):
            animation.seek(number)
            means.append(np.asarray(animation.convert("L")).mean())
    assert means[0] < means[1] - 20 < means[2] - 40


def test_that_a_frame_that_cannot_be_decoded_is_told_and_the_rest_is_done(
    cine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cine.write_bytes(cine.read_bytes()[: -48 * 64 * 2 - 10])  # the last frame, and some of the one before it
    assert _run(cine, "-o", tmp_path / "a.gif", "--json") == 1
    told = _results(capsys)
    assert [each.get("reason") for each in told if "reason" in each]
    with Pillow.open(tmp_path / "a.gif") as animation:
        animation.seek(9)
        assert np.asarray(animation.convert("L")).max() > 100


def test_that_nothing_is_overwritten_unless_asked(
    cine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "a.mp4"
    target.write_text("mine")
    assert _run(cine, "-o", target) == 1
    assert "is there already" in capsys.readouterr().err
    assert target.read_text() == "mine"
    assert _run(cine, "-o", target, "--overwrite") == 0
    assert len(_movie(target)[0]) == 12


def test_that_a_cancelled_movie_leaves_nothing(cine: Path, tmp_path: Path) -> None:
    stop = threading.Event()

    def sink(event: Event) -> None:
        if isinstance(event, Progressed) and event.text == "Writing a movie" and event.done == 5:
            job.cancel()
            stop.set()

    job = Job("export", sink)
    with pytest.raises(Cancelled):
        list(export(ExportParameters(inputs=(cine,), output=tmp_path / "out" / "a.mp4"), job))
    assert stop.is_set()
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("-o", "a.gif", "--format", "mp4"), "ends like a GIF file"),
        (("-o", "folder"), "does not say what to write"),
        (("-o", "a.png"), "12 images do not go into one file"),
        (("-o", "a.mp4", "--frame", "2"), "no movie to write"),
        (("-o", "a.mp4", "--series", "1.2.3"), "nothing of that to export"),
    ],
)
def test_that_what_cannot_be_is_told(
    cine: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _run(cine, *words) == 1
    assert sentence in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["cine.dcm"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "CON", "a/b\\c:d*e?", "..", "\u202egnp.exe", " "])
def test_that_names_of_tags_stay_inside_the_folder(tmp_path: Path, name: str) -> None:
    words: dict[str, Any] = dict.fromkeys(("PatientName", "SeriesDescription", "StudyDescription"), name)
    source = write_image(tmp_path / "a.dcm", SMOOTH, SpecificCharacterSet="ISO_IR 192", **words)
    out = tmp_path / "out"
    assert _run(source, "-o", out, "--format", "png", "--with-names") == 0
    (written,) = out.rglob("*.png")
    parts = written.relative_to(out).parts
    assert len(parts) == 3
    assert not any(part.strip(" .") != part or set(part) & set('/\\:*?"<>|') or part == "CON" for part in parts)


def test_that_two_series_of_one_number_get_two_names(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(2):
        write_image(
            folder / f"{number}.dcm",
            SMOOTH,
            SeriesInstanceUID=f"1.2.{number}",
            StudyInstanceUID="1.2",
            SeriesNumber=7,
            Modality="../etc",
        )
    assert _run(folder, "-o", tmp_path / "out", "--format", "tiff") == 0
    names = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.tiff"))
    assert names == ["007_ETC-2/001.tiff", "007_ETC/001.tiff"]
