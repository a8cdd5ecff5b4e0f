"""Icons of images for the directory of a medium: as the window shows an image at first, and small."""

from pydicom import Dataset

from workstation.display.render import render
from workstation.display.view import View
from workstation.model.attributes import integer
from workstation.model.image import Image
from workstation.model.refusal import Refused
from workstation.model.source import BytesSource
from workstation.objects.media.icons import ICON_PX, icon_item


def icon_of(data: bytes) -> Dataset | None:
    """Give the icon of an image file, of its representative frame or else of the one in the middle.

    An image that cannot be decoded has none: the medium lists it nevertheless.
    """
    try:
        with Image.from_source(BytesSource(data, "the copy")) as image:
            told = integer(image.dataset, "RepresentativeFrameNumber") or 0
            number = told - 1 if 1 <= told <= image.number_of_frames else image.number_of_frames // 2
            frame = image.frame(number)
    except Refused:
        return None
    return icon_item(render(frame, View(overlays=False), (ICON_PX, ICON_PX)))
