"""Files of instances copied byte for byte; what is no DICOM file of PS3.10 yet gets the head of one."""

from io import BytesIO
from typing import BinaryIO, Protocol

from pydicom import Dataset
from pydicom.filebase import DicomFileLike
from pydicom.filewriter import write_file_meta_info
from pydicom.uid import UID

from workstation.model.index.records import Instance
from workstation.model.reading import open_stream, read_header
from workstation.model.source import source_of, storage_errors
from workstation.objects.writing import complete

_CHUNK = 1 << 20
_PREAMBLE = 128


class Copier(Protocol):
    """Writes an instance into a file for others."""

    def copy(self, instance: Instance, output: BinaryIO) -> Dataset:
        """Write it, and give the header of what was written, with its ``file_meta``.

        Raises
        ------
        Refused
            If it cannot be read.
        """


class Unchanged:
    """Copies byte for byte. A dataset without a preamble gets one and its File Meta Information in front of it."""

    def copy(self, instance: Instance, output: BinaryIO) -> Dataset:
        """See `Copier`."""
        header = read_header(source_of(instance.place))
        dataset = header.dataset
        with open_stream(instance.place) as source:
            start = _read(source, instance, _PREAMBLE + 4)
            if start[_PREAMBLE:] == b"DICM":
                output.write(start)
            else:
                output.write(_head(dataset, instance, header.transfer_syntax_uid) + start)
            while part := _read(source, instance, _CHUNK):
                output.write(part)
        return identified(dataset, instance, header.transfer_syntax_uid)


def _read(source: BinaryIO, instance: Instance, count: int) -> bytes:
    with storage_errors(str(instance.place)):
        return source.read(count)


def identified(dataset: Dataset, instance: Instance, transfer_syntax_uid: str) -> Dataset:
    """See that a header has the identifiers by which it is listed: those of the index where it has none itself."""
    for keyword, uid in (
        ("StudyInstanceUID", instance.study_instance_uid),
        ("SeriesInstanceUID", instance.series_instance_uid),
    ):
        if not dataset.get(keyword):
            setattr(dataset, keyword, uid)
    if not dataset.file_meta.get("TransferSyntaxUID"):
        dataset.file_meta.TransferSyntaxUID = UID(transfer_syntax_uid)
    return dataset


def _head(dataset: Dataset, instance: Instance, transfer_syntax_uid: str) -> bytes:
    named = Dataset()
    named.SOPClassUID, named.SOPInstanceUID = instance.sop_class_uid, instance.sop_instance_uid
    meta = complete(named).file_meta
    meta.TransferSyntaxUID = UID(transfer_syntax_uid)
    buffer = BytesIO()
    write_file_meta_info(DicomFileLike(buffer), meta)
    dataset.file_meta = meta
    return b"\0" * _PREAMBLE + b"DICM" + buffer.getvalue()
