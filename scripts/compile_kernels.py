"""Compile what cuts planes out of volumes for the usual types of voxels: nobody waits for it at the first volume.

Of floats are volumes whose slices have lines to modality values of their own, as of most PET.
"""

import numpy as np

from workstation.model.geometry import VolumeGrid
from workstation.model.volume import Volume
from workstation.volume.cutting.oblique import oblique_plane
from workstation.volume.cutting.projections import extremes
from workstation.volume.cutting.reslice import Reslicer

USUAL = (np.int16, np.uint16, np.uint8, np.float32)
SIDE = 8


def main() -> None:
    """Cut a plane out of a small volume of each type, and project it."""
    for dtype in USUAL:
        array = np.arange(SIDE**3).astype(dtype).reshape(SIDE, SIDE, SIDE)
        grid = VolumeGrid(np.eye(4), array.shape)
        plane, size_px = oblique_plane(grid, (0.6, 0.0, 0.8), (4.0, 4.0, 4.0))
        volume = Volume(array, grid, 1.0, 0.0, "", (), (), tuple(map(float, range(SIDE))))
        Reslicer(volume).frame(plane, size_px)
        extremes(array, "max")


if __name__ == "__main__":
    main()
