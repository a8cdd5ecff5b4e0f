"""Two or more headers side by side: what differs, what only one of them has, items of sequences put together.

Items are aligned by what is in them: equal ones first, in their order; what stands between is put together one by one.
A private element is the same element where its creator is, whichever block the creator reserved.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

from workstation.headers.contents import Contents
from workstation.headers.listing import Element
from workstation.headers.tree import Node, tree_of
from workstation.operations.operation import one_line
from workstation.quick_dataclass import dataclass

State = Literal["same", "differs", "partly"]
MOST_ALIGNED = 2000
"""Items of a sequence that are aligned by their content; those of longer ones by their number."""


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """An element, or an item, in each of the headers.

    Parameters
    ----------
    element
        As the first header has it that has it.
    values
        In each header; None where it is absent there.
    state
        ``partly``: some of the headers lack it; ``differs``: a value, or something below, differs.
    rank
        Level in the tree, from 0: elements, items, elements of items.
    """

    element: Element
    values: tuple[str | None, ...]
    state: State
    rank: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Headers side by side, in the order of their tags."""

    places: tuple[str, ...]
    rows: tuple[ComparedRow, ...]

    @property
    def differing(self) -> tuple[ComparedRow, ...]:
        """The rows that are not the same everywhere."""
        return tuple(row for row in self.rows if row.state != "same")

    def text(self) -> str:
        """Give the rows as lines, each with its value in every header."""
        names = [chr(ord("A") + number) if number < 26 else str(number + 1) for number in range(len(self.places))]
        lines = [f"# {name}: {one_line(place)}" for name, place in zip(names, self.places, strict=True)]
        for row in self.rows:
            mark = {"same": "=", "differs": "≠", "partly": "±"}[row.state]
            lines.append(f"{mark} {row.element.tag} {row.element.vr:<2} {row.element.path}")
            if row.element.is_item or row.element.vr == "SQ":
                lines += _presence(row, names) if row.state == "partly" else []
            elif row.state == "same":
                lines.append(f"    {row.values[0]}")
            else:
                lines += [f"    {name}: {_told(value)}" for name, value in zip(names, row.values, strict=True)]
        return "\n".join(lines) + "\n"


def compare(headers: Sequence[Contents]) -> Comparison:
    """Put headers side by side, as `workstation.headers.contents.summarised_contents` gives them."""
    trees: list[list[Node] | None] = [tree_of(each.elements) for each in headers]
    return Comparison(tuple(str(each.place) for each in headers), tuple(_datasets(trees, 0)))


def only_differing(comparison: Comparison) -> Comparison:
    """Leave out what is the same everywhere."""
    return Comparison(comparison.places, comparison.differing)


def _presence(row: ComparedRow, names: Sequence[str]) -> list[str]:
    there = [name for name, value in zip(names, row.values, strict=True) if value is not None]
    return [f"    only in {', '.join(there)}"]


def _told(value: str | None) -> str:
    return "(absent)" if value is None else value or "(empty)"


def _datasets(trees: Sequence[list[Node] | None], rank: int) -> Iterator[ComparedRow]:
    found: list[dict[tuple[int, str, int], Node]] = [_by_key(tree or ()) for tree in trees]
    for key in sorted({key for each in found for key in each}, key=lambda key: (key[0], key[2], key[1])):
        yield from _row([each.get(key) for each in found], rank, _elements_below)


def _by_key(nodes: Iterable[Node]) -> dict[tuple[int, str, int], Node]:
    found: dict[tuple[int, str, int], Node] = {}
    creators: dict[int, str] = {}
    for node in nodes:
        number = node.element.number
        group, low = number >> 16, number & 0xFFFF
        if low == 0:
            continue  # the length of a group says nothing that its elements don't
        if group % 2 and 0x10 <= low <= 0xFF:
            creators[group << 8 | low] = node.element.value
        creator = creators.get(group << 8 | low >> 8, "") if group % 2 else ""
        key = (group, creator, low & 0xFF if creator else low)
        found[key if key not in found else (group, f"{creator}\0{low:04x}", low)] = node
    return found


def _row(
    nodes: Sequence[Node | None], rank: int, below: Callable[[Sequence[Node | None], int], Iterator[ComparedRow]]
) -> Iterator[ComparedRow]:
    first = next(node for node in nodes if node is not None)
    children = list(below(nodes, rank + 1))
    values = tuple(None if node is None else node.element.value for node in nodes)
    state: State = "same"
    if None in values:
        state = "partly"
    elif len(set(values)) > 1 or any(child.state != "same" for child in children):
        state = "differs"
    elif len({node.element.vr for node in nodes if node is not None}) > 1:
        state = "differs"
        values = tuple(f"{node.element.vr}: {node.element.value}" for node in nodes if node is not None)
    yield ComparedRow(first.element, values, state, rank)
    yield from children


def _elements_below(nodes: Sequence[Node | None], rank: int) -> Iterator[ComparedRow]:
    """Compare what stands below elements: items, put together."""
    lists = [None if node is None else node.children for node in nodes]
    if any(lists):
        for together in _aligned(lists):
            yield from _row(together, rank, _items_below)


def _items_below(nodes: Sequence[Node | None], rank: int) -> Iterator[ComparedRow]:
    """Compare what stands below items: the elements of their datasets."""
    return _datasets([None if node is None else node.children for node in nodes], rank)


def _aligned(lists: Sequence[list[Node] | None]) -> list[list[Node | None]]:
    rows: list[list[Node | None]] = []
    prints: list[int] = []
    for column, items in enumerate(lists):
        own = [_fingerprint(item) for item in items or ()]
        pairs = _pairs(prints, own)
        made: list[list[Node | None]] = []
        made_prints: list[int] = []
        for row, item in pairs:
            known: list[Node | None] = [None] * column if row is None else rows[row]
            made.append([*known, None if item is None or items is None else items[item]])
            made_prints.append(own[item or 0] if row is None else prints[row])
        rows, prints = made, made_prints
    return rows


def _pairs(left: Sequence[int], right: Sequence[int]) -> Iterator[tuple[int | None, int | None]]:
    if max(len(left), len(right)) > MOST_ALIGNED:
        blocks = [("replace", 0, len(left), 0, len(right))]
    else:
        blocks = list(SequenceMatcher(None, left, right, autojunk=False).get_opcodes())
    for _, left_from, left_to, right_from, right_to in blocks:
        for step in range(max(left_to - left_from, right_to - right_from)):
            row, item = left_from + step, right_from + step
            yield row if row < left_to else None, item if item < right_to else None


def _fingerprint(node: Node) -> int:
    own = node.element
    parts = ("", "") if own.is_item else (own.tag, own.value)
    return hash((parts, tuple(_fingerprint(child) for child in node.children)))
