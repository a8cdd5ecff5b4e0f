"""What is said over a picture in three dimensions."""

from workstation.display.presets import sensible, voi_text
from workstation.gui.canvas.objects import about
from workstation.gui.panels.volume.painting import Words
from workstation.model.frame import Window
from workstation.model.index.records import Stack
from workstation.model.text import clean
from workstation.volume.looks.look3d import Look3D
from workstation.volume.looks.transfer import Method
from workstation.volume.looks.view3d import View3D, window_of

METHODS: tuple[tuple[Method, str], ...] = (
    ("composite", "Volume rendering"),
    ("mip", "Highest value (MIP)"),
    ("minip", "Lowest value (MinIP)"),
    ("average", "Mean value"),
    ("isosurface", "Surface at a threshold"),
)
METHOD_WORDS = dict(METHODS)
LEAST_SLICES = 2
"""As `workstation.volume.rendering.rendered` has it, which is too heavy to be asked."""
NOTHING = "Nothing is chosen that could be shown in three dimensions."
NOT_SHOWN = "This series cannot be shown in three dimensions."


def words_of(
    view: View3D,
    stack: Stack,
    shape_kji: tuple[int, int, int],
    notes: tuple[str, ...],
    value_range: tuple[float, float] | None,
) -> Words:
    """Say whose it is, of which series, and how it is looked at."""
    slices, rows, columns = shape_kji
    size = f"{columns} × {rows} × {slices}"
    instance, look = stack.frames[0].instance, view.look
    said, series = about(instance), (clean(instance.series_description), clean(stack.label))
    name = look.transfer.name if look.transfer is not None else ""
    drawn = METHOD_WORDS[look.method] + (f", {clean(name)}" if name and look.method != "isosurface" else "")
    lines = [drawn, *filter(None, (_hidden(view), _window_words(look, value_range)))]
    camera = view.camera
    angles = f"{_angle(camera.azimuth_deg)}, {_angle(camera.elevation_deg)}"
    zoom = "" if camera.eye_lps is not None else f"   Zoom {camera.zoom:.1f}"
    return Words(
        top_left=said.patient,
        top_right=tuple(filter(None, (*said.study, *series, size))),
        bottom_left=(*lines, f"Azimuth, elevation {angles}{zoom}"),
        warnings=notes,
    )


def _window_words(look: Look3D, value_range: tuple[float, float] | None) -> str:
    if look.method == "isosurface":
        return f"Threshold {sensible(look.threshold)}" if look.threshold is not None else ""
    if value_range is None or (look.window is None and look.method == "composite"):
        return ""
    centre, width = window_of(look, *value_range)
    return voi_text(Window(centre, width))


def _hidden(view: View3D) -> str:
    """Say what is not there: nobody is to take a part for the whole."""
    parts = []
    if (view.box is not None and not view.box.is_whole) or view.plane is not None:
        parts.append("clipped")
    if view.look.cuts:
        parts.append("cut with scissors")
    parts += [f"without {each}" for each in ("table", "bone") if each in view.look.removed]
    if view.look.masks:
        parts.append(f"only {', '.join(map(clean, view.look.masks))}")
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def _angle(degrees: float) -> str:
    return f"{round(degrees) + 0}°".replace("-", "\u2212")
