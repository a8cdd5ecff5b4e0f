"""Thumbnails for the browser: read and drawn in jobs one after the other, and not while someone waits for an image."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from workstation.errors import UserError
from workstation.gui.work import Work
from workstation.jobs.job import Job
from workstation.jobs.runner import Priority
from workstation.model.index.records import FrameRef

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QImage

MOST_NAPS = 30
"""After so many of them one is drawn all the same: a cine may play for long."""
SIZE_PX = 144  # three times the 48 px of the browser: sharp up to 300 %


class Thumbnails:
    """Makes the pictures of rows, the one asked for last first: that is what can be seen now.

    Parameters
    ----------
    work
        Runs the jobs.
    show
        Given the key of a row, and its picture or None where there is none to be had.
    is_calm
        Whether nobody waits for an image, or scrolls.
    later
        Has a function called a little later.
    as_opened
        Whether pictures look as the image does when it is opened, PET dark on white; else as the file has it.
    """

    def __init__(
        self,
        work: Work,
        show: "Callable[[str, NDArray[np.uint8] | None], None]",
        is_calm: Callable[[], bool] = lambda: True,
        later: Callable[[Callable[[], None]], None] = lambda function: function(),
        *,
        as_opened: bool = True,
    ) -> None:
        self._as_opened = as_opened
        self._work = work
        self._show = show
        self._is_calm, self._later = is_calm, later
        self._waiting: OrderedDict[str, tuple[FrameRef, ...]] = OrderedDict()
        self._is_drawing = self._is_asleep = False
        self._naps = 0

    @property
    def is_idle(self) -> bool:
        """Whether all that was asked for is there."""
        return not self._waiting and not self._is_drawing

    def want(self, key: str, ref: FrameRef, spare: tuple[FrameRef, ...] = ()) -> None:
        """Have the picture of a frame handed over under a key, or of the first spare one where it cannot be read."""
        self._waiting[key] = (ref, *spare)
        self._waiting.move_to_end(key)
        self._go_on()

    def _go_on(self) -> None:
        if self._is_drawing or self._is_asleep or not self._waiting:
            return
        if not self._is_calm() and self._naps < MOST_NAPS:
            self._is_asleep = True
            self._naps += 1
            self._later(self._wake)
            return
        key, refs = self._waiting.popitem()
        self._is_drawing, self._naps = True, 0

        def over(rgb: "NDArray[np.uint8] | None") -> None:
            self._is_drawing = False
            self._show(key, rgb)
            self._go_on()

        def stopped() -> None:
            self._is_drawing = False

        self._work.start(
            "Thumbnail",
            lambda job: draw_first(refs, job, as_opened=self._as_opened),
            done=over,
            failed=lambda _error: over(None),
            stopped=stopped,
            priority=Priority.VISIBLE,
        )

    def _wake(self) -> None:
        self._is_asleep = False
        self._go_on()


def draw_first(refs: Sequence[FrameRef], job: Job, *, as_opened: bool = True) -> "NDArray[np.uint8]":
    """Draw the first frame of several that can be read; raises what the last one raised."""
    for ref in refs[:-1]:
        try:
            return draw(ref, job, as_opened=as_opened)
        except UserError:
            continue
    return draw(refs[-1], job, as_opened=as_opened)


def draw(ref: FrameRef, job: Job, *, as_opened: bool = True) -> "NDArray[np.uint8]":
    """Read a frame small and draw it, (SIZE_PX, SIZE_PX, 3); raises `Refused`."""
    from workstation.display.render import render
    from workstation.display.view import View
    from workstation.display.voi import first_voi
    from workstation.gui.viewer.first_looks import PET_CLASSES
    from workstation.model.image import Image

    job.check()
    with Image.open(ref.instance.place) as image:
        frame = image.thumbnail(SIZE_PX, ref.number)
    is_uptake = as_opened and ref.instance.sop_class_uid in PET_CLASSES
    view = View(voi=first_voi(frame, ref.instance.modality), inverted=is_uptake)
    return render(frame, view, (SIZE_PX, SIZE_PX))


def as_picture(rgb: "NDArray[np.uint8]") -> "QImage":
    """Give pixels, (height, width, 3) of red, green, blue, as Qt has them."""
    from PySide6.QtGui import QImage

    height, width = rgb.shape[:2]
    return QImage(rgb.data, width, height, rgb.strides[0], QImage.Format.Format_RGB888).copy()
