"""Radiotherapy structure sets read tolerantly (PS3.3 A.19): structures, their contours, names and colours."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from pydicom import Dataset

from workstation.model.attributes import integer, items, number, numbers, text, value_of
from workstation.model.index.records import Place
from workstation.model.reading import read_dataset
from workstation.model.refusal import Reason, Refused
from workstation.model.segmentation import Rgb
from workstation.model.structures import Contour, ContourKind, Structure, StructureSet
from workstation.model.text import clean
from workstation.objects.segmentation import PALETTE

_LEAST_POINTS = {ContourKind.POINT: 1, ContourKind.OPEN_PLANAR: 2, ContourKind.OPEN_NONPLANAR: 2}
_CLOSED_LEAST = 3


def read_structure_set(place: Place | Path) -> StructureSet:
    """Read a structure set from a file.

    Raises
    ------
    Refused
        OTHER_OBJECT where it is none, and all reasons of `workstation.model.reading.read_dataset`.
    """
    dataset = read_dataset(place)
    if not is_structure_set(dataset):
        name = place.name if isinstance(place, Path) else str(place)
        raise Refused(Reason.OTHER_OBJECT, f"{name}: this is no structure set.")
    return structure_set_of(dataset)


def is_structure_set(dataset: Dataset) -> bool:
    """Whether a dataset is a structure set, whatever class it names."""
    return "StructureSetROISequence" in dataset or "ROIContourSequence" in dataset


def structure_set_of(dataset: Dataset) -> StructureSet:
    """Give the values of a structure set; never raises, what is wrong is told in notes."""
    described = {each.number: each for each in _described(dataset)}
    notes: list[str] = []
    for item in items(dataset, "ROIContourSequence"):
        roi = integer(item, "ReferencedROINumber")
        if roi is None:
            notes.append("Contours that name no structure are left out.")
            continue
        if roi not in described:
            notes.append(f"There are contours of structure {roi}, which is not described.")
        structure = described.get(roi) or Structure(roi, f"Structure {roi}", colour=_palette(len(described)))
        described[roi] = _with_contours(structure, item)
    if not described:
        notes.append("It describes no structure.")
    spaces = items(dataset, "ReferencedFrameOfReferenceSequence")
    return StructureSet(
        sop_instance_uid=text(dataset, "SOPInstanceUID"),
        series_instance_uid=text(dataset, "SeriesInstanceUID"),
        label=clean(text(dataset, "StructureSetLabel")) or clean(text(dataset, "SeriesDescription")),
        structures=tuple(_with_kind(described, dataset).values()),
        frame_of_reference_uids=tuple(dict.fromkeys(text(each, "FrameOfReferenceUID") for each in spaces)),
        notes=tuple(notes),
    )


def _described(dataset: Dataset) -> list[Structure]:
    found = []
    for at, item in enumerate(items(dataset, "StructureSetROISequence")):
        roi = integer(item, "ROINumber")
        found.append(
            Structure(
                number=at if roi is None else roi,
                name=clean(text(item, "ROIName")) or f"Structure {at if roi is None else roi}",
                description=clean(text(item, "ROIDescription")),
                algorithm=clean(text(item, "ROIGenerationAlgorithm")),
                colour=_palette(at),
                volume_ml=number(item, "ROIVolume"),
                frame_of_reference_uid=text(item, "ReferencedFrameOfReferenceUID"),
            )
        )
    return found


def _palette(at: int) -> Rgb:
    return PALETTE[at % len(PALETTE)]


def _with_kind(described: Mapping[int, Structure], dataset: Dataset) -> dict[int, Structure]:
    found = dict(described)
    for item in items(dataset, "RTROIObservationsSequence"):
        roi = integer(item, "ReferencedROINumber")
        kind = clean(text(item, "RTROIInterpretedType"))
        if roi in found and kind:
            found[roi] = replace(found[roi], kind=kind)
    return found


def _with_contours(structure: Structure, item: Dataset) -> Structure:
    own = numbers(item, "ROIDisplayColor")
    has_own = len(own) == 3 and all(0 <= each <= 255 for each in own)
    notes: list[str] = []
    contours = [
        contour
        for at, each in enumerate(items(item, "ContourSequence"), 1)
        if (contour := _contour(each, at, notes)) is not None
    ]
    return replace(
        structure,
        colour=(int(own[0]), int(own[1]), int(own[2])) if has_own else structure.colour,
        has_own_colour=has_own,
        contours=(*structure.contours, *contours),
        notes=(*structure.notes, *notes),
    )


def _contour(item: Dataset, at: int, notes: list[str]) -> Contour | None:
    told = text(item, "ContourGeometricType")
    values = numbers(item, "ContourData")
    kind = ContourKind(told) if told in tuple(ContourKind) else None
    if kind is None and len(values) >= _CLOSED_LEAST * 3:
        kind = ContourKind.CLOSED_PLANAR
        notes.append(f"Contour {at} is of the unknown type {clean(told)!r} and taken for a closed one.")
    least = _LEAST_POINTS.get(kind, _CLOSED_LEAST) if kind is not None else _CLOSED_LEAST
    if kind is None or len(values) < 3 * least:
        notes.append(_left_out(item, at, len(values) // 3))
        return None
    if len(values) % 3:
        notes.append(f"Contour {at} ends in the middle of a point.")
    points = np.array(values[: len(values) // 3 * 3], np.float64).reshape(-1, 3)
    sources = (text(each, "ReferencedSOPInstanceUID") for each in items(item, "ContourImageSequence"))
    return Contour(kind, points, tuple(source for source in sources if source))


def _left_out(item: Dataset, at: int, points: int) -> str:
    if points:
        return f"Contour {at} has {points} point{'s' if points > 1 else ''}, too few for its type, and is left out."
    if value_of(item, "ContourData") is not None:
        return f"The points of contour {at} are not all numbers; it is left out."
    return f"Contour {at} has no points and is left out."
