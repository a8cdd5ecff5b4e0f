"""The index over all real sample files: nothing disappears, and what it says is what pydicom says."""

import csv
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.multival import MultiValue

from workstation.model.index.attributes import OWN, SHARED
from workstation.model.index.library import Library
from workstation.model.index.records import Instance
from workstation.model.refusal import Reason


@pytest.fixture(scope="module")
def library(shared_data: Path) -> Iterator[Library]:
    with Library.in_memory() as opened:
        opened.add([shared_data], workers=0)
        yield opened


def test_that_every_file_is_an_instance_a_container_or_refused_in_words(library: Library, shared_data: Path) -> None:
    found = {place.path for instance in library.instances() for place in instance.places}
    containers = {place.path for place in library.containers()}
    refused = {file.place.path: file for file in library.refused()}
    assert not found & set(refused)
    assert found | containers | set(refused) == {path for path in shared_data.rglob("*") if path.is_file()}
    assert all(file.message.endswith(".") and len(file.message) > 20 for file in refused.values())


def test_that_every_file_that_pydicom_opens_is_in_the_index(library: Library, shared_data: Path) -> None:
    found = {place.path for instance in library.instances() for place in instance.places}
    found |= {place.path for place in library.containers()}
    with (shared_data / "MANIFEST.csv").open(encoding="utf-8", newline="") as stream:
        opened = {row["path"] for row in csv.DictReader(stream) if row["opens"].startswith("yes")}
    missing = {path for path in opened if shared_data / path not in found}
    # The first has a byte too many at its start, so that no element in it is whole; the second lists nothing.
    assert missing == {"malformed/no_meta.dcm", "dicomdir_pydicom/DICOMDIR-empty.dcm"}


def test_that_only_what_is_no_dicom_is_refused(library: Library) -> None:
    others = {file.place.path.name for file in library.refused() if file.reason is not Reason.NOT_DICOM}
    assert others == {"DICOMDIR-empty.dcm"}


def test_that_every_value_is_that_of_pydicom(library: Library) -> None:
    differences = []
    for instance in library.instances():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = pydicom.dcmread(instance.place.path, stop_before_pixels=True, force=True)
            differences += [
                (instance.place.path.name, attribute.field)
                for attribute in (*SHARED, *OWN)
                if not _agrees(getattr(instance, attribute.field), _value(dataset, attribute.tag), attribute.field)
            ]
    # The one has a frame count that is no number; the other names GBK, which pydicom applies to names only.
    assert differences == [("GH1301.dcm", "patient_sex"), ("badVR.dcm", "number_of_frames")]


def _value(dataset: pydicom.Dataset, tag: int) -> Any:
    if tag not in dataset:
        return None
    try:
        value = dataset[tag].value
    except ValueError:
        return "damaged"
    return None if value in ("", None) else value


def _agrees(ours: Any, theirs: Any, field: str) -> bool:
    if theirs is None:
        return ours in (None, "", 0, 1) or field.endswith("_uid")
    if isinstance(ours, tuple):
        return bool(ours == tuple(map(float, theirs)))
    if isinstance(ours, str):
        text = "\\".join(map(str, theirs)) if isinstance(theirs, MultiValue | list) else str(theirs)
        return _groups(ours) == _groups(text.strip())
    if isinstance(theirs, MultiValue):
        theirs = theirs[0]
    try:
        return ours is not None and float(ours) == float(theirs)
    except ValueError:
        return False


def _groups(text: str) -> list[str]:
    """The groups of a person name without the separators of absent parts; other text is one group."""
    return [group.rstrip("^ ") for group in text.rstrip("=").split("=")]


def test_that_a_4d_series_is_split_and_a_ct_is_one_volume(library: Library) -> None:
    def stacks(folder: str) -> list[int]:
        of_folder = [i for i in library.instances() if folder in str(i.place.path) and i.has_pixels]
        (uid,) = {i.series_instance_uid for i in of_folder}
        return [len(stack.frames) for stack in library.series(uid).stacks]

    assert stacks("mr_fmri_4d_ge") == [15] * 10
    assert stacks("ct_chest_lidc0314") == [80]


def test_that_conflicts_are_files_that_differ(library: Library) -> None:
    conflicting: dict[str, list[Instance]] = {}
    for instance in library.instances():
        if instance.conflicting:
            conflicting.setdefault(instance.sop_instance_uid, []).append(instance)
    assert conflicting
    for instances in conflicting.values():
        contents = [instance.place.path.read_bytes() for instance in instances]
        assert len(set(contents)) == len(contents)
