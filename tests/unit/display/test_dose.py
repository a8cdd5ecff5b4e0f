"""The wash and the isodose lines of a dose: where the arithmetic says, in the colours of their levels."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.dose_samples import dose_object
from workstation.batch.main import main
from workstation.display.dose import DoseLayer, contour_lines, wash
from workstation.display.render import render
from workstation.display.segments import Dressed, looks_of
from workstation.display.view import View
from workstation.model.dose import Dose, DoseLevel
from workstation.model.frame import Frame
from workstation.model.geometry import Spacing
from workstation.model.image import Image
from workstation.phantoms import small

LEVELS = (
    DoseLevel(90, "90 %   45.00 Gy", 45.0, (230, 60, 60)),
    DoseLevel(50, "50 %   25.00 Gy", 25.0, (70, 190, 150)),
)
DOSE = Dose("2.25.3", "2.25.4", "Dose", "Gy", 50.0, "plan, physical", LEVELS)
FRAME = Frame(np.zeros((60, 80), np.uint8), "MONOCHROME2", 8, Spacing())
_ROWS, _COLUMNS = np.mgrid[0:60, 0:80]
CONE = (50 - np.hypot(_ROWS - 30, _COLUMNS - 40)).astype(np.float32)
"""50 Gy in the middle (column 40, row 30), one less for each pixel away."""


def test_that_a_line_runs_where_the_values_pass_the_level() -> None:
    lines = contour_lines(CONE, 35.0)
    away = np.hypot(lines[..., 0] - 40, lines[..., 1] - 30)
    assert np.abs(away - 15).max() < 0.05
    length = np.hypot(*(lines[:, 0] - lines[:, 1]).T).sum()
    assert length == pytest.approx(2 * np.pi * 15, rel=0.01), "all around, and once"


@pytest.mark.parametrize("level", [-1.0, 51.0])
def test_that_a_level_that_is_passed_nowhere_has_no_line(level: float) -> None:
    assert len(contour_lines(np.clip(CONE, 0, None), level)) == 0
    assert len(contour_lines(CONE[:1], 35.0)) == 0


def test_that_every_case_of_a_cell_joins_its_sides_once() -> None:
    for case in range(16):
        cell = np.array([[case >> 3 & 1, case >> 2 & 1], [case & 1, case >> 1 & 1]], float)
        lines = contour_lines(np.pad(cell, 1), 0.5)
        ends = np.round(lines.reshape(-1, 2), 6).tolist()
        assert all(ends.count(end) % 2 == 0 for end in ends), "lines are closed: each end meets another"


def test_that_colours_run_over_and_begin_at_the_lowest_level_that_is_shown() -> None:
    looks = looks_of(LEVELS, opacity=0.5)
    shown = tuple((level, looks[level.number]) for level in LEVELS)
    tint, (left, top) = wash(CONE, shown)
    assert tint[30 - top, 40 - left].tolist() == [115, 30, 30, 128], "in the middle half of the colour of the highest"
    at_level = tint[30 - top, 40 + 25 - left]
    np.testing.assert_allclose(at_level[:3], np.array((70, 190, 150)) / 2, atol=1)
    between = tint[30 - top, 40 + 15 - left]
    np.testing.assert_allclose(between[:3], np.add((70, 190, 150), (230, 60, 60)) / 4, atol=1)
    assert (left, top) == (40 - 25, 30 - 25)
    assert tint[0, 0].tolist() == [0, 0, 0, 0]


def test_that_picture_and_screen_show_the_same_and_hidden_levels_nothing() -> None:
    layer, view, size_px = DoseLayer(DOSE, CONE), View(rotation_quarters=1, flipped_h=True), (400, 480)
    plain = render(FRAME, view, size_px)
    picture = plain.copy()
    looks = looks_of(LEVELS, opacity=0.4)
    Dressed(layer, looks).put_over(picture, FRAME, view, size_px)
    screen = np.dstack([plain[..., ::-1], np.full(plain.shape[:2], 255, np.uint8)]).copy()
    Dressed(layer, looks).put_over(screen, FRAME, view, size_px)
    assert np.abs(screen[..., 2::-1].astype(int) - picture).max() <= 1
    assert (screen[..., 3] == 255).all()
    hidden = {number: type(look)(look.colour, is_shown=False) for number, look in looks.items()}
    nothing = plain.copy()
    Dressed(layer, hidden).put_over(nothing, FRAME, view, size_px)
    np.testing.assert_array_equal(nothing, plain)
    assert Dressed(layer, hidden).reading((40.0, 30.0)) == ""


def test_that_lines_lie_at_their_dose_on_the_screen_and_a_legend_names_them() -> None:
    layer, view, size_px = DoseLayer(DOSE, CONE), View(), (640, 480)
    picture = render(FRAME, view, size_px)
    Dressed(layer, looks_of(LEVELS, opacity=0.0)).put_over(picture, FRAME, view, size_px)
    to_image = view.screen_to_image(FRAME, size_px)
    for level in LEVELS:
        places = np.argwhere(np.abs(picture.astype(int) - level.colour).max(axis=2) < 12)[:, ::-1]
        points = np.column_stack([places, np.ones(len(places))]) @ to_image.T
        away = np.hypot(points[:, 0] - 40, points[:, 1] - 30)
        on_line = np.abs(away - (50 - level.dose)) < 0.2
        assert on_line.sum() > 30, level.name
        assert (points[~on_line][:, 0] < 20).all(), "what else has its colour is the legend at the left"
        assert (~on_line).sum() > 20
    small_px = (160, 120)
    tiny = render(FRAME, view, small_px)
    Dressed(layer, looks_of(LEVELS, opacity=0.0)).put_over(tiny, FRAME, view, small_px)
    assert not tiny[70:, :20].any(), "a small picture has no legend"


def test_that_the_dose_under_the_pointer_is_told_with_its_unit() -> None:
    values = CONE.copy()
    values[0, 0] = np.nan
    layer = Dressed(DoseLayer(DOSE, values), looks_of(LEVELS))
    assert layer.reading((40.0, 30.0)) == "dose 50.00 Gy"
    assert layer.reading((43.2, 34.3)) == "dose 45.00 Gy"
    assert layer.reading((0.0, 0.0)) == layer.reading((-1.0, 3.0)) == layer.reading((80.0, 3.0)) == ""


def test_that_batch_draws_a_dose_or_says_that_it_lies_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = small.volume("axial").write(tmp_path / "ct")[3]
    frame = Image.open(path).frame()
    assert frame.plane is not None
    x, y, z = frame.plane.origin_lps
    values = np.full((4, 12, 12), 30.0)
    values[:, 4:8, 4:8] = 60.0
    for name, uid in (("dose", frame.plane.frame_of_reference_uid), ("other", "2.25.9")):
        made = dose_object(values, (x, y, z - 10), (10, 4, 4), frame_of_reference_uid=uid)
        made.save_as(tmp_path / f"{name}.dcm", enforce_file_format=True)
    words = ["image", str(path), "--size", "560x400", "--segments"]
    assert main([*words, str(tmp_path / "dose.dcm"), "-o", str(tmp_path / "a.png")]) == 0
    assert capsys.readouterr().err == ""
    picture = np.asarray(cv2.imread(str(tmp_path / "a.png")))[..., ::-1]
    plain = render(frame, View(), (560, 400))
    assert (picture != plain).any(axis=2).sum() > 5000
    assert main([*words, str(tmp_path / "other.dcm"), "-o", str(tmp_path / "b.png")]) == 0
    assert capsys.readouterr().err == "Nothing of --segments lies on these images.\n"
    np.testing.assert_array_equal(np.asarray(cv2.imread(str(tmp_path / "b.png")))[..., ::-1], plain)
