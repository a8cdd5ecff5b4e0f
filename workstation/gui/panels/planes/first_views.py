"""How planes of a volume are looked at first: as they were last, where those of another series met, or the image."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.display.voi import default_voi
from workstation.gui.volumes import OpenVolume, key_of
from workstation.model.geometry import cross, difference, dot, point_to_lps
from workstation.volume.inside import is_inside
from workstation.volume.open_volume import volume_name
from workstation.volume.planes.planes_view import PlanesView, first_view, with_cross

if TYPE_CHECKING:
    from workstation.gui.viewer.presenter import Viewer
    from workstation.model.frame import Voi
    from workstation.model.index.records import FrameRef, Stack

MOST_VIEWS = 50


class FirstViews:
    """Knows how volumes were looked at.

    Parameters
    ----------
    viewer
        The images.
    """

    def __init__(self, viewer: "Viewer") -> None:
        self._viewer = viewer
        self._views: dict[str, PlanesView] = {}
        self._last: tuple[PlanesView, OpenVolume] | None = None
        self._left_at: FrameRef | None = None

    @property
    def kept(self) -> dict[str, PlanesView]:
        """All of them, by volume; the one that was looked at last is the last."""
        return dict(self._views)

    def bring(self, views: Mapping[str, PlanesView]) -> None:
        """Take over what was kept with the open work; what is known already stays."""
        self._views = {**views, **self._views}

    def keep(self, view: PlanesView, opened: OpenVolume | None = None) -> None:
        """Remember how a volume is looked at; with it, others of its frame of reference are looked at alike."""
        self._views.pop(view.volume, None)
        self._views[view.volume] = view
        while len(self._views) > MOST_VIEWS:
            del self._views[next(iter(self._views))]
        if opened is not None:
            self._last = view, opened
            return
        self._left_at = None  # it is wanted as it is, wherever the images are
        if self._last is not None and self._last[0].volume == view.volume:
            self._last = view, self._last[1]

    def of(self, stack: "Stack", opened: OpenVolume) -> PlanesView:
        """Give how a volume is looked at now."""
        left_at, self._left_at = self._left_at, None
        known = self._views.get(volume_name(stack))
        if known is not None and not self._is_other_time(stack):
            return self._through_other_image(known, stack, opened, left_at)
        return self._beside_last(stack, opened) or known or self._through_image(stack, opened)

    def images_follow(self) -> None:
        """Be told that the images were scrolled to where the planes met."""
        self._left_at = self._viewer.active.wanted

    def _through_other_image(
        self, view: PlanesView, stack: "Stack", opened: OpenVolume, left_at: "FrameRef | None"
    ) -> PlanesView:
        """Have planes that come back meet on the image that is seen, where one has scrolled to another meanwhile."""
        pane = self._viewer.active
        scene, ref = pane.scene, pane.wanted
        plane = scene.frame.plane if scene is not None else None
        if plane is None or pane.stack is None or key_of(pane.stack) != key_of(stack):
            return view
        if left_at is None or ref == left_at or ref != pane.shown_frame:
            return view
        normal = cross(plane.along_row_lps, plane.along_column_lps)
        away = dot(difference(plane.origin_lps, view.cross_lps), normal)
        x, y, z = (at + away * share for at, share in zip(view.cross_lps, normal, strict=True))
        return with_cross(view, opened.volume.grid, (x, y, z))

    def _is_other_time(self, stack: "Stack") -> bool:
        """Tell whether the last volume was another one of the same series: it is looked at as that was."""
        if self._last is None:
            return False
        before = self._last[1].stack
        return key_of(before) != key_of(stack) and key_of(before)[0] == key_of(stack)[0]

    def _beside_last(self, stack: "Stack", opened: OpenVolume) -> PlanesView | None:
        """Look at another time, or another series of the frame of reference, where the last volume was looked at."""
        if self._last is None:
            return None
        view, before = self._last
        own, other = (each.volume.grid.frame_of_reference_uid for each in (opened, before))
        if not own or own != other or not is_inside(opened.volume.grid, view.cross_lps):
            return None
        view = replace(view, volume=volume_name(stack))
        if self._is_other_time(stack):
            return view
        return replace(view, voi=self._default_voi(opened), inverted=False, colours="", fused=None)

    def _through_image(self, stack: "Stack", opened: OpenVolume) -> PlanesView:
        """Give planes of the patient with the window of the image that is seen; through it, where one has scrolled."""
        pane, grid, volume = self._viewer.active, opened.volume.grid, volume_name(stack)
        scene = pane.scene
        if scene is None or pane.stack is None or key_of(pane.stack) != key_of(stack) or scene.frame.plane is None:
            return replace(first_view(volume, grid), voi=self._default_voi(opened))
        rows, columns = scene.frame.pixels.shape[:2]
        middle = point_to_lps(scene.frame.plane, ((columns - 1) / 2, (rows - 1) / 2))
        is_at_end = scene.position[0] in (1, scene.position[1])  # nobody has gone anywhere yet
        view = first_view(volume, grid, cross_lps=None if is_at_end else middle)
        voi = scene.view.voi or self._default_voi(opened)
        return replace(view, voi=voi, inverted=scene.view.inverted, colours=scene.view.colours)

    def _default_voi(self, opened: OpenVolume) -> "Voi | None":
        """Give one window for all planes, since each would have one of its own otherwise; colours are as they are."""
        if opened.source.is_colour:
            return None
        return self._viewer.active.first_voi(opened.stack, opened.source) or default_voi(opened.source)
