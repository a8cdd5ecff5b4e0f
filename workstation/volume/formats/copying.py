"""Plain slices copied into a NIfTI file as they are: no voxel is looked at that need not be, and numpy is not loaded.

Most exports are of uncompressed slices whose stored values are what NIfTI stores, too, with the line to modality
values beside them. For them an export is copying, and takes as long as that.
"""

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import workstation
from workstation.model.frame_parts import PixelDescription
from workstation.model.geometry import Plane, offset_mm
from workstation.model.index.records import FrameRef, Stack
from workstation.model.instance_plane import plane_of
from workstation.model.pixel_location import Meaning, PixelLocation, locate_pixels
from workstation.model.single_slice import thickness_of
from workstation.model.slice_spacing import slice_spacing
from workstation.model.stacks import from_other_end
from workstation.quick_dataclass import dataclass
from workstation.volume.formats.layout import Layout, affine_of_planes
from workstation.volume.formats.nifti import MOST_ALONG, nifti_header
from workstation.whole_files import whole_file

Report = Callable[[int, int], None]

BUFFERS = 3


@dataclass(frozen=True, slots=True)
class PlainSlices:
    """Slices in the order in which they are copied, and where their pixels lie."""

    frames: tuple[FrameRef, ...]
    locations: tuple[PixelLocation, ...]
    layout: Layout


class _Odd(Exception):
    """A slice is not what its header says: the general way knows what to make of it."""


def copy_as_nifti(
    stacks: Sequence[Stack], path: Path, *, time_step_s: float = 0.0, report: Report | None = None
) -> Layout | None:
    """Write a stack, or stacks at different times, as NIfTI without compression, if nothing but copying is needed.

    Parameters
    ----------
    stacks
        Of volumes.
    report
        Called with (slices done, slices); it may raise `Cancelled`, and nothing is left behind.

    Returns
    -------
    Layout or None
        None, and no file, where slices are compressed, unevenly spaced, sheared, or odd in any other way.

    Raises
    ------
    UserError
        If the file cannot be written.
    """
    if not hasattr(os, "preadv"):
        return None
    found = [plain_slices(stack) for stack in stacks]
    plain = [each for each in found if each is not None]
    if len(plain) < len(found) or any(each.layout != plain[0].layout for each in plain):
        return None
    layout = replace(plain[0].layout, times=len(stacks), time_step_s=time_step_s)
    frames = [frame for each in plain for frame in each.frames]
    locations = [location for each in plain for location in each.locations]
    header = nifti_header(layout, software=f"Workstation {workstation.__version__}")
    try:
        with whole_file(path) as temporary, temporary.open("wb", buffering=0) as stream:
            stream.write(header)
            _copy(frames, locations, stream.fileno(), report)
    except _Odd:
        return None
    return layout


def plain_slices(stack: Stack) -> PlainSlices | None:
    """Find the pixels of the slices of a stack; None where they cannot be copied as they are."""
    planes = [plane_of(frame.instance) for frame in stack.frames]
    placed = [plane for plane in planes if plane is not None]
    if not (stack.is_volume or len(stack.frames) == 1) or len(placed) < len(planes) or not placed:
        return None
    if offset_mm(placed[0]) > offset_mm(placed[-1]):
        stack, placed = from_other_end(stack), placed[::-1]
    if not slice_spacing([offset_mm(plane) for plane in placed]).is_even:
        return None
    locations = _located(stack.frames)
    if locations is None:
        return None
    thickness_mm, _ = thickness_of(stack.frames[0])
    layout = _layout(locations[0].meaning, placed, thickness_mm)
    if layout is None or layout.is_sheared or max(layout.shape_ijk) > MOST_ALONG:
        return None
    return PlainSlices(stack.frames, tuple(locations), layout)


def _located(frames: Sequence[FrameRef]) -> list[PixelLocation] | None:
    found: list[PixelLocation] = []
    for frame in frames:
        place = frame.instance.place
        if place.member or frame.number or frame.instance.number_of_frames > 1:
            return None
        try:
            file = os.open(place.path, os.O_RDONLY)
            try:
                location = locate_pixels(file)
            finally:
                os.close(file)
        except OSError:
            return None
        if location is None or location.length is None or location.meaning != (found or [location])[0].meaning:
            return None
        found.append(location)
    return found


def _layout(meaning: Meaning, planes: Sequence[Plane], thickness_mm: float) -> Layout | None:
    description = meaning.description
    kind = _kind(description)
    if kind is None:
        return None
    shape = (description.columns, description.rows, len(planes))
    affine = affine_of_planes(planes[0], planes[-1], len(planes), thickness_mm=thickness_mm)
    return Layout(shape, kind, affine, meaning.slope, meaning.intercept, meaning.unit)


def _kind(description: PixelDescription) -> str | None:
    """Give the type of stored values whose bits need no arithmetic."""
    bits, stored, is_signed = description.bits_allocated, description.bits_stored, description.is_signed
    if bits == 8 and stored == 8 and not is_signed:
        return "uint8"
    if bits == 16 and (stored == 16 or not is_signed):
        return "uint16" if stored == 16 and not is_signed else "int16"
    return None


def _copy(frames: Sequence[FrameRef], locations: Sequence[PixelLocation], target: int, report: Report | None) -> None:
    """Copy slices one after the other; while one is written by a thread, the pixels in it are looked at."""
    description = locations[0].meaning.description
    count = description.rows * description.columns * description.bits_allocated // 8
    unused = _unused(description)
    with _Writer(target, count) as writer:
        for done, (frame, location) in enumerate(zip(frames, locations, strict=True)):
            if report is not None and done % 16 == 0:
                report(done, len(frames))
            buffer = writer.free()
            _read(frame, location.offset, buffer)
            writer.write(buffer)
            if unused and not buffer[1::2].translate(unused).isascii():
                raise _Odd
    if report is not None:
        report(len(frames), len(frames))


class _Writer:
    """Writes buffers to a file in a thread, in order.

    Parameters
    ----------
    target
        The file.
    count
        Bytes of a buffer.
    """

    def __init__(self, target: int, count: int) -> None:
        self._target = target
        self._free: SimpleQueue[bytearray] = SimpleQueue()
        self._waiting: SimpleQueue[bytearray | None] = SimpleQueue()
        self._failed: list[OSError] = []
        for _ in range(BUFFERS):
            self._free.put(bytearray(count))
        self._thread = threading.Thread(target=self._work, name="copying")

    def __enter__(self) -> "_Writer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.put(None)
        self._thread.join()
        self._check()

    def free(self) -> bytearray:
        """Give a buffer that is no longer needed; raises what went wrong with those before."""
        buffer = self._free.get()
        self._check()
        return buffer

    def write(self, buffer: bytearray) -> None:
        """Have a buffer written; it may be read meanwhile."""
        self._waiting.put(buffer)

    def _check(self) -> None:
        if self._failed:
            raise self._failed[0]

    def _work(self) -> None:
        while (buffer := self._waiting.get()) is not None:
            try:
                if not self._failed:
                    _write_all(self._target, buffer)
            except OSError as error:
                self._failed.append(error)
            self._free.put(buffer)


def _unused(description: PixelDescription) -> bytes:
    """Give a table that makes the upper byte of a pixel ASCII only where no bit beyond the stored ones is set.

    Overlays of old stand in these bits. Empty where all bits are stored. This way a slice is looked at in a sixth of a
    millisecond, and numpy is not loaded.
    """
    if description.bits_allocated != 16 or description.bits_stored == 16:
        return b""
    allowed = 1 << max(description.bits_stored - 8, 0)
    return bytes(allowed) + bytes([0x80]) * (256 - allowed)


def _read(frame: FrameRef, offset: int, buffer: bytearray) -> None:
    try:
        file = os.open(frame.instance.place.path, os.O_RDONLY)
    except OSError as error:
        raise _Odd from error
    try:
        if os.preadv(file, [buffer], offset) != len(buffer):
            raise _Odd
    finally:
        os.close(file)


def _write_all(target: int, buffer: bytearray) -> None:
    view = memoryview(buffer)
    while view:
        view = view[os.write(target, view) :]
