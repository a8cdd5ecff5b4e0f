"""The header of one file, from its first bytes: an instance, a container of others, or the reason it is neither."""

from collections.abc import Callable, Sequence
from struct import Struct
from typing import NamedTuple

from workstation.model.index import walker
from workstation.model.index.attributes import ATTRIBUTES, LAST_TAG, SLOT_OF_TAG
from workstation.model.index.character_sets import decode
from workstation.model.index.foreign import describe
from workstation.model.index.layouts import Layouts
from workstation.model.refusal import Reason, Refused
from workstation.quick_dataclass import dataclass

FIRST_READ = 8 * 1024
READS = (256 * 1024, 8 * 1024 * 1024)

DEFLATED = "1.2.840.10008.1.2.1.99"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
MEDIA_DIRECTORY = "1.2.840.10008.1.3.10"

_ESCAPE = b"\x1b"

# Values that are numbers in the file: slot, and how they are unpacked.
_BINARY = {
    slot: Struct("<H" if attribute.kind == "uint16" else "<d")
    for slot, attribute in enumerate(ATTRIBUTES)
    if attribute.kind in ("uint16", "float64")
}
_NAME_SLOTS = frozenset(slot for slot, attribute in enumerate(ATTRIBUTES) if attribute.kind == "name")
CHARACTER_SET = len(ATTRIBUTES) - 1
META_CLASS, META_INSTANCE, _META_SYNTAX, _SLOTS = range(len(ATTRIBUTES), len(ATTRIBUTES) + 4)
_META_SLOTS = {0x00020002: META_CLASS, 0x00020003: META_INSTANCE, 0x00020010: _META_SYNTAX}

#: The raw values by slot, as of ``ATTRIBUTES``, then class, instance and syntax of the file meta information.
RawValues = list[bytes | None]


class Meta(NamedTuple):
    """File meta information (PS3.10 7.1), as far as it is the same for all files of a series."""

    sop_class_uid: str
    transfer_syntax_uid: str
    syntax_is_guessed: bool = False


@dataclass(slots=True)
class Source:
    """The bytes of a file or an archive entry, from the beginning as far as they have been read.

    ``more`` gives up to that many further bytes. ``size`` is that of the whole, in bytes.
    """

    start: bytes
    size: int
    more: Callable[[int], bytes]

    def extend(self, count: int) -> None:
        """Read ``count`` bytes more, or up to the end."""
        self.start += self.more(count)

    @property
    def is_whole(self) -> bool:
        """Whether everything has been read."""
        return len(self.start) >= self.size


class Walked(NamedTuple):
    """What reading a header found: file meta information and raw values."""

    meta: Meta
    values: RawValues


class HeaderWalker:
    """Reads headers the quick way, and quicker where the last ones were laid out alike."""

    def __init__(self) -> None:
        self._layouts: Layouts[Meta] = Layouts({**SLOT_OF_TAG, **_META_SLOTS})

    def walk(self, source: Source) -> Walked:
        """Read a header.

        Raises
        ------
        walker.Unusual
            If the tolerant reader has to look at it.
        Refused
            If the file is empty or plainly something else than DICOM.
        """
        start = source.start
        if start[128:132] != b"DICM":
            if not start:
                raise Refused(Reason.EMPTY_FILE, "The file is empty.", hint="Copy it again from where it came from.")
            if not may_be_data_set(start):
                raise Refused(Reason.NOT_DICOM, describe(start))
            raise walker.Unusual("no preamble")
        found = self._layouts.match(start)
        if found is not None:
            layout, values = found
            return Walked(layout.meta, values)
        for count in (*READS, 0):
            try:
                return self._walk_buffer(source.start, whole=source.is_whole)
            except walker.MoreNeeded:
                source.extend(count)
        raise walker.Unusual("a header of more than 8 MiB")

    def _walk_buffer(self, buffer: bytes, *, whole: bool) -> Walked:
        values: RawValues = [None] * _SLOTS
        starts: list[int] = []
        offset = walker.walk(
            buffer, 132, slots=_META_SLOTS, last_tag=0x0002FFFF, values=values, starts=starts, whole=whole
        )
        meta = Meta(_uid(values[META_CLASS]), _uid(values[_META_SYNTAX]))
        if meta.sop_class_uid == MEDIA_DIRECTORY:
            return Walked(meta, values)
        if meta.transfer_syntax_uid in (DEFLATED, BIG_ENDIAN):
            raise walker.Unusual("deflated or big endian")
        explicit = walker.is_explicit(buffer, offset)
        if not meta.transfer_syntax_uid:
            meta = meta._replace(transfer_syntax_uid=EXPLICIT if explicit else IMPLICIT, syntax_is_guessed=True)
        meta_elements = len(starts)
        end = walker.walk(
            buffer, offset, slots=SLOT_OF_TAG, last_tag=LAST_TAG, values=values, starts=starts, whole=whole
        )
        if not any(values[: len(ATTRIBUTES)]):
            raise walker.Unusual("no wanted element")
        names_vr = [number < meta_elements or explicit for number in range(len(starts))]
        starts.append(end)
        self._layouts.learn(buffer, starts, meta=meta, names_vr=names_vr, values=values)
        return Walked(meta, values)


def _uid(value: bytes | None) -> str:
    return (value or b"").rstrip(b" \0").decode("latin-1")


def may_be_data_set(start: bytes) -> bool:
    """Tell whether bytes without a preamble can be the beginning of a data set: groups 2, 4 or 8."""
    if len(start) < 8:
        return False
    group_little, group_big = start[0] | start[1] << 8, start[1] | start[0] << 8
    if start[:4] == b"DICM":
        return True
    for group in (group_little, group_big):
        if group in (0x0002, 0x0004, 0x0008):
            length = int.from_bytes(start[4:8], "little")
            return walker.is_explicit(start, 0) or length <= len(start)
    return False


def decode_values(values: RawValues, slots: Sequence[int]) -> list[str]:
    """Decode the values of some slots, in the character set that the last value names; absent ones are empty."""
    texts = []
    for slot in slots:
        value = values[slot]
        if not value:
            texts.append("")
        elif slot in _BINARY:
            struct = _BINARY[slot]
            texts.append(str(struct.unpack_from(value)[0]) if len(value) >= struct.size else "")
        elif value.isascii() and _ESCAPE not in value and slot not in _NAME_SLOTS:
            texts.append(value.decode("ascii").strip(" \0"))
        else:
            texts.append(decode(value, _character_set(values), is_name=slot in _NAME_SLOTS))
    return texts


def decode_plain(values: RawValues, slots: slice) -> list[str]:
    """Decode neighbouring values that are neither numbers in binary nor names."""
    return [
        ""
        if not value
        else value.decode("ascii").strip(" \0")
        if value.isascii() and _ESCAPE not in value
        else decode(value, _character_set(values))
        for value in values[slots]
    ]


def _character_set(values: RawValues) -> str:
    return (values[CHARACTER_SET] or b"").rstrip(b" \0").decode("latin-1")
