"""The viewer from keys to what is seen: on a terminal in memory that a person waits for."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest

from tests.terminal_samples import Emulator, area_means
from tests.unit.display.files import write_image
from tests.unit.terminal.stage import Stage, gone, keys, play, said
from workstation.display.picture import encoded
from workstation.display.render import render
from workstation.display.view import View
from workstation.model.image import Image
from workstation.phantoms import small
from workstation.phantoms.writing import save
from workstation.terminal.device.events import Ended, Key, Mouse, Pasted, Resized
from workstation.terminal.encoding.boxes import Box

READY_TO_PROBE = said("Bq/ml")
READY = said(" HU")
"""The window stands in the last but one line: there is an image."""


@pytest.fixture
def series(tmp_path: Path) -> Path:
    folder = tmp_path / "series"
    folder.mkdir()
    small.volume("axial").write(folder)
    return folder


def picture_seen(stage: Stage, *, column: int = 2, row: int = 1, columns: int = 76, rows: int = 21) -> np.ndarray:
    """The upper and lower half of each character in a box, (2 rows, columns, 3)."""
    assert isinstance(stage.emulator, Emulator)
    fine = stage.emulator.quarters(column=column, row=row, columns=columns, rows=rows, letters="RL")
    return np.asarray(fine[:, ::2])


def value_at(folder: Path, number: int, column: int, row: int) -> float:
    """What pydicom gives for a pixel of the slice that is ``number`` from the feet, from 1."""
    datasets = sorted((pydicom.dcmread(path) for path in folder.iterdir()), key=lambda ds: ds.ImagePositionPatient[2])
    ds = datasets[number - 1]
    return float(ds.pixel_array[row, column] * float(ds.RescaleSlope) + float(ds.RescaleIntercept))


def test_that_the_picture_on_the_terminal_is_that_of_the_image(series: Path) -> None:
    stage = play([series], [(said("image 5/9  W"), keys("[")), (said("image 4/9  W"), ())])
    datasets = sorted(series.iterdir(), key=lambda path: pydicom.dcmread(path).ImagePositionPatient[2])
    with Image.open(datasets[3]) as image:
        picture = render(image.frame(), View(), (76 * 3, 42 * 3))
    seen = picture_seen(stage).astype(float)
    assert np.abs(seen - area_means(picture, 42, 76)).max() <= 2


def test_that_scrolling_ends_where_the_keys_say_and_the_terminal_never_gets_two_pictures_at_once(series: Path) -> None:
    stage = play([series], [(said("image 5/9  W"), keys("home", *["down"] * 5, "up")), (said("image 5/9  W"), ())])
    with_pictures = [each for each in stage.sent if b"\x1b[5n" in each]
    assert len(with_pictures) <= 3  # seven keys at once make one picture, not seven
    assert all(each.count(b"\x1b[5n") == 1 for each in with_pictures)


def test_that_a_terminal_that_does_not_answer_is_still_drawn_on(series: Path) -> None:
    stage = play(
        [series],
        [(said("image 5/9  W"), keys("down")), (said("image 6/9  W"), keys("down")), (said("image 7/9  W"), ())],
        answers=False,
    )
    assert stage.status.startswith("image 7/9")


def test_that_the_probe_tells_what_pydicom_tells(series: Path) -> None:
    stage = play([series], [(READY, keys("p", "right", "down")), (said(" HU ·"), ())])
    match = re.match(r"x (\d+), y (\d+) · (-?\d+) HU · (.+ mm)", stage.hint)
    assert match is not None, stage.hint
    column, row, value = (int(each) for each in match.groups()[:3])
    assert value == value_at(series, 5, column, row)
    volume = small.volume("axial")
    x, y, z = (volume.grid.affine_lps @ (column, row, 4, 1))[:3]
    sides = ["LR"[int(x < 0)], "PA"[int(y < 0)], "HF"[int(z < 0)]]
    assert match[4] == " ".join(f"{side} {abs(at):.1f}" for side, at in zip(sides, (x, y, z), strict=True)) + " mm"
    assert stage.follows


def test_that_the_mouse_moves_the_cross_hair_to_the_pixel_under_it(series: Path) -> None:
    at = Mouse("press", "left", 40.5, 11.5)
    stage = play([series], [(READY, (Key("p"), at, replace(at, kind="release"))), (said(" HU ·"), ())])
    match = re.match(r"x (\d+), y (\d+) ·", stage.hint)
    assert match is not None
    view, frame_shape = View(), (20, 28)
    datasets = sorted(series.iterdir(), key=lambda path: pydicom.dcmread(path).ImagePositionPatient[2])
    with Image.open(datasets[4]) as image:
        matrix = view.screen_to_image(image.frame(), (228, 126))
    column, row = matrix @ ((40.5 - 2) / 76 * 228 - 0.5, (11.5 - 1) / 21 * 126 - 0.5, 1)
    assert (int(match[1]), int(match[2])) == (round(column), round(row))
    assert 0 <= round(row) < frame_shape[0]


def test_that_a_distance_is_that_of_the_hand_with_what_it_is_measured_by(series: Path) -> None:
    moves = [*["right"] * 3, *["down"] * 4]
    stage = play(
        [series],
        [(READY, keys("d", "enter", *moves, "enter")), (said("Length"), keys("escape")), (said("Length"), ())],
    )
    ds = pydicom.dcmread(next(series.iterdir()))
    down, across = (float(each) for each in ds.PixelSpacing)
    length = float(np.hypot(3 * across, 4 * down))
    assert stage.hint.startswith(f"Length {length:.1f} mm by Pixel Spacing (0028,0030)")


def test_that_a_distance_without_spacing_is_one_of_pixels_and_says_so_once(tmp_path: Path) -> None:
    source = write_image(tmp_path / "a.dcm", np.arange(600, dtype=np.int16).reshape(20, 30))
    stage = play([source], [(said("W "), keys("d", "enter", "right", "right", "enter")), (said("Length"), ())])
    assert stage.hint == "Length 2.0 px. No spacing in the file: lengths are in pixels."


def test_that_all_frames_of_a_film_without_a_window_have_one(tmp_path: Path) -> None:
    frames = np.stack([np.full((20, 30), 10, np.uint8) for _ in range(5)])
    frames[:, 2:8] = 5
    frames[3, 4:12, 4:12] = 200  # contrast comes and goes
    source = write_image(tmp_path / "a.dcm", frames)
    whole = "W 196 L 103"
    stage = play([source], [(said(whole), keys("end")), (said("5/5"), ())])
    assert stage.status == f"frame 5/5  {whole}"


def test_that_a_drag_of_the_left_button_changes_the_window_as_in_the_main_window(series: Path) -> None:
    drag = [Mouse("press", "left", 30.5, 10.5), Mouse("drag", "left", 40.5, 10.5), Mouse("release", "left", 40.5, 10.5)]
    typed = keys(":", *"40,400", "enter")
    stage = play([series], [(READY, (*typed, *drag)), (said("W 556"), ())])
    assert "W 556 L 40 HU" in stage.status  # 100 pixels of 256 double the width


def coronal_row(row: int) -> np.ndarray:
    """The voxels (rows, columns) of the slice at a row of a coronal plane: the first row is nearest to the head."""
    return np.asarray(small.volume("axial").hu_kji[::-1][row])


def probed(hint: str) -> tuple[int, int, int]:
    """Column, row and value in the last line."""
    match = re.match(r"x (\d+), y (\d+) · (-?\d+) HU", hint)
    assert match is not None, hint
    return int(match[1]), int(match[2]), int(match[3])


def test_that_planes_of_the_volume_come_when_it_is_read_and_the_probe_tells_the_voxel(series: Path) -> None:
    stage = play(
        [series],
        [
            (READY, keys("m")),
            (said("  axial  W"), keys("m")),
            (said("  sagittal  W"), keys("m")),
            (said("  coronal  W"), keys("p", "down", "down")),
            (said(" HU ·"), ()),
        ],
    )
    column, row, value = probed(stage.hint)
    counted = re.search(r"plane (\d+)/20", stage.status)
    assert counted is not None
    assert value == coronal_row(row)[int(counted[1]) - 1, column]


def test_that_a_projection_of_the_whole_volume_is_one_picture(series: Path) -> None:
    stage = play(
        [series], [(READY, keys("M")), (said("whole volume  W"), keys("p", "right", "right")), (said(" HU ·"), ())]
    )
    assert "plane 1/1  coronal, MIP of the whole volume" in stage.status
    column, row, value = probed(stage.hint)
    assert value == coronal_row(row)[:, column].max()


def test_that_elements_of_the_file_are_searched(series: Path) -> None:
    stage = play(
        [series],
        [
            (READY, keys("t")),
            (said("SOPClassUID"), keys("/", *"patient name", "enter")),
            (said("1 of 1 lines"), keys("/", *"patient", "enter")),
            (said("1 of "), keys("n", "n")),
            (said("3 of "), ()),
        ],
    )
    assert "SMALL-1" in stage.text
    assert stage.hint.endswith("lines with 'patient'")


def test_that_help_stands_in_front_and_gives_way_again(series: Path) -> None:
    stage = play(
        [series], [(READY, keys("?")), (said("previous and next image"), keys("escape")), (gone("PgUp PgDn"), ())]
    )
    assert stage.status.startswith("image 5/9")
    assert picture_seen(stage).max() > 40


def test_that_what_is_typed_is_seen_and_pasted_text_goes_in(series: Path) -> None:
    play(
        [series],
        [
            (READY, (Key(":"), Pasted("-600,1500"))),
            (said("Window (centre,width or a name): -600,1500_"), keys("enter")),
            (said("W 1500 L -600 HU"), ()),
        ],
    )


def test_that_a_picture_is_saved_beside_others_and_without_the_patient(series: Path, tmp_path: Path) -> None:
    stage = play([series], [(READY, keys("s")), (said("Saved as"), keys("s")), (said("-2.png"), ())], folder=tmp_path)
    first, second = sorted(tmp_path.glob("*.png"), key=lambda path: len(path.name))
    assert (first.name, second.name) == ("CT-series1-image0005.png", "CT-series1-image0005-2.png")
    assert "1024 x" in stage.hint
    datasets = sorted(series.iterdir(), key=lambda path: pydicom.dcmread(path).ImagePositionPatient[2])
    with Image.open(datasets[4]) as image:
        plain = render(image.frame(), View(overlays=True), (1024, 566))
    assert first.read_bytes() == second.read_bytes()
    assert len(first.read_bytes()) > len(encoded(plain, "png")) / 2


def test_that_an_image_that_cannot_be_decoded_says_so_and_the_others_go_on(series: Path) -> None:
    damaged = sorted(series.iterdir(), key=lambda path: pydicom.dcmread(path).ImagePositionPatient[2])[4]
    damaged.write_bytes(damaged.read_bytes()[:-600])
    stage = play(
        [series],
        [
            (said("Copy or request"), keys("down")),
            (gone("Copy or request"), keys("up")),
            (said("Copy or request"), keys("[")),
            (said("image 4/9  W"), ()),
        ],
    )
    assert picture_seen(stage).max() > 40


def test_that_text_of_a_file_cannot_drive_the_terminal(series: Path) -> None:
    for path in series.iterdir():
        ds = pydicom.dcmread(path)
        ds.SeriesDescription = "\x1b[31m\x1b]0;owned\x07 chest\u202e"
        save(ds, path)
    stage = play(
        [series],
        [
            (READY, keys("I")),
            (said("Patient"), keys("t")),
            (said("SOPClassUID"), keys("/", *"owned", "enter")),
            (said("1 of"), ()),
        ],
    )
    sent = b"".join(stage.sent)
    assert b"\x1b[31m" not in sent
    assert b"\x1b]0;" not in sent
    assert b"\xe2\x80\xae" not in sent


def test_that_a_small_terminal_says_what_it_needs_and_a_larger_one_shows_the_image_again(series: Path) -> None:
    stage = play(
        [series],
        [
            (READY, (Resized(Box(20, 5)),)),
            (said("24x8"), (Resized(Box(60, 20)),)),
            (said("image 5/9  W"), ()),
        ],
    )
    assert picture_seen(stage, columns=56, rows=17).max() > 40


def test_that_a_tiny_terminal_is_left_with_q(series: Path) -> None:
    stage = play([series], [(said("q quits"), ())], columns=20, rows=5)
    assert "There are 20x5." in " ".join(stage.text.split())


def test_that_the_end_of_input_ends_it(series: Path) -> None:
    play([series], [(said("image 5/9  W"), (Ended(),))])


def test_that_two_series_are_scrolled_together_by_their_place(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for number, ds in enumerate(small.volume("axial").datasets):
            ds.SeriesInstanceUID = f"1.2.3.{len(name)}{name == 'two':d}"
            ds.SeriesNumber = 1 + (name == "two")
            ds.SOPInstanceUID = f"1.2.3.9.{number}.{name == 'two':d}"
            ds.SeriesDescription = name
            if name == "one" or number % 2:
                save(ds, tmp_path / name / f"{number}.dcm")
    stage = play(
        [tmp_path],
        [(READY, keys("home", "end")), (said("image 9/9  W"), keys("tab")), (said("> 2 CT two"), ())],
        shown=(0, 1),
    )
    assert "linked" in stage.status
    last = int(re.search(r"image (\d+)/(\d+)", stage.status)[1])  # type: ignore[index]
    assert last == int(re.search(r"image (\d+)/(\d+)", stage.status)[2])  # type: ignore[index]


def test_that_series_without_a_place_in_common_begin_in_their_middles_and_scroll_by_images(tmp_path: Path) -> None:
    for name in ("axial", "coronal"):
        (tmp_path / name).mkdir()
        for number, ds in enumerate(small.volume(name).datasets):
            ds.SeriesInstanceUID, ds.FrameOfReferenceUID = f"1.2.3.{len(name)}", f"1.2.9.{len(name)}"
            ds.SOPInstanceUID, ds.SeriesNumber = f"1.2.3.{len(name)}.{number}", len(name)
            save(ds, tmp_path / name / f"{number}.dcm")
    stage = play(
        [tmp_path / "axial", tmp_path / "coronal"],
        [(said("image 5/9  W"), keys("down", "down")), (said("image 7/9  W"), keys("tab")), (said("> 7 CT"), ())],
        columns=100,
        shown=(0, 1),
    )
    assert stage.status.startswith("image 7/9  W")


def test_that_letters_of_the_sides_stand_close_to_the_image_and_leave_nothing_behind(series: Path) -> None:
    def line(stage: Stage) -> str:
        return str(stage.emulator.screen.display[1 + 21 // 2])

    fitted = play([series], [(READY, ())])
    assert (line(fitted).index("R"), line(fitted).rindex("L")) == (
        8,
        71,
    )  # 59 of 76 columns are image
    zoomed = play([series], [(READY, keys("+", "+", "+")), (said("zoom 1.95x"), ())])
    assert (line(zoomed)[0], line(zoomed)[79]) == ("R", "L")
    assert line(zoomed).count("R") == line(zoomed).count("L") == 1
    again = play(
        [series], [(READY, keys("+", "+", "+")), (said("zoom 1.95x"), keys("f", "h")), (gone("zoom 1.95x"), ())]
    )
    assert (line(again).index("L"), line(again).rindex("R")) == (8, 71)
    assert line(again).count("R") == line(again).count("L") == 1
    none = play([series], [(READY, keys("o", "o")), (said("Nothing is drawn"), ())])
    assert not {"R", "L"} & set(line(none))


def test_that_nothing_is_read_twice_when_one_looks_back(series: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    opened = Image.open.__func__  # type: ignore[attr-defined]

    def counted(cls: type[Image], place: object) -> Image:
        read.append(str(place))
        return opened(cls, place)  # type: ignore[no-any-return]

    monkeypatch.setattr(Image, "open", classmethod(counted))
    play(
        [series],
        [
            (said("image 5/9  W"), keys("end")),
            (said("image 9/9  W"), keys("home")),
            (said("image 1/9  W"), keys("end")),
            (said("image 9/9  W"), ()),
        ],
    )
    assert len(read) == len(set(read))


def test_that_uptake_is_said_as_suv_too(shared_data: Path) -> None:
    folder = shared_data / "pet_fdg_qin0024"
    truth = json.loads((shared_data / "TRUTH.json").read_text())["pet_suv"]["suvbw_factor_g_per_Bq"]
    pet = [path for path in sorted(folder.rglob("*")) if path.is_file() and _modality(path) == "PT"]
    stage = play(pet, [(READY_TO_PROBE, keys("p")), (said("SUVbw"), ())], columns=120)
    match = re.search(r"· ([\d.]+) Bq/ml · .* mm · ([\d.]+) g/ml SUVbw", stage.hint)
    assert match is not None, stage.hint
    assert float(match[2]) == pytest.approx(float(match[1]) * truth, rel=2e-3)
    assert "inverted" in stage.status


def _modality(path: Path) -> str:
    ds = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=["Modality"], force=True)
    return str(ds.get("Modality", ""))


def test_that_a_film_plays_goes_on_by_itself_and_stops_where_it_is(shared_data: Path) -> None:
    def has_moved(stage: Stage) -> bool:
        frame = re.match(r"frame (\d+)/96 .*cine [\d.]+", stage.status)
        return frame is not None and int(frame[1]) >= 3

    (film,) = (path for path in (shared_data / "xa").iterdir() if path.is_file())
    stage = play(
        [film],
        [
            (said("frame 1/96  W"), keys(" ")),
            (has_moved, keys(" ")),
            (gone("cine"), keys("home")),
            (said("frame 1/96  W"), ()),
        ],
    )
    assert "cine" not in stage.status
