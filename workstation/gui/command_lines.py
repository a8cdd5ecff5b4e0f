"""What the window has done, as lines for a shell that do the same without a window."""

import shlex
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.display.view import Size, View
from workstation.model.annotation import YELLOW
from workstation.model.frame import Frame, LookupTable, Voi, Window
from workstation.model.index.records import FrameRef, Place

if TYPE_CHECKING:
    from workstation.display.viewed_states import Viewed
    from workstation.gui.canvas.scene import Applied

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
    words += turn_words(view)
    words += ["--size", f"{size_px[0]}x{size_px[1]}"]
    if view.zoom is not None:
        words += ["--zoom", repr(float(view.zoom))]
        if view.centre_px is not None:
            words += ["--centre", ",".join(repr(float(each)) for each in view.centre_px)]
    if view.centre_px is None and view.at_sides:
        words += ["--side", ",".join(sorted(view.at_sides))]
    return (*words, "--output", output)


def applied_words(
    ref: FrameRef, applied: "Applied", view: View, size_px: Size, *, state: Place, output: str
) -> list[str]:
    """Give the command that writes the picture in the pane as a presentation state has it; nothing where none does.

    The command applies the state alone: what a hand has changed since cannot be said.
    """
    from workstation.display.laid_view import own_part

    presented = applied.presented
    if presented is None or ref.instance.number_of_frames > 1 or state.member or presented.view.zoom is not None:
        return []
    if replace(own_part(view, presented.view), hidden_layers=frozenset()) != View():
        return []
    words = ["gsps", "apply", str(ref.instance.place), "--state", str(state.path)]
    names = presented.presentation.layer_names
    shown = [name for name in names if name not in view.hidden_layers]
    if len(shown) < len(names):
        words += [part for name in shown for part in ("--layer", name)] if shown else ["--no-graphics"]
    return [*words, "--size", f"{size_px[0]}x{size_px[1]}", "--output", output]


def state_words(viewed: "Viewed") -> tuple[str, ...]:
    """Give the command that writes what is seen as a presentation state; nothing where it cannot say all of it."""
    view, first = viewed.view, viewed.refs[0]
    drawn = [each for annotations in viewed.annotations.values() for each in annotations]
    is_said = (
        len(viewed.refs) == 1
        and view.presentation is None
        and view.centre_px is None
        and view.zoom is None
        and isinstance(view.colours, str)
        and (view.voi is None or (isinstance(view.voi, Window) and view.voi.function == "LINEAR"))
        and all(each.kind == "arrow" and not each.text and each.colour == YELLOW for each in drawn)
    )
    if not is_said:
        return ()
    words = ["gsps", "create", str(first.instance.place), "-o", "state.dcm"]
    if first.instance.number_of_frames > 1:
        words += ["--frame", str(first.number + 1)]
    words += ["--label", viewed.label]
    words += [
        part
        for name, text in (("--description", viewed.description), ("--creator", viewed.creator))
        if text
        for part in (name, text)
    ]
    words += _voi_words(view.voi, viewed.frame)
    words += turn_words(view)
    for each in drawn:
        tip, tail = each.points_px
        words += ["--arrow", ",".join(repr(float(value)) for value in (*tail, *tip))]
    return tuple(words)


def turn_words(view: View) -> list[str]:
    """Say how it is turned, and in which colours."""
    words = ["--invert"] if view.inverted else []
    if view.rotation_quarters % 4:
        words += ["--rotate", str(90 * (view.rotation_quarters % 4))]
    flips = [name for name, on in (("horizontal", view.flipped_h), ("vertical", view.flipped_v)) if on]
    if flips:
        words += ["--flip", ",".join(flips)]
    if isinstance(view.colours, str) and view.colours:
        words += ["--colours", view.colours]
    return words


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
