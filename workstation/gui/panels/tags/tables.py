"""The rows of the tag browser as values: one header, headers side by side, or what a search has found."""

from collections.abc import Sequence
from functools import cached_property
from typing import Literal, Protocol

from workstation.gui.words import plural
from workstation.headers.comparison import ComparedRow, Comparison
from workstation.headers.contents import Contents
from workstation.headers.export import line_of
from workstation.headers.listing import Element
from workstation.headers.query import Query, searched_text
from workstation.headers.tree import parents_of, rank_of
from workstation.model.index.records import FrameRef

Copied = Literal["value", "row", "path"]
Mark = Literal["", "differs", "only"]
LONGEST_CELL = 200


class Table(Protocol):
    """Rows in the order of a tree walked from the top; cells are made when they are asked for."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Headings."""

    @property
    def ranks(self) -> Sequence[int]:
        """Level of each row in the tree, from 0."""

    def cell(self, number: int, column: int) -> str:
        """Give the text of a cell, in one line."""

    def detail(self, number: int) -> str:
        """Give all there is to say of a row, as lines."""

    def key(self, number: int) -> str:
        """Give what tells a row from the others, and is the same for its like in another image."""

    def mark(self, number: int) -> Mark:
        """Say whether a row stands out."""

    def copied(self, number: int, what: Copied) -> str:
        """Give a row to be copied."""

    def target(self, number: int) -> FrameRef | None:
        """Give the image that a row leads to."""

    def kept(self, query: Query, *, private: bool, differences: bool) -> list[int]:
        """Give the rows that fit, with the rows above them and what is in them."""


class ElementTable:
    """The elements of one header."""

    columns = ("Name", "Value", "Tag", "VR", "Length")

    def __init__(self, contents: Contents) -> None:
        self.elements = contents.elements
        self.ranks = [rank_of(each) for each in self.elements]
        self._texts = [searched_text(each) for each in self.elements]
        self._parents = parents_of(self.ranks)

    def cell(self, number: int, column: int) -> str:
        """Give the text of a cell."""
        each = self.elements[number]
        return (_name, _value, _tag, _vr, _length)[column](each)

    def detail(self, number: int) -> str:
        """Give path, number, length, full value and meaning."""
        return _detail(self.elements[number])

    def key(self, number: int) -> str:
        """Give the path."""
        return self.elements[number].path

    def mark(self, number: int) -> Mark:  # noqa: ARG002 - of the protocol
        """No row stands out."""
        return ""

    def copied(self, number: int, what: Copied) -> str:
        """Give a row to be copied."""
        return _copied(self.elements[number], what)

    def target(self, number: int) -> FrameRef | None:  # noqa: ARG002 - of the protocol
        """No row leads elsewhere."""
        return None

    def kept(self, query: Query, *, private: bool, differences: bool) -> list[int]:  # noqa: ARG002 - of the protocol
        """Give the rows that fit."""
        if query.is_empty and private:
            return list(range(len(self.elements)))
        fits = [private or not each.is_private for each in self.elements]
        return _kept(self.elements, self._texts, self._parents, query, fits)


class ComparisonTable:
    """Headers side by side."""

    def __init__(self, comparison: Comparison, names: Sequence[str]) -> None:
        self.rows: tuple[ComparedRow, ...] = comparison.rows
        self.columns = ("", "Name", *names, "Tag")
        self.names = tuple(names)
        self.ranks = [row.rank for row in self.rows]
        self.elements = tuple(row.element for row in self.rows)
        self._parents = parents_of(self.ranks)

    @cached_property
    def _texts(self) -> list[str]:
        return [
            f"{searched_text(row.element)} {' '.join(each or '' for each in row.values)}".casefold()
            for row in self.rows
        ]

    @property
    def differing(self) -> int:
        """How many elements differ; items and sequences are not counted where something in them differs."""
        return sum(row.state != "same" and not row.element.is_item and row.element.vr != "SQ" for row in self.rows)

    def cell(self, number: int, column: int) -> str:
        """Give the text of a cell: a mark, the name, the value in each header, the tag."""
        row = self.rows[number]
        if column == 0:
            return {"same": "", "differs": "≠", "partly": self._only(row)}[row.state]
        if column == 1:
            return _name(row.element)
        if column <= 1 + len(self.names):
            value = row.values[column - 2]
            return "absent" if value is None else _short(value)
        return row.element.tag

    def detail(self, number: int) -> str:
        """Give path, number and the full value in each header."""
        row = self.rows[number]
        head = f"{row.element.path}\n{row.element.tag}  {row.element.vr}".rstrip()
        values = (
            f"{name}: {'absent' if value is None else value}"
            for name, value in zip(self.names, row.values, strict=True)
        )
        return "\n".join((head, *values))

    def key(self, number: int) -> str:
        """Give the path."""
        return self.rows[number].element.path

    def mark(self, number: int) -> Mark:
        """Say whether a row differs, or is only in some of the headers."""
        marks: dict[str, Mark] = {"same": "", "differs": "differs", "partly": "only"}
        return marks[self.rows[number].state]

    def copied(self, number: int, what: Copied) -> str:
        """Give a row to be copied, the values of all headers with tabs between them."""
        row = self.rows[number]
        values = "\t".join("" if value is None else value for value in row.values)
        return {"path": row.element.path, "value": values, "row": f"{row.element.tag}\t{row.element.path}\t{values}"}[
            what
        ]

    def target(self, number: int) -> FrameRef | None:  # noqa: ARG002 - of the protocol
        """No row leads elsewhere."""
        return None

    def kept(self, query: Query, *, private: bool, differences: bool) -> list[int]:
        """Give the rows that fit."""
        fits = [
            (private or not row.element.is_private) and not (differences and row.state == "same") for row in self.rows
        ]
        return _kept(self.elements, self._texts, self._parents, query, fits)

    def _only(self, row: ComparedRow) -> str:
        there = [name for name, value in zip(self.names, row.values, strict=True) if value is not None]
        return f"{' '.join(there)} only"


class FoundTable:
    """What a search has found: series, in them each value once, in them the images that have it."""

    columns = ("Found", "Value", "Tag")

    def __init__(self) -> None:
        self.ranks: list[int] = []
        self._cells: list[tuple[str, str, str]] = []
        self._paths: list[str] = []
        self._targets: list[FrameRef | None] = []

    def add(self, rank: int, cells: tuple[str, str, str], path: str, target: FrameRef | None) -> None:
        """Add a row; used by what builds it only."""
        self.ranks.append(rank)
        self._cells.append(cells)
        self._paths.append(path)
        self._targets.append(target)

    def cell(self, number: int, column: int) -> str:
        """Give the text of a cell."""
        return _short(self._cells[number][column])

    def detail(self, number: int) -> str:
        """Give the path and the full value."""
        name, value, tag = self._cells[number]
        return "\n".join(filter(None, [self._paths[number] or name, tag, value]))

    def key(self, number: int) -> str:
        """Give the words without counts, which grow while the search goes on."""
        name, value, tag = self._cells[number]
        return name if self.ranks[number] != 1 else f"{self._paths[number]} {value} {tag}"

    def mark(self, number: int) -> Mark:  # noqa: ARG002 - of the protocol
        """No row stands out."""
        return ""

    def copied(self, number: int, what: Copied) -> str:
        """Give a row to be copied."""
        name, value, tag = self._cells[number]
        row = "\t".join(filter(None, [tag, name, value]))
        return {"path": self._paths[number] or name, "value": value or name, "row": row}[what]

    def target(self, number: int) -> FrameRef | None:
        """Give the image that a row leads to; of a value and a series the first one."""
        return self._targets[number]

    def kept(self, query: Query, *, private: bool, differences: bool) -> list[int]:  # noqa: ARG002 - of the protocol
        """Give all rows: it was searched already."""
        return list(range(len(self.ranks)))


def _kept(
    elements: Sequence[Element], texts: Sequence[str], parents: Sequence[int], query: Query, fits: Sequence[bool]
) -> list[int]:
    """Keep what matches, what is above it, and below a match all that fits."""
    kept = bytearray(len(elements))
    allowed = bytearray(len(elements))
    matching = query.matching(elements, texts)
    inside = bytearray(len(elements))  # rows that match, and all that is in them
    for number, parent in enumerate(parents):
        if not fits[number] or (parent >= 0 and not allowed[parent]):
            continue
        allowed[number] = 1
        if (parent >= 0 and inside[parent]) or number in matching:
            inside[number] = kept[number] = 1
            while parent >= 0 and not kept[parent]:
                kept[parent] = 1
                parent = parents[parent]
    return [number for number, is_kept in enumerate(kept) if is_kept]


def _name(element: Element) -> str:
    return element.name


def _value(element: Element) -> str:
    if not element.meaning:
        return _short(element.value)
    is_number = element.vr in ("UI", "AT")
    return _short(f"{element.meaning}   {element.value}" if is_number else element.meaning)


def _tag(element: Element) -> str:
    return "" if element.is_item else element.tag


def _vr(element: Element) -> str:
    return element.vr


def _length(element: Element) -> str:
    if element.is_item:
        return ""
    return "undefined" if element.length is None else str(element.length)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"


def _detail(element: Element) -> str:
    if element.is_item:
        return element.path
    length = "" if element.length is None else plural(element.length, "byte", "bytes")
    count = element.value.count("\\") + 1 if element.vr not in ("LT", "ST", "UT", "UR", "SQ") else 1
    several = f"{count} values" if count > 1 else ""
    facts = "  ·  ".join(filter(None, [element.tag, element.vr, length, several]))
    name = element.name if element.name not in element.path else ""
    return "\n".join(
        filter(None, [element.path if element.path != element.tag else "", name, facts, element.value, element.meaning])
    )


def _copied(element: Element, what: Copied) -> str:
    return {"value": element.value, "path": element.path, "row": line_of(element)}[what]
