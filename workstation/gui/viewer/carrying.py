"""Regions of a CT or MR on the PET that lies there, and back: one place, and the numbers of both."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache

from workstation.gui.canvas.scene import Scene
from workstation.measure.elsewhere import carried
from workstation.model.annotation import Annotation
from workstation.model.annotation_kinds import TRAITS
from workstation.model.geometry import Plane, difference, dot, plane_normal_lps
from workstation.model.index.records import Instance
from workstation.model.instance_plane import plane_of

EMISSION, ANATOMY = ("PT", "NM"), ("CT", "MR")
_PARALLEL = 1 - 1e-5
_REACH_MM = 1.5
"""Slices whose distance is not known lie where a region is if they are so near."""


def carried_onto(
    scene: Scene, regions: Iterable[Annotation], instance_of: Callable[[str], Instance | None], step_mm: float | None
) -> tuple[Annotation, ...]:
    """Give the regions of other series that lie on an image, as they are there.

    Parameters
    ----------
    scene
        The image.
    regions
        All that there are.
    instance_of
        Gives an open image by its UID.
    step_mm
        Distance of the slices that the image is one of: what is less than half of it away lies on it.
    """
    plane, here = scene.frame.plane, scene.instance
    if plane is None or not plane.frame_of_reference_uid or here.modality not in (*EMISSION, *ANATOMY):
        return ()
    wanted = ANATOMY if here.modality in EMISSION else EMISSION
    found = []
    for each in regions:
        if not TRAITS[each.kind].is_region or each.frame_of_reference_uid != plane.frame_of_reference_uid:
            continue
        instance = instance_of(each.sop_instance_uid)
        if instance is None or instance.modality not in wanted:
            continue
        own = plane_of(instance)
        if own is not None and _lies_on(each, own, plane, step_mm):
            found.append(_carried(each, own, plane, here.sop_instance_uid, scene.frame.number))
    return tuple(found)


def _lies_on(annotation: Annotation, own: Plane, plane: Plane, step_mm: float | None) -> bool:
    """Tell whether it lies on a parallel plane; half way between two slices it belongs to the one below."""
    normal = plane_normal_lps(plane)
    away = dot(difference(annotation.points_lps[0], plane.origin_lps), normal)
    reach = step_mm / 2 if step_mm is not None else _REACH_MM
    return -reach < away <= reach and abs(dot(plane_normal_lps(own), normal)) >= _PARALLEL


@lru_cache(maxsize=64)
def _carried(annotation: Annotation, own: Plane, plane: Plane, sop_instance_uid: str, frame: int) -> Annotation:
    """Give it on an image; the same one each time, so that it is measured once."""
    made = carried(annotation, own, plane)
    number = f"{annotation.id}-{sop_instance_uid[-24:]}"
    return replace(made, id=number, sop_instance_uid=sop_instance_uid, frame=frame, is_label_moved=False)
