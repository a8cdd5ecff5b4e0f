"""References to what images were made of, written so that readers find it (PS3.3 C.12.4, C.12.2).

Images are in Source Image Sequence, other objects in Source Instance Sequence, and of all the Common Instance Reference
says in which series and study they are. A series of a thousand images that each pass a thousand slices names a million
of them, so what is said of one is put into bytes once.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from struct import pack

from pydicom.charset import convert_encodings, default_encoding
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import correct_ambiguous_vr, write_dataset
from pydicom.tag import Tag

from workstation.objects.derived_sources import Role, SourceObject
from workstation.objects.writing import coded, reference

_PURPOSES: dict[Role, tuple[str, str]] = {
    "source": ("121322", "Source image for image processing operation"),
    "mask": ("121321", "Mask image for image processing operation"),
}
"""Context group 7202. Of context group 7013, for objects that are no images, no code fits; their class says enough."""
_SOURCE_IMAGES, _SOURCE_INSTANCES = 0x00082112, 0x00420013
_SERIES, _INSTANCES, _STUDIES = 0x00081115, 0x0008114A, 0x00081200
_SERIES_UID, _STUDY_UID = 0x0020000E, 0x0020000D
_UID = re.compile(r"[0-9.]{1,64}")


class References:
    """Writes the references of one series of derived images.

    Parameters
    ----------
    study_instance_uid
        The study that the images are in.
    """

    def __init__(self, study_instance_uid: str) -> None:
        self._study = study_instance_uid
        self._items: dict[SourceObject, bytes] = {}
        self._plain: dict[str, bytes] = {}

    def put(self, ds: Dataset, objects: Iterable[SourceObject]) -> None:
        """Write the references of an image; what has no identifier cannot be referred to.

        Its text has to be all there: what is written here is bytes already.
        """
        _keep_bytes(ds)
        named = [each for each in merged(objects) if _is_named(each)]
        images = [each for each in named if each.role != "object"]
        others = [each for each in named if each.role == "object"]
        _put(ds, _SOURCE_IMAGES, b"".join(map(self._item, images)))
        _put(ds, _SOURCE_INSTANCES, b"".join(map(self._item, others)))
        by_study: dict[str, dict[str, list[bytes]]] = {}
        for each in named:
            series = by_study.setdefault(each.study_instance_uid, {})
            series.setdefault(each.series_instance_uid, []).append(self._instance(each))
        own = by_study.pop(self._study, {})
        _put(ds, _SERIES, _all_series(own))
        studies = (
            _item(_element(_SERIES, b"SQ", _all_series(series)) + _uid(_STUDY_UID, study))
            for study, series in by_study.items()
        )
        _put(ds, _STUDIES, b"".join(studies))

    def _item(self, one: SourceObject) -> bytes:
        found = self._items.get(one)
        if found is None:
            found = self._items[one] = _item(_encoded(_described(one)))
        return found

    def _instance(self, one: SourceObject) -> bytes:
        found = self._plain.get(one.sop_instance_uid)
        if found is None:
            plain = reference(one.sop_class_uid, one.sop_instance_uid)
            found = self._plain[one.sop_instance_uid] = _item(_encoded(plain))
        return found


def merged(objects: Iterable[SourceObject]) -> list[SourceObject]:
    """Name each object once: with the frames, or the segments, of all that is said of it."""
    found: dict[str, SourceObject] = {}
    for each in objects:
        before = found.get(each.sop_instance_uid)
        found[each.sop_instance_uid] = each if before is None else _both(before, each)
    return list(found.values())


def _both(one: SourceObject, other: SourceObject) -> SourceObject:
    return replace(
        one,
        frames=_joined(one.frames, other.frames),
        segments=_joined(one.segments, other.segments),
        all_segments=one.all_segments or other.all_segments,
    )


def _joined(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    """Join numbers; none means all."""
    return tuple(sorted({*one, *other})) if one and other else ()


def _is_named(one: SourceObject) -> bool:
    uids = one.sop_class_uid, one.sop_instance_uid, one.series_instance_uid, one.study_instance_uid
    return all(_UID.fullmatch(uid) for uid in uids)  # as the file has it, though a part may begin with 0


def _described(one: SourceObject) -> Dataset:
    item = reference(one.sop_class_uid, one.sop_instance_uid, one.frames)
    if one.segments and not {*one.all_segments} <= {*one.segments} and not one.frames:
        item.ReferencedSegmentNumber = list(one.segments) if len(one.segments) > 1 else one.segments[0]
    if one.role != "object":
        value, meaning = _PURPOSES[one.role]
        item.PurposeOfReferenceCodeSequence = [coded(value, "DCM", meaning)]
        item.SpatialLocationsPreserved = "NO"
    return item


def _all_series(series: dict[str, list[bytes]]) -> bytes:
    return b"".join(
        _item(_element(_INSTANCES, b"SQ", b"".join(instances)) + _uid(_SERIES_UID, uid))
        for uid, instances in series.items()
    )


def _put(ds: Dataset, tag: int, items: bytes) -> None:
    if items:
        ds[Tag(tag)] = RawDataElement(Tag(tag), "SQ", len(items), items, 0, is_implicit_VR=False, is_little_endian=True)


def _keep_bytes(ds: Dataset) -> None:
    """Have what is bytes written as it is; pydicom would take it apart first, for it could be of another encoding."""
    correct_ambiguous_vr(ds, is_little_endian=True)
    told = ds.get("SpecificCharacterSet")
    ds.set_original_encoding(
        is_implicit_vr=False,
        is_little_endian=True,
        character_encoding=convert_encodings(told) if told else default_encoding,
    )


def _encoded(item: Dataset) -> bytes:
    file = DicomBytesIO()
    file.is_little_endian, file.is_implicit_VR = True, False
    write_dataset(file, item)
    return file.getvalue()


def _item(data: bytes) -> bytes:
    return pack("<HHI", 0xFFFE, 0xE000, len(data)) + data


def _element(tag: int, vr: bytes, value: bytes) -> bytes:
    return pack("<HH2sHI", tag >> 16, tag & 0xFFFF, vr, 0, len(value)) + value


def _uid(tag: int, value: str) -> bytes:
    raw = value.encode("ascii")
    raw += b"\0" * (len(raw) % 2)
    return pack("<HH2sH", tag >> 16, tag & 0xFFFF, b"UI", len(raw)) + raw
