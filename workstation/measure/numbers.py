"""What measuring one kind of annotation gives, before it is known where the image lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.quick_dataclass import dataclass

if TYPE_CHECKING:
    from workstation.model.measurement import Curve, Value


@dataclass(frozen=True, slots=True)
class Numbers:
    """Values, notes, methods and curves as in `workstation.model.measurement`, and how many pixels are inside."""

    values: tuple[Value, ...] = ()
    notes: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    curves: tuple[Curve, ...] = ()
    pixels: int | None = None
