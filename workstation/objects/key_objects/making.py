"""Key object selections made of files."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from pydicom.dataset import Dataset

from workstation.errors import UserError
from workstation.jobs.job import Job
from workstation.model.attributes import integer, text
from workstation.model.index.records import Place
from workstation.model.reading import read_dataset
from workstation.model.refusal import Reason, Refused
from workstation.objects.key_objects.reading import KEY_OBJECT_SELECTION
from workstation.objects.key_objects.shown import WrittenSelection
from workstation.objects.key_objects.values import KeyObjects, title_of
from workstation.objects.key_objects.writing import SERIES_DESCRIPTION, key_object_of, key_objects_dataset
from workstation.objects.writing import NewSeries, save
from workstation.operations.operation import ItemFailed, counted
from workstation.operations.places import LeftOut, check_not_read, places_of

SERIES_NUMBER = 902


def write_selection(
    inputs: Sequence[Path],
    output: Path,
    *,
    title: str,
    note: str = "",
    observer: str = "",
    frames: tuple[int, ...] = (),
    job: Job,
) -> Iterator[WrittenSelection | ItemFailed]:
    """Write a selection of the objects in files, folders and archives.

    Parameters
    ----------
    title
        Words or code of `workstation.objects.key_objects.values.TITLES`.
    frames
        Of multi-frame images, from 0; none means all.

    Raises
    ------
    UserError
        If they cannot be in one selection, or it cannot be written.
    """
    chosen = title_of(title)
    check_not_read(output, inputs)
    headers: list[Dataset] = []
    left_out = LeftOut(inputs)
    for done, place in enumerate(places_of(inputs)):
        job.progress(done, None, "Reading headers")
        if isinstance(place, ItemFailed):
            yield place
            continue
        try:
            found = _header(place)
        except Refused as refusal:
            yield from left_out.failed(place, refusal)
            continue
        _check_frames(found, frames, str(place))
        headers.append(found)
    left_out.note(job)
    if not headers:
        raise UserError("There is no DICOM object among the inputs.", hint="Name at least one image.")
    objects = tuple(key_object_of(header, frames) for header in headers)
    selection = KeyObjects(chosen, tuple(dict.fromkeys(objects)), note, observer)
    series = NewSeries("KO", SERIES_NUMBER, SERIES_DESCRIPTION)
    dataset = key_objects_dataset(selection, headers[0], series, now=datetime.now())
    save(dataset, output)
    count = len({each.series_instance_uid for each in selection.objects})
    yield WrittenSelection(str(output), chosen.meaning, len(selection.objects), count)


def _header(place: Place) -> Dataset:
    """Read what may be pointed at; a selection is refused, and what has no identifier."""
    header = read_dataset(place)
    if not text(header, "SOPInstanceUID"):
        raise Refused(Reason.OTHER_OBJECT, "It has no identifier (SOP Instance UID).")
    if text(header, "SOPClassUID") == KEY_OBJECT_SELECTION:
        raise Refused(Reason.OTHER_OBJECT, "It is a key object selection itself.")
    return header


def _check_frames(header: Dataset, frames: tuple[int, ...], name: str) -> None:
    count = integer(header, "NumberOfFrames") or 1
    if frames and max(frames) >= count:
        raise UserError(f"{name} has {counted(count, 'frame')}.", hint="Frames are counted from 1.")
