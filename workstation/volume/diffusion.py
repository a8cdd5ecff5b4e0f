"""The b-values of diffusion images: by the standard's attribute, or by the private ones of scanners that lack it."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from pydicom import Dataset

from workstation.model.attributes import PARSER_FAILURES, number, text
from workstation.model.index.records import FrameRef, Stack
from workstation.model.pixels.functional_groups import FunctionalGroups
from workstation.model.reading import read_dataset
from workstation.model.refusal import Refused
from workstation.quick_dataclass import dataclass

PHILIPS = "Philips Imaging DD 001"
_GE_OFFSET = 1e9
_MOST = 1e6

_PRIVATE: tuple[tuple[int, str, int], ...] = (
    (0x0019, "SIEMENS MR HEADER", 0x0C),
    (0x0043, "GEMS_PARM_01", 0x39),
    (0x2001, PHILIPS, 0x03),
    (0x0065, "Image Private Header", 0x09),
)
"""Group, creator and element of the b-value: Siemens, GE (the first of several), Philips, United Imaging."""


@dataclass(frozen=True, slots=True)
class Weighting:
    """The b-value of a volume in s/mm²; ``is_mean`` says that it is of no one direction, but made of several."""

    b_value: float
    is_mean: bool = False

    def __str__(self) -> str:
        return f"{self.b_value:g}{' (mean of directions)' if self.is_mean else ''}"


def weightings(stacks: Sequence[Stack]) -> tuple[Weighting, ...]:
    """Give how each volume of a diffusion series is weighted; empty where none is, or the headers do not say it of all.

    A volume without a b-value among others that have one has none: it is 0.
    """
    read = _Reader()
    ends = [stacks[n].frames[0] for n in sorted({0, 1, len(stacks) // 2, len(stacks) - 1}) if n < len(stacks)]
    if stacks[0].frames[0].instance.modality != "MR" or not any((read(each) or Weighting(0)).b_value for each in ends):
        return ()
    return tuple(read(stack.frames[0]) or Weighting(0.0) for stack in stacks)


def told(found: Sequence[Weighting]) -> str:
    """Say b-values in order, those that follow each other together."""
    runs = [(each, len(list(run))) for each, run in groupby(found)]
    return "b-values in order, s/mm²: " + ", ".join(f"{each}" + (f" x {n}" if n > 1 else "") for each, n in runs)


class _Reader:
    """Reads headers, of an image with many frames once."""

    def __init__(self) -> None:
        self._last: tuple[object, FunctionalGroups] | None = None

    def __call__(self, frame: FrameRef) -> Weighting | None:
        place = frame.instance.place
        if self._last is None or self._last[0] != place:
            try:
                self._last = place, FunctionalGroups(read_dataset(place))
            except Refused:  # whoever reads its pixels is told why
                self._last = place, FunctionalGroups(Dataset())
        return _weighting(self._last[1], frame.number)


def _weighting(groups: FunctionalGroups, frame: int) -> Weighting | None:
    header = groups.dataset
    item = groups.item("MRDiffusionSequence", frame) or header
    value = number(item, "DiffusionBValue")
    if value is None:
        privately = (_first(header, *each) for each in _PRIVATE)
        value = next((each for each in privately if each is not None), None)
    if value is None:
        return None
    value = value % _GE_OFFSET if value >= _GE_OFFSET else value
    direction = text(item, "DiffusionDirectionality") or _first(header, 0x2001, PHILIPS, 0x04, str) or ""
    is_mean = direction.strip() in ("ISOTROPIC", "I") and value > 0
    return Weighting(value, is_mean) if 0 <= value < _MOST else None


def _first(header: Dataset, group: int, creator: str, element: int, kind: Callable[[Any], Any] = float) -> Any:
    """Give the first value of a private element; None where there is none."""
    try:
        value = header.private_block(group, creator)[element].value
        first = value if isinstance(value, str | int | float) else value[0]
        return kind(first)
    except PARSER_FAILURES:
        return None
