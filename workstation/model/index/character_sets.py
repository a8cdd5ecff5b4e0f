"""Text of a header out of its bytes, by Specific Character Set (PS3.3 C.12.1.1.2)."""

import warnings

# Those that stand alone: one Python codec each. Others switch by escape sequences and are left to pydicom.
_CODECS = {
    "": "utf-8",
    "ISO_IR 6": "utf-8",
    "ISO_IR 13": "shift_jis",
    "ISO_IR 100": "latin-1",
    "ISO_IR 101": "iso8859-2",
    "ISO_IR 109": "iso8859-3",
    "ISO_IR 110": "iso8859-4",
    "ISO_IR 126": "iso8859-7",
    "ISO_IR 127": "iso8859-6",
    "ISO_IR 138": "iso8859-8",
    "ISO_IR 144": "iso8859-5",
    "ISO_IR 148": "iso8859-9",
    "ISO_IR 166": "iso8859-11",
    "ISO_IR 192": "utf-8",
    "ISO_IR 203": "iso8859-15",
    "GB18030": "gb18030",
    "GBK": "gbk",
}
_ESCAPE = b"\x1b"


def decode(value: bytes, character_set: str, *, is_name: bool = False) -> str:
    """Decode a value; what cannot be decoded becomes a replacement character, never an error.

    Parameters
    ----------
    value
        As in the file, with its padding.
    character_set
        Specific Character Set of the data set, values separated by backslashes; empty where there is none.
    is_name
        Whether it is a person name, whose parts begin anew in the first character set.
    """
    if value.isascii() and _ESCAPE not in value:
        return trim(value.decode("ascii"), is_name=is_name)
    codec = _CODECS.get(character_set.strip())
    if codec is not None and _ESCAPE not in value:
        return trim(_decode_with(value, codec), is_name=is_name)
    return trim(_decode_switching(value, character_set, is_name=is_name), is_name=is_name)


def trim(text: str, *, is_name: bool = False) -> str:
    """Take off padding, and from a name the separators of absent parts."""
    text = text.strip(" \0")
    if is_name and text[-1:] in ("^", "=", " "):
        return "=".join(group.rstrip("^ ") for group in text.split("=")).rstrip("=")
    return text


def _decode_with(value: bytes, codec: str) -> str:
    try:
        return value.decode(codec)
    except UnicodeDecodeError:
        # Undeclared or wrongly declared: Latin-1 never fails, and is the likeliest.
        return value.decode("latin-1" if codec == "utf-8" else codec, errors="replace")


def _decode_switching(value: bytes, character_set: str, *, is_name: bool) -> str:
    from pydicom import charset, valuerep

    names = [name.strip() for name in character_set.split("\\")]
    delimiters = valuerep.PN_DELIMS if is_name else valuerep.TEXT_VR_DELIMS
    parts = value.split(b"=") if is_name else [value]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            encodings = charset.convert_encodings(names)
            return "=".join(charset.decode_bytes(part, encodings, delimiters) for part in parts)
        except (LookupError, ValueError):
            return _decode_with(value, "utf-8")
