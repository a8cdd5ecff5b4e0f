"""Decides what is seen along a path, and where along it the cross-hair of the planes is."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from workstation.display.probe import position_text
from workstation.display.render import Renderer
from workstation.gui.canvas.scene import Message, Scene, What
from workstation.gui.panels.annotations.presenter import as_plane
from workstation.gui.panels.curved.drawing import Drawing
from workstation.gui.panels.curved.making import Maker
from workstation.gui.panels.curved.scenes import Reading, curved_scene, looked_at, section_scene
from workstation.gui.panels.planes.presenter import SWIFT_S
from workstation.gui.viewer.presenter import LABELS, RUNS
from workstation.volume.curved.view import Along, Course, CurvedView, CurvedWish, in_order, places_around
from workstation.volume.planes.lattice import pixel_mm
from workstation.volume.planes.planes_view import with_cross

if TYPE_CHECKING:
    from workstation.display.view import Point, Size, View
    from workstation.gui.panels.planes.presenter import PlanesPresenter
    from workstation.gui.volumes import OpenVolume
    from workstation.gui.work import Work
    from workstation.model.frame import Voi
    from workstation.model.geometry import Vector
    from workstation.volume.paths import PathPlace
    from workstation.volume.planes.planes_view import PlanesView

DRAFT_SHARE = 2.0
"""Pixels of drafts are so many times as large."""
HOW_TO = "Click in any plane to set its points; a double click or Enter ends it."
NO_PATH = Message("There is no path yet.", HOW_TO, "Paths of files are opened with the menu of the bar above.")
IDLE = Message(
    "There is no path yet.",
    "The first button of the bar above begins one. " + HOW_TO,
    "Paths of files are opened with the menu of that bar.",
)
ONE_POINT = Message("A path needs two points.", HOW_TO)


class CurvedWidget(Protocol):
    """What the presenter needs of the widget."""

    @property
    def size_px(self) -> "Size":
        """Size of the picture in device pixels."""

    @property
    def sections(self) -> int:
        """How many cross-sections there is room for, an odd number."""

    def lay(self, *, lying: bool) -> None:
        """Have room for a picture that lies, in a place of any shape."""

    def show_scene(self, scene: Scene) -> None:
        """Show the picture."""

    def show_sections(self, scenes: Sequence[Scene | None]) -> None:
        """Show cross-sections; None where the path has ended."""

    def show_message(self, message: Message) -> None:
        """Show words in the place of picture and cross-sections."""


class CurvedPresenter:
    """What is seen along the path that is worked on.

    Parameters
    ----------
    widget
        Where it is seen.
    work
        Where pictures are made.
    planes
        The planes of the volume: window, colours, interpolation and cross-hair are theirs.
    drawing
        The paths.
    """

    def __init__(self, widget: CurvedWidget, work: "Work", planes: "PlanesPresenter", drawing: Drawing) -> None:
        self._widget, self._planes, self.drawing = widget, planes, drawing
        self._maker = Maker(work, self._arrived, self._failed)
        self._entered: OpenVolume | None = None
        self._held: tuple[Vector, tuple[Vector, ...], float] | None = None
        self._renderer: Renderer | None = None
        self._section_renderers: tuple[Renderer, ...] = ()
        self._is_moving = False
        self._error: tuple[CurvedWish, Message] | None = None
        self._followed: object = None
        self.is_shown = False
        self.made: Along | None = None
        """What is seen."""
        self.scene: Scene | None = None
        self.text_is_shown = True
        self.first_voi: Callable[[OpenVolume], Voi | None] = lambda _opened: None
        self.dressers: list[Callable[[Scene, Along], Scene]] = []
        """Add to the picture what lies over it."""
        self.on_changed: Callable[[], None] = lambda: None
        self.on_entered: Callable[[], None] = lambda: None
        """Called when another volume is seen."""
        self.carried: Callable[[PlanesView, Vector, float], PlanesView] = lambda view, _place, _at_mm: view
        """Has planes that come to a place along the path turn with it."""
        self.section_places: tuple[float | None, ...] = ()
        """Where along the path the cross-sections are that are seen."""
        self._sections_stay: float | None = None

    @property
    def view(self) -> CurvedView:
        """How it is looked at."""
        return self.drawing.state.view

    @property
    def is_waiting(self) -> bool:
        """Whether a picture is still to come."""
        return self._maker.is_busy

    @property
    def course(self) -> Course | None:
        """Where the path runs, in the order in which it is seen; None where there is none."""
        path = self.drawing.path
        return (
            self.drawing.course(in_order(path.points_lps, self.view.kind))
            if path is not None and path.is_whole
            else None
        )

    @property
    def at_mm(self) -> float:
        """The place along the path at which the cross-hair is, or which is nearest to it."""
        course, now, path = self.course, self._planes.now, self.drawing.path
        if course is None or now is None or path is None:
            return 0.0
        if self._held is not None and self._held[:2] == (now.cross_lps, in_order(path.points_lps, self.view.kind)):
            return self._held[2]
        return course.nearest(now.cross_lps)[0]

    def place(self, at_mm: float) -> "PathPlace | None":
        """Give the place at a length along the path, and its frame; None until the path of now has been followed."""
        made, path = self.made, self.drawing.path
        if made is None or path is None or (made.wish.points_lps, made.wish.kind) != (path.points_lps, self.view.kind):
            return None
        return made.path.at(at_mm)

    def show(self, *, shown: bool) -> None:
        """Be told whether it is in sight."""
        self.is_shown, self._followed = shown, None
        self.follow()

    def follow(self) -> None:
        """Have what is seen be that of the path, the cross-hair and the view of now."""
        opened = self._planes.opened
        if opened is None or self._planes.now is None:
            self._forget()
            return
        if self._entered is not opened:
            self._forget()
            self._entered = opened
            self.drawing.enter(space_of(opened))
            self.on_entered()
        if not self.is_shown:
            return
        stay, widget = self._sections_stay, self._widget
        key = (self._planes.now, self.drawing.state, id(self.made), widget.size_px, widget.sections, stay)
        if key == self._followed:
            return
        self._followed = key
        self._widget.lay(lying=self.view.kind == "panorama")
        wish = self.wish()
        if wish is None:
            self.made = self.scene = None
            path = self.drawing.path
            empty = NO_PATH if self.drawing.is_drawing else IDLE
            self._widget.show_message(ONE_POINT if path is not None and path.points_lps else empty)
        elif self._error is not None and self._error[0].of_path == wish.of_path:
            self._widget.show_message(self._error[1])
        else:
            if self.made is None or self.made.wish != wish:
                self._maker.want(opened.reslicer, wish)
            self.show_again()
        self.on_changed()

    def lie_over(self) -> None:
        """Be told that other things lie over the planes, or in another look."""
        self._followed = None
        self.follow()

    def wish(self) -> CurvedWish | None:
        """Give what is to be seen now; None where there is no path."""
        opened, now, path, course = self._planes.opened, self._planes.now, self.drawing.path, self.course
        if opened is None or now is None or path is None or course is None:
            return None
        view, side = self.view, pixel_mm(opened.volume.grid)
        places = places_around(self._sections_at_mm, course.length_mm, view.apart_mm, self._widget.sections)
        whole = CurvedWish(
            path.points_lps,
            view.kind,
            view.width_mm,
            view.turn_deg if view.kind == "straightened" else 0.0,
            view.slab,
            now.interpolation,
            side,
            tuple(each for each in places if each is not None),
            over=self._planes.over,
        )
        is_there = self.made is not None and self.made.wish.of_path == whole.of_path
        if is_there or not self._is_moving or self._maker.whole_s <= SWIFT_S:
            return whole
        return replace(whole, pixel_mm=side * DRAFT_SHARE, is_draft=True)

    def go_to(self, at_mm: float) -> None:
        """Have the planes meet at a place along the path."""
        course = self.course
        if course is not None:
            at = min(max(at_mm, 0.0), course.length_mm)
            exact = self.place(at)
            x, y, z = exact.point_lps if exact is not None else course.place(at)
            self._cross_to((float(x), float(y), float(z)), at)

    def scroll(self, steps: float) -> None:
        """Go on along the path by so many voxels."""
        opened = self._planes.opened
        if opened is not None:
            self.go_to(self.at_mm + steps * pixel_mm(opened.volume.grid))

    def point(self, point_px: "Point") -> None:
        """Have the planes meet at the place under an image point of the picture."""
        if self.made is not None:
            self._cross_to(self.made.layout.point_lps(point_px), self.made.at_row(point_px[1]))

    def point_across(self, number: int, place_lps: "Vector") -> None:
        """Have the planes meet at a place on one of the cross-sections; these stay until the pointing ends."""
        places = self.section_places
        at_mm = places[number] if number < len(places) else None
        if at_mm is not None:
            self._sections_stay = self._sections_stay if self._sections_stay is not None else places[len(places) // 2]
            self._cross_to(place_lps, at_mm)

    def end_pointing(self) -> None:
        """Have the cross-sections be those around the place that was pointed at."""
        self._sections_stay = None
        self.follow()

    @property
    def _sections_at_mm(self) -> float:
        return self.at_mm if self._sections_stay is None else self._sections_stay

    def _cross_to(self, place_lps: "Vector", at_mm: float) -> None:
        """Have the planes meet at a place, and know where along the path it is: another part of it may be as near."""
        opened, now = self._planes.opened, self._planes.now
        if opened is not None and now is not None:
            view = self.carried(with_cross(now, opened.volume.grid, place_lps), place_lps, at_mm)
            self.hold(view.cross_lps, at_mm)
            self._planes.drift(view)

    def hold(self, cross_lps: "Vector", at_mm: float) -> None:
        """Know where along the path it is that the planes meet."""
        path = self.drawing.path
        if path is not None:
            self._held = (cross_lps, in_order(path.points_lps, self.view.kind), at_mm)

    def reading(self, point_px: "Point") -> str:
        """Say where in the patient, and where along the path, an image point of the picture is."""
        if self.made is None:
            return ""
        place = position_text(self.made.layout.point_lps(point_px))
        return f"{place} · {self.made.at_row(point_px[1]):.1f} mm along the path"

    def begin_move(self) -> None:
        """Be told that a hand begins to change the path or the view: pictures may be drafts."""
        self._is_moving = True
        self._planes.begin_move()

    def end_move(self) -> None:
        """Be told that the hand rests."""
        self._is_moving, self._followed = False, None
        self._planes.end_move()
        self.follow()

    def look(self, view: "View", what: What) -> None:
        """Look at the picture in another way; windows and colours are those of the planes, too."""
        now, scene = self._planes.now, self.scene
        if now is None or scene is None or self.made is None:
            return
        wanted = replace(now, voi=view.voi, inverted=view.inverted, colours=view.colours, pixels=view.interpolation)
        label, run = LABELS[what], f"{what} of the curved plane" if what in RUNS else ""
        if wanted != now:
            self._planes.do(wanted, label, merges_with=run)
        own = looked_at(self.view, scene.view, view, self.made)
        self.drawing.look(own, label, merges_with=run)

    def fit(self) -> None:
        """Show all of the picture."""
        self.drawing.look(replace(self.view, zoom_per_mm=None, centre_mm=None), LABELS["zoom"])

    def reset(self) -> None:
        """Look along the path as at first."""
        self.drawing.look(CurvedView(), "reset of the curved plane")

    def change(self, label: str, **values: object) -> None:
        """Look along the path in another way, by the names of `CurvedView`."""
        self.drawing.look(replace(self.view, **values), label, merges_with=label)  # type: ignore[arg-type]  # its fields

    def show_again(self) -> None:
        """Make the scenes anew of what is there."""
        opened, now, made, renderer = self._planes.opened, self._planes.now, self.made, self._renderer
        if not self.is_shown or opened is None or now is None or made is None or renderer is None:
            return
        instance = as_plane(opened.stack.frames[len(opened.stack.frames) // 2].instance)
        row, at_mm = made.row_at(self.at_mm), self.at_mm
        scene = curved_scene(
            made,
            renderer,
            instance,
            self.view,
            now,
            row,
            at_mm,
            self._widget.size_px,
            opened.volume.grid,
        )
        scene = self._planes.laid(scene, made.layers)
        scene = replace(scene, layers=(*scene.layers, Reading(self.reading)))
        for dress in self.dressers:
            scene = dress(scene, made)
        active = self._planes.active.scene
        is_sum = made.wish.slab.projection == "sum" and not made.wish.slab.is_thin
        scale = active.scale if active is not None and not is_sum else None  # SUV, as on the planes
        self.scene = replace(scene, text_is_shown=self.text_is_shown, scale=scale)
        self._widget.show_scene(self.scene)
        self._show_sections(made, self._sections_at_mm)

    def _show_sections(self, made: Along, at_mm: float) -> None:
        opened, now = self._planes.opened, self._planes.now
        if opened is None or now is None:
            return
        instance = as_plane(opened.stack.frames[len(opened.stack.frames) // 2].instance)
        places = places_around(at_mm, made.path.length_mm, self.view.apart_mm, self._widget.sections)
        pairs = zip(self._section_renderers, made.section_layers, strict=True)
        known = dict(zip(made.wish.places_mm, pairs, strict=True))
        if any(each is not None and each not in known for each in places):
            return  # those of before are seen until these are there
        self.section_places = places
        self._widget.show_sections(
            [
                None
                if each is None
                else replace(
                    self._planes.laid(
                        section_scene(known[each][0], instance, now, made.wish.kind, each, each - at_mm), known[each][1]
                    ),
                    text_is_shown=self.text_is_shown,
                )
                for each in places
            ]
        )

    def _arrived(self, made: Along) -> None:
        opened = self._planes.opened
        if opened is None:
            return
        before, self.made, self._error = self.made, made, None
        is_inverse = opened.source.presentation_is_inverse
        voi = self.first_voi(opened)
        if before is None or before.frame is not made.frame or self._renderer is None:
            self._renderer = Renderer(replace(made.frame, presentation_is_inverse=is_inverse), voi)
        self._section_renderers = tuple(
            Renderer(replace(each, presentation_is_inverse=is_inverse), voi) for each in made.sections
        )
        self._followed = None
        self.follow()

    def _failed(self, wish: CurvedWish, error: Exception) -> None:
        self._error = (
            wish,
            Message(
                "There is no curved plane.",
                getattr(error, "message", "The program failed on it. See its log."),
                getattr(error, "hint", ""),
            ),
        )
        self.made = self.scene = self._followed = None
        self.follow()

    def _forget(self) -> None:
        self._maker.forget()
        self.made = self.scene = self._renderer = self._held = self._error = self._entered = self._sections_stay = None
        self._followed = None
        self._section_renderers = ()


def space_of(opened: "OpenVolume") -> str:
    """Give what paths of a volume lie in: its frame of reference, or its series where it has none."""
    return opened.volume.grid.frame_of_reference_uid or opened.stack.frames[0].instance.series_instance_uid
