"""Thresholded spheres on planes: their numbers, and the voxels that they have chosen where a plane passes through."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from workstation.model.annotation import Annotation
from workstation.volume.planes.spheres import chosen_on

if TYPE_CHECKING:
    from workstation.gui.features.measuring import Measuring
    from workstation.gui.panels.planes.cutting import Made
    from workstation.gui.panels.planes.presenter import PlanesPresenter
    from workstation.gui.viewer.volume_numbers import Found
    from workstation.model.measurement import Measurement


class SpheresOnPlanes:
    """Takes what is measured of spheres for the images to the planes.

    Parameters
    ----------
    measuring
        Gives what measures.
    presenter
        The planes; their pictures are made anew when there are new numbers.
    """

    def __init__(self, measuring: "Callable[[], Measuring | None]", presenter: "PlanesPresenter") -> None:
        self._measuring, self._presenter = measuring, presenter
        self._is_told = False

    def measured(self, annotation: Annotation) -> "Measurement | None":
        """Give the numbers of a sphere; None while they are being made."""
        found = self._found(annotation)
        return found.measurement if found is not None and annotation in found.group else None

    def problem(self, annotation: Annotation) -> str:
        """Say why there are no numbers; empty where nothing is wrong."""
        found = self._found(annotation)
        return found.problem if found is not None and annotation in found.group else ""

    def voxels(self, seen: Iterable[Annotation], made: "Made") -> tuple[Annotation, ...]:
        """Give the chosen voxels of the spheres that a plane cuts, as painted pixels of it."""
        painted = []
        for each in seen:
            found = self._found(each) if each.kind == "sphere" else None
            if found is None or found.chosen is None:
                continue
            mask = chosen_on(*found.chosen, made.cut.plane, made.cut.size_px)
            if mask is not None:
                first, last = (mask.left, mask.top), (mask.left + mask.columns - 1, mask.top + mask.rows - 1)
                place = each.sop_instance_uid, 0
                painted.append(Annotation(each.id, "mask", *place, (first, last), last, colour=each.colour, mask=mask))
        return tuple(painted)

    def _found(self, annotation: Annotation) -> "Found | None":
        measuring = self._measuring()
        if measuring is None:
            return None
        images = measuring.images
        if not self._is_told:
            self._is_told = True
            images.on_volumes.append(self._presenter.show_again)
            images.bring()
        return images.volumes.by_id(annotation.id)
