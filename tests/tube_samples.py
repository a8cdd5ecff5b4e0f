"""A tube around a helix, made by arithmetic, as a CT series: where it runs and how wide it is are known exactly."""

import math
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from workstation.model.geometry import VolumeGrid, ijk_to_lps
from workstation.model.volume import Volume
from workstation.phantoms.small import CT_IMAGE_STORAGE
from workstation.phantoms.writing import (
    Person,
    SeriesOf,
    StudyOf,
    complete,
    describe_pixels,
    new_object,
    place_plane,
    put_pixels,
    save,
    show_window,
    uid_of,
)

TURN_MM, RISE_MM = 14.0, 5.0
"""Radius of the helix, and how much it rises with each radian."""
RADIUS_MM = 5.0
WIDTH_MM, HEIGHT_MM = 45.0, 48.0
MIDDLE_LPS = (12.0, -20.0, -300.0)
SIDE_MM = (0.6, 0.6, 0.6)
INSIDE_HU, OUTSIDE_HU = 340, 40
HALF_HU = (INSIDE_HU + OUTSIDE_HU) / 2
LAST = 2.4 * math.pi
SPEED_MM = math.hypot(TURN_MM, RISE_MM)
"""Length along the helix for each radian."""

Points = NDArray[np.float64]


def helix(angle: float | Points) -> Points:
    """Give the points of its middle, (…, 3) LPS mm."""
    at = np.asarray(angle)
    rise = RISE_MM * (at - LAST / 2)
    return np.stack([TURN_MM * np.cos(at), TURN_MM * np.sin(at), rise], axis=-1) + MIDDLE_LPS


def direction(angle: float) -> Points:
    """Give the unit tangent of the helix."""
    return np.array([-TURN_MM * math.sin(angle), TURN_MM * math.cos(angle), RISE_MM]) / SPEED_MM


def points(count: int = 40) -> list[tuple[float, float, float]]:
    """Give points on the helix, as a person sets them."""
    return [(float(x), float(y), float(z)) for x, y, z in helix(np.linspace(0.0, LAST, count))]


def grid() -> VolumeGrid:
    """Give the grid of its voxels."""
    columns, slices = round(WIDTH_MM / SIDE_MM[0]), round(HEIGHT_MM / SIDE_MM[2])
    affine = np.diag([*SIDE_MM, 1.0])
    affine[:3, 3] = np.array(MIDDLE_LPS) - np.array(SIDE_MM) * (np.array([columns, columns, slices]) - 1) / 2
    return VolumeGrid(affine, (slices, columns, columns), uid_of("tube", "frame of reference"))


@cache
def hu_kji() -> NDArray[np.int16]:
    """Give its values: half way between inside and outside on its wall, and even over a voxel there."""
    lies = grid()
    k, j, i = np.indices(lies.shape_kji)
    places = ijk_to_lps(lies, np.column_stack([i.ravel(), j.ravel(), k.ravel()]))
    beyond = 1.5  # the tube goes on at its ends
    middle = helix(np.linspace(-beyond, LAST + beyond, 4000))
    away, _nearest = cKDTree(middle).query(places, distance_upper_bound=RADIUS_MM + 1.0)
    share = np.clip(0.5 + (RADIUS_MM - away) / SIDE_MM[0], 0.0, 1.0).reshape(lies.shape_kji)
    return np.asarray(np.rint(OUTSIDE_HU + share * (INSIDE_HU - OUTSIDE_HU)), dtype=np.int16)


def tube_volume() -> Volume:
    """Give it as a volume in memory."""
    values = hu_kji()
    return Volume(values, grid(), 1.0, 0.0, "HU", (), (), tuple(float(n) for n in range(len(values))))


def write_tube(folder: Path) -> Path:
    """Write it as a CT series."""
    folder.mkdir(parents=True)
    person = Person(name="Tube^Phantom", patient_id="TUBE-1")
    study = StudyOf(person, uid_of("tube", "study"), "1", "20250304", "081500", "Tube phantom", "S0002", "064Y")
    series = SeriesOf(
        study, uid_of("tube"), 1, "CT", "tube", "081600", "CHEST", "Tube Phantom", grid().frame_of_reference_uid, "HFS"
    )
    first = grid().affine_lps[:3, 3]
    for number, hu in enumerate(hu_kji()):
        ds = new_object(series, CT_IMAGE_STORAGE, number + 1)
        ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
        ds.AcquisitionNumber, ds.KVP, ds.SliceThickness = 1, "120", str(SIDE_MM[2])
        place = [float(first[0]), float(first[1]), float(first[2]) + number * SIDE_MM[2]]
        place_plane(ds, position=place, orientation=(1, 0, 0, 0, 1, 0), spacing=(SIDE_MM[1], SIDE_MM[0]))
        describe_pixels(ds, *hu.shape, bits_stored=12)
        ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "-1024", "1", "HU"
        show_window(ds, (190, 500, "Tube"))
        put_pixels(ds, (hu + 1024).astype(np.uint16))
        save(complete(ds), folder / f"{number:03d}.dcm")
    return folder
