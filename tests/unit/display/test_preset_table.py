"""The windows of modalities: what ships, what a user makes of it, and what a bad file does."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.display.frames import frame_of, ramp
from workstation.display.preset_table import MOST_PRESETS, Preset, PresetTable, shipped_presets
from workstation.display.presets import preset_names, preset_voi, presets, presets_by_key
from workstation.errors import UserError
from workstation.model.frame import Window

SHIPPED = shipped_presets()
LIVER = Preset("Narrow liver", Window(80, 120), body_parts=("LIVER",))
FRAME = frame_of(ramp(-1000, 1000))
GOOD_ROW = {"name": "Mine", "center": 1, "width": 50}


def _names(table: PresetTable, modality: str = "CT") -> list[str]:
    return [preset.name for preset in table.of(modality)]


def test_that_a_window_is_added_renamed_moved_and_removed_without_touching_the_first_table() -> None:
    added = SHIPPED.add("ct", LIVER, at=2)
    assert _names(added)[:4] == ["Abdomen", "Lung", "Narrow liver", "Mediastinum"]
    renamed = added.rename("CT", "narrow LIVER", "My liver")
    assert _names(renamed)[2] == "My liver"
    moved = renamed.move("CT", "My liver", 0)
    assert _names(moved)[:3] == ["My liver", "Abdomen", "Lung"]
    assert _names(moved.move("CT", "My liver", 999))[-1] == "My liver"
    removed = moved.remove("CT", "My liver")
    assert _names(removed) == _names(SHIPPED)
    assert not removed.is_changed("CT")
    assert _names(SHIPPED)[:3] == ["Abdomen", "Lung", "Mediastinum"]


def test_that_reset_brings_back_what_was_shipped_for_one_modality_or_all() -> None:
    changed = SHIPPED.add("CT", LIVER).remove("MR", "Dark structures").add("US", Preset("Bright", percentiles=(5, 95)))
    assert [changed.is_changed(each) for each in ("CT", "MR", "US", "PT")] == [True, True, True, False]
    assert changed.modalities == (*SHIPPED.modalities, "US")
    assert changed.reset("MR").of("MR") == SHIPPED.of("MR")
    assert changed.reset("MR").is_changed("CT")
    assert changed.reset() == SHIPPED
    assert _names(changed.reset(), "US") == []


def test_that_what_was_changed_is_read_back_and_the_rest_is_as_shipped(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "presets.json"
    sigmoid = Preset("Wéich 中", Window(-12.5, 0.25, "SIGMOID"), body_parts=("CHEST",), key=7)
    changed = SHIPPED.add("CT", sigmoid, at=1).add("XA", Preset("Contrast", percentiles=(1, 99.5)))
    changed.save(path)
    read = PresetTable.load(path)
    assert read == changed
    assert read.notes == ()
    assert set(json.loads(path.read_text(encoding="utf-8"))["modalities"]) == {"CT", "XA"}
    read.reset().save(path)
    assert not path.exists()
    assert PresetTable.load(path) == SHIPPED


def test_that_all_windows_of_a_modality_can_be_taken_out(tmp_path: Path) -> None:
    path, table = tmp_path / "presets.json", SHIPPED
    for name in _names(SHIPPED, "MR"):
        table = table.remove("MR", name)
    table.save(path)
    assert PresetTable.load(path).of("MR") == ()
    assert len(presets(FRAME, "MR", table=PresetTable.load(path))) == 2


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]", "null", "\x00\xff", "[" * 100_000, '{"version": 1}', '{"version": 2, "modalities": {}}',
        '{"version": 1, "modalities": []}',
    ],
    ids=lambda content: content[:20],
)  # fmt: skip
def test_that_a_useless_file_is_told_and_kept_aside_when_something_is_saved(tmp_path: Path, content: str) -> None:
    path = tmp_path / "presets.json"
    path.write_text(content, encoding="utf-8")
    table = PresetTable.load(path)
    assert table == SHIPPED
    assert len(table.notes) == 1
    assert str(path) in table.notes[0]
    assert table.notes[0].isprintable()
    table.add("CT", LIVER).save(path)
    assert PresetTable.load(path) == SHIPPED.add("CT", LIVER)
    assert (tmp_path / "presets.broken.json").read_text(encoding="utf-8") == content


@pytest.mark.parametrize(
    ("modality", "rows"),
    [
        ("CT", {}),
        ("CT", [1]),
        ("CT", [{"center": 1, "width": 2}]),
        ("CT", [{"name": 5, "center": 1, "width": 2}]),
        ("CT", [{"name": "a"}]),
        ("CT", [{"name": "a", "center": "1", "width": 2}]),
        ("CT", [{"name": "a", "center": True, "width": 2}]),
        ("CT", [{"name": "a", "center": 1, "width": 0}]),
        ("CT", [{"name": "a", "center": 1, "width": 1e400}]),
        ("CT", [{"name": "a", "center": 1, "width": 2, "function": "ROUND"}]),
        ("CT", [{"name": "a", "percentiles": [9, 3]}]),
        ("CT", [{"name": "a", "percentiles": [1, 2, 3]}]),
        ("CT", [{"name": "a", "percentiles": [-1, 101]}]),
        ("CT", [{"name": "a\x1b[31m", "center": 1, "width": 2}]),
        ("CT", [{"name": " ", "center": 1, "width": 2}]),
        ("CT", [{"name": "a" * 61, "center": 1, "width": 2}]),
        ("CT", [{"name": "File 2", "center": 1, "width": 2}]),
        ("CT", [{"name": "Auto", "center": 1, "width": 2}]),
        ("CT", [GOOD_ROW, {**GOOD_ROW, "name": "MINE"}]),
        ("CT", [{**GOOD_ROW, "key": 0}]),
        ("CT", [{**GOOD_ROW, "key": "1"}]),
        ("CT", [{**GOOD_ROW, "key": 3}, {**GOOD_ROW, "name": "b", "key": 3}]),
        ("CT", [{**GOOD_ROW, "body_parts": "CHEST"}]),
        ("CT", [{**GOOD_ROW, "name": f"n{n}"} for n in range(MOST_PRESETS + 1)]),
        ("no modality", [GOOD_ROW]),
        ("", [GOOD_ROW]),
    ],
)
def test_that_a_bad_modality_is_told_and_the_others_of_the_file_hold(tmp_path: Path, modality: str, rows: Any) -> None:
    path = tmp_path / "presets.json"
    path.write_text(json.dumps({"version": 1, "modalities": {modality: rows, "MR": [GOOD_ROW]}}), encoding="utf-8")
    table = PresetTable.load(path)
    assert table.of("CT") == SHIPPED.of("CT")
    assert _names(table, "MR") == ["Mine"]
    assert len(table.notes) == 1
    assert table.notes[0].isprintable()


def test_that_a_change_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="Nowhere"):
        SHIPPED.remove("CT", "Nowhere")
    with pytest.raises(ValueError, match="two windows called"):
        SHIPPED.add("CT", Preset("LUNG", Window(1, 2)))
    with pytest.raises(ValueError, match="two windows called"):
        SHIPPED.rename("CT", "Brain", "lung")
    with pytest.raises(ValueError, match="modality"):
        SHIPPED.add("C T", LIVER)
    with pytest.raises(ValueError, match="1 to 9"):
        Preset("x", Window(1, 2), key=10)


def test_that_a_file_that_cannot_be_written_leaves_the_old_one_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "presets.json"
    path.mkdir()
    (path / "in the way").touch()
    with pytest.raises(UserError, match="cannot be written"):
        SHIPPED.add("CT", LIVER).save(path)
    assert [each.name for each in tmp_path.iterdir()] == ["presets.json"]


def test_that_the_digits_follow_the_order_and_a_key_of_its_own_stays(tmp_path: Path) -> None:
    frame = frame_of(ramp(-1000, 1000), voi=(Window(50, 350), Window(-500, 1500)))
    plain = presets_by_key(frame, "CT")
    assert [plain[key][0] for key in range(5)] == ["Auto", "File window 1", "File window 2", "Full range", "Abdomen"]
    assert len(plain) == 10
    table = SHIPPED.change("CT", "Lung", Preset("Lung", Window(-600, 1500), key=2))
    for body_part, own in (("", frame), ("HEAD", frame), ("CHEST", FRAME)):
        assert presets_by_key(own, "CT", body_part, table=table)[2] == ("Lung", Window(-600, 1500))
    keyed = presets_by_key(frame, "CT", table=table)
    assert [keyed[key][0] for key in range(6)] == [
        "Auto", "File window 1", "Lung", "File window 2", "Full range", "Abdomen",
    ]  # fmt: skip
    assert [name for name, _ in keyed.values()].count("Lung") == 1


def test_that_a_key_goes_from_one_window_to_another() -> None:
    table = SHIPPED.change("CT", "Lung", Preset("Lung", Window(-600, 1500), key=2))
    table = table.change("CT", "Brain", Preset("Brain", Window(40, 80), key=2))
    assert [(each.name, each.key) for each in table.of("CT") if each.key] == [("Brain", 2)]


def test_that_the_table_of_a_user_is_what_names_are_found_in() -> None:
    table = SHIPPED.add("CT", LIVER, at=0).remove("CT", "Lung")
    assert preset_voi(FRAME, "narrow liver", "CT", table=table) == Window(80, 120)
    assert preset_voi(FRAME, "lung", "CT", table=table) is None
    assert "Narrow liver" in preset_names("CT", table=table)
    offered = [name for name, _ in presets(FRAME, "CT", "LIVER", table=table)]
    assert offered[2] == "Narrow liver"
