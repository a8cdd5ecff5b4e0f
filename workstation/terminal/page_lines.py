"""The lines of the page of elements."""

from workstation.headers.contents import summarised_contents
from workstation.headers.listing import Element
from workstation.model.index.records import Place
from workstation.terminal.words import plain

NAME_COLUMNS = 34


def element_lines(place: Place) -> tuple[str, ...]:
    """Give a line for each element of a file, in its order, items indented below their sequences.

    Raises
    ------
    Refused
        If nothing of it can be read.
    """
    contents = summarised_contents(place)
    lines = [_line(each) for each in contents.elements]
    if contents.refusal is not None:
        lines.append(plain(contents.refusal.message))
    return tuple(lines)


def _line(element: Element) -> str:
    meaning = f"  = {plain(element.meaning)}" if element.meaning else ""
    indent = "  " * element.depth
    name = f"{indent}{element.tag} {element.vr:<2} {plain(element.name)}"
    return f"{name:<{NAME_COLUMNS + 15}}  {plain(element.value)}{meaning}".rstrip()
