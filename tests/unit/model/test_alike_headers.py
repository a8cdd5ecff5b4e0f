"""Headers compared with one read before, against those that are read element by element."""

import threading
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.sequence import Sequence as Items

from tests.unit.model.built_files import compressed_file, grey, native_file
from workstation.model import alike_headers
from workstation.model.alike_headers import AlikeHeaders, AlikeImages
from workstation.model.pixels.transfer_syntaxes import BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT
from workstation.model.reading import Header, read_header
from workstation.model.refusal import Refused
from workstation.model.source import BytesSource, Source

JPEG_LOSSLESS = "1.2.840.10008.1.2.4.70"
PIXELS = grey()


def plain(dataset: Dataset) -> list[object]:
    """Give all elements as what can be compared, those that cannot be read as what is said about them."""
    found: list[object] = []
    for tag in dataset._dict:
        try:
            element = dataset[tag]
            value = [plain(item) for item in element.value] if element.VR == "SQ" else repr(element.value)
            found.append((int(tag), element.VR, value))
        except Exception as error:  # noqa: BLE001 - whatever pydicom makes of damaged bytes
            found.append((int(tag), repr(error)))
    return found


def told(read: Any, data: bytes) -> object:
    """Give all that a reader tells of a file: its header, or why there is none."""
    try:
        header: Header = read(BytesSource(data, "a.dcm"))
    except Refused as refused:
        return refused.reason, refused.message, refused.hint
    dataset = header.dataset
    return (
        plain(dataset), plain(dataset.file_meta), dataset.original_character_set, dataset.original_encoding,
        header.transfer_syntax_uid, header.pixels, header.size,
    )  # fmt: skip


def compared(monkeypatch: pytest.MonkeyPatch, files: Iterable[bytes]) -> int:
    """Assert that each header is the one that is read element by element; give how many were compared only."""
    slow = []

    def counted(source: Source) -> Header:
        slow.append(source)
        return read_header(source)

    monkeypatch.setattr(alike_headers, "read_header", counted)
    headers, count = AlikeHeaders(), 0
    for data in files:
        count += 1
        assert told(headers.read, data) == told(read_header, data)
    return count - len(slow)


def slices(count: int = 8, uid: str = EXPLICIT, **values: Any) -> list[bytes]:
    return [of_series(number, uid, **values) for number in range(count)]


def of_series(number: int, uid: str = EXPLICIT, **values: Any) -> bytes:
    own: dict[str, Any] = {
        "SOPInstanceUID": f"1.2.{number * 37}",
        "InstanceNumber": number,
        "ImagePositionPatient": [0.5, -3.0, number * 1.25],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "PixelSpacing": [0.5, 0.5],
        "PatientName": "Müller^Jörg",
        "SpecificCharacterSet": "ISO_IR 100",
        **values,
    }
    return native_file(PIXELS, uid, **own) if uid != JPEG_LOSSLESS else compressed_file(PIXELS, uid, **own)


@pytest.mark.parametrize("uid", [EXPLICIT, IMPLICIT, JPEG_LOSSLESS])
def test_that_slices_of_a_series_are_compared(monkeypatch: pytest.MonkeyPatch, uid: str) -> None:
    assert compared(monkeypatch, slices(uid=uid)) >= 5


@pytest.mark.parametrize("uid", [BIG_ENDIAN, DEFLATED])
def test_that_other_syntaxes_are_read(monkeypatch: pytest.MonkeyPatch, uid: str) -> None:
    assert compared(monkeypatch, slices(4, uid)) == 0


def _item(number: int) -> Dataset:
    item = Dataset()
    item.ReferencedSOPInstanceUID = f"1.2.{number}"
    item.CodeMeaning = "Größe"
    return item


@pytest.mark.parametrize("uid", [EXPLICIT, IMPLICIT])
def test_that_values_of_all_kinds_may_differ(monkeypatch: pytest.MonkeyPatch, uid: str) -> None:
    def varied(number: int) -> bytes:
        return of_series(
            number,
            uid,
            PatientComments="Ä" * number,
            WindowCenter=[40 + number, 50],
            RescaleSlope=1 + number / 7,
            LargestImagePixelValue=1000 * number,
            ReferencedImageSequence=Items([_item(number)] * (number % 3)),
            TriggerTime="" if number % 4 == 3 else number,
        )

    assert compared(monkeypatch, map(varied, range(12))) >= 3


@pytest.mark.parametrize(
    "values",
    [
        [{"SpecificCharacterSet": "ISO_IR 100"}, {"SpecificCharacterSet": "ISO_IR 192"}],
        [{"PixelRepresentation": 0}, {"PixelRepresentation": 1, "PixelPaddingValue": -5}],
        [{"Modality": "CT"}, {"Modality": "MR", "ImageComments": "other elements"}],
        [{"StudyDescription": "one"}, {"StudyDescription": ""}],
    ],
)
def test_that_series_in_turns_keep_apart(monkeypatch: pytest.MonkeyPatch, values: Sequence[dict[str, Any]]) -> None:
    files = [of_series(number, **values[number % len(values)]) for number in range(16)]
    assert compared(monkeypatch, files) >= 8


def test_that_sequences_without_a_length_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(number: int) -> bytes:
        items = Items([_item(number)])
        items.is_undefined_length = True
        return of_series(number, ReferencedImageSequence=items)

    compared(monkeypatch, map(endless, range(5)))


def test_that_long_headers_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    assert compared(monkeypatch, slices(PatientComments="long " * 4000)) >= 5


def test_that_what_is_cut_off_is_refused_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = slices(6)
    compared(monkeypatch, [*whole, *(whole[3][:size] for size in range(0, len(whole[3]), 7)), b"text", b""])


GOOD = slices(4)


@settings(max_examples=80, deadline=None)
@given(
    at=st.integers(0, 900),
    gone=st.integers(0, 4),
    put=st.binary(max_size=4),
    number=st.integers(0, 3),
)
def test_that_damaged_headers_are_read_as_ever(at: int, gone: int, put: bytes, number: int) -> None:
    headers = AlikeHeaders()
    for data in GOOD:
        headers.read(BytesSource(data, "a.dcm"))
    whole = GOOD[number]
    damaged = whole[: 132 + at] + put + whole[132 + at + gone :]
    assert told(headers.read, damaged) == told(read_header, damaged)


def test_that_changing_one_dataset_leaves_the_others() -> None:
    headers = AlikeHeaders()
    read = [headers.read(BytesSource(data, "a.dcm")).dataset for data in slices(5)]
    read[4].PatientName = "Other"
    del read[3].Modality
    read[2].file_meta.ImplementationVersionName = "OTHER"
    fresh = [read_header(BytesSource(data, "a.dcm")).dataset for data in slices(5)]
    assert plain(read[1]) == plain(fresh[1])
    assert plain(read[1].file_meta) == plain(fresh[1].file_meta)
    assert "Modality" in read[4]
    assert str(read[0].PatientName) == "Müller^Jörg"


def test_that_images_are_opened_in_threads(tmp_path: Any) -> None:
    paths = []
    for number, data in enumerate(slices(40)):
        paths.append(tmp_path / f"{number}.dcm")
        paths[-1].write_bytes(data)
    images, wrong = AlikeImages(), list[int]()

    def read(start: int) -> None:
        for number in range(start, 40, 2):
            frame = images.open(paths[number]).frame()
            if frame.plane is None or frame.plane.origin_lps[2] != number * 1.25 or (frame.pixels != PIXELS).any():
                wrong.append(number)

    threads = [threading.Thread(target=read, args=(start,)) for start in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
