"""Where things are drawn: a window that nobody sees, with a light beside the eye."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkUnsignedCharArray
from vtkmodules.vtkRenderingCore import vtkLight, vtkProp, vtkRenderer
from vtkmodules.vtkRenderingOpenGL2 import vtkTextureObject

from workstation.volume.looks.camera import Sight
from workstation.volume.rendering.screens import open_screen

LIGHT = 1.25
"""Slopes take light away: with a little more of it, what faces the eye is as bright as its colour."""

ASIDE = (-0.6, 0.8, 1.0)
"""Where the light is that casts shadows, as seen from the eye: at the left and above."""


class Stage:
    """A window that nobody sees; it belongs to the thread that makes it.

    Raises
    ------
    UserError
        If nothing on this machine can draw.
    """

    def __init__(self) -> None:
        self._screen = open_screen()
        self._renderer = vtkRenderer()
        self._light = vtkLight()
        self._light.SetLightTypeToHeadlight()
        self._light.SetIntensity(LIGHT)
        self._renderer.AddLight(self._light)
        self._screen.window.AddRenderer(self._renderer)

    @property
    def is_software(self) -> bool:
        """Whether the processor draws."""
        return self._screen.is_software

    @property
    def longest_texture(self) -> int:
        """How many voxels an axis of a volume may have; 0 where it is not told."""
        return max(0, int(vtkTextureObject.GetMaximumTextureSize3D(self._screen.window)))

    def drawn(
        self,
        prop: vtkProp,
        seen: Sight,
        size_px: tuple[int, int],
        *,
        background: tuple[float, float, float],
        has_shadows: bool = False,
        is_stale: Callable[[], bool] | None = None,
    ) -> NDArray[np.uint8]:
        """Draw one thing, and give the picture: (rows, columns, 3). Shadows need a light that is not beside the eye."""
        if has_shadows:
            self._light.SetLightTypeToCameraLight()
            self._light.SetPosition(*ASIDE)
            self._light.SetFocalPoint(0, 0, 0)
        else:
            self._light.SetLightTypeToHeadlight()
        self._screen.window.SetSize(*size_px)
        self._renderer.SetBackground(*background)
        self._renderer.RemoveAllViewProps()
        self._renderer.AddViewProp(prop)
        self._put_camera(seen)
        self._render(is_stale)
        pixels = vtkUnsignedCharArray()
        self._screen.window.GetPixelData(0, 0, size_px[0] - 1, size_px[1] - 1, 1, pixels, 0)
        return np.ascontiguousarray(vtk_to_numpy(pixels).reshape(size_px[1], size_px[0], 3)[::-1])

    def close(self) -> None:
        """Give the window back, on its thread."""
        self._renderer.RemoveAllViewProps()
        self._screen.window.RemoveRenderer(self._renderer)
        self._screen.window.Finalize()

    def _put_camera(self, seen: Sight) -> None:
        camera = self._renderer.GetActiveCamera()
        camera.SetPosition(*seen.eye_lps)
        camera.SetFocalPoint(*seen.focus_lps)
        camera.SetViewUp(*seen.up)
        camera.SetParallelProjection(seen.perspective_deg == 0)
        if seen.perspective_deg:
            camera.SetViewAngle(seen.perspective_deg)
        else:
            camera.SetParallelScale(seen.half_height_mm)
        self._renderer.ResetCameraClippingRange()

    def _render(self, is_stale: Callable[[], bool] | None) -> None:
        window = self._screen.window

        def leave(_caller: Any, _event: str) -> None:
            if is_stale is not None and is_stale():
                window.SetAbortRender(1)

        watch = window.AddObserver("AbortCheckEvent", leave) if is_stale is not None else None
        window.SetAbortRender(0)
        window.Render()
        if watch is not None:
            window.RemoveObserver(watch)
