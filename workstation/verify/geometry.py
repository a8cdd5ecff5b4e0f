"""Checks of where pixels and voxels lie in the patient, in every way of lying that scanners have."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from workstation.display.letters import edge_letters
from workstation.display.view import View
from workstation.measure.elsewhere import elsewhere
from workstation.model.frame import Frame
from workstation.model.geometry import (
    Plane,
    Vector,
    ijk_to_lps,
    image_to_lps,
    lps_to_ijk,
    lps_to_image,
    plane_normal_lps,
    tilt_deg,
    voxel_volume_mm3,
)
from workstation.model.volume import Volume
from workstation.phantoms import small
from workstation.phantoms.known import known_image
from workstation.quick_dataclass import dataclass
from workstation.verify.bench import Bench, drawn
from workstation.verify.check import Check

_PLACED_MM = 1e-5
_MARKER_PX = (19.0, 5.0)
_MAPPING = "PS3.3 C.7.6.2.1.1: position + column x spacing x row cosines + row x spacing x column cosines"
_HALF = (
    "Places are off by half a pixel, rows and columns or their spacings are exchanged, or a direction is turned around."
)


@dataclass(frozen=True, slots=True)
class _Lie:
    """A small phantom: where its marker (column 19, row 5, slice 3) lies, its normal, a voxel, its edges' letters."""

    name: str
    words: str
    marker_lps: Vector
    normal_lps: Vector
    voxel_mm3: float
    letters: str


def _oblique(turn: float) -> tuple[Vector, Vector]:
    """Give marker and normal where rows run along (c, s, 0) and columns along (-s c, c c, s)."""
    c, s = math.cos(turn), math.sin(turn)
    x = -31 + 15.2 * c - 4 * s * c + 7.5 * s * s
    y = 17 + 15.2 * s + 4 * c * c - 7.5 * s * c
    return (x, y, -142.5 + 4 * s + 7.5 * c), (s * s, -s * c, c)


def _lies() -> tuple[_Lie, ...]:
    """Give what was worked out by hand: first pixel (-31, 17, -142.5), pixels of 0.8 mm, slices of 2.5 mm."""
    marker, normal = _oblique(math.radians(17))
    c15, s15 = math.cos(math.radians(15)), math.sin(math.radians(15))
    up, plain = (0.0, 0.0, 1.0), (-15.8, 21.0, -135.0)
    tilted = (-15.8, 17 + 4 * c15, -142.5 + 4 * s15 + 7.5)
    return (
        _Lie("axial", "axial", plain, up, 1.6, "L P"),
        _Lie("sagittal", "sagittal", (-38.5, 32.2, -146.5), (-1.0, 0.0, 0.0), 1.6, "P F"),
        _Lie("coronal", "coronal", (-15.8, 24.5, -146.5), (0.0, 1.0, 0.0), 1.6, "L F"),
        _Lie("oblique", "oblique, turned twice by 17°", marker, normal, 1.6, "LP PHR"),
        _Lie("feet_first", "feet first", (-46.2, 21.0, -150.0), (0.0, 0.0, -1.0), 1.6, "R P"),
        _Lie("prone", "prone", (-46.2, 13.0, -135.0), up, 1.6, "R A"),
        _Lie("negated_column", "columns towards the front", (-15.8, 13.0, -150.0), (0.0, 0.0, -1.0), 1.6, "L A"),
        _Lie("reversed", "slices in descending order", plain, up, 1.6, "L P"),
        _Lie("shuffled", "slices in no order", plain, up, 1.6, "L P"),
        _Lie("gapped", "a slice missing", plain, up, 1.6, "L P"),
        _Lie("tilted", "gantry tilted by 15°", tilted, (0.0, -s15, c15), 1.6 * c15, "L PH"),
        _Lie("anisotropic", "pixels of 1.4 x 0.5 mm", (-21.5, 24.0, -135.0), up, 1.75, "L P"),
        _Lie("enhanced", "all slices in one enhanced object", marker, normal, 1.6, "LP PHR"),
    )


def orientations(bench: Bench) -> Iterator[Check]:
    """Check each way of lying: pixels, voxels, normal, letters."""
    for lie in _lies():
        datasets = small.volume(lie.name).datasets
        images = bench.images(datasets)
        frames = [image.frame(number) for image in images for number in range(image.number_of_frames)]
        marked = next(frame for frame in frames if frame.modality_values().max() == small.MARKER_HU)
        yield from _of_frame(lie, marked)
        if lie.name != "enhanced":
            yield from _of_volume(lie, bench.volume(datasets))


def _of_frame(lie: _Lie, frame: Frame) -> Iterator[Check]:
    plane = _plane(frame)
    yield Check(
        f"{lie.name}.pixel",
        f"A bright pixel lies where it is in the patient ({lie.words})",
        _MAPPING,
        lie.marker_lps,
        lambda: _lps(image_to_lps(plane, [_brightest(frame)])[0]),
        _PLACED_MM,
        "mm",
        _HALF,
    )
    yield Check(
        f"{lie.name}.back",
        f"A place in the patient is found again on the image ({lie.words})",
        f"{_MAPPING}, solved for column and row",
        _MARKER_PX,
        lambda: tuple(float(each) for each in lps_to_image(plane, [lie.marker_lps])[0][0]),
        _PLACED_MM,
        "px",
        _HALF,
    )
    yield Check(
        f"{lie.name}.normal",
        f"The normal of the slice points to the right side ({lie.words})",
        "row cosines x column cosines",
        lie.normal_lps,
        lambda: plane_normal_lps(plane),
        1e-6,
        "",
        "The normal is flipped: the order of slices and every volume are turned around.",
    )
    yield Check(
        f"{lie.name}.letters",
        f"The letters at the right and lower edge are those of the patient's sides ({lie.words})",
        "PS3.3 C.7.6.1.1.1: axes named where the direction leans by 10° or more, the main one first",
        lie.letters,
        lambda: "{0.right} {0.bottom}".format(edge_letters(plane, View())),
        hint="Left and right, front and back, or head and feet are exchanged.",
    )


def _of_volume(lie: _Lie, volume: Volume) -> Iterator[Check]:
    yield Check(
        f"{lie.name}.voxel",
        f"The same voxel in the volume lies at the same place ({lie.words})",
        _MAPPING,
        lie.marker_lps,
        lambda: _lps(ijk_to_lps(volume.grid, [_brightest_voxel(volume)])[0]),
        _PLACED_MM,
        "mm",
        "Voxels are off by half a voxel, or slices are in the wrong order.",
    )
    yield Check(
        f"{lie.name}.value",
        f"The volume has the marker's value at its place ({lie.words})",
        "1000 HU were painted there",
        1000.0,
        lambda: _value_at(volume, lie.marker_lps),
        1e-6,
        "HU",
        "Slices are in the wrong order or flipped, or the rescaling was dropped.",
    )
    yield Check(
        f"{lie.name}.voxel-volume",
        f"A voxel has the volume of its edges ({lie.words})",
        "determinant of the three edges: pixel area x distance of slices along the normal",
        lie.voxel_mm3,
        lambda: voxel_volume_mm3(volume.grid),
        1e-5,
        "mm³",
        "The tilt of the gantry is ignored, spacings are exchanged, or a thickness is taken for a distance.",
    )


def _lps(point: object) -> tuple[float, ...]:
    return tuple(float(each) for each in np.asarray(point))


def _brightest(frame: Frame) -> tuple[float, float]:
    row, column = np.unravel_index(int(np.argmax(frame.modality_values())), frame.pixels.shape)
    return float(column), float(row)


def _brightest_voxel(volume: Volume) -> Vector:
    k, j, i = np.unravel_index(int(np.argmax(volume.array_kji)), volume.array_kji.shape)
    return float(i), float(j), float(k)


def _value_at(volume: Volume, lps: Vector) -> float:
    i, j, k = (int(each) for each in np.rint(lps_to_ijk(volume.grid, [lps])[0]))
    return float(volume.modality_values(k)[j, i])


def stacks(bench: Bench) -> Iterator[Check]:
    """Check what becomes of slices that are missing, and the tilt that positions tell."""
    gapped = bench.volume(small.volume("gapped").datasets)
    yield Check(
        "gapped.slices",
        "Slices that are missing between 7.5 and 15 mm are filled in",
        "20 mm in steps of 2.5 mm: 9 slices",
        9.0,
        lambda: float(len(gapped.array_kji)),
        hint="Uneven slices are stacked as if they were even: lengths across slices are wrong.",
    )
    yield Check(
        "gapped.between",
        "A filled slice has the value between its neighbours",
        "linear: -300 + 40 x (3 + (10 - 7.5) / 7.5) HU at 10 mm in the first pixel",
        -300 + 40 * (3 + 1 / 3),
        lambda: _value_at(gapped, (-31.0, 17.0, -132.5)),
        0.5,
        "HU",
        "Slices are interpolated at the wrong place.",
    )
    tilted = bench.images(small.volume("tilted").datasets)
    yield Check(
        "tilted.angle",
        "The tilt of the gantry is found from the positions of the slices",
        "columns lean by 15° against the table, along which the slices move",
        15.0,
        lambda: _tilt(tilted[0].plane(), tilted[-1].plane()),
        1e-4,
        "°",
        "The tilt is ignored.",
    )


def _tilt(first: Plane | None, last: Plane | None) -> float:
    if first is None or last is None:
        raise ValueError("a slice of the phantom has no plane")
    return tilt_deg(first, last)


def other_series(bench: Bench) -> Iterator[Check]:
    """Check that a place is carried to another series of the same frame of reference."""
    pixels = np.zeros((40, 40), np.int16)
    one = bench.frame(known_image("from", pixels, spacing_mm=(1.0, 1.0), position_lps=(-10.0, -20.0, 30.0)))
    other = bench.frame(known_image("to", pixels, spacing_mm=(2.0, 0.5), position_lps=(-12.0, -24.0, 30.4)))
    point = drawn("point", [(6.0, 8.0)], one)
    yield Check(
        "carried.point",
        "A point is found on the slice of another series that lies there",
        "x: (-10 + 6 - -12) / 0.5, y: (-20 + 8 - -24) / 2",
        (16.0, 6.0),
        lambda: elsewhere(point, _plane(one), [_plane(other)], 1.0).annotation.points_px[0],
        1e-6,
        "px",
        _HALF,
    )


def _plane(frame: Frame) -> Plane:
    if frame.plane is None:
        raise ValueError("the phantom has no plane")
    return frame.plane
