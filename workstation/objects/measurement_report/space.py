"""Graphics in space laid onto the images that they lie in."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from workstation.model.geometry import lps_to_image
from workstation.objects.measurement_report.values import FoundGroup, FoundShape
from workstation.objects.segment_masks import ImagePlace
from workstation.objects.sr.content import ImageReference, ImageShape, ObjectReference, SpaceShape

IN_PLANE_MM = 0.5
"""Points nearer to the plane of an image than this lie in it: programs round, and lay points between thin slices."""
_FLAT = {
    "POLYGON": "POLYLINE",
    "POLYLINE": "POLYLINE",
    "POINT": "POINT",
    "MULTIPOINT": "MULTIPOINT",
    "ELLIPSE": "ELLIPSE",
}


def on_images(group: FoundGroup, images: Sequence[ImagePlace]) -> tuple[FoundGroup, tuple[FoundShape, ...]]:
    """Add to each graphic in space the same on the image that it lies in; gives also those that lie in none.

    Parameters
    ----------
    group
        With graphics on images, in space, or both.
    images
        Frames of images that are there; those without a plane are not looked at.
    """
    shapes: list[FoundShape] = []
    lost: list[FoundShape] = []
    for each in group.shapes:
        shapes.append(each)
        if isinstance(each.shape, SpaceShape):
            flat = _laid(each, each.shape, images)
            if flat is None:
                lost.append(each)
            else:
                shapes.append(flat)
    return replace(group, shapes=tuple(shapes)), tuple(lost)


def _laid(found: FoundShape, shape: SpaceShape, images: Sequence[ImagePlace]) -> FoundShape | None:
    graphic = _FLAT.get(shape.graphic_type.upper())
    if graphic is None or not shape.points_lps:
        return None
    best: tuple[float, ImagePlace, tuple[tuple[float, float], ...]] | None = None
    for image in images:
        plane = image.plane
        if plane is None or plane.frame_of_reference_uid != shape.frame_of_reference_uid:
            continue
        points, away = lps_to_image(plane, shape.points_lps)
        farthest = float(np.abs(away).max())
        if farthest <= IN_PLANE_MM and (best is None or farthest < best[0]):
            best = farthest, image, tuple((float(column), float(row)) for column, row in points)
    if best is None:
        return None
    _, image, flat = best
    if shape.graphic_type.upper() == "POLYGON" and flat[0] != flat[-1]:
        flat = (*flat, flat[0])
    reference = ImageReference(ObjectReference("", image.sop_instance_uid), (image.frame + 1,))
    return FoundShape(ImageShape(graphic, flat), found.purpose, reference, found.of)
