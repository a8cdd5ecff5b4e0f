"""The quick walk over headers, against pydicom's reading of the same bytes."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from tests.unit.model.index.written import as_bytes, dataset, nested, write
from workstation.model.index import walker
from workstation.model.index.attributes import LAST_TAG, SLOT_OF_TAG
from workstation.model.index.files import Inspector
from workstation.model.index.headers import HeaderWalker, Source
from workstation.model.index.records import Instance
from workstation.model.index.rows import Batch, instances_of
from workstation.model.refusal import Refused

SYNTAXES = (ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian)


def read(*paths: Path) -> tuple[list[Instance], Batch]:
    inspector, batch = Inspector(), Batch()
    for path in paths:
        inspector.inspect(str(path), batch)
    inspector.close()
    return instances_of(batch), batch


def source_of(content: bytes, first: int = 8192) -> Source:
    rest = [content[first:]]

    def more(count: int) -> bytes:
        part, rest[0] = rest[0][:count], rest[0][count:]
        return part

    return Source(content[:first], len(content), more)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_that_every_syntax_gives_the_same_instance(tmp_path: Path, syntax: str) -> None:
    (instance,), _batch = read(write(tmp_path / "one.dcm", 7, syntax=syntax))
    assert instance.transfer_syntax_uid == syntax
    assert instance.patient_name == "Müller^Jörg"
    assert instance.image_position_lps == (-10.0, -20.0, 7.0)
    assert instance.image_orientation == (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    assert instance.pixel_spacing_mm == (0.5, 0.75)
    assert (instance.rows, instance.columns, instance.bits_allocated) == (4, 6, 16)
    assert (instance.instance_number, instance.series_number) == (7, 3)
    assert instance.image_type == "ORIGINAL\\PRIMARY"
    assert instance.has_pixels
    assert instance.number_of_frames == 1
    assert instance.notes == ()


@pytest.mark.parametrize("syntax", SYNTAXES[:3])
def test_that_a_bare_data_set_is_read_with_a_note(tmp_path: Path, syntax: str) -> None:
    content = as_bytes(dataset(7), syntax=syntax)
    start = content.index(b"\x00\x08\x00\x05" if syntax == ExplicitVRBigEndian else b"\x08\x00\x05\x00", 132)
    path = tmp_path / "bare"
    path.write_bytes(content[start:])
    (instance,), _batch = read(path)
    assert instance.patient_name == "Müller^Jörg"
    assert instance.rows == 4
    assert instance.transfer_syntax_uid == syntax
    assert "preamble" in instance.notes[0]


def test_that_numbers_that_are_none_leave_their_field_empty(tmp_path: Path) -> None:
    content = (
        as_bytes(dataset(7)).replace(b"-10.0\\-20.0\\7.0", b"-10.0\\-20.0\\abc").replace(b"0.5\\0.75", b"0.5\\nan ")
    )
    path = tmp_path / "odd.dcm"
    path.write_bytes(content)
    (instance,), _batch = read(path)
    assert instance.image_position_lps is None
    assert instance.pixel_spacing_mm is None
    assert instance.instance_number == 7


@pytest.mark.parametrize("large", [9_000, 300_000, 9_000_000])
def test_that_a_large_element_before_the_wanted_ones_is_passed(tmp_path: Path, large: int) -> None:
    made = dataset(7)
    block = made.private_block(0x0009, "TEST", create=True)
    block.add_new(0x01, "OB", bytes(large))
    path = tmp_path / "large.dcm"
    path.write_bytes(as_bytes(made))
    (instance,), _batch = read(path)
    assert instance.rows == 4


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
@pytest.mark.parametrize("undefined", [True, False])
def test_that_sequences_in_between_are_passed(tmp_path: Path, syntax: str, undefined: bool) -> None:
    made = dataset(7)
    made.ReferencedStudySequence = Sequence([nested(20), Dataset()])
    made["ReferencedStudySequence"].is_undefined_length = undefined
    made.private_block(0x0011, "TEST", create=True).add_new(1, "UN", b"what")
    path = tmp_path / "nested.dcm"
    path.write_bytes(as_bytes(made, syntax=syntax))
    (instance,), _batch = read(path)
    assert instance.columns == 6


def test_that_sequences_beyond_the_limit_are_refused_by_reason(tmp_path: Path) -> None:
    opening = b"\x18\x00\x46\x93SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    path = tmp_path / "deep.dcm"
    content = as_bytes(dataset(7))
    start = content.index(b"\x20\x00\x0d\x00UI")
    path.write_bytes(content[:start] + opening * 2000)
    instances, batch = read(path)
    assert instances == []
    assert batch.refused[0][4] == "sequences nested too deep"


def test_that_a_file_cut_anywhere_is_an_instance_or_refused_with_a_reason(tmp_path: Path) -> None:
    content = as_bytes(dataset(7))
    for size in range(len(content)):
        path = tmp_path / "cut.dcm"
        path.write_bytes(content[:size])
        instances, batch = read(path)
        assert len(instances) + len(batch.refused) == 1, size
        if batch.refused:
            assert batch.refused[0][4] in ("file ends too early", "empty file", "not a DICOM file"), size
            assert "defect" not in batch.refused[0][5]


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    text = st.text(st.characters(codec="latin-1", exclude_characters="\\\x1b", min_codepoint=32), max_size=20)
    changes: dict[str, Any] = {
        "PatientName": draw(text),
        "StudyDescription": draw(text),
        "InstanceNumber": draw(st.integers(-(2**31), 2**31 - 1)),
        "Rows": draw(st.integers(0, 65535)),
        "SeriesDescription": draw(st.none() | text),
        "EchoTime": draw(st.none() | st.integers(0, 10_000)),
        "DiffusionBValue": draw(st.none() | st.floats(0, 5000)),
    }
    made = dataset(draw(st.integers(1, 9)), **changes)
    if draw(st.booleans()):
        made.ReferencedImageSequence = Sequence([dataset(n) for n in range(draw(st.integers(0, 3)))])
        made["ReferencedImageSequence"].is_undefined_length = draw(st.booleans())
    return made


@settings(max_examples=60)
@given(st.lists(st.tuples(datasets(), st.sampled_from([ExplicitVRLittleEndian, ImplicitVRLittleEndian])), max_size=8))
def test_that_remembered_layouts_give_what_a_fresh_walk_gives(files: list[tuple[Dataset, str]]) -> None:
    remembering = HeaderWalker()
    for made, syntax in files * 2:
        content = as_bytes(made, syntax=syntax)
        assert remembering.walk(source_of(content)) == HeaderWalker().walk(source_of(content))


def test_that_a_layout_is_not_taken_for_a_file_with_one_more_element() -> None:
    remembering = HeaderWalker()
    for number in range(1, 5):
        remembering.walk(source_of(as_bytes(dataset(number))))
    walked = remembering.walk(source_of(as_bytes(dataset(5, EchoTime=12))))
    assert walked.values[SLOT_OF_TAG[0x00180081]] == b"12.0"


@settings(max_examples=300)
@given(st.data())
def test_that_changed_bytes_end_in_values_or_in_words_never_in_a_crash(data: st.DataObject) -> None:
    content = bytearray(as_bytes(dataset(7)))
    remembering = HeaderWalker()
    for number in range(1, 4):
        remembering.walk(source_of(as_bytes(dataset(number))))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(132, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        first = remembering.walk(source_of(bytes(content)))
    except (walker.Unusual, Refused):
        return
    assert first == HeaderWalker().walk(source_of(bytes(content)))


def test_that_the_walk_needs_no_more_than_up_to_its_last_element() -> None:
    content = as_bytes(dataset(7, PixelData=bytes(100_000), Rows=100, Columns=500))
    walked = HeaderWalker().walk(source_of(content, first=1024))
    assert walked.values[SLOT_OF_TAG[LAST_TAG]] == b"\x10\x00"
