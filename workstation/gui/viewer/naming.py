"""Names of vertebrae, from click to click."""

from workstation.gui.viewer.making import Options
from workstation.model.annotation import Annotation
from workstation.model.geometry import Plane

VERTEBRAE: tuple[str, ...] = (
    *(f"C{number}" for number in range(1, 8)),
    *(f"T{number}" for number in range(1, 13)),
    *(f"L{number}" for number in range(1, 6)),
    *(f"S{number}" for number in range(1, 6)),
)
"""From head to feet."""


def next_vertebra(options: Options, made: Annotation, plane: Plane | None) -> str:
    """Name a vertebra: the first as a person says, the others one up or one down, as they lie to the one before."""
    last = options.last_vertebra
    if last is None or options.vertebra not in VERTEBRAE:
        return options.vertebra
    step = -1 if _is_above(made, last, plane) else 1
    return VERTEBRAE[min(max(VERTEBRAE.index(options.vertebra) + step, 0), len(VERTEBRAE) - 1)]


def _is_above(made: Annotation, last: Annotation, plane: Plane | None) -> bool:
    """Tell whether it lies nearer to the head, or above it where nobody knows where the head is."""
    if plane is not None:
        here, before = (each.on_plane(plane).points_lps[0] for each in (made, last))
        if abs(here[2] - before[2]) > 1e-3:
            return here[2] > before[2]
    return made.points_px[0][1] < last.points_px[0][1]
