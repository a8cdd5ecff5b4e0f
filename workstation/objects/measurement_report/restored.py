"""Measurements of a report as values again: what it measured, with the numbers and the words that it was saved with."""

import re
from collections.abc import Iterator
from dataclasses import replace

from workstation.model.annotation import Annotation
from workstation.model.concepts import Code
from workstation.model.geometry import Spacing, SpacingSource
from workstation.model.measurement import Basis, Measurement, Value
from workstation.objects.measurement_report import codes
from workstation.objects.measurement_report.codes import means
from workstation.objects.measurement_report.numbers import value_of
from workstation.objects.measurement_report.values import FoundGroup, FoundReport, VolumeMeasurement

_STRUCTURE_SET = "1.2.840.10008.5.1.4.1.1.481.3"
_SPACING = re.compile(r"(\S+) x (\S+) (?:mm|ratio) \(rows x columns\): ([^;]+)(?:; (.*))?")


def annotations_of_report(found: FoundReport) -> tuple[Annotation, ...]:
    """Give the live annotations of a report, those of volumes among them."""
    return found.annotations


def measurements_of_report(found: FoundReport) -> tuple[Measurement, ...]:
    """Give what a report measured on single images.

    Groups of volumes are left to `volumes_of_report`; of a group with several regions that are none, each is given with
    all its numbers. A group that says nowhere on which image it was measured has an annotation on none, and is not
    among them: `FoundReport.groups` has it.
    """
    return tuple(
        Measurement(each, _values(group), _basis(group, each), _said(group, codes.REMARK))
        for group in found.groups
        if not is_volume(group)
        for each in group.annotations
    )


def volumes_of_report(found: FoundReport) -> tuple[VolumeMeasurement, ...]:
    """Give the volumes of a report: with contours on several images, or with a segment."""
    made = []
    for group in found.groups:
        if is_volume(group):
            segment = group.segments[0] if group.segments else None
            made.append(
                VolumeMeasurement(
                    group.about,
                    _values(group),
                    _basis(group, group.annotations[0] if group.annotations else None),
                    tuple(each for each in group.annotations if each.cut is None),
                    group.name,
                    _said(group, codes.REMARK),
                    "" if segment is None else segment.sop_instance_uid,
                    () if segment is None else segment.segments,
                    () if segment is None else tuple(_frames(group)),
                    _structure_set(group),
                )
            )
    return tuple(made)


def _frames(group: FoundGroup) -> Iterator[tuple[str, int]]:
    """Give the frames that were segmented; of an image of one frame that one."""
    for each in group.references:
        for frame in each.frames or (1,):
            yield each.image.sop_instance_uid, frame - 1


def _structure_set(group: FoundGroup) -> str:
    sets = (each.sop_instance_uid for each in group.objects if each.sop_class_uid == _STRUCTURE_SET)
    return next(sets, "")


def is_volume(group: FoundGroup) -> bool:
    """Tell whether a group is about a volume: contours on several images, or a segment."""
    kinds = {each.kind for each in group.annotations}
    return group.template == "1411" and kinds != {"sphere"}


def _values(group: FoundGroup) -> tuple[Value, ...]:
    return tuple(value for each in group.values if (value := value_of(each)) is not None)


def _said(group: FoundGroup, name: Code) -> tuple[str, ...]:
    return tuple(words for each, words in group.texts if means(each, name))


def _first(group: FoundGroup, name: Code) -> str:
    return next(iter(_said(group, name)), "")


def _basis(group: FoundGroup, annotation: Annotation | None) -> Basis:
    reference = group.references[0] if group.references else None
    uid = annotation.sop_instance_uid if annotation else "" if reference is None else reference.image.sop_instance_uid
    frame = 0 if reference is None or not reference.frames else reference.frames[0] - 1
    pixels = _first(group, codes.PIXELS_INSIDE)
    return Basis(
        uid,
        annotation.frame if annotation else frame,
        _spacing(_first(group, codes.CALIBRATION)),
        plane=_first(group, codes.PLANE),
        pixels=int(pixels) if pixels.isascii() and pixels.isdigit() and len(pixels) < 16 else None,
        values=_first(group, codes.VALUES_FROM),
        methods=_said(group, codes.METHOD_TOLD),
    )


def _spacing(words: str) -> Spacing:
    """Read a spacing as it was written; one in other words is told as a note of none."""
    found = _SPACING.fullmatch(words)
    if found is None:
        return replace(Spacing(), note=words)
    rows, columns, source, note = found.groups()
    try:
        return Spacing(float(rows), float(columns), SpacingSource(source), note or "")
    except ValueError:
        return replace(Spacing(), note=words)
