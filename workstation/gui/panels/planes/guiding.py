"""What is drawn over the picture of a plane: lines of the others, and in words where it lies."""

import math

from workstation.display.probe import position_text
from workstation.gui.canvas.guides import Grip, GuideLine, Guides
from workstation.model.geometry import Plane, cross, dot, plane_normal_lps, unit
from workstation.volume.cutting.standard_planes import PlaneName
from workstation.volume.planes.lattice import foot_px
from workstation.volume.planes.planes_view import PlanesView, leaning_deg, others

LEAST_LEAN_DEG = 0.05
AXES: dict[PlaneName, int] = {"sagittal": 0, "coronal": 1, "axial": 2}
"""Along which axis of the patient a plane moves."""


def guides_of(
    view: PlanesView,
    name: PlaneName,
    plane: Plane,
    *,
    lit: Grip | None = None,
    readout: str = "",
    lines_are_shown: bool = True,
) -> Guides:
    """Give what is drawn over the pixels of a plane that is shown."""
    lines = []
    normal = plane_normal_lps(plane)
    for other in others(name) if lines_are_shown else ():
        look = view.plane(other)
        along = cross(normal, look.normal_lps)
        sine = math.sqrt(dot(along, along))
        if sine < math.sin(math.radians(1)):
            continue  # parallel: there is no line
        way = unit(along)
        right, down = dot(way, plane.along_row_lps), dot(way, plane.along_column_lps)
        half = look.slab.thickness_mm / 2 / sine / plane.spacing.between_columns
        lines.append(GuideLine(other, (right, down), half))
    return Guides(name, words_of(view, name), foot_px(plane, view.cross_lps), tuple(lines), lit, readout)


def words_of(view: PlanesView, name: PlaneName) -> tuple[str, ...]:
    """Say which plane it is, where, how far it leans, and how thick it is."""
    lean = leaning_deg(view, name)
    if lean < LEAST_LEAN_DEG:
        where = position_text(view.cross_lps).removesuffix(" mm").split()
        axis = AXES[name]
        place = f"{where[2 * axis]} {where[2 * axis + 1]} mm"
    else:
        place = f"turned by {lean:.1f}°"
    slab = view.plane(name).slab.text()
    return tuple(filter(None, (name.capitalize(), place, slab)))
