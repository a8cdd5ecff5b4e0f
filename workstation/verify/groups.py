"""All checks: one explicit tuple of groups."""

from __future__ import annotations

from workstation.verify.check import Group


def groups() -> tuple[Group, ...]:
    """Give the groups, in the order in which they run."""
    from workstation.verify import (
        areas,
        calibrations,
        codecs,
        geometry,
        lengths,
        planes,
        reports,
        saved_regions,
        states,
        statistics,
        uptake,
        volumes,
        windows,
    )

    return (
        Group("geometry", "Places in the patient", (geometry.orientations, geometry.stacks, geometry.other_series)),
        Group("lengths", "Distances and angles", (lengths.distances, lengths.angles)),
        Group("areas", "Areas and the pixels inside", (areas.flat_shapes, areas.round_shapes, areas.which_pixels)),
        Group("values", "Values and statistics", (statistics.definitions, statistics.stored_values)),
        Group("volumes", "Volumes", (volumes.contours, volumes.masks)),
        Group(
            "planes",
            "Planes, curved planes, surfaces",
            (planes.places, planes.slabs, planes.curves, planes.surfaces),
        ),
        Group(
            "suv",
            "Standardized uptake values",
            (uptake.units, uptake.refusals, uptake.kinds, uptake.decay, uptake.vendors, uptake.lesions),
        ),
        Group("windows", "Greys", (windows.functions, windows.tables, windows.inversion, windows.turning)),
        Group("codecs", "Decoding", (codecs.lossless, codecs.colours)),
        Group("calibration", "What lengths are made with", (calibrations.projections, calibrations.ultrasound)),
        Group("states", "Presentation states", (states.reading, states.writing, states.windows)),
        Group(
            "regions",
            "Segmentations and structure sets",
            (saved_regions.segmentations, saved_regions.structure_sets),
        ),
        Group("reports", "Measurement reports", (reports.writing, reports.reading)),
    )
