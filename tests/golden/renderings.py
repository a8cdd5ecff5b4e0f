"""Small renderings of a body made by arithmetic; `python -m tests.golden.renderings` stores what is drawn now."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.model.geometry import VolumeGrid
from workstation.model.volume import Volume
from workstation.volume.looks.camera import Camera
from workstation.volume.looks.look3d import Cut, Look3D, look_of
from workstation.volume.looks.transfer_files import preset
from workstation.volume.rendering.drawing import Rendering

FOLDER = Path(__file__).parent / "pictures" / "renderings"
SIZE_PX = (96, 96)
Picture = NDArray[np.uint8]

_TILTED = np.array([[2.0, 0, 0, -80], [0, 2.0, 0.7, -90], [0, 0, 4.0, 20], [0, 0, 0, 1]])


def body() -> Volume:
    """A trunk on a table, tilted gantry, in HU: lungs, a spine, ribs on the left of the patient only, an aorta."""
    shape = (36, 80, 80)
    grid = VolumeGrid(_TILTED, shape)
    k, j, i = np.indices(shape)
    x, y, z = np.moveaxis(np.stack([i, j, k], axis=-1) @ _TILTED[:3, :3].T + _TILTED[:3, 3], -1, 0)
    z = z - 90
    hu = np.full(shape, -1000, np.int16)
    hu[(y > 62) & (y < 68) & (np.abs(x) < 75)] = 100
    hu[(x / 62) ** 2 + (y / 48) ** 2 < 1] = 45
    hu[((np.abs(x) - 28) / 20) ** 2 + (y / 30) ** 2 + (z / 55) ** 2 < 1] = -860
    hu[(x**2 + (y - 34) ** 2 < 100)] = 300
    hu[((x - 14) ** 2 + (y - 16) ** 2 < 64)] = 230
    ring = np.abs(np.hypot(x / 55, y / 42) - 1) < 0.06
    hu[ring & (np.abs(z % 24 - 12) < 4) & (x > 6)] = 700
    return Volume(hu, grid, 1.0, 0.0, "HU", (), (), ())


_CAMERA = Camera(35, 20)
LOOKS: dict[str, Look3D] = {
    "bone": look_of(preset("ct-bone"), _CAMERA),
    "vessels-without-bone": replace(look_of(preset("ct-vessels"), _CAMERA), removed=frozenset({"bone", "table"})),
    "skin": look_of(preset("ct-skin"), Camera(-30, 15)),
    "lung": look_of(preset("ct-lung"), _CAMERA),
    "mip": Look3D(method="mip", window=(300.0, 900.0), camera=_CAMERA),
    "minip": Look3D(method="minip", window=(-500.0, 1000.0), camera=Camera(10, 5)),
    "average": Look3D(method="average", window=(-400.0, 1000.0), camera=_CAMERA),
    "isosurface": Look3D(method="isosurface", threshold=180.0, camera=Camera(150, 10)),
    "perspective": look_of(preset("ct-bone-vessels"), Camera(60, 40, 20, 1.3, None, 50)),
    "cut": replace(
        look_of(preset("ct-muscle"), _CAMERA),
        cuts=(Cut(((20, 15), (48, 15), (48, 50), (20, 50)), SIZE_PX, _CAMERA),),
        removed=frozenset({"table"}),
    ),
}


def drawn(looks: dict[str, Look3D] = LOOKS) -> dict[str, Picture]:
    """Draw all of them as a processor does, which all machines have."""
    rendering = Rendering(body(), caster="processor")
    pictures = {name: rendering.picture(look, SIZE_PX) for name, look in looks.items()}
    rendering.close()
    return pictures


def stored(name: str) -> Picture:
    """Read a golden picture as red, green, blue."""
    return np.asarray(cv2.imread(str(FOLDER / f"{name}.png"), cv2.IMREAD_COLOR))[..., ::-1]


def store_all(draw: Callable[[], dict[str, Picture]] = drawn) -> None:
    """Draw every picture and store it."""
    FOLDER.mkdir(exist_ok=True)
    for name, picture in draw().items():
        cv2.imwrite(str(FOLDER / f"{name}.png"), picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    store_all()
