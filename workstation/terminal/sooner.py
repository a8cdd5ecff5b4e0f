"""Loads pydicom without what it finds beside itself, so that the first picture is there sooner."""

import sys

_UNUSED = ("gdcm", "jpeg_ls", "libjpeg", "openjpeg", "pylibjpeg", "requests", "rle")


def load_pydicom() -> None:
    """Import pydicom as if there were no decoders for it, unless it is there already.

    WORKAROUND: pydicom 3 imports every decoder that is installed, and requests, with which it fetches samples, when it
    is imported: a quarter of the time until the first picture. Pixels are decoded by `workstation.model.pixels`.
    """
    if "pydicom" in sys.modules:
        return
    absent = [name for name in _UNUSED if name not in sys.modules]
    for name in absent:
        sys.modules[name] = None  # type: ignore[assignment]  # for the import system that is: not installed
    try:
        import pydicom  # noqa: F401
    finally:
        for name in absent:
            del sys.modules[name]
