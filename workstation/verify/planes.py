"""Checks of planes, slabs, curved planes and surfaces: what lies at a place of the patient is seen at that place."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workstation.jobs.job import Job
from workstation.model.geometry import Plane, Spacing, SpacingSource, Vector, VolumeGrid, ijk_to_lps
from workstation.model.volume import Volume
from workstation.phantoms import small
from workstation.verify.bench import Bench
from workstation.verify.check import Answer, Check
from workstation.volume.cutting.curved_planes import CurvedLayout, straightened, stretched
from workstation.volume.cutting.reslice import Reslicer
from workstation.volume.cutting.slabs import Slab
from workstation.volume.cutting.standard_planes import DIRECTIONS_LPS
from workstation.volume.opening import open_volume
from workstation.volume.paths import Path3D, path_through
from workstation.volume.planes.asking import LEAST_SLICES
from workstation.volume.surfaces.surface import surface_of

_HALF_PX = 10
_PIXEL_MM = 0.8
_PLACE = (
    "A voxel is seen at another place: the plane is turned, mirrored or moved, or the tilt of the gantry is ignored."
)
_TOLERANCE_MM = {"gapped": 1.5, "uneven": 1.5}
"""The marker lies beside slices that were made of their neighbours, so that it reaches further to that side."""
_SLAB = "A slab is thinner or thicker than asked for, or lies to one side of its plane."
_LENGTH = "Lengths along a curved plane are not those of the path in the patient."
_SHAPE = "Voxels have a wrong size, or triangles of a surface are turned inside out."
_RADIUS_MM, _RISE_MM = 20.0, 15.0
_BALL_MM = 12.0
_SLOPES = np.array([3.0, -2.0, 5.0])


def places(bench: Bench) -> Iterator[Check]:
    """Check that the marker of each phantom is in the middle of planes that are laid through its place."""
    for name in small.names():
        phantom = small.volume(name)
        if len(phantom.positions_lps) < LEAST_SLICES:
            continue
        reslicer = Reslicer(open_volume([bench.written(phantom.datasets)], Job())[0])
        for view, (right, down) in DIRECTIONS_LPS.items():
            yield Check(
                f"marker.{name}.{view}",
                f"The marker of the phantom '{name}' is in the middle of a {view} plane through its place",
                "the voxel was painted with 1000 HU; its place by PS3.3 C.7.6.2.1.1",
                (0.0, 0.0),
                _brightest(reslicer, phantom.marker_lps, right, down),
                _TOLERANCE_MM.get(name, 0.1),
                "mm",
                _PLACE,
            )


def _brightest(reslicer: Reslicer, middle: Vector, right: Vector, down: Vector) -> Callable[[], Answer]:
    """Give how far the centre of what is bright lies from the middle of the picture, right and down, in mm."""

    def ask() -> Answer:
        side = 2 * _HALF_PX + 1
        frame = reslicer.frame(_plane(middle, right, down), (side, side))
        values = np.nan_to_num(frame.modality_values().astype(np.float64))
        bright = np.where(values > small.MARKER_HU / 2, values, 0.0)
        if not bright.any():
            return "no marker"
        rows, columns = np.indices(bright.shape)
        return tuple(float((bright * axis).sum() / bright.sum() - _HALF_PX) * _PIXEL_MM for axis in (columns, rows))

    return ask


def _plane(middle: Vector, right: Vector, down: Vector) -> Plane:
    away = _HALF_PX * _PIXEL_MM
    origin = np.asarray(middle) - away * np.asarray(right) - away * np.asarray(down)
    spacing = Spacing(_PIXEL_MM, _PIXEL_MM, SpacingSource.PIXEL_SPACING)
    return Plane((float(origin[0]), float(origin[1]), float(origin[2])), right, down, spacing)


def slabs(_bench: Bench) -> Iterator[Check]:
    """Check slabs in a tilted volume whose values rise evenly through space, so that each answer is a sum."""
    reslicer = Reslicer(_rising())
    turn = math.radians(17)
    right: Vector = (math.cos(turn), 0.0, math.sin(turn))
    down: Vector = (0.0, 1.0, 0.0)
    normal = np.cross(right, down)
    rise = float(_SLOPES @ normal)
    middle: Vector = (2.0, -3.0, 1.0)
    at_middle = float(_value(np.array(middle)))
    answers: tuple[tuple[str, Slab, float], ...] = (
        ("plane", Slab(), at_middle),
        ("mip", Slab(6.0, "mip"), at_middle + 3.0 * abs(rise)),
        ("minip", Slab(6.0, "minip"), at_middle - 3.0 * abs(rise)),
        ("mean", Slab(6.0, "mean"), at_middle),
        ("sum", Slab(6.0, "sum"), 6.0 * at_middle),
    )
    for name, slab, expected in answers:
        yield Check(
            f"oblique.{name}",
            f"A plane at 17° has the right value: {slab.text() or 'no slab'}",
            "values are 100 + 3 x - 2 y + 5 z in the patient; over 6 mm along the normal",
            expected,
            _at_middle(reslicer, _plane(middle, right, down), slab),
            0.05,
            "",
            _SLAB,
        )


def _at_middle(reslicer: Reslicer, plane: Plane, slab: Slab) -> Callable[[], Answer]:
    side = 2 * _HALF_PX + 1
    return lambda: float(reslicer.frame(plane, (side, side), slab=slab).modality_values()[_HALF_PX, _HALF_PX])


def _value(places_lps: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(100.0 + places_lps @ _SLOPES)


def _rising() -> Volume:
    grid = _grid(np.array([[0.8, 0, 0], [0, 0.9, 0.4], [0, 0, 1.5]]), (40, 60, 70))
    return Volume(_painted(grid, _value).astype(np.float32), grid, 1.0, 0.0, "", (), (), tuple(map(float, range(40))))


def _grid(axes: NDArray[np.float64], shape_kji: tuple[int, int, int]) -> VolumeGrid:
    """Give a grid with its middle at the origin."""
    affine = np.eye(4)
    affine[:3, :3] = axes
    affine[:3, 3] = -axes @ ((np.array(shape_kji[::-1]) - 1) / 2)
    return VolumeGrid(affine, shape_kji)


def _painted(grid: VolumeGrid, paint: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> NDArray[np.float64]:
    k, j, i = np.indices(grid.shape_kji)
    return paint(ijk_to_lps(grid, np.column_stack([i.ravel(), j.ravel(), k.ravel()]))).reshape(grid.shape_kji)


def curves(_bench: Bench) -> Iterator[Check]:
    """Check lengths along a helix, straightened and stretched, and values along it."""
    turns = 2
    angle = np.linspace(0, 2 * math.pi * turns, 25)
    points = np.column_stack(
        [_RADIUS_MM * np.cos(angle), _RADIUS_MM * np.sin(angle), _RISE_MM * angle / (2 * math.pi) - _RISE_MM]
    )
    path = path_through(points, step_mm=0.5)
    round_mm, whole_mm = (turns * math.hypot(2 * math.pi * _RADIUS_MM, rise) for rise in (0.0, _RISE_MM))
    straight = straightened(path, width_mm=10.0, spacing_mm=0.5)
    rolled = stretched(path, across_lps=(0, 0, 1), width_mm=10.0, spacing_mm=0.5)
    kinds: tuple[tuple[Literal["straightened", "stretched"], CurvedLayout, float, str], ...] = (
        ("straightened", straight, whole_mm, "two turns of a helix: 2 sqrt((2π 20)² + 15²) mm"),
        ("stretched", rolled, round_mm, "two turns as seen along the axis of the helix: 2 x 2π 20 mm"),
    )
    for name, layout, length_mm, source in kinds:
        yield Check(
            f"helix.{name}",
            f"A helix has its length from the first to the last row, {name}",
            source,
            length_mm,
            _height_mm(layout),
            length_mm * 0.005,
            "mm",
            _LENGTH,
        )
    yield Check(
        "helix.frame",
        "The rows of a straightened helix turn about it nowhere by more than its own bend",
        "a step of 0.5 mm of a circle of 20 mm are 1.4°; a flip would be 180°",
        "no flip",
        lambda: _flips(path),
        hint="The frame of the path flips where its bend changes, so that the picture is mirrored from there on.",
    )
    reslicer = Reslicer(_rising())
    row = len(path.points_lps) // 2
    yield Check(
        "helix.value",
        "The middle of a row of a straightened helix has the value of its place in the patient",
        "values are 100 + 3 x - 2 y + 5 z in the patient",
        float(_value(path.points_lps[row])),
        lambda: float(reslicer.curved(straight).modality_values()[row, (straight.columns - 1) // 2]),
        0.1,
        "",
        "Rows of a curved plane are taken at another place than that of the path.",
    )


def _height_mm(layout: CurvedLayout) -> Callable[[], Answer]:
    return lambda: (len(layout.starts_lps) - 1) * layout.spacing.between_rows


def _flips(path: Path3D) -> Answer:
    neighbours = np.sum(path.normals_lps[1:] * path.normals_lps[:-1], axis=1)
    return "no flip" if neighbours.min() > 0.99 else f"a flip at row {int(neighbours.argmin())}"


def surfaces(_bench: Bench) -> Iterator[Check]:
    """Check the surface of a ball in grids of several kinds."""
    turn = math.radians(17)
    grids = {
        "plain": np.eye(3),
        "anisotropic": np.diag([0.7, 1.1, 1.6]),
        "reversed": np.diag([1.0, 1.0, -1.0]),
        "oblique": np.array([[math.cos(turn), -math.sin(turn), 0], [math.sin(turn), math.cos(turn), 0], [0, 0, 1.2]]),
        "tilted": np.array([[1.0, 0, 0], [0, 1.0, 0.3], [0, 0, 1.2]]),
    }
    volume_ml, area_cm2 = 4 / 3 * math.pi * _BALL_MM**3 / 1000, 4 * math.pi * _BALL_MM**2 / 100
    for name, axes in grids.items():
        grid = _grid(axes, (40, 50, 50))
        array = _painted(grid, lambda places: 1000 - np.linalg.norm(places, axis=1) / _BALL_MM * 500)

        def ask(array: NDArray[np.float64] = array, grid: VolumeGrid = grid) -> Answer:
            found = surface_of(array.astype(np.float32), grid, 500.0)
            return found.volume_ml, found.area_cm2, float(found.is_watertight)

        yield Check(
            f"ball.{name}",
            f"The surface of a ball of 12 mm has its volume (ml) and area (cm²), and is closed; {name} grid",
            "4/3 π 12³ mm³, 4 π 12² mm², 1",
            (volume_ml, area_cm2, 1.0),
            ask,
            volume_ml * 0.02,
            "",
            _SHAPE,
        )
