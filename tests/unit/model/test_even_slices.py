"""Slices at odd places: what is in them stays where it was, and what is left as it is says how far off it may be."""

import copy
from pathlib import Path

import numpy as np
import pytest

from workstation.jobs.job import Job
from workstation.model.even_slices import IN_PLACE_MM, even_count, make_even
from workstation.phantoms import small
from workstation.phantoms.writing import save
from workstation.volume.opening import open_volume


@pytest.mark.parametrize("off_mm", [0.0, 0.009, 0.05, 0.2, 0.7])
def test_that_a_thing_in_a_slice_off_the_grid_stays_at_its_place(off_mm: float) -> None:
    offsets = [0.0, 2.0, 4.0, 8.0 + off_mm, 10.0, 12.0, 14.0, 20.0]
    slices = np.zeros((8, 2, 2), np.float32)
    slices[3] = 1000
    count = even_count(offsets)
    even = make_even(slices, offsets, count=count)[:, 0, 0]
    places = np.linspace(0.0, 20.0, count)
    if min(abs(places - offsets[3])) <= IN_PLACE_MM:
        assert even.max() == 1000
    np.testing.assert_allclose(even, np.interp(places, offsets, slices[:, 0, 0]), atol=1000 * IN_PLACE_MM / 2)


@pytest.mark.parametrize(
    ("moved", "told"),
    [
        ((0, 0, 0.04), ()),
        ((0, 0, 0.12), ("Distances of slices vary a little: places are up to 0.12 mm off",)),
        ((0.03, 0, 0), ()),
        ((0.3, 0.4, 0), ("Slices are shifted sideways a little: places are up to 0.50 mm off",)),
    ],
)
def test_that_places_a_little_off_are_told(moved: tuple[float, ...], told: tuple[str, ...], tmp_path: Path) -> None:
    for number, ds in enumerate(small.volume("axial").datasets):
        written = copy.deepcopy(ds)
        if number == 4:
            written.ImagePositionPatient = [f"{a + b:.4f}" for a, b in zip(ds.ImagePositionPatient, moved, strict=True)]
        save(written, tmp_path / f"{number}.dcm")
    volume, _ = open_volume([tmp_path], Job())
    assert volume.notes == told
    assert len(volume.array_kji) == 9
