"""Mosaics as scanners send them, made of small volumes: tiles in rows, their places in private elements."""

import struct
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom import Sequence as Items
from pydicom.uid import UID

from workstation.phantoms.small import COLUMNS, ROWS, SmallVolume
from workstation.phantoms.writing import put_pixels

SLICES = 8
"""Of the nine of a small volume, so that the last tile is empty."""


def csa(values: Mapping[str, Sequence[str]]) -> bytes:
    """Give a private header as the CSA image header is laid out: names, counts, and values filled up to four bytes."""
    made = [b"SV10\4\3\2\1", struct.pack("<2I", len(values), 77)]
    for name, texts in values.items():
        made.append(struct.pack("<64si4s3I", name.encode(), len(texts), b"FD", 3, max(len(texts), 1), 77))
        for text in texts or [""]:
            data = text.encode() + b"\0" if text else b""
            made += [struct.pack("<4I", len(data), len(data), 77, len(data)), data, b"\0" * (-len(data) % 4)]
    return b"".join(made)


def protocol(centres_lps: NDArray[np.float64]) -> bytes:
    """Give a series header that holds the planned centres of slices; what is zero is left out."""
    lines = [f"sSliceArray.lSize = {len(centres_lps)}"]
    for n, centre in enumerate(centres_lps):
        for axis, value in zip(("Sag", "Cor", "Tra"), centre, strict=True):
            if value:
                lines.append(f"sSliceArray.asSlice[{n}].sPosition.d{axis}\t = \t{value:.10g}")
    return csa({"MrPhoenixProtocol": ["### ASCCONV BEGIN ###\n" + "\n".join(lines) + "\n### ASCCONV END ###"]})


def first_places_lps(made: SmallVolume, *, backwards: bool) -> NDArray[np.float64]:
    """Give the places of the slices in the order of the tiles."""
    places = made.positions_lps[:SLICES]
    return places[::-1] if backwards else places


def tiled(slices: NDArray[Any], *, rows_of_tiles: int = 3) -> NDArray[np.uint16]:
    """Lay slices side by side, three in a row."""
    whole = np.zeros((rows_of_tiles * ROWS, 3 * COLUMNS), np.uint16)
    for n, values in enumerate(slices):
        row, column = n // 3 * ROWS, n % 3 * COLUMNS
        whole[row : row + ROWS, column : column + COLUMNS] = values
    return whole


def mosaic(made: SmallVolume, *, time: int = 1, backwards: bool = False, told: str = "image") -> Dataset:
    """Make a mosaic of Siemens of the first slices of a small volume; values rise by ten from time to time.

    ``told`` says where the places of its slices stand: the header of the "image", the "protocol", or "nowhere".
    """
    stored = (made.hu_kji[:SLICES] + 1024 + 10 * time).astype(np.uint16)
    ds = _whole(made, tiled(stored[::-1] if backwards else stored), time)
    ds.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"]
    places = first_places_lps(made, backwards=backwards)
    along_row, along_column = np.reshape(ds.ImageOrientationPatient, (2, 3))
    down, across = ds.PixelSpacing
    to_whole = along_row * across * COLUMNS + along_column * down * ROWS
    ds.ImagePositionPatient = [f"{each:.10g}" for each in places[0] - to_whole]
    step = places[1] - places[0]
    ds.SpacingBetweenSlices = f"{np.linalg.norm(step):.10g}"
    if told == "image":
        block = ds.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
        normal = [f"{each:.8f}" for each in step / np.linalg.norm(step)]
        block.add_new(0x10, "OB", csa({"NumberOfImagesInMosaic": [f"{SLICES}"], "SliceNormalVector": normal}))
    elif told == "protocol":
        block = ds.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
        centres = made.positions_lps[:SLICES] + to_whole / 2  # as planned, whatever the order of the tiles
        block.add_new(0x20, "OB", protocol(centres))
    return ds


def united_imaging(made: SmallVolume, *, time: int = 1) -> Dataset:
    """Make an image of United Imaging that holds the first six slices of a small volume, in two rows of tiles."""
    ds = _whole(made, tiled((made.hu_kji[:6] + 1024 + 10 * time).astype(np.uint16), rows_of_tiles=2), time)
    ds.ImageType = ["ORIGINAL", "PRIMARY", "M", "VFRAME"]
    del ds.ImagePositionPatient
    items = []
    for place in made.positions_lps[:6]:
        item = Dataset()
        item.ImagePositionPatient = [f"{each:.10g}" for each in place]
        items.append(item)
    ds.private_block(0x0065, "Image Private Header", create=True).add_new(0x51, "SQ", Items(items))
    return ds


def _whole(made: SmallVolume, pixels: NDArray[np.uint16], time: int) -> Dataset:
    ds = deepcopy(made.datasets[0])
    ds.Modality = "MR"
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = UID(f"2.25.77{time}")
    ds.InstanceNumber = ds.AcquisitionNumber = time
    ds.AcquisitionTime = f"0816{time * 3:02d}.500000"
    ds.Rows, ds.Columns = pixels.shape
    put_pixels(ds, pixels)
    return ds
