"""The subtraction of a mask that a presentation state asks for, read and written (PS3.3 C.7.6.10, C.11.13)."""

import math
from typing import Literal

from pydicom import Dataset

from workstation.model.attributes import first_item, integer, items, numbers, text
from workstation.objects.presentation.values import MaskSubtraction

_MOST_FRAMES = 1000
_LARGEST_SHIFT_PX = 1000.0
_OPERATIONS: dict[str, Literal["AVG_SUB", "TID", "REV_TID"]] = {
    "AVG_SUB": "AVG_SUB",
    "TID": "TID",
    "REV_TID": "REV_TID",
}


def wants_subtraction(dataset: Dataset) -> bool:
    """Say whether frames are to be subtracted: native viewing (NAT) may be recommended all the same."""
    return bool(items(dataset, "MaskSubtractionSequence")) and text(dataset, "RecommendedViewingMode").upper() != "NAT"


def mask_subtraction(dataset: Dataset) -> MaskSubtraction | None:
    """Read a subtraction; None where there is none, or its numbers make none."""
    item = first_item(dataset, "MaskSubtractionSequence")
    operation = _OPERATIONS.get(text(item, "MaskOperation").upper()) if item is not None else None
    if item is None or operation is None or not wants_subtraction(dataset):
        return None
    frames = [round(each) - 1 for each in numbers(item, "MaskFrameNumbers")]
    limits = [round(each) - 1 for each in numbers(item, "ApplicableFrameRange")]
    shift = numbers(item, "MaskSubPixelShift") or (0.0, 0.0)
    if operation != "AVG_SUB":
        frames = []
    elif not 1 <= len(frames) <= _MOST_FRAMES or min(frames) < 0:
        return None
    if len(limits) % 2 or (operation == "REV_TID" and not limits):
        return None
    if len(shift) != 2 or not all(math.isfinite(each) and abs(each) <= _LARGEST_SHIFT_PX for each in shift):
        return None
    ranges = tuple((min(pair), max(pair)) for pair in zip(limits[0::2], limits[1::2], strict=True))
    averaged, offset = integer(item, "ContrastFrameAveraging"), integer(item, "TIDOffset")
    if (averaged or 1) > _MOST_FRAMES:
        return None
    return MaskSubtraction(
        tuple(frames),
        ranges,
        (shift[0], shift[1]),
        max(1, averaged or 1),
        operation,
        1 if offset is None else offset,
    )


def put_mask(dataset: Dataset, mask: MaskSubtraction | None) -> None:
    """Write a subtraction into a state; None writes nothing."""
    if mask is None:
        return
    item = Dataset()
    item.MaskOperation = mask.operation
    if mask.ranges:
        item.ApplicableFrameRange = [limit + 1 for limits in mask.ranges for limit in limits]
    if mask.operation == "AVG_SUB":
        item.MaskFrameNumbers = [frame + 1 for frame in mask.frames]
    else:
        item.TIDOffset = mask.offset
    item.ContrastFrameAveraging = mask.averaged
    item.MaskSubPixelShift = list(mask.shift_px)
    dataset.MaskSubtractionSequence, dataset.RecommendedViewingMode = [item], "SUB"
