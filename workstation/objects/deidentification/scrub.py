"""Walks an object and does to every attribute, at every depth, what table E.1-1 and the options say."""

import re
from dataclasses import field
from datetime import timedelta
from typing import Any

import numpy as np
from pydicom import Dataset
from pydicom.datadict import dictionary_has_tag, repeater_has_tag
from pydicom.dataelem import DataElement
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence
from pydicom.tag import Tag

from workstation.model.attributes import PARSER_FAILURES, text
from workstation.objects.deidentification.attribute_types import type_of
from workstation.objects.deidentification.cleaning import NARRATIVE_VRS, clean_text
from workstation.objects.deidentification.dates import shift_date, shift_datetime, shift_time
from workstation.objects.deidentification.dummies import dummy, has_dummy_item
from workstation.objects.deidentification.identifiers import (
    STANDARD_ROOT,
    TERMS,
    TEXT_VRS,
    Identifiers,
    tags_of,
)
from workstation.objects.deidentification.policy import Policy
from workstation.objects.deidentification.private import SafePrivate, text_at
from workstation.objects.deidentification.report import Done, Log
from workstation.objects.deidentification.state import Pseudonym, State
from workstation.objects.deidentification.table import Option, code_of, keyword_of, row_of
from workstation.quick_dataclass import dataclass

_WORD_BYTES = {"OW": 2, "OL": 4, "OF": 4, "OD": 8, "OV": 8}
_NUMBERS = {"US": "<u2", "SS": "<i2", "UL": "<u4", "SL": "<i4", "FL": "<f4", "FD": "<f8", "UV": "<u8", "SV": "<i8"}
_PIXELS = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010, 0x7FE00001, 0x7FE00002))
_ALWAYS_GONE = frozenset((0xFFFCFFFC, 0x00880200, 0x04000500, 0x04000561, 0x4FFE0001, 0xFFFAFFFA, 0x00080001))
"""Padding, thumbnails, encrypted or former originals, signatures: each may hold what is taken out elsewhere."""
_UID = re.compile(r"[0-2](\.[0-9]+)+")
_OF_ANIMALS = ("ResponsiblePerson", "ResponsibleOrganization")
_NAMING = ("HangingProtocolCreator", "HangingProtocolUserGroupName")
"""Texts that the table leaves out, since these objects have no patient; they name who made them, and where."""
_OLDEST = 90
_FEW = 64
_PEOPLE = frozenset(
    (
        *(str(code) for code in range(121008, 121037)),
        *("121088", "121092", "121093", "121094", "121095", "121152", "121173", "122146", "122148"),
    )
)
"""Concepts of content items (DCM) whose text names a person, an institution or a device: never kept."""


@dataclass
class Scrubber:
    """Does one object.

    Parameters
    ----------
    sop_class_uid
        By which the Types of attributes are found.
    swaps
        Whether words are in big endian and are turned.
    """

    policy: Policy
    state: State
    identifiers: Identifiers
    pseudonym: Pseudonym
    shift: timedelta
    sop_class_uid: str
    safe: SafePrivate
    local_offset: str = ""
    swaps: bool = False
    log: Log = field(default_factory=Log)

    def dataset(self, dataset: Dataset, path: tuple[str, ...] = (), told: str = "") -> None:
        """Change a dataset, or an item of a sequence, in place."""
        kept_private = self._private_to_keep(dataset)
        times = self._times(dataset)
        for tag in sorted(tags_of(dataset)):
            if tag not in dataset:
                continue
            keyword = keyword_of(tag)
            where = told + (keyword or f"({tag >> 16:04x},{tag & 0xFFFF:04x})")
            element = self._element(dataset, tag)
            if element is None:
                self._remove(dataset, tag, where, "X")
            elif tag >> 16 & 1:
                self._private(dataset, element, tag in kept_private, path, where)
            elif self._is_gone(dataset, tag):
                self._remove(dataset, tag, where, "X")
            else:
                self._public(dataset, element, path, where, times.get(keyword.removesuffix("Date") + "Time", ""))

    def _times(self, dataset: Dataset) -> dict[str, str]:
        """Give the times of day that belong to dates, as they are before they are moved."""
        if self.policy.temporal != "MODIFIED":
            return {}
        keywords = (keyword_of(tag) for tag in tags_of(dataset))
        return {each: text(dataset, each) for each in keywords if each.endswith("Time")}

    def _private_to_keep(self, dataset: Dataset) -> set[int]:
        if not self.policy.has(Option.RETAIN_SAFE_PRIVATE):
            return set()
        return {tag for tag in tags_of(dataset) if tag >> 16 & 1 and self.safe.keeps(dataset, tag)}

    def _is_gone(self, dataset: Dataset, tag: int) -> bool:
        if tag & 0xFFFF == 0 or tag in _ALWAYS_GONE:
            return True
        if not dictionary_has_tag(tag) and not repeater_has_tag(tag) and row_of(tag) is None:
            return True
        if tag >> 24 == 0x50:
            return True  # curves are retired; whether they hold text cannot be told
        return tag >> 24 == 0x60 and not (self.policy.has(Option.CLEAN_GRAPHICS) and _is_region(dataset, tag))

    def _element(self, dataset: Dataset, tag: int) -> DataElement | None:
        """Give an element, read and in little endian; None where it cannot be read or told."""
        try:
            element = dataset[tag]
            element.value  # noqa: B018 - converts
        except PARSER_FAILURES:
            return None
        if " or " in element.VR:
            element.VR = element.VR.split(" ")[0]
        if self.swaps and element.VR in _WORD_BYTES and isinstance(element.value, bytes):
            element.value = swapped(element.value, _word_bytes(dataset, element))
        return element

    def _private(self, dataset: Dataset, element: DataElement, keeps: bool, path: tuple[str, ...], where: str) -> None:
        if keeps and element.VR == "SQ":
            self._items(element, path, where)
        elif keeps and element.VR == "PN":
            self._remove(dataset, int(element.tag), where, "C")
        elif keeps and element.VR in ("DA", "DT", "TM"):
            self._date(dataset, element, "C", where, path, "")
        elif keeps and element.VR == "UI":
            self._uids(element, "C", where)
        elif keeps:
            self._sweep(dataset, element, where, path)
        else:
            self._remove(dataset, int(element.tag), where, "X")

    def _public(self, dataset: Dataset, element: DataElement, path: tuple[str, ...], where: str, time: str) -> None:
        row = row_of(int(element.tag))
        code = code_of(int(element.tag), self.policy.options) or self._unlisted(element)
        basic = row.basic if row else code
        if code == "C" and element.VR in ("DA", "DT", "TM"):
            self._date(dataset, element, code, where, path, time)
            return
        if code == "C" and element.VR in NARRATIVE_VRS and not self._cleans_annotation(path):
            code = basic
        if keyword_of(int(element.tag)) == "UnformattedTextValue" and self._cleans_annotation(path):
            code = "C"
        if keyword_of(int(element.tag)) == "TextValue":
            code = self._content_text(dataset)
        if keyword_of(int(element.tag)) == "NumericValue" and self._names_someone(dataset):
            code = "Z"
        self._act(dataset, element, code, path, where)

    def _act(self, dataset: Dataset, element: DataElement, code: str, path: tuple[str, ...], where: str) -> None:
        kind = type_of(self.sop_class_uid, path, keyword_of(int(element.tag)))
        if code.endswith("U*") and not path and "ReferencedSeriesSequence" in dataset:
            kind = "1"  # the Common Instance Reference module lists what is referred to, and nothing else
        action = resolve(code, kind)
        if kind == "2C" and keyword_of(int(element.tag)) in _OF_ANIMALS and "PatientSpeciesDescription" in dataset:
            kind = "2"
        if action == "X" and kind in ("1", "2"):
            action = "D" if kind == "1" else "Z"  # the object would not be one of its class without it
        tag = int(element.tag)
        if action == "X":
            self._remove(dataset, tag, where, code)
        elif action == "U":
            self._uids(element, code, where) if element.VR != "SQ" else self._items(element, path, where)
        elif action in ("Z", "D"):
            self._replace(dataset, element, code, path, where, is_empty=action == "Z" and kind != "1")
        elif element.VR == "SQ":
            self._items(element, path, where)
        elif action == "C" and element.VR in TEXT_VRS:
            self._rewrite(dataset, element, where, path, code, clean=True)
        else:
            self._sweep(dataset, element, where, path)

    def _unlisted(self, element: DataElement) -> str:
        """Give a code for an attribute that the table does not list: its VR or its name may tell that it identifies."""
        if element.VR in ("DA", "DT", "TM"):
            if self.policy.temporal == "REMOVED":
                return "X/Z/D"
            return "C" if self.policy.temporal == "MODIFIED" else "K"
        if element.VR in ("PN", "AE", "UR") or keyword_of(int(element.tag)) in _NAMING:
            return "X/Z/D"
        if element.VR == "UN":
            return "X"
        return "K"

    def _cleans_annotation(self, path: tuple[str, ...]) -> bool:
        return self.policy.has(Option.CLEAN_GRAPHICS) and "GraphicAnnotationSequence" in path

    def _content_text(self, item: Dataset) -> str:
        """Give the code for the text of a content item; only together do the two options let it stay."""
        both = self.policy.options >= {Option.CLEAN_STRUCTURED, Option.CLEAN_DESCRIPTORS}
        return "C" if both and not self._names_someone(item) else "D"

    @staticmethod
    def _names_someone(item: Dataset) -> bool:
        concepts = item.get("ConceptNameCodeSequence") or ()
        return any(text(each, "CodeValue") in _PEOPLE for each in concepts)

    def _items(self, element: DataElement, path: tuple[str, ...], where: str) -> None:
        for number, item in enumerate(element.value or (), 1):
            self.dataset(item, (*path, keyword_of(int(element.tag))), f"{where}[{number}].")

    def _remove(self, dataset: Dataset, tag: int, where: str, code: str) -> None:
        del dataset[Tag(tag)]
        self.log.add(tag, where, code, "removed")

    def _replace(
        self, dataset: Dataset, element: DataElement, code: str, path: tuple[str, ...], where: str, *, is_empty: bool
    ) -> None:
        done: Done = "replaced"
        if keyword_of(int(element.tag)) in ("PatientID", "PatientName"):
            is_id = keyword_of(int(element.tag)) == "PatientID"
            new: Any = self.pseudonym.patient_id if is_id else self.pseudonym.patient_name
        elif is_empty:
            new, done = Sequence() if element.VR == "SQ" else None, "emptied"
        elif element.VR == "UI":
            self._uids(element, code, where)
            return
        elif element.VR == "SQ" and element.value and not has_dummy_item(keyword_of(int(element.tag))):
            self._items(element, path, where)  # its items are replaced attribute by attribute
            self.log.add(int(element.tag), where, code, done)
            return
        else:
            new = dummy(element.VR, keyword_of(int(element.tag)), dataset)
            if keyword_of(int(element.tag)) == "EncapsulatedDocument" and "EncapsulatedDocumentLength" in dataset:
                dataset.EncapsulatedDocumentLength = len(new)
        dataset[element.tag] = DataElement(element.tag, element.VR, new)
        self.log.add(int(element.tag), where, code, done)

    def _uids(self, element: DataElement, code: str, where: str) -> None:
        old = [str(each) for each in _many(element)]
        kept = [self.state.new_uid(each) if each and not each.startswith(STANDARD_ROOT) else each for each in old]
        if kept != old:
            element.value = kept if len(kept) != 1 else kept[0]
            self.log.add(int(element.tag), where, code, "new UID")

    def _date(
        self, dataset: Dataset, element: DataElement, code: str, where: str, path: tuple[str, ...], time: str
    ) -> None:
        if self.policy.temporal == "UNMODIFIED":
            return
        if self.policy.temporal == "REMOVED":
            self._remove(dataset, int(element.tag), where, code)
            return
        old = [str(each) for each in _many(element)]
        moved = [self._moved(each, element.VR, time) for each in old]
        if moved == old:
            return
        if any(moved):
            element.value = moved if len(moved) != 1 else moved[0]
            self.log.add(int(element.tag), where, code, "date moved")
        else:
            row = row_of(int(element.tag))
            self._act(dataset, element, row.basic if row else "X/Z/D", path, where)

    def _moved(self, value: str, vr: str, time: str) -> str:
        if vr == "DA":
            return shift_date(value, self.shift, time)
        if vr == "TM":
            return shift_time(value, self.shift)
        return shift_datetime(value, self.shift, self.local_offset)

    def _sweep(self, dataset: Dataset, element: DataElement, where: str, path: tuple[str, ...]) -> None:
        """Take known identifiers out of an attribute that stays."""
        if keyword_of(int(element.tag)) == "PatientAge":
            self._limit_age(element, where)
        elif element.VR in TEXT_VRS:
            self._rewrite(dataset, element, where, path, "K", clean=False)
        elif element.VR == "UI" and not self.identifiers.uids.isdisjoint(str(each) for each in _many(element)):
            self._uids(element, "K", where)
        elif int(element.tag) not in _PIXELS and self._hides(element):
            self._act(dataset, element, "X/Z/D", path, where)

    def _hides(self, element: DataElement) -> bool:
        """Whether an element that should hold no words holds an identifier nevertheless."""
        values = _many(element)
        words = [str(each) for each in values if isinstance(each, str)]
        if element.VR in ("DS", "IS") and len(values) <= _FEW:
            words += [str(getattr(each, "original_string", each)) for each in values]
            if self.identifiers.are_numbers(words):
                return True
        if element.VR == "UI" and any(each and not _UID.fullmatch(each) for each in words):
            return True
        if element.VR != "UI" and any(self.identifiers.are_in(each) for each in words if not _is_number(each)):
            return True
        data = element.value if isinstance(element.value, bytes) else _packed(element.VR, values)
        lowered = data.lower()
        return bool(data) and any(pattern in lowered for pattern, _ in self.identifiers.byte_patterns)

    def _limit_age(self, element: DataElement, where: str) -> None:
        age = str(element.value or "")
        if age.endswith("Y") and age[:-1].isdigit() and int(age[:-1]) > _OLDEST:
            element.value = f"{_OLDEST:03d}Y"
            self.log.add(int(element.tag), where, "C", "cleaned")

    def _rewrite(
        self, dataset: Dataset, element: DataElement, where: str, path: tuple[str, ...], code: str, *, clean: bool
    ) -> None:
        old = [str(each) for each in _many(element)]
        new = [self._rewritten(each, element.VR, clean=clean) for each in old]
        if new == old:
            return
        if not any(new):
            self._act(dataset, element, "X/Z/D", path, where)
            return
        element.value = new if len(new) != 1 else new[0]
        self.log.add(int(element.tag), where, "C" if clean else code, "cleaned")

    def _rewritten(self, value: str, vr: str, *, clean: bool) -> str:
        if vr == "CS" and value.strip().casefold() in TERMS:
            return value
        if vr in ("CS", "AE", "UR"):
            return "" if self.identifiers.are_in(value) else value
        return clean_text(value, self.identifiers) if clean else self.identifiers.take_out(value)


def resolve(code: str, kind: str) -> str:
    """Give the one action that a code of table E.1-1 comes to for an attribute of a Type (PS3.15 table E.1-1a).

    Attributes of Type 1C and 2C are there because their condition holds, and are taken for 1 and 2. Instance references
    that may not be left out (X/Z/U*) stay with new UIDs, so that segmentations find their images again.
    """
    choices = code.removesuffix("*").split("/")
    if len(choices) == 1:
        return choices[0]
    if choices[-1] == "U":
        return "X" if kind == "3" else "U"
    wanted = {"1": "D", "1C": "D", "2": "Z", "2C": "Z"}.get(kind, "X")
    if wanted in choices:
        return wanted
    return choices[0] if wanted == "X" else choices[-1]


def swapped(data: bytes, size: int) -> bytes:
    """Turn the bytes of words of a size; bytes after the last whole word stay."""
    whole = len(data) // size * size
    return np.frombuffer(data[:whole], f"u{size}").byteswap().tobytes() + data[whole:]


def _is_region(dataset: Dataset, tag: int) -> bool:
    """Whether an overlay plane is a region of interest: one of graphics may spell anything."""
    return text_at(dataset, tag & 0xFFFF0000 | 0x0040) == "R"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _packed(vr: str, values: list[Any]) -> bytes:
    """Give numbers as the bytes that they are written as; nothing for few of them, which hold no words."""
    if vr not in _NUMBERS or len(values) < 2:
        return b""
    return np.array(values, _NUMBERS[vr]).tobytes()


def _word_bytes(dataset: Dataset, element: DataElement) -> int:
    allocated = dataset.get("BitsAllocated")
    if int(element.tag) == 0x7FE00010 and allocated in (32, 64):
        return int(allocated) // 8
    return _WORD_BYTES[element.VR]


def _many(element: DataElement) -> list[Any]:
    value = element.value
    if value is None:
        return []
    return list(value) if isinstance(value, MultiValue | list | tuple) else [value]
