"""One image as a candidate for a stack: its plane, and the traits that tell it from others at the same place."""

from collections.abc import Callable, Sequence
from dataclasses import field

from workstation.model.geometry import Plane, offset_mm
from workstation.model.index.records import FrameRef, Instance
from workstation.model.instance_plane import has_spacing, plane_of
from workstation.quick_dataclass import dataclass

Trait = str | int | float
Value = Trait | None

Namer = Callable[[Value, int, int], str]
"""Names a part of a series from the value of a trait, its number from 1 and the count of values."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One frame with what decides to which stack it belongs, and where in it.

    Parameters
    ----------
    size_px
        Rows, columns.
    is_grey
        Whether a pixel is one number; colours make no volume.
    plane
        None where the header has no position or no sensible orientation.
    traits
        By name, what may tell slices at one place apart; see `TRAITS`.
    order
        What sorts slices at one place, and slices without a place.
    offset_mm
        Position along the normal of the plane; 0 without one.
    """

    frame: FrameRef
    size_px: tuple[int, int]
    is_grey: bool
    plane: Plane | None
    has_spacing: bool
    traits: dict[str, Value] = field(default_factory=dict)
    order: tuple[tuple[int, Trait], ...] = ()
    offset_mm: float = 0.0


def slice_of(instance: Instance) -> Slice:
    """Give the only frame of an instance as a slice, from its header in the index."""
    plane = plane_of(instance)
    return Slice(
        frame=FrameRef(instance),
        size_px=(instance.rows, instance.columns),
        is_grey=is_grey(instance),
        plane=plane,
        has_spacing=has_spacing(instance),
        traits={
            "temporal_position": instance.temporal_position,
            "echo_time_ms": instance.echo_time_ms,
            "b_value": instance.b_value,
            "image_type": instance.image_type,
            "trigger_time_ms": instance.trigger_time_ms,
            "acquisition_number": instance.acquisition_number,
            "acquisition_time": instance.acquisition_time,
        },
        order=ordering(
            instance.temporal_position,
            instance.trigger_time_ms,
            instance.acquisition_number,
            instance.instance_number,
            instance.content_time,
            instance.sop_instance_uid,
        ),
        offset_mm=0.0 if plane is None else offset_mm(plane),
    )


def ordering(*values: Value) -> tuple[tuple[int, Trait], ...]:
    """Make values comparable: those that are absent come last."""
    return tuple((1, 0) if value is None or value == "" else (0, value) for value in values)


def is_grey(instance: Instance) -> bool:
    """Tell whether a pixel is one number, not a colour."""
    return instance.samples_per_pixel == 1 and "PALETTE" not in instance.photometric_interpretation


def name_number(word: str) -> Namer:
    """Name parts by a number ("time 3 of 10")."""
    return lambda _value, number, count: f"{word} {number} of {count}"


def name_value(word: str, unit: str = "") -> Namer:
    """Name parts by the value itself ("b 1000")."""

    def name(value: Value, _number: int, _count: int) -> str:
        shown = f"{value:g}" if isinstance(value, (int, float)) else value
        return f"{word} {shown}{unit}" if shown else f"no {word}"

    return name


PRIVATE = "private "
"""How the names of traits begin that a manufacturer made; what the standard knows is asked before them."""

TRAITS: dict[str, Namer] = {
    "temporal_position": name_number("time"),
    "echo_time_ms": lambda value, number, _count: f"echo {number} ({value:g} ms)" if value is not None else "no echo",
    "b_value": name_value("b"),
    "direction": name_value("direction"),
    "image_type": lambda value, _number, _count: str(value or "no image type").replace("\\", " ").lower(),
    "component": lambda value, _number, _count: str(value).lower() if value else "no component",
    "trigger_time_ms": name_number("phase"),
    "acquisition_number": name_value("acquisition"),
    "acquisition_time": name_number("time"),
}
"""What splits slices that share their places, in this order of preference, and how the parts are called."""


def differing_words(values: Sequence[Value]) -> dict[Value, str]:
    """Name image types by the words in which they differ ("ORIGINAL\\PRIMARY\\M" and "...\\P": "m", "p")."""
    words = {value: [part.strip() for part in str(value or "").split("\\")] for value in values}
    common = set.intersection(*(set(parts) for parts in words.values())) if words else set()
    named = {value: " ".join(part for part in parts if part not in common).lower() for value, parts in words.items()}
    if "" in named.values() or len(set(named.values())) < len(named):
        return {value: " ".join(parts).strip().lower() or "no image type" for value, parts in words.items()}
    return named
