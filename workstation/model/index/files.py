"""Takes one file or archive entry after another and sorts it into a batch: instance, container, or refused."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from workstation.model.index import walker
from workstation.model.index.archive import MemberReader, archive_errors
from workstation.model.index.attributes import OWN, SHARED, SHARED_FIELDS, SOP_INSTANCE_UID
from workstation.model.index.headers import (
    CHARACTER_SET,
    FIRST_READ,
    MEDIA_DIRECTORY,
    META_INSTANCE,
    HeaderWalker,
    Meta,
    Source,
    Walked,
    decode_plain,
    decode_values,
)
from workstation.model.index.records import Place
from workstation.model.index.rows import NO_STAMP, Batch, Origin, header_key
from workstation.model.index.stand_ins import instance_uid, series_uid, study_uid
from workstation.model.index.tolerant import read_tolerantly
from workstation.model.refusal import Reason, Refused

_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_SHARED_SLOTS = range(len(SHARED))
_OWN_SLOTS = slice(len(SHARED), len(SHARED) + len(OWN))
_REMEMBERED = 20_000
# What may be otherwise another time: such a place is read again at the next scan, whatever its size and time say.
PASSING = frozenset((Reason.NO_PERMISSION, Reason.VANISHED, Reason.CHANGED, Reason.READ_ERROR))

#: A shared header: its key, its texts, and the notes that come with it.
Shared = tuple[int, tuple[str, ...], tuple[str, ...]]


class Inspector:
    """Reads headers; remembers the shared ones it has met, so that each is decoded once."""

    def __init__(self) -> None:
        self._shared: dict[tuple[object, ...], Shared] = {}
        self._members = MemberReader()
        self._walker = HeaderWalker()

    def inspect(self, path: str, batch: Batch) -> None:
        """Read the header of a file and put what it is into the batch; never raises for what a file holds."""
        raw_path = os.fsencode(path)
        try:
            with file_errors():
                if self._inspect_once(path, raw_path, batch) or self._inspect_once(path, raw_path, batch):
                    return
            hint = "Add it again when whatever writes to it has finished."
            refusal = Refused(Reason.CHANGED, "The file changed while it was read.", hint=hint)
        except Refused as caught:
            refusal = caught
        refuse((raw_path, "", *stamp_of(path)), refusal, batch)

    def _inspect_once(self, path: str, raw_path: bytes, batch: Batch) -> bool:
        """Tell whether the file stayed as it was while it was read."""
        descriptor = os.open(path, _OPEN_FLAGS)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise Refused(Reason.NOT_DICOM, "This is a device, a pipe or a socket, not a file.")
            source = Source(os.read(descriptor, FIRST_READ), status.st_size, lambda count: os.read(descriptor, count))
            refusal, found = None, None
            try:
                found = self._look(source, path, "")
            except Refused as caught:
                refusal = caught
            after = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        if after.st_mtime_ns != status.st_mtime_ns or after.st_size != status.st_size:
            return False
        if refusal is not None:
            raise refusal
        self._sort_in(found, (raw_path, "", status.st_size, status.st_mtime_ns), batch)
        return True

    def inspect_member(self, path: str, member: str, batch: Batch) -> None:
        """Read the header of an entry of an archive and put what it is into the batch."""
        origin = (os.fsencode(path), member, NO_STAMP, NO_STAMP)
        try:
            with file_errors(), archive_errors():
                size, mtime_ns, stream = self._members.open(path, member)
                origin = (origin[0], member, size, mtime_ns)
                with stream:
                    found = self._look(Source(stream.read(FIRST_READ), size, stream.read), path, member)
                self._sort_in(found, origin, batch)
        except Refused as refusal:
            refuse(origin, refusal, batch)

    def close(self) -> None:
        """Close the archive that was opened last."""
        self._members.close()

    def _look(self, source: Source, path: str, member: str) -> "str | tuple[Shared, list[str], list[str]]":
        """Give the kind of container it is, or the shared header, own texts and notes of an instance."""
        if source.start[:4] in _ZIP_MARKS:
            if member:
                message = "This is a ZIP archive inside a ZIP archive."
                raise Refused(Reason.NOT_DICOM, message, hint="Unpack the outer one first.")
            return "zip"
        try:
            walked = self._walker.walk(source)
        except walker.NestedTooDeep as error:
            raise Refused(
                Reason.NESTED_TOO_DEEP, f"Sequences are nested more than {walker.MAX_DEPTH} levels deep."
            ) from error
        except walker.Unusual:
            walked = read_tolerantly(Place(Path(path), member))
        if walked.meta.sop_class_uid == MEDIA_DIRECTORY:
            return "dicomdir"
        shared = self._shared_of(walked)
        own = decode_plain(walked.values, _OWN_SLOTS)
        notes = list(shared[2])
        if source.start[128:132] != b"DICM":
            notes.append(
                "The file has no preamble and file meta information (PS3.10 7.1); it was read as a bare data set."
            )
        if not own[SOP_INSTANCE_UID]:
            own[SOP_INSTANCE_UID] = (walked.values[META_INSTANCE] or b"").rstrip(b" \0").decode("latin-1")
        if not own[SOP_INSTANCE_UID]:
            own[SOP_INSTANCE_UID] = instance_uid(self.digest(path, member))
            notes.append("SOP Instance UID is absent; one made of the content of the file stands in for it.")
        return shared, own, notes

    def _shared_of(self, walked: Walked) -> Shared:
        meta, values = walked
        fingerprint = (meta.transfer_syntax_uid, meta.sop_class_uid, *values[: len(SHARED)], values[CHARACTER_SET])
        shared = self._shared.get(fingerprint)
        if shared is None:
            if len(self._shared) >= _REMEMBERED:
                self._shared.clear()
            shared = self._shared[fingerprint] = _complete(meta, decode_values(values, _SHARED_SLOTS))
        return shared

    def digest(self, path: str, member: str = "", *, tell: Callable[[], None] | None = None) -> bytes:
        """Give the SHA-256 of the content of a file or entry; ``tell`` is called at every MiB, and may raise.

        Raises
        ------
        Refused
            If it cannot be read.
        """
        found = sha256()
        with (
            file_errors(),
            archive_errors(),
            self._members.open(path, member)[2] if member else Path(path).open("rb") as stream,
        ):
            while part := stream.read(1 << 20):
                found.update(part)
                if tell is not None:
                    tell()
        return found.digest()

    def _sort_in(self, found: "str | tuple[Shared, list[str], list[str]] | None", origin: Origin, batch: Batch) -> None:
        if found is None:
            return
        if isinstance(found, str):
            batch.containers.append((*origin, found))
            return
        (key, texts, _shared_notes), own, notes = found
        batch.headers[key] = texts
        batch.instances.append((*origin, key, *own, "\n".join(notes)))


def _complete(meta: Meta, texts: list[str]) -> Shared:
    """Fill in what a shared header must have: a SOP class where the file meta information knows it, and UIDs."""
    header = dict(zip(SHARED_FIELDS, (meta.transfer_syntax_uid, *texts), strict=True))
    notes = []
    if meta.syntax_is_guessed:
        notes.append("Transfer Syntax UID is absent; it was told from how the elements are written.")
    header["sop_class_uid"] = header["sop_class_uid"] or meta.sop_class_uid
    if not header["study_instance_uid"]:
        header["study_instance_uid"] = study_uid(header)
        notes.append(
            "Study Instance UID is absent; files that agree about patient, study date and study ID are one study."
        )
    if not header["series_instance_uid"]:
        header["series_instance_uid"] = series_uid(header)
        notes.append("Series Instance UID is absent; files that agree about modality and series number are one series.")
    values = tuple(header.values())
    return header_key(values), values, tuple(notes)


def refuse(origin: Origin, refusal: Refused, batch: Batch) -> None:
    """Put a refusal into the batch; its message begins with a capital letter and without the name of the file."""
    path, member, size, mtime_ns = origin
    if refusal.reason in PASSING:
        size = mtime_ns = NO_STAMP
    name = os.path.basename(os.fsdecode(path)) + (f"!{member}" if member else "")  # noqa: PTH119 - speed matters
    message = refusal.message.removeprefix(f"{name}: ")
    batch.refused.append(
        (path, member, size, mtime_ns, refusal.reason.value, message[:1].upper() + message[1:], refusal.hint)
    )


@contextmanager
def file_errors() -> Iterator[None]:
    """Turn what the system says about a file into a refusal."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        hint = "It may have been moved or deleted since its folder was listed."
        raise Refused(Reason.VANISHED, "There is no such file.", hint=hint) from error
    except PermissionError as error:
        hint = "Ask its owner for permission to read."
        raise Refused(Reason.NO_PERMISSION, "Reading it is not permitted.", hint=hint) from error
    except OSError as error:
        hint = "Check the disk, medium or network drive it lies on."
        raise Refused(Reason.READ_ERROR, f"The storage reported: {error.strerror or error}.", hint=hint) from error


def stamp_of(path: str) -> tuple[int, int]:
    """Give size in bytes and time of change in ns; NO_STAMP twice where they cannot be had."""
    try:
        status = os.stat(path)  # noqa: PTH116 - speed matters
    except OSError:
        return NO_STAMP, NO_STAMP
    return status.st_size, status.st_mtime_ns
