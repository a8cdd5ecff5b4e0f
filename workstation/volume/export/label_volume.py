"""Segments as one volume of labels, as other programs take them."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from workstation.errors import UserError
from workstation.model.volume import Volume
from workstation.volume.segments.masks import NamedMask

MOST_LABELS = 65535


def label_volume(masks: Iterable[NamedMask], volume: Volume) -> Volume:
    """Give a volume of labels on the voxels of another: 0 where no segment is, else the segment's number.

    Where numbers are not all different, segments are counted from 1 in their order. Voxels of several segments get the
    label of the last; a note says how many they are. Other notes say which label is which segment.

    Raises
    ------
    UserError
        If there are more segments than a label can count.
    """
    there = list(masks)
    numbers = [each.number for each in there]
    if len(set(numbers)) < len(numbers) or min(numbers) < 1 or max(numbers) > MOST_LABELS:
        numbers = list(range(1, len(there) + 1))
    if len(there) > MOST_LABELS:
        raise UserError(f"{len(there)} segments are more than labels can count.", hint="Choose some with --segment.")
    labels = np.zeros(volume.grid.shape_kji, np.uint8 if max(numbers) < 256 else np.uint16)
    shared = 0
    for number, each in zip(numbers, there, strict=True):
        shared += int(np.count_nonzero(labels[each.mask_kji]))
        labels[each.mask_kji] = number
    notes = [f"Label {number}: {each.name}" for number, each in zip(numbers, there, strict=True)]
    if shared:
        notes.append(f"{shared} voxels are of several segments; they have the label of the last")
    return replace(
        volume, array_kji=labels, slope=1.0, intercept=0.0, unit="", padding=None, notes=(*volume.notes, *notes)
    )
