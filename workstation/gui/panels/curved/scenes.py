"""What is seen along a path, as scenes of panes."""

from collections.abc import Callable
from dataclasses import field, replace
from typing import TYPE_CHECKING

from workstation.display.corner_templates import CornerTemplates
from workstation.display.view import View
from workstation.gui.canvas.guides import Guides
from workstation.gui.canvas.scene import Scene
from workstation.gui.canvas.traces import Run, Trace
from workstation.quick_dataclass import dataclass
from workstation.volume.curved.view import LYING
from workstation.volume.cutting.curved_planes import share_inside

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workstation.display.render import Renderer
    from workstation.display.view import Point, Size
    from workstation.model.frame import Frame
    from workstation.model.geometry import Plane, Vector, VolumeGrid
    from workstation.model.index.records import Instance
    from workstation.volume.curved.view import Along, CurvedKind, CurvedView
    from workstation.volume.planes.planes_view import PlanesView

KIND_WORDS = {"straightened": "Straightened", "stretched": "Stretched", "panorama": "Panorama"}
FREE_MM = 6.0
"""The line of the cross-hair leaves the path itself free, to each side."""
SECTION_SHARE = 0.12
"""Of the width at each side is marked where cross-sections are."""
LEAST_OUTSIDE_MM = 1.0
"""A path that ends so little outside the volume is said to lie in it."""
NO_WORDS = CornerTemplates({"": {}})
"""Cross-sections are small, and say nothing that the planes beside them don't say."""


@dataclass(frozen=True)
class Reading:
    """Says where the pointer is; draws nothing."""

    tell: "Callable[[Point], str]" = field(compare=False)

    def put_over(self, canvas: "NDArray[np.uint8]", frame: "Frame", view: View, size_px: "Size") -> None:
        """Draw nothing."""

    def reading(self, point_px: "Point") -> str:
        """Give it."""
        return self.tell(point_px)


def quarters(view: "CurvedView", made: "Along", size_px: "Size") -> int:
    """Give by how many quarters the picture is turned: as it fits best, where nobody has turned it."""
    if view.rotation_quarters is not None:
        return view.rotation_quarters
    if view.kind == "panorama":
        return LYING
    rows, columns = made.frame.pixels.shape[:2]
    spacing = made.frame.spacing
    is_long = rows * spacing.between_rows > columns * spacing.between_columns
    return LYING if is_long == (size_px[0] > size_px[1]) else 0


def view_of(view: "CurvedView", planes: "PlanesView", made: "Along", size_px: "Size") -> View:
    """Give how the pixels of a picture are looked at."""
    spacing = made.frame.spacing
    side = min(spacing.between_rows, spacing.between_columns)
    is_sum = made.wish.slab.projection == "sum" and not made.wish.slab.is_thin
    found = View(
        voi=None if is_sum else planes.voi,  # a window of values suits no sums
        inverted=planes.inverted,
        colours=planes.colours,
        interpolation=planes.pixels,
        rotation_quarters=quarters(view, made, size_px),
        flipped_h=view.flipped_h,
        flipped_v=view.flipped_v,
    )
    if view.zoom_per_mm is None:
        return found
    centre = None
    if view.centre_mm is not None:
        centre = (view.centre_mm[0] / spacing.between_columns, view.centre_mm[1] / spacing.between_rows)
    return replace(found, zoom=view.zoom_per_mm * side, centre_px=centre)


def looked_at(view: "CurvedView", before: View, wanted: View, made: "Along") -> "CurvedView":
    """Look at the picture as a hand wants it, given as a view of its pixels."""
    spacing = made.frame.spacing
    side = min(spacing.between_rows, spacing.between_columns)
    if wanted.rotation_quarters != before.rotation_quarters:
        view = replace(view, rotation_quarters=wanted.rotation_quarters)
    view = replace(view, flipped_h=wanted.flipped_h, flipped_v=wanted.flipped_v)
    if wanted.zoom is None:
        return replace(view, zoom_per_mm=None, centre_mm=None)
    centre = view.centre_mm
    if wanted.centre_px is not None:
        centre = (wanted.centre_px[0] * spacing.between_columns, wanted.centre_px[1] * spacing.between_rows)
    return replace(view, zoom_per_mm=wanted.zoom / side, centre_mm=centre)


def curved_scene(
    made: "Along",
    renderer: "Renderer",
    instance: "Instance",
    view: "CurvedView",
    planes: "PlanesView",
    row: float,
    at_mm: float,
    size_px: "Size",
    grid: "VolumeGrid",
) -> Scene:
    """Give the scene of the picture along a path.

    Parameters
    ----------
    made, renderer
        The picture.
    instance
        Header of a slice.
    view, planes
        How it is looked at; windows and colours are those of the planes.
    row, at_mm
        Where the cross-hair is: the row of the picture, and the length along the path.
    size_px
        Of the pane.
    grid
        Of the volume.
    """
    share = share_inside(made.path, grid)
    words = [KIND_WORDS[made.wish.kind], f"path of {made.path.length_mm:.1f} mm"]
    if made.wish.turn_deg:
        words.append(f"turned by {made.wish.turn_deg:.0f}°")
    if not made.wish.slab.is_thin:
        words.append(made.wish.slab.text())
    if (1 - share) * made.path.length_mm >= LEAST_OUTSIDE_MM:
        outside = 1 - share
        how_much = f"{outside:.0%}" if outside >= 0.01 else "An end"
        words.append(f"⚠ {how_much} of the path lies outside the volume")
    middle = float(made.layout.path_column[min(max(round(row), 0), len(made.layout.path_column) - 1)])
    guides = Guides("path", tuple(words), (middle, row))
    return Scene(
        renderer,
        view_of(view, planes, made, size_px),
        instance,
        (1, 1),
        orientation=("H", "L") if made.wish.kind == "panorama" else (),
        guides=guides,
        traces=(_marks(made, view, row, middle, at_mm),),
    )


def _marks(made: "Along", view: "CurvedView", row: float, middle: float, at_mm: float) -> Trace:
    """Mark where the cross-hair is, and at both sides where the other cross-sections are."""
    last = made.layout.columns - 1.0
    free = FREE_MM / made.layout.spacing.between_columns
    runs = [
        Run(((start, row), (end, row)), is_near=True)
        for start, end in ((0.0, middle - free), (middle + free, last))
        if end - start > 1
    ]
    for at in made.wish.places_mm:
        if abs(at - at_mm) > view.apart_mm / 2:
            there = made.row_at(at)
            runs += [
                Run(((start, there), (end, there)), is_near=False)
                for start, end in ((0.0, last * SECTION_SHARE), (last * (1 - SECTION_SHARE), last))
            ]
    return Trace("place", tuple(runs), labels=(((0.0, row), f"{at_mm:.1f} mm"),))


def section_scene(
    renderer: "Renderer", instance: "Instance", planes: "PlanesView", kind: "CurvedKind", at_mm: float, away_mm: float
) -> Scene:
    """Give the scene of a cross-section: at a place along the path, so far from the one in the middle.

    Beside a panorama it has the head up; else it is turned as the path is, so that nothing turns while one goes along.
    """
    rows = renderer.frame.pixels.shape[0]
    is_middle = abs(away_mm) < 1e-6
    words = f"{at_mm:.1f} mm" if is_middle else f"{away_mm:+.1f} mm"
    view = View(
        voi=planes.voi,
        inverted=planes.inverted,
        colours=planes.colours,
        interpolation=planes.pixels,
        rotation_quarters=_head_up(renderer.frame.plane) if kind == "panorama" else 0,
    )
    corner = {0: (0.0, rows - 1.0), 1: (rows - 1.0, rows - 1.0), 2: (rows - 1.0, 0.0), LYING: (0.0, 0.0)}
    label = Trace("place", labels=((corner[view.rotation_quarters], words),))
    return Scene(renderer, view, instance, (1, 1), traces=(label,), templates=NO_WORDS)


def _head_up(plane: "Plane | None") -> int:
    return head_up(plane.along_row_lps, plane.along_column_lps) if plane is not None else 0


def head_up(along_row_lps: "Vector", along_column_lps: "Vector") -> int:
    """Give by how many quarters a plane is turned, clockwise, for the head to be up."""
    right, down = along_row_lps[2], along_column_lps[2]
    if abs(right) > abs(down):
        return LYING if right > 0 else 1
    return 2 if down > 0 else 0
