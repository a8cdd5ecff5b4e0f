"""Rules as JSON and in the user's folder: the same again, or a sentence about what is wrong."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from workstation.display.colour_tables import colour_table_names
from workstation.display.hanging import store
from workstation.display.hanging.attributes import Attribute, Operator
from workstation.display.hanging.dicom_terms import PSEUDO_COLOURS
from workstation.display.hanging.document import FORMAT, VERSION, from_json, to_json
from workstation.display.hanging.rules import DEFAULT_RANK, Condition, Pane, Rule, Screen, Selector, ranked
from workstation.display.presets import preset_names
from workstation.errors import UserError

MINE = Rule("mine", "Mine", conditions=(Condition(Attribute.MODALITY, values=("CT",)),))


def test_that_shipped_rules_can_be_read_and_are_written_alike() -> None:
    rules = store.shipped_rules()
    assert len({rule.id for rule in rules}) == len(rules) > 15
    assert from_json(to_json(rules), "all") == rules
    assert rules[-1].rank == DEFAULT_RANK


def test_that_shipped_rules_name_windows_that_there_are() -> None:
    windows = {pane.settings.window_preset for rule in store.shipped_rules() for pane in rule.panes if pane}
    assert windows - {""} <= set(preset_names())


def test_that_colours_said_in_dicom_are_tables_that_there_are() -> None:
    assert set(PSEUDO_COLOURS) <= set(colour_table_names())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": "x"}, "holds no hanging protocols"),
        ({"version": VERSION + 1}, "has version 2; this program reads version 1"),
        ({"version": "1"}, "has version 1"),
        ({"rules": {}}, "has no list of rules"),
        ({"rules": [{"id": "a"}]}, "rule 1: rule has no name"),
        ({"rules": [{"id": "../a", "name": "a"}]}, "the id of a rule"),
        ({"rules": [{"id": "a", "name": "a", "rank": "1"}]}, "rank is '1', which is no int"),
        ({"rules": [{"id": "a", "name": "a", "rank": True}]}, "rank is True"),
        ({"rules": [{"id": "a", "name": "a", "colour": 1}]}, "has 'colour', which it cannot have"),
        ({"rules": [{"id": "a", "name": "a", "conditions": [{"attribute": "moon"}]}]}, "attribute is 'moon'"),
        ({"rules": [{"id": "a", "name": "a", "conditions": [{"attribute": ["x"]}]}]}, "attribute is ['x']"),
        ({"rules": [{"id": "a", "name": "a", "screens": []}]}, "1 to 8 screens"),
        ({"rules": [{"id": "a", "name": "a", "screens": [{"rows": 6}]}]}, "a grid has 1 to 5"),
        ({"rules": [{"id": "a", "name": "a", "screens": [{"rows": 2}]}]}, "need as many panes"),
        ({"rules": [{"id": "a", "name": "a", "conditions": [{"attribute": "modality"}]}]}, "not what is looked for"),
        (
            {
                "rules": [
                    {
                        "id": "a",
                        "name": "a",
                        "conditions": [{"attribute": "view", "operator": "at least", "values": ["1"]}],
                    }
                ]
            },
            "view cannot be asked by",
        ),
        ({"rules": [{"id": "a", "name": "a", "screens": [{"panes": [{"selector": {"like": 1}}]}]}]}, "like pane 1"),
    ],
)
def test_that_a_wrong_document_is_refused_in_a_sentence(change: dict[str, object], sentence: str) -> None:
    document = {"format": FORMAT, "version": VERSION, "rules": []} | change
    with pytest.raises(UserError) as refused:
        from_json(json.dumps(document), "file.json")
    assert sentence in refused.value.message
    assert refused.value.message.startswith("file.json")


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "null", "NaN", '{"rules": [1e999]}'])
def test_that_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        from_json(text, "x")


def test_that_own_rules_stand_above_shipped_ones_and_can_be_taken_back(tmp_path: Path) -> None:
    kept = store.load(tmp_path)
    assert kept.changed == frozenset()
    chest = next(rule for rule in kept.rules if rule.id == "ct-chest")
    changed = replace(chest, is_enabled=False, rank=7)
    rules = [changed if rule.id == chest.id else rule for rule in kept.rules]
    store.save([*rules, MINE], tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ct-chest.json", "mine.json"]
    again = store.load(tmp_path)
    assert again.changed == {"ct-chest"}
    assert again.rules == ranked((*rules, MINE))
    store.save(kept.rules, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_that_a_broken_file_is_told_and_kept_and_the_others_hold(tmp_path: Path) -> None:
    store.save([*store.shipped_rules(), MINE], tmp_path)
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    kept = store.load(tmp_path)
    assert MINE in kept.rules
    assert len(kept.notes) == 2
    store.save(store.shipped_rules(), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["binary.json", "broken.json"]


def test_that_rules_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError):
        store.save([MINE], tmp_path / "file" / "below")


def test_that_another_grid_keeps_panes_in_their_place() -> None:
    names = tuple(Pane(label=str(number)) for number in range(4))
    wider = Screen(2, 2, names).resized(1, 3)
    assert [pane.label if pane else None for pane in wider.panes] == ["0", "1", ""]


def test_that_a_pane_is_replaced_by_its_number_over_all_screens() -> None:
    rule = Rule("a", "a", screens=(Screen(), Screen(1, 2, (Pane(), Pane()))))
    changed = rule.with_pane(3, Pane(Selector(prior=1), label="x"))
    assert [pane.label if pane else None for pane in changed.panes] == ["", "", "x"]
    assert Condition(Attribute.IMAGES, Operator.AT_LEAST, ("2",)).text() == "number of images at least 2"
