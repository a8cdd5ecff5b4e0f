"""The quick look for pixels: right for plain files, and None, never an exception, for everything else."""

import os
from pathlib import Path

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from workstation.model.pixel_location import PixelLocation, locate_pixels, single_frame
from workstation.phantoms import small


def plain() -> Dataset:
    return small.volume("axial").datasets[0]


def located(path: Path) -> PixelLocation | None:
    file = os.open(path, os.O_RDONLY)
    try:
        return locate_pixels(file)
    finally:
        os.close(file)


def written(ds: Dataset, folder: Path) -> Path:
    path = folder / "image.dcm"
    ds.save_as(path, enforce_file_format=True)
    return path


@pytest.fixture(scope="module")
def bytes_of_plain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return written(plain(), tmp_path_factory.mktemp("plain")).read_bytes()


def test_that_the_pixels_are_where_pydicom_finds_them(tmp_path: Path) -> None:
    ds = plain()
    path = written(ds, tmp_path)
    found = located(path)
    assert found is not None
    assert found.length == len(ds.PixelData)
    assert path.read_bytes()[found.offset : found.offset + len(ds.PixelData)] == ds.PixelData
    meaning = found.meaning
    assert (meaning.slope, meaning.intercept, meaning.unit) == (1, -1024, "HU")
    assert (meaning.description.rows, meaning.description.columns, meaning.description.bits_stored) == (20, 28, 12)


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("NumberOfFrames", 2),
        ("PhotometricInterpretation", "PALETTE COLOR"),
        ("BitsAllocated", 12),
        ("HighBit", 15),
        ("BitsStored", 17),
        ("RescaleSlope", "0"),
        ("Rows", 2000),
        ("Modality", "RTDOSE"),
    ],
)
def test_that_what_is_not_plain_is_left_to_the_general_reader(keyword: str, value: object, tmp_path: Path) -> None:
    ds = plain()
    setattr(ds, keyword, value)
    assert located(written(ds, tmp_path)) is None


@pytest.mark.parametrize("keyword", ["ModalityLUTSequence", "SharedFunctionalGroupsSequence"])
@pytest.mark.parametrize("undefined_length", [False, True])
def test_that_values_described_elsewhere_are_left_to_the_general_reader(
    keyword: str, undefined_length: bool, tmp_path: Path
) -> None:
    ds = plain()
    setattr(ds, keyword, [Dataset()])
    ds[keyword].is_undefined_length = undefined_length
    assert located(written(ds, tmp_path)) is None


def test_that_a_number_of_frames_beyond_all_bounds_is_no_error(tmp_path: Path) -> None:
    path = written(plain(), tmp_path)
    data = path.read_bytes().replace(b"\x28\x00\x10\x00US", b"\x28\x00\x08\x00IS\x06\x001e9999\x28\x00\x10\x00US")
    path.write_bytes(data)
    assert located(path) is None


@pytest.mark.parametrize("tenths", range(10))
def test_that_a_file_cut_short_is_left_to_the_general_reader(
    tenths: int, bytes_of_plain: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "cut.dcm"
    path.write_bytes(bytes_of_plain[: len(bytes_of_plain) * tenths // 10])
    assert located(path) is None


@given(data=st.data())
def test_that_damaged_bytes_never_lead_outside_of_the_file(
    data: st.DataObject, bytes_of_plain: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    damaged = bytearray(bytes_of_plain)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.dcm"
    path.write_bytes(damaged)
    found = located(path)
    if found is not None and found.length is not None:
        description = found.meaning.description
        frame = description.rows * description.columns * description.bits_allocated // 8
        assert found.offset > 132
        assert frame <= found.length <= len(damaged) - found.offset


def test_that_nothing_in_the_malformed_samples_stops_the_look(shared_data: Path) -> None:
    samples = [path for path in sorted((shared_data / "malformed").rglob("*")) if path.is_file()]
    assert samples
    for path in samples:
        located(path)


def test_that_fragments_of_a_frame_are_joined() -> None:
    value = pydicom.encaps.encapsulate([bytes(range(100)) * 3], fragments_per_frame=4)
    assert single_frame(b"head" + value + b"\xfe\xff\xdd\xe0\0\0\0\0", 4) == bytes(range(100)) * 3


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xfe\xff\x00\xe0\x00\x00\x00\x00",
        b"\xfe\xff\x00\xe0\x00\x00\x00\x00\xfe\xff\x00\xe0\xff\xff\x00\x00ab",
        b"\xfe\xff\x00\xe0\x00\x00\x00\x00\x10\x00\x10\x00\x02\x00\x00\x00ab",
    ],
)
def test_that_fragments_that_are_not_in_order_are_no_frame(data: bytes) -> None:
    assert single_frame(data, 0) is None


def test_that_signed_padding_is_read_as_signed(tmp_path: Path) -> None:
    ds = plain()
    ds.PixelRepresentation, ds.BitsStored, ds.HighBit = 1, 16, 15
    ds.PixelPaddingValue, ds.PixelPaddingRangeLimit = -2000, -1900
    ds["PixelPaddingValue"].VR = ds["PixelPaddingRangeLimit"].VR = "SS"
    found = located(written(ds, tmp_path))
    assert found is not None
    assert found.meaning.padding == (-2000, -1900)
