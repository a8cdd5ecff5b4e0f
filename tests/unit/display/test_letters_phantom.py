"""Letters proven on a patient with a marker on each side: the one at an edge is that of the marker seen nearest to it.

The slices are sampled from the patient, go through a DICOM file, and are rendered; where the markers are in the picture
is measured in its pixels. Nothing here uses the directions that the letters are made from.
"""

import itertools
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.display.files import write_image
from workstation.display.letters import EdgeLetters, edge_letters
from workstation.display.render import Renderer
from workstation.display.view import View
from workstation.model.frame import Frame, Window
from workstation.model.image import Image

SIDE = 48
MARKERS = {
    "L": ((15, 0, 0), 40), "R": ((-15, 0, 0), 80), "P": ((0, 15, 0), 120),
    "A": ((0, -15, 0), 160), "H": ((0, 0, 15), 200), "F": ((0, 0, -15), 240),
}  # fmt: skip
VIEWS = [
    View(
        Window(127.5, 255, "LINEAR_EXACT"),
        rotation_quarters=quarters,
        flipped_h=h,
        flipped_v=v,
        interpolation="nearest",
    )
    for quarters, h, v in itertools.product(range(4), (False, True), (False, True))
]
AXES = [np.array(axis, float) for axis in itertools.chain(*([sign * row for row in np.eye(3)] for sign in (1, -1)))]
ORIENTATIONS = [(row, column) for row, column in itertools.product(AXES, AXES) if row @ column == 0]
assert len(ORIENTATIONS) == 24


def _about(axis: int, degrees: float) -> NDArray[np.float64]:
    """Turn about an axis of the patient."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turn = np.eye(3)
    one, other = (each for each in range(3) if each != axis)
    turn[[one, one, other, other], [one, other, one, other]] = c, -s, s, c
    return turn


def _sampled(along_row: NDArray[np.float64], along_column: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Cut the patient through the middle."""
    steps = np.arange(SIDE) - (SIDE - 1) / 2
    places = steps[None, :, None] * along_row + steps[:, None, None] * along_column
    values = np.zeros((SIDE, SIDE), np.uint8)
    for place, value in MARKERS.values():
        values[np.linalg.norm(places - np.array(place), axis=-1) < 6] = value
    return values


def _frame(tmp_path: Path, along_row: Any, along_column: Any, **attributes: Any) -> Frame:
    pixels = _sampled(np.asarray(along_row, float), np.asarray(along_column, float))
    origin = -(SIDE - 1) / 2 * (np.asarray(along_row) + np.asarray(along_column))
    written = {
        "ImageOrientationPatient": [f"{each:.10g}" for each in (*along_row, *along_column)],
        "ImagePositionPatient": [f"{each:.6f}" for each in origin],
        "PixelSpacing": [1, 1],
        **attributes,
    }
    return Image.open(write_image(tmp_path / "slice.dcm", pixels, **written)).frame()


def _seen(renderer: Renderer, view: View) -> EdgeLetters:
    """Name each edge after the marker that the picture has nearest to it."""
    picture = renderer.picture(view, (SIDE, SIDE))[..., 0]
    middles = {}
    for letter, (_, value) in MARKERS.items():
        rows, columns = np.nonzero(picture == value)
        if len(rows) > 20:
            middles[letter] = columns.mean() - (SIDE - 1) / 2, rows.mean() - (SIDE - 1) / 2
    assert len(middles) >= 4
    edges = ((-1, 0), (0, -1), (1, 0), (0, 1))
    return EdgeLetters(*(max(middles, key=lambda each: np.dot(middles[each], edge)) for edge in edges))


@pytest.mark.parametrize(("along_row", "along_column"), ORIENTATIONS, ids=str)
def test_that_letters_are_right_for_each_of_the_24_orientations_however_turned(
    tmp_path: Path, along_row: NDArray[np.float64], along_column: NDArray[np.float64]
) -> None:
    frame = _frame(tmp_path, along_row, along_column)
    renderer = Renderer(frame)
    for view in VIEWS:
        assert edge_letters(frame.plane, view) == _seen(renderer, view)


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize(("along_row", "along_column"), ORIENTATIONS, ids=str)
def test_that_the_first_letter_is_right_for_slices_tilted_by_17_degrees(
    tmp_path: Path, along_row: NDArray[np.float64], along_column: NDArray[np.float64], axis: int
) -> None:
    turn = _about(axis, 17)
    frame = _frame(tmp_path, turn @ along_row, turn @ along_column)
    renderer = Renderer(frame)
    tilted = 0
    for view in VIEWS:
        letters = edge_letters(frame.plane, view)
        assert EdgeLetters(*(each[0] for each in letters)) == _seen(renderer, view)
        tilted += sum(len(each) == 2 for each in letters)
    assert tilted in (32, 64)  # one way in the image is turned, or both are


@pytest.mark.parametrize(
    ("position", "along_row", "along_column", "letters"),
    [
        ("HFS", (1, 0, 0), (0, 1, 0), "RALP"),
        ("HFP", (-1, 0, 0), (0, -1, 0), "LPRA"),
        ("HFDR", (0, -1, 0), (1, 0, 0), "PRAL"),
        ("HFDL", (0, 1, 0), (-1, 0, 0), "ALPR"),
        ("FFS", (-1, 0, 0), (0, 1, 0), "LARP"),
        ("FFP", (1, 0, 0), (0, -1, 0), "RPLA"),
        ("FFDR", (0, 1, 0), (1, 0, 0), "ARPL"),
        ("FFDL", (0, -1, 0), (-1, 0, 0), "PLAR"),
    ],
)
def test_that_letters_follow_the_orientation_in_every_position_of_the_patient(
    tmp_path: Path, position: str, along_row: Any, along_column: Any, letters: str
) -> None:
    frame = _frame(tmp_path, along_row, along_column, PatientPosition=position)
    assert edge_letters(frame.plane, View()) == tuple(letters)
    renderer = Renderer(frame)
    for view in VIEWS:
        assert edge_letters(frame.plane, view) == _seen(renderer, view)


@pytest.mark.parametrize(("along_row", "along_column"), ORIENTATIONS, ids=str)
def test_that_patient_orientation_alone_gives_the_same(
    tmp_path: Path, along_row: NDArray[np.float64], along_column: NDArray[np.float64]
) -> None:
    frame = replace(_frame(tmp_path, along_row, along_column), plane=None)
    codes = tuple(
        next(key for key, (place, _) in MARKERS.items() if np.dot(place, way) > 14) for way in (along_row, along_column)
    )
    renderer = Renderer(frame)
    for view in VIEWS:
        assert edge_letters(None, view, patient_orientation=codes) == _seen(renderer, view)
