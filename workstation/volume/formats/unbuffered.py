"""A file written past the system's cache of files, by threads that wait for the disk while more is read.

A file that has to be on the disk before it takes its name gains nothing from the cache: its bytes would be copied there
first, and then written all the same. Where the disk or the system cannot do without, the cache is used.
"""

import errno
import mmap
import os
import threading
from pathlib import Path
from queue import SimpleQueue

from workstation.quick_dataclass import dataclass

PIECE = 2 * 1024 * 1024
THREADS = 2
UNBUFFERED_FROM = 16 * 1024 * 1024
"""Smaller files are written sooner through the cache, bytes."""
BLOCK = 4096
"""Disks take whole blocks of memory that lie as they do; no disk in use has larger ones."""
_UNBUFFERED = getattr(os, "O_DIRECT", 0)


@dataclass(slots=True)
class _Piece:
    """Bytes of a file, where they begin in it, and how many there are."""

    memory: mmap.mmap
    offset: int = 0
    count: int = 0


class UnbufferedFile:
    """Writes a new file from its first byte to its last; ready on the disk but for its length when the block ends.

    Parameters
    ----------
    path
        What is there is overwritten.
    size
        Bytes that will be written.

    Raises
    ------
    OSError
        From any method, if something could not be written; what was is of no use then.
    """

    def __init__(self, path: Path, size: int) -> None:
        self._file = _opened(path, size)
        self._free: SimpleQueue[_Piece] = SimpleQueue()
        self._full: SimpleQueue[_Piece | None] = SimpleQueue()
        self._failed: list[OSError] = []
        self._threads = [threading.Thread(target=self._work, name=f"writing {n}") for n in range(THREADS)]
        for _ in range(THREADS + 1):
            self._free.put(_Piece(mmap.mmap(-1, PIECE)))
        self._piece: _Piece | None = None
        self._written = 0

    def __enter__(self) -> "UnbufferedFile":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        try:
            if kind is None and self._piece is not None:
                self._hand_over(self._piece)
            for _ in self._threads:
                self._full.put(None)
            for thread in self._threads:
                thread.join()
            if kind is None:
                self._check()
                os.ftruncate(self._file, self._written)  # the last block was written whole
        finally:
            os.close(self._file)

    def write(self, data: bytes | bytearray) -> None:
        """Add bytes, which are copied; those of earlier calls may be on their way still."""
        view = memoryview(data)
        while view:
            piece = self._piece or self._next()
            room = view[: PIECE - piece.count]
            piece.memory[piece.count : piece.count + len(room)] = room
            piece.count += len(room)
            self._written += len(room)
            view = view[len(room) :]
            if piece.count == PIECE:
                self._hand_over(piece)

    def _next(self) -> _Piece:
        self._check()
        self._piece = piece = self._free.get()
        piece.offset, piece.count = self._written, 0
        return piece

    def _hand_over(self, piece: _Piece) -> None:
        self._full.put(piece)
        self._piece = None

    def _check(self) -> None:
        if self._failed:
            raise self._failed[0]

    def _work(self) -> None:
        while (piece := self._full.get()) is not None:
            try:
                if not self._failed:
                    self._put(piece)
            except OSError as error:
                self._failed.append(error)
            self._free.put(piece)

    def _put(self, piece: _Piece) -> None:
        count = -(-piece.count // BLOCK) * BLOCK
        done, is_refused = 0, False
        while done < count:
            with memoryview(piece.memory)[done:count] as part:
                try:
                    done += os.pwrite(self._file, part, piece.offset + done)
                except OSError as error:
                    if error.errno != errno.EINVAL or is_refused:
                        raise
                    is_refused = True
                    self._use_the_cache()

    def _use_the_cache(self) -> None:
        """Go on through the cache: the disk wants larger blocks, or took a part of one."""
        import fcntl

        fcntl.fcntl(self._file, fcntl.F_SETFL, fcntl.fcntl(self._file, fcntl.F_GETFL) & ~_UNBUFFERED)


def _opened(path: Path, size: int) -> int:
    """Open a file for writing, past the cache unless it is small or its file system knows no other way."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
    try:
        file = os.open(path, flags | (_UNBUFFERED if size >= UNBUFFERED_FROM else 0), 0o666)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        file = os.open(path, flags, 0o666)
    try:
        os.ftruncate(file, size)  # its length is known once, not anew with each piece
    except OSError:
        os.close(file)
        raise
    return file
