"""What identifies the patient in an object: gathered before, taken out of texts that are kept, and looked for after."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import field
from functools import cached_property
from itertools import permutations

from pydicom import Dataset
from pydicom.dataelem import DataElement

from workstation.model.attributes import PARSER_FAILURES
from workstation.model.text import date_of
from workstation.objects.deidentification.dummies import DUMMY_DATE
from workstation.objects.deidentification.policy import Policy
from workstation.objects.deidentification.table import Option, code_of, row_of
from workstation.quick_dataclass import dataclass

TEXT_VRS = frozenset(("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"))
"""Value Representations that hold words."""
_PHRASE_VRS = TEXT_VRS - {"PN", "CS"}
_DESCRIPTIVE = (Option.CLEAN_DESCRIPTORS, Option.CLEAN_STRUCTURED, Option.CLEAN_GRAPHICS)
_SHORTEST_WORD, _SHORTEST_PHRASE, _SHORTEST_NUMBER, _SURE_BYTES = 3, 4, 5, 6
_MOST_PARTS = 6
_PATIENT, _ANNOTATION = 0x0010, 0x00700006
STANDARD_ROOT = "1.2.840.10008."
"""What UIDs begin with that DICOM itself gives out."""
_ENCODINGS = (
    "utf-8", "latin-1", "utf-16-le", "utf-16-be", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6",
    "iso8859-7", "iso8859-8", "iso8859-9", "iso8859-15", "tis-620", "shift_jis", "iso2022_jp", "iso2022_jp_2",
    "euc_jp", "euc_kr", "iso2022_kr", "gb18030", "gbk",
)  # fmt: skip
_ASCII_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")
_NOTHING_SAID = frozenset(
    ("anonymous", "anonymized", "anonymised", "unknown", "none", "removed", "not available", "unspecified",
     "deidentified", "dr", "prof", "mr", "mrs", "ms", "md", "phd", "jr", "sr")
)  # fmt: skip
TERMS = frozenset((
    "original", "primary", "secondary", "derived", "axial", "localizer", "other", "none", "reformatted",
    "projection", "head", "neck", "chest", "abdomen", "pelvis", "brain", "spine", "heart", "breast", "knee",
    "foot", "hand", "hip", "shoulder", "ankle", "elbow", "wrist", "skull", "mammo", "left", "right", "male",
    "female", "standard", "linear", "identity", "monochrome", "palette", "color", "inverse", "removed",
    "modified", "unmodified", "presentation", "processing", "series", "image", "complete", "partial",
    "verified", "unverified", "container", "separate", "contains", "text", "code", "date", "time", "person",
    "replaced", "headneck", "chestabdomen", "abdomenpelvis", "chestabdpelvis", "wholebody", "cspine", "tspine",
    "lspine", "sspine", "extremity", "finger", "thumb", "toe", "leg", "arm", "forearm", "thigh", "calf",
    "humerus", "femur", "tibia", "fibula", "jaw", "clavicle", "coccyx", "sacrum", "rib", "scapula", "sternum",
    "orbit", "face", "nose", "ear", "eye", "carotid", "aorta", "liver", "kidney", "lung", "bladder",
    "prostate", "uterus", "thyroid", "bone",
))  # fmt: skip
"""Words that the standard itself writes: where a patient bears one as a name, they stay in coded values."""


@dataclass(frozen=True)
class Identifiers:
    """What must not be found any more.

    ``words`` are parts of names in small letters, ``phrases`` whole values such as IDs and institutions, ``dates`` of
    the form YYYYMMDD, ``uids`` unique identifiers.
    """

    words: frozenset[str] = frozenset()
    phrases: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    uids: frozenset[str] = frozenset()
    _raw: frozenset[bytes] = field(default=frozenset(), repr=False)

    @cached_property
    def _in_text(self) -> re.Pattern[str] | None:
        """All but the UIDs: the same for all objects of a study, so that it is made once."""
        parts = [_bounded(phrase) for phrase in _longest_first(self.phrases)]
        parts += [_name_pattern(word) for word in _longest_first(self.words)]
        for day in sorted(self.dates):
            parts += [rf"(?<!\d){day[:4]}[-./]?{day[4:6]}[-./]?{day[6:]}"]
        return re.compile("|".join(parts), re.IGNORECASE) if parts else None

    def _uids_in(self, text: str) -> re.Pattern[str] | None:
        found = [uid for uid in self.uids if uid in text]
        return re.compile("|".join(_alone(uid) for uid in _longest_first(found))) if found else None

    def are_in(self, text: str) -> bool:
        """Whether any of them stands in a text."""
        if self._in_text is not None and self._in_text.search(text):
            return True
        uids = self._uids_in(text)
        return uids is not None and uids.search(text) is not None

    def are_numbers(self, values: Iterable[str]) -> bool:
        """Whether one of some decimal strings is an identifying number as a whole."""
        return not (self.phrases | self.dates).isdisjoint(each.strip() for each in values)

    def take_out(self, text: str) -> str:
        """Give a text without them; unchanged where there are none."""
        if not self.are_in(text):
            return text
        for pattern in (self._in_text, self._uids_in(text)):
            text = pattern.sub(" ", text) if pattern is not None else text
        return tidy(text)

    @cached_property
    def byte_patterns(self) -> tuple[tuple[bytes, bool], ...]:
        """What to look for in bytes in small letters: the pattern, and whether it is a number that stands alone."""
        found: dict[bytes, bool] = {}
        for text in (*self.words - TERMS, *self.phrases, *self.dates, *self.uids):
            for encoded in encodings_of(text):
                if len(encoded) >= _SURE_BYTES and len(set(encoded) - {0}) >= 3:
                    found[encoded.lower()] = text.replace(".", "").isdigit()
        for raw in self._raw:
            found[raw.lower()] = False
        return tuple(sorted(found.items()))

    @cached_property
    def _sieve(self) -> "_Sieve":
        return _Sieve.of(self.byte_patterns)

    def possible_patterns(self, data: bytes) -> tuple[tuple[bytes, bool], ...]:
        """Give those of `byte_patterns` that may be in the bytes: none of the others is."""
        return self._sieve.pass_through(data)

    def merged(self, other: "Identifiers") -> "Identifiers":
        """Give both together."""
        return Identifiers(
            self.words | other.words,
            self.phrases | other.phrases,
            self.dates | other.dates,
            self.uids | other.uids,
            self._raw | other._raw,
        )


@dataclass(frozen=True)
class _Sieve:
    """Searches for many patterns in many bytes in a fraction of the time that one search for each takes.

    Only bytes of which the patterns are made are left of the data, without zeros; a text in bytes and in words of 16
    bits is the same then. What is found in the few that are left has to be looked for in all of them.
    """

    letters: bytes
    gone: bytes
    patterns: tuple[tuple[bytes, tuple[tuple[bytes, bool], ...]], ...]

    @classmethod
    def of(cls, patterns: Iterable[tuple[bytes, bool]]) -> "_Sieve":
        sieved: dict[bytes, list[tuple[bytes, bool]]] = {}
        for each in patterns:
            sieved.setdefault(each[0].replace(b"\0", b""), []).append(each)
        small = bytes(range(256)).lower()
        used = set().union(*sieved) - {0}
        gone = bytes(each for each in range(256) if small[each] not in used)
        return cls(small, gone, tuple((core, tuple(each)) for core, each in sieved.items()))

    def pass_through(self, data: bytes) -> tuple[tuple[bytes, bool], ...]:
        left = data.translate(self.letters, self.gone)
        return tuple(each for core, patterns in self.patterns if core in left for each in patterns)


def _name_pattern(word: str) -> str:
    """Give the pattern of a part of a name: a long one also within other words, a short one only by itself."""
    inner = re.escape(word)
    return rf"[^\W\d_]*{inner}[^\W\d_]*" if len(word) >= _SURE_BYTES else rf"(?<![^\W\d_]){inner}(?![^\W\d_])"


def _longest_first(texts: Iterable[str]) -> list[str]:
    return sorted(texts, key=lambda each: (-len(each), each))


def _alone(number: str) -> str:
    """Give the pattern of a number or UID that is no part of a longer one."""
    return rf"(?<!\d)(?<!\d\.){re.escape(number)}(?!\.?\d)"


def _bounded(phrase: str) -> str:
    inner = re.escape(phrase)
    if phrase.replace(".", "").isdigit():
        return _alone(phrase)
    return inner if len(phrase) >= _SURE_BYTES else rf"(?<!\w){inner}(?!\w)"


def tidy(text: str) -> str:
    """Give a text without the gaps and lone marks that removed words leave."""
    plain = re.sub(r"[ \t]{2,}", " ", text)
    return re.sub(r"(?:\s*[,;:/^=_()\[\]-]+\s*)+$|^(?:\s*[,;:/^=_)\]-]+\s*)+", "", plain).strip()


def encodings_of(text: str) -> set[bytes]:
    """Give a text in every encoding that a file may hold it in, in small and capital letters.

    Two bytes a letter only for long texts: small numbers of 16 bits, as in pixels, look like short ones.
    """
    found = set()
    encodings = _ASCII_ENCODINGS if text.isascii() else _ENCODINGS
    for form in {text, text.lower(), text.upper(), text.title()}:
        for encoding in encodings:
            if encoding.startswith("utf-16") and len(text) < _SURE_BYTES:
                continue
            try:
                found.add(form.encode(encoding))
            except UnicodeError:
                continue
    return found


def gather(dataset: Dataset, policy: Policy) -> Identifiers:
    """Collect what identifies from everything in an object that the policy doesn't keep, at every depth.

    A value that the policy keeps in one attribute is not looked for though another that has it is removed (a birth date
    that is the study date, too), unless it is the patient's own.
    """
    gathered = _Gathered(policy)
    gathered.take(dataset)
    return Identifiers(
        frozenset(gathered.words),
        frozenset(gathered.phrases - gathered.kept | gathered.own),
        frozenset(gathered.dates - gathered.kept),
        frozenset(gathered.uids),
        frozenset(gathered.raw),
    )


class _Gathered:
    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.words: set[str] = set()
        self.phrases: set[str] = set()
        self.own: set[str] = set()
        self.kept: set[str] = set()
        self.dates: set[str] = set()
        self.uids: set[str] = set()
        self.raw: set[bytes] = set()

    def take(self, dataset: Dataset) -> None:
        for tag in tags_of(dataset):
            try:
                element = dataset[tag]
            except PARSER_FAILURES:
                continue
            if element.VR == "SQ":
                for item in element.value:
                    self.take(item)
            elif element.value is not None:
                self._take_element(element)

    def _take_element(self, element: DataElement) -> None:
        row = row_of(int(element.tag))
        if element.VR == "PN":
            self._take_names(element)
        elif row is None or element.tag.is_private:
            if element.VR in ("DA", "DT") and self._policy.temporal != "UNMODIFIED":
                self._take_dates(values_of(element))
        elif code_of(int(element.tag), self._policy.options) == "K":
            self.kept.update(each[:8] if element.VR == "DT" else each for each in values_of(element))
        elif element.VR in ("DA", "DT"):
            self._take_dates(values_of(element))
        elif element.VR == "UI":
            self.uids.update(each for each in values_of(element) if is_instance_uid(each))
        elif (
            element.VR in _PHRASE_VRS
            and int(element.tag) != _ANNOTATION
            and not any(option in row.options for option in _DESCRIPTIVE)
        ):
            found = {each for each in values_of(element) if self._identifies(each)}
            (self.own if element.tag.group == _PATIENT else self.phrases).update(found)

    def _take_dates(self, values: Iterable[str]) -> None:
        found = {
            day.isoformat().replace("-", "") for each in values if (day := date_of(each[:10]) or date_of(each[:8]))
        }
        self.dates |= found - {DUMMY_DATE}

    def _take_names(self, element: DataElement) -> None:
        for value in values_of(element):
            for group in value.split("="):
                parts = group.split("^")
                text = " ".join((*parts[:3], *parts[5:])).lower()
                words = [word for word in re.findall(r"[^\W\d_]+", text) if _is_name(word)][:_MOST_PARTS]
                self.words.update(words)
                self.words.update(one + other for one, other in permutations(words, 2))  # SMITHJOHN
        for raw in _raw_of(element):
            if len(raw) >= _SURE_BYTES and not raw.isascii():
                self.raw.add(raw)

    def _identifies(self, value: str) -> bool:
        if value.casefold() in _NOTHING_SAID or len(set(value)) < 2 or value == DUMMY_DATE:
            return False
        if value.isdigit():
            is_kept_date = self._policy.has(Option.RETAIN_FULL_DATES) and date_of(value) is not None
            return len(value) >= _SHORTEST_NUMBER and not is_kept_date
        return len(value) >= _SHORTEST_PHRASE and value.casefold() not in TERMS


def _is_name(word: str) -> bool:
    if word in _NOTHING_SAID:
        return False
    return len(word) >= (_SHORTEST_WORD if word.isascii() else 2)


def is_instance_uid(value: str) -> bool:
    """Whether a UID names something of this patient's rather than a term of the standard."""
    return bool(re.fullmatch(r"[0-9]+(\.[0-9]+)+", value)) and not value.startswith(STANDARD_ROOT)


def values_of(element: DataElement) -> Iterator[str]:
    """Give the values of an element as texts, without padding."""
    value = element.value
    many: Iterable[object] = value if element.VM > 1 and not isinstance(value, str | bytes) else [value]
    for each in many:
        text = str(each).strip(" \0")
        if text:
            yield text


def _raw_of(element: DataElement) -> Iterator[bytes]:
    value = element.value
    for each in value if element.VM > 1 else [value]:
        original = getattr(each, "original_string", b"")
        if isinstance(original, bytes):
            yield from (part for part in re.split(rb"[\^=\\]", original) if part)


def tags_of(dataset: Dataset) -> list[int]:
    """Give the tags of a dataset; iterating it would read the elements."""
    return [int(tag) for tag in dataset.keys()]  # noqa: SIM118
