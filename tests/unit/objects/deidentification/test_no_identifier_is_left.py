"""Identifiers planted in every place that a file has are in no byte of the result."""

import re
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.dataelem import RawDataElement
from pydicom.encaps import encapsulate
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset, write_file_meta_info
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag
from pydicom.uid import UID

from workstation.model.source import BytesSource
from workstation.objects.deidentification.codestreams import without_passengers
from workstation.objects.deidentification.deidentify import deidentify
from workstation.objects.deidentification.identifiers import Identifiers, gather
from workstation.objects.deidentification.policy import PROFILES, Policy
from workstation.objects.deidentification.state import State
from workstation.objects.deidentification.verification import IdentifierLeft, verify
from workstation.phantoms import small

NAME, ID, UIDS, DAY, PLACE = "Quetzalcoatl", "ZX-7788991", "1.2.392.99999.4711.0815", "19530719", "Lazarettklinik"
PLANTED = (NAME, ID, UIDS, DAY, PLACE)
_SYNTAXES = {
    "implicit": "1.2.840.10008.1.2",
    "explicit": "1.2.840.10008.1.2.1",
    "deflated": "1.2.840.10008.1.2.1.99",
    "big endian": "1.2.840.10008.1.2.2",
}
# Attributes that stay under every profile, of every VR that can hold words, and one that the table does not list.
_STAYING = {
    "AE": 0x00741234, "CS": 0x00180015, "LO": 0x00080070, "SH": 0x00080100, "UC": 0x00080119, "DS": 0x00180050,
    "IS": 0x00200012, "OB": 0x00282000, "OW": 0x00281201, "UN": 0x00281202, "LT": 0x00204000, "UT": 0x0040A160,
    "PN": 0x00081050, "DA": 0x00181200, "UI": 0x00081150, "ST": 0x00081190,
}  # fmt: skip


def original() -> Dataset:
    dataset = small.volume("axial").datasets[0]
    dataset.PatientName, dataset.PatientID, dataset.PatientBirthDate = f"{NAME}^Ida", ID, DAY
    dataset.StudyInstanceUID = UID(UIDS)
    dataset.InstitutionName = PLACE
    return dataset


def filed(dataset: Dataset, syntax: str, *, preamble: bytes = b"", after: bytes = b"") -> bytes:
    """The bytes of a file, written without pydicom's opinion of them."""
    meta = dataset.file_meta
    meta.TransferSyntaxUID = UID(syntax)
    is_little = syntax != _SYNTAXES["big endian"]
    body = DicomBytesIO()
    body.is_little_endian, body.is_implicit_VR = is_little, syntax == _SYNTAXES["implicit"]
    write_dataset(body, dataset)
    content = body.getvalue()
    if syntax == _SYNTAXES["deflated"]:
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        content = packer.compress(content) + packer.flush()
        content += b"\0" * (len(content) % 2)
    head = DicomBytesIO()
    head.is_little_endian, head.is_implicit_VR = True, False
    write_file_meta_info(head, meta, enforce_standard=False)
    return preamble[:128].ljust(128, b"\0") + b"DICM" + head.getvalue() + content + after


def is_free(data: bytes) -> None:
    lowered = data.lower()
    for text in PLANTED:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert text.lower().encode(encoding) not in lowered, (text, encoding)


def run(data: bytes, profile: str = "archive") -> bytes:
    result = deidentify(BytesSource(data), Policy(options=PROFILES[profile]), State()).data
    is_free(result)
    return result


def plant(dataset: Dataset, vr: str, text: str) -> None:
    """Put a text where its VR may not allow it, as files do."""
    data = text.encode() + b" " * (len(text) % 2)
    tag = BaseTag(_STAYING[vr])
    dataset._dict[tag] = RawDataElement(tag, vr, len(data), data, 0, False, True)


@pytest.mark.parametrize("profile", sorted(PROFILES))
@pytest.mark.parametrize("syntax", _SYNTAXES.values(), ids=list(_SYNTAXES))
def test_that_nothing_is_left_from_all_places_at_once(syntax: str, profile: str) -> None:
    dataset = original()
    for vr in _STAYING:
        plant(dataset, vr, f"{NAME} {ID}")
    nested = Dataset()
    nested.OperatorsName, nested.PatientComments = f"{NAME}^Ole", f"{NAME} {PLACE} {DAY}"
    nested.add_new(0x00090010, "LO", f"{PLACE} CREATOR")
    nested.add_new(0x00091001, "LO", f"{NAME} {ID}")
    inner = Dataset()
    inner.SourceImageSequence = Sequence([nested])
    dataset.ReferencedStudySequence = Sequence([inner])
    dataset.RequestAttributesSequence = Sequence([nested])
    dataset.add_new(0x00110010, "LO", f"{NAME} CREATOR")
    dataset.add_new(0x00111001, "SQ", Sequence([nested]))
    dataset.add_new(0x00111002, "OB", f"{NAME}{ID} ".encode())
    dataset.add_new(0x60000010, "US", 20)
    dataset.add_new(0x60000022, "LO", f"{NAME} overlay")
    dataset.add_new(0x60004000, "LT", NAME)
    dataset.add_new(0x50000022, "LO", NAME)
    dataset.add_new(0xFFFCFFFC, "OB", f"{NAME}{ID} ".encode())
    dataset.PixelData = dataset.PixelData + f"{NAME}{ID} ".encode()
    dataset.file_meta.SourceApplicationEntityTitle = "QUETZALCOATL"
    dataset.file_meta.PrivateInformationCreatorUID = UID(UIDS)
    dataset.file_meta.PrivateInformation = f"{NAME} {ID} ".encode()

    run(filed(dataset, syntax, preamble=f"{NAME} {ID}".encode()), profile)


@pytest.mark.parametrize("length", ["defined", "undefined"])
def test_that_sequences_whose_vr_is_unknown_are_cleaned_inside(length: str) -> None:
    """PS3.5 6.2.2: such a value is in implicit VR little endian, whatever the rest of the file is in."""
    item = Dataset()
    item.CodeMeaning, item.PatientName = f"a code of {NAME}", f"{NAME}^Ida"
    inside = DicomBytesIO()
    inside.is_little_endian, inside.is_implicit_VR = True, True
    write_dataset(inside, item)
    content = inside.getvalue()
    value = b"\xfe\xff\x00\xe0" + len(content).to_bytes(4, "little") + content
    dataset = original()
    tag = BaseTag(0x00089215)
    dataset._dict[tag] = RawDataElement(tag, "OB", len(value), value, 0, False, True)
    plain = filed(dataset, _SYNTAXES["explicit"])
    at = plain.index(b"\x08\x00\x15\x92OB\x00\x00") + 8
    end = at + 4 + len(value)
    data = plain[: at - 4] + b"UN\0\0" + plain[at:]
    if length == "undefined":
        data = data[:at] + b"\xff" * 4 + data[at + 4 : end] + b"\xfe\xff\xdd\xe0\0\0\0\0" + data[end:]

    after = pydicom.dcmread(BytesIO(run(data)))

    assert after.DerivationCodeSequence[0].CodeMeaning == "a code of"
    assert NAME not in str(after.DerivationCodeSequence[0].get("PatientName"))


@given(
    text=st.sampled_from(PLANTED),
    around=st.sampled_from(("{}", "scan of {}", "x_{}_y", "{}.dcm", "  {}  ", "({})")),
    vr=st.sampled_from(list(_STAYING)),
    depth=st.integers(0, 3),
    syntax=st.sampled_from(list(_SYNTAXES.values())),
    profile=st.sampled_from(sorted(PROFILES)),
    turn=st.sampled_from((str, str.upper, str.lower)),
)
@settings(max_examples=50)
def test_that_an_identifier_is_taken_out_wherever_it_is_planted(
    text: str, around: str, vr: str, depth: int, syntax: str, profile: str, turn: Any
) -> None:
    dataset = original()
    holder = Dataset()
    plant(holder, vr, turn(around.format(text)))
    for _ in range(depth):
        outer = Dataset()
        outer.DerivationCodeSequence = Sequence([holder])
        holder = outer
    dataset._dict.update(holder._dict)

    run(filed(dataset, syntax), profile)


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        ("ISO_IR 192", "Müller-Lüdenscheidt^Äußerst"),
        ("ISO_IR 100", "Müller-Lüdenscheidt^Äußerst"),
        ("ISO_IR 144", "Люкceмбypг"),
        ("GB18030", "王小东方朔"),
        ("ISO_IR 126", "Διονυσιος"),
        (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田明子^太郎=やまだ^たろう"),
    ],
)
def test_that_names_of_any_script_are_taken_out_of_texts(charset: Any, name: str) -> None:
    dataset = original()
    dataset.SpecificCharacterSet = charset
    dataset.PatientName = name
    dataset.StudyDescription = "CT " + name.replace("^", " ").replace("=", " ")
    dataset.Manufacturer = name.split("^")[0].split("=")[0]
    buffer = BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)

    result = deidentify(BytesSource(buffer.getvalue()), Policy(options=PROFILES["archive"]), State())

    read = pydicom.dcmread(BytesIO(result.data))
    assert read.get("StudyDescription") == "CT"
    assert not read.Manufacturer
    for part in name.replace("^", " ").replace("=", " ").split():
        for codec in ("utf-8", "latin-1", "iso8859-5", "gb18030", "iso8859-7", "iso2022_jp"):
            try:
                assert part.encode(codec) not in result.data
            except UnicodeError:
                continue


def test_that_comments_in_compressed_frames_are_taken_out_and_pixels_stay() -> None:
    jpeg = _jpeg_with(b"\xff\xfe" + (2 + len(NAME)).to_bytes(2) + NAME.encode())
    dataset, _ = small.colour()
    dataset.PatientName = f"{NAME}^Ida"
    dataset.PixelData = encapsulate([jpeg + b"\0" * (len(jpeg) % 2)])
    dataset["PixelData"].VR, dataset["PixelData"].is_undefined_length = "OB", True
    dataset.PhotometricInterpretation = "YBR_FULL_422"

    result = run(filed(dataset, "1.2.840.10008.1.2.4.50"))

    before, after = pydicom.dcmread(BytesIO(filed(dataset, "1.2.840.10008.1.2.4.50"))), pydicom.dcmread(BytesIO(result))
    assert (before.pixel_array == after.pixel_array).all()
    assert after.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.4.50"


def _jpeg_with(segment: bytes) -> bytes:
    import cv2

    _, pixels = small.colour()
    done, data = cv2.imencode(".jpg", pixels)
    assert done
    plain = data.tobytes()
    return plain[:2] + segment + plain[2:]


@pytest.mark.parametrize("kind", ["jpeg", "jpeg-ls", "jpeg 2000"])
def test_that_a_codestream_loses_its_passengers_and_no_pixel(kind: str) -> None:
    pixels = (np.arange(64 * 48).reshape(48, 64) * 37 % 251).astype(np.uint8)
    codecs: dict[str, tuple[Any, Any, bytes]] = {
        "jpeg": (imagecodecs.jpeg8_encode, imagecodecs.jpeg8_decode, b"\xff\xfe"),
        "jpeg-ls": (imagecodecs.jpegls_encode, imagecodecs.jpegls_decode, b"\xff\xfe"),
        "jpeg 2000": (
            lambda data: imagecodecs.jpeg2k_encode(data, codecformat="j2k"),
            imagecodecs.jpeg2k_decode,
            b"\xff\x64",
        ),
    }
    encode, decode, comment = codecs[kind]
    plain = bytes(encode(pixels))
    segment = comment + (2 + len(NAME)).to_bytes(2) + NAME.encode()
    start = 2 if kind != "jpeg 2000" else 4 + int.from_bytes(plain[4:6])  # after SIZ, which comes first
    dirty = plain[:start] + segment + plain[start:] + NAME.encode()

    clean = without_passengers(dirty)

    assert NAME.encode() not in clean
    assert (decode(clean) == decode(plain)).all()
    assert clean == without_passengers(plain)


def test_that_a_stream_that_is_none_stays_as_it_is() -> None:
    for data in (b"", b"\xff\xd8", b"\xff\xd8\xff\xfe\xff\xff", b"abc", b"\xff\x4f\xff\x51\x00"):
        assert without_passengers(data) == data


def test_that_what_is_left_is_found_by_the_search_after_writing() -> None:
    dataset = original()
    identifiers = gather(dataset, Policy())
    buffer = BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)

    with pytest.raises(IdentifierLeft) as caught:
        verify(buffer.getvalue(), identifiers, Policy(), frozenset())

    assert not any(text in caught.value.message for text in PLANTED)


@pytest.mark.parametrize("text", [*PLANTED, "Ida"])
def test_that_the_search_finds_one_value_in_a_text_and_in_bytes(text: str) -> None:
    identifiers = gather(original(), Policy())
    clean, dirty = small.volume("axial").datasets[1], small.volume("axial").datasets[1]
    clean.PatientName = dirty.PatientName = clean.PatientID = dirty.PatientID = "A"
    dirty.Manufacturer = f"made by {text}"
    clean.ReferringPhysicianName = dirty.ReferringPhysicianName = ""
    clean.StudyDate = clean.StudyInstanceUID = clean.SeriesInstanceUID = ""
    for dataset, is_clean in ((dirty, False), (clean, True)):
        for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID", "StudyDate", "SeriesDate",
                        "AcquisitionDate", "ContentDate", "StationName", "ManufacturerModelName", "AccessionNumber",
                        "InstitutionName", "SoftwareVersions", "StudyDescription"):  # fmt: skip
            dataset.pop(keyword, None)
        buffer = BytesIO()
        dataset.save_as(buffer, enforce_file_format=True)
        if is_clean:
            assert verify(buffer.getvalue(), identifiers, Policy(), frozenset()) > 5
        else:
            with pytest.raises(IdentifierLeft):
                verify(buffer.getvalue(), identifiers, Policy(), frozenset())


def test_that_a_number_within_another_one_is_not_taken_for_an_identifier() -> None:
    identifiers = Identifiers(phrases=frozenset(("123456",)))

    assert not identifiers.are_in("0.1234567")
    assert not identifiers.are_in("2.25.9912345678")
    assert identifiers.are_in("patient 123456, again")
    assert identifiers.take_out("scan 123456 of head") == "scan of head"


def test_that_a_file_is_read_from_a_path_and_the_input_stays(tmp_path: Path) -> None:
    path = tmp_path / f"{NAME}.dcm"
    path.write_bytes(filed(original(), _SYNTAXES["explicit"]))
    before = path.read_bytes()

    result = deidentify(path, Policy(), State())

    assert path.read_bytes() == before
    assert NAME not in result.report.source
    assert result.data[:132] == b"\0" * 128 + b"DICM"


@pytest.mark.parametrize("name", ["Müller^Änne", "Smith^Anna", "山田^太郎=Yamada^Tarou", "Иванова^Мария"])
def test_that_the_quick_search_passes_over_no_pattern_that_is_there(name: str) -> None:
    words = frozenset(re.findall(r"[^\W\d_]{2,}", name.lower()))
    identifiers = Identifiers(
        words, frozenset(("ab-1234567",)), frozenset(("19570321",)), frozenset(("1.2.826.0.1.3680043.9",))
    )
    noise = np.random.default_rng(5).integers(0, 256, 40_000, np.uint8).tobytes()
    for pattern, needs_bounds in identifiers.byte_patterns:
        for form in {pattern, pattern.upper()}:
            for at in (0, 1, 20_001, len(noise)):
                data = noise[:at] + form + noise[at:]
                assert (pattern, needs_bounds) in identifiers.possible_patterns(data)
                assert pattern in data.lower()
    zeros = identifiers.possible_patterns(bytes(100_000))
    assert zeros == (), "pixels cost no further search"


def test_that_a_value_in_letters_of_another_alphabet_is_found_in_a_text_and_one_that_only_looks_so_is_not() -> None:
    dataset = small.volume("axial").datasets[0]
    for keyword in dataset.dir("UID", "Date", "Name", "ID"):
        dataset.pop(keyword, None)
    dataset.SpecificCharacterSet = "ISO_IR 192"
    identifiers = Identifiers(words=frozenset(("öz", "ann")))
    for words, is_left in (("seen by Öz", True), ("seen by Özlem", False), ("seen by Ann, äh", True), ("annex", False)):
        dataset.ImageComments = words
        buffer = BytesIO()
        dataset.save_as(buffer, enforce_file_format=True)
        if is_left:
            with pytest.raises(IdentifierLeft):
                verify(buffer.getvalue(), identifiers, Policy(), frozenset())
        else:
            assert verify(buffer.getvalue(), identifiers, Policy(), frozenset()) == 2
