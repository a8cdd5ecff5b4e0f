"""Functions of the program made wrong in the ways in which viewers have been wrong: each takes the right one."""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from workstation.measure.suv.values import Moment
from workstation.model.frame import LookupTable, Window
from workstation.model.geometry import VolumeGrid, plane_normal_lps
from workstation.model.units import MM

Function = Callable[..., Any]


def off_by(pixels: float) -> Callable[[Function], Function]:
    return lambda right: lambda first, points: right(first, np.asarray(points, dtype=np.float64) + pixels)


def instead(changed: Callable[[Any], Any]) -> Callable[[Function], Function]:
    """The right answer, changed."""
    return lambda right: lambda *given, **named: changed(right(*given, **named))


def back_off(right: Function) -> Function:
    def back(plane: Any, points: Any) -> Any:
        found, away = right(plane, points)
        return found + 0.5, away

    return back


def swapped(spacing: Any) -> Any:
    return replace(spacing, between_rows=spacing.between_columns, between_columns=spacing.between_rows)


def of_frame_alone(right: Function) -> Function:
    """Values are taken to be decayed to the beginning of their own frame."""
    return lambda times, half_life, earliest: replace(right(times, half_life, earliest), moment=times.acquisition)


def window_off(right: Function) -> Function:
    def shown(values: Any, voi: Any) -> Any:
        return right(values, replace(voi, center=voi.center + 0.5) if isinstance(voi, Window) else voi)

    return shown


def table_off(right: Function) -> Function:
    def shown(x: Any, table: LookupTable) -> Any:
        return right(x, replace(table, first_input=table.first_input + 1))

    return shown


def without_tilt(right: Function) -> Function:
    def straight(first: Any, last: Any, *, shape_kji: tuple[int, int, int], **named: Any) -> VolumeGrid:
        grid: VolumeGrid = right(first, last, shape_kji=shape_kji, **named)
        affine = grid.affine_lps.copy()
        affine[:3, 2] = np.asarray(plane_normal_lps(first)) * np.linalg.norm(affine[:3, 2])
        return VolumeGrid(affine, shape_kji, grid.frame_of_reference_uid)

    return straight


def nearest_rank(_right: Function) -> Function:
    def ranked(counted: Any, percentiles: Any) -> list[float]:
        values = np.repeat(counted.values, 1 if counted.counts is None else counted.counts)
        return [float(values[max(math.ceil(each / 100 * len(values)) - 1, 0)]) for each in percentiles]

    return ranked


def unsigned(right: Function) -> Function:
    def kind(description: Any) -> Any:
        found = right(description)
        return np.dtype(f"u{found.itemsize}") if found.kind == "i" else found

    return kind


def in_mm(right: Function) -> Function:
    """Numbers of a report are said to be in mm, whatever they are in."""

    def item(name: Any, value: float, unit: Any, below: Any = ()) -> Any:
        return right(name, value, replace(unit, value=MM.ucum) if unit.value == "cm" else unit, below)

    return item


def half_left(right: Function) -> Function:
    def item(*given: Any, **named: Any) -> Any:
        made = right(*given, **named)
        made.GraphicData = [float(each) - 0.5 for each in made.GraphicData]
        return made

    return item


def in_utc(right: Function) -> Function:
    """The clock is taken as it is written, whatever its zone."""
    return lambda raw, source, _zone: right(str(raw).partition("+")[0], source, None)


def same_day(_right: Function) -> Function:
    return lambda clock, limit: Moment(
        limit.at.replace(hour=clock.at.hour, minute=clock.at.minute), clock.source, limit.is_dated
    )


def without_tens(right: Any) -> Any:
    """Give the spacing of a region with its deltas as they are."""

    def spacing(region: Any) -> Any:
        return replace(
            right.fget(region), between_rows=abs(region.down.delta), between_columns=abs(region.across.delta)
        )

    return property(spacing)


def always_from_start(right: Function) -> Function:
    """Values are taken to be decayed to the start of the scan, whatever the header says."""
    return lambda inputs: right(
        replace(inputs, decay_correction=replace(inputs.decay_correction, value="START"), values_at=inputs.values_at)
        if inputs.values_at
        else replace(
            inputs,
            decay_correction=replace(inputs.decay_correction, value="START"),
            values_at=replace(inputs.injected_at, at=inputs.injected_at.at + timedelta(hours=1)),
        )
    )


def mirrored(lines: tuple[Any, Any, Any]) -> tuple[Any, Any, Any]:
    centre, first, second = lines
    return centre, first[::-1], second[::-1]


def thick(found: Any) -> Any:
    return replace(found, mm=tuple(5.0 for _ in found.mm))


def without_padding(right: Function) -> Function:
    return lambda stored, _padding: right(stored, None)


def above(_right: Function) -> Function:
    return lambda values, low, high: (
        (values > (-np.inf if low is None else low)) & (values < (np.inf if high is None else high))
    )


def moved_row(found: Any) -> Any:
    return np.roll(found, 1, axis=1)


def inside_out(right: Function) -> Function:
    """The triangles of surfaces in grids that mirror are left as they are."""
    return lambda points, triangles, grid: right(points, triangles[:, ::-1], grid)


def half_a_slab(right: Function) -> Function:
    """Of the planes across a slab the inner half is taken."""

    def wrong(*given: Any, across: Any, **named: Any) -> Any:
        left = len(across.offsets) // 4
        inner = across.offsets[left : len(across.offsets) - left]
        return right(*given, across=replace(across, offsets=inner), **named)

    return wrong
