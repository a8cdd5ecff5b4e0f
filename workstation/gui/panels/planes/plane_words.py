"""The batch command that cuts the plane which is seen."""

from collections.abc import Sequence

from workstation.display.fusion import FusedLook
from workstation.display.view import View
from workstation.gui.command_lines import turn_words
from workstation.gui.plane_measure_words import places
from workstation.gui.volumes import OpenVolume
from workstation.model.frame import Voi
from workstation.model.geometry import Vector, dot
from workstation.volume.cutting.oblique import plane_directions
from workstation.volume.planes.planes_view import PlaneLook, PlanesView

DIGITS = 6
SAME = 1e-9


def plane_words(
    source: Sequence[str], view: PlanesView, voi: Voi | None, *, output: str, over: Sequence[str] = ()
) -> tuple[str, ...]:
    """Give the words of ``3d mpr`` for the active plane: all of it, turned, coloured, in the window and as thick.

    Parameters
    ----------
    source
        What is said of the volume, see `workstation.gui.plane_measure_words.source_words`.
    view
        The planes.
    voi
        The window in use; one that is a table is left out.
    output
        Name of the picture.
    over
        What is to be said of a volume that lies above, see `over_words`.
    """
    look = view.plane(view.active)
    words = ["3d", "mpr", *source]
    words += ["--plane-normal", _numbers(look.normal_lps), "--plane-point", _numbers(view.cross_lps), "--lps"]
    words += _rows(look)
    if not look.slab.is_thin:
        words += ["--thickness", f"{look.slab.thickness_mm:g}mm", "--projection", look.slab.projection]
    if view.interpolation != "linear":
        words += ["--interpolation", view.interpolation]
    center, width = getattr(voi, "center", None), getattr(voi, "width", None)
    if center is not None and width is not None:
        words += ["--window-center", f"{center:.10g}", "--window-width", f"{width:.10g}"]
    return (*words, *turn_words(_look(view)), *over, "--output", output)


def _rows(look: PlaneLook) -> list[str]:
    """Say which way rows run, where it is not that of the nearest plane of the patient."""
    usual, own = plane_directions(look.normal_lps), (look.along_row_lps, look.along_column_lps)
    is_usual = all(abs(dot(one, other) - 1.0) < SAME for one, other in zip(usual, own, strict=True))
    return [] if is_usual else ["--plane-rows", _numbers(look.along_row_lps)]


def _look(view: PlanesView) -> View:
    look = view.plane(view.active)
    return View(
        inverted=view.inverted,
        colours=view.colours,
        rotation_quarters=look.rotation_quarters,
        flipped_h=look.flipped_h,
        flipped_v=look.flipped_v,
    )


def over_words(opened: OpenVolume, look: FusedLook, between: tuple[float, float] | None) -> tuple[str, ...]:
    """Give what is said of a volume that lies above: it is registered anew where it was registered.

    Parameters
    ----------
    opened
        That volume.
    look
        How it is laid over the planes.
    between
        The values at the ends of its colours, in the quantity that is told of it; None where commands make another.
    """
    words = ["--over", *places(opened.stack), "--over-series", opened.stack.frames[0].instance.series_instance_uid]
    if look.to_moving is not None:
        words.append("--register")
    if isinstance(look.colours, str) and look.colours:
        words += ["--over-colours", look.colours]
    if between is not None:
        words += ["--over-window", ",".join(f"{each:g}" for each in between)]
    return (*words, "--opacity", f"{look.opacity:g}")


def _numbers(point: Vector) -> str:
    return ",".join(repr(round(each, DIGITS) + 0.0) for each in point)
