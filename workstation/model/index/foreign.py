"""Says what a file that is not DICOM looks like, so that a person understands why it was left out."""

_BEGINNINGS = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "compressed by gzip"),
    (b"BZh", "compressed by bzip2"),
    (b"\xfd7zXZ", "compressed by xz"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"%PDF", "a PDF document"),
    (b"NRRD", "an NRRD image"),
    (b"\x5c\x01\x00\x00", "a NIfTI image"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "an SQLite database"),
    (b"MSH|", "an HL7 v2 message"),
    (b"\x0bMSH|", "an HL7 v2 message"),
    (b"{\\rtf", "an RTF document"),
)
_HINTS = {
    "compressed by gzip": " Unpack it first.",
    "compressed by bzip2": " Unpack it first.",
    "compressed by xz": " Unpack it first.",
    "a 7-Zip archive": " Unpack it first.",
    "a RAR archive": " Unpack it first.",
}


def describe(start: bytes) -> str:
    """Give a sentence about what a file that begins with ``start`` looks like."""
    for beginning, what in _BEGINNINGS:
        if start.startswith(beginning):
            return f"This is not DICOM: it looks like {what}.{_HINTS.get(what, '')}".replace(
                "like compressed", "compressed"
            )
    if not start.strip(b"\0"):
        return "This is not DICOM: it begins with nothing but zeros."
    text = _as_text(start)
    if text is None:
        return "This is not DICOM: there is no DICM mark, and it does not begin with a data element."
    return f"This is not DICOM: it looks like {_kind_of_text(text)}."


def _as_text(start: bytes) -> str | None:
    try:
        text = start.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 4:  # a character that the end of the buffer cuts is no objection
            return None
        text = start[: error.start].decode("utf-8")
    return text if all(character.isprintable() or character.isspace() for character in text[:512]) else None


def _kind_of_text(text: str) -> str:
    bare = text.lstrip()
    if bare.startswith("MSH|"):
        return "an HL7 v2 message"
    if bare.startswith(("{", "[")):
        return "JSON (FHIR, for example)" if "resourceType" in text else "JSON"
    if bare[:14].lower().startswith(("<!doctype html", "<html")):
        return "a web page"
    return "XML" if bare.startswith("<") else "text"
