"""Draw the picture of docs/volume-rendering.md: `python scripts/rendering_pictures.py build/demo`."""

import argparse
from pathlib import Path

import numpy as np

from workstation.display.picture import write_picture
from workstation.jobs.job import Job
from workstation.volume.looks.camera import Camera
from workstation.volume.looks.look3d import look_of
from workstation.volume.looks.transfer_files import preset
from workstation.volume.opening import open_volume
from workstation.volume.rendering.drawing import Rendering

SIZE_PX = (330, 330)
PICTURES = (
    ("ct-chest-abdomen", "ct-bone-vessels"),
    ("ct-chest-abdomen", "ct-lung"),
    ("mr-brain", "mr-head"),
    ("pet", "pet-mip"),
)


def main() -> None:
    """Draw four presets side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path, help="the folder of the demo study")
    parser.add_argument("--output", type=Path, default=Path("docs/images"), help="a folder for it")
    asked = parser.parse_args()
    pictures = []
    for series, name in PICTURES:
        volume, _stack = open_volume([asked.study / series], Job())
        rendering = Rendering(volume)
        pictures.append(rendering.picture(look_of(preset(name), Camera(25, 15)), SIZE_PX))
        rendering.close()
    write_picture(np.hstack(pictures), asked.output / "volume-rendering.png", "png")


if __name__ == "__main__":
    main()
