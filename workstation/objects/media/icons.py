"""Icons of directory records (PS3.3 F.7, C.7.6.1.1.6): small pictures by which a person finds an image on a medium."""

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

ICON_PX = 64
"""Rows and columns: as many as the general purpose profiles and those of CT and MR allow (PS3.11)."""
_FULL_16 = 257


def icon_item(picture: NDArray[np.uint8]) -> Dataset:
    """Give a small picture as the item of an Icon Image Sequence.

    Parameters
    ----------
    picture
        (rows, columns, 3) of red, green, blue. Where all three are equal everywhere it becomes MONOCHROME2, else
        PALETTE COLOR with at most 256 colours: icons have one sample for a pixel.
    """
    item = Dataset()
    item.SamplesPerPixel = 1
    item.Rows, item.Columns = picture.shape[:2]
    item.BitsAllocated, item.BitsStored, item.HighBit, item.PixelRepresentation = 8, 8, 7, 0
    is_grey = bool((picture[..., :1] == picture).all())
    if is_grey:
        item.PhotometricInterpretation, indices = "MONOCHROME2", picture[..., 0]
    else:
        item.PhotometricInterpretation = "PALETTE COLOR"
        indices, colours = _reduced(picture)
        for name, values in zip(("Red", "Green", "Blue"), colours.T, strict=True):
            setattr(item, f"{name}PaletteColorLookupTableDescriptor", [len(values), 0, 16])
            setattr(item, f"{name}PaletteColorLookupTableData", (values.astype("<u2") * _FULL_16).tobytes())
    item.PixelData = np.ascontiguousarray(indices).tobytes()
    item["PixelData"].VR = "OW"
    if len(item.PixelData) % 2:
        item.PixelData += b"\0"
    return item


def _reduced(picture: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Give indices (rows, columns) and their colours (n, 3); colours that are seldom are rounded until 256 are left."""
    for dropped_bits in range(8):
        half = (1 << dropped_bits) >> 1
        rounded = picture >> dropped_bits << dropped_bits | half
        colours, indices = np.unique(rounded.reshape(-1, 3), axis=0, return_inverse=True)
        if len(colours) <= 256:
            break
    return indices.reshape(picture.shape[:2]).astype(np.uint8), colours.astype(np.uint8)
