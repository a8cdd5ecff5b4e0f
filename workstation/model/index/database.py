"""The SQLite file behind a library: opened safely, for its user alone, and its errors in words."""

import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from workstation.errors import UserError
from workstation.model.index.schema import APPLICATION_ID, TABLES, VERSION

BUSY_TIMEOUT_S = 20.0
_MAGIC = b"SQLite format 3\0"
_APPLICATION_ID_AT = 68  # in the header of an SQLite file (https://www.sqlite.org/fileformat.html, 1.3)
_FULL, _CORRUPT, _NO_DATABASE, _BUSY, _LOCKED, _READ_ONLY, _IO, _CANNOT_OPEN = 13, 11, 26, 5, 6, 8, 10, 14


class DamagedLibrary(UserError):
    """The file is a library, but its content is damaged."""


def connect(path: Path | None) -> sqlite3.Connection:
    """Open a library's database, or make it; in memory where there is no path.

    Raises
    ------
    DamagedLibrary
        If it is damaged.
    UserError
        If it is no library, from a newer version, or cannot be opened.
    """
    if path is None:
        connection = _connect(":memory:")
        _create(connection)
        return connection
    _make_private(path)
    if _mark_of(path).exists():
        raise DamagedLibrary(f"{_name(path)} is damaged.")
    with database_errors(path):
        connection = _connect(str(path))
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def _connect(name: str) -> sqlite3.Connection:
    # The library has a lock of its own, so that jobs may use it from their threads.
    connection = sqlite3.connect(name, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA secure_delete = ON")  # a patient who was removed is not to be found in the file
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    # In one transaction: another program may make the library between one look and the next.
    connection.execute("BEGIN")
    (has_tables,) = connection.execute("SELECT EXISTS (SELECT 1 FROM sqlite_master)").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    connection.execute("COMMIT")
    if version > VERSION and application == APPLICATION_ID:
        raise UserError(
            f"The library {path} was written by a newer version of this program.",
            hint="Update the program, or choose another library with --library.",
        )
    is_new = application == 0 and not has_tables
    if application != APPLICATION_ID and not is_new:
        raise _no_library(path)
    _use_write_ahead_log(connection)
    if is_new:
        _create(connection)
    connection.execute("SELECT (SELECT max(key) FROM header), (SELECT max(rowid) FROM file)").fetchone()


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    # Another program that opens the same new file holds the lock for a moment, and SQLite does not wait for this one.
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (_BUSY, _LOCKED) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _create(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            return  # another program was quicker
        for statement in TABLES:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Do all of what follows or, if it fails or is killed, nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # SQLite rolls back by itself when the disk is full
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _make_private(path: Path) -> None:
    """Make the folder and the file, if need be, readable for the user alone; SQLite's other files follow its mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        if not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise UserError(
            f"The library {path} cannot be opened for writing: {error.strerror or error}.",
            hint="Choose another place with --library.",
        ) from error


def looks_like_library(path: Path) -> bool:
    """Tell whether a file bears the mark of a library, whatever has become of the rest of it."""
    with path.open("rb") as stream:
        start = stream.read(_APPLICATION_ID_AT + 4)
    return start.startswith(_MAGIC) and start[_APPLICATION_ID_AT:] == APPLICATION_ID.to_bytes(4)


def mark_damaged(path: Path) -> None:
    """Leave a note beside a library that was found damaged in use, so that whoever opens it next sets it aside."""
    with suppress(OSError):
        _mark_of(path).touch(mode=0o600)


def _mark_of(path: Path) -> Path:
    return path.with_name(path.name + ".damaged")


def set_aside(path: Path) -> Path:
    """Rename a damaged library with all its parts, and give its new name."""
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.stem}-damaged-{stamp}{path.suffix}")
    for part in ("-wal", "-shm", ""):
        source = path.with_name(path.name + part)
        if source.exists():
            source.rename(aside.with_name(aside.name + part))
    _mark_of(path).unlink(missing_ok=True)
    return aside


def _no_library(path: Path) -> UserError:
    return UserError(
        f"{path} is not a library of this program; it was left as it is.",
        hint="Name another file with --library; it is made if it does not exist.",
    )


@contextmanager
def database_errors(path: Path | None) -> Iterator[None]:
    """Turn what SQLite says into what a user can understand."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explained(error, path) from error


@contextmanager
def damaged_rows(path: Path | None) -> Iterator[None]:
    """Take rows that no records can be made of for what they are: damage that SQLite did not notice."""
    try:
        yield
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise DamagedLibrary(f"{_name(path)} is damaged: what it holds makes no sense.") from error


def _name(path: Path | None) -> str:
    return f"The library {path}" if path else "The library in memory"


def _explained(error: sqlite3.Error, path: Path | None) -> Exception:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    name = _name(path)
    room = "Make room on that disk and add the files again; what was stored before is safe."
    if code == _FULL:
        return UserError(f"{name} cannot be written: the disk is full.", hint=room)
    if code == _IO:
        return UserError(f"{name} cannot be read or written: the disk reported an error or is full.", hint=room)
    if code in (_BUSY, _LOCKED):
        return UserError(f"{name} is in use by another program.", hint="Wait until that has finished, and try again.")
    if code == _READ_ONLY:
        return UserError(f"{name} cannot be written: it is read-only.", hint="Choose another place with --library.")
    if code == _CANNOT_OPEN:
        return UserError(f"{name} cannot be opened.", hint="Choose another place with --library.")
    if code == _NO_DATABASE and path is not None and not looks_like_library(path):
        return _no_library(path)
    if code in (_CORRUPT, _NO_DATABASE) or (isinstance(error, sqlite3.DatabaseError) and code in (0, 1)):
        return DamagedLibrary(f"{name} is damaged ({error}).")
    return error
