"""Values of a volume at the pixels of a plane, taken by vtkImageReslice in the space of its voxels."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import get_vtk_array_type, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkCommonTransforms import vtkAbstractTransform
from vtkmodules.vtkImagingCore import vtkImageReslice

from workstation.volume.outside import Outside
from workstation.volume.slabs import Interpolation, Projection
from workstation.volume.vtk_image import vtk_matrix

THREADS = 2
Way = NDArray[np.float64] | vtkAbstractTransform
"""From (column, row, number of the plane from the middle) to voxel coordinates (i, j, k): a matrix 4x4, or curved."""
_MODES: dict[Interpolation, int] = {"nearest": 0, "linear": 1, "cubic": 3}
_SLAB_MODES: dict[Projection, int] = {"minip": 0, "mip": 1, "mean": 2}


def sampled(
    image: vtkImageData,
    pixels_to_ijk: Way,
    size_px: tuple[int, int],
    *,
    outside: Outside,
    interpolation: Interpolation = "linear",
    projection: Projection = "mip",
    samples: int = 1,
) -> NDArray[Any]:
    """Take values at the pixels of a plane, or of several as far from each other as the matrix says.

    Parameters
    ----------
    image
        A volume, as `workstation.volume.vtk_image.vtk_image` gives it.
    pixels_to_ijk
        Where the pixels lie among the voxels.
    size_px
        Columns and rows.
    outside
        Type of the result, and its value where there is no voxel within half a voxel.
    projection
        What becomes of the values of several planes; those outside have no part in it. Not ``sum``. A mean weighs
        the outermost planes half.
    samples
        How many planes, an odd number.

    Returns
    -------
    ndarray
        (rows, columns), or (rows, columns, 3) in colour.
    """
    reslice = vtkImageReslice()
    reslice.SetInputData(image)
    if isinstance(pixels_to_ijk, np.ndarray):
        reslice.SetResliceAxes(vtk_matrix(pixels_to_ijk))
    else:
        reslice.SetResliceTransform(pixels_to_ijk)
    reslice.SetOutputDimensionality(3)
    reslice.SetOutputOrigin(0, 0, 0)
    reslice.SetOutputSpacing(1, 1, 1)
    reslice.SetOutputExtent(0, size_px[0] - 1, 0, size_px[1] - 1, 0, 0)
    reslice.SetOutputScalarType(get_vtk_array_type(outside.dtype))
    reslice.SetBackgroundLevel(outside.value)
    reslice.SetInterpolationMode(_MODES[interpolation])
    reslice.SetNumberOfThreads(THREADS)
    if samples > 1:
        reslice.SetSlabNumberOfSlices(samples)
        reslice.SetSlabMode(_SLAB_MODES[projection])
        reslice.SetSlabTrapezoidIntegration(projection == "mean")
    reslice.Update()
    made = reslice.GetOutput()
    values: NDArray[Any] = vtk_to_numpy(made.GetPointData().GetScalars())
    colours = made.GetNumberOfScalarComponents()
    return values.reshape(size_px[1], size_px[0], *([colours] if colours > 1 else []))
