"""What is measured on planes, as making and changing annotations sees it: each plane as if it were an image."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.gui.panels.planes.cutting import Cut
from workstation.gui.panels.planes.presenter import PlanesPresenter
from workstation.model.index.records import FrameRef, Stack
from workstation.model.marking import Marking
from workstation.model.plane_cut import PlaneCut
from workstation.quick_dataclass import dataclass
from workstation.volume.cutting.standard_planes import PlaneName, voxel_step_mm
from workstation.volume.planes.lattice import lattice
from workstation.volume.planes.marking import (
    OF_IMAGES,
    all_seen_on,
    has_same_pixels,
    label_on,
    put_on,
    seen_coarsely_on,
    seen_on,
)
from workstation.volume.planes.planes_view import PLANE_NAMES
from workstation.volume.planes.spheres import away_from, section_on, sphere_of

if TYPE_CHECKING:
    from workstation.gui.canvas.scene import Scene
    from workstation.gui.viewer.presenter import Viewer
    from workstation.gui.volumes import OpenVolume
    from workstation.model.annotation import Annotation
    from workstation.model.geometry import Plane
    from workstation.model.volume import Volume


@dataclass(frozen=True, slots=True)
class Marked:
    """What lies on a plane."""

    marking: Marking


class AnnotatedPlane:
    """See `workstation.gui.viewer.annotated.AnnotatedPane`."""

    def __init__(self, presenter: PlanesPresenter, name: PlaneName) -> None:
        self._presenter, self._name = presenter, name

    @property
    def scene(self) -> "Scene | None":
        """What it shows."""
        return self._presenter.scene_of(self._name)

    @property
    def shown_frame(self) -> FrameRef | None:
        """Stands for the plane as if it were the frame of an image."""
        scene = self.scene
        return FrameRef(replace(scene.instance, sop_instance_uid=self._name)) if scene is not None else None

    @property
    def stack(self) -> Stack | None:
        """None: planes are not counted."""
        return None

    def go_to(self, _index: int) -> None:
        """Do nothing: planes are not counted."""


class AnnotatedPlanes:
    """See `workstation.gui.viewer.annotated.Annotated`; what lies on planes is kept with what lies on images.

    Parameters
    ----------
    presenter
        The planes.
    viewer
        Holds all annotations, with everything else that can be undone.
    tell
        Says something to the person.
    """

    def __init__(self, presenter: PlanesPresenter, viewer: "Viewer", tell: Callable[[str], None]) -> None:
        self._presenter, self._viewer, self._tell = presenter, viewer, tell
        self._planes = [AnnotatedPlane(presenter, name) for name in PLANE_NAMES]

    @property
    def kept(self) -> "tuple[Annotation, ...]":
        """All that lies on planes, as it is kept."""
        return tuple(each for each in self._viewer.now.marking.annotations if each.cut is not None)

    @property
    def spheres(self) -> "tuple[Annotation, ...]":
        """All spheres, which lie in the patient: they are of a slice, and seen in every plane that cuts them."""
        return tuple(each for each in self._viewer.now.marking.annotations if each.kind == "sphere")

    @property
    def active(self) -> AnnotatedPlane:
        """The plane that commands act on."""
        return self.pane(PLANE_NAMES.index(self._presenter.active.name))

    @property
    def panes(self) -> "AnnotatedPlanes":
        """All of them."""
        return self

    @property
    def now(self) -> Marked:
        """What lies on the active plane."""
        return Marked(Marking(self.on(self._presenter.active.name)))

    def pane(self, number: int) -> AnnotatedPlane:
        """Give a plane by its number."""
        return self._planes[number]

    def dress_again(self) -> None:
        """Have added to all pictures what is known now."""
        self._presenter.show_again()

    def own(self, number: str) -> "Annotation | None":
        """Give an annotation as it is kept, by its id."""
        return next((each for each in (*self.kept, *self.spheres) if each.id == number), None)

    def on(self, name: PlaneName) -> "tuple[Annotation, ...]":
        """Give what lies on a plane, on the pixels that are shown of it."""
        opened, now, plane = self._presenter.opened, self._presenter.now, self._presenter.plane_of(name)
        kept, spheres = self.kept, self.spheres
        if opened is None or now is None or plane is None or not (kept or spheres):
            return ()
        cut, reach_mm = self._presenter.shown_cut(name), self._reach_mm(name)
        found = [*all_seen_on(kept, plane, reach_mm), *(section_on(each, plane) for each in spheres)]
        if cut is not None and cut.is_draft:
            found += [seen_coarsely_on(each, plane, reach_mm) for each in kept if each.mask is not None]
        return tuple(replace(each, sop_instance_uid=name, frame=0) for each in found if each is not None)

    def is_seen(self, annotation: "Annotation") -> bool:
        """Tell whether a plane in sight shows an annotation, which may be one that is no more."""
        now = self._presenter.now
        for name in now.shown if now is not None else ():
            plane = self._presenter.plane_of(name)
            is_sphere = annotation.kind == "sphere"
            if plane is not None and (
                section_on(annotation, plane) if is_sphere else seen_on(annotation, plane, self._reach_mm(name))
            ):
                return True
        return False

    def _reach_mm(self, name: PlaneName) -> float:
        """Give how far from a plane points may be that are seen on it: half a voxel, or half its slab."""
        opened, now = self._presenter.opened, self._presenter.now
        if opened is None or now is None:
            return 0.0
        look = now.plane(name)
        return max(voxel_step_mm(opened.volume.grid, look.normal_lps), look.slab.thickness_mm) / 2 + 0.01

    def mark_up(self, marking: Marking, label: str, *, merges_with: str = "") -> None:
        """Take over what has changed on the active plane, as a step that can be undone."""
        name = self._presenter.active.name
        seen, cut = self._presenter.plane_of(name), kept_cut(self._presenter, name)
        if seen is None or cut is None:
            return
        if any(each.kind in OF_IMAGES for each in marking.annotations):
            self._tell("This tool works on images, not on planes.")
            return
        known = {each.id: each for each in self.on(name)}
        is_painted = any(each.mask is not None and known.get(each.id) != each for each in marking.annotations)
        if is_painted and not has_same_pixels(seen, cut.plane):
            self._tell("The plane is coarse so far: paint once it is whole.")
            return
        new = self._viewer.now.marking
        for number in known.keys() - {each.id for each in marking.annotations}:
            new = new.without_annotation(number)
        for each in marking.annotations:
            if known.get(each.id) != each:
                new = new.with_annotation(self._to_be_kept(each, known.get(each.id), seen, cut))
        self._viewer.mark_up(new, label, merges_with=merges_with)

    def _to_be_kept(
        self, annotation: "Annotation", before: "Annotation | None", seen: "Plane", cut: PlaneCut
    ) -> "Annotation":
        """Give an annotation of the pixels that are seen as it is kept.

        What was only named, coloured or locked stays on the plane that it was drawn on; what was moved lies on the one
        that is seen.
        """
        opened, own = self._presenter.opened, self.own(annotation.id)
        if annotation.kind == "sphere" and opened is not None:
            return _sphere_to_be_kept(annotation, before, own, seen, opened.volume)
        series = opened.stack.frames[0].instance.series_instance_uid if opened is not None else ""
        is_moved = before is None or (before.points_px, before.mask) != (annotation.points_px, annotation.mask)
        if own is None or own.cut is None or is_moved:
            return put_on(replace(annotation, sop_instance_uid=series, frame=0), seen, cut)
        label_px = own.label_px
        if annotation.is_label_moved:
            label_px = label_on(annotation, seen, own.cut.plane)
        return replace(
            annotation,
            sop_instance_uid=own.sop_instance_uid,
            frame=0,
            points_px=own.points_px,
            label_px=label_px,
            points_lps=own.points_lps,
            frame_of_reference_uid=own.frame_of_reference_uid,
            cut=own.cut,
        )


def _sphere_to_be_kept(
    annotation: "Annotation", before: "Annotation | None", own: "Annotation | None", seen: "Plane", volume: "Volume"
) -> "Annotation":
    """Give a sphere whose circle on a plane was made or moved; how far its middle is from the plane stays."""
    if own is None or before is None or before.points_px != annotation.points_px:
        return sphere_of(annotation, seen, volume, away_mm=away_from(own, seen) if own is not None else 0.0)
    return replace(
        annotation,
        sop_instance_uid=own.sop_instance_uid,
        frame=own.frame,
        points_px=own.points_px,
        label_px=own.label_px,
        is_label_moved=own.is_label_moved,
        points_lps=own.points_lps,
        frame_of_reference_uid=own.frame_of_reference_uid,
    )


def kept_cut(presenter: PlanesPresenter, name: PlaneName) -> PlaneCut | None:
    """Give what a measurement remembers of the plane that it is drawn on: its pixels at rest, its slab."""
    opened, now = presenter.opened, presenter.now
    if opened is None or now is None:
        return None
    found = lattice(now, opened.volume.grid, name)
    return _kept(Cut(found.plane, found.size_px, now.plane(name).slab, now.interpolation), opened)


def shown_cut(presenter: PlanesPresenter, name: PlaneName) -> PlaneCut | None:
    """Give the same of the picture that is seen; None where there is none, or a draft."""
    opened, cut = presenter.opened, presenter.shown_cut(name)
    return None if opened is None or cut is None or cut.is_draft else _kept(cut, opened)


def _kept(cut: Cut, opened: "OpenVolume") -> PlaneCut:
    slab, label = cut.slab, opened.stack.label
    return PlaneCut(
        cut.plane, cut.size_px, label, slab.thickness_mm, slab.projection, cut.interpolation, opened.is_as_taken
    )
