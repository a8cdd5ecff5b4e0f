"""How a path lies on a plane."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workstation.gui.canvas.traces import Knot, Run, Trace
from workstation.model.geometry import Plane, lps_to_image
from workstation.volume.curved.drawn_paths import DrawnPath

LEAST_REACH_MM = 1.0
"""A path that is no farther from a plane is near it, however thin the plane is."""


def trace_on(
    path: DrawnPath,
    curve_lps: "NDArray[np.float64] | None",
    plane: Plane,
    reach_mm: float,
    *,
    is_chosen: bool,
    lit: int | None = None,
) -> Trace:
    """Give a path as it is seen on the pixels of a plane.

    Parameters
    ----------
    path
        With the points that were set.
    curve_lps
        (n, 3) mm: its curve; None where there is none yet.
    plane
        Of the pixels.
    reach_mm
        How far from the plane it is near it.
    is_chosen, lit
        As in `workstation.gui.canvas.traces.Trace`.
    """
    runs = _runs(curve_lps, plane, max(reach_mm, LEAST_REACH_MM)) if curve_lps is not None else ()
    knots: Sequence[Knot] = ()
    if path.points_lps:
        places, away = lps_to_image(plane, path.points_lps)
        near = np.abs(away) <= max(reach_mm, LEAST_REACH_MM)
        knots = [Knot((float(x), float(y)), bool(each)) for (x, y), each in zip(places, near, strict=True)]
    return Trace(path.id, runs, tuple(knots), is_chosen, lit)


def _runs(curve_lps: NDArray[np.float64], plane: Plane, reach_mm: float) -> tuple[Run, ...]:
    """Cut a curve where it comes near the plane, and where it leaves it."""
    places, away = lps_to_image(plane, curve_lps)
    near = np.abs(away) <= reach_mm
    turns = (np.flatnonzero(near[1:] != near[:-1]) + 1).tolist()
    points = [(float(x), float(y)) for x, y in places]
    runs = []
    for start, end in zip([0, *turns], [*turns, len(points)], strict=True):
        part = points[max(start - 1, 0) : end]  # it begins where the one before ends
        runs.append(Run(tuple(part), bool(near[start])))
    return tuple(runs)
