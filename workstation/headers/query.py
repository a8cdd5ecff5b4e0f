"""What a person types to find elements: words, keywords, tag numbers, and a value asked of a name."""

import re
from collections.abc import Iterable, Sequence
from typing import Self

from workstation.headers.listing import Element
from workstation.quick_dataclass import dataclass

_TAG = re.compile(r"\(?([0-9a-f]{4}),?([0-9a-f]{4})\)?")


@dataclass(frozen=True, slots=True)
class _Term:
    """One word: found anywhere in the element (``name`` None), or its value only where the name has ``name``."""

    anywhere: tuple[str, ...]
    name: str | None = None
    value: str = ""

    def holds(self, element: Element, text: str) -> bool:
        if self.name is None:
            return any(each in text for each in self.anywhere)
        named = _plain(self.name) in _plain(f"{element.tag} {element.name}")
        return named and self.value in f"{element.value} {element.meaning}".casefold()


@dataclass(frozen=True, slots=True)
class Query:
    """Terms of which each has to hold for an element; upper and lower case are alike."""

    terms: tuple[_Term, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        r"""Read a search.

        Each word has to occur in the tag, name or value; ``"two words"`` in quotes are one. ``0008,103e``,
        ``(0008,103E)`` and ``0008103E`` find the tag, and a value of these digits. ``Modality=CT`` finds a value under
        a name.
        """
        words = re.findall(r'"([^"]*)"?|(\([^)\s]*\s*,\s*[^)\s]*\)|\S+)', text)
        return cls(tuple(_term((quoted or bare).casefold().strip()) for quoted, bare in words if quoted or bare))

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing, so that everything fits."""
        return not self.terms

    def matches(self, element: Element, text: str | None = None) -> bool:
        """Whether an element fits; ``text`` is `searched_text` of it, where that is at hand."""
        haystack = searched_text(element) if text is None else text
        return all(term.holds(element, haystack) for term in self.terms)

    def matching(self, elements: Sequence[Element], texts: Sequence[str]) -> set[int]:
        """Give the places of the elements that fit, ``texts`` being `searched_text` of each."""
        found: Iterable[int] = range(len(elements))
        for term in self.terms:
            if term.name is None and len(term.anywhere) == 1:
                word = term.anywhere[0]
                found = [at for at in found if word in texts[at]]
            else:
                found = [at for at in found if term.holds(elements[at], texts[at])]
        return set(found)


def searched_text(element: Element) -> str:
    """Give all that is searched of an element, in one case."""
    return f"{element.tag} {element.name} {element.value} {element.meaning}".casefold()


def _term(word: str) -> _Term:
    name, equals, value = word.partition("=")
    if equals and name:
        return _Term((), name, value.strip('"'))
    if match := _TAG.fullmatch(re.sub(r"\s", "", word)):
        return _Term((f"{match[1]},{match[2]}", word))
    return _Term((word,))


def _plain(text: str) -> str:
    return re.sub(r"[(),\s]", "", text.casefold())
