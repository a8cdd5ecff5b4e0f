"""The picture of a pane: the frame with all that is drawn on it, made again only where something of it has changed."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from workstation.display.annotate import Annotations, draw_annotations
from workstation.display.drawings import Drawings
from workstation.display.ink import Pen, Sheet
from workstation.display.letters import EdgeLetters, edge_letters
from workstation.display.mixed import suited
from workstation.display.render import Picture, Renderer
from workstation.display.scale_bar import scale_bar
from workstation.display.view import Point, Size, View
from workstation.model.annotation import YELLOW, Annotation
from workstation.model.frame import Frame, Voi
from workstation.quick_dataclass import dataclass

CROSS_RGB = (80, 230, 255)
CROSS_SHARE, CROSS_GAP_SHARE = 0.06, 0.015
"""Half of the cross-hair and of the gap in its middle, of the shorter side of the picture."""
COARSE_TIMES = 3
"""So many times finer than its dots a picture is drawn where a character has few: each dot is the mean of its area."""
_BAR_SHARE = 1 / 4
_NOTHING = Drawings()
_OUTLINED, _PLAIN = Pen(CROSS_RGB), Pen(CROSS_RGB, behind=None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that a picture depends on beside its frame.

    Parameters
    ----------
    view, size_px
        How the frame is looked at, and the size of the picture.
    lengths
        Distances on it, with their words.
    begun_px, point_px
        Where a distance begins, and the cross-hair; None where there is none.
    drawings
        What else is drawn on it.
    with_overlays
        Whether its own overlays, letters and the bar are drawn.
    has_dots
        Whether the picture has so many dots that words and letters can be read in it.
    """

    view: View
    size_px: Size
    lengths: tuple[Annotation, ...] = ()
    begun_px: Point | None = None
    point_px: Point | None = None
    drawings: Drawings = _NOTHING
    with_overlays: bool = True
    has_dots: bool = True


class Artist:
    """Draws the pictures of one pane; what a new window leaves alone is not made again."""

    def __init__(self) -> None:
        self._renderer: Renderer | None = None

    def renderer(self, frame: Frame, first_voi: Voi | None) -> Renderer:
        """Give the renderer of a frame, that of the last picture where it is the same one."""
        held = self._renderer
        if held is None or held.frame is not frame or held.first_voi is not first_voi:
            held = self._renderer = Renderer(frame, first_voi)
        return held

    def voi(self, frame: Frame, view: View, first_voi: Voi | None) -> Voi:
        """Give the window that a picture is drawn with."""
        return self.renderer(frame, first_voi).voi(view)

    def picture(
        self,
        frame: Frame,
        wanted: Wanted,
        *,
        image_uid: str,
        first_voi: Voi | None = None,
        orientation: tuple[str, ...] = (),
    ) -> Picture:
        """Draw.

        Parameters
        ----------
        image_uid
            SOP Instance UID of the image, which annotations refer to.
        orientation
            Patient Orientation, where the image has no plane.
        """
        view, size_px = seen(frame, wanted.view), wanted.size_px
        view = view if wanted.with_overlays else replace(view, overlays=False, presentation=None)
        picture = self.renderer(frame, first_voi).picture(view, size_px)
        wanted.drawings.put_over(picture, image_uid, frame, view)
        lengths = wanted.lengths if wanted.has_dots else tuple(replace(each, text="") for each in wanted.lengths)
        Drawings().with_live(lengths).put_over(picture, image_uid, frame, view)
        _put_cross(picture, frame, view, wanted)
        if not (wanted.with_overlays and wanted.has_dots):
            return picture
        zoom = view.effective_zoom(frame, size_px)
        bar = scale_bar(frame.spacing, zoom, longest_px=size_px[0] * _BAR_SHARE)
        letters = edge_letters(frame.plane, view, patient_orientation=orientation)
        return draw_annotations(picture, Annotations(letters=letters, bar=bar))


def seen(frame: Frame, view: View) -> View:
    """Give the view of a frame that may have another size or kind than the one on which it was chosen."""
    return suited(view, frame, keeps_window=not frame.is_colour or view.voi is None)


def letters_of(frame: Frame, view: View, orientation: tuple[str, ...]) -> EdgeLetters:
    """Give the letters of the four sides."""
    return edge_letters(frame.plane, seen(frame, view), patient_orientation=orientation)


def _put_cross(picture: Picture, frame: Frame, view: View, wanted: Wanted) -> None:
    """Draw the cross-hair, and the line from where a distance begins to it."""
    if wanted.point_px is None:
        return
    height, width = picture.shape[:2]
    sheet, pen = Sheet(width, height), _OUTLINED if wanted.has_dots else _PLAIN
    line_px = 1 if wanted.has_dots else COARSE_TIMES
    to_screen = view.image_to_screen(frame, (width, height))
    at = to_screen @ (*wanted.point_px, 1.0)
    if wanted.begun_px is not None:
        begun = to_screen @ (*wanted.begun_px, 1.0)
        sheet.line(np.array([begun, at]), Pen(YELLOW, behind=pen.behind), width_px=line_px)
    side = min(width, height)
    far, near = max(3.0 * line_px, side * CROSS_SHARE), max(1.0 * line_px, side * CROSS_GAP_SHARE)
    for way in ((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)):
        sheet.line(_part(at, np.array(way), near, far), pen, width_px=line_px)
    sheet.ink().put_over(picture)


def _part(at: NDArray[np.float64], way: NDArray[np.float64], near: float, far: float) -> NDArray[np.float64]:
    return np.array([at + way * near, at + way * far])
