"""Structured reports are read whole: every item, every type of value, as DCMTK reads them, and broken ones too."""

import re
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage

from tests.report_samples import IMAGE_UID, STATE_UID, WAVEFORM_UID, code, dataset, item, report, write_report
from workstation.model.attributes import text
from workstation.model.concepts import Code
from workstation.model.reading import read_dataset, read_header
from workstation.model.refusal import Reason, Refused
from workstation.model.source import BytesSource
from workstation.objects.sr.content import (
    Coded,
    ContentItem,
    ImageReference,
    ImageShape,
    Link,
    Number,
    ObjectReference,
    SpaceShape,
    StructuredReport,
    Text,
    Unread,
    WaveformReference,
)
from workstation.objects.sr.reading import read_report, report_of
from workstation.objects.sr.words import value_text

_LINE = re.compile(r"^\s*(?P<number>1(?:\.\d+)*)  <(?P<rest>.*)>(?: \{[-: 0-9]*\})?(?:  # .*)?\s*$", re.DOTALL)
_START = re.compile(r"\s*1(?:\.\d+)*  <")


def values(ds: Dataset) -> dict[str, ContentItem]:
    return {each.number: each for each in report_of(ds).root.walk()}


def test_that_every_type_of_value_is_read(tmp_path: Path) -> None:
    read = read_report(write_report(tmp_path / "report.dcm"))
    found = {each.number: each.value for each in read.root.walk()}

    assert (read.title, read.kind) == ("Diagnostic imaging report", "Comprehensive 3D SR")
    assert found["1.4.1"] == Number("12.5", 12.5, Code("mm", "UCUM", "millimeter"))
    assert found["1.4.1.1"] == ImageShape("CIRCLE", ((10.0, 20.0), (13.0, 24.0)))
    image = found["1.4.1.1.1"]
    assert isinstance(image, ImageReference)
    assert (image.image.sop_instance_uid, image.frames) == (IMAGE_UID, (2, 5))
    assert image.presentation_state == ObjectReference("1.2.840.10008.5.1.4.1.1.11.1", STATE_UID)
    assert found["1.4.2"] == Number("", None, None, Code("114006", "DCM", "Measurement failure"))
    assert found["1.4.3"] == Text("Größe <b>&\nzweite Zeile")
    assert found["1.4.4"] == Coded(Code("39607008", "SCT", "Lung"))
    assert isinstance(found["1.4.5"], SpaceShape)
    assert found["1.4.5"].points_lps == ((1.5, -2.0, 30.0),)
    assert found["1.4.6"] == WaveformReference(
        ObjectReference("1.2.840.10008.5.1.4.1.1.9.1.1", WAVEFORM_UID), ((1, 0), (2, 3))
    )
    assert found["1.5.1"] == Link("1.4.1")
    assert value_text(found["1.8"]) == "2026-01-02 10:15:00 +0100"
    assert not any(each.notes for each in read.root.walk())
    assert [each.name for each in read.verified_by] == ["House^Gregory"]


def test_that_dcmtk_reads_the_same_of_our_sample(tmp_path: Path, tool: Callable[[str], str]) -> None:
    path = write_report(tmp_path / "report.dcm")
    command = [tool("dsrdump"), "-Ph", "+Pn", "+Pl", "+Pc", "+U8", str(path)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)

    assert compared_with_dcmtk(read_report(path), done.stdout.decode("utf-8")) == 19


def test_that_dcmtk_reads_the_same_of_every_real_report(shared_data: Path) -> None:
    folder = shared_data / "sr"
    dumps = sorted(folder.glob("_dcmtk_expected/*.dsrdump*.txt"))
    whole = [each for each in dumps if ".ERR." not in each.name]
    assert len(whole) >= 38

    compared = {}
    for dump in whole:
        topic, _, rest = dump.name.partition("__")
        path = folder / topic / re.sub(r"\.dsrdump(\.lenient)?\.txt$", "", rest)
        # What dsrdump prints are the bytes of the file, and one of them declares Latin-1 over text in UTF-8.
        is_unicode = text(read_dataset(path), "SpecificCharacterSet") == "ISO_IR 192"
        told = dump.read_bytes().decode("utf-8" if is_unicode else "latin-1")
        compared[path.name] = compared_with_dcmtk(read_report(path), told)

    assert sum(compared.values()) > 1500


def compared_with_dcmtk(read: StructuredReport, dump: str) -> int:
    """Compare with what dsrdump printed, item by item; give how many items were compared."""
    ours = {each.number: each for each in read.root.walk()}
    theirs = dict(items_of_dump(dump))
    assert list(theirs) == [number for number in ours if number in theirs]
    assert len(theirs) == len(ours), set(ours) ^ set(theirs)
    for number, told in theirs.items():
        relationship, kind = shape(told)
        assert (ours[number].relationship.lower(), ours[number].value_type) == (relationship, kind), number
        for wanted in said(told):
            assert wanted in everything(ours[number]), (number, wanted, ours[number])
    return len(theirs)


def items_of_dump(dump: str) -> list[tuple[str, str]]:
    lines = dump.split("\n")
    starts = [at for at, line in enumerate(lines) if _START.match(line)]
    found = []
    for at, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        match = _LINE.match("\n".join(lines[at:end]).rstrip())
        assert match is not None, lines[at:end]
        found.append((match["number"], match["rest"]))
    return found


def shape(told: str) -> tuple[str, str]:
    """Give the relationship and the type of a dumped item; a reference within the report has no type."""
    match = re.match(r"(?:([a-z ]+) )?(?:([A-Z0-9]+):|[\d.]+$)", told)
    assert match is not None, told
    return match[1] or "", match[2] or ""


def said(told: str) -> list[str]:
    """Give what a dumped item says: what stands in quotes, the words of codes, numbers of coordinates, the target."""
    relationship = re.match(r"(?:(?:contains|has [a-z]+ ?[a-z]*|inferred from|selected from) )?(.*)", told, re.DOTALL)
    assert relationship is not None
    rest = relationship[1]
    if re.fullmatch(r"[\d.]+", rest):
        return [rest]
    kind = rest.partition(":")[0]
    texts = [text.replace("\\r", "\r").replace("\\n", "\n") for text in re.findall(r'"((?:[^"])*)"', rest)]
    if kind == "CODE":
        value = re.search(r"=\(([^,]*),([^,\[]*)", rest)
        texts += [value[1], value[2]] if value else []
    return [
        part for text in texts for part in text.split() if "\N{REPLACEMENT CHARACTER}" not in part and "..." not in part
    ]


def everything(each: ContentItem) -> str:
    """Give all that our item says, in one text."""
    return f"{each.name!r} {each.value!r} {value_text(each.value)}".replace("\\\\", "\\").replace("\\'", "'")


def test_that_text_in_a_character_set_of_its_own_is_read() -> None:
    ds = report()
    inner = item("CONTAINS", "TEXT", code("121071", "DCM", "Finding"))
    inner.SpecificCharacterSet = "ISO_IR 144"
    inner.TextValue = "Люк"
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.PatientName = "Äneas"
    ds.ContentSequence = [inner, item("CONTAINS", "TEXT", code("1", "99X", "Other"), TextValue="Größe")]
    path = Path("report.dcm")

    read = read_back(ds, path)

    assert [value_text(each.value) for each in read.root.items] == ["Люк", "Größe"]
    assert read.patient_name == "Äneas"


def read_back(ds: Dataset, path: Path) -> StructuredReport:
    stream = BytesIO()
    ds.save_as(stream, enforce_file_format=True)
    return report_of(read_header(BytesSource(stream.getvalue(), path.name)).dataset)


def test_that_references_in_a_circle_and_to_nothing_end() -> None:
    ds = report()
    first = item("CONTAINS", "TEXT", code("1", "99X", "One"), TextValue="one")
    first.ContentSequence = [
        dataset(RelationshipType="INFERRED FROM", ReferencedContentItemIdentifier=[1, 1]),
        dataset(RelationshipType="INFERRED FROM", ReferencedContentItemIdentifier=[1, 9, 9]),
    ]
    ds.ContentSequence = [first]

    found = values(ds)

    assert found["1.1.1"].value == Link("1.1")
    assert found["1.1.2"].value == Link("1.9.9", is_there=False)
    assert found["1.1.2"].notes == ("There is no item 1.9.9.",)


@pytest.mark.parametrize(
    ("broken", "note"),
    [
        (item("CONTAINS", "NUM", code("1", "99X", "Size")), "It has no value, and does not say why."),
        (item("CONTAINS", "FANCY", TextValue="kept"), "The value type 'FANCY' is not known."),
        (dataset(RelationshipType="CONTAINS"), "It has no value type."),
        (item("CONTAINS", "IMAGE"), "It does not say which object it refers to."),
        (item("CONTAINS", "CODE"), "Its code is missing."),
        (item("", "TEXT", TextValue="x"), "It does not say how it relates to the item above it."),
        (
            item("CONTAINS", "SCOORD", GraphicType="POLYLINE", GraphicData=[1.0, 2.0, 3.0]),
            "It has 3 coordinates, which are not whole points of 2.",
        ),
        (item("CONTAINS", "SCOORD", GraphicType="POINT"), "It has no points."),
    ],
)
def test_that_a_broken_item_stays_in_the_tree_and_says_what_is_wrong(broken: Dataset, note: str) -> None:
    ds = report()
    ds.ContentSequence = [broken, item("CONTAINS", "TEXT", code("1", "99X", "Next"), TextValue="fine")]

    found = values(ds)

    assert list(found) == ["1", "1.1", "1.2"]
    assert found["1.1"].notes == (note,)
    assert found["1.2"].value == Text("fine")


def test_that_what_is_in_an_unknown_item_is_told() -> None:
    ds = report()
    ds.ContentSequence = [item("CONTAINS", "FANCY", TextValue="kept")]

    assert values(ds)["1.1"].value == Unread("TextValue kept")


def test_that_an_object_of_another_kind_is_refused(tmp_path: Path) -> None:
    ds = report()
    for keyword in ("ContentSequence", "ConceptNameCodeSequence", "ContinuityOfContent", "CompletionFlag"):
        del ds[keyword]
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = CTImageStorage

    with pytest.raises(Refused, match="CT Image, which is no structured report") as caught:
        read_report(write_report(tmp_path / "image.dcm", ds))

    assert caught.value.reason is Reason.OTHER_OBJECT


def test_that_sixty_levels_are_read_and_walked() -> None:
    ds = report()
    inner = item("CONTAINS", "TEXT", code("1", "99X", "Deep"), TextValue="bottom")
    for _ in range(58):
        inner = item("CONTAINS", "CONTAINER", code("1", "99X", "Level"), ContentSequence=[inner])
    ds.ContentSequence = [inner]

    found = list(read_back(ds, Path("deep.dcm")).root.walk())

    assert len(found) == 60
    assert found[-1].value == Text("bottom")
