"""Which images and frames something in an object is for (PS3.3 10.3)."""

from pydicom import Dataset

from workstation.model.attributes import items, numbers, text
from workstation.objects.presentation.values import ImageReference, References

_MOST_FRAMES = 100_000


def references(holder: Dataset, *, series_instance_uid: str = "") -> References:
    """Give the items of a Referenced Image Sequence; those without an identifier are left out."""
    return tuple(
        ImageReference(uid, text(item, "ReferencedSOPClassUID"), series_instance_uid, _frames(item))
        for item in items(holder, "ReferencedImageSequence")
        if (uid := text(item, "ReferencedSOPInstanceUID"))
    )


def referenced_series(dataset: Dataset) -> References:
    """Give the images of a Referenced Series Sequence."""
    return tuple(
        each
        for item in items(dataset, "ReferencedSeriesSequence")
        for each in references(item, series_instance_uid=text(item, "SeriesInstanceUID"))
    )


def _frames(item: Dataset) -> tuple[int, ...]:
    """Give the frames from 0; numbers below 1 are none."""
    found = numbers(item, "ReferencedFrameNumber")[:_MOST_FRAMES]
    return tuple(int(each) - 1 for each in found if each >= 1)
