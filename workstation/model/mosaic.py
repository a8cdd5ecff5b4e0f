"""Mosaics: one image whose tiles are the slices of a volume, as scanners of Siemens and United Imaging send them.

By the standard such an image is a single plane. What its tiles are is read in `workstation.model.mosaic_tiles`.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.model.index.records import FrameRef, Instance
from workstation.model.instance_plane import plane_of
from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.model.frame import Frame


SIEMENS, UNITED_IMAGING = "MOSAIC", "VFRAME"
"""The values of Image Type by which these tell that an image is a mosaic."""


@dataclass(frozen=True, slots=True)
class Tile(FrameRef):
    """One slice of a mosaic.

    Its ``instance`` is the record of the mosaic with the size and the place of the tile; ``number`` counts from 0.
    ``corner_px`` is the (column, row) of its first pixel in the mosaic.
    """

    corner_px: tuple[int, int] = (0, 0)


def is_mosaic(instance: Instance) -> bool:
    """Tell whether an image calls itself a mosaic; those of other modalities, such as stitched X-rays, are none."""
    words = instance.image_type.upper().split("\\")
    is_one = instance.modality == "MR" and instance.number_of_frames <= 1
    return is_one and (SIEMENS in words or UNITED_IMAGING in words)


def is_untold(frame: FrameRef) -> bool:
    """Tell whether a frame is a whole mosaic, not a slice of one."""
    return is_mosaic(frame.instance) and not isinstance(frame, Tile)


def cut_out(mosaic: "Frame", tile: Tile) -> "Frame":
    """Give the frame of a tile out of that of its mosaic."""
    column, row = tile.corner_px
    rows, columns = tile.instance.rows, tile.instance.columns
    pixels = mosaic.pixels[row : row + rows, column : column + columns]
    return replace(mosaic, pixels=pixels, plane=plane_of(tile.instance), overlays=(), shutter=None, number=tile.number)
