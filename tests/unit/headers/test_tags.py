"""Elements found in many files, compared between files, and written out."""

import contextlib
import csv
import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.uid import (
    UID,
    CTImageStorage,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    RLELossless,
)

from tests.limits import file_size_limit
from workstation.errors import Cancelled, UserError
from workstation.headers.comparison import Comparison, compare, only_differing
from workstation.headers.contents import Contents, summarised_contents
from workstation.headers.export import as_csv, as_dicom_json
from workstation.headers.listing import Element
from workstation.headers.meanings import meaning_of
from workstation.headers.operations import CompareParameters, ExportParameters, SearchParameters, export, search
from workstation.headers.operations import compare as compare_files
from workstation.headers.query import Query
from workstation.headers.results import Tally, WrittenElements
from workstation.headers.search import Found, frame_number_of
from workstation.headers.tree import parents_of, rank_of, tree_of
from workstation.jobs.job import Job
from workstation.model.index.records import Place
from workstation.operations.operation import ItemFailed


def _code(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "SCT", meaning
    return item


def made(**changes: Any) -> Dataset:
    dataset = Dataset()
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, "2.25.1"
    dataset.Modality, dataset.SeriesDescription = "CT", "Lung 1.0"
    dataset.PatientName, dataset.PatientBirthDate = "Meyer^Anna", "19700203"
    dataset.PixelSpacing = [0.5, 0.25]
    dataset.AnatomicRegionSequence = [_code("39607008", "Lung"), _code("51185008", "Chest")]
    dataset.add_new(0x7FE00010, "OW", bytes(range(100)))
    for keyword, value in changes.items():
        setattr(dataset, keyword, value)
    return dataset


def written(path: Path, dataset: Dataset, syntax: str = ExplicitVRLittleEndian) -> Path:
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.save_as(path, enforce_file_format=True)
    return path


def found(words: str, *paths: Path) -> list[str]:
    results = search(SearchParameters(words=words, inputs=paths), Job())
    return [each.element.path for each in results if isinstance(each, Found)]


def compared(*paths: Path, **how: bool) -> Comparison:
    (result,) = [
        each for each in compare_files(CompareParameters(inputs=paths, **how), Job()) if isinstance(each, Comparison)
    ]
    return result


def states(comparison: Comparison) -> dict[str, str]:
    return {row.element.path: row.state for row in comparison.rows}


@pytest.mark.parametrize(
    ("words", "paths"),
    [
        ("SeriesDescription", ["SeriesDescription"]),
        ("0008,103e", ["SeriesDescription"]),
        ("(0008,103E)", ["SeriesDescription"]),
        ("(0008, 103E)", ["SeriesDescription"]),
        ("0008103E", ["SeriesDescription"]),
        ('"lung 1.0"', ["SeriesDescription"]),
        ("LUNG description", ["SeriesDescription"]),
        ("19700203", ["PatientBirthDate"]),
        ("1970-02-03", ["PatientBirthDate"]),
        ("39607008", ["AnatomicRegionSequence[1].CodeValue"]),
        ("CodeMeaning=chest", ["AnatomicRegionSequence[2].CodeMeaning"]),
        ("0008,0060=ct", ["Modality"]),
        ("Modality=", ["Modality"]),
        ("modality=mr", []),
        ("no such thing", []),
    ],
)
def test_that_names_keywords_numbers_and_values_are_found(tmp_path: Path, words: str, paths: list[str]) -> None:
    assert found(words, written(tmp_path / "a.dcm", made())) == paths


def test_that_good_files_are_searched_between_bad_ones_and_each_bad_one_is_told(tmp_path: Path) -> None:
    written(tmp_path / "1.dcm", made())
    (tmp_path / "2.dcm").touch()
    written(tmp_path / "3.dcm", made(Modality="MR"))
    results = list(search(SearchParameters(words="Modality=", inputs=(tmp_path,)), Job()))

    assert [type(each) for each in results] == [Found, ItemFailed, Found]
    counted = list(search(SearchParameters(words="Modality=", inputs=(tmp_path,), count=True), Job()))
    assert [(each.files, each.value) for each in counted if isinstance(each, Tally)] == [(1, "CT"), (1, "MR")]


def test_that_a_search_stops_where_it_is_cancelled_and_gives_what_it_found(tmp_path: Path) -> None:
    for number in range(3):
        written(tmp_path / f"{number}.dcm", made())
    job = Job()
    results = search(SearchParameters(words="Modality=CT", inputs=(tmp_path,)), job)
    assert isinstance(next(results), Found)
    job.cancel()
    with pytest.raises(Cancelled):
        next(results)


def test_that_a_search_for_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        SearchParameters(words="  ", inputs=(Path("a"),))


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_that_the_same_header_in_another_encoding_is_the_same(tmp_path: Path, syntax: str) -> None:
    a = written(tmp_path / "a.dcm", made())
    b = written(tmp_path / "b.dcm", made(), syntax)

    differing = states(compared(a, b))
    differing.pop("PixelData", None)  # its words are swapped
    assert differing == {"TransferSyntaxUID": "differs"}


def test_that_a_comparison_tells_what_differs_and_what_only_one_has(tmp_path: Path) -> None:
    a = written(tmp_path / "a.dcm", made(Manufacturer="ACME"))
    b = written(tmp_path / "b.dcm", made(SeriesDescription="Bone"))
    comparison = compared(a, b)

    assert states(comparison) == {"SeriesDescription": "differs", "Manufacturer": "partly"}
    values = {row.element.path: row.values for row in comparison.rows}
    assert values == {"SeriesDescription": ("Lung 1.0", "Bone"), "Manufacturer": ("ACME", None)}
    assert "    A: Lung 1.0\n    B: Bone\n" in comparison.text()
    assert "    B: (absent)\n" in comparison.text()
    assert states(compared(a, b, all=True))["Modality"] == "same"


def test_that_items_are_put_together_by_what_is_in_them(tmp_path: Path) -> None:
    lung, chest, heart = _code("39607008", "Lung"), _code("51185008", "Chest"), _code("80891009", "Heart")
    a = written(tmp_path / "a.dcm", made(AnatomicRegionSequence=[lung, chest, heart]))
    b = written(tmp_path / "b.dcm", made(AnatomicRegionSequence=[chest, heart]))
    rows = [row for row in compared(a, b).rows if row.element.path.startswith("Anatomic")]

    assert [row.element.path for row in rows if row.element.is_item] == ["AnatomicRegionSequence[1]"]
    assert {row.state for row in rows[1:]} == {"partly"}
    assert rows[1].values == ("", None)


def test_that_of_items_that_differ_only_the_differing_element_is_told(tmp_path: Path) -> None:
    a = written(tmp_path / "a.dcm", made())
    changed = made()
    changed.AnatomicRegionSequence[1].CodeMeaning = "Thorax"
    b = written(tmp_path / "b.dcm", changed)

    assert states(compared(a, b)) == {
        "AnatomicRegionSequence": "differs",
        "AnatomicRegionSequence[2]": "differs",
        "AnatomicRegionSequence[2].CodeMeaning": "differs",
    }


def test_that_private_elements_are_the_same_under_another_block(tmp_path: Path) -> None:
    paths = []
    for name, before in (("a", ()), ("b", ("OTHER",))):
        dataset = made()
        for creator in (*before, "ACME 1.1"):
            dataset.private_block(0x0029, creator, create=True).add_new(0x08, "LO", f"of {creator}")
        paths.append(written(tmp_path / f"{name}.dcm", dataset))
    rows = {row.element.name: row for row in compared(*paths, all=True).rows if row.element.is_private}

    assert rows["[private] (ACME 1.1)"].state == "same"
    assert rows["[private] (OTHER)"].state == "partly"


def test_that_long_values_and_pixels_that_differ_at_their_end_differ(tmp_path: Path) -> None:
    dataset = made()
    dataset.add_new(0x00282000, "OB", bytes(5000))
    a = written(tmp_path / "a.dcm", dataset)
    dataset[0x00282000].value = bytes(4999) + b"\1"
    dataset.PixelData = bytes(range(99)) + b"\0"
    b = written(tmp_path / "b.dcm", dataset)

    assert states(compared(a, b)) == {"ICCProfile": "differs", "PixelData": "differs"}
    assert states(compared(a, b, no_pixels=True)) == {"ICCProfile": "differs"}


def test_that_encapsulated_pixels_are_compared_by_their_fragments(tmp_path: Path) -> None:
    from pydicom.encaps import encapsulate

    a = written(tmp_path / "a.dcm", made(PixelData=encapsulate([b"1234", b"56"])), RLELossless)
    b = written(tmp_path / "b.dcm", made(PixelData=encapsulate([b"1234", b"57"])), RLELossless)
    (row,) = compared(a, b).rows

    assert row.element.path == "PixelData"
    assert row.values[0] is not None
    assert row.values[0].startswith("encapsulated, 3 items, 14 bytes")


def test_that_three_files_are_compared_at_once(tmp_path: Path) -> None:
    paths = [
        written(tmp_path / f"{number}.dcm", made(AnatomicRegionSequence=items))
        for number, items in enumerate(([], [_code("1", "One")], [_code("1", "One"), _code("2", "Two")]))
    ]
    items = [row.values for row in compared(*paths).rows if row.element.is_item]
    assert items == [(None, "", ""), (None, None, "")]


def test_that_one_file_is_too_few_to_compare(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not two files"):
        compared(written(tmp_path / "a.dcm", made()))


@pytest.mark.parametrize(
    ("vr", "value", "meaning"),
    [
        ("DA", "20240131", "2024-01-31"),
        ("DA", "20240131\\garbage", "2024-01-31; ?"),
        ("TM", "130559.12", "13:05:59"),
        ("DT", "20240131130559+0100", "2024-01-31 13:05:59+01:00"),
        ("UI", "1.2.840.10008.5.1.4.1.1.2", "CT Image Storage"),
        ("UI", "2.25.1", ""),
        ("AT", "(0018,1063)", "FrameTime"),
        ("AS", "045Y", "45 years"),
        ("PN", "Meyer^Anna", "Meyer, Anna"),
        ("LO", "20240131", ""),
        ("DA", "no date", ""),
    ],
)
def test_that_values_are_put_into_words(vr: str, value: str, meaning: str) -> None:
    assert meaning_of(vr, value) == meaning


def test_that_the_tree_and_the_parents_say_the_same(tmp_path: Path) -> None:
    elements = summarised_contents(Place(written(tmp_path / "a.dcm", made()))).elements
    parents = parents_of([rank_of(each) for each in elements])
    below = {each.path: elements[above].path for each, above in zip(elements, parents, strict=True) if above >= 0}

    assert below["AnatomicRegionSequence[2].CodeValue"] == "AnatomicRegionSequence[2]"
    assert below["AnatomicRegionSequence[2]"] == "AnatomicRegionSequence"
    roots = [node.element.path for node in tree_of(elements)]
    assert roots == [each.path for each, above in zip(elements, parents, strict=True) if above < 0]


def test_that_the_frame_is_read_from_a_path() -> None:
    assert frame_number_of("PerFrameFunctionalGroupsSequence[12].FrameContentSequence[1].StackID") == 11
    assert frame_number_of("SharedFunctionalGroupsSequence[3].X") == 0


def test_that_the_table_holds_what_was_read_and_no_formula(tmp_path: Path) -> None:
    dataset = made(SeriesDescription="=cmd()", ImagePositionPatient=["-1.5", "2", "-3"], PatientComments="-x+1")
    elements = summarised_contents(Place(written(tmp_path / "a.dcm", dataset))).elements
    rows = {row["path"]: row for row in csv.DictReader(io.StringIO(as_csv(elements)))}

    assert rows["SeriesDescription"]["value"] == "'=cmd()"
    assert rows["PatientComments"]["value"] == "'-x+1"
    assert rows["ImagePositionPatient"]["value"] == "-1.5\\2\\-3"
    assert rows["AnatomicRegionSequence[2].CodeMeaning"]["tag"] == "(0008,0104)"


def test_that_the_dicom_json_model_is_read_back_alike(tmp_path: Path) -> None:
    dataset = made()
    dataset.add_new(0x00189073, "FD", float("nan"))
    path = written(tmp_path / "a.dcm", dataset)
    model = json.loads(as_dicom_json(Place(path)), parse_constant=lambda _: pytest.fail("NaN is no JSON"))
    assert model.pop("00189073") == {"vr": "FD", "Value": ["NaN"]}

    again = Dataset.from_json(model)
    original = dcmread(path, stop_before_pixels=True)
    del original[0x00189073]
    assert again == original


def test_that_the_dicom_json_model_is_that_of_dcmtk(shared_data: Path, tool: Callable[[str], str]) -> None:
    path = sorted((shared_data / "sr").rglob("*.dcm"))[0]
    theirs = json.loads(subprocess.run([tool("dcm2json"), path], capture_output=True, check=True).stdout)
    ours = json.loads(as_dicom_json(Place(path)))

    assert {tag for tag in theirs if not tag.startswith("0002")} == set(ours)
    for tag, element in ours.items():
        assert element["vr"] == theirs[tag]["vr"]
        if element["vr"] in ("UI", "CS", "DA", "LO", "SH"):
            assert element.get("Value") == theirs[tag].get("Value")


def test_that_files_are_written_whole_and_under_safe_names(tmp_path: Path) -> None:
    study = tmp_path / "study"
    study.mkdir()
    written(study / "..a:b.dcm", made())
    written(study / "_a_b.dcm", made())
    out = tmp_path / "out"
    results = list(export(ExportParameters(inputs=(study,), output=out, format="csv"), Job()))

    assert all(isinstance(each, WrittenElements) for each in results)
    assert len(list(out.iterdir())) == 2
    assert all(each.suffix == ".csv" and "PatientName" in each.read_text() for each in out.iterdir())
    with pytest.raises(UserError, match="several files"):
        list(export(ExportParameters(inputs=(study,), output=tmp_path / "one.csv"), Job()))


def test_that_files_of_one_name_stay_in_folders_of_their_own(tmp_path: Path) -> None:
    for folder in ("a", "b/c"):
        (tmp_path / "study" / folder).mkdir(parents=True)
        written(tmp_path / "study" / folder / "1.dcm", made())
    with zipfile.ZipFile(tmp_path / "study" / "disc.zip", "w") as archive:
        archive.write(tmp_path / "study" / "a" / "1.dcm", "IM:1/1.dcm")
    out = tmp_path / "out"
    list(export(ExportParameters(inputs=(tmp_path / "study",), output=out, format="csv"), Job()))

    files = sorted(str(each.relative_to(out)) for each in out.rglob("*") if each.is_file())
    assert files == [str(Path(each)) for each in ("IM_1/1.dcm.csv", "a/1.dcm.csv", "b/c/1.dcm.csv")]


def test_that_a_full_or_forbidden_place_leaves_no_half_file(tmp_path: Path) -> None:
    source = written(tmp_path / "a.dcm", made())
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        list(export(ExportParameters(inputs=(source,), output=tmp_path / "file" / "a.csv"), Job()))
    with pytest.raises(UserError, match="cannot be written"), file_size_limit(100):
        list(export(ExportParameters(inputs=(source,), output=tmp_path / "a.csv"), Job()))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.dcm", "file"]


def test_that_search_finds_as_many_as_dcmdump_does(shared_data: Path, tool: Callable[[str], str]) -> None:
    files = sorted((shared_data / "sr").rglob("*.dcm"))[:6]
    for path in files:
        dumped = subprocess.run([tool("dcmdump"), "-q", path], capture_output=True, check=False).stdout
        assert len(found("0008,0104", path)) == dumped.decode("latin-1").count("(0008,0104)")


def test_that_a_hundred_thousand_elements_are_compared_and_searched(tmp_path: Path) -> None:
    elements = [Element(0, "(0008,1140)", "SQ", None, "ReferencedImageSequence", "25000 items", "R")]
    tags = ("(0008,1150)", "(0008,1155)", "(0008,1160)")
    for number in range(25_000):
        elements.append(Element(1, "(fffe,e000)", "", None, f"Item {number + 1}", "", f"R[{number + 1}]"))
        elements += [Element(1, tag, "UI", 8, tag, f"{number}", f"R[{number + 1}].{tag}") for tag in tags]
    changed = list(elements)
    changed[-1] = Element(1, "(0008,1160)", "UI", 8, "(0008,1160)", "other", "R[25000].(0008,1160)")
    comparison = compare([Contents(Place(tmp_path), tuple(elements)), Contents(Place(tmp_path), tuple(changed))])

    assert len(comparison.rows) == 100_001
    assert [row.element.path for row in only_differing(comparison).rows] == ["R", "R[25000]", "R[25000].(0008,1160)"]
    assert Query.parse("0008,1160 other").matches(changed[-1])


@settings(max_examples=25)
@given(st.data())
def test_that_no_damage_is_an_error_of_the_program(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    good = written(folder / "good.dcm", made())
    damaged = bytearray(good.read_bytes())
    for place in data.draw(st.lists(st.integers(132, len(damaged) - 1), min_size=1, max_size=8)):
        damaged[place] = data.draw(st.integers(0, 255))
    bad = folder / "bad.dcm"
    bad.write_bytes(damaged[: data.draw(st.integers(140, len(damaged)))])

    for result in search(SearchParameters(words="e", inputs=(bad,)), Job()):
        assert result.text()
    with contextlib.suppress(UserError):  # where the damaged one cannot be read there is nothing to compare
        for compared_or_failed in compare_files(CompareParameters(inputs=(good, bad)), Job()):
            assert compared_or_failed.text()
    for kind in ("text", "csv", "json", "dicom-json"):
        parameters = ExportParameters(inputs=(bad,), output=folder / f"out.{kind}", format=kind)
        assert [each.text() for each in export(parameters, Job())]
    header = folder / "out.dicom-json"
    if header.exists():
        json.loads(header.read_text(encoding="utf-8"))
