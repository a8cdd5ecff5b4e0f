"""Key object selections written strictly (PS3.3 A.35.4, C.17.6; PS3.16 TID 2010)."""

from collections.abc import Sequence
from datetime import datetime

from pydicom.dataset import Dataset

from workstation.errors import UserError
from workstation.model.attributes import integer, text
from workstation.model.concepts import Code
from workstation.objects.key_objects.reading import KEY_OBJECT_SELECTION
from workstation.objects.key_objects.values import KeyObject, KeyObjects
from workstation.objects.writing import (
    NewSeries,
    choose_character_set,
    coded,
    fitting,
    new_object,
    reference,
)

SERIES_DESCRIPTION = "Key images"
_WAVEFORMS = "1.2.840.10008.5.1.4.1.1.9."
_LONGEST_NOTE = 10_000


def key_object_of(header: Dataset, frames: tuple[int, ...] = ()) -> KeyObject:
    """Point at an object by its header; ``frames`` from 0, none for all or where it has one."""
    return KeyObject(
        text(header, "SOPInstanceUID"),
        text(header, "SOPClassUID"),
        text(header, "SeriesInstanceUID"),
        text(header, "StudyInstanceUID"),
        frames if (integer(header, "NumberOfFrames") or 1) > 1 else (),
    )


def key_objects_dataset(
    selection: KeyObjects, source: Dataset, series: NewSeries, *, number: int = 1, now: datetime
) -> Dataset:
    """Make the object of a selection.

    Parameters
    ----------
    selection
        Title, note, observer and objects, all of one study. Its identifier and date are made anew.
    source
        Header of one of the objects: patient and study are taken from it.
    series
        Where it is written, of modality KO.
    number
        Instance Number.
    now
        When it is made, local time.

    Raises
    ------
    UserError
        If it points at nothing, has no title, or at objects of several studies.
    """
    _check(selection, text(source, "StudyInstanceUID"))
    ds = new_object(KEY_OBJECT_SELECTION, source, series, number=number, now=now)
    if "BodyPartExamined" in ds:
        del ds.BodyPartExamined  # no attribute of this series
    ds.ReferencedPerformedProcedureStepSequence = []
    ds.ContentDate, ds.ContentTime = f"{now:%Y%m%d}", f"{now:%H%M%S}"
    ds.CurrentRequestedProcedureEvidenceSequence = [_evidence(ds.StudyInstanceUID, selection.objects)]
    ds.ValueType, ds.ContinuityOfContent = "CONTAINER", "SEPARATE"
    if selection.title is not None:
        ds.ConceptNameCodeSequence = [_code_item(selection.title)]
    template = Dataset()
    template.MappingResource, template.TemplateIdentifier = "DCMR", "2010"
    ds.ContentTemplateSequence = [template]
    ds.ContentSequence = _content(selection)
    choose_character_set(ds)
    return ds


def _check(selection: KeyObjects, study_instance_uid: str) -> None:
    if not selection.objects:
        raise UserError("No image is chosen, so there is nothing to save.", hint="Mark at least one key image.")
    if selection.title is None:
        raise UserError("A key object selection needs a title.", hint="Choose one, such as of-interest.")
    if any(each.study_instance_uid != study_instance_uid for each in selection.objects):
        raise UserError("The images are of different studies.", hint="Make a selection for each study.")
    if any(not (each.series_instance_uid and each.sop_class_uid) for each in selection.objects):
        raise UserError("An image has no series or class, so nobody could find it.", hint="Leave it out.")
    if any(
        each.presentation_state_uid and not (each.presentation_state_class and each.presentation_state_series_uid)
        for each in selection.objects
    ):
        raise UserError("A presentation state of an image has no series or class, so nobody could find it.")


def _evidence(study_instance_uid: str, objects: Sequence[KeyObject]) -> Dataset:
    """List the objects once each by series, with the states that they are to be seen with (PS3.3 C.17.2.3)."""
    series: dict[str, dict[str, Dataset]] = {}
    for each in objects:
        listed = series.setdefault(each.series_instance_uid, {})
        listed[each.sop_instance_uid] = reference(each.sop_class_uid, each.sop_instance_uid)
        if each.presentation_state_uid:
            states = series.setdefault(each.presentation_state_series_uid, {})
            states[each.presentation_state_uid] = reference(each.presentation_state_class, each.presentation_state_uid)
    study = Dataset()
    study.StudyInstanceUID = study_instance_uid
    study.ReferencedSeriesSequence = [_series(uid, list(listed.values())) for uid, listed in series.items()]
    return study


def _series(uid: str, listed: list[Dataset]) -> Dataset:
    item = Dataset()
    item.SeriesInstanceUID, item.ReferencedSOPSequence = uid, listed
    return item


def _content(selection: KeyObjects) -> list[Dataset]:
    content = []
    for reason in selection.reasons:
        content.append(_item("HAS CONCEPT MOD", "CODE", Code("113011", "DCM", "Document Title Modifier")))
        content[-1].ConceptCodeSequence = [_code_item(reason)]
    if observer := fitting(selection.observer, "PN"):
        content.append(_item("HAS OBS CONTEXT", "CODE", Code("121005", "DCM", "Observer Type")))
        content[-1].ConceptCodeSequence = [coded("121006", "DCM", "Person")]
        content.append(_item("HAS OBS CONTEXT", "PNAME", Code("121008", "DCM", "Person Observer Name")))
        content[-1].PersonName = observer
    if note := fitting(selection.note, "UT")[:_LONGEST_NOTE]:
        content.append(_item("CONTAINS", "TEXT", Code("113012", "DCM", "Key Object Description")))
        content[-1].TextValue = note.replace("\n", "\r\n")
    return [*content, *(_object(each) for each in selection.objects)]


def _object(each: KeyObject) -> Dataset:
    kind = "WAVEFORM" if each.sop_class_uid.startswith(_WAVEFORMS) else "IMAGE" if _is_image(each) else "COMPOSITE"
    item = _item("CONTAINS", kind)
    referenced = reference(
        each.sop_class_uid, each.sop_instance_uid, tuple(frame + 1 for frame in each.frames) if kind == "IMAGE" else ()
    )
    if each.presentation_state_uid and kind == "IMAGE":
        referenced.ReferencedSOPSequence = [reference(each.presentation_state_class, each.presentation_state_uid)]
    item.ReferencedSOPSequence = [referenced]
    return item


def _is_image(each: KeyObject) -> bool:
    """Say whether a class is of images; reports, states, documents, raw data and the like are none."""
    storage = "1.2.840.10008.5.1.4.1.1."
    others = ("11.", "66", "67", "68.", "88.", "104.", "78.", "79.", "80.", "200.", "481.3", "481.4", "481.5", "481.8")
    return not each.sop_class_uid.startswith(tuple(storage + other for other in others))


def _item(relationship: str, value_type: str, name: Code | None = None) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = relationship, value_type
    if name is not None:
        item.ConceptNameCodeSequence = [_code_item(name)]
    return item


def _code_item(code: Code) -> Dataset:
    return coded(code.value, code.scheme, code.meaning)
