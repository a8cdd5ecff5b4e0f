"""Volumes of regions drawn on several slices, and of segments of a segmentation object, with their statistics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.measure.farthest import farthest, row_ends
from workstation.measure.frame_values import concept_of, unit_of, values_inside
from workstation.measure.measuring import ImageFacts, Setting, measured
from workstation.measure.numbers import Numbers
from workstation.measure.region_values import statistics_numbers, within_threshold
from workstation.measure.regions import Region, region_of
from workstation.measure.sentences import number_of, plane_words, values_words
from workstation.measure.slice_distances import GAP, METHOD, distance_of_slices, is_grid, thickness_in, thicknesses
from workstation.measure.statistics import Counted, merged
from workstation.measure.voxels import BY_VOXELS, length_value, volume_value
from workstation.model import quantities as q
from workstation.model.annotation_kinds import TRAITS
from workstation.model.geometry import Plane, Spacing, image_to_lps
from workstation.model.measurement import Basis, Measurement, Value
from workstation.model.units import COUNT, ONE
from workstation.objects.found_regions import check_space, is_inside
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.model.annotation import Annotation
    from workstation.model.frame import Frame
    from workstation.model.segmentation import SegmentFrame
    from workstation.objects.segment_masks import ImagePlace, SegmentMasks

_PLAIN = Setting()


@dataclass(frozen=True)
class _Slice:
    """What is inside on one slice: area in mm², voxels, values, the outermost points in the patient."""

    area_mm2: float
    voxels: int
    counted: Counted
    ends_lps: NDArray[np.float64]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Whole:
    """What is inside on all slices together: volume, voxels, the outermost points, and the plane of one slice."""

    cubic_mm: float
    voxels: int
    ends_lps: NDArray[np.float64]
    plane: Plane | None


@dataclass(frozen=True)
class _OnImages:
    """What of a segment is inside on images: the first of these, slices with something in them, all planes, notes."""

    shown: Frame | None
    slices: Sequence[_Slice]
    planes: Sequence[Plane]
    notes: Sequence[str]


def measured_contours(
    contours: Sequence[tuple[Annotation, Frame]],
    setting: Setting = _PLAIN,
    *,
    step_mm: float | None = None,
    image_facts: ImageFacts | None = None,
) -> Measurement:
    """Measure the volume of regions on several slices, and what is inside all of them.

    Parameters
    ----------
    contours
        Regions, each with its frame; several may be on one slice, and what is inside two of them counts once.
    setting
        Units, calibration, scale of values, bins.
    step_mm
        Distance of the slices of the stack (see `distance_of_slices`), for the outermost slices and to find gaps;
        None: the usual distance of the contours.
    image_facts
        Of their images.

    Returns
    -------
    Measurement
        Of the contour in the middle.

    Raises
    ------
    UserError
        If there is no region, an image has no plane or no spacing, the slices are not parallel, or are of different
        frames of reference, both of which are named.
    """
    planes = _planes(contours)
    stack = thicknesses(planes, step_mm)
    slices = [_slice([contours[at] for at in numbers], setting, image_facts) for numbers in stack.order]
    annotation, frame = contours[stack.order[len(stack.order) // 2][0]]
    cubic_mm = sum(each.area_mm2 * mm for each, mm in zip(slices, stack.mm, strict=True))
    methods = (f"The volume is that of {number_of(len(slices), 'slice', 'slices')}, area times distance.", METHOD)
    notes = (*stack.notes, *dict.fromkeys(note for each in slices for note in each.notes))
    ends = np.concatenate([each.ends_lps for each in slices])
    whole = _Whole(cubic_mm, sum(each.voxels for each in slices), ends, frame.plane)
    return _measurement(annotation, frame, slices, whole, Numbers((), notes, methods), setting, image_facts)


def measured_segment(
    annotation: Annotation,
    masks: SegmentMasks,
    number: int,
    images: Iterable[tuple[ImagePlace, Frame]],
    setting: Setting = _PLAIN,
    *,
    image_facts: ImageFacts | None = None,
) -> Measurement:
    """Measure a segment of a segmentation object on the images of a series.

    The volume is made of the voxels of the object itself, whatever grid it has; the statistics are of the pixels of
    the images that lie inside. Of a fractional segmentation what is at least half inside counts.

    Parameters
    ----------
    annotation
        What the measurement is to be of.
    masks
        The object.
    number
        Segment Number.
    images
        The frames of the series, each with its place; one at a time is held. Without any there is a volume, no values.
    setting, image_facts
        As in `measured_contours`.

    Raises
    ------
    UserError
        If there is no such segment or nothing in it, the object lies in another frame of reference than the images
        (both are named), or it does not say where it lies.
    """
    segmentation = masks.source.segmentation
    if segmentation.segment(number) is None:
        known = ", ".join(str(each.number) for each in segmentation.segments) or "none"
        raise UserError(f"There is no segment {number} in this segmentation.", hint=f"Its segments are: {known}.")
    there = _on_images(masks, number, images, setting)
    own, how = _own_voxels(masks, number, there.planes)
    told = (*how.notes, *there.notes, *_difference(own, there))
    methods = (f"{BY_VOXELS[:-1]}, on the grid of the segmentation.", *how.methods)
    numbers = Numbers((), tuple(dict.fromkeys(told)), methods)
    return _measurement(annotation, there.shown, there.slices, own, numbers, setting, image_facts)


def _on_images(
    masks: SegmentMasks, number: int, images: Iterable[tuple[ImagePlace, Frame]], setting: Setting
) -> _OnImages:
    """Measure the pixels of images that lie inside a segment; a frame is let go before the next is taken."""
    notes: list[str] = []
    slices: list[_Slice] = []
    planes: list[Plane] = []
    shown: Frame | None = None
    for place, frame in images:
        check_space(masks, [place])
        shown = shown or frame
        planes += [] if place.plane is None else [place.plane]
        found = masks.masks_for(place)
        notes += found.notes
        inside = next((is_inside(each.share) for each in found.masks if each.segment.number == number), None)
        if inside is not None and inside.any():
            slices.append(_inside(frame, inside, setting))
    return _OnImages(shown, slices, planes, notes)


def _difference(own: _Whole, there: _OnImages) -> tuple[str, ...]:
    """Say where the values are not those of all voxels of the segment."""
    if there.shown is None:
        return ("There are no images, so it has no values.",)
    counted = sum(each.voxels for each in there.slices)
    if counted == own.voxels:
        return ()
    return (f"The segment has {own.voxels} voxels of its own; {counted} pixels of these images lie inside.",)


def _own_voxels(masks: SegmentMasks, number: int, images: Sequence[Plane]) -> tuple[_Whole, Numbers]:
    """Count the voxels of a segment on its own grid; give also their volume in mm³ and the outermost of them.

    A slice is as thick as that of the images at its place, since objects leave out frames with nothing on them; where
    the images lie elsewhere, as the object says that its slices are apart, else as they are.
    """
    source = masks.source
    placed = [frame for frame in source.segmentation.frames if frame.plane is not None]
    inside: list[tuple[Plane, NDArray[np.bool_]]] = []
    for frame in placed:
        for segment, share in source.shares(frame) if frame.segment in (None, number) else ():
            if segment == number and frame.plane is not None and (own_inside := is_inside(share)).any():
                inside.append((frame.plane, own_inside))
    if not inside:
        why = "is empty" if placed else "does not say where it lies"
        raise UserError(f"Segment {number} {why}: there is nothing to measure.", hint="Choose another segment.")
    known, how = _thickness([plane for plane, _mask in inside], images, placed)
    count, cubic_mm, ends = 0, 0.0, []
    for (plane, mask), mm in zip(inside, known, strict=True):
        pixels = int(np.count_nonzero(mask))
        count += pixels
        cubic_mm += pixels * plane.spacing.between_rows * plane.spacing.between_columns * mm
        ends.append(image_to_lps(plane, np.column_stack(row_ends(mask))))
    return _Whole(cubic_mm, count, np.concatenate(ends), inside[0][0]), how


def _thickness(
    planes: Sequence[Plane], images: Sequence[Plane], frames: Sequence[SegmentFrame]
) -> tuple[tuple[float, ...], Numbers]:
    """Give how thick the slices of a segment are, in mm, with methods and notes on that."""
    known = thickness_in(images, planes)
    if known is not None:
        return known, Numbers()
    own = [frame.plane for frame in frames if frame.plane is not None]
    told = {frame.between_slices_mm for frame in frames if frame.plane is not None}
    between = told.pop() if len(told) == 1 else None
    if between is not None and is_grid(own, between):
        how = f"Its slices are {between:.4g} mm apart: Spacing Between Slices (0018,0088) of the segmentation."
        nearest = distance_of_slices(own)
        apart = "" if nearest is None or nearest < GAP * between else _far_apart(nearest, between)
        return (between,) * len(planes), Numbers((), (apart,) if apart else (), (how,))
    step = distance_of_slices(own) or distance_of_slices(images)
    stack = thicknesses(planes, step)
    # Voxels beside a gap are as thick as any: nothing of the segment lies in it.
    thick = [step if step is not None and mm >= GAP * step else mm for mm in stack.mm]
    of = {at: mm for numbers, mm in zip(stack.order, thick, strict=True) for at in numbers}
    notes = stack.notes
    if between is not None:
        odd = f"Spacing Between Slices says {between:.4g} mm, which its slices do not lie apart: it is not used."
        notes = (odd, *notes)
    return tuple(of[at] for at in range(len(planes))), Numbers(notes=notes)


def _far_apart(nearest_mm: float, between_mm: float) -> str:
    return (
        f"Its slices lie {nearest_mm:.4g} mm apart, while Spacing Between Slices says {between_mm:.4g} mm: what lies "
        "between them is taken to be empty."
    )


def _planes(contours: Sequence[tuple[Annotation, Frame]]) -> list[Plane]:
    if not contours:
        raise UserError("There is no region to make a volume of.", hint="Draw one on each slice.")
    planes = []
    for annotation, frame in contours:
        if not TRAITS[annotation.kind].is_region:
            name = TRAITS[annotation.kind].name
            raise UserError(f"A {name} has no inside, so it is no part of a volume.", hint="Draw regions.")
        if frame.plane is None or not frame.spacing.is_metric:
            raise UserError(
                "An image of the volume does not say where it lies in the patient, or has no spacing.",
                hint="Volumes need images with a plane and a spacing; areas and values of each slice do not.",
            )
        planes.append(frame.plane)
    return planes


def _slice(contours: Sequence[tuple[Annotation, Frame]], setting: Setting, facts: ImageFacts | None) -> _Slice:
    """Measure all contours of one slice: their areas, or that of the pixels inside any where they overlap."""
    _annotation, frame = contours[0]
    rows, columns = frame.pixels.shape[:2]
    in_mm = replace(setting, units="mm", with_curves=False)
    spacing = frame.spacing if setting.calibration is None else setting.calibration.spacing
    notes: list[str] = []
    areas, together, inside = 0.0, 0, np.zeros((rows, columns), np.bool_)
    for annotation, _frame in contours:
        found = measured(annotation, frame, in_mm, image_facts=facts)
        area = found.value(q.AREA.key)
        areas += 0.0 if area is None else area.value
        notes += found.notes
        region = region_of(annotation, (rows, columns), spacing)
        together += region.count
        inside[region.box] |= region.inside
    part = _inside(frame, inside, setting, contours[0][0])
    if int(np.count_nonzero(inside)) != together:
        notes.append("Regions of a slice overlap: what is inside two of them is counted once, by pixels.")
        areas = part.area_mm2
    return replace(part, area_mm2=areas, notes=(*notes, *part.notes))


def _inside(frame: Frame, inside: NDArray[np.bool_], setting: Setting, annotation: Annotation | None = None) -> _Slice:
    """Give the values of pixels of a frame, and where the outermost lie."""
    region = Region(0, 0, inside)
    chosen = values_inside(frame, region, setting.scale)
    if annotation is not None and annotation.threshold is not None:
        chosen = within_threshold(chosen, annotation.threshold, unit_of(frame, setting))
    spacing = frame.spacing if setting.calibration is None else setting.calibration.spacing
    is_chosen = annotation is not None and annotation.threshold is not None and chosen.counted is not None
    pixels = chosen.counted.count if is_chosen and chosen.counted is not None else region.count
    ends = np.zeros((0, 3))
    if frame.plane is not None and pixels:
        ends = image_to_lps(frame.plane, np.column_stack(row_ends(inside)))
    area = pixels * spacing.between_rows * spacing.between_columns
    return _Slice(area, pixels, chosen.counted or Counted(np.zeros(0)), ends, chosen.notes)


def _measurement(
    annotation: Annotation,
    frame: Frame | None,
    slices: Sequence[_Slice],
    whole: _Whole,
    numbers: Numbers,
    setting: Setting,
    facts: ImageFacts | None,
) -> Measurement:
    counted = merged(each.counted for each in slices)
    told = Numbers()
    if frame is not None and counted.count:
        unit = ONE if frame.is_colour else unit_of(frame, setting)
        told = statistics_numbers(counted, unit, concept_of(frame, setting, facts), setting)
    pixels = whole.voxels if frame is None else sum(each.voxels for each in slices)
    values = [volume_value(whole.cubic_mm, setting.units, whole.voxels), *told.values]
    if len(whole.ends_lps) and setting.calibration is None:  # the places of slices are the header's
        values.append(length_value(farthest(whole.ends_lps)[0], setting.units))
    values.append(Value(q.COUNT_OF_PIXELS, pixels, COUNT))
    notes = (*numbers.notes, *(() if setting.scale is None or frame is None else setting.scale.notes))
    basis = Basis(
        annotation.sop_instance_uid,
        annotation.frame,
        _spacing(frame, whole, setting),
        "" if facts is None else facts.place,
        "" if frame is None else plane_words(frame.plane, frame.pixels.shape[:2]),
        pixels,
        "" if frame is None or frame.is_colour else values_words(frame.modality, setting.scale),
        (*numbers.methods, *told.methods),
    )
    return Measurement(annotation, tuple(values), basis, notes, told.curves)


def _spacing(frame: Frame | None, whole: _Whole, setting: Setting) -> Spacing:
    if setting.calibration is not None:
        return setting.calibration.spacing
    if frame is not None:
        return frame.spacing
    return Spacing() if whole.plane is None else whole.plane.spacing
