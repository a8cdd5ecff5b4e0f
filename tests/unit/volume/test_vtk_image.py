"""VTK sees the voxels of a volume where they lie."""

import numpy as np
import pytest
from vtkmodules.util.numpy_support import vtk_to_numpy

from workstation.volume.vtk_image import vtk_image


def test_voxels_are_shared_and_in_the_order_i_j_k() -> None:
    array_kji = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    image = vtk_image(array_kji)
    assert image.GetDimensions() == (4, 3, 2)
    assert image.GetScalarComponentAsDouble(1, 2, 1, 0) == array_kji[1, 2, 1]
    array_kji[1, 2, 1] = 99
    assert image.GetScalarComponentAsDouble(1, 2, 1, 0) == 99
    assert vtk_to_numpy(image.GetPointData().GetScalars()).dtype == np.int16


def test_colour_has_three_components() -> None:
    image = vtk_image(np.zeros((2, 3, 4, 3), np.uint8))
    assert image.GetNumberOfScalarComponents() == 3


@pytest.mark.parametrize("array", [np.zeros((2, 2)), np.zeros((2, 2, 2), bool), np.zeros((2, 2, 2), complex)])
def test_what_is_no_volume_is_refused(array: np.ndarray) -> None:
    with pytest.raises(ValueError, match="no voxels"):
        vtk_image(array)
