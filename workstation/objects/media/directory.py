"""The directory of a medium, DICOMDIR (PS3.3 F): its records joined by their offsets in the file."""

from dataclasses import field
from io import BytesIO

from pydicom import Dataset, dcmread
from pydicom.uid import MediaStorageDirectoryStorage

from workstation.objects.media.records import Record, record_of, record_type
from workstation.objects.writing import complete, fitting, new_uid
from workstation.quick_dataclass import dataclass

IN_USE = 0xFFFF


@dataclass(slots=True)
class Node:
    """A record and those below it."""

    record: Dataset
    below: dict[tuple[str, ...], "Node"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reference:
    """What a record says of its file (PS3.3 F.3.2.2)."""

    file_id: tuple[str, ...]
    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str


class Directory:
    """Takes objects one by one, and gives the bytes of the DICOMDIR that lists them."""

    def __init__(self, file_set_id: str = "") -> None:
        self.file_set_id = fitting(file_set_id, "CS")
        self._top: dict[tuple[str, ...], Node] = {}

    def add(self, source: Dataset, reference: Reference, icon: Dataset | None = None) -> tuple[str, ...]:
        """List an object below its patient, study and series, which are made where they are missing.

        Parameters
        ----------
        source
            Its header; Study and Series Instance UID are there.
        reference
            Its file.
        icon
            From `workstation.objects.media.icons.icon_item`; only images bear one.

        Returns
        -------
        tuple of str
            Keywords that its records must have, and that were filled in since the file has no value.
        """
        level, filled = self._top, list[str]()
        for kind, keys in (
            ("PATIENT", (str(source.get("PatientID") or ""), str(source.get("PatientName") or "").casefold())),
            ("STUDY", (str(source.StudyInstanceUID),)),
            ("SERIES", (str(source.SeriesInstanceUID),)),
        ):
            if keys not in level:
                made = record_of(kind, source)
                filled += made.filled
                level[keys] = Node(_joined(made))
            level = level[keys].below
        made = record_of(record_type(reference.sop_class_uid), source)
        record = _joined(made)
        record.ReferencedFileID = list(reference.file_id)
        record.ReferencedSOPClassUIDInFile = reference.sop_class_uid
        record.ReferencedSOPInstanceUIDInFile = reference.sop_instance_uid
        record.ReferencedTransferSyntaxUIDInFile = reference.transfer_syntax_uid
        if icon is not None and made.type == "IMAGE":
            record.IconImageSequence = [icon]
        level[reference.file_id] = Node(record)
        return (*filled, *made.filled)

    def encoded(self) -> bytes:
        """Give the file."""
        ds = Dataset()
        ds.FileSetID = self.file_set_id
        ds.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = 0
        ds.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity = 0
        ds.FileSetConsistencyFlag = 0
        order: list[Node] = []
        _walk(self._top, order)
        ds.DirectoryRecordSequence = [node.record for node in order]
        ds.SOPClassUID, ds.SOPInstanceUID = MediaStorageDirectoryStorage, new_uid()
        complete(ds)
        del ds.SOPClassUID, ds.SOPInstanceUID  # in the meta information alone (PS3.3 F.3.2.2)
        offsets = self._offsets(_written(ds), order)
        _link(self._top, offsets)
        tops = list(self._top.values())
        if tops:
            ds.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = offsets[id(tops[0])]
            ds.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity = offsets[id(tops[-1])]
        return _written(ds)

    def _offsets(self, draft: bytes, order: list[Node]) -> dict[int, int]:
        """Say where each record begins: a draft with offsets of 0 is as long as the file with the right ones."""
        read = dcmread(BytesIO(draft))
        return {
            id(node): int(item.seq_item_tell) for node, item in zip(order, read.DirectoryRecordSequence, strict=True)
        }


def _joined(record: Record) -> Dataset:
    ds = Dataset()
    ds.OffsetOfTheNextDirectoryRecord = 0
    ds.RecordInUseFlag = IN_USE
    ds.OffsetOfReferencedLowerLevelDirectoryEntity = 0
    ds.DirectoryRecordType = record.type
    ds.update(record.keys)
    return ds


def _walk(level: dict[tuple[str, ...], Node], order: list[Node]) -> None:
    for node in level.values():
        order.append(node)
        _walk(node.below, order)


def _link(level: dict[tuple[str, ...], Node], offsets: dict[int, int]) -> None:
    nodes = list(level.values())
    for index, node in enumerate(nodes):
        following = nodes[index + 1] if index + 1 < len(nodes) else None
        lower = next(iter(node.below.values()), None)
        node.record.OffsetOfTheNextDirectoryRecord = offsets[id(following)] if following else 0
        node.record.OffsetOfReferencedLowerLevelDirectoryEntity = offsets[id(lower)] if lower else 0
        _link(node.below, offsets)


def _written(ds: Dataset) -> bytes:
    buffer = BytesIO()
    ds.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
