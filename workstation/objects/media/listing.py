"""What a DICOMDIR lists: its tree of records, and what is wrong with it."""

from collections.abc import Iterator
from pathlib import Path

from pydicom import Dataset

from workstation.model.attributes import PARSER_FAILURES, integer, items, text, value_of
from workstation.model.index.media import find_listed
from workstation.model.index.records import Place
from workstation.model.reading import read_dataset
from workstation.model.refusal import Reason, Refused
from workstation.model.text import clean, date_of, person_name
from workstation.quick_dataclass import dataclass

_LEVELS = {"PATIENT": 0, "STUDY": 1, "SERIES": 2}
_MOST_RECORDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Listed:
    """A record: its level from 0, its type, what it says, its file, and what is wrong with that; empty if nothing."""

    level: int
    type: str
    what: str
    file: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A directory: its name, its records in the order of its tree, and what is wrong with the directory itself."""

    file_set_id: str
    records: tuple[Listed, ...]
    problems: tuple[str, ...] = ()


def directory_of(path: Path, *, check_files: bool = True) -> Listing:
    """Read a DICOMDIR.

    Parameters
    ----------
    path
        The file, or the folder that it lies in.
    check_files
        Open each file that is listed, and compare what it is with what the record says.

    Raises
    ------
    Refused
        If it cannot be read, or is no directory.
    """
    file = path / "DICOMDIR" if path.is_dir() else path
    dataset = read_dataset(Place(file))
    if "DirectoryRecordSequence" not in dataset:
        raise Refused(Reason.NOT_DICOM, f"{file}: this is no directory of a medium (DICOMDIR).")
    records = items(dataset, "DirectoryRecordSequence")[:_MOST_RECORDS]
    order, problems = _ordered(dataset, records)
    listed = tuple(
        Listed(level, text(record, "DirectoryRecordType"), _told(record), *_file(record, file.parent, check_files))
        for level, record in order
    )
    return Listing(clean(text(dataset, "FileSetID")), listed, tuple(problems))


def _ordered(dataset: Dataset, records: tuple[Dataset, ...]) -> tuple[list[tuple[int, Dataset]], list[str]]:
    """Give the records by their offsets, and those that these do not reach in the order of the file."""
    by_offset = {getattr(record, "seq_item_tell", None): record for record in records}
    order: list[tuple[int, Dataset]] = []
    seen: set[int] = set()
    problems: list[str] = []
    first = integer(dataset, "OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity") or 0
    pending = [(0, first)] if first else []
    while pending:
        level, offset = pending.pop()
        record = by_offset.get(offset)
        if record is None or id(record) in seen:
            why = "is reached twice" if record is not None else "leads to no record"
            problems.append(f"The offset {offset} {why}; it and what follows it are taken in the order of the file.")
            continue
        seen.add(id(record))
        order.append((level, record))
        for next_level, keyword in (
            (level, "OffsetOfTheNextDirectoryRecord"),
            (level + 1, "OffsetOfReferencedLowerLevelDirectoryEntity"),
        ):
            if following := integer(record, keyword):
                pending.append((next_level, following))
    unreached = [record for record in records if id(record) not in seen]
    if not problems and unreached:
        problems.append(f"{len(unreached)} records are not reached by the offsets; they come in the order of the file.")
    if unreached:
        order = [(_LEVELS.get(text(record, "DirectoryRecordType"), 3), record) for record in records]
    return order, problems


def _told(record: Dataset) -> str:
    kind = text(record, "DirectoryRecordType")
    day = date_of(text(record, "StudyDate") or text(record, "ContentDate"))
    number = text(record, "SeriesNumber") or text(record, "InstanceNumber")
    parts = {
        "PATIENT": (person_name(text(record, "PatientName")), text(record, "PatientID")),
        "STUDY": (day.isoformat() if day else "", text(record, "StudyDescription"), text(record, "StudyID")),
        "SERIES": (number, text(record, "Modality"), text(record, "SeriesDescription")),
    }.get(kind, (number, text(record, "ContentLabel"), text(record, "DocumentTitle")))
    return "  ".join(filter(None, map(clean, parts)))


def _file(record: Dataset, folder: Path, check: bool) -> tuple[str, str]:
    try:
        value = value_of(record, "ReferencedFileID")
    except PARSER_FAILURES:
        value = None
    if value is None:
        return "", ""
    components = tuple([str(value)] if isinstance(value, str) else [str(each) for each in value])
    components = tuple(part for each in components for part in each.split("\\") if part.strip(" \0"))
    name = clean("/".join(components))
    in_use = integer(record, "RecordInUseFlag")
    if in_use == 0:
        return name, "the record is marked as not in use"
    try:
        path = find_listed(str(folder), components)
        problems = tuple(_differences(record, read_dataset(Place(Path(path))))) if check else ()
    except Refused as refusal:
        return name, refusal.message.rstrip(".")
    return name, "; ".join(problems)


def _differences(record: Dataset, dataset: Dataset) -> Iterator[str]:
    meta = dataset.file_meta
    for said, keyword, name in (
        ("ReferencedSOPInstanceUIDInFile", "SOPInstanceUID", "instance"),
        ("ReferencedSOPClassUIDInFile", "SOPClassUID", "class"),
        ("ReferencedTransferSyntaxUIDInFile", "", "transfer syntax"),
    ):
        there = text(dataset, keyword) if keyword else text(meta, "TransferSyntaxUID")
        wanted = text(record, said)
        if wanted and there and wanted != there:
            yield f"the file is of another {name} ({clean(there)}) than the record says ({clean(wanted)})"
