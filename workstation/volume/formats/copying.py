"""Plain slices copied into a NIfTI file as they are: no voxel is looked at that need not be, and numpy is not loaded.

Most exports are of uncompressed slices whose stored values are what NIfTI stores, too, with the line to modality
values beside them. For them an export is copying, and takes as long as that.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import workstation
from workstation.model.frame_parts import PixelDescription
from workstation.model.geometry import Plane, offset_mm
from workstation.model.index.records import FrameRef, Stack
from workstation.model.instance_plane import plane_of
from workstation.model.pixel_location import Meaning, PixelLocation, locate_pixels
from workstation.model.single_slice import thickness_of
from workstation.model.slice_places import place_notes
from workstation.model.slice_spacing import slice_spacing
from workstation.model.stacks import from_other_end
from workstation.quick_dataclass import dataclass
from workstation.volume.formats.layout import Layout, affine_of_planes
from workstation.volume.formats.nifti import MOST_ALONG, nifti_header
from workstation.volume.formats.unbuffered import UnbufferedFile
from workstation.whole_files import whole_file

Report = Callable[[int, int], None]

CHUNK = 128 * 1024
"""Bytes that are read, looked at and written before the next.

They stay in the processor's cache, and are few enough for Python to use the same memory again: copies of a whole slice
are given back to the system and asked for anew, page by page, which took longer than looking at them.
"""


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
        size = len(header) + len(frames) * _slice_bytes(locations[0].meaning.description)
        with whole_file(path) as temporary, UnbufferedFile(temporary, size) as file:
            file.write(header)
            _copy(frames, locations, file, report)
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
    if not slice_spacing([offset_mm(plane) for plane in placed]).is_even or place_notes(placed):
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


def _copy(
    frames: Sequence[FrameRef], locations: Sequence[PixelLocation], file: UnbufferedFile, report: Report | None
) -> None:
    """Copy slices one after the other; while those before are written, the pixels of one are looked at."""
    description = locations[0].meaning.description
    unused, buffers = _unused(description), _buffers(_slice_bytes(description))
    for done, (frame, location) in enumerate(zip(frames, locations, strict=True)):
        if report is not None and done % 16 == 0:
            report(done, len(frames))
        with _opened(frame) as source:
            at = location.offset
            for buffer in buffers:
                if os.preadv(source, [buffer], at) != len(buffer):
                    raise _Odd
                if unused and not buffer[1::2].translate(unused).isascii():
                    raise _Odd
                file.write(buffer)
                at += len(buffer)
    if report is not None:
        report(len(frames), len(frames))


def _buffers(size: int) -> list[bytearray]:
    """Give memory for the parts of a slice one after the other, which is the same for all but the last part."""
    whole, rest = bytearray(CHUNK), size % CHUNK
    return [whole] * (size // CHUNK) + ([bytearray(rest)] if rest else [])


def _slice_bytes(description: PixelDescription) -> int:
    return description.rows * description.columns * description.bits_allocated // 8


def _unused(description: PixelDescription) -> bytes:
    """Give a table that makes the upper byte of a pixel ASCII only where no bit beyond the stored ones is set.

    Overlays of old stand in these bits. Empty where all bits are stored. This way a slice is looked at in a sixth of a
    millisecond, and numpy is not loaded.
    """
    if description.bits_allocated != 16 or description.bits_stored == 16:
        return b""
    allowed = 1 << max(description.bits_stored - 8, 0)
    return bytes(allowed) + bytes([0x80]) * (256 - allowed)


@contextmanager
def _opened(frame: FrameRef) -> Iterator[int]:
    try:
        file = os.open(frame.instance.place.path, os.O_RDONLY)
    except OSError as error:
        raise _Odd from error
    try:
        yield file
    finally:
        os.close(file)
