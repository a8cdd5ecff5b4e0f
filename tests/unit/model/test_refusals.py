"""Each reason for which a file is not shown, from a file built for it; the sentence must tell what is wrong."""

import errno
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.unit.model import built_files as built
from tests.unit.model.fuzzing import nested
from workstation.model import reading
from workstation.model.image import Image
from workstation.model.index.records import Place
from workstation.model.pixels.transfer_syntaxes import TRANSFER_SYNTAXES
from workstation.model.reading import read_dataset, read_header
from workstation.model.refusal import Reason, Refused
from workstation.model.source import BytesSource, source_of

SOUND = built.native_file(built.grey())
OF_THE_INDEX = {Reason.UNSAFE_ENTRY, Reason.LISTED_BUT_MISSING}


def _ends_inside_a_value() -> bytes:
    return built.part10(built.header(), struct.pack("<HH2sH", 0x0010, 0x1001, b"LO", 200) + b"x" * 20)


def _endless_value() -> bytes:
    return built.part10(built.header(), b"\x11\x00\x01\x10OB\0\0\xff\xff\xff\xff" + b"no delimiter follows" * 30)


def _damaged_deflate() -> bytes:
    sound = built.sample_file(built.DEFLATED)
    return sound[:-40] + b"\xff" * 40


def _deflate_bomb() -> bytes:
    huge = struct.pack("<HH2sHI", 0x0042, 0x0011, b"OB", 0, 0x50000000) + b"\0" * (1 << 20)
    return built.part10(built.header(), huge, built.DEFLATED)


def _frame_too_large() -> bytes:
    return built.native_file(built.grey(), Rows=65535, Columns=65535)


def _frame_bomb() -> bytes:
    return built.compressed_file(built.grey(bits=8), built.J2K, Rows=30000, Columns=30000)


def _no_image() -> bytes:
    return built.part10(built.header(SOPClassUID="1.2.840.10008.5.1.4.1.1.88.11"), b"")


def _too_short() -> bytes:
    return built.native_file(built.grey(), Rows=400)


def _fewer_fragments() -> bytes:
    return built.compressed_file(built.grey(frames=2), built.JPEG_LS, frames=2, NumberOfFrames=3)


def _half_a_jpeg() -> bytes:
    stream = built.encode(built.grey(bits=8), built.BASELINE)
    element = built.fragments_element([stream[: len(stream) // 2]])
    return built.part10(built.header(built.grey(bits=8)), element, built.BASELINE)


BUILT: list[tuple[Reason, Callable[[], bytes], str]] = [
    (Reason.EMPTY_FILE, lambda: b"", "empty"),
    (Reason.NOT_DICOM, lambda: b"Dear reader,\nthis is a letter.\n", "text"),
    (Reason.NOT_DICOM, lambda: b"\x89PNG\r\n\x1a\n" + bytes(200), "another kind"),
    (Reason.TRUNCATED, _ends_inside_a_value, "200 bytes"),
    (Reason.TRUNCATED, lambda: SOUND[:-10], "the data end at byte"),
    (Reason.DAMAGED_HEADER, _endless_value, "cannot be read past byte"),
    (Reason.NESTED_TOO_DEEP, lambda: nested(100), "64"),
    (Reason.NESTED_TOO_DEEP, lambda: nested(3000), "64"),
    (Reason.DAMAGED_DEFLATE, _damaged_deflate, "inflated bytes"),
    (Reason.UNKNOWN_TRANSFER_SYNTAX, lambda: built.part10(built.header(built.grey()), b"", "1.2.3.4"), "1.2.3.4"),
    (Reason.NO_IMAGE, _no_image, "Basic Text SR"),
    (Reason.BAD_PIXEL_DESCRIPTION, lambda: built.native_file(built.grey(), BitsStored=17), "17 bits"),
    (Reason.BAD_PIXEL_DESCRIPTION, lambda: built.native_file(built.grey(), BitsAllocated=40), "40"),
    (Reason.BAD_PIXEL_DESCRIPTION, lambda: built.native_file(built.grey(), BitsAllocated=None), "missing"),
    (Reason.BAD_PIXEL_DESCRIPTION, lambda: built.native_file(built.grey(), Columns=0), "columns"),
    (Reason.BAD_PIXEL_DESCRIPTION, lambda: built.compressed_file(built.grey(), built.RLE, SamplesPerPixel=3), "3"),
    (Reason.BAD_PIXEL_DESCRIPTION, lambda: built.native_file(built.grey(), PixelRepresentation=7), "7"),
    (Reason.BAD_PIXEL_DESCRIPTION, lambda: built.native_file(built.grey(), PhotometricInterpretation="GRAY"), "GRAY"),
    (
        Reason.BAD_PIXEL_DESCRIPTION,
        lambda: built.native_file(built.grey(), PhotometricInterpretation="PALETTE COLOR"),
        "palette",
    ),
    (Reason.PIXELS_MISSING, lambda: built.part10(built.header(built.grey()), b""), "10 x 12"),
    (Reason.PIXELS_MISSING, _too_short, "240"),
    (Reason.PIXELS_MISSING, _fewer_fragments, "no frame 3"),
    (Reason.TOO_LARGE, _frame_too_large, "65535"),
    (Reason.TOO_LARGE, _frame_bomb, "900000000"),
    (Reason.DAMAGED_PIXELS, _half_a_jpeg, "end marker"),
    (
        Reason.DAMAGED_PIXELS,
        lambda: built.part10(built.header(built.grey()), built.fragments_element([b"rubbish!" * 9]), built.RLE),
        "segments",
    ),
    (
        Reason.DAMAGED_PIXELS,
        lambda: built.part10(built.header(built.grey()), built.native_element(bytes(240)), built.JPEG_LS),
        "fragments",
    ),
]


@pytest.mark.parametrize(("reason", "make", "told"), BUILT)
def test_that_a_built_file_is_refused_for_its_reason(reason: Reason, make: Callable[[], bytes], told: str) -> None:
    with pytest.raises(Refused) as refused:
        _show_all(make())
    assert refused.value.reason is reason
    assert told in refused.value.message
    assert refused.value.message.rstrip().endswith(".")


def _show_all(data: bytes) -> None:
    with Image.from_source(BytesSource(data, "built.dcm")) as image:
        for number in range(image.number_of_frames):
            image.frame(number)


def test_that_a_deflate_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workstation.model.deflated.INFLATED_LIMIT_BYTES", 1 << 20)
    ramp = np.zeros((3000, 3000), np.uint8)
    with pytest.raises(Refused) as refused:
        _show_all(built.native_file(ramp, built.DEFLATED, PatientComments="x" * 200))
    assert refused.value.reason is Reason.TOO_LARGE
    assert str(1 << 20) in refused.value.message


def test_that_a_length_far_beyond_a_deflated_dataset_is_no_bomb() -> None:
    with pytest.raises(Refused) as refused:
        _show_all(_deflate_bomb())
    assert refused.value.reason in (Reason.TRUNCATED, Reason.TOO_LARGE)


@pytest.mark.parametrize("uid", [syntax.uid for syntax in TRANSFER_SYNTAXES.values() if not syntax.is_read])
def test_that_a_syntax_without_decoder_is_refused_by_its_name(uid: str) -> None:
    data = built.part10(built.header(built.grey(bits=8)), built.fragments_element([b"\0" * 100]), uid)
    with pytest.raises(Refused) as refused:
        _show_all(data)
    assert refused.value.reason is Reason.UNSUPPORTED_TRANSFER_SYNTAX
    assert TRANSFER_SYNTAXES[uid].name in refused.value.message
    assert refused.value.hint


def test_that_a_file_that_was_never_there_is_gone(tmp_path: Path) -> None:
    _expect(Reason.VANISHED, lambda: Image.open(tmp_path / "nothing.dcm"))


def test_that_a_file_removed_after_opening_is_gone(tmp_path: Path) -> None:
    path = _written(tmp_path, SOUND)
    image = Image.open(path)
    path.unlink()
    _expect(Reason.VANISHED, lambda: image.frame(0))


def test_that_a_file_written_to_after_opening_has_changed(tmp_path: Path) -> None:
    path = _written(tmp_path, SOUND)
    image = Image.open(path)
    path.write_bytes(SOUND[:-20])
    _expect(Reason.CHANGED, lambda: image.frame(0))


def test_that_a_file_that_shrinks_while_it_is_open_has_changed(tmp_path: Path) -> None:
    path = _written(tmp_path, SOUND + bytes(20_000))
    with source_of(path).open() as stream:
        path.write_bytes(SOUND)
        refused = _expect(Reason.CHANGED, lambda: stream.take(len(SOUND), 20_000, "the pixels"))
    assert str(len(SOUND) + 20_000) in refused.message


def test_that_a_file_without_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _written(tmp_path, SOUND)
    monkeypatch.setattr(Path, "open", _raising(PermissionError(errno.EACCES, "Permission denied")))
    _expect(Reason.NO_PERMISSION, lambda: Image.open(path))


def test_that_an_error_of_the_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _written(tmp_path, SOUND)
    monkeypatch.setattr(Path, "open", _raising(OSError(errno.EIO, "Input/output error")))
    refused = _expect(Reason.READ_ERROR, lambda: Image.open(path))
    assert "Input/output error" in refused.message


def test_that_a_folder_and_a_pipe_are_no_dicom_files(tmp_path: Path) -> None:
    _expect(Reason.NOT_DICOM, lambda: Image.open(tmp_path))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        _expect(Reason.NOT_DICOM, lambda: Image.open(tmp_path / "pipe"))


def test_that_entries_of_archives_are_refused_by_reason(tmp_path: Path) -> None:
    path = tmp_path / "study.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sound.dcm", SOUND)
        archive.writestr("bomb.dcm", bytes(80 << 20))
    Image.open(Place(path, "sound.dcm")).frame(0)
    _expect(Reason.TOO_LARGE, lambda: Image.open(Place(path, "bomb.dcm")))
    _expect(Reason.VANISHED, lambda: Image.open(Place(path, "other.dcm")))
    raw = bytearray(path.read_bytes())
    _expect(Reason.ENCRYPTED_ARCHIVE, lambda: Image.open(_encrypted(tmp_path, raw)))
    raw[60:90] = b"\xff" * 30
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(raw)
    _expect(Reason.DAMAGED_ARCHIVE, lambda: Image.open(Place(damaged, "sound.dcm")))


def _encrypted(folder: Path, raw: bytes | bytearray) -> Place:
    marked = bytearray(raw)
    marked[6] |= 1
    marked[marked.find(b"PK\x01\x02") + 8] |= 1
    path = folder / "encrypted.zip"
    path.write_bytes(marked)
    return Place(path, "sound.dcm")


@pytest.mark.parametrize("uid", [built.EXPLICIT, built.DEFLATED, built.JPEG_LS, built.HT, built.RLE, built.XL])
def test_that_files_cut_at_every_tenth_are_shown_in_part_or_refused(uid: str) -> None:
    data = built.sample_file(uid, frames=3)
    for tenth in range(10):
        with pytest.raises(Refused) as refused:
            _show_all(data[: len(data) * tenth // 10])
        assert refused.value.reason in (
            Reason.EMPTY_FILE,
            Reason.NOT_DICOM,
            Reason.TRUNCATED,
            Reason.NO_IMAGE,
            Reason.PIXELS_MISSING,
            Reason.DAMAGED_DEFLATE,
            Reason.BAD_PIXEL_DESCRIPTION,
        )


def test_that_the_frames_before_a_cut_are_shown() -> None:
    data = built.sample_file(built.EXPLICIT, frames=3)
    image = Image.from_source(BytesSource(data[:-10]))
    assert image.frame(1).pixels.shape == (12, 10)
    with pytest.raises(Refused):
        image.frame(2)


def test_that_the_list_of_reasons_is_closed() -> None:
    here = {reason for reason, _make, _told in BUILT} | {
        Reason.UNSUPPORTED_TRANSFER_SYNTAX,
        Reason.VANISHED,
        Reason.CHANGED,
        Reason.NO_PERMISSION,
        Reason.READ_ERROR,
        Reason.ENCRYPTED_ARCHIVE,
        Reason.DAMAGED_ARCHIVE,
    }
    of_the_objects = {Reason.OTHER_OBJECT}  # tests/unit/objects: a report, a document or contours were asked for
    assert here | OF_THE_INDEX | of_the_objects == set(Reason)


def test_that_a_header_is_read_whole_where_that_is_wanted(tmp_path: Path) -> None:
    path = _written(tmp_path, SOUND)
    assert "PixelData" not in read_dataset(path)
    assert len(read_dataset(path, stop_before_pixels=False).PixelData) == 240


def _expect(reason: Reason, act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.reason is reason
    return refused.value


def _raising(error: OSError) -> Callable[..., object]:
    def fail(*_arguments: object, **_options: object) -> object:
        raise error

    return fail


def _written(folder: Path, data: bytes) -> Path:
    path = folder / "image.dcm"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("most", [1000, 1001, 1002])
def test_that_a_header_of_endless_items_is_refused(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_READS", most)
    items = struct.pack("<HH2sHI", 0x0040, 0xA730, b"SQ", 0, 0xFFFFFFFF) + (built.ITEM + bytes(4)) * 1000
    endless = built.part10(built.header(), items + built.DELIMITER)

    _expect(Reason.TOO_LARGE, lambda: read_header(BytesSource(endless)))


def test_that_what_follows_a_deflated_dataset_is_not_read_into_memory(tmp_path: Path) -> None:
    sound = built.sample_file(built.DEFLATED)
    path = _written(tmp_path, sound)
    with path.open("r+b") as sparse:
        sparse.truncate(1 << 40)

    with Image.open(path) as image, Image.from_source(BytesSource(sound)) as alone:
        assert np.array_equal(image.frame().pixels, alone.frame().pixels)
