"""Surfaces of a volume written as files."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.volume import Volume
from workstation.operations.operation import ItemFailed, counted, one_line
from workstation.operations.places import check_not_read
from workstation.quick_dataclass import dataclass
from workstation.volume.segments.masks import chosen_masks
from workstation.volume.surfaces.mesh_files import mesh_format, write_mesh
from workstation.volume.surfaces.parameters import SurfaceParameters
from workstation.volume.surfaces.surface import Surface, surface_of
from workstation.volume.surfaces.thresholds import OUTSIDE, surface_at, threshold_for

COLOURS = ((230, 220, 200), (216, 101, 79), (128, 174, 128), (111, 184, 210), (241, 214, 145), (177, 122, 101))


@dataclass(frozen=True, slots=True)
class WrittenSurface:
    """A surface that was written; ``threshold`` is None for a segment. Volume and area are those of its triangles."""

    path: str
    name: str
    threshold: float | None
    points: int
    triangles: int
    volume_ml: float
    area_cm2: float
    watertight: bool
    lowest_lps: tuple[float, float, float]
    highest_lps: tuple[float, float, float]
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """Give it as a line."""
        closed = "closed" if self.watertight else "not closed"
        return one_line(
            f"{self.path}: {self.name}, {counted(self.triangles, 'triangle')}, {_size(self.volume_ml)} ml, "
            f"{_size(self.area_cm2)} cm², {closed}"
        )


def _size(value: float) -> str:
    """Give it with a decimal, or three digits where it is small."""
    return f"{value:.1f}" if abs(value) >= 1 else f"{value:.3g}"


def write_surfaces(parameters: SurfaceParameters, job: Job) -> Iterator[WrittenSurface | ItemFailed]:
    """Write the surface at a threshold, or those of segments into one file.

    Raises
    ------
    UserError
        If there is no threshold to go by, no surface, or it cannot be written.
    """
    kind = parameters.format or mesh_format(parameters.output)
    check_not_read(parameters.output, parameters.inputs)
    volume, _ = parameters.open(job, colour=bool(parameters.mask))
    found: list[tuple[Surface, float | None]] = []
    if parameters.mask:
        for each in _of_masks(parameters, volume, job):
            if isinstance(each, ItemFailed):
                yield each
            else:
                found.append((each, None))
    else:
        threshold = threshold_for(volume, parameters.threshold)
        job.progress(0, 1, "Finding the surface")
        found.append((surface_at(volume, threshold, parameters.finish(), check=job.check), threshold))
        for note in found[0][0].notes:
            if note.endswith(OUTSIDE):  # what was asked for needs no telling
                job.log(note)
    if not found:
        raise UserError("There is no surface to write.", hint="Choose other segments.")
    job.progress(0, 1, "Writing the surface")
    write_mesh([surface for surface, _ in found], parameters.output, kind)
    for surface, of in found:
        yield _written(surface, of, parameters.output, volume)


def _of_masks(parameters: SurfaceParameters, volume: Volume, job: Job) -> Iterator[Surface | ItemFailed]:
    for number, each in enumerate(chosen_masks(parameters.mask, parameters.segment, volume, job)):
        job.progress(number, number + 1, f"Finding the surface of {each.name}")
        try:
            yield surface_of(
                each.mask_kji.view(np.uint8),
                volume.grid,
                0.5,
                finish=parameters.finish(),
                name=each.name,
                colour=COLOURS[(number + 1) % len(COLOURS)],
                check=job.check,
            )
        except UserError as error:
            yield ItemFailed(each.name, error.message, error.hint)


def _written(surface: Surface, threshold: float | None, output: Path, volume: Volume) -> WrittenSurface:
    lowest, highest = surface.points_lps.min(axis=0).tolist(), surface.points_lps.max(axis=0).tolist()
    return WrittenSurface(
        path=str(output),
        name=surface.name,
        threshold=threshold,
        points=len(surface.points_lps),
        triangles=len(surface.triangles),
        volume_ml=surface.volume_ml,
        area_cm2=surface.area_cm2,
        watertight=surface.is_watertight,
        lowest_lps=(lowest[0], lowest[1], lowest[2]),
        highest_lps=(highest[0], highest[1], highest[2]),
        notes=tuple(dict.fromkeys((*volume.notes, *surface.notes))),
    )
