"""Lengths that a person measures on pictures along paths, and how they are kept."""

import math
from typing import TYPE_CHECKING, Any

from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.model.geometry import Vector

KINDS = ("straightened", "stretched", "panorama")
"""As `workstation.volume.curved.view.CurvedKind`, which takes long to load."""
MOST, MOST_POINTS, LONGEST_ID = 10_000, 10_000, 64
_FARTHEST_MM = 1e6


@dataclass(frozen=True, slots=True)
class Ruler:
    """A length on a picture along a path.

    Parameters
    ----------
    id
        Tells it from others.
    of
        Of which picture: points of the path, kind, and turn in degrees.
    ends_mm
        Both ends: across, from the middle of the picture, and along it.
    """

    id: str
    of: "tuple[tuple[Vector, ...], str, float]"
    ends_mm: tuple[tuple[float, float], tuple[float, float]]


def rulers_json(rulers: tuple[Ruler, ...]) -> list[dict[str, Any]]:
    """Give lengths as JSON values, for `rulers_from_json`."""
    return [
        {
            "id": each.id,
            "path": [list(point) for point in each.of[0]],
            "kind": each.of[1],
            "turn": each.of[2],
            "ends": [list(end) for end in each.ends_mm],
        }
        for each in rulers
    ]


def rulers_from_json(value: object) -> tuple[Ruler, ...]:
    """Give what can be read of what `rulers_json` gave; what cannot is left out.

    Raises
    ------
    ValueError
        If it is no list.
    """
    if not isinstance(value, list):
        raise ValueError("lengths on curved planes are no list")  # noqa: TRY004 - as all that is kept
    found: dict[str, Ruler] = {}
    for each in value[:MOST]:
        try:
            ruler = _ruler(each)
        except (TypeError, ValueError, KeyError, IndexError, OverflowError):
            continue
        found[ruler.id] = ruler
    return tuple(found.values())


def _ruler(value: Any) -> Ruler:
    name, kind, path = value["id"], value["kind"], value["path"]
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_ID or kind not in KINDS:
        raise ValueError("a length without a name or kind")
    if not isinstance(path, list) or not 2 <= len(path) <= MOST_POINTS:
        raise ValueError("a length of no path")
    points = tuple((_number(x), _number(y), _number(z)) for x, y, z in path)
    (across, along), (other, further) = value["ends"]
    ends = ((_number(across), _number(along)), (_number(other), _number(further)))
    return Ruler(name, (points, kind, _number(value["turn"])), ends)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _FARTHEST_MM:
        raise TypeError(f"{value!r} is no number")
    if not math.isfinite(value):
        raise ValueError("not finite")
    return float(value)
