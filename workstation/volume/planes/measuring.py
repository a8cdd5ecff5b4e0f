"""Measuring on a plane cut out of a volume: the one measuring function, on the pixels of that plane."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.measure.measuring import measured
from workstation.measure.on_images import blank
from workstation.measure.setting import ImageFacts
from workstation.model.annotation_kinds import TRAITS
from workstation.model.measurement import Measurement
from workstation.volume.cutting.slabs import PROJECTIONS
from workstation.volume.planes.marking import frame_on

if TYPE_CHECKING:
    from workstation.measure.setting import Setting
    from workstation.model.annotation import Annotation
    from workstation.model.frame import Frame
    from workstation.model.index.records import Stack
    from workstation.model.plane_cut import PlaneCut
    from workstation.model.volume import Volume
    from workstation.volume.cutting.reslice import Reslicer

OF_PLANE = "of a plane cut out of a volume"
AS_TAKEN = "Slices of uneven spacing are as they were taken, under a mean distance, so places between them are off."
_BY_HEADER = "Lengths by Pixel Spacing"
_OF_VALUES = re.compile(r"Slices? (in between|\d)")
"""Notes of a volume that say that values are of no slice that was taken."""
_BETWEEN = {
    "nearest": "of the nearest voxel",
    "linear": "interpolated between voxels (trilinear)",
    "cubic": "interpolated between voxels (cubic)",
}


def measured_on_cut(
    annotation: Annotation,
    reslicer: Reslicer | None,
    setting: Setting,
    *,
    slices: int,
    image_facts: ImageFacts | None = None,
) -> Measurement:
    """Measure an annotation on its cut, whose pixels are cut for it.

    Parameters
    ----------
    annotation
        With a cut.
    reslicer
        Of the volume; None where no number needs values.
    setting
        Units, scale of values, bins. Its scale is left out where values are summed over a slab: they are no uptake.
    slices
        Of how many slices the volume is made.
    image_facts
        What is known of the series.

    Raises
    ------
    UserError
        As `workstation.measure.measuring.measured`.
    """
    cut = annotation.cut
    if cut is None:
        raise ValueError("an annotation of an image")
    if is_summed(cut):
        setting = replace(setting, scale=None)
    frame = blank_on(cut) if reslicer is None else frame_on(reslicer, cut)
    found = measured(annotation, frame, setting, image_facts=image_facts)
    return with_cut(found, annotation, slices=slices, volume=None if reslicer is None else reslicer.volume)


def needs_values(annotation: Annotation) -> bool:
    """Tell whether the numbers of an annotation are made of the values of pixels."""
    return TRAITS[annotation.kind].is_region or annotation.kind in ("point", "profile")


def is_summed(cut: PlaneCut) -> bool:
    """Tell whether values are sums over a slab."""
    return cut.projection == "sum" and not cut.is_thin


def with_cut(found: Measurement, annotation: Annotation, *, slices: int, volume: Volume | None) -> Measurement:
    """Say in a measurement on the pixels of a cut which cut that was, and how it was made.

    Parameters
    ----------
    found
        On the pixels of the cut.
    annotation
        As it is kept, with its cut.
    slices
        Of how many slices the volume is made.
    volume
        That it was cut out of; None where no number is made of its values.
    """
    cut = annotation.cut
    if cut is None:
        return found
    basis, side_mm = found.basis, cut.plane.spacing.between_columns
    methods = [each for each in basis.methods if not each.startswith(_BY_HEADER)]
    if len(methods) < len(basis.methods):
        methods.insert(0, f"Lengths in the patient: the pixels of the plane are {side_mm:.6g} mm apart.")
    has_values = needs_values(annotation)
    methods.append(cut_sentence(cut, slices) if has_values else f"On a plane cut out of a volume of {slices} slices.")
    basis = replace(
        basis,
        sop_instance_uid=annotation.sop_instance_uid,
        frame=0,
        spacing=replace(basis.spacing, note=OF_PLANE),
        plane=", ".join(filter(None, (basis.plane, cut.slab_text()))),
        methods=tuple(methods),
    )
    doubts = [AS_TAKEN] if cut.is_as_taken else []
    if has_values and volume is not None:
        doubts += [f"{each.removesuffix('.')}." for each in volume.notes if _OF_VALUES.match(each)]
    return replace(found, annotation=annotation, basis=basis, notes=tuple(dict.fromkeys((*found.notes, *doubts))))


def cut_sentence(cut: PlaneCut, slices: int) -> str:
    """Say how the pixels of a cut are made of the slices."""
    how, of = _BETWEEN[cut.interpolation], f"cut out of a volume of {slices} slices"
    if cut.is_thin:
        return f"On a plane {of}: values {how}."
    return f"On a slab of {cut.thickness_mm:g} mm {of}, {PROJECTIONS[cut.projection]}: values {how}."


def blank_on(cut: PlaneCut) -> Frame:
    """Give the pixels of a cut without their values, for what is measured without them."""
    columns, rows = cut.size_px
    return blank(rows, columns, cut.plane.spacing, cut.plane)


def place_of(stack: Stack) -> str:
    """Name the files of a volume: their folder, or the first of them where they lie in several."""
    files = {ref.instance.place.path for ref in stack.frames}
    folders = {path.parent for path in files}
    return str(next(iter(folders)) if len(files) > 1 and len(folders) == 1 else stack.frames[0].instance.place)


def facts_of(stack: Stack) -> ImageFacts:
    """Give the files of a volume, and its modality."""
    return ImageFacts(place_of(stack), stack.frames[0].instance.modality)
