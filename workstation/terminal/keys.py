"""Which key does what: one table, from which keys are read, hints are made, and the page of help is written."""

from collections.abc import Mapping

from workstation.quick_dataclass import dataclass
from workstation.terminal.words import wrapped


@dataclass(frozen=True, slots=True)
class Command:
    """Something that keys do.

    Parameters
    ----------
    id
        Its name, for the code.
    keys
        As `spelled` gives them.
    shown
        The keys as a person reads them; empty for a command that another line of the help speaks for.
    words
        What it does.
    group
        The heading that it stands under.
    """

    id: str
    keys: tuple[str, ...]
    shown: str
    words: str
    group: str


_IMAGES, _LOOK, _MEASURE, _PLANES, _REST = "Images", "Look", "Values", "Planes and pairs", "More"
DIGITS = "0123456789"

COMMANDS: tuple[Command, ...] = (
    Command("left", ("left",), "← → ↑ ↓", "previous and next image; the picture moves where it is zoomed", _IMAGES),
    Command("right", ("right",), "", "", _IMAGES),
    Command("up", ("up",), "", "", _IMAGES),
    Command("down", ("down",), "", "", _IMAGES),
    Command("previous", ("[",), "[ ]", "previous and next frame or image, also where it is zoomed", _IMAGES),
    Command("next", ("]",), "", "", _IMAGES),
    Command("ten-back", ("page_up", "{"), "PgUp PgDn", "ten images back and on", _IMAGES),
    Command("ten-on", ("page_down", "}"), "", "", _IMAGES),
    Command("first", ("home",), "Home End", "first and last image", _IMAGES),
    Command("last", ("end",), "", "", _IMAGES),
    Command("go", ("g",), "g", "go to an image by its number", _IMAGES),
    Command("next-series", ("n",), "n N", "next and previous series", _IMAGES),
    Command("previous-series", ("N",), "", "", _IMAGES),
    Command("cine", (" ",), "Space", "cine, at its true speed; < > slower and faster", _IMAGES),
    Command("slower", ("<",), "", "", _IMAGES),
    Command("faster", (">",), "", "", _IMAGES),
    Command("zoom-in", ("+", "="), "+ -", "zoom", _LOOK),
    Command("zoom-out", ("-", "_"), "", "", _LOOK),
    Command("pan-left", ("shift+left",), "Shift+arrows", "move the picture", _LOOK),
    Command("pan-right", ("shift+right",), "", "", _LOOK),
    Command("pan-up", ("shift+up",), "", "", _LOOK),
    Command("pan-down", ("shift+down",), "", "", _LOOK),
    Command("fit", ("f",), "f", "fit the whole image", _LOOK),
    Command("narrower", ("w",), "w W", "narrower and wider window", _LOOK),
    Command("wider", ("W",), "", "", _LOOK),
    Command("lower", ("l",), "l L", "lower and raise the level of the window", _LOOK),
    Command("higher", ("L",), "", "", _LOOK),
    Command("window", (":",), ":", "type a window: centre,width, or a name such as lung", _LOOK),
    *(
        Command(f"preset-{digit}", (digit,), "" if digit != "0" else "0 to 9", "windows of this modality", _LOOK)
        for digit in DIGITS
    ),
    Command("invert", ("i",), "i", "exchange black and white", _LOOK),
    Command("rotate", ("R",), "R h v", "turn, exchange left and right, top and bottom", _LOOK),
    Command("flip-h", ("h",), "", "", _LOOK),
    Command("flip-v", ("v",), "", "", _LOOK),
    Command("colours", ("k",), "k", "next table of colours", _LOOK),
    Command("overlays", ("o",), "o", "overlays and letters; with presentation states and measurements; nothing", _LOOK),
    Command("reset", ("r",), "r", "look at it as at first", _LOOK),
    Command("undo", ("u",), "u", "undo", _LOOK),
    Command("probe", ("p",), "p", "value and place under a cross-hair, moved by arrows or mouse", _MEASURE),
    Command("distance", ("d",), "d", "measure a distance: arrows and Enter, or drag", _MEASURE),
    Command("enter", ("enter",), "", "", _MEASURE),
    Command("delete", ("x", "delete", "backspace"), "x", "delete the last distance", _MEASURE),
    Command("planes", ("m",), "m", "axial, sagittal and coronal planes of the volume, then the images", _PLANES),
    Command("projection", ("M",), "M", "MIP, MinIP, mean or the plane alone", _PLANES),
    Command("thinner", (",",), ", .", "thinner and thicker slab", _PLANES),
    Command("thicker", (".",), "", "", _PLANES),
    Command("compare", ("c",), "c", "the next series beside this one, or alone again", _PLANES),
    Command("other-pane", ("tab",), "Tab", "the other picture", _PLANES),
    Command("link", ("y",), "y", "scroll, zoom and window together, or not", _PLANES),
    Command("tags", ("t",), "t", "all elements of the file; / searches", _REST),
    Command("info", ("I",), "I", "patient, study, series and image above the picture, or not", _REST),
    Command("save", ("s",), "s", "save the picture as PNG in this folder", _REST),
    Command("help", ("?", "f1"), "?", "this page", _REST),
    Command("escape", ("escape",), "Esc", "one step back; quits where there is none", _REST),
    Command("quit", ("q", "ctrl+c", "ctrl+d"), "q", "quit", _REST),
)
MOUSE: tuple[tuple[str, str], ...] = (
    ("Wheel", "images; with Ctrl zoom"),
    ("Left drag", "window: right is wider, down raises the level; with p or d the cross-hair"),
    ("Middle drag", "move the picture (also Shift and the left button)"),
    ("Right drag", "zoom (also Ctrl and the left button)"),
)
BY_KEY: Mapping[str, str] = {key: command.id for command in COMMANDS for key in command.keys}


def spelled(name: str, *, shift: bool = False, alt: bool = False, ctrl: bool = False) -> str:
    """Name a key with what is held: ``ctrl+c``, ``shift+left``; a character has its case and no ``shift``."""
    held = "ctrl+" * ctrl + "alt+" * alt + "shift+" * (shift and len(name) > 1)
    return f"{held}{name}"


def help_lines(columns: int) -> tuple[str, ...]:
    """Give the page of help for a width in characters."""
    lines: list[str] = []
    group = ""
    for command in COMMANDS:
        if not command.shown:
            continue
        if command.group != group:
            group = command.group
            lines += [*([""] if lines else []), group]
        lines += _entry(command.shown, command.words, columns)
    lines += ["", "Mouse"]
    for shown, words in MOUSE:
        lines += _entry(shown, words, columns)
    return tuple(lines)


_KEY_COLUMNS = 14
_NARROW = 48
"""On narrower terminals the words stand below their keys."""


def _entry(keys: str, words: str, columns: int) -> list[str]:
    indent = 4 if columns < _NARROW else _KEY_COLUMNS + 2
    lines = [" " * indent + line for line in wrapped(words, columns - indent, most=9)]
    head = f"  {keys}"
    return [head, *lines] if columns < _NARROW else [head.ljust(indent) + lines[0][indent:], *lines[1:]]
