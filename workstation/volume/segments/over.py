"""What lies over the pictures of planes, flat and curved: segments and structures, doses, another volume."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from workstation.display.dose import DoseLayer
from workstation.display.fusion import UpperPicture
from workstation.display.segments import ContourLayer, Layer, SegmentLayer
from workstation.objects.segment_masks import ImagePlace
from workstation.quick_dataclass import dataclass
from workstation.volume.cutting.sheets import Flat, places_lps

if TYPE_CHECKING:
    from workstation.model.frame import Window
    from workstation.objects.dose import DoseGrid
    from workstation.objects.structure_contours import ContourFinder
    from workstation.volume.cutting.reslice import Reslicer
    from workstation.volume.cutting.sheets import Taking
    from workstation.volume.open_volume import OpenVolume
    from workstation.volume.segments.labels import Labels

Layers = Mapping[str, Layer | UpperPicture]
"""What lies over a plane, by whose it is."""


class Over(Protocol):
    """Something that is taken along with a plane; it is the same only as itself."""

    @property
    def uid(self) -> str:
        """Whose it is."""

    def layer(self, taking: "Taking") -> Layer | UpperPicture | None:
        """Give what is drawn over a plane; None where nothing of it is there."""


@dataclass(frozen=True, eq=False)
class SegmentsOver:
    """Segments or structures; where contours lie in a flat plane they are drawn as they are, not as voxels."""

    uid: str
    labels: "tuple[Labels, ...]"
    finder: "ContourFinder | None" = None

    def layer(self, taking: "Taking") -> Layer | None:
        """Take them."""
        if self.finder is not None and taking.slab.is_thin and isinstance(taking.sheet, Flat):
            contours = self.finder.contours_for(_place(taking.sheet))
            if contours:
                return ContourLayer(contours)
        masks = [mask for each in self.labels for mask in each.masks(taking.sheet)]
        return SegmentLayer(masks) if masks else None


@dataclass(frozen=True, eq=False)
class DoseOver:
    """A dose; ``frame_of_reference_uid`` is that of the volume below."""

    uid: str
    grid: "DoseGrid"
    frame_of_reference_uid: str

    def layer(self, taking: "Taking") -> Layer | None:
        """Take it."""
        if isinstance(taking.sheet, Flat):
            values = self.grid.dose_for(_place(taking.sheet))
        else:
            values = self.grid.dose_at(places_lps(taking.sheet), self.frame_of_reference_uid)
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

    def layer(self, taking: "Taking") -> UpperPicture:
        """Take it: as thick as what is below, and between voxels in the same way."""
        return UpperPicture(self.reslicer.taken(taking), self.first_voi, self.name)


def layers_over(over: Iterable[Over], taking: "Taking") -> Layers:
    """Give what lies over a plane; what has nothing there is left out."""
    layers = {each.uid: each.layer(taking) for each in over}
    return {uid: layer for uid, layer in layers.items() if layer is not None}


def _place(flat: Flat) -> ImagePlace:
    return ImagePlace("", 0, flat.size_px[1], flat.size_px[0], flat.plane)
