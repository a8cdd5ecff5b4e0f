"""Key object selections of anybody, read tolerantly (PS3.3 A.35.4, C.17.6; PS3.16 TID 2010)."""

from collections.abc import Iterator
from pathlib import Path

from pydicom import Dataset

from workstation.model.attributes import items, text
from workstation.model.concepts import Code
from workstation.model.index.records import Place
from workstation.model.reading import read_dataset
from workstation.model.refusal import Reason, Refused
from workstation.model.text import datetime_of_dt, person_name
from workstation.objects.key_objects.values import KeyObject, KeyObjects
from workstation.objects.sr.content import (
    Coded,
    CompositeReference,
    ContentItem,
    ImageReference,
    Person,
    Text,
    WaveformReference,
)
from workstation.objects.sr.reading import report_of

KEY_OBJECT_SELECTION = "1.2.840.10008.5.1.4.1.1.88.59"
_DESCRIPTION, _OBSERVER = "113012", "121008"
_REASON = "113011"
_EVIDENCE = ("CurrentRequestedProcedureEvidenceSequence", "PertinentOtherEvidenceSequence")
Homes = dict[str, tuple[str, str]]


def open_key_objects(place: Place | Path) -> KeyObjects:
    """Read a selection from a file.

    Raises
    ------
    Refused
        OTHER_OBJECT where it is another object, and all reasons of `workstation.model.reading.read_dataset`.
    """
    dataset = read_dataset(place)
    if text(dataset, "SOPClassUID") != KEY_OBJECT_SELECTION:
        name = place.name if isinstance(place, Path) else str(place)
        raise Refused(Reason.OTHER_OBJECT, f"{name}: this is no key object selection.")
    return key_objects(dataset)


def key_objects(dataset: Dataset) -> KeyObjects:
    """Read a selection; what is wrong is left out and told.

    Parameters
    ----------
    dataset
        Read by `workstation.model.reading.read_dataset`, which bounds how deep it is nested.
    """
    report = report_of(dataset)
    homes = _homes(dataset)
    found = tuple(each for item in report.root.walk() for each in _objects(item, homes))
    moment = datetime_of_dt(report.written)
    return KeyObjects(
        report.root.name,
        tuple(dict.fromkeys(found)),
        "\n".join(_texts(report.root)),
        next(_observers(report.root), ""),
        tuple(_reasons(report.root)),
        report.sop_instance_uid,
        report.study_instance_uid,
        f"{moment:%Y-%m-%d %H:%M}" if moment else "",
        _problems(report.root, found),
    )


def _homes(dataset: Dataset) -> Homes:
    """Give study and series of each object that the document lists (PS3.3 C.17.2.3)."""
    return {
        uid: (text(study, "StudyInstanceUID"), text(series, "SeriesInstanceUID"))
        for keyword in _EVIDENCE
        for study in items(dataset, keyword)
        for series in items(study, "ReferencedSeriesSequence")
        for each in items(series, "ReferencedSOPSequence")
        if (uid := text(each, "ReferencedSOPInstanceUID"))
    }


def _objects(item: ContentItem, homes: Homes) -> Iterator[KeyObject]:
    value = item.value
    if isinstance(value, ImageReference):
        reference, frames, state = value.image, value.frames, value.presentation_state
    elif isinstance(value, CompositeReference):
        reference, frames, state = value.instance, (), None
    elif isinstance(value, WaveformReference):
        reference, frames, state = value.waveform, (), None
    else:
        return
    if not reference.sop_instance_uid:
        return
    study, series = homes.get(reference.sop_instance_uid, ("", ""))
    yield KeyObject(
        reference.sop_instance_uid,
        reference.sop_class_uid,
        series,
        study,
        tuple(frame - 1 for frame in frames if frame > 0),
        state.sop_instance_uid if state else "",
        state.sop_class_uid if state else "",
        homes.get(state.sop_instance_uid, ("", ""))[1] if state else "",
    )


def _texts(root: ContentItem) -> Iterator[str]:
    for item in root.walk():
        if isinstance(item.value, Text) and item.name is not None and item.name.value == _DESCRIPTION:
            yield item.value.text


def _observers(root: ContentItem) -> Iterator[str]:
    for item in root.walk():
        if isinstance(item.value, Person) and item.name is not None and item.name.value == _OBSERVER:
            yield person_name(item.value.raw)


def _reasons(root: ContentItem) -> Iterator[Code]:
    for item in root.items:
        is_reason = item.name is not None and item.name.value == _REASON
        if is_reason and isinstance(item.value, Coded) and item.value.code is not None:
            yield item.value.code


def _problems(root: ContentItem, found: tuple[KeyObject, ...]) -> tuple[str, ...]:
    told = (
        (root.name is None, "The selection has no title."),
        (not found, "The selection points at nothing."),
        (any(each.notes for each in root.walk()), "Parts of it are incomplete or against the standard."),
    )
    return tuple(sentence for is_so, sentence in told if is_so)
