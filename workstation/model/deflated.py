"""Deflated datasets, inflated as far as they are asked for (PS3.5 A.5)."""

import io
import threading
import zlib
from typing import BinaryIO, cast

from workstation.model.refusal import Reason, Refused
from workstation.model.source import Source, Stream, too_much_inflated

INFLATED_LIMIT_BYTES = 1 << 30
"""A deflated dataset that grows beyond this is refused."""
_DEFLATE_RATIO = 1032  # no deflate stream grows faster (zlib's technical details)
_CHUNK = 1 << 20
_PACKED_PART = 16 << 20  # of a deflated dataset, fetched at a time: what follows its end is never read


class DeflatedSource:
    """The rest of another source from ``start``, inflated as far as it is asked for (PS3.5 A.5).

    Offsets of its streams count from the start of the inflated dataset.
    """

    def __init__(self, source: Source, start: int) -> None:
        self.name = source.name
        self._packed = source
        self._start = start
        self._inflater = _Inflater(source, start)

    def open(self) -> Stream:
        """Open the inflated bytes; they grow as they are read."""
        raw = cast(BinaryIO, io.BufferedReader(_InflatedRaw(self._inflater)))
        return Stream(raw, self._inflater.bound, self.name, limit=INFLATED_LIMIT_BYTES)

    def close(self) -> None:
        """Forget what was inflated."""
        self._inflater = _Inflater(self._packed, self._start)
        self._packed.close()


class _Inflater:
    """Inflates on demand into one buffer, shared by the streams over it; what is packed is read part by part."""

    def __init__(self, source: Source, start: int) -> None:
        self._engine = zlib.decompressobj(-zlib.MAX_WBITS)
        self._source = source
        self._next = start
        self._packed = b""
        self._name = source.name
        self._lock = threading.Lock()
        self._ended = False
        with source.open() as stream:
            self._size = stream.size
        self.bound = min((self._size - start) * _DEFLATE_RATIO, INFLATED_LIMIT_BYTES + 1)
        self.data = bytearray()

    def reach(self, end: int) -> None:
        """Inflate until there are ``end`` bytes, or no more."""
        with self._lock:
            while len(self.data) < end and not self._ended:
                self._step()

    def _fetch(self) -> None:
        with self._source.open() as stream:
            count = min(_PACKED_PART, self._size - self._next)
            self._packed = stream.take(self._next, count, "the deflated dataset")
        self._next += count

    def _step(self) -> None:
        if not self._packed and self._next < self._size:
            self._fetch()
        try:
            part = self._engine.decompress(self._packed, _CHUNK)
        except zlib.error as error:
            raise Refused(
                Reason.DAMAGED_DEFLATE,
                f"{self._name}: the deflated dataset is damaged after {len(self.data)} inflated bytes ({error}).",
                hint="Copy or request the file again.",
            ) from error
        self._packed = self._engine.unconsumed_tail
        self.data += part
        if len(self.data) > INFLATED_LIMIT_BYTES:
            raise too_much_inflated(self._name, INFLATED_LIMIT_BYTES)
        self._ended = self._engine.eof or (not part and not self._packed and self._next >= self._size)
        if self._ended and not self._engine.eof:
            raise Refused(
                Reason.DAMAGED_DEFLATE,
                f"{self._name}: the deflated dataset breaks off after {len(self.data)} inflated bytes.",
                hint="Copy or request the file again.",
            )


class _InflatedRaw(io.RawIOBase):
    def __init__(self, inflater: _Inflater) -> None:
        self._inflater = inflater
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]  # the stub's Buffer is 3.12 only
        self._inflater.reach(self._at + len(buffer))
        part = self._inflater.data[self._at : self._at + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._inflater.data)}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at
