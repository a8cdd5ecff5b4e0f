"""DICOM Hanging Protocols: valid, the same again, tolerant of others, and honest about what is lost."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pydicom
import pytest
from pydicom import Dataset

from workstation.display.hanging.attributes import Attribute, Operator
from workstation.display.hanging.dicom_reading import from_dicom
from workstation.display.hanging.dicom_writing import to_dicom
from workstation.display.hanging.exchange import read_any, write_rules
from workstation.display.hanging.rules import Condition, Pane, PaneSettings, Rule, Screen, Selector
from workstation.display.hanging.store import shipped_rules
from workstation.errors import UserError
from workstation.objects.writing import save

RULES = shipped_rules()


def ask(attribute: Attribute, *values: str, operator: Operator = Operator.IS, if_unknown: bool = False) -> Condition:
    return Condition(attribute, operator, values, if_unknown)


def sayable() -> Rule:
    """Give a rule of which DICOM can say everything."""
    ct = ask(Attribute.MODALITY, "CT")
    named = ask(Attribute.SERIES_DESCRIPTION, "Thorax 5.0", "Chest 5mm", if_unknown=True)
    axial = ask(Attribute.PLANE, "axial", "oblique")
    now = Pane(
        Selector((ct, named, axial)),
        PaneSettings(window_preset="Lung", sync_group=1, is_inverted=True, horizontal="left", vertical="bottom"),
        "Now",
    )
    again = replace(now, selector=replace(now.selector, is_repeated=True))
    before = Pane(
        Selector((ct, ask(Attribute.LATERALITY, "right"), ask(Attribute.PLANE, "axial", operator=Operator.IS_NOT)), 2),
        PaneSettings(
            zoom="true size", tiles=(2, 3), patient_orientation=("P", "F"), sync_group=1, colour_map="hot-iron"
        ),
        "Before",
    )
    cine = Pane(Selector((ct, ask(Attribute.IMAGE_TYPE, "AXIAL")), -1), PaneSettings(is_cine=True), "Oldest")
    conditions = (
        ask(Attribute.MODALITY, "CT", "MR"),
        ask(Attribute.BODY_PART, "chest"),
        ask(Attribute.PRIORS, "1", operator=Operator.AT_LEAST),
    )
    screens = (Screen(2, 2, (now, again, before, None)), Screen(1, 1, (cine,)))
    return Rule("x", "Chest and prior", "Of two monitors", conditions=conditions, screens=screens, adapts=True)


def public(ds: Dataset) -> Dataset:
    """Take away what only the workstation understands."""
    ds.remove_private_tags()
    return ds


@pytest.mark.parametrize("rule", [*RULES, sayable()], ids=lambda rule: rule.id)
def test_that_a_rule_comes_back_whole_from_its_file(rule: Rule, tmp_path: Path) -> None:
    write_rules([rule], tmp_path / "rule.dcm")
    assert read_any(tmp_path / "rule.dcm") == ((rule,), ())


def test_that_what_dicom_can_say_comes_back_without_our_private_element(tmp_path: Path) -> None:
    rule = sayable()
    ds, notes = to_dicom(rule)
    assert notes == ()
    save(public(ds), tmp_path / "public.dcm")
    (read,), lost = read_any(tmp_path / "public.dcm")
    assert replace(read, id=rule.id, rank=rule.rank) == rule
    assert lost == ()


def test_that_what_dicom_cannot_say_is_told() -> None:
    weighting = Condition(Attribute.WEIGHTING, values=("t1",))
    pane = Pane(
        Selector((weighting,), order="time"), PaneSettings(window=(1.0, 2.0), initial_image="last"), is_required=True
    )
    _ds, notes = to_dicom(Rule("a", "A name that is too long", screens=(Screen(1, 1, (pane,)),)))
    told = "\n".join(notes)
    for words in ("name is cut", "any study", "weighting is t1", "required", "comes first", "windows", "first"):
        assert words in told


def test_that_a_protocol_changed_by_another_program_is_read_by_what_it_says_now() -> None:
    ds, _notes = to_dicom(sayable())
    ds.DisplaySetsSequence[0].VOIType = "BONE"
    (read,), notes = from_dicom(ds, "x")
    pane = read.panes[0]
    assert pane is not None
    assert pane.settings.window_preset == "Bone"
    assert notes == ("it was changed by another program: what DICOM cannot say of it is lost",)


def test_that_our_objects_pass_the_independent_validator(
    tmp_path: Path, tool: Callable[[str], str], shared_data: Path
) -> None:
    tool("dciodvfy")
    gate = shared_data.parent / "conformance" / "dicom_gate.py"
    if not gate.exists():
        pytest.skip("needs the validators in ../shared/conformance")
    for rule in (*RULES, sayable()):
        save(to_dicom(rule)[0], tmp_path / f"{rule.id}.dcm")
    done = subprocess.run([sys.executable, str(gate), str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_that_the_example_of_the_standard_becomes_a_rule_for_each_of_its_steps(shared_data: Path) -> None:
    rules, notes = read_any(shared_data / "gsps" / "NeurosurgeryPlan.dcm")
    assert [rule.name for rule in rules] == [
        "NeurosurgeryPlan (Current CT only)",
        "NeurosurgeryPlan (MR only)",
        "NeurosurgeryPlan (MR & CT combined)",
        "NeurosurgeryPlan (CT old & CT new combined)",
    ]
    assert [len(rule.screens) for rule in rules] == [2, 2, 2, 2]
    first, last = rules[0], rules[-1]
    assert [each.text() for each in first.conditions] == ["modality is MR or CT", "body part is head"]
    assert (first.screens[0].rows, first.screens[0].columns) == (2, 2)
    assert {pane.selector.prior for pane in last.panes if pane} == {0, 1}
    assert {pane.settings.window_preset for pane in last.panes if pane} == {"Brain"}
    assert "the reformatting MPR: the images are shown as they are" in notes


def test_that_damaged_protocols_are_refused_in_a_sentence(tmp_path: Path) -> None:
    ds, _notes = to_dicom(sayable())
    public(ds)
    del ds.DisplaySetsSequence
    with pytest.raises(UserError, match="shows nothing"):
        from_dicom(ds, "x.dcm")
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    with pytest.raises(UserError, match=r"x\.dcm is no hanging protocol"):
        from_dicom(ds, "x.dcm")


@pytest.mark.filterwarnings("ignore:Invalid value for VR")
def test_that_nonsense_in_a_protocol_is_left_out_and_noted() -> None:
    ds, _notes = to_dicom(sayable())
    public(ds)
    sets = ds.ImageSetsSequence[0]
    sets.ImageSetSelectorSequence[0].SelectorAttribute = 0x00189999
    sets.ImageSetSelectorSequence[1].SelectorAttributeVR = "%%"
    ds.DisplaySetsSequence[0].ImageBoxesSequence[0].DisplayEnvironmentSpatialPosition = [0.0]
    ds.DisplaySetsSequence[2].ImageSetNumber = 99
    ds.HangingProtocolName = "a\x1b[31m"
    (read,), notes = from_dicom(ds, "x")
    assert read.name == "a[31m"
    assert {"what is asked of (0018,9999)", "panes without a place", "panes whose image set is not defined"} <= set(
        notes
    )


def test_that_boxes_beyond_the_largest_grid_are_left_out_and_noted() -> None:
    ds, _notes = to_dicom(sayable())
    public(ds)
    model = ds.DisplaySetsSequence[0]
    boxes = []
    for column in range(7):
        box = Dataset()
        box.ImageBoxNumber = column + 1
        box.ImageBoxLayoutType = "STACK"
        box.DisplayEnvironmentSpatialPosition = [column / 14, 1.0, (column + 1) / 14, 0.0]
        boxes.append(box)
    model.ImageBoxesSequence = boxes
    ds.DisplaySetsSequence = [model]
    (read,), notes = from_dicom(ds, "x")
    assert (read.screens[0].rows, read.screens[0].columns) == (1, 5)
    assert "panes beyond a grid of 5 x 5" in notes


def test_that_the_file_is_explicit_little_endian_in_utf_8(tmp_path: Path) -> None:
    write_rules([replace(sayable(), name="Schädel 頭部")], tmp_path / "a.dcm")
    ds = pydicom.dcmread(tmp_path / "a.dcm")
    assert ds.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
    assert ds.HangingProtocolName == "Schädel 頭部"
