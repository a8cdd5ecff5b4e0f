"""The elements of a file as ``dump`` prints them: chosen, bounded, and as far as a damaged file can be read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

import pydicom
from pydicom import Dataset

from workstation.headers.listing import Element, elements_of
from workstation.headers.operations import DumpParameters
from workstation.model.attributes import PARSER_FAILURES
from workstation.model.index.records import Place
from workstation.model.nesting import is_too_deep
from workstation.model.reading import Header, read_header, silence_pydicom
from workstation.model.refusal import Reason, Refused
from workstation.model.source import Source, source_of
from workstation.operations.operation import ItemFailed, one_line
from workstation.operations.places import failed

_READ_WHOLE_BYTES = 256 << 20
_PARTLY_READABLE = (Reason.TRUNCATED, Reason.DAMAGED_HEADER)


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
    """Give the elements of a file; of a damaged one what can be read, then what is wrong with it."""
    source = source_of(place)
    refusal: Refused | None = None
    notes: tuple[str, ...] = ()
    last: Element | None = None
    try:
        header = read_header(source)
        dataset, last, notes = _all_of(source, header)
    except Refused as error:
        part = _readable_part(source) if error.reason in _PARTLY_READABLE else None
        if part is None:
            yield failed(place, error)
            return
        dataset, refusal = part, error
    most = parameters.max_length or None
    found = _chosen([*elements_of(dataset, most=most), *([last] if last else [])], parameters)
    yield Dump(str(place), found, notes, bool(parameters.tag or parameters.search))
    if refusal is not None:
        yield failed(place, refusal)


def _all_of(source: Source, header: Header) -> tuple[Dataset, Element | None, tuple[str, ...]]:
    if header.pixels is None or header.size <= _READ_WHOLE_BYTES:
        whole = read_header(source, whole=True)
        return whole.dataset, None, ()
    pixels = header.pixels
    name = "PixelData" if pixels.tag == 0x7FE00010 else "FloatPixelData"
    tag = f"({pixels.tag >> 16:04x},{pixels.tag & 0xFFFF:04x})"
    return (
        header.dataset,
        Element(0, tag, pixels.vr, pixels.length, name, "not read", name),
        ("The pixel data and what follows them are not read in a file of this size.",),
    )


def _readable_part(source: Source) -> Dataset | None:
    silence_pydicom()
    try:
        with source.open() as stream:
            dataset = pydicom.dcmread(cast("pydicom.filebase.DicomIO", stream), force=True)
            return None if is_too_deep(dataset) else dataset
    except (*PARSER_FAILURES, OSError, Refused):
        return None


def _chosen(elements: Iterable[Element], parameters: DumpParameters) -> tuple[Element, ...]:
    found = list(elements)
    if parameters.depth is not None:
        found = [each for each in found if each.depth <= parameters.depth]
    if parameters.tag:
        found = list(_below_tags(found, {f"({each})" for each in parameters.tag}))
    if parameters.search:
        wanted = parameters.search.casefold()
        found = [each for each in found if wanted in f"{each.tag} {each.name} {each.value}".casefold()]
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
    return f"{indent}{element.tag} {element.vr:<2} {length:>6} {name:<34} {element.value}".rstrip()
