"""The images whose headers were read last, so that the frames of one file don't each read it again."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from workstation.model.frame import Frame
from workstation.model.index.records import Place

OPEN_IMAGES = 24


class ImageLike(Protocol):
    """What is asked of an image: `workstation.model.image.Image` or a fake."""

    dataset: Any

    def frame(self, number: int = 0) -> Frame:
        """Decode a frame."""


Opened = TypeVar("Opened", bound=ImageLike)


class OpenImages(Generic[Opened]):
    """The headers read last. Used by several threads.

    Parameters
    ----------
    open_image
        Reads the header of an image.
    """

    def __init__(self, open_image: Callable[[Place], Opened]) -> None:
        self._open = open_image
        self._images: OrderedDict[Place, Opened] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, place: Place) -> Opened:
        """Give an image, opened where it is not held."""
        with self._lock:
            image = self._images.get(place)
        if image is None:
            image = self._open(place)
        with self._lock:
            self._images[place] = image
            self._images.move_to_end(place)
            while len(self._images) > OPEN_IMAGES:
                self._images.popitem(last=False)
        return image

    def clear(self) -> None:
        """Hold none any more."""
        with self._lock:
            self._images.clear()
