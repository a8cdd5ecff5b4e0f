"""The command ``image``: names, choices, failures, and that its pictures are those of `render`."""

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray

from tests.unit.display.files import write_image
from workstation.batch.main import main
from workstation.display.corner_templates import CORNERS, templates_path
from workstation.display.preset_table import Preset, PresetTable
from workstation.display.render import render
from workstation.display.view import View
from workstation.model.frame import Window
from workstation.model.image import Image

PIXELS = np.arange(48 * 64, dtype=np.int16).reshape(48, 64)


def _run(*words: object) -> int:
    return main(["image", *(str(word) for word in words)])


def _results(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def _picture(path: Path) -> NDArray[np.uint8]:
    read = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert read is not None
    return np.asarray(read[..., ::-1], np.uint8)


def _rendered(path: Path, view: View, size_px: tuple[int, int] = (64, 48)) -> NDArray[np.uint8]:
    return render(Image.open(path).frame(), view, size_px)


@pytest.fixture
def slice_file(tmp_path: Path) -> Path:
    return write_image(tmp_path / "slice.dcm", PIXELS, WindowCenter=1500, WindowWidth=2000, PatientName="Doe^Jane")


@pytest.fixture
def cine(tmp_path: Path) -> Path:
    return write_image(tmp_path / "cine.dcm", np.stack([PIXELS + 300 * n for n in range(12)]))


@pytest.mark.parametrize(
    ("words", "view", "size_px"),
    [
        ((), View(), (64, 48)),
        (("--window", "-600,1500"), View(Window(-600, 1500)), (64, 48)),
        (("--window", "900,300", "--function", "SIGMOID"), View(Window(900, 300, "SIGMOID")), (64, 48)),
        (("--preset", "Lung"), View(Window(-600, 1500)), (64, 48)),
        (("--preset", "file"), View(Window(1500, 2000)), (64, 48)),
        (("--colours", "Hot Iron"), View(colours="hot-iron"), (64, 48)),
        (("--invert", "--size", "200x90"), View(inverted=True), (200, 90)),
        (("--rotate", "90", "--flip", "vertical"), View(rotation_quarters=1, flipped_v=True), (48, 64)),
        (("--zoom", "2"), View(zoom=2), (128, 96)),
        (("--size", "200x90", "--side", "right"), View(at_sides=frozenset({"right"})), (200, 90)),
        (
            ("--size", "50x40", "--zoom", "3.5", "--centre", "20.5,-1", "--interpolation", "cubic"),
            View(zoom=3.5, centre_px=(20.5, -1), interpolation="cubic"),
            (50, 40),
        ),
    ],
)
def test_that_the_picture_is_that_of_render(
    slice_file: Path, words: tuple[str, ...], view: View, size_px: tuple[int, int]
) -> None:
    output = slice_file.with_name("out.png")
    assert _run(slice_file, "-o", output, *words) == 0
    np.testing.assert_array_equal(_picture(output), _rendered(slice_file, view, size_px))


def test_that_tall_pixels_make_a_tall_picture(tmp_path: Path) -> None:
    source = write_image(tmp_path / "a.dcm", PIXELS, PixelSpacing=[1.0, 0.5])
    assert _run(source, "-o", tmp_path / "a.png") == 0
    assert _picture(tmp_path / "a.png").shape == (96, 64, 3)


@pytest.mark.parametrize(("name", "begins"), [("a.jpg", b"\xff\xd8"), ("a.TIFF", b"II*"), ("a.png", b"\x89PNG")])
def test_that_the_ending_of_the_output_decides_the_format(slice_file: Path, name: str, begins: bytes) -> None:
    output = slice_file.with_name(name)
    assert _run(slice_file, "-o", output) == 0
    assert output.read_bytes().startswith(begins)


def test_that_frames_are_counted_from_one_and_get_numbered_names(
    cine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(cine, "-o", tmp_path / "out", "--frame", "1-2,12", "--window", "2000,4000", "--json") == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "cine-001.png",
        "cine-002.png",
        "cine-012.png",
    ]
    last = render(Image.open(cine).frame(11), View(Window(2000, 4000)), (64, 48))
    np.testing.assert_array_equal(_picture(tmp_path / "out" / "cine-012.png"), last)
    assert [result["frame"] for result in _results(capsys)] == [1, 2, 12]


def test_that_only_the_first_frame_is_written_unless_asked(cine: Path, tmp_path: Path) -> None:
    assert _run(cine, "-o", tmp_path / "one.png") == 0
    assert _run(cine, "-o", tmp_path / "all.png", "--all-frames") == 0
    assert {path.name for path in tmp_path.glob("*.png")} == {"one.png"} | {f"all-{n:03d}.png" for n in range(1, 13)}


def test_that_frames_that_are_not_there_are_told_and_the_others_done(
    cine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(cine, "-o", tmp_path / "out", "--frame", "11-14", "--json") == 1
    results = _results(capsys)
    assert sum("path" in result for result in results) == 2
    assert "12 frames" in json.dumps([result for result in results if "path" not in result])


def test_that_good_images_are_done_and_every_bad_one_is_told(
    slice_file: Path, cine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = tmp_path / "cut.dcm"
    cut.write_bytes(slice_file.read_bytes()[:-1000])
    (tmp_path / "text.dcm").write_text("no image at all")
    words = [slice_file, cut, tmp_path / "missing.dcm", tmp_path / "text.dcm", cine]
    assert _run(*words, "-o", tmp_path / "out", "--json") == 1
    results = _results(capsys)
    assert [Path(result["source"]).name for result in results if "path" in result] == ["slice.dcm", "cine.dcm"]
    told = json.dumps([result for result in results if "path" not in result])
    assert all(name in told for name in ("cut.dcm", "missing.dcm", "text.dcm"))
    assert len(results) == 5


def test_that_folders_keep_their_shape_and_leave_out_what_is_no_image(
    slice_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("study/a", "study/b"):
        (tmp_path / folder).mkdir(parents=True)
        shutil.copy(slice_file, tmp_path / folder / "0001.dcm")
    (tmp_path / "study" / "readme.txt").write_text("hello")
    assert _run(tmp_path / "study", "-o", tmp_path / "out") == 0
    written = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.png"))
    assert written == [str(Path("a") / "0001.png"), str(Path("b") / "0001.png")]


def test_that_images_of_one_name_do_not_overwrite_each_other(slice_file: Path, cine: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(cine, other / "slice.dcm")
    assert _run(slice_file, other / "slice.dcm", "-o", tmp_path / "out") == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["slice.png", "slice_2.png"]


def test_that_entries_of_archives_are_written_and_stay_in_the_folder(slice_file: Path, tmp_path: Path) -> None:
    archive = tmp_path / "disc.zip"
    with zipfile.ZipFile(archive, "w") as written:
        written.write(slice_file, "one/IM 1")
        written.write(slice_file, "two/IM<2>")
    assert _run(archive, "-o", tmp_path / "all") == 0
    names = sorted(str(path.relative_to(tmp_path / "all")) for path in (tmp_path / "all").rglob("*.png"))
    assert names == [str(Path("one") / "IM 1.png"), str(Path("two") / "IM_2_.png")]
    assert _run(f"{archive}!one/IM 1", "-o", tmp_path / "single.png") == 0
    assert _run(f"{archive}!none", "-o", tmp_path / "none.png") == 1


def test_that_several_images_do_not_go_into_one_file(
    slice_file: Path, cine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(slice_file, cine, "-o", tmp_path / "a.png") == 1
    assert "folder" in capsys.readouterr().err
    assert not (tmp_path / "a.png").exists()


def test_that_an_image_is_never_overwritten_by_its_picture(tmp_path: Path) -> None:
    source = write_image(tmp_path / "image.png", PIXELS)
    before = source.read_bytes()
    assert _run(source, "-o", source) == 1
    assert source.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--window", "40,400", "--preset", "lung"), 2),
        (("--window", "40,0"), 2),
        (("--window", "40,0.5"), 2),
        (("--window", "40,0", "--function", "SIGMOID"), 2),
        (("--frame", "0"), 2),
        (("--frame", "1", "--all-frames"), 2),
        (("--zoom", "0"), 2),
        (("--centre", "3,4"), 2),
        (("--side", "left"), 2),
        (("--side", "left,right", "--size", "50x40"), 2),
        (("--side", "left", "--size", "50x40", "--zoom", "2", "--centre", "3,4"), 2),
        (("--size", "90000x10"), 1),
        (("--preset", "nonsense"), 1),
        (("--format", "jpeg"), 1),
    ],
)
def test_that_what_cannot_be_is_refused_with_a_sentence(
    slice_file: Path, words: tuple[str, ...], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    output = slice_file.with_name("out.png")
    assert _run(slice_file, "-o", output, *words) == code
    assert words[0].removeprefix("--") in capsys.readouterr().err or code == 1
    assert not output.exists()


def test_that_burning_in_draws_overlays_and_names_the_patient(tmp_path: Path) -> None:
    overlay = np.zeros((200, 200), np.uint8)
    overlay[100, 60:140] = 1
    source = write_image(
        tmp_path / "a.dcm",
        np.full((200, 200), 100, np.uint8),
        PatientName="Doe^Jane",
        WindowCenter=128,
        WindowWidth=256,
    )
    dataset = _with_overlay(source, overlay)
    plain, burnt = tmp_path / "plain.png", tmp_path / "burnt.png"
    assert _run(dataset, "-o", plain) == 0
    assert _run(dataset, "-o", burnt, "--burn-in") == 0
    assert (_picture(plain) == 100).all()
    drawn = _picture(burnt)[..., 0]
    assert (drawn[100, 60:140] == 255).all()
    assert (drawn[:40, :100] == 255).any()


def _with_overlay(source: Path, bits: NDArray[np.uint8]) -> Path:
    dataset = pydicom.dcmread(source)
    for element, vr, value in (
        (0x0010, "US", bits.shape[0]),
        (0x0011, "US", bits.shape[1]),
        (0x0040, "CS", "G"),
        (0x0050, "SS", [1, 1]),
        (0x0100, "US", 1),
        (0x0102, "US", 0),
        (0x3000, "OW", np.packbits(bits, bitorder="little").tobytes()),
    ):
        dataset.add_new(0x60000000 | element, vr, value)
    dataset.save_as(source)
    return source


def test_that_windows_that_a_user_made_are_found_and_a_bad_file_of_them_is_told(
    slice_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, target = tmp_path / "own" / "presets.json", tmp_path / "out.png"
    monkeypatch.setattr("workstation.display.preset_table.presets_path", lambda: path)
    PresetTable.load().add("CT", Preset("My liver", Window(80, 120))).save()
    assert _run(slice_file, "-o", target, "--preset", "my liver") == 0
    assert np.array_equal(_picture(target), _rendered(slice_file, View(Window(80, 120))))
    path.write_text("{", encoding="utf-8")
    capsys.readouterr()
    assert _run(slice_file, "-o", target, "--preset", "lung") == 0
    assert "presets.json is not used" in capsys.readouterr().err


def test_that_corner_text_that_a_user_made_is_burned_in_and_a_bad_file_of_it_is_told(
    slice_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target, path = tmp_path / "out.png", templates_path()
    words = ("--burn-in", "--size", "400x400")
    assert _run(slice_file, "-o", target, *words) == 0
    shipped = _picture(target)
    empty: dict[str, list[str]] = {corner: [] for corner in CORNERS}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"version": 1, "modalities": {"CT": empty, "": empty}}), encoding="utf-8")
    assert _run(slice_file, "-o", target, *words) == 0
    bare = _picture(target)
    assert shipped[:60, :120].max() == 255
    assert np.array_equal(bare[60:340, 60:340], shipped[60:340, 60:340])
    assert (bare[:60, :120] != shipped[:60, :120]).any()
    path.write_text("{", encoding="utf-8")
    assert _run(slice_file, "-o", target, *words) == 0
    assert np.array_equal(_picture(target), shipped)
    assert "corner_text.json is not used" in capsys.readouterr().err
