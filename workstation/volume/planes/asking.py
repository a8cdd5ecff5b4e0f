"""From what a command was given to the planes that it is about."""

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.geometry import Vector, VolumeGrid, cross, dot, ijk_to_lps, unit
from workstation.model.volume import Volume
from workstation.volume.cutting.oblique import check_meets, oblique_plane, plane_directions
from workstation.volume.cutting.reslice import Reslicer
from workstation.volume.cutting.slabs import Projection, Slab
from workstation.volume.cutting.standard_planes import (
    DIRECTIONS_LPS,
    PlaneStack,
    corners_lps,
    middle_plane,
    planes_along,
)
from workstation.volume.parameters import VolumeFiles
from workstation.volume.planes.opened import Opened
from workstation.volume.planes.parameters import MprParameters, PlaneParameters, ProjectionParameters
from workstation.volume.planes.pictures import Asked, one_plane
from workstation.volume.registration.laying_over import laid_over
from workstation.volume.registration.over_parameters import LaidOver
from workstation.volume.segments.laid import laid_segments
from workstation.volume.segments.parameters import SegmentsLaidOver
from workstation.volume.told import told
from workstation.volume.windows import source_voi

LEAST_SLICES = 2
"""One slice has nothing beside it through which another plane could go."""


def opened(parameters: VolumeFiles, job: Job) -> Opened:
    """Read the volume, and say what is odd about it.

    Raises
    ------
    UserError
        If the files make no volume of two slices or more.
    """
    volume, _ = parameters.open(job, least_slices=LEAST_SLICES, colour=True)
    notes = tuple(volume_notes(volume))
    for note in notes:
        if note not in volume.notes:
            job.log(note)
    return Opened(Reslicer(volume, voi=source_voi(volume)), notes)


def opened_with_over(parameters: VolumeFiles, job: Job) -> Opened:
    """Read the volume, and what is laid over it where the command takes such things."""
    found = opened(parameters, job)
    volume = found.reslicer.volume
    over = laid_over(parameters, parameters.inputs, volume, job) if isinstance(parameters, LaidOver) else None
    segments = laid_segments(parameters, volume, job) if isinstance(parameters, SegmentsLaidOver) else None
    return replace(found, over=over, segments=segments)


def volume_notes(volume: Volume) -> list[str]:
    """Give the notes of a volume as they hold for planes of it."""
    notes = told(volume.notes)
    first = volume.array_kji.flat[0]
    if (volume.array_kji[0] == first).all() and (volume.array_kji == first).all():
        notes.append("All voxels have the same value")
    return notes


def planes_asked(parameters: MprParameters, opened: Opened) -> list[Asked]:
    """Give the planes of ``3d mpr``."""
    grid = opened.reslicer.volume.grid
    spacing_mm = parameters.spacing.value if parameters.spacing else None
    slab, remarks = parameters.slab(parameters.projection), _remarks(opened)

    def asked(name: str, planes: PlaneStack) -> Asked:
        fitting, more = _fitting(slab, grid, _normal(planes))
        return Asked(name, planes, fitting, parameters.interpolation, remarks=(*remarks, *more))

    if parameters.plane_normal is None:
        names = dict.fromkeys(parameters.planes) or DIRECTIONS_LPS
        return [asked(f"{name} plane", _stack(grid, *DIRECTIONS_LPS[name], spacing_mm)) for name in names]
    point = _point(parameters, grid)
    if parameters.is_one_picture:
        return [
            asked(
                "oblique plane",
                one_plane(*oblique_plane(grid, parameters.plane_normal, point, along_row_lps=parameters.plane_rows)),
            )
        ]
    directions = plane_directions(parameters.plane_normal, parameters.plane_rows)
    through = None if parameters.plane_point is None else point
    if through is not None:
        check_meets(grid, cross(*directions), through)
    return [asked("oblique plane", _stack(grid, *directions, spacing_mm, through))]


def projection_asked(parameters: ProjectionParameters, projection: Projection, opened: Opened) -> Asked:
    """Give the slab or slabs of ``3d mip`` and its like."""
    grid = opened.reslicer.volume.grid
    name, (along_row, along_column) = _looked_from(parameters)
    plane, size_px, whole_mm = middle_plane(grid, along_row, along_column)
    normal = cross(along_row, along_column)
    if parameters.thickness is None:
        slab = Slab(whole_mm, projection)
        planes = one_plane(plane, size_px)
        return Asked(name, planes, slab, parameters.interpolation, is_whole=True, remarks=_remarks(opened))
    slab, more = _fitting(parameters.slab(projection), grid, normal)
    if parameters.all:
        spacing_mm = parameters.spacing.value if parameters.spacing else None
        planes = _stack(grid, along_row, along_column, spacing_mm)
    else:
        planes = _single(parameters, grid, along_row, along_column)
    return Asked(name, planes, slab, parameters.interpolation, remarks=(*_remarks(opened), *more))


def azimuth_directions(angle_deg: float) -> tuple[Vector, Vector]:
    """Give the directions of rows and columns of a picture from around the patient, whose head is up.

    0 is from the front, 90 from the left of the patient, 180 from behind.
    """
    angle = math.radians(angle_deg)
    cosine, sine = (0.0 if abs(x) < 1e-12 else x for x in (math.cos(angle), math.sin(angle)))
    return (cosine, sine, 0.0), (0.0, 0.0, -1.0)


def _looked_from(parameters: ProjectionParameters) -> tuple[str, tuple[Vector, Vector]]:
    if parameters.angle is not None:
        return f"view from {parameters.angle:g}°", azimuth_directions(parameters.angle)
    if parameters.plane_normal is not None:
        return "oblique plane", plane_directions(parameters.plane_normal, parameters.plane_rows)
    name = parameters.plane or ("axial" if parameters.thickness else "coronal")
    return f"{name} {'plane' if parameters.thickness else 'view'}", DIRECTIONS_LPS[name]


def _stack(
    grid: VolumeGrid,
    along_row: Vector,
    along_column: Vector,
    spacing_mm: float | None,
    through: Vector | None = None,
) -> PlaneStack:
    try:
        return planes_along(grid, along_row, along_column, spacing_mm=spacing_mm, through_lps=through)
    except ValueError as error:
        raise UserError(f"{str(error).capitalize()}.", hint="Choose a larger --spacing.") from error


def _single(parameters: ProjectionParameters, grid: VolumeGrid, along_row: Vector, along_column: Vector) -> PlaneStack:
    """Give the plane through the point that was asked for, or the one of the voxels that is nearest to the middle."""
    point = _point(parameters, grid)
    if parameters.plane_normal is not None:
        return one_plane(*oblique_plane(grid, cross(along_row, along_column), point, along_row_lps=along_row))
    planes = _stack(grid, along_row, along_column, None)
    n: float = planes.nearest(point)
    if parameters.plane_point is not None:
        away = tuple(a - b for a, b in zip(point, planes.first.origin_lps, strict=True))
        n = dot((away[0], away[1], away[2]), planes.step_lps) / planes.step_mm**2
        if not -0.5 <= n <= planes.count - 0.5:
            raise UserError(
                "--plane-point is outside the volume.",
                hint=f"Voxels are from 0,0,0 to {','.join(str(side - 1) for side in reversed(grid.shape_kji))}.",
            )
    return one_plane(planes.plane(n), planes.size_px)


def _point(parameters: PlaneParameters, grid: VolumeGrid) -> Vector:
    """Give the point that a plane goes through, in LPS."""
    if parameters.plane_point is None:
        middle = corners_lps(grid).mean(axis=0)
    elif parameters.lps:
        return parameters.plane_point
    else:
        middle = ijk_to_lps(grid, [parameters.plane_point])[0]
    return float(middle[0]), float(middle[1]), float(middle[2])


def _normal(planes: PlaneStack) -> Vector:
    return unit(cross(planes.first.along_row_lps, planes.first.along_column_lps))


def _fitting(slab: Slab, grid: VolumeGrid, normal: Vector) -> tuple[Slab, tuple[str, ...]]:
    """Make a slab no thicker than the volume, and say so."""
    reach = float(np.ptp(corners_lps(grid, with_half_voxels=True) @ np.asarray(normal)))
    if slab.thickness_mm <= reach:
        return slab, ()
    note = f"The slab is as thick as the volume, {reach:.1f} mm, not {slab.thickness_mm:g} mm"
    return Slab(reach, slab.projection), (note,)


def remarks_of(volume: Volume) -> tuple[str, ...]:
    """Give the notes of a volume that belong beside its pictures."""
    return _beside(volume_notes(volume))


def _remarks(opened: Opened) -> tuple[str, ...]:
    """Give the notes that belong beside a picture."""
    return _beside(opened.notes)


def _beside(notes: Iterable[str]) -> tuple[str, ...]:
    return tuple(note for note in notes if note.startswith(("Gantry tilt", "Assumed")))
