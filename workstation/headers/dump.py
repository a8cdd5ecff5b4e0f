"""The elements of a file as ``dump`` prints them: chosen, bounded, and as far as a damaged file can be read."""

from collections.abc import Iterable, Iterator

from workstation.headers.contents import read_contents
from workstation.headers.listing import Element
from workstation.headers.operations import DumpParameters
from workstation.headers.query import Query
from workstation.model.index.records import Place
from workstation.operations.operation import ItemFailed, one_line
from workstation.operations.places import failed
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Dump:
    """The elements of one file, in its order."""

    place: str
    elements: tuple[Element, ...]
    notes: tuple[str, ...] = ()
    is_selection: bool = False

    def text(self) -> str:
        """Give a line for each element; where only some are shown, with the path that leads to it."""
        lines = (_line(each, with_path=self.is_selection) for each in self.elements)
        return "\n".join([f"# {one_line(self.place)}", *lines, *(f"# {note}" for note in self.notes)]) + "\n"


def dumped(place: Place, parameters: DumpParameters) -> Iterator[Dump | ItemFailed]:
    """Give the elements of a file; of a damaged one what can be read, then what is wrong with it.

    Raises
    ------
    Refused
        Where nothing can be read.
    """
    contents = read_contents(place, most=parameters.max_length or None)
    found = _chosen(contents.elements, parameters)
    yield Dump(str(place), found, contents.notes, bool(parameters.tag or parameters.search))
    if contents.refusal is not None:
        yield failed(place, contents.refusal)


def _chosen(elements: Iterable[Element], parameters: DumpParameters) -> tuple[Element, ...]:
    found = list(elements)
    if parameters.depth is not None:
        found = [each for each in found if each.depth <= parameters.depth]
    if parameters.tag:
        found = list(_below_tags(found, {f"({each})" for each in parameters.tag}))
    if parameters.search:
        query = Query.parse(parameters.search)
        found = [each for each in found if query.matches(each)]
    return tuple(found)


def _below_tags(elements: Iterable[Element], tags: set[str]) -> Iterator[Element]:
    inside: int | None = None
    for each in elements:
        if inside is not None and each.depth <= inside:
            inside = None
        if inside is None and each.tag in tags:
            inside = each.depth
        if inside is not None:
            yield each


def _line(element: Element, *, with_path: bool) -> str:
    length = "" if not element.vr else "?" if element.length is None else str(element.length)
    indent = "" if with_path else "  " * element.depth
    name = element.path if with_path else element.name
    meaning = f"  = {element.meaning}" if element.meaning else ""
    return f"{indent}{element.tag} {element.vr:<2} {length:>6} {name:<34} {element.value}{meaning}".rstrip()
