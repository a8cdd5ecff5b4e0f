"""Volumes drawn by commands: the picture that was asked for is there, whole, and nothing else."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pydicom
import pytest
from PIL import Image

from tests.limits import file_size_limit
from tests.segmentation_samples import blobs, in_order, segmentation
from workstation.batch.main import main
from workstation.errors import Cancelled
from workstation.jobs.events import Event, Progressed
from workstation.jobs.job import Job
from workstation.operations.values import Size
from workstation.phantoms import small
from workstation.volume.rendering.animating import animate
from workstation.volume.rendering.parameters import AnimateParameters

TF = '{"points": [[-200, "#000000", 0], [0, "#ff8000", 0.9], [900, "#ffffff", 1]]}'
SMALL = ("--size", "96x80")


@pytest.fixture
def series(tmp_path: Path) -> Path:
    folder = tmp_path / "series"
    folder.mkdir()
    small.volume("axial").write(folder)
    (tmp_path / "tf.json").write_text(TF, encoding="utf-8")
    return folder


def picture(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def test_the_usage_line_draws_a_volume(series: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, tf = series.parent / "volume.png", series.parent / "tf.json"
    files = [str(path) for path in sorted(series.iterdir())]
    line = ["3d", "volume", *files, "--output", str(out), "--transfer-function", str(tf), "--camera-angle", "45,30"]
    assert main([*line, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["azimuth_deg"], told["elevation_deg"], told["pictures"]) == (45, 30, 1)
    assert picture(out).shape == (800, 800, 3)
    assert picture(out).max() > 40


def test_the_usage_line_writes_an_animation(series: Path) -> None:
    out = series.parent / "animation"
    files = [str(path) for path in sorted(series.iterdir())]
    line = ["3d", "animate", *files, "--output", f"{out}/", "--method", "volume", "--rotation", "360", "--frames", "12"]
    assert main([*line, *SMALL]) == 0
    assert [path.name for path in sorted(out.iterdir())] == [f"{number:03d}.png" for number in range(1, 13)]
    first, quarter, half = (picture(out / name).astype(int) for name in ("001.png", "004.png", "007.png"))
    assert (first != quarter).any()
    assert (first != half).any()
    assert not [each for each in series.parent.iterdir() if each.name.startswith(".unfinished")]


@pytest.mark.parametrize("method", ["volume", "mip", "minip", "average", "isosurface"])
def test_each_method_draws_something_of_its_own(series: Path, method: str) -> None:
    out = series.parent / f"{method}.png"
    colours = ["--window-center", "-50", "--window-width", "500"] if method != "isosurface" else ["--threshold", "0"]
    assert main(["3d", "volume", str(series), "-o", str(out), "--method", method, *colours, *SMALL]) == 0
    shown = picture(out)
    assert shown.shape == (80, 96, 3)
    assert shown.max() > 40
    assert (shown[0, 0] == 0).all()


@pytest.mark.parametrize(("ending", "kind"), [(".png", "PNG"), (".jpg", "JPEG"), (".tif", "TIFF"), (".dcm", "DICOM")])
def test_the_ending_says_which_kind_of_file(series: Path, ending: str, kind: str) -> None:
    out = series.parent / "new folder" / f"picture{ending}"
    assert main(["3d", "volume", str(series), "-o", str(out), "--preset", "grey", *SMALL]) == 0
    if kind == "DICOM":
        written = pydicom.dcmread(out)
        assert (written.Rows, written.Columns, written.SamplesPerPixel) == (80, 96, 3)
        assert "azimuth 0" in written.DerivationDescription
        assert written.pixel_array.max() > 60
    else:
        with Image.open(out) as image:
            assert image.format == kind


def test_movies_have_all_pictures_at_their_rate(series: Path) -> None:
    line = ["3d", "animate", str(series), "--method", "mip", "--frames", "6", "--rate", "10", *SMALL, "-o"]
    for name in ("turn.gif", "turn.mp4", "turn.dcm"):
        assert main([*line, str(series.parent / name)]) == 0
    with Image.open(series.parent / "turn.gif") as gif:
        assert getattr(gif, "n_frames", 1) == 6
        assert gif.info["duration"] == 100
    movie = cv2.VideoCapture(str(series.parent / "turn.mp4"))
    assert (movie.get(cv2.CAP_PROP_FRAME_COUNT), round(movie.get(cv2.CAP_PROP_FPS))) == (6, 10)
    movie.release()
    cine = pydicom.dcmread(series.parent / "turn.dcm")
    assert (cine.NumberOfFrames, float(cine.FrameTime)) == (6, 100)


def test_a_segment_alone_is_shown(series: Path) -> None:
    images = in_order(small.volume("axial"))
    seg = series.parent / "seg.dcm"
    made = segmentation(images, blobs((len(images), small.ROWS, small.COLUMNS)))
    made.save_as(seg, enforce_file_format=True)
    line = ["3d", "volume", str(series), "--method", "mip", "--window-center", "0", "--window-width", "1000", *SMALL]
    assert main([*line, "-o", str(series.parent / "all.png")]) == 0
    assert main([*line, "-o", str(series.parent / "one.png"), "--mask", str(seg), "--segment", "2"]) == 0
    everything, one = picture(series.parent / "all.png"), picture(series.parent / "one.png")
    assert 0 < (one > 0).sum() < 0.7 * (everything > 0).sum()


def test_a_box_of_voxels_and_one_of_the_patient_cut_alike(series: Path) -> None:
    grid = small.volume("axial").grid
    low = grid.affine_lps @ [-0.5, -0.5, -0.5, 1]
    high = grid.affine_lps @ [13.5, 19.5, 8.5, 1]
    lps = ",".join(f"{value:.6f}" for pair in zip(low[:3], high[:3], strict=True) for value in pair)
    line = ["3d", "volume", str(series), "--preset", "grey", *SMALL, "-o"]
    assert main([*line, str(series.parent / "voxels.png"), "--clip", "0,13,0,19,0,8"]) == 0
    assert main([*line, str(series.parent / "lps.png"), "--lps", f"--clip={lps}"]) == 0
    assert main([*line, str(series.parent / "plane.png"), "--clip-plane", "13.5,0,0,-1,0,0"]) == 0
    assert main([*line, str(series.parent / "whole.png")]) == 0
    voxels, patient, plane, whole = (
        picture(series.parent / f"{name}.png") for name in ("voxels", "lps", "plane", "whole")
    )
    np.testing.assert_array_equal(voxels, patient)
    np.testing.assert_allclose(voxels.astype(int), plane.astype(int), atol=2)
    assert (voxels > 0).sum() < 0.7 * (whole > 0).sum()


def test_key_frames_and_flights_are_drawn(series: Path) -> None:
    keys = series.parent / "keys.json"
    keys.write_text('[{"at": 0, "camera_angle": [0, 0]}, {"at": 1, "camera_angle": [90, 45], "zoom": 2}]')
    line = ["3d", "animate", str(series), "--preset", "grey", "--frames", "3", *SMALL, "-o"]
    assert main([*line, str(series.parent / "keys"), "--key-frames", str(keys)]) == 0
    assert (
        main(
            [*line[:-1], "--camera-angle", "90,45", "--zoom", "2", "--rotation", "0", "-o", str(series.parent / "end")]
        )
        == 0
    )
    np.testing.assert_array_equal(
        picture(series.parent / "keys" / "003.png"), picture(series.parent / "end" / "001.png")
    )
    path = series.parent / "path.txt"
    path.write_text("-31 10 -132\n-20 20 -132\n-10 30 -130\n")
    assert main([*line, str(series.parent / "flight"), "--path", str(path)]) == 0
    assert picture(series.parent / "flight" / "001.png").max() > 30


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["volume", "-o", "x.bmp"], "not known which kind of picture"),
        (["volume", "-o", "x.png", "--preset", "ct-bones"], "There is no preset 'ct-bones'"),
        (["volume", "-o", "x.png", "--clip", "5,4,0,1,0,1"], "--clip: the box has no inside"),
        (["volume", "-o", "x.png", "--transfer-function", "none.json"], "cannot be read"),
        (["volume", "-o", "x.png", "--mask", "none.nii"], "No such file"),
        (["animate", "-o", "x.png"], "not written under that name"),
        (["animate", "-o", "x.gif", "--format", "mp4"], "not written under that name"),
        (["animate", "-o", "x.gif", "--over-time"], "no one series with several volumes over time"),
        (["animate", "-o", "x.gif", "--path", "none.txt"], "cannot be read"),
    ],
)
def test_what_cannot_be_drawn_is_told_and_nothing_is_left(
    series: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(series.parent)
    before = sorted(series.parent.iterdir())
    assert main(["3d", words[0], str(series), *words[1:]]) == 1
    assert told in capsys.readouterr().err
    assert sorted(series.parent.iterdir()) == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--preset", "ct-bone", "--transfer-function", "tf.json"], "both say which colours"),
        (["--camera-angle", "1,2", "--side", "left"], "both say where the eye is"),
        (["--window-center", "40"], "belong together: give both"),
        (["--zoom", "0"], "--zoom has to be above 0"),
        (["--background", "blueish"], "is not a colour"),
        (["--size", "9000x10"], "--size is at most"),
        (["--clip-plane", "1,2,3,0,0,0"], "needs a direction"),
        (["--segment", "1"], "--segment names parts of a --mask"),
    ],
)
def test_contradictions_are_refused(
    series: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["3d", "volume", str(series), "-o", "x.png", *words]) == 2
    assert told in capsys.readouterr().err


def test_a_preset_may_be_a_window(series: Path) -> None:
    line = ["3d", "volume", str(series), "--method", "mip", *SMALL, "-o"]
    assert main([*line, str(series.parent / "name.png"), "--preset", "lung"]) == 0
    numbers = ["--window-center", "-600", "--window-width", "1500"]
    assert main([*line, str(series.parent / "numbers.png"), *numbers]) == 0
    np.testing.assert_array_equal(picture(series.parent / "name.png"), picture(series.parent / "numbers.png"))


@pytest.mark.parametrize("words", [["volume", "-o", "x.png"], ["animate", "-o", "x.gif", "--frames", "2"]])
def test_a_picture_of_nothing_says_why(
    series: Path, words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(series.parent)
    line = ["3d", *words, str(series), "--method", "isosurface", "--threshold", "3000", *SMALL]
    assert main([*line, "--json"]) == 0
    (note,) = json.loads(capsys.readouterr().out)["notes"]
    assert "no voxel crosses 3000 HU" in note


def test_an_animation_does_not_mix_with_another(series: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = series.parent / "pictures"
    line = ["3d", "animate", str(series), "--preset", "grey", *SMALL, "-o", str(out), "--frames"]
    assert main([*line, "4"]) == 0
    assert main([*line, "4"]) == 0
    assert main([*line, "3"]) == 1
    assert "pictures of another animation, such as 004.png" in capsys.readouterr().err
    assert len(list(out.iterdir())) == 4


@pytest.mark.parametrize("name", ["pictures", "turn.gif", "turn.mp4", "turn.dcm"])
def test_a_stopped_animation_leaves_nothing(series: Path, name: str) -> None:
    before = sorted(series.parent.iterdir())

    def stop_at_the_third(event: Event) -> None:
        if isinstance(event, Progressed) and event.text == "Drawing" and event.done == 2:
            job.cancel()

    job = Job(sink=stop_at_the_third)
    wanted: dict[str, Any] = {
        "inputs": (series,),
        "output": series.parent / name,
        "preset": "grey",
        "size": Size(60, 60),
    }
    with pytest.raises(Cancelled):
        animate(AnimateParameters(**wanted), job)
    assert sorted(series.parent.iterdir()) == before


def test_a_series_over_time_is_shown_time_by_time(shared_data: Path, tmp_path: Path) -> None:
    source, out = shared_data / "mr_fmri_4d_ge", tmp_path / "times"
    assert main(["3d", "animate", str(source), "-o", str(out), "--over-time", "--method", "mip", *SMALL]) == 0
    assert len(list(out.iterdir())) == 10
    first, last = picture(out / "001.png").astype(int), picture(out / "010.png").astype(int)
    assert 0 < np.abs(first - last).mean() < 20


def test_a_full_disk_names_what_was_asked_for(series: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = series.parent / "pictures"
    with file_size_limit(200):
        assert main(["3d", "animate", str(series), "-o", f"{out}/", "--frames", "3", *SMALL]) == 1
    said = capsys.readouterr().err
    assert f"{out / '001.png'} cannot be written" in said
    assert "unfinished-" not in said
    assert sorted(path.name for path in series.parent.iterdir()) == ["series", "tf.json"]


@pytest.mark.parametrize("method", ["mip", "average"])
def test_projections_of_images_that_show_low_values_bright_do_so_too(method: str, series: Path) -> None:
    plain, turned = series.parent / "plain.png", series.parent / "turned.png"
    line = ["3d", "volume", str(series), "--method", method, "--window-center", "100", "--window-width", "900", *SMALL]
    assert main([*line, "-o", str(plain)]) == 0
    for path in series.iterdir():
        ds = pydicom.dcmread(path)
        ds.PhotometricInterpretation = "MONOCHROME1"
        ds.save_as(path)
    assert main([*line, "-o", str(turned)]) == 0
    is_volume = picture(plain).max(axis=2) > 0
    is_volume &= picture(turned).max(axis=2) > 0
    is_volume = cv2.erode(is_volume.astype(np.uint8), np.ones((7, 7))) > 0  # not the border, which is half there
    assert is_volume.sum() > 500
    there, inverse = (picture(path)[is_volume].astype(int) for path in (plain, turned))
    assert np.abs(there + inverse - 255).max() <= 3
