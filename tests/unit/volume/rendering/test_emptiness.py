"""A black picture never stands without a sentence that says why."""

from dataclasses import replace

import numpy as np
import pytest

from workstation.model.geometry import VolumeGrid
from workstation.model.volume import Volume
from workstation.volume.looks.look3d import ClipPlane, Look3D
from workstation.volume.looks.transfer import grey_ramp
from workstation.volume.rendering.emptiness import is_empty, why_empty
from workstation.volume.rendering.recipes import Scale, scale_of


def scale(array: np.ndarray) -> Scale:
    return scale_of(Volume(array, VolumeGrid(np.eye(4), array.shape), 1.0, -1024.0, "HU", (), (), ()))


RAMP = np.linspace(0, 1500, 8000).reshape(20, 20, 20).astype(np.int16)


@pytest.mark.parametrize(
    ("look", "told"),
    [
        (Look3D(method="isosurface", threshold=600.0), "no voxel crosses 600 HU, the volume holds -1024 to 476 HU"),
        (Look3D(method="isosurface", threshold=-2000.0), "no voxel crosses -2000 HU"),
        (Look3D(transfer=grey_ramp(500, 900)), "no value of the volume, -1024 to 476 HU, has any opacity"),
        (
            Look3D(method="mip", planes=(ClipPlane((99.0, 0.0, 0.0), (1.0, 0.0, 0.0)),)),
            "turn it, or put back what is cut off, taken out or masked",
        ),
        (Look3D(method="mip"), "Nothing is seen from here"),
    ],
)
def test_the_reason_is_told(look: Look3D, told: str) -> None:
    assert told in why_empty(look, scale(RAMP))


def test_a_volume_of_one_value_is_told() -> None:
    assert "All voxels have the same value, -1000 HU" in why_empty(Look3D(), scale(np.full((3, 4, 5), 24, np.int16)))


def test_a_picture_of_the_background_is_empty() -> None:
    look = Look3D(background=(1.0, 1.0, 1.0))
    white = np.full((4, 4, 3), 255, np.uint8)
    assert is_empty(white, look)
    assert not is_empty(white, replace(look, background=(0.0, 0.0, 0.0)))
    white[2, 2, 1] = 200
    assert not is_empty(white, look)
