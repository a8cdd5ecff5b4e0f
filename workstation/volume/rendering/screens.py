"""Windows that nobody sees, into which VTK draws: with a display or without, on graphics hardware or on the processor.

WORKAROUND: VTK 9.7 ends the whole process where EGL or OSMesa cannot be loaded or know no device, so they are asked
first, without VTK.
"""

import ctypes
import os
import sys

from vtkmodules.vtkRenderingCore import vtkRenderWindow

from workstation.errors import UserError
from workstation.quick_dataclass import dataclass

SOFTWARE = ("llvmpipe", "softpipe", "swrast", "swiftshader", "software", "gdi generic", "basic render")
"""What renderers without graphics hardware call themselves."""

_EGL_LIBRARIES = ("libEGL.so.1", "libEGL.so")
_OSMESA_LIBRARIES = ("libOSMesa.so.8", "libOSMesa.so.6", "libOSMesa.so")


@dataclass(frozen=True, slots=True)
class Screen:
    """A window that nobody sees.

    Parameters
    ----------
    window
        The window; it belongs to the thread that made it.
    renderer
        What draws, in its own words ("llvmpipe (LLVM 15.0.6, 256 bits)").
    """

    window: vtkRenderWindow
    renderer: str

    @property
    def is_software(self) -> bool:
        """Whether the processor draws."""
        name = self.renderer.casefold()
        return not name or any(each in name for each in SOFTWARE)


def open_screen() -> Screen:
    """Open a window that nobody sees.

    Raises
    ------
    UserError
        If this machine has nothing that draws; the hint names what to install.
    """
    window = _window()
    if window is None:
        raise UserError(
            "Nothing on this machine can draw in three dimensions.",
            hint="Install Mesa: libegl1 and libgl1-mesa-dri on Debian and Ubuntu, mesa-libEGL and mesa-dri-drivers on "
            "Fedora; or libosmesa6 (Mesa 24 and older).",
        )
    window.SetOffScreenRendering(1)
    window.SetMultiSamples(0)
    window.SetSize(8, 8)
    window.Render()
    return Screen(window, _renderer_of(window.ReportCapabilities()))


def _window() -> vtkRenderWindow | None:
    from vtkmodules import vtkRenderingOpenGL2

    if not sys.platform.startswith("linux"):
        return vtkRenderWindow()
    if _has_egl():
        return vtkRenderingOpenGL2.vtkEGLRenderWindow()
    if any(_loaded(name) for name in _OSMESA_LIBRARIES):
        return vtkRenderingOpenGL2.vtkOSOpenGLRenderWindow()
    if os.environ.get("DISPLAY"):
        window = vtkRenderingOpenGL2.vtkXOpenGLRenderWindow()
        return window if window.SupportsOpenGL() else None
    return None


def _has_egl() -> bool:
    """Ask EGL for its devices."""
    library = next(filter(None, map(_loaded, _EGL_LIBRARIES)), None)
    if library is None:
        return False
    try:
        get = library.eglGetProcAddress
    except AttributeError:
        return False
    get.restype, get.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    address = get(b"eglQueryDevicesEXT")
    if not address:
        return False
    count = ctypes.c_int32(0)
    query = ctypes.CFUNCTYPE(ctypes.c_uint, ctypes.c_int32, ctypes.c_void_p, ctypes.POINTER(ctypes.c_int32))(address)
    return bool(query(0, None, ctypes.byref(count))) and count.value > 0


def _loaded(name: str) -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(name)
    except OSError:
        return None


def _renderer_of(capabilities: str) -> str:
    lines = (line.partition("OpenGL renderer string:") for line in capabilities.splitlines())
    return next((rest.strip() for _before, found, rest in lines if found), "")
