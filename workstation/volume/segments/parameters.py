"""What commands of planes take about segments that are drawn over them."""

from pathlib import Path

from workstation.operations.parameters import option
from workstation.quick_dataclass import dataclass


@dataclass(frozen=True, kw_only=True)
class SegmentsLaidOver:
    """Segments, and how they are shown."""

    mask: tuple[Path, ...] = option(
        "Segments to draw over the planes: a SEG or RTSTRUCT, images on the same grid, NIfTI, NRRD or MetaImage; an "
        "RTDOSE as isodoses. Where a plane has a thickness they are those in its middle.",
        default=(),
    )
    segment: tuple[str, ...] = option("Of --mask these segments alone, by number or name.", default=())
    mask_opacity: float | None = option(
        "How opaque the areas of --mask are, 0 to 1; 0.3 where not given. Outlines are always opaque.", default=None
    )

    def _check_segments(self) -> None:
        if (self.segment or self.mask_opacity is not None) and not self.mask:
            raise ValueError(f"{'--segment' if self.segment else '--mask-opacity'} is about --mask")
        if self.mask_opacity is not None and not 0 <= self.mask_opacity <= 1:
            raise ValueError("--mask-opacity is from 0 to 1")
