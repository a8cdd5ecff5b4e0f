"""What the window has done, as lines for a shell that do the same without a window."""

import shlex
from collections.abc import Iterable

from workstation.display.view import Size, View
from workstation.model.frame import Frame, LookupTable, Voi, Window
from workstation.model.index.records import FrameRef

PROGRAM = ("workstation", "--batch")


def shell_line(words: Iterable[str]) -> str:
    """Write a batch command so that a shell takes it as it is."""
    return shlex.join((*PROGRAM, *words))


def picture_words(
    ref: FrameRef, frame: Frame, view: View, size_px: Size, *, output: str, first_voi: Voi | None = None
) -> tuple[str, ...]:
    """Give the command that writes the picture in the pane: same frame, window, part, turn and size in pixels.

    ``first_voi`` is the window in use where the view names none and the file's own is not taken.
    """
    words = ["image", str(ref.instance.place)]
    if ref.instance.number_of_frames > 1:
        words += ["--frame", str(ref.number + 1)]
    words += _voi_words(view.voi or first_voi, frame)
    if view.inverted:
        words.append("--invert")
    if view.rotation_quarters % 4:
        words += ["--rotate", str(90 * (view.rotation_quarters % 4))]
    flips = [name for name, on in (("horizontal", view.flipped_h), ("vertical", view.flipped_v)) if on]
    if flips:
        words += ["--flip", ",".join(flips)]
    if isinstance(view.colours, str) and view.colours:
        words += ["--colours", view.colours]
    words += ["--size", f"{size_px[0]}x{size_px[1]}"]
    if view.zoom is not None:
        words += ["--zoom", repr(float(view.zoom))]
        if view.centre_px is not None:
            words += ["--centre", ",".join(repr(float(each)) for each in view.centre_px)]
    if view.centre_px is None and view.at_sides:
        words += ["--side", ",".join(sorted(view.at_sides))]
    return (*words, "--output", output)


def _voi_words(voi: Voi | None, frame: Frame) -> list[str]:
    """Say which window; nothing for the one that the file is shown with first."""
    if isinstance(voi, Window):
        words = ["--window", f"{_number(voi.center)},{_number(voi.width)}"]
        return words if voi.function == "LINEAR" else [*words, "--function", voi.function]
    if isinstance(voi, LookupTable):
        # `file N` is the Nth of the file's own windows and tables.
        found = next((number for number, own in enumerate(frame.voi, 1) if own is voi), 0)
        return ["--preset", f"file {found}"] if found else []
    return []


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
