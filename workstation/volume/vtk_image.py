"""A volume as VTK takes it: the same voxels, not copied, in a space where a voxel is one unit wide.

VTK's images can be turned but not sheared, and a volume of a tilted gantry shears. So VTK gets the voxels with origin 0
and spacing 1, and the matrix from there to the patient apart: a slicer, an actor or a surface puts it on.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonCore import vtkSMPTools
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkCommonMath import vtkMatrix4x4

KINDS = "iuf"
THREADS = 2


def vtk_image(array_kji: NDArray[Any]) -> vtkImageData:
    """Give voxels (k, j, i), or (k, j, i, 3) in colour, as an image in voxel space; it shares their memory.

    Raises
    ------
    ValueError
        If they are no numbers, or have another number of axes.
    """
    if array_kji.dtype.kind not in KINDS or array_kji.ndim not in (3, 4):
        raise ValueError(f"no voxels: {array_kji.dtype} of {array_kji.ndim} axes")
    voxels = np.ascontiguousarray(array_kji)
    if voxels.dtype == np.float16:
        voxels = voxels.astype(np.float32)
    components = voxels.shape[3] if voxels.ndim == 4 else 1
    image = vtkImageData()
    image.SetDimensions(voxels.shape[2], voxels.shape[1], voxels.shape[0])
    flat = voxels.reshape(-1, components) if components > 1 else voxels.reshape(-1)
    scalars = numpy_to_vtk(flat, deep=False)
    scalars.SetName("voxels")
    image.GetPointData().SetScalars(scalars)
    return image


def vtk_matrix(matrix: NDArray[np.float64]) -> vtkMatrix4x4:
    """Give a 4x4 matrix as VTK's."""
    made = vtkMatrix4x4()
    made.DeepCopy(np.asarray(matrix, dtype=np.float64).reshape(-1).tolist())
    return made


def use_threads() -> None:
    """Let filters of VTK that can work in threads do so: as it comes they take one after the other."""
    tools = vtkSMPTools()
    if tools.GetBackend() != "STDThread" and tools.SetBackend("STDThread"):
        tools.Initialize(THREADS)
