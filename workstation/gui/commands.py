"""Everything a person can tell the window to do: one table, from which menus, keys, tool tips and the help are made."""

from dataclasses import dataclass
from typing import Literal

Place = Literal["window", "images", "pane"]


@dataclass(frozen=True, slots=True)
class Command:
    """A command. ``place`` is where its keys work: everywhere, where images are chosen or seen, in the pane alone."""

    id: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    menu: str = ""
    place: Place = "window"
    is_switch: bool = False


COMMANDS: tuple[Command, ...] = (
    Command("open-files", "Open files …", ("Ctrl+O",), "files", "Studies"),
    Command("open-folder", "Open folder …", ("Ctrl+Shift+O",), "folder", "Studies"),
    Command("import", "Import copies of a folder …", ("Ctrl+I",), "import", "Studies"),
    Command("demo", "Open the demo study", (), "demo", "Studies"),
    Command("forget", "Take this study out of the library", ("Ctrl+W",), "", "Studies"),
    Command("copy-command", "Copy as command", ("Ctrl+Shift+C",), "command", "Studies"),
    Command("quit", "Quit", ("Ctrl+Q",), "", "Studies"),
    Command("search", "Search studies", ("Ctrl+F",), "search", "View"),
    Command("unreadable", "Unreadable files", ("Ctrl+U",), "unreadable", "View", is_switch=True),
    Command("text", "Text over the image", ("T",), "text", "View", "images", is_switch=True),
    Command("theme", "Light theme", ("Ctrl+Shift+L",), "theme", "View", is_switch=True),
    Command("full-screen", "Full screen", ("F11",), "", "View", is_switch=True),
    Command("previous", "Previous image", ("Up", "Left"), "", "Image", "pane"),
    Command("next", "Next image", ("Down", "Right"), "", "Image", "pane"),
    Command("ten-back", "Ten images back", ("Shift+Up", "Shift+Left"), "", "Image", "pane"),
    Command("ten-on", "Ten images on", ("Shift+Down", "Shift+Right"), "", "Image", "pane"),
    Command("first", "First image", ("Home",), "", "Image", "pane"),
    Command("last", "Last image", ("End",), "", "Image", "pane"),
    Command("previous-series", "Previous series", ("PgUp",), "", "Image", "pane"),
    Command("next-series", "Next series", ("PgDown",), "", "Image", "pane"),
    Command("auto-window", "Automatic window", ("0",), "window", "Look", "images"),
    Command("invert", "Invert", ("I",), "invert", "Look", "images"),
    Command("rotate-right", "Rotate right", ("R",), "rotate-right", "Look", "images"),
    Command("rotate-left", "Rotate left", ("Shift+R",), "rotate-left", "Look", "images"),
    Command("flip-h", "Flip left and right", ("H",), "flip-h", "Look", "images"),
    Command("flip-v", "Flip top and bottom", ("V",), "flip-v", "Look", "images"),
    Command("zoom-in", "Zoom in", ("+", "="), "", "Look", "images"),
    Command("zoom-out", "Zoom out", ("-",), "", "Look", "images"),
    Command("fit", "Fit to the pane", ("F",), "fit", "Look", "images"),
    Command("reset", "Reset the view", ("Space",), "reset", "Look", "images"),
    Command("keys", "Keys and mouse", ("F1", "?"), "help", "Help"),
    Command("about", "About", (), "", "Help"),
)
MENUS = ("Studies", "View", "Image", "Look", "Help")
TOP_BAR = (
    ("open-files", "open-folder", "recent"),
    ("windows", "invert", "rotate-right", "flip-h", "flip-v", "fit", "reset", "text"),
)
TOP_BAR_RIGHT = ("copy-command", "theme", "keys", "menu")
PRESET_KEYS = range(1, 10)

MOUSE: tuple[tuple[str, str], ...] = (
    ("Wheel", "Scroll through the images"),
    ("Left drag", "Window: right widens it, down raises its centre"),
    ("Middle drag", "Move the picture"),
    ("Right drag, Ctrl + wheel", "Zoom"),
    ("Right click", "Menu"),
    ("Double click", "Fit to the pane"),
)
MORE_KEYS: tuple[tuple[str, str], ...] = (
    ("1 … 9", "Windows of the file and of its modality, in the order of the menu"),
    ("Esc", "One step back"),
)


def tool_tip(command: Command) -> str:
    """Name a command and its key."""
    return f"{command.text}  ({', '.join(command.keys)})" if command.keys else command.text
