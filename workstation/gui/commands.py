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
    Command("undo", "Undo", ("Ctrl+Z",), "undo", "Edit"),
    Command("redo", "Redo", ("Ctrl+Y", "Ctrl+Shift+Z"), "redo", "Edit"),
    Command("commands", "All commands …", ("Ctrl+K",), "palette", "Help"),
    Command("open-files", "Open files …", ("Ctrl+O",), "files", "Studies"),
    Command("open-folder", "Open folder …", ("Ctrl+Shift+O",), "folder", "Studies"),
    Command("import", "Import copies of a folder …", ("Ctrl+I",), "import", "Studies"),
    Command("export", "Export …", ("Ctrl+E",), "export", "Studies"),
    Command("print", "Print …", ("Ctrl+P",), "print", "Studies"),
    Command("demo", "Open the demo study", (), "demo", "Studies"),
    Command("forget", "Take this study out of the library", ("Ctrl+W",), "", "Studies"),
    Command("copy-command", "Copy as command", ("Ctrl+Shift+C",), "command", "Studies"),
    Command("quit", "Quit", ("Ctrl+Q",), "", "Studies"),
    Command("search", "Search studies", ("Ctrl+F",), "search", "View"),
    Command("unreadable", "Unreadable files", ("Ctrl+U",), "unreadable", "View", is_switch=True),
    Command("tags", "Tags", ("Ctrl+D",), "tags", "View", is_switch=True),
    Command("segments", "Segments and structures", ("Ctrl+G",), "segments", "View", is_switch=True),
    Command("text", "Text over the image", ("T",), "text", "View", "images", is_switch=True),
    Command("theme", "Light theme", ("Ctrl+Shift+L",), "theme", "View", is_switch=True),
    Command("full-screen", "Full screen", ("F11",), "", "View", is_switch=True),
    Command("layout-1x1", "One pane", ("Alt+1",), "", "Layout"),
    Command("layout-1x2", "Two panes side by side", ("Alt+2",), "", "Layout"),
    Command("layout-2x1", "Two panes, one above the other", ("Alt+3",), "", "Layout"),
    Command("layout-2x2", "Four panes", ("Alt+4",), "", "Layout"),
    Command("layout-2x3", "Six panes", ("Alt+6",), "", "Layout"),
    Command("layout-3x3", "Nine panes", ("Alt+9",), "", "Layout"),
    Command("new-window", "New image window", ("Ctrl+N",), "", "Layout"),
    Command("close-window", "Close this image window", ("Ctrl+F4",), "", "Layout"),
    Command("maximise", "Active pane alone", ("M",), "maximise", "Layout", "images"),
    Command("next-pane", "Next pane", ("Ctrl+Tab",), "", "Layout"),
    Command("previous-pane", "Previous pane", ("Ctrl+Shift+Tab",), "", "Layout"),
    Command("tiles", "One series as tiles", ("Ctrl+T",), "tiles", "Layout", is_switch=True),
    Command("link-scroll", "Scroll together by position", ("S",), "link", "Layout", "images", is_switch=True),
    Command("link-here", "Scroll together from the images shown now", ("Shift+S",), "", "Layout", "images"),
    Command("link-zoom", "Zoom, move and turn together", ("Z",), "", "Layout", "images", is_switch=True),
    Command("link-window", "Window together", ("W",), "", "Layout", "images", is_switch=True),
    Command("reference-lines", "Lines of the other panes' images", ("X",), "lines", "Layout", "images", is_switch=True),
    Command("previous", "Previous image", ("Up", "Left"), "", "Image", "pane"),
    Command("next", "Next image", ("Down", "Right"), "", "Image", "pane"),
    Command("ten-back", "Ten images back", ("Shift+Up", "Shift+Left"), "", "Image", "pane"),
    Command("ten-on", "Ten images on", ("Shift+Down", "Shift+Right"), "", "Image", "pane"),
    Command("first", "First image", ("Home",), "", "Image", "pane"),
    Command("last", "Last image", ("End",), "", "Image", "pane"),
    Command("previous-series", "Previous series", ("PgUp",), "", "Image", "pane"),
    Command("next-series", "Next series", ("PgDown",), "", "Image", "pane"),
    Command("cine", "Cine", ("C",), "cine", "Image", "images"),
    Command("cine-all", "Cine in all panes", ("Shift+C",), "", "Image", "images"),
    Command("cine-by-itself", "Ultrasound plays by itself", (), "", "Image", is_switch=True),
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
    Command("next-state", "Next presentation state", ("J",), "", "Presentation", "images"),
    Command("without-state", "With or without presentation state", ("Shift+J",), "", "Presentation", "images"),
    Command("states-by-themselves", "The newest presentation state by itself", (), "", "Presentation", is_switch=True),
    Command("keys", "Keys and mouse", ("F1", "?"), "help", "Help"),
    Command("about", "About", (), "", "Help"),
)
MENUS = ("Studies", "Edit", "View", "Layout", "Image", "Look", "Presentation", "Help")
TOP_BAR = (
    ("open-files", "open-folder", "recent"),
    ("layout", "tiles", "link-scroll", "reference-lines", "cine"),
    ("undo", "redo"),
    ("windows", "invert", "rotate-right", "flip-h", "flip-v", "fit", "reset", "text"),
    ("states",),
)
TOP_BAR_RIGHT = ("commands", "copy-command", "theme", "keys", "menu")
PRESET_KEYS = range(1, 10)

MOUSE: tuple[tuple[str, str], ...] = (
    ("Wheel", "Scroll through the images"),
    ("Left drag", "Window: right widens it, down raises its centre"),
    ("Middle drag", "Move the picture"),
    ("Right drag, Ctrl + wheel", "Zoom"),
    ("Right click", "Menu"),
    ("Double click", "One pane alone, or all again"),
    ("Shift + move", "Show the place in all panes"),
    ("Drag a series from the browser", "Show it in the pane it is dropped on"),
)
MORE_KEYS: tuple[tuple[str, str], ...] = (
    ("1 … 9", "Windows of the file and of its modality, in the order of the menu"),
    ("Esc", "One step back"),
)


def tool_tip(command: Command) -> str:
    """Name a command and its key."""
    return f"{command.text}  ({', '.join(command.keys)})" if command.keys else command.text
