"""Elements whose VR is blank, as some CT scanners write Pixel Padding Value: read as having a short length."""

from typing import Literal

from pydicom.datadict import dictionary_has_tag, dictionary_VR

from workstation.model.source import Stream

_HEADER = 8
_MOST = 64  # blank ones in a file
_LONG = frozenset(("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"))


class NamedStream(Stream):
    """A stream in which some blank VRs have been given their names; offsets are those of the file.

    Parameters
    ----------
    stream
        What it reads from; shared, not closed.
    names
        By offset in the file, the two bytes that stand there instead.
    """

    def __init__(self, stream: Stream, names: dict[int, bytes]) -> None:
        super().__init__(stream._raw, stream.size, stream.name, limit=stream._limit)
        self._names = names

    def read(self, count: int = -1) -> bytes:
        """Give up to ``count`` bytes, with the names put in."""
        start = self.tell()
        data = super().read(count)
        for at, name in self._names.items():
            if start <= at and at + 2 <= start + len(data):
                data = data[: at - start] + name + data[at - start + 2 :]
        return data


def name_blank_vr(stream: Stream, names: dict[int, bytes], *, little: bool) -> bool:
    """Name the blank VR of the element that was taken for implicit, and so reached beyond the end of the data.

    Parameters
    ----------
    stream
        Where reading ended; what it lacked tells the element.
    names
        Where the name is added.

    Returns
    -------
    bool
        Whether there was such an element.
    """
    if stream.short is None or len(names) >= _MOST:
        return False
    (offset, wanted), position = stream.short, stream.tell()
    stream.seek(max(0, offset - _HEADER))
    header = stream.read(_HEADER)
    stream.seek(position)
    stream.short = (offset, wanted)
    at = offset - _HEADER + 4
    order: Literal["little", "big"] = "little" if little else "big"
    if header[4:6] != b"  " or at in names or wanted != int.from_bytes(header[4:8], order):
        return False
    tag = int.from_bytes(header[:2], order) << 16 | int.from_bytes(header[2:4], order)
    vr = dictionary_VR(tag)[:2] if dictionary_has_tag(tag) else "LO"
    names[at] = (vr if vr not in _LONG else "LO").encode()
    return True
