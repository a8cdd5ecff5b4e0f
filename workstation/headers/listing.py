"""Every element of a dataset, sequences and private elements included, one after the other (``dump``)."""

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pydicom import Dataset
from pydicom.datadict import dictionary_VR, keyword_for_tag, private_dictionary_description, private_dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement

from workstation.headers.meanings import meaning_of
from workstation.headers.values import encodings_of, fragments, shown
from workstation.model.attributes import PARSER_FAILURES
from workstation.model.reading import PIXEL_TAGS
from workstation.model.text import clean
from workstation.quick_dataclass import dataclass

ITEM_TAG = "(fffe,e000)"
_UNDEFINED = 0xFFFFFFFF
_CHARACTER_SET = 0x00080005


@dataclass(frozen=True, slots=True)
class Element:
    """One element, or one item of a sequence.

    Parameters
    ----------
    depth
        0 in the dataset itself, 1 in an item of one of its sequences.
    tag
        ``(0010,0020)``; ``(fffe,e000)`` for an item.
    vr
        Value representation (PS3.5 6.2); empty for an item.
    length
        Bytes of the value as the file has it; None where it is undefined, or not known.
    name
        Keyword of PS3.6; of a private element its name and creator, as far as they are known.
    value
        As text, cut to the length that was asked for.
    path
        Keywords or tags from the dataset down, items counted from 1: ``ReferencedSeriesSequence[1].SeriesInstanceUID``.
    meaning
        The value in words, where it needs them: dates, names of UIDs; empty otherwise.
    """

    depth: int
    tag: str
    vr: str
    length: int | None
    name: str
    value: str
    path: str
    meaning: str = ""

    @property
    def number(self) -> int:
        """Group and element in one number."""
        return int(self.tag[1:5] + self.tag[6:10], 16)

    @property
    def is_private(self) -> bool:
        """Whether its group is odd (PS3.5 7.8)."""
        return self.number >> 16 & 1 == 1

    @property
    def is_item(self) -> bool:
        """Whether it stands for an item of a sequence."""
        return self.tag == ITEM_TAG


def elements_of(dataset: Dataset, *, most: int | None = None, summarised: bool = False) -> Iterator[Element]:
    """Give the elements of the file meta information and of the dataset, in order of their tags.

    Parameters
    ----------
    dataset
        As ``read_dataset`` gives it: values not converted yet.
    most
        Characters of a value that are shown; all where None.
    summarised
        Say of a value that is cut how many bytes it has and a checksum of them, so that two of them can be compared.
    """
    how = _How(most, summarised)
    meta = getattr(dataset, "file_meta", None)
    if meta is not None:
        yield from _elements(meta, 0, "", ("iso8859",), how)
    yield from _elements(dataset, 0, "", ("iso8859",), how)


@dataclass(frozen=True, slots=True)
class _How:
    most: int | None
    summarised: bool


def _elements(dataset: Dataset, depth: int, path: str, outer: Sequence[str], how: _How) -> Iterator[Element]:
    encodings = encodings_of(_character_set(dataset), outer)
    for tag in sorted(dataset.keys()):
        raw = dataset._dict[tag]  # get_item would convert some, and fail on what is damaged
        name, vr = _name(dataset, int(tag)), _vr(dataset, raw)
        where = f"{path}.{_step(name, int(tag))}" if path else _step(name, int(tag))
        items = _items(dataset, raw, vr)
        if items is None:
            value = _value(raw, vr, encodings, how)
            yield Element(depth, _spelled(int(tag)), vr, _length(raw), name, value, where, meaning_of(vr, value))
            continue
        count = f"{len(items)} item{'' if len(items) == 1 else 's'}"
        yield Element(depth, _spelled(int(tag)), "SQ", _length(raw), name, count, where)
        for number, item in enumerate(items, start=1):
            inside = f"{where}[{number}]"
            yield Element(depth + 1, ITEM_TAG, "", None, f"Item {number}", "", inside)
            yield from _elements(item, depth + 1, inside, encodings, how)


def _spelled(tag: int) -> str:
    return f"({tag >> 16:04x},{tag & 0xFFFF:04x})"


def _step(name: str, tag: int) -> str:
    return name if name.isidentifier() else _spelled(tag)


def _character_set(dataset: Dataset) -> object:
    try:
        return dataset[_CHARACTER_SET].value if _CHARACTER_SET in dataset else None
    except PARSER_FAILURES:
        return None


def _name(dataset: Dataset, tag: int) -> str:
    if tag & 0xFFFF == 0:
        return "GroupLength"
    if (tag >> 16) % 2 == 0:
        return _keyword(tag)
    if 0x10 <= tag & 0xFFFF <= 0xFF:
        return "PrivateCreator"
    creator = _creator(dataset, tag)
    try:
        return f"[{private_dictionary_description(tag, creator)}] ({creator})"
    except KeyError:
        return f"[private] ({creator})" if creator else "[private]"


@lru_cache(maxsize=8192)
def _keyword(tag: int) -> str:
    return keyword_for_tag(tag) or "Unknown"


def _creator(dataset: Dataset, tag: int) -> str:
    block = (tag & 0xFFFF0000) | (tag & 0xFFFF) >> 8
    try:
        return clean(dataset[block].value or "") if block in dataset else ""
    except PARSER_FAILURES:
        return ""


def _vr(dataset: Dataset, raw: RawDataElement | DataElement) -> str:
    if raw.VR and not (raw.VR == "UN" and isinstance(raw, DataElement)):
        return raw.VR if raw.VR.isalnum() and raw.VR.isascii() else "??"
    try:
        if raw.tag.is_private:
            return str(private_dictionary_VR(raw.tag, _creator(dataset, int(raw.tag))))
        possible = dictionary_VR(raw.tag)
        return "OW" if "OW" in possible else possible[:2]
    except KeyError:
        is_creator = raw.tag.is_private and 0x10 <= raw.tag.element <= 0xFF
        return "LO" if is_creator else "UL" if raw.tag.element == 0 else "UN"


def _items(dataset: Dataset, raw: RawDataElement | DataElement, vr: str) -> list[Dataset] | None:
    if isinstance(raw, RawDataElement) and vr not in ("SQ", "UN"):
        return None
    try:
        element = dataset[raw.tag] if isinstance(raw, RawDataElement) else raw
        return list(element.value) if element.VR == "SQ" else None
    except PARSER_FAILURES:
        return None


def _length(raw: RawDataElement | DataElement) -> int | None:
    if isinstance(raw, RawDataElement):
        return None if raw.length == _UNDEFINED else raw.length
    if raw.VR == "SQ":
        return None if raw.is_undefined_length else _even(raw)
    return _even(raw)


def _even(element: DataElement) -> int | None:
    value = element.value
    if isinstance(value, (bytes, str)):
        return len(value) + len(value) % 2
    return {"UL": 4, "US": 2}.get(str(element.VR))


def _value(raw: RawDataElement | DataElement, vr: str, encodings: Sequence[str], how: _How) -> str:
    if not isinstance(raw, RawDataElement):
        data = raw.value if isinstance(raw.value, bytes) else None
        if data is None:
            return clean(raw.value)[: how.most]
        return _summary(data, shown(data, vr, encodings, most=how.most), how)
    data = raw.value or b""
    if int(raw.tag) in PIXEL_TAGS and raw.length == _UNDEFINED:
        count = fragments(data, is_little_endian=raw.is_little_endian)
        return f"encapsulated, {count} items, {len(data)} bytes"
    text = shown(data, vr, encodings, is_little_endian=raw.is_little_endian, most=how.most)
    return _summary(data, text, how)


def _summary(data: bytes, text: str, how: _How) -> str:
    if not how.summarised or not text.endswith("…"):
        return text
    return f"{text} ({len(data)} bytes, SHA-256 {hashlib.sha256(data).hexdigest()[:16]})"
