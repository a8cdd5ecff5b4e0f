"""One block of voxels as a thing in a scene of VTK: who casts the rays, and with which colours and opacity."""

import threading
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from vtkmodules.vtkCommonCore import vtkMultiThreader
from vtkmodules.vtkCommonDataModel import vtkImageData, vtkPiecewiseFunction, vtkPlane
from vtkmodules.vtkRenderingCore import vtkColorTransferFunction, vtkVolume, vtkVolumeProperty

from workstation.model.geometry import voxel_size_mm
from workstation.quick_dataclass import dataclass
from workstation.volume.looks.look3d import ClipPlane
from workstation.volume.looks.transfer import Method, TransferFunction
from workstation.volume.rendering.blocks import Block
from workstation.volume.rendering.colours import with_colours
from workstation.volume.vtk_image import vtk_image, vtk_matrix

Caster = Literal["processor", "graphics"]

_THREADS = vtkMultiThreader.GetGlobalDefaultNumberOfThreads()
_COUNTING = threading.Lock()
"""Held while the default is another one, which is that of all threads of the program."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a block is to be cast; values are stored ones, not modality values.

    Parameters
    ----------
    function
        Colours and opacity.
    planes
        What they cut off is not there.
    is_shaded, shadows
        See `workstation.volume.looks.look3d.Look3D`.
    step_mm
        Distance of samples along a ray.
    pixel_step
        A ray for every so many pixels of the picture, across and down.
    """

    method: Method
    function: TransferFunction
    planes: tuple[ClipPlane, ...]
    is_shaded: bool
    shadows: float
    step_mm: float
    pixel_step: float


class CastBlock:
    """A block that can be put into a renderer."""

    def __init__(self, block: Block, caster: Caster) -> None:
        self._block = block
        self._caster: Caster = caster
        self._image = _placed_image(block)
        self._mapper = _mapper(caster, leaps_alone=block.colours is not None)
        self._mapper.SetInputDataObject(self._image)
        self._property = vtkVolumeProperty()
        self._property.SetInterpolationTypeToLinear()
        if block.colours is not None:
            self._property.IndependentComponentsOff()
        self._last: Recipe | None = None
        self._is_lit = False
        self.prop = vtkVolume()
        self.prop.SetMapper(self._mapper)
        self.prop.SetProperty(self._property)
        self.prop.SetUserMatrix(vtk_matrix(_turned(block)))

    @property
    def block(self) -> Block:
        """The voxels."""
        return self._block

    def change(self) -> None:
        """Be told that voxels were changed in place: what was made of them, such as their light, is made anew."""
        self._image.GetPointData().GetScalars().Modified()
        self._image.Modified()
        self._is_lit = False

    def use(self, recipe: Recipe) -> bool:
        """Cast by a recipe from now on; only what changed is set, since VTK works out much anew otherwise.

        Returns
        -------
        bool
            Whether nothing but the distances of samples and rays changed.
        """
        last = self._last
        if last is None or last.function != recipe.function or last.method != recipe.method:
            self._set_function(recipe)
        if last is None or last.planes != recipe.planes:
            self._set_planes(recipe.planes)
        if last is None or last.is_shaded != recipe.is_shaded:
            self._property.SetShade(recipe.is_shaded)
        self._mapper.SetSampleDistance(recipe.step_mm)
        self._mapper.SetImageSampleDistance(recipe.pixel_step)
        _BLENDS[recipe.method](self._mapper)
        if self._caster == "graphics":
            self._mapper.SetGlobalIlluminationReach(recipe.shadows)
            self._mapper.SetVolumetricScatteringBlending(2.0 * recipe.shadows)
        self._share_out(recipe)
        self._last = recipe
        return last is not None and replace(last, step_mm=0, pixel_step=0) == replace(recipe, step_mm=0, pixel_step=0)

    def _share_out(self, recipe: Recipe) -> None:
        """Have one thread draw the picture for which light is worked out, all of them the others.

        WORKAROUND: VTK 9.7 takes the slices at the ends of each thread's part for ends of the volume, so that light
        falls on them otherwise: a line across what is seen.
        """
        needs_light = recipe.is_shaded or bool(recipe.function.gradient_opacity)
        if self._caster == "processor":
            self._mapper.SetNumberOfThreads(1 if needs_light and not self._is_lit else _THREADS)
        self._is_lit = needs_light

    def _set_function(self, recipe: Recipe) -> None:
        function = recipe.function
        colours, opacity = vtkColorTransferFunction(), vtkPiecewiseFunction()
        for point in function.points:
            colours.AddRGBPoint(point.value, *point.colour)
            opacity.AddPoint(point.value, point.opacity)
        self._property.SetColor(colours)
        self._property.SetScalarOpacity(opacity)
        self._property.SetScalarOpacityUnitDistance(function.opacity_distance_mm)
        if function.gradient_opacity:
            gradients, mean_mm = vtkPiecewiseFunction(), float(np.mean(voxel_size_mm(self._block.grid)))
            for change, factor in function.gradient_opacity:
                gradients.AddPoint(change * mean_mm, factor)  # VTK counts changes per mean distance of voxels
            self._property.SetGradientOpacity(gradients)
            self._property.DisableGradientOpacityOff()
        else:
            self._property.DisableGradientOpacityOn()
        if shading := function.shading:
            self._property.SetAmbient(shading.ambient)
            self._property.SetDiffuse(shading.diffuse)
            self._property.SetSpecular(shading.specular)
            self._property.SetSpecularPower(shading.specular_power)

    def _set_planes(self, planes: tuple[ClipPlane, ...]) -> None:
        self._mapper.RemoveAllClippingPlanes()
        for plane in planes:
            made = vtkPlane()
            made.SetOrigin(plane.point_lps)
            made.SetNormal(plane.towards_lps)
            self._mapper.AddClippingPlane(made)


_BLENDS: dict[Method, Any] = {
    "composite": lambda mapper: mapper.SetBlendModeToComposite(),
    "isosurface": lambda mapper: mapper.SetBlendModeToComposite(),
    "mip": lambda mapper: mapper.SetBlendModeToMaximumIntensity(),
    "minip": lambda mapper: mapper.SetBlendModeToMinimumIntensity(),
}


def _mapper(caster: Caster, *, leaps_alone: bool) -> Any:
    """Make what casts rays.

    WORKAROUND: where the processor casts colours, VTK 9.7 finds out wrongly in all threads but the first where nothing
    is that rays can leap over, so one has to do it (``leaps_alone``).
    """
    if caster == "graphics":
        from vtkmodules.vtkRenderingVolumeOpenGL2 import vtkOpenGLGPUVolumeRayCastMapper

        made = vtkOpenGLGPUVolumeRayCastMapper()
    else:
        import vtkmodules.vtkRenderingVolumeOpenGL2  # noqa: F401 - shows what the processor cast
        from vtkmodules.vtkRenderingVolume import vtkFixedPointVolumeRayCastMapper

        with _COUNTING:
            vtkMultiThreader.SetGlobalDefaultNumberOfThreads(1 if leaps_alone else _THREADS)
            made = vtkFixedPointVolumeRayCastMapper()
            vtkMultiThreader.SetGlobalDefaultNumberOfThreads(_THREADS)
        made.SetNumberOfThreads(_THREADS)
        made.LockSampleDistanceToInputSpacingOff()
    made.SetAutoAdjustSampleDistances(0)
    return made


def _placed_image(block: Block) -> vtkImageData:
    array = block.array_kji if block.colours is None else with_colours(block.array_kji, block.colours)
    image = vtk_image(array)
    image.SetSpacing(*voxel_size_mm(block.grid))
    return image


def _turned(block: Block) -> Any:
    """Give the matrix from the image, whose voxels have their size in mm already, to LPS: it only turns and moves."""
    matrix = block.grid.affine_lps.copy()
    matrix[:3, :3] /= np.linalg.norm(matrix[:3, :3], axis=0)
    return matrix
