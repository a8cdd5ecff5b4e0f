"""From what vendors and sites write to what it means: descriptions in many languages become concepts, by a table."""

import json
import re
import unicodedata
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from workstation.quick_dataclass import dataclass
from workstation.resources import resource

_TABLE = "hanging/concepts.json"
_LONGEST = 1024
_FAR_EAST = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_SIGNS = (
    (re.compile(r"(?<![a-z0-9])c\+|\+ ?(?:c|gd|km|contrast|mdc|pdc)(?![a-z-])|\+{2,}"), " cplus "),
    (re.compile(r"(?<![a-z0-9])c-(?![a-z0-9])|(?<![^ ])-c(?![^ ])"), " cminus "),
    (re.compile(r"(?<=t2)\s?(?:\*|star)"), "star "),
)
_NOT_WORDS = re.compile(r"[^\w*?]+|_+")
NO_PATTERN = re.compile(r"[*?]+")


def plain(text: str, *, keeps_wildcards: bool = False) -> str:
    """Give text as lower-case words without accents and signs, one blank between: ``Thorax nativ/KM`` is the same as
    ``THORAX_NATIV KM``; ``C+`` and ``T2*`` become words of their own.

    Parameters
    ----------
    text
        From a file or a person; what goes beyond 1024 characters is left out.
    keeps_wildcards
        Keep ``*`` and ``?``.
    """
    composed = unicodedata.normalize("NFKC", text[:_LONGEST]).casefold()
    letters = unicodedata.normalize("NFKD", composed)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    if keeps_wildcards:
        return " ".join(_NOT_WORDS.sub(" ", bare).split())
    for pattern, word in _SIGNS:
        bare = pattern.sub(word, bare)
    return " ".join(NO_PATTERN.sub(" ", _NOT_WORDS.sub(" ", bare)).split())


def has_words(text: str, words: str) -> bool:
    """Tell whether every one of some words occurs in a text, in any order."""
    there = set(plain(text).split())
    joined = plain(text)
    wanted = plain(words).split()
    return bool(wanted) and all(word in there or (_FAR_EAST.search(word) and word in joined) for word in wanted)


def is_like(text: str, pattern: str) -> bool:
    """Tell whether a text fits a pattern with ``*`` for anything and ``?`` for one character; case does not matter."""
    return fnmatchcase(" ".join(text[:_LONGEST].casefold().split()), pattern[:_LONGEST].casefold().replace("[", "[[]"))


@dataclass(frozen=True, slots=True)
class _Concept:
    name: str
    words: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    fragments: tuple[str, ...]

    def is_in(self, text: str) -> bool:
        return self._is_named(text) and not (self.unless and self.unless.search(text))

    def _is_named(self, text: str) -> bool:
        if any(fragment in text for fragment in self.fragments):
            return True
        return bool(self.words and self.words.search(text))


def named_in(axis: str, text: str) -> tuple[str, ...]:
    """Give the concepts of an axis that a description names, the one that counts first.

    Parameters
    ----------
    axis
        ``weighting``, ``plane``, ``body part`` and so on, a key of the table.
    text
        A description as a file has it.
    """
    words = plain(text)
    return tuple(dict.fromkeys(concept.name for concept in _axes()[axis] if concept.is_in(words))) if words else ()


def concepts_of(axis: str) -> tuple[str, ...]:
    """Give the names of all concepts of an axis."""
    return tuple(dict.fromkeys(concept.name for concept in _axes()[axis]))


def kernel_named(kernel: str) -> str:
    """Give what a reconstruction kernel (Convolution Kernel) is for: lung, bone or soft; empty where it is unknown."""
    name = kernel.split("\\")[0].strip().casefold()
    for meaning, patterns in _table()["kernels"].items():
        if any(fnmatchcase(name, pattern) for pattern in patterns):
            return str(meaning)
    return ""


def view_coded(code: str) -> str:
    """Give the view that a code of View Code Sequence (CID 4010 and 4014) stands for; empty where it is another."""
    return next((name for name, known in _table()["view codes"].items() if code in known), "")


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(resource(_TABLE).read_text(encoding="utf-8"))
    return table


@lru_cache(maxsize=1)
def _axes() -> dict[str, tuple[_Concept, ...]]:
    return {axis: tuple(_concept(entry) for entry in entries) for axis, entries in _table()["axes"].items()}


def _concept(entry: dict[str, Any]) -> _Concept:
    words = [word for word in entry["words"] if not _FAR_EAST.search(word)]
    fragments = tuple(plain(word) for word in entry["words"] if _FAR_EAST.search(word))
    return _Concept(entry["name"], _pattern(words), _pattern(entry.get("unless", ())), fragments)


def _pattern(phrases: Iterable[str]) -> re.Pattern[str] | None:
    """Make one pattern of phrases, whose words stand between blanks or at an end."""
    parts = [
        " ".join("[^ ]*".join(map(re.escape, word.split("*"))) for word in phrase.split(" ")) for phrase in phrases
    ]
    return re.compile(rf"(?<![^ ])(?:{'|'.join(parts)})(?![^ ])") if parts else None
