"""ZIP archives: read in place, and nothing in them trusted."""

import struct
import zipfile
from pathlib import Path

import pytest

from tests.unit.model.index.test_scan import reasons, scanned
from tests.unit.model.index.written import as_bytes, dataset
from workstation.model.index.records import Place, RefusedFile
from workstation.model.refusal import Reason


def archive(path: Path, entries: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return path


def slices(count: int) -> dict[str, bytes]:
    return {f"study/{number}.dcm": as_bytes(dataset(number)) for number in range(1, count + 1)}


def of_members(refused: list[RefusedFile]) -> dict[str, Reason]:
    return {file.place.member: file.reason for file in refused}


def test_that_the_entries_of_an_archive_are_instances(tmp_path: Path) -> None:
    path = archive(tmp_path / "disc.zip", {**slices(3), "study/readme.txt": b"hello", "study/empty": b""})
    instances, refused = scanned(tmp_path)
    assert [instance.place for instance in instances] == [Place(path, f"study/{n}.dcm") for n in (1, 2, 3)]
    assert of_members(refused) == {"study/readme.txt": Reason.NOT_DICOM, "study/empty": Reason.EMPTY_FILE}


def test_that_an_archive_is_known_by_its_content_not_its_name(tmp_path: Path) -> None:
    archive(tmp_path / "IMAGE0001", slices(1))
    instances, _refused = scanned(tmp_path)
    assert len(instances) == 1


def test_that_odd_headers_in_archives_are_read_too(tmp_path: Path) -> None:
    big_endian = as_bytes(dataset(1), syntax="1.2.840.10008.1.2.2")
    archive(tmp_path / "disc.zip", {"big": big_endian, "bare": as_bytes(dataset(2))[132:][132 + 60 :]})
    instances, refused = scanned(tmp_path)
    assert "big" in {instance.place.member for instance in instances}
    assert len(instances) + len(refused) == 2


@pytest.mark.parametrize(
    "name", ["../outside.dcm", "a/../../outside.dcm", "/etc/outside.dcm", "C:\\outside.dcm", "..\\outside.dcm"]
)
def test_that_an_entry_that_leads_out_of_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    archive(tmp_path / "evil.zip", {name: as_bytes(dataset(1)), "good.dcm": as_bytes(dataset(2))})
    instances, refused = scanned(tmp_path)
    assert [instance.place.member for instance in instances] == ["good.dcm"]
    assert [file.reason for file in refused] == [Reason.UNSAFE_ENTRY]


def test_that_an_encrypted_entry_is_refused_by_that_reason(tmp_path: Path) -> None:
    path = archive(tmp_path / "secret.zip", slices(1), compression=zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + flags] |= 1
    path.write_bytes(content)
    _instances, refused = scanned(tmp_path)
    assert of_members(refused) == {"study/1.dcm": Reason.ENCRYPTED_ARCHIVE}


def test_that_a_bomb_is_refused_unread(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as made,
        made.open("bomb.dcm", "w", force_zip64=True) as entry,
    ):
        entry.write(as_bytes(dataset(1)))
        for _ in range(100):
            entry.write(bytes(1 << 20))
    _instances, refused = scanned(tmp_path)
    assert of_members(refused) == {"bomb.dcm": Reason.TOO_LARGE}


def test_that_entries_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "overlap.zip", slices(2), compression=zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    struct.pack_into("<I", content, second + 42, 0)  # the second entry begins where the first does
    path.write_bytes(content)
    instances, refused = scanned(tmp_path)
    assert len(instances) == 1
    assert [file.reason for file in refused] == [Reason.DAMAGED_ARCHIVE]


def test_that_an_archive_in_an_archive_is_refused_with_advice(tmp_path: Path) -> None:
    inner = archive(tmp_path / "inner", slices(1)).read_bytes()
    (tmp_path / "inner").unlink()
    archive(tmp_path / "outer.zip", {"inner.zip": inner})
    _instances, (refused,) = scanned(tmp_path)
    assert refused.reason is Reason.NOT_DICOM
    assert "Unpack" in refused.hint


def test_that_an_office_document_is_refused_as_one_file(tmp_path: Path) -> None:
    archive(tmp_path / "report.docx", {"[Content_Types].xml": b"<a/>", "word/document.xml": b"<b/>"})
    _instances, refused = scanned(tmp_path)
    assert reasons(refused) == {"report.docx": Reason.NOT_DICOM}


def test_that_an_archive_cut_at_any_tenth_is_refused_with_a_reason(tmp_path: Path) -> None:
    content = archive(tmp_path / "whole.zip", slices(3)).read_bytes()
    (tmp_path / "whole.zip").unlink()
    for tenth in range(1, 10):
        path = tmp_path / "cut.zip"
        path.write_bytes(content[: len(content) * tenth // 10])
        instances, refused = scanned(path)
        assert instances == []
        assert reasons(refused) == {"cut.zip": Reason.DAMAGED_ARCHIVE}, tenth


def test_that_damaged_bytes_in_an_archive_end_in_instances_or_reasons(tmp_path: Path) -> None:
    content = archive(tmp_path / "whole.zip", slices(2)).read_bytes()
    (tmp_path / "whole.zip").unlink()
    for at in range(0, len(content), 7):
        path = tmp_path / "damaged.zip"
        path.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
        instances, refused = scanned(path)
        assert instances or refused, at
