"""Corner text as data: what a line may say, what a user's file changes, what is done with errors in it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset

from tests.unit.display.frames import frame_of, ramp
from tests.unit.display.test_corner_text import INSTANCE
from workstation.display.corner_templates import MADE, CornerTemplates, Template, shipped_templates
from workstation.display.corner_text import _MADE, corner_lines
from workstation.display.header_facts import HeaderFacts, facts_of
from workstation.display.view import View
from workstation.errors import UserError
from workstation.model.frame import Window
from workstation.model.reading import read_dataset

FRAME = frame_of(ramp(0, 9999))
SHIPPED = shipped_templates()


def line(template: str, values: Mapping[str, str]) -> tuple[str, ...]:
    templates = SHIPPED.changed("CT", "top_left", [template])
    facts = HeaderFacts(values)
    return corner_lines(INSTANCE, FRAME, View(), (200, 200), facts=facts, templates=templates).top_left


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{PatientName}", ("Buc, Jérôme",)),
        ("Acc. {AccessionNumber} | {StudyID}", ("Acc. A7",)),
        ("{StudyID} | {RequestedProcedureID}", ()),
        ("{SliceThickness:.2f} mm", ("1.25 mm",)),
        ("{SliceLocation}", ("-120.05",)),
        ("{KVP:.0f} kV | {0019,1023}", ("120 kV  4.5",)),
        ("{{{Modality}}}", ("{CT}",)),
        ("plain words", ("plain words",)),
        ("{SeriesDescription:.2f}", ("Lunge 1.0",)),
        ("{Age} | {Spacing} | {Tilt}", ("56 y  1 x 1 mm  -18.5°",)),
        ("", ()),
    ],
)
def test_that_a_part_with_an_empty_field_is_left_out(template: str, said: tuple[str, ...]) -> None:
    values = {"KVP": "120.0", "0019,1023": "4.5"}
    assert line(template, values) == said


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{PatientName", "brace"),
        ("PatientName}", "brace"),
        ("{NoSuchThing}", "no attribute"),
        ("{KVP:d}", "no field"),
        ("{}", "no field"),
        ("{KVP.__class__}", "no field"),
        ("{0[1]}", "no field"),
        ("x" * 300, "at most"),
        ("a\x1b[31m", "at most"),
    ],
)
def test_that_a_line_that_cannot_be_is_refused(template: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Template.parse(template)


def test_that_every_made_field_can_be_made() -> None:
    assert set(_MADE) == MADE


def written(folder: Path, modalities: object, version: object = 1) -> Path:
    path = folder / "corner_text.json"
    path.write_text(json.dumps({"version": version, "modalities": modalities}), encoding="utf-8")
    return path


def test_that_a_users_corner_replaces_only_that_corner(tmp_path: Path) -> None:
    path = written(tmp_path, {"": {"top_left": ["{PatientID}"]}, "ct": {"bottom_right": ["{ProtocolName}", "mine"]}})
    templates = CornerTemplates.load(path)

    ct = corner_lines(INSTANCE, FRAME, View(), (200, 200), templates=templates)
    assert templates.notes == ()
    assert (ct.top_left, ct.bottom_right) == (("0815",), ("mine",))
    assert ct.top_right == corner_lines(INSTANCE, FRAME, View(), (200, 200)).top_right
    mr = corner_lines(replace(INSTANCE, modality="MR"), FRAME, View(), (200, 200), templates=templates)
    assert mr.top_left == ("0815",)
    assert mr.bottom_right[0] == "Series 3  Lunge 1.0"
    assert "ProtocolName" in templates.keywords


def test_that_errors_are_told_and_the_rest_of_the_file_holds(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {
            "CT": {"top_left": ["{Wrong}"], "bottom_right": ["mine"], "middle": ["x"]},
            "M R": {},
            "US": 5,
            "MR": {"top_left": 3},
        },
    )
    templates = CornerTemplates.load(path)
    corners = corner_lines(INSTANCE, FRAME, View(), (200, 200), templates=templates)

    assert corners.bottom_right == ("mine",)
    assert corners.top_left[0] == "Buc, Jérôme"
    assert len(templates.notes) == 5
    assert any("{Wrong} is no attribute" in note for note in templates.notes)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"modalities": 3}', '{"version": 7, "modalities": {}}', "[" * 100_000]
)
def test_that_a_file_that_is_none_changes_nothing_and_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "corner_text.json"
    path.write_text(text, encoding="utf-8")
    templates = CornerTemplates.load(path)
    assert len(templates.notes) == 1
    assert "is not used" in templates.notes[0]
    assert templates.of("CT") == SHIPPED.of("CT")


def test_that_changes_are_saved_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "corner_text.json"
    changed = SHIPPED.changed("CT", "top_left", ["{PatientID} | {Zoom}"])
    changed.save(path)
    assert [each.source for each in CornerTemplates.load(path).of("CT")[0]] == ["{PatientID} | {Zoom}"]
    changed.reset("CT").save(path)
    assert not path.exists()
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        changed.save(tmp_path / "file" / "corner_text.json")


def test_that_lines_follow_window_and_zoom_though_the_others_are_kept() -> None:
    near, far = View(zoom=2.0), View(zoom=0.5)
    assert "Zoom 200 %" in corner_lines(INSTANCE, FRAME, near, (200, 200)).bottom_left
    assert "Zoom 50 %" in corner_lines(INSTANCE, FRAME, far, (200, 200)).bottom_left
    other = replace(INSTANCE, patient_name="Other")
    assert corner_lines(other, FRAME, near, (200, 200)).top_left[0] == "Other"
    assert corner_lines(INSTANCE, FRAME, near, (200, 200)).top_left[0] == "Buc, Jérôme"


def test_that_values_come_from_the_header_and_the_functional_groups_of_the_frame() -> None:
    timing = Dataset()
    timing.RepetitionTime = 500.0
    shared = Dataset()
    shared.MRTimingAndRelatedParametersSequence = [timing]
    frames = []
    for echo in (10.0, 20.0):
        item, group = Dataset(), Dataset()
        item.EffectiveEchoTime = echo
        group.MREchoSequence = [item]
        frames.append(group)
    dataset = Dataset()
    dataset.SharedFunctionalGroupsSequence, dataset.PerFrameFunctionalGroupsSequence = [shared], frames
    dataset.OperatorsName, dataset.AcquisitionDate = ["Meyer^Anna", "Oz^Jan"], "20240131"
    names = ("RepetitionTime", "EffectiveEchoTime", "OperatorsName", "AcquisitionDate", "KVP")

    assert dict(facts_of(dataset, names, number=1).values) == {
        "RepetitionTime": "500.0",
        "EffectiveEchoTime": "20.0",
        "OperatorsName": "Meyer, Anna, Oz, Jan",
        "AcquisitionDate": "2024-01-31",
    }


def test_that_real_headers_fill_the_lines_of_their_modality(shared_data: Path) -> None:
    dataset = read_dataset(shared_data / "xa" / "jpeg_baseline_8bit.dcm")
    assert (dataset.PositionerPrimaryAngle, dataset.PositionerSecondaryAngle) == (-32, 2)
    facts = facts_of(dataset, SHIPPED.keywords)
    film = replace(INSTANCE, modality="XA")
    assert "RAO 32°  CRA 2°" in corner_lines(film, FRAME, View(), (200, 200), facts=facts).bottom_right


@pytest.mark.parametrize(
    ("primary", "secondary", "said"),
    [("30", "-15.5", ("LAO 30°  CAU 15.5°",)), ("0", "0", ("0°  0°",)), ("x", "400", ()), ("0.01", "", ("0.01°",))],
)
def test_that_the_angles_of_a_c_arm_are_said_by_their_sides(
    primary: str, secondary: str, said: tuple[str, ...]
) -> None:
    values = {"PositionerPrimaryAngle": primary, "PositionerSecondaryAngle": secondary}
    assert line("{Angulation}", values) == said


@given(
    st.binary(max_size=40), st.sampled_from(["KVP", "OperatorsName", "AcquisitionDate", "ImageType", "ViewPosition"])
)
def test_that_odd_values_never_raise_and_never_steer(data: bytes, keyword: str) -> None:
    from pydicom.datadict import dictionary_VR, tag_for_keyword
    from pydicom.dataelem import RawDataElement
    from pydicom.tag import Tag

    tag = Tag(tag_for_keyword(keyword) or 0)
    dataset = Dataset()
    dataset._dict[tag] = RawDataElement(tag, dictionary_VR(tag), len(data), data, 0, False, True)
    facts = facts_of(dataset, (keyword,))
    templates = SHIPPED.changed("CT", "top_left", [f"{{{keyword}:.2f}} | {{{keyword}}}"])
    for text in corner_lines(INSTANCE, FRAME, View(), (200, 200), facts=facts, templates=templates).top_left:
        assert all(character >= " " for character in text)


def test_that_lossy_compression_is_said_once() -> None:
    said = "Lossy compression 8:1 (JPEG)"
    drawn, bare, none = HeaderFacts(warnings=(said,), lossy=said), HeaderFacts(lossy=said), HeaderFacts()
    lines = [
        corner_lines(INSTANCE, FRAME, View(), (200, 200), facts=each).bottom_left[0] for each in (drawn, bare, none)
    ]
    assert lines == ["Image 17", said, "Image 17"]


def test_that_the_window_in_use_is_taken_where_it_is_known() -> None:
    corners = corner_lines(INSTANCE, FRAME, View(), (200, 200), voi=Window(5, 50))
    assert "W 50 L 5" in corners.bottom_left
