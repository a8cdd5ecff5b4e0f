"""What of a header is told on its image: values that corner text asks for, and warnings; read once, with the frame."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from types import MappingProxyType

from pydicom import Dataset
from pydicom.datadict import dictionary_VR, tag_for_keyword

from workstation.display.warnings import header_warnings, lossy_text
from workstation.model.attributes import PARSER_FAILURES, items
from workstation.model.geometry import Spacing
from workstation.model.reading import silence_pydicom
from workstation.model.text import clean, date_of, person_name, time_of
from workstation.quick_dataclass import dataclass

_LONGEST = 200
_ALWAYS = ("ImageLaterality", "PositionerPrimaryAngle", "PositionerSecondaryAngle")  # what fields are made of


@dataclass(frozen=True, eq=False)
class HeaderFacts:
    """Facts of one frame.

    Parameters
    ----------
    values
        By keyword or ``gggg,eeee``, fit for a person; what is absent or empty is not in it.
    warnings
        Sentences about the image itself, as `workstation.display.warnings.header_warnings` gives them; empty where they
        are not drawn.
    lossy
        That and how it was compressed with loss; a line of the corner text says it where the warnings don't.
    """

    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    warnings: tuple[str, ...] = ()
    lossy: str = ""


NO_FACTS = HeaderFacts()


def facts_of(dataset: Dataset, names: Iterable[str], *, number: int = 0, spacing: Spacing | None = None) -> HeaderFacts:
    """Read the facts of a frame; never raises on odd values.

    Parameters
    ----------
    dataset
        The header of the image.
    names
        Keywords and ``gggg,eeee`` that are asked for; `CornerTemplates.keywords` are those of the corner text. One that
        the header has not itself is looked for in the functional groups of the frame.
    number
        The frame, from 0.
    spacing
        As the frame has it, for the warnings about it.
    """
    silence_pydicom()
    groups = _groups(dataset, number)
    found = {}
    for name in (*names, *_ALWAYS):
        tag = int(name.replace(",", ""), 16) if "," in name else tag_for_keyword(name)
        if tag is not None and (text := _text(dataset, tag) or _in_groups(groups, tag)):
            found[name] = text
    return HeaderFacts(MappingProxyType(found), header_warnings(dataset, spacing), lossy_text(dataset))


def _groups(dataset: Dataset, number: int) -> tuple[Dataset, ...]:
    """Give the items of the functional groups that hold for a frame, those of the frame first."""
    frames = items(dataset, "PerFrameFunctionalGroupsSequence")
    own = frames[number : number + 1]
    found = []
    for group in (*own, *items(dataset, "SharedFunctionalGroupsSequence")):
        for tag in group.keys():  # noqa: SIM118 - iterating over a dataset converts each element
            try:
                value = group[tag].value if group[tag].VR == "SQ" else None
            except PARSER_FAILURES:
                continue
            found += list(value)[:1] if value else []
    return tuple(found)


def _in_groups(groups: tuple[Dataset, ...], tag: int) -> str:
    return next((text for each in groups if (text := _text(each, tag))), "")


def _text(dataset: Dataset, tag: int) -> str:
    try:
        if tag not in dataset:
            return ""
        value, vr = dataset[tag].value, str(dataset[tag].VR)
        vr = dictionary_VR(tag) if vr == "UN" and not tag >> 16 & 1 else vr
        if value is None or isinstance(value, bytes) or vr == "SQ":
            return ""
        many = value if isinstance(value, list | tuple) or type(value).__name__ == "MultiValue" else [value]
        return ", ".join(filter(None, (_shown(each, vr) for each in many)))[:_LONGEST]
    except PARSER_FAILURES:
        return ""


def _shown(value: object, vr: str) -> str:
    if vr == "PN":
        return person_name(value)
    plain = clean(value)
    if vr == "DA" and (day := date_of(plain)):
        return day.isoformat()
    if vr == "TM" and (moment := time_of(plain)):
        return moment.isoformat("seconds")
    return plain
