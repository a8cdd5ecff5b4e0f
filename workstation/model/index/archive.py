"""ZIP archives: what is in them, checked before anything of it is trusted, and their entries as streams."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import PurePosixPath, PureWindowsPath
from typing import IO

from workstation.model.refusal import Reason, Refused

MAX_ENTRIES = 1_000_000
BOMB_SIZE = 64 << 20
BOMB_RATIO = 500

# Documents of offices and programs are ZIP archives too.
_OTHER_FORMATS = {
    "[Content_Types].xml": "an Office document",
    "META-INF/MANIFEST.MF": "a Java program",
    "mimetype": "an OpenDocument or EPUB file",
}


class MemberReader:
    """Opens entries; keeps the archive that was used last open, since entries come archive by archive."""

    def __init__(self) -> None:
        self._path = ""
        self._archive: zipfile.ZipFile | None = None

    def open(self, path: str, member: str) -> tuple[int, int, IO[bytes]]:
        """Give size in bytes, time of change in ns since 1970 (of the clock that packed it), and the unpacked stream.

        Call it, and read the stream, within `archive_errors`.
        """
        if self._archive is None or self._path != path:
            self.close()
            self._archive, self._path = zipfile.ZipFile(path), path
        try:
            entry = self._archive.getinfo(member)
        except KeyError as error:
            raise Refused(Reason.VANISHED, "The archive has no such entry.") from error
        return entry.file_size, _mtime_ns(entry), self._archive.open(entry)

    def close(self) -> None:
        """Close the archive."""
        if self._archive is not None:
            self._archive.close()
        self._archive, self._path = None, ""


def list_members(path: str) -> tuple[list[str], list[tuple[str, Refused]]]:
    """Give the names of the entries that may be read, and those that may not, with the reason.

    Raises
    ------
    Refused
        If the archive is damaged, or as a whole no archive of files.
    """
    with archive_errors(), zipfile.ZipFile(path) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if not entries:
            raise Refused(Reason.NO_IMAGE, "The archive holds no files.")
        if len(entries) > MAX_ENTRIES:
            raise Refused(
                Reason.TOO_LARGE, f"The archive lists {len(entries)} entries; at most {MAX_ENTRIES} are read."
            )
        for entry in entries:
            if entry.filename in _OTHER_FORMATS:
                raise Refused(Reason.NOT_DICOM, f"This is not DICOM: it looks like {_OTHER_FORMATS[entry.filename]}.")
        overlapping = _overlapping(entries)
    good, bad, seen = [], [], set()
    for entry in entries:
        refusal = _objection(entry, is_overlapping=entry.filename in overlapping or entry.filename in seen)
        seen.add(entry.filename)
        if refusal is None:
            good.append(entry.filename)
        else:
            bad.append((entry.filename, refusal))
    return good, bad


def _objection(entry: zipfile.ZipInfo, *, is_overlapping: bool) -> Refused | None:
    name = entry.orig_filename
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or name.startswith(("/", "\\")) or PureWindowsPath(name).drive:
        return Refused(Reason.UNSAFE_ENTRY, "The name of this entry leads out of the folder it would be unpacked to.")
    if entry.flag_bits & 1:
        hint = "Unpack the archive with its password and add the folder."
        return Refused(Reason.ENCRYPTED_ARCHIVE, "This entry of the archive is encrypted.", hint=hint)
    if is_overlapping:
        return Refused(
            Reason.DAMAGED_ARCHIVE, "This entry shares its bytes or its name with another one of the archive."
        )
    if entry.file_size > BOMB_SIZE and entry.file_size > BOMB_RATIO * max(entry.compress_size, 1):
        return Refused(
            Reason.TOO_LARGE,
            f"This entry would grow from {entry.compress_size} to {entry.file_size} bytes, "
            f"more than {BOMB_RATIO} times; that is how archives are made to fill a disk.",
        )
    return None


def _overlapping(entries: list[zipfile.ZipInfo]) -> set[str]:
    """Give the names of entries whose packed bytes begin before those of the one before end."""
    overlapping: set[str] = set()
    end = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < end:
            overlapping.add(entry.filename)
        end = max(end, entry.header_offset + 30 + entry.compress_size)  # 30 bytes: the least a local header takes
    return overlapping


@contextmanager
def archive_errors() -> Iterator[None]:
    """Turn what goes wrong inside an archive into a refusal."""
    try:
        yield
    except RuntimeError as error:  # zipfile says so for passwords; NotImplementedError, a subclass, for methods
        if "password" in str(error) or "encrypted" in str(error):
            hint = "Unpack the archive with its password and add the folder."
            raise Refused(Reason.ENCRYPTED_ARCHIVE, "This entry of the archive is encrypted.", hint=hint) from error
        raise Refused(
            Reason.DAMAGED_ARCHIVE, f"The entry cannot be unpacked: {error}.", hint="Unpack it first."
        ) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        hint = "Copy the archive again from where it came from."
        raise Refused(Reason.DAMAGED_ARCHIVE, f"The archive is damaged: {error}.", hint=hint) from error


def _mtime_ns(entry: zipfile.ZipInfo) -> int:
    try:
        return int(datetime(*entry.date_time, tzinfo=UTC).timestamp()) * 1_000_000_000
    except ValueError:
        return 0
