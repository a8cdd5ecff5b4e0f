"""The batch command that draws what is seen in three dimensions."""

from collections.abc import Iterator, Sequence

from workstation.volume.looks.camera import Box, Camera
from workstation.volume.looks.look3d import Look3D
from workstation.volume.looks.transfer_files import colour_name
from workstation.volume.looks.view3d import Size, View3D, point_in

DIGITS = 4
TRANSFER_FILE = "tf.json"
_METHODS = {"composite": "volume", "mip": "mip", "minip": "minip", "average": "average", "isosurface": "isosurface"}


def volume_words(source: Sequence[str], view: View3D, box: Box, size_px: Size, *, output: str) -> tuple[str, ...]:
    """Give the words of ``3d volume`` for what is seen, as large; see `unsaid` for what they leave out.

    ``source`` is what is said of the volume, see `workstation.gui.plane_measure_words.source_words`. Numbers stand
    behind an equals sign, since one that is negative would be taken for an option.
    """
    look = view.look
    words = ["3d", "volume", *source, *_function_words(view)]
    words += _camera_words(look.camera)
    if view.box is not None and not view.box.is_whole:
        low, high = point_in(box, view.box.low), point_in(box, view.box.high)
        words.append("--clip=" + _numbers(*(each for pair in zip(low, high, strict=True) for each in pair)))
    if view.plane is not None:
        words.append("--clip-plane=" + _numbers(*view.plane.point_lps, *view.plane.towards_lps))
    words.append("--lps")
    if look.transfer is not None and frozenset(look.transfer.removes) - look.removed:
        words.append("--remove=none")
    words += [f"--remove={name}" for name in sorted(look.removed)]
    words += list(_light_words(look))
    return (*words, f"--size={size_px[0]}x{size_px[1]}", "--output", output)


def unsaid(view: View3D) -> tuple[str, ...]:
    """Give sentences on what the command cannot say."""
    look, found = view.look, []
    if look.cuts:
        found.append("Cuts of the scissors cannot be said in a command.")
    if look.masks:
        found.append("Add the segments that are shown with --mask and --segment.")
    if look.camera.eye_lps is not None:
        found.append("An eye inside the volume cannot be said in a command.")
    if look.transfer is not None and not view.preset and look.method != "isosurface":
        found.append(f"Save the colours and opacity as {TRANSFER_FILE} first.")
    return tuple(found)


def _function_words(view: View3D) -> list[str]:
    look = view.look
    words = [f"--method={_METHODS[look.method]}"]
    if look.method == "isosurface":
        words += [] if look.threshold is None else [f"--threshold={look.threshold:g}"]
        return [*words, f"--colour={colour_name(look.surface_colour)}"]
    if view.preset:
        words.append(f"--preset={view.preset}")
    elif look.transfer is not None:
        words += ["--transfer-function", TRANSFER_FILE]
    if look.window is not None:
        words += [f"--window-center={look.window[0]:g}", f"--window-width={look.window[1]:g}"]
    return words


def _camera_words(camera: Camera) -> list[str]:
    words = ["--camera-angle=" + _numbers(camera.azimuth_deg, camera.elevation_deg), f"--zoom={camera.zoom:g}"]
    if camera.roll_deg:
        words.append(f"--roll={camera.roll_deg:g}")
    if camera.focus_lps is not None:
        words.append("--focus=" + _numbers(*camera.focus_lps))
    if camera.perspective_deg:
        words.append(f"--perspective={camera.perspective_deg:g}")
    return words


def _light_words(look: Look3D) -> Iterator[str]:
    if look.is_shaded is not None and look.method in ("composite", "isosurface"):
        yield f"--shading={'on' if look.is_shaded else 'off'}"
    if look.shadows:
        yield f"--shadows={look.shadows:g}"
    if any(look.background):
        yield f"--background={colour_name(look.background)}"


def _numbers(*numbers: float) -> str:
    return ",".join(repr(round(each, DIGITS) + 0.0) for each in numbers)
