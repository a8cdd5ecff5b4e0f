"""Letters are derived a second time from rendered pictures, whose pixels hold where in the patient they lie."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.display.frames import frame_of
from workstation.display.letters import EdgeLetters, edge_letters
from workstation.display.render import render
from workstation.display.view import View
from workstation.model.frame import Window
from workstation.model.geometry import Plane, Spacing, SpacingSource, Vector

WAYS = [
    View(rotation_quarters=quarters, flipped_h=h, flipped_v=v)
    for quarters, h, v in itertools.product(range(4), (False, True), (False, True))
]
PLANES: dict[str, tuple[Vector, Vector]] = {
    "axial": ((1, 0, 0), (0, 1, 0)),
    "axial, prone": ((-1, 0, 0), (0, -1, 0)),
    "sagittal": ((0, 1, 0), (0, 0, -1)),
    "coronal": ((1, 0, 0), (0, 0, -1)),
    "decubitus, on the left side": ((0, 1, 0), (-1, 0, 0)),
    "decubitus, on the right side": ((0, -1, 0), (1, 0, 0)),
    "coronal, standing on the head": ((-1, 0, 0), (0, 0, 1)),
    "oblique": ((0.8, 0.6, 0.0), (0.0, 0.0, -1.0)),
    "doubly oblique": ((0.48, 0.6, 0.64), (0.8, 0.0, -0.6)),
    "tilted gantry": ((1, 0, 0), (0, float(np.cos(0.32)), -float(np.sin(0.32)))),
    "hardly tilted": ((1, 0, 0), (0, float(np.cos(0.1)), -float(np.sin(0.1)))),
}
SIDE = 64


def _plane(name: str) -> Plane:
    along_row, along_column = PLANES[name]
    return Plane((0, 0, 0), along_row, along_column, Spacing(1, 1, SpacingSource.PIXEL_SPACING))


def _seen_positions(plane: Plane, view: View) -> NDArray[np.float64]:
    """Render three images that hold L, P and H of their pixels: (rows, columns, 3), in mm."""
    rows, columns = np.indices((SIDE, SIDE)) - (SIDE - 1) / 2
    layers = []
    for along_row, along_column in zip(plane.along_row_lps, plane.along_column_lps, strict=True):
        position = columns * along_row + rows * along_column
        frame = frame_of(position.astype(np.float32))
        shown = replace(view, voi=Window(0, 200, "LINEAR_EXACT"))
        layers.append(render(frame, shown, (SIDE, SIDE))[..., 0] / 255 * 200 - 100)
    return np.stack(layers, axis=-1)


def _named(direction: NDArray[np.float64]) -> str:
    """Name a direction by every axis of the patient within 80 degrees of it, the nearest first."""
    direction = direction / np.linalg.norm(direction)
    parts = [
        (abs(share), positive if share > 0 else negative)
        for share, (positive, negative) in zip(direction, (("L", "R"), ("P", "A"), ("H", "F")), strict=True)
        if abs(share) > np.cos(np.radians(80))
    ]
    return "".join(letter for _, letter in sorted(parts, key=lambda part: -part[0]))


@pytest.mark.parametrize("name", PLANES)
@pytest.mark.parametrize("view", WAYS)
def test_that_letters_name_what_the_rendered_picture_holds_at_its_edges(name: str, view: View) -> None:
    plane = _plane(name)
    seen = _seen_positions(plane, view)
    right = seen[:, -1].mean(axis=0) - seen[:, 0].mean(axis=0)
    down = seen[-1].mean(axis=0) - seen[0].mean(axis=0)
    expected = EdgeLetters(_named(-right), _named(-down), _named(right), _named(down))
    assert edge_letters(plane, view) == expected


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("axial", ("R", "A", "L", "P")),
        ("sagittal", ("A", "H", "P", "F")),
        ("coronal", ("R", "H", "L", "F")),
        ("oblique", ("RA", "H", "LP", "F")),
        ("decubitus, on the left side", ("A", "L", "P", "R")),
        ("tilted gantry", ("R", "AH", "L", "PF")),
    ],
)
def test_that_the_usual_planes_have_the_usual_letters(name: str, letters: tuple[str, ...]) -> None:
    assert edge_letters(_plane(name), View()) == letters


@pytest.mark.parametrize("view", WAYS)
@pytest.mark.parametrize("name", ["axial", "sagittal", "oblique"])
def test_that_patient_orientation_gives_what_the_plane_gives(name: str, view: View) -> None:
    plane = _plane(name)
    unturned = edge_letters(plane, View())
    codes = (unturned.right, unturned.bottom)
    assert edge_letters(None, view, patient_orientation=codes) == edge_letters(plane, view)


@pytest.mark.parametrize("codes", [(), ("L",), ("", ""), ("LE", "V"), ("CR", "D"), ("LR", "F"), ("X", "Y"), ("L", "")])
def test_that_an_orientation_that_says_nothing_gives_no_letters(codes: tuple[str, ...]) -> None:
    letters = edge_letters(None, View(), patient_orientation=codes)
    assert set(letters) <= {"", "L", "R"}
    assert letters.top == letters.bottom == ""


def test_that_a_plane_without_direction_gives_no_letters() -> None:
    plane = Plane((0, 0, 0), (0, 0, 0), (0, 0, 0), Spacing())
    assert edge_letters(plane, View()) == ("", "", "", "")
