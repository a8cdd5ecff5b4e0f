"""Every preset shows something on the demo study, and no two show the same."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from workstation.jobs.job import Job
from workstation.model.geometry import VolumeGrid
from workstation.model.volume import Volume
from workstation.volume.looks.camera import Camera
from workstation.volume.looks.look3d import look_of
from workstation.volume.looks.transfer_files import presets
from workstation.volume.opening import open_volume
from workstation.volume.rendering.drawing import Rendering

SERIES = {"CT": "ct-chest-abdomen", "MR": "mr-brain", "PT": "pet"}
SIZE = (96, 96)


def coarse(volume: Volume) -> Volume:
    """Each fourth column and row: quick, and enough for pictures of this size."""
    array = np.ascontiguousarray(volume.array_kji[:, ::4, ::4])
    grid = VolumeGrid(volume.grid.affine_lps @ np.diag([4.0, 4.0, 1.0, 1.0]), array.shape)
    return replace(volume, array_kji=array, grid=grid)


@pytest.fixture(scope="module")
def pictures(demo_study: Path) -> Iterator[dict[str, np.ndarray]]:
    """A picture by each preset, of the volume that it suits."""
    renderings = {
        modality: Rendering(coarse(open_volume([demo_study / folder], Job())[0])) for modality, folder in SERIES.items()
    }
    camera = Camera(25, 15)
    yield {
        name: renderings.get(function.modality, renderings["MR"]).picture(look_of(function, camera), SIZE)
        for name, function in presets().items()
    }
    for each in renderings.values():
        each.close()


def test_there_are_many_for_each_modality() -> None:
    assert len(presets()) >= 25
    for modality, least in (("CT", 15), ("MR", 5), ("PT", 3)):
        assert sum(function.modality == modality for function in presets().values()) >= least, modality


def test_none_is_empty(pictures: dict[str, np.ndarray]) -> None:
    for name, picture in pictures.items():
        background = np.rint(255 * np.asarray(presets()[name].background))
        share = (np.abs(picture - background).max(axis=2) > 12).mean()
        assert share > 0.02, f"{name}: {share:.1%} of the picture is not background"


def test_no_two_are_alike(pictures: dict[str, np.ndarray]) -> None:
    for one, other in combinations(pictures, 2):
        difference = np.abs(pictures[one].astype(int) - pictures[other]).max(axis=2)
        assert (difference > 12).mean() > 0.01, f"{one} and {other} are alike"
