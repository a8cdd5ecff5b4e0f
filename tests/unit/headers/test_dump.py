"""Every element of a file, whatever its encoding, nesting and damage."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, CTImageStorage, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from workstation.batch.main import main
from workstation.headers.attribute import Attribute
from workstation.headers.dump import Dump
from workstation.headers.listing import Element
from workstation.headers.operations import DumpParameters, InfoParameters, dump, info
from workstation.jobs.job import Job
from workstation.operations.operation import ItemFailed


def written(path: Path, syntax: str = ExplicitVRLittleEndian) -> Path:
    item = Dataset()
    item.ReferencedSOPClassUID = CTImageStorage
    inner = Dataset()
    inner.CodeMeaning = "Rücken"
    item.PurposeOfReferenceCodeSequence = [inner]
    dataset = Dataset()
    dataset.SpecificCharacterSet = "ISO_IR 100"
    dataset.SOPClassUID = CTImageStorage
    dataset.SOPInstanceUID = "2.25.1"
    dataset.PatientName = "Müller^Jörg"
    dataset.PatientID = "evil\x1b[31m"
    dataset.Rows = 258
    dataset.ImagePositionPatient = ["-1.5", "2", "3"]
    dataset.FrameIncrementPointer = 0x00181063
    dataset.ReferencedImageSequence = [item, Dataset()]
    block = dataset.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
    block.add_new(0x08, "CS", "IMAGE NUM 4")
    dataset.add_new(0x7FE00010, "OW", bytes(range(200)))
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.save_as(path, enforce_file_format=True)
    return path


def results(path: Path, **parameters: Any) -> list[Dump | ItemFailed]:
    return list(dump(DumpParameters(inputs=(path,), **parameters), Job()))


def elements(path: Path, **parameters: Any) -> dict[str, Element]:
    (result,) = results(path, **parameters)
    assert isinstance(result, Dump)
    return {each.path: each for each in result.elements}


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_that_elements_are_the_same_in_every_encoding(tmp_path: Path, syntax: str) -> None:
    found = elements(written(tmp_path / "a.dcm", syntax))

    assert found["PatientName"].value == "Müller^Jörg"
    assert (found["PatientName"].vr, found["PatientName"].length) == ("PN", 12)
    assert (found["Rows"].vr, found["Rows"].value) == ("US", "258")
    assert found["ImagePositionPatient"].value == "-1.5\\2\\3"
    assert found["FrameIncrementPointer"].value == "(0018,1063)"
    assert found["ReferencedImageSequence"].value == "2 items"
    deep = "ReferencedImageSequence[1].PurposeOfReferenceCodeSequence[1].CodeMeaning"
    assert (found[deep].depth, found[deep].value) == (2, "Rücken")
    assert found["(0029,1008)"].name == "[CSA Image Header Type] (SIEMENS CSA HEADER)"
    assert (found["(0029,1008)"].vr, found["(0029,1008)"].value) == ("CS", "IMAGE NUM 4")
    assert found["TransferSyntaxUID"].value == syntax


def test_that_control_characters_do_not_get_through(tmp_path: Path) -> None:
    assert elements(written(tmp_path / "a.dcm"))["PatientID"].value == "evil[31m"


def test_that_values_are_cut_to_the_length_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path / "a.dcm")

    assert elements(path, max_length=8)["PixelData"].value == "00 01 02…"
    assert elements(path, max_length=4)["PatientName"].value == "Müll…"
    assert elements(path, max_length=0)["PixelData"].value == bytes(range(200)).hex(" ")


def test_that_attributes_are_found_wherever_they_are_nested(tmp_path: Path) -> None:
    found = elements(written(tmp_path / "a.dcm"), tag=(Attribute.parse("CodeMeaning"), Attribute.parse("0010,0010")))

    assert list(found) == [
        "ReferencedImageSequence[1].PurposeOfReferenceCodeSequence[1].CodeMeaning",
        "PatientName",
    ]


def test_that_a_sequence_is_chosen_with_what_is_in_it(tmp_path: Path) -> None:
    found = elements(written(tmp_path / "a.dcm"), tag=(Attribute.parse("PurposeOfReferenceCodeSequence"),))

    assert [each.name for each in found.values()] == ["PurposeOfReferenceCodeSequence", "Item 1", "CodeMeaning"]


@pytest.mark.parametrize("text", ["rücken", "codemean", "(0008,0104"])
def test_that_tag_name_and_value_are_searched(tmp_path: Path, text: str) -> None:
    assert [each.name for each in elements(written(tmp_path / "a.dcm"), search=text).values()] == ["CodeMeaning"]


def test_that_depth_leaves_out_what_is_deeper(tmp_path: Path) -> None:
    path = written(tmp_path / "a.dcm")

    assert max(each.depth for each in elements(path, depth=1).values()) == 1
    assert "ReferencedImageSequence" in elements(path, depth=0)
    assert "ReferencedImageSequence[1]" not in elements(path, depth=0)


def test_that_of_a_damaged_file_the_readable_part_comes_first(tmp_path: Path) -> None:
    whole = written(tmp_path / "a.dcm").read_bytes()
    cut = tmp_path / "cut.dcm"
    cut.write_bytes(whole[: whole.index(b"evil") + 2])

    part, failure = results(cut)

    assert isinstance(part, Dump)
    assert "PatientName" in {each.name for each in part.elements}
    assert isinstance(failure, ItemFailed)
    assert failure.reason == "file ends too early"


def test_that_good_files_are_listed_between_bad_ones(tmp_path: Path) -> None:
    written(tmp_path / "1.dcm")
    (tmp_path / "2.dcm").touch()
    written(tmp_path / "3.dcm")

    kinds = [(type(each), getattr(each, "reason", "")) for each in results(tmp_path)]

    assert kinds == [(Dump, ""), (ItemFailed, "empty file"), (Dump, "")]


def test_that_what_is_no_dicom_is_told_where_it_is_named_and_counted_in_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("no DICOM")
    file = written(tmp_path / "1.dcm")

    for command in (["info"], ["dump"], ["tags", "search", "Modality"]):
        assert main([*command, str(tmp_path)]) == 0
        assert capsys.readouterr().err == "Left out: 1 not DICOM.\n"
        assert main([*command, str(file), str(tmp_path / "notes.txt")]) == 1
        assert "notes.txt: There is no “DICM”" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["PatientID", "0010,0020", "(0010,0020)", "00100020", " (0010, 0020) "])
def test_that_an_attribute_has_several_spellings(text: str) -> None:
    assert Attribute.parse(text) == Attribute(0x00100020)
    assert str(Attribute.parse(text)) == "0010,0020"


def test_that_a_misspelt_attribute_gets_a_hint() -> None:
    with pytest.raises(ValueError, match="did you mean PatientID"):
        Attribute.parse("PatientIDD")


def test_that_a_damaged_representation_costs_only_its_element(tmp_path: Path) -> None:
    path = written(tmp_path / "a.dcm")
    path.write_bytes(path.read_bytes().replace(b"\x10\x00\x20\x00LO", b"\x10\x00\x20\x00D\x7f"))

    found = elements(path)

    assert found["PatientID"].vr == "??"
    assert found["Rows"].value == "258"


@given(st.data())
def test_that_no_damage_is_an_error_of_the_program(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    whole = written(folder / "a.dcm").read_bytes()
    damaged = bytearray(whole)
    for place in data.draw(st.lists(st.integers(132, len(whole) - 1), min_size=1, max_size=8)):
        damaged[place] = data.draw(st.integers(0, 255))
    (folder / "a.dcm").write_bytes(damaged[: data.draw(st.integers(140, len(whole)))])

    for result in [*results(folder / "a.dcm"), *info(InfoParameters(inputs=(folder / "a.dcm",)), Job())]:
        assert result.text() if not isinstance(result, ItemFailed) else result.reason


@pytest.mark.parametrize("wrong", [{"depth": -1}, {"max_length": -5}])
def test_that_negative_limits_are_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="from 0"):
        results(tmp_path, **wrong)
