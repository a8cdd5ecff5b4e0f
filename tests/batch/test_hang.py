"""The commands ``hang``: explained, listed, exported, imported and learnt on files."""

import json
from pathlib import Path
from typing import Any

import pytest

from workstation.batch.main import main
from workstation.phantoms import small


def _json(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    small.volume("axial").write(tmp_path / "study")
    return tmp_path / "study"


def test_that_a_study_is_explained_condition_by_condition(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hang", "explain", str(study), "--json"]) == 0
    (told,) = _json(capsys)
    chosen = next(rule for rule in told["rules"] if rule["is_chosen"])
    assert told["rule"] == chosen["id"]
    shown = next(pane for pane in chosen["panes"] if pane["series_instance_uid"])
    assert (shown["row"], shown["column"], shown["stack"]) == (1, 1, 1)
    assert all(
        {"condition", "holds", "found", "source"} <= set(each) for rule in told["rules"] for each in rule["conditions"]
    )


def test_that_what_is_no_image_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "note.txt").write_text("no image", encoding="utf-8")
    assert main(["hang", "explain", str(tmp_path / "note.txt"), "--json"]) == 1


def test_that_a_learnt_rule_can_be_imported_and_then_hangs_the_study(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = main(["list", str(study), "--json"])
    number = next(line["series_number"] for line in _json(capsys) if line.get("series_number") is not None)
    assert listed == 0
    rule = tmp_path / "rule.json"
    words = ["hang", "learn", str(study), "--series", str(number), "--name", "Mine", "-o", str(rule)]
    assert main(words) == 0
    capsys.readouterr()
    assert main(["hang", "import", str(rule), "--json"]) == 0
    assert _json(capsys)[-1]["is_new"] is True
    assert main(["hang", "explain", str(study), "--json"]) == 0
    (told,) = _json(capsys)
    assert next(each["name"] for each in told["rules"] if each["is_chosen"]) == "Mine"
    assert main(["hang", "export", "mine", "-o", str(tmp_path / "again.json")]) == 0
    assert (tmp_path / "again.json").read_bytes() == rule.read_bytes()


def test_that_a_rule_that_is_not_there_and_a_series_that_is_not_there_are_told(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hang", "export", "nothing", "-o", "x.json"]) == 1
    assert "There is no hanging protocol 'nothing'" in capsys.readouterr().err
    assert main(["hang", "learn", str(study), "--series", "4711", "--name", "x", "-o", "x.json"]) == 1
    assert "The study has no series 4711" in capsys.readouterr().err


def test_that_a_bad_file_does_not_keep_others_from_being_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hang", "export", "ct-chest", "-o", str(tmp_path / "good.json")]) == 0
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    assert main(["hang", "import", str(tmp_path / "bad.json"), str(tmp_path / "good.json")]) == 1
    told = capsys.readouterr()
    assert "CT chest [ct-chest]: replaced" in told.out
    assert "holds no hanging protocols" in told.err
