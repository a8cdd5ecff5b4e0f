"""Thumbnails for the browser: read and drawn in jobs, handed over as arrays."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from workstation.gui.work import Work
from workstation.jobs.job import Job
from workstation.jobs.runner import Priority
from workstation.model.index.records import FrameRef

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIZE_PX = 144  # three times the 48 px of the browser: sharp up to 300 %


class Thumbnails:
    """Makes the picture of a row when it is asked for."""

    def __init__(self, work: Work, show: "Callable[[str, NDArray[np.uint8] | None], None]") -> None:
        self._work = work
        self._show = show

    def want(self, key: str, ref: FrameRef) -> None:
        """Have the picture of a frame handed over under a key; None where there is none to be had."""

        def failed(_error: Exception) -> None:
            self._show(key, None)

        self._work.start(
            "Thumbnail",
            lambda job: draw(ref, job),
            done=lambda rgb: self._show(key, rgb),
            failed=failed,
            priority=Priority.VISIBLE,
        )


def draw(ref: FrameRef, job: Job) -> "NDArray[np.uint8]":
    """Read a frame small and draw it, (SIZE_PX, SIZE_PX, 3); raises `Refused`."""
    from workstation.display.render import render
    from workstation.display.view import View
    from workstation.model.image import Image

    job.check()
    with Image.open(ref.instance.place) as image:
        frame = image.thumbnail(SIZE_PX, ref.number)
    return render(frame, View(), (SIZE_PX, SIZE_PX))
