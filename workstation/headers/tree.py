"""Elements as a tree: datasets of elements, sequences of items, items of elements."""

from collections.abc import Sequence
from dataclasses import field

from workstation.headers.listing import Element
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """An element or an item, with what is in it."""

    element: Element
    children: list["Node"] = field(default_factory=list)


def tree_of(elements: Sequence[Element]) -> list[Node]:
    """Build the tree of a listing: items stand below their sequence, elements below their item."""
    roots: list[Node] = []
    above: list[tuple[int, Node]] = []
    for each in elements:
        node = Node(each)
        rank = rank_of(each)
        while above and above[-1][0] >= rank:
            above.pop()
        (above[-1][1].children if above else roots).append(node)
        above.append((rank, node))
    return roots


def rank_of(element: Element) -> int:
    """Give the level in the tree, from 0: elements of the dataset, items, elements of items, and so on."""
    return 2 * element.depth - element.is_item


def parents_of(ranks: Sequence[int]) -> list[int]:
    """Give for each row the number of the row it stands below, -1 for none."""
    parents: list[int] = []
    last: list[int] = []
    for number, rank in enumerate(ranks):
        del last[rank:]
        parents.append(last[-1] if last else -1)
        last.extend([number] * (rank + 1 - len(last)))
    return parents
