"""Everything a person can tell the window to do: one table, from which menus, keys, tool tips and the help are made."""

from typing import Literal

from workstation.quick_dataclass import dataclass

Place = Literal["window", "images", "pane"]


@dataclass(frozen=True, slots=True)
class Command:
    """A command.

    ``place`` is where its keys work: everywhere, where images are chosen or seen, in the pane alone. Those of one
    ``group`` stand together in a menu of that name, with what follows the group's name in their text.
    """

    id: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    menu: str = ""
    place: Place = "window"
    is_switch: bool = False
    group: str = ""


COLOURS = (
    ("grey", "grey"),
    ("inverted-grey", "inverted grey"),
    ("hot-iron", "hot iron"),
    ("pet", "PET"),
    ("hot-metal-blue", "hot metal blue"),
    ("pet-20-step", "PET 20 step"),
    ("spring", "spring"),
    ("summer", "summer"),
    ("fall", "fall"),
    ("winter", "winter"),
    ("rainbow", "rainbow"),
    ("viridis", "viridis (even steps)"),
    ("inferno", "inferno (even steps)"),
)
"""The tables of `workstation.display.colour_tables`, which is too heavy to be asked before the window is there."""
TOOLS = (("window", "window"), ("pan", "move"), ("zoom", "zoom"), ("scroll", "scroll"), ("cursor", "3D cursor"))
UNITS = (("mm", "mm"), ("cm", "cm"), ("inch", "inches"), ("px", "pixels"))
NUDGES = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
"""Ways on the screen in which the keyboard moves an annotation: to the right, and down."""
PRESET_KEYS = range(1, 10)
INTERPOLATIONS: tuple[tuple[Literal["nearest", "linear", "cubic"], str], ...] = (
    ("nearest", "none, pixels as they are"),
    ("linear", "linear"),
    ("cubic", "cubic, smooth"),
)
PROJECTIONS: tuple[tuple[Literal["mip", "minip", "mean", "sum"], str], ...] = (
    ("mip", "highest value (MIP)"),
    ("minip", "lowest value (MinIP)"),
    ("mean", "mean"),
    ("sum", "sum"),
)
BETWEEN_VOXELS: tuple[tuple[Literal["nearest", "linear", "cubic"], str], ...] = (
    ("nearest", "nearest voxel"),
    ("linear", "linear"),
    ("cubic", "cubic"),
)
VOLUME_SIDES = (
    ("front", "from the front"),
    ("back", "from behind"),
    ("left", "from the left"),
    ("right", "from the right"),
    ("head", "from the head"),
    ("feet", "from the feet"),
)
"""Where the eye may be, by the names of `workstation.volume.looks.camera.Side`."""


PLANE_TURNS = (
    ("right", "Ctrl+Shift+Right", "Turn the planes clockwise about the active one"),
    ("left", "Ctrl+Shift+Left", "Turn the planes anticlockwise about the active one"),
    ("other-right", "Ctrl+Alt+Shift+Right", "Turn the second plane clockwise, where planes turn alone"),
    ("other-left", "Ctrl+Alt+Shift+Left", "Turn the second plane anticlockwise, where planes turn alone"),
)
"""By keys: whither, by which, and in words."""
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
    Command("next-part", "Next part of the window", ("F6",), "", "View"),
    Command("unreadable", "Unreadable files", ("Ctrl+U",), "unreadable", "View", is_switch=True),
    Command("tags", "Tags", ("Ctrl+D",), "tags", "View", is_switch=True),
    Command("segments", "Segments and structures", ("Ctrl+G",), "segments", "View", is_switch=True),
    Command("text", "Text over the image", ("T",), "text", "View", "images", is_switch=True),
    Command("warnings", "Warnings about the image", ("Shift+W",), "", "View", "images"),
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
    Command("planes", "Planes (MPR)", ("F3",), "planes", "Planes", is_switch=True),
    Command("planes-straight", "Axial, sagittal and coronal planes of the patient", (), "", "Planes"),
    Command("planes-snap", "Planes along the slices as they were taken", (), "", "Planes"),
    Command("planes-as-taken", "Keep slices of uneven spacing as they were taken", (), "", "Planes", is_switch=True),
    Command("planes-assume", "Say how far apart slices without places are …", (), "", "Planes"),
    Command("planes-lock", "Planes stay at right angles", (), "", "Planes", is_switch=True),
    *(Command(f"nudge-planes-{name}", words, (key,), "", "Planes", "images") for name, key, words in PLANE_TURNS),
    Command("thicker-slab", "Thicker slab", (">",), "", "Planes", "images"),
    Command("thinner-slab", "Thinner slab", ("<",), "", "Planes", "images"),
    Command("slab-everywhere", "The same slab in all planes", (), "", "Planes"),
    *(
        Command(f"slab-{name}", f"Of the slab: {words}", menu="Planes", is_switch=True, group="Of the slab")
        for name, words in PROJECTIONS
    ),
    *(
        Command(f"voxels-{name}", f"Between voxels: {words}", menu="Planes", is_switch=True, group="Between voxels")
        for name, words in BETWEEN_VOXELS
    ),
    Command("plane-picture", "Save the plane as a picture …", (), "", "Planes"),
    Command("planes-pictures", "Save planes through the volume as pictures …", (), "", "Planes"),
    Command("planes-dicom", "Save planes through the volume as a DICOM series …", (), "", "Planes"),
    Command("curved", "Curved plane along a path", ("Shift+F3",), "curved", "Planes", is_switch=True),
    Command("path-draw", "Draw a path for a curved plane", (), "path-draw", "Planes"),
    Command("path-across", "Planes across the path", ("Ctrl+F3",), "", "Planes"),
    Command("path-open", "Open a path …", (), "", "Planes"),
    Command("path-save", "Save the path …", (), "", "Planes"),
    Command("path-delete", "Delete the path", (), "", "Planes"),
    Command("curved-picture", "Save the curved plane as a picture …", (), "", "Planes"),
    Command("curved-dicom", "Save the curved plane as a DICOM series", (), "", "Planes"),
    Command("curved-sections", "Save cross-sections of the path as a DICOM series", (), "", "Planes"),
    Command("volume", "3D", ("F4",), "cube", "3D", is_switch=True),
    Command("volume-beside", "3D beside the planes", ("Shift+F4",), "", "3D", is_switch=True),
    Command("volume-panel", "How the volume is drawn", ("Ctrl+Alt+D",), "settings", "3D", is_switch=True),
    *(
        Command(f"volume-{side}", f"Look {words}", (f"Ctrl+{number}",), menu="3D", group="")
        for number, (side, words) in enumerate(VOLUME_SIDES, 1)
    ),
    Command("volume-scissors", "Scissors: take away what is inside a line", ("Ctrl+Alt+X",), menu="3D", is_switch=True),
    Command("volume-keep", "Scissors: keep only what is inside a line", (), menu="3D", is_switch=True),
    Command("volume-uncut", "Take all cuts of the scissors back", (), menu="3D"),
    Command("volume-picture", "Save the picture in 3D …", (), "", "3D"),
    Command("volume-movie", "Movie of the volume …", ("Ctrl+Alt+M",), "", "3D"),
    Command("volume-save", "Save the view in 3D …", (), "", "3D"),
    Command("volume-open", "Open a view in 3D …", (), "", "3D"),
    Command("volume-perspective", "Perspective: what is near looks larger", ("Ctrl+Alt+V",), menu="3D", is_switch=True),
    Command("hang", "Hang this study", ("Y",), "hanging", "Hanging", "images"),
    Command("next-hanging", "Next hanging protocol", ("Shift+Y",), "", "Hanging", "images"),
    Command("previous-hanging", "Previous hanging protocol", ("Ctrl+Shift+Y",), "", "Hanging"),
    Command("explain-hanging", "Explain the hanging", ("Alt+Y",), "", "Hanging", is_switch=True),
    Command("learn-hanging", "Hang studies like this …", (), "", "Hanging"),
    Command("hanging-protocols", "Hanging protocols …", ("Ctrl+H",), "", "Hanging"),
    Command("hang-by-itself", "Studies are hung when they are opened", (), "", "Hanging", is_switch=True),
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
    Command("save-state", "Save as presentation state …", ("Ctrl+S",), "save", "Presentation"),
    Command("take-annotations", "Make annotations of what the state draws", (), "", "Presentation"),
    Command("states-by-themselves", "The newest presentation state by itself", (), "", "Presentation", is_switch=True),
    Command("note", "Put a note on the image", ("N",), "note", "Annotations", "images", is_switch=True),
    Command("arrow", "Put an arrow on the image", ("Shift+N",), "arrow", "Annotations", "images", is_switch=True),
    Command("edit-annotation", "Write the words of the annotation", ("Return", "Enter"), "", "Annotations", "pane"),
    Command("lock-annotation", "Lock the annotation, or unlock it", ("Ctrl+L",), "", "Annotations"),
    Command("copy-annotation-on", "Copy the annotation to the next image", ("Ctrl+Down",), "", "Annotations", "pane"),
    Command("copy-annotation-back", "Copy it to the image before", ("Ctrl+Up",), "", "Annotations", "pane"),
    Command("next-annotation", "Choose the next annotation", ("Ctrl+Right",), "", "Annotations", "pane"),
    Command("previous-annotation", "Choose the annotation before", ("Ctrl+Left",), "", "Annotations", "pane"),
    *(
        Command(
            f"nudge-{way}{'-far' if far else ''}",
            f"Move the annotation: {way}{' by ten pixels' if far else ''}",
            (f"Alt+{'Shift+' if far else ''}{way.capitalize()}",),
            "",
            "Annotations",
            "pane",
            group="Move the annotation",
        )
        for far in (False, True)
        for way in NUDGES
    ),
    Command("delete-annotation", "Delete the annotation", ("Del", "Backspace"), "", "Annotations", "pane"),
    Command("annotations", "Measurements and annotations", ("Ctrl+B",), "annotations", "Annotations", is_switch=True),
    Command("delete-measurements", "Delete what is chosen in the table of measurements", (), "", "Annotations"),
    Command("over-time", "Lesions over time", ("Alt+O",), "", "Measurements", is_switch=True),
    Command("load-measurements", "Load measurements and regions …", (), "", "Measurements"),
    Command("copy-measurements", "Copy the table of measurements", (), "", "Measurements"),
    Command("copy-measurement-commands", "Copy the measurements as commands", (), "", "Measurements"),
    Command("write-measurements", "Write measurements as CSV, JSON or text …", (), "", "Measurements"),
    Command("save-measurement-report", "Save measurements as report (SR)", (), "", "Measurements"),
    Command("save-measurement-state", "Save measurements as presentation state", (), "", "Measurements"),
    Command("save-regions", "Save regions as segmentation (SEG)", (), "", "Measurements"),
    Command("save-structures", "Save regions as structure set (RTSTRUCT)", (), "", "Measurements"),
    Command("measure-length", "Length", ("L",), "length", "Measure", "images", is_switch=True),
    Command(
        "measure-bidirectional", "Long and short axis", ("D",), "bidirectional", "Measure", "images", is_switch=True
    ),
    Command("measure-perpendicular", "Perpendicular", ("Shift+D",), "", "Measure", "images", is_switch=True),
    Command("measure-polyline", "Polyline", ("Shift+L",), "", "Measure", "images", is_switch=True),
    Command("measure-curve", "Freehand curve", (), "", "Measure", "images", is_switch=True),
    Command("measure-angle", "Angle", ("A",), "angle", "Measure", "images", is_switch=True),
    Command("measure-cobb", "Cobb angle", ("Shift+A",), "", "Measure", "images", is_switch=True),
    Command("measure-open-angle", "Angle of two lines", (), "", "Measure", "images", is_switch=True),
    Command("measure-four-point-angle", "Four-point angle", (), "", "Measure", "images", is_switch=True),
    Command("measure-rectangle", "Rectangle", ("Q",), "rectangle", "Measure", "images", is_switch=True),
    Command("measure-ellipse", "Ellipse", ("E",), "ellipse", "Measure", "images", is_switch=True),
    Command("measure-circle", "Circle", ("O",), "", "Measure", "images", is_switch=True),
    Command(
        "measure-circle-of-three", "Circle through three points", ("Shift+O",), "", "Measure", "images", is_switch=True
    ),
    Command("measure-polygon", "Polygon", ("P",), "polygon", "Measure", "images", is_switch=True),
    Command("measure-spline", "Spline area", (), "", "Measure", "images", is_switch=True),
    Command("measure-freehand", "Freehand area", ("Shift+P",), "freehand", "Measure", "images", is_switch=True),
    Command("measure-brush", "Brush", ("B",), "brush", "Measure", "images", is_switch=True),
    Command("measure-threshold-brush", "Brush within limits", ("Shift+B",), "", "Measure", "images", is_switch=True),
    Command("measure-grow", "Region of like values", ("U",), "grow", "Measure", "images", is_switch=True),
    Command("measure-sphere", "Thresholded sphere", ("Shift+E",), "", "Measure", "images", is_switch=True),
    Command("measure-point", "Value of a pixel", ("Shift+U",), "point", "Measure", "images", is_switch=True),
    Command("measure-profile", "Line profile", ("Shift+Q",), "profile", "Measure", "images", is_switch=True),
    Command("measure-ratio", "Cardiothoracic ratio", (), "", "Measure", "images", is_switch=True),
    Command("measure-spine", "Names of vertebrae", (), "", "Measure", "images", is_switch=True),
    Command("measure-calibration", "Calibration by a line", (), "", "Measure", "images", is_switch=True),
    Command("keep-tool", "Tools stay in the hand", ("Alt+K",), "", "Measure", is_switch=True),
    Command("suv-values", "Values of PET as SUV", (), "", "Measure", is_switch=True),
    Command("suv-inputs", "What SUV are made of", ("Alt+U",), "", "Measure", is_switch=True),
    *(
        Command(f"units-{unit}", f"Lengths in: {words}", menu="Measure", is_switch=True, group="Lengths in")
        for unit, words in UNITS
    ),
    Command("smaller-brush", "Smaller brush", ("[",), "", "Measure", "pane"),
    Command("larger-brush", "Larger brush", ("]",), "", "Measure", "pane"),
    Command("copy-measurement", "Copy the values of the measurement", ("Ctrl+C",), "", "Measure", "pane"),
    Command("copy-measurement-command", "Copy the measurement as command", ("Ctrl+Alt+C",), "", "Measure", "pane"),
    Command("measure-elsewhere", "Measure on the other series", ("Alt+E",), "", "Measure", "pane"),
    Command("plot-measurement", "Plot the measurement", ("Ctrl+Alt+P",), "", "Measure", "pane"),
    Command("plot-over-frames", "Plot over the frames of the image", ("Ctrl+Alt+Shift+P",), "", "Measure", "pane"),
    Command("plot-over-stack", "Plot over the slices and times of the series", (), "", "Measure", "pane"),
    Command(
        "copy-annotation-to", "Copy the annotation to several images …", ("Ctrl+Shift+Down",), "", "Annotations", "pane"
    ),
    Command("place-label", "Let the words go where they cover nothing", (), "", "Annotations"),
    Command("measure-menu", "Measuring tools", ("Alt+M",), "length"),
    Command("key-image", "Key image", ("K",), "key-image", "Key images", "images"),
    Command("next-key-image", "Next key image", ("Ctrl+PgDown",), "", "Key images"),
    Command("previous-key-image", "Previous key image", ("Ctrl+PgUp",), "", "Key images"),
    Command("only-key-images", "Scroll through key images only", ("Shift+K",), "", "Key images", is_switch=True),
    Command("key-images", "List of key images", ("Ctrl+Shift+K",), "key-images", "Key images", is_switch=True),
    Command("true-size", "True size", ("Shift+F",), "true-size", "Look", "images"),
    Command("magnifier", "Magnifier", ("G",), "magnifier", "Look", "images", is_switch=True),
    *(
        Command(f"colours-{name}", f"Colours: {label}", (), "", "Look", "images", is_switch=True, group="Colours")
        for name, label in COLOURS
    ),
    *(
        Command(
            f"pixels-{name}",
            f"Between pixels: {label}",
            menu="Look",
            place="images",
            is_switch=True,
            group="Between pixels",
        )
        for name, label in INTERPOLATIONS
    ),
    *(
        Command(
            f"tool-{name}", f"Left button: {label}", menu="Look", place="images", is_switch=True, group="Left button"
        )
        for name, label in TOOLS
    ),
    Command("corner-text", "Corner text", ("Ctrl+Shift+T",), "corner-text", "View", is_switch=True),
    Command("presets", "Windows by name", ("Ctrl+J",), "presets", "View", is_switch=True),
    Command("calibrate", "Calibrate this monitor …", (), "true-size", "View"),
    Command("add-preset", "Keep the window in use by name", ("Ctrl+Shift+J",), "", "Look"),
    *(Command(f"preset-{n}", f"Window {n} of the menu", (str(n),), "", "", "images") for n in PRESET_KEYS),
    Command("recent-menu", "Open again what was opened lately", ("Alt+R",), "history"),
    Command("layout-menu", "Rows and columns of panes", ("Alt+L",), "layout"),
    Command("windows-menu", "Windows of the file and of its modality", ("Alt+W",), "window"),
    Command("states-menu", "Presentation states, annotations, key images", ("Alt+P",), "states"),
    Command("colours-menu", "Colour tables", ("Alt+C",), "colours"),
    Command("main-menu", "All commands as a menu", ("F10",), "menu"),
    Command("keys", "Keys and mouse", ("F1", "?"), "help", "Help"),
    Command("edit-keys", "Change keys and mouse …", ("Ctrl+F1",), "keyboard", "Help"),
    Command("verify", "Verify", (), "verify", "Help"),
    Command("about", "About", (), "", "Help"),
)
COMMANDS_BY_ID = {command.id: command for command in COMMANDS}
MENUS = (
    *("Studies", "Edit", "View", "Layout", "Planes", "3D", "Hanging", "Image", "Look"),
    *("Presentation", "Measure", "Measurements", "Annotations", "Key images", "Help"),
)
TOP_BAR = (
    ("open-files", "open-folder", "recent"),
    ("layout", "planes", "volume", "hang", "tiles", "link-scroll", "reference-lines", "cine"),
    ("undo", "redo"),
    ("windows", "colours", "invert", "rotate-right", "flip-h", "flip-v", "fit", "magnifier", "reset", "text"),
    ("states", "measure", "note", "arrow", "key-image"),
)
SECTIONS = frozenset(
    (
        "measure-angle",
        "measure-rectangle",
        "measure-brush",
        "measure-point",
        "measure-ratio",
        "keep-tool",
        "copy-measurement",
    )
)
"""In menus a line stands above these."""
GIVES_WAY = (
    *("arrow", "flip-v", "flip-h", "rotate-right", "theme", "copy-command", "tiles", "magnifier", "reset"),
    *("fit", "open-folder", "reference-lines", "text", "invert", "redo", "link-scroll", "note", "cine", "key-image"),
    *("undo", "open-files", "keys"),
)
"""Buttons of the bar that are left out where it is narrow, the first of them first."""
TOP_BAR_RIGHT = ("commands", "copy-command", "theme", "keys", "menu")
MORE_MOUSE: tuple[tuple[str, str], ...] = (
    ("Pinch", "Zoom"),
    ("Right click", "Menu"),
    ("Double click", "One pane alone, or all again; in the browser: hang the study"),
    ("Shift + move", "Show the place in all panes"),
    ("Drag a series from the browser", "Show it in the pane it is dropped on"),
)
ESCAPE = ("Esc", "One step back")


def tool_tip(text: str, keys: str) -> str:
    """Name a command and its keys."""
    return f"{text}  ({keys})" if keys else text
