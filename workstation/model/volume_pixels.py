"""The pixels of the slices of a volume, read straight into one array."""

import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field, replace
from queue import SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.model.index.records import FrameRef, Place
from workstation.model.pixel_location import Meaning, PixelLocation, locate_pixels, single_frame
from workstation.model.pixels.decoders import decode_into
from workstation.model.pixels.description import stored_dtype
from workstation.model.pixels.native import stored_values
from workstation.model.refusal import Reason, Refused
from workstation.model.source import storage_errors
from workstation.model.voxel_memory import voxel_array
from workstation.quick_dataclass import dataclass

NICENESS = 10
"""Decoding threads give way to the window: a smoother event loop, and no loss where no other program works.

Reading raw pixels is over so soon that it needs none."""

RAW_SLICES_A_TASK = 16
INT16 = np.iinfo(np.int16)

Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Voxels:
    """Read pixels: modality value = ``array_kji * slope + intercept``.

    ``padding`` is the range of values in ``array_kji`` that are padding, both inclusive. Slices that could not be read
    are in ``lost`` with the reason; their voxels are undefined.
    """

    array_kji: NDArray[Any]
    slope: float = 1.0
    intercept: float = 0.0
    unit: str = ""
    padding: tuple[float, float] | None = None
    lost: dict[int, Refused] = field(default_factory=dict)


def locate_all(frames: Sequence[FrameRef]) -> list[PixelLocation] | None:
    """Find the pixels of every slice; None where one of them is not plain, or they differ in what their bits mean."""
    found: list[PixelLocation] = []
    for frame in frames:
        place = frame.instance.place
        if frame.number or place.member or frame.instance.number_of_frames > 1 or not hasattr(os, "preadv"):
            return None
        try:
            file = _open(place)
            try:
                location = locate_pixels(file)
            finally:
                os.close(file)
        except OSError:
            return None
        if location is None or not _is_as_recorded(frame, location.meaning):
            return None
        if found and not _alike(location.meaning, found[0].meaning):
            return None
        found.append(location)
    return None if _misses_lines([each.meaning for each in found]) else found


def _is_as_recorded(frame: FrameRef, meaning: Meaning) -> bool:
    """Tell whether the file still has the size that memory was granted for."""
    size = (meaning.description.rows, meaning.description.columns)
    return size == (frame.instance.rows, frame.instance.columns)


def _misses_lines(meanings: Sequence[Meaning]) -> bool:
    """Tell whether some slices have no rescale line, while those of others change their values."""
    given = {each.is_rescaled for each in meanings}
    return len(given) > 1 and len({(each.slope, each.intercept) for each in meanings}) > 1


def _alike(one: Meaning, other: Meaning) -> bool:
    if one is other:
        return True
    plain = replace(one.description, transfer_syntax_uid=other.description.transfer_syntax_uid)
    return plain == other.description and one.unit == other.unit


def _open(place: Place) -> int:
    return os.open(place.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))


def read_located(
    frames: Sequence[FrameRef], locations: Sequence[PixelLocation], *, threads: int, report: Report | None
) -> Voxels:
    """Read plain slices; raises `Cancelled` where ``report`` does."""
    first = locations[0].meaning
    shape = (len(frames), first.description.rows, first.description.columns)
    if len({(location.meaning.slope, location.meaning.intercept) for location in locations}) > 1:
        return _read_lines(frames, locations, voxel_array(shape, np.float32), threads=threads, report=report)
    array = voxel_array(shape, stored_dtype(first.description))
    shift = shift_for(array, first.slope, first.intercept)

    def read(index: int) -> None:
        _read_stored(frames[index].instance.place, locations[index], array[index])
        if shift is not None:
            shift.apply(index, array[index], first)

    native = all(location.length is not None for location in locations)
    lost = run_slices(read, len(frames), threads=threads, chunk=RAW_SLICES_A_TASK if native else 1, report=report)
    if shift is None or not shift.settle(array):
        return Voxels(array, first.slope, first.intercept, first.unit, shifted(first.padding, 0), lost)
    return Voxels(array.view(np.int16), 1.0, 0.0, first.unit, shifted(first.padding, shift.by), lost)


def shift_for(array: NDArray[Any], slope: float, intercept: float) -> "Shift | None":
    """Give what adds the intercept in place; None where there is nothing to add, or it is not whole."""
    whole = slope == 1.0 and intercept.is_integer() and intercept != 0 and abs(intercept) < INT16.max
    return Shift(int(intercept)) if whole and array.dtype.kind in "iu" and array.dtype.itemsize == 2 else None


def shifted(padding: tuple[int, int] | None, by: int) -> tuple[float, float] | None:
    """Give the range of padding after a shift."""
    return None if padding is None else (padding[0] + by, padding[1] + by)


class Shift:
    """Adds the intercept to slices in place while they are in the processor's cache, as long as all fit int16."""

    def __init__(self, by: int) -> None:
        self.by = by
        self._done: list[int] = []
        self._fits = True

    def apply(self, index: int, words: NDArray[Any], meaning: Meaning | None = None) -> None:
        """Shift one slice, or find that it does not fit; ``meaning`` may spare a look at every pixel."""
        if not self._fits:
            return
        lowest, highest = _bounds(words, meaning, self.by)
        if lowest + self.by < INT16.min or highest + self.by > INT16.max:
            self._fits = False
            return
        signed = words.view(np.int16)
        np.add(signed, np.int16(self.by), out=signed)
        self._done.append(index)

    def settle(self, array: NDArray[Any]) -> bool:
        """Tell whether all slices are shifted; where one did not fit, take the shift off the others again."""
        if self._fits:
            return True
        for index in self._done:
            signed = array[index].view(np.int16)
            np.subtract(signed, np.int16(self.by), out=signed)
        return False


def _bounds(words: NDArray[Any], meaning: Meaning | None, by: int) -> tuple[int, int]:
    """Give the extremes of a slice as far as they matter for a shift: by the bits stored where these are few enough."""
    if meaning is None:
        return int(words.min()), int(words.max())
    bits, signed = meaning.description.bits_stored, meaning.description.is_signed
    lowest, highest = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    if lowest + by < INT16.min and signed:
        lowest = int(words.min())
    if highest + by > INT16.max:
        highest = int(words.max())
    return lowest, highest


def _read_stored(place: Place, location: PixelLocation, out: NDArray[Any]) -> None:
    description = location.meaning.description
    if location.length is None:
        decode_into(description, _compressed_frame(place, location.offset), out)
        return
    with storage_errors(place.path.name):
        file = _open(place)
        try:
            _read_raw(file, location.offset, out, place)
        finally:
            os.close(file)
    if (values := stored_values(description, out)) is not out:
        out[...] = values


def _compressed_frame(place: Place, offset: int) -> bytes:
    with storage_errors(place.path.name):
        data = single_frame(place.path.read_bytes(), offset)
    if data is None:
        raise Refused(
            Reason.DAMAGED_PIXELS,
            f"{place.path.name}: the fragments of its compressed pixels are not in order.",
            hint="Copy or request the file again.",
        )
    return data


def _read_raw(file: int, offset: int, out: NDArray[Any], place: Place) -> None:
    view = out.reshape(-1).view(np.uint8).data
    done = 0
    while done < len(view):
        count = os.preadv(file, [view[done:]], offset + done)
        if count == 0:
            raise Refused(
                Reason.CHANGED,
                f"{place.path.name}: the file became shorter while it was read.",
                hint="Wait until it is written, then open it again.",
            )
        done += count
    if sys.byteorder == "big":
        out.byteswap(inplace=True)


def _read_lines(
    frames: Sequence[FrameRef],
    locations: Sequence[PixelLocation],
    values: NDArray[np.float32],
    *,
    threads: int,
    report: Report | None,
) -> Voxels:
    """Read slices that each have their own rescale line (PET) as modality values."""

    def read(index: int) -> None:
        meaning = locations[index].meaning
        stored = np.empty(values.shape[1:], stored_dtype(meaning.description))
        _read_stored(frames[index].instance.place, locations[index], stored)
        np.multiply(stored, np.float32(meaning.slope), out=values[index], casting="unsafe")
        if meaning.intercept:
            values[index] += np.float32(meaning.intercept)

    lost = run_slices(read, len(frames), threads=threads, chunk=RAW_SLICES_A_TASK, report=report)
    return Voxels(values, unit=locations[0].meaning.unit, lost=lost)


def run_slices(
    read: Callable[[int], None], count: int, *, threads: int, chunk: int, report: Report | None
) -> dict[int, Refused]:
    """Do ``read`` for each slice, in threads, and give those that were refused.

    Parameters
    ----------
    chunk
        Slices that a thread does before it asks for more: 1 where each takes long, which then gives way to others.
    report
        Called with (done, count) on this thread; what it raises stops the others.
    """
    lost: dict[int, Refused] = {}

    def read_chunk(part: range) -> None:
        for index in part:
            try:
                read(index)
            except Refused as refused:
                lost[index] = refused

    chunks = [range(start, min(start + chunk, count)) for start in range(0, count, chunk)]
    if threads < 2 or len(chunks) < 2:
        for part in chunks:
            read_chunk(part)
            if report is not None:
                report(part.stop, count)
        return lost
    # A queue, not futures: waiting for the first of some hundreds costs as much as decoding a tenth of them.
    left, finished, is_over = iter(chunks), SimpleQueue[int | BaseException](), threading.Event()

    def work() -> None:
        try:
            for part in left:
                if is_over.is_set():
                    return
                read_chunk(part)
                finished.put(len(part))
        except BaseException as error:  # noqa: BLE001 - raised again on the thread that waits
            finished.put(error)

    with ThreadPoolExecutor(threads, "volume", initializer=_give_way if chunk == 1 else None) as pool:
        for _ in range(threads):
            pool.submit(work)
        try:
            _collect(finished, count, report)
        finally:
            is_over.set()
    return lost


def _collect(finished: "SimpleQueue[int | BaseException]", count: int, report: Report | None) -> None:
    done = 0
    while done < count:
        outcome = finished.get()
        if isinstance(outcome, BaseException):
            raise outcome
        done += outcome
        if report is not None:
            report(done, count)


def _give_way() -> None:
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
