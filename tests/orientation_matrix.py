"""Every way of lying in space that exporters are held against: a marker that tells left from right, and its place."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.jobs.job import Job
from workstation.model.index.records import Stack
from workstation.model.volume import Volume
from workstation.phantoms import small
from workstation.volume.opening import open_volume

MATRIX = (
    *("axial", "sagittal", "coronal", "oblique", "feet_first", "prone", "negated_column", "reversed", "shuffled"),
    *("gapped", "uneven", "tilted", "anisotropic", "single_slice", "enhanced"),
)
WITHIN_MM = 0.01


def written(name: str, folder: Path) -> small.SmallVolume:
    """Write a volume of `MATRIX` as DICOM files."""
    made = small.volume(name)
    folder.mkdir(parents=True, exist_ok=True)
    made.write(folder)
    return made


def opened(name: str, folder: Path) -> tuple[small.SmallVolume, Volume, Stack]:
    """Write a volume of `MATRIX` as DICOM files, and read it as the program does."""
    made = written(name, folder)
    volume, stack = open_volume([folder], Job())
    return made, volume, stack


def brightest_lps(values_kji: NDArray[Any], affine_lps: NDArray[np.float64]) -> NDArray[np.float64]:
    """The place of the brightest voxel, LPS mm, by another program's array and affine."""
    k, j, i = np.unravel_index(int(np.argmax(values_kji)), values_kji.shape)
    place: NDArray[np.float64] = (np.asarray(affine_lps, float) @ [i, j, k, 1])[:3]
    return place


def assert_same_place(found_lps: Any, truth_lps: Any) -> None:
    """Hold a place in the patient against the truth."""
    away = float(np.linalg.norm(np.asarray(found_lps, float) - np.asarray(truth_lps, float)))
    assert away < WITHIN_MM, f"{found_lps} is {away:.4f} mm from {truth_lps}"
