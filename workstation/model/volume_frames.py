"""The slices of a volume through the general reader: for everything that is not plain, and for enhanced images."""

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workstation.errors import UserError
from workstation.model.frame import Frame, ModalityTransform
from workstation.model.geometry import Plane
from workstation.model.image import Image
from workstation.model.index.records import FrameRef, Instance, Place
from workstation.model.instance_plane import plane_of
from workstation.model.mosaic import Tile, cut_out
from workstation.model.refusal import Reason, Refused
from workstation.model.slice_lines import Line
from workstation.model.volume_pixels import Report, Voxels, run_slices, shift_for, shifted
from workstation.model.voxel_memory import voxel_array


class _Mixed(Exception):
    """The frames differ in type or in their way to modality values."""


class Images:
    """The images of a stack: a multi-frame one stays open, of single ones each is opened for its frame."""

    def __init__(self) -> None:
        self._open: dict[Place, Image] = {}
        self.lines: dict[tuple[Place, int], Line] = {}
        """What is known of the way to modality values of each frame that was decoded, by its file and number."""
        self._lock = threading.Lock()
        self._mosaic: tuple[Place, Frame] | None = None

    def frame(self, frame: FrameRef) -> Frame:
        """Decode a frame."""
        if isinstance(frame, Tile):
            return cut_out(self._whole_of(frame), frame)
        if frame.instance.number_of_frames > 1:
            return self._decoded(self._image(frame.instance), frame)
        with Image.open(frame.instance.place) as image:
            return self._decoded(image, frame)

    def _whole_of(self, tile: Tile) -> Frame:
        """Give the mosaic of a tile, which stays in memory until another is asked for."""
        place = tile.instance.place
        with self._lock:
            if self._mosaic is None or self._mosaic[0] != place:
                with Image.open(place) as image:
                    self._mosaic = place, self._decoded(image, FrameRef(tile.instance))
            self.lines[place, tile.number] = self.lines[place, 0]
            return self._mosaic[1]

    def _decoded(self, image: Image, frame: FrameRef) -> Frame:
        found = image.frame(frame.number)
        self.lines[frame.instance.place, frame.number] = Line(
            found.modality.unit,
            image.rescale_doubts(frame.number),
            (found.modality.slope, found.modality.intercept),
            is_given=image.has_rescale(frame.number),
        )
        return found

    def plane(self, frame: FrameRef) -> Plane | None:
        """Give the plane of a frame: from the header record, or from the functional groups of an enhanced image."""
        if frame.instance.number_of_frames > 1:
            return self._image(frame.instance).plane(frame.number)
        if (known := plane_of(frame.instance)) is not None:
            return known
        try:
            with Image.open(frame.instance.place) as image:
                return image.plane()
        except Refused:
            return None

    def _image(self, instance: Instance) -> Image:
        with self._lock:
            image = self._open.get(instance.place)
            if image is None:
                image = self._open[instance.place] = Image.open(instance.place)
            return image

    def close(self) -> None:
        """Close all."""
        for image in self._open.values():
            image.close()


def read_frames(
    frames: Sequence[FrameRef], images: Images, *, threads: int, report: Report | None, colour: bool = False
) -> Voxels:
    """Read slices of any kind: stored values where all agree in type and rescaling, otherwise modality values.

    Parameters
    ----------
    colour
        Whether slices may be RGB: (slices, rows, columns, 3).

    Raises
    ------
    UserError
        If no frame can be read, they are coloured, differ in size, or have another size than the index says.
    Cancelled
        If ``report`` raises it.
    """
    first = _first_readable(frames, images)
    _check_recorded(frames[0].instance, first)
    if first.is_colour and not colour:
        raise UserError("Coloured images make no volume.", hint="Look at them one by one.")
    try:
        if first.modality.lut is None:
            return _read_alike(frames, images, first, threads=threads, report=report)
    except _Mixed:
        pass
    values: NDArray[np.float32] = voxel_array((len(frames), *first.pixels.shape), np.float32)

    def read(index: int) -> None:
        frame = images.frame(frames[index])
        values[index] = _checked(frame, first).modality_values()

    lost = run_slices(read, len(frames), threads=threads, chunk=1, report=report)
    return Voxels(values, unit=first.modality.unit, lost=lost)


def _first_readable(frames: Sequence[FrameRef], images: Images) -> Frame:
    refused: Refused | None = None
    for frame in frames:
        try:
            return images.frame(frame)
        except Refused as error:
            refused = refused or error
    if refused is None:
        raise UserError("There are no images to make a volume of.")
    raise refused


def _check_recorded(instance: Instance, first: Frame) -> None:
    """Memory was granted for the size in the index; a file that has another by now is not read into it."""
    if first.pixels.shape[:2] != (instance.rows, instance.columns):
        raise Refused(
            Reason.CHANGED,
            f"{instance.place.path.name}: it has {first.pixels.shape[1]} x {first.pixels.shape[0]} pixels, not the "
            f"{instance.columns} x {instance.rows} that were found before.",
            hint="Open the folder again.",
        )


def _checked(frame: Frame, first: Frame) -> Frame:
    if frame.pixels.shape != first.pixels.shape:
        raise UserError(
            f"Images of {frame.pixels.shape[1]} x {frame.pixels.shape[0]} and of "
            f"{first.pixels.shape[1]} x {first.pixels.shape[0]} pixels make no volume.",
            hint="Choose a stack of images of one size.",
        )
    return frame


def _read_alike(
    frames: Sequence[FrameRef], images: Images, first: Frame, *, threads: int, report: Report | None
) -> Voxels:
    line = first.modality
    array = voxel_array((len(frames), *first.pixels.shape), first.pixels.dtype)
    shift = None if first.is_colour else shift_for(array, line.slope, line.intercept)

    def read(index: int) -> None:
        frame = _checked(images.frame(frames[index]), first)
        if frame.pixels.dtype != array.dtype or not _same_line(frame.modality, line):
            raise _Mixed
        array[index] = frame.pixels
        if shift is not None:
            shift.apply(index, array[index])

    lost = run_slices(read, len(frames), threads=threads, chunk=1, report=report)
    if shift is None or not shift.settle(array):
        return Voxels(array, line.slope, line.intercept, line.unit, shifted(first.padding, 0), lost)
    return Voxels(array.view(np.int16), 1.0, 0.0, line.unit, shifted(first.padding, shift.by), lost)


def _same_line(one: ModalityTransform, other: ModalityTransform) -> bool:
    return one.lut is None and (one.slope, one.intercept) == (other.slope, other.intercept)
