"""What lies over the pictures of planes: segments and structures, doses, another volume."""

from typing import TYPE_CHECKING, Protocol

from workstation.display.dose import DoseLayer
from workstation.display.fusion import UpperPicture
from workstation.display.segments import ContourLayer, SegmentLayer
from workstation.objects.segment_masks import ImagePlace
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.display.segments import Layer
    from workstation.gui.panels.planes.cutting import Cut
    from workstation.gui.volumes import OpenVolume
    from workstation.model.frame import Window
    from workstation.objects.dose import DoseGrid
    from workstation.objects.structure_contours import ContourFinder
    from workstation.volume.cutting.reslice import Reslicer
    from workstation.volume.segments.labels import Labels


class Over(Protocol):
    """Something that is cut along with a plane; it is the same only as itself."""

    @property
    def uid(self) -> str:
        """Whose it is."""

    def layer(self, cut: "Cut") -> "Layer | UpperPicture | None":
        """Give what is drawn over a plane; None where nothing of it is there. Called by one thread at a time."""


@dataclass(frozen=True, eq=False)
class SegmentsOver:
    """Segments or structures; where contours lie in the plane they are drawn as they are, not as voxels."""

    uid: str
    labels: "tuple[Labels, ...]"
    finder: "ContourFinder | None" = None

    def layer(self, cut: "Cut") -> "Layer | None":
        """Cut them."""
        if self.finder is not None and cut.slab.is_thin:
            contours = self.finder.contours_for(_place(cut))
            if contours:
                return ContourLayer(contours)
        masks = [mask for each in self.labels for mask in each.masks(cut.plane, cut.size_px)]
        return SegmentLayer(masks) if masks else None


@dataclass(frozen=True, eq=False)
class DoseOver:
    """A dose."""

    uid: str
    grid: "DoseGrid"

    def layer(self, cut: "Cut") -> "Layer | None":
        """Cut it."""
        values = self.grid.dose_for(_place(cut))
        return DoseLayer(self.grid.dose, values) if values is not None else None


FUSION = "fusion"


@dataclass(frozen=True, eq=False)
class FusionOver:
    """Another volume: as it lies, or where ``reslicer`` has it."""

    opened: "OpenVolume"
    first_voi: "Window | None"
    name: str
    reslicer: "Reslicer"
    uid: str = FUSION

    def layer(self, cut: "Cut") -> UpperPicture:
        """Cut it: as thick as what is below."""
        frame = self.reslicer.frame(cut.plane, cut.size_px, slab=cut.slab, is_draft=cut.is_draft)
        return UpperPicture(frame, self.first_voi, self.name)


def _place(cut: "Cut") -> ImagePlace:
    return ImagePlace("", 0, cut.size_px[1], cut.size_px[0], cut.plane)
