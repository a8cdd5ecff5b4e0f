"""What is inside objects: structured content, graphics, references between objects of a study, private attributes."""

import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pydicom
import pytest
from pydicom import Dataset
from pydicom.sequence import Sequence

from workstation.objects.deidentification.cleaning import clean_text
from workstation.objects.deidentification.deidentify import deidentify
from workstation.objects.deidentification.identifiers import Identifiers
from workstation.objects.deidentification.policy import Policy
from workstation.objects.deidentification.state import State
from workstation.objects.deidentification.table import Option
from workstation.objects.writing import coded, complete
from workstation.phantoms import small

_REPORT, _STATE = "1.2.840.10008.5.1.4.1.1.88.33", "1.2.840.10008.5.1.4.1.1.11.1"
_STRUCTURED = frozenset({Option.CLEAN_STRUCTURED, Option.CLEAN_DESCRIPTORS})


def read(dataset: Dataset, *options: Option, state: State | None = None) -> Dataset:
    result = deidentify(dataset, Policy(options=frozenset(options)), state or State())
    return pydicom.dcmread(BytesIO(result.data))


def item(value_type: str, code: str, **values: object) -> Dataset:
    content = Dataset()
    content.RelationshipType, content.ValueType = "CONTAINS", value_type
    content.ConceptNameCodeSequence = Sequence([coded(code, "DCM", "A concept")])
    for keyword, value in values.items():
        setattr(content, keyword, value)
    return content


def about(image: Dataset) -> Dataset:
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = image.SOPClassUID, image.SOPInstanceUID
    return reference


def of_the_study(image: Dataset, sop_class: str) -> Dataset:
    dataset = Dataset()
    for keyword in ("SpecificCharacterSet", "PatientName", "PatientID", "PatientBirthDate", "StudyInstanceUID",
                    "StudyDate", "StudyTime", "AccessionNumber", "StudyID", "ReferringPhysicianName"):  # fmt: skip
        setattr(dataset, keyword, image.get(keyword))
    dataset.SOPClassUID, dataset.SOPInstanceUID = sop_class, f"1.2.3.4.{len(sop_class)}"
    dataset.SeriesInstanceUID, dataset.Modality = f"1.2.3.5.{len(sop_class)}", "SR"
    dataset.ContentDate, dataset.ContentTime = "20250304", "101500"
    return complete(dataset)


def report(image: Dataset) -> Dataset:
    dataset = of_the_study(image, _REPORT)
    dataset.ValueType, dataset.ContinuityOfContent = "CONTAINER", "SEPARATE"
    dataset.ContentSequence = Sequence(
        [
            item("PNAME", "121008", PersonName="Reader^Rita"),
            item("TEXT", "121009", TextValue="Phantom Hospital, ward 3"),
            item("TEXT", "121106", TextValue="A nodule, seen with Dr. Meier on 2024-03-01, patient Phantom 4711471"),
            item("UIDREF", "112040", UID="1.2.3.99"),
            item("DATE", "121110", Date="20240101"),
            item("IMAGE", "121112", ReferencedSOPSequence=Sequence([about(image)])),
        ]
    )
    return dataset


def test_that_structured_content_is_replaced_under_the_basic_profile() -> None:
    after = read(report(small.volume("axial").datasets[0]))

    (content,) = after.ContentSequence
    assert (content.ValueType, content.TextValue) == ("TEXT", "Removed")


def test_that_structured_content_is_cleaned_where_both_options_ask_for_it() -> None:
    image, state = small.volume("axial").datasets[0], State()
    after = read(report(image), *_STRUCTURED, state=state)
    new_image = read(image, state=state)

    person, place, comment, tracked, day, shown = after.ContentSequence
    assert person.PersonName == "Removed"
    assert place.TextValue == "Removed"
    assert comment.TextValue.startswith("A nodule, seen with on")
    for word in ("Meier", "2024", "Phantom", "4711471"):
        assert word not in comment.TextValue
    assert tracked.UID.startswith("2.25.")
    assert day.Date == "19000101"
    assert shown.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == new_image.SOPInstanceUID
    assert after.StudyInstanceUID == new_image.StudyInstanceUID


def test_that_texts_of_content_are_replaced_where_only_one_option_asks() -> None:
    after = read(report(small.volume("axial").datasets[0]), Option.CLEAN_STRUCTURED)

    assert after.ContentSequence[2].TextValue == "Removed"


def presentation(image: Dataset) -> Dataset:
    dataset = of_the_study(image, _STATE)
    dataset.ContentLabel, dataset.ContentCreatorName = "MARKED", "Reader^Rita"
    series = Dataset()
    series.SeriesInstanceUID, series.ReferencedImageSequence = image.SeriesInstanceUID, Sequence([about(image)])
    dataset.ReferencedSeriesSequence = Sequence([series])
    words = Dataset()
    words.UnformattedTextValue = "Nodule of Phantom, 12 mm"
    words.AnchorPointAnnotationUnits, words.AnchorPoint, words.AnchorPointVisibility = "PIXEL", [5.0, 5.0], "Y"
    drawn = Dataset()
    drawn.GraphicAnnotationUnits, drawn.GraphicDimensions, drawn.NumberOfGraphicPoints = "PIXEL", 2, 1
    drawn.GraphicData, drawn.GraphicType = [4.5, 6.5], "POINT"
    note = Dataset()
    note.GraphicLayer = "MARKS"
    note.TextObjectSequence, note.GraphicObjectSequence = Sequence([words]), Sequence([drawn])
    dataset.GraphicAnnotationSequence = Sequence([note])
    return dataset


def test_that_a_presentation_state_still_refers_to_its_image() -> None:
    image, state = small.volume("axial").datasets[0], State()
    after, new_image = read(presentation(image), state=state), read(image, state=state)

    (series,) = after.ReferencedSeriesSequence
    assert series.SeriesInstanceUID == new_image.SeriesInstanceUID
    assert series.ReferencedImageSequence[0].ReferencedSOPInstanceUID == new_image.SOPInstanceUID


def test_that_graphics_are_replaced_or_cleaned() -> None:
    image = small.volume("axial").datasets[0]
    basic, cleaned = read(presentation(image)), read(presentation(image), Option.CLEAN_GRAPHICS)

    (note,) = basic.GraphicAnnotationSequence
    assert note.GraphicLayer == "MARKS"
    assert "GraphicObjectSequence" not in note
    assert note.TextObjectSequence[0].UnformattedTextValue == "Removed"
    (note,) = cleaned.GraphicAnnotationSequence
    assert note.GraphicObjectSequence[0].GraphicData == [4.5, 6.5]
    assert note.TextObjectSequence[0].UnformattedTextValue == "Nodule of , 12 mm"


@pytest.mark.parametrize(("kind", "stays"), [("R", True), ("G", False)])
def test_that_of_overlays_only_regions_stay_and_lose_names(kind: str, stays: bool) -> None:
    dataset = small.volume("axial").datasets[0]
    for element, vr, value in (
        (0x10, "US", 20), (0x11, "US", 28), (0x22, "LO", "lesion of Phantom"), (0x40, "CS", kind), (0x50, "SS", [1, 1]),
        (0x100, "US", 1), (0x102, "US", 0), (0x3000, "OW", b"\x01\x02" * 35), (0x4000, "LT", "of Phantom"),
    ):  # fmt: skip
        dataset.add_new(0x60020000 | element, vr, value)

    after = read(dataset, Option.CLEAN_GRAPHICS, Option.CLEAN_DESCRIPTORS)

    assert not [tag for tag in read(dataset).keys() if tag.group == 0x6002]  # noqa: SIM118
    assert (0x60023000 in after) == stays
    if stays:
        assert after[0x60023000].value == b"\x01\x02" * 35
        assert after[0x60020022].value == "lesion of"
        assert "Phantom" not in str(after.get(0x60024000))


def test_that_a_segmentation_finds_its_images_again() -> None:
    image, state = small.volume("axial").datasets[0], State()
    dataset = of_the_study(image, "1.2.840.10008.5.1.4.1.1.66.4")
    derivation, frame = Dataset(), Dataset()
    derivation.SourceImageSequence = Sequence([about(image)])
    frame.DerivationImageSequence = Sequence([derivation])
    dataset.PerFrameFunctionalGroupsSequence = Sequence([frame])

    after, new_image = read(dataset, state=state), read(image, state=state)

    (source,) = after.PerFrameFunctionalGroupsSequence[0].DerivationImageSequence[0].SourceImageSequence
    assert source.ReferencedSOPInstanceUID == new_image.SOPInstanceUID


def with_private() -> Dataset:
    dataset = small.volume("axial").datasets[0]
    dataset.add_new(0x70530010, "LO", "Philips PET Private Group")
    dataset.add_new(0x70531000, "DS", "0.000276")
    dataset.add_new(0x70531001, "LO", "free text")
    dataset.add_new(0x00290010, "LO", "ACME 1.0")
    dataset.add_new(0x00291001, "LO", "gain 3")
    dataset.add_new(0x00291002, "LO", "gain of Phantom")
    dataset.add_new(0x00291003, "LO", "other")
    return dataset


def test_that_private_attributes_go_unless_they_are_known_to_be_safe() -> None:
    assert not [tag for tag in read(with_private()).keys() if tag.is_private]  # noqa: SIM118

    kept = read(with_private(), Option.RETAIN_SAFE_PRIVATE)

    assert [int(tag) for tag in kept.keys() if tag.is_private] == [0x70530010, 0x70531000]  # noqa: SIM118
    assert kept[0x70531000].value == "0.000276" or float(kept[0x70531000].value) == 0.000276


@pytest.mark.parametrize(
    ("status", "elements"), [("SAFE", [0x01, 0x02, 0x03]), ("MIXED", [0x01, 0x02]), ("UNSAFE", [])]
)
def test_that_what_an_object_declares_of_its_private_attributes_counts(status: str, elements: list[int]) -> None:
    dataset = with_private()
    declared = Dataset()
    declared.PrivateGroupReference, declared.PrivateCreatorReference = 0x0029, "ACME 1.0"
    declared.BlockIdentifyingInformationStatus = status
    if status == "MIXED":
        declared.NonidentifyingPrivateElements = [0x01, 0x02]
    dataset.PrivateDataElementCharacteristicsSequence = Sequence([declared])

    kept = read(dataset, Option.RETAIN_SAFE_PRIVATE)

    found = [int(tag) & 0xFF for tag in kept.keys() if int(tag) >> 8 == 0x002910]  # noqa: SIM118
    assert found == elements
    if 2 in found:
        assert kept[0x00291002].value == "gain of"  # swept for the name all the same


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("CT CHEST W CONTRAST", "CT CHEST W CONTRAST"),
        ("CT chest, Smith John", "CT chest"),
        ("SMITH_JOHN head", "head"),
        ("control of 2024-03-01", "control of"),
        ("control 03.01.2024 lungs", "control lungs"),
        ("control 4 Mar 2024", "control"),
        ("call 0171 2345678", "call"),
        ("mail to j.smith@example.org now", "mail to now"),
        ("order 20391234", "order"),
        ("ordered by Dr. Meier", "ordered by"),
        ("1.2.840.113619.2.55.3.1", ""),
        ("T1 3D 256x256 TE 4.6", "T1 3D 256x256 TE 4.6"),
        ("", ""),
    ],
)
def test_that_a_description_loses_what_identifies(text: str, clean: str) -> None:
    assert clean_text(text, Identifiers(words=frozenset(("smith", "john")))) == clean


def test_that_what_an_earlier_de_identification_said_stays() -> None:
    dataset = small.volume("axial").datasets[0]
    dataset.DeidentificationMethodCodeSequence = Sequence(
        [coded("113101", "DCM", "Clean Pixel Data Option"), coded("1", "99X", "Phantom")]
    )

    codes = [each.CodeValue for each in read(dataset).DeidentificationMethodCodeSequence]

    assert codes == ["113101", "113100"]


def test_that_a_document_becomes_an_empty_page_that_says_its_length(tool: Callable[[str], str], tmp_path: Path) -> None:
    dataset = of_the_study(small.volume("axial").datasets[0], "1.2.840.10008.5.1.4.1.1.104.1")
    dataset.MIMETypeOfEncapsulatedDocument, dataset.EncapsulatedDocumentLength = "application/pdf", 20
    dataset.EncapsulatedDocument = b"%PDF-1.4 of Phantom "

    after = read(dataset)

    (tmp_path / "page.pdf").write_bytes(after.EncapsulatedDocument)
    checked = subprocess.run(
        [tool("qpdf"), "--check", tmp_path / "page.pdf"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert after.EncapsulatedDocumentLength == len(after.EncapsulatedDocument)


def test_that_an_object_without_patient_gets_none() -> None:
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = "1.2.840.10008.5.1.4.38.1", "1.2.3.4.5"
    dataset.HangingProtocolName, dataset.HangingProtocolCreator = "CHEST", "Reader^Rita"

    after = read(complete(dataset))

    assert "PatientID" not in after
    assert after.SOPInstanceUID != "1.2.3.4.5"


def test_that_a_hanging_protocol_does_not_tell_who_made_it() -> None:
    protocol = Dataset()
    protocol.SOPClassUID, protocol.SOPInstanceUID = "1.2.840.10008.5.1.4.38.1", "1.2.3"
    protocol.HangingProtocolName = "NeuroPlan"
    protocol.HangingProtocolCreator, protocol.HangingProtocolUserGroupName = "Smith^Joseph", "ABC Hospital"
    result = deidentify(complete(protocol), Policy(), State())
    assert b"NeuroPlan" in result.data
    assert not any(name in result.data for name in (b"Smith", b"Joseph", b"Hospital"))
