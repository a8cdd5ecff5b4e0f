"""The commands of planes and projections: ``3d mpr``, ``3d mip``, ``3d minip``, ``3d average``."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workstation.operations.operation import Example, Operation
from workstation.volume.planes.parameters import MprParameters, ProjectionParameters

if TYPE_CHECKING:
    from workstation.jobs.job import Job
    from workstation.volume.cutting.slabs import Projection
    from workstation.volume.planes.pictures import WrittenPlanes


def mpr(parameters: MprParameters, job: "Job") -> "Iterator[WrittenPlanes]":
    """Write planes."""
    from workstation.volume.planes.asking import opened_with_over, planes_asked
    from workstation.volume.planes.writing import check_output, write_planes

    check_output(parameters)
    volume = opened_with_over(parameters, job)
    yield from write_planes(planes_asked(parameters, volume), volume, parameters, job)


def mip(parameters: ProjectionParameters, job: "Job") -> "Iterator[WrittenPlanes]":
    """Write maximum intensity projections."""
    return _projected(parameters, "mip", job)


def minip(parameters: ProjectionParameters, job: "Job") -> "Iterator[WrittenPlanes]":
    """Write minimum intensity projections."""
    return _projected(parameters, "minip", job)


def average(parameters: ProjectionParameters, job: "Job") -> "Iterator[WrittenPlanes]":
    """Write mean intensity projections."""
    return _projected(parameters, "mean", job)


def _projected(parameters: ProjectionParameters, projection: "Projection", job: "Job") -> "Iterator[WrittenPlanes]":
    from workstation.volume.planes.asking import opened_with_over, projection_asked
    from workstation.volume.planes.writing import check_output, write_planes

    check_output(parameters)
    volume = opened_with_over(parameters, job)
    yield from write_planes([projection_asked(parameters, projection, volume)], volume, parameters, job)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="volume.mpr",
        command=("3d", "mpr"),
        summary="Planes through a volume: axial, sagittal, coronal, or at any angle; thin, or slabs",
        parameters=MprParameters,
        run=mpr,
        examples=(
            Example("3d mpr study -o mpr --planes axial,sagittal,coronal", "all planes of the patient, as pictures"),
            Example("3d mpr study -o oblique.png --plane-normal 1,0.5,0.3 --plane-point 14,10,4", "one oblique plane"),
            Example(
                "3d mpr study -o coronal --planes coronal --thickness 3mm --spacing 3mm", "slabs of 3 mm, as means"
            ),
            Example(
                "3d mpr study -o sagittal --planes sagittal --format dicom", "a series that opens beside its source"
            ),
        ),
    ),
    Operation(
        id="volume.mip",
        command=("3d", "mip"),
        summary="Maximum intensity projection: of a slab, or of the whole volume from any side",
        parameters=ProjectionParameters,
        run=mip,
        examples=(
            Example("3d mip study -o mip.png --thickness 20mm", "the axial slab in the middle"),
            Example("3d mip study -o front.png", "the whole volume from the front"),
            Example("3d mip study -o side.png --angle 30", "the same, from 30 degrees to the left of the patient"),
            Example("3d mip study -o slabs --thickness 10mm --all --spacing 5mm", "slabs that overlap by half"),
        ),
    ),
    Operation(
        id="volume.minip",
        command=("3d", "minip"),
        summary="Minimum intensity projection: of a slab, or of the whole volume from any side",
        parameters=ProjectionParameters,
        run=minip,
        examples=(
            Example(
                "3d minip study -o airways.png --plane coronal --thickness 5mm --preset lung", "a slab of the lungs"
            ),
        ),
    ),
    Operation(
        id="volume.average",
        command=("3d", "average"),
        summary="Mean intensity projection: of a slab, or of the whole volume from any side",
        parameters=ProjectionParameters,
        run=average,
        examples=(
            Example("3d average study -o slab.png --thickness 10mm", "the mean of the axial slab in the middle"),
            Example("3d average study -o front.png --plane coronal", "the whole volume, much as a radiograph"),
        ),
    ),
)
