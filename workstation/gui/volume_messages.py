"""What stands in place of a volume that is not seen: it is being read, it could not be read, or there is none."""

from workstation.errors import Cancelled, UserError
from workstation.gui.canvas.objects import about, describe_object
from workstation.gui.canvas.scene import Message
from workstation.model.index.records import Series, Stack
from workstation.model.mosaic import is_untold

MOSAIC = "Its images are mosaics: each holds the slices of a volume side by side, and is shown as the image that it is."
MOSAIC_HINT = "The commands of 3d take them apart, such as: dicom-3d export FOLDER -o volume.nii"


def why_none(series: Series | None, stack: Stack | None, *, nothing: str, not_shown: str) -> Message:
    """Say why there is no volume, and what to do; ``nothing`` where nothing is chosen."""
    hint = "Choose a series of several slices in the browser, or press Esc to go back to the images."
    if series is None:
        return Message(nothing, "", hint)
    if stack is not None and is_untold(stack.frames[0]):
        return Message(not_shown, MOSAIC, MOSAIC_HINT, about(series.first))
    text = describe_object(series).title if stack is None else "It is a single image: it has no third dimension."
    return Message(not_shown, text, hint, about(series.first))


def slices_read(done: int, total: int) -> str:
    """Say how many slices are read, or how many there are."""
    return f"{done} of {total} slices" if done else f"{total} slices"


def reading(stack: Stack, done: int, total: int, *, way_back: str) -> Message:
    """Say that a volume is being read, and how far that is."""
    first = stack.frames[0].instance
    text = f"{first.series_description or first.modality}: {slices_read(done, total)} are read."
    return Message("Reading the volume …", text, way_back, about(first))


def not_read(stack: Stack, error: Exception, *, not_shown: str, key: str) -> Message:
    """Say why a volume could not be read; ``key`` shows and hides it."""
    first = about(stack.frames[0].instance)
    if isinstance(error, Cancelled):
        return Message("The volume was not read.", "Reading was stopped.", f"{key} twice reads it again.", first)
    if isinstance(error, UserError):
        return Message(not_shown, error.message, error.hint, first)
    if isinstance(error, MemoryError):
        return Message(not_shown, "There is not enough memory for it.", "Close other studies.", first)
    return Message(not_shown, "The program failed on it. See its log.", "", first)
