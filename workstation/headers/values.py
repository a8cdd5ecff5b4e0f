"""Values of elements as text, made from the bytes in the file: bounded, decoded, and fit for a terminal."""

import struct
import warnings
from collections.abc import Sequence

from pydicom.charset import convert_encodings, decode_bytes
from pydicom.valuerep import PN_DELIMS, TEXT_VR_DELIMS

from workstation.model.attributes import PARSER_FAILURES
from workstation.model.text import clean

_NUMBERS = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "UV": "Q", "SV": "q", "FL": "f", "FD": "d"}
_BINARY = frozenset(("OB", "OD", "OF", "OL", "OV", "OW", "UN"))
_ENCODED = frozenset(("LO", "LT", "PN", "SH", "ST", "UC", "UT"))
_ITEM, _DELIMITER = 0xFFFEE000, 0xFFFEE0DD
_BYTES_A_CHARACTER = 4  # of the widest character set


def shown(
    data: bytes, vr: str, encodings: Sequence[str], *, is_little_endian: bool = True, most: int | None = None
) -> str:
    """Give a value as text of at most ``most`` characters, an ellipsis where something is left out.

    Parameters
    ----------
    data
        The bytes of the value.
    vr
        Value representation (PS3.5 6.2).
    encodings
        Of the dataset it is in, as `encodings_of` gives them.
    """
    if vr in _NUMBERS and len(data) % struct.calcsize(_NUMBERS[vr]) == 0:
        return _cut(_numbers(data, _NUMBERS[vr], is_little_endian, most), most)
    if vr == "AT" and len(data) % 4 == 0:
        return _cut(_tags(data, is_little_endian, most), most)
    if vr == "UN" and (bare := data.rstrip(b" \0")) and all(0x20 <= byte < 0x7F for byte in bare[:most]):
        return _cut(bare[: None if most is None else most + 1].decode("ascii"), most)
    if vr in (*_BINARY, *_NUMBERS, "AT"):
        part = data if most is None else data[: most // 3 + 1]
        return _cut(part.hex(" "), most, is_longer=len(part) < len(data))
    part = data if most is None else data[: (most + 2) * _BYTES_A_CHARACTER]
    text = _decoded(part, vr, encodings) if vr in _ENCODED else part.decode("latin-1")
    return _cut(clean(text.rstrip(" \0")), most, is_longer=len(part) < len(data))


def encodings_of(specific_character_set: object, outer: Sequence[str] = ("iso8859",)) -> list[str]:
    """Give the encodings of a dataset; those of the dataset around it where it names none (PS3.5 6.1.2)."""
    if not specific_character_set:
        return list(outer)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return list(convert_encodings(specific_character_set))  # type: ignore[arg-type]  # any value of a file
    except PARSER_FAILURES:
        return list(outer)


def fragments(data: bytes, *, is_little_endian: bool = True) -> int:
    """Count the items of encapsulated pixel data, the offset table included (PS3.5 A.4)."""
    header = struct.Struct("<HHI" if is_little_endian else ">HHI")
    count, at = 0, 0
    while at + header.size <= len(data):
        group, element, length = header.unpack_from(data, at)
        if group << 16 | element != _ITEM:
            break
        count += 1
        at += header.size + length
    return count


def _numbers(data: bytes, code: str, is_little_endian: bool, most: int | None) -> str:
    size = struct.calcsize(code)
    count = len(data) // size if most is None else min(len(data) // size, most // 2 + 2)
    values = struct.unpack(f"{'<' if is_little_endian else '>'}{count}{code}", data[: count * size])
    return "\\".join(f"{value:.9g}" if code == "f" else repr(value) for value in values)


def _tags(data: bytes, is_little_endian: bool, most: int | None) -> str:
    count = len(data) // 4 if most is None else min(len(data) // 4, most // 11 + 1)
    parts = struct.unpack(f"{'<' if is_little_endian else '>'}{2 * count}H", data[: count * 4])
    return "\\".join(f"({group:04x},{element:04x})" for group, element in zip(parts[::2], parts[1::2], strict=True))


def _decoded(data: bytes, vr: str, encodings: Sequence[str]) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return decode_bytes(data, encodings, PN_DELIMS if vr == "PN" else TEXT_VR_DELIMS)
    except PARSER_FAILURES:
        return data.decode("latin-1")


def _cut(text: str, most: int | None, *, is_longer: bool = False) -> str:
    if most is None or (len(text) <= most and not is_longer):
        return text
    return text[:most] + "…"
