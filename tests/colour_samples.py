"""Slices in colour: the small phantoms with greys turned into colours from which place and value are known again."""

import copy
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from workstation.phantoms import small
from workstation.phantoms.writing import save

_OF_VALUES = ("RescaleSlope", "RescaleIntercept", "RescaleType", "WindowCenter", "WindowWidth", "PixelPaddingValue")


def colours_of(hu: NDArray[np.int16]) -> NDArray[np.uint8]:
    """The marker is the brightest: (250, 240, 30); all else is dark, bluish, and differs from voxel to voxel."""
    low = np.clip((hu.astype(int) + 1024) // 8, 0, 90)
    made = np.stack([low // 2, low // 3, 40 + low], axis=-1).astype(np.uint8)
    made[hu == small.MARKER_HU] = (250, 240, 30)
    return made


def in_colour(datasets: Iterable[Dataset]) -> list[Dataset]:
    """Give CT images, single ones or those of several frames, in RGB of 8 bits."""
    made = []
    for each in datasets:
        ds = copy.deepcopy(each)
        intercept = int(ds.get("RescaleIntercept", 0))  # of several frames it is 0
        stored = np.frombuffer(ds.PixelData, np.int16).reshape(-1, ds.Rows, ds.Columns)
        ds.PixelData = colours_of(stored + np.int16(intercept)).tobytes()
        ds["PixelData"].VR = "OB"
        ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PlanarConfiguration = 3, "RGB", 0
        ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 8, 8, 7, 0
        for name in _OF_VALUES:
            if name in ds:
                del ds[name]
        made.append(ds)
    return made


def write_in_colour(name: str, folder: Path) -> small.SmallVolume:
    """Write a small phantom in colour, and give it as it is in greys."""
    made = small.volume(name)
    folder.mkdir(parents=True, exist_ok=True)
    for number, ds in enumerate(in_colour(made.datasets)):
        save(ds, folder / f"{number:03d}.dcm")
    return made
