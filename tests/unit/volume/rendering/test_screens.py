"""Where nothing can draw, that is said; what draws is known for hardware or not."""

from unittest.mock import Mock

import pytest

from workstation.errors import UserError
from workstation.volume.rendering import screens
from workstation.volume.rendering.screens import Screen, open_screen


def test_a_window_opens_here() -> None:
    screen = open_screen()
    assert screen.renderer
    screen.window.Finalize()


def test_without_libraries_the_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screens, "_loaded", lambda _name: None)
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(UserError) as caught:
        open_screen()
    assert "libegl1" in caught.value.hint
    assert "libosmesa6" in caught.value.hint


def test_libraries_without_a_device_are_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("__EGL_VENDOR_LIBRARY_FILENAMES", "/dev/null")
    library = Mock(spec=["eglGetProcAddress"])
    library.eglGetProcAddress.return_value = None
    monkeypatch.setattr(screens, "_loaded", lambda name: library if "EGL" in name else None)
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(UserError, match="Nothing on this machine can draw"):
        open_screen()


@pytest.mark.parametrize(
    ("renderer", "is_software"),
    [
        ("llvmpipe (LLVM 15.0.6, 256 bits)", True),
        ("softpipe", True),
        ("SwiftShader Device (LLVM 16.0.0)", True),
        ("GDI Generic", True),
        ("", True),
        ("NVIDIA H100 80GB HBM3/PCIe/SSE2", False),
        ("Mesa Intel(R) UHD Graphics 620 (KBL GT2)", False),
        ("Apple M1", False),
    ],
)
def test_software_is_known_by_its_name(renderer: str, is_software: bool) -> None:
    assert Screen(Mock(), renderer).is_software is is_software
