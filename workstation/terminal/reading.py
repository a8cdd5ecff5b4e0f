"""Frames read into memory and kept there; whoever wants them ahead of time asks for them on threads."""

from typing import TYPE_CHECKING

from workstation.model.index.records import FrameRef
from workstation.model.memory import FrameCache, Key

if TYPE_CHECKING:
    from workstation.model.frame import Frame
    from workstation.model.image import Image


class Reading:
    """Reads frames and keeps them. Used by the thread that shows them, and by those that read ahead.

    Parameters
    ----------
    cache
        Keeps what was read; one of the usual size where None.
    """

    def __init__(self, cache: FrameCache | None = None) -> None:
        from workstation.display.open_images import OpenImages
        from workstation.model.image import Image

        self._images: OpenImages[Image] = OpenImages(Image.open)
        self._cache = cache or FrameCache()

    def image(self, ref: FrameRef) -> "Image":
        """Give the image that a frame is of; raises `Refused`."""
        return self._images.get(ref.instance.place)

    def held(self, ref: FrameRef) -> "Frame | None":
        """Give a frame that is in memory; None where it is not."""
        return self._cache.get(key_of(ref))

    def frame(self, ref: FrameRef) -> "Frame":
        """Give a frame, read now where it is not in memory; raises `Refused`."""
        frame = self.held(ref)
        if frame is None:
            frame = self.image(ref).frame(ref.number)
            self._cache.put(key_of(ref), frame)
        return frame

    def close(self) -> None:
        """Give back the memory."""
        self._cache.forget()
        self._images.clear()


def key_of(ref: FrameRef) -> Key:
    """Give the key of a frame in the cache; files of one UID that differ are different frames."""
    instance = ref.instance
    return instance.series_instance_uid, instance.sop_instance_uid, str(instance.place), ref.number
