"""The bytes of a place: a file or an entry of a ZIP archive, read within its size and guarded against change."""

import io
import os
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, cast

from workstation.model.index.records import Place
from workstation.model.refusal import Reason, Refused

IN_MEMORY_BYTES = 256 << 20
"""Entries of archives up to this size are held in memory, larger ones in a temporary file."""
SUSPICIOUS_BYTES, SUSPICIOUS_RATIO = 64 << 20, 500
"""An archive entry larger than the one and packed tighter than the other is taken for a bomb."""
_CHUNK = 1 << 20


class Stream:
    """A seekable stream that knows its size, so that no lying length asks for more memory than there are bytes.

    Parameters
    ----------
    raw
        Where the bytes come from; closed with this.
    size
        Bytes there are; an upper bound where they are being inflated.
    name
        What messages call it.
    limit
        Where reading is given up though there is more; None where the end is the end.
    """

    def __init__(self, raw: BinaryIO, size: int, name: str, *, limit: int | None = None) -> None:
        self._limit = limit
        self._raw = raw
        self.size = size
        self.name = name
        self.seek = raw.seek
        self.tell = raw.tell
        self.short: tuple[int, int] | None = None
        self.reads_left: int | None = None  # an element costs its parser far more memory than it has bytes

    def read(self, count: int = -1) -> bytes:
        """Give up to ``count`` bytes; what was asked for and wanting is remembered in ``short`` (offset, count)."""
        if self.reads_left is not None:
            self.reads_left -= 1
            self.refuse_endless()
        before = self.tell() if count < 0 or count > _CHUNK else -1
        left = max(0, self.size - before)
        with storage_errors(self.name):
            data = self._raw.read(min(count, left) if count >= 0 else left) if before >= 0 else self._raw.read(count)
        if len(data) == count:
            self.short = None  # a reader that looked ahead came back, and went on
        elif count >= 0 and (data or count != _ELEMENT_HEADER) and self.short is None:
            self.short = (self.tell() - len(data), count)
        return data

    def refuse_endless(self) -> None:
        """Raise Refused TOO_LARGE where the reads that were granted are used up."""
        if self.reads_left is not None and self.reads_left < 0:
            raise Refused(Reason.TOO_LARGE, f"{self.name}: the header has more elements and items than are read.")

    def take(self, offset: int, count: int, what: str) -> bytes:
        """Give exactly ``count`` bytes from ``offset``.

        Raises
        ------
        Refused
            TRUNCATED where the file ends before, CHANGED where it did not when it was opened.
        """
        if offset < 0 or count < 0 or offset + count > self.size:
            raise self._too_short(offset, count, what, self.size)
        self.seek(offset)
        with storage_errors(self.name):
            data = self._raw.read(count)
        if len(data) < count and self._limit is None:
            raise Refused(
                Reason.CHANGED,
                f"{self.name}: the file had {self.size} bytes when it was opened, and ends now at byte "
                f"{offset + len(data)}.",
                hint="Open it again once nothing writes to it.",
            )
        if len(data) < count:
            raise self._too_short(offset, count, what, offset + len(data))
        return data

    def _too_short(self, offset: int, count: int, what: str, end: int) -> Refused:
        if self._limit is not None and self.size > self._limit:
            return too_much_inflated(self.name, self._limit)
        return Refused(
            Reason.TRUNCATED,
            f"{self.name}: {what} of {count} bytes is declared at byte {offset}, but the data end at byte {end}.",
            hint="Copy or request the file again.",
        )

    def __enter__(self) -> "Stream":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._raw.close()


_ELEMENT_HEADER = 8  # a parser asks for one more element header at the end of the data; that is no shortage


class Source(Protocol):
    """Something whose bytes can be opened again and again."""

    name: str

    def open(self) -> Stream:
        """Open it at its start; raises Refused VANISHED, CHANGED, NO_PERMISSION or READ_ERROR."""

    def close(self) -> None:
        """Give back what is held in memory."""


class FileSource:
    """A file; refused as changed where size or time differ from those at first sight."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self._stamp: tuple[int, int] | None = None

    def open(self) -> Stream:
        """Open the file."""
        raw, status = _open_regular(self.path)
        stamp = (status.st_size, status.st_mtime_ns)
        if self._stamp is None:
            self._stamp = stamp
        elif stamp != self._stamp:
            raw.close()
            raise Refused(
                Reason.CHANGED,
                f"{self.name}: the file had {self._stamp[0]} bytes when it was opened and has now {stamp[0]}, "
                "or was written since.",
                hint="Open it again once nothing writes to it.",
            )
        return Stream(raw, status.st_size, self.name)

    def close(self) -> None:
        """Nothing is held."""


class MemberSource:
    """An entry of a ZIP archive, unpacked once."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.name = f"{place.path.name}!{place.member}"
        self._held: bytes | None = None

    def open(self) -> Stream:
        """Open the unpacked entry."""
        if self._held is not None:
            return Stream(cast(BinaryIO, io.BytesIO(self._held)), len(self._held), self.name)
        raw, size = unpack_member(self.place)
        if size <= IN_MEMORY_BYTES:
            self._held = raw.read()
            raw.seek(0)
        return Stream(raw, size, self.name)

    def close(self) -> None:
        """Forget the unpacked bytes."""
        self._held = None


class BytesSource:
    """Bytes that are in memory already."""

    def __init__(self, data: bytes, name: str = "memory") -> None:
        self._data = data
        self.name = name

    def open(self) -> Stream:
        """Open the bytes."""
        return Stream(cast(BinaryIO, io.BytesIO(self._data)), len(self._data), self.name)

    def close(self) -> None:
        """Nothing to give back: the bytes belong to the caller."""


def too_much_inflated(name: str, limit: int) -> Refused:
    """Say that a deflated dataset is refused for what it grows to."""
    return Refused(Reason.TOO_LARGE, f"{name}: the deflated dataset grows beyond {limit} bytes, the most that is read.")


def source_of(place: Place | Path) -> Source:
    """Give the source for a place; nothing is opened yet."""
    if isinstance(place, Path):
        return FileSource(place)
    return MemberSource(place) if place.member else FileSource(place.path)


@contextmanager
def storage_errors(name: str) -> Iterator[None]:
    """Turn what the system says about a file into a refusal."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Refused(Reason.VANISHED, f"{name}: there is no such file.") from error
    except PermissionError as error:
        raise Refused(
            Reason.NO_PERMISSION,
            f"{name}: reading it is not permitted ({error.strerror}).",
            hint="Ask its owner for permission to read.",
        ) from error
    except OSError as error:
        raise Refused(
            Reason.READ_ERROR,
            f"{name}: the storage reported “{error.strerror or error}”.",
            hint="Check the disk, medium or network drive it lies on.",
        ) from error


def _open_regular(path: Path) -> tuple[BinaryIO, os.stat_result]:
    with storage_errors(path.name):
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
            raise Refused(Reason.NOT_DICOM, f"{path.name}: this is {kind}.")
        raw = path.open("rb", buffering=8192)
        return raw, os.fstat(raw.fileno())


def unpack_member(place: Place) -> tuple[BinaryIO, int]:
    """Unpack an entry of an archive into memory or a temporary file, in bounded steps.

    Raises
    ------
    Refused
        DAMAGED_ARCHIVE, ENCRYPTED_ARCHIVE, TOO_LARGE, VANISHED and what the storage reports.
    """
    raw, _status = _open_regular(place.path)
    name = f"{place.path.name}!{place.member}"
    with raw:
        try:
            with zipfile.ZipFile(raw) as archive:
                entry = archive.getinfo(place.member)
                _check_entry(entry, name)
                with archive.open(entry) as packed:
                    return _unpacked(cast(BinaryIO, packed), entry.file_size), entry.file_size
        except KeyError as error:
            raise Refused(Reason.VANISHED, f"{name}: the archive has no such entry.") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError) as error:
            raise Refused(
                Reason.DAMAGED_ARCHIVE,
                f"{name}: the entry cannot be unpacked ({error}).",
                hint="Copy the archive again.",
            ) from error


def _check_entry(entry: zipfile.ZipInfo, name: str) -> None:
    if entry.flag_bits & 1:
        raise Refused(
            Reason.ENCRYPTED_ARCHIVE, f"{name}: the entry is encrypted.", hint="Unpack it with its password first."
        )
    if entry.file_size > SUSPICIOUS_BYTES and entry.file_size > SUSPICIOUS_RATIO * entry.compress_size:
        raise Refused(
            Reason.TOO_LARGE,
            f"{name}: {entry.compress_size} packed bytes claim to become {entry.file_size}, "
            f"more than {SUSPICIOUS_RATIO} times as many.",
        )


def _unpacked(packed: BinaryIO, size: int) -> BinaryIO:
    target = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))  # noqa: SIM115  # the caller's
    try:
        _copy(packed, target, size)
    except BaseException:
        target.close()
        raise
    return target


def _copy(packed: BinaryIO, target: BinaryIO, size: int) -> None:
    done = 0
    while part := packed.read(_CHUNK):
        done += len(part)
        if done > size:
            raise zipfile.BadZipFile(f"more than the declared {size} bytes")
        target.write(part)
    if done < size:
        raise zipfile.BadZipFile(f"{done} instead of the declared {size} bytes")
    target.seek(0)
