"""The proof: the written bytes are searched for everything that identified the original."""

import re

from pydicom import Dataset

from workstation.errors import UserError
from workstation.model.attributes import PARSER_FAILURES
from workstation.model.reading import read_header
from workstation.model.source import BytesSource
from workstation.objects.deidentification.identifiers import TERMS, TEXT_VRS, Identifiers, tags_of, values_of
from workstation.objects.deidentification.policy import Policy
from workstation.objects.deidentification.table import Option

_BEFORE, _AFTER = re.compile(rb"\d\.?$"), re.compile(rb"\.?\d")


class IdentifierLeft(UserError):
    """An identifying value of the original is still in the result; nothing is written."""


def verify(data: bytes, identifiers: Identifiers, policy: Policy, given: frozenset[str]) -> int:
    """Search the bytes of a file, and its texts as they are read back, for identifying values.

    Parameters
    ----------
    data
        The whole file as it will be written.
    identifiers
        What must not be there.
    given
        Values that were put there on purpose: pseudonyms, moved dates.

    Returns
    -------
    int
        How many values were looked for.

    Raises
    ------
    IdentifierLeft
        If one is found; the message says of which kind, and not its value.
    """
    possible = identifiers.possible_patterns(data)
    lowered = data.lower() if possible else b""
    for pattern, needs_bounds in possible:
        at = lowered.find(pattern)
        while at >= 0:
            if not _is_part(lowered, at, len(pattern), needs_bounds) and not _is_given(lowered, at, pattern, given):
                raise _left(f"at byte {at}")
            at = lowered.find(pattern, at + 1)
    whole = read_header(BytesSource(data, "the result"), whole=True).dataset
    if not _are_plainly_clean(whole, identifiers, policy):
        _read_through(whole, identifiers, policy, given, "")
    kinds = (identifiers.words, identifiers.phrases, identifiers.dates, identifiers.uids)
    return sum(len(each) for each in kinds)


def _is_part(data: bytes, at: int, length: int, needs_bounds: bool) -> bool:
    """Whether a number is only part of a longer one, as any number is."""
    if not needs_bounds:
        return False
    around = data[max(0, at - 2) : at], data[at + length : at + length + 2]
    is_date = length == 8 and data[at : at + 8].isdigit()  # begins a date time
    return bool(_BEFORE.search(around[0])) or (not is_date and bool(_AFTER.match(around[1])))


def _is_given(data: bytes, at: int, pattern: bytes, given: frozenset[str]) -> bool:
    for each in given:
        wanted = each.lower().encode()
        offset = wanted.find(pattern)
        while offset >= 0:
            if data[at - offset : at - offset + len(wanted)] == wanted:
                return True
            offset = wanted.find(pattern, offset + 1)
    return False


def _are_plainly_clean(dataset: Dataset, identifiers: Identifiers, policy: Policy) -> bool:
    """Whether all texts are ASCII and, put one after the other, hold no identifying value; then none of them does."""
    texts: list[bytes] = []
    is_plain = _put_together(dataset, texts, with_uids=not policy.has(Option.RETAIN_UIDS))
    return is_plain and not identifiers.are_in(b"\0".join(texts).decode("ascii"))


def _put_together(dataset: Dataset, texts: list[bytes], *, with_uids: bool) -> bool:
    """Gather texts as they are in the file; False where one has to be decoded first."""
    for tag in tags_of(dataset):
        element = dataset.get_item(tag)
        vr, value = getattr(element, "VR", None), getattr(element, "value", None)
        if vr == "SQ":
            try:
                items = dataset[tag].value
            except PARSER_FAILURES:
                return False
            if not all(_put_together(item, texts, with_uids=with_uids) for item in items):
                return False
        elif (vr in TEXT_VRS or (vr == "UI" and with_uids)) and value:
            plain = value if isinstance(value, bytes) else "\\".join(values_of(dataset[tag])).encode()
            if not plain.isascii() or b"\x1b" in plain:
                return False
            texts.append(plain)
    return True


def _read_through(
    dataset: Dataset, identifiers: Identifiers, policy: Policy, given: frozenset[str], above: str
) -> None:
    for tag in tags_of(dataset):
        try:
            element = dataset[tag]
        except PARSER_FAILURES as error:
            raise _left(f"perhaps in ({tag >> 16:04x},{tag & 0xFFFF:04x}), which cannot be read back") from error
        name = f"{above}{element.keyword or f'({tag >> 16:04x},{tag & 0xFFFF:04x})'}"
        if element.VR == "SQ":
            for item in element.value:
                _read_through(item, identifiers, policy, given, f"{name}.")
        elif element.VR in TEXT_VRS or (element.VR == "UI" and not policy.has(Option.RETAIN_UIDS)):
            for value in values_of(element):
                is_term = element.VR == "CS" and value.casefold() in TERMS
                if not is_term and value not in given and identifiers.are_in(value):
                    raise _left(f"in {name}")


def _left(where: str) -> IdentifierLeft:
    return IdentifierLeft(
        f"An identifying value of the original is still there {where}, so nothing is written.",
        hint="Report this with the kind of object; without the option that keeps that attribute it will be taken out.",
    )
