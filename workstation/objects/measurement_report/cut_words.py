"""The plane that a measurement lies on, where it is cut out of a volume, as words of a report, and read from them."""

import math

from workstation.model.geometry import Plane
from workstation.model.plane_cut import PlaneCut, interpolation_named, plane_of_numbers, projection_named

_PARTS = ("pixels", "first pixel", "rows along", "columns along", "slab", "between voxels", "slices", "stack")
"""The last one only where a series has several stacks."""
_THIN, _AS_TAKEN, _EVEN = "none", "as taken", "even"
_LONGEST = 4000


def cut_words(cut: PlaneCut) -> str:
    """Say the plane so that a person can read it, and that its very pixels can be cut again.

    Identifiers are no part of it: those stand in items of their own, which others can tell from words.
    """
    plane, (columns, rows) = cut.plane, cut.size_px
    said = (
        f"{columns} x {rows} of {plane.spacing.between_columns!r} x {plane.spacing.between_rows!r} mm (columns x rows)",
        f"{_numbers(plane.origin_lps)} mm (LPS)",
        _numbers(plane.along_row_lps),
        _numbers(plane.along_column_lps),
        _THIN if cut.is_thin else f"{cut.thickness_mm!r} mm, {cut.projection}",
        cut.interpolation,
        _AS_TAKEN if cut.is_as_taken else _EVEN,
        *([cut.stack] if cut.stack else []),
    )
    return "; ".join(f"{name}: {words}" for name, words in zip(_PARTS, said, strict=False))


def cut_said(words: str, frame_of_reference_uid: str) -> PlaneCut | None:
    """Give the plane that `cut_words` said; None where the words say anything else."""
    parts = words[:_LONGEST].split("; ", len(_PARTS) - 1)
    said = [each.partition(": ") for each in parts]
    if tuple(name for name, _joint, _words in said) not in (_PARTS, _PARTS[:-1]):
        return None
    pixels, first, rows, columns, slab, between, slices, *stack = (each for _name, _joint, each in said)
    try:
        size, _of, sides = pixels.removesuffix(" mm (columns x rows)").partition(" of ")
        width, height = (int(each) for each in size.split(" x "))
        across, down = (_number(each) for each in sides.split(" x "))
        places = [*_three(first.removesuffix(" mm (LPS)")), *_three(rows), *_three(columns), down, across]
        plane: Plane = plane_of_numbers(places, frame_of_reference_uid)
        thickness, _mm, projection = ("0 mm, mip" if slab == _THIN else slab).partition(" mm, ")
        return PlaneCut(
            plane,
            (width, height),
            "".join(stack),
            _number(thickness),
            projection_named(projection),
            interpolation_named(between),
            slices == _AS_TAKEN,
        )
    except ValueError:
        return None


def _numbers(values: tuple[float, float, float]) -> str:
    return " ".join(repr(float(each)) for each in values)


def _three(words: str) -> list[float]:
    found = [_number(each) for each in words.split(" ")]
    if len(found) != 3:
        raise ValueError(f"{len(found)} numbers of three")
    return found


def _number(words: str) -> float:
    found = float(words)
    if not math.isfinite(found):
        raise ValueError(f"{words} is no number")
    return found
